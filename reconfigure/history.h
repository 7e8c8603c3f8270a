/* history.h - the history of the cache: a save leaves a snapshot, and the newest good snapshot
 * replaces a cache that cannot be read.  The code that keeps snapshots (SQLite) is a module that is
 * loaded here, so that a run that needs neither does not pay for it.
 *
 * The history stops nothing: its failures are warnings in the log.  A host without the module has
 * no history, and a save logs that. */
#ifndef IFR_HISTORY_H
#define IFR_HISTORY_H

#include "base/log.h"
#include "model/database.h"
#include "reconfigure/host/facts.h"

/* Appends the cache's bytes before it is replaced; nothing where it cannot be read. */
void ifr_history_before(const struct ifr_facts *facts, struct dbc_buf *out);
/* Whether the cache has other bytes than `before`. */
bool ifr_history_differs(const struct ifr_facts *facts, const struct dbc_buf *before);
/* After the cache was replaced: keeps what it was (`before`), unless the newest snapshot says the
 * same, and what it is now.  `reason` says why it was saved. */
void ifr_history_save(const struct ifr_facts *facts, const struct dbc_log *log,
                      const struct dbc_buf *before, const char *reason);
/* Returns the records of the newest snapshot that is whole, which the caller frees; the log says
 * which one.  NULL: there is none, or it cannot be read. */
struct dbc_db *ifr_history_newest(const struct ifr_facts *facts, const struct dbc_log *log);

#endif
