/* buf.h - a growing byte string, always NUL-terminated.  Failure is sticky: once an allocation has
 * failed, `failed` is set and nothing more is added, so a caller checks once at the end.  The bytes
 * to add must not lie in the buffer itself, which may move. */
#ifndef DBC_BASE_BUF_H
#define DBC_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct dbc_buf {
    char *data;      /* NULL until the first add succeeds */
    size_t len, cap; /* bytes without the NUL, and bytes allocated */
    bool failed;
};

#define DBC_BUF_INIT ((struct dbc_buf){ 0 })

/* Each appends to the buffer: bytes, a text, a number in decimal digits, a character, or what a
 * format string makes. */
void dbc_buf_add(struct dbc_buf *buf, const void *data, size_t len);
void dbc_buf_adds(struct dbc_buf *buf, const char *text);
void dbc_buf_add_int(struct dbc_buf *buf, int64_t number);
void dbc_buf_addc(struct dbc_buf *buf, char c);
void dbc_buf_addf(struct dbc_buf *buf, const char *fmt, ...) DBC_PRINTF(2, 3);
void dbc_buf_addv(struct dbc_buf *buf, const char *fmt, va_list args) DBC_PRINTF(2, 0);
/* Appends a text for a log or a terminal, escaped as dbc_printable_next (error.h) does it. */
void dbc_buf_add_printable(struct dbc_buf *buf, const char *text);
/* Makes room for `len` more bytes and returns the place behind the end, where the caller writes
 * them and then calls dbc_buf_added with the number that it wrote.  NULL when failed. */
char *dbc_buf_reserve(struct dbc_buf *buf, size_t len);
void dbc_buf_added(struct dbc_buf *buf, size_t len);
/* dbc_buf_add as the callback of a library that hands its text over in pieces; `buf` is a struct
 * dbc_buf.  Returns 0, or -1 when failed. */
int dbc_buf_sink(const char *text, size_t len, void *buf);
/* Returns the text, which the buffer owns; "" when it is fresh or failed. */
const char *dbc_buf_str(const struct dbc_buf *buf);
/* Empties the buffer and resets `failed`; keeps its memory for what comes next. */
void dbc_buf_clear(struct dbc_buf *buf);
/* Frees the memory; the buffer is as DBC_BUF_INIT made it. */
void dbc_buf_release(struct dbc_buf *buf);
/* Hands the text over: malloc'd, the caller frees it; NULL when failed.  The buffer is as
 * DBC_BUF_INIT made it in either case. */
char *dbc_buf_steal(struct dbc_buf *buf);

#endif
