/* load.c - opens dbcache-xapi.so on demand.  In a library of its own, dbc_xapi_loader, which needs
 * neither libcurl nor the rest of this folder. */
#include <dlfcn.h>

#include "xapi/module.h"

const struct dbc_xapi_module *dbc_xapi_load(const char *path, struct dbc_error *err)
{
    static const struct dbc_module_kind kind = {
        .symbol = DBC_XAPI_MODULE_SYMBOL,
        .head = DBC_XAPI_MODULE_HEAD,
        .binding = RTLD_LAZY, /* most of what libcurl brings along is never called */
        .what = "what talks to XAPI",
    };

    return dbc_module_load(path, &kind, err);
}
