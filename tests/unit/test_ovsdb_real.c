/* test_ovsdb_real.c - the OVSDB client with the real ovsdb-server, in a folder of its own: what a
 * scripted server cannot show, that the server understands the requests as we do.  Skipped where it
 * is not installed. */
#include "unit/test.h"

#include <poll.h>
#include <pthread.h>

#include "unit/ovsdb_real.h"

#define N_VLANS 4000
#define CONFIG "'table':'Open_vSwitch','where':[]"

/* ---- Reading --------------------------------------------------------------------------------- */

static void the_schema(void **state)
{
    struct fixture *f = fixture(state);

    assert_int_equal(ifr_ovsdb_load_schema(f->db, LONG_MS, NULL), 0);
    assert_true(ifr_ovsdb_has_column(f->db, "Bridge", "fail_mode"));
    assert_false(ifr_ovsdb_has_column(f->db, "Bridge", "no_such_column"));
    assert_true(ifr_ovsdb_is_root(f->db, "Open_vSwitch"));
    assert_false(ifr_ovsdb_is_root(f->db, "Bridge"));
}

static int take_cfg(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    (void)op;
    (void)err;
    *(json_int_t *)ctx = ifr_ovsdb_integer(json_object_get(row, "cur_cfg"), -1);
    return 0;
}

static json_int_t cur_cfg(struct ifr_ovsdb *db)
{
    json_int_t value = -2;

    assert_int_equal(transact_on(db, quoted("[{'op':'select'," CONFIG ",'columns':['cur_cfg']}]"),
                                 LONG_MS, take_cfg, &value),
                     DBC_OK);
    return value;
}

static int take_bridge(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    (void)ctx;
    (void)op;
    (void)err;
    assert_string_equal(ifr_ovsdb_text(json_object_get(row, "name")), "a \"b\\ \xc3\xa4");
    assert_string_equal(ifr_ovsdb_text(json_object_get(row, "fail_mode")), "secure");
    assert_string_equal(ifr_ovsdb_text(json_object_get(row, "datapath_version")), "");
    assert_string_equal(ifr_ovsdb_map_get(json_object_get(row, "external_ids"), "k"), "v");
    assert_int_equal(ifr_ovsdb_set_size(json_object_get(row, "ports")), 0);
    assert_non_null(ifr_ovsdb_uuid(json_object_get(row, "_uuid")));
    *(int *)ctx += 1;
    return 0;
}

static void values_there_and_back(void **state)
{
    struct fixture *f = fixture(state);
    int rows = 0;

    assert_int_equal(
        transact_on(f->db,
                    quoted("[{'op':'insert','table':'Bridge','uuid-name':'b','row':{'name':"
                           "'a \\\"b\\\\ \xc3\xa4','fail_mode':'secure','external_ids':['map',"
                           "[['k','v']]]}},{'op':'mutate'," CONFIG ",'mutations':[['bridges',"
                           "'insert',['named-uuid','b']]]},"
                           "{'op':'select','table':'Bridge','where':[]}]"),
                    LONG_MS, take_bridge, &rows),
        DBC_OK);
    assert_int_equal(rows, 1);
}

/* ---- What is refused ------------------------------------------------------------------------- */

static void conflicts(void **state)
{
    struct fixture *f = fixture(state);

    assert_answer(f,
                  "[{'op':'wait'," CONFIG ",'timeout':0,'until':'==','columns':['cur_cfg'],"
                  "'rows':[{'cur_cfg':5}]},{'op':'update'," CONFIG ",'row':{'cur_cfg':6}}]",
                  DBC_ECONFLICT);
    assert_answer(f,
                  "[{'op':'update'," CONFIG ",'row':{'cur_cfg':6}},{'op':'mutate'," CONFIG ","
                  "'mutations':[['bridges','insert',"
                  "['uuid','00000000-0000-0000-0000-000000000001']]]}]",
                  DBC_ECONFLICT);
    assert_false(ifr_ovsdb_in_doubt(f->db));
    assert_int_equal(cur_cfg(f->db), 0);
}

static void refusals(void **state)
{
    struct fixture *f = fixture(state);

    assert_answer(f,
                  "[{'op':'update'," CONFIG ",'row':{'cur_cfg':6}},"
                  "{'op':'insert','table':'Nope','row':{}}]",
                  DBC_ECOMMAND);
    assert_answer(f, "[{'op':'abort'}]", DBC_ECOMMAND);
    assert_answer(f, "[7]", DBC_ECOMMAND);
    assert_int_equal(cur_cfg(f->db), 0);
}

/* ---- Waiting --------------------------------------------------------------------------------- */

#define UNTIL_3                                                                                    \
    "[{'op':'wait'," CONFIG ",'timeout':15000,'until':'==','columns':['cur_cfg'],"                 \
    "'rows':[{'cur_cfg':3}]}]"

/* A second connection, a moment later. */
static void *set_later(void *arg)
{
    struct fixture *f = arg;
    struct ifr_ovsdb *db = NULL;
    json_t *operations = json_loads("[{\"op\":\"update\",\"table\":\"Open_vSwitch\",\"where\":[],"
                                    "\"row\":{\"cur_cfg\":3}}]",
                                    0, NULL);

    poll(NULL, 0, 200);
    if (ifr_ovsdb_open(f->socket, LONG_MS, &db, NULL) == 0) {
        ifr_ovsdb_transact(db, operations, LONG_MS, NULL, NULL, NULL, NULL);
    }
    ifr_ovsdb_close(db);
    json_decref(operations);
    return NULL;
}

static void wait_that_comes_true(void **state)
{
    struct fixture *f = fixture(state);
    pthread_t other;

    assert_int_equal(pthread_create(&other, NULL, set_later, f), 0);
    database(f, UNTIL_3);
    pthread_join(other, NULL);
    assert_int_equal(cur_cfg(f->db), 3);
}

static void wait_beyond_the_deadline(void **state)
{
    struct fixture *f = fixture(state);

    assert_int_equal(transact_on(f->db, quoted(UNTIL_3), 150, NULL, NULL), DBC_ETIMEOUT);
    assert_true(ifr_ovsdb_in_doubt(f->db));
}

static int take_change(void *ctx, const char *table, const char *uuid, const json_t *before,
                       const json_t *after, struct dbc_error *err)
{
    (void)uuid;
    (void)err;
    assert_string_equal(table, "Open_vSwitch");
    dbc_buf_addf(ctx, "%lld>%lld ",
                 (long long)ifr_ovsdb_integer(json_object_get(before, "cur_cfg"), -1),
                 (long long)ifr_ovsdb_integer(json_object_get(after, "cur_cfg"), -1));
    return 0;
}

static void follows(void **state)
{
    struct fixture *f = fixture(state);
    struct dbc_buf seen = DBC_BUF_INIT;
    json_t *requests = json_loads("{\"Open_vSwitch\":{\"columns\":[\"cur_cfg\"]}}", 0, NULL);
    struct pollfd p = { .fd = ifr_ovsdb_fd(f->db), .events = POLLIN };
    pthread_t other;

    assert_int_equal(ifr_ovsdb_monitor(f->db, requests, LONG_MS, take_change, &seen, NULL), 0);
    json_decref(requests);
    assert_string_equal(dbc_buf_str(&seen), "-1>0 ");
    assert_int_equal(pthread_create(&other, NULL, set_later, f), 0);
    while (strchr(dbc_buf_str(&seen), '3') == NULL && poll(&p, 1, LONG_MS) == 1) {
        assert_int_equal(ifr_ovsdb_run(f->db, NULL), 0);
    }
    pthread_join(other, NULL);
    database(f, "[{'op':'update'," CONFIG ",'row':{'cur_cfg':4}}]");
    assert_string_equal(dbc_buf_str(&seen), "-1>0 0>3 3>4 ");
    dbc_buf_release(&seen);
}

/* ---- A server that goes, and one that stands still ------------------------------------------- */

static void *kill_later(void *arg)
{
    struct fixture *f = arg;

    poll(NULL, 0, 200);
    kill(f->server, SIGKILL);
    return NULL;
}

static void restart_under_a_request(void **state)
{
    struct fixture *f = fixture(state);
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_ovsdb *db = NULL;
    pthread_t other;

    assert_int_equal(pthread_create(&other, NULL, kill_later, f), 0);
    assert_answer(f, UNTIL_3, DBC_EIO);
    pthread_join(other, NULL);
    assert_true(ifr_ovsdb_in_doubt(f->db));
    end_server(f);
    assert_int_equal(ifr_ovsdb_open(f->socket, LONG_MS, &db, &err), -1);
    assert_int_equal(err.code, DBC_EBUSY);
    start_server(f);
    db = connected(f);
    assert_int_equal(cur_cfg(db), 0);
    ifr_ovsdb_close(db);
}

static void stopped_server(void **state)
{
    struct fixture *f = fixture(state);
    struct ifr_ovsdb *db = NULL;

    assert_int_equal(kill(f->server, SIGSTOP), 0);
    assert_int_equal(ifr_ovsdb_open(f->socket, LONG_MS, &db, NULL), 0);
    assert_int_equal(transact_on(db, "[]", 150, NULL, NULL), DBC_ETIMEOUT);
    assert_int_equal(kill(f->server, SIGCONT), 0);
    ifr_ovsdb_close(db);
    assert_int_equal(cur_cfg(f->db), 0);
}

/* ---- Size ------------------------------------------------------------------------------------ */

static void add_vlan(struct dbc_buf *out, int i)
{
    dbc_buf_addf(
        out,
        "{\"op\":\"insert\",\"table\":\"Interface\",\"uuid-name\":\"i%d\",\"row\":{\"name\":"
        "\"xapi%d\",\"type\":\"internal\"}},",
        i, i);
    dbc_buf_addf(out,
                 "{\"op\":\"insert\",\"table\":\"Port\",\"uuid-name\":\"p%d\",\"row\":{\"name\":"
                 "\"xapi%d\",\"tag\":%d,\"fake_bridge\":true,\"interfaces\":[\"named-uuid\","
                 "\"i%d\"]}},",
                 i, i, i + 1, i);
}

static int count_ports(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    json_int_t tag = ifr_ovsdb_integer(json_object_get(row, "tag"), -1);

    (void)op;
    (void)err;
    assert_in_range(tag, 1, N_VLANS);
    ++*(size_t *)ctx;
    return 0;
}

static void all_vlans_in_one_transaction(void **state)
{
    struct fixture *f = fixture(state);
    struct dbc_buf text = DBC_BUF_INIT;
    size_t n = 0;

    dbc_buf_adds(&text, "[");
    for (int i = 0; i < N_VLANS; i++) {
        add_vlan(&text, i);
    }
    dbc_buf_adds(&text, "{\"op\":\"insert\",\"table\":\"Bridge\",\"uuid-name\":\"b\",\"row\":{"
                        "\"name\":\"xenbr0\",\"ports\":[\"set\",[");
    for (int i = 0; i < N_VLANS; i++) {
        dbc_buf_addf(&text, "%s[\"named-uuid\",\"p%d\"]", i == 0 ? "" : ",", i);
    }
    dbc_buf_adds(&text, "]]}},{\"op\":\"mutate\",\"table\":\"Open_vSwitch\",\"where\":[],"
                        "\"mutations\":[[\"bridges\",\"insert\","
                        "[\"named-uuid\",\"b\"]]]}]");
    assert_int_equal(transact_on(f->db, dbc_buf_str(&text), LONG_MS, NULL, NULL), DBC_OK);
    assert_int_equal(transact_on(f->db, "[{\"op\":\"select\",\"table\":\"Port\",\"where\":[]}]",
                                 LONG_MS, count_ports, &n),
                     DBC_OK);
    assert_int_equal(n, N_VLANS);
    dbc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(the_schema),
        FIXTURE(values_there_and_back),
        FIXTURE(conflicts),
        FIXTURE(refusals),
        FIXTURE(wait_that_comes_true),
        FIXTURE(wait_beyond_the_deadline),
        FIXTURE(follows),
        FIXTURE(restart_under_a_request),
        FIXTURE(stopped_server),
        FIXTURE(all_vlans_in_one_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
