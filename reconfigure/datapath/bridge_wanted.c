/* bridge_wanted.c - the kernel's devices as the records want them on the Linux bridge, and the PIF
 * that has one of their NICs (bridge_priv.h). */
#include <string.h>

#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/bridge_priv.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"

/* Adds a device that is up, in `master`, with the MTU of its PIF. */
static struct ifr_object *want_device(struct ifr_planner *p, const char *device,
                                      const struct dbc_pif *pif, const char *master,
                                      struct dbc_error *err)
{
    struct ifr_object *link = ifr_want(p, IFR_LINK, device, err);

    if (link != NULL) {
        ifr_state_set(&p->plan->wanted, link, IFR_LINK_STATE, "up");
        ifr_state_set(&p->plan->wanted, link, IFR_LINK_MASTER, master);
        ifr_state_setf(&p->plan->wanted, link, IFR_LINK_MTU, "%u",
                       ifr_mtu_of(p, pif, &pif->other_config, "PIF"));
    }
    return link;
}

static bool is_nic_of(const struct ifr_work *work, const char *device)
{
    for (size_t i = 0; i < work->nics.n; i++) {
        if (strcmp(work->nics.v[i]->device, device) == 0) {
            return true;
        }
    }
    return false;
}

const struct ifr_object *ifr_bridge_foreign_slave(const struct ifr_planner *p,
                                                  const struct ifr_work *work, size_t *at)
{
    const struct ifr_state *seen = ifr_seen(p, IFR_LINK);

    while (seen != NULL && *at < seen->n) {
        const struct ifr_object *one = seen->objects[(*at)++];
        if (one->kind == IFR_LINK && !is_nic_of(work, one->name) &&
            strcmp(ifr_object_get(one, IFR_LINK_MASTER), work->base->device) == 0) {
            return one;
        }
    }
    return NULL;
}

/* A master that another part of this request wants stays. */
static int want_foreign_out(struct ifr_planner *p, const struct ifr_work *work,
                            struct dbc_error *err)
{
    const struct ifr_object *foreign = NULL;

    for (size_t at = 0; (foreign = ifr_bridge_foreign_slave(p, work, &at)) != NULL;) {
        struct ifr_object *nic = ifr_want(p, IFR_LINK, foreign->name, err);
        if (nic == NULL) {
            return -1;
        }
        if (nic->v[IFR_LINK_MASTER] == NULL) {
            ifr_state_set(&p->plan->wanted, nic, IFR_LINK_MASTER, "");
        }
    }
    return 0;
}

static int want_bond(struct ifr_planner *p, const struct ifr_work *work, const char *bridge,
                     struct dbc_error *err)
{
    struct ifr_state *wanted = &p->plan->wanted;
    struct ifr_object *bond = want_device(p, work->base->device, work->base, bridge, err);

    if (bond == NULL) {
        return -1;
    }
    ifr_state_set(wanted, bond, IFR_LINK_TYPE, "bond");
    ifr_state_set(wanted, bond, IFR_LINK_MAC, work->mac[0] != '\0' ? work->mac : NULL);
    ifr_bond_want_device(p, work->base, wanted, bond);
    for (size_t i = 0; i < work->nics.n; i++) {
        struct ifr_object *nic =
            want_device(p, work->nics.v[i]->device, work->base, work->base->device, err);
        if (nic == NULL) {
            return -1;
        }
    }
    return want_foreign_out(p, work, err);
}

static int want_base(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    const char *bridge = ifr_bridge(p, work->base);

    if (dbc_pif_is_bond(p->db, work->base)) {
        return want_bond(p, work, bridge, err);
    }
    return want_device(p, work->base->device, work->base, bridge, err) != NULL ? 0 : -1;
}

static int want_vlan(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    struct ifr_state *wanted = &p->plan->wanted;
    char netdev[DBC_NETDEV_NAME_SIZE];
    struct ifr_object *vlan =
        want_device(p, dbc_pif_netdev(work->pif, netdev), work->pif, ifr_bridge(p, work->pif), err);

    if (vlan == NULL) {
        return -1;
    }
    ifr_state_set(wanted, vlan, IFR_LINK_TYPE, "vlan");
    ifr_state_set(wanted, vlan, IFR_LINK_PARENT, work->base->device);
    ifr_state_setf(wanted, vlan, IFR_LINK_TAG, "%d", work->pif->VLAN.value);
    return 0;
}

/* Refuses a device of this name that has another type. */
static int check_type(const struct ifr_planner *p, const char *device, const char *type,
                      struct dbc_error *err)
{
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, device);
    const char *is = ifr_object_get(seen, IFR_LINK_TYPE);

    if (seen == NULL || strcmp(is, type) == 0) {
        return 0;
    }
    return dbc_fail(err, DBC_ECONFLICT,
                    "device %s is there already and no %s (%s); nothing was changed. Remove it "
                    "with `ip link del`, or rename it",
                    device, type, *is != '\0' ? is : "a NIC");
}

static int check_types(const struct ifr_planner *p, const struct ifr_work *work,
                       struct dbc_error *err)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (dbc_pif_is_bond(p->db, work->base) && check_type(p, work->base->device, "bond", err) < 0) {
        return -1;
    }
    return work->pif != work->base ? check_type(p, dbc_pif_netdev(work->pif, netdev), "vlan", err)
                                   : 0;
}

static bool base_is_right(const struct ifr_planner *p, const struct ifr_work *work)
{
    size_t at = 0;

    if (dbc_pif_is_bond(p->db, work->base) && ifr_bridge_foreign_slave(p, work, &at) != NULL) {
        return false;
    }
    for (size_t i = 0; i < work->nics.n; i++) {
        if (ifr_link_differs(p, work->nics.v[i]->device) != 0) {
            return false;
        }
    }
    return ifr_link_differs(p, work->base->device) == 0;
}

/* A VLAN does not care for the bridge of its parent, which may be in none. */
static void forget_master_of_base(struct ifr_planner *p, const struct ifr_work *work)
{
    struct ifr_object *base = ifr_state_find(&p->plan->wanted, IFR_LINK, work->base->device);

    if (work->pif != work->base && base != NULL) {
        base->v[IFR_LINK_MASTER] = NULL;
    }
}

int ifr_bridge_want(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    char netdev[DBC_NETDEV_NAME_SIZE];
    bool vlan = work->pif != work->base;
    struct ifr_object *bridge = NULL;

    if (ifr_seen(p, IFR_LINK) == NULL) {
        return 0;
    }
    bridge = ifr_want(p, IFR_LINK, dbc_pif_bridge(p->db, work->pif), err);
    if (bridge == NULL || check_types(p, work, err) < 0 || want_base(p, work, err) < 0 ||
        (vlan && want_vlan(p, work, err) < 0)) {
        return -1;
    }
    ifr_state_set(&p->plan->wanted, bridge, IFR_LINK_TYPE, "bridge");
    /* As in its file.  With a delay a VM's port would forward nothing for half a minute. */
    ifr_state_set(&p->plan->wanted, bridge, IFR_LINK_STP, "0");
    ifr_state_set(&p->plan->wanted, bridge, IFR_LINK_DELAY, "0");
    forget_master_of_base(p, work);
    work->right = base_is_right(p, work) &&
                  (!vlan || ifr_link_differs(p, dbc_pif_netdev(work->pif, netdev)) == 0);
    return ifr_state_check(&p->plan->wanted, err);
}

/* ---- Who has a NIC -------------------------------------------------------------------------- */

const struct dbc_pif *ifr_bridge_holder(struct ifr_planner *p, const struct ifr_work *work,
                                        const struct dbc_pif *nic)
{
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, nic->device);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, nic->device);
    const char *has = ifr_object_get(seen, IFR_LINK_MASTER);
    const struct dbc_pif *pif = NULL;

    if (*has == '\0' || strcmp(has, ifr_object_get(wanted, IFR_LINK_MASTER)) == 0) {
        return NULL;
    }
    for (size_t i = 0; (pif = dbc_db_pif_at(p->db, i)) != NULL; i++) {
        if (pif != work->base && !dbc_pif_is_vlan(pif) &&
            (strcmp(pif->device, has) == 0 || strcmp(dbc_pif_bridge(p->db, pif), has) == 0)) {
            return pif;
        }
    }
    return NULL;
}
