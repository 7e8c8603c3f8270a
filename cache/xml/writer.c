/* writer.c - makes canonical network.dbcache text from the schema's table (writer.h).  base/file.c
 * replaces the file. */
#include "xml/writer.h"

#include <stdio.h>
#include <string.h>

#include <libxml/parserInternals.h>
#include <libxml/valid.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/valid.h"

#define FILE_MODE 0644

/* ---- Text --------------------------------------------------------------------------------- */

/* Returns the entity or reference for a byte, or NULL when it is written as it is. */
static const char *entity(char c, bool layout)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&apos;";
    case '\r':
        return "&#13;";
    case '\n':
        return layout ? NULL : "&#10;";
    case '\t':
        return layout ? NULL : "&#9;";
    default:
        return NULL;
    }
}

/* ASCII that is always written as it is: nearly all of a cache. */
static const bool plain[256] = {
    [' ' ... '!'] = true, ['#' ... '%'] = true, ['(' ... ';'] = true,
    ['='] = true,         ['?' ... '~'] = true,
};

/* Returns the bytes of the character at `text` if XML allows it, else 0. */
static size_t xml_char(const char *text)
{
    unsigned char c = (unsigned char)*text;
    size_t n = 1;

    if (c < 0x20) {
        return c == '\t' || c == '\n' || c == '\r';
    }
    if (c >= 0x80) {
        n = dbc_utf8_length(text);
        if (n == 3 && c == 0xef && (unsigned char)text[1] == 0xbf &&
            (unsigned char)text[2] >= 0xbe) {
            n = 0; /* U+FFFE, U+FFFF */
        }
    }
    return n;
}

void dbc_xml_escape(struct dbc_buf *out, const char *text, size_t len, bool layout)
{
    size_t start = 0, at = 0;

    while (at < len) {
        size_t n = 1;
        const char *instead = NULL;
        if (plain[(unsigned char)text[at]]) {
            at++;
            continue;
        }
        n = xml_char(text + at);
        instead = n == 0 ? "\xef\xbf\xbd" : entity(text[at], layout);
        if (instead != NULL) {
            dbc_buf_add(out, text + start, at - start);
            dbc_buf_adds(out, instead);
            start = at + 1;
        }
        at += n == 0 ? 1 : n;
    }
    dbc_buf_add(out, text + start, len - start);
}

static void add_tabs(struct dbc_buf *out, unsigned n)
{
    dbc_buf_add(out, "\t\t\t\t", n);
}

static void add_element(struct dbc_buf *out, unsigned tabs, const char *name, const char *text)
{
    add_tabs(out, tabs);
    dbc_buf_addc(out, '<');
    dbc_buf_adds(out, name);
    dbc_buf_addc(out, '>');
    dbc_xml_escape(out, text, strlen(text), false);
    dbc_buf_adds(out, "</");
    dbc_buf_adds(out, name);
    dbc_buf_adds(out, ">\n");
}

static void add_tag(struct dbc_buf *out, unsigned tabs, const char *before, const char *name,
                    const char *after)
{
    add_tabs(out, tabs);
    dbc_buf_adds(out, before);
    dbc_buf_adds(out, name);
    dbc_buf_adds(out, after);
}

/* ---- Fields ------------------------------------------------------------------------------- */

static void add_extras(struct dbc_buf *out, unsigned tabs, const struct dbc_extras *extras,
                       const struct dbc_field *field)
{
    for (const struct dbc_extra *e = extras->first; e != NULL; e = e->next) {
        if (e->field == field) {
            add_tag(out, tabs, e->xml, "\n", "");
        }
    }
}

/* Whether a key can be an element's name.  One with a colon would need a namespace. */
static bool is_name(const char *key)
{
    return strchr(key, ':') == NULL && strlen(key) <= XML_MAX_NAME_LENGTH &&
           xmlValidateNameValue((const xmlChar *)key) == 1;
}

static void add_refs(struct dbc_buf *out, const struct dbc_refs *refs,
                     const struct dbc_field *field)
{
    for (size_t i = 0; i < refs->n; i++) {
        add_element(out, 3, field->item, refs->v[i]);
    }
}

static void add_map(struct dbc_buf *out, const struct dbc_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        if (is_name(map->v[i].key)) {
            add_element(out, 3, map->v[i].key, map->v[i].value);
        }
    }
}

/* Writes a list or map; when it has nothing inside, its start tag is made an empty element's. */
static void add_many(struct dbc_buf *out, const struct dbc_record *rec,
                     const struct dbc_field *field)
{
    const void *value = dbc_field_of(rec, field);
    size_t start = out->len, inside = 0;

    add_tag(out, 2, "<", field->name, ">\n");
    inside = out->len;
    if (field->kind == DBC_KIND_REFS) {
        add_refs(out, value, field);
    } else {
        add_map(out, value);
    }
    add_extras(out, 3, &rec->extras, field);
    if (out->len > inside) {
        add_tag(out, 2, "</", field->name, ">\n");
    } else if (!out->failed) {
        out->len = start;
        add_tag(out, 2, "<", field->name, "/>\n");
    }
}

static void add_field(struct dbc_buf *out, const struct dbc_record *rec,
                      const struct dbc_field *field)
{
    const char *text = dbc_field_text(rec, field);

    if (text == NULL) {
        add_many(out, rec, field);
    } else {
        add_element(out, 2, field->name, text);
    }
}

static bool is_written(const struct dbc_record *rec, const struct dbc_field *field)
{
    return (field->flags & DBC_FIELD_OPTIONAL) == 0 || dbc_record_has(rec, field);
}

static void add_record(struct dbc_buf *out, const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    add_tag(out, 1, "<", info->name, " ref=\"");
    dbc_xml_escape(out, rec->ref, strlen(rec->ref), false);
    dbc_buf_adds(out, "\">\n");
    for (size_t i = 0; i < info->n_fields; i++) {
        if (is_written(rec, &info->fields[i])) {
            add_field(out, rec, &info->fields[i]);
        }
    }
    add_extras(out, 2, &rec->extras, NULL);
    add_tag(out, 1, "</", info->name, ">\n");
}

/* ---- Files -------------------------------------------------------------------------------- */

int dbc_xml_format(const struct dbc_db *db, struct dbc_buf *out, struct dbc_error *err)
{
    dbc_buf_adds(out, "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n");
    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        for (size_t i = 0; i < db->of[class_].n; i++) {
            add_record(out, db->of[class_].v[i]);
        }
    }
    add_extras(out, 1, &db->extras, NULL);
    dbc_buf_adds(out, "</xenserver-network-configuration>\n");
    return out->failed ? dbc_fail_nomem(err) : 0;
}

/* Whether the file has these bytes.  A file that cannot be read counts as different; replacing it
 * either succeeds or says why not. */
static bool holds(const char *path, const struct dbc_buf *text)
{
    struct dbc_buf old = DBC_BUF_INIT;
    bool same = dbc_file_read(path, DBC_LIMIT_FILE_BYTES, &old, NULL) == 0 &&
                old.len == text->len && memcmp(old.data, text->data, text->len) == 0;

    dbc_buf_release(&old);
    return same;
}

int dbc_xml_write_file(const struct dbc_db *db, const char *path, bool *changed_out,
                       struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    bool same = false;
    int status = dbc_xml_format(db, &text, err);

    if (status == 0) {
        same = holds(path, &text);
        if (!same) {
            status = dbc_file_replace(path, text.data, text.len, FILE_MODE, err);
        }
    }
    if (changed_out != NULL) {
        *changed_out = status == 0 && !same;
    }
    dbc_buf_release(&text);
    return status;
}

/* ---- What is not written ------------------------------------------------------------------ */

void dbc_xml_losses(const struct dbc_db *db, dbc_loss_fn *tell, void *ctx)
{
    const struct dbc_network *network = NULL;
    const struct dbc_pool *pool = dbc_db_pool(db);
    char what[64];

    if (tell == NULL) {
        return;
    }
    for (size_t i = 0; (network = dbc_db_network_at(db, i)) != NULL; i++) {
        if (network->purpose[0] != '\0') {
            snprintf(what, sizeof what, "network %s", network->bridge);
            tell(ctx, &(struct dbc_loss){ DBC_LOST, what, "purpose", network->purpose,
                                          "a cache has no purposes of networks" });
        }
    }
    if (pool != NULL && pool->igmp_snooping_enabled) {
        tell(ctx, &(struct dbc_loss){ DBC_LOST, "pool", "igmp_snooping_enabled", "true",
                                      "a cache does not say it: bridges made from one alone have "
                                      "no multicast snooping" });
    }
}
