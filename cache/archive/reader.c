/* reader.c - runs libarchive between a stream and archive.c: formats, errors, names, holes. */
#include "archive/reader.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>

struct dbc_reader {
    struct archive *archive;
    struct dbc_stream from;
    const struct format *format;
    struct dbc_error error; /* why `from` failed: libarchive passes on a number at most */
    bool failed;            /* `from` has failed */
    uint64_t fed;           /* bytes read from it */
    locale_t utf8;
    const char *block; /* bytes of the member from libarchive, not handed out yet */
    size_t block_len;
    uint64_t at, block_at; /* offsets in the member: of the next byte, and of the block */
    bool last;             /* there is no further block */
    uint64_t made;
    char buffer[64 * 1024];
};

struct format {
    enum dbc_kind kind;
    const char *name;
    int (*support_format)(struct archive *archive);
    int (*support_filter)(struct archive *archive);
    int filter; /* the filter that libarchive must find */
};

static const struct format formats[] = {
    { DBC_KIND_BZIP2, "bzip2 file", archive_read_support_format_raw,
      archive_read_support_filter_bzip2, ARCHIVE_FILTER_BZIP2 },
    { DBC_KIND_ZSTD, "zstd file", archive_read_support_format_raw, archive_read_support_filter_zstd,
      ARCHIVE_FILTER_ZSTD },
    { DBC_KIND_TAR, "tar archive", archive_read_support_format_tar,
      archive_read_support_filter_none, ARCHIVE_FILTER_NONE },
    { DBC_KIND_ZIP, "zip archive", archive_read_support_format_zip_streamable,
      archive_read_support_filter_none, ARCHIVE_FILTER_NONE },
};

static const struct format *find_format(enum dbc_kind kind)
{
    const struct format *format = formats;

    while (format->kind != kind) {
        format++;
    }
    return format;
}

static la_ssize_t feed(struct archive *archive, void *ctx, const void **bytes)
{
    struct dbc_reader *reader = ctx;
    ssize_t n =
        reader->from.read(&reader->from, reader->buffer, sizeof reader->buffer, &reader->error);

    (void)archive;
    reader->failed = reader->failed || n < 0;
    reader->fed += n > 0 ? (uint64_t)n : 0;
    *bytes = reader->buffer;
    return reader->failed ? -1 : n;
}

static int fail_format(const struct dbc_reader *reader, const char *found, struct dbc_error *err)
{
    int len = (int)strcspn(found, "\n"); /* some of libarchive's texts end in one */

    return dbc_fail_at(err, DBC_EPARSE, reader->from.name, 0, 0, "expected a whole %s, found %.*s",
                       reader->format->name, len, found);
}

/* Reports libarchive's last error, or the stream's failure, which is the reason for it. */
static int fail_archive(const struct dbc_reader *reader, struct dbc_error *err)
{
    const char *text = archive_error_string(reader->archive);

    if (reader->failed) {
        if (err != NULL && err->code == DBC_OK) {
            *err = reader->error;
        }
        return -1;
    }
    if (archive_errno(reader->archive) == ENOMEM) {
        return dbc_fail_nomem(err);
    }
    return fail_format(reader, text != NULL ? text : "damage", err);
}

/* libarchive ends where a bzip2 or zstd file does, or the last of several in a row.  More bytes
 * behind it are no file of that kind, or the shortened header of one. */
static int check_rest(const struct dbc_reader *reader, struct dbc_error *err)
{
    if (reader->format->filter == ARCHIVE_FILTER_NONE ||
        (uint64_t)archive_filter_bytes(reader->archive, -1) == reader->fed) {
        return 0;
    }
    return fail_format(reader, "something else behind it", err);
}

/* libarchive's format "raw" takes no file that unpacks to nothing, so "empty" is enabled, too.  A
 * filter that is enabled with a warning would start a program. */
static int open_archive(struct dbc_reader *reader, struct dbc_error *err)
{
    struct archive *archive = reader->archive;

    if (reader->format->support_format(archive) != ARCHIVE_OK ||
        reader->format->support_filter(archive) != ARCHIVE_OK ||
        (reader->format->filter != ARCHIVE_FILTER_NONE &&
         archive_read_support_format_empty(archive) != ARCHIVE_OK) ||
        archive_read_open(archive, reader, NULL, feed, NULL) != ARCHIVE_OK) {
        return fail_archive(reader, err);
    }
    /* Otherwise "raw" would hand out a file with a shortened header as it is. */
    if (archive_filter_code(archive, 0) != reader->format->filter) {
        return fail_format(reader, "that its header is damaged or cut off", err);
    }
    if (archive_filter_count(archive) > 2) { /* one counts as the stream itself */
        return fail_format(reader, "that it is compressed twice: unpack it first", err);
    }
    return 0;
}

struct dbc_reader *dbc_reader_open(enum dbc_kind kind, const struct dbc_stream *from,
                                   struct dbc_error *err)
{
    struct dbc_reader *reader = calloc(1, sizeof *reader);

    if (reader == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    reader->from = *from;
    reader->format = find_format(kind);
    reader->archive = archive_read_new();
    reader->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    reader->last = true;
    if (reader->archive == NULL) {
        dbc_fail_nomem(err);
    } else if (open_archive(reader, err) == 0) {
        return reader;
    }
    dbc_reader_close(reader);
    return NULL;
}

void dbc_reader_close(struct dbc_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    archive_read_free(reader->archive);
    if (reader->utf8 != (locale_t)0) {
        freelocale(reader->utf8);
    }
    free(reader);
}

/* libarchive converts names that are marked as UTF-8 to the locale's characters and, in a zip,
 * drops names that it cannot convert.  So this call has a UTF-8 locale, in this thread only. */
static int next_header(struct dbc_reader *reader, struct archive_entry **entry, const char **path)
{
    locale_t before = uselocale(reader->utf8);
    int rc = archive_read_next_header(reader->archive, entry);

    *path = rc == ARCHIVE_OK || rc == ARCHIVE_WARN ? archive_entry_pathname(*entry) : NULL;
    uselocale(before);
    return rc;
}

/* A warning with EILSEQ is about the characters of a name, which is then used as it is.  All other
 * warnings hide damage: libarchive ignores the bad parts of a pax header. */
static bool is_usable(const struct dbc_reader *reader, int rc)
{
    return rc == ARCHIVE_OK || (rc == ARCHIVE_WARN && archive_errno(reader->archive) == EILSEQ);
}

/* Returns the name of an unsupported method of a zip's member, else NULL.  The other methods that
 * libarchive knows take as much memory as the archive says.  Only this text, "ZIP 2.0 (deflation)",
 * tells the method. */
static const char *foreign_method(const struct dbc_reader *reader)
{
    const char *name = archive_format_name(reader->archive);
    const char *method = name != NULL ? strchr(name, '(') : NULL;

    if (reader->format->kind != DBC_KIND_ZIP || method == NULL ||
        strcmp(method, "(deflation)") == 0 || strcmp(method, "(uncompressed)") == 0) {
        return NULL;
    }
    return method;
}

int dbc_reader_next(struct dbc_reader *reader, struct dbc_reader_member *ret, struct dbc_error *err)
{
    struct archive_entry *entry = NULL;
    const char *path = NULL;
    int rc = next_header(reader, &entry, &path);

    reader->block_len = 0;
    reader->at = reader->block_at = 0;
    reader->last = true;
    if (rc == ARCHIVE_EOF && !reader->failed) {
        return check_rest(reader, err);
    }
    if (!is_usable(reader, rc)) {
        return fail_archive(reader, err);
    }
    reader->last = false;
    *ret = (struct dbc_reader_member){
        .path = path,
        .regular =
            archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == NULL,
        .encrypted = archive_entry_is_encrypted(entry) != 0,
        .method = foreign_method(reader),
    };
    return 1;
}

/* Takes the next block, or at the member's end the hole that it may end with. */
static int next_block(struct dbc_reader *reader, struct dbc_error *err)
{
    const void *block = NULL;
    size_t len = 0;
    la_int64_t offset = 0;
    int rc = archive_read_data_block(reader->archive, &block, &len, &offset);

    if ((rc != ARCHIVE_OK && rc != ARCHIVE_EOF) || reader->failed) {
        return fail_archive(reader, err);
    }
    reader->last = rc == ARCHIVE_EOF;
    reader->block = block;
    reader->block_len = reader->last ? 0 : len;
    reader->block_at = offset > 0 ? (uint64_t)offset : 0;
    if (reader->block_len > 0 && reader->block_at < reader->at) {
        return fail_format(reader, "a member whose parts overlap", err);
    }
    return reader->last ? check_rest(reader, err) : 0;
}

static size_t smaller(uint64_t a, size_t b)
{
    return a < b ? (size_t)a : b;
}

static size_t give(struct dbc_reader *reader, char *buffer, size_t len)
{
    size_t n = 0;

    if (reader->at < reader->block_at) {
        n = smaller(reader->block_at - reader->at, len);
        memset(buffer, 0, n);
        reader->made += n;
    } else {
        n = smaller(reader->block_len, len);
        memcpy(buffer, reader->block, n);
        reader->block += n;
        reader->block_len -= n;
        reader->block_at += n;
        reader->made += reader->format->kind == DBC_KIND_ZIP ? n : 0;
    }
    reader->at += n;
    return n;
}

ssize_t dbc_reader_read(struct dbc_reader *reader, char *buffer, size_t len, struct dbc_error *err)
{
    while (reader->at >= reader->block_at && reader->block_len == 0) {
        if (reader->last) {
            return 0;
        }
        if (next_block(reader, err) != 0) {
            return -1;
        }
    }
    return (ssize_t)give(reader, buffer, len);
}

uint64_t dbc_reader_made(const struct dbc_reader *reader)
{
    return reader->made;
}
