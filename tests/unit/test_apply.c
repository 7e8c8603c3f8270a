/* test_apply.c - reconfigure/plan/apply.c, step.c, step_command.c: what a walk does, logs and
 * undoes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "reconfigure/plan/apply.h"
#include "unit/recorded.h"

/* How one command of the host ends: the first rule whose text is in the command line. */
struct rule {
    const char *match;
    enum ifr_ended ended;
    int status;
    const char *answer;
};

struct fixture {
    struct recorded on;
    struct ifr_plan plan;
    struct dbc_error err;
    struct rule rules[8];
};

static void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    const struct fixture *f = ctx;
    struct dbc_buf line = DBC_BUF_INIT;
    for (size_t i = 0; argv[i]; i++) {
        dbc_buf_addf(&line, "%s ", argv[i]);
    }
    for (size_t i = 0; i < 8; i++) {
        if (f->rules[i].match && strstr(line.data, f->rules[i].match)) {
            result->ended = f->rules[i].ended;
            result->status = f->rules[i].status;
            dbc_buf_adds(&result->out, f->rules[i].answer ? f->rules[i].answer : "");
            break;
        }
    }
    dbc_buf_release(&line);
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
    ifr_plan_release(&f->plan);
    recorded_remove(&f->on);
    return 0;
}

static int apply_with(struct fixture *f, struct ifr_runner *runner, const struct dbc_log *log,
                      struct dbc_error *err)
{
    const struct ifr_apply_host host = {
        .prefix = f->on.s.root, .facts = f->on.facts, .runner = runner, .log = log
    };

    return ifr_apply(&f->plan, &host, err);
}

static int apply(struct fixture *f)
{
    return apply_with(f, f->on.runner, &f->on.log.log, &f->err);
}

static void assert_ran(const struct fixture *f, const char *want)
{
    assert_string_equal(joined(ifr_runner_record_lines(f->on.runner)), want);
}

static void assert_logged(const struct fixture *f, const char *want)
{
    assert_string_equal(joined(&f->on.log.lines), want);
}

static struct ifr_step *command(struct fixture *f, enum ifr_on_failure on_failure, const char *path)
{
    return ifr_plan_command(&f->plan, on_failure, path, NULL);
}

static struct ifr_step *undoable(struct fixture *f, const char *path, const char *undo)
{
    struct ifr_step *step = command(f, IFR_FATAL, path);
    dbc_strvec_push(&step->undo, undo);
    return step;
}

/* Files that change, in place before what follows. */
static void change_files(struct fixture *f)
{
    scratch_write(&f->on.s, "/etc/old", "before\n", 0600);
    ifr_plan_file(&f->plan, "/etc/old", "after\n", 6, 0644);
    ifr_plan_file(&f->plan, "/etc/new", "after\n", 6, 0644);
    ifr_plan_apply_files(&f->plan);
}

static void assert_files(struct fixture *f, const char *old_file, const char *new_file)
{
    assert_string_equal(scratch_read(&f->on.s, "/etc/old"), old_file);
    assert_string_equal(scratch_read(&f->on.s, "/etc/new"), new_file);
}

/* ---- The walk. ------------------------------------------------------------------------------ */

static void test_all_goes_well(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    ifr_plan_note(&f->plan, "hello");
    change_files(f);
    command(f, IFR_FATAL, "/bin/a");
    command(f, IFR_FATAL, "/bin/b")->quiet = true;
    ifr_plan_commit(&f->plan);
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

static void test_nothing(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(apply(f), 0);
    assert_ran(f, "");
}

static void test_notes_are_logged_once(void **state)
{
    struct fixture *f = *state;
    ifr_plan_note(&f->plan, "one");
    ifr_step_only_if(ifr_plan_note(&f->plan, "device"), "eth0", "no eth0");
    ifr_plan_flush_notes(&f->plan, &f->on.log.log);
    ifr_plan_flush_notes(&f->plan, &f->on.log.log);
    ifr_plan_note(&f->plan, "two");
    assert_int_equal(apply(f), 0);
    assert_logged(f, "one|two");
}

static void test_devices_decide(void **state)
{
    struct fixture *f = *state;
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

static void test_a_fatal_failure_is_undone(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/bin/c", .status = 3 };
    undoable(f, "/bin/a", "/undo/a");
    change_files(f);
    undoable(f, "/bin/b", "/undo/b");
    ifr_step_only_if(undoable(f, "/bin/off", "/undo/off"), "eth9", NULL);
    ifr_step_text(undoable(f, "/bin/c", "/undo/c"), "C is broken");
    undoable(f, "/bin/d", "/undo/d");
    ifr_plan_commit(&f->plan);
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

static void test_the_first_error_is_reported(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/undo", .status = 4 };
    f->rules[1] = (struct rule){ .match = "/bin/b", .status = 3 };
    undoable(f, "/bin/a", "/undo/a");
    undoable(f, "/bin/b", "/undo/b");
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a|/bin/b|/undo/b|/undo/a");
    assert_string_equal(f->err.text, "/bin/b: exited with 3");
}

static void test_how_a_command_ended(void **state)
{
    struct fixture *f = *state;
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

static void test_optional(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ "/bin/a", IFR_NOT_FOUND, 0, NULL };
    f->rules[1] = (struct rule){ "/bin/b", IFR_EXITED, 1, NULL };
    command(f, IFR_FATAL, "/bin/a")->optional = true;
    assert_int_equal(apply(f), 0);
    assert_logged(f, "Running command: /bin/a");
    command(f, IFR_FATAL, "/bin/b")->optional = true;
    assert_int_equal(apply(f), -1);
}

static void test_fail_late(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/bin/a", .status = 1 };
    f->rules[1] = (struct rule){ .match = "/bin/b", .status = 2 };
    change_files(f);
    dbc_strvec_push(&command(f, IFR_FAIL_LATE, "/bin/a")->undo, "/undo/a");
    command(f, IFR_FAIL_LATE, "/bin/b");
    command(f, IFR_FATAL, "/bin/c");
    ifr_plan_commit(&f->plan);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a|/bin/b|/bin/c");
    assert_string_equal(f->err.text, "/bin/a: exited with 1");
    assert_files(f, "after\n", "after\n");
}

static void test_fail_keep(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/bin/b", .status = 1 };
    change_files(f);
    undoable(f, "/bin/a", "/undo/a");
    command(f, IFR_FAIL_KEEP, "/bin/b");
    command(f, IFR_FATAL, "/bin/c");
    ifr_plan_commit(&f->plan);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/a|/bin/b");
    assert_string_equal(f->err.text, "/bin/b: exited with 1");
    assert_files(f, "after\n", "after\n");
    assert_string_equal(f->on.log.lines.v[f->on.log.lines.n - 1],
                        "Committing changes to /etc/new configuration");
}

/* The records are saved when what must work has worked. */
static void test_save(void **state)
{
    struct fixture *f = *state;
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
static void test_save_fails(void **state)
{
    struct fixture *f = *state;
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

static void test_fallback_works(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/bin/main", .status = 2 };
    fallback(f, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/main|/bin/second|/bin/next");
    assert_string_equal(f->err.text, "/bin/main: exited with 2");
}

static void test_fallback_not_needed(void **state)
{
    struct fixture *f = *state;
    fallback(f, IFR_FATAL);
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/bin/main|/bin/next");
}

static void test_fallback_fails_too(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/bin/main", .status = 2 };
    f->rules[1] = (struct rule){ .match = "/bin/second", .status = 3 };
    fallback(f, IFR_FATAL);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "/bin/main|/bin/second");
    assert_string_equal(f->err.text, "/bin/second: exited with 3");
}

static void test_fallback_of_a_warning(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/bin/main", .status = 2 };
    f->rules[1] = (struct rule){ .match = "/bin/second", .status = 3 };
    fallback(f, IFR_WARN);
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/bin/main|/bin/second|/bin/next");
}

static void test_files_that_cannot_be_staged(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, "/etc/old", "before\n", 0600);
    scratch_write(&f->on.s, "/var/plain", "no folder\n", 0600);
    ifr_plan_note(&f->plan, "what led here");
    ifr_plan_file(&f->plan, "/etc/old", "after\n", 6, 0644);
    ifr_plan_file(&f->plan, "/var/plain/new", "after\n", 6, 0644);
    undoable(f, "/bin/a", "/undo/a");
    ifr_plan_apply_files(&f->plan);
    assert_int_equal(apply(f), -1);
    assert_ran(f, "");
    assert_string_equal(f->on.log.lines.v[0], "what led here");
    assert_files(f, "before\n", "(none)");
    assert_null(strstr(scratch_read(&f->on.s, "/etc/old"), "after"));
}

static void test_a_plan_that_failed(void **state)
{
    struct fixture *f = *state;
    command(f, IFR_FATAL, "/bin/a");
    f->plan.failed = true;
    assert_int_equal(apply(f), -1);
    assert_int_equal(f->err.code, DBC_ENOMEM);
    assert_ran(f, "");
}

static void test_no_error_wanted(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "/bin/a", .status = 1 };
    command(f, IFR_FATAL, "/bin/a");
    assert_int_equal(apply_with(f, f->on.runner, NULL, NULL), -1);
}

static void test_control_characters_in_a_command(void **state)
{
    struct fixture *f = *state;
    ifr_plan_command(&f->plan, IFR_FATAL, "/bin/a", "x\ny", NULL);
    assert_int_equal(apply(f), 0);
    assert_logged(f, "Running command: /bin/a x\\x0ay");
}

/* ---- DHCP, sysfs, flows. -------------------------------------------------------------------- */

static void test_dhcp_file(void **state)
{
    struct fixture *f = *state;
    struct ifr_step *step = NULL;
    char *env[] = { NULL };
    struct ifr_runner *runner = ifr_runner_exec_new(f->on.s.root, env, NULL);
    scratch_mkdir(&f->on.s, "/var/run");
    step = ifr_plan_command(&f->plan, IFR_FATAL, "/sbin/ifup", "xenbr0", NULL);
    step->dhcp_timeout = 240;
    dbc_strvec_push(&step->env, "OTHER=1");
    scratch_script(&f->on.s, "/sbin/ifup",
                   "set -- $DHCLIENTARGS; cat $2 >$root/seen; stat -c %a $2 >>$root/seen; "
                   "echo $1 $# $OTHER >>$root/seen");
    assert_int_equal(apply_with(f, runner, &f->on.log.log, &f->err), 0);
    assert_string_equal(scratch_read(&f->on.s, "/seen"), "timeout 240;\n600\n-cf 2 1\n");
    assert_int_equal(rmdir(scratch_path(&f->on.s, "/var/run")), 0); /* nothing left in it */
    ifr_runner_free(runner);
}

static void test_dhcp_file_cannot_be_made(void **state)
{
    struct fixture *f = *state;
    command(f, IFR_FATAL, "/sbin/ifup")->dhcp_timeout = 240;
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/sbin/ifup");
    assert_int_equal(f->on.log.lines.n, 2);
}

static void test_sysfs(void **state)
{
    struct fixture *f = *state;
    scratch_write(&f->on.s, "/sys/class/net/bonding_masters", "", 0644);
    ifr_plan_sysfs(&f->plan, IFR_FATAL, "/sys/class/net/bonding_masters", "+bond0");
    assert_int_equal(apply(f), 0);
    assert_string_equal(scratch_read(&f->on.s, "/sys/class/net/bonding_masters"), "+bond0");
    assert_logged(f, "");
}

static void test_sysfs_is_not_made(void **state)
{
    struct fixture *f = *state;
    scratch_mkdir(&f->on.s, "/sys/class/net");
    ifr_plan_sysfs(&f->plan, IFR_FATAL, "/sys/class/net/bonding_masters", "-bond0")->attempts = 10;
    assert_int_equal(apply(f), -1);
    assert_string_equal(scratch_read(&f->on.s, "/sys/class/net/bonding_masters"), "(none)");
    assert_logged(f, "Destroying bond master bond0 (9 attempts remain)");
    assert_non_null(strstr(f->err.text, "/sys/class/net/bonding_masters"));
}

static void test_sysfs_is_undone(void **state)
{
    struct fixture *f = *state;
    struct ifr_step *step = NULL;
    f->rules[0] = (struct rule){ .match = "/bin/a", .status = 1 };
    scratch_write(&f->on.s, "/sys/a", "", 0644);
    scratch_write(&f->on.s, "/sys/b", "", 0644);
    ifr_plan_sysfs(&f->plan, IFR_FATAL, "/sys/a", "+bond0");
    step = ifr_plan_sysfs(&f->plan, IFR_FATAL, "/sys/b", "-bond0");
    dbc_strvec_push(&step->undo, "/undo/b");
    command(f, IFR_FATAL, "/bin/a");
    assert_int_equal(apply(f), -1);
    assert_string_equal(scratch_read(&f->on.s, "/sys/a"), "-bond0");
    assert_string_equal(scratch_read(&f->on.s, "/sys/b"), "-bond0");
    assert_ran(f, "/bin/a|/undo/b");
}

static void flows(struct fixture *f, const char *first, const char *second)
{
    const struct ifr_flows_wanted flows = { .bridge = "br", .mac = "02:00:00:00:00:01" };
    struct dbc_strvec ports = DBC_STRVEC_INIT;
    dbc_strvec_pushl(&ports, first, second, NULL);
    ifr_plan_flows(&f->plan, &flows, &ports);
    dbc_strvec_release(&ports);
}

/* What ran, as lines with blanks for tabs; flows without what all of them begin with. */
static void assert_asked_and_added(const struct fixture *f, const char *want)
{
    static const char add[] = "/usr/bin/ovs-ofctl\tadd-flow\tbr\tidle_timeout=0,priority=0,";
    const struct dbc_strvec *lines = ifr_runner_record_lines(f->on.runner);
    struct dbc_buf got = DBC_BUF_INIT;
    for (size_t i = 0; i < lines->n; i++) {
        bool flow = strncmp(lines->v[i], add, sizeof add - 1) == 0;
        dbc_buf_addf(&got, "%s%s\n", flow ? "flow " : "",
                     lines->v[i] + (flow ? sizeof add - 1 : 0));
    }
    for (char *c = got.data; c && *c; c++) {
        *c = *c == '\t' ? ' ' : *c;
    }
    assert_string_equal(dbc_buf_str(&got), want);
    dbc_buf_release(&got);
}

static void test_flows_of_one_port(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "get interface eth0", .answer = "7\n" };
    flows(f, "eth0", NULL);
    assert_int_equal(apply(f), 0);
    assert_asked_and_added(f, "/usr/bin/ovs-vsctl -vconsole:off get interface eth0 ofport\n"
                              "flow in_port=7,arp,nw_proto=1,actions=local\n"
                              "flow in_port=local,arp,dl_src=02:00:00:00:00:01,actions=7\n"
                              "flow in_port=7,dl_dst=02:00:00:00:00:01,actions=local\n"
                              "flow in_port=local,dl_src=02:00:00:00:00:01,actions=7\n");
    assert_int_equal(f->on.log.lines.n, 4); /* questions are not announced */
}

static void test_flows_of_a_bond(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "get interface eth0", .answer = "7\n" };
    f->rules[1] = (struct rule){ .match = "get interface eth1", .answer = "8\n" };
    flows(f, "eth0", "eth1");
    assert_int_equal(apply(f), 0);
    assert_asked_and_added(f, "/usr/bin/ovs-vsctl -vconsole:off get interface eth0 ofport\n"
                              "/usr/bin/ovs-vsctl -vconsole:off get interface eth1 ofport\n"
                              "flow in_port=local,arp,dl_src=02:00:00:00:00:01,actions=NORMAL\n"
                              "flow in_port=local,dl_src=02:00:00:00:00:01,actions=NORMAL\n"
                              "flow in_port=7,arp,nw_proto=1,actions=local\n"
                              "flow in_port=8,arp,nw_proto=1,actions=local\n"
                              "flow in_port=7,dl_dst=02:00:00:00:00:01,actions=local\n"
                              "flow in_port=8,dl_dst=02:00:00:00:00:01,actions=local\n");
}

static void check_no_port(struct fixture *f, const char *answer)
{
    f->rules[0] = (struct rule){ .match = "get interface eth0", .answer = answer };
    f->err = (struct dbc_error)DBC_ERROR_INIT;
    ifr_plan_release(&f->plan);
    undoable(f, "/bin/a", "/undo/a");
    flows(f, "eth0", NULL);
    ifr_runner_free(f->on.runner);
    f->on.runner = ifr_runner_record_new(script, f, NULL);
    assert_int_equal(apply(f), -1);
    assert_asked_and_added(
        f, "/bin/a\n/usr/bin/ovs-vsctl -vconsole:off get interface eth0 ofport\n"
           "/usr/bin/ovs-vsctl --timeout=20 set Bridge br fail_mode=standalone\n/undo/a\n");
    assert_non_null(strstr(f->err.text, "eth0"));
}

static void test_no_openflow_port(void **state)
{
    struct fixture *f = *state;
    check_no_port(f, "-1\n");
    check_no_port(f, "0\n");
    check_no_port(f, "[]\n");
    check_no_port(f, "");
    check_no_port(f, "65534\n"); /* OpenFlow's own number for the local port */
    check_no_port(f, "7,actions=drop\n");
}

static void test_a_refused_flow(void **state)
{
    struct fixture *f = *state;
    f->rules[0] = (struct rule){ .match = "get interface eth0", .answer = "7\n" };
    f->rules[1] = (struct rule){ .match = "dl_dst", .status = 1 };
    flows(f, "eth0", NULL);
    assert_int_equal(apply(f), -1);
    assert_asked_and_added(f,
                           "/usr/bin/ovs-vsctl -vconsole:off get interface eth0 ofport\n"
                           "flow in_port=7,arp,nw_proto=1,actions=local\n"
                           "flow in_port=local,arp,dl_src=02:00:00:00:00:01,actions=7\n"
                           "flow in_port=7,dl_dst=02:00:00:00:00:01,actions=local\n"
                           "/usr/bin/ovs-vsctl --timeout=20 set Bridge br fail_mode=standalone\n");
}

#define FIXTURE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
        FIXTURE(test_dhcp_file),
        FIXTURE(test_dhcp_file_cannot_be_made),
        FIXTURE(test_sysfs),
        FIXTURE(test_sysfs_is_not_made),
        FIXTURE(test_sysfs_is_undone),
        FIXTURE(test_flows_of_one_port),
        FIXTURE(test_flows_of_a_bond),
        FIXTURE(test_no_openflow_port),
        FIXTURE(test_a_refused_flow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
