/* test_reconfigure.c - reconfigure/reconfigure.c: a request from beginning to end on an invented
 * host, commands recorded instead of run. */
#include "unit/test.h"

#include "unit/reconfigure_host.h"

TEST_WITH(test_up, struct fixture, f)
{
    f->request.management = true;
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[0], "Force interface xenbr0 up");
    assert_string_equal(f->on.log.lines.v[1], "Loading xapi database cache from " CACHE);
    assert_string_equal(f->on.log.lines.v[2], "Configured for Vswitch datapath");
    assert_true(ran(f, "/usr/bin/ovs-vsctl\t--timeout=20\t"));
    assert_true(ran(f, "/sbin/ifup\txenbr0"));
    assert_non_null(strstr(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "BOOTPROTO=dhcp\n"));
    assert_non_null(
        strstr(scratch_read(&f->on.s, "/etc/sysconfig/network"), "GATEWAYDEV=xenbr0\n"));
    assert_int_equal(f->shown.len, 0);
}

TEST_WITH(test_down, struct fixture, f)
{
    f->request.verb = IFR_DOWN;
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[0], "Force interface xenbr0 down");
    assert_true(ran(f, "del-br\txenbr0"));
}

TEST_WITH(test_rewrite, struct fixture, f)
{
    f->request.verb = IFR_REWRITE;
    f->request.device = "eth0";
    f->request.mac = "x";
    f->request.mode = "dhcp";
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[0], "Force interface xenbr0 rewrite");
    assert_null(strstr(scratch_read(&f->on.s, CACHE), "xapi9"));
    assert_non_null(strstr(scratch_read(&f->on.s, CACHE), "<bridge>xenbr0</bridge>"));
    assert_int_equal(recorder_lines(f->on.runner)->n, 0);
}

TEST_WITH(test_later_cache_place, struct fixture, f)
{
    scratch_write(&f->on.s, "/var/lib/xcp/network.dbcache", cache_text, 0644);
    assert_int_equal(unlink(scratch_path(&f->on.s, CACHE)), 0);
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[1],
                        "Loading xapi database cache from /var/lib/xcp/network.dbcache");
}

TEST_WITH(test_a_failure_is_undone, struct fixture, f)
{
    f->fails = "ovs-vsctl";
    assert_int_equal(run(f), -1);
    assert_int_equal(f->err.code, DBC_ECOMMAND);
    assert_string_equal(f->err.text, "Failed to modify vswitch configuration");
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "(none)");
}

/* ---- Refused. ------------------------------------------------------------------------------- */

TEST_WITH(test_no_cache, struct fixture, f)
{
    assert_int_equal(unlink(scratch_path(&f->on.s, CACHE)), 0);
    refused(f, DBC_ENOENT, CACHE);
}

TEST_WITH(test_no_such_bridge, struct fixture, f)
{
    f->request.bridge = "xenbr7";
    refused(f, DBC_ENOENT, "xenbr7");
    refused(f, DBC_ENOENT, CACHE);
    f->request.bridge = "empty0";
    refused(f, DBC_ENOENT, "empty0");
}

TEST_WITH(test_no_bridge_name, struct fixture, f)
{
    const char *const names[] = { "", "../x", "a b", "sixteen-letters-", "x\n" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        f->request.bridge = names[i];
        refused(f, DBC_EINVAL, "--force");
    }
    assert_int_equal(f->on.log.lines.n, 0);
}

TEST_WITH(test_not_the_cache_format, struct fixture, f)
{
    scratch_write(&f->on.s, CACHE, "<html></html>\n", 0644);
    assert_int_equal(run(f), -1);
    assert_non_null(strstr(f->err.file, CACHE));
    scratch_write(&f->on.s, CACHE, "", 0644);
    assert_int_equal(run(f), -1);
}

TEST_WITH(test_warnings_are_logged, struct fixture, f)
{
    char text[sizeof cache_text];
    memcpy(text, cache_text, sizeof text);
    *strstr(text, "<network ref=\"OpaqueRef:tn\"") = '\0'; /* damaged behind what we need */
    scratch_write(&f->on.s, CACHE, text, 0644);
    assert_int_equal(run(f), 0);
    assert_non_null(strstr(f->on.log.lines.v[2], CACHE));
}

TEST_WITH(test_a_tunnel_on_the_bridge, struct fixture, f)
{
    scratch_write(&f->on.s, "/etc/xensource/network.conf", "bridge\n", 0644);
    f->request.bridge = "xapi9";
    refused(f, DBC_EUNSUPPORTED, "Tunnel PIFs are not supported in Bridge mode");
    assert_int_equal(f->on.log.lines.n, 2); /* not yet "Configured for" */
}

TEST_WITH(test_an_unknown_datapath, struct fixture, f)
{
    scratch_write(&f->on.s, "/etc/xensource/network.conf", "token-ring\n", 0644);
    refused(f, DBC_EINVAL, "token-ring");
}

TEST_WITH(test_planning_failed, struct fixture, f)
{
    scratch_write(&f->on.s, "/sys/class/net/eth0/address", "02:00:00:00:00:99\n", 0644);
    refused(f, DBC_ENOENT, "eth0");
    assert_string_equal(f->on.log.lines.v[3], "action_up: xenbr0"); /* what led there is not lost */
}

TEST_WITH(test_boot_device, struct fixture, f)
{
    scratch_write(&f->on.s, "/proc/ardence", "HWaddr: 02:00:00:00:00:01\n", 0644);
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[2], "Skipping PVS device eth0 (02:00:00:00:00:01)");
    assert_int_equal(recorder_lines(f->on.runner)->n, 0);
}

/* ---- XAPI that cannot be asked.  (tests/xapi has one that can.) ------------------------------ */

/* A test program does not find the module. */
TEST_WITH(test_no_module, struct fixture, f)
{
    f->request.bridge = NULL;
    f->request.pif_uuid = "pif0";
    refused(f, DBC_ENOENT, "xensource-inventory");
    scratch_write(&f->on.s, "/etc/xensource-inventory", "INSTALLATION_UUID='u'\n", 0644);
    refused(f, DBC_ENOENT, "cannot load what talks to XAPI: dbcache-xapi.so");
    assert_int_equal(f->on.log.lines.n, 0);
    assert_string_equal(scratch_read(&f->on.s, IFR_LOCK_PATH), "(none)"); /* nobody is kept out */
}

TEST_WITH(test_fallback, struct fixture, f)
{
    const struct dbc_strvec *lines = &f->on.log.lines;
    f->request.bridge = NULL;
    f->request.fallback_cache = true;
    f->request.pif_uuid = "pif0";
    assert_int_equal(run(f), 0);
    assert_non_null(strstr(lines->v[0], "xensource-inventory"));
    assert_non_null(strstr(lines->v[1], "going on from the cache"));
    assert_string_equal(lines->v[2], "Loading xapi database cache from " CACHE);
    assert_string_equal(lines->v[3], "Bring up PIF pif0: eth0 configured as DHCP");
    assert_true(ran(f, "/sbin/ifup\txenbr0"));
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
    f->request.pif_uuid = NULL;
    f->request.session = "OpaqueRef:s";
    f->request.pif = "OpaqueRef:p";
    f->request.verb = IFR_DOWN;
    assert_int_equal(run(f), 0);
    assert_true(ran(f, "del-br\txenbr0"));
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
}

TEST_WITH(test_fallback_rewrite, struct fixture, f)
{
    f->request.bridge = NULL;
    f->request.fallback_cache = true;
    f->request.verb = IFR_REWRITE;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
}

TEST_WITH(test_fallback_refused, struct fixture, f)
{
    f->request.bridge = NULL;
    f->request.fallback_cache = true;
    f->request.pif_uuid = "pif7";
    refused(f, DBC_ENOENT, CACHE " knows no PIF pif7 on this host");
    f->request.pif_uuid = "";
    refused(f, DBC_ENOENT, "knows no PIF");
    f->request.pif_uuid = NULL;
    f->request.pif = "OpaqueRef:n"; /* a network's */
    refused(f, DBC_ENOENT, "knows no PIF OpaqueRef:n");
    assert_int_equal(unlink(scratch_path(&f->on.s, CACHE)), 0);
    refused(f, DBC_ENOENT, CACHE);
}

/* ---- Locks, leftovers, dry runs. ------------------------------------------------------------ */

TEST_WITH(test_lock, struct fixture, f)
{
    int fd = dbc_lock_take(scratch_path(&f->on.s, IFR_LOCK_PATH), 0, NULL);
    assert_true(fd >= 0);
    refused(f, DBC_EBUSY, "");
    f->request.dry_run = IFR_DRY_RUN; /* which changes nothing, and waits for nobody */
    assert_int_equal(run(f), 0);
    dbc_lock_drop(fd);
    f->request.dry_run = IFR_DO;
    assert_int_equal(run(f), 0);
    assert_int_equal(run(f), 0); /* dropped again */
}

TEST_WITH(test_leftovers, struct fixture, f)
{
    const char *const left[] = { SCRIPTS "/.ifcfg-xenbr9.xapi-new", SCRIPTS "/.ifcfg-eth0.xapi-old",
                                 "/etc/sysconfig/.network.xapi-new",
                                 "/var/xapi/.network.dbcache.xapi-new" };
    scratch_write(&f->on.s, SCRIPTS "/.hidden", "keep", 0644);
    scratch_write(&f->on.s, "/etc/sysconfig/.other.xapi-new", "keep", 0644);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        scratch_write(&f->on.s, left[i], "half", 0644);
    }
    f->request.dry_run = IFR_DRY_RUN;
    assert_int_equal(run(f), 0);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        assert_string_equal(scratch_read(&f->on.s, left[i]), "half");
    }
    f->request.dry_run = IFR_DO;
    assert_int_equal(run(f), 0);
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        assert_string_equal(scratch_read(&f->on.s, left[i]), "(none)");
    }
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/.hidden"), "keep");
    assert_string_equal(scratch_read(&f->on.s, "/etc/sysconfig/.other.xapi-new"), "keep");
}

TEST_WITH(test_dry_run, struct fixture, f)
{
    f->request.dry_run = IFR_DRY_RUN;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "(none)");
    assert_string_equal(scratch_read(&f->on.s, IFR_LOCK_PATH), "(none)");
    assert_false(ran(f, "--timeout=20"));
    assert_false(ran(f, "/sbin/"));
    assert_non_null(strstr(f->shown.data, "nothing is changed"));
    assert_non_null(strstr(f->shown.data, SCRIPTS "/ifcfg-xenbr0  (new, mode 0644)\n"));
    assert_non_null(strstr(f->shown.data, ". /sbin/ifup xenbr0\n"));
}

TEST_WITH(test_dry_run_json, struct fixture, f)
{
    f->request.dry_run = IFR_DRY_RUN_JSON;
    assert_int_equal(run(f), 0);
    assert_int_equal(strncmp(f->shown.data, "{\n  \"files\": [", 14), 0);
    assert_string_equal(scratch_read(&f->on.s, IFR_LOCK_PATH), "(none)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_up),
        FIXTURE(test_down),
        FIXTURE(test_rewrite),
        FIXTURE(test_later_cache_place),
        FIXTURE(test_a_failure_is_undone),
        FIXTURE(test_no_cache),
        FIXTURE(test_no_such_bridge),
        FIXTURE(test_no_bridge_name),
        FIXTURE(test_not_the_cache_format),
        FIXTURE(test_warnings_are_logged),
        FIXTURE(test_a_tunnel_on_the_bridge),
        FIXTURE(test_an_unknown_datapath),
        FIXTURE(test_planning_failed),
        FIXTURE(test_boot_device),
        FIXTURE(test_no_module),
        FIXTURE(test_fallback),
        FIXTURE(test_fallback_rewrite),
        FIXTURE(test_fallback_refused),
        FIXTURE(test_lock),
        FIXTURE(test_leftovers),
        FIXTURE(test_dry_run),
        FIXTURE(test_dry_run_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
