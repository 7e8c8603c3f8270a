/* test_plan.c - reconfigure/plan/plan.c, plan_diff.c, plan_print.c, plan_json.c: building a plan,
 * and what --dry-run shows of it. */
#include "unit/test.h"

#include "base/limits.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/plan/plan.h"
#include "reconfigure/plan/plan_diff.h"
#include "unit/scratch.h"

struct fixture {
    struct scratch s;
    struct ifr_facts *facts;
    struct ifr_plan plan;
    struct dbc_buf out;
};

static int setup(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    scratch_make(&f.s);
    f.facts = ifr_facts_new(f.s.root, NULL, NULL, NULL);
    *state = &f;
    return f.facts ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    ifr_plan_release(&f->plan);
    dbc_buf_release(&f->out);
    ifr_facts_free(f->facts);
    scratch_remove(&f->s);
    return 0;
}

TEST_WITH(test_steps_in_order, struct fixture, f)
{
    const struct ifr_flows_wanted flows = { .bridge = "xenbr0", .mac = "00:11:22:33:44:55" };
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    struct ifr_step *step = NULL;

    ifr_plan_note(&f->plan, "%s %d", "note", 1);
    step = ifr_plan_command(&f->plan, IFR_WARN, "/sbin/ip", "link", NULL);
    ifr_step_only_if(step, "eth0", "no eth0");
    ifr_step_only_if(step, "eth1", NULL);
    ifr_step_text(step, "first");
    ifr_step_text(step, "second");
    dbc_strvec_pushl(&argv, "/bin/a", "b", NULL);
    ifr_plan_command(&f->plan, IFR_FATAL, "/bin/a", "b", NULL);
    ifr_plan_sysfs(&f->plan, IFR_FATAL, "/sys/x", "+bond0");
    ifr_plan_flows(&f->plan, &flows, &argv);
    ifr_plan_step(&f->plan, IFR_STEP_FILES, IFR_FATAL);
    ifr_plan_step(&f->plan, IFR_STEP_COMMIT, IFR_FATAL);
    dbc_strvec_release(&argv);

    assert_int_equal(ifr_plan_check(&f->plan, NULL), 0);
    assert_int_equal(f->plan.n_steps, 7);
    step = f->plan.steps;
    assert_string_equal(step[0].text, "note 1");
    assert_string_equal(joined(&step[1].argv), "/sbin/ip|link");
    assert_string_equal(step[1].device, "eth1");
    assert_null(step[1].absent);
    assert_string_equal(step[1].text, "second");
    assert_int_equal(step[1].on_failure, IFR_WARN);
    assert_string_equal(joined(&step[2].argv), "/bin/a|b");
    assert_string_equal(step[3].path, "/sys/x");
    assert_string_equal(joined(&step[4].ports), "/bin/a|b");
    assert_int_equal(step[5].kind, IFR_STEP_FILES);
    assert_int_equal(step[6].kind, IFR_STEP_COMMIT);
}

TEST_WITH(test_a_link_says_what_is_set, struct fixture, f)
{
    static const char *const notes[] = { "kernel: eth0 up, MTU 9000", "kernel: eth0 up",
                                         "kernel: eth0 as it is, MTU 9000" };

    ifr_plan_link(&f->plan, IFR_WARN, "eth0", "up", 9000);
    ifr_plan_link(&f->plan, IFR_WARN, "eth0", "up", 0);
    ifr_plan_link(&f->plan, IFR_WARN, "eth0", NULL, 9000);
    assert_int_equal(f->plan.n_steps, 6);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(f->plan.steps[2 * i].text, notes[i]);
        assert_int_equal(f->plan.steps[2 * i + 1].kind, IFR_STEP_LINK);
    }
}

TEST_WITH(test_many_steps, struct fixture, f)
{
    for (unsigned i = 0; i < 1000; i++) {
        ifr_plan_note(&f->plan, "%u", i);
    }
    assert_int_equal(f->plan.n_steps, 1000);
    assert_string_equal(f->plan.steps[999].text, "999");
}

TEST_WITH(test_failure_is_sticky, struct fixture, f)
{
    struct dbc_error err = DBC_ERROR_INIT;
    ifr_plan_command(&f->plan, IFR_FATAL, "/bin/a", NULL)->argv.failed = true;
    ifr_plan_note(&f->plan, "later");
    assert_int_equal(ifr_plan_check(&f->plan, &err), -1);
    assert_int_equal(err.code, DBC_ENOMEM);
    assert_int_equal(ifr_plan_print(&f->plan, f->facts, &f->out, NULL), -1);
    assert_int_equal(ifr_plan_print_json(&f->plan, f->facts, &f->out, NULL), -1);
}

TEST_WITH(test_a_member_that_failed, struct fixture, f)
{
    struct ifr_step *step = ifr_plan_command(&f->plan, IFR_FATAL, "/bin/a", NULL);
    bool *const members[] = { &step->failed,          &step->argv.failed, &step->env.failed,
                              &step->fallback.failed, &step->undo.failed, &step->ports.failed,
                              &step->options.failed };

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        assert_int_equal(ifr_plan_check(&f->plan, NULL), 0);
        *members[i] = true;
        assert_int_equal(ifr_plan_check(&f->plan, NULL), -1);
        *members[i] = false;
    }
}

TEST_WITH(test_files_replace_by_path, struct fixture, f)
{
    ifr_plan_file(&f->plan, "/etc/a", "one", 3, 0644);
    ifr_plan_file(&f->plan, "/etc/b", "", 0, 0644);
    ifr_plan_file(&f->plan, "/etc/a", "two\0x", 5, 0600);
    assert_int_equal(f->plan.n_files, 2);
    assert_string_equal(f->plan.files[0].path, "/etc/a");
    assert_int_equal(f->plan.files[0].len, 5);
    assert_memory_equal(f->plan.files[0].data, "two\0x", 6);
    assert_int_equal(f->plan.files[0].mode, 0600);
    assert_string_equal(f->plan.files[1].data, "");
}

/* ---- Differences. --------------------------------------------------------------------------- */

static void check_diff(struct fixture *f, const char *old_text, const char *new_text,
                       const char *want)
{
    dbc_buf_clear(&f->out);
    ifr_diff(old_text, new_text, 0, &f->out);
    assert_string_equal(dbc_buf_str(&f->out), want);
}

TEST_WITH(test_diff, struct fixture, f)
{
    check_diff(f, "", "", "");
    check_diff(f, "", "a\nb\n", "+ a\n+ b\n");
    check_diff(f, "a\nb", "", "- a\n- b\n");
    check_diff(f, "a\na\n", "a\n", "  a\n- a\n");
    check_diff(f, "a\nb\nc\n", "a\nx\nc\n", "  a\n- b\n+ x\n  c\n");
    check_diff(f, "1\n2\n3\n4\nGATEWAYDEV=a\n", "1\n2\n3\n4\nGATEWAYDEV=b\n",
               "  3\n  4\n- GATEWAYDEV=a\n+ GATEWAYDEV=b\n");
    check_diff(f, "a\nc\nd\nf\n", "b\nc\ne\nd\n", "- a\n+ b\n  c\n+ e\n  d\n- f\n");
    check_diff(f, "a\n", "\ta\033[2J\n", "- a\n+     a\\x1b[2J\n");
}

TEST_WITH(test_diff_of_much, struct fixture, f)
{
    struct dbc_buf a = DBC_BUF_INIT, b = DBC_BUF_INIT;
    for (int i = 0; i < 3000; i++) {
        dbc_buf_addf(&a, "old %d\n", i);
        dbc_buf_addf(&b, "new %d\n", i);
    }
    ifr_diff(a.data, b.data, 4, &f->out);
    assert_non_null(strstr(f->out.data, "    - old 199\n    - ... more lines like these\n"
                                        "    + new 0\n"));
    assert_non_null(strstr(f->out.data, "    + new 199\n    + ... more lines like these\n"));
    assert_null(strstr(f->out.data, "old 200\n"));
    dbc_buf_release(&a);
    dbc_buf_release(&b);
}

/* The first line of the old text is the last one of the new: one change each, up to the largest
 * table; above it all lines are changed. */
TEST_WITH(test_diff_at_the_limit, struct fixture, f)
{
    for (int n = 999; n <= 1000; n++) {
        struct dbc_buf a = DBC_BUF_INIT, b = DBC_BUF_INIT;
        for (int i = 0; i < n; i++) {
            dbc_buf_addf(&a, "%d\n", i);
            dbc_buf_addf(&b, "%d\n", (i + 1) % n);
        }
        dbc_buf_clear(&f->out);
        ifr_diff(a.data, b.data, 0, &f->out);
        assert_true((strstr(f->out.data, "- 1\n") == NULL) == (n == 999));
        dbc_buf_release(&a);
        dbc_buf_release(&b);
    }
}

/* ---- Showing. ------------------------------------------------------------------------------- */

static void fill(struct fixture *f)
{
    const struct ifr_flows_wanted flows = { .bridge = "xenbr0", .mac = "00:11:22:33:44:55" };
    struct dbc_strvec ports = DBC_STRVEC_INIT;
    struct ifr_step *step = NULL;

    scratch_write(&f->s, "/etc/changed", "a=1\nb=2\n", 0644);
    scratch_write(&f->s, "/etc/same", "x\n", 0644);
    ifr_plan_file(&f->plan, "/etc/new", "line\n", 5, 0640);
    ifr_plan_file(&f->plan, "/etc/changed", "a=1\nb=3\n", 8, 0644);
    ifr_plan_file(&f->plan, "/etc/same", "x\n", 2, 0644);

    ifr_plan_note(&f->plan, "action_up: xenbr0");
    ifr_plan_step(&f->plan, IFR_STEP_FILES, IFR_FATAL);
    step = ifr_plan_command(&f->plan, IFR_WARN, "/sbin/ip", "link", "set", "eth0", "up", NULL);
    ifr_step_only_if(step, "eth0", "no eth0");
    dbc_strvec_pushl(&step->fallback, "/sbin/ip", "x", NULL);
    dbc_strvec_pushl(&step->undo, "/sbin/ip", "y", NULL);
    step = ifr_plan_command(&f->plan, IFR_FATAL, "/usr/bin/ovs-vsctl", "--timeout=20", "--", "set",
                            "Bridge", "xenbr0", "other-config:hwaddr=\"00:11\"", "--",
                            "br-set-external-id", "xenbr0", "xs-network-uuids", "one;it's", NULL);
    ifr_step_text(step, "Failed to modify vswitch configuration");
    step->deadline_ms = 25000;
    dbc_strvec_push(&ports, "eth0");
    ifr_plan_flows(&f->plan, &flows, &ports);
    ifr_plan_sysfs(&f->plan, IFR_FAIL_LATE, "/sys/class/net/bonding_masters", "-bond0");
    step = ifr_plan_command(&f->plan, IFR_FAIL_KEEP, "/sbin/ifup", "xenbr0", NULL);
    step->dhcp_timeout = 240;
    step->deadline_ms = 300000;
    ifr_plan_command(&f->plan, IFR_WARN, "/sbin/update-issue", NULL)->optional = true;
    ifr_plan_step(&f->plan, IFR_STEP_COMMIT, IFR_FATAL);
    dbc_strvec_release(&ports);
}

TEST_WITH(test_print, struct fixture, f)
{
    fill(f);
    assert_int_equal(ifr_plan_print(&f->plan, f->facts, &f->out, NULL), 0);
    assert_string_equal(
        f->out.data, "Files:\n"
                     "  /etc/new  (new, mode 0640)\n"
                     "    + line\n"
                     "\n"
                     "  /etc/changed  (changed)\n"
                     "      a=1\n"
                     "    - b=2\n"
                     "    + b=3\n"
                     "\n"
                     "  /etc/same  (unchanged)\n"
                     "\n"
                     "Steps.  When one fails, it and those before it are undone in reverse, and "
                     "the exit status\n"
                     "is 1; a failure of one that may fail is only logged.\n"
                     "      # action_up: xenbr0\n"
                     "   1. put the changed files in place\n"
                     "   2. /sbin/ip link set eth0 up\n"
                     "        only if there is a device eth0 then\n"
                     "        or else (and exit status 1 in the end): /sbin/ip x\n"
                     "        may fail\n"
                     "        undo: /sbin/ip y\n"
                     "   3. /usr/bin/ovs-vsctl --timeout=20 \\\n"
                     "          -- set Bridge xenbr0 'other-config:hwaddr=\"00:11\"' \\\n"
                     "          -- br-set-external-id xenbr0 xs-network-uuids 'one;it'\\''s'\n"
                     "   4. ask the OpenFlow ports of eth0 and add the flows that keep management "
                     "(00:11:22:33:44:55) reachable through xenbr0\n"
                     "        if that fails: fail_mode=standalone for xenbr0 first\n"
                     "   5. write \"-bond0\" to /sys/class/net/bonding_masters\n"
                     "        if it fails: the run goes on, and ends with exit status 1\n"
                     "   6. /sbin/ifup xenbr0\n"
                     "        with a DHCP client that tries 240 seconds\n"
                     "        takes 300 seconds at most\n"
                     "        if it fails: the run ends with exit status 1, nothing is undone\n"
                     "   7. /sbin/update-issue\n"
                     "        may fail; may be missing\n"
                     "   8. keep the changed files\n");
}

/* Where the host was observed no step is undone for itself. */
TEST_WITH(test_print_of_what_was_seen, struct fixture, f)
{
    fill(f);
    f->plan.restores = true;
    assert_int_equal(ifr_plan_print(&f->plan, f->facts, &f->out, NULL), 0);
    assert_non_null(strstr(f->out.data, "Steps.  When one fails, the host goes back to what it is "
                                        "now, and the exit status\nis 1; a failure of one"));
    assert_null(strstr(f->out.data, "undo: "));
    assert_null(strstr(f->out.data, "in reverse"));
    assert_null(strstr(f->out.data, "standalone"));
    assert_non_null(strstr(f->out.data, "nothing is undone"));
    dbc_buf_clear(&f->out);
    assert_int_equal(ifr_plan_print_json(&f->plan, f->facts, &f->out, NULL), 0);
    assert_null(strstr(f->out.data, "\"undo\""));
}

TEST_WITH(test_print_saved, struct fixture, f)
{
    struct dbc_db *db = dbc_db_new(NULL);
    assert_non_null(dbc_db_add(db, DBC_POOL, "OpaqueRef:p", NULL));
    ifr_plan_save(&f->plan, "/cache", db);
    assert_int_equal(ifr_plan_print(&f->plan, f->facts, &f->out, NULL), 0);
    assert_non_null(strstr(f->out.data, "Files:\n  /cache  (new, mode 0644)\n    + <?xml version"));
    assert_non_null(strstr(f->out.data, "    +     <pool ref=\"OpaqueRef:p\">\n"));
    assert_non_null(strstr(f->out.data, "   1. save the records of XAPI as /cache\n"));
    dbc_buf_clear(&f->out);
    assert_int_equal(ifr_plan_print_json(&f->plan, f->facts, &f->out, NULL), 0);
    assert_non_null(strstr(f->out.data, "\"path\": \"/cache\",\n      \"change\": \"create\""));
    assert_non_null(strstr(f->out.data, "<pool ref=\\\"OpaqueRef:p\\\">"));
    assert_non_null(strstr(f->out.data, "\"kind\": \"save\",\n      \"path\": \"/cache\""));
    dbc_db_free(db);
}

/* A cache may be larger than a configuration file. */
TEST_WITH(test_print_saved_over_much, struct fixture, f)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_buf old_text = DBC_BUF_INIT;
    for (size_t i = 0; i < DBC_LIMIT_CONFIG_FILE / 8 + 1; i++) {
        dbc_buf_adds(&old_text, "<old/>\n\n");
    }
    scratch_write(&f->s, "/cache", old_text.data, 0644);
    ifr_plan_save(&f->plan, "/cache", db);
    assert_int_equal(ifr_plan_print(&f->plan, f->facts, &f->out, NULL), 0);
    assert_non_null(strstr(f->out.data, "  /cache  (changed)\n    - <old/>\n"));
    dbc_buf_release(&old_text);
    dbc_db_free(db);
}

TEST_WITH(test_print_nothing, struct fixture, f)
{
    assert_int_equal(ifr_plan_print(&f->plan, f->facts, &f->out, NULL), 0);
    assert_non_null(strstr(f->out.data, "nothing to do\n"));
}

TEST_WITH(test_json, struct fixture, f)
{
    const char *text = NULL;
    fill(f);
    assert_int_equal(ifr_plan_print_json(&f->plan, f->facts, &f->out, NULL), 0);
    text = f->out.data;
    assert_non_null(strstr(text, "\"path\": \"/etc/new\",\n      \"change\": \"create\",\n"
                                 "      \"mode\": \"0640\",\n      \"old\": null,\n"
                                 "      \"new\": \"line\\n\""));
    assert_non_null(strstr(text, "\"change\": \"replace\",\n      \"old\": \"a=1\\nb=2\\n\",\n"
                                 "      \"new\": \"a=1\\nb=3\\n\""));
    assert_non_null(strstr(text, "\"change\": \"none\""));
    assert_non_null(strstr(text, "\"kind\": \"note\",\n      \"text\": \"action_up: xenbr0\""));
    assert_non_null(strstr(text, "\"undo\": ["));
    assert_non_null(strstr(text, "\"on_failure\": \"fail-keep\""));
    assert_non_null(strstr(text, "\"on_failure\": \"fail-late\""));
    assert_non_null(strstr(text, "\"error\": \"Failed to modify vswitch configuration\""));
    assert_non_null(strstr(text, "\"deadline_ms\": 25000"));
    assert_non_null(strstr(text, "\"only_if_device\": \"eth0\",\n"
                                 "      \"log_if_absent\": \"no eth0\""));
    assert_non_null(strstr(text, "\"text\": \"-bond0\""));
    assert_non_null(strstr(text, "\"optional\": true"));
    assert_non_null(strstr(text, "\"dhcp_timeout_s\": 240"));
}

TEST_WITH(test_json_of_bytes, struct fixture, f)
{
    ifr_plan_file(&f->plan, "/etc/a", "\xff\"z\n", 4, 0644);
    assert_int_equal(ifr_plan_print_json(&f->plan, f->facts, &f->out, NULL), 0);
    assert_non_null(strstr(f->out.data, "\"new\": \"\\\\xff\\\"z\\n\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_steps_in_order),
        FIXTURE(test_a_link_says_what_is_set),
        FIXTURE(test_many_steps),
        FIXTURE(test_failure_is_sticky),
        FIXTURE(test_a_member_that_failed),
        FIXTURE(test_files_replace_by_path),
        FIXTURE(test_diff),
        FIXTURE(test_diff_of_much),
        FIXTURE(test_diff_at_the_limit),
        FIXTURE(test_print),
        FIXTURE(test_print_of_what_was_seen),
        FIXTURE(test_print_saved),
        FIXTURE(test_print_saved_over_much),
        FIXTURE(test_print_nothing),
        FIXTURE(test_json),
        FIXTURE(test_json_of_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
