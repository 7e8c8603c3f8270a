/* ovsdb_ask.h - for tests of the OVSDB client: sends one request to a scripted server, and returns
 * the result. */
#ifndef TESTS_UNIT_OVSDB_ASK_H
#define TESTS_UNIT_OVSDB_ASK_H

#include "unit/clock.h"
#include "unit/ovsdb_server.h"

#define LONG_MS 8000 /* a deadline that no test reaches */
#define SHORT_MS 150 /* one that is meant to be reached */
#define COMMENT "{\"op\":\"comment\",\"comment\":\"x\"}"
#define SELECT "{\"op\":\"select\",\"table\":\"Bridge\",\"where\":[]}"
#define WAIT "{\"op\":\"wait\",\"table\":\"Bridge\",\"timeout\":0}"
#define UUID "01234567-89ab-cdef-0123-456789abcdef"

static inline json_t *json(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    assert_non_null(value);
    return value;
}

/* ---- Rows, collected as "OP:ROW;" ------------------------------------------------------------ */

struct rows {
    struct dbc_buf text;
    size_t n, fail_at; /* 0: never */
};

static inline int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct rows *rows = ctx;
    char *text = json_dumps(row, JSON_COMPACT | JSON_SORT_KEYS);

    assert_true(json_is_object(row));
    dbc_buf_addf(&rows->text, "%zu:%s;", op, text);
    free(text);
    if (++rows->n == rows->fail_at) {
        return dbc_fail(err, DBC_EINVAL, "not this row");
    }
    return 0;
}

/* One transaction; its code is returned. */
static inline enum dbc_code transact(struct ifr_ovsdb *db, const char *operations, unsigned ms,
                                     struct rows *rows, json_t **results)
{
    struct dbc_error err = DBC_ERROR_INIT;
    json_t *ops = json(operations);
    int rc = ifr_ovsdb_transact(db, ops, ms, rows == NULL ? NULL : take_row, rows, results, &err);

    json_decref(ops);
    assert_int_equal(rc == 0, err.code == DBC_OK);
    assert_true(rc == 0 || err.text[0] != '\0');
    assert_true(rc == 0 || results == NULL || *results == NULL);
    return err.code;
}

/* ---- Answers --------------------------------------------------------------------------------- */

struct answer {
    const char *operations, *step;
    enum dbc_code code;
    bool doubt;
    const char *rows;
};

/* What comes of one answer: the code, the doubt, the rows, and whether a second request works. */
static inline void check_answer(const struct answer *a)
{
    const char *script[] = { "?", a->step, "?", ">{\"id\":2,\"result\":[{}],\"error\":null}",
                             NULL };
    struct rows rows = { 0 };
    json_t *results = NULL;
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);
    enum dbc_code code = transact(db, a->operations, LONG_MS, &rows, &results);
    bool gone = code == DBC_EPARSE || code == DBC_ELIMIT || code == DBC_EIO;

    if (code != a->code || ifr_ovsdb_in_doubt(db) != a->doubt ||
        strcmp(dbc_buf_str(&rows.text), a->rows == NULL ? "" : a->rows) != 0) {
        fail_msg("%s: code %d, doubt %d, rows %s", a->step, code, ifr_ovsdb_in_doubt(db),
                 dbc_buf_str(&rows.text));
    }
    json_decref(results);
    assert_int_equal(transact(db, "[" COMMENT "]", LONG_MS, NULL, NULL), gone ? DBC_EIO : DBC_OK);
    assert_false(ifr_ovsdb_in_doubt(db));
    server_done(&v, db);
    dbc_buf_release(&rows.text);
}

#define CHECK_ANSWERS(table)                                                                       \
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {                                    \
        check_answer(&table[i]);                                                                   \
    }

/* ---- Limits ---------------------------------------------------------------------------------- */

/* PREFIX, then `n` times MIDDLE, then END, as one step of a script. */
static inline char *long_step(const char *prefix, const char *middle, size_t n, const char *end)
{
    struct dbc_buf out = DBC_BUF_INIT;

    dbc_buf_adds(&out, prefix);
    for (size_t i = 0; i < n; i++) {
        dbc_buf_adds(&out, middle);
    }
    dbc_buf_adds(&out, end);
    return dbc_buf_steal(&out);
}

static inline void check_limit(const char *operations, char *step, enum dbc_code code,
                               const char *rows)
{
    struct answer a = { operations, step, code, code != DBC_OK, rows };

    assert_non_null(step);
    check_answer(&a);
    free(step);
}

#endif
