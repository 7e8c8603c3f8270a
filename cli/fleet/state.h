/* state.h - one state of one host: the values of its rows' first columns, and all its rows. */
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
    char pool_hash[DBC_DIGEST_SIZE]; /* "": no other hosts count, see together.h */
    size_t records, errors, warnings;
};

/* Writes a time as "2026-11-27T07:04:14Z"; a year before 0 or after 9999 gives
 * 1970-01-01T00:00:00Z. */
void cli_time_text(time_t when, char out[CLI_TIME_SIZE]);
/* Makes the state of a host's records; *ret borrows from `host` and `about`.  Returns 0, or -1 with
 * DBC_ENOMEM. */
int cli_state_of(const struct cli_host *host, const struct cli_about *about, struct cli_state *ret,
                 struct dbc_error *err);

/* Makes the state of a file that could not be read; *ret borrows from `source` and `error`. */
void cli_state_unread(const char *source, const char *error, const struct cli_origin *origin,
                      struct cli_state *ret);

/* The rows of all tables. */
struct cli_table_rows {
    struct cli_rows of[CLI_N_TABLES];
    unsigned tables; /* a bit for each that is wanted */
    bool named;      /* jsonl: each row begins with its table's name */
};

/* Adds the head of CSV, the names of the columns. */
void cli_state_head(struct cli_table_rows *out, int table);
/* Adds the row in the table host, if that is wanted. */
void cli_state_row(struct cli_table_rows *out, const struct cli_state *state);
/* Called after rows were added to `table`; -1 ends the work. */
typedef int cli_rows_fn(void *ctx, int table);
/* The content of the rows; parts for tables that are not wanted may be empty. */
struct cli_contents {
    const struct dbc_db *db;
    struct dbc_findings findings;      /* of the host by itself */
    const struct dbc_finding *between; /* between it and others */
    size_t n_between;
};
/* Adds the rows of all other tables.  Running out of memory shows in the buffers.  Returns 0, or -1
 * when `added` did. */
int cli_state_records(struct cli_table_rows *out, const struct cli_state *state,
                      const struct cli_contents *contents, cli_rows_fn *added, void *ctx);

#endif
