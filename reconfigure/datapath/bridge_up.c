/* bridge_up.c - the steps that bring the devices below a Linux bridge up (bridge_priv.h). */
#include <stdio.h>

#include "base/valid.h"
#include "reconfigure/datapath/bridge_priv.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"
#include "reconfigure/state/options.h"

static void up_interface(struct ifr_planner *p, const struct dbc_pif *pif)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    ifr_plan_note(p->plan, "Bring interface %s up", dbc_pif_netdev(pif, netdev));
    ifr_plan_ifup(p, netdev);
}

/* The driver makes a bond0 when it is loaded, which nothing uses. */
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

/* Returns whether ifup is needed, and plans what netlink can do: all that differs, or at least
 * options, since ifup does not set those of a bond that has NICs. */
static bool needs_ifup(struct ifr_planner *p, const char *device)
{
    const uint32_t what = ifr_link_differs(p, device), at_once = ifr_link_set_at_once();

    if (what != 0 && what != UINT32_MAX &&
        ((what & ~at_once) == 0 || (what & ifr_options_at_work()) != 0)) {
        ifr_plan_link_up(p, IFR_WARN, device);
    }
    return (what & ~at_once) != 0;
}

static void release_foreign(struct ifr_planner *p, const struct ifr_work *work)
{
    const struct ifr_object *foreign = NULL;

    for (size_t at = 0; (foreign = ifr_bridge_foreign_slave(p, work, &at)) != NULL;) {
        ifr_plan_note(p->plan, "%s is a slave of %s, but not in the records: it leaves",
                      foreign->name, work->base->device);
        ifr_plan_touch(p->plan, foreign->name);
        (void)ifr_plan_command(p->plan, IFR_WARN, "/sbin/ip", "link", "set", "dev", foreign->name,
                               "nomaster", NULL);
    }
}

/* The kernel takes another mode only while the bond has no NICs. */
static bool has_another_mode(const struct ifr_planner *p, const char *bond)
{
    return ifr_link_exists(p, bond) &&
           (ifr_link_differs(p, bond) & IFR_BIT(IFR_LINK_BOND_MODE)) != 0;
}

/* A bond stays in service: missing NICs come in (by ifup of the bond) before foreign ones leave. */
static int bond_seen(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    const char *bond = work->base->device;
    const bool empties = has_another_mode(p, bond);
    bool needs = needs_ifup(p, bond);

    for (size_t i = 0; i < work->nics.n; i++) {
        needs = needs_ifup(p, work->nics.v[i]->device) || needs;
        ifr_plan_touch(p->plan, work->nics.v[i]->device);
    }
    if (empties) {
        release_foreign(p, work);
        (void)ifr_plan_ifdown(p, bond);
    } else if (!ifr_link_exists(p, bond) && create_bond(p, bond, err) < 0) {
        return -1;
    }
    if (needs) {
        ifr_plan_touch(p->plan, bond);
        ifr_touch_dependents(p, bond);
        up_interface(p, work->base);
    }
    if (!empties) {
        release_foreign(p, work);
    }
    return 0;
}

/* First removes a VLAN device on another device or with another tag, which ifup would keep. */
static void vlan_seen(struct ifr_planner *p, const struct dbc_pif *vlan)
{
    char device[DBC_NETDEV_NAME_SIZE];
    const uint32_t place = IFR_BIT(IFR_LINK_PARENT) | IFR_BIT(IFR_LINK_TAG);

    dbc_pif_netdev(vlan, device);
    if (!needs_ifup(p, device)) {
        return;
    }
    if (ifr_link_exists(p, device) && (ifr_link_differs(p, device) & place) != 0) {
        ifr_plan_remove_device(p, "/sbin/vconfig", "rem", device, NULL);
    }
    up_interface(p, vlan);
}

static int up_seen(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    if (dbc_pif_is_bond(p->db, work->base)) {
        if (bond_seen(p, work, err) < 0) {
            return -1;
        }
    } else if (needs_ifup(p, work->base->device)) {
        up_interface(p, work->base);
    }
    if (work->pif != work->base) {
        vlan_seen(p, work->pif);
    }
    ifr_plan_touch(p->plan, dbc_pif_bridge(p->db, work->pif));
    return 0;
}

/* ---- Blind ---------------------------------------------------------------------------------- */

/* ifup of a VLAN brings up a NIC below it, but no bond; a bond in service must not be touched. */
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
