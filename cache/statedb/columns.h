/* columns.h - which tables and columns of a state.db matter: those of the schema, and a few that a
 * cache does not have, to find the owner of a record and what a conversion loses. */
#ifndef DBC_STATEDB_COLUMNS_H
#define DBC_STATEDB_COLUMNS_H

#include "model/schema.h"

/* The tables before these are the classes of the schema. */
enum { DBC_TABLE_HOST = DBC_N_CLASSES, DBC_TABLE_SRIOV, DBC_N_TABLES };

/* The numbers of columns: a field of the schema has its index in its class, the others these. */
#define DBC_COLUMN_FIELDS 32
enum {
    DBC_COLUMN_PIF_HOST = DBC_COLUMN_FIELDS,
    DBC_COLUMN_PIF_PROPERTIES,
    DBC_COLUMN_PIF_MANAGED,
    DBC_COLUMN_TUNNEL_PROTOCOL,
    DBC_COLUMN_TUNNEL_STATUS,
    DBC_COLUMN_POOL_MASTER,
    DBC_COLUMN_HOST_UUID,
    DBC_COLUMN_HOST_NAME,
    DBC_COLUMN_SRIOV_PHYSICAL,
    DBC_COLUMN_SRIOV_LOGICAL,
    DBC_COLUMN_SRIOV_MODE,
    DBC_COLUMN_END,
    DBC_COLUMN_NONE = DBC_COLUMN_END
};

struct dbc_column {
    unsigned number;               /* DBC_COLUMN_NONE: of no interest */
    enum dbc_kind kind;            /* REFS: a set of texts here, kept with ',' between them */
    const struct dbc_field *field; /* of the schema, or NULL */
    const char *name;              /* in the file */
    const char *usual;             /* as in the file; not kept, since absence says the same */
    size_t usual_len;
    bool unique; /* dbc_statedb_is_unique of the field */
};

/* Returns the table of this name, or DBC_N_TABLES when it does not matter. */
unsigned dbc_statedb_table(const char *name);
const char *dbc_statedb_table_name(unsigned table);
/* Returns the column of this name in a table; its number is DBC_COLUMN_NONE when it does not
 * matter. */
struct dbc_column dbc_statedb_column(unsigned table, const char *name);
/* Whether no two records have the same value of a field. */
bool dbc_statedb_is_unique(const struct dbc_field *field);
/* Returns the name of a column that is no field of the schema. */
const char *dbc_statedb_column_name(unsigned number);
/* Returns the column that names the owner of a row: of a PIF its host, of a bond, VLAN or tunnel a
 * PIF; DBC_COLUMN_NONE when every host has the row. */
unsigned dbc_statedb_owner(unsigned table);
/* Whether a pair of a map is kept: of the schema's maps what a record keeps, of the others what a
 * conversion loses. */
bool dbc_statedb_keeps_pair(const struct dbc_column *column, const char *key, const char *value);

#endif
