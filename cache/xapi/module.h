/* module.h - XAPI's door in the module dbcache-xapi.so, and how to open it: for a program that
 * mostly starts without XAPI and should not pay for libcurl then.  A program that always needs XAPI
 * links dbc_xapi and calls source.h.
 *
 * Module and program share structures and the heap, so they must be of one build: `version` and
 * `abi` are compared on loading.
 */
#ifndef DBC_XAPI_MODULE_H
#define DBC_XAPI_MODULE_H

#include "xapi/source.h"

#define DBC_XAPI_MODULE_SYMBOL "dbcache_xapi_module"
#ifndef DBC_VERSION
#define DBC_VERSION "0"
#endif
/* What would go wrong silently if it differed. */
#define DBC_XAPI_MODULE_ABI                                                                        \
    (sizeof(struct dbc_db) ^ sizeof(struct dbc_pif) << 12 ^ sizeof(struct dbc_xapi_request) << 24)

struct dbc_xapi_module {
    const char *version; /* DBC_VERSION */
    size_t abi;          /* DBC_XAPI_MODULE_ABI */
    /* The functions of source.h. */
    int (*fetch)(const struct dbc_xapi_request *request, const struct dbc_log *log,
                 struct dbc_db **db_out, const struct dbc_pif **pif_out, struct dbc_error *err);
    struct dbc_xapi *(*open)(const struct dbc_xapi_request *request, const struct dbc_log *log,
                             struct dbc_error *err);
    int (*call)(struct dbc_xapi *xapi, const char *method, const char *const *params,
                struct dbc_xapi_tree *out, struct dbc_error *err);
    const struct dbc_strvec *(*failure)(const struct dbc_xapi *xapi);
    void (*close)(struct dbc_xapi *xapi);
};

/* Loads the module at `path`, once and for the life of the process.  NULL with DBC_ENOENT: it is
 * not installed; DBC_EUNSUPPORTED: it is of another build. */
const struct dbc_xapi_module *dbc_xapi_load(const char *path, struct dbc_error *err);

#endif
