/* chunk.c - a snapshot's bytes in chunks (history_priv.h).  The bytes of a line decide whether a
 * chunk ends behind it, so that an added or removed line changes its own chunk and not all behind
 * it.  Chunks that snapshots share are stored once.
 *
 * The hash is nettle's SHA-256.  zlib's checksums find accidents but cannot stand for contents. */
#include <stdlib.h>
#include <string.h>

#include <nettle/sha2.h>

#include "store/history_priv.h"

#include "base/error.h"
#include "base/grow.h"
#include "flate/deflate.h"

#define CHUNK_MIN ((size_t)1024)
/* Longest chunk that is written; reading takes chunks up to DBC_CHUNK_MAX. */
#define CHUNK_CUT ((size_t)4 * 1024)
#define CUT_MASK 31u /* one line of 32 may end a chunk; these are about 60 bytes long */

void dbc_history_hash(const void *data, size_t len, unsigned char out[DBC_HISTORY_HASH])
{
    struct sha256_ctx sha = { 0 };

    sha256_init(&sha);
    sha256_update(&sha, len, data);
    sha256_digest(&sha, DBC_HISTORY_HASH, out);
}

/* FNV-1a is good enough to choose lines. */
static bool ends_chunk(const char *line, size_t len)
{
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < len; i++) {
        sum = (sum ^ (unsigned char)line[i]) * 16777619u;
    }
    return ((sum ^ sum >> 16) & CUT_MASK) == 0;
}

/* Returns the length of the chunk at the start of the data. */
static size_t chunk_length(const char *data, size_t len)
{
    size_t at = 0, max = len < CHUNK_CUT ? len : CHUNK_CUT;

    while (at < max) {
        const char *end = memchr(data + at, '\n', max - at);
        size_t line = end == NULL ? max - at : (size_t)(end - (data + at)) + 1;

        at += line;
        if (at >= CHUNK_MIN && ends_chunk(data + at - line, line)) {
            break;
        }
    }
    return at;
}

/* ---- Lists of chunks: differences of their numbers, seven bits a byte, compressed ---------- */

static void add_number(struct dbc_buf *out, int64_t number)
{
    uint64_t left = (uint64_t)number << 1 ^ (uint64_t)(number < 0 ? -1 : 0);

    while (left >= 0x80) {
        dbc_buf_addc(out, (char)(unsigned char)(left | 0x80));
        left >>= 7;
    }
    dbc_buf_addc(out, (char)left);
}

/* Takes one number off the list; false at its end or where it is damaged. */
static bool take_number(const char **at, const char *end, int64_t *ret)
{
    uint64_t got = 0;

    for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
        unsigned char byte = (unsigned char)*(*at)++;
        got |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *ret = (int64_t)(got >> 1 ^ (0 - (got & 1)));
            return true;
        }
    }
    return false;
}

int dbc_chunk_ids_push(struct dbc_chunk_ids *ids, int64_t id, struct dbc_error *err)
{
    if (!DBC_GROW(ids->v, ids->n, ids->cap)) {
        return dbc_fail_nomem(err);
    }
    ids->v[ids->n++] = id;
    return 0;
}

int dbc_chunks_list(const void *list, size_t len, struct dbc_chunk_ids *ids, struct dbc_error *err)
{
    struct dbc_buf plain = DBC_BUF_INIT;
    int rc = dbc_inflate(list, len, DBC_LIMIT_CHUNK_LIST, &plain, err);
    const char *at = plain.data, *end = rc == 0 ? plain.data + plain.len : at;
    uint64_t id = 0;
    int64_t step = 0;

    while (rc == 0 && at < end) {
        if (!take_number(&at, end, &step)) {
            rc = dbc_fail(err, DBC_EPARSE, "a list of chunks is damaged");
        } else {
            id += (uint64_t)step;
            rc = dbc_chunk_ids_push(ids, (int64_t)id, err);
        }
    }
    dbc_buf_release(&plain);
    return rc;
}

/* ---- In ----------------------------------------------------------------------------------- */

/* A walk over the chunks of one snapshot. */
struct putting {
    const struct dbc_history *history;
    sqlite3_stmt *find, *add, *mend;
    int64_t last; /* number of the previous chunk */
    struct dbc_buf ids, packed, unpacked;
};

static int add_chunk(struct putting *put, const char *data, size_t len,
                     const unsigned char hash[DBC_HISTORY_HASH], int64_t *id, struct dbc_error *err)
{
    sqlite3_stmt *stmt = *id == 0 ? put->add : put->mend;
    int rc = 0;

    dbc_buf_clear(&put->packed);
    if (dbc_deflate(data, len, &put->packed, err) < 0) {
        return -1;
    }
    if (*id == 0) {
        sqlite3_bind_blob(stmt, 2, hash, DBC_HISTORY_HASH, SQLITE_STATIC);
    } else {
        sqlite3_bind_int64(stmt, 2, *id);
    }
    sqlite3_bind_blob64(stmt, 1, put->packed.data, put->packed.len, SQLITE_STATIC);
    rc = sqlite3_step(stmt) == SQLITE_DONE ? 0 : dbc_history_fail(put->history, err);
    if (rc == 0 && *id == 0) {
        *id = sqlite3_last_insert_rowid(put->history->db);
    }
    sqlite3_reset(stmt);
    return rc;
}

/* Whether the chunk that is stored under this hash still has these bytes. */
static bool is_sound(struct putting *put, const char *data, size_t len)
{
    const void *packed = sqlite3_column_blob(put->find, 1);
    int size = sqlite3_column_bytes(put->find, 1);

    dbc_buf_clear(&put->unpacked);
    return packed != NULL && size > 0 &&
           dbc_inflate(packed, (size_t)size, DBC_CHUNK_MAX, &put->unpacked, NULL) == 0 &&
           put->unpacked.len == len && memcmp(put->unpacked.data, data, len) == 0;
}

static int put_chunk(struct putting *put, const char *data, size_t len, struct dbc_error *err)
{
    unsigned char hash[DBC_HISTORY_HASH];
    bool sound = false;
    int64_t id = 0;
    int rc = 0, state = 0;

    dbc_history_hash(data, len, hash);
    sqlite3_bind_blob(put->find, 1, hash, sizeof hash, SQLITE_STATIC);
    state = sqlite3_step(put->find);
    if (state == SQLITE_ROW) {
        id = sqlite3_column_int64(put->find, 0);
        sound = is_sound(put, data, len);
    } else if (state != SQLITE_DONE) {
        rc = dbc_history_fail(put->history, err);
    }
    sqlite3_reset(put->find);
    if (rc == 0 && !sound) {
        rc = add_chunk(put, data, len, hash, &id, err);
    }
    add_number(&put->ids, id - put->last);
    put->last = id;
    return rc;
}

static int put_all(struct putting *put, const char *data, size_t len, struct dbc_buf *list,
                   struct dbc_error *err)
{
    for (size_t at = 0; at < len;) {
        size_t n = chunk_length(data + at, len - at);
        if (put_chunk(put, data + at, n, err) < 0) {
            return -1;
        }
        at += n;
    }
    if (put->ids.failed) {
        return dbc_fail_nomem(err);
    }
    return dbc_deflate(dbc_buf_str(&put->ids), put->ids.len, list, err);
}

int dbc_chunks_put(const struct dbc_history *history, const char *data, size_t len,
                   struct dbc_buf *list, struct dbc_error *err)
{
    struct putting put = { .history = history };
    int rc = -1;

    put.find = dbc_history_prepare(history, "SELECT id, data FROM chunk WHERE hash = ?", err);
    put.add = dbc_history_prepare(history, "INSERT INTO chunk (data, hash) VALUES (?, ?)", err);
    put.mend = dbc_history_prepare(history, "UPDATE chunk SET data = ? WHERE id = ?", err);
    if (put.find != NULL && put.add != NULL && put.mend != NULL) {
        rc = put_all(&put, data, len, list, err);
    }
    sqlite3_finalize(put.find);
    sqlite3_finalize(put.add);
    sqlite3_finalize(put.mend);
    dbc_buf_release(&put.ids);
    dbc_buf_release(&put.packed);
    dbc_buf_release(&put.unpacked);
    return rc;
}

/* ---- Out ---------------------------------------------------------------------------------- */

static int get_chunk(const struct dbc_history *history, sqlite3_stmt *find, int64_t id,
                     struct dbc_buf *out, struct dbc_error *err)
{
    int state = 0, rc = -1;

    sqlite3_bind_int64(find, 1, id);
    state = sqlite3_step(find);
    if (state == SQLITE_ROW) {
        rc = dbc_inflate(sqlite3_column_blob(find, 0), (size_t)sqlite3_column_bytes(find, 0),
                         DBC_CHUNK_MAX, out, err);
    } else if (state == SQLITE_DONE) {
        dbc_fail(err, DBC_EPARSE, "a chunk is missing");
    } else {
        dbc_history_fail(history, err);
    }
    sqlite3_reset(find);
    return rc;
}

int dbc_chunks_get(const struct dbc_history *history, const void *list, size_t len, size_t size,
                   struct dbc_buf *out, struct dbc_error *err)
{
    size_t start = out->len;
    struct dbc_chunk_ids ids = { 0 };
    sqlite3_stmt *find = dbc_history_prepare(history, "SELECT data FROM chunk WHERE id = ?", err);
    int rc = find == NULL ? -1 : dbc_chunks_list(list, len, &ids, err);

    for (size_t i = 0; rc == 0 && i < ids.n; i++) {
        rc = get_chunk(history, find, ids.v[i], out, err);
        if (rc == 0 && out->len - start > size) {
            rc = dbc_fail(err, DBC_EPARSE, "a list of chunks is damaged");
        }
    }
    sqlite3_finalize(find);
    free(ids.v);
    return rc;
}
