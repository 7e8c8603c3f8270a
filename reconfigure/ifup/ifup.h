/* ifup.h - one network device up or down as its ifcfg file says: what Red Hat's ifup and ifdown do
 * with the files that interface-reconfigure writes, for hosts without Red Hat's initscripts.
 *
 * Order of ifup, the same as there:
 *     the device itself (VLAN, bridge, bond), MACADDR and MTU, then
 *     a slave:  into its MASTER, ethtool; the end
 *     a bond:   BONDING_OPTS, up, then ifup of every device that names it as MASTER
 *     a port:   addresses off, up, into its BRIDGE (made if missing), ethtool; the end
 *     else:     up, ethtool, address by DHCP or as given, routes, IPv6 (ipv6.h), resolv.conf
 * ifdown goes the other way: DHCP clients ended, addresses off, out of master and bridge, down;
 * VLAN devices, and a bridge that is left empty and down, are deleted. Not done: looking for the
 * address on the wire first (arping -D), aliases.
 */
#ifndef IFR_IFUP_IFUP_H
#define IFR_IFUP_IFUP_H

#include "reconfigure/ifup/host.h"

/* `name` is unchecked; `timeout_s` limits the wait for a DHCP lease (0: IFR_DHCP_TIMEOUT).
 * 0: the device is as its file says, or a persistent DHCP client is working on it; what could not
 * be had and is not needed is in the log.  -1: DBC_EINVAL (a name or value that cannot be used),
 * DBC_ENOENT (no ifcfg file, no such device), DBC_EPARSE, DBC_ECOMMAND, DBC_EIO, DBC_ENOMEM. */
int ifr_ifup(const struct ifr_ifup_host *host, const char *name, unsigned timeout_s,
             struct dbc_error *err);

/* A device that does not exist is down: 0.  -1: no usable ifcfg file. */
int ifr_ifdown(const struct ifr_ifup_host *host, const char *name, struct dbc_error *err);

#endif
