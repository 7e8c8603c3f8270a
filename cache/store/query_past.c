/* query_past.c - the snapshots of a cache's history as sources of rows, read when a statement first
 * asks for them, and the table that lists them (query_priv.h). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/valid.h"
#include "store/history.h"
#include "store/query_priv.h"

#define LAST_TIME INT64_C(253402300799) /* of the year 9999 */

struct snapshot {
    int64_t id, time;
    int64_t bytes;
    const char *hash, *program, *reason;
    struct dbc_query_source *source; /* NULL: not read yet */
};

/* The snapshots of one file, newest first. */
struct dbc_query_past {
    const char *host, *file;
    char *path; /* of the history */
    struct dbc_query_reader reader;
    struct snapshot *v;
    size_t n, cap;
    struct dbc_query_past *next;
};

/* ---- Life --------------------------------------------------------------------------------- */

void dbc_query_past_free(struct dbc_query_past *past)
{
    while (past != NULL) {
        struct dbc_query_past *next = past->next;
        for (size_t i = 0; i < past->n; i++) {
            if (past->v[i].source != NULL) {
                dbc_query_index_free(past->v[i].source->indexes);
            }
            free(past->v[i].source);
        }
        free(past->v);
        free(past->path);
        free(past);
        past = next;
    }
}

struct listing {
    struct dbc_query *query;
    struct dbc_query_past *past;
    struct dbc_error *err;
};

/* A dbc_snapshot_fn; returns 1 with listing->err on failure. */
static int add_snapshot(void *ctx, const struct dbc_snapshot *found)
{
    struct listing *listing = ctx;
    struct dbc_query *query = listing->query;
    struct dbc_query_past *past = listing->past;
    struct snapshot snapshot = { .id = found->id,
                                 .time = found->time,
                                 .bytes = (int64_t)found->size,
                                 .hash = dbc_query_text(query, found->hash),
                                 .program = dbc_query_text(query, found->program),
                                 .reason = dbc_query_text(query, found->reason) };

    if (query->snapshots >= DBC_LIMIT_QUERY_SNAPSHOTS) {
        dbc_fail(listing->err, DBC_ELIMIT, "a query over more than %u snapshots",
                 DBC_LIMIT_QUERY_SNAPSHOTS);
        return 1;
    }
    if (snapshot.hash == NULL || snapshot.program == NULL || snapshot.reason == NULL ||
        !DBC_GROW(past->v, past->n, past->cap)) {
        dbc_fail_nomem(listing->err);
        return 1;
    }
    past->v[past->n++] = snapshot;
    query->snapshots++;
    query->beside += sizeof snapshot;
    return dbc_query_check_bytes(query, listing->err) == 0 ? 0 : 1;
}

static int list(struct dbc_query *query, struct dbc_query_past *past, struct dbc_error *err)
{
    struct listing listing = { query, past, err };
    struct dbc_history *history = NULL;
    int rc = dbc_history_open(past->path, false, &history, err);

    if (rc == 0) {
        rc = dbc_history_list(history, add_snapshot, &listing, err);
    }
    dbc_history_close(history);
    return rc == 0 ? 0 : -1;
}

int dbc_query_add_past(struct dbc_query *query, const char *path, struct dbc_query_reader reader,
                       struct dbc_error *err)
{
    struct dbc_query_past *past = NULL;
    struct dbc_query_source *source = NULL;

    if (query->n == 0 || query->ran) {
        return dbc_fail(err, DBC_EINVAL, "a history without a host");
    }
    source = &query->sources[query->n - 1];
    past = calloc(1, sizeof *past);
    if (past != NULL) {
        *past = (struct dbc_query_past){
            .host = source->host, .file = source->file, .path = strdup(path), .reader = reader
        };
    }
    if (past == NULL || past->path == NULL) {
        dbc_query_past_free(past);
        return dbc_fail_nomem(err);
    }
    if (list(query, past, err) != 0) {
        dbc_query_past_free(past);
        return -1;
    }
    if (query->last_past == NULL) {
        query->pasts = past;
    } else {
        query->last_past->next = past;
    }
    query->last_past = source->past = past;
    return 0;
}

/* ---- When --------------------------------------------------------------------------------- */

/* Parses a time in UTC, "2026-11-27 08:00:00", with or without seconds or the time of day, and with
 * ISO 8601's 'T' and 'Z'. */
static bool parse_time(const char *text, int64_t *ret)
{
    static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
                                           "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S" };

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct tm tm = { 0 };
        const char *end = strptime(text, formats[i], &tm);

        if (end != NULL && (*end == '\0' || (end[0] == 'Z' && end[1] == '\0'))) {
            *ret = (int64_t)timegm(&tm);
            return true;
        }
    }
    return false;
}

int dbc_query_when_of(sqlite3_value *value, struct dbc_query_when *ret, struct dbc_error *err)
{
    const char *text = (const char *)sqlite3_value_text(value);
    uint64_t number = 0;

    *ret = (struct dbc_query_when){ .id = -1 };
    if (text == NULL) {
        return dbc_fail_nomem(err);
    }
    if (strcmp(text, "newest") == 0) {
        ret->id = INT64_MAX;
    } else if (dbc_parse_uint(text, INT64_MAX - 1, &number)) {
        ret->id = (int64_t)number;
    } else if (!parse_time(text, &ret->time)) {
        return dbc_fail(err, DBC_EINVAL,
                        "as_of: expected a time (2026-11-27 08:00:00, in UTC), the number of a "
                        "snapshot or newest, found %s",
                        text);
    }
    return 0;
}

static bool is_then(const struct snapshot *snapshot, const struct dbc_query_when *when)
{
    if (when->id == INT64_MAX) {
        return true;
    }
    return when->id >= 0 ? snapshot->id == when->id : snapshot->time <= when->time;
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* Returns the snapshot's records for the caller to free, or NULL with query->why. */
static struct dbc_db *read_snapshot(struct dbc_query *query, const struct dbc_query_past *past,
                                    int64_t id)
{
    struct dbc_history *history = NULL;
    struct dbc_buf text = DBC_BUF_INIT, name = DBC_BUF_INIT;
    struct dbc_db *db = NULL;

    dbc_buf_addf(&name, "%s, snapshot %lld", past->file, (long long)id);
    if (dbc_history_open(past->path, false, &history, &query->why) == 0 &&
        dbc_history_get(history, id, &text, &query->why) == 0) {
        db = past->reader.read(dbc_buf_str(&name), text.data, text.len, &query->why);
    }
    dbc_history_close(history);
    dbc_buf_release(&text);
    dbc_buf_release(&name);
    return db;
}

static int load(struct dbc_query *query, const struct dbc_query_past *past,
                struct snapshot *snapshot)
{
    struct dbc_db *db = NULL;
    struct dbc_query_source *source = NULL;
    int rc = -1;

    if (dbc_now_ms() >= query->end) {
        return dbc_fail(&query->why, DBC_ETIMEOUT, "the query took too long");
    }
    db = read_snapshot(query, past, snapshot->id);
    if (db == NULL) {
        return -1;
    }
    source = calloc(1, sizeof *source);
    if (source == NULL) {
        dbc_fail_nomem(&query->why);
    } else {
        *source = (struct dbc_query_source){ .host = past->host, .file = past->file };
        query->beside += sizeof *source;
        rc = dbc_query_keep(query, source, db, &query->why);
    }
    dbc_db_free(db);
    if (rc != 0) {
        free(source);
        return -1;
    }
    snapshot->source = source;
    return 0;
}

int dbc_query_past_find(struct dbc_query *query, const struct dbc_query_source *source,
                        const struct dbc_query_when *when, struct dbc_query_source **ret)
{
    struct dbc_query_past *past = source->past;
    size_t i = 0;

    *ret = NULL;
    while (past != NULL && i < past->n && !is_then(&past->v[i], when)) {
        i++;
    }
    if (past == NULL || i == past->n) {
        return 0;
    }
    if (past->v[i].source == NULL && load(query, past, &past->v[i]) != 0) {
        return -1;
    }
    *ret = past->v[i].source;
    return 0;
}

/* ---- The table ---------------------------------------------------------------------------- */

struct cursor {
    sqlite3_vtab_cursor base; /* must be first */
    const struct dbc_query *query;
    const struct dbc_query_past *past; /* NULL: at the end */
    size_t i;
    sqlite3_int64 row;
};

int dbc_query_past_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
    struct cursor *cursor = calloc(1, sizeof *cursor);

    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    cursor->query = ((const struct dbc_query_vtab *)base)->query;
    *ret = &cursor->base;
    return SQLITE_OK;
}

int dbc_query_past_close(sqlite3_vtab_cursor *base)
{
    free(base);
    return SQLITE_OK;
}

/* Moves on until the cursor is at a snapshot or at the end. */
static int settle(struct cursor *cursor)
{
    while (cursor->past != NULL && cursor->i >= cursor->past->n) {
        cursor->past = cursor->past->next;
        cursor->i = 0;
    }
    return SQLITE_OK;
}

int dbc_query_past_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                          sqlite3_value **argv)
{
    struct cursor *cursor = (struct cursor *)base;

    (void)plan;
    (void)name;
    (void)argc;
    (void)argv;
    cursor->past = cursor->query->pasts;
    cursor->i = 0;
    cursor->row = 0;
    return settle(cursor);
}

int dbc_query_past_next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;

    cursor->i++;
    cursor->row++;
    return settle(cursor);
}

int dbc_query_past_eof(sqlite3_vtab_cursor *base)
{
    return ((const struct cursor *)base)->past == NULL;
}

int dbc_query_past_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
    *ret = ((const struct cursor *)base)->row;
    return SQLITE_OK;
}

/* Writes the time as SQLite's date functions take it; NULL for a number out of their range. */
static void result_time(sqlite3_context *context, int64_t when)
{
    char text[32];
    time_t at = (time_t)when;
    struct tm tm;

    if (when >= 0 && when <= LAST_TIME && gmtime_r(&at, &tm) != NULL &&
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm) > 0) {
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
    }
}

int dbc_query_past_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
    const struct cursor *cursor = (const struct cursor *)base;
    const struct snapshot *snapshot = &cursor->past->v[cursor->i];
    const char *const texts[] = { cursor->past->host, cursor->past->file, NULL, NULL,
                                  snapshot->program,  snapshot->reason,   NULL, snapshot->hash };

    if (texts[i] != NULL) {
        sqlite3_result_text(context, texts[i], -1, SQLITE_STATIC);
    } else if (i == 3) {
        result_time(context, snapshot->time);
    } else {
        sqlite3_result_int64(context, i == 2 ? snapshot->id : snapshot->bytes);
    }
    return SQLITE_OK;
}
