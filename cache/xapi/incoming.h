/* incoming.h - a call that XAPI makes to one of its plugins: the request in the plugin's argv[1].
 * The other direction of this folder; what it shares with the rest is XML-RPC and its spellings. */
#ifndef DBC_XAPI_INCOMING_H
#define DBC_XAPI_INCOMING_H

#include "base/buf.h"

/* A whole request.  Linux takes no longer argument. */
#define DBC_XAPI_INCOMING_MAX (128u * 1024)

struct dbc_xapi_incoming {
    struct dbc_buf method;
    struct dbc_buf session; /* a reference, as it came: a credential */
};

#define DBC_XAPI_INCOMING_INIT                                                                     \
    {                                                                                              \
        .method = DBC_BUF_INIT, .session = DBC_BUF_INIT                                            \
    }

/* Reads <methodCall>: a method, a session as first parameter, a map as second, whose contents
 * nobody here wants.  Strings may be typed or not, blanks may stand between tags. -1: DBC_ELIMIT,
 * DBC_EPARSE (says what is missing), DBC_ENOMEM; `call->method` is there as soon as that much could
 * be read.  No error shows the session. */
int dbc_xapi_incoming_read(struct dbc_xapi_incoming *call, const char *text, struct dbc_error *err);
void dbc_xapi_incoming_release(struct dbc_xapi_incoming *call); /* as DBC_XAPI_INCOMING_INIT */

#endif
