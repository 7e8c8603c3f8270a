/* test_vsctl.c - reconfigure/datapath/vsctl.c: one transaction as an argv, values quoted as OVSDB
 * reads them. */
#include "unit/test.h"

#include "reconfigure/datapath/vsctl.h"
#include "unit/scratch.h"
#include "unit/state_make.h"

static void assert_quoted(const char *value, const char *expected)
{
    struct dbc_buf out = DBC_BUF_INIT;

    ifr_vsctl_quote(value, &out);
    assert_string_equal(dbc_buf_str(&out), expected);
    dbc_buf_release(&out);
}

TEST(test_quote)
{
    assert_quoted("secure", "secure");
    assert_quoted("1500", "1500");
    assert_quoted("", "\"\"");
    assert_quoted("02:00:00:00:00:01", "\"02:00:00:00:00:01\"");
    assert_quoted("a b", "\"a b\"");
    assert_quoted("a\"b\\c", "\"a\\\"b\\\\c\"");
    assert_quoted("\n\t\r\b\a", "\"\\n\\t\\r\\b\\a\"");
    assert_quoted("\x01\x1f\x7f", "\"\\x01\\x1f\\x7f\"");
    assert_quoted("a,b=[{}]", "\"a,b=[{}]\"");
    assert_quoted("\xc3\xa9", "\"\xc3\xa9\"");
    assert_quoted("$(x)`y`'z'", "\"$(x)`y`'z'\"");
}

/* What is quoted comes back whole: no value can end its quotes early. */
TEST(test_quote_never_ends_early)
{
    for (int c = 1; c < 256; c++) {
        const char value[] = { 'a', (char)c, 'b', '\0' };
        struct dbc_buf out = DBC_BUF_INIT;
        size_t quotes = 0;
        ifr_vsctl_quote(value, &out);
        for (const char *s = dbc_buf_str(&out); *s != '\0'; s++) {
            assert_true((unsigned char)*s >= 0x20);
            if (*s == '\\') {
                s++;
            } else if (*s == '"') {
                quotes++;
            }
        }
        assert_true(quotes == 0 || quotes == 2);
        dbc_buf_release(&out);
    }
}

/* ---- A wanted state as words ------------------------------------------------------------------
 */

static void assert_words(struct ifr_state *wanted, const char *expected)
{
    struct dbc_strvec t = DBC_STRVEC_INIT;

    ifr_vsctl_words(wanted, &t);
    assert_string_equal(joined(&t), expected);
    dbc_strvec_release(&t);
    ifr_state_release(wanted);
}

TEST(test_deletions)
{
    struct ifr_state wanted = { 0 };

    ifr_state_add(&wanted, IFR_BRIDGE, "a")->absent = true;
    ifr_state_add(&wanted, IFR_PORT, "b")->absent = true;
    ifr_state_add(&wanted, IFR_PORT, "seen")->absent = true;
    ifr_state_find(&wanted, IFR_PORT, "seen")->only_if_seen = true;
    assert_words(&wanted, "--|--if-exists|del-br|a|--|--with-iface|--if-exists|del-port|b");
}

TEST(test_nic)
{
    struct ifr_state wanted = { 0 };
    struct ifr_object *br = make_bridge(&wanted, "c", "", NULL);

    (void)make_port(&wanted, "e", "c", NULL, "e");
    ifr_state_set(&wanted, br, IFR_BRIDGE_HWADDR, "02:0");
    ifr_state_set(&wanted, br, IFR_BRIDGE_FAIL_MODE, "secure");
    ifr_state_set(&wanted, br, IFR_BRIDGE_IN_BAND, "");
    ifr_state_set(&wanted, br, IFR_BRIDGE_NETWORKS, "v;w");
    assert_words(&wanted,
                 "--|--with-iface|--if-exists|del-port|e|--|--may-exist|add-br|c|--|--may-exist|"
                 "add-port|c|e|--|set|Bridge|c|other-config:hwaddr=\"02:0\"|--|set|Bridge|c|"
                 "fail_mode=secure|--|remove|Bridge|c|other_config|disable-in-band|--|"
                 "br-set-external-id|c|xs-network-uuids|v;w");
}

TEST(test_bond)
{
    struct ifr_state wanted = { 0 };
    struct ifr_object *br = make_bridge(&wanted, "c", "", NULL), *bond = NULL;

    bond = make_port(&wanted, "bond0", "c", NULL, "eth0 eth1");
    ifr_state_set(&wanted, bond, IFR_PORT_FAKE_INTERFACE, "true");
    ifr_state_set(&wanted, bond, IFR_PORT_MAC, "02:0");
    ifr_state_set(&wanted, bond, IFR_PORT_BOND_MODE, "balance-slb");
    ifr_state_set(&wanted, br, IFR_BRIDGE_IN_BAND, "true");
    ifr_state_set(&wanted, br, IFR_BRIDGE_SNOOPING, "true");
    assert_words(&wanted,
                 "--|--with-iface|--if-exists|del-port|eth0|--|--with-iface|--if-exists|del-port|"
                 "eth1|--|--may-exist|add-br|c|--|--with-iface|--if-exists|del-port|bond0|--|"
                 "--fake-iface|add-bond|c|bond0|eth0|eth1|--|set|Port|bond0|MAC=\"02:0\"|"
                 "bond_mode=balance-slb|--|set|Bridge|c|other_config:disable-in-band=true|--|"
                 "set|Bridge|c|mcast_snooping_enable=true");
}

TEST(test_vlan)
{
    struct ifr_state wanted = { 0 };
    struct ifr_object *br = make_bridge(&wanted, "d", "c", NULL);

    ifr_state_set(&wanted, br, IFR_BRIDGE_TAG, "0");
    ifr_state_set(&wanted, br, IFR_BRIDGE_NETWORKS, "v");
    ifr_state_set(&wanted, br, IFR_BRIDGE_MAC, "02:0");
    assert_words(&wanted, "--|--if-exists|del-br|d|--|--may-exist|add-br|d|c|0|--|"
                          "br-set-external-id|d|xs-network-uuids|v|--|set|Interface|d|"
                          "MAC=\"02:0\"");
}

/* Only spoken of: `rewrite` gives a bridge its networks and makes none. */
TEST(test_attributes_alone)
{
    struct ifr_state wanted = { 0 };

    ifr_state_set(&wanted, ifr_state_add(&wanted, IFR_BRIDGE, "c"), IFR_BRIDGE_NETWORKS, "");
    assert_words(&wanted, "--|br-set-external-id|c|xs-network-uuids|");
}

TEST(test_plan)
{
    struct ifr_plan plan = { 0 };
    struct ifr_planner p = { .plan = &plan };
    struct dbc_strvec t = DBC_STRVEC_INIT;

    ifr_vsctl_plan(&p, &t);
    assert_int_equal(plan.n_steps, 0);
    dbc_strvec_pushl(&t, "--", "a", NULL);
    ifr_vsctl_plan(&p, &t);
    assert_int_equal(plan.n_steps, 1);
    assert_string_equal(joined(&plan.steps[0].argv), "/usr/bin/ovs-vsctl|--timeout=20|--|a");
    assert_int_equal(plan.steps[0].on_failure, IFR_FATAL);
    assert_string_equal(plan.steps[0].text, "Failed to modify vswitch configuration");
    assert_true(plan.steps[0].deadline_ms > 20000);
    dbc_strvec_release(&t);
    ifr_plan_release(&plan);
}

TEST(test_failure_is_not_an_empty_transaction)
{
    struct ifr_plan plan = { 0 };
    struct ifr_planner p = { .plan = &plan };
    struct dbc_strvec t = { .failed = true };

    ifr_vsctl_plan(&p, &t);
    assert_int_equal(ifr_plan_check(&plan, NULL), -1);
    ifr_plan_release(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_quote_never_ends_early),
        cmocka_unit_test(test_deletions),
        cmocka_unit_test(test_nic),
        cmocka_unit_test(test_bond),
        cmocka_unit_test(test_vlan),
        cmocka_unit_test(test_attributes_alone),
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_failure_is_not_an_empty_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
