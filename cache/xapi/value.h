/* value.h - parses an XML-RPC answer into values as its bytes come, and keeps nothing.
 *
 * repair.c mends the bytes, libxml2 reads the XML, this parser reads the structure, and a sink gets
 * the values in the order of the answer: response.h takes the envelope off, then records.h, brief.h
 * or tree.h keeps what is wanted.  The parser accepts all spellings that a release of XAPI has used
 * (untyped text, <value/>, <string/>, i4, i8, ...).  Hardened: no DTD, no entities but the five, no
 * network.
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
    DBC_XAPI_BOOL, /* the text should be "1" or "0" */
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
#define DBC_XAPI_SKIP 1 /* its value is skipped, whatever it is and however long */

/* Where values go.  Each function returns 0, or -1 with *err to stop.  Texts are NUL-terminated and
 * valid during the call. */
struct dbc_xapi_sink {
    int (*open)(void *ctx, enum dbc_xapi_kind kind, struct dbc_error *err); /* ARRAY or STRUCT */
    /* The name of the value that follows, within a STRUCT. */
    int (*member)(void *ctx, const char *name, size_t len, struct dbc_error *err);
    int (*scalar)(void *ctx, enum dbc_xapi_kind kind, const char *text, size_t len,
                  struct dbc_error *err);
    int (*close)(void *ctx, struct dbc_error *err); /* of the innermost open one */
};

struct dbc_xapi_parser;

/* `what` takes the place of a file's name in messages; it, the sink and `ctx` are borrowed.  NULL:
 * DBC_ENOMEM. */
struct dbc_xapi_parser *dbc_xapi_parser_new(const char *what, const struct dbc_xapi_sink *sink,
                                            void *ctx, struct dbc_error *err);
/* Adds the next bytes of the answer, any number.  Returns 0, or -1: DBC_EPARSE with line and
 * column; DBC_ELIMIT for DBC_XAPI_DEPTH_MAX, or a wanted text of more than DBC_LIMIT_TEXT_BYTES;
 * DBC_ENOMEM; or as the sink fails.  After a failure every further call fails and leaves *err as
 * it is. */
int dbc_xapi_parser_add(struct dbc_xapi_parser *parser, const char *data, size_t len,
                        struct dbc_error *err);
/* To be called at the end of the answer.  Errors as dbc_xapi_parser_add; DBC_EPARSE also when the
 * answer is not complete. */
int dbc_xapi_parser_end(struct dbc_xapi_parser *parser, struct dbc_error *err);
/* Whether the answer is a <fault>. */
bool dbc_xapi_parser_in_fault(const struct dbc_xapi_parser *parser);
void dbc_xapi_parser_free(struct dbc_xapi_parser *parser);

#endif
