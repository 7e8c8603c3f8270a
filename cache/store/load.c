/* load.c - opens dbcache-history.so on demand.  In a library of its own, dbc_history_loader, which
 * needs neither SQLite nor the rest of this folder. */
#include <dlfcn.h>
#include <string.h>

#include "store/module.h"

const struct dbc_history_module *dbc_history_load(const char *path, struct dbc_error *err)
{
    /* Never closed: it is asked twice in a run at most, and other libraries come with it. */
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const struct dbc_history_module *module = NULL;

    if (handle == NULL) {
        dbc_fail(err, DBC_ENOENT, "cannot load what keeps the history: %s", dlerror());
        return NULL;
    }
    module = dlsym(handle, DBC_HISTORY_MODULE_SYMBOL);
    if (module == NULL || strcmp(module->version, DBC_VERSION) != 0 ||
        module->abi != DBC_HISTORY_MODULE_ABI) {
        dbc_fail(err, DBC_EUNSUPPORTED, "%s is of another version than this program", path);
        dlclose(handle);
        return NULL;
    }
    return module;
}
