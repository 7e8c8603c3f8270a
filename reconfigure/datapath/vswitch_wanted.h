/* vswitch_wanted.h - the bridges and ports that Open vSwitch should have, from the records, as
 * objects of p->plan->wanted; vswitch.c is the datapath that uses this.  Notes are those of the old
 * program, in its order. */
#ifndef IFR_VSWITCH_WANTED_H
#define IFR_VSWITCH_WANTED_H

#include "reconfigure/datapath/datapath.h"

/* Other bonds that own one of the NICs, their slaves that nobody uses, and the bridges of all these
 * are wanted absent; devices that are to go down first are in work->take_down.  DBC_EBUSY: one of
 * the bridges is in use and may not go (ifr_may_go); DBC_ECONFLICT, DBC_ENOMEM. */
int ifr_vswitch_clear_the_way(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);
/* The bridge of work->base with its uplink. */
int ifr_want_bridge(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);
/* The fake bridge of a VLAN on it. */
int ifr_want_vlan(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);
/* The uuids of all networks on the PIF's device. */
void ifr_want_networks(struct ifr_planner *p, const struct dbc_pif *pif, struct ifr_object *bridge);

#endif
