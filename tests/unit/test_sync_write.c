/* test_sync_write.c - reconfigure/sync/write.c on the real ovsdb-server: a row that somebody
 * changes between reading and writing, rows that the database refuses, more rows than one
 * transaction may have, and which networks are the same. */
#include "unit/test.h"

#include "base/clock.h"
#include "reconfigure/sync/sync.h"
#include "reconfigure/sync/write.h"
#include "unit/ovsdb_real.h"

struct sync {
    struct fixture *f;
    struct captured log;
    struct ifr_ovsdb *db; /* the one that follows */
    struct ifr_sync_answers answers;
    struct ifr_sync_rows rows;
    struct ifr_sync_ask ask;
    struct ifr_sync_writer writer;
};

/* Interfaces NAME0, NAME1, ... each with external_ids as given. */
static void add_interfaces(struct fixture *f, const char *name, size_t n, const char *ids)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, "[");
    for (size_t i = 0; i < n; i++) {
        dbc_buf_addf(&text,
                     "{\"op\":\"insert\",\"table\":\"Interface\",\"uuid-name\":\"i%zu\",\"row\":"
                     "{\"name\":\"%s%zu\",\"external_ids\":[\"map\",[%s]]}},"
                     "{\"op\":\"insert\",\"table\":\"Port\",\"uuid-name\":\"p%zu\",\"row\":"
                     "{\"name\":\"%s%zu\",\"interfaces\":[\"named-uuid\",\"i%zu\"]}},",
                     i, name, i, ids, i, name, i, i);
    }
    dbc_buf_addf(&text,
                 "{\"op\":\"insert\",\"table\":\"Bridge\",\"uuid-name\":\"b\",\"row\":"
                 "{\"name\":\"br%s\",\"ports\":[\"set\",[",
                 name);
    for (size_t i = 0; i < n; i++) {
        dbc_buf_addf(&text, "%s[\"named-uuid\",\"p%zu\"]", i > 0 ? "," : "", i);
    }
    dbc_buf_adds(&text, "]]}},{\"op\":\"mutate\",\"table\":\"Open_vSwitch\",\"where\":[],"
                        "\"mutations\":[[\"bridges\",\"insert\",[\"named-uuid\",\"b\"]]]}]");
    assert_int_equal(transact_on(f->db, dbc_buf_str(&text), LONG_MS, NULL, NULL), DBC_OK);
    dbc_buf_release(&text);
}

static void follow(struct sync *s)
{
    json_t *wanted = ifr_sync_rows_wanted();

    assert_int_equal(ifr_ovsdb_open(s->f->socket, LONG_MS, &s->db, NULL), 0);
    assert_int_equal(ifr_ovsdb_monitor(s->db, wanted, LONG_MS, ifr_sync_rows_take, &s->rows, NULL),
                     0);
    json_decref(wanted);
}

static struct sync *begin(void **state)
{
    static struct sync s;

    memset(&s, 0, sizeof s);
    s.f = fixture(state);
    captured_init(&s.log);
    ifr_sync_answers_init(&s.answers);
    ifr_sync_rows_init(&s.rows, &s.answers);
    ifr_sync_ask_init(&s.ask);
    s.ask.rows = &s.rows;
    s.answers.networks_known = true;
    s.writer = (struct ifr_sync_writer){
        .rows = &s.rows, .ask = &s.ask, .log = &s.log.log, .deadline_ms = LONG_MS
    };
    return &s;
}

static void end(struct sync *s)
{
    ifr_ovsdb_close(s->db);
    ifr_sync_rows_release(&s->rows);
    ifr_sync_ask_release(&s->ask);
    ifr_sync_answers_release(&s->answers);
    captured_release(&s->log);
}

static size_t list_len(const struct sync *s, enum ifr_sync_state state)
{
    const struct ifr_sync_row *row = NULL;
    size_t n = 0;

    TAILQ_FOREACH(row, &s->rows.list[state], link)
    {
        n++;
    }
    return n;
}

/* Writes until nothing is left to look at; how many transactions it took. */
static uint64_t write_all(struct sync *s)
{
    uint64_t before = s->writer.transactions;

    for (int i = 0; i < 1000 && ifr_sync_has_changed(&s->writer); i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        if (ifr_sync_write(&s->writer, s->db, &err) != 0) {
            fail_msg("%s", err.text);
        }
        if (dbc_now_ms() < s->writer.not_before) {
            dbc_sleep_ms(s->writer.not_before - dbc_now_ms());
        }
        assert_int_equal(ifr_ovsdb_run(s->db, NULL), 0);
    }
    assert_int_equal(list_len(s, IFR_SYNC_CHANGED), 0);
    assert_int_equal(list_len(s, IFR_SYNC_SENT), 0);
    return s->writer.transactions - before;
}

static const char *id_of(const struct sync *s, const char *name, const char *key)
{
    const struct ifr_sync_row *row = ifr_sync_rows_find(&s->rows, IFR_SYNC_INTERFACE, name);

    assert_non_null(row);
    return ifr_sync_ids_get(&row->external, key);
}

static void test_somebody_was_faster(void **state)
{
    struct sync *s = begin(state);
    int64_t began = 0;

    add_interfaces(s->f, "dev", 1, "[\"xs-vif-uuid\",\"old\"]");
    follow(s);
    /* Not heard of yet. */
    database(s->f, "[{'op':'update','table':'Interface','where':[],"
                   "'row':{'external_ids':['map',[['xs-vif-uuid','new']]]}}]");
    began = dbc_now_ms();
    assert_int_equal(ifr_sync_write(&s->writer, s->db, NULL), 0);
    assert_int_equal(s->writer.transactions, 0);
    assert_true(s->writer.not_before > began); /* not at once again */
    assert_true(ifr_sync_has_changed(&s->writer));
    assert_int_equal(write_all(s), 1);
    assert_string_equal(id_of(s, "dev0", "iface-id"), "new");
    end(s);
}

/* The vif that a tap's keys come from is asserted, too. */
static void test_partner_changed(void **state)
{
    struct sync *s = begin(state);

    add_interfaces(s->f, "vif1.", 1, "[\"attached-mac\",\"old\"]");
    add_interfaces(s->f, "tap1.", 1, "");
    follow(s);
    database(s->f, "[{'op':'update','table':'Interface','where':[['name','==','vif1.0']],"
                   "'row':{'external_ids':['map',[['attached-mac','new']]]}}]");
    assert_int_equal(ifr_sync_write(&s->writer, s->db, NULL), 0);
    assert_int_equal(s->writer.transactions, 0);
    write_all(s);
    assert_string_equal(id_of(s, "tap1.0", "attached-mac"), "new");
    end(s);
}

static void test_row_went(void **state)
{
    struct sync *s = begin(state);

    add_interfaces(s->f, "dev", 2, "[\"xs-vif-uuid\",\"x\"]");
    follow(s);
    database(s->f, "[{'op':'update','table':'Open_vSwitch','where':[],"
                   "'row':{'bridges':['set',[]]}}]");
    assert_int_equal(write_all(s), 0);
    assert_int_equal(s->rows.n[IFR_SYNC_INTERFACE], 0);
    end(s);
}

static void test_many_rows(void **state)
{
    struct sync *s = begin(state);

    add_interfaces(s->f, "dev", 2 * IFR_SYNC_ROWS + 1, "[\"xs-vif-uuid\",\"x\"]");
    follow(s);
    assert_int_equal(write_all(s), 3);
    assert_string_equal(id_of(s, "dev512", "iface-id"), "x");
    end(s);
}

/* The schema takes any text, so it takes a row without a right UUID to be refused. */
static void test_refused_rows(void **state)
{
    struct sync *s = begin(state);
    struct ifr_sync_row *row = NULL;
    char *last = NULL, was = '\0';

    add_interfaces(s->f, "dev", 3, "[\"xs-vif-uuid\",\"x\"]");
    follow(s);
    row = ifr_sync_rows_find(&s->rows, IFR_SYNC_INTERFACE, "dev1");
    last = &row->uuid[IFR_SYNC_UUID_LEN - 1]; /* its place in the tree of rows stays right */
    was = *last;
    *last = 'x'; /* no UUID: "syntax error" */
    write_all(s);
    *last = was;
    assert_string_equal(id_of(s, "dev0", "iface-id"), "x");
    assert_string_equal(id_of(s, "dev2", "iface-id"), "x");
    assert_null(id_of(s, "dev1", "iface-id"));
    assert_int_equal(s->log.lines.n, 2); /* all of them, then this one */
    assert_int_equal(list_len(s, IFR_SYNC_IDLE), 4);
    end(s);
}

/* A reconnection: what is gone meanwhile goes, what stays is not looked at again. */
static void test_connection_lost(void **state)
{
    struct sync *s = begin(state);

    add_interfaces(s->f, "vif1.", 2, "[\"attached-mac\",\"x\"]");
    add_interfaces(s->f, "tap1.", 1, "");
    follow(s);
    write_all(s);
    ifr_ovsdb_close(s->db);
    database(s->f, "[{'op':'delete','table':'Bridge','where':[]},"
                   "{'op':'update','table':'Open_vSwitch','where':[],"
                   "'row':{'bridges':['set',[]]}}]");
    add_interfaces(s->f, "vif3.", 1, "[\"attached-mac\",\"x\"]");
    ifr_sync_rows_begin(&s->rows);
    follow(s);
    ifr_sync_rows_end(&s->rows);
    assert_int_equal(s->rows.n[IFR_SYNC_INTERFACE], 1);
    assert_null(ifr_sync_rows_find(&s->rows, IFR_SYNC_INTERFACE, "tap1.0"));
    write_all(s);
    assert_string_equal(id_of(s, "vif3.0", "iface-status"), "active");
    end(s);
}

/* ---- Networks ------------------------------------------------------------------------------- */

static void put(struct ifr_sync_networks *list, const char *ref, const char *bridge, const char *id)
{
    struct ifr_sync_network n = { .ref = ref, .bridge = bridge, .uuid = "u" };

    n.value[IFR_SYNC_BRIDGE_ID] = id;
    assert_int_equal(ifr_sync_networks_put(list, &n, 8, NULL), 0);
}

static void note(void *ctx, const char *bridge)
{
    dbc_buf_addf(ctx, "%s ", bridge);
}

TEST(test_networks_that_differ)
{
    struct ifr_sync_networks a = { 0 }, b = { 0 };
    struct dbc_buf said = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_sync_network n = { .ref = "more", .bridge = "", .uuid = "" };

    put(&a, "r3", "same", NULL);
    put(&a, "r1", "only-a", "x");
    put(&a, "r2", "differs", NULL);
    put(&b, "r4", "only-b", NULL);
    put(&b, "r2", "differs", "");
    put(&b, "r3", "same", NULL);
    ifr_sync_networks_compare(&a, &b, note, &said);
    assert_string_equal(dbc_buf_str(&said), "differs only-a only-b ");
    assert_string_equal(ifr_sync_networks_find(&b, "only-b")->ref, "r4");
    assert_null(ifr_sync_networks_find(&b, "only-a"));
    put(&b, "r4", "another", NULL);
    assert_null(ifr_sync_networks_find(&b, "only-b"));
    for (size_t i = b.n; i < 8; i++) {
        put(&b, (const char[]){ (char)('a' + i), '\0' }, "x", NULL);
    }
    assert_int_equal(ifr_sync_networks_put(&b, &n, 8, &err), -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    ifr_sync_networks_release(&a);
    ifr_sync_networks_release(&b);
    dbc_buf_release(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_somebody_was_faster),
        FIXTURE(test_partner_changed),
        FIXTURE(test_row_went),
        FIXTURE(test_many_rows),
        FIXTURE(test_refused_rows),
        FIXTURE(test_connection_lost),
        cmocka_unit_test(test_networks_that_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
