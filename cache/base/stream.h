/* stream.h - bytes that come a piece at a time, wherever they come from: a file, standard input,
 * memory, a member of an archive.  Who makes one says how long it is good for. */
#ifndef DBC_BASE_STREAM_H
#define DBC_BASE_STREAM_H

#include <sys/types.h>

#include "base/buf.h"

struct dbc_stream {
    const char *name; /* for messages */
    /* Up to `len` bytes, at least one; 0 at the end; -1 with *err.  Not called again after 0 or
     * -1. */
    ssize_t (*read)(const struct dbc_stream *self, char *buffer, size_t len, struct dbc_error *err);
    void *ctx;
};

/* Appends all of it to `out`; DBC_ELIMIT above `max` bytes, DBC_ENOMEM, or what the stream says. */
int dbc_stream_read_all(const struct dbc_stream *stream, size_t max, struct dbc_buf *out,
                        struct dbc_error *err);

/* The bytes that a file descriptor has from here on; *fd and `name` must outlive the stream. */
struct dbc_stream dbc_stream_of_fd(int *fd, const char *name);

/* Bytes in memory; what has been read is taken off the span.  *span, its bytes and `name` must
 * outlive the stream. */
struct dbc_span {
    const char *data;
    size_t len;
};
struct dbc_stream dbc_stream_of_span(struct dbc_span *span, const char *name);

#endif
