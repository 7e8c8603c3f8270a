/* since.h - what an earlier export has written: the rows of its table host, by which the next one
 * knows what has not changed. */
#ifndef CLI_FLEET_SINCE_H
#define CLI_FLEET_SINCE_H

#include "state.h"

#define CLI_SINCE_LINE ((size_t)1024 * 1024) /* bytes of a row at most */

/* What the rows of a state that is known say of it. */
struct cli_known {
    char records_at[CLI_TIME_SIZE];
    size_t errors, warnings;
};

struct cli_since;

/* `path` is a file with rows of jsonl, those of other tables among them or not.  A file that is not
 * there knows nothing.  Takes 32 bytes of memory a host.  NULL: DBC_EINVAL for a line that is no
 * such row, or too long; DBC_EIO, DBC_ENOMEM. */
struct cli_since *cli_since_read(const char *path, struct dbc_error *err);
/* `since` may be NULL, which knows nothing.  True: this host with these records, beside these
 * others, was there.  Several threads may ask. */
bool cli_since_find(const struct cli_since *since, const struct cli_state *state,
                    struct cli_known *ret);
void cli_since_free(struct cli_since *since);

#endif
