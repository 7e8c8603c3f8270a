/* ipv6.h - the IPv6 configuration of a PIF: its values checked, and its lines of ifcfg-X. */
#ifndef IFR_IPV6_H
#define IFR_IPV6_H

#include "base/valid.h"
#include "model/ipv6.h"
#include "reconfigure/datapath/planner.h"

/* May the default route of IPv6 be its?  Not when it is static without a gateway. */
bool ifr_may_route_ipv6(const struct dbc_pif *pif);

/* Appends the lines of ifcfg-X; nothing for a PIF without IPv6.  `owner`: the default route of IPv6
 * is this PIF's.  A gateway that is no address is noted and left out.  DBC_EINVAL names record,
 * field and value: an unknown mode, a static address that no device can have, none at all, or more
 * than DBC_LIMIT_IPV6. */
int ifr_ifcfg_ipv6(struct ifr_planner *p, const struct dbc_pif *pif, bool owner,
                   struct dbc_buf *ifcfg, struct dbc_error *err);

/* Each static address of the record, as "ADDRESS/LENGTH" in its one text, pushed to `ret` once.
 * DBC_EINVAL as above, DBC_ENOMEM. */
int ifr_ipv6_addresses(const struct dbc_pif *pif, struct dbc_strvec *ret, struct dbc_error *err);
/* Its gateway in its one text; false: it has none that is an address. */
bool ifr_ipv6_gateway(const struct dbc_pif *pif, char out[DBC_IPV6_SIZE]);

#endif
