/* bond.h - a bond's options from its PIF's other_config (bond-*), in the words of either datapath.
 * A value that cannot be used is noted with its own name and the default stands in. */
#ifndef IFR_BOND_H
#define IFR_BOND_H

#include "reconfigure/datapath/planner.h"
#include "reconfigure/state/state.h"

/* The attributes of the bond's port of Open vSwitch that say how it works. */
void ifr_bond_want(struct ifr_planner *p, const struct dbc_pif *bond, struct ifr_state *wanted,
                   struct ifr_object *port);

/* The attributes of the bond's device of the kernel; its mode is left open where the kernel may
 * have another one in its place (balance-slb). */
void ifr_bond_want_device(struct ifr_planner *p, const struct dbc_pif *bond,
                          struct ifr_state *wanted, struct ifr_object *device);

/* The BONDING_OPTS line: only modes and options of the kernel's driver, but for balance-slb, which
 * XenServer's kernel has (our own ifup uses active-backup elsewhere). */
void ifr_bond_ifcfg(struct ifr_planner *p, const struct dbc_pif *bond, struct dbc_buf *ifcfg);

#endif
