/* vswitch_wanted.h - the bridges and ports that Open vSwitch should have, from the records, as
 * objects of p->plan->wanted; for vswitch.c.  Notes are those of the old program, in its order.
 *
 * Results are 0, or -1: DBC_ECONFLICT when an object must be there and gone at once, or when
 * records go in a circle; DBC_ENOMEM. */
#ifndef IFR_VSWITCH_WANTED_H
#define IFR_VSWITCH_WANTED_H

#include "reconfigure/datapath/datapath.h"

/* Makes wanted absent: other bonds that have one of the NICs, their slaves that nobody uses, the
 * bridges of NICs, bonds and slaves, and with --force bridges of no record that have a NIC.
 * Devices that must go down first are in work->take_down.  Also DBC_EBUSY: a bridge is in use and
 * may not go (ifr_may_go). */
int ifr_vswitch_clear_the_way(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);
/* Adds the bridge of work->base, with its uplink. */
int ifr_want_bridge(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);
/* Adds the fake bridge of work->pif, a VLAN on it. */
int ifr_want_vlan(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);
/* Sets the bridge's uuids of all networks on the PIF's device. */
void ifr_want_networks(struct ifr_planner *p, const struct dbc_pif *pif, struct ifr_object *bridge);

#endif
