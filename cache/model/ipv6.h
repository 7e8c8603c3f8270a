/* ipv6.h - a PIF's fields of IPv6: what they mean, and which of XAPI's a cache has. */
#ifndef DBC_MODEL_IPV6_H
#define DBC_MODEL_IPV6_H

#include "base/valid.h"
#include "model/database.h"

/* Whether the PIF has a mode of IPv6, and it is not None. */
bool dbc_pif_wants_ipv6(const struct dbc_pif *pif);
bool dbc_pif_is_static_ipv6(const struct dbc_pif *pif);

/* Parses the next item of the field `IPv6` that is ADDRESS/LENGTH, and skips others.  *at starts at
 * the field's text and moves on.  False at the end. */
bool dbc_next_ipv6(const char **at, struct dbc_ipv6 *addr, unsigned *prefix);

/* Unsets the fields of IPv6 that are no settings.  In XAPI's databases every PIF has these fields,
 * in a cache only a PIF with IPv6.  A PIF with no mode, or None, loses all of them.  Only a static
 * one keeps its list of addresses, without link-local ones: XAPI puts into it what the bridge had
 * lately, and the kernel makes link-local addresses by itself.  Returns 0, or -1: DBC_ENOMEM,
 * DBC_ELIMIT. */
int dbc_pif_settle_ipv6(struct dbc_db *db, struct dbc_pif *pif, struct dbc_error *err);

#endif
