/* test_boot.c - reconfigure/boot/: management-interface and openvswitch-xapi-update on an invented
 * host, and hostile inventories. */
#include "unit/test.h"

#include "base/limits.h"
#include "base/lock.h"
#include "reconfigure/boot/management_interface.h"
#include "reconfigure/boot/xapi_update.h"
#include "unit/boot_host.h"

/* ---- management-interface. ------------------------------------------------------------------ */

static int start(struct fixture *f)
{
    return ifr_management_start(&f->host, NULL, done, f, &f->err);
}

TEST_WITH(test_start, struct fixture, f)
{
    assert_int_equal(start(f), 0);
    assert_string_equal(joined(&f->done), "+xenbr0 ok|xenbr1 ok|xenbr2 ok");
    assert_int_equal(count(lines(f), "/sbin/ifup\txenbr0"), 1);
    assert_int_equal(count(&f->log.lines, "Loading xapi database cache"), 1);
    assert_string_equal(scratch_read(&f->s, "/etc/sysconfig/network"),
                        "DNSDEV=xenbr0\nGATEWAYDEV=xenbr0\n");
    assert_true(is_marked(f, IFR_MANAGEMENT_MARK));
}

TEST_WITH(test_bad_ones_do_not_stop_the_others, struct fixture, f)
{
    inventory(f, "MANAGEMENT_INTERFACE='xenbr9'\nCURRENT_INTERFACES='xenbr8 xenbr1'\n");
    failed(f, start(f), DBC_ECOMMAND, "2 of 3 interfaces did not come up");
    assert_string_equal(joined(&f->done), "+xenbr9 3|xenbr8 3|xenbr1 ok");
    assert_int_equal(count(lines(f), "/sbin/ifup\txenbr1"), 1);
    assert_false(is_marked(f, IFR_MANAGEMENT_MARK));
}

TEST_WITH(test_one_that_fails_in_its_steps, struct fixture, f)
{
    f->fails[0] = "xenbr0";
    f->fail_times = 1;
    failed(f, start(f), DBC_ECOMMAND, "1 of 3 interfaces did not come up");
    assert_string_equal(joined(&f->done), "+xenbr0 10|xenbr1 ok|xenbr2 ok");
    /* Nothing of its plan is left for the next one's. */
    assert_string_equal(scratch_read(&f->s, "/etc/sysconfig/network-scripts/ifcfg-xenbr0"),
                        "(none)");
    assert_non_null(strstr(scratch_read(&f->s, "/etc/sysconfig/network-scripts/ifcfg-xenbr1"),
                           "DEVICE=xenbr1"));
}

TEST_WITH(test_the_others_fail, struct fixture, f)
{
    inventory(f, "MANAGEMENT_INTERFACE=xenbr1\nCURRENT_INTERFACES=\"xenbr8\txenbr1  xenbr8\"\n");
    failed(f, start(f), DBC_ECOMMAND, "1 of 2 interfaces did not come up");
    assert_string_equal(joined(&f->done), "+xenbr1 ok|xenbr8 3");
    assert_true(is_marked(f, IFR_MANAGEMENT_MARK));
}

TEST_WITH(test_disabled, struct fixture, f)
{
    inventory(f, "MANAGEMENT_INTERFACE=''\nCURRENT_INTERFACES='xenbr2'\n");
    assert_int_equal(start(f), 0);
    assert_string_equal(joined(&f->done), "xenbr2 ok");
    assert_true(is_marked(f, IFR_MANAGEMENT_MARK));
    assert_int_equal(count(&f->log.lines, "management is disabled"), 1);
}

TEST_WITH(test_nothing_to_do, struct fixture, f)
{
    inventory(f, "MANAGEMENT_INTERFACE=\n");
    assert_int_equal(start(f), 0);
    assert_int_equal(f->done.n, 0);
    assert_int_equal(lines(f)->n, 0);
    assert_int_equal(count(&f->log.lines, "Loading"), 0);
}

TEST_WITH(test_no_management_line, struct fixture, f)
{
    inventory(f, "CURRENT_INTERFACES='xenbr1'\n");
    failed(f, start(f), DBC_ENOENT, "no line MANAGEMENT_INTERFACE=");
    assert_string_equal(joined(&f->done), "xenbr1 ok");
    assert_false(is_marked(f, IFR_MANAGEMENT_MARK));
}

TEST_WITH(test_no_inventory, struct fixture, f)
{
    assert_int_equal(unlink(scratch_path(&f->s, IFR_INVENTORY)), 0);
    failed(f, start(f), DBC_ENOENT, "xensource-inventory");
    assert_int_equal(f->done.n, 0);
    assert_int_equal(lines(f)->n, 0);
}

TEST_WITH(test_root_is_too_long, struct fixture, f)
{
    char root[IFR_PREFIX_MAX + 2];

    memset(root, 'r', sizeof root - 1);
    root[sizeof root - 1] = '\0';
    f->host.prefix = root;
    failed(f, start(f), DBC_ELIMIT, "the root prefix is longer than");
    assert_int_equal(f->done.n, 0);
}

/* Names that would be an option, a path, code or another line, wherever they ended up. */
TEST_WITH(test_hostile_names, struct fixture, f)
{
    const char *const names[] = { "$(touch)",         "a;reboot", "../../etc", "-x",   "--force",
                                  "sixteen-letters-", ".",        "..",        "a'b",  "a\033[2Jb",
                                  "xenbr\xff",        "a/b",      "*",         "a\"b", "a=b" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[512];
        snprintf(text, sizeof text, "MANAGEMENT_INTERFACE='%s'\nCURRENT_INTERFACES='%s xenbr1'\n",
                 names[i], names[i]);
        inventory(f, text);
        dbc_strvec_clear(&f->done);
        failed(f, start(f), DBC_ECOMMAND, "2 of 3 interfaces did not come up");
        assert_int_equal(f->done.n, 3);
        assert_string_equal(f->done.v[2], "xenbr1 ok");
        assert_false(is_marked(f, IFR_MANAGEMENT_MARK));
    }
    assert_int_equal(count(lines(f), "touch") + count(lines(f), "reboot"), 0);
    assert_int_equal(count(lines(f), "\033") + count(&f->log.lines, "\033"), 0);
}

TEST_WITH(test_too_many_names, struct fixture, f)
{
    struct dbc_buf text = DBC_BUF_INIT;
    dbc_buf_adds(&text, "MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='");
    for (int i = 0; i <= DBC_LIMIT_LIST; i++) {
        dbc_buf_adds(&text, "xenbr1 ");
    }
    dbc_buf_adds(&text, "'\n");
    inventory(f, dbc_buf_str(&text));
    dbc_buf_release(&text);
    failed(f, start(f), DBC_ELIMIT, "more than 8192 names");
    assert_string_equal(joined(&f->done), "+xenbr0 ok|xenbr1 ok");
}

TEST_WITH(test_no_cache, struct fixture, f)
{
    assert_int_equal(unlink(scratch_path(&f->s, CACHE)), 0);
    failed(f, start(f), DBC_ECOMMAND, "3 of 3");
    assert_string_equal(joined(&f->done), "+xenbr0 3|xenbr1 3|xenbr2 3");
    assert_false(is_marked(f, IFR_MANAGEMENT_MARK));
}

TEST_WITH(test_locked, struct fixture, f)
{
    int lock = dbc_lock_take(scratch_path(&f->s, IFR_LOCK_PATH), 0, NULL);
    assert_true(lock >= 0);
    failed(f, start(f), DBC_ECOMMAND, "3 of 3");
    dbc_lock_drop(lock);
    assert_string_equal(joined(&f->done), "+xenbr0 8|xenbr1 8|xenbr2 8");
    assert_int_equal(lines(f)->n, 0);
}

TEST_WITH(test_stop, struct fixture, f)
{
    assert_int_equal(start(f), 0);
    size_t ran = lines(f)->n;
    assert_int_equal(unlink(scratch_path(&f->s, IFR_INVENTORY)), 0);
    assert_int_equal(ifr_management_stop(&f->host, &f->err), 0);
    assert_false(is_marked(f, IFR_MANAGEMENT_MARK));
    assert_int_equal(ifr_management_stop(&f->host, &f->err), 0);
    assert_int_equal(lines(f)->n, ran);
}

static void check_status(struct fixture *f, enum ifr_status wanted, const char *words)
{
    enum ifr_status status = IFR_STATUS_UNKNOWN;
    dbc_buf_clear(&f->text);
    assert_int_equal(ifr_management_status(&f->host, &status, &f->text, &f->err), 0);
    assert_int_equal(status, wanted);
    assert_non_null(strstr(dbc_buf_str(&f->text), words));
}

TEST_WITH(test_status, struct fixture, f)
{
    check_status(f, IFR_STATUS_STOPPED, "xenbr0 does not exist");
    scratch_write(&f->s, IFR_MANAGEMENT_MARK, "", 0644);
    check_status(f, IFR_STATUS_DEAD, "xenbr0 does not exist");
    scratch_mkdir(&f->s, "/sys/class/net/xenbr0");
    check_status(f, IFR_STATUS_BROKEN, "has no address");
    f->prints = "2: xenbr0    inet 192.0.2.7/24 brd 192.0.2.255 scope global xenbr0\\ forever\n"
                "2: xenbr0    inet6 2001:db8::7/64 scope global \\ forever\n";
    check_status(f, IFR_STATUS_RUNNING, "xenbr0 is up with 192.0.2.7/24, 2001:db8::7/64");
    f->fails[0] = "addr";
    check_status(f, IFR_STATUS_UNKNOWN, "/sbin/ip exited with 1");
    f->fails[0] = NULL;
    f->missing = "/sbin/ip";
    check_status(f, IFR_STATUS_UNKNOWN, "not installed");
}

static const char one_of_each[] = "2: xenbr0    inet 192.0.2.7/24 scope global xenbr0\\ forever\n"
                                  "2: xenbr0    inet6 2001:db8::7/64 scope global \\ forever\n";

/* Management goes by one IP, as the inventory says: an address of the other one is none. */
TEST_WITH(test_status_by_address_type, struct fixture, f)
{
    scratch_write(&f->s, IFR_MANAGEMENT_MARK, "", 0644);
    scratch_mkdir(&f->s, "/sys/class/net/xenbr0");
    f->prints = one_of_each;
    inventory(f, "MANAGEMENT_INTERFACE='xenbr0'\nMANAGEMENT_ADDRESS_TYPE='IPv6'\n");
    check_status(f, IFR_STATUS_RUNNING, "xenbr0 is up with 2001:db8::7/64");
    f->prints = "2: xenbr0    inet 192.0.2.7/24 scope global xenbr0\\ forever\n";
    check_status(f, IFR_STATUS_BROKEN, "has no IPv6 address");
    inventory(f, "MANAGEMENT_INTERFACE='xenbr0'\nMANAGEMENT_ADDRESS_TYPE='IPv4'\n");
    f->prints = one_of_each;
    check_status(f, IFR_STATUS_RUNNING, "xenbr0 is up with 192.0.2.7/24");
    assert_null(strstr(dbc_buf_str(&f->text), "2001:"));
    f->prints = "2: xenbr0    inet6 2001:db8::7/64 scope global \\ forever\n";
    check_status(f, IFR_STATUS_BROKEN, "has no IPv4 address");
    inventory(f, "MANAGEMENT_INTERFACE='xenbr0'\nMANAGEMENT_ADDRESS_TYPE='x'\n");
    check_status(f, IFR_STATUS_RUNNING, "xenbr0 is up with 2001:db8::7/64");
}

TEST_WITH(test_status_disabled, struct fixture, f)
{
    enum ifr_status status = IFR_STATUS_UNKNOWN;
    inventory(f, "MANAGEMENT_INTERFACE=''\n");
    check_status(f, IFR_STATUS_STOPPED, "disabled");
    scratch_write(&f->s, IFR_MANAGEMENT_MARK, "", 0644);
    check_status(f, IFR_STATUS_RUNNING, "disabled");
    inventory(f, "MANAGEMENT_INTERFACE='../x'\n");
    failed(f, ifr_management_status(&f->host, &status, &f->text, &f->err), DBC_EINVAL, "../x");
    inventory(f, "");
    failed(f, ifr_management_status(&f->host, &status, &f->text, &f->err), DBC_ENOENT, "no line");
    assert_int_equal(lines(f)->n, 0);
}

/* ---- openvswitch-xapi-update. --------------------------------------------------------------- */

#define CALL "host-call-plugin\thost-uuid=" UUID "\tplugin=openvswitch-cfg-update\tfn=update"

static const struct ifr_patience hasty = { .wait_ms = 30, .pause_ms = 1, .tries = 3 };

static int update(struct fixture *f)
{
    return ifr_xapi_update(&f->host, &hasty, &f->err);
}

TEST_WITH(test_update, struct fixture, f)
{
    scratch_write(&f->s, IFR_XAPI_READY, "", 0644);
    f->prints = "Successfully set controller to 192.0.2.1  \n";
    assert_int_equal(update(f), 0);
    assert_string_equal(joined(lines(f)), "/opt/xensource/bin/xe\t" CALL);
    assert_int_equal(count(&f->log.lines, "Running command: /opt/xensource/bin/xe "), 1);
    assert_int_equal(count(&f->log.lines, "xe: Successfully set controller to 192.0.2.1"), 1);
    assert_int_equal(count(&f->log.lines, "Waiting"), 0);
}

TEST_WITH(test_update_tries_again, struct fixture, f)
{
    scratch_write(&f->s, IFR_XAPI_READY, "", 0644);
    f->fails[0] = "fn=update";
    f->fail_times = 2;
    assert_int_equal(update(f), 0);
    assert_int_equal(lines(f)->n, 3);
    f->fails[0] = "fn=update";
    f->fail_times = 0;
    failed(f, update(f), DBC_ECOMMAND, "fn=update: exited with 1");
    assert_int_equal(lines(f)->n, 6);
    assert_int_equal(count(&f->log.lines, "once more"), 4);
}

TEST_WITH(test_update_xapi_does_not_come, struct fixture, f)
{
    assert_int_equal(update(f), 0);
    assert_int_equal(count(&f->log.lines, "Waiting up to 0 s for XAPI"), 1);
    f->fails[0] = "fn=update";
    failed(f, update(f), DBC_ETIMEOUT, "XAPI did not get ready within");
    assert_int_equal(lines(f)->n, 2);
}

TEST_WITH(test_update_xe, struct fixture, f)
{
    scratch_write(&f->s, IFR_XAPI_READY, "", 0644);
    assert_int_equal(unlink(scratch_path(&f->s, "/opt/xensource/bin/xe")), 0);
    scratch_write(&f->s, "/usr/bin/xe", "", 0755);
    assert_int_equal(update(f), 0);
    assert_string_equal(joined(lines(f)), "/usr/bin/xe\t" CALL);
    f->missing = "/xe";
    failed(f, update(f), DBC_EUNSUPPORTED, "not installed");
    assert_int_equal(lines(f)->n, 2);
}

TEST_WITH(test_update_hostile_uuid, struct fixture, f)
{
    scratch_write(&f->s, IFR_XAPI_READY, "", 0644);
    const char *const uuids[] = {
        "",    "a b", "$(x)",
        "a=b", "a/b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };
    for (size_t i = 0; i < sizeof uuids / sizeof *uuids; i++) {
        char text[256];
        snprintf(text, sizeof text, "INSTALLATION_UUID='%s'\n", uuids[i]);
        inventory(f, text);
        failed(f, update(f), DBC_EINVAL, "is no uuid");
    }
    inventory(f, "");
    failed(f, update(f), DBC_ENOENT, "INSTALLATION_UUID");
    assert_int_equal(lines(f)->n, 0);
}

TEST_WITH(test_update_is_not_wanted, struct fixture, f)
{
    scratch_write(&f->s, CONF, "bridge\n", 0644);
    assert_int_equal(update(f), 0);
    assert_int_equal(lines(f)->n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_start),
        FIXTURE(test_bad_ones_do_not_stop_the_others),
        FIXTURE(test_one_that_fails_in_its_steps),
        FIXTURE(test_the_others_fail),
        FIXTURE(test_disabled),
        FIXTURE(test_nothing_to_do),
        FIXTURE(test_no_management_line),
        FIXTURE(test_no_inventory),
        FIXTURE(test_root_is_too_long),
        FIXTURE(test_hostile_names),
        FIXTURE(test_too_many_names),
        FIXTURE(test_no_cache),
        FIXTURE(test_locked),
        FIXTURE(test_stop),
        FIXTURE(test_status),
        FIXTURE(test_status_by_address_type),
        FIXTURE(test_status_disabled),
        FIXTURE(test_update),
        FIXTURE(test_update_tries_again),
        FIXTURE(test_update_xapi_does_not_come),
        FIXTURE(test_update_xe),
        FIXTURE(test_update_hostile_uuid),
        FIXTURE(test_update_is_not_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
