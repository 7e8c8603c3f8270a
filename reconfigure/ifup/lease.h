/* lease.h - applies what a DHCP client reports: the client runs our program at every event, with
 * the server's answer in the environment.
 *
 * Understands dhclient (the event in `reason`, values as new_ip_address ...) and udhcpc (the event
 * as argument, values as ip, subnet ...).  Distributions have scripts for this.  Ours honours
 * GATEWAYDEV and DNSDEV, which they do not, and checks every value: anybody on the wire can answer
 * DHCP.
 */
#ifndef IFR_IFUP_LEASE_H
#define IFR_IFUP_LEASE_H

#include "reconfigure/ifup/host.h"

/* The root prefix, passed from ifup through the client to its events. */
#define IFR_LEASE_PREFIX_ENV "IFUP_ROOT_PREFIX"

/* Handles one event.  `event` is the program's argument, or NULL; `env` is the environment,
 * NULL-terminated.  Returns 0 when it is done or there is nothing to do; or -1, after which the
 * client must decline the lease: DBC_EINVAL (an unknown event, no device, no usable address),
 * DBC_ECONFLICT (an old lease that no server confirms, or another host has the IPv6 address),
 * DBC_ECOMMAND (the address could not be set), DBC_ENOMEM. */
int ifr_lease_event(const struct ifr_ifup_host *host, const char *event, const char *const *env,
                    struct dbc_error *err);

#endif
