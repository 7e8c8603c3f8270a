/* zipend.h - the end of a zip archive, which says how many members it has.  libarchive reads a zip
 * from the front and skips what it does not know, so a member with a damaged header would be
 * missing without an error.  archive.c compares the numbers to notice that. */
#ifndef DBC_ARCHIVE_ZIPEND_H
#define DBC_ARCHIVE_ZIPEND_H

#include <stddef.h>

#include "base/error.h"

#define DBC_ZIPEND_MAX (22u + 65535u) /* bytes of the record, with the longest comment */

struct dbc_zipend {
    size_t len;
    char bytes[2 * DBC_ZIPEND_MAX]; /* twice the size, so that bytes are moved rarely */
};

/* Takes the archive's next bytes. */
void dbc_zipend_add(struct dbc_zipend *end, const char *bytes, size_t len);
/* Called after the last byte.  Returns 0, or -1 with DBC_EPARSE when there is no such record, or it
 * says another number of members.  `name` is for messages. */
int dbc_zipend_check(const struct dbc_zipend *end, size_t members, const char *name,
                     struct dbc_error *err);

#endif
