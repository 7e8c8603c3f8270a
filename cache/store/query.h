/* query.h - read-only SQL over the records of one or many hosts, and over past states of a cache.
 *
 * The tables come from the schema.  There is one for each class (pif, bond, vlan, tunnel, network,
 * pool) with the columns host, file, ref, uuid, line and then the other fields: texts and
 * references as they are, a boolean as 1 or 0, a number as a number (or its text when it is not a
 * number), a list with ',' between its references, a map as KEY=VALUE with ',' between.  Three more
 * tables are members(host, file, class, ref, field, position, target), with a row for each
 * reference in a list; other_config(host, file, class, ref, key, value); and snapshot(host, file,
 * id, time, program, reason, bytes, sha256), with a row for each state that a history keeps.
 *
 * All tables of records have a hidden column as_of.  A statement that does not name it gets the
 * records as they were added.  A statement can compare it for equality with a time (UTC,
 * "2026-11-27 08:00:00" or less of it, down to the day), which chooses the newest snapshot that is
 * not later, with a snapshot's number, or with "newest".  A file without such a snapshot has no
 * rows.
 *
 * Only the columns that the statement reads are kept when records are added, and every text only
 * once.  Equality with a text or a reference uses an index.  A query runs one statement that reads;
 * all others (writing, ATTACH, PRAGMA, loading code) are refused.  A statement ends when it exceeds
 * its time or its memory. */
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
    const char *text; /* set for every kind; "" for NULL */
};

/* Functions that receive the answer; their arguments are valid during the call only.  When one
 * returns something else than 0, the query ends and dbc_query_run returns that, with no error.  The
 * time that `row` takes does not count as the statement's. */
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

/* Makes a query of one statement; both arguments are copied, and the caller frees the query.  NULL:
 * DBC_EINVAL when `sql` is anything but one statement that reads; DBC_ELIMIT; DBC_ENOMEM. */
struct dbc_query *dbc_query_new(const char *sql, const struct dbc_query_limits *limits,
                                struct dbc_error *err);
void dbc_query_free(struct dbc_query *query);

/* Adds one host's records and copies what the statement reads of them; `host` and `file` become the
 * columns of these names.  Returns 0, or -1: DBC_ELIMIT above DBC_LIMIT_QUERY_HOSTS or the limit's
 * bytes; DBC_EINVAL after the run; DBC_ENOMEM. */
int dbc_query_add(struct dbc_query *query, const char *host, const char *file,
                  const struct dbc_db *db, struct dbc_error *err);
/* The same without copying, for records that outlive the query; all their bytes count towards the
 * limit. */
int dbc_query_lend(struct dbc_query *query, const char *host, const char *file,
                   const struct dbc_db *db, struct dbc_error *err);

/* Whether the statement reads the past: the table `snapshot`, or the column as_of. */
bool dbc_query_asks_past(const struct dbc_query *query);
/* The function that makes records, which it hands over, of a snapshot's bytes; `name` is for
 * messages.  NULL with *err. */
struct dbc_query_reader {
    struct dbc_db *(*read)(const char *name, const void *data, size_t len, struct dbc_error *err);
};
/* Gives the host that was added last its past: lists the snapshots of the history (history.h) at
 * `path`, which is copied.  A snapshot is read when the statement needs it.  Returns 0, or -1: as
 * dbc_history_open and dbc_history_list fail, DBC_ENOENT when there is no history; DBC_ELIMIT above
 * DBC_LIMIT_QUERY_SNAPSHOTS or the limit's bytes; DBC_EINVAL before the first host or after the
 * run; DBC_ENOMEM. */
int dbc_query_add_past(struct dbc_query *query, const char *path, struct dbc_query_reader reader,
                       struct dbc_error *err);

/* Runs the statement.  *more (may be NULL) says whether rows beyond the limit were left out.
 * Returns 0, what the sink returned, or -1: DBC_EINVAL when as_of is no time; DBC_ETIMEOUT;
 * DBC_ELIMIT when it needs more than the limits above; as the history or the reader of a snapshot
 * fails; DBC_ENOMEM. */
int dbc_query_run(struct dbc_query *query, const struct dbc_query_sink *sink, bool *more,
                  struct dbc_error *err);

/* Appends the tables for people: "TABLE(COLUMN, ...)", one on each line. */
void dbc_query_tables(struct dbc_buf *out);

#endif
