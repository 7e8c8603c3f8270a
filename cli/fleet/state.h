/* state.h - one state of one host: what the first columns of its rows say, and all its rows. */
#ifndef CLI_FLEET_STATE_H
#define CLI_FLEET_STATE_H

#include "analysis/check.h"
#include "cli/input/each.h"
#include "rows.h"
#include "store/digest.h"
#include "tables.h"

#define CLI_TIME_SIZE 32

/* Texts are borrowed. */
struct cli_state {
    const char *host, *pool, *source, *uuid, *format, *error;
    int64_t bytes; /* -1: unknown */
    char observed_at[CLI_TIME_SIZE];
    char records_at[CLI_TIME_SIZE]; /* "": there are no records */
    char hash[DBC_DIGEST_SIZE];
    char pool_hash[DBC_DIGEST_SIZE]; /* "": it is alone, see together.h */
    size_t records, errors, warnings;
};

/* "2026-11-27T07:04:14Z"; the first moment that can be written so for what is before the year 0 or
 * behind 9999. */
void cli_time_text(time_t when, char out[CLI_TIME_SIZE]);
/* Of a host's records; *ret borrows from it and from `about`.  -1: DBC_ENOMEM. */
int cli_state_of(const struct cli_host *host, const struct cli_about *about, struct cli_state *ret,
                 struct dbc_error *err);

/* Of a file that could not be read; *ret borrows from `source` and `error`. */
void cli_state_unread(const char *source, const char *error, const struct cli_origin *origin,
                      struct cli_state *ret);

/* A format's tables, one struct cli_rows each; `named`: each row of jsonl says its table first. */
struct cli_table_rows {
    struct cli_rows of[CLI_N_TABLES];
    unsigned tables; /* bit of each that is wanted */
    bool named;
};

/* A head for CSV: the names of the columns. */
void cli_state_head(struct cli_table_rows *out, int table);
/* The row in the table host, when that is wanted. */
void cli_state_row(struct cli_table_rows *out, const struct cli_state *state);
/* Called after rows were added, with the table; -1 ends it. */
typedef int cli_rows_fn(void *ctx, int table);
/* What rows are made of.  What is not wanted as a table may be nothing. */
struct cli_contents {
    const struct dbc_db *db;
    struct dbc_findings findings;      /* of the host by itself */
    const struct dbc_finding *between; /* between it and others */
    size_t n_between;
};
/* The rows of all other tables.  Memory that is lacking shows in the buffers.  -1: `added` said so.
 */
int cli_state_records(struct cli_table_rows *out, const struct cli_state *state,
                      const struct cli_contents *contents, cli_rows_fn *added, void *ctx);

#endif
