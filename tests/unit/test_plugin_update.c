/* test_plugin_update.c - reconfigure/plugin/change.c, update.c and ovs.c: what a scripted Open
 * vSwitch and records of an invented host come to, command by command.  The tests P2 to P9 are the
 * mistakes of the old plugin, one each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>

#include "reconfigure/plugin/bring.h"
#include "reconfigure/plugin/change.h"
#include "reconfigure/plugin/update.h"
#include "unit/world.h"

#define MAC "00:16:3e:00:00:01"
#define MODE "vswitch-controller-fail-mode"
#define IN_BAND "vswitch-disable-in-band"
#define CA "/etc/openvswitch/vswitchd.cacert"
#define SET "/usr/bin/ovs-vsctl\t--timeout=20"
#define FLOW "/usr/bin/ovs-ofctl\tadd-flow\t"
#define RESET "\t--\temer-reset\t--\tdel-manager\t--\tdel-ssl"

struct rule {
    const char *match; /* in the command line, words joined by blanks */
    enum ifr_ended ended;
    int status;
    const char *answer;
    unsigned skip; /* so many matches pass first */
};

struct fixture {
    struct world w;
    struct ifr_runner *runner;
    struct ifr_host host;
    struct ifr_wanted wanted;
    struct ifr_reply reply;
    struct dbc_error err;
    struct dbc_record *eth0;
    const char *managers, *bridges; /* what Open vSwitch has */
    struct rule rules[8];
    bool learns;               /* Open vSwitch has a connection before its transaction ends */
    struct dbc_strvec changes; /* what was run and is no question, with the CA's presence */
};

static bool has_ca(struct fixture *f)
{
    return access(scratch_path(&f->w.s, CA), F_OK) == 0;
}

static void answer(struct fixture *f, const char *line, struct ifr_result *result)
{
    if (strstr(line, "get-manager")) {
        dbc_buf_adds(&result->out, f->managers);
    } else if (strstr(line, "list Bridge")) {
        dbc_buf_addf(&result->out,
                     "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[%s]}\n",
                     f->bridges);
    } else if (strstr(line, "Interface eth")) {
        dbc_buf_addf(&result->out, "%c\n", strstr(line, "Interface eth")[13] + 1);
    }
}

static void script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    struct fixture *f = ctx;
    struct dbc_buf line = DBC_BUF_INIT, tabs = DBC_BUF_INIT;
    struct rule *rule = f->rules;

    for (size_t i = 0; argv[i]; i++) {
        dbc_buf_addf(&line, "%s%s", i > 0 ? " " : "", argv[i]);
        dbc_buf_addf(&tabs, "%s%s", i > 0 ? "\t" : "", argv[i]);
    }
    if (!strstr(line.data, "-vconsole:off")) {
        dbc_strvec_pushf(&f->changes, "%s%s", tabs.data, has_ca(f) ? "" : " (no CA)");
    }
    if (f->learns && strstr(line.data, "set-manager")) {
        scratch_write(&f->w.s, CA, "learnt from the new manager", 0644);
    }
    while (rule->match && !(strstr(line.data, rule->match) && rule->skip-- == 0)) {
        rule++;
    }
    if (rule->match) {
        result->ended = rule->ended;
        result->status = rule->status;
        dbc_buf_adds(&result->out, rule->answer ? rule->answer : "");
    } else {
        answer(f, line.data, result);
    }
    dbc_buf_release(&line);
    dbc_buf_release(&tabs);
}

static int setup(void **state)
{
    static struct fixture f;
    struct dbc_record *pool = NULL;

    memset(&f, 0, sizeof f);
    world_make(&f.w, &ifr_datapath_vswitch);
    f.runner = ifr_runner_record_new(script, &f, NULL);
    f.host = (struct ifr_host){ .prefix = f.w.s.root, .runner = f.runner, .log = &f.w.log.log };
    f.wanted.db = f.w.db;
    f.managers = f.bridges = "";
    f.eth0 = world_pif(&f.w, "eth0Pif", "eth0", "xenbr0", MAC);
    world_set(&f.w, f.eth0, "management", "True");
    pool = dbc_db_add(f.w.db, DBC_POOL, "pool", NULL);
    must(pool != NULL && f.runner != NULL);
    scratch_write(&f.w.s, CA, "learnt from the old manager", 0644);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    ifr_reply_release(&f->reply);
    dbc_strvec_release(&f->changes);
    ifr_runner_free(f->runner);
    world_end(&f->w);
    return 0;
}

static void secure_pool(struct fixture *f)
{
    world_config(&f->w, f->w.db->of[DBC_POOL].v[0], MODE, "secure");
}

static void want(struct fixture *f, const char *address)
{
    assert_int_equal(ifr_manager_from_pool(address, &f->wanted.manager, NULL), 0);
}

static int bring(struct fixture *f)
{
    must(dbc_db_index(f->w.db, NULL) == 0);
    return ifr_plugin_bring(&f->host, &f->wanted, &f->reply, &f->err);
}

static void assert_brings(struct fixture *f, const char *said)
{
    assert_int_equal(bring(f), 0);
    assert_string_equal(dbc_buf_str(&f->reply.value), said);
}

/* `want`: lines separated by '|'; the prefix stands in them as "ROOT". */
static void assert_changes(struct fixture *f, const char *want_lines)
{
    struct dbc_buf text = DBC_BUF_INIT;

    for (const char *s = joined(&f->changes); *s != '\0'; s++) {
        if (strncmp(s, f->w.s.root, strlen(f->w.s.root)) == 0) {
            dbc_buf_adds(&text, "ROOT");
            s += strlen(f->w.s.root) - 1;
        } else {
            dbc_buf_addc(&text, *s);
        }
    }
    assert_string_equal(dbc_buf_str(&text), want_lines);
    dbc_buf_release(&text);
}

static bool changed(struct fixture *f, const char *words)
{
    return strstr(joined(&f->changes), words) != NULL;
}

#define ROW(name, mode, config) "[\"" name "\"," mode ",[\"map\",[" config "]]]"
#define HWADDR(mac) "[\"hwaddr\",\"" mac "\"]"
#define STANDALONE "\"standalone\""
#define SECURE "\"secure\""
#define UNSET "[\"set\",[]]"
#define XENBR0 ROW("xenbr0", STANDALONE, HWADDR(MAC))

/* ---- The manager ---------------------------------------------------------------------------- */

#define SSL(ca)                                                                                    \
    "\tset-ssl\tROOT/etc/xensource/xapi-ssl.pem\tROOT/etc/xensource/xapi-ssl.pem\tROOT" ca

static void test_nothing_to_do(void **state)
{
    struct fixture *f = *state;

    f->bridges = XENBR0;
    assert_brings(f, "No change to configuration");
    assert_changes(f, "");
    assert_true(has_ca(f));
}

static void test_manager_is_set(void **state)
{
    struct fixture *f = *state;

    want(f, "10.0.0.1");
    f->bridges = XENBR0;
    assert_brings(f, "Successfully set controller to 10.0.0.1.  Updated fail_mode.  ");
    assert_changes(f, SET RESET
                   "\t--\t--bootstrap" SSL(CA) "\t--\tset-manager\tssl:10.0.0.1:6640"
                                               "\t--\tset\tBridge\txenbr0\tfail_mode=standalone");
    assert_false(has_ca(f));
}

static void test_manager_is_there(void **state)
{
    struct fixture *f = *state;

    want(f, "10.0.0.1");
    f->managers = "ptcp:6641\nssl:10.0.0.1:6640\n";
    f->bridges = XENBR0;
    assert_brings(f, "No change to configuration");
    assert_changes(f, "");
}

/* Old: an IPv6 target was cut at its second ':', so the manager was a new one each time. */
static void test_p8_ipv6_manager_is_there(void **state)
{
    struct fixture *f = *state;

    want(f, "2001:db8::1");
    f->managers = "ssl:[2001:db8::1]:6640\n";
    f->bridges = XENBR0;
    assert_brings(f, "No change to configuration");
    assert_changes(f, "");
}

static void test_passive_manager(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ifr_manager_from_sdn("pssl", "", "0", &f->wanted.manager, NULL), 0);
    f->wanted.has_port = true;
    f->managers = "ssl:10.0.0.1:6640\n";
    assert_brings(f, "Successfully set controller to pssl:6640.  ");
    assert_changes(f, SET RESET
                   "\t--" SSL("/etc/stunnel/certs/sdn-controller-ca.pem") "\t--\tset-"
                                                                          "manager\tpssl:6640");
}

static void test_manager_is_removed(void **state)
{
    struct fixture *f = *state;

    f->managers = "ssl:10.0.0.1:6640\n";
    f->bridges = XENBR0;
    assert_brings(f, "Successfully removed controller config.  Updated fail_mode.  ");
    assert_changes(f, SET RESET "\t--\tset\tBridge\txenbr0\tfail_mode=standalone");
    assert_false(has_ca(f));
}

/* Old: the certificate was gone and Open vSwitch reset before the new manager was set. */
static void test_p9_certificate_last(void **state)
{
    struct fixture *f = *state;

    want(f, "10.0.0.1");
    f->managers = "ssl:10.0.0.9:6640\n";
    f->rules[0] = (struct rule){ .match = "set-manager", .status = 1 };
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->changes.n, 1); /* one transaction, with the certificate still there */
    assert_false(changed(f, "(no CA)"));
    assert_true(has_ca(f));
    assert_string_equal(f->reply.failure.v[0], "VSWITCH_CONFIG_MOD_FAILURE");
    assert_string_equal(f->reply.failure.v[1], "1");
    assert_non_null(strstr(f->reply.failure.v[2], "-- emer-reset -- del-manager"));
    assert_int_equal(f->reply.failure.n, 3);
}

/* Without an old certificate the new one may be there when the transaction ends. */
static void test_new_certificate_stays(void **state)
{
    struct fixture *f = *state;

    want(f, "10.0.0.1");
    unlink(scratch_path(&f->w.s, CA));
    f->learns = true;
    assert_brings(f, "Successfully set controller to 10.0.0.1.  ");
    assert_string_equal(scratch_read(&f->w.s, CA), "learnt from the new manager");
}

/* ovs-vswitchd does not answer: ovs-vsctl gives up, the database has changed all the same. */
static void test_late_transaction_took_effect(void **state)
{
    struct fixture *f = *state;

    want(f, "10.0.0.1");
    f->managers = "ssl:10.0.0.9:6640\n";
    f->rules[0] = (struct rule){ .match = "set-manager", .ended = IFR_SIGNALED, .status = SIGALRM };
    f->rules[1] = (struct rule){ .match = "get-manager", .answer = "ssl:10.0.0.1:6640", .skip = 1 };
    assert_int_equal(bring(f), -1);
    assert_string_equal(f->reply.failure.v[1], "-14");
    assert_false(has_ca(f)); /* or the new manager would be measured by the old one's */
}

/* ---- Bridges -------------------------------------------------------------------------------- */

static void test_p2_unknown_bridge(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    world_set(&f->w, f->eth0, "management", "False");
    f->bridges =
        ROW("br-int", UNSET, "") "," ROW("xenbr0", STANDALONE, "") "," ROW("a b", UNSET, "");
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr0\tfail_mode=secure");
}

/* Old: the network of the fake bridge was written to its parent, the last one won. */
static void test_p3_untagged_network_decides(void **state)
{
    struct fixture *f = *state;
    struct dbc_record *vlan = world_vlan(&f->w, "vlanPif", f->eth0, "5", "xapi5");

    world_config(&f->w, world_network_of(&f->w, vlan), IN_BAND, "false");
    world_config(&f->w, world_network_of(&f->w, vlan), MODE, "secure");
    world_config(&f->w, world_network_of(&f->w, f->eth0), IN_BAND, "true");
    f->bridges = XENBR0;
    assert_brings(f, "Updated in-band management.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr0\tother_config:disable-in-band=true");
}

static void test_in_band(void **state)
{
    struct fixture *f = *state;

    f->bridges = ROW("xenbr0", STANDALONE, "[\"disable-in-band\",\"true\"]," HWADDR(MAC));
    assert_brings(f, "Updated in-band management.  ");
    assert_changes(f, SET "\t--\tremove\tBridge\txenbr0\tother_config\tdisable-in-band");
}

static void test_in_band_invalid(void **state)
{
    struct fixture *f = *state;

    world_config(&f->w, world_network_of(&f->w, f->eth0), IN_BAND, "<x>");
    f->bridges = XENBR0;
    assert_brings(f, "\"<x>\" is an invalid value for vswitch-disable-in-band on xenbr0  ");
    assert_changes(f, "");
}

static void test_network_before_pool(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    world_config(&f->w, world_network_of(&f->w, f->eth0), MODE, "standalone");
    f->bridges = ROW("xenbr0", UNSET, HWADDR(MAC));
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr0\tfail_mode=standalone");
}

/* ---- Flows ---------------------------------------------------------------------------------- */

#define IDLE "\tidle_timeout=0,priority=0,in_port="
#define FLOWS(mac)                                                                                 \
    FLOW "xenbr0" IDLE "1,arp,nw_proto=1,actions=local|" FLOW "xenbr0" IDLE                        \
         "local,arp,dl_src=" mac ",actions=1|" FLOW "xenbr0" IDLE "1,dl_dst=" mac                  \
         ",actions=local|" FLOW "xenbr0" IDLE "local,dl_src=" mac ",actions=1"

static void test_flows_before_and_after(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    f->bridges = XENBR0;
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, FLOWS(MAC) "|" SET "\t--\tset\tBridge\txenbr0\tfail_mode=secure|" FLOWS(MAC));
}

/* Old: a greedy pattern lost hwaddr as soon as another key followed it. */
static void test_p4_other_config_is_a_map(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    f->bridges = ROW("xenbr0", STANDALONE,
                     "[\"a\",\"hwaddr=\\\"00:00:00:00:00:09\\\"\"]," HWADDR(
                         "00:16:3E:00:00:77") ","
                                              "[\"zzz\",\"1\"]");
    assert_brings(f, "Updated fail_mode.  ");
    assert_true(changed(f, "dl_dst=00:16:3e:00:00:77,"));
    assert_false(changed(f, "00:00:00:00:00:09"));
}

/* Records of another host never get here; without a management PIF there is nothing to guard. */
static void test_p5_no_management_here(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    world_set(&f->w, f->eth0, "management", "False");
    f->bridges = XENBR0;
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr0\tfail_mode=secure");
}

/* Old: it asked for the ofport of the bond, which has none, when secure was already set. */
static void test_p6_bond(void **state)
{
    struct fixture *f = *state;
    struct dbc_record *bond = world_bond(&f->w, "bondPif", "bond0", "xapi0", "00:16:3e:00:00:02");

    world_slave(&f->w, bond, world_pif(&f->w, "eth1Pif", "eth1", "xenbr1", "00:16:3e:00:00:02"));
    world_slave(&f->w, bond, world_pif(&f->w, "eth2Pif", "eth2", "xenbr2", "00:16:3e:00:00:03"));
    world_set(&f->w, f->eth0, "management", "False");
    world_set(&f->w, bond, "management", "True");
    secure_pool(f);
    f->bridges = ROW("xapi0", STANDALONE, "");
    assert_brings(f, "Updated fail_mode.  ");
    assert_int_equal(f->changes.n, 13);
    assert_string_equal(f->changes.v[0], FLOW "xapi0" IDLE "local,arp,dl_src=00:16:3e:00:00:02,"
                                              "actions=NORMAL");
    assert_string_equal(f->changes.v[3], FLOW "xapi0" IDLE "3,arp,nw_proto=1,actions=local");
    assert_string_equal(f->changes.v[6], SET "\t--\tset\tBridge\txapi0\tfail_mode=secure");
}

static void test_p6_refused_flow_changes_nothing(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    want(f, "10.0.0.1");
    f->bridges = XENBR0;
    f->rules[0] = (struct rule){ .match = "add-flow", .status = 3 };
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->changes.n, 1);
    assert_string_equal(joined(&f->reply.failure),
                        "VSWITCH_ADD_FLOW_FAILURE|3|xenbr0|idle_timeout=0,priority=0,in_port=1,"
                        "arp,nw_proto=1,actions=local");
    assert_true(has_ca(f));
}

static void test_flow_refused_afterwards(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    want(f, "10.0.0.1");
    f->bridges = XENBR0;
    f->rules[0] = (struct rule){ .match = "add-flow", .status = 1, .skip = 5 };
    assert_int_equal(bring(f), -1);
    assert_string_equal(f->reply.failure.v[0], "VSWITCH_ADD_FLOW_FAILURE");
    assert_string_equal(f->changes.v[f->changes.n - 1],
                        SET "\tset\tBridge\txenbr0\tfail_mode=standalone");
    assert_false(has_ca(f)); /* the manager is a new one all the same */
}

/* Old: one bridge that changed made it think that the management bridge had. */
static void test_p7_each_bridge_for_itself(void **state)
{
    struct fixture *f = *state;

    (void)world_pif(&f->w, "eth1Pif", "eth1", "xenbr1", "00:16:3e:00:00:02");
    secure_pool(f);
    f->bridges = ROW("xenbr1", STANDALONE, "") "," ROW("xenbr0", SECURE, HWADDR(MAC));
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr1\tfail_mode=secure");
}

/* emer-reset forgets it, and removing the controllers flushes the flows. */
static void test_secure_bridge_and_new_manager(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    want(f, "10.0.0.1");
    f->bridges = ROW("xenbr0", SECURE, HWADDR(MAC));
    assert_brings(f, "Successfully set controller to 10.0.0.1.  Updated fail_mode.  ");
    assert_int_equal(f->changes.n, 9);
    assert_true(changed(f, "set-manager\tssl:10.0.0.1:6640\t--\tset\tBridge\txenbr0\t"
                           "fail_mode=secure|"));
}

static void test_management_on_a_vlan(void **state)
{
    struct fixture *f = *state;

    world_set(&f->w, f->eth0, "management", "False");
    world_set(&f->w, world_vlan(&f->w, "vlanPif", f->eth0, "5", "xapi5"), "management", "True");
    secure_pool(f);
    f->bridges = XENBR0;
    assert_brings(f, "Updated fail_mode.  ");
    assert_int_equal(f->changes.n, 9);
}

static void test_no_ofport(void **state)
{
    static const char *const answers[] = { "-1\n", "[]\n", "", "0\n", "65534\n", "1; x\n" };
    struct fixture *f = *state;

    secure_pool(f);
    f->bridges = XENBR0;
    for (size_t i = 0; i < 6; i++) {
        dbc_error_clear(&f->err);
        f->rules[0] = (struct rule){ .match = "Interface eth0", .answer = answers[i] };
        assert_int_equal(bring(f), -1);
        assert_non_null(strstr(f->err.text, "no port for any of its NICs"));
    }
    assert_changes(f, "");
}

/* ---- Hostile answers ------------------------------------------------------------------------ */

static void test_answers_of_ovs_that_are_none(void **state)
{
    static const char *const answers[] = {
        "",
        "[",
        "null",
        "[]",
        "{}",
        "{\"headings\":[],\"data\":[]}",
        "{\"headings\":[\"name\",\"fail_mode\"],\"data\":[]}",
        "{\"headings\":[1,2,3],\"data\":[]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":{}}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[1]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[[]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[[1,2,3]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[[\"b\",\"\",\"\"]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],"
        "\"data\":[[\"b\",\"\",[\"map\",{}]]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],"
        "\"data\":[[\"xenbr0\",\"\",[\"map\",[]]],[\"b\",\"\",[\"set\",[]]]]}",
        "{\"headings\":[\"name\",\"fail_mode\",\"other_config\"],\"data\":[]} x",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        f->rules[0] = (struct rule){ .match = "list Bridge", .answer = answers[i] };
        dbc_error_clear(&f->err);
        assert_int_equal(bring(f), -1);
        assert_int_equal(f->err.code, DBC_EPARSE);
    }
    assert_changes(f, "");
}

/* Odd, but harmless: what is no text is none. */
static void test_odd_rows(void **state)
{
    struct fixture *f = *state;

    f->bridges = "[\"xenbr0\",[\"set\",[\"standalone\"]],[\"map\",[1,[],[\"k\"],[\"hwaddr\",7],"
                 "[[],\"v\"],[\"disable-in-band\",[]]]],\"more\"],"
                 "[\"$(id)\",7,[\"map\",[]]],[\"\",null,[\"map\",[]]]";
    assert_brings(f, "No change to configuration");
}

static void test_too_long_an_answer(void **state)
{
    struct fixture *f = *state;
    struct dbc_buf text = DBC_BUF_INIT;

    while (text.len < IFR_OUTPUT_MAX) {
        dbc_buf_addc(&text, ' ');
    }
    f->rules[0] = (struct rule){ .match = "list Bridge", .answer = text.data };
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->err.code, DBC_ELIMIT);
    assert_non_null(strstr(f->err.text, "IFR_OUTPUT_MAX"));
    dbc_buf_release(&text);
}

static void test_ovs_does_not_answer(void **state)
{
    static const struct rule rules[] = {
        { .match = "get-manager", .status = 1 },
        { .match = "get-manager", .ended = IFR_SIGNALED, .status = SIGALRM },
        { .match = "get-manager", .ended = IFR_TIMED_OUT },
        { .match = "list Bridge", .ended = IFR_NOT_FOUND },
        { .match = "list Bridge", .ended = IFR_NOT_RUN, .status = 13 },
    };
    struct fixture *f = *state;

    want(f, "10.0.0.1");
    for (size_t i = 0; i < 5; i++) {
        f->rules[0] = rules[i];
        dbc_error_clear(&f->err);
        assert_int_equal(bring(f), -1);
        assert_int_equal(f->err.code, DBC_ECOMMAND);
        assert_int_equal(f->reply.failure.n, 0);
    }
    assert_changes(f, "");
}

static void test_hostile_records(void **state)
{
    struct fixture *f = *state;

    secure_pool(f);
    world_set(&f->w, f->eth0, "device", "eth0 -- del-br");
    f->bridges = XENBR0;
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->err.code, DBC_EINVAL);
    dbc_error_clear(&f->err);
    world_set(&f->w, f->eth0, "device", "eth0");
    world_set(&f->w, f->eth0, "MAC", "x");
    f->bridges = ROW("xenbr0", STANDALONE, HWADDR("00:16:3e:00:00:01,actions=drop"));
    assert_int_equal(bring(f), -1);
    assert_int_equal(f->err.code, DBC_EINVAL);
    assert_changes(f, "");
}

/* ---- The functions -------------------------------------------------------------------------- */

static ifr_plugin_fn *function(const char *name)
{
    const struct ifr_plugin_function *at = ifr_plugin_functions;

    while (strcmp(at->name, name) != 0) {
        at++;
    }
    return at->call;
}

static void test_emergency_reset(void **state)
{
    struct fixture *f = *state;
    struct ifr_plugin plugin = { .host = &f->host };

    assert_int_equal(function("emergency_reset")(&plugin, "s", &f->reply, &f->err), 0);
    assert_string_equal(dbc_buf_str(&f->reply.value), "Successfully reset configuration");
    assert_changes(f, SET "\temer-reset");
    f->rules[0] = (struct rule){ .match = "emer-reset", .status = 2 };
    assert_int_equal(function("emergency_reset")(&plugin, "s", &f->reply, &f->err), -1);
    assert_string_equal(joined(&f->reply.failure), "VSWITCH_EMER_RESET_FAILURE|2");
}

/* On the Linux bridge there is nothing to update, but the cache; which may fail. */
static void test_rewrite_comes_first(void **state)
{
    struct fixture *f = *state;
    struct ifr_plugin plugin = { .host = &f->host };

    scratch_write(&f->w.s, "/etc/xensource/network.conf", "bridge\n", 0644);
    f->rules[0] = (struct rule){ .match = "rewrite", .status = 1 };
    assert_int_equal(function("update")(&plugin, "s", &f->reply, &f->err), 0);
    assert_string_equal(dbc_buf_str(&f->reply.value), "No change to configuration");
    assert_int_equal(f->changes.n, 1);
    assert_true(changed(f, "/interface-reconfigure\trewrite"));
    assert_non_null(strstr(joined(&f->w.log.lines), "rewrite exited with 1"));
}

static void test_no_xapi(void **state)
{
    struct fixture *f = *state;
    struct ifr_plugin plugin = { .host = &f->host, .timeout_ms = 1000 };

    scratch_write(&f->w.s, "/etc/xensource/network.conf", "openvswitch\n", 0644);
    scratch_write(&f->w.s, "/etc/xensource-inventory", "INSTALLATION_UUID='u'\n", 0644);
    f->managers = "ssl:10.0.0.1:6640\n";
    assert_int_equal(function("update")(&plugin, "OpaqueRef:s", &f->reply, &f->err), -1);
    assert_int_equal(f->err.code, DBC_ENOENT);
    assert_int_equal(f->changes.n, 1); /* rewrite */
    assert_true(has_ca(f));
    assert_null(strstr(joined(&f->w.log.lines), "OpaqueRef:s"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_to_do),
        TEST(manager_is_set),
        TEST(manager_is_there),
        TEST(p8_ipv6_manager_is_there),
        TEST(passive_manager),
        TEST(manager_is_removed),
        TEST(p9_certificate_last),
        TEST(new_certificate_stays),
        TEST(late_transaction_took_effect),
        TEST(p2_unknown_bridge),
        TEST(p3_untagged_network_decides),
        TEST(in_band),
        TEST(in_band_invalid),
        TEST(network_before_pool),
        TEST(flows_before_and_after),
        TEST(p4_other_config_is_a_map),
        TEST(p5_no_management_here),
        TEST(p6_bond),
        TEST(p6_refused_flow_changes_nothing),
        TEST(flow_refused_afterwards),
        TEST(p7_each_bridge_for_itself),
        TEST(secure_bridge_and_new_manager),
        TEST(management_on_a_vlan),
        TEST(no_ofport),
        TEST(answers_of_ovs_that_are_none),
        TEST(odd_rows),
        TEST(too_long_an_answer),
        TEST(ovs_does_not_answer),
        TEST(hostile_records),
        TEST(emergency_reset),
        TEST(rewrite_comes_first),
        TEST(no_xapi),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
