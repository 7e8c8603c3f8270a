/* address.h - what ifcfg-DEV, route-DEV and etc/sysconfig/network give a device when ifup has read
 * them: state, MTU, address, routes, DHCP client, as attributes of a device (state.h).
 *
 * Both sides of a comparison come from here: the files that are planned say what is wanted, and
 * those on the disk say which addresses and routes on the device are ours. */
#ifndef IFR_ADDRESS_H
#define IFR_ADDRESS_H

#include "reconfigure/datapath/planner.h"

/* ifcfg-DEV, route-DEV and etc/sysconfig/network, in this order. */
#define IFR_ADDRESS_FILES 3
void ifr_address_path(size_t i, const char *ipdev, char path[64]);

/* Sets the attributes of `ipdev`, a device of `state`, as ifup makes it of its files: those that
 * are planned, or those on the disk.  A file that nobody can read (an open quote) says nothing.
 * DBC_ENOMEM. */
int ifr_address_of_ipdev(const struct ifr_planner *p, const char *ipdev, bool planned,
                         struct ifr_state *state, struct dbc_error *err);

/* Of the device of this PIF's bridge, as it is seen: the addresses (IFR_LINK_ADDRESSES) or routes
 * (IFR_LINK_ROUTES) that neither its files nor its record, a DHCP client, a router of the net or
 * the kernel gave it, a line each.  DBC_ENOMEM. */
int ifr_address_of_others(const struct ifr_planner *p, const struct dbc_pif *pif,
                          unsigned attribute, struct dbc_buf *ret, struct dbc_error *err);

#endif
