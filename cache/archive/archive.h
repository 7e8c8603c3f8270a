/* archive.h - reads the files inside a file, through libarchive: a tar (plain, or compressed with
 * gzip, bzip2 or zstd), a zip, one compressed file, or a plain one.  It is read as a stream;
 * nothing is written to disk, and links inside an archive are not followed.
 *
 * A few bytes can unpack to any number, so there are limits: on the bytes of one member and of all,
 * on the number of members, and on the ratio of unpacked to packed bytes.  Each is a constant
 * below; crossing one is DBC_ELIMIT.
 *
 * A file that does not start like any of these is a plain file, and its bytes stay unchanged.  A
 * damaged or shortened archive is an error and never a shorter file.  Most checksums are at the
 * end: the bytes of a compressed file are sound when its stream has ended, those of a member of a
 * compressed tar when dbc_archive_next has returned 0. */
#ifndef DBC_ARCHIVE_ARCHIVE_H
#define DBC_ARCHIVE_ARCHIVE_H

#include <stdbool.h>

#include "base/stream.h"

#define DBC_LIMIT_MEMBER_BYTES (256u * 1024 * 1024) /* read of one member */
/* Unpacked bytes in all, also those of skipped members and between members. */
#define DBC_LIMIT_ARCHIVE_BYTES (8ull * 1024 * 1024 * 1024)
#define DBC_LIMIT_ARCHIVE_MEMBERS 200000 /* folders and links count */
#define DBC_LIMIT_ARCHIVE_PATH 4096      /* bytes of a member's name */
/* Unpacked bytes for one packed byte; the first DBC_ARCHIVE_RATIO_FREE bytes do not count.  gzip
 * reaches 1,032 at most; a cache with 4,000 VLANs has about 30. */
#define DBC_LIMIT_ARCHIVE_RATIO 400u
#define DBC_ARCHIVE_RATIO_FREE (4u * 1024 * 1024)

struct dbc_archive;

struct dbc_member {
    /* As the archive has it, without "./" in front: any bytes but NUL.  "" if and only if the file
     * is no archive. */
    const char *path;
    bool outside; /* absolute or with "..": may lead out of the folder to unpack in */
};

/* Opens an archive, which reads from a copy of `stream`.  What that reads from, and its name, must
 * outlive the archive; it may be a member of another archive.  The caller closes the result.  NULL:
 * DBC_EPARSE for damage, an unsupported kind of archive, or a file that is compressed twice;
 * DBC_ENOMEM; or as the stream fails. */
struct dbc_archive *dbc_archive_open(const struct dbc_stream *stream, struct dbc_error *err);
/* `archive` may be NULL. */
void dbc_archive_close(struct dbc_archive *archive);

/* Moves to the next regular file, skipping links, folders and devices.  A file that is no archive
 * has one member with an empty path: its decompressed bytes.  Returns 1, with *ret valid until the
 * next call; 0 at the end; -1: DBC_EPARSE for damage or an encrypted member, DBC_ELIMIT,
 * DBC_ENOMEM, or as the stream fails.  After -1 the archive can only be closed. */
int dbc_archive_next(struct dbc_archive *archive, struct dbc_member *ret, struct dbc_error *err);
/* Returns the bytes of the current member, valid until the next dbc_archive_next; `name` is
 * borrowed for messages.  Reading fails as dbc_archive_next does, and with DBC_EPARSE for a member
 * of a zip that is neither deflated nor stored; the other members can still be read then. */
struct dbc_stream dbc_archive_stream(struct dbc_archive *archive, const char *name);

#endif
