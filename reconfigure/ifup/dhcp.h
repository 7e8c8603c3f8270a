/* dhcp.h - starting and stopping the DHCP clients of one device: dhclient where it is installed,
 * else, for IPv4, udhcpc, alone or in busybox.  What the client learns is applied by lease.h. */
#ifndef IFR_IFUP_DHCP_H
#define IFR_IFUP_DHCP_H

#include "reconfigure/host/client.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

#define IFR_DHCP_TIMEOUT 60 /* seconds to wait for a lease when nothing else is said */
#define IFR_DHCP_TIMEOUT_MAX 3600

/* Waits up to `timeout_s` for a lease.  0: the device has an address, or PERSISTENT_DHCLIENT=yes
 * and the client goes on trying in the background.  -1: DBC_ENOENT no client is installed;
 * DBC_ECOMMAND no lease, or the client failed.  A client that is at work already is left alone
 * while the device has an address, and replaced when it has none: there is never a second one. */
int ifr_dhcp_start(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                   unsigned timeout_s, struct dbc_error *err);

/* The same for IPv6, by dhclient alone, which needs a link-local address that is fit for use.  It
 * is always persistent: without a lease in time 0, a warning, and the client goes on trying. */
int ifr_dhcp6_start(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                    unsigned timeout_s, struct dbc_error *err);

/* Ends the clients of this device, whoever started them, and removes our pid file. */
void ifr_dhcp_stop(const struct ifr_ifup_host *host, enum ifr_dhcp dhcp, const char *dev);

#endif
