/* ovsdb.h - a client of Open vSwitch's database: JSON-RPC on ovsdb-server's unix socket (RFC 7047,
 * and ovsdb-server(7) for what the RFC leaves open).
 *
 * A connection has one request at a time, each with a deadline in milliseconds.  The server's echo
 * requests are answered while a request waits.  Everything that arrives is hostile: its size, depth
 * and shape are checked, and an answer that is not understood ends the connection.
 *
 * Programs that change the database use ifr_ovsdb_transact; a daemon that follows it uses
 * ifr_ovsdb_monitor, ifr_ovsdb_fd and ifr_ovsdb_run as well. */
#ifndef IFR_HOST_OVSDB_H
#define IFR_HOST_OVSDB_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

#define IFR_OVSDB_SOCKET "/var/run/openvswitch/db.sock"
#define IFR_OVSDB_DATABASE "Open_vSwitch"
#define IFR_OVSDB_ANSWER_MAX ((size_t)64 * 1024 * 1024) /* bytes of one message */
#define IFR_OVSDB_PIECE_MAX ((size_t)4 * 1024 * 1024)   /* of one row or result; of the schema */
#define IFR_OVSDB_ECHO_MAX ((size_t)64 * 1024)          /* of an echo request from the server */
#define IFR_OVSDB_DEPTH_MAX 64                          /* arrays and objects in one another */
#define IFR_OVSDB_DEADLINE 10000                        /* ms, for a request without `wait` */

struct ifr_ovsdb;

/* Connects to the socket at `path` (with any root prefix) within `deadline_ms`.
 * Returns 0 and *ret, which the caller closes; or -1:
 * DBC_ENOENT      nothing at `path`, or something that is no socket: Open vSwitch does not run here
 * DBC_EBUSY       a socket without a listener: ovsdb-server has ended
 * DBC_ETIMEOUT, DBC_EIO, DBC_ENOMEM, DBC_ELIMIT (the path is longer than a socket's may be). */
int ifr_ovsdb_open(const char *path, unsigned deadline_ms, struct ifr_ovsdb **ret,
                   struct dbc_error *err);
void ifr_ovsdb_close(struct ifr_ovsdb *db); /* NULL is fine */

/* Called for one row of a `select`: `row` is an object of columns, borrowed until the function
 * returns; `op` is the index of the operation.  Returns 0, or -1 with *err to end the request. */
typedef int ifr_ovsdb_row_fn(void *ctx, size_t op, const json_t *row, struct dbc_error *err);

/* To be called in such a function.  Returns the text of its row as the server sent it, *len bytes
 * without a NUL, borrowed until the function returns.  It is cheaper to keep than the tree. */
const char *ifr_ovsdb_row_text(const struct ifr_ovsdb *db, size_t *len);

/* Runs `operations` (an array of operations, without the database's name in front; borrowed) as one
 * transaction.  Rows of selects go to `row` one by one when all operations have succeeded, so that
 * a large answer costs memory for its text and one row; NULL: rows are counted and dropped.
 * *results (NULL: not wanted) gets an array with one object an operation, which the caller decrefs;
 * a select's object is {"rows": N}, the number of its rows.
 * Returns 0, or -1 and *results is NULL:
 * DBC_ECONFLICT  a `wait` found something else than it waited for ("timed out"), or a row that the
 *                transaction names is gone: nothing was changed
 * DBC_ECOMMAND   the database refused an operation; the text has its "error" and "details"; nothing
 *                was changed
 * DBC_EINVAL     `operations` is no array
 * DBC_ETIMEOUT   no answer within `deadline_ms`, which includes the time of `wait` operations
 * DBC_EIO        the connection broke
 * DBC_EPARSE, DBC_ELIMIT  an answer that is not valid, or over a limit
 * DBC_ENOMEM, or the error of `row` or of the update function.
 * After DBC_ETIMEOUT, DBC_EIO, DBC_EPARSE, DBC_ELIMIT or DBC_ENOMEM the request may have taken
 * effect; ifr_ovsdb_in_doubt() tells.  If so, and after the first four in any case, the connection
 * cannot be used any more: each later request fails with DBC_EIO.  `row` must not use the
 * connection. */
int ifr_ovsdb_transact(struct ifr_ovsdb *db, const json_t *operations, unsigned deadline_ms,
                       ifr_ovsdb_row_fn *row, void *ctx, json_t **results, struct dbc_error *err);
/* Asks the database with selects, within IFR_OVSDB_DEADLINE.  Takes over `operations`, also when it
 * fails; NULL: DBC_ENOMEM.  Else as ifr_ovsdb_transact. */
int ifr_ovsdb_ask(struct ifr_ovsdb *db, json_t *operations, ifr_ovsdb_row_fn *row, void *ctx,
                  struct dbc_error *err);
/* Returns whether the last request failed after all of it was sent and before its answer was
 * understood. */
bool ifr_ovsdb_in_doubt(const struct ifr_ovsdb *db);

/* Asks for the schema, once a connection.  Returns 0, or -1 as ifr_ovsdb_transact does. */
int ifr_ovsdb_load_schema(struct ifr_ovsdb *db, unsigned deadline_ms, struct dbc_error *err);
/* These three find nothing before ifr_ovsdb_load_schema. */
/* Returns whether the table has the column; every table has "_uuid" and "_version". */
bool ifr_ovsdb_has_column(const struct ifr_ovsdb *db, const char *table, const char *column);
/* Returns whether rows of the table exist without another row that refers to them. */
bool ifr_ovsdb_is_root(const struct ifr_ovsdb *db, const char *table);
/* Returns the schema of a table, {"columns": {NAME: {"type": ...}}, ...}, borrowed; or NULL. */
const json_t *ifr_ovsdb_table(const struct ifr_ovsdb *db, const char *table);

/* ---- Following the database --------------------------------------------------------------- */

/* Called for a change of a row: `before` and `after` are objects of columns, borrowed.  `before` is
 * NULL for an inserted row, `after` for a deleted one; of a changed row `before` has only the
 * columns that changed.  Returns 0, or -1 with *err. */
typedef int ifr_ovsdb_update_fn(void *ctx, const char *table, const char *uuid,
                                const json_t *before, const json_t *after, struct dbc_error *err);

/* Asks for changes of the tables in `requests` ({TABLE: {"columns": [...]}, ...}; borrowed; RFC
 * 7047, 4.1.5) and calls `update` for every present row, as inserted.  `update` is kept for
 * ifr_ovsdb_run, may be called while another request waits, and must not use the connection.  Its
 * failure ends the connection, since a change was missed.  A connection has one monitor: a second
 * one fails with DBC_EINVAL.  Else fails as ifr_ovsdb_transact does. */
int ifr_ovsdb_monitor(struct ifr_ovsdb *db, const json_t *requests, unsigned deadline_ms,
                      ifr_ovsdb_update_fn *update, void *ctx, struct dbc_error *err);
int ifr_ovsdb_fd(const struct ifr_ovsdb *db); /* for poll; when readable, call ifr_ovsdb_run */
/* Handles what has arrived, without waiting.  Returns 0, or -1: DBC_EIO when the connection broke;
 * DBC_EPARSE, DBC_ELIMIT, DBC_ENOMEM or the error of the update function when it was given up. */
int ifr_ovsdb_run(struct ifr_ovsdb *db, struct dbc_error *err);

/* ---- Values (RFC 7047, 5.1) ---------------------------------------------------------------- */

/* What these return is borrowed from their first argument, which may be NULL. */

/* Returns the text of an object's member; "" when it has none. */
const char *ifr_json_text(const json_t *object, const char *name);
/* Returns the text of an optional string: the cell itself, or the only element of ["set", [...]];
 * "" for anything else. */
const char *ifr_ovsdb_text(const json_t *cell);
/* Returns the pairs of ["map", [[KEY, VALUE], ...]], or NULL for anything else. */
const json_t *ifr_ovsdb_map(const json_t *cell);
/* Returns the text of `key` in ["map", [[KEY, VALUE], ...]], or NULL. */
const char *ifr_ovsdb_map_get(const json_t *cell, const char *key);
/* Returns an optional integer, or `none` where there is none. */
json_int_t ifr_ovsdb_integer(const json_t *cell, json_int_t none);
/* The members of a set: the elements of ["set", [...]], or the one value itself.  NULL for an index
 * above. */
size_t ifr_ovsdb_set_size(const json_t *cell);
const json_t *ifr_ovsdb_set_at(const json_t *cell, size_t i);
/* Returns the UUID of ["uuid", UUID]; NULL for anything else, or a text that is no UUID. */
const char *ifr_ovsdb_uuid(const json_t *cell);

#endif
