/* response.h - the envelope of an answer: a Status, and a Value or ErrorDescription, in any order;
 * or a fault.  The values of Value go to a sink. */
#ifndef DBC_XAPI_RESPONSE_H
#define DBC_XAPI_RESPONSE_H

#include "base/strvec.h"
#include "xapi/value.h"

/* The strings of an ErrorDescription that are kept; later ones are dropped. */
#define DBC_XAPI_FAILURE_MAX 16

struct dbc_xapi_response {
    const struct dbc_xapi_sink *sink; /* for Value; borrowed */
    void *ctx;
    const struct dbc_xapi_parser *parser; /* set before the first byte */
    struct dbc_strvec failure;            /* code and parameters, or faultCode and faultString */
    enum dbc_xapi_part { DBC_PART_NONE, DBC_PART_STATUS, DBC_PART_VALUE, DBC_PART_FAILURE } part;
    size_t depth; /* open arrays and structs */
    bool succeeded, failed, has_value;
};

/* ctx: a struct dbc_xapi_response.  DBC_EPARSE for what is no envelope; DBC_ENOMEM; or as the sink
 * for Value fails. */
extern const struct dbc_xapi_sink dbc_xapi_response_sink;

/* `sink` and `ctx`, which the sink gets, are borrowed.  The caller sets `parser`. */
void dbc_xapi_response_init(struct dbc_xapi_response *response, const struct dbc_xapi_sink *sink,
                            void *ctx);
/* To be called after the parser's end.  Returns 0 for a whole success, with `failure` empty, or a
 * whole failure; -1 with DBC_EPARSE otherwise. */
int dbc_xapi_response_end(const struct dbc_xapi_response *response, struct dbc_error *err);
void dbc_xapi_response_release(struct dbc_xapi_response *response);

#endif
