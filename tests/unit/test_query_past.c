/* test_query_past.c - SQL over the history of a cache: which snapshot as_of means, joins of the
 * past with the present, what as_of refuses, and histories that are damaged or hostile. */
#include "unit/test.h"

#include "base/file.h"
#include "unit/history_file.h"
#include "unit/query_rows.h"
#include "xml/reader.h"

#define DAY 86400
#define FIRST 1767225600 /* 2026-01-01 00:00:00 UTC */

/* ---- A cache and its history -------------------------------------------------------------- */

/* A cache of eth0 with this address, and eth1 unless it is the address .1. */
static void make_text(struct dbc_buf *out, int address)
{
    dbc_buf_clear(out);
    dbc_buf_adds(out, "<?xml version=\"1.0\" ?><xenserver-network-configuration>");
    for (int i = 0; i < (address == 1 ? 1 : 2); i++) {
        dbc_buf_addf(out,
                     "<pif ref=\"OpaqueRef:%d\"><uuid>u%d</uuid><device>eth%d</device>"
                     "<network>OpaqueRef:n</network><IP>192.0.2.%d</IP>"
                     "<bond_master_of><slave>OpaqueRef:b%d</slave></bond_master_of>"
                     "<other_config><mtu>%d</mtu></other_config></pif>",
                     i, i, i, address + i * 100, address, 1500 + address);
    }
    dbc_buf_adds(out, "<network ref=\"OpaqueRef:n\"><uuid>n</uuid><bridge>xenbr0</bridge></network>"
                      "</xenserver-network-configuration>");
    assert_false(out->failed);
}

/* Snapshots 1 to 3 on the first three days of 2026, with addresses .1 to .3. */
static void make_history(void)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_history *history = NULL;

    unlink(db_path());
    history = open_as(true);
    for (int i = 1; i <= 3; i++) {
        make_text(&text, i);
        save_at(history, text.data, text.len, FIRST + (i - 1) * DAY);
    }
    dbc_history_close(history);
    dbc_buf_release(&text);
}

static struct dbc_db *read_text(const char *name, const void *data, size_t len,
                                struct dbc_error *err)
{
    return dbc_xml_read_memory(name, data, len, NULL, NULL, err);
}

/* ---- Asking ------------------------------------------------------------------------------- */

/* Two hosts with address .4: web1 has the history, web2 has none. */
static int add_hosts(struct dbc_query *query, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;
    int rc = -1;

    make_text(&text, 4);
    db = read_text("now", text.data, text.len, err);
    dbc_buf_release(&text);
    assert_non_null(db);
    rc = dbc_query_add(query, "web1", "f1", db, err);
    if (rc == 0 && dbc_query_asks_past(query)) {
        rc = dbc_query_add_past(query, db_path(), (struct dbc_query_reader){ read_text }, err);
    }
    if (rc == 0) {
        rc = dbc_query_add(query, "web2", "f2", db, err);
    }
    dbc_db_free(db); /* nothing of it is needed any more */
    return rc;
}

static int ask(const char *sql, struct dbc_query_limits limits, struct dbc_buf *out,
               struct dbc_error *err)
{
    struct dbc_query_sink sink = { add_names, add_row, out };
    struct dbc_query *query = dbc_query_new(sql, &limits, err);
    int rc = query == NULL ? -1 : add_hosts(query, err);

    if (rc == 0) {
        rc = dbc_query_run(query, &sink, NULL, err);
    }
    dbc_query_free(query);
    return rc;
}

static void expect(const char *sql, const char *answer)
{
    struct dbc_query_limits limits = { 0 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (ask(sql, limits, &out, &err) != 0) {
        fail_msg("%s: %s", sql, err.text);
    }
    if (strcmp(dbc_buf_str(&out), answer) != 0) {
        fail_msg("%s: %s, not %s", sql, dbc_buf_str(&out), answer);
    }
    dbc_buf_release(&out);
}

static void expect_failure(const char *sql, enum dbc_code code, const char *word)
{
    struct dbc_query_limits limits = { 0 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (ask(sql, limits, &out, &err) == 0) {
        fail_msg("%s: no failure but %s", sql, dbc_buf_str(&out));
    }
    if (err.code != code || strstr(err.text, word) == NULL) {
        fail_msg("%s: %d, %s", sql, err.code, err.text);
    }
    dbc_buf_release(&out);
}

/* ---- Which snapshot ----------------------------------------------------------------------- */

TEST(which_snapshot)
{
    static const struct {
        const char *as_of, *answer;
    } rows[] = {
        { "'2025-12-31 23:59:59'", "" },
        { "'2026-01-01'", "192.0.2.1;" },
        { "'2026-01-01 00:00:00'", "192.0.2.1;" },
        { "'2026-01-01T23:59:59Z'", "192.0.2.1;" },
        { "'2026-01-02 00:00'", "192.0.2.2;" },
        { "'2026-01-02T12:00'", "192.0.2.2;" },
        { "datetime('2026-01-01', '+1 day')", "192.0.2.2;" },
        { "'2099-12-31'", "192.0.2.3;" },
        { "'newest'", "192.0.2.3;" },
        { "1", "192.0.2.1;" },
        { "'2'", "192.0.2.2;" },
        { "3", "192.0.2.3;" },
        { "0", "" },
        { "4", "" },
        { "NULL", "" },
        { "9223372036854775806", "" },
        { "'2026'", "" }, /* a number, not a year */
    };

    make_history();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_buf sql = DBC_BUF_INIT;
        dbc_buf_addf(&sql, "SELECT IP FROM pif WHERE as_of = %s AND device = 'eth0'",
                     rows[i].as_of);
        expect(sql.data, rows[i].answer);
        dbc_buf_clear(&sql);
        dbc_buf_addf(&sql, "SELECT IP FROM pif(%s) WHERE +device = 'eth0'", rows[i].as_of);
        expect(sql.data, rows[i].answer);
        dbc_buf_release(&sql);
    }
}

/* A clock that was wrong once: the newest snapshot that is not later counts. */
TEST(clock_that_jumped)
{
    make_history();
    sql("UPDATE snapshot SET time = 4000000000 WHERE id = 2");
    expect("SELECT IP FROM pif WHERE as_of = '2026-01-02' AND device = 'eth0'", "192.0.2.1;");
    expect("SELECT IP FROM pif WHERE as_of = '2026-01-03' AND device = 'eth0'", "192.0.2.3;");
    expect("SELECT IP FROM pif WHERE as_of = '2099-01-01' AND device = 'eth0'", "192.0.2.3;");
}

TEST(the_list)
{
    make_history();
    expect("SELECT host, file, id, time, program, reason, length(sha256), typeof(bytes) FROM "
           "snapshot WHERE id > 1",
           "web1|f1|3|2026-01-03 00:00:00|test|because|64|integer;"
           "web1|f1|2|2026-01-02 00:00:00|test|because|64|integer;");
    expect("SELECT count(*) FROM snapshot WHERE host = 'web2'", "0;");
    sql("UPDATE snapshot SET time = -1 WHERE id = 1");
    sql("UPDATE snapshot SET time = 253402300800 WHERE id = 2");
    sql("UPDATE snapshot SET time = 253402300799 WHERE id = 3");
    expect("SELECT id, time FROM snapshot", "3|9999-12-31 23:59:59;2|~;1|~;");
}

/* ---- The past beside the present ---------------------------------------------------------- */

TEST(joins)
{
    make_history();
    expect("SELECT host, IP FROM pif WHERE device = 'eth0'", "web1|192.0.2.4;web2|192.0.2.4;");
    expect("SELECT p.host, o.IP, p.IP FROM pif p JOIN pif o ON o.uuid = p.uuid AND o.file = p.file "
           "AND o.as_of = '2026-01-02' ORDER BY p.device",
           "web1|192.0.2.2|192.0.2.4;web1|192.0.2.102|192.0.2.104;");
    expect("SELECT p.host, o.IP FROM pif p LEFT JOIN pif o ON o.uuid = p.uuid AND o.file = p.file "
           "AND o.as_of = 1 ORDER BY p.host, p.device",
           "web1|192.0.2.1;web1|~;web2|~;web2|~;");
    expect("SELECT s.id, p.IP FROM snapshot s JOIN pif p ON p.as_of = s.id AND p.file = s.file "
           "WHERE p.device = 'eth0' ORDER BY s.id",
           "1|192.0.2.1;2|192.0.2.2;3|192.0.2.3;");
    expect("SELECT s.id, p.IP FROM pif p, snapshot s WHERE p.as_of = s.time AND p.file = s.file "
           "AND p.device = 'eth1' ORDER BY s.id",
           "2|192.0.2.102;3|192.0.2.103;");
    expect("SELECT IP, as_of FROM pif WHERE as_of IN ('2026-01-01', 3) AND device = 'eth0' "
           "ORDER BY IP",
           "192.0.2.1|2026-01-01;192.0.2.3|3;");
    /* Appeared since. */
    expect("SELECT device FROM pif WHERE host = 'web1' EXCEPT SELECT device FROM pif WHERE as_of = "
           "1",
           "eth1;");
    expect("SELECT (SELECT IP FROM pif o WHERE o.as_of = 1 AND o.uuid = p.uuid AND o.host = "
           "p.host) FROM pif p WHERE p.host = 'web1'",
           "192.0.2.1;~;");
    expect("SELECT n.bridge FROM network n JOIN pif p ON p.network = n.ref AND p.as_of = 2 WHERE "
           "n.as_of = 2 AND p.device = 'eth1'",
           "xenbr0;");
}

TEST(every_table)
{
    make_history();
    expect("SELECT target FROM members WHERE as_of = 2 AND class = 'pif'",
           "OpaqueRef:b2;OpaqueRef:b2;");
    expect("SELECT value FROM other_config WHERE as_of = 1 AND ref = 'OpaqueRef:0'", "1501;");
    expect("SELECT count(*) FROM other_config WHERE host = 'web1'", "2;");
    expect("SELECT count(*) FROM bond WHERE as_of = 1", "0;");
    expect("SELECT line > 0, VLAN, management, other_config FROM pif WHERE as_of = 1",
           "1|-1|0|mtu=1501;");
    expect("SELECT host, file FROM network WHERE as_of = 'newest'", "web1|f1;");
    expect("SELECT count(*) FROM pif WHERE as_of = 1 AND host = 'web2'", "0;");
    expect("SELECT count(*) FROM pif WHERE as_of = 2 AND host = 'web1' AND file = 'f1'", "2;");
    expect("SELECT count(*) FROM pif WHERE as_of = 2 AND file = 'f2'", "0;");
    expect("SELECT count(*) FROM pif a, pif b WHERE a.as_of = 2 AND b.as_of = 3 AND a.ref = b.ref",
           "2;");
}

/* as_of is hidden: who does not name it sees the present and no column more. */
TEST(hidden)
{
    make_history();
    expect("SELECT count(*) FROM pif", "4;");
    expect("SELECT * FROM snapshot JOIN network USING (host) WHERE 0", "");
    expect("SELECT count(*) FROM (SELECT * FROM pif NATURAL JOIN bond)", "0;");
    expect("SELECT count(*) FROM pif p JOIN pif o USING (uuid, file) WHERE o.as_of = 2", "2;");
}

TEST(refused)
{
    make_history();
    for (const char *const *value =
             (const char *const[]){ "yesterday", "", "2026-13-01", "2026-01-01 ", "-1", "1x",
                                    "99999999999999999999", NULL };
         *value != NULL; value++) {
        struct dbc_buf text = DBC_BUF_INIT;
        dbc_buf_addf(&text, "SELECT 1 FROM pif WHERE as_of = '%s'", *value);
        expect_failure(text.data, DBC_EINVAL, "as_of: expected a time");
        dbc_buf_release(&text);
    }
    expect_failure("SELECT 1 FROM pif WHERE as_of = x'00ff'", DBC_EINVAL, "as_of: expected");
    expect_failure("SELECT 1 FROM pif WHERE as_of > '2026-01-01'", DBC_EINVAL, "as_of can only");
    expect_failure("SELECT as_of FROM pif", DBC_EINVAL, "as_of can only");
    expect_failure("SELECT 1 FROM pif WHERE as_of = 1 OR as_of > 2", DBC_EINVAL, "as_of can only");
    expect_failure("SELECT 1 FROM pif p, pif o WHERE p.as_of = o.as_of", DBC_EINVAL,
                   "as_of can only");
    expect_failure("SELECT 1 FROM pif ORDER BY as_of", DBC_EINVAL, "as_of can only");
    expect_failure("SELECT as_of FROM snapshot", DBC_EINVAL, "no such column");
    expect_failure("SELECT 1 FROM pif(1, 2)", DBC_EINVAL, "too many arguments");
    expect_failure("DELETE FROM snapshot", DBC_EINVAL, "may not be modified");
}

/* ---- Damage ------------------------------------------------------------------------------- */

TEST(damaged_snapshot)
{
    make_history();
    sql("UPDATE snapshot SET hash = zeroblob(32) WHERE id = 2");
    expect_failure("SELECT 1 FROM pif WHERE as_of = 2", DBC_EPARSE, "snapshot 2: its bytes");
    expect_failure("SELECT 1 FROM snapshot s JOIN pif p ON p.as_of = s.id", DBC_EPARSE,
                   "snapshot 2: its bytes");
    /* The others can be asked. */
    expect("SELECT count(*) FROM snapshot s JOIN pif p ON p.as_of = s.id WHERE s.id <> 2", "3;");
    make_history();
    sql("DELETE FROM chunk");
    expect_failure("SELECT 1 FROM pif WHERE as_of = 1", DBC_EPARSE, "snapshot 1");
    expect("SELECT count(*) FROM snapshot", "3;");
}

/* What was saved need be no cache. */
TEST(no_cache)
{
    struct dbc_history *history = NULL;

    make_history();
    history = open_as(true);
    save(history, "<billion>&laughs;");
    dbc_history_close(history);
    expect_failure("SELECT 1 FROM pif WHERE as_of = 'newest'", DBC_EPARSE, "");
    expect("SELECT IP FROM pif WHERE as_of = 3 AND device = 'eth0'", "192.0.2.3;");
}

TEST(no_history)
{
    unlink(db_path());
    expect_failure("SELECT 1 FROM pif WHERE as_of = 1", DBC_ENOENT, "no history");
    expect("SELECT count(*) FROM pif", "4;"); /* which does not ask for it */
    assert_int_equal(dbc_file_replace(db_path(), "SQLite format 3 is what it is not", 33, 0644,
                                      NULL),
                     0);
    expect_failure("SELECT 1 FROM snapshot", DBC_EPARSE, "");
}

/* Words of a history are a stranger's. */
TEST(hostile_words)
{
    make_history();
    sql("UPDATE snapshot SET program = char(27) || '[2J', reason = CAST(x'ff00' AS TEXT), "
        "hash = x'00' WHERE id = 1");
    sql("UPDATE snapshot SET size = -5, chunks = x'' WHERE id = 2");
    expect("SELECT hex(program), length(sha256), sign(bytes) FROM snapshot WHERE id < 3 ORDER BY "
           "id DESC",
           "74657374|64|-1;1B5B324A|2|1;");
    expect_failure("SELECT 1 FROM pif WHERE as_of = 2", DBC_EPARSE, "size is damaged");
}

TEST(too_many)
{
    make_history();
    sql("WITH RECURSIVE c(x) AS (SELECT 4 UNION ALL SELECT x + 1 FROM c LIMIT 100001) INSERT INTO "
        "snapshot SELECT x, x, '', '', 0, x'', x'' FROM c");
    assert_true(DBC_LIMIT_QUERY_SNAPSHOTS <= 100000);
    expect_failure("SELECT count(*) FROM snapshot", DBC_ELIMIT, "snapshots");
}

/* Each snapshot that is read counts against the limit, and what was read stays. */
TEST(memory)
{
    struct dbc_query_limits limits = { .bytes = 4000 };
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    make_history();
    assert_int_equal(ask("SELECT count(*) FROM pif WHERE as_of = 1", limits, &out, &err), 0);
    assert_int_equal(ask("SELECT s.id, p.* FROM snapshot s JOIN pif p ON p.as_of = s.id", limits,
                         &out, &err),
                     -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    dbc_buf_release(&out);
}

TEST(without_host)
{
    struct dbc_query_limits limits = { 0 };
    struct dbc_query *query = dbc_query_new("SELECT 1 FROM snapshot", &limits, NULL);
    struct dbc_error err = DBC_ERROR_INIT;

    assert_true(dbc_query_asks_past(query));
    assert_int_equal(dbc_query_add_past(query, db_path(), (struct dbc_query_reader){ read_text },
                                        &err),
                     -1);
    assert_int_equal(err.code, DBC_EINVAL);
    dbc_query_free(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_snapshot), cmocka_unit_test(clock_that_jumped),
        cmocka_unit_test(the_list),       cmocka_unit_test(joins),
        cmocka_unit_test(every_table),    cmocka_unit_test(hidden),
        cmocka_unit_test(refused),        cmocka_unit_test(damaged_snapshot),
        cmocka_unit_test(no_cache),       cmocka_unit_test(no_history),
        cmocka_unit_test(hostile_words),  cmocka_unit_test(too_many),
        cmocka_unit_test(memory),         cmocka_unit_test(without_host),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
