/* ifup.h - one network device up or down as its ifcfg file says: what Red Hat's ifup and ifdown do
 * with the files that interface-reconfigure writes, for hosts without Red Hat's initscripts.
 *
 * The order of ifup is the same as there:
 *     first     make the device (VLAN, bridge, bond), set MACADDR and MTU
 *     a slave   goes into its MASTER; ethtool; end
 *     a bond    gets BONDING_OPTS if it has no slaves, and goes up; every device that names it as
 *               MASTER becomes its slave; then it goes on as a port or other device
 *     a port    loses its addresses, goes up and into its BRIDGE (made if missing); ethtool; end
 *     others    go up; ethtool, address by DHCP or as given, routes, IPv6 (ipv6.h), resolv.conf
 * ifdown ends DHCP clients, restores resolv.conf, removes addresses, takes the device out of its
 * MASTER, sets it down and takes it out of its BRIDGE; then a bond's slaves go down.  It deletes
 * VLAN devices, and a bridge that is left empty and down.  Not done: looking for the IPv4 address
 * on the wire first (arping -D), aliases.
 */
#ifndef IFR_IFUP_IFUP_H
#define IFR_IFUP_IFUP_H

#include "reconfigure/ifup/host.h"

/* Brings a device up; `name` is unchecked.  `timeout_s` limits the wait for a DHCP lease
 * (0: IFR_DHCP_TIMEOUT).  Returns 0 when the device is as its file says, or a persistent DHCP
 * client goes on trying; settings that failed and are not needed are in the log.  -1: DBC_EINVAL (a
 * name or value that cannot be used), DBC_ENOENT (no ifcfg file, device or DHCP client),
 * DBC_ECONFLICT (another host has an address, or the name of the bridge is another device's),
 * DBC_EPARSE, DBC_ELIMIT, DBC_ECOMMAND, DBC_EIO, DBC_ENOMEM. */
int ifr_ifup(const struct ifr_ifup_host *host, const char *name, unsigned timeout_s,
             struct dbc_error *err);

/* Brings a device down; what fails is in the log, and the rest is done.  Returns 0, also for a
 * device that does not exist; or -1 as ifr_device_load fails. */
int ifr_ifdown(const struct ifr_ifup_host *host, const char *name, struct dbc_error *err);

#endif
