/* query_priv.h - what the files of query share: query.c (the connection, its limits, a run),
 * query_table.c (the records as virtual tables), query_value.c (their values), query_index.c
 * (records by a column's text). */
#ifndef DBC_STORE_QUERY_PRIV_H
#define DBC_STORE_QUERY_PRIV_H

#include <stdint.h>

#include <sqlite3.h>

#include "store/query.h"

/* One host. */
struct dbc_query_source {
    const char *host, *file;
    const struct dbc_db *db;
    const struct dbc_query_source *same_file; /* the next one of this file */
};

/* The records that have one text in one column, in order; query_index.c. */
struct dbc_query_link {
    const struct dbc_record *rec;
    const struct dbc_query_source *source;
    struct dbc_query_link *next, *last; /* `last` counts in the first one only */
};

struct dbc_query_index {
    struct dbc_hash by_text;
    struct dbc_query_link *links;
    bool made;
};

enum { DBC_QUERY_MEMBERS = DBC_N_CLASSES, DBC_QUERY_CONFIG, DBC_QUERY_TABLES };
#define DBC_QUERY_FIELDS 64            /* the schema's limit */
#define DBC_QUERY_REF DBC_QUERY_FIELDS /* stands for the record's own reference */

/* What SQLite hands back when it opens a table. */
struct dbc_query_table {
    struct dbc_query *query;
    int which; /* a class, DBC_QUERY_MEMBERS or DBC_QUERY_CONFIG */
};

struct dbc_query {
    sqlite3 *db;
    struct dbc_query_source *sources;
    size_t n, cap;
    struct dbc_arena arena;  /* host and file */
    struct dbc_hash by_file; /* the first of each; made when the query runs */
    /* Made when first asked for. */
    struct dbc_query_index index[DBC_N_CLASSES][DBC_QUERY_FIELDS + 1];
    struct dbc_query_table tables[DBC_QUERY_TABLES];
    int64_t end;         /* of the run, dbc_now_ms */
    bool ran, declaring; /* a table's columns, for which SQLite asks leave too */
};

/* The first record of the class whose field `i` (or DBC_QUERY_REF) has this text; the next ones
 * hang on it.  NULL: none.  -1 without memory. */
int dbc_query_find(struct dbc_query *query, enum dbc_class class_, size_t i, const char *text,
                   const struct dbc_query_link **ret);
void dbc_query_index_release(struct dbc_query_index *index);

/* query_value.c: a text that lasts as long as the query, and a field of a record. */
void dbc_query_result_text(sqlite3_context *context, const char *text);
void dbc_query_result_field(sqlite3_context *context, const struct dbc_record *rec,
                            const struct dbc_field *field);

/* Makes all tables known to the connection; an SQLite result. */
int dbc_query_register(struct dbc_query *query);

#endif
