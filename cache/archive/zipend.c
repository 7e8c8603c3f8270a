/* zipend.c - keeps the last bytes of a zip archive and reads the record in them (zipend.h). */
#include "archive/zipend.h"

#include <string.h>

#define RECORD 22 /* bytes without a comment */
#define TOTAL_AT 10
#define COMMENT_AT 20
#define NO_TOTAL 0xffff /* the number does not fit and is in the zip64 record */

void dbc_zipend_add(struct dbc_zipend *end, const char *bytes, size_t len)
{
    size_t keep = 0;

    if (len > DBC_ZIPEND_MAX) {
        bytes += len - DBC_ZIPEND_MAX;
        len = DBC_ZIPEND_MAX;
    }
    if (end->len + len > sizeof end->bytes) {
        keep = DBC_ZIPEND_MAX - len;
        memmove(end->bytes, end->bytes + end->len - keep, keep);
        end->len = keep;
    }
    memcpy(end->bytes + end->len, bytes, len);
    end->len += len;
}

static size_t number(const char *bytes)
{
    return (unsigned char)bytes[0] | (size_t)(unsigned char)bytes[1] << 8;
}

/* Returns the last record whose comment fits into the archive, or NULL. */
static const char *find_record(const struct dbc_zipend *end)
{
    for (size_t left = RECORD; left <= end->len && left <= DBC_ZIPEND_MAX; left++) {
        const char *at = end->bytes + end->len - left;
        if (memcmp(at, "PK\5\6", 4) == 0 && number(at + COMMENT_AT) <= left - RECORD) {
            return at;
        }
    }
    return NULL;
}

int dbc_zipend_check(const struct dbc_zipend *end, size_t members, const char *name,
                     struct dbc_error *err)
{
    const char *record = find_record(end);

    if (record == NULL) {
        return dbc_fail_at(err, DBC_EPARSE, name, 0, 0,
                           "expected a whole zip archive, found that it is cut off");
    }
    if (number(record + TOTAL_AT) != NO_TOTAL && number(record + TOTAL_AT) != (members & 0xffff)) {
        return dbc_fail_at(err, DBC_EPARSE, name, 0, 0,
                           "expected a zip archive with %zu members as it says, found %zu",
                           number(record + TOTAL_AT), members);
    }
    return 0;
}
