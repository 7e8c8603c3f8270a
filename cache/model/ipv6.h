/* ipv6.h - IPv6 of a PIF: what XAPI's databases say of it becomes what a cache says. */
#ifndef DBC_MODEL_IPV6_H
#define DBC_MODEL_IPV6_H

#include "model/record.h"

/* Does the PIF ask for IPv6 at all? */
bool dbc_pif_wants_ipv6(const struct dbc_pif *pif);

/* For a PIF that was read from XAPI or from a database of its kind, where every PIF has the fields
 * of IPv6; a cache has them only where they say something, so that those of IPv4 hosts have none.
 * Takes away all of them without a mode, or with None; and the addresses of a PIF that is not
 * static: XAPI keeps there what the bridge had lately, the link-local ones included, even of a PIF
 * that never asked for IPv6. */
void dbc_pif_settle_ipv6(struct dbc_pif *pif);

#endif
