/* gunzip.h - the unpacked bytes of a gzip file as a stream.  It uses zlib, since libarchive neither
 * checks a gzip file's checksum nor notices other bytes behind it. */
#ifndef DBC_FLATE_GUNZIP_H
#define DBC_FLATE_GUNZIP_H

#include "base/stream.h"

struct dbc_gunzip;

/* Opens a gzip file; the caller closes it.  `from` is copied and must stay readable as long;
 * messages use its name.  NULL with DBC_ENOMEM. */
struct dbc_gunzip *dbc_gunzip_open(const struct dbc_stream *from, struct dbc_error *err);
/* `gunzip` may be NULL. */
void dbc_gunzip_close(struct dbc_gunzip *gunzip);

/* Returns the unpacked bytes.  Several gzip files in a row count as one; zeros behind the last are
 * padding.  Reading fails with DBC_EPARSE (damage, a shortened file, other bytes behind it),
 * DBC_ENOMEM, or as `from` fails. */
struct dbc_stream dbc_gunzip_stream(struct dbc_gunzip *gunzip);

#endif
