/* archive.h - the files inside a file, through libarchive: a tar (plain, or compressed with gzip,
 * bzip2 or zstd), a zip, one compressed file, or a plain one.  Streaming; nothing is ever
 * written to disk, and links inside an archive are not followed.
 *
 * Limits, since a few bytes can unfold into anything: of one member, of all of them, of their
 * number, and of the ratio between what comes out and what went in.  Each is a constant below;
 * crossing one is DBC_ELIMIT.
 *
 * What is not known by how it starts is a plain file, its bytes unchanged.  What is known but
 * damaged or cut off is an error and never a shorter file.  Most checksums are at the end: bytes of
 * a compressed file are sound when its stream has ended, those of a member of a compressed tar when
 * dbc_archive_next has returned 0. */
#ifndef DBC_ARCHIVE_ARCHIVE_H
#define DBC_ARCHIVE_ARCHIVE_H

#include <stdbool.h>

#include "base/stream.h"

#define DBC_LIMIT_MEMBER_BYTES (256u * 1024 * 1024) /* that are read of one member */
/* Unpacked in all, with what is passed over and what lies between members. */
#define DBC_LIMIT_ARCHIVE_BYTES (8ull * 1024 * 1024 * 1024)
#define DBC_LIMIT_ARCHIVE_MEMBERS 200000 /* folders and links count */
#define DBC_LIMIT_ARCHIVE_PATH 4096      /* bytes of a member's name */
/* Unpacked bytes for one packed byte, beyond the first DBC_ARCHIVE_RATIO_FREE ones.  gzip cannot do
 * more than 1,032; a cache with 4,000 VLANs has about 30. */
#define DBC_LIMIT_ARCHIVE_RATIO 400u
#define DBC_ARCHIVE_RATIO_FREE (4u * 1024 * 1024)

struct dbc_archive;

struct dbc_member {
    /* As the archive has it, without "./" in front: any bytes but NUL.  "" of a single file, and
     * only of one. */
    const char *path;
    bool outside; /* absolute, or with a ".." in it: not a name below any folder */
};

/* From a stream, which is read from here on; what it reads from and its name must live as long.  A
 * member of one archive may be the next one's stream.  NULL: DBC_EPARSE (damaged, a kind of archive
 * that is not read here, compressed twice), DBC_ENOMEM, or what the stream says. */
struct dbc_archive *dbc_archive_open(const struct dbc_stream *stream, struct dbc_error *err);
void dbc_archive_close(struct dbc_archive *archive);

/* The next regular file: 1, *ret valid until the next call; 0: no more; -1: DBC_EPARSE (damaged, an
 * encrypted member), DBC_ELIMIT, DBC_ENOMEM, or what the stream says; only closing makes sense
 * then. Links, folders and devices are passed over.  What is no archive is one member with an empty
 * path: its bytes, decompressed. */
int dbc_archive_next(struct dbc_archive *archive, struct dbc_member *ret, struct dbc_error *err);
/* The bytes of the member in hand; good until the next call of dbc_archive_next.  `name` is
 * borrowed for messages.  Fails as dbc_archive_next, and with DBC_EPARSE for a member of a zip that
 * is compressed in another way than deflate, which does no harm to the others. */
struct dbc_stream dbc_archive_stream(struct dbc_archive *archive, const char *name);

#endif
