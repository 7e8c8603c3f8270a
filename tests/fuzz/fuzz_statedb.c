/* fuzz_statedb.c - any bytes as a pool's database, and as a column of one.  Checked beside "no
 * crash": the size of the pieces makes no difference, an error has a reason, a file that was read
 * is recognised as a pool's database, and each host's records fit a cache that is written, read and
 * written again. */
#include <stdint.h>

#include "cache_again.h"
#include "statedb/statedb.h"
#include "statedb_mutator.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- A column ------------------------------------------------------------------------------ */

static void check_item(void *ctx, const char *item, size_t len)
{
    must(strlen(item) == len, "an item's length", "");
    *(size_t *)ctx += len;
}

static void check_pair(void *ctx, const char *key, const char *value, size_t len)
{
    check_item(ctx, key, strlen(key));
    check_item(ctx, value, len);
}

/* In exactly as much memory as the text has. */
static void check_column(const uint8_t *data, size_t size, int map)
{
    char *text = malloc(size + 1);
    size_t len = 0, told = 0;

    must(text != NULL, "memory", "");
    memcpy(text, data, size);
    text[size] = '\0';
    len = dbc_statedb_unprotect(text, strlen(text));
    must(len <= size && strlen(text) == len, "a longer text than before", "");
    if (map) {
        dbc_statedb_map(text, check_pair, &told);
    } else {
        dbc_statedb_set(text, check_item, &told);
    }
    must(told <= len, "more text than there was", "");
    free(text);
}

/* ---- A file -------------------------------------------------------------------------------- */

struct piece {
    const uint8_t *data;
    size_t len, step;
};

static ssize_t read_piece(const struct dbc_stream *self, char *buffer, size_t len,
                          struct dbc_error *err)
{
    struct piece *piece = self->ctx;
    size_t n = piece->len < len ? piece->len : len;

    (void)err;
    n = n < piece->step ? n : piece->step;
    memcpy(buffer, piece->data, n);
    piece->data += n;
    piece->len -= n;
    return (ssize_t)n;
}

static void check_warning(void *ctx, const struct dbc_error *warning)
{
    (void)ctx;
    must(warning->code == DBC_EINVAL && warning->text[0] != '\0', "a warning that says nothing",
         "");
}

static void check_loss(void *ctx, const struct dbc_loss *loss)
{
    (void)ctx;
    must(loss->what[0] != '\0' && loss->field[0] != '\0' && loss->why[0] != '\0',
         "a loss that says nothing", "");
}

static void show_host(const struct dbc_statedb *pool, size_t host, struct dbc_buf *out)
{
    struct dbc_db *db = dbc_statedb_host_db(pool, host, check_loss, NULL, NULL);

    if (db != NULL) {
        cache_again(db, no_damage, out);
    }
    dbc_db_free(db);
}

static void show_pool(const uint8_t *data, size_t size, size_t step, struct dbc_buf *out)
{
    struct piece piece = { data, size, step };
    struct dbc_stream stream = { .name = "pool", .read = read_piece, .ctx = &piece };
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_statedb *pool = dbc_statedb_read(&stream, check_warning, NULL, &err);

    must((pool == NULL) == (err.code != DBC_OK), "a failure that does not say why", "");
    if (pool == NULL) {
        must(err.text[0] != '\0', "an error without a text", "");
        dbc_buf_adds(out, err.text);
        return;
    }
    must(dbc_statedb_recognise((const char *)data, size), "a file that is not recognised", "");
    for (size_t i = 0; i < dbc_statedb_n_hosts(pool) && i < 4; i++) {
        dbc_buf_adds(out, dbc_statedb_host(pool, i)->name_label);
        show_host(pool, i, out);
    }
    dbc_statedb_free(pool);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_xml(0, data, size, max, seed, change_statedb);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dbc_buf whole = DBC_BUF_INIT, cut = DBC_BUF_INIT;

    check_column(data, size, 0);
    check_column(data, size, 1);
    show_pool(data, size, SIZE_MAX, &whole);
    show_pool(data, size, 5, &cut);
    must(strcmp(dbc_buf_str(&whole), dbc_buf_str(&cut)) == 0, "pieces make a difference", "");
    dbc_buf_release(&whole);
    dbc_buf_release(&cut);
    return 0;
}
