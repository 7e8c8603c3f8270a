/* together.h - keeps the hosts of one FILE until the last is read, and then checks them together
 * with the rules of analysis/pool.h.  The caller clears it when they are too many to keep. */
#ifndef CLI_FLEET_TOGETHER_H
#define CLI_FLEET_TOGETHER_H

#include "analysis/pool.h"
#include "state.h"

/* A host, or a file that could not be read. */
struct cli_seen {
    struct cli_host host; /* `db` NULL: it could not be read */
    char *uuid, *error;
    struct cli_state state;          /* borrows from these */
    const struct dbc_finding *found; /* between it and the others; NULL: none */
    size_t n_found;
};

struct cli_together {
    struct cli_seen *v;
    size_t n, cap;
    size_t bytes; /* of the kept records */
    struct dbc_findings between;
};

/* Each keeps a host, which it takes out of *host, or a file that could not be read.  Returns 0, or
 * -1 with DBC_ENOMEM; the caller releases *host in either case, which may still hold the host. */
int cli_together_host(struct cli_together *together, struct cli_host *host,
                      const struct cli_about *about, struct dbc_error *err);
int cli_together_unread(struct cli_together *together, const char *source,
                        const struct dbc_error *error, const struct cli_origin *origin,
                        struct dbc_error *err);
/* Checks the hosts together and fills in `found` of each, and `pool_hash` of its state.  Returns 0,
 * or -1 with DBC_ENOMEM. */
int cli_together_look(struct cli_together *together, struct dbc_error *err);
void cli_together_clear(struct cli_together *together); /* for the next FILE */
void cli_together_release(struct cli_together *together);

#endif
