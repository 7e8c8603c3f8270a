/* together.h - the hosts of one FILE, kept until the last has come: then they are looked at
 * together for what the rules of analysis/pool.h find.  Too many are not kept. */
#ifndef CLI_FLEET_TOGETHER_H
#define CLI_FLEET_TOGETHER_H

#include "analysis/pool.h"
#include "state.h"

/* A host, or a file that could not be read. */
struct cli_seen {
    struct cli_host host; /* `db` NULL: it could not be read */
    char *uuid, *error;
    struct cli_state state;          /* borrows from these */
    const struct dbc_finding *found; /* between it and the others; NULL: nothing */
    size_t n_found;
};

struct cli_together {
    struct cli_seen *v;
    size_t n, cap;
    size_t bytes; /* of what is kept */
    struct dbc_findings between;
};

/* Takes the host, whatever comes of it.  -1: DBC_ENOMEM. */
int cli_together_host(struct cli_together *together, struct cli_host *host,
                      const struct cli_about *about, struct dbc_error *err);
int cli_together_unread(struct cli_together *together, const char *source,
                        const struct dbc_error *error, const struct cli_origin *origin,
                        struct dbc_error *err);
/* Looks at them: fills in `found` of each, and of its state `pool_hash`.  -1: DBC_ENOMEM. */
int cli_together_look(struct cli_together *together, struct dbc_error *err);
void cli_together_clear(struct cli_together *together); /* for the next FILE */
void cli_together_release(struct cli_together *together);

#endif
