/* in_use.c - who uses a bridge (in_use.h): a port, a VLAN, an address, the inventory. */
#include "reconfigure/datapath/in_use.h"

#include <string.h>

#include "reconfigure/datapath/address.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/live.h"

/* Whether the port is the PIF's device, a NIC of its bond, or its VLAN device. */
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

/* Whether the port is a tunnel's, which the pool's manager makes on the tunnel's bridge. */
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

/* Appends a user of the bridge `name`, whose uplinks are those of `pif`. */
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
                   !ifr_takes_down(p, other->name) &&
                   strcmp(ifr_object_get(other, IFR_BRIDGE_PARENT), bridge->name) == 0) {
            dbc_buf_addf(who, "VLAN bridge %s", other->name);
        }
    }
}

/* Appends a port of the PIF's Linux bridge, or a VLAN device on its device. */
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
                   *ifr_object_get(link, IFR_LINK_MASTER) != '\0' &&
                   !ifr_takes_down(p, ifr_object_get(link, IFR_LINK_MASTER))) {
            dbc_buf_addf(who, "VLAN device %s", link->name);
        }
    }
}

static void address_user(const struct ifr_planner *p, const struct dbc_pif *pif,
                         struct dbc_buf *who)
{
    struct dbc_buf others = DBC_BUF_INIT;

    if (who->len == 0 && ifr_address_of_others(p, pif, IFR_LINK_ADDRESSES, &others, NULL) < 0) {
        who->failed = true;
    }
    if (others.len > 0) {
        dbc_buf_addf(who, "address %.*s", (int)strcspn(others.data, " \n"), others.data);
    }
    dbc_buf_release(&others);
}

/* Whether `bridge` is a word of the inventory's value. */
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
    address_user(p, pif, who);
    if (inventory) {
        inventory_user(p, bridge, who);
    }
}

/* ---- May it go ------------------------------------------------------------------------------ */

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
