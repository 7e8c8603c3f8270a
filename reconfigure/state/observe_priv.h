/* observe_priv.h - the two halves of ifr_observe, for observe.c alone.  Errors are those of
 * ifr_observe. */
#ifndef IFR_STATE_OBSERVE_PRIV_H
#define IFR_STATE_OBSERVE_PRIV_H

#include "reconfigure/state/observe.h"

int ifr_observe_ovs(struct ifr_ovsdb *db, struct ifr_state *state, struct dbc_error *err);
int ifr_observe_kernel(struct ifr_netlink *nl, struct ifr_state *state, struct dbc_error *err);

#endif
