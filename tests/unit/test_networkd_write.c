/* test_networkd_write.c - records to networkd.db: the text of both forms, the decisions on the way,
 * and records that cannot be written. */
#include "unit/test.h"

#include "unit/networkd_text.h"

#define PIF(n, device, network, more)                                                              \
    "<pif ref='p" n "'><device>" device "</device><network>" network "</network>" more "</pif>"
#define NETWORK(n, bridge, more)                                                                   \
    "<network ref='n" n "'><uuid>u" n "</uuid><bridge>" bridge "</bridge>" more "</network>"
#define MANAGEMENT "<management>True</management>"
#define STATIC                                                                                     \
    "<ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.1</IP>"                      \
    "<netmask>255.255.255.0</netmask>"
#define CONFIG(key, value) "<other_config><" key ">" value "</" key "></other_config>"
#define VLAN(n, tagged, untagged)                                                                  \
    "<vlan ref='v" n "'><tagged_PIF>" tagged "</tagged_PIF><untagged_PIF>" untagged                \
    "</untagged_PIF></vlan>"
#define ON_VLAN(n, tag) "<VLAN>" tag "</VLAN><VLAN_master_of>v" n "</VLAN_master_of>"

#define BOND(ref, master, first, second)                                                           \
    "<bond ref='" ref "'><master>" master "</master><slaves><slave>" first                         \
    "</slave><slave>" second "</slave></slaves></bond>"

/* Records one after the other, ended by NULL. */
static struct dbc_db *records_of(const char *first, ...)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;
    va_list args;

    va_start(args, first);
    for (const char *record = first; record != NULL; record = va_arg(args, const char *)) {
        dbc_buf_adds(&text, record);
    }
    va_end(args);
    db = read_good(dbc_buf_str(&text));
    dbc_buf_release(&text);
    return db;
}

/* ---- Texts -------------------------------------------------------------------------------- */

static const char records[] =
    NETWORK("1", "xenbr0", "<MTU>9000</MTU>" CONFIG("static-routes", "198.51.100.0/24/192.0.2.9"))
        PIF("1", "eth0", "n1",
            MANAGEMENT STATIC
            "<MAC>02:00:00:00:00:0A</MAC>"
            "<gateway>192.0.2.254</gateway><DNS>192.0.2.53</DNS>" CONFIG("domain", "a.test"));

static void expect_text(const char *content, enum dbc_networkd_shape shape, const char *expected)
{
    struct dbc_buf text = DBC_BUF_INIT, json = DBC_BUF_INIT;
    struct dbc_db *db = read_good(content);

    assert_int_equal(dbc_networkd_format(db, shape, &text, NULL, NULL, NULL), 0);
    for (const char *c = expected; *c != '\0'; c++) {
        dbc_buf_addc(&json, *c == '\'' ? '"' : *c);
    }
    assert_string_equal(dbc_buf_str(&text), dbc_buf_str(&json));
    dbc_buf_release(&text);
    dbc_buf_release(&json);
    dbc_db_free(db);
}

TEST(todays_text)
{
    expect_text(
        records, DBC_NETWORKD_NOW,
        "{'dns_interface':'xenbr0','gateway_interface':'xenbr0','bridge_config':{'xenbr0':{"
        "'persistent_b':true,'other_config':{'static-routes':'198.51.100.0/24/192.0.2.9','domain':"
        "'a.test','network-uuids':'u1'},'bridge_mac':'02:00:00:00:00:0a','ports':{'eth0':{'kind':"
        "'Basic_port','bond_properties':{},'interfaces':['eth0']}}}},'interface_config':{'eth0':{"
        "'persistent_i':true,'ethtool_offload':{'lro':'off'},'ethtool_settings':{},'mtu':9000,"
        "'ipv4_routes':[],'ipv6_conf':'None6','ipv4_conf':'None4'},'xenbr0':{'persistent_i':true,"
        "'ethtool_offload':{'lro':'off'},'ethtool_settings':{},'mtu':9000,'dns':[['192.0.2.53'],["
        "'a.test']],'ipv4_routes':[{'gateway':'192.0.2.9','netmask':24,'subnet':'198.51.100.0'}],"
        "'ipv6_conf':'Linklocal6','ipv4_gateway':'192.0.2.254','ipv4_conf':['Static4',[["
        "'192.0.2.1',24]]]}}}");
}

TEST(the_text_before_2018)
{
    expect_text(
        records, DBC_NETWORKD_BEFORE_2018,
        "{'interface_config':{'eth0':{'ipv4_conf':'None4','ipv6_conf':'None6','ipv4_routes':[],"
        "'dns':[[],[]],'mtu':9000,'ethtool_settings':{},'ethtool_offload':{'lro':'off'},"
        "'persistent_i':true},'xenbr0':{'ipv4_conf':['Static4',[['192.0.2.1',24]]],'ipv4_gateway':"
        "'192.0.2.254','ipv6_conf':'None6','ipv4_routes':[['198.51.100.0',24,'192.0.2.9']],'dns':"
        "[['192.0.2.53'],['a.test']],'mtu':9000,'ethtool_settings':{},'ethtool_offload':{'lro':"
        "'off'},'persistent_i':true}},'bridge_config':{'xenbr0':{'ports':{'eth0':{'interfaces':["
        "'eth0'],'bond_properties':{},'kind':'Basic'}},'bridge_mac':'02:00:00:00:00:0a',"
        "'other_config':{'static-routes':'198.51.100.0/24/192.0.2.9','domain':'a.test',"
        "'network-uuids':'u1'},'persistent_b':true}},'gateway_interface':'xenbr0',"
        "'dns_interface':'xenbr0'}");
}

TEST(empty_records)
{
    expect_text("", DBC_NETWORKD_NOW, "{'bridge_config':{},'interface_config':{}}");
    expect_text("", DBC_NETWORKD_BEFORE_2018, "{'interface_config':{},'bridge_config':{}}");
}

/* ---- Decisions ---------------------------------------------------------------------------- */

/* What a path of JSON says, as text; "(none)". */
static const char *at(json_t *root, const char *path, char out[512])
{
    char copy[256], *rest = copy, *step = NULL;
    char *text = NULL;

    snprintf(copy, sizeof copy, "%s", path);
    while (root != NULL && (step = strsep(&rest, "/")) != NULL) {
        root = json_object_get(root, step);
    }
    text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT | JSON_ENCODE_ANY);
    snprintf(out, 512, "%s", text == NULL ? "(none)" : text);
    free(text);
    return out;
}

struct written {
    json_t *root;
    struct told told;
    struct dbc_db *db;
};

static void write_db(struct written *w, struct dbc_db *db)
{
    memset(w, 0, sizeof *w);
    w->db = db;
    w->root = networkd_json(w->db, DBC_NETWORKD_NOW, &w->told);
}

static void written_release(struct written *w)
{
    json_decref(w->root);
    told_release(&w->told);
    dbc_db_free(w->db);
}

static void assert_at(const struct written *w, const char *path, const char *expected)
{
    char text[512];

    assert_string_equal(at(w->root, path, text), expected);
}

/* Management on a VLAN: what it stands on comes up at boot, another NIC without an address not. */
TEST(what_comes_up_at_boot)
{
    struct written w;

    write_db(&w, records_of(PIF("0", "eth0", "n0",
                                "<VLAN_slave_of><master>v0</master></VLAN_slave_of>"),
                            PIF("1", "eth0", "n1", ON_VLAN("0", "7") MANAGEMENT),
                            PIF("2", "eth2", "n2", ""),
                            PIF("3", "eth3", "n3",
                                "<ip_configuration_mode>DHCP"
                                "</ip_configuration_mode>"),
                            PIF("4", "eth4", "n4",
                                "<ipv6_configuration_mode>Autoconf"
                                "</ipv6_configuration_mode>"),
                            VLAN("0", "p0", "p1"), NETWORK("0", "xenbr0", ""),
                            NETWORK("1", "xapi1", ""), NETWORK("2", "xenbr2", ""),
                            NETWORK("3", "xenbr3", ""), NETWORK("4", "xenbr4", ""), NULL));
    assert_at(&w, "bridge_config/xenbr0/persistent_b", "true");
    assert_at(&w, "interface_config/eth0/persistent_i", "true");
    assert_at(&w, "bridge_config/xapi1/persistent_b", "true");
    assert_at(&w, "bridge_config/xapi1/vlan", "[\"xenbr0\",7]");
    assert_at(&w, "bridge_config/xenbr2/persistent_b", "false");
    assert_at(&w, "interface_config/xenbr2/persistent_i", "false");
    assert_at(&w, "bridge_config/xenbr3/persistent_b", "true");
    assert_at(&w, "bridge_config/xenbr4/persistent_b", "true");
    assert_at(&w, "interface_config/xenbr4/ipv6_conf", "\"Autoconf6\"");
    assert_at(&w, "gateway_interface", "\"xapi1\"");
    written_release(&w);
}

TEST(owners)
{
    struct written w;

    write_db(&w, records_of(PIF("0", "eth0", "n0", MANAGEMENT STATIC),
                            PIF("1", "eth1", "n1", CONFIG("peerdns", "true")),
                            PIF("2", "eth2", "n2", CONFIG("peerdns", "true")),
                            PIF("3", "eth3", "n2",
                                "<bond_slave_of>b</bond_slave_of>" CONFIG("defaultroute", "true")),
                            NETWORK("0", "xenbr0", ""), NETWORK("1", "xenbr1", ""),
                            NETWORK("2", "xenbr2", ""), NULL));
    assert_at(&w, "gateway_interface", "(none)"); /* static, no gateway */
    assert_at(&w, "dns_interface", "\"xenbr1\"");
    assert_told(&w.told, "LOST pif eth2.peerdns=true");
    written_release(&w);
    write_db(&w, records_of(PIF("0", "eth0", "n0", MANAGEMENT),
                            PIF("1", "eth1", "n1", CONFIG("defaultroute", "true")),
                            NETWORK("0", "xenbr0", ""), NETWORK("1", "bad name", ""), NULL));
    assert_at(&w, "gateway_interface", "(none)");
    assert_at(&w, "dns_interface", "\"xenbr0\"");
    assert_told(&w.told, "LOST pif eth1.defaultroute=bad name");
    written_release(&w);
}

TEST(merged_config)
{
    struct written w;

    write_db(&w,
             records_of(PIF("0", "eth0", "n0",
                            "<other_config><mtu>1400</mtu><static-routes>x</static-routes>"
                            "<vlan-bug-workaround>true</vlan-bug-workaround>"
                            "<ethtool-tso>false</ethtool-tso><ethtool-speed>fast</ethtool-speed>"
                            "</other_config>"),
                        NETWORK("0", "xenbr0",
                                "<other_config><mtu>8000</mtu>"
                                "<vswitch-controller-fail-mode>standalone"
                                "</vswitch-controller-fail-mode><static-routes>bad,"
                                "192.0.2.0/24/192.0.2.9</static-routes></other_config>"
                                "<MTU>9000</MTU>"),
                        NETWORK("1", "xapi9", ""),
                        "<pool ref='q'>" CONFIG("vswitch-controller-fail-mode", "secure") "</pool>",
                        NULL));
    assert_at(&w, "bridge_config/xenbr0/other_config/vswitch-controller-fail-mode",
              "\"standalone\"");
    assert_at(&w, "bridge_config/xapi9/other_config/vswitch-controller-fail-mode", "\"secure\"");
    assert_at(&w, "bridge_config/xenbr0/other_config/mtu", "\"1400\"");
    assert_at(&w, "bridge_config/xenbr0/other_config/vlan-bug-workaround", "\"true\"");
    assert_at(&w, "bridge_config/xenbr0/other_config/static-routes", "\"192.0.2.0/24/192.0.2.9\"");
    assert_at(&w, "interface_config/xenbr0/mtu", "8000");
    assert_at(&w, "interface_config/eth0/mtu", "1400");
    assert_at(&w, "interface_config/eth0/ethtool_offload", "{\"tso\":\"off\",\"lro\":\"off\"}");
    assert_at(&w, "interface_config/eth0/ethtool_settings", "{}");
    assert_at(&w, "interface_config/xenbr0/ipv4_routes",
              "[{\"gateway\":\"192.0.2.9\",\"netmask\":24,\"subnet\":\"192.0.2.0\"}]");
    assert_at(&w, "interface_config/xapi9", "(none)");
    assert_told(&w.told, "LOST pif eth0.static-routes=x");
    assert_told(&w.told, "LOST network xenbr0.static-routes=bad");
    assert_told(&w.told, "LOST pif eth0.ethtool-speed=fast");
    assert_told(&w.told, "LOST pifs, bonds, vlans.uuid=");
    written_release(&w);
}

/* XAPI merges every key of the three maps.  One that nothing reads where it is would have a meaning
 * in the merged map. */
TEST(misplaced_keys)
{
    struct written w;

    write_db(&w, records_of(PIF("0", "eth0", "n0", CONFIG("vswitch-disable-in-band", "true")),
                            NETWORK("0", "xenbr0", CONFIG("defaultroute", "true")),
                            NETWORK("1", "xapi9", ""),
                            "<pool ref='q'><other_config><mtu>9000</mtu><note>any text</note>"
                            "</other_config></pool>",
                            NULL));
    assert_at(&w, "bridge_config/xenbr0/other_config",
              "{\"note\":\"any text\",\"network-uuids\":\"u0\"}");
    assert_at(&w, "bridge_config/xapi9/other_config",
              "{\"note\":\"any text\",\"network-uuids\":\"u1\"}");
    assert_told(&w.told, "LOST pif eth0.vswitch-disable-in-band=true");
    assert_told(&w.told, "LOST network xenbr0.defaultroute=true");
    assert_told(&w.told, "LOST the pool.mtu=9000");
    written_release(&w);
}

/* ---- Records that cannot be ---------------------------------------------------------------- */

/* Not one byte is written. */
static void assert_no_text(struct dbc_db *db)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_networkd_format(db, DBC_NETWORKD_NOW, &text, NULL, NULL, &err), -1);
    assert_int_equal(err.code, DBC_ECONFLICT);
    assert_int_equal(text.len, 0);
    assert_int_equal(dbc_networkd_format(db, DBC_NETWORKD_NOW, &text, NULL, NULL, NULL), -1);
    dbc_buf_release(&text);
    dbc_db_free(db);
}

TEST(a_circle_of_vlans)
{
    assert_no_text(records_of(PIF("0", "eth0", "n0", ON_VLAN("0", "7")),
                              PIF("1", "eth0", "n1", ON_VLAN("1", "8")), VLAN("0", "p1", "p0"),
                              VLAN("1", "p0", "p1"), NETWORK("0", "a", ""), NETWORK("1", "b", ""),
                              NULL));
}

TEST(a_bond_in_a_bond)
{
    assert_no_text(
        records_of(PIF("0", "bond0", "n0", "<bond_master_of><slave>b</slave></bond_master_of>"),
                   PIF("1", "eth1", "n1", "<bond_slave_of>b</bond_slave_of>"),
                   BOND("b", "p0", "p1", "p0"), NETWORK("0", "a", ""), NULL));
}

TEST(vlans_on_nothing)
{
    struct written w;

    write_db(&w, records_of(PIF("0", "eth0", "n0", ""), PIF("1", "eth0", "n1", ON_VLAN("0", "7")),
                            PIF("2", "eth0", "n2", ON_VLAN("1", "4095")),
                            PIF("3", "eth9", "n3", ON_VLAN("2", "9")), PIF("9", "eth9", "", ""),
                            VLAN("1", "p0", "p2"), VLAN("2", "p9", "p3"),
                            NETWORK("0", "xenbr0", ""), NETWORK("1", "xapi1", ""),
                            NETWORK("2", "xapi2", ""), NETWORK("3", "xapi3", ""), NULL));
    assert_at(&w, "bridge_config/xapi1", "(none)");
    assert_at(&w, "bridge_config/xapi2", "(none)");
    assert_at(&w, "bridge_config/xapi3", "(none)");
    assert_at(&w, "interface_config/xapi1", "(none)");
    assert_told(&w.told, "LOST pif eth0.7.VLAN=7");
    assert_told(&w.told, "LOST pif eth0.4095.VLAN=4095");
    assert_told(&w.told, "LOST pif eth9.9.VLAN=9");
    assert_told(&w.told, "LOST pif eth9.=");
    written_release(&w);
}

TEST(names_that_cannot_be)
{
    struct written w;

    write_db(&w, records_of(PIF("0", "eth0", "n0", ""), PIF("1", "eth1", "n0", ""),
                            PIF("2", "e/2", "n2", ""), PIF("3", "eth3", "n3", ""),
                            NETWORK("0", "xenbr0", ""), NETWORK("2", "xenbr2", ""),
                            NETWORK("3", "xenbr0", ""), NETWORK("4", "", ""),
                            NETWORK("5", "-x", ""), NULL));
    assert_int_equal(json_object_size(json_object_get(w.root, "bridge_config")), 1);
    assert_at(&w, "bridge_config/xenbr0/ports/eth0/interfaces", "[\"eth0\"]");
    assert_told(&w.told, "LOST pif eth1.network=xenbr0");
    assert_told(&w.told, "LOST pif e/2.device=e/2");
    assert_told(&w.told, "LOST network xenbr0.bridge=xenbr0");
    assert_told(&w.told, "LOST network .bridge=");
    assert_told(&w.told, "LOST network -x.bridge=-x");
    written_release(&w);
}

/* A name that two things want goes to the first; what stood on the other is told. */
TEST(names_that_two_want)
{
    struct written w;

    write_db(&w,
             records_of(PIF("0", "eth0", "n0", ""), PIF("1", "eth0", "n1", ""),
                        PIF("2", "xapi2", "n2", ""), PIF("3", "eth0", "n3", ON_VLAN("0", "7")),
                        PIF("4", "eth4", "n4", ""), PIF("5", "eth5", "n4", ""),
                        PIF("6", "eth5", "n6", ON_VLAN("1", "8")), VLAN("0", "p1", "p3"),
                        VLAN("1", "p5", "p6"), NETWORK("3", "v7", ""), NETWORK("0", "xenbr0", ""),
                        NETWORK("1", "xenbr1", ""), NETWORK("2", "xapi2", ""),
                        NETWORK("4", "xenbr4", ""), NETWORK("6", "v8", ""), NETWORK("7", "i", ""),
                        NETWORK("8", "i", ""), NETWORK("9", "eth0", ""), NULL));
    assert_at(&w, "bridge_config/xenbr1", "(none)");
    assert_at(&w, "bridge_config/v7", "(none)");
    assert_at(&w, "interface_config/v7", "(none)");
    assert_at(&w, "bridge_config/v8", "(none)");
    assert_at(&w, "bridge_config/i/other_config/network-uuids", "\"u7\"");
    assert_int_equal(json_object_size(json_object_get(w.root, "bridge_config")), 3);
    assert_told(&w.told, "LOST pif eth0.device=eth0");
    assert_told(&w.told, "LOST pif xapi2.device=xapi2");
    assert_told(&w.told, "LOST network v7.VLAN=xenbr1");
    assert_told(&w.told, "LOST pif eth5.8.VLAN=8");
    assert_told(&w.told, "LOST network i.bridge=i");
    assert_told(&w.told, "LOST network eth0.bridge=eth0");
    written_release(&w);
}

TEST(bonds_that_are_none)
{
    struct written w;

    write_db(&w, records_of(
                     PIF("0", "bond0", "n0", "<bond_master_of><slave>b0</slave></bond_master_of>"),
                     PIF("1", "bond1", "n1", "<bond_master_of><slave>b1</slave></bond_master_of>"),
                     PIF("2", "eth2", "", "<bond_slave_of>b1</bond_slave_of>"),
                     PIF("3", "bad/3", "", "<bond_slave_of>b1</bond_slave_of>"),
                     BOND("b0", "p0", "gone", "gone"), BOND("b1", "p1", "p2", "p3"),
                     NETWORK("0", "xapi0", ""), NETWORK("1", "xapi1", ""), NULL));
    assert_at(&w, "bridge_config/xapi0/ports", "{}");
    assert_at(&w, "bridge_config/xapi1/ports/eth2/interfaces", "[\"eth2\"]");
    assert_at(&w, "bridge_config/xapi1/ports/eth2/bond_properties", "{}");
    assert_told(&w.told, "LOST pif bond0.slaves=");
    assert_told(&w.told, "CHANGED pif bond1.slaves=eth2");
    assert_told(&w.told, "LOST pif bad/3.device=bad/3");
    written_release(&w);
}

/* Neither may a slave have the name of its bond, nor a NIC that of a bridge which has no interface
 * of its own. */
TEST(devices_with_the_name_of_another)
{
    struct written w;

    write_db(&w, records_of(
                     NETWORK("2", "eth2", ""), PIF("2", "eth2", "n3", ""),
                     PIF("0", "bond0", "n0", "<bond_master_of><slave>b0</slave></bond_master_of>"),
                     PIF("1", "bond0", "", "<bond_slave_of>b0</bond_slave_of>"),
                     PIF("3", "eth3", "", "<bond_slave_of>b0</bond_slave_of>"),
                     PIF("4", "eth4", "", "<bond_slave_of>b0</bond_slave_of>"),
                     "<bond ref='b0'><master>p0</master><slaves><slave>p1</slave><slave>p3</slave>"
                     "<slave>p4</slave></slaves></bond>",
                     NETWORK("0", "xapi0", ""), NETWORK("3", "xenbr3", ""), NULL));
    assert_at(&w, "bridge_config/xapi0/ports/bond0/interfaces", "[\"eth3\",\"eth4\"]");
    assert_at(&w, "bridge_config/eth2/ports", "{}");
    assert_at(&w, "bridge_config/xenbr3", "(none)");
    assert_told(&w.told, "LOST pif bond0.device=bond0");
    assert_told(&w.told, "LOST pif eth2.device=eth2");
    written_release(&w);
}

/* A NIC is in the first bond that lists it, whatever it says itself; what is written has it once.
 */
TEST(bonds_that_share_a_slave)
{
    struct written w;
    struct told again = TOLD_INIT;
    char *text = NULL;

    write_db(&w, records_of(
                     PIF("0", "bond0", "n0", "<bond_master_of><slave>b0</slave></bond_master_of>"),
                     PIF("1", "bond1", "n1", "<bond_master_of><slave>b1</slave></bond_master_of>"),
                     PIF("2", "eth2", "", "<bond_slave_of>b1</bond_slave_of>"),
                     PIF("3", "eth3", "", "<bond_slave_of>b0</bond_slave_of>"),
                     PIF("4", "eth4", "", "<bond_slave_of>b1</bond_slave_of>"),
                     BOND("b0", "p0", "p2", "p3"), BOND("b1", "p1", "p2", "p4"),
                     NETWORK("0", "xapi0", ""), NETWORK("1", "xapi1", ""), NULL));
    assert_at(&w, "bridge_config/xapi0/ports/bond0/interfaces", "[\"eth2\",\"eth3\"]");
    assert_at(&w, "bridge_config/xapi1/ports/eth4/interfaces", "[\"eth4\"]");
    assert_told(&w.told, "LOST pif eth2.device=eth2");
    assert_told(&w.told, "CHANGED pif bond1.slaves=eth4");
    text = json_dumps(w.root, JSON_COMPACT);
    dbc_db_free(networkd_bytes(text, strlen(text), "", &again, NULL));
    assert_int_equal(again.w.n, 0);
    free(text);
    told_release(&again);
    written_release(&w);
}

#define IPV6(mode, addresses, gateway)                                                             \
    "<ipv6_configuration_mode>" mode "</ipv6_configuration_mode><IPv6>" addresses                  \
    "</IPv6><IPv6_gateway>" gateway "</IPv6_gateway>"

TEST(ipv6)
{
    struct written w;

    write_db(&w, records_of(PIF("0", "eth0", "n0",
                                MANAGEMENT "<primary_address_type>IPv6</primary_address_type>" IPV6(
                                    "Static", "2001:DB8::1/64,x,fd00::2/48", "FE80::1")),
                            PIF("1", "eth1", "n1", IPV6("DHCP", "2001:db8::1/64", "fe80::1")),
                            PIF("2", "eth2", "n2", IPV6("None", "", "")),
                            PIF("3", "eth3", "n3", IPV6("Sideways", "", "")),
                            NETWORK("0", "xenbr0", ""), NETWORK("1", "xenbr1", ""),
                            NETWORK("2", "xenbr2", ""), NETWORK("3", "xenbr3", ""), NULL));
    assert_at(&w, "interface_config/xenbr0/ipv6_conf",
              "[\"Static6\",[[\"2001:db8::1\",64],[\"fd00::2\",48]]]");
    assert_at(&w, "interface_config/xenbr0/ipv6_gateway", "\"fe80::1\"");
    assert_at(&w, "interface_config/xenbr1/ipv6_conf", "\"DHCP6\"");
    assert_at(&w, "interface_config/xenbr1/ipv6_gateway", "(none)");
    assert_at(&w, "interface_config/xenbr2/ipv6_conf", "\"Linklocal6\"");
    assert_at(&w, "bridge_config/xenbr2/persistent_b", "false");
    assert_at(&w, "interface_config/xenbr3/ipv6_conf", "\"Linklocal6\"");
    assert_at(&w, "gateway_interface", "\"xenbr0\"");
    assert_told(&w.told, "LOST pif eth0.IPv6=x");
    assert_told(&w.told, "LOST pif eth0.primary_address_type=IPv6");
    assert_told(&w.told, "LOST pif eth1.IPv6_gateway=fe80::1");
    assert_told(&w.told, "LOST pif eth3.ipv6_configuration_mode=Sideways");
    written_release(&w);
}

/* What XAPI alone has: a pool's snooping for each bridge that is no VLAN, and no purposes. */
TEST(fields_of_xapi)
{
    static const char *const said[] = { "(none)", "false", "true" };
    const struct dbc_field *snooping = dbc_schema_xapi_field(DBC_POOL, "igmp_snooping_enabled");
    const struct dbc_field *purpose = dbc_schema_xapi_field(DBC_NETWORK, "purpose");

    for (size_t i = 0; i < 3; i++) {
        struct dbc_db *db =
            records_of(PIF("0", "eth0", "n0", "<VLAN_slave_of><master>v0</master></VLAN_slave_of>"),
                       PIF("1", "eth0", "n1", ON_VLAN("0", "7")), VLAN("0", "p0", "p1"),
                       NETWORK("0", "xenbr0", ""), NETWORK("1", "xapi1", ""), "<pool ref='p'/>",
                       NULL);
        struct written w;

        if (i > 0) {
            assert_int_equal(dbc_record_set(db, db->of[DBC_POOL].v[0], snooping,
                                            i == 1 ? "False" : "True", NULL, NULL),
                             0);
        }
        assert_int_equal(dbc_record_set(db, db->of[DBC_NETWORK].v[0], purpose, "nbd", NULL, NULL),
                         0);
        write_db(&w, db);
        assert_at(&w, "bridge_config/xenbr0/igmp_snooping", said[i]);
        assert_at(&w, "bridge_config/xapi1/igmp_snooping", "(none)");
        assert_told(&w.told, "LOST network xenbr0.purpose=nbd");
        written_release(&w);
    }
}

TEST(values_that_cannot_be)
{
    struct written w;

    write_db(&w,
             records_of(
                 PIF("0", "eth0", "n0",
                     "<ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.1</IP>"
                     "<netmask>255.0.255.0</netmask><gateway>x</gateway><DNS>1.2.3,192.0.2.53</DNS>"
                     "<MAC>x</MAC><ipv6_configuration_mode>Static</ipv6_configuration_mode>"
                     "<IPv6>::1</IPv6><IPv6_gateway>192.0.2.1</IPv6_gateway>" CONFIG("domain",
                                                                                     "`id`")),
                 PIF("1", "eth1", "n1",
                     "<ip_configuration_mode>Dynamic</ip_configuration_mode>"
                     "<gateway>192.0.2.1</gateway><other_config><domain>a.test"
                     "</domain><mtu>67</mtu></other_config>"),
                 NETWORK("0", "xenbr0", "<MTU>12</MTU>" CONFIG("mtu", "70000")),
                 "<network ref='n1'><uuid>$HOME</uuid><bridge>xenbr1</bridge></network>",
                 "<odd ref='o'/>", NULL));
    assert_at(&w, "interface_config/xenbr0/ipv4_conf", "\"None4\"");
    assert_at(&w, "interface_config/xenbr0/ipv6_conf", "\"Linklocal6\"");
    assert_at(&w, "interface_config/xenbr0/ipv4_gateway", "(none)");
    assert_at(&w, "interface_config/xenbr0/dns", "[[\"192.0.2.53\"],[]]");
    assert_at(&w, "interface_config/xenbr0/mtu", "1500");
    assert_at(&w, "bridge_config/xenbr0/other_config/domain", "(none)");
    assert_at(&w, "bridge_config/xenbr0/bridge_mac", "(none)");
    assert_at(&w, "bridge_config/xenbr1/other_config/network-uuids", "(none)");
    assert_at(&w, "interface_config/xenbr1/dns", "(none)");
    assert_told(&w.told, "LOST pif eth0.IP=192.0.2.1");
    assert_told(&w.told, "LOST pif eth0.gateway=x");
    assert_told(&w.told, "LOST pif eth0.DNS=1.2.3");
    assert_told(&w.told, "LOST pif eth0.MAC=x");
    assert_told(&w.told, "LOST pif eth0.ipv6_configuration_mode=Static");
    assert_told(&w.told, "LOST pif eth0.IPv6=::1");
    assert_told(&w.told, "LOST pif eth0.IPv6_gateway=192.0.2.1");
    assert_told(&w.told, "LOST pif eth0.domain=`id`");
    assert_told(&w.told, "LOST network xenbr0.mtu=70000");
    assert_told(&w.told, "LOST network xenbr0.MTU=12");
    assert_told(&w.told, "LOST pif eth1.mtu=67");
    assert_told(&w.told, "LOST network xenbr1.uuid=$HOME");
    assert_told(&w.told, "LOST pif eth1.ip_configuration_mode=Dynamic");
    assert_told(&w.told, "LOST pif eth1.gateway=192.0.2.1");
    assert_told(&w.told, "CHANGED pif eth1.domain=a.test");
    assert_told(&w.told, "LOST the records.=");
    written_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(todays_text),
        cmocka_unit_test(the_text_before_2018),
        cmocka_unit_test(empty_records),
        cmocka_unit_test(what_comes_up_at_boot),
        cmocka_unit_test(owners),
        cmocka_unit_test(merged_config),
        cmocka_unit_test(misplaced_keys),
        cmocka_unit_test(a_circle_of_vlans),
        cmocka_unit_test(a_bond_in_a_bond),
        cmocka_unit_test(vlans_on_nothing),
        cmocka_unit_test(names_that_cannot_be),
        cmocka_unit_test(names_that_two_want),
        cmocka_unit_test(bonds_that_are_none),
        cmocka_unit_test(bonds_that_share_a_slave),
        cmocka_unit_test(devices_with_the_name_of_another),
        cmocka_unit_test(values_that_cannot_be),
        cmocka_unit_test(ipv6),
        cmocka_unit_test(fields_of_xapi),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
