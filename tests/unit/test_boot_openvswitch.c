/* test_boot_openvswitch.c - reconfigure/boot/openvswitch.c: the order of a start, what ends it,
 * what else it starts, and hostile system ids. */
#include "unit/test.h"

#include "reconfigure/boot/options.h"
#include "reconfigure/boot/xapi_sync.h"
#include "unit/boot_host.h"

#define CTL IFR_OVS_CTL
#define IDS                                                                                        \
    "--system-id=" UUID "\t--external-id=xs-system-uuid=" UUID "\t--system-type=XenServer\t"       \
    "--system-version=6.2.0-70446c"
#define GRE CTL "\t--protocol=gre\tenable-protocol"
#define SYNC                                                                                       \
    "\t--detach\t--monitor\t--pidfile\t--log-file\t"                                               \
    "unix:/var/run/openvswitch/db.sock"
#define APPCTL "/usr/bin/ovs-appctl\t--timeout=20\t-t\tovs-xapi-sync\t"
#define VSCTL "/usr/bin/ovs-vsctl\t--no-wait\t--timeout=20\t"
#define NO_WAIT VSCTL "remove\tOpen_vSwitch\t.\tother_config\tflow-restore-wait"

static int start_ovs(struct fixture *f)
{
    return ifr_openvswitch_start(&f->host, true, &f->err);
}

static void let_vswitchd_run(struct fixture *f)
{
    scratch_write(&f->s, "/var/run/openvswitch/ovs-vswitchd.pid", "4711\n", 0644);
    scratch_write(&f->s, "/proc/4711/cmdline", "/usr/sbin/ovs-vswitchd", 0644);
}

TEST_WITH(test_ovs_first_start, struct fixture, f)
{
    f->prints = "xenbr0\nxapi1\n";
    assert_int_equal(start_ovs(f), 0);
    assert_string_equal(joined(lines(f)),
                        "/sbin/modprobe\t-q\topenvswitch|" CTL "\t--no-ovs-vswitchd\t" IDS
                        "\tstart|" VSCTL "list-br|" NO_WAIT
                        "\t--\tclear\tOpen_vSwitch\t.\tbridges|" CTL
                        "\t--no-ovsdb-server\tstart|" GRE);
    assert_int_equal(count(&f->log.lines, "Bridges of the boot before: xenbr0 xapi1"), 1);
    assert_true(is_marked(f, IFR_OVS_BOOTED));
    assert_true(is_marked(f, IFR_OVS_MARK));
}

TEST_WITH(test_ovs_second_start, struct fixture, f)
{
    scratch_write(&f->s, IFR_OVS_BOOTED, "", 0644);
    scratch_write(&f->s, "/proc/modules", "openvswitch 98304 0 - Live 0x0\n", 0644);
    assert_int_equal(start_ovs(f), 0);
    assert_string_equal(joined(lines(f)), CTL "\t--no-ovs-vswitchd\t" IDS "\tstart|" NO_WAIT "|" CTL
                                              "\t--no-ovsdb-server\tstart|" GRE);
}

/* Both daemons get what the administrator wants of them; the old form of a shell's file. */
TEST_WITH(test_ovs_options, struct fixture, f)
{
    const char *options = "--force-corefiles=no\t--ovsdb-server-priority=-10\t"
                          "--ovs-vswitchd-priority=19\t--mlockall=yes\t"
                          "--ovs-user=openvswitch:hugetlbfs\t--no-monitor\t";
    struct dbc_buf start = DBC_BUF_INIT;
    scratch_write(&f->s, IFR_OVS_SYSCONFIG,
                  "# FORCE_COREFILES=yes\nFORCE_COREFILES=no\nOVSDB_SERVER_PRIORITY=-10\n"
                  "VSWITCHD_PRIORITY='19'\nVSWITCHD_MLOCKALL=\"yes\"\n"
                  "OVS_CTL_OPTS='--ovs-user=openvswitch:hugetlbfs  --no-monitor'\n",
                  0644);
    scratch_write(&f->s, IFR_OVS_BOOTED, "", 0644);
    assert_int_equal(start_ovs(f), 0);
    dbc_buf_addf(&start, CTL "\t--no-ovs-vswitchd\t" IDS "\t%sstart", options);
    assert_int_equal(count(lines(f), start.data), 1);
    dbc_buf_clear(&start);
    dbc_buf_addf(&start, CTL "\t--no-ovsdb-server\t%sstart", options);
    assert_int_equal(count(lines(f), start.data), 1);
    dbc_buf_release(&start);
    assert_int_equal(ifr_openvswitch_stop(&f->host, true, &f->err), 0);
    assert_int_equal(count(lines(f), CTL "\tstop"), 1);
}

/* None of it gets into the argv, and each is named with its file and key. */
TEST_WITH(test_ovs_bad_options, struct fixture, f)
{
    static const char *const bad[] = {
        "FORCE_COREFILES=maybe",          "FORCE_COREFILES=yes; reboot",
        "OVSDB_SERVER_PRIORITY=-21",      "OVSDB_SERVER_PRIORITY=20",
        "VSWITCHD_PRIORITY=high",         "VSWITCHD_MLOCKALL=1",
        "OVS_CTL_OPTS=force-reload-kmod", "OVS_CTL_OPTS=--x=$(reboot)",
        "OVS_CTL_OPTS='--x=`id`'",        "OVS_CTL_OPTS=--system-id=a;b",
    };
    scratch_write(&f->s, IFR_OVS_BOOTED, "", 0644);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char key[64];
        snprintf(key, sizeof key, IFR_OVS_SYSCONFIG ": %.*s: ", (int)strcspn(bad[i], "="), bad[i]);
        scratch_write(&f->s, IFR_OVS_SYSCONFIG, bad[i], 0644);
        assert_int_equal(start_ovs(f), 0);
        assert_true(count(&f->log.lines, key) >= 2);
    }
    assert_int_equal(count(lines(f), CTL "\t--no-ovs-vswitchd\t" IDS "\tstart"), 10);
    assert_int_equal(count(lines(f), CTL "\t--no-ovsdb-server\tstart"), 10);
}

/* One that may wait for flows is better than none. */
TEST_WITH(test_ovs_wait_cannot_be_ended, struct fixture, f)
{
    scratch_write(&f->s, IFR_OVS_BOOTED, "", 0644);
    f->fails[0] = "flow-restore-wait";
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(&f->log.lines, "flow-restore-wait: exited with 1"), 1);
    assert_int_equal(count(lines(f), "--no-ovsdb-server"), 1);
}

TEST_WITH(test_ovs_runs_already, struct fixture, f)
{
    let_vswitchd_run(f);
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), "clear"), 0);
    assert_int_equal(count(&f->log.lines, "bridges that it has stay"), 1);
    assert_true(is_marked(f, IFR_OVS_BOOTED));
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), "flow-restore-wait"), 0); /* somebody may be at work */
}

/* The file of a switch that is gone, and somebody else has its number. */
TEST_WITH(test_ovs_stale_pid_file, struct fixture, f)
{
    let_vswitchd_run(f);
    scratch_write(&f->s, "/proc/4711/cmdline", "bash", 0644);
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), "clear"), 1);
}

TEST_WITH(test_ovs_deletion_fails, struct fixture, f)
{
    f->fails[0] = "clear";
    failed(f, start_ovs(f), DBC_ECOMMAND, "clear Open_vSwitch . bridges: exited with 1");
    assert_false(is_marked(f, IFR_OVS_BOOTED));
    assert_false(is_marked(f, IFR_OVS_MARK));
    assert_int_equal(count(lines(f), "--no-ovsdb-server"), 0);
    f->fails[0] = NULL;
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), "clear"), 2);
    assert_int_equal(count(lines(f), "--no-ovsdb-server"), 1);
    assert_true(is_marked(f, IFR_OVS_BOOTED));
}

TEST_WITH(test_ovs_daemon_fails, struct fixture, f)
{
    f->fails[0] = "--no-ovs-vswitchd";
    failed(f, start_ovs(f), DBC_ECOMMAND, "start: exited with 1");
    assert_int_equal(count(lines(f), "ovs-vsctl"), 0);
    assert_false(is_marked(f, IFR_OVS_BOOTED));
    f->fails[0] = "--no-ovsdb-server";
    failed(f, start_ovs(f), DBC_ECOMMAND, "start: exited with 1");
    assert_true(is_marked(f, IFR_OVS_BOOTED)); /* the deletion has worked */
    assert_false(is_marked(f, IFR_OVS_MARK));
}

TEST_WITH(test_ovs_mark_cannot_be_set, struct fixture, f)
{
    scratch_mkdir(&f->s, IFR_OVS_BOOTED "/"); /* a folder in its place counts as there */
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(rmdir(scratch_path(&f->s, IFR_OVS_BOOTED)), 0);
    assert_int_equal(symlink("/nowhere/at/all", scratch_path(&f->s, IFR_OVS_BOOTED)), 0);
    failed(f, start_ovs(f), DBC_ENOENT, "openvswitch.booted");
}

TEST_WITH(test_ovs_modules, struct fixture, f)
{
    f->fails[0] = "openvswitch";
    assert_int_equal(start_ovs(f), 0);
    assert_string_equal(lines(f)->v[1], "/sbin/modprobe\t-q\topenvswitch_mod");
    assert_int_equal(count(&f->log.lines, "no kernel module"), 0);
    f->fails[1] = "openvswitch_mod";
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(&f->log.lines, "only its userspace datapath can work"), 1);
}

TEST_WITH(test_ovs_is_not_wanted, struct fixture, f)
{
    scratch_write(&f->s, CONF, "bridge\n", 0644);
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(ifr_openvswitch_restart(&f->host, true, &f->err), 0);
    assert_int_equal(lines(f)->n, 0);
    assert_false(is_marked(f, IFR_OVS_MARK));
    scratch_write(&f->s, CONF, "vswitch", 0644);
    assert_int_equal(start_ovs(f), 0);
    assert_true(lines(f)->n > 0);
    scratch_write(&f->s, CONF, "nonsense\n", 0644);
    failed(f, start_ovs(f), DBC_EINVAL, "nonsense");
}

/* ovs-ctl is a shell script that splits and globs some of what it is given. */
TEST_WITH(test_ovs_hostile_ids, struct fixture, f)
{
    inventory(f, "INSTALLATION_UUID='x external-ids:y=z'\nPRODUCT_BRAND='a\"; touch /x #'\n"
                 "PRODUCT_VERSION='*'\nBUILD_NUMBER='$(x)'\n");
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), CTL "\t--no-ovs-vswitchd\t--system-id=random\tstart"), 1);
    assert_int_equal(count(&f->log.lines, "not fit for a system id"), 3);
    inventory(f, "INSTALLATION_UUID='" UUID "'\nPRODUCT_BRAND='Citrix Hypervisor'\n"
                 "PRODUCT_VERSION='8.2.0'\nBUILD_NUMBER='`x`'\n");
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), "\t--system-type=Citrix Hypervisor\t--system-version=8.2.0\t"),
                     1);
    inventory(f, "INSTALLATION_UUID=''\nPRODUCT_BRAND='"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'\n");
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), CTL "\t--no-ovs-vswitchd\t--system-id=random\tstart"), 2);
}

TEST_WITH(test_ovs_not_installed, struct fixture, f)
{
    int status = -1;
    f->missing = "ovs-ctl";
    failed(f, start_ovs(f), DBC_EUNSUPPORTED, "not installed");
    assert_int_equal(ifr_openvswitch_ask(&f->host, "status", &status, &f->text, &f->err), 0);
    assert_int_equal(status, IFR_STATUS_STOPPED);
    assert_non_null(strstr(dbc_buf_str(&f->text), "not installed"));
    assert_int_equal(unlink(scratch_path(&f->s, IFR_OVS_CTL)), 0);
    assert_int_equal(ifr_openvswitch_stop(&f->host, true, &f->err), 0);
}

TEST_WITH(test_ovs_stop, struct fixture, f)
{
    scratch_write(&f->s, IFR_OVS_MARK, "", 0644);
    scratch_write(&f->s, IFR_OVS_BOOTED, "", 0644);
    scratch_write(&f->s, CONF, "bridge\n", 0644);
    f->fails[0] = "stop";
    failed(f, ifr_openvswitch_stop(&f->host, true, &f->err), DBC_ECOMMAND, "stop: exited with 1");
    assert_true(is_marked(f, IFR_OVS_MARK));
    f->fails[0] = NULL;
    assert_int_equal(ifr_openvswitch_stop(&f->host, true, &f->err), 0);
    assert_string_equal(lines(f)->v[1], CTL "\tstop");
    assert_false(is_marked(f, IFR_OVS_MARK));
    assert_true(is_marked(f, IFR_OVS_BOOTED));
}

TEST_WITH(test_ovs_restart, struct fixture, f)
{
    let_vswitchd_run(f);
    assert_int_equal(ifr_openvswitch_restart(&f->host, true, &f->err), 0);
    assert_string_equal(joined(lines(f)), CTL "\t" IDS "\trestart|" GRE);
    assert_true(is_marked(f, IFR_OVS_MARK));
    assert_int_equal(unlink(scratch_path(&f->s, "/proc/4711/cmdline")), 0);
    assert_int_equal(ifr_openvswitch_restart(&f->host, true, &f->err), 0);
    assert_int_equal(count(lines(f), "clear"), 1);
}

/* ovs-ctl fails between its two ends: what it leaves must not outlive it. */
TEST_WITH(test_ovs_restart_fails, struct fixture, f)
{
    let_vswitchd_run(f);
    f->fails[0] = "restart";
    failed(f, ifr_openvswitch_restart(&f->host, true, &f->err), DBC_ECOMMAND,
           "restart: exited with 1");
    assert_string_equal(joined(lines(f)), CTL "\t" IDS "\trestart|" NO_WAIT);
    assert_false(is_marked(f, IFR_OVS_MARK));
}

TEST_WITH(test_ovs_status_is_passed_on, struct fixture, f)
{
    int status = -1;
    f->prints = "ovsdb-server is not running\n";
    f->fails[0] = "status";
    f->fail_status = 42;
    assert_int_equal(ifr_openvswitch_ask(&f->host, "status", &status, &f->text, &f->err), 0);
    assert_int_equal(status, 42);
    assert_string_equal(dbc_buf_str(&f->text), "ovsdb-server is not running\n");
    assert_int_equal(ifr_openvswitch_ask(&f->host, "version", &status, &f->text, &f->err), 0);
    assert_int_equal(status, 0);
}

/* ---- ovs-xapi-sync. ------------------------------------------------------------------------- */

#ifndef IFR_XAPI_SYNC
#define IFR_XAPI_SYNC "/usr/local/sbin/ovs-xapi-sync"
#endif

static void install_sync(struct fixture *f)
{
    scratch_write(&f->s, IFR_XAPI_SYNC, "", 0755);
}

static void let_sync_run(struct fixture *f)
{
    scratch_write(&f->s, IFR_XAPI_SYNC_PID, "4712\n", 0644);
    scratch_write(&f->s, "/proc/4712/cmdline", IFR_XAPI_SYNC, 0644);
}

TEST_WITH(test_sync_comes_last, struct fixture, f)
{
    install_sync(f);
    assert_int_equal(start_ovs(f), 0);
    assert_string_equal(lines(f)->v[lines(f)->n - 2], GRE);
    assert_string_equal(lines(f)->v[lines(f)->n - 1], IFR_XAPI_SYNC SYNC);
    let_sync_run(f);
    assert_int_equal(start_ovs(f), 0);
    assert_int_equal(count(lines(f), "--detach"), 1);
    assert_int_equal(unlink(scratch_path(&f->s, IFR_XAPI_SYNC_PID)), 0);
    assert_int_equal(ifr_openvswitch_start(&f->host, false, &f->err), 0);
    assert_int_equal(count(lines(f), "--detach"), 1);
}

TEST_WITH(test_what_comes_after_may_fail, struct fixture, f)
{
    install_sync(f);
    f->fails[0] = "--detach";
    f->fails[1] = "enable-protocol";
    assert_int_equal(start_ovs(f), 0);
    assert_true(is_marked(f, IFR_OVS_MARK));
    assert_int_equal(count(&f->log.lines, "exited with 1"), 2);
}

TEST_WITH(test_sync_stops_first, struct fixture, f)
{
    install_sync(f);
    let_vswitchd_run(f);
    let_sync_run(f);
    assert_int_equal(ifr_openvswitch_restart(&f->host, true, &f->err), 0);
    assert_string_equal(lines(f)->v[0], APPCTL "exit");
    assert_string_equal(lines(f)->v[1], CTL "\t" IDS "\trestart");
    assert_int_equal(ifr_openvswitch_stop(&f->host, true, &f->err), 0);
    assert_string_equal(lines(f)->v[lines(f)->n - 2], APPCTL "exit");
    assert_string_equal(lines(f)->v[lines(f)->n - 1], CTL "\tstop");
    assert_int_equal(ifr_openvswitch_stop(&f->host, false, &f->err), 0);
    assert_int_equal(count(lines(f), "exit"), 2);
}

TEST_WITH(test_sync_reload, struct fixture, f)
{
    failed(f, ifr_openvswitch_reload(&f->host, &f->err), DBC_ENOENT, "does not run");
    let_sync_run(f);
    assert_int_equal(ifr_openvswitch_reload(&f->host, &f->err), 0);
    assert_string_equal(joined(lines(f)), APPCTL "flush-cache");
    scratch_write(&f->s, "/proc/4712/cmdline", "bash", 0644); /* the number is another's now */
    failed(f, ifr_openvswitch_reload(&f->host, &f->err), DBC_ENOENT, "does not run");
}

static void expect_status(struct fixture *f, int wanted, const char *text)
{
    int status = -1;
    dbc_buf_clear(&f->text);
    assert_int_equal(ifr_openvswitch_ask(&f->host, "status", &status, &f->text, &f->err), 0);
    assert_int_equal(status, wanted);
    assert_string_equal(dbc_buf_str(&f->text), text);
}

TEST_WITH(test_sync_status, struct fixture, f)
{
    f->prints = "it runs\n";
    expect_status(f, 0, "it runs\n"); /* not installed: nothing is missing */
    install_sync(f);
    expect_status(f, IFR_STATUS_STOPPED, "it runs\novs-xapi-sync is not running\n");
    let_sync_run(f);
    expect_status(f, 0, "it runs\novs-xapi-sync is running with pid 4712\n");
    scratch_write(&f->s, "/proc/4712/cmdline", "bash", 0644);
    expect_status(f, IFR_STATUS_DEAD, "it runs\novs-xapi-sync is not running\n");
    f->fails[0] = "status";
    f->fail_status = 42;
    expect_status(f, 42, "it runs\novs-xapi-sync is not running\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_ovs_first_start),
        FIXTURE(test_ovs_second_start),
        FIXTURE(test_ovs_options),
        FIXTURE(test_ovs_bad_options),
        FIXTURE(test_ovs_wait_cannot_be_ended),
        FIXTURE(test_ovs_runs_already),
        FIXTURE(test_ovs_stale_pid_file),
        FIXTURE(test_ovs_deletion_fails),
        FIXTURE(test_ovs_daemon_fails),
        FIXTURE(test_ovs_mark_cannot_be_set),
        FIXTURE(test_ovs_modules),
        FIXTURE(test_ovs_is_not_wanted),
        FIXTURE(test_ovs_hostile_ids),
        FIXTURE(test_ovs_not_installed),
        FIXTURE(test_ovs_stop),
        FIXTURE(test_ovs_restart),
        FIXTURE(test_ovs_restart_fails),
        FIXTURE(test_ovs_status_is_passed_on),
        FIXTURE(test_sync_comes_last),
        FIXTURE(test_what_comes_after_may_fail),
        FIXTURE(test_sync_stops_first),
        FIXTURE(test_sync_reload),
        FIXTURE(test_sync_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
