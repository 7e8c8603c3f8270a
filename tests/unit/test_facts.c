/* test_facts.c - reconfigure/facts*.c: what a host looks like, hostile names and files included. */
#include "unit/test.h"

#include "base/limits.h"
#include "unit/recorded.h"

struct fixture {
    struct recorded on;
    struct dbc_buf out;
    struct dbc_strvec words;
    const char *answer; /* of ovs-vsctl */
    enum ifr_ended ended;
    int status;
};

static void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    const struct fixture *f = ctx;
    (void)argv;
    result->ended = f->ended;
    result->status = f->status;
    dbc_buf_adds(&result->out, f->answer ? f->answer : "");
}

static int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    *state = &f;
    return recorded_make(&f.on, script, &f);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    ifr_facts_free(NULL);
    dbc_buf_release(&f->out);
    dbc_strvec_release(&f->words);
    recorded_remove(&f->on);
    return 0;
}

TEST_WITH(test_paths_and_files, struct fixture, f)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char path[PATH_MAX];
    scratch_write(&f->on.s, "/etc/some", "text", 0644);
    assert_int_equal(ifr_facts_path(f->on.facts, "/etc/some", path, NULL), 0);
    assert_string_equal(path, scratch_path(&f->on.s, "/etc/some"));
    assert_true(ifr_facts_file_exists(f->on.facts, "/etc/some"));
    assert_false(ifr_facts_file_exists(f->on.facts, "/etc/none"));
    assert_false(ifr_facts_executable(f->on.facts, "/etc/some"));
    assert_false(ifr_facts_executable(f->on.facts, "/etc"));
    scratch_write(&f->on.s, "/bin/a", "text", 0755);
    assert_true(ifr_facts_executable(f->on.facts, "/bin/a"));
    assert_int_equal(ifr_facts_read(f->on.facts, "/etc/some", &f->out, NULL), 0);
    assert_string_equal(f->out.data, "text");
    assert_int_equal(ifr_facts_read(f->on.facts, "/etc/none", &f->out, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
}

TEST_WITH(test_a_file_over_the_limit, struct fixture, f)
{
    struct dbc_error err = DBC_ERROR_INIT;
    scratch_write(&f->on.s, "/etc/big", "", 0644);
    assert_int_equal(truncate(scratch_path(&f->on.s, "/etc/big"), DBC_LIMIT_CONFIG_FILE + 1), 0);
    assert_int_equal(ifr_facts_read(f->on.facts, "/etc/big", &f->out, &err), -1);
    assert_int_equal(err.code, DBC_ELIMIT);
}

TEST_WITH(test_devices, struct fixture, f)
{
    char mac[18];
    scratch_write(&f->on.s, "/sys/class/net/eth0/address", "00:AA:bb:cc:dd:ee\n", 0644);
    scratch_write(&f->on.s, "/sys/class/net/eth0/flags", "0x1003\n", 0644);
    scratch_write(&f->on.s, "/sys/class/net/eth1/flags", "0x1002\n", 0644);
    scratch_write(&f->on.s, "/sys/class/net/lo/address", "nonsense\n", 0644);
    scratch_write(&f->on.s, "/sys/class/net/bonding_masters", "bond0\n", 0644);
    scratch_write(&f->on.s, "/sys/class/secret/address", "00:11:22:33:44:55\n", 0644);

    assert_true(ifr_facts_netdev_exists(f->on.facts, "eth0"));
    assert_false(ifr_facts_netdev_exists(f->on.facts, "eth9"));
    assert_false(ifr_facts_netdev_exists(f->on.facts, "bonding_masters")); /* a file */
    assert_false(ifr_facts_netdev_exists(f->on.facts, ".."));
    assert_false(ifr_facts_netdev_exists(f->on.facts, "../secret"));
    assert_false(ifr_facts_netdev_exists(f->on.facts, ""));

    ifr_facts_netdev_mac(f->on.facts, "eth0", mac);
    assert_string_equal(mac, "00:aa:bb:cc:dd:ee");
    ifr_facts_netdev_mac(f->on.facts, "lo", mac);
    assert_string_equal(mac, "");
    ifr_facts_netdev_mac(f->on.facts, "../secret", mac);
    assert_string_equal(mac, "");

    assert_true(ifr_facts_netdev_is_up(f->on.facts, "eth0"));
    assert_false(ifr_facts_netdev_is_up(f->on.facts, "eth1"));
    assert_false(ifr_facts_netdev_is_up(f->on.facts, "lo"));
}

TEST_WITH(test_device_by_mac, struct fixture, f)
{
    char name[16];
    scratch_write(&f->on.s, "/sys/class/net/xenbr0/address", "00:11:22:33:44:55\n", 0644);
    assert_false(ifr_facts_netdev_by_mac(f->on.facts, "00:11:22:33:44:55", name));
    assert_string_equal(name, "");
    scratch_write(&f->on.s, "/sys/class/net/eth2/address", "00:11:22:33:44:55\n", 0644);
    scratch_mkdir(&f->on.s, "/sys/class/net/eth2/device");
    scratch_write(&f->on.s, "/sys/class/net/eth1/address", "00:11:22:33:44:55\n", 0644);
    scratch_mkdir(&f->on.s, "/sys/class/net/eth1/device");
    assert_true(ifr_facts_netdev_by_mac(f->on.facts, "00:11:22:33:44:55", name));
    assert_string_equal(name, "eth1");
    assert_false(ifr_facts_netdev_by_mac(f->on.facts, "00:11:22:33:44:56", name));
    assert_false(ifr_facts_netdev_by_mac(f->on.facts, "x", name));
}

TEST_WITH(test_bridges, struct fixture, f)
{
    scratch_mkdir(&f->on.s, "/sys/class/net/xenbr0/bridge");
    scratch_mkdir(&f->on.s, "/sys/class/net/xenbr0/brif/eth0");
    scratch_mkdir(&f->on.s, "/sys/class/net/eth0");
    assert_true(ifr_facts_is_bridge(f->on.facts, "xenbr0"));
    assert_false(ifr_facts_is_bridge(f->on.facts, "eth0"));
    assert_true(ifr_facts_bridge_has_port(f->on.facts, "xenbr0", "eth0"));
    assert_false(ifr_facts_bridge_has_port(f->on.facts, "xenbr0", "eth1"));
    assert_false(ifr_facts_bridge_has_port(f->on.facts, "xenbr0", "../bridge"));
}

TEST_WITH(test_bonds, struct fixture, f)
{
    assert_int_equal(ifr_facts_bond_masters(f->on.facts, &f->words, NULL), 0);
    assert_int_equal(f->words.n, 0);
    scratch_write(&f->on.s, "/sys/class/net/bonding_masters", "bond1 bond0 ../x\n", 0644);
    assert_int_equal(ifr_facts_bond_masters(f->on.facts, &f->words, NULL), 0);
    assert_string_equal(joined(&f->words), "bond1|bond0");
    dbc_strvec_clear(&f->words);
    scratch_write(&f->on.s, "/sys/class/net/bond0/bonding/slaves", "eth3 eth1\n", 0644);
    assert_int_equal(ifr_facts_bond_slaves(f->on.facts, "bond0", &f->words, NULL), 0);
    assert_string_equal(joined(&f->words), "eth3|eth1");
    assert_int_equal(ifr_facts_bond_slaves(f->on.facts, "../bond0", &f->words, NULL), 0);
    assert_int_equal(f->words.n, 2);
}

TEST_WITH(test_modules, struct fixture, f)
{
    assert_false(ifr_facts_module_loaded(f->on.facts, "bonding"));
    scratch_write(&f->on.s, "/proc/modules", "bridge 1 0 - Live 0x0\nbonding_x 1\nxbonding 2\n",
                  0644);
    assert_false(ifr_facts_module_loaded(f->on.facts, "bonding"));
    scratch_write(&f->on.s, "/proc/modules", "bridge 1 0 - Live 0x0\nbonding 1 0 -\n", 0644);
    assert_true(ifr_facts_module_loaded(f->on.facts, "bonding"));
}

static void check_datapath(struct fixture *f, const char *text, int rc, bool want)
{
    bool vswitch = false;
    struct dbc_error err = DBC_ERROR_INIT;
    scratch_write(&f->on.s, "/etc/xensource/network.conf", text, 0644);
    assert_int_equal(ifr_facts_datapath(f->on.facts, &vswitch, &err), rc);
    if (rc == 0) {
        assert_int_equal(vswitch, want);
    } else {
        assert_int_equal(err.code, DBC_EINVAL);
        assert_string_equal(err.file, "/etc/xensource/network.conf");
    }
}

TEST_WITH(test_datapath, struct fixture, f)
{
    check_datapath(f, "bridge\n", 0, false);
    check_datapath(f, " openvswitch more\n", 0, true);
    check_datapath(f, "vswitch", 0, true);
    check_datapath(f, "Bridge\n", -1, false);
    check_datapath(f, "bridges\n", -1, false);
    assert_int_equal(f->on.log.lines.n, 0);
}

TEST_WITH(test_datapath_without_network_conf, struct fixture, f)
{
    bool vswitch = true;
    assert_int_equal(ifr_facts_datapath(f->on.facts, &vswitch, NULL), 0);
    assert_int_equal(vswitch, false);
    scratch_write(&f->on.s, "/usr/bin/ovs-vsctl", "", 0755);
    assert_int_equal(ifr_facts_datapath(f->on.facts, &vswitch, NULL), 0);
    assert_int_equal(vswitch, true);
    assert_int_equal(f->on.log.lines.n, 2);
    assert_non_null(strstr(f->on.log.lines.v[1], "/etc/xensource/network.conf"));
    assert_non_null(strstr(f->on.log.lines.v[1], "openvswitch"));
}

TEST_WITH(test_inventory, struct fixture, f)
{
    struct dbc_error err = DBC_ERROR_INIT;
    assert_int_equal(ifr_facts_inventory(f->on.facts, "A", &f->out, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    scratch_write(&f->on.s, "/etc/xensource-inventory",
                  "XA='no'\nA='old'\n A='one two' \r\nB= plain \nC=\"x\"\nD=''\nE='\n", 0644);
    assert_int_equal(ifr_facts_inventory(f->on.facts, "A", &f->out, NULL), 0);
    assert_int_equal(ifr_facts_inventory(f->on.facts, "B", &f->out, NULL), 0);
    assert_int_equal(ifr_facts_inventory(f->on.facts, "C", &f->out, NULL), 0);
    assert_int_equal(ifr_facts_inventory(f->on.facts, "D", &f->out, NULL), 0);
    assert_int_equal(ifr_facts_inventory(f->on.facts, "E", &f->out, NULL), 0);
    assert_string_equal(f->out.data, "one twoplainx'");
    dbc_error_clear(&err);
    assert_int_equal(ifr_facts_inventory(f->on.facts, "F", &f->out, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_string_equal(err.file, "/etc/xensource-inventory");
}

TEST_WITH(test_cache_path, struct fixture, f)
{
    assert_string_equal(ifr_facts_cache_path(f->on.facts), "/var/xapi/network.dbcache");
    scratch_mkdir(&f->on.s, "/var/lib/xcp");
    assert_string_equal(ifr_facts_cache_path(f->on.facts), "/var/lib/xcp/network.dbcache");
    scratch_mkdir(&f->on.s, "/var/xapi");
    assert_string_equal(ifr_facts_cache_path(f->on.facts), "/var/xapi/network.dbcache");
    scratch_write(&f->on.s, "/var/lib/xcp/network.dbcache", "", 0644);
    assert_string_equal(ifr_facts_cache_path(f->on.facts), "/var/lib/xcp/network.dbcache");
    scratch_write(&f->on.s, "/var/xapi/network.dbcache", "", 0644);
    assert_string_equal(ifr_facts_cache_path(f->on.facts), "/var/xapi/network.dbcache");
}

static bool boots_over(struct fixture *f, const char *mac)
{
    bool is = false;
    assert_int_equal(ifr_facts_boot_device(f->on.facts, mac, &is, NULL), 0);
    return is;
}

TEST_WITH(test_boot_device, struct fixture, f)
{
    assert_false(boots_over(f, "00:11:22:33:44:55"));
    scratch_write(&f->on.s, "/proc/ardence",
                  "Name: x\nHWaddr: 00:11:22:33:44:5A Server: y\nMAC: 00:00:00:00:00:01\n", 0444);
    assert_true(boots_over(f, "00:11:22:33:44:5a"));
    assert_false(boots_over(f, "00:00:00:00:00:01"));
    assert_false(boots_over(f, "x"));
}

TEST_WITH(test_prefix_too_long, struct fixture, f)
{
    struct dbc_error err = DBC_ERROR_INIT;
    static char prefix[IFR_PREFIX_MAX + 2];
    memset(prefix, 'x', IFR_PREFIX_MAX + 1);
    assert_null(ifr_facts_new(prefix, f->on.runner, NULL, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    prefix[IFR_PREFIX_MAX] = '\0';
    struct ifr_facts *facts = ifr_facts_new(prefix, f->on.runner, NULL, &err);
    assert_non_null(facts);
    assert_false(ifr_facts_netdev_exists(facts, "eth0"));
    assert_false(ifr_facts_file_exists(facts, prefix)); /* too long together */
    assert_int_equal(ifr_facts_read(facts, prefix, &f->out, &err), -1);
    ifr_facts_free(facts);
}

static void check_ifup(struct fixture *f, bool own)
{
    bool up = !own, down = !own;
    const char *ifup = ifr_facts_ifup(f->on.facts, &up),
               *ifdown = ifr_facts_ifdown(f->on.facts, &down);
    assert_int_equal(up, own);
    assert_int_equal(down, own);
    if (own) {
        assert_non_null(strstr(ifup, "/libexec/dbcache/ifup"));
        assert_non_null(strstr(ifdown, "/libexec/dbcache/ifdown"));
    } else {
        assert_string_equal(ifup, "/sbin/ifup");
        assert_string_equal(ifdown, "/sbin/ifdown");
    }
}

TEST_WITH(test_ifup, struct fixture, f)
{
    check_ifup(f, true);
    scratch_write(&f->on.s, "/sbin/ifup", "", 0755);
    scratch_write(&f->on.s, "/sbin/ifdown", "", 0755);
    check_ifup(f, false);
    scratch_write(&f->on.s, "/sbin/ifquery", "", 0755); /* Debian's ifupdown */
    check_ifup(f, true);
}

TEST_WITH(test_firstboot_and_ovs, struct fixture, f)
{
    assert_false(ifr_facts_firstboot(f->on.facts));
    assert_false(ifr_facts_ovs_running(f->on.facts));
    scratch_write(&f->on.s, "/etc/firstboot.d/data/firstboot_in_progress", "", 0644);
    scratch_write(&f->on.s, "/var/run/openvswitch/db.sock", "", 0644);
    assert_true(ifr_facts_firstboot(f->on.facts));
    assert_true(ifr_facts_ovs_running(f->on.facts));
}

TEST_WITH(test_fail_mode, struct fixture, f)
{
    f->answer = "secure\n";
    assert_int_equal(ifr_facts_ovs_fail_mode(f->on.facts, "xenbr0", &f->out, NULL), 0);
    assert_string_equal(f->out.data, "secure");
    assert_string_equal(joined(recorder_lines(f->on.runner)),
                        "/usr/bin/ovs-vsctl\t-vconsole:off\tget-fail-mode\txenbr0");
    dbc_buf_clear(&f->out);
    f->status = 1;
    assert_int_equal(ifr_facts_ovs_fail_mode(f->on.facts, "xenbr0", &f->out, NULL), 0);
    assert_int_equal(f->out.len, 0);
    assert_string_equal(joined(&f->on.log.lines),
                        "fail mode of xenbr0 is unknown: ovs-vsctl exited "
                        "with 1");
    f->ended = IFR_TIMED_OUT;
    assert_int_equal(ifr_facts_ovs_fail_mode(f->on.facts, "xenbr0", &f->out, NULL), 0);
    assert_int_equal(f->out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_paths_and_files),
        FIXTURE(test_a_file_over_the_limit),
        FIXTURE(test_devices),
        FIXTURE(test_device_by_mac),
        FIXTURE(test_bridges),
        FIXTURE(test_bonds),
        FIXTURE(test_modules),
        FIXTURE(test_datapath),
        FIXTURE(test_datapath_without_network_conf),
        FIXTURE(test_inventory),
        FIXTURE(test_cache_path),
        FIXTURE(test_boot_device),
        FIXTURE(test_prefix_too_long),
        FIXTURE(test_ifup),
        FIXTURE(test_firstboot_and_ovs),
        FIXTURE(test_fail_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
