/* nics.h - reads the NICs that a host has now, as model/nics.h describes them. */
#ifndef IFR_HOST_NICS_H
#define IFR_HOST_NICS_H

#include "reconfigure/host/facts.h"

/* Appends the NICs to `ret`, in the order of their names: the devices of ifr_facts_netdev_is_nic()
 * with a MAC of six bytes.  A NIC in a bond has its permanent MAC, where the driver tells it; below
 * a root prefix it has the bond's.  In a container, where no device is a NIC, the ends of veth
 * pairs count as NICs.  Returns 0, or -1: DBC_ENOENT when there is none, DBC_ELIMIT above
 * DBC_LIMIT_NICS, DBC_ENOMEM, or as ifr_netlink_links fails. */
int ifr_nics_read(const struct ifr_facts *facts, struct dbc_nics *ret, struct dbc_error *err);

#endif
