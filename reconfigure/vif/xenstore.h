/* xenstore.h - reads and writes single keys of xenstore, by libxenstore where that is installed,
 * else by the programs xenstore-read, xenstore-write and xenstore-rm.
 *
 * Guests write to xenstore, so ifr_xenstore_text takes only values that are fit for a log: valid
 * UTF-8 without control characters (dbc_valid_text), IFR_XENSTORE_VALUE_MAX bytes at most. */
#ifndef IFR_VIF_XENSTORE_H
#define IFR_VIF_XENSTORE_H

#include "base/buf.h"
#include "base/log.h"
#include "reconfigure/host/runner.h"

#define IFR_XENSTORE_VALUE_MAX 1024 /* bytes of a value; a uuid has 36 */
#define IFR_XENSTORE_PATH_MAX 256   /* bytes of a path, its NUL included */

struct ifr_xenstore {
    /* Appends the value, unchecked, to `out`.  All three return 0, or -1: DBC_ENOENT (only `read`:
     * there is no such key), DBC_EIO, DBC_ECOMMAND, DBC_ENOMEM. */
    int (*read)(struct ifr_xenstore *self, const char *path, struct dbc_buf *out,
                struct dbc_error *err);
    int (*write)(struct ifr_xenstore *self, const char *path, const char *value,
                 struct dbc_error *err);
    /* Removes a key, if it is there. */
    int (*remove)(struct ifr_xenstore *self, const char *path, struct dbc_error *err);
    void (*free)(struct ifr_xenstore *self);
};

/* Opens xenstore by the library; the caller frees the result.  NULL: DBC_ENOENT when it is not
 * installed, DBC_EIO when xenstored cannot be reached, DBC_EUNSUPPORTED when it lacks a function,
 * or DBC_ENOMEM. */
struct ifr_xenstore *ifr_xenstore_library(struct dbc_error *err);
/* The same by the programs below the prefix of `runner`, which is borrowed.  NULL: DBC_ENOMEM. */
struct ifr_xenstore *ifr_xenstore_programs(struct ifr_runner *runner, struct dbc_error *err);
void ifr_xenstore_free(struct ifr_xenstore *store); /* NULL is fine */

/* Puts the value of a key into `out`, which must be empty.  Returns 1, 0 when there is no such key
 * or its value is no text (which is logged), or -1 as `read` does. */
int ifr_xenstore_text(struct ifr_xenstore *store, const char *path, const struct dbc_log *log,
                      struct dbc_buf *out, struct dbc_error *err);

#endif
