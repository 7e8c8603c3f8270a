/* test_ovsdb_hostile.c - the OVSDB client against a server that sends too much, does not read, or
 * closes the connection while the client sends. */
#include "unit/test.h"

#include "unit/ovsdb_ask.h"

/* ---- Limits -----------------------------------------------------------------------------------
 */

TEST(limits)
{
    static const char head[] = ">{\"id\":1,\"result\":[],\"x\":";
    char *close = NULL;

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

TEST(message_too_long)
{
    static const char head[] = ">{\"id\":1,\"result\":[]";
    char *step = long_step(head, " ", IFR_OVSDB_ANSWER_MAX - strlen(head), "}");

    check_limit("[]", step, DBC_OK, NULL); /* the '>' of the step is not sent */
    step = long_step(head, " ", IFR_OVSDB_ANSWER_MAX - strlen(head) + 1, "}");
    check_limit("[]", step, DBC_ELIMIT, NULL);
}

/* ---- What the server says on its own --------------------------------------------------------- */

TEST(echoes)
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

    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    server_end(&v, db);
    assert_non_null(strstr(dbc_buf_str(&v.got),
                           "{\"id\":\"echo\",\"result\":[],\"error\":null}"
                           "{\"id\":[7],\"result\":[\"\xc3\xa4\"],\"error\":null}"
                           "{\"id\":9,\"result\":[1],\"error\":null}"));
    server_release(&v);
}

TEST(bad_echoes)
{
    static const struct answer table[] = {
        { "[]", ">{\"id\":1,\"method\":\"echo\"}", DBC_EPARSE, true, NULL },
        { "[]", ">{\"method\":\"echo\",\"params\":[]}", DBC_EPARSE, true, NULL },
        { "[]", ">{\"id\":1,\"method\":\"echo\",\"params\":[bad]}", DBC_EPARSE, true, NULL },
        { "[]", ">{\"id\":1,\"method\":bad,\"params\":[]}", DBC_EPARSE, true, NULL },
    };
    char *params = NULL;

    CHECK_ANSWERS(table)
    params = long_step("", "x", IFR_OVSDB_ECHO_MAX, "\"]}");
    check_limit("[]", long_step(">{\"id\":1,\"method\":\"echo\",\"params\":[\"", params, 1, ""),
                DBC_ELIMIT, NULL);
    free(params);
}

/* The server sends echoes for ever and reads none of the answers. */
TEST(echoes_without_end)
{
    char *many = long_step(">", "{\"id\":1,\"method\":\"echo\",\"params\":[\"0123456789abcdef\"]}",
                           50000, "");
    const char *script[] = { "?", many, NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_ELIMIT);
    server_done(&v, db);
    free(many);
}

/* A request larger than any socket's buffer, to a server that first wants its own text read. */
TEST(large_request)
{
    char *text =
        long_step("[{\"op\":\"comment\",\"comment\":\"", "0123456789abcdef", 640 * 1024, "\"}]");
    char *echo = long_step(">{\"id\":5,\"method\":\"echo\",\"params\":[\"", "x", 60000, "\"]}");
    const char *script[] = { echo, echo, echo, echo, echo,
                             echo, echo, echo, "?",  ">{\"id\":1,\"result\":[{}]}",
                             NULL };
    struct server v;
    struct ifr_ovsdb *db = NULL;

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
TEST(gone_while_sending)
{
    char *text =
        long_step("[{\"op\":\"comment\",\"comment\":\"", "0123456789abcdef", 640 * 1024, "\"}]");
    const char *script[] = { "~", "!", NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(transact(db, text, LONG_MS, NULL, NULL), DBC_EIO);
    assert_false(ifr_ovsdb_in_doubt(db));
    server_done(&v, db);
    free(text);
}

/* An answer before the request is whole cannot be one. */
TEST(answer_too_early)
{
    char *text =
        long_step("[{\"op\":\"comment\",\"comment\":\"", "0123456789abcdef", 640 * 1024, "\"}]");
    const char *script[] = { "~", ">{\"id\":1,\"result\":[{}]}", "s", NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(transact(db, text, LONG_MS, NULL, NULL), DBC_EPARSE);
    assert_false(ifr_ovsdb_in_doubt(db));
    server_done(&v, db);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits),
        cmocka_unit_test(message_too_long),
        cmocka_unit_test(echoes),
        cmocka_unit_test(bad_echoes),
        cmocka_unit_test(echoes_without_end),
        cmocka_unit_test(large_request),
        cmocka_unit_test(gone_while_sending),
        cmocka_unit_test(answer_too_early),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
