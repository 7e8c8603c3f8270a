/* path.c - where a cache's history is (history.h).  A file of its own, since the boot path, which
 * must not link SQLite, needs it too. */
#include <string.h>

#include "store/history.h"

char *dbc_history_path(const char *cache_path)
{
    const char *slash = strrchr(cache_path, '/');
    struct dbc_buf path = DBC_BUF_INIT;

    dbc_buf_add(&path, cache_path, slash == NULL ? 0 : (size_t)(slash - cache_path) + 1);
    dbc_buf_adds(&path, DBC_HISTORY_NAME);
    return dbc_buf_steal(&path);
}
