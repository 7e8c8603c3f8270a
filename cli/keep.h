/* keep.h - how the verbs that change a cache write its history. */
#ifndef CLI_KEEP_H
#define CLI_KEEP_H

#include "base/buf.h"

/* Called after a cache was replaced: saves in its history the bytes that it had, unless `before` is
 * empty, and those that it has now.  `reason` says what was done, "set pif eth0 IP".  A failure is
 * a warning on stderr. */
void cli_history_keep(const char *cache_path, const struct dbc_buf *before, const char *reason);

#endif
