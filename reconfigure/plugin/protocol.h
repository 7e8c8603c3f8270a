/* protocol.h - what XAPI and a plugin say to each other: a request in argv[1], one XML-RPC document
 * as answer, whether all went well or not.  What the functions do is elsewhere (update.h). */
#ifndef IFR_PLUGIN_PROTOCOL_H
#define IFR_PLUGIN_PROTOCOL_H

#include "base/buf.h"
#include "base/log.h"
#include "base/strvec.h"

/* What a function answers: a text, or a failure's code and its parameters. */
struct ifr_reply {
    struct dbc_buf value;
    struct dbc_strvec failure;
};

#define IFR_REPLY_INIT                                                                             \
    {                                                                                              \
        .value = DBC_BUF_INIT, .failure = DBC_STRVEC_INIT                                          \
    }
void ifr_reply_release(struct ifr_reply *reply);

/* 0: reply->value.  -1: reply->failure, or when that is empty *err, which then becomes
 * XENAPI_PLUGIN_FAILURE with the function's name, the kind of the error and its text. */
typedef int ifr_plugin_fn(void *ctx, const char *session, struct ifr_reply *reply,
                          struct dbc_error *err);

struct ifr_plugin_function {
    const char *name; /* NULL ends a table */
    ifr_plugin_fn *call;
};

/* Calls the function that `request` names and appends the response to `document`, with a newline:
 * Success or Failure, and Failure too for a request that is none and for a function that does not
 * exist (UNKNOWN_XENAPI_PLUGIN_FUNCTION).  Failures are logged; the session never is. */
void ifr_plugin_dispatch(const struct ifr_plugin_function *functions, void *ctx,
                         const char *request, const struct dbc_log *log, struct dbc_buf *document);

/* The whole response of a plugin that is out of memory: what to print when `document` has failed.
 */
extern const char ifr_plugin_no_memory[];

#endif
