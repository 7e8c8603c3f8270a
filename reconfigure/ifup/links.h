/* links.h - makes, joins and deletes VLANs, bridges and bonds.  Each function is idempotent: what
 * exists already stays.  Functions that return an int return 0, or -1 with DBC_ECOMMAND, DBC_EIO,
 * DBC_ENOMEM or what they name; the others log failures. */
#ifndef IFR_IFUP_LINKS_H
#define IFR_IFUP_LINKS_H

#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

/* Makes the VLAN device, bridge or bond that `dev` describes, where it does not exist yet, and sets
 * a bridge's DELAY and STP.  DBC_ENOENT when a NIC, or a VLAN's parent, does not exist;
 * DBC_ECONFLICT when another device has the bridge's name. */
int ifr_link_make(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                  struct dbc_error *err);

/* Sets MACADDR and MTU. */
void ifr_link_settings(const struct ifr_ifup_host *host, const struct ifr_device *dev);
/* Sets ETHTOOL_OPTS and ETHTOOL_OFFLOAD_OPTS; does nothing where ethtool is not installed. */
void ifr_link_ethtool(const struct ifr_ifup_host *host, const struct ifr_device *dev);

/* Sets the bond down and then its BONDING_OPTS, except `primary`, which needs slaves.  Call it for
 * a bond that has none yet. */
void ifr_bond_options(const struct ifr_ifup_host *host, const struct ifr_device *bond);
void ifr_bond_primary(const struct ifr_ifup_host *host, const struct ifr_device *bond);
/* Put the device into its MASTER, and take it out. */
int ifr_bond_enslave(const struct ifr_ifup_host *host, const struct ifr_device *slave,
                     struct dbc_error *err);
void ifr_bond_release(const struct ifr_ifup_host *host, const struct ifr_device *slave);

/* Removes the addresses of `port`, sets it up and makes it a port of its BRIDGE, which is made if
 * missing.  DBC_ECONFLICT when another device has the bridge's name. */
int ifr_port_add(const struct ifr_ifup_host *host, const struct ifr_device *port,
                 struct dbc_error *err);
/* Takes it out of its BRIDGE, which is deleted when it is then empty and down. */
void ifr_port_remove(const struct ifr_ifup_host *host, const struct ifr_device *port);

/* Deletes the device, if the kernel has it as a VLAN. */
void ifr_vlan_delete(const struct ifr_ifup_host *host, const struct ifr_device *vlan);

#endif
