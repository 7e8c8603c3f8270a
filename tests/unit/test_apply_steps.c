/* test_apply_steps.c - reconfigure/plan/step.c, step_command.c, step_flows.c: what single steps do
 * and undo. */
#include "unit/test.h"

#include "unit/apply_host.h"

/* ---- DHCP, sysfs, flows. -------------------------------------------------------------------- */

TEST_WITH(test_dhcp_file, struct fixture, f)
{
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

TEST_WITH(test_dhcp_file_cannot_be_made, struct fixture, f)
{
    command(f, IFR_FATAL, "/sbin/ifup")->dhcp_timeout = 240;
    assert_int_equal(apply(f), 0);
    assert_ran(f, "/sbin/ifup");
    assert_int_equal(f->on.log.lines.n, 2);
}

TEST_WITH(test_sysfs, struct fixture, f)
{
    scratch_write(&f->on.s, "/sys/class/net/bonding_masters", "", 0644);
    ifr_plan_sysfs(&f->plan, IFR_FATAL, "/sys/class/net/bonding_masters", "+bond0");
    assert_int_equal(apply(f), 0);
    assert_string_equal(scratch_read(&f->on.s, "/sys/class/net/bonding_masters"), "+bond0");
    assert_logged(f, "");
}

TEST_WITH(test_sysfs_is_not_made, struct fixture, f)
{
    scratch_mkdir(&f->on.s, "/sys/class/net");
    ifr_plan_sysfs(&f->plan, IFR_FATAL, "/sys/class/net/bonding_masters", "-bond0")->attempts = 10;
    assert_int_equal(apply(f), -1);
    assert_string_equal(scratch_read(&f->on.s, "/sys/class/net/bonding_masters"), "(none)");
    assert_logged(f, "Destroying bond master bond0 (9 attempts remain)");
    assert_non_null(strstr(f->err.text, "/sys/class/net/bonding_masters"));
}

TEST_WITH(test_sysfs_is_undone, struct fixture, f)
{
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
    const struct dbc_strvec *lines = recorder_lines(f->on.runner);
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

TEST_WITH(test_flows_of_one_port, struct fixture, f)
{
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

TEST_WITH(test_flows_of_a_bond, struct fixture, f)
{
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
    f->on.runner = recorder_new(script, f, NULL);
    assert_int_equal(apply(f), -1);
    assert_asked_and_added(
        f, "/bin/a\n/usr/bin/ovs-vsctl -vconsole:off get interface eth0 ofport\n"
           "/usr/bin/ovs-vsctl --timeout=20 set Bridge br fail_mode=standalone\n/undo/a\n");
    assert_non_null(strstr(f->err.text, "eth0"));
}

TEST_WITH(test_no_openflow_port, struct fixture, f)
{
    check_no_port(f, "-1\n");
    check_no_port(f, "0\n");
    check_no_port(f, "[]\n");
    check_no_port(f, "");
    check_no_port(f, "65534\n"); /* OpenFlow's own number for the local port */
    check_no_port(f, "7,actions=drop\n");
}

TEST_WITH(test_a_refused_flow, struct fixture, f)
{
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

/* ---- The kernel. ---------------------------------------------------------------------------- */

/* Every failure of a step that may fail is in the log. */
static void test_a_link_that_may_fail(void **state)
{
    struct fixture *f = *state;
    struct ifr_live live = { .kernel = NULL };
    struct ifr_apply_host host = { .prefix = f->on.s.root,
                                   .facts = f->on.facts,
                                   .runner = f->on.runner,
                                   .log = &f->on.log.log,
                                   .live = &live };

    assert_int_equal(ifr_netlink_open(&live.kernel, NULL), 0);
    ifr_plan_link(&f->plan, IFR_WARN, "nosuch0", "up", 0);
    ifr_plan_forget(&f->plan, "nosuch0", "address", "192.0.2.1/24");
    assert_int_equal(ifr_apply(&f->plan, &host, &f->err), 0);
    assert_non_null(strstr(joined(&f->on.log.lines), "cannot set device nosuch0 up: "));
    assert_non_null(strstr(joined(&f->on.log.lines), "cannot find device nosuch0: "));
    ifr_netlink_close(live.kernel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(test_dhcp_file),       FIXTURE(test_dhcp_file_cannot_be_made),
        FIXTURE(test_sysfs),           FIXTURE(test_sysfs_is_not_made),
        FIXTURE(test_sysfs_is_undone), FIXTURE(test_flows_of_one_port),
        FIXTURE(test_flows_of_a_bond), FIXTURE(test_no_openflow_port),
        FIXTURE(test_a_refused_flow),  FIXTURE(test_a_link_that_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
