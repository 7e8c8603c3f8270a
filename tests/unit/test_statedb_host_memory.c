/* test_statedb_host_memory.c - a host's records from a state.db when memory runs out, at each
 * allocation in turn: an error that says so, never a part of a host, never a leak. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/arena.c"
#include "base/hash.c"
#include "model/database.c"
#include "model/find.c"
#include "statedb/host.c"

#include "unit/statedb_text.h"

/* Enough networks for the lists of records and links to grow. */
static struct dbc_statedb *pool_of_many(void)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_statedb *pool = NULL;

    dbc_buf_adds(&text, "<database>" HOSTS NETWORKS "<table name='PIF'>");
    for (unsigned i = 0; i < 100; i++) {
        dbc_buf_addf(&text,
                     "<row ref='p%u' host='h1' network='n1' IP='10.0.0.%u' "
                     "other_config='((\"mtu\" \"%u\"))'/>",
                     i, i, i);
    }
    dbc_buf_adds(&text, "</table></database>");
    pool = good_pool(dbc_buf_str(&text));
    dbc_buf_release(&text);
    return pool;
}

/* True when memory was enough. */
static bool make_once(const struct dbc_statedb *pool, long allocations)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;
    bool reached = false;

    allocs_left = allocations;
    db = dbc_statedb_host_db(pool, 0, NULL, NULL, &err);
    reached = allocations >= 0 && alloc_failed();
    if (db == NULL) {
        assert_true(reached);
        assert_int_equal(err.code, DBC_ENOMEM);
        return false;
    }
    assert_int_equal(dbc_db_count(db, DBC_PIF), 100);
    assert_int_equal(dbc_db_network(db, "n1")->PIFs.n, 100);
    dbc_db_free(db);
    return !reached;
}

TEST(each_allocation)
{
    struct dbc_statedb *pool = pool_of_many();
    long n = 0;

    while (!make_once(pool, n)) {
        n++;
        assert_true(n < 10000);
    }
    assert_true(n > 100);
    dbc_statedb_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
