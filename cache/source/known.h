/* known.h - recognises files of the known formats by name and by first bytes, in archives and
 * folders. */
#ifndef DBC_SOURCE_KNOWN_H
#define DBC_SOURCE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "dbcache.h"

/* A file's name that XenServer, its successors or their bug reports use. */
struct dbc_usual {
    const char *name;
    enum dbc_format format;
    bool spare; /* a backup, for when there is no other file */
};

/* Returns the usual name that the path's last part is, with or without a compression's suffix; NULL
 * when it is none of them. */
const struct dbc_usual *dbc_usual_name(const char *path);

/* Whether a path is `end`, or ends in it behind a '/'. */
bool dbc_is_below(const char *path, const char *end);
/* Whether a file that starts with these bytes seems to be compressed or an archive. */
bool dbc_looks_packed(const char *head, size_t len);
/* Returns the format of a file that is not packed; DBC_FORMAT_CACHE when it seems to be none of the
 * others. */
enum dbc_format dbc_looks_like(const char *head, size_t len);

#endif
