/* links.h - network devices below the address: VLANs, bridges, bonds and what they consist of.
 * Each function is idempotent: what is there already stays. */
#ifndef IFR_IFUP_LINKS_H
#define IFR_IFUP_LINKS_H

#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

/* Makes the VLAN device, bridge or bond that `dev` describes, where it does not exist yet, with a
 * bridge's DELAY and STP.  DBC_ENOENT when a NIC, or a VLAN's parent, does not exist. */
int ifr_link_make(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                  struct dbc_error *err);

/* MACADDR and MTU; what the device refuses is a warning. */
void ifr_link_settings(const struct ifr_ifup_host *host, const struct ifr_device *dev);
/* ETHTOOL_OPTS and ETHTOOL_OFFLOAD_OPTS; without ethtool nothing happens. */
void ifr_link_ethtool(const struct ifr_ifup_host *host, const struct ifr_device *dev);

/* BONDING_OPTS of a bond that has no slaves yet, except `primary`, which needs them. */
void ifr_bond_options(const struct ifr_ifup_host *host, const struct ifr_device *bond);
void ifr_bond_primary(const struct ifr_ifup_host *host, const struct ifr_device *bond);
int ifr_bond_enslave(const struct ifr_ifup_host *host, const struct ifr_device *slave,
                     struct dbc_error *err);
void ifr_bond_release(const struct ifr_ifup_host *host, const struct ifr_device *slave);

/* Makes `port` a port of its BRIDGE, which is made if missing. */
int ifr_port_add(const struct ifr_ifup_host *host, const struct ifr_device *port,
                 struct dbc_error *err);
/* Takes it out; a bridge that is then empty and down is deleted. */
void ifr_port_remove(const struct ifr_ifup_host *host, const struct ifr_device *port);

void ifr_vlan_delete(const struct ifr_ifup_host *host, const struct ifr_device *vlan);

#endif
