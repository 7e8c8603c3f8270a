/* module.h - the functions of the module dbcache-history.so, for a program that must start without
 * SQLite.  A program that always needs the history links dbc_store and calls history.h. */
#ifndef DBC_STORE_MODULE_H
#define DBC_STORE_MODULE_H

#include "base/module.h"
#include "store/history.h"

#define DBC_HISTORY_MODULE_SYMBOL "dbcache_history_module"
#define DBC_HISTORY_MODULE_HEAD                                                                    \
    {                                                                                              \
        .version = DBC_VERSION, .abi = sizeof(struct dbc_buf) ^                                    \
                                       sizeof(struct dbc_history_entry) << 12 ^                    \
                                       sizeof(struct dbc_error) << 24                              \
    }

struct dbc_history_module {
    struct dbc_module_head head; /* DBC_HISTORY_MODULE_HEAD */
    /* Each opens the history, calls dbc_history_save or dbc_history_newest, and closes it. */
    int (*save)(const char *path, const struct dbc_history_entry *entry, struct dbc_error *err);
    int (*newest)(const char *path, int64_t before, struct dbc_buf *out, int64_t *id, int64_t *when,
                  struct dbc_error *err);
};

/* Loads the module as dbc_module_load does; fails likewise. */
const struct dbc_history_module *dbc_history_load(const char *path, struct dbc_error *err);

#endif
