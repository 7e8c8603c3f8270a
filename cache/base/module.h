/* module.h - loads a shared object only when a program needs it: the XAPI client, the history.
 * Each offers a structure of functions under one symbol; see xapi/module.h and store/module.h.
 *
 * Module and program share structures and the heap, so they must come from one build.  The heads of
 * the two structures are compared to make sure of that. */
#ifndef DBC_MODULE_H
#define DBC_MODULE_H

#include <stddef.h>

#include "base/error.h"

/* The start of a module's structure. */
struct dbc_module_head {
    const char *version; /* DBC_VERSION, of the project */
    size_t abi;          /* made of the sizes of shared structures, which must not differ */
};

/* The module that a program expects. */
struct dbc_module_kind {
    const char *symbol;
    struct dbc_module_head head;
    int binding;      /* RTLD_LAZY or RTLD_NOW */
    const char *what; /* for the error: "cannot load WHAT: ..." */
};

/* Loads the module at `path` (a bare name is searched for along the run path) for the life of the
 * process.  Returns the structure under the symbol, or NULL: DBC_ENOENT when the module cannot be
 * loaded, most likely because it is not installed; DBC_EUNSUPPORTED when it is of another build. */
const void *dbc_module_load(const char *path, const struct dbc_module_kind *kind,
                            struct dbc_error *err);

#endif
