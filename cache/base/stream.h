/* stream.h - bytes that come a piece at a time: from a file, standard input, memory or a member of
 * an archive.  The function that makes a stream says how long it is valid. */
#ifndef DBC_BASE_STREAM_H
#define DBC_BASE_STREAM_H

#include <sys/types.h>

#include "base/buf.h"

struct dbc_stream {
    const char *name; /* for messages */
    /* Reads up to `len` bytes.  Returns their number, at least one; 0 at the end; -1 with *err.  It
     * is not called again after 0 or -1. */
    ssize_t (*read)(const struct dbc_stream *self, char *buffer, size_t len, struct dbc_error *err);
    void *ctx;
};

/* Appends all bytes of the stream to `out`.  Returns 0, or -1: DBC_ELIMIT above `max` bytes,
 * DBC_ENOMEM, or as the stream fails; `out` has a part of them then. */
int dbc_stream_read_all(const struct dbc_stream *stream, size_t max, struct dbc_buf *out,
                        struct dbc_error *err);

/* Returns a stream of what is left to read from a file descriptor, which fails as dbc_fail_errno
 * says.  *fd and `name` must outlive it. */
struct dbc_stream dbc_stream_of_fd(int *fd, const char *name);

/* Returns a stream of bytes in memory, which cannot fail; bytes that were read are taken off the
 * span.  *span, its bytes and `name` must outlive it. */
struct dbc_span {
    const char *data;
    size_t len;
};
struct dbc_stream dbc_stream_of_span(struct dbc_span *span, const char *name);

#endif
