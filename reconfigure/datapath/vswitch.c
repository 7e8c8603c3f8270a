/* vswitch.c - PIFs as Open vSwitch bridges (datapath.h).  One transaction carries a whole
 * change; its argv is built while preparing and runs when the files are in place. */
#include <stdlib.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/ethtool.h"
#include "reconfigure/datapath/failmode.h"
#include "reconfigure/datapath/netdev.h"
#include "reconfigure/datapath/vsctl.h"

/* Records that contradict each other could make the walk over bonds and VLANs endless. */
#define IN_USE_DEPTH 8

#define NETWORK_UUIDS "xs-network-uuids"

void ifr_work_release(struct ifr_work *work)
{
    dbc_pifs_release(&work->nics);
    dbc_strvec_release(&work->take_down);
    dbc_strvec_release(&work->vsctl);
    dbc_strvec_release(&work->raise);
}

static void vswitch_ipdev_type(struct ifr_planner *p, const struct dbc_pif *pif,
                               struct dbc_buf *ifcfg)
{
    (void)p;
    (void)pif;
    dbc_buf_adds(ifcfg, "TYPE=Ethernet\n");
}

/* ---- What is in the way ------------------------------------------------------------------- */

/* Other bonds that own one of our NICs, and their other slaves that nobody uses. */
struct in_the_way {
    struct dbc_pifs bonds, ports;
};

static int in_use(struct ifr_planner *p, const struct dbc_pif *pif, unsigned depth, bool *ret,
                  struct dbc_error *err);

/* Is one of `users` (bonds or VLANs of pif) in use?  Says which. */
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

static int note_shape(struct ifr_planner *p, const struct ifr_work *work,
                      const struct in_the_way *way, struct dbc_error *err)
{
    struct dbc_buf nics = DBC_BUF_INIT, ports = DBC_BUF_INIT, bonds = DBC_BUF_INIT;
    int ret = -1;

    ifr_pif_list(&work->nics, &nics);
    ifr_pif_list(&way->ports, &ports);
    ifr_pif_list(&way->bonds, &bonds);
    if (ifr_filled(&nics, NULL, err) == 0 && ifr_filled(&ports, NULL, err) == 0 &&
        ifr_filled(&bonds, NULL, err) == 0) {
        ifr_plan_note(p->plan, "configure_datapath: bridge      - %s",
                      dbc_pif_bridge(p->db, work->base));
        ifr_plan_note(p->plan, "configure_datapath: physical    - %s", dbc_buf_str(&nics));
        ifr_plan_note(p->plan, "configure_datapath: extra ports - %s", dbc_buf_str(&ports));
        ifr_plan_note(p->plan, "configure_datapath: extra bonds - %s", dbc_buf_str(&bonds));
        ret = 0;
    }
    dbc_buf_release(&nics);
    dbc_buf_release(&ports);
    dbc_buf_release(&bonds);
    return ret;
}

/* The device goes down before the transaction, if there is one; its absence is said now. */
static void take_down(struct ifr_planner *p, struct ifr_work *work, const char *device)
{
    if (ifr_facts_netdev_exists(p->facts, device)) {
        dbc_strvec_push(&work->take_down, device);
    } else {
        ifr_plan_note(p->plan, "netdev: down: device %s does not exist, ignoring", device);
    }
}

static void remove_bridges(struct ifr_planner *p, struct ifr_work *work,
                           const struct dbc_pifs *pifs)
{
    for (size_t i = 0; i < pifs->n; i++) {
        const char *bridge = pifs->v[i] != work->base ? ifr_bridge(p, pifs->v[i]) : "";
        if (*bridge != '\0' && strcmp(bridge, dbc_pif_bridge(p->db, work->base)) != 0) {
            ifr_vsctl_del_br(&work->vsctl, bridge);
            take_down(p, work, bridge);
        }
    }
}

static void remove_ports(struct ifr_planner *p, struct ifr_work *work, const struct dbc_pifs *pifs)
{
    for (size_t i = 0; i < pifs->n; i++) {
        const char *device = pifs->v[i]->device;
        if (dbc_valid_ifname(device)) {
            ifr_vsctl_del_port(&work->vsctl, device);
            take_down(p, work, device);
        }
    }
}

static int clear_the_way(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    struct in_the_way way = { DBC_PIFS_INIT, DBC_PIFS_INIT };
    int ret = 0;

    for (size_t i = 0; i < work->nics.n && ret == 0; i++) {
        ret = add_bonds_of(p, work, work->nics.v[i], &way, err);
    }
    if (ret == 0) {
        ret = note_shape(p, work, &way, err);
    }
    if (ret == 0) {
        remove_bridges(p, work, &work->nics);
        remove_bridges(p, work, &way.ports);
        remove_bridges(p, work, &way.bonds);
        remove_ports(p, work, &way.ports);
        remove_ports(p, work, &way.bonds);
    }
    dbc_pifs_release(&way.bonds);
    dbc_pifs_release(&way.ports);
    return ret;
}

/* ---- The bridge --------------------------------------------------------------------------- */

static void add_ports(struct ifr_planner *p, struct ifr_work *work)
{
    const char *bridge = dbc_pif_bridge(p->db, work->base);
    struct dbc_strvec slaves = DBC_STRVEC_INIT;

    for (size_t i = 0; i < work->nics.n; i++) {
        ifr_vsctl_del_port(&work->vsctl, work->nics.v[i]->device);
        dbc_strvec_push(&slaves, work->nics.v[i]->device);
    }
    ifr_vsctl_add_br(&work->vsctl, bridge);
    if (work->nics.n == 1) {
        ifr_vsctl_add_port(&work->vsctl, bridge, work->nics.v[0]->device);
    } else if (work->nics.n > 1) {
        const char *bond = work->base->device;
        ifr_vsctl_del_port(&work->vsctl, bond);
        ifr_vsctl_add_bond(&work->vsctl, bridge, bond, &slaves);
        ifr_vsctl_set(&work->vsctl, "Port", bond);
        if (work->mac[0] != '\0') {
            ifr_vsctl_column(&work->vsctl, "MAC", work->mac);
        }
        ifr_bond_vsctl(p, work->base, &work->vsctl);
        dbc_strvec_push(&work->raise, bond);
    }
    work->vsctl.failed = work->vsctl.failed || slaves.failed;
    dbc_strvec_release(&slaves);
}

/* Does the record say that this datapath carries management, on itself or on a VLAN? */
static int carries_management(struct ifr_planner *p, const struct dbc_pif *base, bool *ret,
                              struct dbc_error *err)
{
    struct dbc_pifs vlans = DBC_PIFS_INIT;
    int status = dbc_vlan_masters(p->db, base, &vlans, err);

    *ret = base->management;
    for (size_t i = 0; i < vlans.n; i++) {
        *ret = *ret || vlans.v[i]->management;
    }
    dbc_pifs_release(&vlans);
    return status;
}

/* A secure bridge drops everything until a controller speaks; management must not depend on that.
 * A bridge that is secure already has its flows. */
static int plan_guard(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    struct dbc_buf now = DBC_BUF_INIT;
    bool management = false;
    int ret = carries_management(p, work->base, &management, err);

    if (ret == 0 && management && work->nics.n > 0 && work->mac[0] != '\0') {
        ret = ifr_facts_ovs_fail_mode(p->facts, dbc_pif_bridge(p->db, work->base), &now, err);
        work->guard = strcmp(dbc_buf_str(&now), "secure") != 0;
    }
    dbc_buf_release(&now);
    return ret;
}

static void set_in_band(struct ifr_planner *p, struct ifr_work *work)
{
    static const char key[] = "vswitch-disable-in-band";
    const char *bridge = dbc_pif_bridge(p->db, work->base);
    const struct dbc_network *network = dbc_pif_network(p->db, work->base);
    const char *value = network ? dbc_map_get(&network->other_config, key) : NULL;

    if (value == NULL) {
        ifr_vsctl_remove(&work->vsctl, "Bridge", bridge, "other_config", "disable-in-band");
    } else if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) {
        ifr_vsctl_set(&work->vsctl, "Bridge", bridge);
        ifr_vsctl_column(&work->vsctl, "other_config:disable-in-band", value);
    } else {
        ifr_plan_note(p->plan, "\"%s\"isn't a valid setting for other_config:disable-in-band on %s",
                      value, bridge);
    }
}

/* Reaches OVSDB as one string with ';' between; nothing but the usual letters of a uuid or of the
 * installer's stand-ins for one ("eth0Pif") may be in it. */
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

/* All networks on the PIF's device, attached or not, the untagged first. */
static void set_network_uuids(struct ifr_planner *p, const struct dbc_pif *pif,
                              struct dbc_strvec *t)
{
    struct dbc_buf uuids = DBC_BUF_INIT;
    const struct dbc_pif *other = NULL;

    for (int tagged = 0; tagged < 2; tagged++) {
        for (size_t i = 0; (other = dbc_db_pif_at(p->db, i)) != NULL; i++) {
            if (dbc_pif_is_vlan(other) == (tagged != 0) &&
                strcmp(other->device, pif->device) == 0) {
                add_uuid(p, other, &uuids);
            }
        }
    }
    ifr_vsctl_external_id(t, dbc_pif_bridge(p->db, pif), NETWORK_UUIDS, dbc_buf_str(&uuids));
    t->failed = t->failed || uuids.failed;
    dbc_buf_release(&uuids);
}

static int configure_bridge(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    const char *bridge = dbc_pif_bridge(p->db, work->base);
    const char *mode = ifr_fail_mode(p->db, dbc_pif_network(p->db, work->base));

    if (work->mac[0] != '\0') {
        ifr_vsctl_set(&work->vsctl, "Bridge", bridge);
        ifr_vsctl_column(&work->vsctl, "other-config:hwaddr", work->mac);
    } else {
        ifr_plan_note(p->plan, "no MAC address is known for bridge %s", bridge);
    }
    ifr_vsctl_set(&work->vsctl, "Bridge", bridge);
    ifr_vsctl_column(&work->vsctl, "fail_mode", mode);
    if (strcmp(mode, "secure") == 0 && plan_guard(p, work, err) < 0) {
        return -1;
    }
    set_in_band(p, work);
    set_network_uuids(p, work->base, &work->vsctl);
    return 0;
}

static void add_vlan(struct ifr_planner *p, const struct dbc_pif *vlan, struct ifr_work *work)
{
    const char *bridge = dbc_pif_bridge(p->db, vlan);

    ifr_vsctl_del_br(&work->vsctl, bridge);
    ifr_vsctl_add_vlan_br(&work->vsctl, bridge, dbc_pif_bridge(p->db, work->base),
                          vlan->VLAN.value);
    set_network_uuids(p, vlan, &work->vsctl);
    if (work->mac[0] != '\0') {
        ifr_vsctl_set(&work->vsctl, "Interface", bridge);
        ifr_vsctl_column(&work->vsctl, "MAC", work->mac);
    }
}

static int vswitch_prepare(struct ifr_planner *p, const struct dbc_pif *pif, struct ifr_work *work,
                           struct dbc_error *err)
{
    if (clear_the_way(p, work, err) < 0) {
        return -1;
    }
    add_ports(p, work);
    if (configure_bridge(p, work, err) < 0) {
        return -1;
    }
    if (pif != work->base) {
        add_vlan(p, pif, work);
    }
    return ifr_filled(NULL, &work->vsctl, err);
}

/* ---- Up and down -------------------------------------------------------------------------- */

/* xapi brings a bond up or a slave up without bringing the other down first. */
static void down_bridges(struct ifr_planner *p, const struct dbc_pifs *pifs, const char *kind)
{
    for (size_t i = 0; i < pifs->n; i++) {
        const char *bridge = ifr_bridge(p, pifs->v[i]);
        ifr_plan_note(p->plan, "action_up: bring down bond %s %s", kind, pifs->v[i]->device);
        if (*bridge != '\0') {
            (void)ifr_plan_ifdown(p, bridge);
        }
    }
}

static int vswitch_bring_down_existing(struct ifr_planner *p, const struct dbc_pif *pif,
                                       struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT, slaves = DBC_PIFS_INIT;
    int ret = -1;

    if (dbc_bond_masters(p->db, pif, &masters, err) == 0 &&
        dbc_bond_slaves(p->db, pif, &slaves, err) == 0) {
        down_bridges(p, &masters, "master");
        down_bridges(p, &slaves, "slave");
        ret = 0;
    }
    dbc_pifs_release(&masters);
    dbc_pifs_release(&slaves);
    return ret;
}

/* ovs-vswitchd enables a bond's slaves by their carrier, which a NIC that is down never has: so
 * NICs are up before they become ports. */
static void nics_up(struct ifr_planner *p, const struct ifr_work *work)
{
    bool bond = dbc_pif_is_bond(p->db, work->base);
    unsigned mtu = bond ? ifr_mtu(p, work->base, &work->base->other_config, "PIF") : 0;

    for (size_t i = 0; i < work->nics.n; i++) {
        const struct dbc_pif *nic = work->nics.v[i];
        struct ifr_ethtool ethtool = IFR_ETHTOOL_INIT;
        if (!bond) {
            mtu = ifr_mtu(p, nic, &nic->other_config, "PIF");
        }
        ifr_plan_nic_up(p, nic->device, mtu, work->nics.n == 1);
        ifr_ethtool_parse(p, &nic->other_config, true, &ethtool);
        ifr_ethtool_plan(p, nic->device, &ethtool);
        ifr_ethtool_release(&ethtool);
    }
}

static void plan_flows(struct ifr_planner *p, const struct ifr_work *work)
{
    struct dbc_strvec ports = DBC_STRVEC_INIT;

    for (size_t i = 0; i < work->nics.n; i++) {
        dbc_strvec_push(&ports, work->nics.v[i]->device);
    }
    (void)ifr_plan_flows(p->plan, dbc_pif_bridge(p->db, work->base), work->mac, &ports);
    dbc_strvec_release(&ports);
}

static int vswitch_configure(struct ifr_planner *p, const struct dbc_pif *pif,
                             const struct ifr_work *work, struct dbc_error *err)
{
    (void)pif;
    for (size_t i = 0; i < work->take_down.n; i++) {
        ifr_plan_link_down(p, work->take_down.v[i]);
    }
    nics_up(p, work);
    ifr_vsctl_plan(p, &work->vsctl);
    if (work->guard) {
        plan_flows(p, work);
    }
    return ifr_filled(NULL, &work->take_down, err);
}

static int vswitch_post(struct ifr_planner *p, const struct dbc_pif *pif,
                        const struct ifr_work *work, struct dbc_error *err)
{
    (void)pif;
    for (size_t i = 0; i < work->raise.n; i++) {
        ifr_plan_note(p->plan, "action_up: bring up %s", work->raise.v[i]);
        (void)ifr_plan_command(p->plan, IFR_WARN, "/sbin/ip", "link", "set", work->raise.v[i], "up",
                               NULL);
    }
    return ifr_filled(NULL, &work->raise, err);
}

/* Must the datapath under this VLAN stay?  Because its own PIF or another VLAN is attached. */
static int vlan_leaves_datapath(struct ifr_planner *p, const struct dbc_pif *vlan,
                                const struct dbc_pif *base, bool *ret, struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    int status = dbc_vlan_masters(p->db, base, &masters, err);

    *ret = ifr_attached(p, base);
    if (*ret) {
        ifr_plan_note(p->plan, "action_down: vlan slave is currently attached");
    }
    for (size_t i = 0; i < masters.n; i++) {
        if (masters.v[i] != vlan && ifr_attached(p, masters.v[i])) {
            ifr_plan_note(p->plan, "action_down: vlan slave has other master: %s",
                          dbc_pif_netdev(masters.v[i], netdev));
            *ret = true;
        }
    }
    if (status == 0 && !*ret) {
        ifr_plan_note(p->plan, "action_down: no more masters, bring down slave %s",
                      dbc_pif_bridge(p->db, base));
    }
    dbc_pifs_release(&masters);
    return status;
}

/* Must the datapath stay for the sake of attached VLANs on it? */
static int vlans_keep_datapath(struct ifr_planner *p, const struct dbc_pif *base, bool *ret,
                               struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    struct dbc_buf tags = DBC_BUF_INIT;
    int status = dbc_vlan_masters(p->db, base, &masters, err);

    for (size_t i = 0; i < masters.n; i++) {
        if (ifr_attached(p, masters.v[i])) {
            dbc_buf_addf(&tags, "%s'%s'", tags.len > 0 ? ", " : "", masters.v[i]->VLAN.text);
        }
    }
    *ret = tags.len > 0;
    if (*ret) {
        ifr_plan_note(p->plan, "Leaving datapath %s up due to currently attached VLAN masters [%s]",
                      dbc_pif_bridge(p->db, base), dbc_buf_str(&tags));
    }
    if (status == 0) {
        status = ifr_filled(&tags, NULL, err);
    }
    dbc_buf_release(&tags);
    dbc_pifs_release(&masters);
    return status;
}

static void delete_bridge(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_strvec *t)
{
    ifr_plan_note(p->plan, "deconfigure_bridge: bridge           - %s", dbc_pif_bridge(p->db, pif));
    ifr_vsctl_del_br(t, dbc_pif_bridge(p->db, pif));
}

static int delete_datapath(struct ifr_planner *p, const struct dbc_pif *base, struct dbc_strvec *t,
                           struct dbc_error *err)
{
    struct dbc_pifs nics = DBC_PIFS_INIT;
    struct dbc_buf names = DBC_BUF_INIT;
    int ret = dbc_physical_pifs(p->db, base, &nics, err);

    delete_bridge(p, base, t);
    ifr_pif_list(&nics, &names);
    if (ret == 0) {
        ret = ifr_filled(&names, NULL, err);
    }
    if (ret == 0) {
        ifr_plan_note(p->plan, "action_down: bring down physical devices - %s",
                      dbc_buf_str(&names));
        for (size_t i = 0; i < nics.n; i++) {
            ifr_plan_link_down(p, nics.v[i]->device);
        }
    }
    dbc_buf_release(&names);
    dbc_pifs_release(&nics);
    return ret;
}

static int vswitch_bring_down(struct ifr_planner *p, const struct dbc_pif *pif,
                              struct dbc_error *err)
{
    const struct dbc_pif *base = dbc_datapath_pif(p->db, pif, err);
    struct dbc_strvec t = DBC_STRVEC_INIT;
    bool keep = false;
    int ret = -1;

    if (base == NULL) {
        return -1;
    }
    ifr_plan_note(p->plan, "deconfigure ipdev %s on %s", dbc_pif_bridge(p->db, pif),
                  dbc_pif_bridge(p->db, base));
    ifr_vsctl_del_port(&t, dbc_pif_bridge(p->db, pif));
    if (pif != base) {
        delete_bridge(p, pif, &t);
        ret = vlan_leaves_datapath(p, pif, base, &keep, err);
    } else {
        ret = vlans_keep_datapath(p, base, &keep, err);
    }
    if (ret == 0 && !keep) {
        ret = delete_datapath(p, base, &t, err);
    }
    ifr_vsctl_plan(p, &t);
    dbc_strvec_release(&t);
    return ret;
}

/* Uuids change when a host joins or leaves a pool.  At shutdown Open vSwitch may be gone already.
 */
static int vswitch_rewrite(struct ifr_planner *p, struct dbc_error *err)
{
    struct dbc_strvec t = DBC_STRVEC_INIT;
    const struct dbc_pif *pif = NULL;

    (void)err;
    if (!ifr_facts_ovs_running(p->facts)) {
        return 0;
    }
    for (size_t i = 0; (pif = dbc_db_pif_at(p->db, i)) != NULL; i++) {
        if (ifr_attached(p, pif) && !dbc_pif_is_vlan(pif) && *ifr_bridge(p, pif) != '\0') {
            set_network_uuids(p, pif, &t);
        }
    }
    ifr_vsctl_plan(p, &t);
    dbc_strvec_release(&t);
    return 0;
}

const struct ifr_datapath ifr_datapath_vswitch = {
    .name = "Vswitch",
    .check = ifr_check_pif,
    .ipdev_type = vswitch_ipdev_type,
    .prepare = vswitch_prepare,
    .bring_down_existing = vswitch_bring_down_existing,
    .configure = vswitch_configure,
    .post = vswitch_post,
    .bring_down = vswitch_bring_down,
    .rewrite = vswitch_rewrite,
};
