/* module.c - dlopen, and the check that the module comes from this build (module.h). */
#include "base/module.h"

#include <dlfcn.h>
#include <string.h>

const void *dbc_module_load(const char *path, const struct dbc_module_kind *kind,
                            struct dbc_error *err)
{
    /* Never unloaded: some libraries that come with it do not survive that, and the module may be
     * asked for again. */
    void *handle = dlopen(path, kind->binding | RTLD_LOCAL | RTLD_NODELETE);
    const struct dbc_module_head *found = NULL;

    if (handle == NULL) {
        dbc_fail(err, DBC_ENOENT, "cannot load %s: %s", kind->what, dlerror());
        return NULL;
    }
    found = dlsym(handle, kind->symbol);
    if (found == NULL || strcmp(found->version, kind->head.version) != 0 ||
        found->abi != kind->head.abi) {
        dbc_fail(err, DBC_EUNSUPPORTED, "%s is of another version than this program", path);
        dlclose(handle);
        return NULL;
    }
    return found;
}
