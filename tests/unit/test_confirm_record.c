/* test_confirm_record.c - the record of a change that waits to be confirmed: what is written, and
 * what is accepted from a file that anybody may have written. */
#include "unit/test.h"

#include "unit/confirm_host.h"

/* ---- Written and read ----------------------------------------------------------------------- */

static void test_none(void **state)
{
    assert_int_equal(phase_on_disk(*state), IFR_N_PHASES);
}

TEST_WITH(test_each_phase, struct fixture, f)
{
    static const char *const names[IFR_N_PHASES] = { "armed", "applied", "confirmed", "reverting",
                                                     "reverted" };

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

TEST_WITH(test_private, struct fixture, f)
{
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

TEST_WITH(test_remove, struct fixture, f)
{
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

TEST_WITH(test_left, struct fixture, f)
{
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

TEST_WITH(test_boot, struct fixture, f)
{
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

static const struct {
    const char *key, *value, *words;
} bad_values[] = {
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
    { "bridges", NULL, "bridges" },
    { "bridges", "[]", "bridges" },
    { "bridges", "\"xenbr0\"", "bridges" },
    { "bridges", "[\"xapi1\"]", "bridges" },
    { "bridges", "[\"xenbr0\",7]", "bridges" },
    { "bridges", "[\"xenbr0\",\"-I\"]", "bridges" },
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

TEST_WITH(test_hostile_values, struct fixture, f)
{
    put_record(f, NULL, NULL);
    assert_int_equal(phase_on_disk(f), IFR_APPLIED);
    for (size_t i = 0; i < sizeof bad_values / sizeof bad_values[0]; i++) {
        put_record(f, bad_values[i].key, bad_values[i].value);
        assert_refused(f, DBC_EPARSE, bad_values[i].words);
        assert_says(f, "look at it, and remove it");
        assert_says(f, RECORD);
    }
}

TEST_WITH(test_hostile_texts, struct fixture, f)
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
    char *deep = malloc(100001);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scratch_write(&f->on.s, RECORD, bad[i], 0600);
        assert_refused(f, DBC_EPARSE, "look at it, and remove it");
    }
    /* A whole one that says two things. */
    put_record(f, "seconds", "60,\"phase\":\"confirmed\"");
    assert_refused(f, DBC_EPARSE, "no JSON");
    assert_non_null(deep);
    memset(deep, '[', 100000);
    deep[100000] = '\0';
    scratch_write(&f->on.s, RECORD, deep, 0600);
    assert_refused(f, DBC_EPARSE, "no JSON");
    free(deep);
}

TEST_WITH(test_too_large, struct fixture, f)
{
    put_record(f, NULL, NULL);
    assert_int_equal(truncate(scratch_path(&f->on.s, RECORD), (off_t)IFR_UNDO_MAX + 1), 0);
    assert_refused(f, DBC_ELIMIT, RECORD);
}

TEST_WITH(test_not_to_be_trusted, struct fixture, f)
{
    static const mode_t bad[] = { 0620, 0602, 0666, 0777 };

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

TEST_WITH(test_no_file, struct fixture, f)
{
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

TEST_WITH(test_mark, struct fixture, f)
{
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIRM_TEST(test_none),           CONFIRM_TEST(test_each_phase),
        CONFIRM_TEST(test_private),        CONFIRM_TEST(test_remove),
        CONFIRM_TEST(test_left),           CONFIRM_TEST(test_boot),
        CONFIRM_TEST(test_hostile_values), CONFIRM_TEST(test_hostile_texts),
        CONFIRM_TEST(test_too_large),      CONFIRM_TEST(test_not_to_be_trusted),
        CONFIRM_TEST(test_no_file),        CONFIRM_TEST(test_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
