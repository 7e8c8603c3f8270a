/* read_row.c - adds one row of a state.db to the stage (read_priv.h): its reference and, decoded,
 * the columns that matter. */
#include <string.h>

#include "base/limits.h"
#include "base/valid.h"
#include "statedb/decode.h"
#include "statedb/read_priv.h"

/* ---- Columns ------------------------------------------------------------------------------ */

/* Warns of the column in hand, which then reads as if it were missing. */
static void warn_column(struct dbc_statedb_reader *r, const char *expected)
{
    dbc_xml_warn(&r->parser,
                 "table %s, row %.100s, column %s: expected %s, found '%.*s', which is left out",
                 dbc_statedb_table_name(r->table), r->ref, r->column->name, expected,
                 r->value.len < 200 ? (int)r->value.len : 200, r->value.text);
}

static const struct dbc_column *find_column(struct dbc_statedb_reader *r, size_t position,
                                            const xmlChar *name)
{
    struct dbc_statedb_guess *guess = &r->guesses[r->table][position % DBC_STATEDB_NAMES];

    if (guess->name != name) {
        guess->name = name;
        guess->column = dbc_statedb_column(r->table, dbc_statedb_str(name));
    }
    return &guess->column;
}

static void add_cell(struct dbc_statedb_reader *r, unsigned column, uint32_t place)
{
    r->cells[r->row.n_cells++] =
        (struct dbc_stage_cell){ .column = column & 63, .text = place & 0x3ffffff };
}

/* Notes a text that does not move before the end of the row. */
static void want(struct dbc_statedb_reader *r, unsigned column, const char *text, size_t len)
{
    r->columns[r->n_wanted] = column;
    r->wanted[r->n_wanted++] = (struct dbc_stage_wanted){ .bytes = text, .len = len };
}

static int stage_wanted(struct dbc_statedb_reader *r)
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

/* Stages a text that may move before the end of the row. */
static int stage_text(struct dbc_statedb_reader *r, const char *text, size_t len)
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

static void mark(struct dbc_statedb_reader *r)
{
    if (r->column->field != NULL) {
        r->row.seen |= UINT32_C(1) << r->column->number;
    }
}

static int set_text(struct dbc_statedb_reader *r, const char *text, size_t len)
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

static int set_bool(struct dbc_statedb_reader *r, const char *text)
{
    if (strcmp(text, "true") != 0) {
        warn_column(r, "true or false");
        return 0;
    }
    mark(r);
    add_cell(r, r->column->number, r->yes);
    return 0;
}

static int set_int(struct dbc_statedb_reader *r, const char *text, size_t len)
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
    struct dbc_statedb_reader *r = ctx;

    if (len > DBC_LIMIT_TEXT_BYTES || r->many.len + len + 1 > DBC_LIMIT_TEXT_BYTES) {
        r->too_long = true;
    } else if (len > 0) {
        dbc_buf_adds(&r->many, r->many.len > 0 ? "," : "");
        dbc_buf_add(&r->many, item, len);
    }
}

static void add_pair(void *ctx, const char *key, const char *value, size_t len)
{
    struct dbc_statedb_reader *r = ctx;
    size_t key_len = strlen(key);

    if (key_len == 0 || !dbc_statedb_keeps_pair(r->column, key, value)) {
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

static int set_many(struct dbc_statedb_reader *r, char *text)
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

/* Copies the value in hand to `out`; NULL when out of memory. */
static char *copy_value(struct dbc_statedb_reader *r, struct dbc_buf *out)
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

/* Whether the value in hand says what its absence would say.  Most do. */
static bool is_usual(const struct dbc_statedb_reader *r)
{
    const struct dbc_column *column = r->column;

    if (r->value.len == 0) {
        return column->kind != DBC_KIND_BOOL && column->kind != DBC_KIND_INT;
    }
    return r->value.len == column->usual_len &&
           memcmp(r->value.text, column->usual, column->usual_len) == 0;
}

static int set_decoded(struct dbc_statedb_reader *r)
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

static int set_column(struct dbc_statedb_reader *r)
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

/* ---- The row ------------------------------------------------------------------------------ */

static bool take_value(struct dbc_statedb_reader *r, const xmlChar **attributes, int n,
                       const char *name)
{
    for (int i = 0; i < n; i++) {
        const xmlChar **a = attributes + 5 * i;
        if (a[1] == NULL && strcmp(dbc_statedb_str(a[0]), name) == 0) {
            r->value = dbc_statedb_value_of(a);
            return true;
        }
    }
    return false;
}

/* Whether a text is printable ASCII, as nearly all references are: faster than dbc_valid_text. */
static bool is_ascii(const char *text, size_t len)
{
    unsigned other = 0;

    for (size_t i = 0; i < len; i++) {
        other |= text[i] < ' ' || text[i] > '~';
    }
    return other == 0;
}

/* The attribute `ref`, whose white space is not protected, or `_ref`, where it is.  NULL when it is
 * no reference, or with an error when out of memory. */
static const char *read_ref(struct dbc_statedb_reader *r, const xmlChar **attributes, int n)
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

static int add_columns(struct dbc_statedb_reader *r, const xmlChar **attributes, int n)
{
    r->n_wanted = 0;
    want(r, DBC_COLUMN_NONE, r->ref, strlen(r->ref));
    for (int i = 0; i < n; i++) {
        const xmlChar **a = attributes + 5 * i;

        if (a[1] == NULL) {
            r->column = find_column(r, (size_t)i, a[0]);
            r->value = dbc_statedb_value_of(a);
            if (r->column->number != DBC_COLUMN_NONE && set_column(r) != 0) {
                return -1;
            }
        }
    }
    return 0;
}

void dbc_statedb_add_row(struct dbc_statedb_reader *r, const xmlChar **attributes, int n)
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
