/* lease6.h - applies what a DHCPv6 client reports; lease.c calls it for its events.  `env` is as in
 * ifr_lease_event; every value in it is checked here. */
#ifndef IFR_IFUP_LEASE6_H
#define IFR_IFUP_LEASE6_H

#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

/* Sets the device's search domain from a lease; what is none is logged, with `what` ("DHCPv6"). */
void ifr_lease_domain(const struct ifr_ifup_host *host, const char *what, const char *domain,
                      struct ifr_device *dev);
/* Adds the address (new_ip6_address, with its lifetimes) and removes old_ip6_address, if that is
 * another one.  Sets the name servers, where the device owns DNS and has no DHCP of IPv4.  Returns
 * 0, or -1: DBC_EINVAL for an address that no host can have, DBC_ECONFLICT when another host has
 * it, DBC_ECOMMAND, DBC_ENOMEM. */
int ifr_lease6_bound(const struct ifr_ifup_host *host, const char *dev, const char *const *env,
                     struct dbc_error *err);
/* Deprecates cur_ip6_address: new connections do not use it any more. */
void ifr_lease6_deprecated(const struct ifr_ifup_host *host, const char *dev,
                           const char *const *env);
/* Removes old_ip6_address, and the name servers that came with it. */
void ifr_lease6_gone(const struct ifr_ifup_host *host, const char *dev, const char *const *env);

#endif
