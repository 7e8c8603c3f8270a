/* history.h - the cache's past, for reconfigure.c: every save leaves a snapshot, and where the
 * cache cannot be read the newest good one stands in for it.  What keeps snapshots (SQLite) is a
 * module that is loaded here, so that a run that needs neither does not pay for it.
 *
 * The history stops nothing: its failures are warnings in the log, and a host without the module
 * has no history, which is one line. */
#ifndef IFR_HISTORY_H
#define IFR_HISTORY_H

#include "base/log.h"
#include "model/database.h"
#include "reconfigure/host/facts.h"

/* The cache's bytes before it is replaced, appended; nothing where there is none. */
void ifr_history_before(const struct ifr_facts *facts, struct dbc_buf *out);
/* After it was replaced: keeps what it was (unless the newest snapshot says the same) and what it
 * is now.  `reason` says why it was saved. */
void ifr_history_save(const struct ifr_facts *facts, const struct dbc_log *log,
                      const struct dbc_buf *before, const char *reason);
/* The records of the newest snapshot that is whole; the log says which one.  NULL: there is none,
 * or no memory. */
struct dbc_db *ifr_history_newest(const struct ifr_facts *facts, const struct dbc_log *log);

#endif
