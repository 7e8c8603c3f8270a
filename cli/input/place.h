/* place.h - the place of the cache that the verb import makes: what is there now, and replacing it.
 * cache.h has the same for the verbs that change a cache. */
#ifndef CLI_INPUT_PLACE_H
#define CLI_INPUT_PLACE_H

#include "base/buf.h"
#include "cli/command.h"

enum cli_place_state {
    CLI_PLACE_FREE,    /* no file, an empty one, or a cache without any PIF */
    CLI_PLACE_DAMAGED, /* a cache that cannot be read, or not to its end */
    CLI_PLACE_CACHE,   /* a cache that can be read */
    CLI_PLACE_OTHER    /* another file */
};

struct cli_place {
    char *path;
    bool own;           /* the cache of the host that the options mean */
    const char *prefix; /* its root; borrowed from the options */
    enum cli_place_state state;
    struct dbc_buf bytes;  /* the file's bytes when it was opened */
    struct dbc_buf before; /* its records then, in canonical form */
};

#define CLI_PLACE_INIT ((struct cli_place){ 0 })

/* Looks at what is in the place `path`, or of the host's own cache when it is NULL.  Returns
 * CLI_OK, or CLI_FAILED after a message; the caller closes `target` in either case. */
int cli_place_open(const struct cli_options *options, const char *path, struct cli_place *target);
/* Whether the file has this text already. */
bool cli_place_holds(const struct cli_place *target, const struct dbc_buf *text);
/* Replaces the file atomically and under the host's lock; a new one gets mode 0644.  The history
 * keeps the old text; `reason` says there what was done.  Returns 0, or -1: DBC_EBUSY when another
 * program has written the file since it was opened, or has the lock; or as dbc_file_replace fails.
 */
int cli_place_write(const struct cli_place *target, const struct dbc_buf *text, const char *reason,
                    struct dbc_error *err);
void cli_place_close(struct cli_place *target);

#endif
