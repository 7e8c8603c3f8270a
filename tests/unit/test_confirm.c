/* test_confirm.c - the record of a change that waits to be confirmed: what is written, what is
 * believed of a file that anybody may have written, and what each phase lets one do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <time.h>

#include "base/clock.h"
#include "reconfigure/confirm.h"
#include "unit/fail_calls.h"
#include "unit/reconfigure_host.h"

#define RECORD "/var/xapi/" IFR_CONFIRM_FILE
#define MARK "/var/run/dbcache-reverting"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define ID "0123456789abcdef0123456789abcdef"
#define OTHER_ID "00000000000000000000000000000000"
#define NOW 1000000 /* ms since the boot */
#define UNDO "{\"devices\":{},\"files\":{},\"flows\":{},\"added\":{}}"

/* The clocks of the test: only that of the boot is what a deadline goes by. */
static int64_t since_boot, wall, since_start;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int64_t ms = clock == CLOCK_BOOTTIME   ? since_boot
                 : clock == CLOCK_REALTIME ? wall
                                           : since_start++;

    now->tv_sec = ms / 1000;
    now->tv_nsec = ms % 1000 * 1000000;
    return 0;
}

static int confirm_setup(void **state)
{
    struct fixture *f = NULL;

    if (setup(state) < 0) {
        return -1;
    }
    f = *state;
    since_boot = NOW;
    wall = 1700000000000;
    scratch_write(&f->on.s, BOOT_ID, "this-boot\n", 0444);
    scratch_mkdir(&f->on.s, "/var/run");
    return 0;
}

/* A whole record as text, of which a test replaces members: NULL ends KEY, VALUE, ... */
static const char *record_with(const char *key, const char *value)
{
    static char text[8192];
    const char *const whole[][2] = {
        { "version", "1" },
        { "id", "\"" ID "\"" },
        { "phase", "\"applied\"" },
        { "boot_id", "\"this-boot\"" },
        { "since", "\"2026-01-02T03:04:05Z\"" },
        { "seconds", "60" },
        { "deadline", "1005000" },
        { "device", "\"xenbr0\"" },
        { "command", "\"up\"" },
        { "probes", "[\"10.99.0.2\",\"fe80::1\"]" },
        { "undo", UNDO },
    };
    size_t len = (size_t)snprintf(text, sizeof text, "{\"more\":0");

    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        const char *is = key != NULL && strcmp(key, whole[i][0]) == 0 ? value : whole[i][1];
        if (is != NULL) {
            len += (size_t)snprintf(text + len, sizeof text - len, ",\"%s\":%s", whole[i][0], is);
        }
    }
    if (key != NULL && strcmp(key, "save") == 0) {
        len += (size_t)snprintf(text + len, sizeof text - len, ",\"save\":%s", value);
    }
    snprintf(text + len, sizeof text - len, "}");
    return text;
}

static void put_record(struct fixture *f, const char *key, const char *value)
{
    scratch_write(&f->on.s, RECORD, record_with(key, value), 0600);
}

static void put_phase(struct fixture *f, const char *phase)
{
    char value[32];

    snprintf(value, sizeof value, "\"%s\"", phase);
    put_record(f, "phase", value);
}

static int read_record(struct fixture *f, struct ifr_pending *pending)
{
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    return ifr_pending_read(f->on.facts, pending, &f->err);
}

static void assert_says(const struct fixture *f, const char *words)
{
    char text[2048];

    if (strstr(dbc_error_string(&f->err, text, sizeof text), words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, words);
    }
}

static void assert_refused(struct fixture *f, enum dbc_code code, const char *words)
{
    struct ifr_pending pending = { NULL };

    assert_int_equal(read_record(f, &pending), -1);
    assert_null(pending.json);
    assert_int_equal(f->err.code, code);
    assert_says(f, words);
}

static enum ifr_phase phase_on_disk(struct fixture *f)
{
    struct ifr_pending pending = { NULL };
    enum ifr_phase phase = IFR_N_PHASES;

    assert_int_equal(read_record(f, &pending), 0);
    if (pending.json != NULL) {
        phase = ifr_pending_phase(&pending);
    }
    ifr_pending_release(&pending);
    return phase;
}

static mode_t mode_of_record(struct fixture *f)
{
    struct stat st = { 0 };

    assert_int_equal(stat(scratch_path(&f->on.s, RECORD), &st), 0);
    return st.st_mode & 07777;
}

/* ---- Written and read ----------------------------------------------------------------------- */

static void test_none(void **state)
{
    assert_int_equal(phase_on_disk(*state), IFR_N_PHASES);
}

static void test_each_phase(void **state)
{
    static const char *const names[IFR_N_PHASES] = { "armed", "applied", "confirmed", "reverting",
                                                     "reverted" };
    struct fixture *f = *state;

    for (int i = 0; i < IFR_N_PHASES; i++) {
        struct ifr_pending pending = { NULL };
        put_record(f, NULL, NULL);
        assert_int_equal(read_record(f, &pending), 0);
        assert_int_equal(ifr_pending_set_phase(f->on.facts, &pending, (enum ifr_phase)i, NULL), 0);
        ifr_pending_release(&pending);
        assert_non_null(strstr(scratch_read(&f->on.s, RECORD), names[i]));
        assert_int_equal(phase_on_disk(f), i);
    }
}

static void test_private(void **state)
{
    struct fixture *f = *state;
    struct ifr_pending pending = { NULL };

    put_record(f, NULL, NULL);
    assert_int_equal(read_record(f, &pending), 0);
    assert_int_equal(unlink(scratch_path(&f->on.s, RECORD)), 0);
    assert_int_equal(ifr_pending_write(f->on.facts, &pending, NULL), 0);
    assert_int_equal(mode_of_record(f), 0600);
    /* Nor does an older one make it public. */
    assert_int_equal(chmod(scratch_path(&f->on.s, RECORD), 0644), 0);
    assert_int_equal(ifr_pending_write(f->on.facts, &pending, NULL), 0);
    assert_int_equal(mode_of_record(f), 0600);
    ifr_pending_release(&pending);
}

static void test_remove(void **state)
{
    struct fixture *f = *state;

    put_record(f, NULL, NULL);
    assert_true(ifr_pending_remove(f->on.facts));
    assert_string_equal(scratch_read(&f->on.s, RECORD), "(none)");
    assert_true(ifr_pending_remove(f->on.facts));
    fail_call("fsync", 0, EIO);
    assert_false(ifr_pending_remove(f->on.facts)); /* it may come back */
    assert_true(fault_hit());
}

/* ---- Time and boot -------------------------------------------------------------------------- */

static int64_t left_now(struct fixture *f)
{
    struct ifr_pending pending = { NULL };
    int64_t left = -1;

    assert_int_equal(read_record(f, &pending), 0);
    left = ifr_pending_left(&pending);
    ifr_pending_release(&pending);
    return left;
}

static void test_left(void **state)
{
    struct fixture *f = *state;

    put_record(f, NULL, NULL);
    assert_int_equal(left_now(f), 5000);
    wall -= 3600000; /* somebody sets the clock back, and forward */
    assert_int_equal(left_now(f), 5000);
    wall += 36000000;
    since_start = 9000000;
    assert_int_equal(left_now(f), 5000);
    since_boot += 4999;
    assert_int_equal(left_now(f), 1);
    since_boot += 1;
    assert_int_equal(left_now(f), 0);
    since_boot += 3600000;
    assert_int_equal(left_now(f), 0);
}

static bool is_of_this_boot(struct fixture *f)
{
    struct ifr_pending pending = { NULL };
    bool same = false;

    assert_int_equal(read_record(f, &pending), 0);
    same = ifr_pending_is_of_this_boot(f->on.facts, &pending);
    ifr_pending_release(&pending);
    return same;
}

static void test_boot(void **state)
{
    struct fixture *f = *state;

    put_record(f, NULL, NULL);
    assert_true(is_of_this_boot(f));
    put_record(f, "boot_id", "\"another\"");
    assert_false(is_of_this_boot(f));
    put_record(f, "boot_id", "\"\"");
    assert_false(is_of_this_boot(f));
    /* Where the kernel does not say, nothing is of this boot. */
    assert_int_equal(unlink(scratch_path(&f->on.s, BOOT_ID)), 0);
    assert_false(is_of_this_boot(f));
}

/* ---- Hostile -------------------------------------------------------------------------------- */

static void test_hostile_values(void **state)
{
    static const struct {
        const char *key, *value, *words;
    } bad[] = {
        { "version", NULL, "version 1" },
        { "version", "2", "version 1" },
        { "version", "\"1\"", "version 1" },
        { "id", NULL, "no usable id" },
        { "id", "7", "no usable id" },
        { "id", "\"0123456789abcdef0123456789abcde\"", "no usable id" },
        { "id", "\"0123456789ABCDEF0123456789ABCDEF\"", "no usable id" },
        { "id", "\"../../../../../../../etc/passwd\"", "no usable id" },
        { "phase", NULL, "no usable id" },
        { "phase", "1", "no usable id" },
        { "phase", "\"Applied\"", "no usable id" },
        { "phase", "\"\"", "no usable id" },
        { "device", NULL, "no usable id" },
        { "device", "[\"xenbr0\"]", "no usable id" },
        { "device", "\"-I\"", "no usable id" },
        { "device", "\"../xenbr0\"", "no usable id" },
        { "device", "\"a-name-of-16-chr\"", "no usable id" },
        { "deadline", NULL, "no usable id" },
        { "deadline", "\"1005000\"", "no usable id" },
        { "deadline", "1005000.5", "no usable id" },
        { "deadline", "-1", "no usable id" },
        { "deadline", "true", "no usable id" },
        { "boot_id", "1", "no boot_id" },
        { "boot_id", NULL, "no boot_id" },
        { "since", "{}", "no since" },
        { "command", "\"up; reboot\"", "command or cache" },
        { "command", "\"\\u001b[2J\"", "command or cache" },
        { "command", "null", "command or cache" },
        { "save", "1", "command or cache" },
        { "save", "[\"<xml/>\"]", "command or cache" },
        { "probes", NULL, "probes" },
        { "probes", "{\"10.99.0.2\":1}", "probes" },
        { "probes", "[1]", "no address" },
        { "probes", "[\"-f\"]", "no address" },
        { "probes", "[\"10.99.0.2 -f\"]", "no address" },
        { "probes", "[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\"]", "too many" },
        { "undo", NULL, "no devices" },
        { "undo", "[]", "no devices" },
        { "undo", "{\"devices\":{\"-x\":null},\"files\":{},\"flows\":{},\"added\":{}}", "devices" },
        { "undo", "{\"devices\":{},\"files\":{\"/etc/passwd\":null},\"flows\":{},\"added\":{}}",
          "files" },
    };
    struct fixture *f = *state;

    put_record(f, NULL, NULL);
    assert_int_equal(phase_on_disk(f), IFR_APPLIED);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put_record(f, bad[i].key, bad[i].value);
        assert_refused(f, DBC_EPARSE, bad[i].words);
        assert_says(f, "look at it, and remove it");
        assert_says(f, RECORD);
    }
}

static void test_hostile_texts(void **state)
{
    static const char *const bad[] = { "",
                                       "{",
                                       "[]",
                                       "null",
                                       "\"applied\"",
                                       "{} {}",
                                       "{\"id\":1,\"id\":2}",
                                       "\xff\xfe",
                                       "{\"id\":\"\xff\"}" };
    struct fixture *f = *state;
    char *deep = malloc(100001);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scratch_write(&f->on.s, RECORD, bad[i], 0600);
        assert_refused(f, DBC_EPARSE, "look at it, and remove it");
    }
    assert_non_null(deep);
    memset(deep, '[', 100000);
    deep[100000] = '\0';
    scratch_write(&f->on.s, RECORD, deep, 0600);
    assert_refused(f, DBC_EPARSE, "no JSON");
    free(deep);
}

static void test_too_large(void **state)
{
    struct fixture *f = *state;

    put_record(f, NULL, NULL);
    assert_int_equal(truncate(scratch_path(&f->on.s, RECORD), (off_t)IFR_UNDO_MAX + 1), 0);
    assert_refused(f, DBC_ELIMIT, RECORD);
}

static void test_not_to_be_trusted(void **state)
{
    static const mode_t bad[] = { 0620, 0602, 0666, 0777 };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scratch_write(&f->on.s, RECORD, record_with(NULL, NULL), bad[i]);
        assert_refused(f, DBC_EINVAL, "not to be trusted");
    }
    scratch_write(&f->on.s, RECORD, record_with(NULL, NULL), 0600);
    if (geteuid() == 0) {
        assert_int_equal(chown(scratch_path(&f->on.s, RECORD), 65534, 0), 0);
        assert_refused(f, DBC_EINVAL, "not to be trusted");
    }
}

static void test_no_file(void **state)
{
    struct fixture *f = *state;

    scratch_write(&f->on.s, "/var/xapi/elsewhere", record_with(NULL, NULL), 0600);
    assert_int_equal(symlink("elsewhere", scratch_path(&f->on.s, RECORD)), 0);
    assert_refused(f, DBC_EINVAL, "not to be trusted");
    assert_int_equal(unlink(scratch_path(&f->on.s, RECORD)), 0);
    assert_int_equal(mkfifo(scratch_path(&f->on.s, RECORD), 0600), 0);
    assert_refused(f, DBC_EINVAL, RECORD);
    assert_int_equal(unlink(scratch_path(&f->on.s, RECORD)), 0);
    scratch_mkdir(&f->on.s, RECORD);
    assert_refused(f, DBC_EINVAL, RECORD);
}

/* ---- Going back that could not be written down ---------------------------------------------- */

static enum ifr_phase marked(struct fixture *f, const char *phase, const char *mark)
{
    put_phase(f, phase);
    scratch_write(&f->on.s, MARK, mark, 0600);
    return phase_on_disk(f);
}

static void test_mark(void **state)
{
    struct fixture *f = *state;
    struct ifr_pending pending = { NULL };

    assert_int_equal(marked(f, "applied", ID), IFR_REVERTING);
    assert_int_equal(marked(f, "armed", ID), IFR_REVERTING);
    assert_int_equal(marked(f, "confirmed", ID), IFR_CONFIRMED);
    assert_int_equal(marked(f, "reverted", ID), IFR_REVERTED);
    assert_int_equal(marked(f, "applied", OTHER_ID), IFR_APPLIED);
    assert_int_equal(marked(f, "applied", ID "0"), IFR_APPLIED);
    assert_int_equal(marked(f, "applied", ""), IFR_APPLIED);
    assert_int_equal(unlink(scratch_path(&f->on.s, MARK)), 0);
    assert_int_equal(read_record(f, &pending), 0);
    assert_int_equal(ifr_pending_phase(&pending), IFR_APPLIED);
    assert_int_equal(ifr_pending_mark(f->on.facts, &pending, NULL), 0);
    ifr_pending_release(&pending);
    assert_int_equal(phase_on_disk(f), IFR_REVERTING);
}

/* ---- Arming --------------------------------------------------------------------------------- */

static int arm(struct fixture *f, struct ifr_pending *pending)
{
    struct ifr_undo undo = { json_loads(UNDO, 0, NULL) };
    int rc = -1;

    f->request.confirm_s = 30;
    f->request.probes[0] = "10.99.0.2";
    f->request.n_probes = 1;
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    rc = ifr_confirm_arm(f->on.facts, &f->request, "xenbr0", &undo, pending, &f->err);
    ifr_undo_release(&undo);
    return rc;
}

static void test_arm(void **state)
{
    struct fixture *f = *state;
    struct ifr_pending one = { NULL }, other = { NULL };

    assert_int_equal(arm(f, &one), 0);
    assert_int_equal(phase_on_disk(f), IFR_ARMED);
    assert_int_equal(mode_of_record(f), 0600);
    assert_true(ifr_pending_is_of_this_boot(f->on.facts, &one));
    assert_int_equal(arm(f, &other), 0);
    assert_string_not_equal(ifr_pending_text(&one, "id"), ifr_pending_text(&other, "id"));
    ifr_pending_release(&one);
    ifr_pending_release(&other);
}

/* Each way that a disk has to refuse: then there is no record, not even one that may not last. */
static void test_arm_refused(void **state)
{
    static const struct {
        const char *call;
        long nth;
    } ways[] = { { "write", 0 }, { "fsync", 0 }, { "renameat", 0 }, { "fsync", 1 } };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct ifr_pending pending = { NULL };
        fail_call(ways[i].call, ways[i].nth, ENOSPC);
        assert_int_equal(arm(f, &pending), -1);
        assert_true(fault_hit());
        assert_null(pending.json);
        assert_int_equal(f->err.code, DBC_EIO);
        assert_string_equal(scratch_read(&f->on.s, RECORD), "(none)");
    }
}

/* ---- What each phase lets one do ------------------------------------------------------------ */

static int confirm(struct fixture *f, const char *id)
{
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    return ifr_confirm(&f->host, id, &f->err);
}

static void test_check(void **state)
{
    struct fixture *f = *state;

    put_phase(f, "confirmed");
    assert_int_equal(ifr_confirm_check(f->on.facts, &f->err), 0);
    put_phase(f, "reverted");
    assert_int_equal(ifr_confirm_check(f->on.facts, &f->err), 0);
    put_phase(f, "applied");
    assert_int_equal(ifr_confirm_check(f->on.facts, &f->err), -1);
    assert_int_equal(f->err.code, DBC_EBUSY);
    assert_says(f, "a change of xenbr0 waits to be confirmed, for 5 s more");
    assert_says(f, ID);
    put_phase(f, "armed");
    dbc_error_clear(&f->err);
    assert_int_equal(ifr_confirm_check(f->on.facts, &f->err), -1);
    assert_says(f, "was not finished");
}

static void test_confirm(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(confirm(f, NULL), -1);
    assert_int_equal(f->err.code, DBC_ENOENT);
    put_record(f, "save", "\"<saved/>\"");
    assert_int_equal(confirm(f, OTHER_ID), -1);
    assert_says(f, "no change " OTHER_ID);
    assert_int_equal(phase_on_disk(f), IFR_APPLIED);
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
    assert_int_equal(confirm(f, ID), 0);
    assert_int_equal(phase_on_disk(f), IFR_CONFIRMED);
    assert_string_equal(scratch_read(&f->on.s, CACHE), "<saved/>");
    assert_null(strstr(scratch_read(&f->on.s, RECORD), "<saved/>"));
    /* Again: a success that does nothing. */
    scratch_write(&f->on.s, CACHE, cache_text, 0644);
    fail_call("fsync", 0, EIO);
    assert_int_equal(confirm(f, ID), 0);
    assert_false(fault_hit());
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
    assert_int_equal(confirm(f, NULL), -1);
    assert_int_equal(f->err.code, DBC_ENOENT);
}

/* A confirmation is one write: before it the change waits, and behind it it is kept. */
static void test_confirm_refused(void **state)
{
    struct fixture *f = *state;

    put_record(f, "save", "\"<saved/>\"");
    fail_call("renameat", 0, ENOSPC);
    assert_int_equal(confirm(f, ID), -1);
    assert_true(fault_hit());
    assert_int_equal(phase_on_disk(f), IFR_APPLIED);
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
    fail_call("renameat", 1, ENOSPC); /* of the cache */
    assert_int_equal(confirm(f, ID), -1);
    assert_true(fault_hit());
    assert_int_equal(phase_on_disk(f), IFR_CONFIRMED);
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
    assert_int_equal(confirm(f, ID), 0);
    assert_string_equal(scratch_read(&f->on.s, CACHE), "<saved/>");
}

static void test_confirm_too_late(void **state)
{
    static const char *const phases[] = { "reverting", "reverted" };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
        put_phase(f, phases[i]);
        assert_int_equal(confirm(f, ID), -1);
        assert_int_equal(f->err.code, DBC_ECONFLICT);
        assert_says(f, "taken back");
    }
    put_phase(f, "armed");
    assert_int_equal(confirm(f, ID), -1);
    assert_says(f, "was never finished");
    assert_int_equal(phase_on_disk(f), IFR_ARMED);
    /* The deadline is one of this boot. */
    put_record(f, "boot_id", "\"another\"");
    assert_int_equal(confirm(f, ID), -1);
    assert_says(f, "too late");
    assert_int_equal(phase_on_disk(f), IFR_REVERTED);
    assert_string_equal(scratch_read(&f->on.s, CACHE), cache_text);
}

static void test_revert_confirmed(void **state)
{
    struct fixture *f = *state;

    put_phase(f, "confirmed");
    assert_int_equal(ifr_revert(&f->host, ID, &f->err), -1);
    assert_int_equal(f->err.code, DBC_ECONFLICT);
    assert_int_equal(phase_on_disk(f), IFR_CONFIRMED);
}

/* ---- What is left of an earlier boot --------------------------------------------------------- */

#define FILE_OF_BEFORE                                                                             \
    "{\"devices\":{\"xenbr0\":null},\"files\":{\"/etc/sysconfig/network-scripts/ifcfg-xenbr0\":"   \
    "{\"text\":\"OLD=1\\n\",\"mode\":420,\"uid\":0,\"gid\":0},"                                    \
    "\"/etc/sysconfig/network-scripts/ifcfg-new\":null},\"flows\":{},\"added\":{}}"

static void put_earlier_boot(struct fixture *f)
{
    put_record(f, "undo", FILE_OF_BEFORE);
    scratch_write(&f->on.s, BOOT_ID, "next-boot\n", 0444);
    scratch_write(&f->on.s, SCRIPTS "/ifcfg-xenbr0", "NEW=1\n", 0644);
    scratch_write(&f->on.s, SCRIPTS "/ifcfg-new", "NEW=1\n", 0644);
}

static void test_earlier_boot(void **state)
{
    struct fixture *f = *state;

    put_earlier_boot(f);
    assert_int_equal(chmod(scratch_path(&f->on.s, BOOT_ID), 0644), 0);
    assert_int_equal(ifr_confirm_settle(&f->host, f->on.facts, &f->err), 0);
    assert_int_equal(phase_on_disk(f), IFR_REVERTED);
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "OLD=1\n");
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-new"), "(none)");
}

/* At boot a disk that takes nothing is no reason to have no network. */
static void test_earlier_boot_on_a_full_disk(void **state)
{
    struct fixture *f = *state;

    put_earlier_boot(f);
    fail_call("renameat", 0, ENOSPC);
    fault.kind = FAULT_ALWAYS;
    assert_int_equal(ifr_confirm_settle(&f->host, f->on.facts, &f->err), 0);
    assert_true(fault_hit());
    assert_int_equal(phase_on_disk(f), IFR_APPLIED);
    assert_int_equal(ifr_confirm_settle(&f->host, f->on.facts, &f->err), 0);
    assert_int_equal(phase_on_disk(f), IFR_REVERTED);
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "OLD=1\n");
}

#undef FIXTURE
#define FIXTURE(name) cmocka_unit_test_setup_teardown(name, confirm_setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_none),
        FIXTURE(test_each_phase),
        FIXTURE(test_private),
        FIXTURE(test_remove),
        FIXTURE(test_left),
        FIXTURE(test_boot),
        FIXTURE(test_hostile_values),
        FIXTURE(test_hostile_texts),
        FIXTURE(test_too_large),
        FIXTURE(test_not_to_be_trusted),
        FIXTURE(test_no_file),
        FIXTURE(test_mark),
        FIXTURE(test_arm),
        FIXTURE(test_arm_refused),
        FIXTURE(test_check),
        FIXTURE(test_confirm),
        FIXTURE(test_confirm_refused),
        FIXTURE(test_confirm_too_late),
        FIXTURE(test_revert_confirmed),
        FIXTURE(test_earlier_boot),
        FIXTURE(test_earlier_boot_on_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
