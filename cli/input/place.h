/* place.h - the cache that the verb import makes: what is in its place now, whether that may go,
 * and replacing it.  cache.h has the same for the verbs that change a cache. */
#ifndef CLI_INPUT_PLACE_H
#define CLI_INPUT_PLACE_H

#include "base/buf.h"
#include "cli/command.h"

enum cli_place_state {
    CLI_PLACE_FREE,    /* no file, an empty one, or a cache without any PIF */
    CLI_PLACE_DAMAGED, /* a cache that cannot be read, or not to its end */
    CLI_PLACE_CACHE,   /* one that can */
    CLI_PLACE_OTHER    /* no cache: somebody else's file */
};

struct cli_place {
    char *path;
    bool own;           /* the cache of the host that the options mean */
    const char *prefix; /* its root; borrowed from the options */
    enum cli_place_state state;
    struct dbc_buf bytes;  /* that it holds */
    struct dbc_buf before; /* its records in canonical form */
};

#define CLI_PLACE_INIT                                                                             \
    {                                                                                              \
        0                                                                                          \
    }

/* `path` NULL: the host's own cache.  CLI_OK, or CLI_FAILED after a message; close it either way.
 */
int cli_place_open(const struct cli_options *options, const char *path, struct cli_place *target);
/* Does it hold this text already? */
bool cli_place_holds(const struct cli_place *target, const struct dbc_buf *text);
/* Replaces it, atomically and under the lock.  The old text is kept in the history; `reason` says
 * there what was done.  Mode 0644 when new.  DBC_EBUSY: somebody has written it since it was
 * opened, or has the lock; what dbc_file_replace says. */
int cli_place_write(const struct cli_place *target, const struct dbc_buf *text, const char *reason,
                    struct dbc_error *err);
void cli_place_close(struct cli_place *target);

#endif
