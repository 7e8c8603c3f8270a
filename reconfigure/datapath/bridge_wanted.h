/* bridge_wanted.h - the devices that the Linux bridge needs for a PIF, as objects of
 * p->plan->wanted, and what leads to them where the host is seen; for bridge.c alone. */
#ifndef IFR_BRIDGE_WANTED_H
#define IFR_BRIDGE_WANTED_H

#include "reconfigure/datapath/datapath.h"

/* NICs, bond, VLAN device and bridge of the PIF; sets work->right when all below the bridge are
 * seen to be as wanted.  Nothing where the host is not seen.  DBC_ECONFLICT, DBC_ENOMEM. */
int ifr_bridge_want(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);

/* The PIF of the bond or bridge that has this NIC and should not have it; NULL: nobody, or nobody
 * whom the records know. */
const struct dbc_pif *ifr_bridge_holder(struct ifr_planner *p, const struct ifr_work *work,
                                        const struct dbc_pif *nic);

/* Steps for the devices that are not as wanted: by netlink where only state or MTU differ, else by
 * ifup, with `create_bond` before it for a bond that does not exist. */
int ifr_bridge_configure_seen(
    struct ifr_planner *p, const struct ifr_work *work,
    int (*create_bond)(struct ifr_planner *p, const char *bond, struct dbc_error *err),
    void (*up_interface)(struct ifr_planner *p, const struct dbc_pif *pif), struct dbc_error *err);

#endif
