/* read.c - a state.db into the stage.  libxml2 reports each element with its attributes
 * (xml/parser.c); this file keeps the place in the document, looks at the tables that matter, and
 * decodes the columns that matter (columns.c, decode.c).  Of all else nothing is looked at.
 *
 * The manifest of older releases has the pool's secret, and there is a table of secrets, so what
 * libxml2 says of damaged XML, which quotes the file, is not passed on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/valid.h"
#include "statedb/decode.h"
#include "statedb/statedb_priv.h"
#include "xml/parser.h"

#define ROOT "database"
#define MAX_NAMES 256
#define MAX_CELLS 64 /* different columns */

/* Elements: the format needs 3 inside each other.  Attributes: the widest rows have about 120.
 * Bytes of a tag: a network of 5,000 virtual machines has 1 MB of references in its row, a host
 * with 10,000 VLANs half of that; above 10 MB libxml2 has limits of its own. */
static const struct dbc_xml_limits limits = { 8, MAX_NAMES, 8u * 1024 * 1024 };

enum place { OUTSIDE, IN_DATABASE, IN_MANIFEST, IN_PAIR, IN_TABLE, IN_ROW, IN_SKIPPED };

/* What the name of an attribute stands for, at the same position of the last row of the table:
 * writers have one order, and libxml2 gives equal names equal addresses. */
struct guess {
    const xmlChar *name;
    struct dbc_column column;
};

struct attribute {
    const char *text; /* not ended by a NUL */
    size_t len;
};

struct reader {
    struct dbc_xml_parser parser; /* first: see parser.h */
    struct dbc_statedb *statedb;

    uint32_t yes;            /* the place of "True" */
    enum place place, after; /* after: IN_SKIPPED's place to return to ... */
    unsigned outer_depth;    /* ... at the end of the element of this depth */
    bool told;               /* the error is of our own words */
    unsigned table;          /* in hand; DBC_N_TABLES: of no interest */
    struct guess guesses[DBC_N_TABLES][MAX_NAMES];

    /* The row in hand. */
    const char *ref;
    const struct dbc_column *column;
    struct attribute value; /* of the column, as XML has it */
    struct dbc_stage_row row;
    struct dbc_stage_cell cells[MAX_CELLS];
    struct dbc_stage_wanted wanted[MAX_CELLS]; /* texts to be staged, the reference first ... */
    unsigned columns[MAX_CELLS];               /* ... and what they are of */
    size_t n_wanted;
    struct dbc_buf ref_text, text, many; /* many: the items or pairs that are kept */
    bool too_long;                       /* one of them is */
};

static const char *str(const xmlChar *text)
{
    return (const char *)text;
}

/* The column in hand reads as if it were not there. */
static void warn_column(struct reader *r, const char *expected)
{
    dbc_xml_warn(&r->parser,
                 "table %s, row %.100s, column %s: expected %s, found '%.*s', which is left out",
                 dbc_statedb_table_name(r->table), r->ref, r->column->name, expected,
                 r->value.len < 200 ? (int)r->value.len : 200, r->value.text);
}

static void misplaced(struct reader *r, const char *expected, const xmlChar *name)
{
    r->told = true;
    dbc_xml_stop(&r->parser, DBC_EPARSE, "expected %s, found <%.100s>", expected, str(name));
}

/* ---- Columns ------------------------------------------------------------------------------ */

static const struct dbc_column *find_column(struct reader *r, size_t position, const xmlChar *name)
{
    struct guess *guess = &r->guesses[r->table][position % MAX_NAMES];

    if (guess->name != name) {
        guess->name = name;
        guess->column = dbc_statedb_column(r->table, str(name));
    }
    return &guess->column;
}

static void add_cell(struct reader *r, unsigned column, uint32_t place)
{
    r->cells[r->row.n_cells++] =
        (struct dbc_stage_cell){ .column = column & 63, .text = place & 0x3ffffff };
}

/* A text that stays where it is until the end of the row. */
static void want(struct reader *r, unsigned column, const char *text, size_t len)
{
    r->columns[r->n_wanted] = column;
    r->wanted[r->n_wanted++] = (struct dbc_stage_wanted){ .bytes = text, .len = len };
}

static int stage_wanted(struct reader *r)
{
    if (dbc_stage_intern(&r->statedb->stage, r->wanted, r->n_wanted, &r->parser.error) != 0) {
        return -1;
    }
    r->row.ref = r->wanted[0].place;
    for (size_t i = 1; i < r->n_wanted; i++) {
        add_cell(r, r->columns[i], r->wanted[i].place);
    }
    return 0;
}

/* One that does not. */
static int stage_text(struct reader *r, const char *text, size_t len)
{
    struct dbc_stage *stage = &r->statedb->stage;
    struct dbc_stage_wanted wanted = { .bytes = text, .len = len };
    int status = r->column->unique
                     ? dbc_stage_keep(stage, text, len, &wanted.place, &r->parser.error)
                     : dbc_stage_intern(stage, &wanted, 1, &r->parser.error);

    if (status == 0) {
        add_cell(r, r->column->number, wanted.place);
    }
    return status;
}

static void mark(struct reader *r)
{
    if (r->column->field != NULL) {
        r->row.seen |= UINT32_C(1) << r->column->number;
    }
}

static int set_text(struct reader *r, const char *text, size_t len)
{
    if (len > DBC_LIMIT_TEXT_BYTES) {
        warn_column(r, "a shorter text");
        return 0;
    }
    mark(r);
    if (text == r->value.text && !r->column->unique) {
        want(r, r->column->number, text, len);
        return 0;
    }
    return stage_text(r, text, len);
}

static int set_bool(struct reader *r, const char *text)
{
    if (strcmp(text, "true") != 0) {
        warn_column(r, "true or false");
        return 0;
    }
    mark(r);
    add_cell(r, r->column->number, r->yes);
    return 0;
}

static int set_int(struct reader *r, const char *text, size_t len)
{
    int value = 0;

    if (!dbc_parse_int(text, INT_MIN + 1, INT_MAX, &value)) {
        warn_column(r, "a number");
        return 0;
    }
    return set_text(r, r->value.text, len); /* which is the same, since no number has a '%' */
}

static void add_item(void *ctx, const char *item, size_t len)
{
    struct reader *r = ctx;

    if (len > 0 && r->many.len <= DBC_LIMIT_STAGE_TEXT / 2) {
        dbc_buf_adds(&r->many, r->many.len > 0 ? ", " : "");
        dbc_buf_add(&r->many, item, len < DBC_LIMIT_TEXT_BYTES ? len : DBC_LIMIT_TEXT_BYTES - 1);
    }
}

static void add_pair(void *ctx, const char *key, const char *value, size_t len)
{
    struct reader *r = ctx;
    size_t key_len = strlen(key);

    if (key_len == 0 || !dbc_statedb_keeps_pair(r->table, r->column, key, value)) {
        return;
    }
    if (len > DBC_LIMIT_TEXT_BYTES || key_len > DBC_LIMIT_TEXT_BYTES ||
        r->many.len + key_len + len + 2 > DBC_LIMIT_STAGE_TEXT) {
        r->too_long = true;
        return;
    }
    dbc_buf_add(&r->many, key, key_len + 1);
    dbc_buf_add(&r->many, value, len + 1);
}

static int set_many(struct reader *r, char *text)
{
    const char *fault = NULL;

    dbc_buf_clear(&r->many);
    r->too_long = false;
    fault = r->column->kind == DBC_KIND_MAP ? dbc_statedb_map(text, add_pair, r)
                                            : dbc_statedb_set(text, add_item, r);
    if (r->many.failed) {
        return dbc_fail_nomem(&r->parser.error);
    }
    if (fault != NULL || r->too_long) {
        warn_column(r, fault != NULL ? fault : "shorter texts");
        return 0;
    }
    mark(r);
    return r->many.len == 0 ? 0 : stage_text(r, r->many.data, r->many.len);
}

/* The value in hand into `out`; NULL: no memory. */
static char *copy_value(struct reader *r, struct dbc_buf *out)
{
    char *room = NULL;

    dbc_buf_clear(out);
    room = dbc_buf_reserve(out, r->value.len + 1);
    if (room == NULL) {
        dbc_fail_nomem(&r->parser.error);
        return NULL;
    }
    memcpy(room, r->value.text, r->value.len);
    room[r->value.len] = '\0';
    return room;
}

static bool is_text(enum dbc_kind kind)
{
    return kind == DBC_KIND_TEXT || kind == DBC_KIND_REF;
}

/* Says the value in hand what its absence would say?  Most do. */
static bool is_usual(const struct reader *r)
{
    const struct dbc_column *column = r->column;

    if (r->value.len == 0) {
        return column->kind != DBC_KIND_BOOL && column->kind != DBC_KIND_INT;
    }
    return r->value.len == column->usual_len &&
           memcmp(r->value.text, column->usual, column->usual_len) == 0;
}

static int set_decoded(struct reader *r)
{
    char *text = copy_value(r, &r->text);
    size_t len = 0;

    if (text == NULL) {
        return -1;
    }
    len = dbc_statedb_unprotect(text, r->value.len);
    switch (r->column->kind) {
    case DBC_KIND_BOOL:
        return set_bool(r, text);
    case DBC_KIND_INT:
        return set_int(r, text, len);
    case DBC_KIND_REFS:
    case DBC_KIND_MAP:
        return set_many(r, text);
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        break;
    }
    return set_text(r, text, len);
}

static int set_column(struct reader *r)
{
    if (is_usual(r)) {
        mark(r);
        return 0;
    }
    if (is_text(r->column->kind) && memchr(r->value.text, '%', r->value.len) == NULL) {
        return set_text(r, r->value.text, r->value.len);
    }
    return set_decoded(r);
}

/* ---- Rows --------------------------------------------------------------------------------- */

static struct attribute value_of(const xmlChar **a)
{
    return (struct attribute){ str(a[3]), (size_t)(a[4] - a[3]) };
}

static bool take_value(struct reader *r, const xmlChar **attributes, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        const xmlChar **a = attributes + 5 * i;
        if (a[1] == NULL && strcmp(str(a[0]), name) == 0) {
            r->value = value_of(a);
            return true;
        }
    }
    return false;
}

/* Without control characters; nearly all references, and faster to see than what is valid. */
static bool is_ascii(const char *text, size_t len)
{
    unsigned other = 0;

    for (size_t i = 0; i < len; i++) {
        other |= text[i] < ' ' || text[i] > '~';
    }
    return other == 0;
}

/* `ref`, which is not protected, or the column `_ref`, which is; NULL when it is no reference. */
static const char *read_ref(struct reader *r, const xmlChar **attributes, int n)
{
    bool plain = take_value(r, attributes, n, "ref");
    char *ref = NULL;
    size_t len = 0;

    if (!plain && !take_value(r, attributes, n, "_ref")) {
        return NULL;
    }
    ref = copy_value(r, &r->ref_text);
    if (ref == NULL) {
        return NULL;
    }
    len = plain ? r->value.len : dbc_statedb_unprotect(ref, r->value.len);
    return len > 0 && len <= DBC_LIMIT_REF_BYTES && (is_ascii(ref, len) || dbc_valid_text(ref))
               ? ref
               : NULL;
}

static int add_columns(struct reader *r, const xmlChar **attributes, int n)
{
    r->n_wanted = 0;
    want(r, DBC_COLUMN_NONE, r->ref, strlen(r->ref));
    for (int i = 0; i < n; i++) {
        const xmlChar **a = attributes + 5 * i;

        if (a[1] == NULL) {
            r->column = find_column(r, (size_t)i, a[0]);
            r->value = value_of(a);
            if (r->column->number != DBC_COLUMN_NONE && set_column(r) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

static void add_row(struct reader *r, const xmlChar **attributes, int n)
{
    struct dbc_error *err = &r->parser.error;
    bool replaced = false;

    r->row = (struct dbc_stage_row){ .table = (uint8_t)r->table };
    r->ref = read_ref(r, attributes, n);
    if (r->ref == NULL && err->code == DBC_OK) {
        dbc_xml_warn(&r->parser,
                     "table %s: expected a row with a reference, found none: it is left out",
                     dbc_statedb_table_name(r->table));
        return;
    }
    if (r->ref == NULL || add_columns(r, attributes, n) != 0 || stage_wanted(r) != 0 ||
        dbc_stage_add(&r->statedb->stage, &r->row, r->cells, &replaced, err) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    } else if (replaced) {
        dbc_xml_warn(&r->parser,
                     "table %s: expected row %.100s once, found it again: the last one counts",
                     dbc_statedb_table_name(r->table), r->ref);
    }
}

/* ---- Manifest and tables ------------------------------------------------------------------ */

/* An attribute's text into `out`; "" when there is none, or a longer one than any name is. */
static const char *short_text(const xmlChar **attributes, int n, const char *name, char out[64])
{
    out[0] = '\0';
    for (int i = 0; i < n; i++) {
        struct attribute value = value_of(attributes + 5 * i);
        if (strcmp(str(attributes[5 * i]), name) == 0 && value.len < 64) {
            memcpy(out, value.text, value.len);
            out[value.len] = '\0';
        }
    }
    return out;
}

static void read_pair(struct reader *r, const xmlChar **attributes, int n)
{
    struct dbc_statedb_info *info = &r->statedb->info;
    char key[64], value[64];
    uint64_t number = 0;

    short_text(attributes, n, "key", key);
    if (strcmp(key, "schema_major_vsn") != 0 && strcmp(key, "schema_minor_vsn") != 0 &&
        strcmp(key, "generation_count") != 0) {
        return;
    }
    if (!dbc_parse_uint(short_text(attributes, n, "value", value),
                        key[0] == 'g' ? INT64_MAX : INT_MAX, &number)) {
        dbc_xml_warn(&r->parser, "manifest, %s: expected a number", key);
    } else if (key[0] == 'g') {
        info->generation = (int64_t)number;
    } else if (strcmp(key, "schema_major_vsn") == 0) {
        info->schema_major = (int)number;
    } else {
        info->schema_minor = (int)number;
    }
}

static void start_table(struct reader *r, const xmlChar **attributes, int n)
{
    char name[64];

    r->table = dbc_statedb_table(short_text(attributes, n, "name", name));
    if (r->table < DBC_N_TABLES) {
        r->statedb->stage.tables[r->table].known = true;
    }
    r->place = IN_TABLE;
}

/* ---- Events ------------------------------------------------------------------------------- */

/* An element of the format, but not of this place, or one that only a later release knows. */
static void start_other(struct reader *r, const char *expected, const xmlChar *name)
{
    static const char *const known[] = { ROOT, "manifest", "pair", "table", "row" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(str(name), known[i]) == 0) {
            misplaced(r, expected, name);
            return;
        }
    }
    dbc_xml_warn(&r->parser, "expected %s, found <%.100s>, which is left out", expected, str(name));
    r->after = r->place;
    r->outer_depth = r->parser.depth;
    r->place = IN_SKIPPED;
}

static void start_in_database(struct reader *r, const xmlChar *name, const xmlChar **attributes,
                              int n)
{
    if (strcmp(str(name), "table") == 0) {
        start_table(r, attributes, n);
    } else if (strcmp(str(name), "manifest") == 0) {
        r->place = IN_MANIFEST;
    } else {
        start_other(r, "<table>", name);
    }
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n, int n_defaulted,
                     const xmlChar **attributes)
{
    struct reader *r = ctx;

    (void)prefix;
    (void)uri;
    (void)namespaces;
    (void)n_defaulted;
    if (!dbc_xml_enter(&r->parser, n_namespaces + n)) {
        return;
    }
    switch (r->place) {
    case OUTSIDE:
        if (strcmp(str(name), ROOT) != 0) {
            misplaced(r, "<" ROOT ">", name);
        }
        r->place = IN_DATABASE;
        break;
    case IN_DATABASE:
        start_in_database(r, name, attributes, n);
        break;
    case IN_MANIFEST:
        if (strcmp(str(name), "pair") != 0) {
            start_other(r, "<pair>", name);
            break;
        }
        r->place = IN_PAIR;
        read_pair(r, attributes, n);
        break;
    case IN_TABLE:
        if (strcmp(str(name), "row") != 0) {
            start_other(r, "<row>", name);
            break;
        }
        r->place = IN_ROW;
        if (r->table < DBC_N_TABLES) {
            add_row(r, attributes, n);
        }
        break;
    case IN_PAIR:
        start_other(r, "</pair>", name);
        break;
    case IN_ROW:
        start_other(r, "</row>", name);
        break;
    case IN_SKIPPED:
        break;
    }
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reader *r = ctx;

    (void)name;
    (void)prefix;
    (void)uri;
    switch (r->place) {
    case OUTSIDE:
    case IN_DATABASE:
        r->place = OUTSIDE;
        break;
    case IN_MANIFEST:
    case IN_TABLE:
        r->place = IN_DATABASE;
        break;
    case IN_PAIR:
        r->place = IN_MANIFEST;
        break;
    case IN_ROW:
        r->place = IN_TABLE;
        break;
    case IN_SKIPPED:
        if (r->parser.depth == r->outer_depth) {
            r->place = r->after;
        }
        break;
    }
    dbc_xml_leave(&r->parser);
}

static const xmlSAXHandler events = {
    .startElementNs = on_start,
    .endElementNs = on_end,
};

/* ---- One file ----------------------------------------------------------------------------- */

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* The error for the caller: where libxml2 may have quoted the file, only the place stays. */
static void explain(const struct reader *r, struct dbc_error *err)
{
    const struct dbc_error *e = &r->parser.error;

    if (e->code == DBC_EPARSE && !r->told && r->place != OUTSIDE &&
        !has(e->text, "found the end of the file")) {
        dbc_fail_at(err, DBC_EPARSE, e->file, e->line, e->column,
                    "expected well-formed XML, found damage (not shown: it may be a secret)");
    } else if (err != NULL && err->code == DBC_OK) {
        *err = *e;
    }
}

int dbc_statedb_parse(struct dbc_statedb *statedb, const struct dbc_stream *stream,
                      dbc_warning_fn *warn_fn, void *ctx, struct dbc_error *err)
{
    struct reader *r = calloc(1, sizeof *r);
    struct dbc_stage_wanted yes = { .bytes = "True", .len = strlen("True") };
    int status = 0;

    if (r == NULL) {
        return dbc_fail_nomem(err);
    }
    r->statedb = statedb;
    r->parser.warnings = (struct dbc_warnings){ .fn = warn_fn, .ctx = ctx };
    r->table = DBC_N_TABLES;
    dbc_xml_input_stream(&r->parser.input, stream);
    r->parser.input.max = DBC_LIMIT_STATEDB_BYTES;
    r->parser.root = ROOT;
    r->parser.limits = &limits;
    status = dbc_stage_intern(&statedb->stage, &yes, 1, &r->parser.error);
    r->yes = yes.place;
    if (status != 0 || dbc_xml_parse(&r->parser, &events) != 0) {
        status = -1;
        explain(r, err);
    }
    dbc_buf_release(&r->ref_text);
    dbc_buf_release(&r->text);
    dbc_buf_release(&r->many);
    free(r);
    return status;
}
