/* test_ifcfg_memory.c - cache/ifcfg when memory runs out, at each allocation in turn: an error that
 * says so, never a part of the records, never a leak. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/arena.c"
#include "base/buf.c"
#undef FIRST_CAP
#include "base/hash.c"
#undef FIRST_CAP
#include "base/strvec.c"
#include "ifcfg/import.c"
#include "ifcfg/parse.c"
#include "ifcfg/read.c"
#include "model/database.c"
#include "model/find.c"

static const struct dbc_ifcfg_file files[] = {
    { "ifcfg-eth0", "BRIDGE=xenbr0\nETHTOOL_OPTS='speed 10'\n", 38 },
    { "ifcfg-eth1", "MASTER=bond0\nSLAVE=yes\n", 23 },
    { "ifcfg-bond0", "BONDING_OPTS='mode=4 miimon=5'\nBRIDGE=xapi0\n", 44 },
    { "ifcfg-bond1.7", "VLAN=yes\n", 9 },
    { "ifcfg-xenbr0", "IPADDR=10.0.0.1\nDNS1=10.0.0.2\nDOMAIN='a b'\n", 43 },
    { "ifcfg-xenbr5", "BOOTPROTO=dhcp\n", 15 },
    { "route-xenbr0", "10.0.0.0/8 via 10.0.0.1\n", 24 },
    { "route-xenbr5", "ADDRESS0=10.0.0.0\nNETMASK0=255.0.0.0\nGATEWAY0=10.0.0.1\n", 55 },
    { "network", "GATEWAYDEV=xenbr0\n", 18 },
};

/* True when memory was enough. */
static bool read_once(long allocations)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;
    bool reached = false;

    allocs_left = allocations;
    db = dbc_ifcfg_read(files, sizeof files / sizeof files[0], NULL, NULL, NULL, NULL, &err);
    reached = alloc_failed();
    if (db == NULL) {
        assert_true(reached);
        assert_int_equal(err.code, DBC_ENOMEM);
        return false;
    }
    assert_false(reached);
    assert_int_equal(db->of[DBC_PIF].n, 6);
    assert_int_equal(db->of[DBC_NETWORK].n, 6);
    assert_int_equal(db->of[DBC_BOND].n + db->of[DBC_VLAN].n, 2);
    assert_string_equal(dbc_map_get(&dbc_db_network_by_bridge(db, "xenbr5")->other_config,
                                    "static-routes"),
                        "10.0.0.0/8/10.0.0.1");
    dbc_db_free(db);
    return true;
}

TEST(each_allocation)
{
    long n = 0;

    while (!read_once(n)) {
        n++;
        assert_true(n < 10000);
    }
    assert_true(n > 60);
}

/* Where the list of files itself finds no room. */
TEST(no_room_for_the_list)
{
    struct dbc_error err = DBC_ERROR_INIT;

    allocs_left = 0;
    assert_null(dbc_ifcfg_read(files, 1, NULL, NULL, NULL, NULL, &err));
    assert_true(alloc_failed());
    assert_int_equal(err.code, DBC_ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation),
        cmocka_unit_test(no_room_for_the_list),
    };
    return cmocka_run_group_tests_name("ifcfg_memory", tests, NULL, NULL);
}
