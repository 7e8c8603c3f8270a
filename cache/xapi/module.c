/* module.c - the one symbol that dbcache-xapi.so exports; load.c looks for it. */
#include "xapi/module.h"

DBC_API extern const struct dbc_xapi_module dbcache_xapi_module;

const struct dbc_xapi_module dbcache_xapi_module = {
    .head = DBC_XAPI_MODULE_HEAD,
    .fetch = dbc_xapi_fetch,
    .open = dbc_xapi_open,
    .call = dbc_xapi_call,
    .failure = dbc_xapi_failure,
    .close = dbc_xapi_close,
};
