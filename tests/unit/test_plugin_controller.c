/* test_plugin_controller.c - reconfigure/plugin/controller.c: managers as XAPI and as ovs-vsctl
 * name them, and texts that are neither. */
#include "unit/test.h"

#include "reconfigure/plugin/controller.h"

static void assert_target(const struct ifr_manager *manager, const char *want)
{
    struct dbc_buf target = DBC_BUF_INIT;

    ifr_manager_target(manager, &target);
    assert_string_equal(dbc_buf_str(&target), want);
    dbc_buf_release(&target);
}

/* Each is read, and printed in the one form. */
TEST(test_targets)
{
    static const char *const pairs[][2] = {
        { "ssl:10.0.0.1:6640", "ssl:10.0.0.1:6640" },
        { "ssl:10.0.0.1:6632", "ssl:10.0.0.1:6632" },
        { "ssl:10.0.0.1", "ssl:10.0.0.1:6640" },
        { "ssl:[2001:db8::1]:6640", "ssl:[2001:db8::1]:6640" },
        { "ssl:[2001:DB8:0:0::1]", "ssl:[2001:db8::1]:6640" },
        { "ssl:Manager-1.example:6640", "ssl:manager-1.example:6640" },
        { "pssl:", "pssl:6640" },
        { "pssl:6632", "pssl:6632" },
        { "pssl:6640:10.0.0.1", "pssl:6640:10.0.0.1" },
        { "pssl:6640:[2001:db8::1]", "pssl:6640:[2001:db8::1]" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct ifr_manager manager;
        assert_true(ifr_manager_parse(pairs[i][0], &manager));
        assert_target(&manager, pairs[i][1]);
    }
}

TEST(test_targets_that_are_none)
{
    static const char *const texts[] = {
        "",
        "ssl",
        "ssl:",
        "ssl::6640",
        "ssl:10.0.0.1:99999",
        "ssl:10.0.0.1:66x",
        "ssl:10.0.0.1:6640:1",
        "ssl:10.0.0.256:6640",
        "ssl:10.0.0:6640",
        "ssl:[2001:db8::1:6640",
        "ssl:[2001:db8::1]6640",
        "ssl:[10.0.0.1]:6640",
        "ssl:[]:6640",
        "ssl:2001:db8::1:6640",
        "ssl:a b:6640",
        "ssl:-x:6640",
        "ssl:$(id):6640",
        "tcp:10.0.0.1:6640",
        "ptcp:6640",
        "unix:/run/x",
        "pssl:x",
        "pssl:123456789",
        "SSL:10.0.0.1:6640",
    };
    struct ifr_manager manager;
    char longest[600] = "ssl:";

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_false(ifr_manager_parse(texts[i], &manager));
    }
    memset(longest + 4, 'a', sizeof longest - 5);
    longest[sizeof longest - 1] = '\0';
    assert_false(ifr_manager_parse(longest, &manager));
    longest[4 + IFR_MANAGER_HOST_MAX] = '\0';
    assert_true(ifr_manager_parse(longest, &manager));
    longest[4 + IFR_MANAGER_HOST_MAX] = 'a';
    longest[5 + IFR_MANAGER_HOST_MAX] = '\0';
    assert_false(ifr_manager_parse(longest, &manager));
}

/* P8: the old plugin took what stands before the second ':'. */
TEST(test_ipv6_is_the_same_manager)
{
    static const char *const spellings[] = { "2001:db8::1", "[2001:db8::1]", "2001:DB8::0:1" };
    struct ifr_manager ovs, xapi;

    assert_true(ifr_manager_parse("ssl:[2001:db8::1]:6640", &ovs));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ifr_manager_from_pool(spellings[i], &xapi, NULL), 0);
        assert_true(ifr_manager_equal(&ovs, &xapi));
        assert_string_equal(xapi.host, "2001:db8::1");
    }
    assert_int_equal(ifr_manager_from_pool("2001:db8::2", &xapi, NULL), 0);
    assert_false(ifr_manager_equal(&ovs, &xapi));
}

TEST(test_from_xapi)
{
    struct ifr_manager manager;

    assert_int_equal(ifr_manager_from_pool("", &manager, NULL), 0);
    assert_int_equal(manager.kind, IFR_MANAGER_NONE);
    assert_int_equal(ifr_manager_from_pool("10.0.0.1", &manager, NULL), 0);
    assert_target(&manager, "ssl:10.0.0.1:6640");
    assert_int_equal(ifr_manager_from_sdn("ssl", "10.0.0.1", "6632", &manager, NULL), 0);
    assert_target(&manager, "ssl:10.0.0.1:6632");
    assert_int_equal(ifr_manager_from_sdn("ssl", "2001:db8::1", "0", &manager, NULL), 0);
    assert_target(&manager, "ssl:[2001:db8::1]:6640");
    assert_int_equal(ifr_manager_from_sdn("pssl", "", "0", &manager, NULL), 0);
    assert_target(&manager, "pssl:6640");
}

TEST(test_from_xapi_hostile)
{
    struct ifr_manager manager;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(ifr_manager_from_pool("10.0.0.1 -- del-br xenbr0", &manager, &err), -1);
    assert_int_equal(err.code, DBC_EINVAL);
    assert_int_equal(manager.kind, IFR_MANAGER_NONE);
    assert_int_equal(ifr_manager_from_pool("10.0.0.1:6640", &manager, NULL), -1);
    assert_int_equal(ifr_manager_from_sdn("tcp", "10.0.0.1", "6640", &manager, NULL), -1);
    assert_int_equal(ifr_manager_from_sdn("", "10.0.0.1", "6640", &manager, NULL), -1);
    assert_int_equal(ifr_manager_from_sdn("ssl", "", "6640", &manager, NULL), -1);
    assert_int_equal(ifr_manager_from_sdn("ssl", "10.0.0.1", "-1", &manager, NULL), -1);
    assert_int_equal(ifr_manager_from_sdn("ssl", "10.0.0.1", "65536", &manager, NULL), -1);
    assert_int_equal(ifr_manager_from_sdn("ssl", "a\nb", "1", &manager, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_targets_that_are_none),
        cmocka_unit_test(test_ipv6_is_the_same_manager),
        cmocka_unit_test(test_from_xapi),
        cmocka_unit_test(test_from_xapi_hostile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
