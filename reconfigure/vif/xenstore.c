/* xenstore.c - what both ways to xenstore share (xenstore.h): the check of values. */
#include "reconfigure/vif/xenstore.h"

#include <string.h>

#include "base/valid.h"

void ifr_xenstore_free(struct ifr_xenstore *store)
{
    if (store != NULL) {
        store->free(store);
    }
}

int ifr_xenstore_text(struct ifr_xenstore *store, const char *path, const struct dbc_log *log,
                      struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (store->read(store, path, out, &why) < 0) {
        if (why.code == DBC_ENOENT) {
            return 0;
        }
        if (err != NULL) {
            *err = why;
        }
        return -1;
    }
    if (out->failed) {
        return dbc_fail_nomem(err);
    }
    if (out->len > IFR_XENSTORE_VALUE_MAX || strlen(dbc_buf_str(out)) != out->len ||
        !dbc_valid_text(dbc_buf_str(out))) {
        dbc_logf(
            log, DBC_LOG_WARNING,
            "xenstore: the value of %s is ignored: expected a line of text of at most %d bytes, "
            "found %zu bytes",
            path, IFR_XENSTORE_VALUE_MAX, out->len);
        dbc_buf_clear(out);
        return 0;
    }
    return 1;
}
