/* test_netdev.c - reconfigure/netdev.c: is the NIC there, its MTU and MAC, devices up and down.
 * Tests named after a defect of the old scripts fail on what those did. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reconfigure/datapath.h"
#include "reconfigure/netdev.h"
#include "unit/world.h"

#define MAC1 "02:00:00:00:00:01"
#define MAC2 "02:00:00:00:00:02"

static int nics(struct world *w, struct dbc_record *pif, struct dbc_pifs *ret)
{
    dbc_pifs_release(ret);
    dbc_error_clear(&w->err);
    ifr_plan_release(&w->plan);
    must(dbc_db_index(w->db, NULL) == 0);
    return ifr_nics(&w->p, as_pif(pif), ret, &w->err);
}

static void test_the_recorded_nic(void **state)
{
    struct world w;
    struct dbc_pifs ret = DBC_PIFS_INIT;
    struct dbc_record *pif = NULL;

    (void)state;
    world_make(&w, &ifr_datapath_vswitch);
    pif = world_pif(&w, "pif", "eth0", "xenbr0", "02:00:00:00:00:0A");
    world_nic(&w, "eth0", "02:00:00:00:00:0a");
    assert_int_equal(nics(&w, pif, &ret), 0);
    assert_int_equal(ret.n, 1);
    dbc_pifs_release(&ret);
    world_end(&w);
}

/* One line that tells a person all: the old program said that a file was missing. */
static void test_H10_another_nic(void **state)
{
    struct world w;
    struct dbc_pifs ret = DBC_PIFS_INIT;
    struct dbc_record *pif = NULL;

    (void)state;
    world_make(&w, &ifr_datapath_vswitch);
    pif = world_pif(&w, "pif-uuid", "eth0", "xenbr0", MAC1);
    world_nic(&w, "eth0", MAC2);
    world_nic(&w, "eth7", MAC1);
    assert_int_equal(nics(&w, pif, &ret), -1);
    assert_int_equal(w.err.code, DBC_ENOENT);
    assert_string_equal(w.err.text, "device eth0 of PIF pif-uuid has MAC " MAC2
                                    "; its recorded MAC " MAC1 " is that of eth7 now");
    assert_int_equal(w.plan.n_files, 0);
    world_end(&w);
}

static void test_H10_a_nic_without_mac(void **state)
{
    struct world w;
    struct dbc_pifs ret = DBC_PIFS_INIT;
    struct dbc_record *pif = NULL;

    (void)state;
    world_make(&w, &ifr_datapath_vswitch);
    pif = world_pif(&w, "pif-uuid", "eth0", "xenbr0", MAC1);
    world_nic(&w, "eth0", "");
    assert_int_equal(nics(&w, pif, &ret), -1);
    assert_string_equal(w.err.text, "device eth0 of PIF pif-uuid has no MAC; its recorded MAC " MAC1
                                    " is on no device now");
    world_end(&w);
}

static void test_H10_no_nic(void **state)
{
    struct world w;
    struct dbc_pifs ret = DBC_PIFS_INIT;
    struct dbc_record *pif = NULL;

    (void)state;
    world_make(&w, &ifr_datapath_vswitch);
    pif = world_pif(&w, "pif-uuid", "eth0", "xenbr0", MAC1);
    assert_int_equal(nics(&w, pif, &ret), -1);
    assert_string_equal(w.err.text,
                        "device eth0 of PIF pif-uuid does not exist; its recorded MAC " MAC1
                        " is on no device now");
    world_end(&w);
}

static void test_a_mac_that_is_none_is_not_checked(void **state)
{
    static const char *const none[] = { "", "x", "None", "02:00:00:00:00", "$(id)" };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct world w;
        struct dbc_pifs ret = DBC_PIFS_INIT;
        struct dbc_record *pif = NULL;
        char mac[18];
        world_make(&w, &ifr_datapath_vswitch);
        pif = world_pif(&w, "pif", "eth0", "xenbr0", none[i]);
        world_nic(&w, "eth0", MAC2);
        assert_int_equal(nics(&w, pif, &ret), 0);
        ifr_mac(&w.p, as_pif(pif), &ret, mac);
        assert_string_equal(mac, MAC2);
        dbc_pifs_release(&ret);
        world_end(&w);
    }
}

static void test_an_enslaved_nic_shows_its_bonds_mac(void **state)
{
    struct world w;
    struct dbc_pifs ret = DBC_PIFS_INIT;
    struct dbc_record *pif = NULL;

    (void)state;
    world_make(&w, &ifr_datapath_bridge);
    pif = world_pif(&w, "pif", "eth1", "xenbr1", MAC2);
    world_nic(&w, "eth1", MAC1);
    assert_int_equal(nics(&w, pif, &ret), -1);
    scratch_write(&w.s, "/sys/class/net/bonding_masters", "bond0\n", 0644);
    scratch_write(&w.s, "/sys/class/net/bond0/bonding/slaves", "eth0 eth1\n", 0644);
    assert_int_equal(nics(&w, pif, &ret), 0);
    dbc_pifs_release(&ret);
    world_end(&w);
}

struct bonded {
    struct world w;
    struct dbc_record *bond, *one, *two;
    struct dbc_pifs ret;
};

static void begin_bond(struct bonded *t)
{
    memset(t, 0, sizeof *t);
    world_make(&t->w, &ifr_datapath_vswitch);
    t->bond = world_bond(&t->w, "bond", "bond0", "xapi0", MAC1);
    t->one = world_pif(&t->w, "one", "eth0", "xenbr0", MAC1);
    t->two = world_pif(&t->w, "two", "eth1", "xenbr1", MAC2);
    world_slave(&t->w, t->bond, t->one);
    world_slave(&t->w, t->bond, t->two);
}

static void end_bond(struct bonded *t)
{
    dbc_pifs_release(&t->ret);
    world_end(&t->w);
}

/* One missing slave failed the whole bond, and management with it. */
static void test_H6_bond_without_a_slave(void **state)
{
    struct bonded t;

    (void)state;
    begin_bond(&t);
    world_nic(&t.w, "eth1", MAC2);
    assert_int_equal(nics(&t.w, t.bond, &t.ret), 0);
    assert_int_equal(t.ret.n, 1);
    assert_ptr_equal(t.ret.v[0], as_pif(t.two));
    assert_true(world_noted(&t.w, "Warning: bond slave left out: device eth0"));
    world_nic(&t.w, "eth0", "02:00:00:00:00:99");
    assert_int_equal(nics(&t.w, t.bond, &t.ret), 0);
    assert_int_equal(t.ret.n, 1);
    assert_true(world_noted(&t.w, "has MAC 02:00:00:00:00:99"));
    end_bond(&t);
}

static void test_H6_bond_without_any_slave(void **state)
{
    struct bonded t;

    (void)state;
    begin_bond(&t);
    assert_int_equal(nics(&t.w, t.bond, &t.ret), -1);
    assert_non_null(strstr(t.w.err.text, "device eth0 of PIF one does not exist"));
    end_bond(&t);
}

static void test_hostile_slave_name_is_left_out(void **state)
{
    struct bonded t;

    (void)state;
    begin_bond(&t);
    world_nic(&t.w, "eth1", MAC2);
    world_set(&t.w, t.one, "device", "../../etc");
    assert_int_equal(nics(&t.w, t.bond, &t.ret), 0);
    assert_int_equal(t.ret.n, 1);
    assert_true(world_noted(&t.w, "is not a device name"));
    end_bond(&t);
}

/* ---- MTU ---------------------------------------------------------------------------------- */

static unsigned mtu(struct world *w, struct dbc_record *pif)
{
    must(dbc_db_index(w->db, NULL) == 0);
    ifr_plan_release(&w->plan);
    return ifr_mtu(&w->p, as_pif(pif), &as_pif(pif)->other_config, "PIF");
}

static void test_mtu(void **state)
{
    struct world w;
    struct dbc_record *pif = NULL;

    (void)state;
    world_make(&w, &ifr_datapath_vswitch);
    pif = world_pif(&w, "pif", "eth0", "xenbr0", MAC1);
    assert_int_equal(mtu(&w, pif), 1500);
    world_set(&w, world_network_of(&w, pif), "MTU", "9000");
    assert_int_equal(mtu(&w, pif), 9000);
    assert_int_equal(w.plan.n_steps, 0);
    world_config(&w, pif, "mtu", "1400");
    assert_int_equal(mtu(&w, pif), 1400);
    assert_string_equal(w.plan.steps[0].text,
                        "Override Network.MTU setting on bridge xenbr0 from PIF.MTU is 9000");
    world_end(&w);
}

/* An override that is no number left the device without any MTU. */
static void test_H8_bad_override_means_the_networks(void **state)
{
    static const char *const bad[] = { "big",   "",        "-1",
                                       "67",    "65536",   "1e3",
                                       "0x5dc", "1500;id", "99999999999999999999999" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct world w;
        struct dbc_record *pif = NULL;
        world_make(&w, &ifr_datapath_vswitch);
        pif = world_pif(&w, "pif", "eth0", "xenbr0", MAC1);
        world_set(&w, world_network_of(&w, pif), "MTU", "9000");
        world_config(&w, pif, "mtu", bad[i]);
        assert_int_equal(mtu(&w, pif), 9000);
        assert_true(world_noted(&w, "Invalid value for mtu = "));
        world_set(&w, world_network_of(&w, pif), "MTU", bad[i]);
        assert_int_equal(mtu(&w, pif), 1500);
        assert_true(bad[i][0] == '\0' || world_noted(&w, "Invalid value for Network.MTU = "));
        world_end(&w);
    }
}

/* ---- Steps -------------------------------------------------------------------------------- */

/* A NIC that refuses its MTU stayed down, and the run said OK. */
static void test_H9_nic_up_without_the_mtu(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &ifr_datapath_vswitch);
    ifr_plan_nic_up(&w.p, "eth0", 9000, true);
    ifr_plan_nic_up(&w.p, "eth1", 9000, false);
    assert_string_equal(joined(&w.plan.steps[0].argv), "/sbin/ip|link|set|eth0|up|mtu|9000");
    assert_string_equal(joined(&w.plan.steps[0].fallback), "/sbin/ip|link|set|eth0|up");
    assert_int_equal(w.plan.steps[0].on_failure, IFR_FATAL);
    assert_int_equal(w.plan.steps[1].on_failure, IFR_WARN);
    world_end(&w);
}

static void test_link_down_is_undone_when_it_is_up(void **state)
{
    struct world w;

    (void)state;
    world_make(&w, &ifr_datapath_vswitch);
    world_nic(&w, "eth0", MAC1);
    world_nic(&w, "eth1", MAC2);
    scratch_write(&w.s, "/sys/class/net/eth0/flags", "0x1003\n", 0644);
    ifr_plan_link_down(&w.p, "eth0");
    ifr_plan_link_down(&w.p, "eth1");
    ifr_plan_link_down(&w.p, "eth2");
    assert_string_equal(joined(&w.plan.steps[0].argv), "/sbin/ip|link|set|eth0|down");
    assert_string_equal(joined(&w.plan.steps[0].undo), "/sbin/ip|link|set|eth0|up");
    assert_int_equal(w.plan.steps[1].undo.n, 0);
    assert_int_equal(w.plan.steps[2].kind, IFR_STEP_NOTE);
    assert_string_equal(w.plan.steps[2].text, "netdev: down: device eth2 does not exist, ignoring");
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_recorded_nic),
        cmocka_unit_test(test_H10_another_nic),
        cmocka_unit_test(test_H10_a_nic_without_mac),
        cmocka_unit_test(test_H10_no_nic),
        cmocka_unit_test(test_a_mac_that_is_none_is_not_checked),
        cmocka_unit_test(test_an_enslaved_nic_shows_its_bonds_mac),
        cmocka_unit_test(test_H6_bond_without_a_slave),
        cmocka_unit_test(test_H6_bond_without_any_slave),
        cmocka_unit_test(test_hostile_slave_name_is_left_out),
        cmocka_unit_test(test_mtu),
        cmocka_unit_test(test_H8_bad_override_means_the_networks),
        cmocka_unit_test(test_H9_nic_up_without_the_mtu),
        cmocka_unit_test(test_link_down_is_undone_when_it_is_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
