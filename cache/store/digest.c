/* digest.c - hashes the records as bytes that can be read in one way only (digest.h): each text
 * ends with its NUL, each list and map begins with its length. */
#include "store/digest.h"

#include <stdlib.h>
#include <string.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

#include "base/buf.h"
#include "base/error.h"
#include "model/schema.h"

static void add_text(struct dbc_buf *out, const char *text)
{
    dbc_buf_add(out, text, strlen(text) + 1);
}

static void add_count(struct dbc_buf *out, size_t n)
{
    uint32_t count = (uint32_t)n;
    unsigned char bytes[4] = { (unsigned char)(count >> 24), (unsigned char)(count >> 16),
                               (unsigned char)(count >> 8), (unsigned char)count };

    dbc_buf_add(out, bytes, sizeof bytes);
}

static void add_refs(struct dbc_buf *out, const struct dbc_refs *refs)
{
    add_count(out, refs->n);
    for (size_t i = 0; i < refs->n; i++) {
        add_text(out, refs->v[i]);
    }
}

static void add_map(struct dbc_buf *out, const struct dbc_map *map)
{
    add_count(out, map->n);
    for (size_t i = 0; i < map->n; i++) {
        add_text(out, map->v[i].key);
        add_text(out, map->v[i].value);
    }
}

static void add_field(struct dbc_buf *out, const void *value, enum dbc_kind kind)
{
    switch (kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        add_text(out, *(const char *const *)value);
        break;
    case DBC_KIND_BOOL:
        dbc_buf_addc(out, *(const bool *)value ? '1' : '0');
        break;
    case DBC_KIND_INT:
        add_text(out, ((const struct dbc_int *)value)->text);
        break;
    case DBC_KIND_REFS:
        add_refs(out, value);
        break;
    case DBC_KIND_MAP:
        add_map(out, value);
        break;
    }
}

static void add_record(struct dbc_buf *out, const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    add_text(out, rec->ref);
    for (size_t i = 0; i < info->n_fields; i++) {
        add_field(out, dbc_field_of(rec, &info->fields[i]), info->fields[i].kind);
    }
}

static int by_ref(const void *a, const void *b)
{
    const struct dbc_record *const *x = a, *const *y = b;

    return strcmp((*x)->ref, (*y)->ref);
}

/* Sorts the records, since XAPI saves them in any order. */
static bool add_class(struct sha512_ctx *sha, const struct dbc_records *records,
                      struct dbc_buf *room)
{
    struct dbc_record **sorted = calloc(records->n + 1, sizeof(struct dbc_record *));
    bool done = true;

    if (sorted == NULL) {
        return false;
    }
    for (size_t i = 0; i < records->n; i++) {
        sorted[i] = records->v[i];
    }
    qsort(sorted, records->n, sizeof(struct dbc_record *), by_ref);
    dbc_buf_clear(room);
    add_count(room, records->n);
    for (size_t i = 0; i < records->n; i++) {
        add_record(room, sorted[i]);
        sha512_update(sha, room->len, (const void *)dbc_buf_str(room));
        done = done && !room->failed;
        dbc_buf_clear(room);
    }
    sha512_update(sha, room->len, (const void *)dbc_buf_str(room));
    free(sorted);
    return done && !room->failed;
}

static void finish(struct sha512_ctx *sha, char out[DBC_DIGEST_SIZE])
{
    unsigned char sum[DBC_DIGEST_SIZE / 2];

    sha512_digest(sha, sizeof sum, sum);
    base16_encode_update(out, sizeof sum, sum);
    out[DBC_DIGEST_SIZE - 1] = '\0';
}

void dbc_digest_bytes(const void *data, size_t len, char out[DBC_DIGEST_SIZE])
{
    struct sha512_ctx sha = { 0 };

    sha512_init(&sha);
    sha512_update(&sha, len, data);
    finish(&sha, out);
}

int dbc_digest(const struct dbc_db *db, char out[DBC_DIGEST_SIZE], struct dbc_error *err)
{
    struct dbc_buf room = DBC_BUF_INIT;
    struct sha512_ctx sha = { 0 };
    bool done = true;

    sha512_init(&sha);
    for (int i = 0; done && i < DBC_N_CLASSES; i++) {
        done = add_class(&sha, &db->of[i], &room);
    }
    finish(&sha, out);
    dbc_buf_release(&room);
    return done ? 0 : dbc_fail_nomem(err);
}
