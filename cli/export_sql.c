/* export_sql.c - writes records as a script for sqlite3(1) (export.h).  The rows come from the verb
 * query, so that a statement gives the same answer in both. */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/valid.h"
#include "export.h"
#include "store/query.h"

struct script {
    struct dbc_buf *out;
    const char *table;
};

/* ---- Values ---------------------------------------------------------------------------------- */

/* Writes a text with line ends or control characters as bytes: sqlite3 drops a carriage return at
 * a line's end, and a terminal obeys escape sequences. */
static void add_bytes(struct dbc_buf *out, const char *text)
{
    dbc_buf_adds(out, "CAST(X'");
    for (const char *c = text; *c != '\0'; c++) {
        dbc_buf_addf(out, "%02X", (unsigned char)*c);
    }
    dbc_buf_adds(out, "' AS TEXT)");
}

static void add_text(struct dbc_buf *out, const char *text)
{
    if (!dbc_valid_text(text)) {
        add_bytes(out, text);
        return;
    }
    dbc_buf_addc(out, '\'');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\'') {
            dbc_buf_addc(out, '\'');
        }
        dbc_buf_addc(out, *c);
    }
    dbc_buf_addc(out, '\'');
}

/* ---- Tables ---------------------------------------------------------------------------------- */

/* Returns the type that the verb query declares, so that numbers compare as numbers. */
static const char *type_of(const char *table, const char *column)
{
    enum dbc_class class_ = dbc_schema_class_by_name(table);
    const struct dbc_field *field =
        class_ == DBC_N_CLASSES ? NULL : dbc_schema_field(class_, column);

    if (field != NULL) {
        return field->kind == DBC_KIND_BOOL || field->kind == DBC_KIND_INT ? "INTEGER" : "TEXT";
    }
    return strcmp(column, "line") == 0 || strcmp(column, "position") == 0 ? "INTEGER" : "TEXT";
}

static int put_columns(void *ctx, const char *const *names, size_t n)
{
    const struct script *script = ctx;

    dbc_buf_addf(script->out, "CREATE TABLE IF NOT EXISTS \"%s\" (", script->table);
    for (size_t i = 0; i < n; i++) {
        dbc_buf_addf(script->out, "%s\"%s\" %s", i == 0 ? "" : ", ", names[i],
                     type_of(script->table, names[i]));
    }
    dbc_buf_adds(script->out, ");\n");
    return 0;
}

static int put_row(void *ctx, const struct dbc_cell *cells, size_t n)
{
    const struct script *script = ctx;

    dbc_buf_addf(script->out, "INSERT INTO \"%s\" VALUES(", script->table);
    for (size_t i = 0; i < n; i++) {
        dbc_buf_adds(script->out, i == 0 ? "" : ",");
        if (cells[i].kind == DBC_CELL_NULL) {
            dbc_buf_adds(script->out, "NULL");
        } else if (cells[i].kind == DBC_CELL_INT) {
            dbc_buf_addf(script->out, "%" PRId64, cells[i].integer);
        } else {
            add_text(script->out, cells[i].text);
        }
    }
    dbc_buf_adds(script->out, ");\n");
    return script->out->failed ? -1 : 0;
}

static int ask(const struct cli_host *host, const char *sql, const struct script *script,
               struct dbc_error *err)
{
    static const struct dbc_query_limits limits = { UINT32_MAX, SIZE_MAX, SIZE_MAX };
    const struct dbc_query_sink sink = { put_columns, put_row, (void *)(uintptr_t)script };
    struct dbc_query *query = dbc_query_new(sql, &limits, err);
    int rc = -1;

    if (query != NULL && dbc_query_lend(query, host->name, host->file, host->db, err) == 0) {
        rc = dbc_query_run(query, &sink, NULL, err);
    }
    dbc_query_free(query);
    return rc;
}

static int put_table(const struct cli_host *host, const char *table, struct dbc_buf *out,
                     struct dbc_error *err)
{
    const struct script script = { out, table };
    struct dbc_buf sql = DBC_BUF_INIT;
    int rc = -1;

    dbc_buf_addf(&sql, "SELECT * FROM \"%s\"", table);
    if (!sql.failed) {
        rc = ask(host, sql.data, &script, err);
    }
    dbc_buf_release(&sql);
    return rc;
}

int cli_export_sql(const struct cli_host *host, struct dbc_buf *out, struct dbc_error *err)
{
    int rc = 0;

    dbc_buf_adds(out, "-- A host's network.dbcache, for: sqlite3 FILE <SCRIPT\nBEGIN;\n");
    for (int i = 0; rc == 0 && i < DBC_N_CLASSES; i++) {
        rc = put_table(host, dbc_schema_class((enum dbc_class)i)->name, out, err);
    }
    if (rc == 0) {
        rc = put_table(host, "members", out, err);
    }
    if (rc == 0) {
        rc = put_table(host, "other_config", out, err);
    }
    dbc_buf_adds(out, "COMMIT;\n");
    return rc != 0 || out->failed ? dbc_fail_nomem(err) : 0; /* an earlier error stays */
}
