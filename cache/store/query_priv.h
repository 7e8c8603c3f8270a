/* query_priv.h - what the files of query share: query.c (the connection, its limits, a run),
 * query_columns.c (tables and their columns), query_keep.c (the parts of records that are kept),
 * query_table.c (which conditions of a statement narrow a scan), query_cursor.c (the rows),
 * query_value.c (their values), query_index.c (rows by a column's text), query_past.c (snapshots).
 */
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

/* ---- Kept records (query_keep.c) ------------------------------------------------------------ */

/* One part of a record: a field, its reference or its line.  A field that only XAPI has, and that
 * this record has not, is NULL, or DBC_QUERY_UNKNOWN for a BOOL. */
#define DBC_QUERY_UNKNOWN (-1)
union dbc_query_value {
    const char *text;              /* TEXT, REF, DBC_QUERY_REF */
    int64_t number;                /* BOOL, DBC_QUERY_LINE */
    const struct dbc_int *integer; /* INT */
    const struct dbc_refs *refs;   /* REFS */
    const struct dbc_map *map;     /* MAP */
};

/* Which parts of a class are kept, and their places in a row. */
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
    struct dbc_query_source *same_file; /* the next source with this file */
};

/* ---- Rows by text (query_index.c) ----------------------------------------------------------- */

struct dbc_query_link {
    const struct dbc_query_source *source;
    size_t row;
    struct dbc_query_link *next, *last; /* `last` is valid in the first link only */
};

/* Finds, by a text, the rows of a class that have it in one part, in their order. */
struct dbc_query_index {
    enum dbc_class class_;
    size_t part;
    struct dbc_hash by_text;
    struct dbc_query_link *links;
    struct dbc_query_index *next;
};

/* The sources that a lookup covers: one, or all that are not snapshots. */
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
    DBC_COLUMN_FIELD_NAME, /* of the list or map that the row is from */
    DBC_COLUMN_POSITION,
    DBC_COLUMN_KEY,
    DBC_COLUMN_VALUE,
    DBC_COLUMN_AS_OF,
    DBC_COLUMN_SNAPSHOT /* any column of the table `snapshot` */
};

struct dbc_query_column {
    enum dbc_query_column_kind kind;
    const char *name;
    size_t part; /* DBC_COLUMN_PART */
    bool number;
};

/* The context that SQLite hands back when it opens a table. */
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

/* A plan: bits for the values that xFilter gets, in this order, and the number of the column in
 * which the value of DBC_PLAN_LOOKUP is looked up. */
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
    /* The columns of each table that the statement reads, as SQLite's colUsed (bit 63: that column
     * or a later one). */
    uint64_t used[DBC_QUERY_TABLES];
    bool seen[DBC_QUERY_TABLES];
    bool as_of; /* the statement names this column */
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
    int64_t end;          /* of the run, by dbc_now_ms */
    bool ran, declaring;  /* declaring a table, for which SQLite calls the authorizer, too */
    struct dbc_error why; /* a failure that is not SQLite's */
};

/* query_keep.c: makes the layouts of what the statement reads. */
void dbc_query_lay_out(struct dbc_query *query);
/* Fills `source` with the parts of the records that the layouts have.  Returns 0, or -1 with
 * DBC_ENOMEM or DBC_ELIMIT. */
int dbc_query_keep(struct dbc_query *query, struct dbc_query_source *source,
                   const struct dbc_db *db, struct dbc_error *err);
/* Returns a copy that lives as long as the query, the same for equal texts; NULL when out of
 * memory. */
const char *dbc_query_text(struct dbc_query *query, const char *text);
/* Returns 0, or -1 with DBC_ELIMIT when more bytes are kept than the limit allows. */
int dbc_query_check_bytes(const struct dbc_query *query, struct dbc_error *err);
/* Returns one part of a row, or NULL when it is not kept. */
const union dbc_query_value *dbc_query_value(const struct dbc_query *query,
                                             const struct dbc_query_source *source,
                                             enum dbc_class class_, size_t row, size_t part);

/* query_index.c: finds the rows of the class that have this text in this part.  *ret is the first
 * link of their chain, or NULL when there is none.  Returns 0, or -1 with DBC_ENOMEM or DBC_ELIMIT
 * in query->why. */
int dbc_query_find(struct dbc_query *query, const struct dbc_query_scope *scope,
                   enum dbc_class class_, size_t part, const char *text,
                   const struct dbc_query_link **ret);
void dbc_query_index_free(struct dbc_query_index *index); /* and all that follow it */

/* query_value.c: sets SQLite's result to a text that lives as long as the query, or to a part of a
 * record. */
void dbc_query_result_text(sqlite3_context *context, const char *text);
void dbc_query_result_part(sqlite3_context *context, enum dbc_class class_, size_t part,
                           const union dbc_query_value *value);

/* query_table.c: makes all tables known to the connection.  Returns SQLite's code. */
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

/* The value that as_of must be equal to. */
struct dbc_query_when {
    int64_t id;   /* of a snapshot; INT64_MAX: the newest; -1: `time` counts */
    int64_t time; /* seconds since 1970 */
};

/* Parses as_of's value.  Returns 0, or -1 with DBC_EINVAL or DBC_ENOMEM. */
int dbc_query_when_of(sqlite3_value *value, struct dbc_query_when *ret, struct dbc_error *err);
/* Finds the source as it was then and reads it if needed; *ret is NULL when no snapshot fits.
 * Returns 0, or -1 with query->why. */
int dbc_query_past_find(struct dbc_query *query, const struct dbc_query_source *source,
                        const struct dbc_query_when *when, struct dbc_query_source **ret);
void dbc_query_past_free(struct dbc_query_past *past); /* and all that follow it */

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
