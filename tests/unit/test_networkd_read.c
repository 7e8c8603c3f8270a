/* test_networkd_read.c - networkd.db to records: the samples field by field, the forms of the
 * releases, what is reported, and hostile files. */
#include "unit/test.h"

#include "model/topology.h"
#include "unit/networkd_text.h"

/* A bridge xenbr0 with the NIC eth0, and what else the test wants to say in its members. */
#define NIC(iface, bridge)                                                                         \
    "{'interface_config':{'xenbr0':{" iface "}},'bridge_config':{'xenbr0':{" bridge                \
    "'ports':{'eth0':{'interfaces':['eth0']}}}}}"

/* ---- The samples -------------------------------------------------------------------------- */

static void check_bond(const struct dbc_db *db)
{
    const struct dbc_pif *bond = pif_on(db, "xapi0");

    assert_string_equal(bond->device, "bond0");
    assert_string_equal(bond->uuid, "bond0Pif");
    assert_true(bond->management);
    assert_true(bond->currently_attached);
    assert_string_equal(bond->MAC, "00:1b:21:a0:00:00");
    assert_int_equal(bond->VLAN.value, -1);
    assert_string_equal(bond->ip_configuration_mode, "Static");
    assert_string_equal(bond->IP, "10.0.0.11");
    assert_string_equal(bond->netmask, "255.255.255.0");
    assert_string_equal(bond->gateway, "10.0.0.1");
    assert_string_equal(bond->DNS, "10.0.0.2,10.0.0.3");
    assert_string_equal(pif_key(bond, "domain"), "example.com,corp.example.com");
    assert_string_equal(bond->ipv6_configuration_mode, "Static");
    assert_string_equal(bond->IPv6, "2001:db8::11/64");
    assert_string_equal(bond->IPv6_gateway, "2001:db8::1");
    assert_string_equal(pif_key(bond, "bond-miimon"), "120");
    assert_string_equal(pif_key(bond, "bond-mode"), "(none)");
    assert_string_equal(pif_key(bond, "bond-updelay"), "(none)");
    assert_string_equal(pif_key(bond, "defaultroute"), "(none)");
    assert_string_equal(pif_key(bond, "peerdns"), "(none)");
    assert_string_equal(pif_key(bond, "mtu"), "(none)");
    assert_string_equal(network_key(db, "xapi0", "vswitch-disable-in-band"), "true");
}

static void check_slaves(const struct dbc_db *db, const char *first, const char *second,
                         const char *macs[2])
{
    const struct dbc_pif *bond = pif_on(db, "xapi0");
    struct dbc_pifs slaves = DBC_PIFS_INIT;

    assert_int_equal(dbc_bond_slaves(db, bond, &slaves, NULL), 0);
    assert_int_equal(slaves.n, 2);
    assert_string_equal(slaves.v[0]->device, first);
    assert_string_equal(slaves.v[1]->device, second);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(slaves.v[i]->MAC, macs[i]);
        assert_string_equal(slaves.v[i]->bond_slave_of, bond->bond_master_of.v[0]);
        assert_string_equal(slaves.v[i]->ip_configuration_mode, "None");
        assert_false(slaves.v[i]->currently_attached);
        assert_false(slaves.v[i]->management);
    }
    assert_string_equal(dbc_db_bond(db, bond->bond_master_of.v[0])->uuid, "bond0Bond");
    dbc_pifs_release(&slaves);
}

static void check_vlan(const struct dbc_db *db, const char *bridge, const char *parent, int tag,
                       const char *mtu)
{
    const struct dbc_pif *vlan = pif_on(db, bridge), *under = pif_on(db, parent);

    assert_int_equal(vlan->VLAN.value, tag);
    assert_string_equal(vlan->device, under->device);
    assert_string_equal(vlan->MAC, under->MAC);
    assert_ptr_equal(dbc_vlan_slave(db, vlan), under);
    assert_int_equal(under->VLAN_slave_of.n, 1);
    assert_string_equal(under->VLAN_slave_of.v[0], vlan->VLAN_master_of);
    assert_string_equal(dbc_db_network_by_bridge(db, bridge)->MTU.text, mtu);
    assert_string_equal(vlan->ip_configuration_mode, "None");
}

static void check_storage(const struct dbc_db *db, const char *nic)
{
    const struct dbc_pif *pif = pif_on(db, "xenbr2");
    const struct dbc_network *network = dbc_db_network_by_bridge(db, "xenbr2");

    assert_string_equal(pif->device, nic);
    assert_string_equal(pif->MAC, "00:1b:21:a0:00:02");
    assert_string_equal(pif->ip_configuration_mode, "DHCP");
    assert_string_equal(pif->DNS, "");
    assert_false(pif->management);
    assert_string_equal(network->uuid, "1abd296a-8aca-14b0-6076-81d90a9b65fa");
    assert_int_equal(network->MTU.value, 9000);
    assert_string_equal(pif_key(pif, "mtu"), "(none)");
    assert_string_equal(pif_key(pif, "ethtool-gro"), "on");
    assert_string_equal(pif_key(pif, "ethtool-lro"), "(none)");
    assert_string_equal(network_key(db, "xenbr2", "static-routes"),
                        "172.16.0.0/15/192.168.0.3,172.18.0.0/16/192.168.0.4");
}

static void check_host(const struct dbc_db *db, const char *nic)
{
    check_bond(db);
    check_storage(db, nic);
    check_vlan(db, "xapi1", "xapi0", 100, "1500");
    check_vlan(db, "xapi2", "xenbr2", 200, "9000");
    assert_string_equal(network_key(db, "xapi2", "vswitch-controller-fail-mode"), "secure");
    assert_string_equal(network_key(db, "xapi1", "automatic"), "(none)");
    assert_int_equal(dbc_db_network_by_bridge(db, "xapi3")->PIFs.n, 0);
    assert_int_equal(db->of[DBC_PIF].n, 6);
    assert_int_equal(db->of[DBC_BOND].n, 1);
    assert_int_equal(db->of[DBC_VLAN].n, 2);
    assert_int_equal(db->of[DBC_NETWORK].n, 7);
    assert_int_equal(db->of[DBC_POOL].n, 0);
}

static void check_told(const struct told *told)
{
    assert_int_equal(told->w.n, 0);
    assert_told(told, "LOST port bond0.rebalance-interval=1800000");
    assert_told(told, "ASSUMED bridge xapi3.=ca:fe:00:00:00:01");
}

TEST_WITH(reads_8_2, struct told, told)
{
    const char *macs[2] = { "", "" };
    struct dbc_db *db = networkd_file("8.2.db", "xapi0", told);

    check_host(db, "eth2");
    check_slaves(db, "eth0", "eth1", macs);
    check_told(told);
    assert_told(told, "LOST interface eth0.MAC=");
    assert_told(told, "ASSUMED interface eth0.network=xenbr0");
    assert_false(told_has(told, "ASSUMED bridge xapi0.management=True"));
    assert_string_equal(pif_on(db, "xenbr0")->device, "eth0");
    assert_string_equal(dbc_db_network_by_bridge(db, "xenbr1")->uuid, "eth1SlaveNetwork");
    assert_string_equal(db->source, "t");
    dbc_db_free(db);
}

TEST_WITH(reads_7_4, struct told, told)
{
    const char *macs[2] = { "", "" };
    struct dbc_db *db = networkd_file("7.4.db", "xapi0", told);

    check_host(db, "eth2");
    check_slaves(db, "eth0", "eth1", macs);
    check_told(told);
    assert_string_equal(network_key(db, "xapi0", "ethtool-gro"), "(none)");
    dbc_db_free(db);
}

/* The MACs are raw octets, and the file is no UTF-8. */
TEST_WITH(reads_25_35, struct told, told)
{
    const char *macs[2] = { "00:1b:21:a0:00:00", "00:1b:21:a0:00:01" };
    struct dbc_db *db = networkd_file("25.35.db", "xapi0", told);

    check_host(db, "enp5s0");
    check_slaves(db, "enp4s0f0", "enp4s0f1", macs);
    check_told(told);
    assert_told(told, "LOST the file.interface_order=3 interfaces");
    assert_told(told, "ASSUMED interface enp4s0f0.network=brenp4s0f0");
    assert_false(told_has(told, "LOST interface enp4s0f0.MAC="));
    dbc_db_free(db);
}

TEST_WITH(the_same_file_gives_the_same_records, struct told, told)
{
    struct dbc_db *a = networkd_file("8.2.db", NULL, told);
    struct dbc_db *b = networkd_file("8.2.db", NULL, told);
    struct dbc_buf text = format(a);

    assert_formats(b, dbc_buf_str(&text));
    assert_has(dbc_buf_str(&text), "OpaqueRef:00000001-1111-4111-8111-000000000001");
    dbc_buf_release(&text);
    dbc_db_free(a);
    dbc_db_free(b);
}

/* ---- Shapes ------------------------------------------------------------------------------- */

static struct dbc_db *read_nic(const char *text, struct told *told)
{
    struct dbc_db *db = networkd_text(text, "xenbr0", told);

    assert_string_equal(pif_on(db, "xenbr0")->device, "eth0");
    return db;
}

TEST_WITH(names_have_no_case, struct told, told)
{
    struct dbc_db *db = read_nic("{'BRIDGE_config':{'xenbr0':{'PORTS':{'eth0':{'Interfaces':"
                                 "['eth0'],'KIND':'basic_PORT'}},'Bridge_MAC':"
                                 "'AA:bb:CC:00:00:01'}},'INTERFACE_CONFIG':{'xenbr0':{"
                                 "'Ipv4_Conf':['STATIC4',[['192.0.2.1',25]]],'MTU':1400}}}",
                                 told);
    const struct dbc_pif *pif = pif_on(db, "xenbr0");

    assert_int_equal(told->w.n, 0);
    assert_string_equal(pif->IP, "192.0.2.1");
    assert_string_equal(pif->netmask, "255.255.255.128");
    assert_string_equal(pif->MAC, "aa:bb:cc:00:00:01");
    assert_string_equal(dbc_db_network_by_bridge(db, "xenbr0")->MTU.text, "1400");
    dbc_db_free(db);
}

TEST_WITH(missing_members_have_defaults, struct told, told)
{
    struct dbc_db *db = networkd_text("{'bridge_config':{'xenbr0':{'ports':{'eth0':{'interfaces':"
                                      "['eth0']}}},'xenbr1':{},'xenbr2':{'vlan':null}}}",
                                      NULL, told);
    const struct dbc_pif *pif = pif_on(db, "xenbr0");

    assert_int_equal(told->w.n, 0);
    assert_string_equal(pif->ip_configuration_mode, "None");
    assert_string_equal(pif->MAC, "");
    assert_int_equal(dbc_db_network_by_bridge(db, "xenbr0")->MTU.value, 1500);
    assert_string_equal(dbc_db_network_by_bridge(db, "xenbr1")->uuid, "xenbr1Network");
    assert_int_equal(dbc_db_network_by_bridge(db, "xenbr2")->PIFs.n, 0);
    assert_told(told, "LOST bridge xenbr0.MAC=");
    assert_told(told, "ASSUMED bridge xenbr0.uuid=xenbr0Network");
    assert_told(told, "LOST the file.management=");
    dbc_db_free(db);
}

TEST_WITH(unknown_members_are_told, struct told, told)
{
    struct dbc_db *db = networkd_text(
        "{'new':1,'interface_config':{'xenbr0':{'new_i':true}},'bridge_config':{'xenbr0':"
        "{'new_b':'x','ports':{'eth0':{'interfaces':['eth0'],'new_p':2.5}}}}}",
        "xenbr0", told);

    assert_int_equal(told->w.n, 0);
    assert_told(told, "LOST the file.new=1");
    assert_told(told, "LOST interface xenbr0.new_i=true");
    assert_told(told, "LOST bridge xenbr0.new_b=x");
    assert_told(told, "LOST port eth0.new_p=2.5");
    dbc_db_free(db);
}

struct mode_case {
    const char *conf, *mode, *v6;
};

TEST(modes_and_options)
{
    static const struct mode_case cases[] = {
        { "'ipv4_conf':'None4'", "None", "None" },
        { "'ipv4_conf':['None4']", "None", "None" },
        { "'ipv4_conf':'DHCP4','ipv6_conf':'DHCP6'", "DHCP", "DHCP" },
        { "'ipv4_conf':'DHCP4','ipv6_conf':'None6'", "DHCP", "None" },
        { "'ipv4_conf':['dhcp4'],'ipv6_conf':'Autoconf6'", "DHCP", "Autoconf" },
        { "'ipv6_conf':'Linklocal6'", "None", "None" },
        { "'ipv6_conf':['Static6',[['2001:DB8:0::1',48]]]", "None", "Static" },
        { "'ipv4_gateway':[],'ipv6_gateway':null", "None", "None" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told told = TOLD_INIT;
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_db *db = NULL;

        dbc_buf_addf(&text, NIC("%s", ""), cases[i].conf);
        db = read_nic(dbc_buf_str(&text), &told);
        assert_int_equal(told.w.n, 0);
        assert_string_equal(pif_on(db, "xenbr0")->ip_configuration_mode, cases[i].mode);
        assert_string_equal(pif_on(db, "xenbr0")->ipv6_configuration_mode, cases[i].v6);
        assert_string_equal(pif_on(db, "xenbr0")->IPv6,
                            strcmp(cases[i].v6, "Static") == 0 ? "2001:db8::1/48" : "");
        dbc_db_free(db);
        dbc_buf_release(&text);
        told_release(&told);
    }
}

TEST_WITH(several_addresses, struct told, told)
{
    struct dbc_db *db = read_nic(NIC("'ipv4_conf':['Static4',[['192.0.2.1',32],['192.0.2.2',24]]],"
                                     "'ipv6_conf':['Static6',[['fd00::1',64],['FD00:0::2',48]]],"
                                     "'ipv4_gateway':['192.0.2.9'],'dns':[['::9','192.0.2.8'],[]]",
                                     ""),
                                 told);
    const struct dbc_pif *pif = pif_on(db, "xenbr0");

    assert_int_equal(told->w.n, 0);
    assert_string_equal(pif->IP, "192.0.2.1");
    assert_string_equal(pif->netmask, "255.255.255.255");
    assert_string_equal(pif->gateway, "192.0.2.9");
    assert_string_equal(pif->DNS, "::9,192.0.2.8");
    assert_told(told, "LOST interface xenbr0.ipv4_conf=192.0.2.2");
    assert_string_equal(pif->IPv6, "fd00::1/64,fd00::2/48");
    assert_string_equal(pif->primary_address_type, "IPv4");
    assert_null(strstr(dbc_buf_str(&told->losses), "ipv6"));
    dbc_db_free(db);
}

/* The first years' gro off is a default, later somebody said it. */
TEST(ethtool_keys)
{
    static const char settings[] =
        "{'interface_config':{'eth0':{'mtu':1492,'ethtool_settings':{'speed':'100','duplex':'full',"
        "'new':'1'},'ethtool_offload':{'gro':'off','lro':'off','tso':'on'}},'xenbr0':{"
        "'ethtool_offload':{'lro':'on'}}},'bridge_config':{'xenbr0':{'ports':{'eth0':"
        "{'interfaces':['eth0']%s}}}}}";
    struct dbc_buf text = DBC_BUF_INIT;

    for (int kinds = 0; kinds < 2; kinds++) {
        struct told told = TOLD_INIT;
        struct dbc_db *db = NULL;
        const struct dbc_pif *pif = NULL;

        dbc_buf_clear(&text);
        dbc_buf_addf(&text, settings, kinds ? ",'kind':'Basic'" : "");
        db = read_nic(dbc_buf_str(&text), &told);
        pif = pif_on(db, "xenbr0");
        assert_int_equal(told.w.n, 0);
        assert_string_equal(pif_key(pif, "ethtool-speed"), "100");
        assert_string_equal(pif_key(pif, "ethtool-duplex"), "full");
        assert_string_equal(pif_key(pif, "ethtool-tso"), "on");
        assert_string_equal(pif_key(pif, "ethtool-lro"), "(none)");
        assert_string_equal(pif_key(pif, "ethtool-gro"), kinds ? "off" : "(none)");
        assert_string_equal(pif_key(pif, "mtu"), "1492");
        assert_string_equal(network_key(db, "xenbr0", "ethtool-lro"), "on");
        assert_told(&told, "LOST interface eth0.new=1");
        dbc_db_free(db);
        told_release(&told);
    }
    dbc_buf_release(&text);
}

TEST_WITH(routes_of_the_interface_count, struct told, told)
{
    struct dbc_db *db = read_nic(NIC("'ipv4_routes':[['192.0.2.0',24,'192.0.2.1']]",
                                     "'other_config':{'static-routes':'10.0.0.0/8/10.0.0.1'},"),
                                 told);

    assert_string_equal(network_key(db, "xenbr0", "static-routes"), "192.0.2.0/24/192.0.2.1");
    dbc_db_free(db);
}

/* What only the merged map has goes to the record that interface-reconfigure reads it from. */
TEST_WITH(merged_keys, struct told, told)
{
    struct dbc_db *db =
        read_nic("{'bridge_config':{'xenbr0':{'other_config':{'network-uuids':'n-1;n-2','mtu':"
                 "'1400','ethtool-tx':'off','ethtool-sg':'true','ethtool-rx':'x','domain':'a."
                 "example,b.example','vlan-bug-workaround':"
                 "'true','vswitch-controller-fail-mode':'secure','static-routes':"
                 "'192.0.2.0/24/198.51.100.1,192.0.2.0/0000000000000000000000000000000000"
                 "00000008/192.0.2.145,bad','automatic':'true'},'ports':{'eth0':{'interfaces'"
                 ":['eth0']}}}}}",
                 told);
    const struct dbc_pif *pif = pif_on(db, "xenbr0");

    assert_int_equal(told->w.n, 2);
    assert_has(told->w.last, "static-routes: expected NET/LEN/GATEWAY, found 'bad'");
    assert_string_equal(dbc_db_network_by_bridge(db, "xenbr0")->uuid, "n-1");
    assert_string_equal(pif_key(pif, "mtu"), "1400");
    assert_string_equal(pif_key(pif, "ethtool-tx"), "off");
    assert_string_equal(pif_key(pif, "ethtool-sg"), "on");
    assert_string_equal(pif_key(pif, "ethtool-rx"), "x");
    assert_string_equal(pif_key(pif, "domain"), "a.example,b.example");
    assert_string_equal(pif_key(pif, "vlan-bug-workaround"), "true");
    assert_string_equal(pif_key(pif, "automatic"), "(none)");
    assert_string_equal(network_key(db, "xenbr0", "vswitch-controller-fail-mode"), "secure");
    assert_string_equal(network_key(db, "xenbr0", "static-routes"), "192.0.2.0/24/198.51.100.1");
    dbc_db_free(db);
}

TEST_WITH(lacp_details, struct told, told)
{
    struct dbc_db *db = networkd_text(
        "{'bridge_config':{'xapi0':{'igmp_snooping':true,'ports':{'bond0':{'interfaces':['eth0',"
        "'eth1'],'bond_properties':{'mode':'lacp','hashing-algorithm':'tcpudp_ports','lacp-time':"
        "'slow','updelay':'31000','miimon':'100'}}},'other_config':{'bond-miimon':'100'}}}}",
        "xapi0", told);
    const struct dbc_pif *pif = pif_on(db, "xapi0");

    assert_int_equal(told->w.n, 0);
    assert_string_equal(pif_key(pif, "bond-mode"), "lacp");
    assert_string_equal(pif_key(pif, "bond-hashing-algorithm"), "tcpudp_ports");
    assert_string_equal(pif_key(pif, "bond-updelay"), "(none)");
    assert_string_equal(pif_key(pif, "bond-miimon"), "100");
    assert_told(told, "LOST port bond0.lacp-time=slow");
    dbc_db_free(db);
}

/* ---- Who is who --------------------------------------------------------------------------- */

#define TWO_NICS                                                                                   \
    "'bridge_config':{'xenbr0':{'persistent_b':true,'ports':{'eth0':{'interfaces':['eth0']}}},"    \
    "'xenbr1':{'persistent_b':true,'ports':{'eth1':{'interfaces':['eth1']}}}}}"

TEST_WITH(claims, struct told, told)
{
    struct dbc_db *db =
        networkd_text("{'gateway_interface':'xenbr1','dns_interface':'xenbr0'," TWO_NICS, "xenbr0",
                      told);

    assert_true(pif_on(db, "xenbr0")->management);
    assert_string_equal(pif_key(pif_on(db, "xenbr0"), "peerdns"), "(none)");
    assert_string_equal(pif_key(pif_on(db, "xenbr0"), "defaultroute"), "(none)");
    assert_string_equal(pif_key(pif_on(db, "xenbr1"), "defaultroute"), "true");
    assert_string_equal(pif_key(pif_on(db, "xenbr1"), "peerdns"), "(none)");
    dbc_db_free(db);
}

TEST_WITH(a_claim_that_lost, struct told, told)
{
    struct dbc_db *db = networkd_text(
        "{'gateway_interface':'xenbr0','dns_interface':'xenbr9','bridge_config':{'xenbr0':{'ports'"
        ":{'eth0':{'interfaces':['eth0']}},'other_config':{'defaultroute':'true'}},'xenbr1':{"
        "'other_config':{'defaultroute':'true','peerdns':'false'},'ports':{'eth1':{'interfaces':"
        "['eth1']}}}}}",
        "xenbr0", told);

    assert_string_equal(pif_key(pif_on(db, "xenbr0"), "defaultroute"), "true");
    assert_string_equal(pif_key(pif_on(db, "xenbr1"), "defaultroute"), "(none)");
    assert_string_equal(pif_key(pif_on(db, "xenbr1"), "peerdns"), "false");
    assert_told(told, "CHANGED bridge xenbr1.defaultroute=true");
    assert_told(told, "LOST the file.dns_interface=xenbr9");
    assert_told(told, "CHANGED bridge xenbr0.persistent_b=false");
    dbc_db_free(db);
}

static void expect_management(const char *text, const char *management, const char *bridge)
{
    struct told told = TOLD_INIT;
    struct dbc_db *db = networkd_text(text, management, &told);
    const struct dbc_pif *pif = dbc_management_pif(db);

    if (pif == NULL) {
        assert_string_equal(bridge, "");
    } else {
        assert_string_equal(dbc_pif_bridge(db, pif), bridge);
    }
    assert_int_equal(strstr(dbc_buf_str(&told.losses), "ASSUMED bridge xenbr1.management") != NULL,
                     management == NULL && strcmp(bridge, "xenbr1") == 0);
    dbc_db_free(db);
    told_release(&told);
}

TEST(management)
{
    expect_management("{'gateway_interface':'xenbr1','dns_interface':'xenbr0'," TWO_NICS, NULL,
                      "xenbr1");
    expect_management("{'gateway_interface':'gone','dns_interface':'xenbr1'," TWO_NICS, NULL,
                      "xenbr1");
    expect_management("{'interface_config':{'xenbr1':{'ipv4_conf':'DHCP4'}}," TWO_NICS, NULL,
                      "xenbr1");
    expect_management("{'interface_config':{'xenbr1':{'ipv4_conf':'DHCP4'},'xenbr0':{'ipv4_conf':"
                      "'DHCP4'}}," TWO_NICS,
                      NULL, "");
    expect_management("{'gateway_interface':'xenbr1'," TWO_NICS, "xenbr0", "xenbr0");
    expect_management("{'gateway_interface':'xenbr1'," TWO_NICS, "", "");
}

TEST_WITH(management_that_is_missing, struct told, told)
{
    struct dbc_db *db = networkd_text("{" TWO_NICS, "xenbr7", told);

    assert_int_equal(told->w.n, 1);
    assert_has(told->w.last, "bridge xenbr7: expected the management bridge");
    assert_null(dbc_management_pif(db));
    dbc_db_free(db);
    db = networkd_text("{'bridge_config':{'xapi3':{}}}", "xapi3", told);
    assert_has(told->w.last, "bridge xapi3: expected a PIF on the management bridge");
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(reads_8_2),
        FIXTURE(reads_7_4),
        FIXTURE(reads_25_35),
        FIXTURE(the_same_file_gives_the_same_records),
        FIXTURE(names_have_no_case),
        FIXTURE(missing_members_have_defaults),
        FIXTURE(unknown_members_are_told),
        cmocka_unit_test(modes_and_options),
        FIXTURE(several_addresses),
        cmocka_unit_test(ethtool_keys),
        FIXTURE(routes_of_the_interface_count),
        FIXTURE(merged_keys),
        FIXTURE(lacp_details),
        FIXTURE(claims),
        FIXTURE(a_claim_that_lost),
        cmocka_unit_test(management),
        FIXTURE(management_that_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
