/* test_vsctl.c - reconfigure/datapath/vsctl.c: one transaction as an argv, values quoted as OVSDB
 * reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reconfigure/datapath/vsctl.h"
#include "unit/scratch.h"

static void assert_quoted(const char *value, const char *expected)
{
    struct dbc_buf out = DBC_BUF_INIT;

    ifr_vsctl_quote(value, &out);
    assert_string_equal(dbc_buf_str(&out), expected);
    dbc_buf_release(&out);
}

static void test_quote(void **state)
{
    (void)state;
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
static void test_quote_never_ends_early(void **state)
{
    (void)state;
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

static void test_words(void **state)
{
    struct dbc_strvec t = DBC_STRVEC_INIT, slaves = DBC_STRVEC_INIT;

    (void)state;
    dbc_strvec_pushl(&slaves, "eth0", "eth1", NULL);
    ifr_vsctl_del_br(&t, "a");
    ifr_vsctl_del_port(&t, "b");
    ifr_vsctl_add_br(&t, "c");
    ifr_vsctl_add_vlan_br(&t, "d", "c", 0);
    ifr_vsctl_add_port(&t, "c", "e");
    ifr_vsctl_add_bond(&t, "c", "bond0", &slaves);
    ifr_vsctl_set(&t, "Port", "bond0");
    ifr_vsctl_column(&t, "MAC", "02:0");
    ifr_vsctl_column_word(&t, "bond_mode", "balance-slb");
    ifr_vsctl_remove(&t, "Bridge", "c", "other_config", "disable-in-band");
    ifr_vsctl_external_id(&t, "c", "key", "v;w");
    assert_string_equal(joined(&t),
                        "--|--if-exists|del-br|a|--|--with-iface|--if-exists|del-port|b|--|"
                        "--may-exist|add-br|c|--|--may-exist|add-br|d|c|0|--|--may-exist|add-port|"
                        "c|e|--|--fake-iface|add-bond|c|bond0|eth0|eth1|--|set|Port|bond0|"
                        "MAC=\"02:0\"|bond_mode=balance-slb|--|remove|Bridge|c|other_config|"
                        "disable-in-band|--|br-set-external-id|c|key|v;w");
    dbc_strvec_release(&t);
    dbc_strvec_release(&slaves);
}

static void test_plan(void **state)
{
    struct ifr_plan plan = IFR_PLAN_INIT;
    struct ifr_planner p = { .plan = &plan };
    struct dbc_strvec t = DBC_STRVEC_INIT;

    (void)state;
    ifr_vsctl_plan(&p, &t);
    assert_int_equal(plan.n_steps, 0);
    ifr_vsctl_del_br(&t, "a");
    ifr_vsctl_plan(&p, &t);
    assert_int_equal(plan.n_steps, 1);
    assert_string_equal(joined(&plan.steps[0].argv),
                        "/usr/bin/ovs-vsctl|--timeout=20|--|--if-exists|del-br|a");
    assert_int_equal(plan.steps[0].on_failure, IFR_FATAL);
    assert_string_equal(plan.steps[0].text, "Failed to modify vswitch configuration");
    assert_true(plan.steps[0].deadline_ms > 20000);
    dbc_strvec_release(&t);
    ifr_plan_release(&plan);
}

static void test_failure_is_not_an_empty_transaction(void **state)
{
    struct ifr_plan plan = IFR_PLAN_INIT;
    struct ifr_planner p = { .plan = &plan };
    struct dbc_strvec t = { .failed = true };

    (void)state;
    ifr_vsctl_plan(&p, &t);
    assert_int_equal(ifr_plan_check(&plan, NULL), -1);
    ifr_plan_release(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_quote_never_ends_early),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_failure_is_not_an_empty_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
