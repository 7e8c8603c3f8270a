/* flate.c - the only file that uses zlib: blobs of the history (deflate.h) for store/, gzip files
 * as streams (gunzip.h) for archive/. */
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

#include <zlib.h>

#include "flate/deflate.h"
#include "flate/gunzip.h"

/* ---- Blobs -------------------------------------------------------------------------------- */

int dbc_deflate(const void *data, size_t len, struct dbc_buf *out, struct dbc_error *err)
{
    uLongf size = compressBound((uLong)len);
    char *room = dbc_buf_reserve(out, size);

    if (room == NULL ||
        compress2((Bytef *)room, &size, data, (uLong)len, Z_BEST_COMPRESSION) != Z_OK) {
        return dbc_fail_nomem(err);
    }
    dbc_buf_added(out, size);
    return 0;
}

/* Unpacks one whole stream; more bytes behind it are an error like an early end. */
static int inflate_all(z_stream *z, size_t max, struct dbc_buf *out, struct dbc_error *err)
{
    size_t step = max < 16384 ? max + 1 : 16384, start = out->len;
    int state = Z_OK;

    while (state == Z_OK) {
        char *room = dbc_buf_reserve(out, step);
        if (room == NULL) {
            return dbc_fail_nomem(err);
        }
        z->next_out = (Bytef *)room;
        z->avail_out = (uInt)step;
        state = inflate(z, Z_NO_FLUSH);
        dbc_buf_added(out, step - z->avail_out);
        if (out->len - start > max) {
            return dbc_fail(err, DBC_ELIMIT, "a compressed blob unfolds to more than %zu bytes",
                            max);
        }
    }
    if (state == Z_MEM_ERROR) {
        return dbc_fail_nomem(err);
    }
    if (state != Z_STREAM_END || z->avail_in > 0) {
        return dbc_fail(err, DBC_EPARSE, "a compressed blob is damaged");
    }
    return 0;
}

int dbc_inflate(const void *data, size_t len, size_t max, struct dbc_buf *out,
                struct dbc_error *err)
{
    /* zlib's member is not const, but it only reads. */
    union {
        const void *given;
        Bytef *taken;
    } in = { .given = data };
    z_stream z = { .next_in = in.taken, .avail_in = (uInt)len };
    size_t before = out->len;
    int rc = -1;

    if (len > UINT_MAX || inflateInit(&z) != Z_OK) {
        return dbc_fail_nomem(err);
    }
    rc = inflate_all(&z, max, out, err);
    inflateEnd(&z);
    if (rc < 0 && !out->failed) {
        out->len = before;
        if (out->data != NULL) {
            out->data[before] = '\0';
        }
    }
    return rc;
}

/* ---- Gzip files --------------------------------------------------------------------------- */

#define GZIP_ONLY (MAX_WBITS + 16) /* tells zlib to accept a gzip header only */

struct dbc_gunzip {
    struct dbc_stream from;
    z_stream z;
    bool between; /* before, between or behind the files in a row */
    bool padding; /* zeros have been seen there */
    bool ended;   /* `from` has ended */
    Bytef in[64 * 1024];
};

struct dbc_gunzip *dbc_gunzip_open(const struct dbc_stream *from, struct dbc_error *err)
{
    struct dbc_gunzip *gunzip = calloc(1, sizeof *gunzip);

    if (gunzip == NULL || inflateInit2(&gunzip->z, GZIP_ONLY) != Z_OK) {
        free(gunzip);
        dbc_fail_nomem(err);
        return NULL;
    }
    gunzip->from = *from;
    gunzip->between = true;
    return gunzip;
}

void dbc_gunzip_close(struct dbc_gunzip *gunzip)
{
    if (gunzip != NULL) {
        inflateEnd(&gunzip->z);
        free(gunzip);
    }
}

static int fail_gzip(const struct dbc_gunzip *gunzip, const char *found, struct dbc_error *err)
{
    return dbc_fail_at(err, DBC_EPARSE, gunzip->from.name, 0, 0,
                       "expected a whole gzip file, found %s", found);
}

static int refill(struct dbc_gunzip *gunzip, struct dbc_error *err)
{
    ssize_t n = 0;

    if (!gunzip->ended) {
        n = gunzip->from.read(&gunzip->from, (char *)gunzip->in, sizeof gunzip->in, err);
    }
    if (n < 0) {
        return -1;
    }
    gunzip->ended = n == 0;
    gunzip->z.next_in = gunzip->in;
    gunzip->z.avail_in = (uInt)n;
    return 0;
}

/* Skips padding and, when there is more input, starts the next file. */
static int begin_file(struct dbc_gunzip *gunzip, struct dbc_error *err)
{
    z_stream *z = &gunzip->z;

    while (z->avail_in > 0 && *z->next_in == 0) {
        gunzip->padding = true;
        z->next_in++;
        z->avail_in--;
    }
    if (z->avail_in == 0) {
        return 0;
    }
    if (gunzip->padding || *z->next_in != 0x1f) {
        return fail_gzip(gunzip, "something else behind it", err);
    }
    gunzip->between = false;
    return inflateReset(z) == Z_OK ? 0 : fail_gzip(gunzip, "damage", err);
}

static int inflate_some(struct dbc_gunzip *gunzip, struct dbc_error *err)
{
    int state = inflate(&gunzip->z, Z_NO_FLUSH);

    if (state == Z_MEM_ERROR) {
        return dbc_fail_nomem(err);
    }
    if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) {
        return fail_gzip(gunzip, gunzip->z.msg != NULL ? gunzip->z.msg : "damage", err);
    }
    gunzip->between = state == Z_STREAM_END;
    return 0;
}

/* Returns 1 when there is input of a file to unpack, 0 at the end, -1 with *err. */
static int advance(struct dbc_gunzip *gunzip, struct dbc_error *err)
{
    do {
        if (gunzip->z.avail_in == 0 && refill(gunzip, err) != 0) {
            return -1;
        }
        if (gunzip->z.avail_in == 0) {
            return gunzip->between ? 0 : fail_gzip(gunzip, "that it is cut off", err);
        }
        if (gunzip->between && begin_file(gunzip, err) != 0) {
            return -1;
        }
    } while (gunzip->between);
    return 1;
}

static ssize_t read_gunzip(const struct dbc_stream *self, char *buffer, size_t len,
                           struct dbc_error *err)
{
    struct dbc_gunzip *gunzip = self->ctx;
    uInt room = len < UINT_MAX ? (uInt)len : UINT_MAX;
    int rc = 1;

    gunzip->z.next_out = (Bytef *)buffer;
    gunzip->z.avail_out = room;
    while (rc > 0 && gunzip->z.avail_out == room) {
        rc = advance(gunzip, err);
        if (rc > 0 && inflate_some(gunzip, err) != 0) {
            rc = -1;
        }
    }
    return rc < 0 ? -1 : (ssize_t)(room - gunzip->z.avail_out);
}

struct dbc_stream dbc_gunzip_stream(struct dbc_gunzip *gunzip)
{
    return (struct dbc_stream){ .name = gunzip->from.name, .read = read_gunzip, .ctx = gunzip };
}
