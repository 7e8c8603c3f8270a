/* kind.h - finds the kind of a file from its first bytes.  libarchive does not decide this, since
 * it would try one format after the other: a damaged tar must not become a plain file. */
#ifndef DBC_ARCHIVE_KIND_H
#define DBC_ARCHIVE_KIND_H

#include <stddef.h>

#define DBC_KIND_BYTES 512 /* the start that is needed, a tar's header; less of a shorter file */

enum dbc_kind {
    DBC_KIND_PLAIN, /* none of the others */
    DBC_KIND_GZIP,
    DBC_KIND_BZIP2,
    DBC_KIND_ZSTD,
    DBC_KIND_TAR,
    DBC_KIND_ZIP,
    DBC_KIND_FOREIGN, /* packed in a way that is not supported */
};

/* Finds the kind from the first `len` bytes, at least DBC_KIND_BYTES or all.  A file that ends
 * inside of a kind's mark is of that kind.  *name gets the kind's name for people. */
enum dbc_kind dbc_kind_of(const char *start, size_t len, const char **name);

#endif
