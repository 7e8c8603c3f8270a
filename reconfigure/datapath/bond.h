/* bond.h - a bond's options from its PIF's other_config (bond-*), in the words of either datapath.
 * An invalid value is noted, and the default is used. */
#ifndef IFR_BOND_H
#define IFR_BOND_H

#include "reconfigure/datapath/planner.h"
#include "reconfigure/state/state.h"

/* Sets the options of the bond's port of Open vSwitch. */
void ifr_bond_want(struct ifr_planner *p, const struct dbc_pif *bond, struct ifr_state *wanted,
                   struct ifr_object *port);

/* Sets the options of the bond's device of the kernel.  balance-slb leaves the mode open, since
 * only XenServer's kernel has it. */
void ifr_bond_want_device(struct ifr_planner *p, const struct dbc_pif *bond,
                          struct ifr_state *wanted, struct ifr_object *device);

/* Appends the BONDING_OPTS line: modes and options of the kernel's driver, and balance-slb, for
 * which our own ifup takes active-backup on other kernels. */
void ifr_bond_ifcfg(struct ifr_planner *p, const struct dbc_pif *bond, struct dbc_buf *ifcfg);

#endif
