/* address.h - what ifup makes of a device by ifcfg-DEV, route-DEV and etc/sysconfig/network: state,
 * MTU, addresses, routes, DHCP clients, IPv6, as attributes of the device (state.h).
 *
 * The planned files say what is wanted; those on the disk say which addresses and routes on the
 * device are ours. */
#ifndef IFR_ADDRESS_H
#define IFR_ADDRESS_H

#include "reconfigure/datapath/planner.h"

/* Writes the path of file `i`: ifcfg-DEV, route-DEV, etc/sysconfig/network. */
#define IFR_ADDRESS_FILES 3
void ifr_address_path(size_t i, const char *ipdev, char path[64]);

/* Sets the attributes that ifup gives `ipdev`, a device of `state`: with `planned` by the files of
 * the plan, else by those on the disk.  A file that cannot be parsed (an open quote) sets nothing.
 * Returns 0, or -1 with DBC_ENOMEM. */
int ifr_address_of_ipdev(const struct ifr_planner *p, const char *ipdev, bool planned,
                         struct ifr_state *state, struct dbc_error *err);

/* Appends to `ret`, one a line, the addresses (IFR_LINK_ADDRESSES) or routes (IFR_LINK_ROUTES) of
 * the PIF's bridge that somebody else has set: they do not come from its files, its record, a DHCP
 * client, a router or the kernel.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_address_of_others(const struct ifr_planner *p, const struct dbc_pif *pif,
                          unsigned attribute, struct dbc_buf *ret, struct dbc_error *err);

#endif
