/* compare_seen.h - single answers out of an observed state, in the words of `dbcache status`; for
 * compare.c alone. */
#ifndef IFR_COMPARE_SEEN_H
#define IFR_COMPARE_SEEN_H

#include "base/strvec.h"
#include "reconfigure/state/state.h"

/* The interfaces on a bridge of Open vSwitch, but for the bridges' own. */
void ifr_seen_interfaces(const struct ifr_state *seen, const char *bridge, struct dbc_strvec *ret);
/* "TAG on PARENT" for a VLAN's bridge; nothing for any other. */
void ifr_seen_vlan(const struct ifr_state *seen, const char *bridge, struct dbc_buf *ret);
/* IPv4 addresses of a device, "192.0.2.5/24" each. */
void ifr_seen_addresses(const struct ifr_state *seen, const char *device, struct dbc_strvec *ret);
/* The gateway of the IPv4 default route through a device; "on-link"; nothing without one. */
void ifr_seen_gateway(const struct ifr_state *seen, const char *device, struct dbc_buf *ret);

/* The same of IPv6: addresses, but for link-local ones; the gateway of its default route. */
void ifr_seen_ipv6_addresses(const struct ifr_state *seen, const char *device,
                             struct dbc_strvec *ret);
void ifr_seen_ipv6_gateway(const struct ifr_state *seen, const char *device, struct dbc_buf *ret);

#endif
