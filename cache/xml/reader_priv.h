/* reader_priv.h - what the two parts of the reader share: reader.c keeps the place in the document,
 * reader_field.c takes the values. */
#ifndef DBC_XML_READER_PRIV_H
#define DBC_XML_READER_PRIV_H

#include "base/buf.h"
#include "base/limits.h"
#include "model/database.h"
#include "xml/extra.h"
#include "xml/parser.h"

#define DBC_READER_FIELDS 64 /* at most, of one class */
#define DBC_READER_PAD 8     /* bytes behind a text, for its NUL and for blanks */

enum dbc_reader_place {
    OUTSIDE,
    IN_ROOT,
    IN_RECORD,
    IN_VALUE,
    IN_LIST,
    IN_ITEM,
    IN_EXTRA,
    IN_SKIPPED
};

/* The name and the field of the element at this position of the previous record of the class.  It
 * is a good guess: producers write fields in one order, and libxml2 gives equal names the same
 * address. */
struct dbc_reader_guess {
    const xmlChar *name;
    const struct dbc_field *field;
};

struct dbc_reader_item {
    const char *key; /* NULL in a list */
    size_t at;       /* of its text in `values` */
};

struct dbc_reader {
    struct dbc_xml_parser parser; /* first: see parser.h */
    struct dbc_db *db;

    enum dbc_reader_place place;
    enum dbc_reader_place after; /* IN_EXTRA, IN_SKIPPED: the place to return to */
    unsigned outer_depth;        /* at the end of the element of this depth */
    struct dbc_record *rec;
    const struct dbc_field *field;
    struct dbc_reader_guess guesses[DBC_N_CLASSES][DBC_READER_FIELDS];
    size_t position; /* of the next field in its record */

    size_t text_len;       /* of `text`: the current value or item */
    struct dbc_buf values; /* the texts of the current list or map, a NUL after each */
    struct dbc_reader_item *items;
    size_t n_items, cap_items;

    struct dbc_xml_extra extra; /* the current unknown element, comment or instruction */
    char text[DBC_LIMIT_TEXT_BYTES + DBC_READER_PAD];
};

static inline const char *dbc_reader_str(const xmlChar *text)
{
    return (const char *)text;
}

/* ---- reader_field.c: a failure is in the parser's error and stops the parser ---------------- */

/* Returns the field of the current record that has this element's name, or NULL. */
const struct dbc_field *dbc_reader_field(struct dbc_reader *r, const xmlChar *name);
/* Collect the text of a value or item in pieces; trimming it removes white space around it. */
void dbc_reader_start_text(struct dbc_reader *r);
void dbc_reader_add_text(struct dbc_reader *r, const xmlChar *text, size_t len);
const char *dbc_reader_trim_text(struct dbc_reader *r);
/* Set the current field to the value, or to the list or map, that was collected. */
void dbc_reader_end_value(struct dbc_reader *r);
void dbc_reader_start_item(struct dbc_reader *r, const xmlChar *name);
void dbc_reader_end_item(struct dbc_reader *r);
void dbc_reader_start_list(struct dbc_reader *r);
void dbc_reader_end_list(struct dbc_reader *r);

#endif
