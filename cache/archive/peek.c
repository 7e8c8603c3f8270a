/* peek.c - keeps a stream's head and hands it out again; the rest is read directly (peek.h). */
#include "archive/peek.h"

#include <string.h>

/* Reads from the stream straight into the caller's buffer, which saves a copy of large files. */
static ssize_t take(struct dbc_peek *peek, char *buffer, size_t len, struct dbc_error *err)
{
    ssize_t n = peek->ended ? 0 : peek->from.read(&peek->from, buffer, len, err);

    peek->ended = n <= 0;
    peek->total += n > 0 ? (uint64_t)n : 0;
    return n;
}

static ssize_t read_peek(const struct dbc_stream *self, char *buffer, size_t len,
                         struct dbc_error *err)
{
    struct dbc_peek *peek = self->ctx;
    size_t n = peek->len - peek->at < len ? peek->len - peek->at : len;

    if (n == 0) {
        return take(peek, buffer, len, err);
    }
    memcpy(buffer, peek->head + peek->at, n);
    peek->at += n;
    return (ssize_t)n;
}

int dbc_peek_open(struct dbc_peek *peek, const struct dbc_stream *from, struct dbc_error *err)
{
    ssize_t n = 1;

    *peek = (struct dbc_peek){ .stream = { from->name, read_peek, peek }, .from = *from };
    while (n > 0 && peek->len < sizeof peek->head) {
        n = take(peek, peek->head + peek->len, sizeof peek->head - peek->len, err);
        peek->len += n > 0 ? (size_t)n : 0;
    }
    return n < 0 ? -1 : 0;
}
