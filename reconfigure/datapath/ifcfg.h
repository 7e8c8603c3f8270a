/* ifcfg.h - the text of Red Hat's ifcfg-X and route-X files.  A shell running as root sources them,
 * so only what was parsed and printed again, or matched a strict pattern, gets in; anything else is
 * noted and left out. */
#ifndef IFR_IFCFG_H
#define IFR_IFCFG_H

#include "reconfigure/datapath/planner.h"

/* Appends the first lines of every ifcfg file: comment, XEMANAGED, DEVICE, ONBOOT.  `device` must
 * have passed dbc_valid_ifname. */
void ifr_ifcfg_begin(struct dbc_buf *ifcfg, const char *device);

/* Appends BOOTPROTO and, for a static PIF, NETMASK, IPADDR and GATEWAY.  Returns 0, or -1 with
 * DBC_EINVAL: a mode other than DHCP, Static, None; a static PIF without a usable address or
 * netmask. */
int ifr_ifcfg_address(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg,
                      struct dbc_error *err);
/* Appends DNS1.. and DOMAIN. */
void ifr_ifcfg_names(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg);

/* Whether a PIF is static without a usable gateway, so that it can never own the default route. */
bool ifr_no_gateway(const struct dbc_pif *pif);

/* Plans etc/sysconfig/network-scripts/ifcfg-DEVICE.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_ifcfg_file(struct ifr_planner *p, const char *device, const struct dbc_buf *ifcfg,
                   struct dbc_error *err);
/* Plans route-DEVICE from the network's static routes (`network` may be NULL); bad ones are noted
 * and skipped.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_route_file(struct ifr_planner *p, const char *device, const struct dbc_network *network,
                   struct dbc_error *err);

#endif
