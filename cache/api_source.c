/* api_source.c - every other format for dbcache.h.  A file is read into memory as a whole, also
 * from an archive, and then parsed: an archive can be read only once, and which of its files counts
 * is known only at its end.  Built into libdbcache only. */
#include "dbcache.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/peek.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "networkd/networkd.h"
#include "source/known.h"
#include "statedb/statedb.h"
#include "xml/reader.h"
#include "xml/writer.h"

#define MOST_BYTES DBC_LIMIT_STATEDB_BYTES /* the largest limit of any format */
#define NO_RANK 1000u
#define SPARE_RANK 100u /* backups come after all other files */

struct dbc_source {
    char *name;
    enum dbc_format format;
    struct dbc_statedb *statedb; /* DBC_FORMAT_STATEDB */
    struct dbc_buf bytes;        /* the other formats */
};

/* The search for the file that is meant, among those of the archive that were seen so far. */
struct search {
    const char *name, *member;
    struct dbc_buf path; /* of the best file */
    struct dbc_buf bytes;
    unsigned rank;
    bool several; /* more than one file has this rank */
};

/* ---- Bytes ------------------------------------------------------------------------------------
 */

/* Reads a compressed file inside of an archive, which must not be an archive itself. */
static int read_packed(const struct dbc_stream *stream, struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_archive *archive = dbc_archive_open(stream, err);
    struct dbc_member member = { 0 };
    int rc = archive == NULL ? -1 : dbc_archive_next(archive, &member, err);

    if (rc == 1 && member.path[0] == '\0') {
        struct dbc_stream bytes = dbc_archive_stream(archive, stream->name);
        rc = dbc_stream_read_all(&bytes, MOST_BYTES, out, err);
    } else if (rc >= 0) {
        rc = dbc_fail_at(err, DBC_EUNSUPPORTED, stream->name, 0, 0,
                         "an archive inside of an archive is not looked into: unpack it first");
    }
    dbc_archive_close(archive);
    return rc;
}

static int read_plain(const struct dbc_stream *stream, struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_peek peek;

    if (dbc_peek_open(&peek, stream, err) != 0) {
        return -1;
    }
    return dbc_looks_packed(peek.head, peek.len)
               ? read_packed(&peek.stream, out, err)
               : dbc_stream_read_all(&peek.stream, MOST_BYTES, out, err);
}

/* ---- Archives ---------------------------------------------------------------------------------
 */

/* Returns a file's rank: less is better, NO_RANK excludes it. */
static unsigned rank_of(const struct search *search, const char *path)
{
    const struct dbc_usual *usual = dbc_usual_name(path);

    if (search->member != NULL) {
        return dbc_is_below(path, search->member) ? 0 : NO_RANK;
    }
    if (usual == NULL) {
        return NO_RANK;
    }
    return (unsigned)usual->format + (usual->spare ? SPARE_RANK : 0);
}

/* Reads the member if it is better than the best file so far. */
static int consider(struct search *search, struct dbc_archive *archive,
                    const struct dbc_member *member, struct dbc_error *err)
{
    unsigned rank = member->outside ? NO_RANK : rank_of(search, member->path);
    struct dbc_stream bytes;

    if (rank == NO_RANK || rank > search->rank) {
        return 0;
    }
    search->several = rank == search->rank;
    if (search->several) {
        return 0;
    }
    search->rank = rank;
    dbc_buf_clear(&search->path);
    dbc_buf_clear(&search->bytes);
    dbc_buf_addf(&search->path, "%s:%s", search->name, member->path);
    if (search->path.failed) {
        return dbc_fail_nomem(err);
    }
    bytes = dbc_archive_stream(archive, dbc_buf_str(&search->path));
    return read_plain(&bytes, &search->bytes, err);
}

/* Fails unless exactly one file was found. */
static int judge(const struct search *search, struct dbc_error *err)
{
    if (search->rank == NO_RANK) {
        return dbc_fail_at(err, DBC_ENOENT, search->name, 0, 0, "no file in it is %s%s",
                           search->member == NULL ? "" : search->member,
                           search->member == NULL ? "a network.dbcache, state.db or networkd.db"
                                                  : "");
    }
    if (search->several) {
        return dbc_fail_at(err, DBC_ECONFLICT, search->name, 0, 0,
                           "has several files that may be meant, %s for one; name the member",
                           dbc_buf_str(&search->path));
    }
    return 0;
}

static int search_archive(struct search *search, const struct dbc_stream *stream,
                          struct dbc_error *err)
{
    struct dbc_archive *archive = dbc_archive_open(stream, err);
    struct dbc_member member = { 0 };
    int rc = archive == NULL ? -1 : 0, found = 0;

    while (rc == 0 && (found = dbc_archive_next(archive, &member, err)) == 1) {
        if (member.path[0] == '\0') { /* no archive: one compressed file */
            struct dbc_stream bytes = dbc_archive_stream(archive, search->name);
            search->rank = 0;
            dbc_buf_adds(&search->path, search->name);
            rc = dbc_stream_read_all(&bytes, MOST_BYTES, &search->bytes, err);
        } else {
            rc = consider(search, archive, &member, err);
        }
    }
    dbc_archive_close(archive);
    return rc != 0 || found < 0 ? -1 : judge(search, err);
}

static int search_stream(struct search *search, const struct dbc_stream *stream,
                         struct dbc_error *err)
{
    struct dbc_peek peek;

    if (dbc_peek_open(&peek, stream, err) != 0) {
        return -1;
    }
    if (dbc_looks_packed(peek.head, peek.len)) {
        return search_archive(search, &peek.stream, err);
    }
    dbc_buf_adds(&search->path, search->name);
    return dbc_stream_read_all(&peek.stream, MOST_BYTES, &search->bytes, err);
}

/* ---- Sources ----------------------------------------------------------------------------------
 */

void dbc_source_free(struct dbc_source *source)
{
    if (source != NULL) {
        dbc_statedb_free(source->statedb);
        dbc_buf_release(&source->bytes);
        free(source->name);
        free(source);
    }
}

static void hear_nothing(void *ctx, const struct dbc_error *warning)
{
    (void)ctx;
    (void)warning;
}

/* Parses the bytes once, so that a file of no known format fails here and not only in
 * dbc_source_db. */
static int read_once(struct dbc_source *source, dbc_warning_fn *warn, void *ctx,
                     struct dbc_error *err)
{
    struct dbc_span left = { dbc_buf_str(&source->bytes), source->bytes.len };
    struct dbc_stream stream = dbc_stream_of_span(&left, source->name);
    struct dbc_db *db = NULL;

    source->format = dbc_looks_like(left.data, left.len);
    if (source->format == DBC_FORMAT_STATEDB) {
        source->statedb = dbc_statedb_read(&stream, warn, ctx, err);
        dbc_buf_release(&source->bytes);
        return source->statedb == NULL ? -1 : 0;
    }
    db = dbc_source_db(source, 0, "", hear_nothing, NULL, NULL, err);
    dbc_db_free(db);
    return db == NULL ? -1 : 0;
}

static struct dbc_source *source_of(struct search *search, const struct dbc_stream *stream,
                                    dbc_warning_fn *warn, void *ctx, struct dbc_error *err)
{
    struct dbc_source *source = calloc(1, sizeof *source);
    int rc = source == NULL ? dbc_fail_nomem(err) : search_stream(search, stream, err);

    if (rc == 0) {
        source->bytes = search->bytes;
        search->bytes = DBC_BUF_INIT;
        source->name = dbc_buf_steal(&search->path);
        rc = source->name == NULL ? dbc_fail_nomem(err) : read_once(source, warn, ctx, err);
    }
    dbc_buf_release(&search->bytes);
    dbc_buf_release(&search->path);
    if (rc != 0) {
        dbc_source_free(source);
        return NULL;
    }
    return source;
}

struct dbc_source *dbc_source_read(const char *path, const char *member, dbc_warning_fn *warn,
                                   void *ctx, struct dbc_error *err)
{
    struct search search = { .name = path, .member = member, .rank = NO_RANK };
    int fd = dbc_file_open(path, true, err);
    struct dbc_stream stream = dbc_stream_of_fd(&fd, path);
    struct dbc_source *source = NULL;

    if (fd >= 0) {
        source = source_of(&search, &stream, warn, ctx, err);
        close(fd);
    }
    return source;
}

struct dbc_source *dbc_source_parse(const char *name, const void *data, size_t len,
                                    const char *member, dbc_warning_fn *warn, void *ctx,
                                    struct dbc_error *err)
{
    struct search search = { .name = name, .member = member, .rank = NO_RANK };
    struct dbc_span left = { data, len };
    struct dbc_stream stream = dbc_stream_of_span(&left, name);

    return source_of(&search, &stream, warn, ctx, err);
}

/* ---- What there is in one ---------------------------------------------------------------------
 */

enum dbc_format dbc_source_format(const struct dbc_source *source)
{
    return source->format;
}

const char *dbc_source_name(const struct dbc_source *source)
{
    return source->name;
}

size_t dbc_source_count(const struct dbc_source *source)
{
    return source->statedb == NULL ? 1 : dbc_statedb_n_hosts(source->statedb);
}

const char *dbc_source_host_name(const struct dbc_source *source, size_t i)
{
    if (i >= dbc_source_count(source)) {
        return NULL;
    }
    return source->statedb == NULL ? "" : dbc_statedb_host(source->statedb, i)->name_label;
}

const char *dbc_source_host_uuid(const struct dbc_source *source, size_t i)
{
    if (i >= dbc_source_count(source)) {
        return NULL;
    }
    return source->statedb == NULL ? "" : dbc_statedb_host(source->statedb, i)->uuid;
}

static struct dbc_db *read_host(const struct dbc_source *source, size_t i, const char *management,
                                dbc_warning_fn *warn, dbc_loss_fn *loss, void *ctx,
                                struct dbc_error *err)
{
    const char *bytes = dbc_buf_str(&source->bytes);

    switch (source->format) {
    case DBC_FORMAT_STATEDB:
        return dbc_statedb_host_db(source->statedb, i, loss, ctx, err);
    case DBC_FORMAT_NETWORKD:
        return dbc_networkd_read(source->name, bytes, source->bytes.len, management, warn, loss,
                                 ctx, err);
    case DBC_FORMAT_CACHE:
        break;
    }
    return dbc_xml_read_memory(source->name, bytes, source->bytes.len, warn, ctx, err);
}

struct dbc_db *dbc_source_db(const struct dbc_source *source, size_t i, const char *management,
                             dbc_warning_fn *warn, dbc_loss_fn *loss, void *ctx,
                             struct dbc_error *err)
{
    struct dbc_db *db = NULL;

    if (i >= dbc_source_count(source)) {
        dbc_fail(err, DBC_ENOENT, "%s: no host %zu in it", source->name, i);
        return NULL;
    }
    db = read_host(source, i, management, warn, loss, ctx, err);
    if (db != NULL) {
        dbc_xml_losses(db, loss, ctx);
    }
    return db;
}
