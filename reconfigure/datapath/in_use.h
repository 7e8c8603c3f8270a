/* in_use.h - who uses a bridge that is there, so that it is not torn down below them.  Where
 * nothing could be observed nobody is known to. */
#ifndef IFR_IN_USE_H
#define IFR_IN_USE_H

#include "reconfigure/datapath/planner.h"

/* Somebody who uses the bridge of `pif`, in words, appended to `who`; nothing when nobody does or
 * nothing is known: a port that is not its uplink, a VLAN on it (but `except`, which may be NULL),
 * an address that is not ours; with `inventory`, the host's management or current interfaces.  What
 * the plan takes down is no user. */
void ifr_bridge_user(struct ifr_planner *p, const struct dbc_pif *pif, const struct dbc_pif *except,
                     bool inventory, struct dbc_buf *who);
/* May this bridge, which is in the way, be deleted?  From the cache only when nobody uses it, or
 * with --take-over; DBC_EBUSY names the user.  From XAPI the records decide. */
int ifr_may_go(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err);

/* The same of a bridge that no record names and that has NICs of `pif`; `except` as above. */
int ifr_stranger_may_go(struct ifr_planner *p, const char *bridge, const struct dbc_pif *pif,
                        const struct dbc_pif *except, struct dbc_error *err);

#endif
