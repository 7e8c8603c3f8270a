/* deflate.c - zlib in and out of a buffer (deflate.h), for history.c. */
#include "store/deflate.h"

#include <limits.h>

#include <zlib.h>

#include "base/error.h"

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

/* Whole streams only: what comes behind one is as wrong as an end too early. */
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
