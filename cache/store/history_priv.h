/* history_priv.h - what the files of the history share: history_open.c (the file and its schema),
 * history.c (snapshots), history_gc.c (retention), chunk.c (bytes in pieces). */
#ifndef DBC_STORE_HISTORY_PRIV_H
#define DBC_STORE_HISTORY_PRIV_H

#include <sqlite3.h>

#include "store/history.h"

struct dbc_history {
    sqlite3 *db;
    char *path;
};

/* Fills in SQLite's last failure and returns -1. */
int dbc_history_fail(const struct dbc_history *history, struct dbc_error *err);
/* Returns a statement for the caller to finalize, or NULL with *err. */
sqlite3_stmt *dbc_history_prepare(const struct dbc_history *history, const char *sql,
                                  struct dbc_error *err);
/* Runs one or several statements without results. */
int dbc_history_exec(const struct dbc_history *history, const char *sql, struct dbc_error *err);
/* Begin takes the write lock at once, so that nothing read inside gets out of date.  End commits,
 * or rolls back when `rc` is not 0, and returns rc, or -1 when the commit fails. */
int dbc_history_begin(const struct dbc_history *history, struct dbc_error *err);
int dbc_history_end(const struct dbc_history *history, int rc, struct dbc_error *err);

/* ---- chunk.c -------------------------------------------------------------------------------- */

#define DBC_HISTORY_HASH 32                        /* bytes of a SHA-256 */
#define DBC_CHUNK_MAX ((size_t)8 * 1024)           /* bytes of one chunk */
#define DBC_LIMIT_CHUNK_LIST ((size_t)1024 * 1024) /* bytes of a snapshot's list, unfolded */

/* SHA-256. */
void dbc_history_hash(const void *data, size_t len, unsigned char out[DBC_HISTORY_HASH]);
/* Cuts the data into chunks, stores those that are missing or damaged, and appends the list of all
 * of them to `list`. */
int dbc_chunks_put(const struct dbc_history *history, const char *data, size_t len,
                   struct dbc_buf *list, struct dbc_error *err);
/* Appends the bytes of a list's chunks to `out`: `size` of them, or the list is damaged.  On
 * failure a part of them may be there already. */
int dbc_chunks_get(const struct dbc_history *history, const void *list, size_t len, size_t size,
                   struct dbc_buf *out, struct dbc_error *err);

struct dbc_chunk_ids {
    int64_t *v;
    size_t n, cap;
};

int dbc_chunk_ids_push(struct dbc_chunk_ids *ids, int64_t id, struct dbc_error *err);
/* Appends the numbers of a list's chunks. */
int dbc_chunks_list(const void *list, size_t len, struct dbc_chunk_ids *ids, struct dbc_error *err);

/* ---- history_gc.c --------------------------------------------------------------------------- */

/* Drops snapshots as dbc_history_gc does, inside of the caller's transaction. */
int dbc_history_drop(const struct dbc_history *history, unsigned count, unsigned days,
                     unsigned *removed, struct dbc_error *err);

#endif
