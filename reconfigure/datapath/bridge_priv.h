/* bridge_priv.h - what the files of the Linux bridge share: the devices that a PIF needs, their
 * files (bridge_files.c), what they should be as objects of p->plan->wanted (bridge_wanted.c), and
 * the steps that bring them up (bridge_up.c).  bridge.c is the datapath, and takes them down. */
#ifndef IFR_BRIDGE_PRIV_H
#define IFR_BRIDGE_PRIV_H

#include "reconfigure/datapath/datapath.h"

#define IFR_BONDING_MASTERS "/sys/class/net/bonding_masters"

/* Plans the ifcfg files of NICs, bond and VLAN device.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_bridge_files(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err);

/* Adds NICs, bond, VLAN device and bridge of the PIF to the wanted state.  Sets work->right when
 * all devices below the bridge are as wanted.  Does nothing where the host is not seen.  Returns 0,
 * or -1: DBC_ECONFLICT for a device of another type, or one that must be there and gone;
 * DBC_ENOMEM. */
int ifr_bridge_want(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);

/* Returns the next NIC that is in the bond of `work` and should not be, from object *at of p->seen
 * on; NULL at the end. */
const struct ifr_object *ifr_bridge_foreign_slave(const struct ifr_planner *p,
                                                  const struct ifr_work *work, size_t *at);

/* Returns the PIF of the bond or bridge that has this NIC and should not; NULL when there is none
 * in the records. */
const struct dbc_pif *ifr_bridge_holder(struct ifr_planner *p, const struct ifr_work *work,
                                        const struct dbc_pif *nic);

/* Plans the steps that bring the devices up.  Where the host is seen, only devices that differ get
 * one: by netlink where that is enough, else by ifup.  Returns 0, or -1 when the kernel's bonds
 * cannot be read. */
int ifr_bridge_up(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err);

#endif
