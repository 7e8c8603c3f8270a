/* test_ovsdb_memory.c - the OVSDB client when memory runs out, at each allocation in turn, ours and
 * jansson's: a failure that says so or the whole answer, and nothing is lost.  The answers lie in
 * the socket before the client asks, so that no second thread allocates. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/buf.c"
#undef FIRST_CAP
#include "reconfigure/host/ovsdb.c"

#include "unit/ovsdb_server.h"

#define MS 8000
#define UUID "01234567-89ab-cdef-0123-456789abcdef"
#define MOST 5000 /* allocations of one request */
#define LONG_TEXT                                                                                  \
    "a text that is longer than the first buffer of whoever reads it, and than the next"
#define ROW "{\"name\":\"" LONG_TEXT "\",\"" LONG_TEXT "\":[\"set\",[1234567890123456789,true]]}"

static void *json_alloc(size_t size)
{
    return failing_malloc(size);
}

static void json_free(void *block)
{
    free(block);
}

struct seen {
    char rows[1024];
    size_t len;
};

/* Puts the row's text behind the others, without an allocation that could fail. */
static int see(struct seen *seen, const json_t *row)
{
    long left = allocs_left;

    allocs_left = -1;
    if (row != NULL) {
        seen->len +=
            json_dumpb(row, seen->rows + seen->len, sizeof seen->rows - seen->len, JSON_COMPACT);
    }
    allocs_left = left;
    return 0;
}

static int see_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    (void)op;
    (void)err;
    return see(ctx, row);
}

static int see_change(void *ctx, const char *table, const char *uuid, const json_t *before,
                      const json_t *after, struct dbc_error *err)
{
    (void)err;
    assert_string_equal(table, "Bridge");
    assert_string_equal(uuid, UUID);
    see(ctx, before);
    return see(ctx, after);
}

/* A connection with `answer` waiting; *far is the server's end. */
static struct ifr_ovsdb *connection(const char *answer, int *far)
{
    struct ifr_ovsdb *db = calloc(1, sizeof *db);
    int fd[2];

    assert_non_null(db);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd), 0);
    assert_int_equal(send(fd[1], answer, strlen(answer), 0), strlen(answer));
    db->stream.fd = fd[0];
    *far = fd[1];
    return db;
}

struct request {
    const char *answer;
    int (*ask)(struct ifr_ovsdb *db, const json_t *what, struct seen *seen, struct dbc_error *err);
    const char *what;
    const char *rows;
};

/* True when the nth allocation was reached. */
static bool fails_at(const struct request *r, const json_t *what, long nth)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct seen seen = { { 0 }, 0 };
    bool reached = false;
    int far = -1, rc = 0;
    struct ifr_ovsdb *db = connection(r->answer, &far);

    allocs_left = nth;
    rc = r->ask(db, what, &seen, &err);
    reached = alloc_failed();
    if (rc == 0) {
        if (strcmp(seen.rows, r->rows) != 0) {
            fail_msg("allocation %ld: %s", nth, seen.rows);
        }
    } else {
        if (!reached || err.code != DBC_ENOMEM) {
            fail_msg("allocation %ld: %s", nth, err.text);
        }
        /* What was told before it failed was right. */
        assert_int_equal(strncmp(seen.rows, r->rows, seen.len), 0);
        /* Nothing of a request is left for the next one to follow. */
        assert_true(db->stream.broken || db->stream.out.len == 0);
        assert_true(db->stream.broken || !ifr_ovsdb_in_doubt(db));
    }
    ifr_ovsdb_close(db);
    close(far);
    return reached;
}

static void each_allocation(const struct request *r)
{
    json_t *what = json_loads(r->what, 0, NULL);
    long nth = 0;

    assert_non_null(what);
    while (nth < MOST && fails_at(r, what, nth)) {
        nth++;
    }
    assert_in_range(nth, 3, MOST - 1);
    json_decref(what);
}

static int ask_transact(struct ifr_ovsdb *db, const json_t *what, struct seen *seen,
                        struct dbc_error *err)
{
    json_t *results = NULL;
    int rc = ifr_ovsdb_transact(db, what, MS, see_row, seen, &results, err);

    assert_int_equal(rc == 0, results != NULL);
    if (rc == 0) {
        assert_int_equal(json_array_size(results), 2);
        assert_int_equal(json_integer_value(json_object_get(json_array_get(results, 0), "rows")),
                         2);
    }
    json_decref(results);
    return rc;
}

TEST(transaction)
{
    static const struct request r = {
        "{\"id\":4,\"method\":\"echo\",\"params\":[\"" LONG_TEXT "\"]}"
        "{\"id\":1,\"error\":null,\"result\":[{\"rows\":[" ROW "," ROW "]},{}]}",
        ask_transact, "[{\"op\":\"select\"},{\"op\":\"comment\",\"comment\":\"" LONG_TEXT "\"}]",
        ROW ROW
    };

    each_allocation(&r);
}

static int ask_monitor(struct ifr_ovsdb *db, const json_t *what, struct seen *seen,
                       struct dbc_error *err)
{
    return ifr_ovsdb_monitor(db, what, MS, see_change, seen, err);
}

TEST(monitor)
{
    static const struct request r = { "{\"id\":1,\"result\":{\"Bridge\":{\"" UUID "\":{\"new\":" ROW
                                      "}}}}",
                                      ask_monitor, "{\"Bridge\":{\"columns\":[\"name\"]}}", ROW };

    each_allocation(&r);
}

static int ask_run(struct ifr_ovsdb *db, const json_t *what, struct seen *seen,
                   struct dbc_error *err)
{
    (void)what;
    db->update = see_change;
    db->update_ctx = seen;
    db->monitor_id = 1;
    return ifr_ovsdb_run(db, err);
}

TEST(change)
{
    static const struct request r = {
        "{\"id\":null,\"method\":\"update\",\"params\":[1,{\"Bridge\":{\"" UUID "\":{\"old\":" ROW
        ",\"new\":" ROW "}}}]}",
        ask_run, "{}", ROW ROW
    };

    each_allocation(&r);
}

static int ask_schema(struct ifr_ovsdb *db, const json_t *what, struct seen *seen,
                      struct dbc_error *err)
{
    int rc = ifr_ovsdb_load_schema(db, MS, err);

    (void)what;
    return rc == 0 ? see(seen, ifr_ovsdb_table(db, "Bridge")) : -1;
}

TEST(schema)
{
    static const struct request r = { "{\"id\":1,\"result\":{\"tables\":{\"Bridge\":" ROW "}}}",
                                      ask_schema, "{}", ROW };

    each_allocation(&r);
}

TEST(opening)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_ovsdb *db = NULL;
    struct server v;

    server_make(&v);
    allocs_left = 0;
    assert_int_equal(ifr_ovsdb_open(v.path, MS, &db, &err), -1);
    assert_true(alloc_failed());
    assert_int_equal(err.code, DBC_ENOMEM);
    assert_null(db);
    close(v.listening);
    scratch_remove(&v.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transaction), cmocka_unit_test(monitor), cmocka_unit_test(change),
        cmocka_unit_test(schema),      cmocka_unit_test(opening),
    };

    json_set_alloc_funcs(json_alloc, json_free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
