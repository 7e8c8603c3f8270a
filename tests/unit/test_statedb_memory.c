/* test_statedb_memory.c - the reading of a state.db when memory runs out, at each allocation of its
 * own and of libxml2 in turn: an error that says so, never a part of a pool, never a leak.  For
 * what comes after it see test_statedb_host_memory.c. */
#include "unit/test.h"

#include "unit/fail_alloc.h"
#include "unit/libxml_leak.h"

#include "base/buf.c"
#include "statedb/stage.c"
#include "statedb/statedb.c"

#include "statedb/read.c" /* behind the others, whose parameters have names of its functions */
#include "statedb/read_row.c"

#include "unit/statedb_text.h"

/* With a warning, and enough networks for the stage's table to grow. */
static struct dbc_buf pool_text(void)
{
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_adds(&text, "<?xml version='1.0'?><database><manifest>"
                        "<pair key='generation_count' value='7'/></manifest>" HOSTS
                        "<table name='PIF'><row ref='p1' host='h1' device='a%.b' "
                        "IPv6='(\"a\" \"b\")' other_config='((\"mtu\" \"&lt;\"))'/><row/></table>"
                        "<table name='network'>");
    for (unsigned i = 0; i < 1000; i++) {
        dbc_buf_addf(&text, "<row ref='n%u'/>", i);
    }
    dbc_buf_adds(&text, "</table></database>");
    return text;
}

/* True when memory was enough. */
static bool read_once(const struct dbc_buf *text, long allocations)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_statedb *pool = NULL;
    bool reached = false;

    allocs_left = allocations;
    pool = read_pool_bytes(text->data, text->len, SIZE_MAX, &w, &err);
    reached = allocations >= 0 && alloc_failed();
    if (pool == NULL) {
        assert_true(reached);
        assert_int_equal(err.code, DBC_ENOMEM);
        return false;
    }
    assert_int_equal(w.n, 1);
    assert_int_equal(dbc_statedb_n_hosts(pool), 2);
    assert_int_equal(dbc_statedb_info(pool)->generation, 7);
    assert_int_equal(pool->stage.tables[DBC_NETWORK].n, 1000);
    dbc_statedb_free(pool);
    return !reached;
}

TEST(each_allocation)
{
    struct dbc_buf text = pool_text();
    long n = 0;

    while (!read_once(&text, n)) {
        n++;
        assert_true(n < 10000);
    }
    assert_true(n > 20);
    dbc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_allocation) };

    if (xmlMemSetup(free, failing_malloc, failing_realloc, failing_strdup) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
