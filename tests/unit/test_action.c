/* test_action.c - reconfigure/action.c with both datapaths: what a whole plan holds, in which
 * order, and what is refused before planning.  The golden cases compare complete plans; here is
 * what they do not cover.  Tests named after a defect of the old scripts would fail on those
 * scripts. */
#include "unit/test.h"

#include "reconfigure/datapath/datapath.h"
#include "unit/world.h"

#define MAC1 "02:00:00:00:00:01"
#define MAC2 "02:00:00:00:00:02"
#define IFUP_XENBR0 "/sbin/ifup xenbr0"

/* eth0 on xenbr0 is there; so are the records of a VLAN 5 on it (xapi5). */
struct host {
    struct world w;
    struct dbc_record *pif, *vlan;
};

static void begin(struct host *t, const struct ifr_datapath *datapath)
{
    world_make(&t->w, datapath);
    world_nic(&t->w, "eth0", MAC1);
    t->pif = world_pif(&t->w, "pif", "eth0", "xenbr0", MAC1);
    t->vlan = world_vlan(&t->w, "vlan", t->pif, "5", "xapi5");
}

static const struct ifr_datapath *const both[] = { &ifr_datapath_vswitch, &ifr_datapath_bridge };

static void assert_refused(struct host *t, struct dbc_record *pif, const char *words)
{
    assert_int_equal(world_up(&t->w, pif), -1);
    assert_non_null(strstr(t->w.err.text, words));
    assert_null(world_step(&t->w, IFR_STEP_COMMAND));
    assert_int_equal(t->w.plan.n_files, 0);
    ifr_plan_release(&t->w.plan);
    assert_int_equal(world_down(&t->w, pif), -1);
    assert_non_null(strstr(t->w.err.text, words));
    assert_null(world_step(&t->w, IFR_STEP_COMMAND));
    ifr_plan_release(&t->w.plan);
}

/* ---- Refused ------------------------------------------------------------------------------ */

/* The old program crashed. */
TEST(test_H14_bridgeless_pif)
{
    for (size_t i = 0; i < 2; i++) {
        struct host t;
        begin(&t, both[i]);
        world_set(&t.w, world_network_of(&t.w, t.pif), "bridge", "");
        assert_refused(&t, t.pif, "its network has no bridge");
        world_set(&t.w, t.pif, "network", "OpaqueRef:NULL");
        assert_refused(&t, t.pif, "its network has no bridge");
        assert_refused(&t, t.vlan, "its network has no bridge");
        world_end(&t.w);
    }
}

/* One attached PIF without a bridge cost the whole rewrite, and the cache was not saved. */
TEST(test_H14_rewrite_skips_bridgeless_pifs)
{
    struct host t;
    struct dbc_record *other = NULL;

    begin(&t, &ifr_datapath_vswitch);
    t.w.p.force = false;
    other = world_pif(&t.w, "other", "eth1", "xenbr1", MAC2);
    world_set(&t.w, world_network_of(&t.w, t.pif), "bridge", "");
    world_set(&t.w, t.pif, "currently_attached", "True");
    world_set(&t.w, other, "currently_attached", "True");
    must(dbc_db_index(t.w.db, NULL) == 0);
    assert_int_equal(ifr_plan_rewrite(&t.w.p, &t.w.err), 0);
    assert_int_equal(t.w.plan.n_steps, 0); /* no Open vSwitch */
    scratch_write(&t.w.s, "/var/run/openvswitch/db.sock", "", 0644);
    assert_int_equal(ifr_plan_rewrite(&t.w.p, &t.w.err), 0);
    assert_int_equal(t.w.plan.n_steps, 1);
    assert_string_equal(joined(&t.w.plan.steps[0].argv),
                        "/usr/bin/ovs-vsctl|--timeout=20|--|br-set-external-id|xenbr1|"
                        "xs-network-uuids|xenbr1-net");
    world_end(&t.w);
}

/* Tag 5000 was passed on. */
TEST(test_H17_vlan_tags)
{
    static const char *const bad[] = { "5000", "4095", "-2", "x", "5 5", "99999999999" };
    static const char *const good[] = { "0", "1", "4094" };

    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
            struct host t;
            begin(&t, both[i]);
            world_set(&t.w, t.vlan, "VLAN", bad[k]);
            assert_refused(&t, t.vlan, "VLAN tag");
            world_end(&t.w);
        }
        for (size_t k = 0; k < sizeof good / sizeof good[0]; k++) {
            struct host t;
            begin(&t, both[i]);
            world_set(&t.w, t.vlan, "VLAN", good[k]);
            assert_int_equal(world_up(&t.w, t.vlan), 0);
            world_end(&t.w);
        }
    }
}

TEST(test_vlan_on_nothing_and_names)
{
    for (size_t i = 0; i < 2; i++) {
        struct host t;
        begin(&t, both[i]);
        world_set(&t.w, world_network_of(&t.w, t.vlan), "bridge", "xenbr0");
        assert_refused(&t, t.vlan, "have one bridge, xenbr0");
        world_set(&t.w, world_network_of(&t.w, t.vlan), "bridge", "eth0.5");
        assert_refused(&t, t.vlan, "have one name, eth0.5");
        world_set(&t.w, world_network_of(&t.w, t.vlan), "bridge", "-x");
        assert_refused(&t, t.vlan, "is not a device name");
        world_set(&t.w, world_network_of(&t.w, t.vlan), "bridge", "xapi5");
        world_set(&t.w, t.pif, "device", "--help");
        assert_refused(&t, t.vlan, "is not a device name");
        world_set(&t.w, t.vlan, "VLAN_master_of", "OpaqueRef:NULL");
        assert_int_equal(world_up(&t.w, t.vlan), -1);
        assert_int_equal(t.w.err.code, DBC_ENOENT);
        world_end(&t.w);
    }
}

TEST(test_tunnels)
{
    struct host t;
    struct dbc_record *tunnel = NULL;

    begin(&t, &ifr_datapath_bridge);
    tunnel = dbc_db_add(t.w.db, DBC_TUNNEL, "tunnel", NULL);
    must(tunnel != NULL);
    world_list(&t.w, t.pif, "tunnel_access_PIF_of", "tunnel");
    assert_refused(&t, t.pif, "Tunnel PIFs are not supported in Bridge mode");
    t.w.p.datapath = &ifr_datapath_vswitch;
    assert_int_equal(world_up(&t.w, t.pif), 0);
    assert_null(world_command(&t.w, "add-port"));
    world_end(&t.w);
}

TEST(test_H10_nothing_is_planned_for_a_nic_that_is_not_there)
{
    for (size_t i = 0; i < 2; i++) {
        struct host t;
        begin(&t, both[i]);
        world_set(&t.w, t.pif, "MAC", MAC2);
        assert_int_equal(world_up(&t.w, t.vlan), -1);
        assert_non_null(strstr(t.w.err.text, "device eth0"));
        assert_null(world_step(&t.w, IFR_STEP_COMMAND));
        assert_null(world_step(&t.w, IFR_STEP_FILES));
        world_end(&t.w);
    }
}

/* 128 KiB is what one argument may have; the old program got exit 127 half-way through. */
TEST(test_an_argument_beyond_the_kernels_limit)
{
    struct host t;

    begin(&t, &ifr_datapath_vswitch);
    for (int i = 0; i < 2100; i++) {
        char ref[80];
        snprintf(ref, sizeof ref, "%056d", i);
        (void)world_pif(&t.w, ref, "eth0", ref, MAC1);
    }
    for (size_t i = 0; i < t.w.db->of[DBC_NETWORK].n; i++) {
        char uuid[80];
        snprintf(uuid, sizeof uuid, "%062zu", i);
        world_set(&t.w, t.w.db->of[DBC_NETWORK].v[i], "uuid", uuid);
    }
    assert_int_equal(world_up(&t.w, t.pif), -1);
    assert_int_equal(t.w.err.code, DBC_ELIMIT);
    world_end(&t.w);
}

/* ---- Order and failure ---------------------------------------------------------------------- */

/* Devices went down while the old program was still preparing, outside its undo. */
TEST(test_H4_nothing_goes_down_before_the_files)
{
    struct host t;
    struct dbc_record *bond = NULL, *two = NULL;
    bool files = false;

    begin(&t, &ifr_datapath_vswitch);
    bond = world_bond(&t.w, "bond", "bond0", "xapi0", MAC1);
    two = world_pif(&t.w, "two", "eth1", "xenbr1", MAC2);
    world_slave(&t.w, bond, t.pif);
    world_slave(&t.w, bond, two);
    world_nic(&t.w, "eth1", MAC2);
    world_netdev(&t.w, "bond0", MAC1);
    world_netdev(&t.w, "xapi0", MAC1);
    scratch_write(&t.w.s, "/sys/class/net/eth1/flags", "0x1003\n", 0644);
    assert_int_equal(world_up(&t.w, t.pif), 0);
    for (size_t i = 0; i < t.w.plan.n_steps; i++) {
        files = files || t.w.plan.steps[i].kind == IFR_STEP_FILES;
        assert_true(files || t.w.plan.steps[i].kind == IFR_STEP_NOTE);
    }
    assert_non_null(world_command(&t.w, "/sbin/ip link set xapi0 down"));
    assert_non_null(world_command(&t.w, "/sbin/ip link set bond0 down"));
    assert_string_equal(joined(&world_command(&t.w, "ip link set eth1 down")->undo),
                        "/sbin/ip|link|set|eth1|up");
    world_end(&t.w);
}

/* A failed ifup was "OK" with exit 0. */
TEST(test_H5_ifup_of_the_ipdev_counts)
{
    for (size_t i = 0; i < 2; i++) {
        struct host t;
        begin(&t, both[i]);
        assert_int_equal(world_up(&t.w, t.pif), 0);
        assert_int_equal(world_command(&t.w, IFUP_XENBR0)->on_failure, IFR_FAIL_KEEP);
        ifr_plan_release(&t.w.plan);
        world_netdev(&t.w, "xenbr0", MAC1);
        assert_int_equal(world_up(&t.w, t.pif), 0);
        assert_int_equal(world_command(&t.w, IFUP_XENBR0)->on_failure, IFR_FATAL);
        assert_int_equal(world_command(&t.w, IFUP_XENBR0)->undo.n, 0);
        world_end(&t.w);
    }
}

TEST(test_H5_link_up_of_a_sole_nic_counts)
{
    struct host t;

    begin(&t, &ifr_datapath_vswitch);
    assert_int_equal(world_up(&t.w, t.pif), 0);
    assert_int_equal(world_command(&t.w, "ip link set eth0 up")->on_failure, IFR_FATAL);
    assert_int_equal(world_command(&t.w, "/sbin/ethtool")->on_failure, IFR_WARN);
    assert_true(world_command(&t.w, "/sbin/update-issue")->optional);
    world_end(&t.w);
}

TEST(test_not_forced_the_old_ipdev_comes_back)
{
    struct host t;
    const struct ifr_step *down = NULL;

    begin(&t, &ifr_datapath_vswitch);
    t.w.p.force = false;
    world_netdev(&t.w, "xenbr0", MAC1);
    scratch_write(&t.w.s, "/etc/sysconfig/network-scripts/ifcfg-xenbr0", "DEVICE=xenbr0\n", 0644);
    assert_int_equal(world_up(&t.w, t.pif), 0);
    down = world_command(&t.w, "/sbin/ifdown xenbr0");
    assert_non_null(down);
    assert_true(down < world_step(&t.w, IFR_STEP_FILES));
    assert_string_equal(joined(&down->undo), "/sbin/ifup|xenbr0");
    assert_string_equal(joined(&world_command(&t.w, IFUP_XENBR0)->undo), "/sbin/ifdown|xenbr0");
    world_end(&t.w);
}

TEST(test_ifdown_without_a_file_is_link_down)
{
    struct host t;

    begin(&t, &ifr_datapath_vswitch);
    world_netdev(&t.w, "xenbr0", MAC1);
    assert_int_equal(world_down(&t.w, t.pif), 0);
    assert_null(world_command(&t.w, "/sbin/ifdown"));
    assert_non_null(world_command(&t.w, "/sbin/ip link set xenbr0 down"));
    world_end(&t.w);
}

/* `-T 240` means something else to every dhclient since 2010. */
TEST(test_first_boot_gives_dhcp_more_time)
{
    struct host t;
    const struct ifr_step *up = NULL;

    begin(&t, &ifr_datapath_vswitch);
    assert_int_equal(world_up(&t.w, t.pif), 0);
    assert_int_equal(world_command(&t.w, IFUP_XENBR0)->dhcp_timeout, 0);
    ifr_plan_release(&t.w.plan);
    scratch_write(&t.w.s, "/etc/firstboot.d/data/firstboot_in_progress", "", 0644);
    assert_int_equal(world_up(&t.w, t.pif), 0);
    up = world_command(&t.w, IFUP_XENBR0);
    assert_int_equal(up->dhcp_timeout, 240);
    assert_int_equal(up->deadline_ms, 300000);
    ifr_plan_release(&t.w.plan);
    must(unlink(scratch_path(&t.w.s, "/sbin/ifup")) == 0);
    assert_int_equal(world_up(&t.w, t.pif), 0);
    up = world_command(&t.w, "ifup --timeout=240 xenbr0");
    assert_non_null(up);
    assert_int_equal(up->dhcp_timeout, 0);
    world_end(&t.w);
}

/* ---- Bonds --------------------------------------------------------------------------------- */

struct bonded {
    struct world w;
    struct dbc_record *bond, *one, *two;
};

static void begin_bond(struct bonded *t, const struct ifr_datapath *datapath)
{
    world_make(&t->w, datapath);
    t->bond = world_bond(&t->w, "bond", "bond0", "xapi0", MAC1);
    t->one = world_pif(&t->w, "one", "eth0", "xenbr0", MAC1);
    t->two = world_pif(&t->w, "two", "eth1", "xenbr1", MAC2);
    world_slave(&t->w, t->bond, t->one);
    world_slave(&t->w, t->bond, t->two);
    world_nic(&t->w, "eth0", MAC1);
}

TEST(test_H6_bond_comes_up_without_a_missing_slave)
{
    struct bonded t;

    begin_bond(&t, &ifr_datapath_vswitch);
    assert_int_equal(world_up(&t.w, t.bond), 0);
    assert_true(world_noted(&t.w, "Warning: bond slave left out: device eth1"));
    assert_non_null(world_command(&t.w, "-- --may-exist add-port xapi0 eth0"));
    assert_null(world_command(&t.w, "add-bond"));
    assert_null(world_command(&t.w, "eth1"));
    world_end(&t.w);

    begin_bond(&t, &ifr_datapath_bridge);
    assert_int_equal(world_up(&t.w, t.bond), 0);
    assert_non_null(strstr(world_ifcfg(&t.w, "eth0"), "MASTER=bond0\nSLAVE=yes\n"));
    assert_string_equal(world_ifcfg(&t.w, "eth1"), "(none)");
    assert_non_null(strstr(world_ifcfg(&t.w, "bond0"), "MACADDR=" MAC1 "\n"));
    world_end(&t.w);
}

/* A kernel slave without a record was an IndexError. */
TEST(test_H15_unknown_slave_in_the_kernel)
{
    struct bonded t;

    begin_bond(&t, &ifr_datapath_bridge);
    world_nic(&t.w, "eth1", MAC2);
    world_netdev(&t.w, "bond0", MAC1);
    scratch_write(&t.w.s, "/sys/class/net/bond0/bonding/slaves", "eth0 eth9 eth1\n", 0644);
    scratch_write(&t.w.s, "/sys/class/net/bonding_masters", "bond0\n", 0644);
    assert_int_equal(world_down(&t.w, t.bond), 0);
    assert_true(world_noted(&t.w, "bond slaves of bond0 - ['eth1', 'eth0']"));
    assert_true(world_noted(&t.w, "eth9 is a slave of bond0, but not in the records"));
    assert_null(world_command(&t.w, "eth9"));
    assert_string_equal(world_step(&t.w, IFR_STEP_SYSFS)->text, "-bond0");
    world_end(&t.w);
}

/* What `ifdown PORT` removed is not removed twice. */
TEST(test_bridge_goes_only_if_it_is_still_there)
{
    struct host t;
    const struct ifr_step *step = NULL;

    begin(&t, &ifr_datapath_bridge);
    world_netdev(&t.w, "xenbr0", MAC1);
    assert_int_equal(world_down(&t.w, t.pif), 0);
    step = world_command(&t.w, "/sbin/ifdown eth0");
    assert_string_equal(step->device, "eth0");
    assert_string_equal(step->absent, "netdev: down: device eth0 does not exist, ignoring");
    step = world_command(&t.w, "/usr/sbin/brctl delbr xenbr0");
    assert_string_equal(step->device, "xenbr0");
    ifr_plan_release(&t.w.plan);
    must(unlink(scratch_path(&t.w.s, "/usr/sbin/brctl")) == 0);
    assert_int_equal(world_down(&t.w, t.pif), 0);
    assert_string_equal(world_command(&t.w, "/sbin/ip link del xenbr0")->device, "xenbr0");
    world_end(&t.w);
}

TEST(test_a_vlans_device_goes_if_it_is_there)
{
    for (int there = 0; there < 2; there++) {
        struct host t;
        begin(&t, &ifr_datapath_bridge);
        if (there == 1) {
            world_netdev(&t.w, "eth0.5", MAC1);
        }
        assert_int_equal(world_down(&t.w, t.vlan), 0);
        assert_int_equal(world_command(&t.w, "vconfig rem eth0.5") != NULL, there == 1);
        assert_int_equal(world_noted(&t.w, "vlan eth0.5 does not exist"), there == 0);
        world_end(&t.w);
    }
}

/* A bond that works is not touched for the sake of a VLAN on it. */
TEST(test_vlan_on_an_attached_bond)
{
    struct bonded t;
    struct dbc_record *vlan = NULL;

    begin_bond(&t, &ifr_datapath_bridge);
    t.w.p.force = false;
    world_nic(&t.w, "eth1", MAC2);
    world_set(&t.w, t.bond, "currently_attached", "True");
    vlan = world_vlan(&t.w, "vlan", t.bond, "7", "xapi7");
    assert_int_equal(world_up(&t.w, vlan), 0);
    assert_non_null(world_command(&t.w, "/sbin/ifup bond0.7"));
    assert_null(world_command(&t.w, "/sbin/modprobe"));
    for (size_t i = 0; i < t.w.plan.n_steps; i++) {
        assert_string_not_equal(joined(&t.w.plan.steps[i].argv), "/sbin/ifup|bond0");
    }
    world_end(&t.w);
}

/* After a reboot nothing is attached, whatever the cache says; XAPI knows better. */
TEST(test_attached_counts_only_without_force)
{
    for (size_t i = 0; i < 2; i++) {
        struct host t;
        begin(&t, both[i]);
        world_set(&t.w, t.pif, "currently_attached", "True");
        assert_int_equal(world_down(&t.w, t.vlan), 0);
        assert_true(world_noted(&t.w, "no more masters, bring down"));
        ifr_plan_release(&t.w.plan);
        t.w.p.force = false;
        assert_int_equal(world_down(&t.w, t.vlan), 0);
        assert_true(world_noted(&t.w, "vlan slave is currently attached"));
        assert_null(world_command(&t.w, "eth0 down"));
        assert_null(world_command(&t.w, "/sbin/ifdown eth0"));
        world_end(&t.w);
    }
}

/* ---- Flows that keep management reachable --------------------------------------------------- */

static bool flows(struct host *t, struct dbc_record *pif)
{
    ifr_plan_release(&t->w.plan);
    assert_int_equal(world_up(&t->w, pif), 0);
    return world_step(&t->w, IFR_STEP_FLOWS) != NULL;
}

TEST(test_H11_flows_when_a_bridge_with_management_turns_secure)
{
    struct host t;
    struct dbc_record *pool = NULL;
    const struct ifr_step *step = NULL;

    begin(&t, &ifr_datapath_vswitch);
    world_set(&t.w, t.pif, "management", "True");
    assert_false(flows(&t, t.pif));
    world_config(&t.w, world_network_of(&t.w, t.pif), "vswitch-controller-fail-mode", "secure");
    assert_true(flows(&t, t.pif)); /* the network says it: the old program added none */
    assert_true(flows(&t, t.vlan));
    step = world_step(&t.w, IFR_STEP_FLOWS);
    assert_string_equal(step->path, "xenbr0");
    assert_string_equal(step->text, MAC1);
    assert_string_equal(joined(&step->ports), "eth0");
    assert_true(step > world_command(&t.w, "fail_mode=secure"));
    world_set(&t.w, t.pif, "management", "False");
    assert_false(flows(&t, t.pif));
    world_set(&t.w, t.vlan, "management", "True");
    assert_true(flows(&t, t.pif)); /* management on a VLAN: likewise */
    assert_true(flows(&t, t.vlan));
    pool = dbc_db_add(t.w.db, DBC_POOL, "pool", NULL);
    must(pool != NULL);
    world_config(&t.w, pool, "vswitch-controller-fail-mode", "secure");
    world_config(&t.w, world_network_of(&t.w, t.pif), "vswitch-controller-fail-mode", "no");
    assert_true(flows(&t, t.pif));
    world_config(&t.w, world_network_of(&t.w, t.pif), "vswitch-controller-fail-mode", "standalone");
    assert_false(flows(&t, t.pif));
    world_end(&t.w);
}

static void answer_secure(void *ctx, const char *const *argv, struct ifr_result *result)
{
    (void)ctx;
    for (size_t i = 0; argv[i] != NULL; i++) {
        if (strcmp(argv[i], "get-fail-mode") == 0) {
            dbc_buf_adds(&result->out, "secure\n");
        }
    }
}

TEST(test_H11_a_secure_bridge_has_its_flows)
{
    struct host t;

    begin(&t, &ifr_datapath_vswitch);
    ifr_facts_free(t.w.facts);
    ifr_runner_free(t.w.runner);
    t.w.runner = recorder_new(answer_secure, NULL, NULL);
    t.w.facts = ifr_facts_new(t.w.s.root, t.w.runner, &t.w.log.log, NULL);
    must(t.w.runner != NULL && t.w.facts != NULL);
    t.w.p.facts = t.w.facts;
    world_set(&t.w, t.pif, "management", "True");
    world_config(&t.w, world_network_of(&t.w, t.pif), "vswitch-controller-fail-mode", "secure");
    assert_false(flows(&t, t.pif));
    world_end(&t.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_H14_bridgeless_pif),
        cmocka_unit_test(test_H14_rewrite_skips_bridgeless_pifs),
        cmocka_unit_test(test_H17_vlan_tags),
        cmocka_unit_test(test_vlan_on_nothing_and_names),
        cmocka_unit_test(test_tunnels),
        cmocka_unit_test(test_H10_nothing_is_planned_for_a_nic_that_is_not_there),
        cmocka_unit_test(test_an_argument_beyond_the_kernels_limit),
        cmocka_unit_test(test_H4_nothing_goes_down_before_the_files),
        cmocka_unit_test(test_H5_ifup_of_the_ipdev_counts),
        cmocka_unit_test(test_H5_link_up_of_a_sole_nic_counts),
        cmocka_unit_test(test_not_forced_the_old_ipdev_comes_back),
        cmocka_unit_test(test_ifdown_without_a_file_is_link_down),
        cmocka_unit_test(test_first_boot_gives_dhcp_more_time),
        cmocka_unit_test(test_H6_bond_comes_up_without_a_missing_slave),
        cmocka_unit_test(test_H15_unknown_slave_in_the_kernel),
        cmocka_unit_test(test_bridge_goes_only_if_it_is_still_there),
        cmocka_unit_test(test_a_vlans_device_goes_if_it_is_there),
        cmocka_unit_test(test_vlan_on_an_attached_bond),
        cmocka_unit_test(test_attached_counts_only_without_force),
        cmocka_unit_test(test_H11_flows_when_a_bridge_with_management_turns_secure),
        cmocka_unit_test(test_H11_a_secure_bridge_has_its_flows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
