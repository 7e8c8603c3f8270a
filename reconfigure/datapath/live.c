/* live.c - the observed host's answers to planning functions (live.h). */
#include "reconfigure/datapath/live.h"

#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/state/diff.h"

const struct ifr_state *ifr_seen(const struct ifr_planner *p, enum ifr_kind kind)
{
    return p->seen != NULL && p->seen->known[kind] ? p->seen : NULL;
}

/* ---- Saying what is wanted ------------------------------------------------------------------ */

static int contradiction(const struct ifr_object *object, struct dbc_error *err)
{
    return dbc_fail(err, DBC_ECONFLICT,
                    "%s %s would have to be there and gone at once: bring up one of the interfaces "
                    "that need it at a time",
                    ifr_kind_name(object->kind), object->name);
}

struct ifr_object *ifr_want(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                            struct dbc_error *err)
{
    struct ifr_object *object = ifr_state_add(&p->plan->wanted, kind, name);

    if (object->absent) {
        (void)contradiction(object, err);
        return NULL;
    }
    return object;
}

int ifr_want_absent(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                    struct dbc_error *err)
{
    const struct ifr_object *object = ifr_state_find(&p->plan->wanted, kind, name);

    if (object != NULL && !object->absent) {
        return contradiction(object, err);
    }
    ifr_state_add(&p->plan->wanted, kind, name)->absent = true;
    return 0;
}

/* ---- Who uses a bridge ---------------------------------------------------------------------- */

bool ifr_bridge_is_there(const struct ifr_planner *p, const struct dbc_pif *pif)
{
    const char *bridge = dbc_pif_bridge(p->db, pif);
    const struct ifr_state *seen = ifr_seen(p, IFR_BRIDGE);
    const struct ifr_object *link = NULL;

    if (*bridge == '\0') {
        return false;
    }
    if (p->datapath->is_vswitch) {
        return ifr_state_find(seen, IFR_BRIDGE, bridge) != NULL;
    }
    link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, bridge);
    return link != NULL && strcmp(ifr_object_get(link, IFR_LINK_TYPE), "bridge") == 0;
}

bool ifr_attached(const struct ifr_planner *p, const struct dbc_pif *pif)
{
    return p->force ? ifr_bridge_is_there(p, pif) : pif->currently_attached;
}

/* Is this one of the PIF's own ways out: its device, its bond's NICs, its VLAN device? */
static bool is_uplink(const struct ifr_planner *p, const struct dbc_pif *pif, const char *port)
{
    struct dbc_pifs nics = DBC_PIFS_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    bool found = strcmp(pif->device, port) == 0 || strcmp(dbc_pif_netdev(pif, netdev), port) == 0;

    if (dbc_physical_pifs(p->db, pif, &nics, NULL) == 0) {
        for (size_t i = 0; i < nics.n; i++) {
            found = found || strcmp(nics.v[i]->device, port) == 0;
        }
    }
    dbc_pifs_release(&nics);
    return found;
}

/* The port of a tunnel, which the pool's manager makes on a tunnel's bridge. */
static bool is_tunnel(const struct ifr_planner *p, const struct dbc_pif *pif, const char *port)
{
    const struct ifr_object *interface = ifr_state_find(p->seen, IFR_INTERFACE, port);
    const char *type = ifr_object_get(interface, IFR_INTERFACE_TYPE);

    return dbc_pif_is_tunnel(p->db, pif) && *type != '\0' && strcmp(type, "internal") != 0 &&
           strcmp(type, "system") != 0 && strcmp(type, "tap") != 0;
}

static bool is_on(const struct ifr_object *bridge, const struct ifr_object *port)
{
    const char *parent = ifr_object_get(bridge, IFR_BRIDGE_PARENT);
    const char *on = ifr_object_get(port, IFR_PORT_BRIDGE);

    if (*parent == '\0') {
        return strcmp(on, bridge->name) == 0;
    }
    return strcmp(on, parent) == 0 &&
           strcmp(ifr_object_get(port, IFR_PORT_TAG), ifr_object_get(bridge, IFR_BRIDGE_TAG)) == 0;
}

static bool is_named(const char *name, const struct dbc_pif *pif, const struct ifr_planner *p)
{
    return pif != NULL && strcmp(name, dbc_pif_bridge(p->db, pif)) == 0;
}

/* Who uses the bridge `name`, whose uplinks are those of `pif`. */
static void vswitch_user(const struct ifr_planner *p, const char *name, const struct dbc_pif *pif,
                         const struct dbc_pif *except, struct dbc_buf *who)
{
    const struct ifr_state *seen = ifr_seen(p, IFR_BRIDGE);
    const struct ifr_object *bridge = ifr_state_find(seen, IFR_BRIDGE, name);

    for (size_t i = 0; bridge != NULL && i < seen->n && who->len == 0; i++) {
        const struct ifr_object *other = seen->objects[i];
        if (other->kind == IFR_PORT && is_on(bridge, other) && !is_uplink(p, pif, other->name) &&
            !is_tunnel(p, pif, other->name)) {
            dbc_buf_addf(who, "port %s", other->name);
        } else if (other->kind == IFR_BRIDGE && !is_named(other->name, except, p) &&
                   strcmp(ifr_object_get(other, IFR_BRIDGE_PARENT), bridge->name) == 0) {
            dbc_buf_addf(who, "VLAN bridge %s", other->name);
        }
    }
}

/* A VLAN device on the PIF's device, as the Linux bridge has them; or a port of its bridge. */
static void bridge_user(const struct ifr_planner *p, const struct dbc_pif *pif,
                        const struct dbc_pif *except, struct dbc_buf *who)
{
    const struct ifr_state *seen = ifr_seen(p, IFR_LINK);
    const char *bridge = dbc_pif_bridge(p->db, pif);
    char netdev[DBC_NETDEV_NAME_SIZE], own[DBC_NETDEV_NAME_SIZE] = "";

    if (except != NULL) {
        dbc_pif_netdev(except, own);
    }
    dbc_pif_netdev(pif, netdev);
    for (size_t i = 0; seen != NULL && i < seen->n && who->len == 0; i++) {
        const struct ifr_object *link = seen->objects[i];
        if (link->kind != IFR_LINK || strcmp(link->name, own) == 0) {
            continue;
        }
        if (strcmp(ifr_object_get(link, IFR_LINK_MASTER), bridge) == 0 &&
            !is_uplink(p, pif, link->name)) {
            dbc_buf_addf(who, "port %s", link->name);
        } else if (strcmp(ifr_object_get(link, IFR_LINK_PARENT), netdev) == 0 &&
                   *ifr_object_get(link, IFR_LINK_MASTER) != '\0') {
            dbc_buf_addf(who, "VLAN device %s", link->name);
        }
    }
}

/* Is `bridge` a word of the inventory's value? */
static bool in_inventory(const struct ifr_planner *p, const char *key, const char *bridge)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;
    bool found = ifr_facts_inventory_words(p->facts, key, &words, NULL) == 0 &&
                 dbc_strvec_has(&words, bridge);

    dbc_strvec_release(&words);
    return found;
}

static void inventory_user(const struct ifr_planner *p, const char *bridge, struct dbc_buf *who)
{
    if (who->len == 0 && in_inventory(p, "MANAGEMENT_INTERFACE", bridge)) {
        dbc_buf_adds(who, "the host's management (MANAGEMENT_INTERFACE)");
    } else if (who->len == 0 && in_inventory(p, "CURRENT_INTERFACES", bridge)) {
        dbc_buf_adds(who, "the host (CURRENT_INTERFACES)");
    }
}

void ifr_bridge_user(struct ifr_planner *p, const struct dbc_pif *pif, const struct dbc_pif *except,
                     bool inventory, struct dbc_buf *who)
{
    const char *bridge = dbc_pif_bridge(p->db, pif);

    if (!ifr_bridge_is_there(p, pif)) {
        return;
    }
    if (p->datapath->is_vswitch) {
        vswitch_user(p, bridge, pif, except, who);
    } else {
        bridge_user(p, pif, except, who);
    }
    if (inventory) {
        inventory_user(p, bridge, who);
    }
}

bool ifr_bridge_is_remade(const struct ifr_planner *p, const char *bridge)
{
    const struct ifr_object *seen = ifr_state_find(ifr_seen(p, IFR_BRIDGE), IFR_BRIDGE, bridge);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_BRIDGE, bridge);

    if (ifr_seen(p, IFR_BRIDGE) == NULL || wanted == NULL) {
        return false;
    }
    return seen == NULL || strcmp(ifr_object_get(seen, IFR_BRIDGE_PARENT),
                                  ifr_object_get(wanted, IFR_BRIDGE_PARENT)) != 0;
}

bool ifr_ipdev_is_fresh(const struct ifr_planner *p, const char *ipdev)
{
    for (size_t i = 0; i < p->plan->wanted.n; i++) {
        const struct ifr_object *object = p->plan->wanted.objects[i];
        if (object->absent && ifr_state_find(p->seen, object->kind, object->name) != NULL) {
            return false;
        }
    }
    return !ifr_facts_netdev_exists(p->facts, ipdev);
}

/* Releases `who`. */
static int may_go(const char *bridge, struct dbc_buf *who, struct dbc_error *err)
{
    int rc = ifr_filled(who, NULL, err);

    if (rc == 0 && who->len > 0) {
        rc = dbc_fail(err, DBC_EBUSY,
                      "bridge %s is in the way and in use by %s; nothing was changed. "
                      "With --take-over it goes",
                      bridge, dbc_buf_str(who));
    }
    dbc_buf_release(who);
    return rc;
}

int ifr_may_go(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    struct dbc_buf who = DBC_BUF_INIT;

    if (p->force && !p->take_over) {
        ifr_bridge_user(p, pif, NULL, true, &who);
    }
    return may_go(dbc_pif_bridge(p->db, pif), &who, err);
}

int ifr_stranger_may_go(struct ifr_planner *p, const char *bridge, const struct dbc_pif *pif,
                        const struct dbc_pif *except, struct dbc_error *err)
{
    struct dbc_buf who = DBC_BUF_INIT;

    if (!p->take_over) {
        vswitch_user(p, bridge, pif, except, &who);
        inventory_user(p, bridge, &who);
    }
    return may_go(bridge, &who, err);
}

/* ---- Whose name it is ----------------------------------------------------------------------- */

/* Is a device of this type made by the datapath? */
static bool is_of_datapath(const struct ifr_planner *p, const char *type)
{
    if (p->datapath->is_vswitch) {
        return strcmp(type, "openvswitch") == 0 || strcmp(type, "tun") == 0;
    }
    return strcmp(type, "bridge") == 0;
}

int ifr_bridge_name_is_free(const struct ifr_planner *p, const char *bridge, struct dbc_error *err)
{
    const struct ifr_object *link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, bridge);
    const struct ifr_object *interface =
        ifr_state_find(ifr_seen(p, IFR_INTERFACE), IFR_INTERFACE, bridge);
    const char *type = ifr_object_get(link, IFR_LINK_TYPE);

    if (ifr_state_find(ifr_seen(p, IFR_BRIDGE), IFR_BRIDGE, bridge) != NULL) {
        return 0;
    }
    if (interface != NULL) {
        return dbc_fail(err, DBC_ECONFLICT,
                        "port %s of Open vSwitch has the name of bridge %s; nothing was changed. "
                        "Remove it with `ovs-vsctl del-port`",
                        ifr_object_get(interface, IFR_INTERFACE_PORT), bridge);
    }
    if (link != NULL && !is_of_datapath(p, type)) {
        return dbc_fail(err, DBC_ECONFLICT,
                        "device %s is there already and no bridge of this datapath (%s); nothing "
                        "was changed. Remove it with `ip link del`, or rename it",
                        bridge, *type != '\0' ? type : "a NIC");
    }
    return 0;
}

/* ---- Devices -------------------------------------------------------------------------------- */

bool ifr_link_is_up(const struct ifr_planner *p, const char *device)
{
    const struct ifr_object *link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, device);

    if (ifr_seen(p, IFR_LINK) == NULL) {
        return ifr_facts_netdev_is_up(p->facts, device);
    }
    return strcmp(ifr_object_get(link, IFR_LINK_STATE), "up") == 0;
}

bool ifr_may_have_address(struct ifr_planner *p, const char *device)
{
    const struct ifr_object *link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, device);

    if (ifr_seen(p, IFR_LINK) == NULL) {
        return true;
    }
    ifr_observe_device(p->live, p->facts, p->seen, device);
    return *ifr_object_get(link, IFR_LINK_ADDRESSES) != '\0' ||
           *ifr_object_get(link, IFR_LINK_CLIENT) != '\0';
}

bool ifr_link_exists(const struct ifr_planner *p, const char *device)
{
    if (ifr_seen(p, IFR_LINK) == NULL) {
        return ifr_facts_netdev_exists(p->facts, device);
    }
    return ifr_state_find(p->seen, IFR_LINK, device) != NULL;
}

uint32_t ifr_link_differs(const struct ifr_planner *p, const char *device)
{
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, device);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, device);

    return seen == NULL || wanted == NULL || ifr_bridge_is_remade(p, device)
               ? UINT32_MAX
               : ifr_object_differs(seen, wanted);
}

void ifr_plan_link_up(struct ifr_planner *p, enum ifr_on_failure on_failure, const char *device)
{
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, device);
    uint64_t mtu = 0;

    (void)dbc_parse_uint(ifr_object_get(wanted, IFR_LINK_MTU), DBC_MTU_MAX, &mtu);
    ifr_plan_link(p->plan, on_failure, device, "up", (unsigned)mtu);
}
