/* query_table.c - the records as SQLite's virtual tables (query.h): one module with a table a
 * class, and one each for the items of lists and the keys of maps.  The columns come from the
 * schema, the rows straight from the records. */
#include <stdlib.h>
#include <string.h>

#include "store/query_priv.h"

enum column_kind {
    COLUMN_HOST,
    COLUMN_FILE,
    COLUMN_CLASS,
    COLUMN_REF,
    COLUMN_LINE,
    COLUMN_FIELD,
    COLUMN_FIELD_NAME, /* of the list or map that the row stands in */
    COLUMN_POSITION,
    COLUMN_KEY,
    COLUMN_VALUE
};

struct column {
    enum column_kind kind;
    const char *name;
    const struct dbc_field *field;
};

struct table {
    sqlite3_vtab base; /* must be first */
    struct dbc_query *query;
    int which;
    struct column columns[DBC_QUERY_FIELDS + 8];
    size_t n;
};

struct cursor {
    sqlite3_vtab_cursor base; /* must be first */
    const struct table *table;
    size_t source, record; /* a scan */
    enum column_kind only; /* of the hosts: COLUMN_HOST or COLUMN_FILE is `text` */
    char *text;            /* what is looked up; NULL: everything */
    size_t field;          /* a lookup: this field or DBC_QUERY_REF is `text` */
    bool lookup;
    const struct dbc_query_link *link;
    bool within; /* a lookup of a reference in one file only: */
    const struct dbc_query_source *home;
    int class_;
    /* The row. */
    const struct dbc_record *rec; /* NULL: at the end */
    const struct dbc_query_source *from;
    size_t part, item; /* of members and other_config */
    sqlite3_int64 row;
};

/* ---- Columns ------------------------------------------------------------------------------ */

static void add_column(struct table *table, enum column_kind kind, const char *name,
                       const struct dbc_field *field)
{
    table->columns[table->n++] = (struct column){ kind, name, field };
}

static void add_class_columns(struct table *table)
{
    const struct dbc_class_info *info = dbc_schema_class((enum dbc_class)table->which);
    const struct dbc_field *uuid = dbc_schema_field((enum dbc_class)table->which, "uuid");

    add_column(table, COLUMN_REF, "ref", NULL);
    if (uuid != NULL) {
        add_column(table, COLUMN_FIELD, "uuid", uuid);
    }
    add_column(table, COLUMN_LINE, "line", NULL);
    for (size_t i = 0; i < info->n_fields; i++) {
        if (&info->fields[i] != uuid) {
            add_column(table, COLUMN_FIELD, info->fields[i].name, &info->fields[i]);
        }
    }
}

static void add_columns(struct table *table)
{
    add_column(table, COLUMN_HOST, "host", NULL);
    add_column(table, COLUMN_FILE, "file", NULL);
    if (table->which < DBC_N_CLASSES) {
        add_class_columns(table);
        return;
    }
    add_column(table, COLUMN_CLASS, "class", NULL);
    add_column(table, COLUMN_REF, "ref", NULL);
    if (table->which == DBC_QUERY_MEMBERS) {
        add_column(table, COLUMN_FIELD_NAME, "field", NULL);
        add_column(table, COLUMN_POSITION, "position", NULL);
        add_column(table, COLUMN_VALUE, "target", NULL);
    } else {
        add_column(table, COLUMN_KEY, "key", NULL);
        add_column(table, COLUMN_VALUE, "value", NULL);
    }
}

static const char *table_name(int which)
{
    if (which < DBC_N_CLASSES) {
        return dbc_schema_class((enum dbc_class)which)->name;
    }
    return which == DBC_QUERY_MEMBERS ? "members" : "other_config";
}

static bool is_number(const struct column *column)
{
    return column->kind == COLUMN_LINE || column->kind == COLUMN_POSITION ||
           (column->kind == COLUMN_FIELD &&
            (column->field->kind == DBC_KIND_BOOL || column->field->kind == DBC_KIND_INT));
}

void dbc_query_tables(struct dbc_buf *out)
{
    for (int which = 0; which < DBC_QUERY_TABLES; which++) {
        struct table table = { .which = which };
        add_columns(&table);
        dbc_buf_addf(out, "%s(", table_name(which));
        for (size_t i = 0; i < table.n; i++) {
            dbc_buf_addf(out, "%s%s", i == 0 ? "" : ", ", table.columns[i].name);
        }
        dbc_buf_adds(out, ")\n");
    }
}

static int declare(sqlite3 *db, const struct table *table)
{
    struct dbc_buf sql = DBC_BUF_INIT;
    int rc = SQLITE_NOMEM;

    dbc_buf_adds(&sql, "CREATE TABLE t(");
    for (size_t i = 0; i < table->n; i++) {
        dbc_buf_addf(&sql, "%s\"%s\" %s", i == 0 ? "" : ", ", table->columns[i].name,
                     is_number(&table->columns[i]) ? "INTEGER" : "TEXT");
    }
    dbc_buf_adds(&sql, ")");
    if (!sql.failed) {
        rc = sqlite3_declare_vtab(db, sql.data);
    }
    dbc_buf_release(&sql);
    return rc;
}

/* ---- The table ---------------------------------------------------------------------------- */

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **ret, char **message)
{
    const struct dbc_query_table *given = aux;
    struct table *table = calloc(1, sizeof *table);
    int rc = SQLITE_NOMEM;

    (void)argc;
    (void)argv;
    (void)message;
    if (table != NULL) {
        table->query = given->query;
        table->which = given->which;
        add_columns(table);
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
    free(base);
    return SQLITE_OK;
}

static size_t count_rows(const struct table *table)
{
    size_t n = 0;

    for (size_t s = 0; s < table->query->n; s++) {
        const struct dbc_db *db = table->query->sources[s].db;
        for (int c = 0; c < DBC_N_CLASSES; c++) {
            n += table->which >= DBC_N_CLASSES || table->which == c ? db->of[c].n : 0;
        }
    }
    return n;
}

/* How many rows an equality of this column leaves of so many; a guess, for SQLite to choose by. */
static double rows_left(const struct table *table, const struct column *column, double rows)
{
    switch (column->kind) {
    case COLUMN_REF:
        return 1;
    case COLUMN_FIELD:
        if (column->field->kind != DBC_KIND_TEXT && column->field->kind != DBC_KIND_REF) {
            return rows;
        }
        return strcmp(column->name, "uuid") == 0 ? 1 : rows < 10 ? rows : 10;
    case COLUMN_HOST:
    case COLUMN_FILE:
        return table->query->n == 0 ? rows : 1 + rows / (double)table->query->n;
    case COLUMN_CLASS:
    case COLUMN_LINE:
    case COLUMN_FIELD_NAME:
    case COLUMN_POSITION:
    case COLUMN_KEY:
    case COLUMN_VALUE:
        break;
    }
    return rows;
}

static bool is_usable(sqlite3_index_info *info, int i)
{
    return info->aConstraint[i].usable && info->aConstraint[i].iColumn >= 0 &&
           info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ &&
           strcmp(sqlite3_vtab_collation(info, i), "BINARY") == 0;
}

/* What cursor_filter is to do: the column that is looked up, and whether a file comes with it. */
#define PLAN_SCAN (-1)
#define PLAN_WITHIN 1024

/* Hosts may share references (those of a pool share its networks), so a reference is looked up in
 * its file where the statement names one. */
static void plan(sqlite3_index_info *info, const struct table *table, int best, int file)
{
    info->idxNum = PLAN_SCAN;
    if (best < 0) {
        return;
    }
    info->aConstraintUsage[best].argvIndex = 1;
    info->idxNum = info->aConstraint[best].iColumn;
    if (file >= 0 && table->columns[info->idxNum].kind == COLUMN_REF) {
        info->aConstraintUsage[file].argvIndex = 2;
        info->idxNum += PLAN_WITHIN;
    }
}

/* One column's equality is looked up; SQLite checks it again, and all others. */
static int table_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct table *table = (const struct table *)base;
    double all = (double)count_rows(table) + 1, rows = all;
    int best = -1, file = -1;

    for (int i = 0; i < info->nConstraint; i++) {
        const struct column *column = NULL;
        double left = 0;
        if (!is_usable(info, i)) {
            continue;
        }
        column = &table->columns[info->aConstraint[i].iColumn];
        file = column->kind == COLUMN_FILE ? i : file;
        left = rows_left(table, column, all);
        if (left < rows) {
            rows = left;
            best = i;
        }
    }
    plan(info, table, best, file);
    info->estimatedCost = rows;
    info->estimatedRows = (sqlite3_int64)rows;
    return SQLITE_OK;
}

/* ---- The cursor --------------------------------------------------------------------------- */

static int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
    struct cursor *cursor = calloc(1, sizeof *cursor);

    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    cursor->table = (const struct table *)base;
    *ret = &cursor->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;

    free(cursor->text);
    free(cursor);
    return SQLITE_OK;
}

static int last_class(const struct table *table)
{
    return table->which < DBC_N_CLASSES ? table->which : DBC_N_CLASSES - 1;
}

static int first_class(const struct table *table)
{
    return table->which < DBC_N_CLASSES ? table->which : 0;
}

/* The next record of a lookup. */
static int next_found(struct cursor *cursor)
{
    cursor->link = cursor->link == NULL ? NULL : cursor->link->next;
    while (cursor->link == NULL && cursor->class_ < last_class(cursor->table)) {
        cursor->class_++;
        if (dbc_query_find(cursor->table->query, (enum dbc_class)cursor->class_, cursor->field,
                           cursor->text, &cursor->link) != 0) {
            return SQLITE_NOMEM;
        }
    }
    cursor->rec = cursor->link == NULL ? NULL : cursor->link->rec;
    cursor->from = cursor->link == NULL ? NULL : cursor->link->source;
    return SQLITE_OK;
}

/* The next record of a lookup in one file, of which there may be several of the same name. */
static int next_within(struct cursor *cursor)
{
    cursor->rec = NULL;
    while (cursor->rec == NULL && cursor->home != NULL) {
        if (cursor->class_ == last_class(cursor->table)) {
            cursor->class_ = first_class(cursor->table) - 1;
            cursor->home = cursor->home->same_file;
        } else {
            cursor->class_++;
            cursor->from = cursor->home;
            cursor->rec = dbc_hash_get(&cursor->home->db->by_ref[cursor->class_], cursor->text);
        }
    }
    return SQLITE_OK;
}

static bool is_wanted(const struct cursor *cursor, const struct dbc_query_source *source)
{
    if (cursor->text == NULL) {
        return true;
    }
    return strcmp(cursor->only == COLUMN_HOST ? source->host : source->file, cursor->text) == 0;
}

/* The next record of a scan: of the class, of the next class, of the next host. */
static int next_scanned(struct cursor *cursor)
{
    const struct dbc_query *query = cursor->table->query;

    cursor->rec = NULL;
    while (cursor->source < query->n) {
        const struct dbc_query_source *source = &query->sources[cursor->source];
        const struct dbc_records *records = &source->db->of[cursor->class_];
        if (is_wanted(cursor, source) && cursor->record < records->n) {
            cursor->rec = records->v[cursor->record++];
            cursor->from = source;
            break;
        }
        cursor->record = 0;
        if (cursor->class_ < last_class(cursor->table)) {
            cursor->class_++;
        } else {
            cursor->class_ = first_class(cursor->table);
            cursor->source++;
        }
    }
    return SQLITE_OK;
}

static int next_record(struct cursor *cursor)
{
    cursor->part = cursor->item = 0;
    if (cursor->within) {
        return next_within(cursor);
    }
    return cursor->lookup ? next_found(cursor) : next_scanned(cursor);
}

/* How many rows of this table the record's field `part` gives. */
static size_t count_items(const struct cursor *cursor)
{
    const struct dbc_field *field = &dbc_schema_class(cursor->rec->class_)->fields[cursor->part];
    bool members = cursor->table->which == DBC_QUERY_MEMBERS;

    if (members && field->kind == DBC_KIND_REFS) {
        return ((const struct dbc_refs *)dbc_field_of(cursor->rec, field))->n;
    }
    if (!members && field->kind == DBC_KIND_MAP) {
        return ((const struct dbc_map *)dbc_field_of(cursor->rec, field))->n;
    }
    return 0;
}

/* From where the cursor stands to the next row that there is; records as such are rows. */
static int settle(struct cursor *cursor)
{
    int rc = SQLITE_OK;

    if (cursor->table->which < DBC_N_CLASSES) {
        return rc;
    }
    while (rc == SQLITE_OK && cursor->rec != NULL && cursor->item >= count_items(cursor)) {
        cursor->item = 0;
        if (++cursor->part == dbc_schema_class(cursor->rec->class_)->n_fields) {
            rc = next_record(cursor);
        }
    }
    return rc;
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    int rc = SQLITE_OK;

    cursor->row++;
    if (cursor->table->which < DBC_N_CLASSES) {
        return next_record(cursor);
    }
    cursor->item++;
    rc = settle(cursor);
    return rc;
}

/* `column` is to be what the value says. */
static int begin_lookup(struct cursor *cursor, const struct column *column, sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);

    cursor->text = text == NULL ? NULL : strdup(text);
    if (cursor->text == NULL) {
        return SQLITE_NOMEM;
    }
    cursor->only = column->kind;
    cursor->lookup = column->kind == COLUMN_REF || column->kind == COLUMN_FIELD;
    cursor->field =
        column->kind == COLUMN_FIELD ? dbc_schema_field_index(column->field) : DBC_QUERY_REF;
    return SQLITE_OK;
}

static void begin_within(struct cursor *cursor, sqlite3_value *value)
{
    const char *file = (const char *)sqlite3_value_text(value);

    cursor->within = true;
    cursor->home = file == NULL ? NULL : dbc_hash_get(&cursor->table->query->by_file, file);
}

static int cursor_filter(sqlite3_vtab_cursor *base, int which, const char *name, int argc,
                         sqlite3_value **argv)
{
    struct cursor *cursor = (struct cursor *)base;
    int rc = SQLITE_OK;

    (void)name;
    free(cursor->text);
    *cursor = (struct cursor){ .base = cursor->base, .table = cursor->table };
    cursor->class_ = first_class(cursor->table);
    if (argc > 0) {
        if (sqlite3_value_type(argv[0]) == SQLITE_NULL) {
            return SQLITE_OK; /* nothing equals NULL */
        }
        rc = begin_lookup(cursor, &cursor->table->columns[which % PLAN_WITHIN], argv[0]);
    }
    if (argc > 1) {
        begin_within(cursor, argv[1]);
    }
    if (rc == SQLITE_OK && cursor->lookup) {
        cursor->class_--; /* next_found begins with the class behind */
    }
    if (rc == SQLITE_OK) {
        rc = next_record(cursor);
    }
    return rc == SQLITE_OK ? settle(cursor) : rc;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    return ((const struct cursor *)base)->rec == NULL;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
    *ret = ((const struct cursor *)base)->row;
    return SQLITE_OK;
}

/* ---- Values ------------------------------------------------------------------------------- */

/* The columns of members and other_config: one item of the list or map. */
static void result_item(sqlite3_context *context, const struct cursor *cursor,
                        enum column_kind kind)
{
    const struct dbc_field *field = &dbc_schema_class(cursor->rec->class_)->fields[cursor->part];
    const void *value = dbc_field_of(cursor->rec, field);

    if (kind == COLUMN_FIELD_NAME) {
        dbc_query_result_text(context, field->name);
    } else if (kind == COLUMN_POSITION) {
        sqlite3_result_int64(context, (sqlite3_int64)cursor->item + 1);
    } else if (field->kind == DBC_KIND_REFS) {
        dbc_query_result_text(context, ((const struct dbc_refs *)value)->v[cursor->item]);
    } else {
        const struct dbc_pair *pair = &((const struct dbc_map *)value)->v[cursor->item];
        dbc_query_result_text(context, kind == COLUMN_KEY ? pair->key : pair->value);
    }
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
    const struct cursor *cursor = (const struct cursor *)base;
    const struct column *column = &cursor->table->columns[i];

    switch (column->kind) {
    case COLUMN_HOST:
        dbc_query_result_text(context, cursor->from->host);
        break;
    case COLUMN_FILE:
        dbc_query_result_text(context, cursor->from->file);
        break;
    case COLUMN_CLASS:
        dbc_query_result_text(context, dbc_schema_class(cursor->rec->class_)->name);
        break;
    case COLUMN_REF:
        dbc_query_result_text(context, cursor->rec->ref);
        break;
    case COLUMN_LINE:
        sqlite3_result_int64(context, cursor->rec->line);
        break;
    case COLUMN_FIELD:
        dbc_query_result_field(context, cursor->rec, column->field);
        break;
    case COLUMN_FIELD_NAME:
    case COLUMN_POSITION:
    case COLUMN_KEY:
    case COLUMN_VALUE:
        result_item(context, cursor, column->kind);
        break;
    }
    return SQLITE_OK;
}

/* Without xCreate the tables are simply there, under the module's name, and without xUpdate they
 * cannot be written. */
static const sqlite3_module module = {
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

int dbc_query_register(struct dbc_query *query)
{
    int rc = SQLITE_OK;

    for (int which = 0; rc == SQLITE_OK && which < DBC_QUERY_TABLES; which++) {
        query->tables[which] = (struct dbc_query_table){ query, which };
        rc = sqlite3_create_module_v2(query->db, table_name(which), &module, &query->tables[which],
                                      NULL);
    }
    return rc;
}
