/* archive.c - finds a file's kind (kind.c), removes one compression around it (flate/gunzip.h,
 * reader.c), reads the members inside (reader.c), and enforces the limits (archive.h). */
#include "archive/archive.h"

#include <stdlib.h>
#include <string.h>

#include "archive/kind.h"
#include "archive/module.h"
#include "archive/peek.h"
#include "archive/zipend.h"
#include "flate/gunzip.h"

struct dbc_archive {
    const char *name;
    const struct dbc_archive_module *module; /* calls libarchive; NULL where that is not needed */
    struct dbc_peek packed;                  /* the file as it is */
    struct dbc_gunzip *gunzip;               /* a compressed file has one of these, */
    struct dbc_reader *unpacker;             /* which makes the bytes of `unpacked` */
    struct dbc_peek unpacked;
    struct dbc_peek *body;      /* packed or unpacked: a tar, a zip, or the bytes themselves */
    struct dbc_reader *members; /* of a tar or a zip; NULL otherwise */
    enum dbc_kind kind;         /* of the body */
    struct dbc_reader_member member;
    uint64_t member_bytes; /* read of the current member */
    size_t n;              /* members so far, also skipped ones */
    bool ended;
    struct dbc_zipend *zipend; /* of a zip; NULL otherwise */
};

static ssize_t read_unpacker(const struct dbc_stream *self, char *buffer, size_t len,
                             struct dbc_error *err)
{
    struct dbc_archive *archive = self->ctx;

    return archive->module->read(archive->unpacker, buffer, len, err);
}

/* ---- Limits ------------------------------------------------------------------------------- */

static int check_limits(const struct dbc_archive *archive, struct dbc_error *err)
{
    uint64_t unpacked = archive->body->total;

    if (archive->members != NULL) {
        unpacked += archive->module->made(archive->members);
    }
    if (unpacked > DBC_LIMIT_ARCHIVE_BYTES) {
        return dbc_fail_at(err, DBC_ELIMIT, archive->name, 0, 0,
                           "expected at most %llu bytes in all when unpacked, found more",
                           DBC_LIMIT_ARCHIVE_BYTES);
    }
    if (unpacked > DBC_ARCHIVE_RATIO_FREE &&
        (unpacked - DBC_ARCHIVE_RATIO_FREE) / DBC_LIMIT_ARCHIVE_RATIO >= archive->packed.total) {
        return dbc_fail_at(err, DBC_ELIMIT, archive->name, 0, 0,
                           "expected at most %u unpacked bytes for a packed one, found more",
                           DBC_LIMIT_ARCHIVE_RATIO);
    }
    return 0;
}

/* All bytes of the body pass here, wanted or not. */
static ssize_t read_body(const struct dbc_stream *self, char *buffer, size_t len,
                         struct dbc_error *err)
{
    struct dbc_archive *archive = self->ctx;
    ssize_t n = archive->body->stream.read(&archive->body->stream, buffer, len, err);

    if (n > 0 && archive->zipend != NULL) {
        dbc_zipend_add(archive->zipend, buffer, (size_t)n);
    }
    return n > 0 && check_limits(archive, err) != 0 ? -1 : n;
}

/* Reads from the current member, or from the body where there are no members. */
static ssize_t read_some(const struct dbc_stream *self, char *buffer, size_t len,
                         struct dbc_error *err)
{
    struct dbc_archive *archive = self->ctx;
    ssize_t n = -1;

    if (archive->members == NULL) {
        return read_body(self, buffer, len, err);
    }
    n = archive->module->read(archive->members, buffer, len, err);
    return n > 0 && check_limits(archive, err) != 0 ? -1 : n;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static int fail_foreign(const struct dbc_archive *archive, const char *name, struct dbc_error *err)
{
    return dbc_fail_at(err, DBC_EPARSE, archive->name, 0, 0,
                       "expected a tar or zip archive or one file, plain or compressed with gzip, "
                       "bzip2 or zstd, found a %s: unpack it first",
                       name);
}

static struct dbc_reader *open_reader(struct dbc_archive *archive, enum dbc_kind kind,
                                      const struct dbc_stream *from, struct dbc_error *err)
{
    archive->module = dbc_archive_load(err);
    return archive->module == NULL ? NULL : archive->module->open(kind, from, err);
}

static int open_unpacker(struct dbc_archive *archive, enum dbc_kind kind, struct dbc_error *err)
{
    struct dbc_stream to = { .name = archive->name, .read = read_unpacker };
    struct dbc_reader_member whole;

    if (kind == DBC_KIND_GZIP) {
        archive->gunzip = dbc_gunzip_open(&archive->packed.stream, err);
        if (archive->gunzip == NULL) {
            return -1;
        }
        to = dbc_gunzip_stream(archive->gunzip);
    } else {
        archive->unpacker = open_reader(archive, kind, &archive->packed.stream, err);
        if (archive->unpacker == NULL ||
            archive->module->next(archive->unpacker, &whole, err) < 0) {
            return -1;
        }
        to.ctx = archive;
    }
    archive->body = &archive->unpacked;
    return dbc_peek_open(archive->body, &to, err);
}

static int open_members(struct dbc_archive *archive, struct dbc_error *err)
{
    const struct dbc_stream from = { archive->name, read_body, archive };

    if (archive->kind == DBC_KIND_ZIP) {
        archive->zipend = calloc(1, sizeof *archive->zipend);
        if (archive->zipend == NULL) {
            return dbc_fail_nomem(err);
        }
    }
    archive->members = open_reader(archive, archive->kind, &from, err);
    return archive->members != NULL ? 0 : -1;
}

static bool is_compressed(enum dbc_kind kind)
{
    return kind == DBC_KIND_GZIP || kind == DBC_KIND_BZIP2 || kind == DBC_KIND_ZSTD;
}

static int open_body(struct dbc_archive *archive, struct dbc_error *err)
{
    const char *name = NULL;
    enum dbc_kind kind = dbc_kind_of(archive->packed.head, archive->packed.len, &name);

    archive->body = &archive->packed;
    if (is_compressed(kind)) {
        if (open_unpacker(archive, kind, err) != 0) {
            return -1;
        }
        kind = dbc_kind_of(archive->unpacked.head, archive->unpacked.len, &name);
    }
    archive->kind = kind;
    if (kind == DBC_KIND_FOREIGN) {
        return fail_foreign(archive, name, err);
    }
    if (is_compressed(kind)) {
        return dbc_fail_at(err, DBC_EPARSE, archive->name, 0, 0,
                           "expected a file that is compressed once, found that it is compressed "
                           "twice, a %s inside: unpack it first",
                           name);
    }
    return kind == DBC_KIND_PLAIN ? 0 : open_members(archive, err);
}

struct dbc_archive *dbc_archive_open(const struct dbc_stream *stream, struct dbc_error *err)
{
    struct dbc_archive *archive = calloc(1, sizeof *archive);

    if (archive == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    archive->name = stream->name;
    if (dbc_peek_open(&archive->packed, stream, err) != 0 || open_body(archive, err) != 0) {
        dbc_archive_close(archive);
        return NULL;
    }
    return archive;
}

void dbc_archive_close(struct dbc_archive *archive)
{
    if (archive != NULL) {
        if (archive->module != NULL) {
            archive->module->close(archive->members);
            archive->module->close(archive->unpacker);
        }
        dbc_gunzip_close(archive->gunzip);
        free(archive->zipend);
        free(archive);
    }
}

/* ---- Members ------------------------------------------------------------------------------ */

static int throw_away(struct dbc_stream stream, struct dbc_error *err)
{
    char away[16 * 1024];
    ssize_t n = 1;

    while (n > 0) {
        n = stream.read(&stream, away, sizeof away, err);
    }
    return n < 0 ? -1 : 0;
}

/* Reads to the end, where checksums are and where a zip says how many members it has. */
static int finish(struct dbc_archive *archive, struct dbc_error *err)
{
    if (throw_away((struct dbc_stream){ archive->name, read_body, archive }, err) != 0 ||
        (archive->zipend != NULL &&
         dbc_zipend_check(archive->zipend, archive->n, archive->name, err) != 0)) {
        return -1;
    }
    archive->ended = true;
    return 0;
}

static bool has_dotdot(const char *path)
{
    while (path != NULL) {
        path += path[0] == '/';
        if (path[0] == '.' && path[1] == '.' && (path[2] == '/' || path[2] == '\0')) {
            return true;
        }
        path = strchr(path, '/');
    }
    return false;
}

static int name_member(const struct dbc_archive *archive, const char *path, struct dbc_member *ret,
                       struct dbc_error *err)
{
    if (path != NULL && strlen(path) > DBC_LIMIT_ARCHIVE_PATH) {
        return dbc_fail_at(err, DBC_ELIMIT, archive->name, 0, 0,
                           "expected member names of at most %d bytes, found %.64s...",
                           DBC_LIMIT_ARCHIVE_PATH, path);
    }
    *ret = (struct dbc_member){ .outside = path != NULL && (path[0] == '/' || has_dotdot(path)) };
    while (path != NULL && path[0] == '.' && path[1] == '/') {
        path += 1 + strspn(path + 1, "/");
    }
    if (path == NULL || path[0] == '\0') {
        return dbc_fail_at(err, DBC_EPARSE, archive->name, 0, 0,
                           "expected a name for member %zu, found none or one that is not UTF-8",
                           archive->n);
    }
    ret->path = path;
    return 0;
}

/* An encrypted member is an error, since the work of libarchive to skip it could not be limited. */
static int check_member(const struct dbc_archive *archive, struct dbc_error *err)
{
    const char *path = archive->member.path != NULL ? archive->member.path : "";

    if (archive->n > DBC_LIMIT_ARCHIVE_MEMBERS) {
        return dbc_fail_at(err, DBC_ELIMIT, archive->name, 0, 0,
                           "expected at most %d members, found more", DBC_LIMIT_ARCHIVE_MEMBERS);
    }
    if (archive->member.encrypted) {
        return dbc_fail_at(err, DBC_EPARSE, archive->name, 0, 0,
                           "expected no encryption, found member %.64s encrypted: unpack the "
                           "archive first",
                           path);
    }
    return 0;
}

/* Unpacks the rest of a zip's member, wanted or not: its bytes count, and damage shows.  A tar's
 * members pass read_body anyway, and holes cost nothing. */
static int leave_member(struct dbc_archive *archive, struct dbc_error *err)
{
    archive->member_bytes = 0;
    if (archive->kind != DBC_KIND_ZIP || archive->member.method != NULL) {
        return 0;
    }
    return throw_away((struct dbc_stream){ archive->name, read_some, archive }, err);
}

static int next_member(struct dbc_archive *archive, struct dbc_member *ret, struct dbc_error *err)
{
    int rc = 1;

    do {
        if (leave_member(archive, err) != 0) {
            return -1;
        }
        rc = archive->module->next(archive->members, &archive->member, err);
        if (rc <= 0) {
            return rc;
        }
        archive->n++;
        if (check_member(archive, err) != 0) {
            return -1;
        }
    } while (!archive->member.regular);
    return name_member(archive, archive->member.path, ret, err) == 0 ? 1 : -1;
}

static int next_single(struct dbc_archive *archive, struct dbc_member *ret)
{
    *ret = (struct dbc_member){ .path = "" };
    return archive->n++ == 0;
}

int dbc_archive_next(struct dbc_archive *archive, struct dbc_member *ret, struct dbc_error *err)
{
    int rc = 0;

    if (archive->ended) {
        return 0;
    }
    rc = archive->members != NULL ? next_member(archive, ret, err) : next_single(archive, ret);
    return rc == 0 ? finish(archive, err) : rc;
}

static ssize_t read_member(const struct dbc_stream *self, char *buffer, size_t len,
                           struct dbc_error *err)
{
    struct dbc_archive *archive = self->ctx;
    ssize_t n = -1;

    if (archive->member.method != NULL) {
        return dbc_fail_at(err, DBC_EPARSE, self->name, 0, 0,
                           "expected a member that is deflated or stored, found %s: unpack the "
                           "archive first",
                           archive->member.method);
    }
    n = read_some(self, buffer, len, err);
    archive->member_bytes += n > 0 ? (uint64_t)n : 0;
    if (archive->member_bytes > DBC_LIMIT_MEMBER_BYTES) {
        return dbc_fail_at(err, DBC_ELIMIT, self->name, 0, 0,
                           "expected at most %u bytes when unpacked, found more",
                           DBC_LIMIT_MEMBER_BYTES);
    }
    return n;
}

struct dbc_stream dbc_archive_stream(struct dbc_archive *archive, const char *name)
{
    return (struct dbc_stream){ .name = name, .read = read_member, .ctx = archive };
}
