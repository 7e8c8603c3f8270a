/* history_gc.c - drops old snapshots, and the chunks that none of the others needs. */
#include <stdlib.h>
#include <time.h>

#include "store/history_priv.h"

#include "base/error.h"

#define DAY 86400

/* Returns the number of rows dropped, or -1. */
static int drop_snapshots(const struct dbc_history *history, unsigned count, unsigned days,
                          struct dbc_error *err)
{
    sqlite3_stmt *stmt = dbc_history_prepare(
        history,
        "DELETE FROM snapshot WHERE id < (SELECT max(id) FROM snapshot) AND (time < ? OR id <= "
        "(SELECT id FROM snapshot ORDER BY id DESC LIMIT 1 OFFSET ?))",
        err);
    int rc = -1;

    if (stmt == NULL) {
        return -1;
    }
    sqlite3_bind_int64(stmt, 1, (int64_t)time(NULL) - (int64_t)days * DAY);
    sqlite3_bind_int64(stmt, 2, (int64_t)count);
    rc = sqlite3_step(stmt) == SQLITE_DONE ? sqlite3_changes(history->db)
                                           : dbc_history_fail(history, err);
    sqlite3_finalize(stmt);
    return rc;
}

static int compare_ids(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Finds the numbers of all chunks that snapshots have, in ascending order. */
static int find_used(const struct dbc_history *history, struct dbc_chunk_ids *used,
                     struct dbc_error *err)
{
    sqlite3_stmt *stmt = dbc_history_prepare(history, "SELECT chunks FROM snapshot", err);
    int state = SQLITE_ERROR, rc = stmt == NULL ? -1 : 0;

    while (rc == 0 && (state = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct dbc_error why = DBC_ERROR_INIT;
        rc = dbc_chunks_list(sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0),
                             used, &why);
        if (rc < 0 && why.code != DBC_ENOMEM) {
            rc = 0; /* a snapshot with a damaged list cannot be read anyway */
        } else if (rc < 0) {
            dbc_fail_nomem(err);
        }
    }
    if (rc == 0 && state != SQLITE_DONE) {
        rc = dbc_history_fail(history, err);
    }
    sqlite3_finalize(stmt);
    if (rc == 0 && used->n > 0) {
        qsort(used->v, used->n, sizeof *used->v, compare_ids);
    }
    return rc;
}

static int drop_chunk(const struct dbc_history *history, sqlite3_stmt *stmt, int64_t id,
                      struct dbc_error *err)
{
    int rc = 0;

    sqlite3_bind_int64(stmt, 1, id);
    rc = sqlite3_step(stmt) == SQLITE_DONE ? 0 : dbc_history_fail(history, err);
    sqlite3_reset(stmt);
    return rc;
}

/* Both are in ascending order, so one walk finds the unused ones.  They are dropped later, since
 * the table should not change during the walk. */
static int find_unused(const struct dbc_history *history, const struct dbc_chunk_ids *used,
                       struct dbc_chunk_ids *unused, struct dbc_error *err)
{
    sqlite3_stmt *stmt = dbc_history_prepare(history, "SELECT id FROM chunk ORDER BY id", err);
    int state = SQLITE_ERROR, rc = stmt == NULL ? -1 : 0;
    size_t at = 0;

    while (rc == 0 && (state = sqlite3_step(stmt)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        while (at < used->n && used->v[at] < id) {
            at++;
        }
        if (at == used->n || used->v[at] != id) {
            rc = dbc_chunk_ids_push(unused, id, err);
        }
    }
    if (rc == 0 && state != SQLITE_DONE) {
        rc = dbc_history_fail(history, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

static int drop_chunks(const struct dbc_history *history, struct dbc_error *err)
{
    struct dbc_chunk_ids used = { 0 }, unused = { 0 };
    sqlite3_stmt *stmt = dbc_history_prepare(history, "DELETE FROM chunk WHERE id = ?", err);
    int rc = stmt == NULL ? -1 : 0;

    if (rc == 0 &&
        (find_used(history, &used, err) < 0 || find_unused(history, &used, &unused, err) < 0)) {
        rc = -1;
    }
    for (size_t i = 0; rc == 0 && i < unused.n; i++) {
        rc = drop_chunk(history, stmt, unused.v[i], err);
    }
    sqlite3_finalize(stmt);
    free(used.v);
    free(unused.v);
    return rc;
}

int dbc_history_drop(const struct dbc_history *history, unsigned count, unsigned days,
                     unsigned *removed, struct dbc_error *err)
{
    int n = drop_snapshots(history, count, days, err);

    if (removed != NULL) {
        *removed = n < 0 ? 0 : (unsigned)n;
    }
    return n > 0 ? drop_chunks(history, err) : n;
}

int dbc_history_gc(struct dbc_history *history, unsigned count, unsigned days, unsigned *removed,
                   struct dbc_error *err)
{
    int rc = -1;

    if (dbc_history_begin(history, err) < 0) {
        return -1;
    }
    rc = dbc_history_drop(history, count, days, removed, err);
    rc = dbc_history_end(history, rc, err);
    return rc == 0 ? dbc_history_exec(history, "PRAGMA incremental_vacuum", err) : -1;
}
