/* test_query_memory.c - a query when memory runs out, at each allocation of its own and of SQLite
 * in turn: an error that says so, never a part of the answer for the whole. */
#include "unit/test.h"

#include "unit/fail_sqlite.h"

#include "unit/cache_text.h"
#include "unit/history_file.h"
#include "unit/thorough.h"

#include "base/arena.c"
#include "base/buf.c"
#undef FIRST_CAP
#include "base/hash.c"
#undef fail /* cmocka's */
#define make_room make_room_for_host
#include "store/query.c"
#include "store/query_index.c"
#include "store/query_keep.c"
#include "store/query_past.c"
#include "store/query_value.c"

static struct dbc_db *db;
static char *history_path;

static int begin(void **state)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_history *history = NULL;

    db = read_dialect("02-minidom-ownline-6.x");
    setup(state);
    history = open_as(true);
    assert_int_equal(dbc_file_read(FIXTURES "/dialects/02-minidom-ownline-6.x.dbcache", 1 << 20,
                                   &text, NULL),
                     0);
    save_at(history, text.data, text.len, 1767225600);
    dbc_history_close(history);
    dbc_buf_release(&text);
    history_path = strdup(db_path());
    return history_path == NULL;
}

static int end(void **state)
{
    dbc_db_free(db);
    free(history_path);
    return teardown(state);
}

static struct dbc_db *snapshot_db(const char *name, const void *data, size_t len,
                                  struct dbc_error *err)
{
    return dbc_xml_read_memory(name, data, len, NULL, NULL, err);
}

static int no_names(void *ctx, const char *const *names, size_t n)
{
    (void)ctx;
    (void)names;
    (void)n;
    return 0;
}

/* Rows are added up, so that nothing here needs memory. */
static int add_row(void *ctx, const struct dbc_cell *cells, size_t n)
{
    unsigned *sum = ctx;

    for (size_t i = 0; i < n; i++) {
        for (const char *c = cells[i].text; *c != '\0'; c++) {
            *sum = *sum * 31 + (unsigned char)*c;
        }
        *sum = *sum * 31 + 1;
    }
    return 0;
}

static int ask(const char *sql, unsigned *sum, struct dbc_error *err)
{
    const struct dbc_query_limits limits = { 0 };
    struct dbc_query_sink sink = { no_names, add_row, sum };
    struct dbc_query *query = dbc_query_new(sql, &limits, err);
    int rc = -1;

    *sum = 0;
    if (query != NULL && dbc_query_lend(query, "h1", "f", db, err) == 0 &&
        dbc_query_add(query, "h2", "f", db, err) == 0 &&
        (!dbc_query_asks_past(query) ||
         dbc_query_add_past(query, history_path, (struct dbc_query_reader){ snapshot_db }, err) ==
             0)) {
        rc = dbc_query_run(query, &sink, NULL, err);
    }
    dbc_query_free(query);
    return rc;
}

static void each_allocation(const char *sql)
{
    struct dbc_error err = DBC_ERROR_INIT;
    unsigned whole = 0, sum = 0;
    bool reached = true;
    long n = 0;

    assert_int_equal(ask(sql, &whole, &err), 0);
    assert_true(whole > 0);
    for (n = 0; reached; n += stride(1, 5)) {
        int rc = -1;

        dbc_error_clear(&err);
        allocs_left = n;
        rc = ask(sql, &sum, &err);
        reached = alloc_failed();
        assert_true(reached || rc == 0);
        expect_code(&err, rc, n);
        assert_true(rc < 0 || sum == whole);
        assert_true(n < 20000);
    }
    print_message("%ld allocations\n", n);
    assert_true(n > 20);
}

TEST(test_scan)
{
    each_allocation("SELECT * FROM pif");
}

TEST(test_lookup)
{
    each_allocation("SELECT network.bridge FROM pif JOIN network ON network.ref = pif.network "
                    "WHERE pif.device = 'eth0' AND pif.file = 'f' ORDER BY network.bridge");
}

TEST(test_lists)
{
    each_allocation("SELECT class, count(*) FROM members GROUP BY class");
    each_allocation("SELECT key, value FROM other_config WHERE class = 'network'");
}

TEST(test_past)
{
    each_allocation("SELECT s.time, p.IP, p.other_config FROM snapshot s JOIN pif p ON p.as_of = "
                    "s.id AND p.file = s.file");
    each_allocation("SELECT p.IP, o.IP FROM pif p JOIN pif o ON o.ref = p.ref AND o.as_of = "
                    "'2026-01-01'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_past),
    };

    if (fail_sqlite() != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, begin, end);
}
