/* columns.c - the tables of columns.h.  read_row.c asks for each new name of a column. */
#include "statedb/columns.h"

#include <string.h>

struct extra {
    unsigned table, number;
    const char *name;
    enum dbc_kind kind;
    const char *usual;
};

static const struct extra extras[] = {
    { DBC_PIF, DBC_COLUMN_PIF_HOST, "host", DBC_KIND_REF, "" },
    { DBC_PIF, DBC_COLUMN_PIF_PROPERTIES, "properties", DBC_KIND_MAP, "()" },
    { DBC_PIF, DBC_COLUMN_PIF_MANAGED, "managed", DBC_KIND_TEXT, "true" },
    { DBC_TUNNEL, DBC_COLUMN_TUNNEL_PROTOCOL, "protocol", DBC_KIND_TEXT, "gre" },
    { DBC_TUNNEL, DBC_COLUMN_TUNNEL_STATUS, "status", DBC_KIND_MAP, "()" },
    { DBC_POOL, DBC_COLUMN_POOL_MASTER, "master", DBC_KIND_REF, "" },
    { DBC_TABLE_HOST, DBC_COLUMN_HOST_UUID, "uuid", DBC_KIND_TEXT, "" },
    { DBC_TABLE_HOST, DBC_COLUMN_HOST_NAME, "name__label", DBC_KIND_TEXT, "" },
    { DBC_TABLE_SRIOV, DBC_COLUMN_SRIOV_PHYSICAL, "physical_PIF", DBC_KIND_REF, "" },
    { DBC_TABLE_SRIOV, DBC_COLUMN_SRIOV_LOGICAL, "logical_PIF", DBC_KIND_REF, "" },
    { DBC_TABLE_SRIOV, DBC_COLUMN_SRIOV_MODE, "configuration_mode", DBC_KIND_TEXT, "" },
};

const char *dbc_statedb_table_name(unsigned table)
{
    switch (table) {
    case DBC_TABLE_HOST:
        return "host";
    case DBC_TABLE_SRIOV:
        return "network_sriov";
    default:
        return dbc_schema_class((enum dbc_class)table)->xapi;
    }
}

unsigned dbc_statedb_table(const char *name)
{
    unsigned table = 0;

    while (table < DBC_N_TABLES && strcmp(dbc_statedb_table_name(table), name) != 0) {
        table++;
    }
    return table;
}

/* Lists of references are derived from their other side, whether or not the file has them. */
static bool is_stored(const struct dbc_field *field)
{
    return field->kind != DBC_KIND_REFS && dbc_schema_field_index(field) < DBC_COLUMN_FIELDS;
}

bool dbc_statedb_is_unique(const struct dbc_field *field)
{
    return strcmp(field->name, "uuid") == 0;
}

static const struct extra *find_extra(unsigned table, const char *name)
{
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++) {
        if (extras[i].table == table && strcmp(extras[i].name, name) == 0) {
            return &extras[i];
        }
    }
    return NULL;
}

static bool is_set(const struct dbc_field *field)
{
    return (field->flags & DBC_FIELD_LIST) != 0;
}

/* The field's `missing` text as a state.db spells it. */
static const char *usual_text(const struct dbc_field *field)
{
    if (is_set(field)) {
        return "()";
    }
    switch (field->kind) {
    case DBC_KIND_BOOL:
        return "false";
    case DBC_KIND_REFS:
    case DBC_KIND_MAP:
        return "()";
    case DBC_KIND_TEXT:
    case DBC_KIND_INT:
    case DBC_KIND_REF:
        break;
    }
    return field->missing;
}

struct dbc_column dbc_statedb_column(unsigned table, const char *name)
{
    struct dbc_column column = { .number = DBC_COLUMN_NONE, .usual = "" };
    const struct extra *extra = find_extra(table, name);
    const struct dbc_field *field =
        table < DBC_N_CLASSES ? dbc_schema_xapi_field((enum dbc_class)table, name) : NULL;

    if (extra != NULL) {
        column.number = extra->number;
        column.kind = extra->kind;
        column.name = extra->name;
        column.usual = extra->usual;
    } else if (field != NULL && is_stored(field)) {
        column.number = (unsigned)dbc_schema_field_index(field);
        column.kind = is_set(field) ? DBC_KIND_REFS : field->kind;
        column.field = field;
        column.name = field->xapi;
        column.usual = usual_text(field);
        column.unique = dbc_statedb_is_unique(field);
    }
    column.usual_len = strlen(column.usual);
    return column;
}

const char *dbc_statedb_column_name(unsigned number)
{
    return extras[number - DBC_COLUMN_FIELDS].name;
}

static unsigned number_of(enum dbc_class class_, const char *field)
{
    return (unsigned)dbc_schema_field_index(dbc_schema_field(class_, field));
}

unsigned dbc_statedb_owner(unsigned table)
{
    switch (table) {
    case DBC_PIF:
        return DBC_COLUMN_PIF_HOST;
    case DBC_BOND:
        return number_of(DBC_BOND, "master");
    case DBC_VLAN:
        return number_of(DBC_VLAN, "untagged_PIF");
    case DBC_TUNNEL:
        return number_of(DBC_TUNNEL, "transport_PIF");
    default:
        return DBC_COLUMN_NONE;
    }
}

bool dbc_statedb_keeps_pair(const struct dbc_column *column, const char *key, const char *value)
{
    if (column->field != NULL) {
        return dbc_schema_wants_key(column->field, key);
    }
    return column->number == DBC_COLUMN_PIF_PROPERTIES
               ? strcmp(key, "gro") != 0 || strcmp(value, "on") != 0
               : strcmp(key, "key") == 0; /* of a tunnel's status */
}
