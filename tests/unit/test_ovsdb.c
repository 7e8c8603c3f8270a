/* test_ovsdb.c - the OVSDB client against a server that is right, wrong, slow or gone. */
#include "unit/test.h"

#include <malloc.h>
#include <signal.h>
#include <sys/time.h>

#include "unit/ovsdb_ask.h"

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

TEST(opening)
{
    struct server v;
    char longer[200];

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
TEST(queue_full)
{
    struct ifr_ovsdb *db[8] = { NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    int64_t began = 0;
    struct server v;
    int i = 0;

    server_make(&v);
    do {
        began = now_ms();
    } while (i < 8 && ifr_ovsdb_open(v.path, SHORT_MS, &db[i], &err) == 0 && ++i < 8);
    assert_true(i > 0 && i < 8);
    assert_int_equal(err.code, DBC_ETIMEOUT);
    assert_in_range(now_ms() - began, SHORT_MS - 20, SHORT_MS + 2000);
    while (i-- > 0) {
        ifr_ovsdb_close(db[i]);
    }
    close(v.listening);
    scratch_remove(&v.s);
}

/* ---- Answers ----------------------------------------------------------------------------------
 */

TEST(answers_that_are_right)
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

    CHECK_ANSWERS(table)
}

TEST(answers_that_refuse)
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

    CHECK_ANSWERS(table)
}

TEST(answers_that_are_none)
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
        { "[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{};{}]}]}", DBC_EPARSE, true,
          "0:{};" },
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[],\"rows\":[]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[],\"error\":\"x\"}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":1,\"a\":2}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":\"\xff\"}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":\"\\u0000\"}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":\"\x01\"}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":1e999}]}]}"),
        NONE("[" SELECT "]", ">{\"id\":1,\"result\":[{\"rows\":[{\"a\":99999999999999999999}]}]}"),
    };

    CHECK_ANSWERS(table)
}

/* The reason is the missing result, not what comes of reading nothing. */
TEST(answer_without_a_result)
{
    static const char *const steps[] = { ">{\"id\":1}",
                                         ">{\"id\":1,\"result\":null,\"error\":null}" };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const char *script[] = { "?", steps[i], NULL };
        struct dbc_error err = DBC_ERROR_INIT;
        struct server v;
        struct ifr_ovsdb *db = server_start(&v, script);
        json_t *ops = json("[]");
        assert_int_equal(ifr_ovsdb_transact(db, ops, LONG_MS, NULL, NULL, NULL, &err), -1);
        assert_non_null(strstr(err.text, "an answer without a result"));
        json_decref(ops);
        server_done(&v, db);
    }
}

TEST(connections_that_end)
{
    static const struct answer table[] = {
        { "[]", "!", DBC_EIO, true, NULL },
    };
    const char *half[] = { "?", ">{\"id\":1,\"result\":[", "!", NULL };
    struct server v;
    struct ifr_ovsdb *db = NULL;

    CHECK_ANSWERS(table)
    db = server_start(&v, half);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EIO);
    assert_true(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EIO);
    assert_false(ifr_ovsdb_in_doubt(db));
    server_done(&v, db);
}

/* ---- Results and rows ------------------------------------------------------------------------ */

TEST(results_of_operations)
{
    const char *script[] = { "?",
                             ">{\"id\":1,\"result\":[{\"count\":3},{\"rows\":[{},{}]},{\"uuid\":"
                             "[\"uuid\",\"" UUID "\"]}]}",
                             NULL };
    json_t *results = NULL,
           *expected = json("[{\"count\":3},{\"rows\":2},{\"uuid\":[\"uuid\",\"" UUID "\"]}]");
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

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
TEST(row_refused)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":[{\"rows\":[{},{},{}]}]}", "?",
                             ">{\"id\":2,\"result\":[]}", NULL };
    struct rows rows = { .fail_at = 2 };
    json_t *results = NULL;
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(transact(db, "[" SELECT "]", LONG_MS, &rows, &results), DBC_EINVAL);
    assert_string_equal(dbc_buf_str(&rows.text), "0:{};0:{};");
    assert_false(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(transact(db, "{}", LONG_MS, NULL, NULL), DBC_EINVAL);
    server_done(&v, db);
    dbc_buf_release(&rows.text);
}

/* ---- Time ------------------------------------------------------------------------------------ */

static void times_out(const char *const *script)
{
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);
    int64_t began = now_ms();

    assert_int_equal(transact(db, "[]", SHORT_MS, NULL, NULL), DBC_ETIMEOUT);
    assert_in_range(now_ms() - began, SHORT_MS - 20, SHORT_MS + 2000);
    assert_true(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", SHORT_MS, NULL, NULL), DBC_EIO);
    server_done(&v, db);
}

TEST(deadlines)
{
    times_out((const char *[]){ "?", NULL });
    times_out((const char *[]){ "?", ">{\"id\":1,\"result\":[", NULL });
    times_out((const char *[]){ "?", "d", NULL });
    times_out((const char *[]){ "?", ">{\"id\":1,", "d", NULL });
    times_out((const char *[]){ "?", ">{\"method\":\"update\",\"params\":[],\"id\":null}", NULL });
}

static void interrupted_by(int sig)
{
    (void)sig;
}

/* Signals come all the time: the wait goes on, and ends when it should. */
TEST(signals)
{
    const char *script[] = { "?", "s", "1{\"id\":1,\"result\":[]}", "?", NULL };
    struct sigaction action = { .sa_handler = interrupted_by };
    struct itimerval often = { { 0, 2000 }, { 0, 2000 } }, never = { { 0, 0 }, { 0, 0 } };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);
    int64_t began = 0;

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    began = now_ms();
    assert_int_equal(transact(db, "[]", SHORT_MS, NULL, NULL), DBC_ETIMEOUT);
    assert_in_range(now_ms() - began, SHORT_MS - 20, SHORT_MS + 2000);
    setitimer(ITIMER_REAL, &never, NULL);
    server_done(&v, db);
}

/* ---- Size ------------------------------------------------------------------------------------ */

static int count_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    (void)op;
    (void)err;
    *(size_t *)ctx += json_object_size(row);
    return 0;
}

/* What jansson holds, and held at most. */
static size_t live, peak;

static void *counted_alloc(size_t size)
{
    void *block = malloc(size);
    size_t now = __atomic_add_fetch(&live, malloc_usable_size(block), __ATOMIC_RELAXED);

    if (now > __atomic_load_n(&peak, __ATOMIC_RELAXED)) {
        __atomic_store_n(&peak, now, __ATOMIC_RELAXED);
    }
    return block;
}

static void counted_free(void *block)
{
    __atomic_sub_fetch(&live, malloc_usable_size(block), __ATOMIC_RELAXED);
    free(block);
}

/* An answer of 5 MB costs its text and one row. */
TEST(many_rows)
{
    char *step =
        long_step(">{\"id\":1,\"result\":[{\"rows\":[{}",
                  ",{\"a\":\"0123456789\",\"b\":[\"map\",[[\"k\",\"v\"]]]}", 100000, "]}]}");
    const char *script[] = { "?", step, NULL };
    struct server v;
    struct ifr_ovsdb *db = NULL;
    json_t *ops = json("[" SELECT "]");
    size_t n = 0;

    peak = live;
    db = server_start(&v, script);
    assert_int_equal(ifr_ovsdb_transact(db, ops, LONG_MS, count_row, &n, NULL, NULL), 0);
    assert_int_equal(n, 200000);
    assert_in_range(peak, 1, 64 * 1024);
    server_done(&v, db);
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
        cmocka_unit_test(answer_without_a_result),
        cmocka_unit_test(connections_that_end),
        cmocka_unit_test(results_of_operations),
        cmocka_unit_test(row_refused),
        cmocka_unit_test(deadlines),
        cmocka_unit_test(signals),
        cmocka_unit_test(many_rows),
    };

    json_set_alloc_funcs(counted_alloc, counted_free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
