/* query_cursor.c - the rows of the tables of records (query_priv.h).  A cursor goes from source to
 * source, from class to class, and from record to record, by number or by a lookup; for members and
 * other_config also from item to item of each record's lists or maps. */
#include <stdlib.h>
#include <string.h>

#include "store/query_priv.h"

struct cursor {
    sqlite3_vtab_cursor base; /* must be first */
    const struct dbc_query_vtab *table;
    /* The question. */
    char *text; /* to look up in this part; NULL: every row */
    size_t part;
    char *host;           /* the only one wanted; NULL: all */
    sqlite3_value *as_of; /* NULL: the records as they were added */
    struct dbc_query_when when;
    bool everywhere; /* one lookup in all sources together */
    bool by_file;    /* `home` is the next source; otherwise it is number `source` */
    struct dbc_query_source *home;
    size_t source;
    /* The cursor's position. */
    struct dbc_query_scope scope;
    int class_;
    bool begun; /* has a row of the class been looked for? */
    size_t record;
    const struct dbc_query_link *link;
    /* The row. */
    const struct dbc_query_source *from; /* NULL: at the end */
    size_t row;
    size_t field, item; /* of members and other_config */
    sqlite3_int64 id;
};

/* ---- Life --------------------------------------------------------------------------------- */

int dbc_query_cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
    struct cursor *cursor = calloc(1, sizeof *cursor);

    if (cursor == NULL) {
        return SQLITE_NOMEM;
    }
    cursor->table = (const struct dbc_query_vtab *)base;
    *ret = &cursor->base;
    return SQLITE_OK;
}

static void forget(struct cursor *cursor)
{
    free(cursor->text);
    free(cursor->host);
    sqlite3_value_free(cursor->as_of);
    *cursor = (struct cursor){ .base = cursor->base, .table = cursor->table };
}

int dbc_query_cursor_close(sqlite3_vtab_cursor *base)
{
    forget((struct cursor *)base);
    free(base);
    return SQLITE_OK;
}

/* ---- Sources ------------------------------------------------------------------------------ */

static int failed(const struct dbc_query *query)
{
    return query->why.code == DBC_ENOMEM ? SQLITE_NOMEM : SQLITE_ERROR;
}

/* Returns the next source that was added, or NULL behind the last. */
static struct dbc_query_source *next_added(struct cursor *cursor)
{
    struct dbc_query *query = cursor->table->query;
    struct dbc_query_source *source = cursor->home;

    if (cursor->by_file) {
        cursor->home = source == NULL ? NULL : source->same_file;
        return source;
    }
    return cursor->source < query->n ? &query->sources[cursor->source++] : NULL;
}

static bool is_wanted(const struct cursor *cursor, const struct dbc_query_source *source)
{
    return cursor->host == NULL || strcmp(source->host, cursor->host) == 0;
}

static int first_class(const struct cursor *cursor)
{
    return cursor->table->which < DBC_N_CLASSES ? cursor->table->which : 0;
}

static int last_class(const struct cursor *cursor)
{
    return cursor->table->which < DBC_N_CLASSES ? cursor->table->which : DBC_N_CLASSES - 1;
}

static void begin_scope(struct cursor *cursor, const struct dbc_query_source *sources, size_t n,
                        struct dbc_query_index **indexes)
{
    cursor->scope = (struct dbc_query_scope){ sources, n, indexes };
    cursor->class_ = first_class(cursor);
    cursor->begun = false;
}

/* Moves to the next source whose rows are wanted; the scope is empty when there is none. */
static int next_scope(struct cursor *cursor)
{
    struct dbc_query *query = cursor->table->query;
    struct dbc_query_source *source = NULL, *then = NULL;

    cursor->scope.n = 0;
    if (cursor->everywhere) {
        return SQLITE_OK;
    }
    while (then == NULL && (source = next_added(cursor)) != NULL) {
        then = is_wanted(cursor, source) ? source : NULL;
        if (then != NULL && cursor->as_of != NULL &&
            dbc_query_past_find(query, source, &cursor->when, &then) != 0) {
            return query->why.code == DBC_ETIMEOUT ? SQLITE_INTERRUPT : failed(query);
        }
    }
    if (then != NULL) {
        begin_scope(cursor, then, 1, &then->indexes);
    }
    return SQLITE_OK;
}

/* ---- Records ------------------------------------------------------------------------------ */

/* Moves to the next record of the class that the lookup finds. */
static int next_found(struct cursor *cursor)
{
    if (cursor->begun) {
        cursor->link = cursor->link->next;
    } else if (dbc_query_find(cursor->table->query, &cursor->scope, (enum dbc_class)cursor->class_,
                              cursor->part, cursor->text, &cursor->link) != 0) {
        return failed(cursor->table->query);
    }
    cursor->from = cursor->link == NULL ? NULL : cursor->link->source;
    cursor->row = cursor->link == NULL ? 0 : cursor->link->row;
    return SQLITE_OK;
}

static void next_scanned(struct cursor *cursor)
{
    const struct dbc_query_source *source = cursor->scope.sources;

    cursor->record = cursor->begun ? cursor->record + 1 : 0;
    cursor->from = cursor->record < source->of[cursor->class_].n ? source : NULL;
    cursor->row = cursor->record;
}

/* Moves to the next record that is wanted, of any class and source. */
static int next_record(struct cursor *cursor)
{
    int rc = SQLITE_OK;

    cursor->field = cursor->item = 0;
    cursor->from = NULL;
    while (rc == SQLITE_OK && cursor->scope.n > 0) {
        if (cursor->text == NULL) {
            next_scanned(cursor);
        } else {
            rc = next_found(cursor);
        }
        cursor->begun = cursor->from != NULL;
        if (cursor->begun || rc != SQLITE_OK) {
            break;
        }
        if (cursor->class_ < last_class(cursor)) {
            cursor->class_++;
        } else {
            rc = next_scope(cursor);
        }
    }
    return rc;
}

/* ---- Items -------------------------------------------------------------------------------- */

static const struct dbc_field *field_of(const struct cursor *cursor)
{
    return &dbc_schema_class((enum dbc_class)cursor->class_)->fields[cursor->field];
}

static const union dbc_query_value *value_of(const struct cursor *cursor, size_t part)
{
    return dbc_query_value(cursor->table->query, cursor->from, (enum dbc_class)cursor->class_,
                           cursor->row, part);
}

/* Returns the number of rows of this table that the current field makes. */
static size_t count_items(const struct cursor *cursor)
{
    enum dbc_kind kind = field_of(cursor)->kind;

    if (cursor->table->which == DBC_QUERY_MEMBERS && kind == DBC_KIND_REFS) {
        return value_of(cursor, cursor->field)->refs->n;
    }
    if (cursor->table->which == DBC_QUERY_CONFIG && kind == DBC_KIND_MAP) {
        return value_of(cursor, cursor->field)->map->n;
    }
    return 0;
}

/* Moves on until the cursor is at an item; in the tables of a class each record is a row. */
static int settle(struct cursor *cursor)
{
    int rc = SQLITE_OK;

    if (cursor->table->which < DBC_N_CLASSES) {
        return rc;
    }
    while (rc == SQLITE_OK && cursor->from != NULL && cursor->item >= count_items(cursor)) {
        cursor->item = 0;
        if (++cursor->field == dbc_schema_class((enum dbc_class)cursor->class_)->n_fields) {
            rc = next_record(cursor);
        }
    }
    return rc;
}

int dbc_query_cursor_next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;

    cursor->id++;
    if (cursor->table->which < DBC_N_CLASSES) {
        return next_record(cursor);
    }
    cursor->item++;
    return settle(cursor);
}

/* ---- The question ------------------------------------------------------------------------- */

static char *copy_text(sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);

    return text == NULL ? NULL : strdup(text);
}

static int take_as_of(struct cursor *cursor, sqlite3_value *value)
{
    struct dbc_query *query = cursor->table->query;

    cursor->as_of = sqlite3_value_dup(value);
    if (cursor->as_of == NULL) {
        return SQLITE_NOMEM;
    }
    return dbc_query_when_of(value, &cursor->when, &query->why) == 0 ? SQLITE_OK : failed(query);
}

static int take_file(struct cursor *cursor, sqlite3_value *value)
{
    const char *file = (const char *)sqlite3_value_text(value);

    if (file == NULL) {
        return SQLITE_NOMEM;
    }
    cursor->by_file = true;
    cursor->home = dbc_hash_get(&cursor->table->query->by_file, file);
    return SQLITE_OK;
}

/* The values in the order of plan(), query_table.c. */
static int take_values(struct cursor *cursor, int plan, sqlite3_value **argv)
{
    const struct dbc_query_column *column = &cursor->table->columns[plan & DBC_PLAN_COLUMN];
    int rc = SQLITE_OK;

    if ((plan & DBC_PLAN_LOOKUP) != 0) {
        cursor->text = copy_text(*argv++);
        cursor->part = column->kind == DBC_COLUMN_REF ? DBC_QUERY_REF : column->part;
        rc = cursor->text == NULL ? SQLITE_NOMEM : SQLITE_OK;
    }
    if (rc == SQLITE_OK && (plan & DBC_PLAN_FILE) != 0) {
        rc = take_file(cursor, *argv++);
    }
    if (rc == SQLITE_OK && (plan & DBC_PLAN_HOST) != 0) {
        cursor->host = copy_text(*argv++);
        rc = cursor->host == NULL ? SQLITE_NOMEM : SQLITE_OK;
    }
    if (rc == SQLITE_OK && (plan & DBC_PLAN_AS_OF) != 0) {
        rc = take_as_of(cursor, *argv);
    }
    return rc;
}

int dbc_query_cursor_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                            sqlite3_value **argv)
{
    struct cursor *cursor = (struct cursor *)base;
    struct dbc_query *query = cursor->table->query;
    int rc = SQLITE_OK;

    (void)name;
    forget(cursor);
    for (int i = 0; i < argc; i++) {
        if (sqlite3_value_type(argv[i]) == SQLITE_NULL) {
            return SQLITE_OK; /* nothing equals NULL */
        }
    }
    rc = take_values(cursor, plan, argv);
    cursor->everywhere = cursor->text != NULL && !cursor->by_file && cursor->as_of == NULL;
    if (rc == SQLITE_OK && cursor->everywhere) {
        begin_scope(cursor, query->sources, query->n, &query->indexes);
    } else if (rc == SQLITE_OK) {
        rc = next_scope(cursor);
    }
    if (rc == SQLITE_OK) {
        rc = next_record(cursor);
    }
    return rc == SQLITE_OK ? settle(cursor) : rc;
}

int dbc_query_cursor_eof(sqlite3_vtab_cursor *base)
{
    return ((const struct cursor *)base)->from == NULL;
}

int dbc_query_cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
    *ret = ((const struct cursor *)base)->id;
    return SQLITE_OK;
}

/* ---- Values ------------------------------------------------------------------------------- */

/* The columns of members and other_config: one item of the list or map. */
static void result_item(sqlite3_context *context, const struct cursor *cursor,
                        enum dbc_query_column_kind kind)
{
    const struct dbc_field *field = field_of(cursor);
    const union dbc_query_value *value = value_of(cursor, cursor->field);

    if (kind == DBC_COLUMN_FIELD_NAME) {
        dbc_query_result_text(context, field->name);
    } else if (kind == DBC_COLUMN_POSITION) {
        sqlite3_result_int64(context, (sqlite3_int64)cursor->item + 1);
    } else if (field->kind == DBC_KIND_REFS) {
        dbc_query_result_text(context, value->refs->v[cursor->item]);
    } else {
        const struct dbc_pair *pair = &value->map->v[cursor->item];
        dbc_query_result_text(context, kind == DBC_COLUMN_KEY ? pair->key : pair->value);
    }
}

static void result_part(sqlite3_context *context, const struct cursor *cursor, size_t part)
{
    dbc_query_result_part(context, (enum dbc_class)cursor->class_, part, value_of(cursor, part));
}

int dbc_query_cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
    const struct cursor *cursor = (const struct cursor *)base;
    const struct dbc_query_column *column = &cursor->table->columns[i];

    switch (column->kind) {
    case DBC_COLUMN_HOST:
        dbc_query_result_text(context, cursor->from->host);
        break;
    case DBC_COLUMN_FILE:
        dbc_query_result_text(context, cursor->from->file);
        break;
    case DBC_COLUMN_CLASS:
        dbc_query_result_text(context, dbc_schema_class((enum dbc_class)cursor->class_)->name);
        break;
    case DBC_COLUMN_REF:
        result_part(context, cursor, DBC_QUERY_REF);
        break;
    case DBC_COLUMN_PART:
        result_part(context, cursor, column->part);
        break;
    case DBC_COLUMN_FIELD_NAME:
    case DBC_COLUMN_POSITION:
    case DBC_COLUMN_KEY:
    case DBC_COLUMN_VALUE:
        result_item(context, cursor, column->kind);
        break;
    case DBC_COLUMN_AS_OF:
        if (cursor->as_of != NULL) {
            sqlite3_result_value(context, cursor->as_of);
        }
        break;
    case DBC_COLUMN_SNAPSHOT:
        break; /* only the other kind of cursor has these columns */
    }
    return SQLITE_OK;
}
