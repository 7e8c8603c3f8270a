/* module.h - the functions of source.h in the module dbcache-xapi.so, and how to load it: for a
 * program that mostly runs without XAPI and should not load libcurl then.  A program that always
 * needs XAPI links dbc_xapi and calls source.h. */
#ifndef DBC_XAPI_MODULE_H
#define DBC_XAPI_MODULE_H

#include "base/module.h"
#include "xapi/source.h"

#define DBC_XAPI_MODULE_SYMBOL "dbcache_xapi_module"
#define DBC_XAPI_MODULE_HEAD                                                                       \
    {                                                                                              \
        .version = DBC_VERSION, .abi = sizeof(struct dbc_db) ^ sizeof(struct dbc_pif) << 12 ^      \
                                       sizeof(struct dbc_xapi_request) << 24                       \
    }

struct dbc_xapi_module {
    struct dbc_module_head head; /* DBC_XAPI_MODULE_HEAD */
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

/* Loads the module; path, result and errors as dbc_module_load. */
const struct dbc_xapi_module *dbc_xapi_load(const char *path, struct dbc_error *err);

#endif
