/* session.h - what fetch.c needs of a session beyond source.h: calls whose answer goes into a sink
 * as it comes, under one deadline for all of them. */
#ifndef DBC_XAPI_SESSION_H
#define DBC_XAPI_SESSION_H

#include "xapi/source.h"

/* As dbc_xapi_call, with the value's events going to `sink`.  What the sink got counts only when
 * the call returns 0. */
int dbc_xapi_stream(struct dbc_xapi *xapi, const char *method, const char *const *params,
                    const struct dbc_xapi_sink *sink, void *ctx, struct dbc_error *err);

#endif
