/* test_bond.c - reconfigure/datapath/bond.c: bond options in the words of each datapath.  Tests
 * named after a defect of the old scripts would fail on those scripts. */
#include "unit/test.h"

#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/vsctl.h"
#include "unit/world.h"

struct bonded {
    struct world w;
    struct dbc_record *bond;
};

static void begin(struct bonded *t)
{
    world_make(&t->w, &ifr_datapath_bridge);
    t->bond = world_bond(&t->w, "pif", "bond0", "xapi0", "02:00:00:00:00:09");
}

static void configure(struct bonded *t, const char *key, const char *value)
{
    world_config(&t->w, t->bond, key, value);
}

static void assert_ifcfg(struct bonded *t, const char *expected)
{
    struct dbc_buf out = DBC_BUF_INIT;

    must(dbc_db_index(t->w.db, NULL) == 0);
    ifr_bond_ifcfg(&t->w.p, as_pif(t->bond), &out);
    assert_string_equal(dbc_buf_str(&out), expected);
    dbc_buf_release(&out);
}

static void assert_vsctl(struct bonded *t, const char *expected)
{
    struct dbc_strvec words = DBC_STRVEC_INIT, out = DBC_STRVEC_INIT;
    struct ifr_state wanted = { 0 };
    struct ifr_object *bridge = ifr_state_add(&wanted, IFR_BRIDGE, "br");
    struct ifr_object *port = ifr_state_add(&wanted, IFR_PORT, "bond0");

    must(dbc_db_index(t->w.db, NULL) == 0);
    ifr_state_set(&wanted, bridge, IFR_BRIDGE_PARENT, "");
    ifr_state_set(&wanted, port, IFR_PORT_BRIDGE, "br");
    ifr_state_set(&wanted, port, IFR_PORT_FAKE_INTERFACE, "true");
    ifr_bond_want(&t->w.p, as_pif(t->bond), &wanted, port);
    ifr_vsctl_words(&wanted, &words);
    /* The columns are the last words. */
    for (size_t i = words.n >= 6 ? words.n - 6 : 0; i < words.n; i++) {
        dbc_strvec_push(&out, words.v[i]);
    }
    assert_string_equal(joined(&out), expected);
    dbc_strvec_release(&words);
    dbc_strvec_release(&out);
    ifr_state_release(&wanted);
}

#define STANDARD_IFCFG                                                                             \
    "BONDING_OPTS=\"mode=balance-slb miimon=100 downdelay=200 updelay=31000 use_carrier=1 \"\n"
#define STANDARD_VSCTL                                                                             \
    "bond_downdelay=200|other-config:bond-miimon-interval=100|bond_updelay=31000|"                 \
    "other-config:bond-detect-mode=carrier|lacp=off|bond_mode=balance-slb"

TEST(test_defaults)
{
    struct bonded t;

    begin(&t);
    assert_ifcfg(&t, STANDARD_IFCFG);
    assert_vsctl(&t, STANDARD_VSCTL);
    assert_int_equal(t.w.plan.n_steps, 0);
    world_end(&t.w);
}

TEST(test_overrides)
{
    struct bonded t;

    begin(&t);
    configure(&t, "bond-mode", "active-backup");
    configure(&t, "bond-miimon", "50");
    configure(&t, "bond-downdelay", "10");
    configure(&t, "bond-updelay", "0");
    configure(&t, "bond-use_carrier", "0");
    assert_ifcfg(&t, "BONDING_OPTS=\"mode=active-backup miimon=50 downdelay=10 updelay=0 "
                     "use_carrier=0 \"\n");
    assert_vsctl(&t, "bond_downdelay=10|other-config:bond-miimon-interval=50|bond_updelay=0|"
                     "other-config:bond-detect-mode=miimon|lacp=off|bond_mode=active-backup");
    assert_int_equal(t.w.plan.n_steps, 0);
    world_end(&t.w);
}

/* The old program crashed on a bad number, or blamed another option. */
TEST(test_H12_bad_number_is_named_and_replaced)
{
    static const char *const keys[] = { "bond-miimon", "bond-downdelay", "bond-updelay",
                                        "bond-use_carrier" };
    static const char *const bad[] = { "x",           "",    "-1",   "0x1",
                                       "99999999999", "1_0", "1\n2", "../../tmp/x=1" };

    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            struct bonded t;
            char note[128];
            begin(&t);
            configure(&t, keys[k], bad[i]);
            snprintf(note, sizeof note, "bridge xapi0 has invalid %s '%s'", keys[k], bad[i]);
            assert_ifcfg(&t, STANDARD_IFCFG);
            assert_int_equal(t.w.plan.n_steps, 1);
            assert_string_equal(t.w.plan.steps[0].text, note);
            assert_vsctl(&t, STANDARD_VSCTL);
            world_end(&t.w);
        }
    }
}

/* `mode=lacp hashing-algorithm=...` is nothing that a Linux driver knows. */
TEST(test_H13_lacp_is_translated_for_the_kernel)
{
    struct bonded t;

    begin(&t);
    configure(&t, "bond-mode", "lacp");
    assert_ifcfg(&t, "BONDING_OPTS=\"mode=802.3ad miimon=100 downdelay=200 updelay=31000 "
                     "use_carrier=1 xmit_hash_policy=layer2 \"\n");
    assert_vsctl(&t, "bond_downdelay=200|other-config:bond-miimon-interval=100|bond_updelay=31000|"
                     "other-config:bond-detect-mode=carrier|lacp=active|bond_mode=balance-slb");
    configure(&t, "bond-hashing-algorithm", "tcpudp_ports");
    assert_ifcfg(&t, "BONDING_OPTS=\"mode=802.3ad miimon=100 downdelay=200 updelay=31000 "
                     "use_carrier=1 xmit_hash_policy=layer3+4 \"\n");
    assert_vsctl(&t, "bond_downdelay=200|other-config:bond-miimon-interval=100|bond_updelay=31000|"
                     "other-config:bond-detect-mode=carrier|lacp=active|bond_mode=balance-tcp");
    assert_int_equal(t.w.plan.n_steps, 0);
    world_end(&t.w);
}

TEST(test_H13_hashing_means_nothing_without_lacp)
{
    struct bonded t;

    begin(&t);
    configure(&t, "bond-hashing-algorithm", "tcpudp_ports");
    assert_ifcfg(&t, STANDARD_IFCFG);
    assert_vsctl(&t, STANDARD_VSCTL);
    world_end(&t.w);
}

TEST(test_kernel_modes)
{
    struct bonded t;

    begin(&t);
    configure(&t, "bond-mode", "balance-alb");
    assert_ifcfg(&t, "BONDING_OPTS=\"mode=balance-alb miimon=100 downdelay=200 updelay=31000 "
                     "use_carrier=1 \"\n");
    assert_int_equal(t.w.plan.n_steps, 0);
    assert_vsctl(&t, STANDARD_VSCTL);
    assert_true(world_noted(&t.w, "bridge xapi0 has invalid bond-mode 'balance-alb'"));
    world_end(&t.w);
}

TEST(test_bad_words)
{
    struct bonded t;

    begin(&t);
    configure(&t, "bond-mode", "weird mode=802.3ad");
    assert_ifcfg(&t, STANDARD_IFCFG);
    assert_vsctl(&t, STANDARD_VSCTL);
    assert_true(world_noted(&t.w, "bridge xapi0 has invalid bond-mode 'weird mode=802.3ad'"));
    configure(&t, "bond-mode", "lacp");
    configure(&t, "bond-hashing-algorithm", "no \"$(x)\"");
    assert_ifcfg(&t, "BONDING_OPTS=\"mode=802.3ad miimon=100 downdelay=200 updelay=31000 "
                     "use_carrier=1 xmit_hash_policy=layer2 \"\n");
    assert_true(world_noted(&t.w, "has invalid bond-hashing-algorithm 'no \"$(x)\"'"));
    world_end(&t.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_H12_bad_number_is_named_and_replaced),
        cmocka_unit_test(test_H13_lacp_is_translated_for_the_kernel),
        cmocka_unit_test(test_H13_hashing_means_nothing_without_lacp),
        cmocka_unit_test(test_kernel_modes),
        cmocka_unit_test(test_bad_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
