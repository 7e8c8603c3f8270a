/* incoming.h - a call that XAPI makes to one of its plugins: the XML-RPC request in the plugin's
 * argv[1].  The rest of this folder calls XAPI. */
#ifndef DBC_XAPI_INCOMING_H
#define DBC_XAPI_INCOMING_H

#include "base/buf.h"

/* Bytes of a request.  Linux allows no longer argument. */
#define DBC_XAPI_INCOMING_MAX (128u * 1024)

struct dbc_xapi_incoming {
    struct dbc_buf method;
    struct dbc_buf session; /* the reference, unchecked: a credential */
};

#define DBC_XAPI_INCOMING_INIT ((struct dbc_xapi_incoming){ 0 })

/* Reads a <methodCall> into `call`, which must be DBC_XAPI_INCOMING_INIT: a method, a session as
 * first parameter, and a map as second, whose contents are ignored.  Strings may be typed or not,
 * blanks may separate tags.  Returns 0, or -1: DBC_ELIMIT, DBC_EPARSE (says what is missing),
 * DBC_ENOMEM; `call->method` is set if it could be read.  No error shows the session. */
int dbc_xapi_incoming_read(struct dbc_xapi_incoming *call, const char *text, struct dbc_error *err);
void dbc_xapi_incoming_release(struct dbc_xapi_incoming *call); /* as DBC_XAPI_INCOMING_INIT */

#endif
