/* query_table.c - declares the tables as SQLite's virtual tables and plans which conditions of a
 * statement narrow a scan (query_priv.h).  query_cursor.c has the rows. */
#include <stdlib.h>
#include <string.h>

#include "store/query_priv.h"

#define SNAPSHOT_COST 1000 /* reading a snapshot costs as much as looking at so many rows */

/* ---- Declaring ---------------------------------------------------------------------------- */

static int declare(sqlite3 *db, const struct dbc_query_vtab *table)
{
    struct dbc_buf sql = DBC_BUF_INIT;
    int rc = SQLITE_NOMEM;

    dbc_buf_adds(&sql, "CREATE TABLE t(");
    for (size_t i = 0; i < table->n; i++) {
        const struct dbc_query_column *column = &table->columns[i];
        dbc_buf_addf(&sql, "%s\"%s\" %s", i == 0 ? "" : ", ", column->name,
                     column->kind == DBC_COLUMN_AS_OF ? "HIDDEN"
                     : column->number                 ? "INTEGER"
                                                      : "TEXT");
    }
    dbc_buf_adds(&sql, ")");
    if (!sql.failed) {
        rc = sqlite3_declare_vtab(db, sql.data);
    }
    dbc_buf_release(&sql);
    return rc;
}

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **ret, char **message)
{
    const struct dbc_query_table *given = aux;
    struct dbc_query_vtab *table = calloc(1, sizeof *table);
    int rc = SQLITE_NOMEM;

    (void)argc;
    (void)argv;
    (void)message;
    if (table != NULL) {
        table->query = given->query;
        table->which = given->which;
        dbc_query_add_columns(table);
        table->query->declaring = true;
        rc = declare(db, table);
        table->query->declaring = false;
    }
    if (rc != SQLITE_OK) {
        free(table);
        return rc;
    }
    *ret = &table->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *base)
{
    sqlite3_free(base->zErrMsg);
    free(base);
    return SQLITE_OK;
}

/* ---- Conditions --------------------------------------------------------------------------- */

static size_t count_rows(const struct dbc_query_vtab *table)
{
    size_t n = 0;

    if (table->which == DBC_QUERY_SNAPSHOT) {
        return table->query->snapshots;
    }
    for (int c = 0; c < DBC_N_CLASSES; c++) {
        n += table->which >= DBC_N_CLASSES || table->which == c ? table->query->rows[c] : 0;
    }
    return n;
}

static bool is_text(const struct dbc_query_vtab *table, const struct dbc_query_column *column)
{
    const struct dbc_class_info *info = NULL;

    if (column->kind == DBC_COLUMN_REF) {
        return true;
    }
    if (column->kind != DBC_COLUMN_PART || column->part == DBC_QUERY_LINE) {
        return false;
    }
    info = dbc_schema_class((enum dbc_class)table->which);
    return column->part == DBC_QUERY_REF || info->fields[column->part].kind == DBC_KIND_TEXT ||
           info->fields[column->part].kind == DBC_KIND_REF;
}

/* Guesses how many of so many rows are equal in this column, for SQLite to choose a plan. */
static double rows_left(const struct dbc_query_vtab *table, const struct dbc_query_column *column,
                        double rows)
{
    if (column->kind == DBC_COLUMN_HOST || column->kind == DBC_COLUMN_FILE) {
        return table->query->n == 0 ? rows : 1 + rows / (double)table->query->n;
    }
    if (!is_text(table, column)) {
        return rows;
    }
    if (strcmp(column->name, "ref") == 0 || strcmp(column->name, "uuid") == 0) {
        return 1;
    }
    return rows < 10 ? rows : 10;
}

static bool is_usable(sqlite3_index_info *info, int i)
{
    return info->aConstraint[i].usable && info->aConstraint[i].iColumn >= 0 &&
           info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ &&
           strcmp(sqlite3_vtab_collation(info, i), "BINARY") == 0;
}

/* The conditions to use, as numbers of constraints; -1: none. */
struct found {
    int lookup, file, host, as_of;
    double rows;
};

/* Takes note of a condition; of lookups, the one that leaves the fewest rows wins. */
static void consider(const struct dbc_query_vtab *table, sqlite3_index_info *info, int i,
                     double all, struct found *found)
{
    const struct dbc_query_column *column = &table->columns[info->aConstraint[i].iColumn];
    double rows = column->kind == DBC_COLUMN_AS_OF ? all : rows_left(table, column, all);

    if (column->kind == DBC_COLUMN_AS_OF) {
        found->as_of = i;
    } else if (column->kind == DBC_COLUMN_FILE) {
        found->file = i;
    } else if (column->kind == DBC_COLUMN_HOST) {
        found->host = i;
    } else if (is_text(table, column) && (found->lookup < 0 || rows < found->rows)) {
        found->lookup = i;
    }
    found->rows = rows < found->rows ? rows : found->rows;
}

static void use(sqlite3_index_info *info, int i, int flag, int *n)
{
    if (i >= 0) {
        info->aConstraintUsage[i].argvIndex = ++*n;
        info->idxNum |= flag;
    }
}

/* Hosts may share references (those of a pool share its networks), so a lookup stays within a file
 * where the statement names one.  A host narrows only scans and snapshots: a lookup has few rows,
 * and SQLite checks them all again. */
static void plan(sqlite3_index_info *info, const struct found *found)
{
    int n = 0;

    info->idxNum = found->lookup >= 0 ? info->aConstraint[found->lookup].iColumn : 0;
    use(info, found->lookup, DBC_PLAN_LOOKUP, &n);
    use(info, found->file, DBC_PLAN_FILE, &n);
    use(info, found->lookup >= 0 && found->as_of < 0 ? -1 : found->host, DBC_PLAN_HOST, &n);
    use(info, found->as_of, DBC_PLAN_AS_OF, &n);
    if (found->as_of >= 0) {
        info->aConstraintUsage[found->as_of].omit = 1; /* no column has this value to compare */
    }
}

/* Whether the statement names this table's as_of, but its value is not known in this plan.  SQLite
 * then tries a plan that reads another table first. */
static bool lacks_time(const struct dbc_query_vtab *table, const sqlite3_index_info *info,
                       const struct found *found)
{
    size_t last = table->n - 1;

    return table->query->as_of && found->as_of < 0 &&
           table->columns[last].kind == DBC_COLUMN_AS_OF &&
           (info->colUsed >> (last < 63 ? last : 63) & 1) != 0;
}

/* Takes note that as_of is used; in pif('2026-11-27') the statement does not name it. */
static void note_as_of(const struct dbc_query_vtab *table, int column)
{
    if (column >= 0 && table->columns[column].kind == DBC_COLUMN_AS_OF) {
        table->query->as_of = true;
    }
}

/* Uses equalities to narrow the scan.  SQLite checks them again, and all other conditions. */
static int table_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct dbc_query_vtab *table = (const struct dbc_query_vtab *)base;
    double all = (double)count_rows(table) + 1;
    struct found found = { -1, -1, -1, -1, all };

    table->query->used[table->which] |= info->colUsed;
    table->query->seen[table->which] = true;
    for (int i = 0; i < info->nConstraint; i++) {
        note_as_of(table, info->aConstraint[i].iColumn);
        if (is_usable(info, i)) {
            consider(table, info, i, all, &found);
        }
    }
    if (lacks_time(table, info, &found)) {
        return SQLITE_CONSTRAINT;
    }
    if (table->which != DBC_QUERY_SNAPSHOT) {
        plan(info, &found);
    } else {
        found.rows = all;
    }
    info->estimatedCost = found.rows + (found.as_of >= 0 ? SNAPSHOT_COST : 0);
    info->estimatedRows = (sqlite3_int64)found.rows;
    return SQLITE_OK;
}

/* ---- The modules -------------------------------------------------------------------------- */

/* Without xCreate the tables exist under the module's name from the start; without xUpdate they are
 * read-only. */
#define MODULE(methods)                                                                            \
    {                                                                                              \
        .xConnect = table_connect, .xBestIndex = table_best_index,                                 \
        .xDisconnect = table_disconnect, .xOpen = methods##_open, .xClose = methods##_close,       \
        .xFilter = methods##_filter, .xNext = methods##_next, .xEof = methods##_eof,               \
        .xColumn = methods##_column, .xRowid = methods##_rowid                                     \
    }

static const sqlite3_module records_module = MODULE(dbc_query_cursor);
static const sqlite3_module snapshot_module = MODULE(dbc_query_past);

int dbc_query_register(struct dbc_query *query)
{
    int rc = SQLITE_OK;

    for (int which = 0; rc == SQLITE_OK && which < DBC_QUERY_TABLES; which++) {
        query->tables[which] = (struct dbc_query_table){ query, which };
        rc = sqlite3_create_module_v2(query->db, dbc_query_table_name(which),
                                      which == DBC_QUERY_SNAPSHOT ? &snapshot_module
                                                                  : &records_module,
                                      &query->tables[which], NULL);
    }
    return rc;
}
