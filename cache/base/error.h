/* error.h - filling in a struct dbc_error (declared in dbcache.h).  All take err == NULL; all
 * return -1, so that `return dbc_fail(...)` reads well.  Control characters and bytes that are not
 * UTF-8 come out escaped (\xHH), since error texts reach logs and terminals; a text that is too
 * long ends in "..." (dbc_fail_errno cuts before the reason, which always stays). */
#ifndef DBC_BASE_ERROR_H
#define DBC_BASE_ERROR_H

#include "dbcache.h"

#define DBC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

int dbc_fail(struct dbc_error *err, enum dbc_code code, const char *fmt, ...) DBC_PRINTF(3, 4);
/* DBC_EIO (DBC_ENOMEM for ENOMEM, DBC_ENOENT for ENOENT), ": strerror(errnum)" appended. */
int dbc_fail_errno(struct dbc_error *err, int errnum, const char *fmt, ...) DBC_PRINTF(3, 4);
/* DBC_ENOMEM.  Inline, so that an analyser sees that it never returns 0. */
static inline int dbc_fail_nomem(struct dbc_error *err)
{
    dbc_fail(err, DBC_ENOMEM, "out of memory");
    return -1;
}
/* At a place in a file; column 0 means the whole line, line 0 the whole file. */
int dbc_fail_at(struct dbc_error *err, enum dbc_code code, const char *file, unsigned line,
                unsigned column, const char *fmt, ...) DBC_PRINTF(6, 7);

/* The escaping itself, shared with buf.h and log.h: C0 and C1 control characters, DEL, the marks
 * that turn text around, and bytes that are not UTF-8 become \xHH, the rest stays.
 * dbc_printable_next takes one character off *text, which must not be at its end, and returns the
 * bytes put into out (1 to 4, no NUL). */
size_t dbc_printable_next(const char **text, char out[4]);
/* The whole text, NUL-terminated, cut between characters and ended by "..." if `size` is too
 * small.  Returns the length. */
size_t dbc_printable(char *out, size_t size, const char *text);

#endif
