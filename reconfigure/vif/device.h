/* device.h - the network device of a VM in the kernel: settings, and the port of a kernel bridge.
 */
#ifndef IFR_VIF_DEVICE_H
#define IFR_VIF_DEVICE_H

#include "reconfigure/host/netlink.h"
#include "reconfigure/vif/vif.h"

#define IFR_VIF_MTU_MIN 68

/* Makes it ready for a bridge: down, without ARP, multicast and addresses, with this MAC.  The host
 * itself never speaks through it.  DBC_ENOENT: it is not there; DBC_EIO, DBC_ECOMMAND, DBC_ENOMEM.
 */
int ifr_vif_device_prepare(const struct ifr_vif_host *host, struct ifr_netlink *nl,
                           const char *device, const char *mac, struct dbc_error *err);
/* Puts it into a kernel bridge, whose forward delay becomes 0: a VM does not wait for it. */
int ifr_vif_bridge_add(struct ifr_netlink *nl, const char *bridge, const char *device,
                       struct dbc_error *err);
/* What a kernel bridge sends to it: everything, or what is for its MAC. */
int ifr_vif_bridge_promiscuous(const struct ifr_vif_host *host, const char *device, bool on,
                               struct dbc_error *err);

#endif
