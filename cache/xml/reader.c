/* reader.c - network.dbcache into a database.  libxml2 reports elements and text (parser.c), and
 * this file keeps the place in the document and fills records through model/database.c.  A record
 * is added to the database at its end tag only, so that what is there is whole whenever the input
 * breaks off.  What the schema does not know goes to where writer.c finds it (extra.c). */
#include "xml/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/limits.h"
#include "base/valid.h"
#include "xml/extra.h"
#include "xml/parser.h"

#define ROOT "xenserver-network-configuration"
#define MAX_FIELDS 64

enum place { OUTSIDE, IN_ROOT, IN_RECORD, IN_VALUE, IN_LIST, IN_ITEM, IN_EXTRA, IN_SKIPPED };

/* Which field an element name stood for, at the same position of the last record of the class:
 * producers write fields in one order, and libxml2 gives equal names equal addresses. */
struct guess {
    const xmlChar *name;
    const struct dbc_field *field;
};

struct item {
    const char *key; /* NULL in a list */
    size_t at;       /* of its text in `values` */
};

struct reader {
    struct dbc_xml_parser parser; /* first: see parser.h */
    struct dbc_db *db;

    enum place place;
    enum place after;     /* IN_EXTRA, IN_SKIPPED: the place to return to ... */
    unsigned outer_depth; /* ... at the end of the element of this depth */
    struct dbc_record *rec;
    const struct dbc_field *field;
    struct guess guesses[DBC_N_CLASSES][MAX_FIELDS];
    size_t position; /* of the next field in its record */

    size_t text_len;       /* of `text`: the value or item in hand */
    struct dbc_buf values; /* the texts of the list or map in hand, a NUL after each */
    struct item *items;
    size_t n_items, cap_items;

    struct dbc_xml_extra extra; /* the unknown thing in hand */
    char text[DBC_LIMIT_TEXT_BYTES + 1];
};

/* ---- Fields ------------------------------------------------------------------------------- */

static const char *str(const xmlChar *text)
{
    return (const char *)text;
}

static const struct dbc_field *find_field(struct reader *r, const xmlChar *name)
{
    struct guess *guess = &r->guesses[r->rec->class_][r->position % MAX_FIELDS];

    r->position++;
    if (guess->name != name) {
        guess->name = name;
        guess->field = dbc_schema_field(r->rec->class_, str(name));
    }
    return guess->field;
}

static void start_text(struct reader *r)
{
    r->text_len = 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void add_text(struct reader *r, const xmlChar *text, size_t len)
{
    if (r->text_len == 0) {
        while (len > 0 && is_space((char)*text)) {
            text++;
            len--;
        }
    }
    if (len > DBC_LIMIT_TEXT_BYTES - r->text_len) {
        dbc_xml_stop(&r->parser, DBC_ELIMIT, "expected a text of at most %u bytes, found more",
                     DBC_LIMIT_TEXT_BYTES);
        return;
    }
    memcpy(r->text + r->text_len, text, len);
    r->text_len += len;
}

/* Whether a byte of the text may be a control character; eight at a time, since every text of a
 * file comes through here.  Says yes too often next to some characters, never too rarely. */
static bool may_have_control(const char *text, size_t len)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t found = 0;

    for (size_t i = 0; i + 8 <= len; i += 8) {
        uint64_t w = 0;
        memcpy(&w, text + i, 8);
        found |= ((w - ones * 0x20) & ~w) | ((w ^ ones * 0x7f) - ones);
    }
    for (size_t i = len & ~(size_t)7; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        found |= c < 0x20 || c == 0x7f ? tops : 0;
    }
    return (found & tops) != 0;
}

static const char *trim_text(struct reader *r)
{
    while (r->text_len > 0 && is_space(r->text[r->text_len - 1])) {
        r->text_len--;
    }
    r->text[r->text_len] = '\0';
    return r->text;
}

static const char *end_text(struct reader *r)
{
    trim_text(r);
    if (may_have_control(r->text, r->text_len) && !dbc_valid_text(r->text)) {
        dbc_xml_warn(&r->parser, "expected text without control characters in <%s>, found '%.200s'",
                     r->field->name, r->text);
    }
    return r->text;
}

static void end_value(struct reader *r)
{
    const char *text = end_text(r);
    bool ok = true;

    if (dbc_record_set(r->db, r->rec, r->field, text, &ok, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    } else if (!ok) {
        dbc_xml_warn(&r->parser, "expected %s in <%s>, found '%.200s'",
                     r->field->kind == DBC_KIND_BOOL ? "True or False" : "a number", r->field->name,
                     text);
    }
}

static void start_item(struct reader *r, const xmlChar *name)
{
    if (r->n_items == DBC_LIMIT_LIST) {
        dbc_xml_stop(&r->parser, DBC_ELIMIT, "expected at most %d items in <%s>, found more",
                     DBC_LIMIT_LIST, r->field->name);
        return;
    }
    if (!DBC_GROW(r->items, r->n_items, r->cap_items)) {
        dbc_xml_stop(&r->parser, DBC_ENOMEM, "out of memory");
        return;
    }
    r->items[r->n_items++] = (struct item){ str(name), r->values.len };
    r->place = IN_ITEM;
    start_text(r);
}

static void end_item(struct reader *r)
{
    const char *text = end_text(r);

    dbc_buf_add(&r->values, text, r->text_len + 1);
    if (r->values.failed) {
        dbc_xml_stop(&r->parser, DBC_ENOMEM, "out of memory");
    }
}

static int set_list(struct reader *r)
{
    const char **refs = r->n_items == 0 ? NULL : calloc(r->n_items, sizeof *refs);
    int status = r->n_items > 0 && refs == NULL ? dbc_fail_nomem(&r->parser.error) : 0;

    for (size_t i = 0; status == 0 && i < r->n_items; i++) {
        refs[i] = r->values.data + r->items[i].at;
    }
    if (status == 0) {
        status = dbc_record_set_list(r->db, r->rec, r->field, refs, r->n_items, &r->parser.error);
    }
    free(refs);
    return status;
}

static int set_map(struct reader *r)
{
    struct dbc_pair *pairs = r->n_items == 0 ? NULL : calloc(r->n_items, sizeof *pairs);
    int status = r->n_items > 0 && pairs == NULL ? dbc_fail_nomem(&r->parser.error) : 0;

    for (size_t i = 0; status == 0 && i < r->n_items; i++) {
        pairs[i] = (struct dbc_pair){ r->items[i].key, r->values.data + r->items[i].at };
    }
    if (status == 0) {
        status = dbc_record_set_map(r->db, r->rec, r->field, pairs, r->n_items, &r->parser.error);
    }
    free(pairs);
    return status;
}

static void start_list(struct reader *r)
{
    r->place = IN_LIST;
    r->n_items = 0;
    dbc_buf_clear(&r->values);
}

static void end_list(struct reader *r)
{
    int status = r->field->kind == DBC_KIND_MAP ? set_map(r) : set_list(r);

    if (status != 0) {
        dbc_xml_stop_at_error(&r->parser);
    }
}

/* ---- Unknown things ----------------------------------------------------------------------- */

static void leave_out(struct reader *r)
{
    r->after = r->place;
    r->outer_depth = r->parser.depth;
    r->place = IN_SKIPPED;
}

static void start_extra(struct reader *r, const struct dbc_xml_tag *tag)
{
    struct dbc_xml_tag outer = *tag;

    if (r->place != IN_EXTRA) {
        r->after = r->place;
        r->outer_depth = r->parser.depth;
        r->place = IN_EXTRA;
        /* Every namespace in scope, since the elements that declared them are not kept. */
        outer.namespaces = r->parser.libxml->nsTab;
        outer.n_namespaces = r->parser.libxml->nsNr / 2;
    }
    if (dbc_xml_extra_start(&r->extra, &outer, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    }
}

/* The text in hand is whole: it goes to the record or, outside of any, to the database. */
static void keep_extra(struct reader *r)
{
    bool inside = r->place == IN_RECORD || r->place == IN_LIST;
    const struct dbc_field *field = r->place == IN_LIST ? r->field : NULL;
    const struct dbc_buf *xml = &r->extra.xml;

    if (dbc_db_add_extra(r->db, inside ? r->rec : NULL, field, xml->data, xml->len,
                         &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    }
    dbc_xml_extra_next(&r->extra);
}

static void end_extra(struct reader *r, const struct dbc_xml_tag *tag)
{
    if (dbc_xml_extra_end(&r->extra, tag, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    } else if (r->parser.depth == r->outer_depth) {
        r->place = r->after;
        keep_extra(r);
    }
}

/* A comment or processing instruction: a part of the unknown element in hand, or a thing by itself.
 * Inside a text it would mean nothing to a reader, and is dropped. */
static void aside(struct reader *r, const char *const *pieces)
{
    r->parser.quiet = 0;
    if (r->place == IN_SKIPPED || r->place == IN_VALUE || r->place == IN_ITEM) {
        return;
    }
    if (dbc_xml_extra_aside(&r->extra, pieces, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    } else if (r->place != IN_EXTRA) {
        keep_extra(r);
    }
}

/* ---- Records ------------------------------------------------------------------------------ */

static void start_root(struct reader *r, const struct dbc_xml_tag *tag)
{
    if (strcmp(str(tag->name), ROOT) != 0) {
        dbc_xml_stop(&r->parser, DBC_EPARSE, "expected <" ROOT ">, found <%.200s>", str(tag->name));
        return;
    }
    r->place = IN_ROOT;
}

/* The value of `ref`, in r->text, without blanks around; "" when there is none. */
static const char *read_ref(struct reader *r, const struct dbc_xml_tag *tag)
{
    start_text(r);
    for (int i = 0; i < tag->n_attributes; i++) {
        const xmlChar **a = tag->attributes + 5 * i;
        if (a[1] == NULL && strcmp(str(a[0]), "ref") == 0) {
            add_text(r, a[3], (size_t)(a[4] - a[3]));
        } else {
            dbc_xml_warn(&r->parser, "expected no attribute but ref, found '%.200s'", str(a[0]));
        }
    }
    return trim_text(r);
}

static void start_record(struct reader *r, enum dbc_class class_, const struct dbc_xml_tag *tag)
{
    const char *ref = read_ref(r, tag);

    if (ref[0] == '\0') {
        dbc_xml_warn(&r->parser, "expected <%s ref=\"...\">, found none: this record is left out",
                     dbc_schema_class(class_)->name);
        leave_out(r);
        return;
    }
    r->rec = dbc_db_make(r->db, class_, ref, &r->parser.error);
    if (r->rec == NULL) {
        dbc_xml_stop_at_error(&r->parser);
        return;
    }
    r->rec->line = dbc_xml_line(&r->parser);
    r->position = 0;
    r->place = IN_RECORD;
}

static void end_record(struct reader *r)
{
    bool replaced = false;
    struct dbc_record *rec = dbc_db_put(r->db, r->rec, &replaced, &r->parser.error);

    if (rec == NULL) {
        dbc_xml_stop_at_error(&r->parser);
    } else if (replaced) {
        dbc_xml_warn(&r->parser,
                     "expected <%s ref=\"%.100s\"> once, found it again: the last one counts",
                     dbc_schema_class(rec->class_)->name, rec->ref);
    }
}

/* ---- Events ------------------------------------------------------------------------------- */

static void start_in_root(struct reader *r, const struct dbc_xml_tag *tag)
{
    enum dbc_class class_ =
        tag->prefix == NULL ? dbc_schema_class_by_name(str(tag->name)) : DBC_N_CLASSES;

    if (class_ == DBC_N_CLASSES) {
        start_extra(r, tag);
    } else {
        start_record(r, class_, tag);
    }
}

/* False for an element that the schema does not have here. */
static bool start_field(struct reader *r, const struct dbc_xml_tag *tag)
{
    const struct dbc_field *field = tag->prefix == NULL ? find_field(r, tag->name) : NULL;

    if (field == NULL) {
        return false;
    }
    r->field = field;
    if (field->kind == DBC_KIND_REFS || field->kind == DBC_KIND_MAP) {
        start_list(r);
    } else {
        r->place = IN_VALUE;
        start_text(r);
    }
    return true;
}

static bool start_in_list(struct reader *r, const struct dbc_xml_tag *tag)
{
    const char *name = str(tag->name);
    bool known =
        tag->prefix == NULL && (r->field->kind == DBC_KIND_MAP ? strchr(name, ':') == NULL
                                                               : strcmp(name, r->field->item) == 0);

    if (known) {
        start_item(r, tag->name);
    }
    return known;
}

/* False when the element is unknown. */
static bool start_element(struct reader *r, const struct dbc_xml_tag *tag)
{
    switch (r->place) {
    case OUTSIDE:
        start_root(r, tag);
        return true;
    case IN_RECORD:
        return start_field(r, tag);
    case IN_LIST:
        return start_in_list(r, tag);
    case IN_VALUE:
    case IN_ITEM:
        dbc_xml_warn(&r->parser, "expected text in <%s>, found <%.200s>, which is left out",
                     r->field->name, str(tag->name));
        leave_out(r);
        return true;
    case IN_SKIPPED:
        return true;
    case IN_ROOT:
    case IN_EXTRA:
        break;
    }
    return false;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                     int n_namespaces, const xmlChar **namespaces, int n_attributes,
                     int n_defaulted, const xmlChar **attributes)
{
    struct reader *r = ctx;
    const struct dbc_xml_tag tag = { name,         prefix,     n_namespaces,
                                     n_attributes, namespaces, attributes };

    (void)uri;
    (void)n_defaulted;
    if (!dbc_xml_enter(&r->parser, n_namespaces + n_attributes)) {
        return;
    }
    if (r->place == IN_ROOT) {
        start_in_root(r, &tag);
    } else if (!start_element(r, &tag)) {
        start_extra(r, &tag);
    } else if (n_attributes > 0 && r->place != IN_SKIPPED) {
        dbc_xml_warn(&r->parser, "expected no attributes of <%.200s>, found '%.200s'", str(name),
                     str(attributes[0]));
    }
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct reader *r = ctx;
    const struct dbc_xml_tag tag = { .name = name, .prefix = prefix };

    (void)uri;
    switch (r->place) {
    case OUTSIDE:
        break;
    case IN_ROOT:
        r->place = OUTSIDE;
        break;
    case IN_RECORD:
        end_record(r);
        r->place = IN_ROOT;
        break;
    case IN_VALUE:
        end_value(r);
        r->place = IN_RECORD;
        break;
    case IN_LIST:
        end_list(r);
        r->place = IN_RECORD;
        break;
    case IN_ITEM:
        end_item(r);
        r->place = IN_LIST;
        break;
    case IN_EXTRA:
        end_extra(r, &tag);
        break;
    case IN_SKIPPED:
        if (r->parser.depth == r->outer_depth) {
            r->place = r->after;
        }
        break;
    }
    dbc_xml_leave(&r->parser);
}

/* Text, blanks and CDATA sections alike.  Text that is in no field means nothing to any reader. */
static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct reader *r = ctx;

    r->parser.quiet = 0;
    if (r->place == IN_VALUE || r->place == IN_ITEM) {
        add_text(r, text, (size_t)len);
    } else if (r->place == IN_EXTRA &&
               dbc_xml_extra_text(&r->extra, str(text), (size_t)len, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    }
}

static void on_comment(void *ctx, const xmlChar *text)
{
    aside(ctx, (const char *const[]){ "<!--", str(text), "-->", NULL });
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data)
{
    const char *text = data == NULL ? "" : str(data);

    aside(ctx,
          (const char *const[]){ "<?", str(target), text[0] == '\0' ? "" : " ", text, "?>", NULL });
}

/* ---- One file ----------------------------------------------------------------------------- */

static const xmlSAXHandler events = {
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_text,
    .comment = on_comment,
    .processingInstruction = on_instruction,
};

static size_t count_records(const struct dbc_db *db)
{
    size_t n = 0;

    for (int i = 0; i < DBC_N_CLASSES; i++) {
        n += dbc_db_count(db, (enum dbc_class)i);
    }
    return n;
}

/* Whether what was read can be used, and a warning if it is not all. */
static int judge(struct reader *r, struct dbc_error *err)
{
    struct dbc_error warning = r->parser.error;
    size_t n = count_records(r->db);

    if (r->parser.error.code == DBC_OK) {
        return 0;
    }
    if (r->parser.error.code == DBC_ENOMEM || n == 0) {
        if (err != NULL && err->code == DBC_OK) {
            *err = r->parser.error;
        }
        return -1;
    }
    if (r->parser.warnings.fn != NULL) { /* whatever their limit */
        dbc_error_clear(&warning);
        dbc_fail_at(&warning, r->parser.error.code, r->parser.error.file, r->parser.error.line,
                    r->parser.error.column, "%.800s; the whole records before it (%zu) are used",
                    r->parser.error.text, n);
        warning.sys_errno = r->parser.error.sys_errno;
        r->parser.warnings.fn(r->parser.warnings.ctx, &warning);
    }
    return 0;
}

/* The records of r->parser.input. */
static struct dbc_db *read_input(struct reader *r, dbc_warning_fn *warn_fn, void *warn_ctx,
                                 struct dbc_error *err)
{
    struct dbc_db *db = dbc_db_new(err);

    r->parser.root = ROOT;
    r->parser.limits = &dbc_xml_cache_limits;
    if (db == NULL || dbc_db_set_source(db, r->parser.input.name, err) != 0) {
        goto fail;
    }
    r->db = db;
    r->parser.warnings = (struct dbc_warnings){ .fn = warn_fn, .ctx = warn_ctx };
    dbc_xml_parse(&r->parser, &events);
    if (judge(r, err) == 0 && dbc_db_index(db, err) == 0) {
        return db;
    }
fail:
    dbc_db_free(db);
    return NULL;
}

static struct reader *new_reader(struct dbc_error *err)
{
    struct reader *r = calloc(1, sizeof *r);

    if (r == NULL) {
        dbc_fail_nomem(err);
    }
    return r;
}

static void free_reader(struct reader *r)
{
    dbc_buf_release(&r->values);
    dbc_xml_extra_release(&r->extra);
    free(r->items);
    free(r);
}

struct dbc_db *dbc_xml_read_file(const char *path, dbc_warning_fn *warn_fn, void *ctx,
                                 struct dbc_error *err)
{
    struct reader *r = new_reader(err);
    struct dbc_db *db = NULL;

    if (r == NULL) {
        return NULL;
    }
    if (dbc_xml_input_open(&r->parser.input, path, err) == 0) {
        db = read_input(r, warn_fn, ctx, err);
        dbc_xml_input_close(&r->parser.input);
    }
    free_reader(r);
    return db;
}

struct dbc_db *dbc_xml_read_memory(const char *name, const void *data, size_t len,
                                   dbc_warning_fn *warn_fn, void *ctx, struct dbc_error *err)
{
    struct reader *r = new_reader(err);
    struct dbc_db *db = NULL;

    if (r == NULL) {
        return NULL;
    }
    dbc_xml_input_memory(&r->parser.input, name, data, len);
    db = read_input(r, warn_fn, ctx, err);
    free_reader(r);
    return db;
}

struct dbc_db *dbc_xml_read_stream(const struct dbc_stream *stream, dbc_warning_fn *warn_fn,
                                   void *ctx, struct dbc_error *err)
{
    struct reader *r = new_reader(err);
    struct dbc_db *db = NULL;

    if (r == NULL) {
        return NULL;
    }
    dbc_xml_input_stream(&r->parser.input, stream);
    db = read_input(r, warn_fn, ctx, err);
    free_reader(r);
    return db;
}
