/* keep.c - writes the history of a cache for the verbs that change it (keep.h). */
#include <stdlib.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "command.h"
#include "keep.h"
#include "store/history.h"

#define PROGRAM "dbcache"

static int keep(struct dbc_history *history, const struct dbc_buf *data, const char *reason,
                struct dbc_error *err)
{
    struct dbc_history_entry entry = {
        .data = dbc_buf_str(data), .len = data->len, .program = PROGRAM, .reason = reason
    };

    return data->len == 0 ? 0 : dbc_history_save(history, &entry, NULL, err);
}

static int keep_both(const char *cache_path, const char *path, const struct dbc_buf *before,
                     const char *reason, struct dbc_error *err)
{
    struct dbc_buf now = DBC_BUF_INIT, old_reason = DBC_BUF_INIT;
    struct dbc_history *history = NULL;
    int rc = -1;

    dbc_buf_addf(&old_reason, "before: %s", reason);
    if (dbc_file_read(cache_path, DBC_LIMIT_FILE_BYTES, &now, err) == 0 &&
        dbc_history_open(path, true, &history, err) == 0 &&
        keep(history, before, dbc_buf_str(&old_reason), err) == 0) {
        rc = keep(history, &now, reason, err);
    }
    dbc_history_close(history);
    dbc_buf_release(&old_reason);
    dbc_buf_release(&now);
    return rc;
}

void cli_history_keep(const char *cache_path, const struct dbc_buf *before, const char *reason)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];
    char *path = dbc_history_path(cache_path);

    if (path == NULL || keep_both(cache_path, path, before, reason, &err) != 0) {
        dbc_fail_nomem(&err); /* an earlier error stays */
        cli_warning("the history was not written: %s", dbc_error_string(&err, text, sizeof text));
    }
    free(path);
}
