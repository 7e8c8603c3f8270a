/* in_use.h - who uses a bridge, so that it is not torn down below them.  Where the host could not
 * be observed, no user is known. */
#ifndef IFR_IN_USE_H
#define IFR_IN_USE_H

#include "reconfigure/datapath/planner.h"

/* Appends to `who` one user of the bridge of `pif`, in words; nothing when none is known.  Users
 * are a port that is neither its uplink nor a tunnel's; a VLAN on it, but for `except` (may be
 * NULL) and those that the plan takes down; an address that is not ours; with `inventory`, the
 * host's management or current interfaces. */
void ifr_bridge_user(struct ifr_planner *p, const struct dbc_pif *pif, const struct dbc_pif *except,
                     bool inventory, struct dbc_buf *who);
/* Returns 0 when the bridge of `pif`, which is in the way, may be deleted: in a request from XAPI,
 * under --take-over, or when nobody uses it.  Else -1: DBC_EBUSY names the user; DBC_ENOMEM. */
int ifr_may_go(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err);
/* The same for a bridge that no record names and that has NICs of `pif`, also in a request from
 * XAPI; its addresses do not count.  `except` as above. */
int ifr_stranger_may_go(struct ifr_planner *p, const char *bridge, const struct dbc_pif *pif,
                        const struct dbc_pif *except, struct dbc_error *err);

#endif
