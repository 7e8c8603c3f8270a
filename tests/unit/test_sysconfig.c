/* test_sysconfig.c - reconfigure/datapath/sysconfig.c: which device owns DNS and gateway, and the
 * editing of etc/sysconfig/network.  Tests named after a defect of the old scripts would fail on
 * those scripts. */
#include "unit/test.h"

#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/sysconfig.h"
#include "unit/world.h"

/* ---- Editing ------------------------------------------------------------------------------ */

static void assert_edit(const char *old, size_t len, const char *expected, size_t expected_len)
{
    struct dbc_buf out = DBC_BUF_INIT;

    ifr_sysconfig_set(old, len, "DNSDEV", "xenbr0", &out);
    assert_int_equal(out.len, expected_len);
    assert_memory_equal(dbc_buf_str(&out), expected, expected_len);
    dbc_buf_release(&out);
}

#define EDIT(old, expected) assert_edit(old, sizeof(old) - 1, expected, sizeof(expected) - 1)

TEST(test_replaced_in_place_or_appended)
{
    EDIT("", "DNSDEV=xenbr0\n");
    EDIT("A=1\n", "A=1\nDNSDEV=xenbr0\n");
    EDIT("A=1\nDNSDEV=eth9\nB=2\n", "A=1\nDNSDEV=xenbr0\nB=2\n");
    EDIT(" \tDNSDEV=eth9\n", "DNSDEV=xenbr0\n");
    EDIT("DNSDEVICE=1\nXDNSDEV=2\n#DNSDEV=3\n",
         "DNSDEVICE=1\nXDNSDEV=2\n#DNSDEV=3\nDNSDEV=xenbr0\n");
    EDIT("\n\n", "\n\nDNSDEV=xenbr0\n");
}

/* The old program lost HOSTNAME and NETWORKING when it met such a byte. */
TEST(test_F5_every_byte_is_kept)
{
    EDIT("HOSTNAME=caf\xe9\nX=\xff\xfe\n", "HOSTNAME=caf\xe9\nX=\xff\xfe\nDNSDEV=xenbr0\n");
    EDIT("A=\0B\r\nDNSDEV=x\r\nC", "A=\0B\r\nDNSDEV=xenbr0\nC");
}

/* `HOSTNAME=xDNSDEV=y`; and a second line that survived won in the shell. */
TEST(test_F6_last_line_and_duplicates)
{
    EDIT("HOSTNAME=x", "HOSTNAME=x\nDNSDEV=xenbr0\n");
    EDIT("DNSDEV=a\nA=1\nDNSDEV=b\nB=2\n DNSDEV=c", "DNSDEV=xenbr0\nA=1\nB=2\n");
    EDIT("DNSDEV=a\nHOSTNAME=x", "DNSDEV=xenbr0\nHOSTNAME=x");
}

/* ---- Owners ------------------------------------------------------------------------------- */

struct host {
    struct world w;
    struct dbc_record *a, *b;
};

static void begin(struct host *t)
{
    world_make(&t->w, &ifr_datapath_vswitch);
    t->a = world_pif(&t->w, "a", "eth0", "xenbr0", "02:00:00:00:00:01");
    t->b = world_pif(&t->w, "b", "eth1", "xenbr1", "02:00:00:00:00:02");
    world_set(&t->w, t->a, "ip_configuration_mode", "DHCP");
    world_set(&t->w, t->a, "management", "True");
}

static const char *plan(struct host *t, struct dbc_record *pif)
{
    must(dbc_db_index(t->w.db, NULL) == 0);
    ifr_plan_release(&t->w.plan);
    must(ifr_sysconfig_plan(&t->w.p, as_pif(pif), dbc_pif_bridge(t->w.db, as_pif(pif)), false,
                            &t->w.err) == 0);
    must(!t->w.plan.failed);
    return world_file(&t->w, IFR_SYSCONFIG_NETWORK);
}

TEST(test_management_owns_both)
{
    struct host t;

    begin(&t);
    assert_string_equal(plan(&t, t.a), "DNSDEV=xenbr0\nGATEWAYDEV=xenbr0\n");
    assert_string_equal(plan(&t, t.b), "(none)");
    scratch_write(&t.w.s, IFR_SYSCONFIG_NETWORK, "NETWORKING=yes", 0644);
    assert_string_equal(plan(&t, t.a), "NETWORKING=yes\nDNSDEV=xenbr0\nGATEWAYDEV=xenbr0\n");
    world_end(&t.w);
}

/* The boot script passes --management with --force; the old program ignored it there. */
TEST(test_F9_management_option_with_force)
{
    struct host t;

    begin(&t);
    world_set(&t.w, t.a, "management", "False");
    assert_string_equal(plan(&t, t.b), "(none)");
    t.w.p.management = true;
    assert_string_equal(plan(&t, t.b), "DNSDEV=xenbr1\nGATEWAYDEV=xenbr1\n");
    world_end(&t.w);
}

TEST(test_claims_come_first_and_the_first_wins)
{
    struct host t;

    begin(&t);
    world_config(&t.w, t.b, "peerdns", "true");
    world_config(&t.w, t.b, "defaultroute", "false");
    assert_string_equal(plan(&t, t.a), "GATEWAYDEV=xenbr0\n");
    assert_string_equal(plan(&t, t.b), "DNSDEV=xenbr1\n");
    assert_int_equal(t.w.plan.n_steps, 0);
    world_config(&t.w, t.a, "peerdns", "true");
    assert_string_equal(plan(&t, t.b), "(none)");
    assert_string_equal(t.w.plan.steps[0].text, "Warning: multiple pifs with \"peerdns=true\" - "
                                                "choosing eth0 and ignoring eth1");
    world_end(&t.w);
}

/* GATEWAYDEV of a static PIF without a gateway makes an on-link default route. */
TEST(test_C6_no_gateway_no_gatewaydev)
{
    static const char *const none[] = { "", "x", "10.0.0.1;reboot" };

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct host t;
        begin(&t);
        world_set(&t.w, t.a, "ip_configuration_mode", "Static");
        world_set(&t.w, t.a, "gateway", none[i]);
        assert_string_equal(plan(&t, t.a), "DNSDEV=xenbr0\n");
        world_config(&t.w, t.a, "defaultroute", "true");
        assert_string_equal(plan(&t, t.a), "DNSDEV=xenbr0\n");
        world_set(&t.w, t.a, "gateway", "10.0.0.1");
        assert_string_equal(plan(&t, t.a), "DNSDEV=xenbr0\nGATEWAYDEV=xenbr0\n");
        world_end(&t.w);
    }
}

TEST(test_bonds_of_the_pif_and_slaves_are_left_out)
{
    struct host t;
    struct dbc_record *bond = NULL;

    begin(&t);
    bond = world_bond(&t.w, "bond", "bond0", "xapi0", "02:00:00:00:00:01");
    world_slave(&t.w, bond, t.b);
    world_config(&t.w, t.b, "peerdns", "true");
    world_config(&t.w, bond, "defaultroute", "true");
    assert_string_equal(plan(&t, bond), "GATEWAYDEV=xapi0\n");
    assert_string_equal(plan(&t, t.a), "DNSDEV=xenbr0\n");
    assert_string_equal(plan(&t, t.b), "(none)");
    world_set(&t.w, t.a, "management", "False");
    t.w.p.management = true;
    assert_string_equal(plan(&t, t.b), "DNSDEV=xenbr1\nGATEWAYDEV=xenbr1\n");
    world_end(&t.w);
}

TEST(test_unreadable_file_is_an_error)
{
    struct host t;

    begin(&t);
    scratch_mkdir(&t.w.s, IFR_SYSCONFIG_NETWORK);
    must(dbc_db_index(t.w.db, NULL) == 0);
    assert_int_equal(ifr_sysconfig_plan(&t.w.p, as_pif(t.a), "xenbr0", false, &t.w.err), -1);
    assert_true(t.w.err.code != DBC_OK && t.w.err.text[0] != '\0');
    world_end(&t.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replaced_in_place_or_appended),
        cmocka_unit_test(test_F5_every_byte_is_kept),
        cmocka_unit_test(test_F6_last_line_and_duplicates),
        cmocka_unit_test(test_management_owns_both),
        cmocka_unit_test(test_F9_management_option_with_force),
        cmocka_unit_test(test_claims_come_first_and_the_first_wins),
        cmocka_unit_test(test_C6_no_gateway_no_gatewaydev),
        cmocka_unit_test(test_bonds_of_the_pif_and_slaves_are_left_out),
        cmocka_unit_test(test_unreadable_file_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
