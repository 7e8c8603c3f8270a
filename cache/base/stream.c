/* stream.c - streams of a file descriptor and of memory, and reading a whole stream (stream.h). */
#include "base/stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIECE (64u * 1024)

int dbc_stream_read_all(const struct dbc_stream *stream, size_t max, struct dbc_buf *out,
                        struct dbc_error *err)
{
    size_t start = out->len;
    ssize_t n = 1;

    while (n > 0) {
        char *room = dbc_buf_reserve(out, PIECE);
        if (room == NULL) {
            return dbc_fail_nomem(err);
        }
        n = stream->read(stream, room, PIECE, err);
        dbc_buf_added(out, n > 0 ? (size_t)n : 0);
        if (out->len - start > max) {
            return dbc_fail_at(err, DBC_ELIMIT, stream->name, 0, 0,
                               "expected at most %zu bytes, found more", max);
        }
    }
    return n == 0 ? 0 : -1;
}

static ssize_t read_fd(const struct dbc_stream *self, char *buffer, size_t len,
                       struct dbc_error *err)
{
    const int *fd = self->ctx;
    ssize_t n = -1;

    do {
        n = read(*fd, buffer, len);
    } while (n < 0 && errno == EINTR);
    return n < 0 ? dbc_fail_errno(err, errno, "%s: cannot read", self->name) : n;
}

struct dbc_stream dbc_stream_of_fd(int *fd, const char *name)
{
    return (struct dbc_stream){ .name = name, .read = read_fd, .ctx = fd };
}

static ssize_t read_span(const struct dbc_stream *self, char *buffer, size_t len,
                         struct dbc_error *err)
{
    struct dbc_span *left = self->ctx;
    size_t n = left->len < len ? left->len : len;

    (void)err;
    if (n > 0) {
        memcpy(buffer, left->data, n);
        left->data += n;
        left->len -= n;
    }
    return (ssize_t)n;
}

struct dbc_stream dbc_stream_of_span(struct dbc_span *span, const char *name)
{
    return (struct dbc_stream){ .name = name, .read = read_span, .ctx = span };
}
