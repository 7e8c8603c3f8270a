/* history_open.c - opens the history's file, keeps its schema up to date, and turns SQLite's errors
 * into ours.  Snapshots are in history.c.
 *
 * The file uses a rollback journal and no WAL, so that it can be copied alone and read from a
 * read-only medium.  When the journal of a killed writer cannot be rolled back there, the file is
 * read as it is: every snapshot is checked against its hash anyway. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/history_priv.h"

#include "base/error.h"

#define APPLICATION_ID 0x64626368 /* "dbch" */

/* Row i turns version i into version i + 1.  New rows come at the end only. */
static const char *const migrations[] = {
    "CREATE TABLE chunk (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, data BLOB NOT NULL);"
    "CREATE TABLE snapshot (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, program TEXT NOT NULL,"
    " reason TEXT NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL, chunks BLOB NOT NULL);",
};

/* A schema's version is the number of its steps. */
struct schema {
    const char *const *steps;
    int n;
};

static const struct schema newest_schema = { migrations, sizeof migrations / sizeof migrations[0] };

/* ---- SQLite ------------------------------------------------------------------------------- */

static enum dbc_code code_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_NOMEM:
        return DBC_ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return DBC_EBUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* our statements are right, so the tables are not */
    case SQLITE_SCHEMA:
        return DBC_EPARSE;
    default:
        return DBC_EIO;
    }
}

int dbc_history_fail(const struct dbc_history *history, struct dbc_error *err)
{
    enum dbc_code code = code_of(sqlite3_errcode(history->db));

    if (code == DBC_ENOMEM) {
        return dbc_fail_nomem(err);
    }
    return dbc_fail_at(err, code, history->path, 0, 0, "%s%s", sqlite3_errmsg(history->db),
                       code == DBC_EPARSE ? "; move the file away and a new history begins" : "");
}

sqlite3_stmt *dbc_history_prepare(const struct dbc_history *history, const char *sql,
                                  struct dbc_error *err)
{
    sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(history->db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        dbc_history_fail(history, err);
    }
    return stmt;
}

int dbc_history_exec(const struct dbc_history *history, const char *sql, struct dbc_error *err)
{
    return sqlite3_exec(history->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : dbc_history_fail(history, err);
}

int dbc_history_begin(const struct dbc_history *history, struct dbc_error *err)
{
    return dbc_history_exec(history, "BEGIN IMMEDIATE", err);
}

int dbc_history_end(const struct dbc_history *history, int rc, struct dbc_error *err)
{
    if (rc == 0) {
        rc = dbc_history_exec(history, "COMMIT", err);
    }
    if (rc != 0 && !sqlite3_get_autocommit(history->db)) {
        sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return rc;
}

/* ---- The schema --------------------------------------------------------------------------- */

/* *ret gets the one number that the statement returns. */
static int ask(const struct dbc_history *history, const char *sql, int *ret, struct dbc_error *err)
{
    sqlite3_stmt *stmt = dbc_history_prepare(history, sql, err);
    int rc = -1;

    if (stmt != NULL && sqlite3_step(stmt) == SQLITE_ROW) {
        *ret = sqlite3_column_int(stmt, 0);
        rc = 0;
    } else if (stmt != NULL) {
        dbc_history_fail(history, err);
    }
    sqlite3_finalize(stmt);
    return rc;
}

/* *ret gets the file's version, 0 for an empty file.  Another writer may make the tables between
 * two of these questions.  All three answers change in one commit, so the id is asked last: while
 * it is 0, the earlier answers are those of an empty file. */
static int find_version(const struct dbc_history *history, const struct schema *schema, int *ret,
                        struct dbc_error *err)
{
    int id = 0, tables = 0;

    if (ask(history, "PRAGMA user_version", ret, err) < 0 ||
        ask(history, "SELECT count(*) FROM sqlite_master", &tables, err) < 0 ||
        ask(history, "PRAGMA application_id", &id, err) < 0) {
        return -1;
    }
    if (((id != 0 || tables != 0 || *ret != 0) && id != APPLICATION_ID) || *ret < 0) {
        return dbc_fail_at(err, DBC_EINVAL, history->path, 0, 0, "is no history of dbcache");
    }
    if (*ret > schema->n) {
        return dbc_fail_at(err, DBC_EUNSUPPORTED, history->path, 0, 0,
                           "a later release made this history (version %d, this one knows %d); it "
                           "is left as it is",
                           *ret, schema->n);
    }
    return 0;
}

/* Looks at the version again, since another process may have migrated the file meanwhile. */
static int migrate_locked(const struct dbc_history *history, const struct schema *schema,
                          struct dbc_error *err)
{
    struct dbc_buf sql = DBC_BUF_INIT;
    int version = 0, rc = find_version(history, schema, &version, err);

    for (int i = version; rc == 0 && i < schema->n; i++) {
        rc = dbc_history_exec(history, schema->steps[i], err);
    }
    if (rc == 0) {
        dbc_buf_addf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID,
                     schema->n);
        rc = sql.failed ? dbc_fail_nomem(err) : dbc_history_exec(history, sql.data, err);
    }
    dbc_buf_release(&sql);
    return rc;
}

/* Pages are small, since a small save adds only a few.  Both pragmas have an effect only before the
 * first table exists. */
static int migrate(const struct dbc_history *history, const struct schema *schema,
                   struct dbc_error *err)
{
    if (dbc_history_exec(history, "PRAGMA page_size = 512; PRAGMA auto_vacuum = INCREMENTAL", err) <
            0 ||
        dbc_history_begin(history, err) < 0) {
        return -1;
    }
    return dbc_history_end(history, migrate_locked(history, schema, err), err);
}

/* ---- Opening ------------------------------------------------------------------------------ */

/* Keeps SQLite from opening a FIFO, a device or a folder. */
static int check_file(const char *path, bool writing, struct dbc_error *err)
{
    struct stat st;

    if (stat(path, &st) < 0) {
        return writing ? 0
                       : dbc_fail_at(err, DBC_ENOENT, path, 0, 0, "there is no history here yet");
    }
    return S_ISREG(st.st_mode)
               ? 0
               : dbc_fail_at(err, DBC_EINVAL, path, 0, 0, "expected a regular file");
}

/* Returns the path as a URI that tells SQLite that the file will not change; the caller frees it.
 * NULL when out of memory. */
static char *as_uri(const char *path)
{
    struct dbc_buf uri = DBC_BUF_INIT;

    dbc_buf_adds(&uri, "file:");
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '?' || *c == '#' || *c == '%') {
            dbc_buf_addf(&uri, "%%%02X", (unsigned)*c);
        } else {
            dbc_buf_addc(&uri, *c);
        }
    }
    dbc_buf_adds(&uri, "?immutable=1");
    return dbc_buf_steal(&uri);
}

static int connect(struct dbc_history *history, const char *name, int flags, struct dbc_error *err)
{
    sqlite3_close(history->db);
    history->db = NULL;
    if (sqlite3_open_v2(name, &history->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK) {
        return dbc_history_fail(history, err);
    }
    sqlite3_busy_timeout(history->db, DBC_HISTORY_WAIT_MS);
    sqlite3_db_config(history->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return dbc_history_exec(history, "PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL", err);
}

static int open_reading(struct dbc_history *history, struct dbc_error *err)
{
    struct dbc_error first = DBC_ERROR_INIT;
    int version = 0, rc = connect(history, history->path, SQLITE_OPEN_READONLY, &first);
    char *uri = NULL;

    if (rc == 0) {
        rc = find_version(history, &newest_schema, &version, &first);
    }
    if (rc < 0 && first.code == DBC_EIO) {
        uri = as_uri(history->path);
        rc = uri == NULL ? dbc_fail_nomem(err)
                         : connect(history, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &first);
        dbc_error_clear(&first);
        if (rc == 0) {
            rc = find_version(history, &newest_schema, &version, &first);
        }
        free(uri);
    }
    if (rc == 0 && version == 0) {
        rc = dbc_fail_at(&first, DBC_ENOENT, history->path, 0, 0, "the history is empty");
    }
    if (rc < 0 && err != NULL && err->code == DBC_OK) {
        *err = first;
    }
    return rc;
}

static int open_writing(struct dbc_history *history, const struct schema *schema,
                        struct dbc_error *err)
{
    int version = 0;

    if (connect(history, history->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err) < 0 ||
        find_version(history, schema, &version, err) < 0) {
        return -1;
    }
    return version < schema->n ? migrate(history, schema, err) : 0;
}

int dbc_history_open(const char *path, bool writing, struct dbc_history **ret,
                     struct dbc_error *err)
{
    struct dbc_history *history = NULL;

    if (check_file(path, writing, err) < 0) {
        return -1;
    }
    history = calloc(1, sizeof *history);
    if (history != NULL) {
        history->path = strdup(path);
    }
    if (history == NULL || history->path == NULL) {
        dbc_history_close(history);
        return dbc_fail_nomem(err);
    }
    if ((writing ? open_writing(history, &newest_schema, err) : open_reading(history, err)) < 0) {
        dbc_history_close(history);
        return -1;
    }
    *ret = history;
    return 0;
}

void dbc_history_close(struct dbc_history *history)
{
    if (history != NULL) {
        sqlite3_close(history->db);
        free(history->path);
        free(history);
    }
}
