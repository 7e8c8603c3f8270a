/* tables.h - the tables of an export for other engines: one for each class of THE TABLE
 * (model/schema.h) with a column for each field that a cache has, and more for what does not fit
 * into a record's row.  Rows (rows.h) and their declarations (schema.h) are both made from the
 * columns here.
 *
 * A row belongs to one state of one host, which its first columns name: host, pool, source,
 * observed_at, hash.  The other columns have the values of the verb query. */
#ifndef CLI_FLEET_TABLES_H
#define CLI_FLEET_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/schema.h"

/* A table below DBC_N_CLASSES is a class. */
enum {
    CLI_TABLE_MEMBERS = DBC_N_CLASSES,
    CLI_TABLE_CONFIG,
    CLI_TABLE_FINDING,
    CLI_TABLE_HOST,
    CLI_N_TABLES
};
#define CLI_ALL_TABLES ((1u << CLI_N_TABLES) - 1)

enum cli_column_type {
    CLI_TYPE_TEXT,
    CLI_TYPE_FLAG,   /* 1 or 0 */
    CLI_TYPE_COUNT,  /* a number from 0 */
    CLI_TYPE_NUMBER, /* a number; null where the record has another text there */
    CLI_TYPE_BYTES,  /* a number of 64 bits; null when it is unknown */
    CLI_TYPE_TIME,   /* "2026-11-27T07:04:14Z": UTC */
    CLI_TYPE_TIME_OR_NULL
};

struct cli_column {
    const char *name;
    enum cli_column_type type;
    bool key; /* rows with the same keys are the same row */
    const struct dbc_field
        *field;      /* of a class; NULL for the columns that are not in its records */
    const char *doc; /* one sentence */
};

#define CLI_COMMON_COLUMNS 5 /* at the start of every table */
#define CLI_COLUMNS_MAX 72   /* the schema's 64 fields, the common ones and ref, uuid, line */

/* Fills in the columns of a table in their order and returns their number. */
size_t cli_table_columns(int table, struct cli_column out[CLI_COLUMNS_MAX]);
const char *cli_table_name(int table);
const char *cli_table_doc(int table);    /* one sentence */
int cli_table_by_name(const char *name); /* CLI_N_TABLES: there is none */

#endif
