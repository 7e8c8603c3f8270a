/* bridge_up.c - the steps that bring the devices below a Linux bridge up (bridge_priv.h). */
#include <stdio.h>

#include "base/valid.h"
#include "reconfigure/datapath/bridge_priv.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"

static void up_interface(struct ifr_planner *p, const struct dbc_pif *pif)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    ifr_plan_note(p->plan, "Bring interface %s up", dbc_pif_netdev(pif, netdev));
    ifr_plan_ifup(p, netdev);
}

/* The driver makes a bond0 of its own when it is loaded; that one is nobody's. */
static void load_bonding(struct ifr_planner *p)
{
    ifr_plan_note(p->plan, "Loading bonding driver");
    (void)ifr_plan_command(p->plan, IFR_WARN, "/sbin/modprobe", "bonding", NULL);
    ifr_step_only_if(ifr_plan_sysfs(p->plan, IFR_WARN, IFR_BONDING_MASTERS, "-bond0"), "bond0",
                     NULL);
}

static int create_bond(struct ifr_planner *p, const char *bond, struct dbc_error *err)
{
    char text[DBC_IFNAME_MAX + 2];
    bool exists = false;

    if (!ifr_facts_module_loaded(p->facts, "bonding")) {
        load_bonding(p);
    } else if (ifr_facts_bond_exists(p->facts, bond, &exists, err) < 0) {
        return -1;
    }
    if (exists) {
        ifr_plan_note(p->plan, "bond master %s already exists, not creating", bond);
        return 0;
    }
    ifr_plan_note(p->plan, "Creating bond master %s", bond);
    snprintf(text, sizeof text, "+%s", bond);
    (void)ifr_plan_sysfs(p->plan, IFR_FATAL, IFR_BONDING_MASTERS, text);
    return 0;
}

/* ---- Where the host is seen ----------------------------------------------------------------- */

/* Whether ifup is needed; what netlink can do is planned. */
static bool needs_ifup(struct ifr_planner *p, const char *device)
{
    uint32_t what = ifr_link_differs(p, device);

    if (what != 0 && (what & ~IFR_UP_AND_MTU) == 0) {
        ifr_plan_link_up(p, IFR_WARN, device);
    }
    return (what & ~IFR_UP_AND_MTU) != 0;
}

/* A bond's options change only while it has no NICs; and a NIC that is in it already needs it up.
 */
static int bond_seen(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
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

static int up_seen(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (dbc_pif_is_bond(p->db, work->base)) {
        if (bond_seen(p, work, err) < 0) {
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

/* ---- Where it is not ------------------------------------------------------------------------ */

/* ifup of a VLAN brings a NIC under it up, but no bond; a bond that works must not be touched. */
static int up_blind(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    bool vlan = work->pif != work->base;

    if (dbc_pif_is_bond(p->db, work->base) && !(vlan && ifr_attached(p, work->base))) {
        if (create_bond(p, work->base->device, err) < 0) {
            return -1;
        }
        up_interface(p, work->base);
    } else if (!vlan) {
        up_interface(p, work->pif);
    }
    if (vlan) {
        up_interface(p, work->pif);
    }
    return 0;
}

int ifr_bridge_up(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    return ifr_seen(p, IFR_LINK) != NULL ? up_seen(p, work, err) : up_blind(p, work, err);
}
