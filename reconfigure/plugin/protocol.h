/* protocol.h - how XAPI and a plugin talk: the request is in argv[1], and the answer, a success or
 * a failure, is one XML-RPC document on standard output.  update.h has the functions. */
#ifndef IFR_PLUGIN_PROTOCOL_H
#define IFR_PLUGIN_PROTOCOL_H

#include "base/buf.h"
#include "base/log.h"
#include "base/strvec.h"

/* The answer of a function: a text, or the code of a failure and its parameters. */
struct ifr_reply {
    struct dbc_buf value;
    struct dbc_strvec failure;
};

void ifr_reply_release(struct ifr_reply *reply);

/* Returns 0 with reply->value, or -1 with reply->failure.  When that is empty, *err becomes
 * XENAPI_PLUGIN_FAILURE with the function's name, the class of the error and its text. */
typedef int ifr_plugin_fn(void *ctx, const char *session, struct ifr_reply *reply,
                          struct dbc_error *err);

struct ifr_plugin_function {
    const char *name; /* NULL ends a table */
    ifr_plugin_fn *call;
};

/* Calls the function that `request` names and appends the response, Success or Failure, to
 * `document`, with a newline.  A request that cannot be read is a Failure, and so is an unknown
 * function (UNKNOWN_XENAPI_PLUGIN_FUNCTION).  Failures are logged; the session never is. `document`
 * is `failed` when memory ran out. */
void ifr_plugin_dispatch(const struct ifr_plugin_function *functions, void *ctx,
                         const char *request, const struct dbc_log *log, struct dbc_buf *document);

/* The whole response of a plugin that is out of memory, to print when `document` is `failed`. */
extern const char ifr_plugin_no_memory[];

#endif
