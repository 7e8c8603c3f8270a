/* lock.h - the host's lock.  Runs of interface-reconfigure and management-interface take it, the
 * plugin, and `dbcache` when it writes the cache, so that only one of them changes the host. */
#ifndef IFR_LOCK_H
#define IFR_LOCK_H

#include <time.h>

#include "base/lock.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/reconfigure.h"

/* Waits up to `wait_ms` for the lock (0: one try).  Returns a descriptor for dbc_lock_drop, or -1
 * as dbc_lock_take does. */
int ifr_lock_take(const struct ifr_facts *facts, unsigned wait_ms, struct dbc_error *err);
/* The same, waiting as long as host->lock_wait_ms says. */
int ifr_lock_host(const struct ifr_host *host, const struct ifr_facts *facts,
                  struct dbc_error *err);
/* Returns when the lock was last taken: taking it writes into its file.  Zero when it never was. */
struct timespec ifr_lock_taken(const struct ifr_facts *facts);
/* Removes the temporary files of a killed run.  Called under the lock.  They do no harm, so a
 * folder that cannot be cleaned is only logged. */
void ifr_lock_clean(const struct ifr_facts *facts, const struct dbc_log *log);

#endif
