/* dhcp.h - starts and stops the DHCP clients of one device: dhclient where it is installed, else,
 * for IPv4, udhcpc, alone or in busybox.  lease.h applies what the client learns. */
#ifndef IFR_IFUP_DHCP_H
#define IFR_IFUP_DHCP_H

#include "reconfigure/host/client.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

#define IFR_DHCP_TIMEOUT 60 /* seconds to wait for a lease when nothing else is said */
#define IFR_DHCP_TIMEOUT_MAX 3600

/* Starts a client and waits up to `timeout_s` for a lease.  A client that runs already is left
 * alone while the device has an address, and replaced when it has none: there is never a second.
 * Returns 0 when the device has an address, or with PERSISTENT_DHCLIENT=yes when the client goes on
 * trying in the background; or -1: DBC_ENOENT when no client is installed; DBC_ECOMMAND without a
 * lease, or when the client failed; DBC_EIO, DBC_ENOMEM. */
int ifr_dhcp_start(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                   unsigned timeout_s, struct dbc_error *err);

/* The same for IPv6, by dhclient alone, which needs a usable link-local address.  The client always
 * goes on trying: without a lease in time it logs a warning and returns 0. */
int ifr_dhcp6_start(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                    unsigned timeout_s, struct dbc_error *err);

/* Ends the clients of the device, whoever started them, and removes our pid file. */
void ifr_dhcp_stop(const struct ifr_ifup_host *host, enum ifr_dhcp dhcp, const char *dev);

#endif
