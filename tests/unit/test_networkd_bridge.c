/* test_networkd_bridge.c - bridges of networkd.db: ports, bonds and VLANs, above all those that a
 * cache cannot express. */
#include "unit/test.h"

#include "unit/networkd_text.h"

TEST_WITH(ports, struct told, told)
{
    struct dbc_db *db = networkd_text(
        "{'interface_config':{'xapi9':{'ipv4_conf':['Static4',[['169.254.0.1',16]]]},'eth7':{},"
        "'eth0':{'ipv4_conf':'DHCP4'}},'bridge_config':{'xenbr0':{'ports':{'pvs':{'kind':"
        "'PVS_proxy','interfaces':['pvs']},'p0':{'interfaces':['eth0']},'p1':{'interfaces':['eth1']"
        "},'bad':3}},'xapi9':{'ports':{'e':{'interfaces':[]}}},'xenbr2':{'ports':{'eth0':"
        "{'interfaces':['eth0']}}}}}",
        "xenbr0", told);

    assert_string_equal(pif_on(db, "xenbr0")->device, "eth0");
    assert_told(told, "LOST bridge xenbr0.ports=pvs");
    assert_told(told, "LOST bridge xenbr0.ports=p1");
    assert_told(told, "CHANGED port p0.interfaces=eth0");
    assert_told(told, "LOST interface xapi9.ipv4_conf=169.254.0.1");
    assert_told(told, "LOST interface eth0.ipv4_conf=DHCP");
    assert_told(told, "LOST interface eth7.=");
    assert_int_equal(dbc_db_network_by_bridge(db, "xenbr2")->PIFs.n, 0);
    assert_int_equal(told->w.n, 2);
    assert_has(told->w.first, "bridge xenbr0: port bad: expected an object");
    assert_has(told->w.last, "interface eth0: is in several bridges");
    dbc_db_free(db);
}

/* A NIC with a bridge of its own that a bond has as well is one PIF, in either order. */
TEST(a_slave_with_a_bridge)
{
    static const char *const texts[] = {
        "{'bridge_config':{'xapi0':{'ports':{'bond0':{'interfaces':['eth0','eth1']}}},'xenbr0':{"
        "'ports':{'eth0':{'interfaces':['eth0']}}}}}",
        "{'bridge_config':{'xenbr0':{'ports':{'eth0':{'interfaces':['eth0']}}},'xapi0':{'ports':{"
        "'bond0':{'interfaces':['eth0','eth1']}}}}}",
    };

    for (size_t i = 0; i < 2; i++) {
        struct told told = TOLD_INIT;
        struct dbc_db *db = networkd_text(texts[i], "xapi0", &told);
        const struct dbc_pif *nic = pif_on(db, "xenbr0");

        assert_int_equal(told.w.n, 0);
        assert_string_equal(nic->device, "eth0");
        assert_string_equal(nic->bond_slave_of, pif_on(db, "xapi0")->bond_master_of.v[0]);
        assert_int_equal(db->of[DBC_PIF].n, 3);
        dbc_db_free(db);
        told_release(&told);
    }
}

/* A slave has the MTU of its bond: only another one is lost. */
TEST(the_mtu_of_a_slave)
{
    static const struct {
        const char *slave, *loss;
    } cases[] = {
        { "", NULL },
        { "'mtu':9000", NULL },
        { "'mtu':1500", "LOST interface eth0.mtu=1500" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told told = TOLD_INIT;
        struct dbc_db *db = NULL;
        char text[256];

        snprintf(text, sizeof text,
                 "{'interface_config':{'xapi0':{'mtu':9000},'eth0':{%s}},'bridge_config':{'xapi0':{"
                 "'ports':{'bond0':{'interfaces':['eth0','eth1']}}}}}",
                 cases[i].slave);
        db = networkd_text(text, "xapi0", &told);
        if (cases[i].loss != NULL) {
            assert_told(&told, cases[i].loss);
        } else {
            assert_null(strstr(dbc_buf_str(&told.losses), ".mtu="));
        }
        dbc_db_free(db);
        told_release(&told);
    }
}

TEST_WITH(bonds_that_cannot_be, struct told, told)
{
    struct dbc_db *db = networkd_text(
        "{'bridge_config':{'xapi0':{'ports':{'bond0':{'interfaces':['eth0','eth1','eth1','../"
        "x',3,'xapi4']"
        "}}},'xapi1':{'ports':{'bond1':{'interfaces':['eth1','eth2']}}},'xapi2':{'ports':{'bond0':"
        "{'interfaces':['eth4','eth5']}}},'xapi4':{'ports':{'a b':{'interfaces':['eth6','eth7']}}}"
        "}}",
        "xapi0", told);
    const struct dbc_bond *bond = dbc_db_bond(db, pif_on(db, "xapi1")->bond_master_of.v[0]);

    assert_int_equal(told->w.n, 7);
    assert_int_equal(bond->slaves.n, 1);
    assert_int_equal(dbc_db_network_by_bridge(db, "xapi2")->PIFs.n, 0);
    assert_int_equal(dbc_db_network_by_bridge(db, "xapi4")->PIFs.n, 0);
    assert_has(told->w.last, "port a b: expected a name that a new bond may have");
    dbc_db_free(db);
}

TEST(vlans_that_cannot_be)
{
    static const char *const vlans[] = { "['xenbr0',4095]",
                                         "['xenbr0',-1]",
                                         "['xenbr0','7']",
                                         "['gone',7]",
                                         "['xapi1',7]",
                                         "['v',7]",
                                         "7",
                                         "['xenbr0']",
                                         "['xenbr0',7,8]",
                                         "['xapi3',7]",
                                         "['xenbr0',7.5]",
                                         "{}" };

    for (size_t i = 0; i < sizeof vlans / sizeof vlans[0]; i++) {
        struct told told = TOLD_INIT;
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_db *db = NULL;

        dbc_buf_addf(&text,
                     "{'interface_config':{'v':{'ipv4_conf':'DHCP4'}},'bridge_config':{'v':{"
                     "'vlan':%s,'ports':{'p':{}}},'xapi1':{'vlan':['xenbr0',0]},'xapi3':{},"
                     "'xenbr0':{'ports':{'eth0':{'interfaces':['eth0']}}}}}",
                     vlans[i]);
        db = networkd_text(dbc_buf_str(&text), "xenbr0", &told);
        assert_int_equal(told.w.n, 1);
        assert_has(told.w.last, "bridge v: vlan: expected");
        assert_int_equal(dbc_db_network_by_bridge(db, "v")->PIFs.n, 0);
        assert_int_equal(pif_on(db, "xapi1")->VLAN.value, 0);
        assert_told(&told, "LOST interface v.ipv4_conf=DHCP");
        assert_told(&told, "LOST bridge v.ports=p");
        dbc_db_free(db);
        dbc_buf_release(&text);
        told_release(&told);
    }
}

/* In either order of the two. */
TEST_WITH(a_vlan_on_a_vlan, struct told, told)
{
    struct dbc_db *db =
        networkd_text("{'bridge_config':{'c':{'vlan':['a',3]},'a':{'vlan':['xenbr0',"
                      "1]},'b':{'vlan':['a',2]},'xenbr0':{'ports':{'eth0':{"
                      "'interfaces':['eth0','eth0']}}}}}",
                      "xenbr0", told);

    assert_int_equal(told->w.n, 3);
    assert_has(told->w.first, "each once, found 'eth0'");
    assert_has(told->w.last, "bridge b: vlan: expected a bridge with a NIC or bond, found 'a'");
    assert_int_equal(db->of[DBC_VLAN].n, 1);
    assert_string_equal(pif_on(db, "xenbr0")->device, "eth0");
    dbc_db_free(db);
}

TEST_WITH(many_vlans_keep_their_order, struct told, told)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;
    const struct dbc_pif *nic = NULL;

    dbc_buf_adds(&text, "{'bridge_config':{'xenbr0':{'ports':{'eth0':{'interfaces':['eth0']}}}");
    for (int i = 0; i < 4094; i++) {
        dbc_buf_addf(&text, ",'v%d':{'vlan':['xenbr0',%d]}", i, i);
    }
    dbc_buf_adds(&text, "}}");
    db = networkd_text(dbc_buf_str(&text), "xenbr0", told);
    nic = pif_on(db, "xenbr0");
    assert_int_equal(nic->VLAN_slave_of.n, 4094);
    for (size_t i = 0; i < nic->VLAN_slave_of.n; i++) {
        const struct dbc_vlan *vlan = dbc_db_vlan(db, nic->VLAN_slave_of.v[i]);
        assert_int_equal(dbc_db_pif(db, vlan->untagged_PIF)->VLAN.value, i);
    }
    dbc_db_free(db);
    dbc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(ports),
        cmocka_unit_test(a_slave_with_a_bridge),
        cmocka_unit_test(the_mtu_of_a_slave),
        FIXTURE(bonds_that_cannot_be),
        cmocka_unit_test(vlans_that_cannot_be),
        FIXTURE(a_vlan_on_a_vlan),
        FIXTURE(many_vlans_keep_their_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
