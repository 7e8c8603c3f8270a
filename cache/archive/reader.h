/* reader.h - libarchive, fed by a stream: the members of a tar or a zip, or the bytes of a bzip2 or
 * zstd file as its only member.  Below archive.c, which has the limits. */
#ifndef DBC_ARCHIVE_READER_H
#define DBC_ARCHIVE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/kind.h"
#include "base/stream.h"

struct dbc_reader;

struct dbc_reader_member {
    const char *path; /* NULL when libarchive could make nothing of it */
    bool regular;     /* a file with bytes of its own: no link, no folder, no device */
    bool encrypted;
    const char *method; /* NULL, or the method of compression that is not read here */
};

/* For DBC_KIND_BZIP2, _ZSTD, _TAR or _ZIP.  `from` is copied and must stay readable as long,
 * even after its end; its name is the one in messages.  DBC_EPARSE, DBC_ENOMEM, or as `from` fails.
 */
struct dbc_reader *dbc_reader_open(enum dbc_kind kind, const struct dbc_stream *from,
                                   struct dbc_error *err);
void dbc_reader_close(struct dbc_reader *reader);

/* 1 with *ret good until the next call, 0 at the end, -1 as open. */
int dbc_reader_next(struct dbc_reader *reader, struct dbc_reader_member *ret,
                    struct dbc_error *err);
/* Of the member in hand; as the read of a stream, and 0 where there is none.  Holes are zeros. */
ssize_t dbc_reader_read(struct dbc_reader *reader, char *buffer, size_t len, struct dbc_error *err);
/* Bytes that it made beyond those that came from the stream: those of holes, and in a zip all. */
uint64_t dbc_reader_made(const struct dbc_reader *reader);

#endif
