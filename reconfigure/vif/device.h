/* device.h - sets up a VM's network device in the kernel, and puts it into a kernel bridge. */
#ifndef IFR_VIF_DEVICE_H
#define IFR_VIF_DEVICE_H

#include "reconfigure/host/netlink.h"
#include "reconfigure/vif/vif.h"

/* Prepares the device for a bridge: down, without ARP, multicast and addresses, since the host
 * itself does not use it, and with this MAC.  Returns 0, or -1: DBC_ECOMMAND when `ip` failed, or
 * the errors of netlink.h (DBC_ENOENT: the device is not there). */
int ifr_vif_device_prepare(const struct ifr_vif_host *host, struct ifr_netlink *nl,
                           const char *device, const char *mac, struct dbc_error *err);
/* Puts the device into a kernel bridge.  The bridge's forward delay becomes 0, so that the VM's
 * packets pass at once.  Fails with the errors of netlink.h. */
int ifr_vif_bridge_add(struct ifr_netlink *nl, const char *bridge, const char *device,
                       struct dbc_error *err);
/* Sets whether a kernel bridge sends all packets to the device, or only those for its MAC.  Returns
 * 0, or -1: DBC_ENOENT, also when the kernel has no such switch; DBC_EIO, DBC_ENOMEM. */
int ifr_vif_bridge_promiscuous(const struct ifr_vif_host *host, const char *device, bool on,
                               struct dbc_error *err);

#endif
