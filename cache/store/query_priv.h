/* query_priv.h - what the files of query share: query.c (the connection, its limits, a run),
 * query_columns.c (tables and their columns), query_keep.c (what is kept of the records),
 * query_table.c (how a statement's conditions are served), query_cursor.c (the rows), query_value.c
 * (their values), query_index.c (rows by a column's text), query_past.c (snapshots). */
#ifndef DBC_STORE_QUERY_PRIV_H
#define DBC_STORE_QUERY_PRIV_H

#include <stdint.h>

#include <sqlite3.h>

#include "store/query.h"

#define DBC_QUERY_FIELDS 64                   /* the schema's limit */
#define DBC_QUERY_REF DBC_QUERY_FIELDS        /* stands for the record's own reference */
#define DBC_QUERY_LINE (DBC_QUERY_FIELDS + 1) /* and for its line */
#define DBC_QUERY_PARTS (DBC_QUERY_FIELDS + 2)

enum { DBC_QUERY_MEMBERS = DBC_N_CLASSES, DBC_QUERY_CONFIG, DBC_QUERY_SNAPSHOT, DBC_QUERY_TABLES };

/* ---- What is kept (query_keep.c) ------------------------------------------------------------ */

/* One part of a record: a field, its reference, its line. */
union dbc_query_value {
    const char *text;              /* TEXT, REF, DBC_QUERY_REF */
    int64_t number;                /* BOOL, DBC_QUERY_LINE */
    const struct dbc_int *integer; /* INT */
    const struct dbc_refs *refs;   /* REFS */
    const struct dbc_map *map;     /* MAP */
};

/* Which parts of a class are kept, and where they stand in a row. */
struct dbc_query_layout {
    unsigned char parts[DBC_QUERY_PARTS];
    size_t n;
    signed char slots[DBC_QUERY_PARTS]; /* -1: not kept */
};

/* `n` rows of as many values as the layout of their class has. */
struct dbc_query_rows {
    union dbc_query_value *v;
    size_t n;
};

/* One host, or one snapshot of it. */
struct dbc_query_source {
    const char *host, *file;
    struct dbc_query_rows of[DBC_N_CLASSES];
    struct dbc_query_index *indexes;    /* of its own rows */
    struct dbc_query_past *past;        /* NULL: it has none */
    struct dbc_query_source *same_file; /* the next one of this file */
};

/* ---- Rows by text (query_index.c) ----------------------------------------------------------- */

struct dbc_query_link {
    const struct dbc_query_source *source;
    size_t row;
    struct dbc_query_link *next, *last; /* `last` counts in the first one only */
};

/* The rows of a class that have one text in one part, in order. */
struct dbc_query_index {
    enum dbc_class class_;
    size_t part;
    struct dbc_hash by_text;
    struct dbc_query_link *links;
    struct dbc_query_index *next;
};

/* Where something is looked up: in one source, or in all that are not snapshots. */
struct dbc_query_scope {
    const struct dbc_query_source *sources;
    size_t n;
    struct dbc_query_index **indexes;
};

/* ---- Tables (query_columns.c) --------------------------------------------------------------- */

#define DBC_QUERY_AS_OF "as_of"
#define DBC_QUERY_SNAPSHOT_COLUMNS                                                                 \
    {                                                                                              \
        "host", "file", "id", "time", "program", "reason", "bytes", "sha256"                       \
    }

enum dbc_query_column_kind {
    DBC_COLUMN_HOST,
    DBC_COLUMN_FILE,
    DBC_COLUMN_CLASS,
    DBC_COLUMN_REF, /* of members and other_config */
    DBC_COLUMN_PART,
    DBC_COLUMN_FIELD_NAME, /* of the list or map that the row stands in */
    DBC_COLUMN_POSITION,
    DBC_COLUMN_KEY,
    DBC_COLUMN_VALUE,
    DBC_COLUMN_AS_OF,
    DBC_COLUMN_SNAPSHOT /* those of the table of this name */
};

struct dbc_query_column {
    enum dbc_query_column_kind kind;
    const char *name;
    size_t part; /* DBC_COLUMN_PART */
    bool number;
};

/* What SQLite hands back when it opens a table. */
struct dbc_query_table {
    struct dbc_query *query;
    int which; /* a class, or one of the enum above */
};

struct dbc_query_vtab {
    sqlite3_vtab base; /* must be first */
    struct dbc_query *query;
    int which;
    struct dbc_query_column columns[DBC_QUERY_PARTS + 4];
    size_t n;
};

const char *dbc_query_table_name(int which);
/* Fills in the columns of a table whose `which` is set. */
void dbc_query_add_columns(struct dbc_query_vtab *table);

/* A plan: which values xFilter gets, in this order, or-ed with the number of the column that the
 * first one is looked up in. */
enum {
    DBC_PLAN_COLUMN = 0xff,
    DBC_PLAN_LOOKUP = 0x100,
    DBC_PLAN_FILE = 0x200,
    DBC_PLAN_HOST = 0x400,
    DBC_PLAN_AS_OF = 0x800
};

/* ---- The query ------------------------------------------------------------------------------ */

struct dbc_query {
    sqlite3 *db;
    char *sql;
    struct dbc_query_limits limits;
    /* What the statement reads: the columns of each table, as SQLite says it (bit 63: all from
     * there on). */
    uint64_t used[DBC_QUERY_TABLES];
    bool seen[DBC_QUERY_TABLES];
    bool as_of; /* is named somewhere in it */
    bool lent;  /* the records in hand outlive the query */
    struct dbc_query_layout layouts[DBC_N_CLASSES];
    struct dbc_arena arena;         /* of all that is kept */
    struct dbc_hash texts, numbers; /* each once; numbers: struct dbc_int */
    size_t beside;                  /* bytes that are kept beside the arena */
    struct dbc_query_source *sources;
    size_t n, cap;
    size_t rows[DBC_N_CLASSES];   /* of all sources */
    size_t snapshots;             /* likewise */
    struct dbc_query_past *pasts; /* in the order of the hosts */
    struct dbc_query_past *last_past;
    struct dbc_hash by_file;         /* the first source of each; made when the query runs */
    struct dbc_query_index *indexes; /* of all sources */
    struct dbc_query_table tables[DBC_QUERY_TABLES];
    int64_t end;          /* of the run, dbc_now_ms */
    bool ran, declaring;  /* declaring: a table's columns, for which SQLite asks leave too */
    struct dbc_error why; /* of a failure that is not SQLite's */
};

/* query_keep.c: from what the statement reads to the layouts. */
void dbc_query_lay_out(struct dbc_query *query);
/* Copies what is to be kept.  -1: DBC_ENOMEM, DBC_ELIMIT. */
int dbc_query_keep(struct dbc_query *query, struct dbc_query_source *source,
                   const struct dbc_db *db, struct dbc_error *err);
/* A text that lasts as long as the query; NULL without memory. */
const char *dbc_query_text(struct dbc_query *query, const char *text);
/* -1 with DBC_ELIMIT: more is kept than may be. */
int dbc_query_check_bytes(const struct dbc_query *query, struct dbc_error *err);
/* NULL: it is not kept. */
const union dbc_query_value *dbc_query_value(const struct dbc_query *query,
                                             const struct dbc_query_source *source,
                                             enum dbc_class class_, size_t row, size_t part);

/* query_index.c: the first row of the class whose part has this text; the next ones hang on it.
 * *ret is NULL: none.  -1 without memory, or above the limit's bytes, which query->why says. */
int dbc_query_find(struct dbc_query *query, const struct dbc_query_scope *scope,
                   enum dbc_class class_, size_t part, const char *text,
                   const struct dbc_query_link **ret);
void dbc_query_index_free(struct dbc_query_index *index); /* and those behind it */

/* query_value.c: a text that lasts as long as the query, and a part of a record. */
void dbc_query_result_text(sqlite3_context *context, const char *text);
void dbc_query_result_part(sqlite3_context *context, enum dbc_class class_, size_t part,
                           const union dbc_query_value *value);

/* query_table.c: makes all tables known to the connection; an SQLite result. */
int dbc_query_register(struct dbc_query *query);

/* query_cursor.c: xOpen, xClose, xFilter, xNext, xEof, xColumn, xRowid of the tables of records. */
int dbc_query_cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret);
int dbc_query_cursor_close(sqlite3_vtab_cursor *base);
int dbc_query_cursor_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                            sqlite3_value **argv);
int dbc_query_cursor_next(sqlite3_vtab_cursor *base);
int dbc_query_cursor_eof(sqlite3_vtab_cursor *base);
int dbc_query_cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i);
int dbc_query_cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret);

/* ---- The past (query_past.c) ---------------------------------------------------------------- */

/* What as_of is equal to. */
struct dbc_query_when {
    int64_t id;   /* INT64_MAX: the newest; -1: `time` counts */
    int64_t time; /* seconds since 1970 */
};

/* -1 with *err, DBC_EINVAL: it is none. */
int dbc_query_when_of(sqlite3_value *value, struct dbc_query_when *ret, struct dbc_error *err);
/* The source as it was then; *ret is NULL: nobody knows.  -1 with query->why. */
int dbc_query_past_find(struct dbc_query *query, const struct dbc_query_source *source,
                        const struct dbc_query_when *when, struct dbc_query_source **ret);
void dbc_query_past_free(struct dbc_query_past *past); /* and those behind it */

/* The table `snapshot`: xOpen, xClose, xFilter, xNext, xEof, xColumn, xRowid. */
int dbc_query_past_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret);
int dbc_query_past_close(sqlite3_vtab_cursor *base);
int dbc_query_past_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int argc,
                          sqlite3_value **argv);
int dbc_query_past_next(sqlite3_vtab_cursor *base);
int dbc_query_past_eof(sqlite3_vtab_cursor *base);
int dbc_query_past_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i);
int dbc_query_past_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret);

#endif
