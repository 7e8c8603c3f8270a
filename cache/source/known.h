/* known.h - how a file of a known format is told from others, by its name and by its first bytes.
 * For whoever looks into archives and folders. */
#ifndef DBC_SOURCE_KNOWN_H
#define DBC_SOURCE_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "dbcache.h"

/* A name that XenServer, its successors and their bug reports use. */
struct dbc_usual {
    const char *name;
    enum dbc_format format;
    bool spare; /* a backup, which counts where nothing else of its kind is */
};

/* The usual name that a path ends in, compressed or not; NULL: none. */
const struct dbc_usual *dbc_usual_name(const char *path);

/* Has a file that starts so to be unpacked first, to all appearance? */
bool dbc_looks_packed(const char *head, size_t len);
/* If not, of which format it is: DBC_FORMAT_CACHE when of none of the others. */
enum dbc_format dbc_looks_like(const char *head, size_t len);

#endif
