/* test_reconfigure.c - reconfigure/reconfigure.c: a request from beginning to end on an invented
 * host, commands recorded instead of run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "base/lock.h"
#include "reconfigure/reconfigure.h"
#include "unit/recorded.h"

/* What dbcache-history.so shows, without loading it. */
#define DBC_VERSION "test"
#include "store/module.c"

#define CACHE "/var/xapi/network.dbcache"
#define HISTORY "/var/xapi/" DBC_HISTORY_NAME
#define SCRIPTS "/etc/sysconfig/network-scripts"

static const char cache_text[] =
    "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n"
    "<pif ref=\"OpaqueRef:p\"><uuid>pif0</uuid><management>False</management>"
    "<network>OpaqueRef:n</network><MAC>02:00:00:00:00:01</MAC><device>eth0</device>"
    "<VLAN>-1</VLAN><ip_configuration_mode>DHCP</ip_configuration_mode></pif>\n"
    "<pif ref=\"OpaqueRef:t\"><uuid>pif1</uuid><network>OpaqueRef:tn</network>"
    "<device>tunnel0</device><VLAN>-1</VLAN><tunnel_access_PIF_of><pif>OpaqueRef:tu</pif>"
    "</tunnel_access_PIF_of><ip_configuration_mode>None</ip_configuration_mode></pif>\n"
    "<tunnel ref=\"OpaqueRef:tu\"><access_PIF>OpaqueRef:t</access_PIF>"
    "<transport_PIF>OpaqueRef:p</transport_PIF></tunnel>\n"
    "<network ref=\"OpaqueRef:n\"><uuid>net0</uuid><bridge>xenbr0</bridge>"
    "<PIFs><PIF>OpaqueRef:p</PIF></PIFs></network>\n"
    "<network ref=\"OpaqueRef:tn\"><uuid>net1</uuid><bridge>xapi9</bridge>"
    "<PIFs><PIF>OpaqueRef:t</PIF></PIFs></network>\n"
    "<network ref=\"OpaqueRef:e\"><uuid>net2</uuid><bridge>empty0</bridge></network>\n"
    "</xenserver-network-configuration>\n";

struct fixture {
    struct recorded on;
    struct ifr_request request;
    struct ifr_host host;
    struct dbc_buf shown;
    struct dbc_error err;
    const char *fails; /* the command with this in it exits 1 */
};

static enum dbc_code no_history; /* why the module cannot be loaded; DBC_OK: it can */

/* Instead of store/load.c's. */
const struct dbc_history_module *dbc_history_load(const char *path, struct dbc_error *err)
{
    if (no_history != DBC_OK) {
        dbc_fail(err, no_history, "no %s here", path);
    }
    return no_history == DBC_OK ? &dbcache_history_module : NULL;
}

static void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    const struct fixture *f = ctx;
    result->status = f->fails && strstr(argv[0], f->fails) ? 1 : 0;
}

static int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    no_history = DBC_ENOENT;
    if (recorded_make(&f.on, script, &f) < 0) {
        return -1;
    }
    f.host = (struct ifr_host){
        .prefix = f.on.s.root, .runner = f.on.runner, .log = &f.on.log.log, .lock_wait_ms = 50
    };
    f.request = (struct ifr_request){ .verb = IFR_UP, .bridge = "xenbr0" };
    scratch_write(&f.on.s, CACHE, cache_text, 0644);
    scratch_write(&f.on.s, "/etc/xensource/network.conf", "openvswitch\n", 0644);
    scratch_write(&f.on.s, "/etc/sysconfig/network", "NETWORKING=yes\n", 0644);
    scratch_write(&f.on.s, "/sys/class/net/eth0/address", "02:00:00:00:00:01\n", 0644);
    scratch_write(&f.on.s, "/sbin/ifup", "", 0755);
    scratch_write(&f.on.s, "/sbin/ifdown", "", 0755);
    scratch_mkdir(&f.on.s, SCRIPTS);
    scratch_mkdir(&f.on.s, "/var/lock");
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    dbc_buf_release(&f->shown);
    recorded_remove(&f->on);
    return 0;
}

static int run(struct fixture *f)
{
    return ifr_reconfigure(&f->request, &f->host, &f->shown, &f->err);
}

static bool ran(const struct fixture *f, const char *what)
{
    const struct dbc_strvec *lines = ifr_runner_record_lines(f->on.runner);
    for (size_t i = 0; i < lines->n; i++) {
        if (strstr(lines->v[i], what)) {
            return true;
        }
    }
    return false;
}

static void test_up(void **state)
{
    struct fixture *f = *state;
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

static void test_down(void **state)
{
    struct fixture *f = *state;
    f->request.verb = IFR_DOWN;
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[0], "Force interface xenbr0 down");
    assert_true(ran(f, "del-br\txenbr0"));
}

static void test_rewrite(void **state)
{
    struct fixture *f = *state;
    f->request.verb = IFR_REWRITE;
    f->request.device = "eth0";
    f->request.mac = "x";
    f->request.mode = "dhcp";
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[0], "Force interface xenbr0 rewrite");
    assert_null(strstr(scratch_read(&f->on.s, CACHE), "xapi9"));
    assert_non_null(strstr(scratch_read(&f->on.s, CACHE), "<bridge>xenbr0</bridge>"));
    assert_int_equal(ifr_runner_record_lines(f->on.runner)->n, 0);
}

static void test_later_cache_place(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, "/var/lib/xcp/network.dbcache", cache_text, 0644);
    assert_int_equal(unlink(scratch_path(&f->on.s, CACHE)), 0);
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[1],
                        "Loading xapi database cache from /var/lib/xcp/network.dbcache");
}

static void test_a_failure_is_undone(void **state)
{
    struct fixture *f = *state;
    f->fails = "ovs-vsctl";
    assert_int_equal(run(f), -1);
    assert_int_equal(f->err.code, DBC_ECOMMAND);
    assert_string_equal(f->err.text, "Failed to modify vswitch configuration");
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "(none)");
}

/* ---- Refused. ------------------------------------------------------------------------------- */

static void refused(struct fixture *f, enum dbc_code code, const char *words)
{
    char text[2048];
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    assert_int_equal(run(f), -1);
    assert_int_equal(f->err.code, code);
    assert_non_null(strstr(dbc_error_string(&f->err, text, sizeof text), words));
    assert_int_equal(ifr_runner_record_lines(f->on.runner)->n, 0);
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "(none)");
    assert_int_equal(f->shown.len, 0);
}

static void test_no_cache(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(unlink(scratch_path(&f->on.s, CACHE)), 0);
    refused(f, DBC_ENOENT, CACHE);
}

static void test_no_such_bridge(void **state)
{
    struct fixture *f = *state;
    f->request.bridge = "xenbr7";
    refused(f, DBC_ENOENT, "xenbr7");
    refused(f, DBC_ENOENT, CACHE);
    f->request.bridge = "empty0";
    refused(f, DBC_ENOENT, "empty0");
}

static void test_no_bridge_name(void **state)
{
    struct fixture *f = *state;
    const char *const names[] = { "", "../x", "a b", "sixteen-letters-", "x\n" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        f->request.bridge = names[i];
        refused(f, DBC_EINVAL, "--force");
    }
    assert_int_equal(f->on.log.lines.n, 0);
}

static void test_not_the_cache_format(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, CACHE, "<html></html>\n", 0644);
    assert_int_equal(run(f), -1);
    assert_non_null(strstr(f->err.file, CACHE));
    scratch_write(&f->on.s, CACHE, "", 0644);
    assert_int_equal(run(f), -1);
}

static void test_warnings_are_logged(void **state)
{
    struct fixture *f = *state;
    char text[sizeof cache_text];
    memcpy(text, cache_text, sizeof text);
    *strstr(text, "<network ref=\"OpaqueRef:tn\"") = '\0'; /* damaged behind what we need */
    scratch_write(&f->on.s, CACHE, text, 0644);
    assert_int_equal(run(f), 0);
    assert_non_null(strstr(f->on.log.lines.v[2], CACHE));
}

static void test_a_tunnel_on_the_bridge(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, "/etc/xensource/network.conf", "bridge\n", 0644);
    f->request.bridge = "xapi9";
    refused(f, DBC_EUNSUPPORTED, "Tunnel PIFs are not supported in Bridge mode");
    assert_int_equal(f->on.log.lines.n, 2); /* not yet "Configured for" */
}

static void test_an_unknown_datapath(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, "/etc/xensource/network.conf", "token-ring\n", 0644);
    refused(f, DBC_EINVAL, "token-ring");
}

static void test_planning_failed(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, "/sys/class/net/eth0/address", "02:00:00:00:00:99\n", 0644);
    refused(f, DBC_ENOENT, "eth0");
    assert_string_equal(f->on.log.lines.v[3], "action_up: xenbr0"); /* what led there is not lost */
}

static void test_boot_device(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, "/proc/ardence", "HWaddr: 02:00:00:00:00:01\n", 0644);
    assert_int_equal(run(f), 0);
    assert_string_equal(f->on.log.lines.v[2], "Skipping PVS device eth0 (02:00:00:00:00:01)");
    assert_int_equal(ifr_runner_record_lines(f->on.runner)->n, 0);
}

/* ---- XAPI that cannot be asked.  (tests/xapi has one that can.) ------------------------------ */

/* A test program does not find the module. */
static void test_no_module(void **state)
{
    struct fixture *f = *state;
    f->request.bridge = NULL;
    f->request.pif_uuid = "pif0";
    refused(f, DBC_ENOENT, "xensource-inventory");
    scratch_write(&f->on.s, "/etc/xensource-inventory", "INSTALLATION_UUID='u'\n", 0644);
    refused(f, DBC_ENOENT, "cannot load what talks to XAPI: dbcache-xapi.so");
    assert_int_equal(f->on.log.lines.n, 0);
    assert_string_equal(scratch_read(&f->on.s, IFR_LOCK_PATH), "(none)"); /* nobody is kept out */
}

static void test_fallback(void **state)
{
    struct fixture *f = *state;
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

static void test_fallback_rewrite(void **state)
{
    struct fixture *f = *state;
    f->request.bridge = NULL;
    f->request.fallback_cache = true;
    f->request.verb = IFR_REWRITE;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
}

static void test_fallback_refused(void **state)
{
    struct fixture *f = *state;
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

static void test_lock(void **state)
{
    struct fixture *f = *state;
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

static void test_leftovers(void **state)
{
    struct fixture *f = *state;
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

static void test_dry_run(void **state)
{
    struct fixture *f = *state;
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

static void test_dry_run_json(void **state)
{
    struct fixture *f = *state;
    f->request.dry_run = IFR_DRY_RUN_JSON;
    assert_int_equal(run(f), 0);
    assert_int_equal(strncmp(f->shown.data, "{\n  \"files\": [", 14), 0);
    assert_string_equal(scratch_read(&f->on.s, IFR_LOCK_PATH), "(none)");
}

/* ---- The history. --------------------------------------------------------------------------- */

static bool logged(const struct fixture *f, const char *text)
{
    return strstr(joined(&f->on.log.lines), text) != NULL;
}

/* A snapshot by hand. */
static void keep(struct fixture *f, const char *text)
{
    struct dbc_history_entry entry = { .data = text, .len = strlen(text), .reason = "test" };
    assert_int_equal(save(scratch_path(&f->on.s, HISTORY), &entry, NULL), 0);
}

/* The snapshot before number `before`, as text; "(none)" when there is none. */
static struct dbc_buf kept(struct fixture *f, int64_t before, int64_t *id)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int64_t when = 0;
    if (newest(scratch_path(&f->on.s, HISTORY), before, &text, id, &when, NULL) < 0) {
        dbc_buf_adds(&text, "(none)");
    }
    return text;
}

static void request_rewrite(struct fixture *f)
{
    no_history = DBC_OK;
    f->request.verb = IFR_REWRITE;
    f->request.device = "eth0";
    f->request.mac = "02:00:00:00:00:01";
    f->request.mode = "dhcp";
}

static void test_a_save_keeps_what_was(void **state)
{
    struct fixture *f = *state;
    int64_t id = 0;
    request_rewrite(f);
    f->request.dry_run = IFR_DRY_RUN;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, HISTORY), "(none)");
    f->request.dry_run = IFR_DO;
    assert_int_equal(run(f), 0);
    struct dbc_buf after = kept(f, 0, &id);
    assert_int_equal(id, 2);
    struct dbc_buf before = kept(f, 2, &id);
    assert_int_equal(id, 1);
    assert_string_equal(after.data, scratch_read(&f->on.s, CACHE));
    assert_string_equal(before.data, cache_text);
    assert_false(logged(f, "history"));
    dbc_buf_release(&before);
    dbc_buf_release(&after);
}

/* Only a run that saves has something to keep. */
static void test_up_keeps_nothing(void **state)
{
    struct fixture *f = *state;
    no_history = DBC_OK;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, HISTORY), "(none)");
}

static void break_history(struct fixture *f, const char *how)
{
    sqlite3 *db = NULL;
    keep(f, "x");
    assert_int_equal(sqlite3_open(scratch_path(&f->on.s, HISTORY), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, how, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* Nothing where it is no file. */
static struct dbc_buf history_bytes(struct fixture *f)
{
    struct dbc_buf bytes = DBC_BUF_INIT;
    dbc_file_read(scratch_path(&f->on.s, HISTORY), 1 << 20, &bytes, NULL);
    return bytes;
}

/* Rewrites the cache with a history that is no good: as if there were none, but for a line. */
static void rewrite_despite(struct fixture *f, const char *words)
{
    struct dbc_buf before = history_bytes(f), after = DBC_BUF_INIT;
    request_rewrite(f);
    assert_int_equal(run(f), 0);
    after = history_bytes(f);
    assert_int_equal(f->err.code, DBC_OK);
    assert_null(strstr(scratch_read(&f->on.s, CACHE), "xapi9"));
    assert_int_equal(after.len, before.len);
    assert_true(before.len == 0 || memcmp(after.data, before.data, before.len) == 0);
    assert_true(logged(f, "No history of the cache: "));
    assert_true(logged(f, words));
    dbc_buf_release(&before);
    dbc_buf_release(&after);
}

static void test_a_later_history(void **state)
{
    struct fixture *f = *state;
    break_history(f, "PRAGMA user_version = 99");
    rewrite_despite(f, "a later release made this history");
}

static void test_a_broken_history(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, HISTORY, cache_text, 0644);
    rewrite_despite(f, "not a database");
}

static void test_a_history_without_tables(void **state)
{
    struct fixture *f = *state;
    break_history(f, "DROP TABLE snapshot");
    rewrite_despite(f, "no such table");
}

static void test_no_history_to_write(void **state)
{
    struct fixture *f = *state;
    scratch_mkdir(&f->on.s, HISTORY);
    rewrite_despite(f, "expected a regular file");
}

/* A link to where nothing can be made: as on a read-only medium, for root too. */
static void test_a_read_only_history(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(symlink("/proc/self/nothing", scratch_path(&f->on.s, HISTORY)), 0);
    rewrite_despite(f, "unable to open database file");
}

static void test_no_history_module(void **state)
{
    struct fixture *f = *state;
    request_rewrite(f);
    no_history = DBC_ENOENT;
    assert_int_equal(run(f), 0);
    assert_true(logged(f, "No history of the cache: no dbcache-history.so here"));
    no_history = DBC_EUNSUPPORTED;
    assert_int_equal(run(f), 0);
    assert_string_equal(scratch_read(&f->on.s, HISTORY), "(none)");
}

/* ---- Back to a snapshot. -------------------------------------------------------------------- */

/* Brings xenbr0 up from snapshot `id`. */
static void up_from(struct fixture *f, int id)
{
    char words[64];
    no_history = DBC_OK;
    snprintf(words, sizeof words, "going on from snapshot %d of ", id);
    f->request.verb = IFR_UP;
    assert_int_equal(run(f), 0);
    assert_true(logged(f, words));
    assert_true(ran(f, "/sbin/ifup\txenbr0"));
}

static void test_a_lost_cache(void **state)
{
    struct fixture *f = *state;
    keep(f, cache_text);
    unlink(scratch_path(&f->on.s, CACHE));
    up_from(f, 1);
    assert_string_equal(scratch_read(&f->on.s, CACHE), "(none)"); /* nothing was saved */
    assert_true(logged(f, CACHE)); /* what is wrong with it is said */
}

static void test_an_empty_cache(void **state)
{
    struct fixture *f = *state;
    keep(f, cache_text);
    scratch_write(&f->on.s, CACHE, "", 0644);
    up_from(f, 1);
}

/* The records behind the damage are missing: the bridge's network among them. */
static void test_a_cut_cache(void **state)
{
    struct fixture *f = *state;
    char cut[sizeof cache_text];
    memcpy(cut, cache_text, sizeof cut);
    *strstr(cut, "<network ref=") = '\0';
    keep(f, cache_text);
    keep(f, cut); /* somebody saved it so: passed over */
    scratch_write(&f->on.s, CACHE, cut, 0644);
    up_from(f, 1);
}

static void test_a_damaged_snapshot_is_passed_over(void **state)
{
    struct fixture *f = *state;
    keep(f, cache_text);
    break_history(f, "UPDATE chunk SET data = x'00' WHERE id > 1");
    unlink(scratch_path(&f->on.s, CACHE));
    up_from(f, 1);
}

/* A bridge that a sound cache does not know is an error; no snapshot may bring it back. */
static void test_a_sound_cache_is_believed(void **state)
{
    struct fixture *f = *state;
    no_history = DBC_OK;
    keep(f, cache_text);
    scratch_write(&f->on.s, CACHE,
                  "<xenserver-network-configuration></xenserver-network-configuration>\n", 0644);
    refused(f, DBC_ENOENT, "xenbr0");
    assert_false(logged(f, "snapshot"));
}

static void test_a_lost_cache_and_no_good_snapshot(void **state)
{
    struct fixture *f = *state;
    no_history = DBC_OK;
    unlink(scratch_path(&f->on.s, CACHE));
    refused(f, DBC_ENOENT, CACHE);
    assert_false(logged(f, "No history")); /* that there is none is no news */
    break_history(f, "UPDATE chunk SET data = x'00'");
    refused(f, DBC_ENOENT, CACHE);
    break_history(f, "PRAGMA user_version = 99");
    refused(f, DBC_ENOENT, CACHE);
    assert_true(logged(f, "a later release"));
    no_history = DBC_EUNSUPPORTED;
    refused(f, DBC_ENOENT, CACHE);
}

#define FIXTURE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
        FIXTURE(test_a_save_keeps_what_was),
        FIXTURE(test_up_keeps_nothing),
        FIXTURE(test_a_later_history),
        FIXTURE(test_a_broken_history),
        FIXTURE(test_a_history_without_tables),
        FIXTURE(test_no_history_to_write),
        FIXTURE(test_a_read_only_history),
        FIXTURE(test_no_history_module),
        FIXTURE(test_a_lost_cache),
        FIXTURE(test_an_empty_cache),
        FIXTURE(test_a_cut_cache),
        FIXTURE(test_a_damaged_snapshot_is_passed_over),
        FIXTURE(test_a_sound_cache_is_believed),
        FIXTURE(test_a_lost_cache_and_no_good_snapshot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
