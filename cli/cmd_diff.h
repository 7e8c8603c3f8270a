/* cmd_diff.h - the differences of two databases, for the verbs diff and history. */
#ifndef CLI_CMD_DIFF_H
#define CLI_CMD_DIFF_H

#include "command.h"

/* Prints the differences as the verb diff does, and returns its exit status.  With `identity` also
 * the uuids of records that are the same by device or bridge only. */
int cli_diff_databases(const struct cli_options *options, const struct dbc_db *old_db,
                       const struct dbc_db *new_db, bool identity);

#endif
