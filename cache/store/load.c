/* load.c - opens dbcache-history.so on demand.  It has a library of its own, dbc_history_loader,
 * which needs neither SQLite nor the rest of this folder. */
#include <dlfcn.h>

#include "store/module.h"

const struct dbc_history_module *dbc_history_load(const char *path, struct dbc_error *err)
{
    static const struct dbc_module_kind kind = {
        .symbol = DBC_HISTORY_MODULE_SYMBOL,
        .head = DBC_HISTORY_MODULE_HEAD,
        .binding = RTLD_NOW,
        .what = "what keeps the history",
    };

    return dbc_module_load(path, &kind, err);
}
