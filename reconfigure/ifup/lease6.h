/* lease6.h - what a DHCPv6 client reports, applied; called by lease.h, which knows the events. */
#ifndef IFR_IFUP_LEASE6_H
#define IFR_IFUP_LEASE6_H

#include "reconfigure/ifup/host.h"

/* `env` as of ifr_lease_event; every value in it is checked here.
 *
 * An address (new_ip6_address, with its lifetimes), and instead of old_ip6_address, if that is
 * another one; name servers, where the device owns DNS and has no DHCP of IPv4.  -1: DBC_EINVAL an
 * address that no host can have, DBC_ECONFLICT another host has it (the client declines it),
 * DBC_ECOMMAND. */
int ifr_lease6_bound(const struct ifr_ifup_host *host, const char *dev, const char *const *env,
                     struct dbc_error *err);
/* The address (cur_ip6_address) may be used, and not for what is new. */
void ifr_lease6_deprecated(const struct ifr_ifup_host *host, const char *dev,
                           const char *const *env);
/* old_ip6_address goes, and the name servers with it. */
void ifr_lease6_gone(const struct ifr_ifup_host *host, const char *dev, const char *const *env);

#endif
