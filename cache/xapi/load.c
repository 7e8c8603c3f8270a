/* load.c - opens dbcache-xapi.so on demand.  In a library of its own, dbc_xapi_loader, which needs
 * neither libcurl nor the rest of this folder. */
#include <dlfcn.h>
#include <string.h>

#include "xapi/module.h"

const struct dbc_xapi_module *dbc_xapi_load(const char *path, struct dbc_error *err)
{
    /* Lazy: most of what libcurl brings along is never called.  Never closed: it would not like
     * to be. */
    void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    const struct dbc_xapi_module *module = NULL;

    if (handle == NULL) {
        dbc_fail(err, DBC_ENOENT, "cannot load what talks to XAPI: %s", dlerror());
        return NULL;
    }
    module = dlsym(handle, DBC_XAPI_MODULE_SYMBOL);
    if (module == NULL || strcmp(module->version, DBC_VERSION) != 0 ||
        module->abi != DBC_XAPI_MODULE_ABI) {
        dbc_fail(err, DBC_EUNSUPPORTED, "%s is of another version than this program", path);
        dlclose(handle);
        return NULL;
    }
    return module;
}
