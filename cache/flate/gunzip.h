/* gunzip.h - what a gzip file unfolds to, as a stream.  Through zlib and not libarchive, which does
 * not compare a gzip file's checksum and takes what follows it for nothing. */
#ifndef DBC_FLATE_GUNZIP_H
#define DBC_FLATE_GUNZIP_H

#include "base/stream.h"

struct dbc_gunzip;

/* `from` is copied and must stay readable as long; its name is the one in messages.  DBC_ENOMEM. */
struct dbc_gunzip *dbc_gunzip_open(const struct dbc_stream *from, struct dbc_error *err);
void dbc_gunzip_close(struct dbc_gunzip *gunzip);

/* Several gzip files in a row are one; zeros behind the last are padding.  Its read fails with
 * DBC_EPARSE (damaged, cut off, something else behind it), DBC_ENOMEM, or as `from` does. */
struct dbc_stream dbc_gunzip_stream(struct dbc_gunzip *gunzip);

#endif
