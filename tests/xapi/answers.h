/* answers.h - for tests of XAPI's parsers: feeds an answer in pieces of any size to the parser and
 * the envelope, and prints a value as a short text. */
#ifndef TESTS_XAPI_ANSWERS_H
#define TESTS_XAPI_ANSWERS_H

#include <string.h>

#include "base/buf.h"
#include "xapi/response.h"
#include "xapi/tree.h"

/* 0 when the answer is whole and a success or a failure; `response` is released by the caller. */
static inline int answer_feed(const char *data, size_t len, size_t piece,
                              const struct dbc_xapi_sink *sink, void *ctx,
                              struct dbc_xapi_response *response, struct dbc_error *err)
{
    struct dbc_xapi_parser *parser = NULL;
    int rc = 0;

    dbc_xapi_response_init(response, sink, ctx);
    parser = dbc_xapi_parser_new("answer", &dbc_xapi_response_sink, response, err);
    if (parser == NULL) {
        return -1;
    }
    response->parser = parser;
    for (size_t at = 0; rc == 0 && at < len; at += piece) {
        rc = dbc_xapi_parser_add(parser, data + at, len - at < piece ? len - at : piece, err);
    }
    rc = rc == 0 ? dbc_xapi_parser_end(parser, err) : rc;
    rc = rc == 0 ? dbc_xapi_response_end(response, err) : rc;
    dbc_xapi_parser_free(parser);
    return rc;
}

/* 'text', i:1, b:1, d:, t:, 64:, nil, [..], {name=..} */
static inline void answer_show(const struct dbc_xapi_value *value, struct dbc_buf *out)
{
    static const char *const marks[] = { "", "i:", "b:", "d:", "t:", "64:", "nil" };

    for (; value != NULL; value = value->next) {
        if (value->name[0] != '\0') {
            dbc_buf_addf(out, "%s=", value->name);
        }
        if (value->kind == DBC_XAPI_ARRAY || value->kind == DBC_XAPI_STRUCT) {
            dbc_buf_adds(out, value->kind == DBC_XAPI_ARRAY ? "[" : "{");
            answer_show(value->first, out);
            dbc_buf_adds(out, value->kind == DBC_XAPI_ARRAY ? "]" : "}");
        } else {
            dbc_buf_addf(out, "%s'%s'", marks[value->kind], value->text);
        }
        dbc_buf_adds(out, value->next != NULL ? "," : "");
    }
}

#endif
