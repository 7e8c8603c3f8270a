/* query.c - a query's SQLite connection in memory, with its restrictions, and its statement
 * (query.h).  The statement is prepared once when the query is made, to learn what it reads, and
 * once more to run it, when all hosts are added. */
#include "store/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/grow.h"
#include "store/query_priv.h"

#define STEPS_BETWEEN_LOOKS 2000 /* SQLite's instructions between two looks at the clock */
#define SMALL_LIMIT 100          /* for things of which real statements have a handful */

/* ---- Restrictions ------------------------------------------------------------------------- */

/* A statement may only read. */
static int authorize(void *ctx, int action, const char *one, const char *two, const char *three,
                     const char *four)
{
    struct dbc_query *query = ctx;

    (void)one;
    (void)three;
    (void)four;
    switch (action) {
    case SQLITE_READ:
        query->as_of = query->as_of || (two != NULL && strcmp(two, DBC_QUERY_AS_OF) == 0);
        return SQLITE_OK;
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return strcmp(two, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return query->declaring ? SQLITE_OK : SQLITE_DENY;
    }
}

static int is_late(void *ctx)
{
    const struct dbc_query *query = ctx;

    return dbc_now_ms() >= query->end;
}

static void set_limits(struct dbc_query *query)
{
    static const struct {
        int what, value;
    } limits[] = {
        { SQLITE_LIMIT_LENGTH, DBC_LIMIT_QUERY_VALUE },
        { SQLITE_LIMIT_SQL_LENGTH, DBC_LIMIT_QUERY_SQL },
        { SQLITE_LIMIT_COLUMN, 1000 },
        { SQLITE_LIMIT_EXPR_DEPTH, SMALL_LIMIT },
        { SQLITE_LIMIT_COMPOUND_SELECT, SMALL_LIMIT },
        { SQLITE_LIMIT_ATTACHED, 0 },
        { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, SMALL_LIMIT },
        { SQLITE_LIMIT_WORKER_THREADS, 0 },
    };

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        sqlite3_limit(query->db, limits[i].what, limits[i].value);
    }
    sqlite3_db_config(query->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(query->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    /* SQLite has this limit for the whole process only. */
    sqlite3_hard_heap_limit64(DBC_LIMIT_QUERY_MEMORY);
}

/* ---- Life --------------------------------------------------------------------------------- */

static int connect(struct dbc_query *query)
{
    int rc =
        sqlite3_open_v2(":memory:", &query->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK) {
        set_limits(query);
        /* A large sort fails for lack of memory and does not fill a disk. */
        rc = sqlite3_exec(query->db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
    }
    if (rc == SQLITE_OK) {
        rc = dbc_query_register(query);
    }
    if (rc == SQLITE_OK) {
        sqlite3_progress_handler(query->db, STEPS_BETWEEN_LOOKS, is_late, query);
        rc = sqlite3_set_authorizer(query->db, authorize, query);
    }
    return rc;
}

void dbc_query_free(struct dbc_query *query)
{
    if (query == NULL) {
        return;
    }
    sqlite3_close(query->db);
    dbc_query_index_free(query->indexes);
    for (size_t i = 0; i < query->n; i++) {
        dbc_query_index_free(query->sources[i].indexes);
    }
    dbc_query_past_free(query->pasts);
    dbc_hash_release(&query->by_file);
    dbc_hash_release(&query->texts);
    dbc_hash_release(&query->numbers);
    dbc_arena_release(&query->arena);
    free(query->sources);
    free(query->sql);
    free(query);
}

/* ---- The statement ------------------------------------------------------------------------ */

static int fail(const struct dbc_query *query, int rc, struct dbc_error *err)
{
    const char *text = sqlite3_errmsg(query->db);

    if (query->why.code != DBC_OK) {
        *err = query->why;
        return -1;
    }
    switch (rc & 0xff) {
    case SQLITE_AUTH:
        return dbc_fail(err, DBC_EINVAL, "only a statement that reads (SELECT) is allowed");
    case SQLITE_INTERRUPT:
        return dbc_fail(err, DBC_ETIMEOUT, "the query took too long");
    case SQLITE_TOOBIG:
        return dbc_fail(err, DBC_ELIMIT, "the query needs a value of more than %u bytes",
                        DBC_LIMIT_QUERY_VALUE);
    case SQLITE_NOMEM:
        if (sqlite3_memory_highwater(0) > DBC_LIMIT_QUERY_MEMORY / 2) {
            return dbc_fail(err, DBC_ELIMIT, "the query needs more than %u MiB of memory",
                            DBC_LIMIT_QUERY_MEMORY >> 20);
        }
        return dbc_fail_nomem(err);
    default:
        if (query->as_of && strcmp(text, "no query solution") == 0) {
            text = "as_of can only be asked whether it equals something: as_of = '2026-11-27', or "
                   "of another table's column";
        }
        return dbc_fail(err, DBC_EINVAL, "%s", text);
    }
}

/* Whether only white space and comments follow the statement.  Without memory false, with *err. */
static bool is_last(struct dbc_query *query, const char *tail, struct dbc_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(query->db, tail, -1, &stmt, NULL);
    bool last = rc == SQLITE_OK && stmt == NULL;

    if (rc == SQLITE_NOMEM) {
        fail(query, rc, err);
    }
    sqlite3_finalize(stmt);
    return last;
}

/* Returns the statement if it is the only one and only reads, else NULL with *err. */
static sqlite3_stmt *prepare(struct dbc_query *query, struct dbc_error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    int rc = sqlite3_prepare_v2(query->db, query->sql, -1, &stmt, &tail);

    if (rc != SQLITE_OK) {
        fail(query, rc, err);
        return NULL;
    }
    if (stmt == NULL || !is_last(query, tail, err)) {
        dbc_fail(err, DBC_EINVAL,
                 stmt == NULL ? "there is no statement in it" : "one statement at a time");
    } else if (!sqlite3_stmt_readonly(stmt) || sqlite3_column_count(stmt) == 0) {
        fail(query, SQLITE_AUTH, err);
    } else {
        return stmt;
    }
    sqlite3_finalize(stmt);
    return NULL;
}

/* ---- The query ---------------------------------------------------------------------------- */

/* Learns what the statement reads: SQLite asks the tables about it while it prepares. */
static int look_at(struct dbc_query *query, struct dbc_error *err)
{
    sqlite3_stmt *stmt = prepare(query, err);

    if (stmt == NULL) {
        return -1;
    }
    sqlite3_finalize(stmt);
    dbc_query_lay_out(query);
    return 0;
}

struct dbc_query *dbc_query_new(const char *sql, const struct dbc_query_limits *limits,
                                struct dbc_error *err)
{
    struct dbc_query *query = calloc(1, sizeof *query);

    if (query != NULL) {
        query->limits = *limits;
        query->end = INT64_MAX;
        query->sql = strdup(sql);
    }
    if (query == NULL || query->sql == NULL || connect(query) != SQLITE_OK) {
        dbc_fail_nomem(err); /* a connection in memory cannot fail otherwise */
        dbc_query_free(query);
        return NULL;
    }
    if (look_at(query, err) != 0) {
        dbc_query_free(query);
        return NULL;
    }
    return query;
}

bool dbc_query_asks_past(const struct dbc_query *query)
{
    return query->as_of || query->seen[DBC_QUERY_SNAPSHOT];
}

int dbc_query_add(struct dbc_query *query, const char *host, const char *file,
                  const struct dbc_db *db, struct dbc_error *err)
{
    struct dbc_query_source source = { .host = NULL };

    if (query->ran) {
        return dbc_fail(err, DBC_EINVAL, "a host was added to a query that has run already");
    }
    if (query->n >= DBC_LIMIT_QUERY_HOSTS) {
        return dbc_fail(err, DBC_ELIMIT, "a query over more than %u hosts", DBC_LIMIT_QUERY_HOSTS);
    }
    source.host = dbc_query_text(query, host);
    source.file = dbc_query_text(query, file);
    if (source.host == NULL || source.file == NULL ||
        !DBC_GROW(query->sources, query->n, query->cap)) {
        return dbc_fail_nomem(err);
    }
    query->beside += sizeof source;
    if (dbc_query_keep(query, &source, db, err) != 0) {
        return -1;
    }
    query->sources[query->n++] = source;
    for (int c = 0; c < DBC_N_CLASSES; c++) {
        query->rows[c] += db->of[c].n;
    }
    return 0;
}

int dbc_query_lend(struct dbc_query *query, const char *host, const char *file,
                   const struct dbc_db *db, struct dbc_error *err)
{
    int rc = 0;

    query->lent = true;
    query->beside += db->arena.used;
    rc = dbc_query_add(query, host, file, db, err);
    query->lent = false; /* snapshots are copied */
    return rc;
}

/* ---- A run -------------------------------------------------------------------------------- */

/* When there is no memory for a number's text, it is "" and the next step fails. */
static struct dbc_cell read_cell(sqlite3_stmt *stmt, int i)
{
    struct dbc_cell cell = { .kind = DBC_CELL_TEXT, .text = "" };
    const unsigned char *text = NULL;

    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_NULL:
        cell.kind = DBC_CELL_NULL;
        return cell;
    case SQLITE_INTEGER:
        cell.kind = DBC_CELL_INT;
        cell.integer = sqlite3_column_int64(stmt, i);
        break;
    case SQLITE_FLOAT:
        cell.kind = DBC_CELL_REAL;
        cell.real = sqlite3_column_double(stmt, i);
        break;
    default:
        break;
    }
    text = sqlite3_column_text(stmt, i);
    cell.text = text == NULL ? "" : (const char *)text;
    return cell;
}

static int send_columns(sqlite3_stmt *stmt, size_t n, const struct dbc_query_sink *sink,
                        struct dbc_error *err)
{
    const char **names = calloc(n, sizeof *names);
    int rc = 0;

    if (names == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < n; i++) {
        names[i] = sqlite3_column_name(stmt, (int)i);
        if (names[i] == NULL) {
            rc = dbc_fail_nomem(err);
            goto out;
        }
    }
    rc = sink->columns(sink->ctx, names, n);
out:
    free(names);
    return rc;
}

/* Moves the deadline by the time that the receiver takes. */
static int send_row(struct dbc_query *query, const struct dbc_query_sink *sink,
                    const struct dbc_cell *cells, size_t n)
{
    int64_t before = dbc_now_ms();
    int rc = sink->row(sink->ctx, cells, n);

    query->end += dbc_now_ms() - before;
    return rc;
}

static int send_rows(struct dbc_query *query, sqlite3_stmt *stmt, size_t n, size_t limit,
                     const struct dbc_query_sink *sink, bool *more, struct dbc_error *err)
{
    struct dbc_cell *cells = calloc(n, sizeof *cells);
    int state = SQLITE_DONE, rc = cells == NULL ? dbc_fail_nomem(err) : 0;
    size_t rows = 0;

    while (rc == 0 && (state = sqlite3_step(stmt)) == SQLITE_ROW && rows < limit) {
        for (size_t i = 0; i < n; i++) {
            cells[i] = read_cell(stmt, (int)i);
        }
        rc = send_row(query, sink, cells, n);
        rows++;
    }
    if (rc == 0 && state != SQLITE_ROW && state != SQLITE_DONE) {
        rc = fail(query, state, err);
    }
    if (more != NULL) {
        *more = rc == 0 && state == SQLITE_ROW;
    }
    free(cells);
    return rc;
}

/* Goes from the last source to the first, so that each comes before the later ones of its file. */
static int index_files(struct dbc_query *query)
{
    for (size_t i = query->n; !query->ran && i-- > 0;) {
        struct dbc_query_source *source = &query->sources[i];
        source->same_file = dbc_hash_get(&query->by_file, source->file);
        if (dbc_hash_put(&query->by_file, source->file, source, true) != 0) {
            dbc_hash_release(&query->by_file);
            return -1;
        }
    }
    query->ran = true;
    return 0;
}

int dbc_query_run(struct dbc_query *query, const struct dbc_query_sink *sink, bool *more,
                  struct dbc_error *err)
{
    const struct dbc_query_limits *limits = &query->limits;
    size_t rows = limits->rows == 0 ? DBC_QUERY_ROWS : limits->rows, n = 0;
    sqlite3_stmt *stmt = NULL;
    int rc = -1;

    if (index_files(query) != 0) {
        return dbc_fail_nomem(err);
    }
    query->end =
        dbc_now_ms() + (limits->timeout_ms == 0 ? DBC_QUERY_TIMEOUT_MS : limits->timeout_ms);
    stmt = prepare(query, err);
    if (stmt == NULL) {
        return -1;
    }
    n = (size_t)sqlite3_column_count(stmt);
    rc = send_columns(stmt, n, sink, err);
    if (rc == 0) {
        rc = send_rows(query, stmt, n, rows, sink, more, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}
