/* bridge_wanted.c - the kernel's devices as the records want them on the Linux bridge, and the
 * steps for those that differ (bridge_wanted.h). */
#include "reconfigure/datapath/bridge_wanted.h"

#include <string.h>

#include "base/valid.h"

#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"
#include "reconfigure/state/diff.h"

#define LINK_ONLY (UINT32_C(1) << IFR_LINK_STATE | UINT32_C(1) << IFR_LINK_MTU)

/* A device that is up, in `master`, with the MTU of its PIF. */
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
    return 0;
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

/* What differs on a device; all of it when it is not there. */
static uint32_t differs(const struct ifr_planner *p, const char *device)
{
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, device);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, device);

    return seen != NULL && wanted != NULL ? ifr_object_differs(seen, wanted) : UINT32_MAX;
}

static bool base_is_right(const struct ifr_planner *p, const struct ifr_work *work)
{
    for (size_t i = 0; i < work->nics.n; i++) {
        if (differs(p, work->nics.v[i]->device) != 0) {
            return false;
        }
    }
    return differs(p, work->base->device) == 0;
}

/* The bridge of a VLAN's parent is none of the VLAN's business: its NIC may be in no bridge. */
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
    if (bridge == NULL || want_base(p, work, err) < 0 || (vlan && want_vlan(p, work, err) < 0)) {
        return -1;
    }
    ifr_state_set(&p->plan->wanted, bridge, IFR_LINK_TYPE, "bridge");
    forget_master_of_base(p, work);
    work->right =
        base_is_right(p, work) && (!vlan || differs(p, dbc_pif_netdev(work->pif, netdev)) == 0);
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

/* ---- Steps ---------------------------------------------------------------------------------- */

/* Whether ifup is needed; what netlink can do is planned. */
static bool needs_ifup(struct ifr_planner *p, const char *device)
{
    uint32_t what = differs(p, device);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, device);

    if (what != 0 && (what & ~LINK_ONLY) == 0) {
        uint64_t mtu = 0;
        (void)dbc_parse_uint(ifr_object_get(wanted, IFR_LINK_MTU), DBC_MTU_MAX, &mtu);
        (void)ifr_plan_link(p->plan, IFR_WARN, device, "up", (unsigned)mtu);
    }
    return (what & ~LINK_ONLY) != 0;
}

/* A bond's options change only while it has no NICs; and a NIC that is in it already needs it up.
 */
static int configure_bond(struct ifr_planner *p, const struct ifr_work *work,
                          int (*create_bond)(struct ifr_planner *p, const char *bond,
                                             struct dbc_error *err),
                          void (*up_interface)(struct ifr_planner *p, const struct dbc_pif *pif),
                          struct dbc_error *err)
{
    const char *bond = work->base->device;
    bool needs = needs_ifup(p, bond);

    for (size_t i = 0; i < work->nics.n; i++) {
        needs = needs_ifup(p, work->nics.v[i]->device) || needs;
        ifr_plan_touch(p->plan, work->nics.v[i]->device);
    }
    if (!needs) {
        return 0;
    }
    if (ifr_link_exists(p, bond)) {
        (void)ifr_plan_ifdown(p, bond);
    } else if (create_bond(p, bond, err) < 0) {
        return -1;
    }
    ifr_plan_touch(p->plan, bond);
    up_interface(p, work->base);
    return 0;
}

int ifr_bridge_configure_seen(
    struct ifr_planner *p, const struct ifr_work *work,
    int (*create_bond)(struct ifr_planner *p, const char *bond, struct dbc_error *err),
    void (*up_interface)(struct ifr_planner *p, const struct dbc_pif *pif), struct dbc_error *err)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (dbc_pif_is_bond(p->db, work->base)) {
        if (configure_bond(p, work, create_bond, up_interface, err) < 0) {
            return -1;
        }
    } else if (needs_ifup(p, work->base->device)) {
        up_interface(p, work->base);
    }
    if (work->pif != work->base && needs_ifup(p, dbc_pif_netdev(work->pif, netdev))) {
        up_interface(p, work->pif);
    }
    ifr_plan_touch(p->plan, dbc_pif_bridge(p->db, work->pif));
    return 0;
}
