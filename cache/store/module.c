/* module.c - the one symbol that dbcache-history.so exports; load.c looks for it. */
#include "store/module.h"

DBC_API extern const struct dbc_history_module dbcache_history_module;

static int save(const char *path, const struct dbc_history_entry *entry, struct dbc_error *err)
{
    struct dbc_history *history = NULL;
    int rc = dbc_history_open(path, true, &history, err);

    if (rc == 0) {
        rc = dbc_history_save(history, entry, NULL, err);
    }
    dbc_history_close(history);
    return rc;
}

static int newest(const char *path, int64_t before, struct dbc_buf *out, int64_t *id, int64_t *when,
                  struct dbc_error *err)
{
    struct dbc_history *history = NULL;
    int rc = dbc_history_open(path, false, &history, err);

    if (rc == 0) {
        rc = dbc_history_newest(history, before, out, id, when, err);
    }
    dbc_history_close(history);
    return rc;
}

const struct dbc_history_module dbcache_history_module = { .head = DBC_HISTORY_MODULE_HEAD,
                                                           .save = save,
                                                           .newest = newest };
