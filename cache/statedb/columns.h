/* columns.h - which tables and columns of a state.db matter: those of the schema, and a few that a
 * cache does not have, for whose a record is and for what a cache cannot say. */
#ifndef DBC_STATEDB_COLUMNS_H
#define DBC_STATEDB_COLUMNS_H

#include "model/schema.h"

/* The first ones are those of the schema, by enum dbc_class. */
enum { DBC_TABLE_HOST = DBC_N_CLASSES, DBC_TABLE_SRIOV, DBC_N_TABLES };

/* Columns by number: a field of the schema has its index in its class, the others these. */
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
    enum dbc_kind kind;            /* REFS stands for a set of texts here, kept with ',' between */
    const struct dbc_field *field; /* of the schema, or NULL */
    const char *name;              /* in the file */
    const char *usual;             /* as in the file: need not be kept, absence says the same */
    size_t usual_len;
    bool unique; /* dbc_statedb_is_unique of the field */
};

/* DBC_N_TABLES: none that matters. */
unsigned dbc_statedb_table(const char *name);
const char *dbc_statedb_table_name(unsigned table);
struct dbc_column dbc_statedb_column(unsigned table, const char *name);
/* Do no two records have the same? */
bool dbc_statedb_is_unique(const struct dbc_field *field);
/* By number: what a staged cell is. */
const char *dbc_statedb_column_name(unsigned number);
/* The column whose value says whose a row is: a PIF's host, the PIF of a bond, VLAN or tunnel;
 * DBC_COLUMN_NONE: the row is everybody's. */
unsigned dbc_statedb_owner(unsigned table);
/* Is this pair of a map worth keeping?  Of maps of the schema what a record wants, of other maps
 * what a cache does not say. */
bool dbc_statedb_keeps_pair(const struct dbc_column *column, const char *key, const char *value);

#endif
