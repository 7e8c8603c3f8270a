/* test_confirm.c - a change that waits to be confirmed: it is armed completely or not at all, what
 * each phase allows, and what the next boot does with it. */
#include "unit/test.h"

#include "unit/confirm_host.h"

/* ---- Arming --------------------------------------------------------------------------------- */

static int arm(struct fixture *f, struct ifr_pending *pending)
{
    struct ifr_undo undo = { json_loads(UNDO, 0, NULL) };
    struct dbc_strvec bridges = DBC_STRVEC_INIT;
    int rc = -1;

    dbc_strvec_pushl(&bridges, "xenbr0", "xapi1", NULL);
    f->request.confirm_s = 30;
    f->request.probes[0] = "10.99.0.2";
    f->request.n_probes = 1;
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    rc = ifr_confirm_arm(f->on.facts, &f->request, &bridges, &undo, pending, &f->err);
    dbc_strvec_release(&bridges);
    ifr_undo_release(&undo);
    return rc;
}

TEST_WITH(test_arm, struct fixture, f)
{
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
TEST_WITH(test_arm_refused, struct fixture, f)
{
    static const struct {
        const char *call;
        long nth;
    } ways[] = { { "write", 0 }, { "fsync", 0 }, { "renameat", 0 }, { "fsync", 1 } };

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

TEST_WITH(test_check, struct fixture, f)
{
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

TEST_WITH(test_confirm, struct fixture, f)
{
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
TEST_WITH(test_confirm_refused, struct fixture, f)
{
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

TEST_WITH(test_confirm_too_late, struct fixture, f)
{
    static const char *const phases[] = { "reverting", "reverted" };

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

TEST_WITH(test_revert_confirmed, struct fixture, f)
{
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

TEST_WITH(test_earlier_boot, struct fixture, f)
{
    put_earlier_boot(f);
    assert_int_equal(chmod(scratch_path(&f->on.s, BOOT_ID), 0644), 0);
    assert_int_equal(ifr_confirm_settle(&f->host, f->on.facts, &f->err), 0);
    assert_int_equal(phase_on_disk(f), IFR_REVERTED);
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-xenbr0"), "OLD=1\n");
    assert_string_equal(scratch_read(&f->on.s, SCRIPTS "/ifcfg-new"), "(none)");
    assert_int_equal(f->on.log.lines.n, 2);
    assert_string_equal(f->on.log.lines.v[0], "taking back the change of xenbr0 (" ID ")");
    assert_string_equal(f->on.log.lines.v[1], "the change of xenbr0 was taken back");
}

/* At boot a disk that takes nothing is no reason to have no network. */
TEST_WITH(test_earlier_boot_on_a_full_disk, struct fixture, f)
{
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIRM_TEST(test_arm),
        CONFIRM_TEST(test_arm_refused),
        CONFIRM_TEST(test_check),
        CONFIRM_TEST(test_confirm),
        CONFIRM_TEST(test_confirm_refused),
        CONFIRM_TEST(test_confirm_too_late),
        CONFIRM_TEST(test_revert_confirmed),
        CONFIRM_TEST(test_earlier_boot),
        CONFIRM_TEST(test_earlier_boot_on_a_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
