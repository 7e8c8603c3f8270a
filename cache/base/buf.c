/* buf.c - a growing byte string, in which log.c, file.c and every writer build their text. */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 64

/* Doubles, so that n bytes added one by one cost about n moves in all. */
static size_t next_cap(size_t cap, size_t need)
{
    if (cap < FIRST_CAP) {
        cap = FIRST_CAP;
    }
    while (cap < need && cap <= SIZE_MAX / 2) {
        cap *= 2;
    }
    return cap < need ? need : cap;
}

char *dbc_buf_reserve(struct dbc_buf *buf, size_t len)
{
    char *data = NULL;

    if (buf->failed) {
        return NULL;
    }
    if (buf->data != NULL && len < buf->cap - buf->len) {
        return buf->data + buf->len;
    }
    if (len < SIZE_MAX / 2 - buf->len) {
        size_t cap = next_cap(buf->cap, buf->len + len + 1);
        data = realloc(buf->data, cap);
        if (data != NULL) {
            buf->data = data;
            buf->cap = cap;
            buf->data[buf->len] = '\0';
            return buf->data + buf->len;
        }
    }
    buf->failed = true;
    return NULL;
}

void dbc_buf_added(struct dbc_buf *buf, size_t len)
{
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void dbc_buf_add(struct dbc_buf *buf, const void *data, size_t len)
{
    char *room = dbc_buf_reserve(buf, len);

    if (room != NULL && len > 0) {
        memcpy(room, data, len);
        dbc_buf_added(buf, len);
    }
}

void dbc_buf_adds(struct dbc_buf *buf, const char *text)
{
    dbc_buf_add(buf, text, strlen(text));
}

void dbc_buf_addc(struct dbc_buf *buf, char c)
{
    dbc_buf_add(buf, &c, 1);
}

void dbc_buf_add_int(struct dbc_buf *buf, int64_t number)
{
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char digits[20]; /* of INT64_MIN with its sign */
    char *at = digits + sizeof digits;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        *--at = '-';
    }
    dbc_buf_add(buf, at, (size_t)(digits + sizeof digits - at));
}

void dbc_buf_addv(struct dbc_buf *buf, const char *fmt, va_list args)
{
    va_list again;
    char *room = NULL;
    int len = 0;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (len < 0) {
        buf->failed = true;
        return;
    }
    room = dbc_buf_reserve(buf, (size_t)len);
    if (room != NULL) {
        vsnprintf(room, (size_t)len + 1, fmt, args);
        dbc_buf_added(buf, (size_t)len);
    }
}

void dbc_buf_addf(struct dbc_buf *buf, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    dbc_buf_addv(buf, fmt, args);
    va_end(args);
}

int dbc_buf_sink(const char *text, size_t len, void *buf)
{
    struct dbc_buf *out = buf;

    dbc_buf_add(out, text, len);
    return out->failed ? -1 : 0;
}

static size_t plain_ascii(const char *text)
{
    size_t n = 0;

    while (text[n] >= ' ' && text[n] <= '~') {
        n++;
    }
    return n;
}

void dbc_buf_add_printable(struct dbc_buf *buf, const char *text)
{
    size_t plain = plain_ascii(text); /* mostly all of it */

    dbc_buf_add(buf, text, plain);
    text += plain;
    while (*text != '\0' && !buf->failed) {
        char unit[4];
        size_t n = dbc_printable_next(&text, unit);
        dbc_buf_add(buf, unit, n);
    }
}

const char *dbc_buf_str(const struct dbc_buf *buf)
{
    return buf->data == NULL || buf->failed ? "" : buf->data;
}

void dbc_buf_clear(struct dbc_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

void dbc_buf_release(struct dbc_buf *buf)
{
    free(buf->data);
    *buf = DBC_BUF_INIT;
}

char *dbc_buf_steal(struct dbc_buf *buf)
{
    char *data = NULL;

    dbc_buf_add(buf, "", 0); /* makes a fresh buffer "" */
    if (!buf->failed) {
        data = buf->data;
        buf->data = NULL;
    }
    dbc_buf_release(buf);
    return data;
}
