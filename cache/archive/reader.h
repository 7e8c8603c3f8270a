/* reader.h - libarchive reading a stream: the members of a tar or a zip, or the bytes of a bzip2 or
 * zstd file as its only member.  archive.c is above it and has the limits. */
#ifndef DBC_ARCHIVE_READER_H
#define DBC_ARCHIVE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/kind.h"
#include "base/stream.h"

struct dbc_reader;

struct dbc_reader_member {
    const char *path; /* NULL when libarchive cannot convert it */
    bool regular;     /* a file with bytes of its own: no link, folder or device */
    bool encrypted;
    const char *method; /* an unsupported method of compression; NULL: a supported one */
};

/* Opens a DBC_KIND_BZIP2, _ZSTD, _TAR or _ZIP; the caller closes the result.  `from` is copied; it
 * must stay readable as long as the reader, even after its end.  Messages use its name.  NULL:
 * DBC_EPARSE, DBC_ENOMEM, or as `from` fails. */
struct dbc_reader *dbc_reader_open(enum dbc_kind kind, const struct dbc_stream *from,
                                   struct dbc_error *err);
/* `reader` may be NULL. */
void dbc_reader_close(struct dbc_reader *reader);

/* Returns 1 with *ret valid until the next call, 0 at the end, or -1 as dbc_reader_open fails. */
int dbc_reader_next(struct dbc_reader *reader, struct dbc_reader_member *ret,
                    struct dbc_error *err);
/* Reads bytes of the current member, as a stream does; 0 where there is no member.  Holes read as
 * zeros.  Fails as dbc_reader_open. */
ssize_t dbc_reader_read(struct dbc_reader *reader, char *buffer, size_t len, struct dbc_error *err);
/* Returns the number of bytes read that a tar's stream does not have, those of holes; of a zip all
 * bytes read. */
uint64_t dbc_reader_made(const struct dbc_reader *reader);

#endif
