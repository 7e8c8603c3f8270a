/* test_apply.c - reconfigure/plan/apply.c: what carrying out a plan does, logs and undoes. */
#include "unit/test.h"

#include "unit/apply_host.h"

/* ---- The walk. ------------------------------------------------------------------------------ */

TEST_WITH(test_all_goes_well, struct fixture, f)
{
    struct stat st;
    ifr_plan_note(&f->plan, "hello");
    change_files(f);
    command(f, IFR_FATAL, "/bin/a");
    command(f, IFR_FATAL, "/bin/b")->quiet = true;
    ifr_plan_step(&f->plan, IFR_STEP_COMMIT, IFR_FATAL);
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/bin/a|/bin/b");
    assert_logged(f, "hello|Applying changes to /etc/old configuration|"
                     "Applying changes to /etc/new configuration|Running command: /bin/a|"
                     "Committing changes to /etc/old configuration|"
                     "Committing changes to /etc/new configuration");
    assert_files(f, "after\n", "after\n");
    assert_int_equal(stat(scratch_path(&f->on.s, "/etc/old"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

TEST_WITH(test_nothing, struct fixture, f)
{
    assert_int_equal(apply(f), 0);
    assert_ran(f, "");
}

TEST_WITH(test_notes_are_logged_once, struct fixture, f)
{
    ifr_plan_note(&f->plan, "one");
    ifr_step_only_if(ifr_plan_note(&f->plan, "device"), "eth0", "no eth0");
    ifr_plan_flush_notes(&f->plan, &f->on.log.log);
    ifr_plan_flush_notes(&f->plan, &f->on.log.log);
    ifr_plan_note(&f->plan, "two");
    assert_int_equal(apply(f), 0);
    assert_logged(f, "one|two");
}

TEST_WITH(test_devices_decide, struct fixture, f)
{
    scratch_mkdir(&f->on.s, "/sys/class/net/eth0");
    ifr_step_only_if(command(f, IFR_FATAL, "/bin/a"), "eth0", "no eth0");
    ifr_step_only_if(command(f, IFR_FATAL, "/bin/b"), "eth1", "no eth1");
    ifr_step_only_if(command(f, IFR_FATAL, "/bin/c"), "eth1", NULL);
    ifr_step_only_if(ifr_plan_note(&f->plan, "there"), "eth0", "not there");
    ifr_step_only_if(ifr_plan_note(&f->plan, "there"), "eth1", "not there");
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/bin/a");
    assert_logged(f, "Running command: /bin/a|no eth1|there|not there");
}

TEST_WITH(test_a_fatal_failure_is_undone, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/bin/c", .status = 3 };
    undoable(f, "/bin/a", "/undo/a");
    change_files(f);
    undoable(f, "/bin/b", "/undo/b");
    ifr_step_only_if(undoable(f, "/bin/off", "/undo/off"), "eth9", NULL);
    ifr_step_text(undoable(f, "/bin/c", "/undo/c"), "C is broken");
    undoable(f, "/bin/d", "/undo/d");
    ifr_plan_step(&f->plan, IFR_STEP_COMMIT, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a|/bin/b|/bin/c|/undo/c|/undo/b|/undo/a");
    assert_files(f, "before\n", "(none)");
    assert_int_equal(f->err.code, DBC_ECOMMAND);
    assert_string_equal(f->err.text, "C is broken");
    assert_logged(f, "Running command: /bin/a|Applying changes to /etc/old configuration|"
                     "Applying changes to /etc/new configuration|Running command: /bin/b|"
                     "Running command: /bin/c|Command failed 3: /bin/c|"
                     "failed to apply changes: C is broken|Running command: /undo/c|"
                     "Running command: /undo/b|Reverting changes to /etc/old configuration|"
                     "Reverting changes to /etc/new configuration|Running command: /undo/a");
}

TEST_WITH(test_the_first_error_is_reported, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/undo", .status = 4 };
    f->rules[1] = (struct rule){ .match = "/bin/b", .status = 3 };
    undoable(f, "/bin/a", "/undo/a");
    undoable(f, "/bin/b", "/undo/b");
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a|/bin/b|/undo/b|/undo/a");
    assert_string_equal(f->err.text, "/bin/b: exited with 3");
}

TEST_WITH(test_how_a_command_ended, struct fixture, f)
{
    f->rules[0] = (struct rule){ "/bin/a", IFR_SIGNALED, 11, NULL };
    f->rules[1] = (struct rule){ "/bin/b", IFR_TIMED_OUT, 0, NULL };
    f->rules[2] = (struct rule){ "/bin/c", IFR_NOT_FOUND, 0, NULL };
    f->rules[3] = (struct rule){ "/bin/d", IFR_NOT_RUN, EACCES, NULL };
    command(f, IFR_WARN, "/bin/a")->quiet = true;
    command(f, IFR_WARN, "/bin/b")->quiet = true;
    command(f, IFR_WARN, "/bin/c")->quiet = true;
    command(f, IFR_WARN, "/bin/d")->quiet = true;
    assert_int_equal(apply(f), 0);
    assert_logged(f, "Command killed by signal 11: /bin/a|Command timed out: /bin/b|"
                     "Command not installed: /bin/c|"
                     "Command could not start: Permission denied: /bin/d");
}

TEST_WITH(test_optional, struct fixture, f)
{
    f->rules[0] = (struct rule){ "/bin/a", IFR_NOT_FOUND, 0, NULL };
    f->rules[1] = (struct rule){ "/bin/b", IFR_EXITED, 1, NULL };
    command(f, IFR_FATAL, "/bin/a")->optional = true;
    assert_int_equal(apply(f), 0);
    assert_logged(f, "Running command: /bin/a");
    command(f, IFR_FATAL, "/bin/b")->optional = true;
    assert_int_equal(apply(f), -1);
}

TEST_WITH(test_fail_late, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/bin/a", .status = 1 };
    f->rules[1] = (struct rule){ .match = "/bin/b", .status = 2 };
    change_files(f);
    dbc_strvec_push(&command(f, IFR_FAIL_LATE, "/bin/a")->undo, "/undo/a");
    command(f, IFR_FAIL_LATE, "/bin/b");
    command(f, IFR_FATAL, "/bin/c");
    ifr_plan_step(&f->plan, IFR_STEP_COMMIT, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a|/bin/b|/bin/c");
    assert_string_equal(f->err.text, "/bin/a: exited with 1");
    assert_files(f, "after\n", "after\n");
}

TEST_WITH(test_fail_keep, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/bin/b", .status = 1 };
    change_files(f);
    undoable(f, "/bin/a", "/undo/a");
    command(f, IFR_FAIL_KEEP, "/bin/b");
    command(f, IFR_FATAL, "/bin/c");
    ifr_plan_step(&f->plan, IFR_STEP_COMMIT, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a|/bin/b");
    assert_string_equal(f->err.text, "/bin/b: exited with 1");
    assert_files(f, "after\n", "after\n");
    assert_string_equal(f->on.log.lines.v[f->on.log.lines.n - 1],
                        "Committing changes to /etc/new configuration");
}

/* The records are saved when what must work has worked. */
TEST_WITH(test_save, struct fixture, f)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct stat before, after;
    assert_non_null(dbc_db_add(db, DBC_POOL, "OpaqueRef:p", NULL));
    f->rules[0] = (struct rule){ .match = "/bin/late", .status = 1 };
    command(f, IFR_FAIL_LATE, "/bin/late");
    ifr_plan_save(&f->plan, "/cache", db);
    assert_int_equal(apply(f), -1);
    assert_non_null(strstr(scratch_read(&f->on.s, "/cache"), "<pool ref=\"OpaqueRef:p\">"));
    assert_int_equal(stat(scratch_path(&f->on.s, "/cache"), &before), 0);
    f->rules[0].status = 0;
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    assert_int_equal(apply(f), 0);
    assert_int_equal(stat(scratch_path(&f->on.s, "/cache"), &after), 0);
    assert_true(before.st_ino == after.st_ino); /* the same records: not written again */
    ifr_plan_release(&f->plan);
    scratch_write(&f->on.s, "/cache", "old", 0644);
    f->rules[0].status = 1;
    command(f, IFR_FATAL, "/bin/late");
    ifr_plan_save(&f->plan, "/cache", db);
    assert_int_equal(apply(f), -1);
    assert_string_equal(scratch_read(&f->on.s, "/cache"), "old");
    dbc_db_free(db);
}

/* What is configured stays; of two late failures the first is the error, the other is logged. */
TEST_WITH(test_save_fails, struct fixture, f)
{
    struct dbc_db *db = dbc_db_new(NULL);
    undoable(f, "/bin/a", "/undo/a");
    ifr_plan_save(&f->plan, "/no/folder/cache", db);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a");
    assert_int_equal(f->err.code, DBC_ENOENT);
    assert_non_null(strstr(f->err.text, "/no/folder"));
    ifr_plan_release(&f->plan);
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    f->rules[0] = (struct rule){ .match = "/bin/late", .status = 1 };
    command(f, IFR_FAIL_LATE, "/bin/late");
    ifr_plan_save(&f->plan, "/no/folder/cache", db);
    assert_int_equal(apply(f), -1);
    assert_string_equal(f->err.text, "/bin/late: exited with 1");
    assert_non_null(strstr(f->on.log.lines.v[f->on.log.lines.n - 1], "/no/folder"));
    dbc_db_free(db);
}

static void fallback(struct fixture *f, enum ifr_on_failure on_failure)
{
    struct ifr_step *step = command(f, on_failure, "/bin/main");
    dbc_strvec_push(&step->fallback, "/bin/second");
    command(f, IFR_FATAL, "/bin/next");
}

TEST_WITH(test_fallback_works, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/bin/main", .status = 2 };
    fallback(f, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/main|/bin/second|/bin/next");
    assert_string_equal(f->err.text, "/bin/main: exited with 2");
}

TEST_WITH(test_fallback_not_needed, struct fixture, f)
{
    fallback(f, IFR_FATAL);
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/bin/main|/bin/next");
}

TEST_WITH(test_fallback_fails_too, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/bin/main", .status = 2 };
    f->rules[1] = (struct rule){ .match = "/bin/second", .status = 3 };
    fallback(f, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/main|/bin/second");
    assert_string_equal(f->err.text, "/bin/second: exited with 3");
}

TEST_WITH(test_fallback_of_a_warning, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/bin/main", .status = 2 };
    f->rules[1] = (struct rule){ .match = "/bin/second", .status = 3 };
    fallback(f, IFR_WARN);
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/bin/main|/bin/second|/bin/next");
}

TEST_WITH(test_files_that_cannot_be_staged, struct fixture, f)
{
    scratch_write(&f->on.s, "/etc/old", "before\n", 0600);
    scratch_write(&f->on.s, "/var/plain", "no folder\n", 0600);
    ifr_plan_note(&f->plan, "what led here");
    ifr_plan_file(&f->plan, "/etc/old", "after\n", 6, 0644);
    ifr_plan_file(&f->plan, "/var/plain/new", "after\n", 6, 0644);
    undoable(f, "/bin/a", "/undo/a");
    ifr_plan_step(&f->plan, IFR_STEP_FILES, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "");
    assert_string_equal(f->on.log.lines.v[0], "what led here");
    assert_files(f, "before\n", "(none)");
    assert_null(strstr(scratch_read(&f->on.s, "/etc/old"), "after"));
}

TEST_WITH(test_a_plan_that_failed, struct fixture, f)
{
    command(f, IFR_FATAL, "/bin/a");
    f->plan.failed = true;
    assert_int_equal(apply(f), -1);
    assert_int_equal(f->err.code, DBC_ENOMEM);
    assert_ran(f, "");
}

TEST_WITH(test_no_error_wanted, struct fixture, f)
{
    f->rules[0] = (struct rule){ .match = "/bin/a", .status = 1 };
    command(f, IFR_FATAL, "/bin/a");
    assert_int_equal(apply_with(f, f->on.runner, NULL, NULL), -1);
}

TEST_WITH(test_control_characters_in_a_command, struct fixture, f)
{
    ifr_plan_command(&f->plan, IFR_FATAL, "/bin/a", "x\ny", NULL);
    assert_int_equal(apply(f), 0);
    assert_logged(f, "Running command: /bin/a x\\x0ay");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_all_goes_well),
        FIXTURE(test_nothing),
        FIXTURE(test_notes_are_logged_once),
        FIXTURE(test_devices_decide),
        FIXTURE(test_a_fatal_failure_is_undone),
        FIXTURE(test_the_first_error_is_reported),
        FIXTURE(test_how_a_command_ended),
        FIXTURE(test_optional),
        FIXTURE(test_fail_late),
        FIXTURE(test_fail_keep),
        FIXTURE(test_save),
        FIXTURE(test_save_fails),
        FIXTURE(test_fallback_works),
        FIXTURE(test_fallback_not_needed),
        FIXTURE(test_fallback_fails_too),
        FIXTURE(test_fallback_of_a_warning),
        FIXTURE(test_files_that_cannot_be_staged),
        FIXTURE(test_a_plan_that_failed),
        FIXTURE(test_no_error_wanted),
        FIXTURE(test_control_characters_in_a_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
