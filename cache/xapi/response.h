/* response.h - the envelope of an answer: Status, and then Value or ErrorDescription, in whatever
 * order the server has them.  Value's own values go on to a sink. */
#ifndef DBC_XAPI_RESPONSE_H
#define DBC_XAPI_RESPONSE_H

#include "base/strvec.h"
#include "xapi/value.h"

/* Strings of an ErrorDescription that are kept. */
#define DBC_XAPI_FAILURE_MAX 16

struct dbc_xapi_response {
    const struct dbc_xapi_sink *sink; /* for Value; borrowed */
    void *ctx;
    const struct dbc_xapi_parser *parser; /* set before the first byte */
    struct dbc_strvec failure;            /* the code and its parameters; empty: success */
    enum dbc_xapi_part { DBC_PART_NONE, DBC_PART_STATUS, DBC_PART_VALUE, DBC_PART_FAILURE } part;
    size_t depth; /* open arrays and structs */
    bool succeeded, failed, has_value;
};

extern const struct dbc_xapi_sink dbc_xapi_response_sink;

void dbc_xapi_response_init(struct dbc_xapi_response *response, const struct dbc_xapi_sink *sink,
                            void *ctx);
/* After the parser's end: 0 when the answer was a success or a failure; DBC_EPARSE when it is
 * neither, or half of one. */
int dbc_xapi_response_end(const struct dbc_xapi_response *response, struct dbc_error *err);
void dbc_xapi_response_release(struct dbc_xapi_response *response);

#endif
