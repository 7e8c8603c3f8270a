/* session.h - what fetch.c needs of a session beyond source.h: calls whose answers go to a sink as
 * they come, all under the deadline that dbc_xapi_open set. */
#ifndef DBC_XAPI_SESSION_H
#define DBC_XAPI_SESSION_H

#include "xapi/source.h"

/* As dbc_xapi_call, with the values going to `sink`, which gets `ctx`.  They count only when the
 * call returns 0. */
int dbc_xapi_stream(struct dbc_xapi *xapi, const char *method, const char *const *params,
                    const struct dbc_xapi_sink *sink, void *ctx, struct dbc_error *err);

#endif
