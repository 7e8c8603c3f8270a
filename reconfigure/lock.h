/* lock.h - alone on the host: the lock that every program of ours takes before it changes
 * something, and what is tidied up under it. */
#ifndef IFR_LOCK_H
#define IFR_LOCK_H

#include <time.h>

#include "base/lock.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/reconfigure.h"

/* Waits up to `wait_ms` (0: one try).  Returns what dbc_lock_drop takes, or -1 as dbc_lock_take. */
int ifr_lock_take(const struct ifr_facts *facts, unsigned wait_ms, struct dbc_error *err);
/* The same for as long as the host's programs wait. */
int ifr_lock_host(const struct ifr_host *host, const struct ifr_facts *facts,
                  struct dbc_error *err);
/* When it was last taken, since who takes it writes into it; zero when it never was. */
struct timespec ifr_lock_taken(const struct ifr_facts *facts);
/* Under the lock: removes the temporary files of a killed run.  They do no harm but to tidiness, so
 * a folder that cannot be cleaned is only logged. */
void ifr_lock_clean(const struct ifr_facts *facts, const struct dbc_log *log);

#endif
