/* test_reader_memory.c - xml/reader.c when memory runs out, at each allocation of its own and of
 * libxml2 in turn: an error that says so, never a part of the records, never a leak. */
#include "unit/test.h"

#include "unit/fail_alloc.h"
#include "unit/libxml_leak.h"

#include "base/arena.c"
#include "base/buf.c"
#undef FIRST_CAP
#include "base/hash.c"
#include "xml/reader.c"
#include "xml/reader_field.c"

static const char text[] =
    "<?xml version='1.0'?><!-- a --><xenserver-network-configuration>"
    "<pif ref='p'><device>eth0</device><bond_master_of><slave>1</slave></bond_master_of>"
    "<other_config><mtu>1</mtu><domain>&amp;&#65;</domain></other_config><new a='b'>c</new></pif>"
    "<network ref='n'><bridge>xenbr0</bridge><PIFs><PIF>p</PIF></PIFs></network>"
    "<pool ref='q' odd='1'/></xenserver-network-configuration>";

static void count(void *ctx, const struct dbc_error *warning)
{
    (void)warning;
    ++*(unsigned *)ctx;
}

/* True when memory was enough. */
static bool read_once(long allocations)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;
    unsigned warnings = 0;
    bool reached = false;

    allocs_left = allocations;
    db = dbc_xml_read_memory("t", text, sizeof text - 1, count, &warnings, &err);
    reached = allocations >= 0 && alloc_failed();
    if (db == NULL) {
        assert_true(reached);
        assert_int_equal(err.code, DBC_ENOMEM);
        return false;
    }
    assert_int_equal(dbc_db_count(db, DBC_PIF) + dbc_db_count(db, DBC_NETWORK) +
                         dbc_db_count(db, DBC_POOL),
                     3);
    assert_int_equal(warnings, 1);
    assert_string_equal(dbc_map_get(&dbc_db_pif(db, "p")->other_config, "domain"), "&A");
    dbc_db_free(db);
    return !reached;
}

TEST(each_allocation)
{
    long n = 0;

    while (!read_once(n)) {
        n++;
        assert_true(n < 10000);
    }
    assert_true(n > 20);
}

static void not_called(void *ctx, xmlErrorPtr error)
{
    (void)ctx;
    (void)error;
    fail();
}

/* libxml2 has one error handler a thread, and it may be somebody else's. */
TEST(the_callers_handler_stays)
{
    int mine = 0;

    xmlSetStructuredErrorFunc(&mine, not_called);
    assert_null(dbc_xml_read_memory("t", "<a>", 3, NULL, NULL, NULL));
    assert_true(read_once(-1));
    assert_ptr_equal(xmlStructuredErrorContext, &mine);
    assert_true(xmlStructuredError == not_called);
    xmlSetStructuredErrorFunc(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation),
        cmocka_unit_test(the_callers_handler_stays),
    };

    if (xmlMemSetup(free, failing_malloc, failing_realloc, failing_strdup) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
