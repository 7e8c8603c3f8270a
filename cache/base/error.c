/* error.c - filling in a struct dbc_error, and the escaping that every text for people goes
 * through.  The lowest file of the tree: it allocates nothing, so reporting cannot fail. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/valid.h"

/* Formatted text is a little longer than what is kept of it, so that a character cut in two by
 * vsnprintf always lies in the part that dbc_printable drops. */
#define RAW_SIZE (DBC_ERROR_TEXT_SIZE + 8)

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 change the direction of text in a terminal. */
static bool is_bidi(const unsigned char *p)
{
    return p[0] == 0xe2 &&
           ((p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae))) ||
            (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9));
}

size_t dbc_printable_next(const char **text, char out[4])
{
    static const char hex[] = "0123456789abcdef";
    const unsigned char *p = (const unsigned char *)*text;
    size_t n = dbc_utf8_length(*text);
    bool control = p[0] < 0x20 || p[0] == 0x7f || (n == 2 && p[0] == 0xc2 && p[1] < 0xa0) ||
                   (n == 3 && is_bidi(p));

    if (n == 0 || control) {
        out[0] = '\\';
        out[1] = 'x';
        out[2] = hex[p[0] >> 4];
        out[3] = hex[p[0] & 15];
        *text += 1;
        return 4;
    }
    memcpy(out, *text, n);
    *text += n;
    return n;
}

size_t dbc_printable(char *out, size_t size, const char *text)
{
    size_t len = 0, cut = 0;

    if (size == 0) {
        return 0;
    }
    while (*text != '\0') {
        char unit[4];
        size_t n = dbc_printable_next(&text, unit);
        if (n >= size - len) {
            if (size > 3) {
                memcpy(out + cut, "...", 3);
                cut += 3;
            }
            len = cut;
            break;
        }
        memcpy(out + len, unit, n);
        len += n;
        if (size > 3 && len < size - 3) {
            cut = len;
        }
    }
    out[len] = '\0';
    return len;
}

void dbc_error_clear(struct dbc_error *err)
{
    if (err != NULL) {
        memset(err, 0, sizeof *err);
    }
}

const char *dbc_error_string(const struct dbc_error *err, char *out, size_t size)
{
    char whole[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE + 32] = "";

    if (err->file[0] == '\0') {
        snprintf(whole, sizeof whole, "%s", err->text);
    } else if (err->line == 0) {
        snprintf(whole, sizeof whole, "%s: %s", err->file, err->text);
    } else if (err->column == 0) {
        snprintf(whole, sizeof whole, "%s:%u: %s", err->file, err->line, err->text);
    } else {
        snprintf(whole, sizeof whole, "%s:%u:%u: %s", err->file, err->line, err->column, err->text);
    }
    dbc_printable(out, size, whole);
    return out;
}

/* False when there is nothing to fill in: no error is wanted, or there is a first one already. */
static bool is_first(const struct dbc_error *err)
{
    return err != NULL && err->code == DBC_OK;
}

/* Fills in the text and leaves `room` bytes at its end free. */
static void set_text(struct dbc_error *err, size_t room, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));
static void set_text(struct dbc_error *err, size_t room, const char *fmt, va_list args)
{
    char raw[RAW_SIZE] = "";

    if (vsnprintf(raw, sizeof raw, fmt, args) < 0) {
        snprintf(raw, sizeof raw, "%s", fmt); /* too long to format: at least say what it is */
    }
    dbc_printable(err->text, sizeof err->text - room, raw);
}

int dbc_fail(struct dbc_error *err, enum dbc_code code, const char *fmt, ...)
{
    va_list args;

    if (is_first(err)) {
        va_start(args, fmt);
        set_text(err, 0, fmt, args);
        va_end(args);
        err->code = code;
    }
    return -1;
}

static enum dbc_code code_of_errno(int errnum)
{
    if (errnum == ENOMEM) {
        return DBC_ENOMEM;
    }
    return errnum == ENOENT ? DBC_ENOENT : DBC_EIO;
}

int dbc_fail_errno(struct dbc_error *err, int errnum, const char *fmt, ...)
{
    char space[128] = "", reason[140] = "";
    size_t len = 0, reason_len = 0;
    va_list args;

    if (!is_first(err)) {
        return -1;
    }
    snprintf(reason, sizeof reason, ": %s", strerror_r(errnum, space, sizeof space));
    reason_len = strlen(reason);
    va_start(args, fmt);
    set_text(err, reason_len, fmt, args);
    va_end(args);
    len = strlen(err->text);
    memcpy(err->text + len, reason, reason_len + 1);
    err->code = code_of_errno(errnum);
    err->sys_errno = errnum;
    return -1;
}

int dbc_fail_at(struct dbc_error *err, enum dbc_code code, const char *file, unsigned line,
                unsigned column, const char *fmt, ...)
{
    va_list args;

    if (is_first(err)) {
        va_start(args, fmt);
        set_text(err, 0, fmt, args);
        va_end(args);
        dbc_printable(err->file, sizeof err->file, file);
        err->line = line;
        err->column = column;
        err->code = code;
    }
    return -1;
}
