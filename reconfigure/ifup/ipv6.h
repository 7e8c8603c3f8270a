/* ipv6.h - IPv6 of one device as its ifcfg file says: whether the kernel listens to routers, static
 * addresses, DHCPv6.  Link-local addresses are the kernel's and stay. */
#ifndef IFR_IFUP_IPV6_H
#define IFR_IFUP_IPV6_H

#include "base/strvec.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

/* Milliseconds for duplicate address detection (RFC 4862), which takes one to two seconds. */
#define IFR_DAD_WAIT_MS 6000
#define IFR_ROUTER_WAIT_S 10 /* for an address from a router's prefix */

/* Before the device goes up: accept_ra and what belongs to it.  An accept_ra of 2 stays, and a
 * device that forwards gets it, since the kernel would not listen with 1.  `owner`: the default
 * route of IPv6 may be this device's.  A setting that the kernel refuses is a warning; DBC_ENOENT:
 * the kernel has no IPv6 for the device. */
int ifr_ipv6_prepare(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner,
                     struct dbc_error *err);

/* Gives it its addresses and default route and takes away what routers or a DHCPv6 client have lent
 * it in another mode.  Addresses are waited for; that of a router, or a static one without a wire,
 * may come later, which is a warning.  -1: DBC_ECONFLICT another host has an address; else as of
 * ifr_dhcp6_start, and DBC_ECOMMAND. */
int ifr_ipv6_up(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner,
                unsigned timeout_s, struct dbc_error *err);

/* Ends its DHCPv6 client and gives the settings back that devices begin with.  Its addresses go
 * with the others. */
void ifr_ipv6_down(const struct ifr_ifup_host *host, const struct ifr_device *dev);

/* Waits until the kernel knows of each of these ("ADDRESS/LENGTH") whether another host has it.
 * Those that one has are taken off the device, and are the error: DBC_ECONFLICT.  Nothing is waited
 * for below a root prefix. */
int ifr_ipv6_settle(const struct ifr_ifup_host *host, const char *dev,
                    const struct dbc_strvec *addresses, struct dbc_error *err);

#endif
