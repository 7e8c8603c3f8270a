/* management_interface.h - the host's interfaces at boot: the bridge of MANAGEMENT_INTERFACE first,
 * then those of CURRENT_INTERFACES, from network.dbcache and without XAPI.  Both lines are XAPI's,
 * in etc/xensource-inventory. */
#ifndef IFR_BOOT_MANAGEMENT_INTERFACE_H
#define IFR_BOOT_MANAGEMENT_INTERFACE_H

#include "reconfigure/boot/boot.h"

/* Is there since a start that brought management up, or found it disabled; init systems of Red
 * Hat's kind stop only what has such a file. */
#define IFR_MANAGEMENT_MARK "/var/lock/subsys/management-interface"

/* Brings them up in one run (ifr_reconfigure_each), no bridge twice, with the options of `how`
 * (NULL: none).  `done` is called for each when its turn has come, also for one that was not tried:
 * its name cannot be a bridge's, or there is no lock or no cache.  An empty MANAGEMENT_INTERFACE
 * means that management is disabled; a missing one is a failure, but the others still come up.  0:
 * all are up.  -1: DBC_ENOENT (no inventory, or no such line), DBC_ELIMIT (more than DBC_LIMIT_LIST
 * names; none beyond them is tried), DBC_ECOMMAND (some did not come up, `done` has said why),
 * DBC_EIO, DBC_ENOMEM. */
int ifr_management_start(const struct ifr_host *host, const struct ifr_request *how,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err);

/* Takes the mark away, and nothing else: the cache was saved at every change, so there is nothing
 * to save now, and the network goes down with the host. */
int ifr_management_stop(const struct ifr_host *host, struct dbc_error *err);

/* Does the management bridge exist, and has it an address?  *ret says, `text` gets one line about
 * it. Disabled management runs when it was started.  -1: the inventory cannot be read. */
int ifr_management_status(const struct ifr_host *host, enum ifr_status *ret, struct dbc_buf *text,
                          struct dbc_error *err);

#endif
