/* management_interface.h - brings up the host's interfaces at boot, from network.dbcache and
 * without XAPI: the bridge of MANAGEMENT_INTERFACE first, then those of CURRENT_INTERFACES.  XAPI
 * writes both lines into etc/xensource-inventory. */
#ifndef IFR_BOOT_MANAGEMENT_INTERFACE_H
#define IFR_BOOT_MANAGEMENT_INTERFACE_H

#include "reconfigure/boot/boot.h"

/* A mark that is set by a start that brought management up, or found it disabled.  Init systems
 * like Red Hat's stop only what has such a file. */
#define IFR_MANAGEMENT_MARK "/var/lock/subsys/management-interface"

/* Brings them up in one run (ifr_reconfigure_each), no bridge twice, with the options of `how`
 * (NULL: none).  `done` is called for each, also for one that was not tried: its name cannot be a
 * bridge's, or there is no lock or no cache.  An empty MANAGEMENT_INTERFACE means that management
 * is disabled; a missing one is a failure, but the others still come up.  Returns 0 when all are
 * up; or -1: DBC_ENOENT (no inventory, or no such line), DBC_ELIMIT (more than DBC_LIMIT_LIST
 * names; only these are tried), DBC_ECOMMAND (some did not come up, as `done` was told), DBC_EIO,
 * DBC_ENOMEM. */
int ifr_management_start(const struct ifr_host *host, const struct ifr_request *how,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err);

/* Removes the mark, and does nothing else: the cache was saved at every change, and the network
 * goes down with the host.  Fails as ifr_facts_remove does. */
int ifr_management_stop(const struct ifr_host *host, struct dbc_error *err);

/* Sets *ret by whether the management bridge exists and has an address, and appends one line about
 * it to `text`.  Disabled management counts as running when it was started.  Returns 0, or -1 when
 * the inventory cannot be read (as ifr_facts_inventory) or its name cannot be a bridge's
 * (DBC_EINVAL). */
int ifr_management_status(const struct ifr_host *host, enum ifr_status *ret, struct dbc_buf *text,
                          struct dbc_error *err);

#endif
