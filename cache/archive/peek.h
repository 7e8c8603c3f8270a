/* peek.h - a stream whose first bytes can be looked at before it is read, to tell formats apart in
 * this folder and above. */
#ifndef DBC_ARCHIVE_PEEK_H
#define DBC_ARCHIVE_PEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/stream.h"

struct dbc_peek {
    struct dbc_stream stream; /* all bytes from the first; may be read again after its end */
    struct dbc_stream from;
    uint64_t total; /* bytes that came from `from` */
    size_t len, at; /* of the head: its bytes, and those handed out */
    bool ended;
    char head[4096];
};

/* Reads the head, which has 4,096 bytes or all of a shorter stream.  `from` is copied; *peek must
 * not move afterwards.  Returns 0, or -1 as `from` fails. */
int dbc_peek_open(struct dbc_peek *peek, const struct dbc_stream *from, struct dbc_error *err);

#endif
