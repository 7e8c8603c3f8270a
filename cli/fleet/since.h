/* since.h - the rows of the table host from an earlier export, which tell the next one what has not
 * changed. */
#ifndef CLI_FLEET_SINCE_H
#define CLI_FLEET_SINCE_H

#include "state.h"

#define CLI_SINCE_LINE ((size_t)1024 * 1024) /* bytes of a row at most */

/* What the rows say about a known state. */
struct cli_known {
    char records_at[CLI_TIME_SIZE];
    size_t errors, warnings;
};

struct cli_since;

/* Reads the states in `path`, a file with rows of jsonl, also of other tables; a missing file has
 * none.  It takes 32 bytes of memory for each host; the caller frees the result.  NULL: DBC_EINVAL
 * for a line that is not such a row, or too long; DBC_EIO; DBC_ENOMEM. */
struct cli_since *cli_since_read(const char *path, struct dbc_error *err);
/* Returns whether this state was there: the host with these records, in a pool with the same
 * others. *ret gets what is known about it.  `since` may be NULL, which has no states.  Several
 * threads may ask at the same time. */
bool cli_since_find(const struct cli_since *since, const struct cli_state *state,
                    struct cli_known *ret);
void cli_since_free(struct cli_since *since);

#endif
