/* history.c - saves and reads snapshots (history.h).  history_open.c opens the file, chunk.c stores
 * the bytes, history_gc.c drops old snapshots. */
#include <string.h>
#include <time.h>

#include <nettle/base16.h>

#include "store/history_priv.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/valid.h"

/* ---- Saving ------------------------------------------------------------------------------- */

/* Binds a copy of the text, escaped and cut between characters to DBC_LIMIT_HISTORY_WORDS bytes.
 * Returns SQLite's code. */
static int bind_words(sqlite3_stmt *stmt, int column, const char *text)
{
    char words[DBC_LIMIT_HISTORY_WORDS + 1];
    size_t len = dbc_printable(words, sizeof words, text == NULL ? "" : text);

    return sqlite3_bind_text(stmt, column, words, (int)len, SQLITE_TRANSIENT);
}

static bool has_blob(sqlite3_stmt *stmt, int column, const void *data, size_t len)
{
    const void *found = sqlite3_column_blob(stmt, column);

    return found != NULL && (size_t)sqlite3_column_bytes(stmt, column) == len &&
           memcmp(found, data, len) == 0;
}

/* *ret gets the newest snapshot's number if it has these bytes, else 0. */
static int find_same(const struct dbc_history *history, const unsigned char *hash,
                     const struct dbc_buf *list, int64_t *ret, struct dbc_error *err)
{
    sqlite3_stmt *stmt =
        dbc_history_prepare(history,
                            "SELECT id, hash, chunks FROM snapshot ORDER BY id DESC LIMIT 1", err);
    int state = stmt == NULL ? SQLITE_ERROR : sqlite3_step(stmt), rc = 0;

    *ret = 0;
    if (state == SQLITE_ROW && has_blob(stmt, 1, hash, DBC_HISTORY_HASH) &&
        has_blob(stmt, 2, list->data, list->len)) {
        *ret = sqlite3_column_int64(stmt, 0);
    } else if (state != SQLITE_ROW && state != SQLITE_DONE) {
        rc = stmt == NULL ? -1 : dbc_history_fail(history, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

static int add_row(const struct dbc_history *history, const struct dbc_history_entry *entry,
                   const unsigned char *hash, const struct dbc_buf *list, int64_t *ret,
                   struct dbc_error *err)
{
    sqlite3_stmt *stmt = dbc_history_prepare(history,
                                             "INSERT INTO snapshot (time, program, reason, size, "
                                             "hash, chunks) VALUES (?, ?, ?, ?, ?, ?)",
                                             err);
    int rc = -1;

    if (stmt == NULL) {
        return -1;
    }
    sqlite3_bind_int64(stmt, 1, entry->time != 0 ? entry->time : (int64_t)time(NULL));
    sqlite3_bind_int64(stmt, 4, (int64_t)entry->len);
    sqlite3_bind_blob(stmt, 5, hash, DBC_HISTORY_HASH, SQLITE_STATIC);
    sqlite3_bind_blob64(stmt, 6, list->data, list->len, SQLITE_STATIC);
    if (bind_words(stmt, 2, entry->program) == SQLITE_OK &&
        bind_words(stmt, 3, entry->reason) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_DONE) {
        rc = 0;
    } else {
        dbc_history_fail(history, err);
    }
    *ret = sqlite3_last_insert_rowid(history->db);
    sqlite3_finalize(stmt);
    return rc;
}

static int save_locked(const struct dbc_history *history, const struct dbc_history_entry *entry,
                       int64_t *ret, struct dbc_error *err)
{
    struct dbc_buf list = DBC_BUF_INIT;
    unsigned char hash[DBC_HISTORY_HASH];
    int rc = -1;

    dbc_history_hash(entry->data, entry->len, hash);
    if (dbc_chunks_put(history, entry->data, entry->len, &list, err) == 0 &&
        find_same(history, hash, &list, ret, err) == 0) {
        rc = *ret != 0 ? 0 : add_row(history, entry, hash, &list, ret, err);
    }
    dbc_buf_release(&list);
    return rc;
}

int dbc_history_save(struct dbc_history *history, const struct dbc_history_entry *entry,
                     int64_t *ret, struct dbc_error *err)
{
    int64_t id = 0;
    int rc = -1;

    if (entry->len > DBC_LIMIT_FILE_BYTES) {
        return dbc_fail(err, DBC_ELIMIT, "a snapshot may have %u bytes, not %zu",
                        DBC_LIMIT_FILE_BYTES, entry->len);
    }
    if (dbc_history_begin(history, err) < 0) {
        return -1;
    }
    rc = save_locked(history, entry, &id, err);
    if (rc == 0) {
        rc = dbc_history_drop(history, DBC_HISTORY_KEEP_COUNT, DBC_HISTORY_KEEP_DAYS, NULL, err);
    }
    rc = dbc_history_end(history, rc, err);
    if (rc == 0 && ret != NULL) {
        *ret = id;
    }
    return rc;
}

/* ---- Looking ------------------------------------------------------------------------------ */

static const char *column_text(sqlite3_stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);

    return text == NULL ? "" : (const char *)text;
}

static void read_row(sqlite3_stmt *stmt, struct dbc_snapshot *ret)
{
    const unsigned char *hash = sqlite3_column_blob(stmt, 3);
    size_t len = (size_t)sqlite3_column_bytes(stmt, 3);

    *ret = (struct dbc_snapshot){ .id = sqlite3_column_int64(stmt, 0),
                                  .time = sqlite3_column_int64(stmt, 1),
                                  .size = (uint64_t)sqlite3_column_int64(stmt, 2) };
    if (hash != NULL) {
        base16_encode_update(ret->hash, len < DBC_HISTORY_HASH ? len : DBC_HISTORY_HASH, hash);
    }
    ret->program = column_text(stmt, 4);
    ret->reason = column_text(stmt, 5);
}

int dbc_history_list(struct dbc_history *history, dbc_snapshot_fn *each, void *ctx,
                     struct dbc_error *err)
{
    sqlite3_stmt *stmt = dbc_history_prepare(
        history, "SELECT id, time, size, hash, program, reason FROM snapshot ORDER BY id DESC",
        err);
    struct dbc_snapshot snapshot;
    int state = SQLITE_ERROR, rc = stmt == NULL ? -1 : 0;

    while (rc == 0 && (state = sqlite3_step(stmt)) == SQLITE_ROW) {
        read_row(stmt, &snapshot);
        rc = each(ctx, &snapshot);
    }
    if (rc == 0 && state != SQLITE_DONE) {
        rc = dbc_history_fail(history, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

/* Appends the snapshot of the current row of `stmt`: size, hash, chunks.  On failure `out` keeps
 * what it had before. */
static int get_bytes(const struct dbc_history *history, sqlite3_stmt *stmt, struct dbc_buf *out,
                     struct dbc_error *err)
{
    unsigned char hash[DBC_HISTORY_HASH];
    int64_t size = sqlite3_column_int64(stmt, 0);
    size_t start = out->len;
    int rc = -1;

    if (size < 0 || size > DBC_LIMIT_FILE_BYTES) {
        return dbc_fail(err, DBC_EPARSE, "its size is damaged");
    }
    rc = dbc_chunks_get(history, sqlite3_column_blob(stmt, 2),
                        (size_t)sqlite3_column_bytes(stmt, 2), (size_t)size, out, err);
    dbc_buf_adds(out, "");
    if (out->failed) {
        return dbc_fail_nomem(err);
    }
    if (rc == 0) {
        dbc_history_hash(out->data + start, out->len - start, hash);
        if (!has_blob(stmt, 1, hash, sizeof hash)) {
            rc = dbc_fail(err, DBC_EPARSE, "its bytes are damaged");
        }
    }
    if (rc < 0) {
        out->len = start;
        out->data[start] = '\0';
    }
    return rc;
}

static int get_named(const struct dbc_history *history, sqlite3_stmt *stmt, int64_t id,
                     struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (get_bytes(history, stmt, out, &why) == 0) {
        return 0;
    }
    if (why.code == DBC_ENOMEM) {
        return dbc_fail_nomem(err);
    }
    return dbc_fail_at(err, why.code, history->path, 0, 0, "snapshot %lld: %s", (long long)id,
                       why.text);
}

int dbc_history_get(struct dbc_history *history, int64_t id, struct dbc_buf *out,
                    struct dbc_error *err)
{
    sqlite3_stmt *stmt =
        dbc_history_prepare(history, "SELECT size, hash, chunks FROM snapshot WHERE id = ?", err);
    int state = 0, rc = -1;

    if (stmt == NULL) {
        return -1;
    }
    sqlite3_bind_int64(stmt, 1, id);
    state = sqlite3_step(stmt);
    if (state == SQLITE_ROW) {
        rc = get_named(history, stmt, id, out, err);
    } else if (state == SQLITE_DONE) {
        dbc_fail_at(err, DBC_ENOENT, history->path, 0, 0, "there is no snapshot %lld",
                    (long long)id);
    } else {
        dbc_history_fail(history, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

int dbc_history_newest(struct dbc_history *history, int64_t before, struct dbc_buf *out,
                       int64_t *id, int64_t *when, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    sqlite3_stmt *stmt = dbc_history_prepare(
        history, "SELECT size, hash, chunks, id, time FROM snapshot WHERE id < ? ORDER BY id DESC",
        err);
    int state = SQLITE_ERROR, rc = -1;

    if (stmt == NULL) {
        return -1;
    }
    sqlite3_bind_int64(stmt, 1, before == 0 ? INT64_MAX : before);
    while (rc < 0 && why.code != DBC_ENOMEM && (state = sqlite3_step(stmt)) == SQLITE_ROW) {
        *id = sqlite3_column_int64(stmt, 3);
        *when = sqlite3_column_int64(stmt, 4);
        rc = get_bytes(history, stmt, out, &why);
    }
    if (rc < 0 && why.code == DBC_ENOMEM) {
        dbc_fail_nomem(err);
    } else if (rc < 0 && state == SQLITE_DONE) {
        dbc_fail_at(err, DBC_ENOENT, history->path, 0, 0, "there is no%s good snapshot",
                    before == 0 ? "" : " other");
    } else if (rc < 0) {
        dbc_history_fail(history, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}
