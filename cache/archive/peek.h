/* peek.h - a stream with its head in front: the first bytes can be looked at, and stay in it.  For
 * whoever has to tell formats apart, in this folder and above. */
#ifndef DBC_ARCHIVE_PEEK_H
#define DBC_ARCHIVE_PEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/stream.h"

struct dbc_peek {
    struct dbc_stream stream; /* all bytes, those of the head first; may be read on after its end */
    struct dbc_stream from;
    uint64_t total; /* bytes that came out of `from` */
    size_t len, at; /* of the head: bytes that it has, bytes handed out */
    bool ended;
    char head[4096];
};

/* Reads the head, which is shorter only where the stream is; fails as that does.  `from` is copied;
 * *peek must stay where it is. */
int dbc_peek_open(struct dbc_peek *peek, const struct dbc_stream *from, struct dbc_error *err);

#endif
