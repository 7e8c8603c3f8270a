/* bridge_priv.h - what the files of the Linux bridge share: the devices that a PIF needs, their
 * files (bridge_files.c), what they should be as objects of p->plan->wanted (bridge_wanted.c), and
 * the steps that bring them up (bridge_up.c).  bridge.c is the datapath, and takes them down. */
#ifndef IFR_BRIDGE_PRIV_H
#define IFR_BRIDGE_PRIV_H

#include "reconfigure/datapath/datapath.h"

#define IFR_BONDING_MASTERS "/sys/class/net/bonding_masters"

/* ifcfg files of NICs, bond and VLAN device. */
int ifr_bridge_files(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err);

/* NICs, bond, VLAN device and bridge of the PIF; sets work->right when all below the bridge are
 * seen to be as wanted.  Nothing where the host is not seen.  DBC_ECONFLICT, DBC_ENOMEM. */
int ifr_bridge_want(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);

/* The next NIC that the bond of `work` is seen to have and should not, from object *at of p->seen
 * on; NULL: no more. */
const struct ifr_object *ifr_bridge_foreign_slave(const struct ifr_planner *p,
                                                  const struct ifr_work *work, size_t *at);

/* The PIF of the bond or bridge that has this NIC and should not have it; NULL: nobody, or nobody
 * whom the records know. */
const struct dbc_pif *ifr_bridge_holder(struct ifr_planner *p, const struct ifr_work *work,
                                        const struct dbc_pif *nic);

/* Steps for the devices.  Where the host is seen only for those that are not as wanted: by netlink
 * where that can be set at once, else by ifup. */
int ifr_bridge_up(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err);

#endif
