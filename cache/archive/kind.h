/* kind.h - what a file is, by how it starts.  Decided here and not by libarchive, which would fall
 * back to the next format that takes the bytes: a damaged tar must not become a plain file. */
#ifndef DBC_ARCHIVE_KIND_H
#define DBC_ARCHIVE_KIND_H

#include <stddef.h>

#define DBC_KIND_BYTES                                                                             \
    512 /* of the start that are needed, if there are as many: a tar's header                      \
         */

enum dbc_kind {
    DBC_KIND_PLAIN, /* nothing that is known: bytes as they are */
    DBC_KIND_GZIP,
    DBC_KIND_BZIP2,
    DBC_KIND_ZSTD,
    DBC_KIND_TAR,
    DBC_KIND_ZIP,
    DBC_KIND_FOREIGN, /* packed by something that is not read here */
};

/* By its first `len` bytes.  A file that ends
 * inside a mark is of that kind, and cut off.  *name is what people call it. */
enum dbc_kind dbc_kind_of(const char *start, size_t len, const char **name);

#endif
