/* error.h - filling in a struct dbc_error (declared in dbcache.h), and escaping text for people.
 *
 * The dbc_fail functions accept err == NULL, leave an error alone that is filled in already, and
 * all return -1, so that `return dbc_fail(...)` reads well.  Error texts reach logs and terminals:
 * they are escaped as dbc_printable_next does it, and a text that is too long ends in "...". */
#ifndef DBC_BASE_ERROR_H
#define DBC_BASE_ERROR_H

#include "dbcache.h"

#define DBC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

int dbc_fail(struct dbc_error *err, enum dbc_code code, const char *fmt, ...) DBC_PRINTF(3, 4);
/* Appends ": strerror(errnum)", which stays whole where the text before it is cut.  The code is
 * DBC_ENOMEM for ENOMEM, DBC_ENOENT for ENOENT, and DBC_EIO for all others. */
int dbc_fail_errno(struct dbc_error *err, int errnum, const char *fmt, ...) DBC_PRINTF(3, 4);
/* DBC_ENOMEM.  Inline, so that an analyser sees that it never returns 0. */
static inline int dbc_fail_nomem(struct dbc_error *err)
{
    dbc_fail(err, DBC_ENOMEM, "out of memory");
    return -1;
}
/* Names a place in a file; column 0 means the whole line, line 0 the whole file. */
int dbc_fail_at(struct dbc_error *err, enum dbc_code code, const char *file, unsigned line,
                unsigned column, const char *fmt, ...) DBC_PRINTF(6, 7);

/* Takes one character off *text, which must not be at its end, and writes it to `out`: C0 and C1
 * control characters, DEL, the marks that change the direction of text, and bytes that are not
 * UTF-8 as \xHH (one byte at a time), all others as they are.  Returns the number of bytes written,
 * 1 to 4; `out` gets no NUL. */
size_t dbc_printable_next(const char **text, char out[4]);
/* Escapes the whole text into `out`, which has `size` bytes, and ends it with a NUL.  A text that
 * is too long is cut between characters and ends in "...".  Returns the length without the NUL. */
size_t dbc_printable(char *out, size_t size, const char *text);

#endif
