/* ipv6.h - the IPv6 configuration of a PIF: its values checked, and its lines of ifcfg-X. */
#ifndef IFR_IPV6_H
#define IFR_IPV6_H

#include "base/valid.h"
#include "model/ipv6.h"
#include "reconfigure/datapath/planner.h"

/* Whether the PIF may have the default route of IPv6: not when it is static without a gateway. */
bool ifr_may_route_ipv6(const struct dbc_pif *pif);

/* Appends the lines of ifcfg-X; nothing for a PIF without IPv6.  `owner`: the PIF has the default
 * route of IPv6.  A gateway that is no address is noted and left out.  Returns 0, or -1 with
 * DBC_ENOMEM or DBC_EINVAL, which names record, field and value: an unknown mode, a static address
 * that no device can have, none at all, or more than DBC_LIMIT_IPV6. */
int ifr_ifcfg_ipv6(struct ifr_planner *p, const struct dbc_pif *pif, bool owner,
                   struct dbc_buf *ifcfg, struct dbc_error *err);

/* Pushes each address of the record's `IPv6` to `ret` once, as "ADDRESS/LENGTH" in canonical form.
 * Returns 0, or -1 with DBC_EINVAL for a bad address or too many, or DBC_ENOMEM. */
int ifr_ipv6_addresses(const struct dbc_pif *pif, struct dbc_strvec *ret, struct dbc_error *err);
/* Writes the IPv6 gateway in canonical form; false when it is no usable address. */
bool ifr_ipv6_gateway(const struct dbc_pif *pif, char out[DBC_IPV6_SIZE]);

#endif
