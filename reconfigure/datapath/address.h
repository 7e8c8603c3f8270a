/* address.h - what ifcfg-DEV, route-DEV and etc/sysconfig/network give a device when ifup has read
 * them: state, MTU, address, routes, DHCP client, as attributes of a device (state.h).
 *
 * Both sides of a comparison come from here: the files that are planned say what is wanted, and
 * those on the disk say which addresses and routes on the device are ours. */
#ifndef IFR_ADDRESS_H
#define IFR_ADDRESS_H

#include "reconfigure/state/state.h"

struct ifr_address_files {
    const char *ifcfg, *route, *network; /* texts; "" for a file that is not there */
};

/* Sets the attributes of `link`, a device of `state`.  A file that nobody can read (an open quote)
 * says nothing.  DBC_ENOMEM. */
int ifr_address_of_files(const struct ifr_address_files *files, struct ifr_state *state,
                         struct ifr_object *link, struct dbc_error *err);

#endif
