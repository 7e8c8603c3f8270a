/* test_netdev.c - reconfigure/datapath/netdev.c: whether the NIC exists, its MTU and MAC, devices
 * up and down.  Tests named after a defect of the old scripts would fail on those scripts. */
#include "unit/test.h"

#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/netdev.h"
#include "unit/world.h"

#define MAC1 "02:00:00:00:00:01"
#define MAC2 "02:00:00:00:00:02"

/* eth0 of a host on Open vSwitch, as the records have it; the host's own NICs are each test's. */
struct fixture {
    struct world w;
    struct dbc_record *pif;
    struct dbc_pifs nics;
};

static int setup(void **state)
{
    static struct fixture f;

    memset(&f, 0, sizeof f);
    world_make(&f.w, &ifr_datapath_vswitch);
    f.pif = world_pif(&f.w, "pif-uuid", "eth0", "xenbr0", MAC1);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    dbc_pifs_release(&f->nics);
    world_end(&f->w);
    return 0;
}

static int nics(struct fixture *f, struct dbc_record *pif)
{
    dbc_pifs_release(&f->nics);
    dbc_error_clear(&f->w.err);
    ifr_plan_release(&f->w.plan);
    must(dbc_db_index(f->w.db, NULL) == 0);
    return ifr_nics(&f->w.p, as_pif(pif), &f->nics, &f->w.err);
}

TEST_WITH(test_the_recorded_nic, struct fixture, f)
{
    world_set(&f->w, f->pif, "MAC", "02:00:00:00:00:0A");
    world_nic(&f->w, "eth0", "02:00:00:00:00:0a");
    assert_int_equal(nics(f, f->pif), 0);
    assert_int_equal(f->nics.n, 1);
}

#define REMAP "; dbcache remap tells the cache which NIC is which"

/* One line that tells a person all: the old program said that a file was missing. */
TEST_WITH(test_H10_another_nic, struct fixture, f)
{
    world_nic(&f->w, "eth0", MAC2);
    world_nic(&f->w, "eth7", MAC1);
    assert_int_equal(nics(f, f->pif), -1);
    assert_int_equal(f->w.err.code, DBC_ENOENT);
    assert_string_equal(f->w.err.text, "device eth0 of PIF pif-uuid has MAC " MAC2
                                       "; its recorded MAC " MAC1 " is that of eth7 now" REMAP);
    assert_int_equal(f->w.plan.n_files, 0);
}

TEST_WITH(test_H10_a_nic_without_mac, struct fixture, f)
{
    world_nic(&f->w, "eth0", "");
    assert_int_equal(nics(f, f->pif), -1);
    assert_string_equal(f->w.err.text,
                        "device eth0 of PIF pif-uuid has no MAC; its recorded MAC " MAC1
                        " is on no device now" REMAP);
}

TEST_WITH(test_H10_no_nic, struct fixture, f)
{
    assert_int_equal(nics(f, f->pif), -1);
    assert_string_equal(f->w.err.text,
                        "device eth0 of PIF pif-uuid does not exist; its recorded MAC " MAC1
                        " is on no device now" REMAP);
}

TEST_WITH(test_a_mac_that_is_none_is_not_checked, struct fixture, f)
{
    static const char *const none[] = { "", "x", "None", "02:00:00:00:00", "$(id)" };

    world_nic(&f->w, "eth0", MAC2);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        char mac[18];
        world_set(&f->w, f->pif, "MAC", none[i]);
        assert_int_equal(nics(f, f->pif), 0);
        ifr_mac(&f->w.p, as_pif(f->pif), &f->nics, mac);
        assert_string_equal(mac, MAC2);
    }
}

TEST_WITH(test_an_enslaved_nic_shows_its_bonds_mac, struct fixture, f)
{
    f->w.p.datapath = &ifr_datapath_bridge;
    world_nic(&f->w, "eth0", MAC2);
    assert_int_equal(nics(f, f->pif), -1);
    scratch_write(&f->w.s, "/sys/class/net/bonding_masters", "bond0\n", 0644);
    scratch_write(&f->w.s, "/sys/class/net/bond0/bonding/slaves", "eth1 eth0\n", 0644);
    assert_int_equal(nics(f, f->pif), 0);
}

/* ---- A bond of eth0 and eth1 --------------------------------------------------------------- */

struct bonded {
    struct dbc_record *bond, *two;
};

static struct bonded bond_with(struct fixture *f)
{
    struct bonded made = { world_bond(&f->w, "bond", "bond0", "xapi0", MAC1),
                           world_pif(&f->w, "two", "eth1", "xenbr1", MAC2) };

    world_slave(&f->w, made.bond, f->pif);
    world_slave(&f->w, made.bond, made.two);
    return made;
}

/* One missing slave failed the whole bond, and management with it. */
TEST_WITH(test_H6_bond_without_a_slave, struct fixture, f)
{
    struct bonded t = bond_with(f);

    world_nic(&f->w, "eth1", MAC2);
    assert_int_equal(nics(f, t.bond), 0);
    assert_int_equal(f->nics.n, 1);
    assert_ptr_equal(f->nics.v[0], as_pif(t.two));
    assert_true(world_noted(&f->w, "Warning: bond slave left out: device eth0"));
    world_nic(&f->w, "eth0", "02:00:00:00:00:99");
    assert_int_equal(nics(f, t.bond), 0);
    assert_int_equal(f->nics.n, 1);
    assert_true(world_noted(&f->w, "has MAC 02:00:00:00:00:99"));
}

TEST_WITH(test_H6_bond_without_any_slave, struct fixture, f)
{
    assert_int_equal(nics(f, bond_with(f).bond), -1);
    assert_non_null(strstr(f->w.err.text, "device eth0 of PIF pif-uuid does not exist"));
}

/* A bond without a MAC of its own has that of its first NIC that has one. */
TEST_WITH(test_the_mac_of_a_bond, struct fixture, f)
{
    static const struct {
        const char *one, *two, *mac;
    } rows[] = { { MAC1, MAC2, MAC1 }, { "", MAC2, MAC2 }, { "", "", "" } };
    struct bonded t = bond_with(f);

    world_set(&f->w, t.bond, "MAC", "");
    world_set(&f->w, f->pif, "MAC", "");
    world_set(&f->w, t.two, "MAC", "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char mac[18];
        world_nic(&f->w, "eth0", rows[i].one);
        world_nic(&f->w, "eth1", rows[i].two);
        assert_int_equal(nics(f, t.bond), 0);
        assert_int_equal(f->nics.n, 2);
        ifr_mac(&f->w.p, as_pif(t.bond), &f->nics, mac);
        assert_string_equal(mac, rows[i].mac);
    }
}

TEST_WITH(test_hostile_slave_name_is_left_out, struct fixture, f)
{
    struct bonded t = bond_with(f);

    world_nic(&f->w, "eth1", MAC2);
    world_set(&f->w, f->pif, "device", "../../etc");
    assert_int_equal(nics(f, t.bond), 0);
    assert_int_equal(f->nics.n, 1);
    assert_true(world_noted(&f->w, "is not a device name"));
}

/* ---- MTU ---------------------------------------------------------------------------------- */

static unsigned mtu(struct fixture *f)
{
    must(dbc_db_index(f->w.db, NULL) == 0);
    ifr_plan_release(&f->w.plan);
    return ifr_mtu_of(&f->w.p, as_pif(f->pif), &as_pif(f->pif)->other_config, "PIF");
}

TEST_WITH(test_mtu, struct fixture, f)
{
    assert_int_equal(mtu(f), 1500);
    world_set(&f->w, world_network_of(&f->w, f->pif), "MTU", "9000");
    assert_int_equal(mtu(f), 9000);
    assert_int_equal(f->w.plan.n_steps, 0);
    world_config(&f->w, f->pif, "mtu", "1400");
    assert_int_equal(mtu(f), 1400);
    assert_string_equal(f->w.plan.steps[0].text,
                        "Override Network.MTU setting on bridge xenbr0 from PIF.MTU is 9000");
}

/* An override that is no number left the device without any MTU. */
TEST_WITH(test_H8_bad_override_means_the_networks, struct fixture, f)
{
    static const char *const bad[] = { "big",   "",        "-1",
                                       "67",    "65536",   "1e3",
                                       "0x5dc", "1500;id", "99999999999999999999999" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        world_set(&f->w, world_network_of(&f->w, f->pif), "MTU", "9000");
        world_config(&f->w, f->pif, "mtu", bad[i]);
        assert_int_equal(mtu(f), 9000);
        assert_true(world_noted(&f->w, "Invalid value for mtu = "));
        world_set(&f->w, world_network_of(&f->w, f->pif), "MTU", bad[i]);
        assert_int_equal(mtu(f), 1500);
        assert_true(bad[i][0] == '\0' || world_noted(&f->w, "Invalid value for Network.MTU = "));
    }
}

/* ---- Steps -------------------------------------------------------------------------------- */

/* A NIC that refuses its MTU stayed down, and the run said OK. */
TEST_WITH(test_H9_nic_up_without_the_mtu, struct fixture, f)
{
    const struct ifr_step *steps = NULL;

    ifr_plan_nic_up(&f->w.p, "eth0", 9000, true);
    ifr_plan_nic_up(&f->w.p, "eth1", 9000, false);
    steps = f->w.plan.steps;
    assert_string_equal(joined(&steps[0].argv), "/sbin/ip|link|set|eth0|up|mtu|9000");
    assert_string_equal(joined(&steps[0].fallback), "/sbin/ip|link|set|eth0|up");
    assert_int_equal(steps[0].on_failure, IFR_FATAL);
    assert_int_equal(steps[1].on_failure, IFR_WARN);
}

TEST_WITH(test_link_down_is_undone_when_it_is_up, struct fixture, f)
{
    const struct ifr_step *steps = NULL;

    world_nic(&f->w, "eth0", MAC1);
    world_nic(&f->w, "eth1", MAC2);
    scratch_write(&f->w.s, "/sys/class/net/eth0/flags", "0x1003\n", 0644);
    ifr_plan_link_down(&f->w.p, "eth0");
    ifr_plan_link_down(&f->w.p, "eth1");
    ifr_plan_link_down(&f->w.p, "eth2");
    steps = f->w.plan.steps;
    assert_string_equal(joined(&steps[0].argv), "/sbin/ip|link|set|eth0|down");
    assert_string_equal(joined(&steps[0].undo), "/sbin/ip|link|set|eth0|up");
    assert_int_equal(steps[1].undo.n, 0);
    assert_int_equal(steps[2].kind, IFR_STEP_NOTE);
    assert_string_equal(steps[2].text, "netdev: down: device eth2 does not exist, ignoring");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_the_recorded_nic),
        FIXTURE(test_H10_another_nic),
        FIXTURE(test_H10_a_nic_without_mac),
        FIXTURE(test_H10_no_nic),
        FIXTURE(test_a_mac_that_is_none_is_not_checked),
        FIXTURE(test_an_enslaved_nic_shows_its_bonds_mac),
        FIXTURE(test_H6_bond_without_a_slave),
        FIXTURE(test_H6_bond_without_any_slave),
        FIXTURE(test_the_mac_of_a_bond),
        FIXTURE(test_hostile_slave_name_is_left_out),
        FIXTURE(test_mtu),
        FIXTURE(test_H8_bad_override_means_the_networks),
        FIXTURE(test_H9_nic_up_without_the_mtu),
        FIXTURE(test_link_down_is_undone_when_it_is_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
