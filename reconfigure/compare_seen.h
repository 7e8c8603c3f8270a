/* compare_seen.h - reads single values from an observed state, in the words of `dbcache status`;
 * for compare_pif.c alone.  Each appends to `ret`, whose failure to allocate is sticky. */
#ifndef IFR_COMPARE_SEEN_H
#define IFR_COMPARE_SEEN_H

#include "base/strvec.h"
#include "reconfigure/state/state.h"

/* The interfaces on a bridge of Open vSwitch, but for the bridge's own and those of VLANs. */
void ifr_seen_interfaces(const struct ifr_state *seen, const char *bridge, struct dbc_strvec *ret);
/* "TAG on PARENT" for a VLAN's bridge; nothing for other bridges. */
void ifr_seen_vlan(const struct ifr_state *seen, const char *bridge, struct dbc_buf *ret);
/* The IPv4 or IPv6 addresses of a device but link-local ones, "192.0.2.5/24" each. */
void ifr_seen_addresses(const struct ifr_state *seen, const char *device, bool ipv6,
                        struct dbc_strvec *ret);
/* The gateway of the default route of IPv4 or IPv6 through a device; "on-link" for a route without
 * a gateway; "none" without a route. */
void ifr_seen_gateway(const struct ifr_state *seen, const char *device, bool ipv6,
                      struct dbc_buf *ret);

#endif
