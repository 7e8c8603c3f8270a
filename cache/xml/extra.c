/* extra.c - XML text of what the schema does not know (extra.h).  Entities, CDATA and empty
 * elements get one spelling; layout inside is kept.  reader.c fills it, writer.c writes it back. */
#include "xml/extra.h"

#include <string.h>

#include "xml/limits.h"
#include "xml/writer.h"

static const xmlChar XMLNS[] = "xmlns";

static const char *str(const xmlChar *text)
{
    return (const char *)text;
}

static void close_tag(struct dbc_xml_extra *x)
{
    if (x->tag_open) {
        dbc_buf_addc(&x->xml, '>');
        x->tag_open = false;
    }
}

/* Checks the limits after an addition at `start`, which may have `max` bytes. */
static int check(const struct dbc_xml_extra *x, size_t start, size_t max, struct dbc_error *err)
{
    if (x->xml.failed) {
        return dbc_fail_nomem(err);
    }
    if (x->xml.len - start > max) {
        return dbc_fail(err, DBC_ELIMIT,
                        "expected a tag or comment of at most %zu bytes, found more", max);
    }
    if (x->total + x->xml.len > DBC_LIMIT_EXTRA_BYTES) {
        return dbc_fail(err, DBC_ELIMIT,
                        "expected at most %u bytes of unknown elements and comments, found more",
                        DBC_LIMIT_EXTRA_BYTES);
    }
    return 0;
}

static void add_name(struct dbc_buf *xml, const xmlChar *prefix, const xmlChar *name)
{
    if (prefix != NULL) {
        dbc_buf_adds(xml, str(prefix));
        dbc_buf_addc(xml, ':');
    }
    dbc_buf_adds(xml, str(name));
}

static void add_attribute(struct dbc_buf *xml, const xmlChar *prefix, const xmlChar *name,
                          const xmlChar *value, size_t len)
{
    dbc_buf_addc(xml, ' ');
    add_name(xml, prefix, name);
    dbc_buf_adds(xml, "=\"");
    dbc_xml_escape(xml, str(value), len, false);
    dbc_buf_addc(xml, '"');
}

/* Adds the declaration of one namespace; pairs[0] is its prefix, pairs[1] its URI. */
static void add_namespace(struct dbc_buf *xml, const xmlChar *const *pairs)
{
    const xmlChar *uri = pairs[1] == NULL ? XMLNS + 5 : pairs[1];

    add_attribute(xml, pairs[0] == NULL ? NULL : XMLNS, pairs[0] == NULL ? XMLNS : pairs[0], uri,
                  strlen(str(uri)));
}

static bool is_shadowed(const xmlChar *const *pairs, int i, int n)
{
    for (int j = i + 2; j < n; j += 2) {
        if (pairs[j] == pairs[i]) {
            return true;
        }
    }
    return false;
}

int dbc_xml_extra_start(struct dbc_xml_extra *x, const struct dbc_xml_tag *tag,
                        struct dbc_error *err)
{
    const xmlChar *const *pairs = (const xmlChar *const *)tag->namespaces;
    size_t start = x->xml.len;

    close_tag(x);
    dbc_buf_addc(&x->xml, '<');
    add_name(&x->xml, tag->prefix, tag->name);
    for (int i = 0; i < tag->n_namespaces; i++) {
        if (!is_shadowed(pairs, 2 * i, 2 * tag->n_namespaces)) {
            add_namespace(&x->xml, pairs + 2 * i);
        }
    }
    for (int i = 0; i < tag->n_attributes; i++) {
        const xmlChar **a = tag->attributes + 5 * i;
        add_attribute(&x->xml, a[1], a[0], a[3], (size_t)(a[4] - a[3]));
    }
    x->tag_open = true;
    return check(x, start, DBC_LIMIT_EXTRA_TOKEN, err);
}

int dbc_xml_extra_text(struct dbc_xml_extra *x, const char *text, size_t len, struct dbc_error *err)
{
    if (len == 0) {
        return 0;
    }
    close_tag(x);
    dbc_xml_escape(&x->xml, text, len, true);
    return check(x, 0, SIZE_MAX, err);
}

int dbc_xml_extra_end(struct dbc_xml_extra *x, const struct dbc_xml_tag *tag, struct dbc_error *err)
{
    if (x->tag_open) {
        dbc_buf_adds(&x->xml, "/>");
        x->tag_open = false;
    } else {
        dbc_buf_adds(&x->xml, "</");
        add_name(&x->xml, tag->prefix, tag->name);
        dbc_buf_addc(&x->xml, '>');
    }
    return check(x, 0, SIZE_MAX, err);
}

int dbc_xml_extra_aside(struct dbc_xml_extra *x, const char *const *pieces, struct dbc_error *err)
{
    size_t start = x->xml.len;

    close_tag(x);
    for (; *pieces != NULL; pieces++) {
        dbc_buf_adds(&x->xml, *pieces);
    }
    return check(x, start, DBC_LIMIT_EXTRA_TOKEN, err);
}

void dbc_xml_extra_next(struct dbc_xml_extra *x)
{
    x->total += x->xml.len;
    dbc_buf_clear(&x->xml);
    x->tag_open = false;
}

void dbc_xml_extra_release(struct dbc_xml_extra *x)
{
    dbc_buf_release(&x->xml);
}
