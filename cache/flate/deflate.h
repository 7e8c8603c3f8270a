/* deflate.h - compresses and unpacks the history's blobs in zlib's format.  Both functions return
 * 0, or -1 with *err. */
#ifndef DBC_FLATE_DEFLATE_H
#define DBC_FLATE_DEFLATE_H

#include "base/buf.h"

/* Appends the compressed bytes to `out`.  Fails with DBC_ENOMEM only. */
int dbc_deflate(const void *data, size_t len, struct dbc_buf *out, struct dbc_error *err);
/* Appends the unpacked bytes to `out`.  DBC_EPARSE when `data` is not exactly one zlib stream;
 * DBC_ELIMIT when it unpacks to more than `max` bytes; DBC_ENOMEM.  On failure `out` keeps what it
 * had before. */
int dbc_inflate(const void *data, size_t len, size_t max, struct dbc_buf *out,
                struct dbc_error *err);

#endif
