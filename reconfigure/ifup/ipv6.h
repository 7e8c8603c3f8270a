/* ipv6.h - configures IPv6 of one device as its ifcfg file says: whether the kernel listens to
 * routers, static addresses, DHCPv6.  Link-local addresses are the kernel's and stay. */
#ifndef IFR_IFUP_IPV6_H
#define IFR_IFUP_IPV6_H

#include "base/strvec.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

/* Milliseconds for duplicate address detection (RFC 4862), which takes one to two seconds. */
#define IFR_DAD_WAIT_MS 6000
#define IFR_ROUTER_WAIT_S 10 /* for an address from a router's prefix */

/* Sets accept_ra and the settings that belong to it, before the device goes up.  accept_ra is 0 for
 * a device with neither autoconf nor DHCPv6.  Else it is 1, or 2 where it is 2 already or the
 * device forwards, since then the kernel would not listen with 1.  `owner`: the default route of
 * IPv6 may be this device's.  A setting that the kernel refuses is a warning.  Returns 0, or -1
 * with DBC_ENOENT when the kernel has no IPv6 for the device. */
int ifr_ipv6_prepare(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner,
                     struct dbc_error *err);

/* Gives the device its addresses and default route, and removes what routers or a DHCPv6 client
 * lent it in another mode.  Waits for the addresses; one from a router, or a static one without a
 * carrier, may come later, which is a warning.  Returns 0, or -1: DBC_ECONFLICT when another host
 * has an address, DBC_ECOMMAND, or as ifr_dhcp6_start fails. */
int ifr_ipv6_up(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner,
                unsigned timeout_s, struct dbc_error *err);

/* Ends the DHCPv6 client and sets the settings to the kernel's defaults, but for disable_ipv6.  The
 * addresses are removed by ifdown. */
void ifr_ipv6_down(const struct ifr_ifup_host *host, const struct ifr_device *dev);

/* Waits until the kernel knows of each of these addresses ("ADDRESS/LENGTH") whether another host
 * has it.  Duplicates are removed from the device.  Does nothing below a root prefix.  Returns 0,
 * or -1: DBC_ECONFLICT names the first duplicate. */
int ifr_ipv6_settle(const struct ifr_ifup_host *host, const char *dev,
                    const struct dbc_strvec *addresses, struct dbc_error *err);

#endif
