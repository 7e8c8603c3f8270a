/* module.h - the history's door in the module dbcache-history.so, and how to open it: for a program
 * that must start without SQLite.  One that always needs it links dbc_store and calls history.h.
 *
 * Module and program share struct dbc_buf and the heap, so they must be of one build: `version` and
 * `abi` are compared on loading. */
#ifndef DBC_STORE_MODULE_H
#define DBC_STORE_MODULE_H

#include "store/history.h"

#define DBC_HISTORY_MODULE_SYMBOL "dbcache_history_module"
#ifndef DBC_VERSION
#define DBC_VERSION "0"
#endif
/* What would go wrong silently if it differed. */
#define DBC_HISTORY_MODULE_ABI                                                                     \
    (sizeof(struct dbc_buf) ^ sizeof(struct dbc_history_entry) << 12 ^                             \
     sizeof(struct dbc_error) << 24)

struct dbc_history_module {
    const char *version; /* DBC_VERSION */
    size_t abi;          /* DBC_HISTORY_MODULE_ABI */
    /* Open, dbc_history_save or dbc_history_newest, close. */
    int (*save)(const char *path, const struct dbc_history_entry *entry, struct dbc_error *err);
    int (*newest)(const char *path, int64_t before, struct dbc_buf *out, int64_t *id, int64_t *when,
                  struct dbc_error *err);
};

/* Loads the module at `path`, once and for the life of the process.  NULL with DBC_ENOENT: it is
 * not installed; DBC_EUNSUPPORTED: it is of another build. */
const struct dbc_history_module *dbc_history_load(const char *path, struct dbc_error *err);

#endif
