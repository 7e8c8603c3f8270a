/* test_ovsdb_monitor.c - the schema and the monitor of the OVSDB client, with right and with wrong
 * answers. */
#include "unit/test.h"

#include <sys/syscall.h>

#include "reconfigure/host/ovsdb_priv.h"
#include "unit/ovsdb_ask.h"

static size_t recv_most = SIZE_MAX, recv_calls;

/* In place of the C library's: no more than recv_most bytes a call. */
ssize_t recv(int fd, void *to, size_t len, int flags)
{
    recv_calls++;
    return syscall(SYS_recvfrom, fd, to, len < recv_most ? len : recv_most, flags, NULL, NULL);
}

/* ---- The schema ------------------------------------------------------------------------------ */

TEST(schema)
{
    const char *script[] = { "?",
                             ">{\"id\":1,\"result\":{\"tables\":{\"A\":{\"columns\":{\"x\":{}},"
                             "\"isRoot\":true},\"B\":{\"columns\":{}}}},\"error\":null}",
                             NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_false(ifr_ovsdb_has_column(db, "A", "x") || ifr_ovsdb_is_root(db, "A"));
    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, NULL), 0);
    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, NULL), 0);
    assert_true(ifr_ovsdb_has_column(db, "A", "x") && ifr_ovsdb_has_column(db, "B", "_uuid"));
    assert_false(ifr_ovsdb_has_column(db, "B", "x") || ifr_ovsdb_has_column(db, "C", "_uuid"));
    assert_true(ifr_ovsdb_is_root(db, "A"));
    assert_false(ifr_ovsdb_is_root(db, "B") || ifr_ovsdb_is_root(db, "C"));
    assert_non_null(json_object_get(ifr_ovsdb_table(db, "A"), "columns"));
    assert_null(ifr_ovsdb_table(db, "C"));
    server_done(&v, db);
}

TEST(schema_without_roots)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":{\"tables\":{\"A\":{}}}}", NULL };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, NULL), 0);
    assert_true(ifr_ovsdb_is_root(db, "A"));
    assert_false(ifr_ovsdb_is_root(db, "B"));
    server_done(&v, db);
}

TEST(bad_schema)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":{\"tables\":[]}}", NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(ifr_ovsdb_load_schema(db, LONG_MS, &err), -1);
    assert_int_equal(err.code, DBC_EPARSE);
    assert_null(ifr_ovsdb_table(db, "A"));
    server_done(&v, db);
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

TEST(monitors)
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
        ">{\"id\":null,\"method\":\"update\",\"params\":[7,{\"X\":{\"" UUID
        "\":{\"new\":{}}}}]}" CHANGE("E", "{\"new\":{}}"),
        "s",
        "!",
        NULL
    };
    static const char all[] = "A -{\"x\":1};A {\"x\":1}{\"x\":2};B {\"x\":2}-;C -{};D -{};E -{};";
    struct changes c = { 0 };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(monitor(db, &c), DBC_OK);
    assert_int_equal(monitor(db, &c), DBC_EINVAL);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(run_until(db, &c, strlen(all)), DBC_OK);
    assert_string_equal(dbc_buf_str(&c.text), all);
    assert_int_equal(run_until(db, &c, SIZE_MAX), DBC_EIO);
    server_done(&v, db);
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
    server_done(&v, db);
    dbc_buf_release(&c.text);
}

TEST(bad_updates)
{
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
TEST(update_refused_in_request)
{
    const char *script[] = { "?", ">{\"id\":1,\"result\":{}}", "?", ">" CHANGE("B", "{\"new\":{}}"),
                             NULL };
    struct changes c = { .refuse = "B" };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);

    assert_int_equal(monitor(db, &c), DBC_OK);
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EUNSUPPORTED);
    assert_true(ifr_ovsdb_in_doubt(db));
    assert_int_equal(transact(db, "[]", LONG_MS, NULL, NULL), DBC_EIO);
    server_done(&v, db);
    dbc_buf_release(&c.text);
}

#define SPACES 65536

/* A server that sends white space faster than it is read: ifr_ovsdb_run comes back each time, and a
 * request ends at its deadline. */
static void white_space(bool request)
{
    char *space = long_step(">", " ", SPACES, "");
    const char *script[] = {
        "?", ">{\"id\":1,\"result\":{}}", request ? "?" : "~", space, "!", NULL
    };
    struct changes c = { 0 };
    struct server v;
    struct ifr_ovsdb *db = server_start(&v, script);
    size_t calls = 0;

    assert_int_equal(monitor(db, &c), DBC_OK);
    recv_calls = 0;
    recv_most = 1;
    if (request) {
        assert_int_equal(transact(db, "[]", 3, NULL, NULL), DBC_ETIMEOUT);
        assert_true(recv_calls < SPACES);
    } else {
        server_sleep(200);
        for (; ifr_ovsdb_run(db, NULL) == 0; calls++) {
        }
        assert_true(calls >= SPACES / IFR_OVSDB_RUN_READS);
    }
    recv_most = SIZE_MAX;
    server_done(&v, db);
    free(space);
}

TEST(run_comes_back)
{
    white_space(false);
}

TEST(request_comes_back)
{
    white_space(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema),         cmocka_unit_test(schema_without_roots),
        cmocka_unit_test(bad_schema),     cmocka_unit_test(monitors),
        cmocka_unit_test(bad_updates),    cmocka_unit_test(update_refused_in_request),
        cmocka_unit_test(run_comes_back), cmocka_unit_test(request_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
