/* reader.c - reads a network.dbcache into a database.  libxml2 reports elements and text
 * (parser.c); this file keeps the place in the document and fills records through model/database.c.
 * A record is added to the database only at its end tag, so that the database has whole records
 * wherever the input breaks off.  extra.c keeps what the schema does not know for writer.c. */
#include "xml/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/valid.h"
#include "xml/reader_priv.h"

#define ROOT "xenserver-network-configuration"

/* ---- Unknown things ----------------------------------------------------------------------- */

static void leave_out(struct dbc_reader *r)
{
    r->after = r->place;
    r->outer_depth = r->parser.depth;
    r->place = IN_SKIPPED;
}

static void start_extra(struct dbc_reader *r, const struct dbc_xml_tag *tag)
{
    struct dbc_xml_tag outer = *tag;

    if (r->place != IN_EXTRA) {
        r->after = r->place;
        r->outer_depth = r->parser.depth;
        r->place = IN_EXTRA;
        /* All namespaces in scope, since the elements that declared them are not kept. */
        outer.namespaces = r->parser.libxml->nsTab;
        outer.n_namespaces = r->parser.libxml->nsNr / 2;
    }
    if (dbc_xml_extra_start(&r->extra, &outer, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    }
}

/* Adds the finished text to the record or, outside of records, to the database. */
static void keep_extra(struct dbc_reader *r)
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

static void end_extra(struct dbc_reader *r, const struct dbc_xml_tag *tag)
{
    if (dbc_xml_extra_end(&r->extra, tag, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    } else if (r->parser.depth == r->outer_depth) {
        r->place = r->after;
        keep_extra(r);
    }
}

/* Keeps a comment or processing instruction, as a part of the current unknown element or by itself.
 * Inside a text it is dropped. */
static void aside(struct dbc_reader *r, const char *const *pieces)
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

static void start_root(struct dbc_reader *r, const struct dbc_xml_tag *tag)
{
    if (strcmp(dbc_reader_str(tag->name), ROOT) != 0) {
        dbc_xml_stop(&r->parser, DBC_EPARSE, "expected <" ROOT ">, found <%.200s>",
                     dbc_reader_str(tag->name));
        return;
    }
    r->place = IN_ROOT;
}

/* Returns the value of `ref` without white space around it, in r->text; "" when there is none. */
static const char *read_ref(struct dbc_reader *r, const struct dbc_xml_tag *tag)
{
    dbc_reader_start_text(r);
    for (int i = 0; i < tag->n_attributes; i++) {
        const xmlChar **a = tag->attributes + 5 * i;
        if (a[1] == NULL && strcmp(dbc_reader_str(a[0]), "ref") == 0) {
            dbc_reader_add_text(r, a[3], (size_t)(a[4] - a[3]));
        } else {
            dbc_xml_warn(&r->parser, "expected no attribute but ref, found '%.200s'",
                         dbc_reader_str(a[0]));
        }
    }
    return dbc_reader_trim_text(r);
}

static void start_record(struct dbc_reader *r, enum dbc_class class_, const struct dbc_xml_tag *tag)
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

static void end_record(struct dbc_reader *r)
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

static void start_in_root(struct dbc_reader *r, const struct dbc_xml_tag *tag)
{
    enum dbc_class class_ =
        tag->prefix == NULL ? dbc_schema_class_by_name(dbc_reader_str(tag->name)) : DBC_N_CLASSES;

    if (class_ == DBC_N_CLASSES) {
        start_extra(r, tag);
    } else {
        start_record(r, class_, tag);
    }
}

/* False for an element that the schema does not have here. */
static bool start_field(struct dbc_reader *r, const struct dbc_xml_tag *tag)
{
    const struct dbc_field *field = tag->prefix == NULL ? dbc_reader_field(r, tag->name) : NULL;

    if (field == NULL) {
        return false;
    }
    r->field = field;
    if (field->kind == DBC_KIND_REFS || field->kind == DBC_KIND_MAP) {
        dbc_reader_start_list(r);
    } else {
        r->place = IN_VALUE;
        dbc_reader_start_text(r);
    }
    return true;
}

static bool start_in_list(struct dbc_reader *r, const struct dbc_xml_tag *tag)
{
    const char *name = dbc_reader_str(tag->name);
    bool known =
        tag->prefix == NULL && (r->field->kind == DBC_KIND_MAP ? strchr(name, ':') == NULL
                                                               : strcmp(name, r->field->item) == 0);

    if (known) {
        dbc_reader_start_item(r, tag->name);
    }
    return known;
}

/* False when the element is unknown. */
static bool start_element(struct dbc_reader *r, const struct dbc_xml_tag *tag)
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
                     r->field->name, dbc_reader_str(tag->name));
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
    struct dbc_reader *r = ctx;
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
        dbc_xml_warn(&r->parser, "expected no attributes of <%.200s>, found '%.200s'",
                     dbc_reader_str(name), dbc_reader_str(attributes[0]));
    }
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    struct dbc_reader *r = ctx;
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
        dbc_reader_end_value(r);
        r->place = IN_RECORD;
        break;
    case IN_LIST:
        dbc_reader_end_list(r);
        r->place = IN_RECORD;
        break;
    case IN_ITEM:
        dbc_reader_end_item(r);
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

/* Takes text, white space and CDATA sections.  Text outside of fields is dropped. */
static void on_text(void *ctx, const xmlChar *text, int len)
{
    struct dbc_reader *r = ctx;

    r->parser.quiet = 0;
    if (r->place == IN_VALUE || r->place == IN_ITEM) {
        dbc_reader_add_text(r, text, (size_t)len);
    } else if (r->place == IN_EXTRA && dbc_xml_extra_text(&r->extra, dbc_reader_str(text),
                                                          (size_t)len, &r->parser.error) != 0) {
        dbc_xml_stop_at_error(&r->parser);
    }
}

static void on_comment(void *ctx, const xmlChar *text)
{
    aside(ctx, (const char *const[]){ "<!--", dbc_reader_str(text), "-->", NULL });
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data)
{
    const char *text = data == NULL ? "" : dbc_reader_str(data);

    aside(ctx, (const char *const[]){ "<?", dbc_reader_str(target), text[0] == '\0' ? "" : " ",
                                      text, "?>", NULL });
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

/* Fails when no record can be used; warns when some can, but the file is damaged. */
static int judge(struct dbc_reader *r, struct dbc_error *err)
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
    if (r->parser.warnings.fn != NULL) { /* not through dbc_warn, whose limit may be reached */
        dbc_error_clear(&warning);
        dbc_fail_at(&warning, r->parser.error.code, r->parser.error.file, r->parser.error.line,
                    r->parser.error.column, "%.800s; the whole records before it (%zu) are used",
                    r->parser.error.text, n);
        warning.sys_errno = r->parser.error.sys_errno;
        r->parser.warnings.fn(r->parser.warnings.ctx, &warning);
    }
    return 0;
}

/* Reads all records of r->parser.input. */
static struct dbc_db *read_input(struct dbc_reader *r, dbc_warning_fn *warn_fn, void *warn_ctx,
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

static struct dbc_reader *new_reader(struct dbc_error *err)
{
    struct dbc_reader *r = calloc(1, sizeof *r);

    if (r == NULL) {
        dbc_fail_nomem(err);
    }
    return r;
}

static void free_reader(struct dbc_reader *r)
{
    dbc_buf_release(&r->values);
    dbc_xml_extra_release(&r->extra);
    free(r->items);
    free(r);
}

struct dbc_db *dbc_xml_read_file(const char *path, dbc_warning_fn *warn_fn, void *ctx,
                                 struct dbc_error *err)
{
    struct dbc_reader *r = new_reader(err);
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
    struct dbc_reader *r = new_reader(err);
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
    struct dbc_reader *r = new_reader(err);
    struct dbc_db *db = NULL;

    if (r == NULL) {
        return NULL;
    }
    dbc_xml_input_stream(&r->parser.input, stream);
    db = read_input(r, warn_fn, ctx, err);
    free_reader(r);
    return db;
}

void dbc_xml_settle(void)
{
    xmlInitParser();
}
