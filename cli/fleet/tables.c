/* tables.c - the columns of every table; those of records come from THE TABLE (tables.h). */
#include "tables.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(name, doc)                                                                            \
    {                                                                                              \
        name, CLI_TYPE_TEXT, false, NULL, doc                                                      \
    }
#define KEY(name, doc)                                                                             \
    {                                                                                              \
        name, CLI_TYPE_TEXT, true, NULL, doc                                                       \
    }

static const struct cli_column common[CLI_COMMON_COLUMNS] = {
    KEY("host", "The host's name in its pool's database, else the name of its file or folder."),
    KEY("pool", "Reference of the pool's record; empty where there is none."),
    TEXT("source", "The file that was read; ARCHIVE:MEMBER for one in an archive."),
    { "observed_at", CLI_TYPE_TIME, true, NULL,
      "When the records were seen: the time of the file, in UTC." },
    KEY("hash", "Names what all records of the host say; empty where they could not be read."),
};

static const struct cli_column ref = KEY("ref", "The record's own reference.");
static const struct cli_column line = { "line", CLI_TYPE_COUNT, false, NULL,
                                        "Where it starts in its file; 0 where that has no lines." };

static const struct cli_column members[] = {
    KEY("class", "Class of the record that has the list."),
    KEY("ref", "Its reference."),
    KEY("field", "The list."),
    { "position", CLI_TYPE_COUNT, true, NULL, "Place in the list, from 1." },
    TEXT("target", "The reference at that place."),
};

static const struct cli_column config[] = {
    KEY("class", "Class of the record: pif, network or pool."),
    KEY("ref", "Its reference."),
    KEY("key", "The key."),
    TEXT("value", "Its value."),
};

static const struct cli_column finding[] = {
    { "position", CLI_TYPE_COUNT, true, NULL, "Place among the host's findings, from 1." },
    TEXT("rule", "The rule, see dbcache check --list."),
    TEXT("severity", "error or warning."),
    TEXT("class", "Class of the record that it is about; empty for the host as a whole."),
    TEXT("ref", "Reference of that record."),
    TEXT("record", "Its name for people."),
    TEXT("field", "The field, or empty."),
    TEXT("key", "The key of other_config, or empty."),
    TEXT("value", "What was found there, or empty."),
    TEXT("message", "One line that says what is wrong."),
};

static const struct cli_column host[] = {
    TEXT("uuid", "The host's own, where its pool's database or inventory says it; else empty."),
    TEXT("format", "network.dbcache, state.db or networkd.db; empty for a file that was not read."),
    { "records_at", CLI_TYPE_TIME_OR_NULL, false, NULL,
      "The observed_at of the rows that have its records: an earlier one when they have not "
      "changed "
      "since, null where there are none." },
    { "bytes", CLI_TYPE_BYTES, false, NULL, "Size of the file; null of a pipe." },
    { "records", CLI_TYPE_COUNT, false, NULL, "Records of all classes." },
    { "errors", CLI_TYPE_COUNT, false, NULL, "Findings that are errors." },
    { "warnings", CLI_TYPE_COUNT, false, NULL, "Findings that are warnings." },
    TEXT("pool_hash", "Names what the hosts of its pool in the same file say, which findings "
                      "between them follow from; empty where it was looked at by itself."),
    TEXT("error", "Why the file could not be read, or not to its end; empty when it was."),
};

static const struct {
    const char *name, *doc;
    const struct cli_column *columns;
    size_t n;
} others[] = {
    { "members", "The references in the lists of all records.", members, COUNT(members) },
    { "other_config", "The keys of all records' other_config.", config, COUNT(config) },
    { "finding", "What dbcache check finds in a host, and between it and the others of its pool.",
      finding, COUNT(finding) },
    { "host", "Every file that was looked at, and every host in it.", host, COUNT(host) },
};

/* ---- Names ----------------------------------------------------------------------------------- */

const char *cli_table_name(int table)
{
    return table < DBC_N_CLASSES ? dbc_schema_class((enum dbc_class)table)->name
                                 : others[table - DBC_N_CLASSES].name;
}

const char *cli_table_doc(int table)
{
    static const char *const docs[DBC_N_CLASSES] = {
        [DBC_PIF] = "Interfaces: NICs, and the interfaces of bonds, VLANs and tunnels.",
        [DBC_BOND] = "Bonds.",
        [DBC_VLAN] = "VLANs: the PIF that carries one, and the PIF that stands for it.",
        [DBC_TUNNEL] = "Tunnels: the PIF that carries one, and the PIF that stands for it.",
        [DBC_NETWORK] = "Networks, each with its bridge.",
        [DBC_POOL] = "The pool.",
    };

    return table < DBC_N_CLASSES ? docs[table] : others[table - DBC_N_CLASSES].doc;
}

int cli_table_by_name(const char *name)
{
    int table = 0;

    while (table < CLI_N_TABLES && strcmp(cli_table_name(table), name) != 0) {
        table++;
    }
    return table;
}

/* ---- Columns --------------------------------------------------------------------------------- */

static enum cli_column_type type_of(const struct dbc_field *field)
{
    switch (field->kind) {
    case DBC_KIND_BOOL:
        return CLI_TYPE_FLAG;
    case DBC_KIND_INT:
        return CLI_TYPE_NUMBER;
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
    case DBC_KIND_REFS:
    case DBC_KIND_MAP:
        break;
    }
    return CLI_TYPE_TEXT;
}

static struct cli_column column_of(const struct dbc_field *field)
{
    return (struct cli_column){ field->name, type_of(field), false, field, field->doc };
}

/* Fills in the columns of a class, in the order of the verb query, which adds XAPI's own fields. */
static size_t class_columns(enum dbc_class class_, struct cli_column *out)
{
    const struct dbc_class_info *info = dbc_schema_class(class_);
    const struct dbc_field *uuid = dbc_schema_field(class_, "uuid");
    size_t n = 0;

    out[n++] = ref;
    if (uuid != NULL) {
        out[n++] = column_of(uuid);
    }
    out[n++] = line;
    for (size_t i = 0; i < info->n_fields; i++) {
        if (&info->fields[i] != uuid) {
            out[n++] = column_of(&info->fields[i]);
        }
    }
    return n;
}

size_t cli_table_columns(int table, struct cli_column out[CLI_COLUMNS_MAX])
{
    const struct cli_column *columns = NULL;
    size_t n = 0;

    memcpy(out, common, sizeof common);
    if (table < DBC_N_CLASSES) {
        return CLI_COMMON_COLUMNS + class_columns((enum dbc_class)table, out + CLI_COMMON_COLUMNS);
    }
    columns = others[table - DBC_N_CLASSES].columns;
    n = others[table - DBC_N_CLASSES].n;
    memcpy(out + CLI_COMMON_COLUMNS, columns, n * sizeof *columns);
    if (table == CLI_TABLE_HOST) {
        out[2].key = true; /* two files that cannot be read may have the same name and time */
    }
    return CLI_COMMON_COLUMNS + n;
}
