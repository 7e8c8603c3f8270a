/* tags.h - the elements of an XML-RPC answer: their names, by which repair.c knows a tag, and which
 * of them may contain which, for value.c. */
#ifndef DBC_XAPI_TAGS_H
#define DBC_XAPI_TAGS_H

#include <stdbool.h>
#include <stddef.h>

enum dbc_xapi_tag {
    DBC_TAG_NONE, /* no such element; as a parent: the document itself */
    DBC_TAG_VALUE,
    DBC_TAG_MEMBER,
    DBC_TAG_NAME,
    DBC_TAG_STRUCT,
    DBC_TAG_ARRAY,
    DBC_TAG_DATA,
    DBC_TAG_STRING, /* from here to nil: scalars */
    DBC_TAG_INT,    /* int, i4, i8 */
    DBC_TAG_BOOLEAN,
    DBC_TAG_DOUBLE,
    DBC_TAG_DATE,
    DBC_TAG_BASE64,
    DBC_TAG_NIL,
    DBC_TAG_RESPONSE,
    DBC_TAG_PARAMS,
    DBC_TAG_PARAM,
    DBC_TAG_FAULT,
    DBC_N_TAGS
};

/* Returns the element of this name, or DBC_TAG_NONE. */
enum dbc_xapi_tag dbc_xapi_tag_find(const char *name);
/* Looks for an element's name at the start of a text, with a `>`, `/` or blank after it.  Returns
 * its length, and *tag_out; 0 when there is none; -1 when `len` bytes are too few to tell.  A NUL
 * must follow them. */
int dbc_xapi_tag_match(const char *text, size_t len, enum dbc_xapi_tag *tag_out);
const char *dbc_xapi_tag_name(enum dbc_xapi_tag tag); /* "document" for DBC_TAG_NONE */
/* Whether XML-RPC allows `child` in `parent`. */
bool dbc_xapi_tag_allows(enum dbc_xapi_tag parent, enum dbc_xapi_tag child);

#endif
