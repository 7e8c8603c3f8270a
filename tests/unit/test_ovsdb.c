/* test_ovsdb.c - the OVSDB client against a server that is right, wrong, slow, gone or hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/ovsdb_server.h"

#define LONG_MS 8000 /* a deadline that no test reaches */
#define SHORT_MS 150 /* one that is meant to be reached */
#define COMMENT "{\"op\":\"comment\",\"comment\":\"x\"}"
#define SELECT "{\"op\":\"select\",\"table\":\"Bridge\",\"where\":[]}"
#define WAIT "{\"op\":\"wait\",\"table\":\"Bridge\",\"timeout\":0}"
#define UUID "01234567-89ab-cdef-0123-456789abcdef"

static int64_t clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static json_t *json(const char *text)
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

static int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
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
static enum dbc_code transact(struct ifr_ovsdb *db, const char *operations, unsigned ms,
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

/* ---- Opening --------------------------------------------------------------------------------- */

static enum dbc_code open_code(const char *path)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_ovsdb *db = NULL;

    if (ifr_ovsdb_open(path, SHORT_MS, &db, &err) == 0) {
        ifr_ovsdb_close(db);
        return DBC_OK;
    }
    assert_null(db);
    return err.code;
}

static void opening(void **state)
{
    struct server v;
    char longer[200];

    (void)state;
    server_make(&v);
    memset(longer, 'x', sizeof longer);
    longer[0] = '/';
    longer[108] = '\0';
    assert_int_equal(open_code(longer), DBC_ELIMIT);
    longer[107] = '\0';
    assert_int_equal(open_code(longer), DBC_ENOENT);
    assert_int_equal(open_code(scratch_path(&v.s, "/nothing")), DBC_ENOENT);
    scratch_write(&v.s, "/file", "text", 0644);
    assert_int_equal(open_code(scratch_path(&v.s, "/file")), DBC_ENOENT);
    assert_int_equal(open_code(scratch_path(&v.s, "/file/below")), DBC_ENOENT);
    assert_int_equal(open_code(v.s.root), DBC_ENOENT);
    assert_int_equal(open_code(v.path), DBC_OK);
    close(v.listening);
    assert_int_equal(open_code(v.path), DBC_EBUSY);
    scratch_remove(&v.s);
    ifr_ovsdb_close(NULL);
}

/* A server that listens and never accepts: its queue is full at last. */
static void queue_full(void **state)
{
    struct ifr_ovsdb *db[8] = { NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    int64_t began = 0;
    struct server v;
    int i = 0;

    (void)state;
    server_make(&v);
    do {
        began = clock_ms();
    } while (i < 8 && ifr_ovsdb_open(v.path, SHORT_MS, &db[i], &err) == 0 && ++i < 8);
    assert_true(i > 0 && i < 8);
    assert_int_equal(err.code, DBC_ETIMEOUT);
    assert_in_range(clock_ms() - began, SHORT_MS - 20, SHORT_MS + 2000);
    while (i-- > 0) {
        ifr_ovsdb_close(db[i]);
    }
    close(v.listening);
    scratch_remove(&v.s);
}

/* ---- Answers --------------------------------------------------------------------------------- */

struct answer {
    const char *operations, *step;
    enum dbc_code code;
    bool doubt;
    const char *rows;
};

/* What comes of one answer: the code, the doubt, the rows, and whether a second request works. */
static void check_answer(const struct answer *a)
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
    server_end(&v, db);
    server_release(&v);
    dbc_buf_release(&rows.text);
}

#define CHECK_ANSWERS(table)                                                                       \
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {                                    \
        check_answer(&table[i]);                                                                   \
    }

static void answers_that_are_right(void **state)
{
    static const struct answer table[] = {
        { "[]", ">{\"id\":1,\"result\":[],\"error\":null}", DBC_OK, false, NULL },
        { "[" COMMENT "]", ">{\"result\":[{}],\"id\":1}", DBC_OK, false, NULL },
        { "[" COMMENT "]",
          ">\n { \"error\" : null , \"other\":[1.5,\"\\\"}\"], \"result\":[ { } "
          "]\t,\"id\": 1\r}\n\n",
          DBC_OK, false, NULL },
        { "[" SELECT "," COMMENT "," SELECT "]",
          ">{\"result\":[{\"rows\":[{\"a\":\"]}\\\\\"} , "
          "{\"b\":[\"set\",[]]}]},{},{\"rows\":[{}]}],"
          "\"error\":null,\"id\":1}",
          DBC_OK, false, "0:{\"a\":\"]}\\\\\"};0:{\"b\":[\"set\",[]]};2:{};" },
        { "[" SELECT "]",
          "1{\"id\":1,\"error\":null,\"result\":[{\"rows\":[{\"a\":\"\\u00e4\xc3\xa4\"},{}]}]}",
          DBC_OK, false, "0:{\"a\":\"\xc3\xa4\xc3\xa4\"};0:{};" },
        { "[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[]}]}", DBC_OK, false, NULL },
        { "[" SELECT "]", ">{\"\\u0069d\":1,\"result\":[{\"ro\\u0077s\":[{}]}]}", DBC_OK, false,
          "0:{};" },
    };

    (void)state;
    CHECK_ANSWERS(table)
}

static void answers_that_refuse(void **state)
{
    static const struct answer table[] = {
        { "[" WAIT "," COMMENT "]",
          ">{\"id\":1,\"result\":[{\"details\":\"\\\"where\\\" clause test "
          "failed\",\"error\":\"timed out\"},null],\"error\":null}",
          DBC_ECONFLICT, false, NULL },
        { "[" COMMENT "]",
          ">{\"id\":1,\"result\":[{},{\"error\":\"referential integrity violation\","
          "\"details\":\"x\"}]}",
          DBC_ECONFLICT, false, NULL },
        { "[" COMMENT "," COMMENT "]",
          ">{\"id\":1,\"result\":[{\"error\":\"constraint violation\"},"
          "null]}",
          DBC_ECOMMAND, false, NULL },
        { "[" SELECT "]", ">{\"id\":1,\"result\":[{\"error\":\"unknown table\"}]}", DBC_ECOMMAND,
          false, NULL },
        /* No row of a transaction that failed. */
        { "[" SELECT "," COMMENT "]", ">{\"id\":1,\"result\":[{\"rows\":[{}]},{\"error\":\"x\"}]}",
          DBC_ECOMMAND, false, NULL },
        { "[]", ">{\"id\":1,\"error\":{\"error\":\"unknown database\",\"details\":\"d\"}}",
          DBC_ECOMMAND, false, NULL },
        { "[]", ">{\"id\":1,\"error\":\"unknown method\"}", DBC_ECOMMAND, false, NULL },
    };

    (void)state;
    CHECK_ANSWERS(table)
}

static void answers_that_are_none(void **state)
{
#define NONE(ops, text)                                                                            \
    {                                                                                              \
        ops, text, DBC_EPARSE, true, NULL                                                          \
    }
    static const struct answer table[] = {
        NONE("[]", ">{}"),
        NONE("[]", ">[1]"),
        NONE("[]", ">garbage"),
        NONE("[]", ">{]"),
        NONE("[]", ">{\"id\":1,\"result\":[}"),
        NONE("[]", ">{\"id\":1}"),
        NONE("[]", ">{\"id\":1,\"result\":null,\"error\":null}"),
        NONE("[]", ">{\"id\":1,\"result\":{},\"error\":null}"),
        NONE("[]", ">{\"id\":1,\"result\":3}"),
        NONE("[]", ">{\"id\":1,\"result\":[],\"error\":{}}"),
        NONE("[]", ">{\"id\":1,\"result\":[],\"error\":7}"),
        NONE("[]", ">{\"id\":1,\"result\":[],\"error\":bad}"),
        NONE("[]", ">{\"id\":2,\"result\":[]}"),
        NONE("[]", ">{\"id\":\"1\",\"result\":[]}"),
        NONE("[]", ">{\"id\":null,\"result\":[]}"),
        NONE("[]", ">{\"result\":[]}"),
        NONE("[]", ">{\"id\":1,\"id\":1,\"result\":[]}"),
        NONE("[]", ">{\"id\":1,\"result\":[],\"\\u0069d\":1}"),
        NONE("[]", ">{\"id\":1,\"result\":[],}"),
        NONE("[]", ">{\"id\":1 \"result\":[]}"),
        NONE("[]", ">{\"id\" 1,\"result\":[]}"),
        NONE("[]", ">{\"id\":1,\"result\":[],\"x\":}"),
        NONE("[]", ">{\"id\":1,\"result\":[],\"x\":tru}"),
        NONE("[]", ">{\"id\":1,\"result\":[],\"x\":\"\\u0000\"}"),
        NONE("[]", ">{\"id\":1,\"result\":[],7:1}"),
        NONE("[]", ">{\"id\":1,\"result\":[{}]}"),
        NONE("[]", ">{\"id\":1,\"result\":[null]}"),
        NONE("[" COMMENT "]", ">{\"id\":1,\"result\":[]}"),
        NONE("[" COMMENT "]", ">{\"id\":1,\"result\":[{},{}]}"),
        NONE("[" COMMENT "]", ">{\"id\":1,\"result\":[null]}"),
        NONE("[" COMMENT "]", ">{\"id\":1,\"result\":[{},]}"),
        NONE("[" COMMENT "]", ">{\"id\":1,\"result\":[{\"error\":7}]}"),
        NONE("[" COMMENT "]", ">{\"id\":1,\"result\":[{\"a\":1,\"a\":1}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[[]]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":{}}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[7]}]}"),
        { "[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{}{}]}]}", DBC_EPARSE, true, "0:{};" },
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[],\"rows\":[]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[],\"error\":\"x\"}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":1,\"a\":2}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":\"\xff\"}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":\"\\u0000\"}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":\"\x01\"}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":1e999}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":99999999999999999999}]}]}"),
    };

    (void)state;
    CHECK_ANSWERS(table)
}

static void connections_that_end(void **state)
{
    static const struct answer table[] = {
        { "[]", "!", DBC_EIO, true, NULL },
    };
    const char *half[] = { "?", ">{\"id\":1,\"result\":[", "!", NULL };
    struct server v;
    struct ifr_ovsdb *db = NULL;

    (void)state;
    CHECK_ANSWERS(table)
    db = server_start(&v, half);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EIO);
    assert_true(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EIO);
    assert_false(ifr_ovsdb_in_doubt(db));
    server_end(&v, db);
    server_release(&v);
}

/* ---- Results and rows ------------------------------------------------------------------------ */

static void results_of_operations(void **state)
{
    const char *script[] = { "?",
                             ">{\"id\":1,\"result\":[{\"count\":3},{\"rows\":[{},{}]},{\"uuid\":"
                             "[\"uuid\",\"" UUID "\"]}]}",
                             NULL };
    json_t *results = NULL,
           *expected = json("[{\"count\":3},{\"rows\":2},{\"uuid\":[\"uuid\",\"" UUID "\"]}]");
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(transact(db, "[" COMMENT "," SELECT "," COMMENT "]", LONG_MS, NULL, &results),
                     DBC_OK);
    assert_true(json_equal(results, expected));
    json_decref(results);
    json_decref(expected);
    server_end(&v, db);
    assert_string_equal(dbc_buf_str(&v.got),
                        "{\"id\":1,\"method\":\"transact\",\"params\":[\"Open_vSwitch\"," COMMENT
                        "," SELECT "," COMMENT "]}");
    server_release(&v);
}

/* The caller's refusal of a row is no doubt about the transaction, and the connection stays. */
static void row_refused(void **state)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":[{\"rows\":[{},{},{}]}]}", "?",
                             ">{\"id\":2,\"result\":[]}", NULL };
    struct rows rows = { .fail_at = 2 };
    json_t *results = NULL;
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(transact(db, "[" SELECT "]", LONG_MS, &rows, &results), DBC_EINVAL);
    assert_string_equal(dbc_buf_str(&rows.text), "0:{};0:{};");
    assert_false(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(transact(db, "{}", LONG_MS, NULL, NULL), DBC_EINVAL);
    server_end(&v, db);
    server_release(&v);
    dbc_buf_release(&rows.text);
}

/* ---- Time ------------------------------------------------------------------------------------ */

static void times_out(const char *const *script)
{
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);
    int64_t began = clock_ms();

    assert_int_equal(transact(db, "[]", SHORT_MS, NULL, NULL), DBC_ETIMEOUT);
    assert_in_range(clock_ms() - began, SHORT_MS - 20, SHORT_MS + 2000);
    assert_true(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", SHORT_MS, NULL, NULL), DBC_EIO);
    server_end(&v, db);
    server_release(&v);
}

static void deadlines(void **state)
{
    (void)state;
    times_out((const char *[]){ "?", NULL });
    times_out((const char *[]){ "?", ">{\"id\":1,\"result\":[", NULL });
    times_out((const char *[]){ "?", "d", NULL });
    times_out((const char *[]){ "?", ">{\"id\":1,", "d", NULL });
    times_out((const char *[]){ "?", ">{\"method\":\"update\",\"params\":[],\"id\":null}", NULL });
}

/* ---- Limits ---------------------------------------------------------------------------------- */

/* PREFIX, then `n` times MIDDLE, then END, as one step of a script. */
static char *long_step(const char *prefix, const char *middle, size_t n, const char *end)
{
    struct dbc_buf out = DBC_BUF_INIT;

    dbc_buf_adds(&out, prefix);
    for (size_t i = 0; i < n; i++) {
        dbc_buf_adds(&out, middle);
    }
    dbc_buf_adds(&out, end);
    return dbc_buf_steal(&out);
}

static void check_limit(const char *operations, char *step, enum dbc_code code, const char *rows)
{
    struct answer a = { operations, step, code, code != DBC_OK, rows };

    assert_non_null(step);
    check_answer(&a);
    free(step);
}

static void limits(void **state)
{
    static const char head[] = ">{\"id\":1,\"result\":[],\"x\":";
    char *close = NULL;

    (void)state;
    close = long_step("", "]", IFR_OVSDB_DEPTH_MAX - 1, "}");
    check_limit("[]", long_step(head, "[", IFR_OVSDB_DEPTH_MAX - 1, close), DBC_OK, NULL);
    free(close);
    check_limit("[]", long_step(head, "[", IFR_OVSDB_DEPTH_MAX, ""), DBC_ELIMIT, NULL);
    check_limit("[]", long_step(head, "[", 100000, ""), DBC_ELIMIT, NULL);
    /* A value of its largest size, with its quotes. */
    close = long_step("\"", "x", IFR_OVSDB_PIECE_MAX - 2, "\"}");
    check_limit("[]", long_step(head, close, 1, ""), DBC_OK, NULL);
    free(close);
    close = long_step("\"", "x", IFR_OVSDB_PIECE_MAX - 1, "\"}");
    check_limit("[]", long_step(head, close, 1, ""), DBC_ELIMIT, NULL);
    free(close);
}

static void message_too_long(void **state)
{
    static const char head[] = ">{\"id\":1,\"result\":[]";
    char *step = long_step(head, " ", IFR_OVSDB_ANSWER_MAX - strlen(head), "}");

    (void)state;
    check_limit("[]", step, DBC_OK, NULL); /* the '>' of the step is not sent */
    step = long_step(head, " ", IFR_OVSDB_ANSWER_MAX - strlen(head) + 1, "}");
    check_limit("[]", step, DBC_ELIMIT, NULL);
}

/* ---- What the server says on its own --------------------------------------------------------- */

static void echoes(void **state)
{
    const char *script[] = {
        "?",
        ">{\"id\":\"echo\",\"method\":\"echo\",\"params\":[]}"
        "{\"id\":[7],\"method\":\"echo\",\"params\":[\"\xc3\xa4\"]}",
        "1{\"id\":null,\"method\":\"locked\",\"params\":[]} ",
        ">{\"id\":1,\"result\":[]}{\"params\":[1],\"id\":9,\"method\":\"echo\"}",
        "?",
        "?",
        "?",
        "?",
        ">{\"id\":2,\"result\":[]}",
        NULL
    };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    server_end(&v, db);
    assert_non_null(strstr(dbc_buf_str(&v.got),
                           "{\"id\":\"echo\",\"result\":[],\"error\":null}"
                           "{\"id\":[7],\"result\":[\"\xc3\xa4\"],\"error\":null}"
                           "{\"id\":9,\"result\":[1],\"error\":null}"));
    server_release(&v);
}

static void bad_echoes(void **state)
{
    static const struct answer table[] = {
        { "[]", ">{\"id\":1,\"method\":\"echo\"}", DBC_EPARSE, true, NULL },
        { "[]", ">{\"method\":\"echo\",\"params\":[]}", DBC_EPARSE, true, NULL },
        { "[]", ">{\"id\":1,\"method\":\"echo\",\"params\":[bad]}", DBC_EPARSE, true, NULL },
        { "[]", ">{\"id\":1,\"method\":bad,\"params\":[]}", DBC_EPARSE, true, NULL },
    };
    char *params = NULL;

    (void)state;
    CHECK_ANSWERS(table)
    params = long_step("", "x", IFR_OVSDB_ECHO_MAX, "\"]}");
    check_limit("[]", long_step(">{\"id\":1,\"method\":\"echo\",\"params\":[\"", params, 1, ""),
                DBC_ELIMIT, NULL);
    free(params);
}

/* The server sends echoes for ever and reads none of the answers. */
static void echoes_without_end(void **state)
{
    char *many = long_step(">", "{\"id\":1,\"method\":\"echo\",\"params\":[\"0123456789abcdef\"]}",
                           50000, "");
    const char *script[] = { "?", many, NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_ELIMIT);
    server_end(&v, db);
    server_release(&v);
    free(many);
}

/* A request larger than any socket's buffer, to a server that first wants its own text read. */
static void large_request(void **state)
{
    char *text =
        long_step("[{\"op\":\"comment\",\"comment\":\"", "0123456789abcdef", 640 * 1024, "\"}]");
    char *echo = long_step(">{\"id\":5,\"method\":\"echo\",\"params\":[\"", "x", 60000, "\"]}");
    const char *script[] = { echo, echo, echo, echo, echo,
                             echo, echo, echo, "?",  ">{\"id\":1,\"result\":[{}]}",
                             NULL };
    struct server v;
    struct ifr_ovsdb *db = NULL;

    (void)state;
    script[2] = script[3] = script[4] = script[5] = script[6] = script[7] = "~";
    db = server_start(&v, script);
    assert_int_equal(transact(db, text, LONG_MS, NULL, NULL), DBC_OK);
    server_end(&v, db);
    assert_in_range(v.got.len, strlen(text), strlen(text) + 130000);
    server_release(&v);
    free(text);
    free(echo);
}

/* A server that goes while a large request is on its way: no signal, and no doubt. */
static void gone_while_sending(void **state)
{
    char *text =
        long_step("[{\"op\":\"comment\",\"comment\":\"", "0123456789abcdef", 640 * 1024, "\"}]");
    const char *script[] = { "~", "!", NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(transact(db, text, LONG_MS, NULL, NULL), DBC_EIO);
    assert_false(ifr_ovsdb_in_doubt(db));
    server_end(&v, db);
    server_release(&v);
    free(text);
}

/* An answer before the request is whole cannot be one. */
static void answer_too_early(void **state)
{
    char *text =
        long_step("[{\"op\":\"comment\",\"comment\":\"", "0123456789abcdef", 640 * 1024, "\"}]");
    const char *script[] = { "~", ">{\"id\":1,\"result\":[{}]}", "s", NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(transact(db, text, LONG_MS, NULL, NULL), DBC_EPARSE);
    assert_false(ifr_ovsdb_in_doubt(db));
    server_end(&v, db);
    server_release(&v);
    free(text);
}

/* ---- The schema ------------------------------------------------------------------------------ */

static void schema(void **state)
{
    const char *script[] = { "?",
                             ">{\"id\":1,\"result\":{\"tables\":{\"A\":{\"columns\":{\"x\":{}},"
                             "\"isRoot\":true},\"B\":{\"columns\":{}}}},\"error\":null}",
                             NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_false(ifr_ovsdb_has_column(db, "A", "x") || ifr_ovsdb_is_root(db, "A"));
    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, NULL), 0);
    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, NULL), 0);
    assert_true(ifr_ovsdb_has_column(db, "A", "x") && ifr_ovsdb_has_column(db, "B", "_uuid"));
    assert_false(ifr_ovsdb_has_column(db, "B", "x") || ifr_ovsdb_has_column(db, "C", "_uuid"));
    assert_true(ifr_ovsdb_is_root(db, "A"));
    assert_false(ifr_ovsdb_is_root(db, "B") || ifr_ovsdb_is_root(db, "C"));
    assert_non_null(json_object_get(ifr_ovsdb_table(db, "A"), "columns"));
    assert_null(ifr_ovsdb_table(db, "C"));
    server_end(&v, db);
    server_release(&v);
}

static void schema_without_roots(void **state)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":{\"tables\":{\"A\":{}}}}", NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, NULL), 0);
    assert_true(ifr_ovsdb_is_root(db, "A"));
    assert_false(ifr_ovsdb_is_root(db, "B"));
    server_end(&v, db);
    server_release(&v);
}

static void bad_schema(void **state)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":{\"tables\":[]}}", NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, &err), -1);
    assert_int_equal(err.code, DBC_EPARSE);
    assert_null(ifr_ovsdb_table(db, "A"));
    server_end(&v, db);
    server_release(&v);
}

/* ---- Monitors -------------------------------------------------------------------------------- */

struct changes {
    struct dbc_buf text;
    const char *refuse; /* a table */
};

static void show(struct dbc_buf *out, const json_t *row)
{
    char *text = row == NULL ? strdup("-") : json_dumps(row, JSON_COMPACT);

    dbc_buf_adds(out, text);
    free(text);
}

static int take_change(void *ctx, const char *table, const char *uuid, const json_t *before,
                       const json_t *after, struct dbc_error *err)
{
    struct changes *c = ctx;

    assert_string_equal(uuid, UUID);
    dbc_buf_addf(&c->text, "%s ", table);
    show(&c->text, before);
    show(&c->text, after);
    dbc_buf_addc(&c->text, ';');
    return c->refuse != NULL && strcmp(c->refuse, table) == 0
               ? dbc_fail(err, DBC_EUNSUPPORTED, "not this")
               : 0;
}

static enum dbc_code monitor(struct ifr_ovsdb *db, struct changes *c)
{
    struct dbc_error err = DBC_ERROR_INIT;
    json_t *requests = json("{\"A\":{\"columns\":[\"x\"]}}");

    ifr_ovsdb_monitor(db, requests, LONG_MS, take_change, c, &err);
    json_decref(requests);
    return err.code;
}

/* Runs until `n` bytes of changes are there, or the connection fails. */
static enum dbc_code run_until(struct ifr_ovsdb *db, const struct changes *c, size_t n)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct pollfd p = { .fd = ifr_ovsdb_fd(db), .events = POLLIN };

    while (c->text.len < n && poll(&p, 1, LONG_MS) == 1 && ifr_ovsdb_run(db, &err) == 0) {
    }
    return err.code;
}

#define CHANGE(table, change)                                                                      \
    "{\"id\":null,\"method\":\"update\",\"params\":[1,{\"" table "\":{\"" UUID "\":" change "}}]}"

static void monitors(void **state)
{
    const char *script[] = {
        "?",
        ">{\"id\":1,\"result\":{\"A\":{\"" UUID
        "\":{\"new\":{\"x\":1}}}}}" CHANGE("A", "{\"old\":{\"x\":1},\"new\":{\"x\":2}}"),
        "?",
        ">" CHANGE("B", "{\"old\":{\"x\":2}}") "{\"id\":2,\"result\":[]}" CHANGE("C",
                                                                                 "{\"new\":{}}"),
        "?",
        ">{\"id\":3,\"result\":[]}",
        "~",
        "1" CHANGE("D", "{\"new\":{}}"),
        ">{\"id\":null,\"method\":\"update\",\"params\":[7,{\"X\":{}}]}" CHANGE("E",
                                                                                "{\"new\":{}}"),
        "s",
        "!",
        NULL
    };
    static const char all[] = "A -{\"x\":1};A {\"x\":1}{\"x\":2};B {\"x\":2}-;C -{};D -{};E -{};";
    struct changes c = { 0 };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(monitor(db, &c), DBC_OK);
    assert_int_equal(monitor(db, &c), DBC_EINVAL);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(run_until(db, &c, strlen(all)), DBC_OK);
    assert_string_equal(dbc_buf_str(&c.text), all);
    assert_int_equal(run_until(db, &c, SIZE_MAX), DBC_EIO);
    server_end(&v, db);
    server_release(&v);
    dbc_buf_release(&c.text);
}

/* After an answer to a monitor, `step`; the code that ifr_ovsdb_run fails with. */
static void check_update(const char *step, enum dbc_code code)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":{}}", "~", step, NULL };
    struct changes c = { .refuse = "B" };
    struct dbc_error err = DBC_ERROR_INIT;
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(monitor(db, &c), DBC_OK);
    if (run_until(db, &c, SIZE_MAX) != code) {
        fail_msg("%s is not refused with %d", step, code);
    }
    assert_int_equal(ifr_ovsdb_run(db, &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    server_end(&v, db);
    server_release(&v);
    dbc_buf_release(&c.text);
}

static void bad_updates(void **state)
{
    (void)state;
    check_update(">" CHANGE("A", "{}"), DBC_EPARSE);
    check_update(">" CHANGE("A", "[]"), DBC_EPARSE);
    check_update(">" CHANGE("A", "{\"new\":7}"), DBC_EPARSE);
    check_update(">" CHANGE("A", "{\"old\":[],\"new\":{}}"), DBC_EPARSE);
    check_update(">" CHANGE("B", "{\"new\":{}}"), DBC_EUNSUPPORTED);
    check_update(">{\"method\":\"update\",\"params\":[1,{\"A\":{\"x\":{\"new\":{}}}}]}",
                 DBC_EPARSE);
    check_update(">{\"method\":\"update\",\"params\":[1,{\"A\":[]}]}", DBC_EPARSE);
    check_update(">{\"method\":\"update\",\"params\":[1,[]]}", DBC_EPARSE);
    check_update(">{\"method\":\"update\",\"params\":[1]}", DBC_EPARSE);
    check_update(">{\"method\":\"update\",\"params\":[1,{},{}]}", DBC_EPARSE);
    check_update(">{\"method\":\"update\"}", DBC_EPARSE);
    check_update(">{\"id\":1,\"result\":[]}", DBC_EPARSE);
    check_update(">nonsense", DBC_EPARSE);
    check_update("!", DBC_EIO);
}

/* A change that the update function refuses ends the request that waits, in doubt. */
static void update_refused_in_request(void **state)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":{}}", "?", ">" CHANGE("B", "{\"new\":{}}"),
                             NULL };
    struct changes c = { .refuse = "B" };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    (void)state;
    assert_int_equal(monitor(db, &c), DBC_OK);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EUNSUPPORTED);
    assert_true(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EIO);
    server_end(&v, db);
    server_release(&v);
    dbc_buf_release(&c.text);
}

/* White space for ever: ifr_ovsdb_run comes back each time. */
static void run_comes_back(void **state)
{
    char *space = long_step(">", "                ", 2u << 20, "");
    const char *script[] = { "?", ">{\"id\":1,\"result\":{}}", space, "!", NULL };
    struct changes c = { 0 };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);
    struct pollfd p = { .fd = ifr_ovsdb_fd(db), .events = POLLIN };
    int calls = 0;

    (void)state;
    assert_int_equal(monitor(db, &c), DBC_OK);
    while (poll(&p, 1, LONG_MS) == 1 && ifr_ovsdb_run(db, NULL) == 0) {
        calls++;
    }
    assert_true(calls >= 5);
    server_end(&v, db);
    server_release(&v);
    free(space);
}

/* ---- Size ------------------------------------------------------------------------------------ */

static int count_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    (void)op;
    (void)err;
    *(size_t *)ctx += json_object_size(row);
    return 0;
}

/* An answer of 5 MB. */
static void many_rows(void **state)
{
    char *step =
        long_step(">{\"id\":1,\"result\":[{\"rows\":[{}",
                  ",{\"a\":\"0123456789\",\"b\":[\"map\",[[\"k\",\"v\"]]]}", 100000, "]}]}");
    const char *script[] = { "?", step, NULL };
    struct server v;
    struct ifr_ovsdb *db = NULL;
    json_t *ops = json("[" SELECT "]");
    size_t n = 0;

    (void)state;
    db = server_start(&v, script);
    assert_int_equal(ifr_ovsdb_transact(db, ops, LONG_MS, count_row, &n, NULL, NULL), 0);
    assert_int_equal(n, 200000);
    server_end(&v, db);
    server_release(&v);
    json_decref(ops);
    free(step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening),
        cmocka_unit_test(queue_full),
        cmocka_unit_test(answers_that_are_right),
        cmocka_unit_test(answers_that_refuse),
        cmocka_unit_test(answers_that_are_none),
        cmocka_unit_test(connections_that_end),
        cmocka_unit_test(results_of_operations),
        cmocka_unit_test(row_refused),
        cmocka_unit_test(deadlines),
        cmocka_unit_test(limits),
        cmocka_unit_test(message_too_long),
        cmocka_unit_test(echoes),
        cmocka_unit_test(bad_echoes),
        cmocka_unit_test(echoes_without_end),
        cmocka_unit_test(large_request),
        cmocka_unit_test(gone_while_sending),
        cmocka_unit_test(answer_too_early),
        cmocka_unit_test(schema),
        cmocka_unit_test(schema_without_roots),
        cmocka_unit_test(bad_schema),
        cmocka_unit_test(monitors),
        cmocka_unit_test(bad_updates),
        cmocka_unit_test(update_refused_in_request),
        cmocka_unit_test(run_comes_back),
        cmocka_unit_test(many_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
