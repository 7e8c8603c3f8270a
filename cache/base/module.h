/* module.h - opening a shared object that a program can do without until it needs it: what speaks
 * to XAPI, what keeps the history.  Each has a structure of functions under one symbol;
 * xapi/module.h and store/module.h say which.
 *
 * Module and program share structures and the heap, so they must be of one build: that is what the
 * head of the structure is compared for. */
#ifndef DBC_MODULE_H
#define DBC_MODULE_H

#include <stddef.h>

#include "base/error.h"

/* What a module's structure begins with. */
struct dbc_module_head {
    const char *version; /* DBC_VERSION, of the project */
    size_t abi;          /* made of the sizes of what is shared: it would go wrong silently */
};

/* What a program expects. */
struct dbc_module_kind {
    const char *symbol;
    struct dbc_module_head head;
    int binding;      /* RTLD_LAZY or RTLD_NOW */
    const char *what; /* for the error: "cannot load WHAT: ..." */
};

/* Loads the module at `path` (a bare name is looked for along the run path), once and for the life
 * of the process.  The structure under the symbol; NULL with DBC_ENOENT: it cannot be loaded, most
 * likely because it is not installed; DBC_EUNSUPPORTED: it is of another build. */
const void *dbc_module_load(const char *path, const struct dbc_module_kind *kind,
                            struct dbc_error *err);

#endif
