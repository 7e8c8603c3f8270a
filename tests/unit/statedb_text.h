/* statedb_text.h - for the tests of statedb: makes a pool's database from pieces of text, reads it,
 * and returns the records of a host. */
#ifndef TESTS_UNIT_STATEDB_TEXT_H
#define TESTS_UNIT_STATEDB_TEXT_H

#include "statedb/statedb.h"
#include "unit/cache_text.h"

/* Two hosts, h1 (uuid u1, name one) is the master; PIFs p1 on h1 and p2 on h2. */
#define HOSTS                                                                                      \
    "<table name='host'><row ref='h1' uuid='u1' name__label='one'/>"                               \
    "<row ref='h2' uuid='u2' name__label='two'/></table>"                                          \
    "<table name='pool'><row ref='pool' master='h1' other_config='()'/></table>"
#define PIFS                                                                                       \
    "<table name='PIF'><row ref='p1' host='h1' device='eth0' network='n1' VLAN='-1'/>"             \
    "<row ref='p2' host='h2' device='eth0' network='n1' VLAN='-1'/></table>"
#define NETWORKS "<table name='network'><row ref='n1' bridge='xenbr0' MTU='1500'/></table>"
#define DATABASE(content) "<database>" content "</database>"

struct piece {
    const char *text;
    size_t len, step; /* bytes left, bytes at most that a read gives */
};

static inline ssize_t read_piece(const struct dbc_stream *self, char *buffer, size_t len,
                                 struct dbc_error *err)
{
    struct piece *piece = self->ctx;
    size_t n = piece->len < len ? piece->len : len;

    (void)err;
    n = n < piece->step ? n : piece->step;
    memcpy(buffer, piece->text, n);
    piece->text += n;
    piece->len -= n;
    return (ssize_t)n;
}

static inline struct dbc_statedb *read_pool_bytes(const char *text, size_t len, size_t step,
                                                  struct warnings *w, struct dbc_error *err)
{
    struct piece piece = { text, len, step };
    struct dbc_stream stream = { .name = "t", .read = read_piece, .ctx = &piece };

    memset(w, 0, sizeof *w);
    dbc_error_clear(err);
    return dbc_statedb_read(&stream, remember_warning, w, err);
}

static inline struct dbc_statedb *read_pool(const char *text, struct warnings *w,
                                            struct dbc_error *err)
{
    return read_pool_bytes(text, strlen(text), SIZE_MAX, w, err);
}

/* Without a fault. */
static inline struct dbc_statedb *good_pool(const char *text)
{
    struct warnings w;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_statedb *pool = read_pool(text, &w, &err);

    assert_string_equal(err.text, "");
    assert_string_equal(w.last, "");
    assert_non_null(pool);
    return pool;
}

static inline struct dbc_db *host_of(const struct dbc_statedb *pool, const char *name)
{
    struct dbc_error err = DBC_ERROR_INIT;
    size_t host = dbc_statedb_find_host(pool, name);
    struct dbc_db *db = NULL;

    assert_true(host < dbc_statedb_n_hosts(pool));
    db = dbc_statedb_host_db(pool, host, NULL, NULL, &err);
    assert_string_equal(err.text, "");
    assert_non_null(db);
    return db;
}

/* The records of host h1 of a faultless text. */
static inline struct dbc_db *good_host(const char *text)
{
    struct dbc_statedb *pool = good_pool(text);
    struct dbc_db *db = host_of(pool, "h1");

    dbc_statedb_free(pool);
    return db;
}

/* The list as "a b c". */
static inline const char *spaced(const struct dbc_refs *refs, char out[256])
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < refs->n; i++) {
        used += (size_t)snprintf(out + used, 256 - used, "%s%s", i > 0 ? " " : "", refs->v[i]);
        assert_true(used < 256);
    }
    return out;
}

static inline void assert_refs(const struct dbc_refs *refs, const char *expected)
{
    char found[256];

    assert_string_equal(spaced(refs, found), expected);
}

#endif
