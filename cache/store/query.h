/* query.h - SQL over the records of one host or of many, and over what a cache was, read-only.
 *
 * Tables, made from the schema's: one a class (pif, bond, vlan, tunnel, network, pool) with the
 * columns host, file, ref, uuid, line, then the other fields: texts and references as they are, a
 * boolean as 1 or 0, a number as a number (as text when it is none), a list with ',' between its
 * references, a map as KEY=VALUE with ',' between.  Besides: members(host, file, class, ref, field,
 * position, target), a row a reference in a list; other_config(host, file, class, ref, key, value);
 * snapshot(host, file, id, time, program, reason, bytes, sha256), a row a state that a history
 * keeps.
 *
 * All tables of records have a hidden column as_of.  A statement that does not name it gets the
 * records as they were added.  One that makes it equal to a time (UTC, "2026-11-27 08:00:00", of
 * which the end may be missing), to a snapshot's number or to "newest" gets them from the newest
 * snapshot that is not later, from this one, or from the newest; a file without it has no rows.
 *
 * What the statement does not read is not kept: records are looked through when they are added, and
 * only its columns stay, every text once.  An equality of a text or a reference is looked up and
 * not searched for.  One statement that reads; all else (writing, ATTACH, PRAGMA, loading code) is
 * refused, and a statement ends when its time or its memory does. */
#ifndef DBC_STORE_QUERY_H
#define DBC_STORE_QUERY_H

#include <stdint.h>

#include "base/buf.h"
#include "model/database.h"

#define DBC_QUERY_TIMEOUT_MS 10000u
#define DBC_QUERY_ROWS 100000u
#define DBC_QUERY_BYTES (512u * 1024 * 1024)        /* of what is kept of the records */
#define DBC_LIMIT_QUERY_VALUE (16u * 1024 * 1024)   /* bytes of one value or row */
#define DBC_LIMIT_QUERY_MEMORY (256u * 1024 * 1024) /* of SQLite, beside the records */
#define DBC_LIMIT_QUERY_SQL (1024u * 1024)          /* bytes of the statement */
#define DBC_LIMIT_QUERY_HOSTS 65536u
#define DBC_LIMIT_QUERY_SNAPSHOTS 100000u /* of all histories together */

struct dbc_query;

enum dbc_cell_kind { DBC_CELL_NULL, DBC_CELL_INT, DBC_CELL_REAL, DBC_CELL_TEXT };

struct dbc_cell {
    enum dbc_cell_kind kind;
    int64_t integer;
    double real;
    const char *text; /* of every kind; "" for NULL */
};

/* Where the answer goes; what they get is valid during the call.  Another result than 0 ends the
 * query and is what dbc_query_run returns, with no error.  The time that `row` takes does not count
 * as the statement's. */
struct dbc_query_sink {
    int (*columns)(void *ctx, const char *const *names, size_t n); /* once, before any row */
    int (*row)(void *ctx, const struct dbc_cell *cells, size_t n);
    void *ctx;
};

struct dbc_query_limits {
    unsigned timeout_ms; /* 0: DBC_QUERY_TIMEOUT_MS */
    size_t rows;         /* 0: DBC_QUERY_ROWS */
    size_t bytes;        /* 0: DBC_QUERY_BYTES */
};

/* For one statement, which is copied.  NULL with *err: DBC_EINVAL, it is no statement that reads;
 * DBC_ELIMIT; DBC_ENOMEM. */
struct dbc_query *dbc_query_new(const char *sql, const struct dbc_query_limits *limits,
                                struct dbc_error *err);
void dbc_query_free(struct dbc_query *query);

/* Adds one host's records, of which only what the statement reads is copied; host and file are the
 * words of these columns.  DBC_ELIMIT above DBC_LIMIT_QUERY_HOSTS or the limit's bytes; DBC_EINVAL
 * after the run. */
int dbc_query_add(struct dbc_query *query, const char *host, const char *file,
                  const struct dbc_db *db, struct dbc_error *err);
/* The same with records that outlive the query: they are not copied, and count among the limit's
 * bytes as a whole. */
int dbc_query_lend(struct dbc_query *query, const char *host, const char *file,
                   const struct dbc_db *db, struct dbc_error *err);

/* Does the statement ask what was, by `snapshot` or as_of? */
bool dbc_query_asks_past(const struct dbc_query *query);
/* What makes records of a snapshot's bytes; `name` is for messages.  NULL with *err. */
struct dbc_query_reader {
    struct dbc_db *(*read)(const char *name, const void *data, size_t len, struct dbc_error *err);
};
/* Gives the host that was added last its past, from the history (store/history.h) at `path`, which
 * is read when the statement runs.  DBC_ENOENT: there is none; as dbc_history_open and
 * dbc_history_list fail; DBC_ELIMIT above DBC_LIMIT_QUERY_SNAPSHOTS. */
int dbc_query_add_past(struct dbc_query *query, const char *path, struct dbc_query_reader reader,
                       struct dbc_error *err);

/* Runs the statement.  *more (may be NULL) says whether rows beyond the limit were left out.
 * DBC_EINVAL: as_of is no time; DBC_ETIMEOUT; DBC_ELIMIT: it needs more than the limits above; as
 * the history or the reader of a snapshot fails; DBC_ENOMEM. */
int dbc_query_run(struct dbc_query *query, const struct dbc_query_sink *sink, bool *more,
                  struct dbc_error *err);

/* The tables, for people: "TABLE(COLUMN, ...)", one a line. */
void dbc_query_tables(struct dbc_buf *out);

#endif
