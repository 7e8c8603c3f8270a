/* value.h - an XML-RPC answer, from its bytes to values, as they come: nothing is kept.
 *
 * repair.c mends the bytes, libxml2 reads the XML, this parser the structure, and a sink gets the
 * values in the order of the answer: response.h takes the envelope off, records.h makes records of
 * the rest, tree.h a small tree.  All spellings that a release of XAPI has used are taken (untyped
 * text, <value/>, <string/>, i4, i8, ...).  Hardened: no DTD, no entities but the five, no network.
 */
#ifndef DBC_XAPI_VALUE_H
#define DBC_XAPI_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Elements within each other; a record with a list takes 17. */
#define DBC_XAPI_DEPTH_MAX 48

enum dbc_xapi_kind {
    DBC_XAPI_STRING, /* also an untyped value: a number, an enumeration, a reference */
    DBC_XAPI_INT,
    DBC_XAPI_BOOL, /* the text is "1" or "0" */
    DBC_XAPI_DOUBLE,
    DBC_XAPI_DATE,
    DBC_XAPI_BASE64,
    DBC_XAPI_NIL, /* no value; the text is "" */
    DBC_XAPI_ARRAY,
    DBC_XAPI_STRUCT
};

const char *dbc_xapi_kind_name(enum dbc_xapi_kind kind);

/* What a member() may answer. */
#define DBC_XAPI_WANTED 0
#define DBC_XAPI_SKIP 1 /* its value is read over, whatever it is and however long */

/* Where values go.  Each function returns -1 with *err to stop.  Texts are NUL-terminated and valid
 * during the call. */
struct dbc_xapi_sink {
    int (*open)(void *ctx, enum dbc_xapi_kind kind, struct dbc_error *err); /* ARRAY or STRUCT */
    /* The name of the value that follows, within a STRUCT. */
    int (*member)(void *ctx, const char *name, size_t len, struct dbc_error *err);
    int (*scalar)(void *ctx, enum dbc_xapi_kind kind, const char *text, size_t len,
                  struct dbc_error *err);
    int (*close)(void *ctx, struct dbc_error *err); /* of the innermost open one */
};

struct dbc_xapi_parser;

/* `what` stands in messages for a file's name; it, the sink and `ctx` are borrowed. */
struct dbc_xapi_parser *dbc_xapi_parser_new(const char *what, const struct dbc_xapi_sink *sink,
                                            void *ctx, struct dbc_error *err);
/* The next bytes of the answer, any number.  DBC_EPARSE says where and what; DBC_ELIMIT:
 * DBC_XAPI_DEPTH_MAX, or a wanted text of more than DBC_LIMIT_TEXT_BYTES; or what the sink says.
 * After a failure every further call fails, with *err as it is. */
int dbc_xapi_parser_add(struct dbc_xapi_parser *parser, const char *data, size_t len,
                        struct dbc_error *err);
/* The answer is complete: DBC_EPARSE when the XML is not. */
int dbc_xapi_parser_end(struct dbc_xapi_parser *parser, struct dbc_error *err);
/* Whether the values are those of a <fault>. */
bool dbc_xapi_parser_in_fault(const struct dbc_xapi_parser *parser);
void dbc_xapi_parser_free(struct dbc_xapi_parser *parser);

#endif
