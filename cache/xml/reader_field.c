/* reader_field.c - makes the text between tags the value of a field, an item of a list or a pair of
 * a map (reader_priv.h). */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "base/limits.h"
#include "base/valid.h"
#include "xml/reader_priv.h"

const struct dbc_field *dbc_reader_field(struct dbc_reader *r, const xmlChar *name)
{
    struct dbc_reader_guess *guess = &r->guesses[r->rec->class_][r->position % DBC_READER_FIELDS];

    r->position++;
    if (guess->name != name) {
        guess->name = name;
        guess->field = dbc_schema_field(r->rec->class_, dbc_reader_str(name));
    }
    return guess->field;
}

void dbc_reader_start_text(struct dbc_reader *r)
{
    r->text_len = 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void dbc_reader_add_text(struct dbc_reader *r, const xmlChar *text, size_t len)
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

/* Whether the text may have a control character.  It looks at eight bytes at a time, since every
 * text of a file comes through here; it may say yes wrongly, but never no.  Blanks fill the last
 * eight; the NUL at the end is put back. */
static bool may_have_control(char *text, size_t len)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    uint64_t found = 0;

    memset(text + len, ' ', DBC_READER_PAD);
    for (size_t i = 0; i < len; i += sizeof found) {
        uint64_t w = 0;
        memcpy(&w, text + i, sizeof w);
        found |= ((w - ones * 0x20) & ~w) | ((w ^ ones * 0x7f) - ones);
    }
    text[len] = '\0';
    return (found & tops) != 0;
}

const char *dbc_reader_trim_text(struct dbc_reader *r)
{
    while (r->text_len > 0 && is_space(r->text[r->text_len - 1])) {
        r->text_len--;
    }
    r->text[r->text_len] = '\0';
    return r->text;
}

static const char *end_text(struct dbc_reader *r)
{
    dbc_reader_trim_text(r);
    if (may_have_control(r->text, r->text_len) && !dbc_valid_text(r->text)) {
        dbc_xml_warn(&r->parser, "expected text without control characters in <%s>, found '%.200s'",
                     r->field->name, r->text);
    }
    return r->text;
}

void dbc_reader_end_value(struct dbc_reader *r)
{
    const char *text = end_text(r);
    bool ok = true;
    int status =
        dbc_record_set_trimmed(r->db, r->rec, r->field, text, r->text_len, &ok, &r->parser.error);

    if (status != 0) {
        dbc_xml_stop_at_error(&r->parser);
    } else if (!ok) {
        dbc_xml_warn(&r->parser, "expected %s in <%s>, found '%.200s'",
                     r->field->kind == DBC_KIND_BOOL ? "True or False" : "a number", r->field->name,
                     text);
    }
}

void dbc_reader_start_item(struct dbc_reader *r, const xmlChar *name)
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
    r->items[r->n_items++] = (struct dbc_reader_item){ dbc_reader_str(name), r->values.len };
    r->place = IN_ITEM;
    dbc_reader_start_text(r);
}

void dbc_reader_end_item(struct dbc_reader *r)
{
    const char *text = end_text(r);

    dbc_buf_add(&r->values, text, r->text_len + 1);
    if (r->values.failed) {
        dbc_xml_stop(&r->parser, DBC_ENOMEM, "out of memory");
    }
}

static int set_list(struct dbc_reader *r)
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

static int set_map(struct dbc_reader *r)
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

void dbc_reader_start_list(struct dbc_reader *r)
{
    r->place = IN_LIST;
    r->n_items = 0;
    dbc_buf_clear(&r->values);
}

void dbc_reader_end_list(struct dbc_reader *r)
{
    int status = r->field->kind == DBC_KIND_MAP ? set_map(r) : set_list(r);

    if (status != 0) {
        dbc_xml_stop_at_error(&r->parser);
    }
}
