/* lease.h - what a DHCP client reports, applied: the client runs our program at every event, with
 * what the server said in the environment.
 *
 * Understands dhclient (the event in `reason`, values as new_ip_address ...) and udhcpc (the event
 * as argument, values as ip, subnet ...).  Distributions bring scripts for this; ours honours
 * GATEWAYDEV and DNSDEV, which they do not, and takes no value unchecked: whoever answers DHCP on
 * that wire wrote them.
 */
#ifndef IFR_IFUP_LEASE_H
#define IFR_IFUP_LEASE_H

#include "reconfigure/ifup/host.h"

/* The root prefix, passed from ifup through the client to its events. */
#define IFR_LEASE_PREFIX_ENV "IFUP_ROOT_PREFIX"

/* `event` is the program's argument, or NULL.  `env` is the environment, NULL-terminated.
 * 0: done, or nothing to do.  -1: refused (DBC_EINVAL: no event, no device, a lease without a
 * usable address; DBC_ECOMMAND: the address could not be set): the client then declines it. */
int ifr_lease_event(const struct ifr_ifup_host *host, const char *event, const char *const *env,
                    struct dbc_error *err);

#endif
