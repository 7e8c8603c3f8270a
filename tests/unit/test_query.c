/* test_query.c - SQL over records: what the tables hold, what lookups find, and what is refused. */
#include "unit/test.h"

#include "unit/clock.h"
#include "unit/query_rows.h"
#include "xml/reader.h"

#define DIALECT FIXTURES "/dialects/02-minidom-ownline-6.x.dbcache"

/* ---- Helpers ------------------------------------------------------------------------------ */

/* Hosts h1, h2, ... with the same records, each in a file of its own; those of the first are lent.
 */
struct world {
    struct dbc_db *dbs[8];
    size_t n;
};

static void make_world(struct world *world, size_t hosts)
{
    *world = (struct world){ .n = hosts };
    for (size_t i = 0; i < hosts; i++) {
        world->dbs[i] = dbc_xml_read_file(DIALECT, NULL, NULL, NULL);
        assert_non_null(world->dbs[i]);
    }
}

static void free_world(struct world *world)
{
    for (size_t i = 0; i < world->n; i++) {
        dbc_db_free(world->dbs[i]);
    }
}

static int run(struct world *world, const char *sql, struct dbc_query_limits limits,
               struct dbc_buf *out, bool *more, struct dbc_error *err)
{
    struct dbc_query_sink sink = { add_names, add_row, out };
    struct dbc_query *query = dbc_query_new(sql, &limits, err);
    int rc = query == NULL ? -1 : 0;

    for (size_t i = 0; rc == 0 && i < world->n; i++) {
        char name[32];
        snprintf(name, sizeof name, "h%zu", i + 1);
        rc = i == 0 ? dbc_query_lend(query, name, name, world->dbs[i], err)
                    : dbc_query_add(query, name, name, world->dbs[i], err);
    }
    if (rc == 0) {
        rc = dbc_query_run(query, &sink, more, err);
    }
    dbc_query_free(query);
    return rc;
}

static void expect(struct world *world, const char *sql, const char *answer)
{
    struct dbc_query_limits limits = { 0 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (run(world, sql, limits, &out, NULL, &err) != 0) {
        fail_msg("%s: %s", sql, err.text);
    }
    assert_string_equal(dbc_buf_str(&out), answer);
    dbc_buf_release(&out);
}

static void expect_refused(struct world *world, const char *sql, enum dbc_code code)
{
    struct dbc_query_limits limits = { .timeout_ms = 300 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (run(world, sql, limits, &out, NULL, &err) == 0) {
        fail_msg("%s: not refused", sql);
    }
    assert_int_equal(err.code, code);
    assert_true(err.text[0] != '\0');
    dbc_buf_release(&out);
}

/* ---- What the tables hold ----------------------------------------------------------------- */

TEST(test_fields)
{
    struct world world;

    make_world(&world, 1);
    expect(&world, "SELECT device, VLAN, management, IP FROM pif WHERE IP <> ''",
           "bond0|-1|1|192.0.2.10;");
    expect(&world,
           "SELECT typeof(VLAN), typeof(management), typeof(IP), typeof(line) FROM pif "
           "LIMIT 1",
           "integer|integer|text|integer;");
    expect(&world, "SELECT host, file, ref LIKE 'OpaqueRef:%', line > 0 FROM bond", "h1|h1|1|1;");
    /* Sums that hold for any cache: a list's text has as many items as members has rows. */
    expect(&world,
           "SELECT count(*) FROM bond b WHERE b.slaves <> (SELECT group_concat(target, ',') FROM "
           "(SELECT target FROM members m WHERE m.ref = b.ref AND m.field = 'slaves' ORDER BY "
           "position))",
           "0;");
    expect(&world,
           "SELECT class, field, min(position), max(position) FROM members WHERE class = "
           "'bond' GROUP BY 1, 2",
           "bond|slaves|1|2;");
    expect(&world, "SELECT value FROM other_config WHERE class = 'pif' AND key = 'mtu'", "9000;");
    expect(&world, "SELECT count(*) FROM pif WHERE other_config LIKE '%mtu=9000%'", "1;");
    expect(&world, "SELECT count(*) FROM pool p JOIN other_config o ON o.ref = p.ref", "1;");
    free_world(&world);
}

static void set_xapis(struct dbc_db *db, enum dbc_class class_, const char *field, const char *text)
{
    assert_int_equal(dbc_record_set(db, db->of[class_].v[0], dbc_schema_xapi_field(class_, field),
                                    text, NULL, NULL),
                     0);
}

/* Two hosts from XAPI, of which the second is not lent, and one from a cache, which does not have
 * the fields.  They are no keys of other_config. */
TEST(test_fields_of_xapi_alone)
{
    const struct dbc_pair property = { "lacp-time", "fast" };
    struct world world;

    make_world(&world, 3);
    for (size_t i = 0; i < 2; i++) {
        struct dbc_db *db = world.dbs[i];
        set_xapis(db, DBC_BOND, "mode", "lacp");
        set_xapis(db, DBC_NETWORK, "purpose", "nbd");
        set_xapis(db, DBC_POOL, "igmp_snooping_enabled", i == 0 ? "True" : "False");
        assert_int_equal(dbc_record_set_map(db, db->of[DBC_BOND].v[0],
                                            dbc_schema_xapi_field(DBC_BOND, "properties"),
                                            &property, 1, NULL),
                         0);
    }
    expect(&world, "SELECT mode, properties FROM bond",
           "lacp|lacp-time=fast;lacp|lacp-time=fast;~|~;");
    expect(&world, "SELECT igmp_snooping_enabled FROM pool", "1;0;~;");
    expect(&world, "SELECT host FROM network WHERE purpose = 'nbd'", "h1;h2;");
    expect(&world, "SELECT count(*) FROM bond a JOIN bond b ON a.mode = b.mode", "4;");
    expect(&world, "SELECT count(*) FROM other_config WHERE key = 'lacp-time'", "0;");
    free_world(&world);
}

TEST(test_every_column)
{
    struct world world;
    struct dbc_buf tables = DBC_BUF_INIT;
    char *line = NULL, *rest = NULL;

    make_world(&world, 2);
    dbc_query_tables(&tables);
    for (line = strtok_r(tables.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        struct dbc_query_limits limits = { 0 };
        struct dbc_buf sql = DBC_BUF_INIT, out = DBC_BUF_INIT;
        char *bracket = strchr(line, '(');

        *bracket = '\0';
        bracket[strlen(bracket + 1)] = '\0';
        if (strstr(bracket + 1, ", as_of") != NULL) {
            *strstr(bracket + 1, ", as_of") = '\0'; /* which wants a condition: test_query_past.c */
        }
        dbc_buf_addf(&sql, "SELECT %s FROM %s", bracket + 1, line);
        assert_int_equal(run(&world, sql.data, limits, &out, NULL, NULL), 0);
        dbc_buf_release(&sql);
        dbc_buf_release(&out);
    }
    dbc_buf_release(&tables);
    free_world(&world);
}

/* ---- Lookups ------------------------------------------------------------------------------ */

/* Whatever is looked up, the answer is that of a search (+column keeps SQLite from looking up). */
TEST(test_lookups)
{
    static const char *const columns[] = { "ref",  "uuid", "device", "network", "host",
                                           "file", "MAC",  "IP",     "VLAN",    "line" };
    struct world world;

    make_world(&world, 3);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        struct dbc_buf sql = DBC_BUF_INIT;
        dbc_buf_addf(&sql,
                     "SELECT (SELECT count(*) FROM pif a JOIN pif b ON a.%s = b.%s) = (SELECT "
                     "count(*) FROM pif a JOIN pif b ON +a.%s = +b.%s)",
                     columns[i], columns[i], columns[i], columns[i]);
        expect(&world, sql.data, "1;");
        dbc_buf_release(&sql);
    }
    expect(
        &world,
        "SELECT (SELECT count(*) FROM pif a JOIN members b ON a.ref = b.ref AND a.file = b.file)"
        " = (SELECT count(*) FROM pif a JOIN members b ON +a.ref = +b.ref AND +a.file = +b.file)",
        "1;");
    expect(&world,
           "SELECT count(*) FROM pif a JOIN pif b ON a.ref = b.ref AND a.file = b.file WHERE "
           "a.device = 'eth0'",
           "3;");
    expect(&world, "SELECT count(*) FROM pif WHERE ref = (SELECT ref FROM pif) AND file = 'nix'",
           "0;");
    expect(&world, "SELECT count(*) FROM pif WHERE ref = (SELECT ref FROM pif) AND file = NULL",
           "0;");
    expect(&world, "SELECT count(*) FROM pif WHERE device = 'ETH0'", "0;");
    expect(&world, "SELECT count(*) FROM pif WHERE device = 'ETH0' COLLATE NOCASE", "3;");
    expect(&world, "SELECT count(*) FROM pif WHERE device = NULL", "0;");
    expect(&world, "SELECT count(*) FROM pif WHERE device = x'65746830'", "0;");
    expect(&world, "SELECT count(*) FROM pif WHERE device = 'eth0' || char(0) || 'x'", "0;");
    expect(&world, "SELECT count(*) FROM pif WHERE device IN ('eth0', 'eth1', 'nix')", "6;");
    expect(&world, "SELECT count(*) FROM members WHERE ref = (SELECT ref FROM bond)", "6;");
    expect(&world, "SELECT group_concat(host, ',') FROM pif WHERE device = 'eth0'", "h1,h2,h3;");
    expect(&world, "SELECT count(*) FROM pif WHERE host = 'h2' AND device = 'eth0'", "1;");
    expect(&world,
           "SELECT DISTINCT n.bridge FROM pif p JOIN network n ON n.ref = p.network AND n.file = "
           "p.file WHERE p.device = 'eth0'",
           "xenbr0;");
    free_world(&world);
}

TEST(test_no_host)
{
    struct world world;

    make_world(&world, 0);
    expect(&world, "SELECT count(*) FROM pif JOIN members ON members.ref = pif.ref", "0;");
    free_world(&world);
}

TEST(test_add_late)
{
    const struct dbc_query_limits limits = { 0 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_query_sink sink = { add_names, add_row, &out };
    struct dbc_query *query = dbc_query_new("SELECT 1", &limits, NULL);
    struct dbc_error err = DBC_ERROR_INIT;
    struct world world;

    make_world(&world, 1);
    assert_int_equal(dbc_query_run(query, &sink, NULL, NULL), 0);
    assert_int_equal(dbc_query_add(query, "h", "f", world.dbs[0], &err), -1);
    assert_int_equal(err.code, DBC_EINVAL);
    dbc_query_free(query);
    dbc_buf_release(&out);
    free_world(&world);
}

/* ---- The fence ---------------------------------------------------------------------------- */

TEST(test_refused)
{
    static const char *const statements[] = {
        "",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE pif",
        "SELECT * FROM nix",
        "SELEKT",
        "INSERT INTO pif(ref) VALUES ('x')",
        "UPDATE pif SET device = 'x'",
        "DELETE FROM pif",
        "CREATE TABLE t(a)",
        "CREATE TEMP TABLE t(a)",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE VIRTUAL TABLE t USING pif",
        "CREATE VIEW v AS SELECT 1",
        "ATTACH '/tmp/dbcache-attached' AS x",
        "ATTACH ':memory:' AS x",
        "DETACH main",
        "VACUUM INTO '/tmp/dbcache-vacuum'",
        "PRAGMA user_version = 1",
        "PRAGMA hard_heap_limit = 0",
        "PRAGMA temp_store_directory = '/tmp'",
        "SELECT * FROM pragma_database_list",
        "BEGIN",
        "SAVEPOINT x",
        "REINDEX",
        "ANALYZE",
        "SELECT load_extension('/tmp/x.so')",
    };
    struct world world;

    make_world(&world, 1);
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        expect_refused(&world, statements[i], DBC_EINVAL);
    }
    expect(&world, "SELECT 1; -- and a comment", "1;");
    expect(&world, "WITH x AS (SELECT 2) SELECT * FROM x", "2;");
    free_world(&world);
}

TEST(test_for_ever)
{
    static const char *const statements[] = {
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT 1 FROM c) SELECT max(x) FROM c",
        "SELECT count(*) FROM pif a, pif b, pif c, pif d, pif e, pif f, pif g, pif h, pif i, pif j",
    };
    struct world world;
    int64_t start = now_ms();

    make_world(&world, 3);
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
        expect_refused(&world, statements[i], DBC_ETIMEOUT);
    }
    assert_true(now_ms() - start < 10000);
    expect(&world, "SELECT 1", "1;"); /* and it goes on */
    free_world(&world);
}

TEST(test_sizes)
{
    struct dbc_query_limits limits = { .timeout_ms = 60000 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct world world;

    make_world(&world, 1);
    assert_true(DBC_LIMIT_QUERY_VALUE < 100000000);
    expect_refused(&world, "SELECT zeroblob(100000000)", DBC_ELIMIT);
    expect_refused(&world, "SELECT hex(zeroblob(10000000))", DBC_ELIMIT);
    /* More than DBC_LIMIT_QUERY_MEMORY to sort. */
    assert_int_equal(run(&world,
                         "WITH RECURSIVE c(x, y) AS (SELECT 1, zeroblob(4000000) UNION ALL SELECT "
                         "x + 1, zeroblob(4000000 + x) FROM c LIMIT 1000) SELECT x FROM c ORDER BY "
                         "y DESC",
                         limits, &out, NULL, &err),
                     -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    dbc_buf_release(&out);
    struct dbc_buf sql = DBC_BUF_INIT;
    dbc_buf_adds(&sql, "SELECT 1");
    while (sql.len <= DBC_LIMIT_QUERY_SQL) {
        dbc_buf_adds(&sql, "                                                                ");
    }
    expect_refused(&world, sql.data, DBC_ELIMIT);
    dbc_buf_release(&sql);
    free_world(&world);
}

TEST(test_row_limit)
{
    struct dbc_query_limits limits = { .rows = 2 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct world world;
    bool more = false;

    make_world(&world, 1);
    assert_int_equal(run(&world, "SELECT 'r' FROM pif", limits, &out, &more, NULL), 0);
    assert_true(more);
    assert_string_equal(out.data, "r;r;");
    assert_int_equal(run(&world, "SELECT 'r' FROM pif LIMIT 2", limits, &out, &more, NULL), 0);
    assert_false(more);
    dbc_buf_release(&out);
    free_world(&world);
}

static int stop(void *ctx, const struct dbc_cell *cells, size_t n)
{
    (void)ctx;
    (void)cells;
    (void)n;
    return 42;
}

TEST(test_sink_stops)
{
    struct dbc_query_limits limits = { 0 };
    struct dbc_query_sink sink = { add_names, stop, NULL };
    struct dbc_query *query = dbc_query_new("SELECT 1", &limits, NULL);
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_query_run(query, &sink, NULL, &err), 42);
    assert_int_equal(err.code, DBC_OK);
    dbc_query_free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),       cmocka_unit_test(test_fields_of_xapi_alone),
        cmocka_unit_test(test_every_column), cmocka_unit_test(test_lookups),
        cmocka_unit_test(test_no_host),      cmocka_unit_test(test_add_late),
        cmocka_unit_test(test_refused),      cmocka_unit_test(test_for_ever),
        cmocka_unit_test(test_sizes),        cmocka_unit_test(test_row_limit),
        cmocka_unit_test(test_sink_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
