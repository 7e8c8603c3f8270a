/* call.h - one call as XML-RPC: the text of its request, and what its answer says.  Between the
 * parser and transport.c or exchange.c, which move the bytes. */
#ifndef DBC_XAPI_CALL_H
#define DBC_XAPI_CALL_H

#include "base/buf.h"
#include "xapi/response.h"

/* Appends the request for `method` with `session` (NULL: without one) and then `params`, strings
 * ended by NULL (NULL: none).  Returns 0, or -1: DBC_EINVAL for a parameter that is not valid text,
 * DBC_ENOMEM. */
int dbc_xapi_format(struct dbc_buf *out, const char *method, const char *session,
                    const char *const *params, struct dbc_error *err);
/* The same for event.from: what happened to records of `classes` (ended by NULL) since `token`; ""
 * asks for all records.  XAPI answers after `seconds` at the latest. */
int dbc_xapi_format_events(struct dbc_buf *out, const char *session, const char *const *classes,
                           const char *token, unsigned seconds, struct dbc_error *err);
/* Overwrites and releases a request, which has a credential in it. */
void dbc_xapi_forget(struct dbc_buf *request);

/* An answer while it comes.  It must not move. */
struct dbc_xapi_answer {
    struct dbc_xapi_parser *parser;
    struct dbc_xapi_response response;
};

/* `method`, the sink and `ctx` are borrowed.  Returns 0, or -1 with DBC_ENOMEM;
 * dbc_xapi_answer_release must follow in any case. */
int dbc_xapi_answer_begin(struct dbc_xapi_answer *answer, const char *method,
                          const struct dbc_xapi_sink *sink, void *ctx, struct dbc_error *err);
/* Adds the next bytes of the body, as a dbc_xapi_body_fn whose ctx is a struct dbc_xapi_answer.
 * Errors as dbc_xapi_parser_add. */
int dbc_xapi_answer_add(void *answer, const char *data, size_t len, struct dbc_error *err);
/* Ends the answer.  Returns 0, and response.failure has what XAPI refused with, or is empty; or -1
 * as dbc_xapi_parser_end and dbc_xapi_response_end. */
int dbc_xapi_answer_end(struct dbc_xapi_answer *answer, struct dbc_error *err);
void dbc_xapi_answer_release(struct dbc_xapi_answer *answer);

/* Returns -1 with DBC_ECOMMAND: the code and parameters of `failure`, without the reference of
 * `session` ("": none).  A code SESSION_... is shown without parameters. */
int dbc_xapi_refused(const struct dbc_strvec *failure, const char *session, const char *method,
                     struct dbc_error *err);

#endif
