/* ipv6.h - IPv6 of a PIF: what XAPI's databases say of it becomes what a cache says. */
#ifndef DBC_MODEL_IPV6_H
#define DBC_MODEL_IPV6_H

#include "base/valid.h"
#include "model/database.h"

/* Does the PIF ask for IPv6 at all? */
bool dbc_pif_wants_ipv6(const struct dbc_pif *pif);
bool dbc_pif_is_static_ipv6(const struct dbc_pif *pif);

/* The next item of `IPv6` that is ADDRESS/LENGTH; false at the end.  *at starts at the list's text
 * and moves on, past items that are none. */
bool dbc_next_ipv6(const char **at, struct dbc_ipv6 *addr, unsigned *prefix);

/* For a PIF that was read from XAPI or from a database of its kind, where every PIF has the fields
 * of IPv6; a cache has them only where they say something, so that those of IPv4 hosts have none.
 * Takes away all of them without a mode, or with None.  In its list of addresses XAPI keeps what
 * the bridge had lately, even of a PIF that never asked for IPv6: it goes where the PIF is not
 * static, and link-local addresses, which the kernel makes by itself, go in any case.
 * DBC_ENOMEM, DBC_ELIMIT. */
int dbc_pif_settle_ipv6(struct dbc_db *db, struct dbc_pif *pif, struct dbc_error *err);

#endif
