/* archive_make.h - for the tests of archive/: makes archives with libarchive, makes streams over
 * bytes that can be slow or fail, and prints a walk through an archive as one text. */
#ifndef TESTS_UNIT_ARCHIVE_MAKE_H
#define TESTS_UNIT_ARCHIVE_MAKE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

#include "archive/archive.h"

/* ---- Making ------------------------------------------------------------------------------- */

struct item {
    const char *name; /* NULL ends a list */
    const char *data; /* NULL: `len` zeros */
    size_t len;
    unsigned type;    /* AE_IFREG where 0 */
    const char *link; /* of a hard link, or of a symlink for AE_IFLNK */
};

#define FILE_ITEM(name, text)                                                                      \
    {                                                                                              \
        name, text, sizeof text - 1, 0, NULL                                                       \
    }

struct recipe {
    int format, filter;
    const char *options; /* NULL or libarchive's */
};

#define TAR(filter) ((struct recipe){ ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, filter, NULL })
#define RAW(filter) ((struct recipe){ ARCHIVE_FORMAT_RAW, filter, NULL })
#define ZIP(options) ((struct recipe){ ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, options })

static inline la_ssize_t make_add(struct archive *archive, void *out, const void *data, size_t len)
{
    (void)archive;
    dbc_buf_add(out, data, len);
    return (la_ssize_t)len;
}

static inline void make_check(struct archive *archive, la_ssize_t rc)
{
    if (rc < 0 && rc != ARCHIVE_WARN) {
        fprintf(stderr, "cannot make the archive: %s\n", archive_error_string(archive));
        abort();
    }
}

static inline void make_item(struct archive *archive, const struct item *item)
{
    static const char zeros[64 * 1024];
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, item->name);
    archive_entry_set_filetype(entry, item->type != 0 ? item->type : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)item->len);
    if (item->link != NULL && item->type == AE_IFLNK) {
        archive_entry_set_symlink(entry, item->link);
    } else if (item->link != NULL) {
        archive_entry_set_hardlink(entry, item->link);
    }
    make_check(archive, archive_write_header(archive, entry));
    for (size_t left = item->len; left > 0;) {
        size_t n = item->data == NULL && left > sizeof zeros ? sizeof zeros : left;
        make_check(archive,
                   archive_write_data(archive, item->data != NULL ? item->data : zeros, n));
        left -= n;
    }
    archive_entry_free(entry);
}

/* Appends the archive to `out`. */
static inline void make_archive(struct dbc_buf *out, struct recipe recipe, const struct item *items)
{
    struct archive *archive = archive_write_new();

    make_check(archive, archive_write_set_format(archive, recipe.format));
    make_check(archive, archive_write_add_filter(archive, recipe.filter));
    if (recipe.options != NULL) {
        make_check(archive, archive_write_set_options(archive, recipe.options));
        make_check(archive, archive_write_set_passphrase(archive, "secret"));
    }
    archive_write_set_bytes_in_last_block(archive, 1);
    make_check(archive, archive_write_open(archive, out, NULL, make_add, NULL));
    for (size_t i = 0; items[i].name != NULL; i++) {
        make_item(archive, &items[i]);
    }
    make_check(archive, archive_write_close(archive));
    archive_write_free(archive);
}

static inline void make_packed(struct dbc_buf *out, int filter, const void *data, size_t len)
{
    const struct item items[] = { { "one", data, len, 0, NULL }, { 0 } };

    make_archive(out, RAW(filter), items);
}

/* Of a tar header that was changed by hand. */
static inline void sum_header(char *header)
{
    unsigned sum = 0;

    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++) {
        sum += (unsigned char)header[i];
    }
    snprintf(header + 148, 8, "%06o", sum);
}

/* ---- Streams ------------------------------------------------------------------------------ */

struct bytes {
    const char *data;
    size_t len, at;
    size_t piece;    /* bytes a read; 0: as many as are asked for */
    bool fails;      /* at the end */
    bool closed;     /* 0 or -1 was said: nobody may ask again */
    unsigned errors; /* times that somebody did */
};

static inline ssize_t bytes_read(const struct dbc_stream *self, char *buffer, size_t len,
                                 struct dbc_error *err)
{
    struct bytes *bytes = self->ctx;
    size_t n = bytes->len - bytes->at;

    bytes->errors += bytes->closed;
    if (len == 0) {
        abort();
    }
    n = n < len ? n : len;
    n = bytes->piece > 0 && bytes->piece < n ? bytes->piece : n;
    if (n > 0) {
        memcpy(buffer, bytes->data + bytes->at, n);
    }
    bytes->at += n;
    bytes->closed = n == 0;
    return n == 0 && bytes->fails ? dbc_fail_errno(err, EIO, "%s: cannot read", self->name)
                                  : (ssize_t)n;
}

static inline struct dbc_stream bytes_stream(struct bytes *bytes)
{
    return (struct dbc_stream){ .name = "file", .read = bytes_read, .ctx = bytes };
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* "PATH=BYTES\n" for each member, "!" in front of those outside. */
static inline int walk_member(struct dbc_archive *archive, const struct dbc_member *member,
                              struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_stream stream = dbc_archive_stream(archive, "member");
    int rc = 0;

    dbc_buf_adds(out, member->outside ? "!" : "");
    dbc_buf_adds(out, member->path);
    dbc_buf_addc(out, '=');
    rc = dbc_stream_read_all(&stream, DBC_LIMIT_MEMBER_BYTES, out, err);
    dbc_buf_addc(out, '\n');
    return rc;
}

static inline int walk_stream(const struct dbc_stream *stream, struct dbc_buf *out,
                              struct dbc_error *err)
{
    struct dbc_archive *archive = dbc_archive_open(stream, err);
    struct dbc_member member;
    int rc = archive != NULL ? 1 : -1;

    while (rc > 0) {
        rc = dbc_archive_next(archive, &member, err);
        if (rc > 0 && out != NULL && walk_member(archive, &member, out, err) != 0) {
            rc = -1;
        }
    }
    if (rc == 0 && dbc_archive_next(archive, &member, err) != 0) {
        abort();
    }
    dbc_archive_close(archive);
    if ((rc != 0) != (err->code != DBC_OK)) {
        abort(); /* a failure without a reason, or the reverse */
    }
    return rc;
}

/* `out` may be NULL: the members are passed over. */
static inline enum dbc_code walk(const void *data, size_t len, size_t piece, struct dbc_buf *out,
                                 struct dbc_error *err)
{
    struct bytes bytes = { .data = data, .len = len, .piece = piece };
    struct dbc_stream stream = bytes_stream(&bytes);
    struct dbc_error local = DBC_ERROR_INIT;

    walk_stream(&stream, out, err != NULL ? err : &local);
    if (bytes.errors > 0) {
        abort();
    }
    return err != NULL ? err->code : local.code;
}

#endif
