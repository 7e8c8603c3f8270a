/* deflate.h - zlib's format for the history's blobs. */
#ifndef DBC_FLATE_DEFLATE_H
#define DBC_FLATE_DEFLATE_H

#include "base/buf.h"

/* Appends the compressed bytes to `out`.  Fails for lack of memory only. */
int dbc_deflate(const void *data, size_t len, struct dbc_buf *out, struct dbc_error *err);
/* Appends what `data` unfolds to.  DBC_EPARSE: it is no whole zlib stream; DBC_ELIMIT: it unfolds
 * to more than `max` bytes.  On failure `out` has what it had before. */
int dbc_inflate(const void *data, size_t len, size_t max, struct dbc_buf *out,
                struct dbc_error *err);

#endif
