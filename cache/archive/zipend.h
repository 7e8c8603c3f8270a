/* zipend.h - the end of a zip archive, which says how many members it has.  libarchive reads a zip
 * from the front and steps over what it does not know, so a member whose header is damaged would be
 * missing without a word; this is how archive.c notices. */
#ifndef DBC_ARCHIVE_ZIPEND_H
#define DBC_ARCHIVE_ZIPEND_H

#include <stddef.h>

#include "base/error.h"

#define DBC_ZIPEND_MAX (22u + 65535u) /* bytes of the record, with the longest comment */

struct dbc_zipend {
    size_t len;
    char bytes[2 * DBC_ZIPEND_MAX]; /* twice, so that old ones are moved out rarely */
};

/* The archive's next bytes. */
void dbc_zipend_add(struct dbc_zipend *end, const char *bytes, size_t len);
/* After the last one: DBC_EPARSE when there is no such record, or not for `members` of them. */
int dbc_zipend_check(const struct dbc_zipend *end, size_t members, const char *name,
                     struct dbc_error *err);

#endif
