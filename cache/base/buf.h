/* buf.h - a growing byte string.  Always NUL-terminated.  Failure is sticky: after one failed
 * allocation every call is a no-op and `failed` stays set, so a caller checks once at the end.
 * What is added must not lie in the buffer itself, which may move. */
#ifndef DBC_BASE_BUF_H
#define DBC_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct dbc_buf {
    char *data; /* never NULL after the first add; NULL when fresh */
    size_t len, cap;
    bool failed;
};

#define DBC_BUF_INIT                                                                               \
    {                                                                                              \
        0                                                                                          \
    }

void dbc_buf_add(struct dbc_buf *buf, const void *data, size_t len);
void dbc_buf_adds(struct dbc_buf *buf, const char *text);
void dbc_buf_add_int(struct dbc_buf *buf, int64_t number); /* in decimal digits */
void dbc_buf_addc(struct dbc_buf *buf, char c);
void dbc_buf_addf(struct dbc_buf *buf, const char *fmt, ...) DBC_PRINTF(2, 3);
void dbc_buf_addv(struct dbc_buf *buf, const char *fmt, va_list args) DBC_PRINTF(2, 0);
/* Text for a log or a terminal: what is not printable becomes \xHH, see error.h. */
void dbc_buf_add_printable(struct dbc_buf *buf, const char *text);
/* Room for `len` more bytes behind the end, to be written by the caller, who then calls
 * dbc_buf_added with what it wrote; NULL when failed. */
char *dbc_buf_reserve(struct dbc_buf *buf, size_t len);
void dbc_buf_added(struct dbc_buf *buf, size_t len);
/* dbc_buf_add as the callback of a library that hands its text over in pieces; `buf` is a struct
 * dbc_buf.  0, or -1 when failed. */
int dbc_buf_sink(const char *text, size_t len, void *buf);
const char *dbc_buf_str(const struct dbc_buf *buf); /* "" when fresh or failed */
void dbc_buf_clear(struct dbc_buf *buf);            /* empty, memory and `failed` kept/reset */
void dbc_buf_release(struct dbc_buf *buf);          /* as DBC_BUF_INIT */
char *dbc_buf_steal(struct dbc_buf *buf);           /* malloc'd, caller frees; NULL if failed */

#endif
