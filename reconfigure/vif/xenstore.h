/* xenstore.h - reading and writing single keys of xenstore: by libxenstore where that is installed,
 * else by the programs xenstore-read, xenstore-write and xenstore-rm.
 *
 * Guests write to xenstore, so a value is taken only when it is fit for a log: valid UTF-8 without
 * control characters (dbc_valid_text), and no longer than IFR_XENSTORE_VALUE_MAX. */
#ifndef IFR_VIF_XENSTORE_H
#define IFR_VIF_XENSTORE_H

#include "base/buf.h"
#include "base/log.h"
#include "reconfigure/host/runner.h"

#define IFR_XENSTORE_VALUE_MAX 1024 /* bytes of a value; a uuid has 36 */
#define IFR_XENSTORE_PATH_MAX 256   /* bytes of a path, its NUL included */

struct ifr_xenstore {
    /* Appends the value to `out`.  DBC_ENOENT: there is no such key. */
    int (*read)(struct ifr_xenstore *self, const char *path, struct dbc_buf *out,
                struct dbc_error *err);
    int (*write)(struct ifr_xenstore *self, const char *path, const char *value,
                 struct dbc_error *err);
    /* A key that is not there is removed. */
    int (*remove)(struct ifr_xenstore *self, const char *path, struct dbc_error *err);
    void (*free)(struct ifr_xenstore *self);
};

/* By the library.  NULL: DBC_ENOENT, it is not installed; DBC_EIO, xenstored does not answer;
 * DBC_EUNSUPPORTED, a library that lacks a function; DBC_ENOMEM. */
struct ifr_xenstore *ifr_xenstore_library(struct dbc_error *err);
/* By the programs below `runner`'s prefix.  NULL: DBC_ENOMEM. */
struct ifr_xenstore *ifr_xenstore_programs(struct ifr_runner *runner, struct dbc_error *err);
void ifr_xenstore_free(struct ifr_xenstore *store); /* NULL is fine */

/* The value of a key, appended to `out`, which must be empty.  1: it is there, 0: it is not (or is
 * no text, which is logged), -1: as `read` fails. */
int ifr_xenstore_text(struct ifr_xenstore *store, const char *path, const struct dbc_log *log,
                      struct dbc_buf *out, struct dbc_error *err);

#endif
