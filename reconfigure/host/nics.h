/* nics.h - the NICs that a host has now, from the kernel, as model/nics.h has them. */
#ifndef IFR_HOST_NICS_H
#define IFR_HOST_NICS_H

#include "reconfigure/host/facts.h"

/* Appends the NICs to `ret`, in the order of their names: what ifr_facts_netdev_is_nic() says is
 * one, with a MAC of six bytes.  One in a bond has the MAC that it was made with, where the kernel
 * tells; below a root prefix it cannot be asked.  In a container, where no device is a NIC, the
 * ends of veth pairs stand for them.  0, or -1: DBC_ENOENT when there is none, DBC_ELIMIT above
 * DBC_LIMIT_NICS, DBC_ENOMEM. */
int ifr_nics_read(const struct ifr_facts *facts, struct dbc_nics *ret, struct dbc_error *err);

#endif
