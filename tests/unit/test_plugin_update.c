/* test_plugin_update.c - reconfigure/plugin/change.c, update.c and ovs.c: the commands that follow
 * from a scripted Open vSwitch and the records of an invented host.  The tests P2 to P9 are about
 * one mistake of the old plugin each. */
#include "unit/test.h"

#include "unit/plugin_host.h"

/* ---- The manager ---------------------------------------------------------------------------- */

#define SSL(ca)                                                                                    \
    "\tset-ssl\tROOT/etc/xensource/xapi-ssl.pem\tROOT/etc/xensource/xapi-ssl.pem\tROOT" ca

TEST_WITH(test_nothing_to_do, struct fixture, f)
{
    f->bridges = XENBR0;
    assert_brings(f, "No change to configuration");
    assert_changes(f, "");
    assert_true(has_ca(f));
}

TEST_WITH(test_manager_is_set, struct fixture, f)
{
    want(f, "10.0.0.1");
    f->bridges = XENBR0;
    assert_brings(f, "Successfully set controller to 10.0.0.1.  Updated fail_mode.  ");
    assert_changes(f, SET RESET
                   "\t--\t--bootstrap" SSL(CA) "\t--\tset-manager\tssl:10.0.0.1:6640"
                                               "\t--\tset\tBridge\txenbr0\tfail_mode=standalone");
    assert_false(has_ca(f));
}

TEST_WITH(test_manager_is_there, struct fixture, f)
{
    want(f, "10.0.0.1");
    f->managers = "ptcp:6641\nssl:10.0.0.1:6640\n";
    f->bridges = XENBR0;
    assert_brings(f, "No change to configuration");
    assert_changes(f, "");
}

/* Old: an IPv6 target was cut at its second ':', so the manager was a new one each time. */
TEST_WITH(test_p8_ipv6_manager_is_there, struct fixture, f)
{
    want(f, "2001:db8::1");
    f->managers = "ssl:[2001:db8::1]:6640\n";
    f->bridges = XENBR0;
    assert_brings(f, "No change to configuration");
    assert_changes(f, "");
}

TEST_WITH(test_passive_manager, struct fixture, f)
{
    assert_int_equal(ifr_manager_from_sdn("pssl", "", "0", &f->wanted.manager, NULL), 0);
    f->wanted.has_port = true;
    f->managers = "ssl:10.0.0.1:6640\n";
    assert_brings(f, "Successfully set controller to pssl:6640.  ");
    assert_changes(f, SET RESET
                   "\t--" SSL("/etc/stunnel/certs/sdn-controller-ca.pem") "\t--\tset-"
                                                                          "manager\tpssl:6640");
}

TEST_WITH(test_manager_is_removed, struct fixture, f)
{
    f->managers = "ssl:10.0.0.1:6640\n";
    f->bridges = XENBR0;
    assert_brings(f, "Successfully removed controller config.  Updated fail_mode.  ");
    assert_changes(f, SET RESET "\t--\tset\tBridge\txenbr0\tfail_mode=standalone");
    assert_false(has_ca(f));
}

/* Old: the certificate was gone and Open vSwitch reset before the new manager was set. */
TEST_WITH(test_p9_certificate_last, struct fixture, f)
{
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
TEST_WITH(test_new_certificate_stays, struct fixture, f)
{
    want(f, "10.0.0.1");
    unlink(scratch_path(&f->w.s, CA));
    f->learns = true;
    assert_brings(f, "Successfully set controller to 10.0.0.1.  ");
    assert_string_equal(scratch_read(&f->w.s, CA), "learnt from the new manager");
}

/* ovs-vswitchd does not answer: ovs-vsctl gives up, the database has changed all the same. */
TEST_WITH(test_late_transaction_took_effect, struct fixture, f)
{
    want(f, "10.0.0.1");
    f->managers = "ssl:10.0.0.9:6640\n";
    f->rules[0] = (struct rule){ .match = "set-manager", .ended = IFR_SIGNALED, .status = SIGALRM };
    f->rules[1] = (struct rule){ .match = "get-manager", .answer = "ssl:10.0.0.1:6640", .skip = 1 };
    assert_int_equal(bring(f), -1);
    assert_string_equal(f->reply.failure.v[1], "-14");
    assert_false(has_ca(f)); /* or the new manager would be measured by the old one's */
}

/* ---- Bridges -------------------------------------------------------------------------------- */

TEST_WITH(test_p2_unknown_bridge, struct fixture, f)
{
    secure_pool(f);
    world_set(&f->w, f->eth0, "management", "False");
    f->bridges =
        ROW("br-int", UNSET, "") "," ROW("xenbr0", STANDALONE, "") "," ROW("a b", UNSET, "");
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr0\tfail_mode=secure");
}

/* Old: the network of the fake bridge was written to its parent, the last one won. */
TEST_WITH(test_p3_untagged_network_decides, struct fixture, f)
{
    struct dbc_record *vlan = world_vlan(&f->w, "vlanPif", f->eth0, "5", "xapi5");

    world_config(&f->w, world_network_of(&f->w, vlan), IN_BAND, "false");
    world_config(&f->w, world_network_of(&f->w, vlan), MODE, "secure");
    world_config(&f->w, world_network_of(&f->w, f->eth0), IN_BAND, "true");
    f->bridges = XENBR0;
    assert_brings(f, "Updated in-band management.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr0\tother_config:disable-in-band=true");
}

TEST_WITH(test_in_band, struct fixture, f)
{
    f->bridges = ROW("xenbr0", STANDALONE, "[\"disable-in-band\",\"true\"]," HWADDR(MAC));
    assert_brings(f, "Updated in-band management.  ");
    assert_changes(f, SET "\t--\tremove\tBridge\txenbr0\tother_config\tdisable-in-band");
}

TEST_WITH(test_in_band_invalid, struct fixture, f)
{
    world_config(&f->w, world_network_of(&f->w, f->eth0), IN_BAND, "<x>");
    f->bridges = XENBR0;
    assert_brings(f, "\"<x>\" is an invalid value for vswitch-disable-in-band on xenbr0  ");
    assert_changes(f, "");
}

TEST_WITH(test_network_before_pool, struct fixture, f)
{
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

TEST_WITH(test_flows_before_and_after, struct fixture, f)
{
    secure_pool(f);
    f->bridges = XENBR0;
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, FLOWS(MAC) "|" SET "\t--\tset\tBridge\txenbr0\tfail_mode=secure|" FLOWS(MAC));
}

/* Old: a greedy pattern lost hwaddr as soon as another key followed it. */
TEST_WITH(test_p4_other_config_is_a_map, struct fixture, f)
{
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
TEST_WITH(test_p5_no_management_here, struct fixture, f)
{
    secure_pool(f);
    world_set(&f->w, f->eth0, "management", "False");
    f->bridges = XENBR0;
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr0\tfail_mode=secure");
}

/* Old: it asked for the ofport of the bond, which has none, when secure was already set. */
TEST_WITH(test_p6_bond, struct fixture, f)
{
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

TEST_WITH(test_p6_refused_flow_changes_nothing, struct fixture, f)
{
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

TEST_WITH(test_flow_refused_afterwards, struct fixture, f)
{
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
TEST_WITH(test_p7_each_bridge_for_itself, struct fixture, f)
{
    (void)world_pif(&f->w, "eth1Pif", "eth1", "xenbr1", "00:16:3e:00:00:02");
    secure_pool(f);
    f->bridges = ROW("xenbr1", STANDALONE, "") "," ROW("xenbr0", SECURE, HWADDR(MAC));
    assert_brings(f, "Updated fail_mode.  ");
    assert_changes(f, SET "\t--\tset\tBridge\txenbr1\tfail_mode=secure");
}

/* emer-reset forgets it, and removing the controllers flushes the flows. */
TEST_WITH(test_secure_bridge_and_new_manager, struct fixture, f)
{
    secure_pool(f);
    want(f, "10.0.0.1");
    f->bridges = ROW("xenbr0", SECURE, HWADDR(MAC));
    assert_brings(f, "Successfully set controller to 10.0.0.1.  Updated fail_mode.  ");
    assert_int_equal(f->changes.n, 9);
    assert_true(changed(f, "set-manager\tssl:10.0.0.1:6640\t--\tset\tBridge\txenbr0\t"
                           "fail_mode=secure|"));
}

TEST_WITH(test_management_on_a_vlan, struct fixture, f)
{
    world_set(&f->w, f->eth0, "management", "False");
    world_set(&f->w, world_vlan(&f->w, "vlanPif", f->eth0, "5", "xapi5"), "management", "True");
    secure_pool(f);
    f->bridges = XENBR0;
    assert_brings(f, "Updated fail_mode.  ");
    assert_int_equal(f->changes.n, 9);
}

TEST_WITH(test_no_ofport, struct fixture, f)
{
    static const char *const answers[] = { "-1\n", "[]\n", "", "0\n", "65534\n", "1; x\n" };

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLUGIN_TEST(nothing_to_do),
        PLUGIN_TEST(manager_is_set),
        PLUGIN_TEST(manager_is_there),
        PLUGIN_TEST(p8_ipv6_manager_is_there),
        PLUGIN_TEST(passive_manager),
        PLUGIN_TEST(manager_is_removed),
        PLUGIN_TEST(p9_certificate_last),
        PLUGIN_TEST(new_certificate_stays),
        PLUGIN_TEST(late_transaction_took_effect),
        PLUGIN_TEST(p2_unknown_bridge),
        PLUGIN_TEST(p3_untagged_network_decides),
        PLUGIN_TEST(in_band),
        PLUGIN_TEST(in_band_invalid),
        PLUGIN_TEST(network_before_pool),
        PLUGIN_TEST(flows_before_and_after),
        PLUGIN_TEST(p4_other_config_is_a_map),
        PLUGIN_TEST(p5_no_management_here),
        PLUGIN_TEST(p6_bond),
        PLUGIN_TEST(p6_refused_flow_changes_nothing),
        PLUGIN_TEST(flow_refused_afterwards),
        PLUGIN_TEST(p7_each_bridge_for_itself),
        PLUGIN_TEST(secure_bridge_and_new_manager),
        PLUGIN_TEST(management_on_a_vlan),
        PLUGIN_TEST(no_ofport),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
