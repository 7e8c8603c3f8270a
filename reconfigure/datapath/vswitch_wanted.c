/* vswitch_wanted.c - what Open vSwitch should have for a PIF, and what is in its way
 * (vswitch_wanted.h): records to objects of state.h.  vswitch.c makes steps of them. */
#include "reconfigure/datapath/vswitch_wanted.h"

#include <stdint.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/failmode.h"
#include "reconfigure/datapath/in_use.h"
#include "reconfigure/datapath/live.h"

/* Records that contradict each other could make the walk over bonds and VLANs endless. */
#define IN_USE_DEPTH 8

/* ---- What is in the way ------------------------------------------------------------------- */

/* Other bonds that have one of our NICs, and their other slaves that nobody uses. */
struct in_the_way {
    struct dbc_pifs bonds, ports;
};

static int in_use(struct ifr_planner *p, const struct dbc_pif *pif, unsigned depth, bool *ret,
                  struct dbc_error *err);

/* *ret: one of `users` (bonds or VLANs of `pif`) is in use, which is noted. */
static int used_by(struct ifr_planner *p, const struct dbc_pif *pif, const struct dbc_pifs *users,
                   const char *kind, unsigned depth, bool *ret, struct dbc_error *err)
{
    char netdev[DBC_NETDEV_NAME_SIZE], user[DBC_NETDEV_NAME_SIZE];

    for (size_t i = 0; i < users->n && !*ret; i++) {
        if (in_use(p, users->v[i], depth + 1, ret, err) < 0) {
            return -1;
        }
        if (*ret) {
            ifr_plan_note(p->plan, "configure_datapath: %s is in use by %s master %s",
                          dbc_pif_netdev(pif, netdev), kind, dbc_pif_netdev(users->v[i], user));
        }
    }
    return 0;
}

static int in_use(struct ifr_planner *p, const struct dbc_pif *pif, unsigned depth, bool *ret,
                  struct dbc_error *err)
{
    struct dbc_pifs bonds = DBC_PIFS_INIT, vlans = DBC_PIFS_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    int status = -1;

    *ret = ifr_attached(p, pif);
    if (*ret) {
        ifr_plan_note(p->plan, "configure_datapath: %s is currently attached",
                      dbc_pif_netdev(pif, netdev));
        return 0;
    }
    if (depth > IN_USE_DEPTH) {
        return dbc_fail(err, DBC_ECONFLICT, "bonds and VLANs of PIF %s (%s) go in a circle",
                        pif->uuid, pif->device);
    }
    if (dbc_bond_masters(p->db, pif, &bonds, err) == 0 &&
        used_by(p, pif, &bonds, "BOND", depth, ret, err) == 0 &&
        dbc_vlan_masters(p->db, pif, &vlans, err) == 0 &&
        used_by(p, pif, &vlans, "VLAN", depth, ret, err) == 0) {
        status = 0;
    }
    dbc_pifs_release(&bonds);
    dbc_pifs_release(&vlans);
    return status;
}

static int add_siblings(struct ifr_planner *p, const struct ifr_work *work,
                        const struct dbc_pif *bond, struct in_the_way *way, struct dbc_error *err)
{
    struct dbc_pifs slaves = DBC_PIFS_INIT;
    int ret = dbc_bond_slaves(p->db, bond, &slaves, err);

    for (size_t i = 0; i < slaves.n && ret == 0; i++) {
        const struct dbc_pif *slave = slaves.v[i];
        bool used = false;
        if (dbc_pifs_has(&work->nics, slave) || dbc_pifs_has(&way->ports, slave)) {
            continue;
        }
        ret = in_use(p, slave, 0, &used, err);
        if (ret == 0 && !used) {
            ret = dbc_pifs_push(&way->ports, slave, err);
        }
    }
    dbc_pifs_release(&slaves);
    return ret;
}

static int add_bonds_of(struct ifr_planner *p, const struct ifr_work *work,
                        const struct dbc_pif *nic, struct in_the_way *way, struct dbc_error *err)
{
    struct dbc_pifs bonds = DBC_PIFS_INIT;
    int ret = dbc_bond_masters(p->db, nic, &bonds, err);

    for (size_t i = 0; i < bonds.n && ret == 0; i++) {
        const struct dbc_pif *bond = bonds.v[i];
        if (bond == work->base) {
            ifr_plan_note(p->plan, "configure_datapath: leaving bond %s up", bond->device);
            continue;
        }
        if (dbc_pifs_has(&way->bonds, bond)) {
            continue;
        }
        if (ifr_attached(p, bond)) {
            ifr_plan_note(p->plan,
                          "configure_datapath: implicitly tearing down currently-attached bond %s",
                          bond->device);
        }
        ret = dbc_pifs_push(&way->bonds, bond, err);
        if (ret == 0) {
            ret = add_siblings(p, work, bond, way, err);
        }
    }
    dbc_pifs_release(&bonds);
    return ret;
}

static void note_shape(struct ifr_planner *p, const struct ifr_work *work,
                       const struct in_the_way *way)
{
    ifr_plan_note(p->plan, "configure_datapath: bridge      - %s",
                  dbc_pif_bridge(p->db, work->base));
    ifr_note_pifs(p, &work->nics, "configure_datapath: physical   ");
    ifr_note_pifs(p, &way->ports, "configure_datapath: extra ports");
    ifr_note_pifs(p, &way->bonds, "configure_datapath: extra bonds");
}

/* Has a device set down before the transaction; blind, its absence is noted.  Where the host is
 * seen only ports are set down, since a bridge's device goes with the bridge. */
static void take_down(struct ifr_planner *p, struct ifr_work *work, enum ifr_kind kind,
                      const char *device)
{
    if (ifr_seen(p, IFR_LINK) != NULL) {
        if (kind == IFR_PORT && ifr_link_is_up(p, device)) {
            dbc_strvec_push(&work->take_down, device);
        }
    } else if (ifr_facts_netdev_exists(p->facts, device)) {
        dbc_strvec_push(&work->take_down, device);
    } else {
        ifr_plan_note(p->plan, "netdev: down: device %s does not exist, ignoring", device);
    }
}

/* The device of a bridge goes with it, and so do those of the VLANs on it. */
static void touch_bridge(struct ifr_planner *p, const char *bridge)
{
    const struct ifr_state *seen = ifr_seen(p, IFR_BRIDGE);

    ifr_plan_touch(p->plan, bridge);
    for (size_t i = 0; seen != NULL && i < seen->n; i++) {
        const struct ifr_object *vlan = seen->objects[i];
        if (vlan->kind == IFR_BRIDGE &&
            strcmp(ifr_object_get(vlan, IFR_BRIDGE_PARENT), bridge) == 0) {
            ifr_plan_touch(p->plan, vlan->name);
        }
    }
}

static int remove_bridges(struct ifr_planner *p, struct ifr_work *work, const struct dbc_pifs *pifs,
                          struct dbc_error *err)
{
    for (size_t i = 0; i < pifs->n; i++) {
        const char *bridge = pifs->v[i] != work->base ? ifr_bridge(p, pifs->v[i]) : "";
        if (*bridge == '\0' || strcmp(bridge, dbc_pif_bridge(p->db, work->base)) == 0) {
            continue;
        }
        if (ifr_may_go(p, pifs->v[i], err) < 0 || ifr_want_absent(p, IFR_BRIDGE, bridge, err) < 0) {
            return -1;
        }
        take_down(p, work, IFR_BRIDGE, bridge);
        touch_bridge(p, bridge);
    }
    return 0;
}

static int remove_ports(struct ifr_planner *p, struct ifr_work *work, const struct dbc_pifs *pifs,
                        struct dbc_error *err)
{
    for (size_t i = 0; i < pifs->n; i++) {
        const char *device = pifs->v[i]->device;
        if (!dbc_valid_ifname(device)) {
            continue;
        }
        if (ifr_want_absent(p, IFR_PORT, device, err) < 0) {
            return -1;
        }
        take_down(p, work, IFR_PORT, device);
        ifr_plan_touch(p->plan, device);
    }
    return 0;
}

/* A bridge that no record names may have the NIC: our own under an older name. */
static int remove_stranger(struct ifr_planner *p, const struct ifr_work *work, const char *nic,
                           struct dbc_error *err)
{
    const struct ifr_object *interface = ifr_state_find(p->seen, IFR_INTERFACE, nic);
    const struct ifr_object *port =
        ifr_state_find(p->seen, IFR_PORT, ifr_object_get(interface, IFR_INTERFACE_PORT));
    const char *bridge = ifr_object_get(port, IFR_PORT_BRIDGE);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_BRIDGE, bridge);

    if (port == NULL || strcmp(bridge, dbc_pif_bridge(p->db, work->base)) == 0 ||
        (wanted != NULL && wanted->absent)) {
        return 0;
    }
    if (ifr_stranger_may_go(p, bridge, work->base, work->pif, err) < 0 ||
        ifr_want_absent(p, IFR_BRIDGE, bridge, err) < 0) {
        return -1;
    }
    ifr_plan_note(p->plan, "configure_datapath: %s leaves bridge %s, which goes", nic, bridge);
    touch_bridge(p, bridge);
    return 0;
}

static int remove_strangers(struct ifr_planner *p, const struct ifr_work *work,
                            struct dbc_error *err)
{
    bool live = p->force && ifr_seen(p, IFR_BRIDGE) != NULL;
    int rc = 0;

    for (size_t i = 0; live && rc == 0 && i < work->nics.n; i++) {
        rc = remove_stranger(p, work, work->nics.v[i]->device, err);
    }
    return rc;
}

int ifr_vswitch_clear_the_way(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    struct in_the_way way = { DBC_PIFS_INIT, DBC_PIFS_INIT };
    int ret = 0;

    for (size_t i = 0; i < work->nics.n && ret == 0; i++) {
        ret = add_bonds_of(p, work, work->nics.v[i], &way, err);
    }
    if (ret == 0) {
        note_shape(p, work, &way);
        ret = remove_bridges(p, work, &work->nics, err) < 0 ||
                      remove_bridges(p, work, &way.ports, err) < 0 ||
                      remove_bridges(p, work, &way.bonds, err) < 0 ||
                      remove_ports(p, work, &way.ports, err) < 0 ||
                      remove_ports(p, work, &way.bonds, err) < 0 ||
                      remove_strangers(p, work, err) < 0
                  ? -1
                  : 0;
    }
    dbc_pifs_release(&way.bonds);
    dbc_pifs_release(&way.ports);
    return ret;
}

/* ---- The bridge --------------------------------------------------------------------------- */

/* One NIC is a port with its name, several are a bond.  When a bond has one NIC left, the bond's
 * port goes, where the host can be observed. */
static int want_port(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    struct ifr_state *wanted = &p->plan->wanted;
    const char *bond = work->base->device;
    const char *name = work->nics.n == 1 ? work->nics.v[0]->device : bond;
    struct ifr_object *port = NULL;

    if (work->nics.n == 1 && strcmp(bond, name) != 0 && dbc_valid_ifname(bond)) {
        struct ifr_object *gone = ifr_state_add(wanted, IFR_PORT, bond);
        gone->absent = gone->only_if_seen = true;
    }
    port = ifr_want(p, IFR_PORT, name, err);
    if (port == NULL) {
        return -1;
    }
    ifr_state_set(wanted, port, IFR_PORT_BRIDGE, dbc_pif_bridge(p->db, work->base));
    for (size_t i = 0; i < work->nics.n; i++) {
        ifr_state_add_member(wanted, port, IFR_PORT_INTERFACES, work->nics.v[i]->device);
    }
    if (work->nics.n > 1) {
        ifr_state_set(wanted, port, IFR_PORT_FAKE_INTERFACE, "true");
        ifr_state_set(wanted, port, IFR_PORT_MAC, work->mac[0] != '\0' ? work->mac : NULL);
        ifr_bond_want(p, work->base, wanted, port);
        dbc_strvec_push(&work->raise, bond);
    }
    return 0;
}

static void want_in_band(struct ifr_planner *p, const struct dbc_pif *base,
                         struct ifr_object *bridge)
{
    static const char key[] = "vswitch-disable-in-band";
    const struct dbc_network *network = dbc_pif_network(p->db, base);
    const char *value = network ? dbc_map_get(&network->other_config, key) : NULL;

    if (value == NULL || strcmp(value, "true") == 0 || strcmp(value, "false") == 0) {
        ifr_state_set(&p->plan->wanted, bridge, IFR_BRIDGE_IN_BAND, value != NULL ? value : "");
    } else {
        ifr_plan_note(p->plan, "\"%s\"isn't a valid setting for other_config:disable-in-band on %s",
                      value, bridge->name);
    }
}

/* Only records from XAPI have this setting.  It is turned off only where it is on, since servers of
 * old releases have no such column. */
static void want_snooping(struct ifr_planner *p, struct ifr_object *bridge)
{
    const struct dbc_field *field = dbc_schema_xapi_field(DBC_POOL, "igmp_snooping_enabled");
    const struct dbc_pool *pool = dbc_db_pool(p->db);
    const struct ifr_state *seen = ifr_seen(p, IFR_BRIDGE);
    const struct ifr_object *now =
        seen != NULL ? ifr_state_find(seen, IFR_BRIDGE, bridge->name) : NULL;

    if (pool == NULL || !dbc_record_has(&pool->rec, field)) {
        return;
    }
    if (pool->igmp_snooping_enabled) {
        ifr_state_set(&p->plan->wanted, bridge, IFR_BRIDGE_SNOOPING, "true");
    } else if (now != NULL && *ifr_object_get(now, IFR_BRIDGE_SNOOPING) != '\0') {
        ifr_state_set(&p->plan->wanted, bridge, IFR_BRIDGE_SNOOPING, "");
    }
}

/* Appends the network's uuid to a text with ';' between.  It may have only the characters of an
 * option (valid.h), which uuids and the installer's substitutes ("eth0Pif") keep to. */
static void add_uuid(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *out)
{
    const struct dbc_network *network = dbc_pif_network(p->db, pif);

    if (network == NULL || *network->uuid == '\0') {
        return;
    }
    if (!dbc_valid_option(network->uuid) || network->uuid[0] == '-') {
        ifr_plan_note(p->plan, "ignoring network uuid \"%s\": not a uuid", network->uuid);
        return;
    }
    dbc_buf_addf(out, "%s%s", out->len > 0 ? ";" : "", network->uuid);
}

/* Appends all networks on the PIF's device, attached or not, the untagged one first. */
static void collect_networks(struct ifr_planner *p, const struct dbc_pif *pif,
                             struct dbc_buf *uuids)
{
    const struct dbc_pif *other = NULL;

    for (int tagged = 0; tagged < 2; tagged++) {
        for (size_t i = 0; (other = dbc_db_pif_at(p->db, i)) != NULL; i++) {
            if (dbc_pif_is_vlan(other) == (tagged != 0) &&
                strcmp(other->device, pif->device) == 0) {
                add_uuid(p, other, uuids);
            }
        }
    }
}

void ifr_want_networks(struct ifr_planner *p, const struct dbc_pif *pif, struct ifr_object *bridge)
{
    struct ifr_state *wanted = &p->plan->wanted;
    const char *known = p->several ? dbc_hash_get(&p->plan->networks, pif->device) : NULL;
    struct dbc_buf uuids = DBC_BUF_INIT;

    if (known == NULL) {
        collect_networks(p, pif, &uuids);
        known = ifr_state_text(wanted, dbc_buf_str(&uuids));
        wanted->failed =
            wanted->failed || uuids.failed ||
            dbc_hash_put(&p->plan->networks, pif->device, (void *)(uintptr_t)known, true) != 0;
        dbc_buf_release(&uuids);
    }
    bridge->v[IFR_BRIDGE_NETWORKS] = known;
}

/* A VLAN's bridge names the network of the VLAN.  Blind, it names all networks of its device, as
 * the old program did: for 800 VLANs that is 24 megabytes. */
static void want_network(struct ifr_planner *p, const struct dbc_pif *vlan,
                         struct ifr_object *bridge)
{
    struct dbc_buf uuid = DBC_BUF_INIT;

    if (ifr_seen(p, IFR_BRIDGE) == NULL) {
        ifr_want_networks(p, vlan, bridge);
        return;
    }
    add_uuid(p, vlan, &uuid);
    ifr_state_set(&p->plan->wanted, bridge, IFR_BRIDGE_NETWORK, dbc_buf_str(&uuid));
    p->plan->wanted.failed = p->plan->wanted.failed || uuid.failed;
    dbc_buf_release(&uuid);
}

int ifr_want_bridge(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    const char *name = dbc_pif_bridge(p->db, work->base);
    struct ifr_state *wanted = &p->plan->wanted;
    struct ifr_object *bridge = ifr_want(p, IFR_BRIDGE, name, err);

    if (bridge == NULL) {
        return -1;
    }
    ifr_state_set(wanted, bridge, IFR_BRIDGE_PARENT, "");
    if (work->mac[0] == '\0') {
        ifr_plan_note(p->plan, "no MAC address is known for bridge %s", name);
    }
    ifr_state_set(wanted, bridge, IFR_BRIDGE_HWADDR, work->mac[0] != '\0' ? work->mac : NULL);
    ifr_state_set(wanted, bridge, IFR_BRIDGE_FAIL_MODE,
                  ifr_fail_mode(p->db, dbc_pif_network(p->db, work->base)));
    want_in_band(p, work->base, bridge);
    want_snooping(p, bridge);
    ifr_want_networks(p, work->base, bridge);
    return work->nics.n > 0 ? want_port(p, work, err) : 0;
}

int ifr_want_vlan(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    const struct dbc_pif *vlan = work->pif;
    struct ifr_state *wanted = &p->plan->wanted;
    struct ifr_object *bridge = ifr_want(p, IFR_BRIDGE, dbc_pif_bridge(p->db, vlan), err);

    if (bridge == NULL) {
        return -1;
    }
    ifr_state_set(wanted, bridge, IFR_BRIDGE_PARENT, dbc_pif_bridge(p->db, work->base));
    ifr_state_setf(wanted, bridge, IFR_BRIDGE_TAG, "%d", vlan->VLAN.value);
    want_network(p, vlan, bridge);
    ifr_state_set(wanted, bridge, IFR_BRIDGE_MAC, work->mac[0] != '\0' ? work->mac : NULL);
    return 0;
}
