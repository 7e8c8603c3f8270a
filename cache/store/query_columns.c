/* query_columns.c - the tables of a query and their columns, made from the schema (query_priv.h).
 */
#include <string.h>

#include "store/query_priv.h"

static void add(struct dbc_query_vtab *table, enum dbc_query_column_kind kind, const char *name)
{
    table->columns[table->n++] = (struct dbc_query_column){ .kind = kind,
                                                            .name = name,
                                                            .number = kind == DBC_COLUMN_POSITION };
}

static void add_part(struct dbc_query_vtab *table, const char *name, size_t part, bool number)
{
    table->columns[table->n++] = (struct dbc_query_column){
        .kind = DBC_COLUMN_PART, .name = name, .part = part, .number = number
    };
}

static void add_field(struct dbc_query_vtab *table, const struct dbc_field *field)
{
    add_part(table, field->name, dbc_schema_field_index(field),
             field->kind == DBC_KIND_BOOL || field->kind == DBC_KIND_INT);
}

static void add_class_columns(struct dbc_query_vtab *table)
{
    const struct dbc_class_info *info = dbc_schema_class((enum dbc_class)table->which);
    const struct dbc_field *uuid = dbc_schema_field((enum dbc_class)table->which, "uuid");

    add_part(table, "ref", DBC_QUERY_REF, false);
    if (uuid != NULL) {
        add_field(table, uuid);
    }
    add_part(table, "line", DBC_QUERY_LINE, true);
    for (size_t i = 0; i < info->n_known; i++) {
        if (&info->fields[i] != uuid) {
            add_field(table, &info->fields[i]);
        }
    }
}

static void add_snapshot_columns(struct dbc_query_vtab *table)
{
    static const char *const names[] = DBC_QUERY_SNAPSHOT_COLUMNS;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        add(table, DBC_COLUMN_SNAPSHOT, names[i]);
        table->columns[i].number = strcmp(names[i], "id") == 0 || strcmp(names[i], "bytes") == 0;
    }
}

static void add_item_columns(struct dbc_query_vtab *table)
{
    add(table, DBC_COLUMN_CLASS, "class");
    add(table, DBC_COLUMN_REF, "ref");
    if (table->which == DBC_QUERY_MEMBERS) {
        add(table, DBC_COLUMN_FIELD_NAME, "field");
        add(table, DBC_COLUMN_POSITION, "position");
        add(table, DBC_COLUMN_VALUE, "target");
    } else {
        add(table, DBC_COLUMN_KEY, "key");
        add(table, DBC_COLUMN_VALUE, "value");
    }
}

void dbc_query_add_columns(struct dbc_query_vtab *table)
{
    if (table->which == DBC_QUERY_SNAPSHOT) {
        add_snapshot_columns(table);
        return;
    }
    add(table, DBC_COLUMN_HOST, "host");
    add(table, DBC_COLUMN_FILE, "file");
    if (table->which < DBC_N_CLASSES) {
        add_class_columns(table);
    } else {
        add_item_columns(table);
    }
    add(table, DBC_COLUMN_AS_OF, DBC_QUERY_AS_OF);
}

const char *dbc_query_table_name(int which)
{
    static const char *const others[] = { "members", "other_config", "snapshot" };

    return which < DBC_N_CLASSES ? dbc_schema_class((enum dbc_class)which)->name
                                 : others[which - DBC_N_CLASSES];
}

void dbc_query_tables(struct dbc_buf *out)
{
    for (int which = 0; which < DBC_QUERY_TABLES; which++) {
        struct dbc_query_vtab table = { .which = which };

        dbc_query_add_columns(&table);
        dbc_buf_addf(out, "%s(", dbc_query_table_name(which));
        for (size_t i = 0; i < table.n; i++) {
            dbc_buf_addf(out, "%s%s", i == 0 ? "" : ", ", table.columns[i].name);
        }
        dbc_buf_adds(out, ")\n");
    }
}
