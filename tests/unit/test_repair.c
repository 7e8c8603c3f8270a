/* test_repair.c - analysis/repair.h: a fault with one possible answer is mended, one with two is
 * left, and nothing leaks when memory runs out. */
#include "fail_alloc.h"

#include "../../cache/analysis/mend.c"
#include "../../cache/analysis/repair.c"
#include "../../cache/analysis/repair_links.c"
#include "../../cache/base/hash.c"

#include "unit/test.h"

#include "cache_text.h"

/* Fields of a record, as text. */
#define PIF(ref, fields) "<pif ref=\"" ref "\">" fields "</pif>"
#define NETWORK(ref, fields) "<network ref=\"" ref "\"><bridge>" ref "</bridge>" fields "</network>"
#define BOND(ref, fields) "<bond ref=\"" ref "\">" fields "</bond>"
#define VLAN(ref, fields) "<vlan ref=\"" ref "\">" fields "</vlan>"
#define TUNNEL(ref, fields) "<tunnel ref=\"" ref "\">" fields "</tunnel>"
#define ON(ref) "<network>" ref "</network>"
#define HAS(ref) "<PIF>" ref "</PIF>"

/* The mends as "RULE: MESSAGE" lines; the records stay in *ret. */
static const char *mends_of(const char *content, struct dbc_db **ret)
{
    static char text[8192];
    struct dbc_repair repair, again;
    struct dbc_error err = DBC_ERROR_INIT;
    size_t used = 0;

    *ret = read_good(content);
    assert_int_equal(dbc_repair(*ret, &repair, &err), 0);
    text[0] = '\0';
    for (size_t i = 0; i < repair.n; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s: %s\n", repair.v[i].rule->id,
                                 repair.v[i].message);
        assert_true(used < sizeof text);
    }
    assert_int_equal(dbc_repair(*ret, &again, &err), 0);
    assert_int_equal(again.n, 0);
    dbc_repair_release(&repair);
    dbc_repair_release(&again);
    return text;
}

/* Content, what is mended, and what the canonical text then has (NULL: no matter). */
static void check_mends(const char *content, const char *mends, const char *after)
{
    struct dbc_db *db = NULL;
    struct dbc_buf text = DBC_BUF_INIT;

    assert_string_equal(mends_of(content, &db), mends);
    if (after != NULL) {
        text = format(db);
        assert_has(dbc_buf_str(&text), after);
        dbc_buf_release(&text);
    }
    dbc_db_free(db);
}

TEST(test_field_decides)
{
    check_mends(PIF("p", ON("n")) NETWORK("n", ""),
                "one-sided-network: PIFs of network n: added pif p\n",
                "<PIFs>\n\t\t\t<PIF>p</PIF>\n\t\t</PIFs>");
    /* The field's network lists it: the other one is wrong. */
    check_mends(PIF("p", ON("n")) NETWORK("n", "<PIFs>" HAS("p") "</PIFs>")
                    NETWORK("m", "<PIFs>" HAS("p") "</PIFs>"),
                "one-sided-network: PIFs of network m: removed pif p\n", "<PIFs/>");
}

TEST(test_list_decides)
{
    check_mends(PIF("p", "") NETWORK("n", "<PIFs>" HAS("p") "</PIFs>"),
                "network-missing: network of pif p: set to network n\n", "<network>n</network>");
    check_mends(PIF("p", ON("gone")) NETWORK("n", "<PIFs>" HAS("p") "</PIFs>"),
                "network-missing: network of pif p: set to network n\n", "<network>n</network>");
}

TEST(test_two_answers)
{
    /* Field and list contradict each other. */
    check_mends(PIF("p", ON("n")) NETWORK("n", "") NETWORK("m", "<PIFs>" HAS("p") "</PIFs>"), "",
                "<PIF>p</PIF>");
    /* Two lists, no field. */
    check_mends(PIF("p", "") NETWORK("n", "<PIFs>" HAS("p") "</PIFs>")
                    NETWORK("m", "<PIFs>" HAS("p") "</PIFs>"),
                "", NULL);
    /* Nothing at all. */
    check_mends(PIF("p", ON("gone")), "", "<network>gone</network>");
}

TEST(test_items)
{
    check_mends(PIF("p", ON("n")) NETWORK("n", "<PIFs>" HAS("p") HAS("gone") HAS("p")
                                                   HAS("n") "<PIF>OpaqueRef:NULL</PIF></PIFs>"),
                "dangling-reference: PIFs of network n: removed gone\n"
                "repeated-reference: PIFs of network n: removed pif p\n"
                "wrong-class-reference: PIFs of network n: removed n\n"
                "dangling-reference: PIFs of network n: removed none\n",
                "<PIFs>\n\t\t\t<PIF>p</PIF>\n\t\t</PIFs>");
}

#define NET2 NETWORK("n", "<PIFs>" HAS("p") "</PIFs>") NETWORK("m", "<PIFs>" HAS("q") "</PIFs>")

TEST(test_bonds)
{
    check_mends(PIF("p", ON("n")) PIF("q", ON("m") "<device>eth1</device>")
                    NET2 BOND("b", "<master>p</master><slaves><slave>q</slave></slaves>"),
                "one-sided-bond-slave: bond_slave_of of pif eth1: set to bond b\n"
                "one-sided-bond-master: bond_master_of of pif p: added bond b\n",
                "<bond_slave_of>b</bond_slave_of>");
    check_mends(PIF("p", ON("n") "<bond_slave_of>gone</bond_slave_of>") NET2 PIF("q", ON("m")),
                "dangling-reference: bond_slave_of of pif p: set to none\n",
                "<bond_slave_of>OpaqueRef:NULL</bond_slave_of>");
}

TEST(test_vlans)
{
    /* From the device's name alone. */
    check_mends(PIF("p", ON("n") "<device>eth0</device>")
                    PIF("q", ON("m") "<device>eth0</device><VLAN>5</VLAN>")
                        NET2 VLAN("v", "<untagged_PIF>q</untagged_PIF>"),
                "vlan-parent-missing: VLAN_master_of of pif eth0.5: set to vlan eth0.5\n"
                "vlan-parent-missing: tagged_PIF of vlan eth0.5: set to pif eth0\n"
                "one-sided-vlan-parent: VLAN_slave_of of pif eth0: added vlan eth0.5\n",
                "<tagged_PIF>p</tagged_PIF>");
    /* Not when two devices have the name. */
    check_mends(PIF("p", ON("n") "<device>eth0</device>") PIF("r", "<device>eth0</device>")
                    PIF("q", ON("m") "<device>eth0</device><VLAN>5</VLAN>"
                                     "<VLAN_master_of>v</VLAN_master_of>")
                        NET2 VLAN("v", "<untagged_PIF>q</untagged_PIF>"),
                "", NULL);
    /* Never onto itself. */
    check_mends(PIF("q", "<device>eth0</device><VLAN_master_of>v</VLAN_master_of>")
                    VLAN("v", "<untagged_PIF>q</untagged_PIF>"),
                "", NULL);
}

TEST(test_tunnels)
{
    check_mends(PIF("p", ON("n")) PIF("q", ON("m"))
                    NET2 TUNNEL("t", "<access_PIF>q</access_PIF><transport_PIF>p</transport_PIF>"),
                "one-sided-tunnel: tunnel_access_PIF_of of pif q: added tunnel t\n"
                "one-sided-tunnel: tunnel_transport_PIF_of of pif p: added tunnel t\n",
                NULL);
}

#define BONDED(master, slave)                                                                      \
    PIF("p", ON("n") "<device>bond0</device><bond_master_of><slave>b</slave></bond_master_of>"     \
                     "<management>" master "</management><MAC>02:00:00:00:00:01</MAC>"             \
                     "<ip_configuration_mode>DHCP</ip_configuration_mode>")                        \
    PIF("q", ON("m") "<device>eth0</device><bond_slave_of>b</bond_slave_of><management>" slave     \
                     "</management><MAC>02:00:00:00:00:01</MAC>"                                   \
                     "<ip_configuration_mode>None</ip_configuration_mode>")                        \
    NET2 BOND("b", "<master>p</master><slaves><slave>q</slave></slaves>")

TEST(test_management)
{
    check_mends(BONDED("True", "True"),
                "management-on-slave: management of pif eth0: set to False\n", NULL);
    check_mends(BONDED("False", "True"),
                "management-on-slave: management of pif bond0: set to True\n"
                "management-on-slave: management of pif eth0: set to False\n",
                NULL);
    check_mends(BONDED("True", "False"), "", NULL);
}

#define CARRIER(ref, on, device, mode)                                                             \
    PIF(ref, ON(on) "<device>" device "</device><management>True</management>"                     \
                    "<MAC>02:00:00:00:00:01</MAC><ip_configuration_mode>" mode                     \
                    "</ip_configuration_mode>")

TEST(test_several_managements)
{
    check_mends(CARRIER("p", "n", "eth0", "None") CARRIER("q", "m", "eth1", "DHCP") NET2,
                "management-several: management of pif eth0: set to False\n", NULL);
    check_mends(CARRIER("p", "n", "eth0", "DHCP") CARRIER("q", "m", "eth1", "DHCP") NET2, "", NULL);
    check_mends(CARRIER("p", "n", "eth0", "None") CARRIER("q", "m", "eth1", "None") NET2, "", NULL);
}

#define ONE(fields) PIF("p", ON("n") fields) NETWORK("n", "<PIFs>" HAS("p") "</PIFs>")

TEST(test_values)
{
    check_mends(ONE("<ip_configuration_mode>dhcp</ip_configuration_mode>"),
                "mode-unknown: ip_configuration_mode of pif p: 'dhcp' written as 'DHCP'\n",
                "<ip_configuration_mode>DHCP<");
    check_mends(ONE("<ip_configuration_mode>BOOTP</ip_configuration_mode>"), "", ">BOOTP<");
    check_mends(ONE("<MAC>02-00-00-00-00-AB</MAC>"),
                "mac-syntax: MAC of pif p: '02-00-00-00-00-AB' written as '02:00:00:00:00:ab'\n",
                "<MAC>02:00:00:00:00:ab</MAC>");
    check_mends(ONE("<MAC>x</MAC>"), "", "<MAC>x</MAC>");
    check_mends(ONE("<MAC>02:00:00:00:00:0a:0b</MAC>"), "", NULL);
    check_mends(ONE("<ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.1</IP>"
                    "<netmask>/22</netmask>"),
                "netmask-syntax: netmask of pif p: '/22' written as '255.255.252.0'\n", NULL);
    check_mends(ONE("<ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.1</IP>"
                    "<netmask>0</netmask>"),
                "", NULL);
}

TEST(test_config)
{
    check_mends(ONE("<other_config><PeerDNS>TRUE</PeerDNS></other_config>"),
                "key-unknown: other_config of pif p: key PeerDNS renamed to peerdns\n"
                "truth-value: other_config:peerdns of pif p: 'TRUE' written as 'true'\n",
                "<peerdns>true</peerdns>");
    /* The right key is there, too: which one counts? */
    check_mends(ONE("<other_config><MTU>9000</MTU><mtu>1500</mtu></other_config>"), "",
                "<MTU>9000<");
    check_mends(ONE("<other_config><bond_mode>Active-Backup</bond_mode></other_config>"),
                "key-unknown: other_config of pif p: key bond_mode renamed to bond-mode\n"
                "bond-mode-unknown: other_config:bond-mode of pif p: 'Active-Backup' written as "
                "'active-backup'\n",
                NULL);
}

TEST(test_hostile_text)
{
    struct dbc_db *db = NULL;
    const char *text = NULL;

    text = mends_of(NETWORK("n", "<PIFs>" HAS("&#9;x\xc2\x9b[2J") "</PIFs>"), &db);
    assert_null(strchr(text, '\x9b'));
    assert_has(text, "removed x\\xc2\\x9b[2J");
    dbc_db_free(db);
}

/* 4,000 VLANs that their NIC does not list: one list, made once. */
TEST(test_many)
{
    struct dbc_buf content = DBC_BUF_INIT;
    struct dbc_repair repair;
    struct dbc_db *db = NULL;

    dbc_buf_adds(&content, PIF("p", ""));
    for (unsigned i = 0; i < 4000; i++) {
        dbc_buf_addf(
            &content,
            "<vlan ref=\"OpaqueRef:%u\"><tagged_PIF>p</tagged_PIF></vlan>"
            "<network ref=\"OpaqueRef:%u\"><PIFs><PIF>a</PIF><PIF>b</PIF></PIFs></network>",
            i, i);
    }
    db = read_good(dbc_buf_str(&content));
    assert_int_equal(dbc_repair(db, &repair, NULL), 0);
    assert_int_equal(dbc_db_pif_at(db, 0)->VLAN_slave_of.n, 4000);
    assert_int_equal(repair.n, DBC_LIMIT_MENDS);
    assert_int_equal(repair.n + repair.left_out, 12000);
    dbc_repair_release(&repair);
    dbc_db_free(db);
    dbc_buf_release(&content);
}

TEST(test_no_memory)
{
    static const char content[] =
        BONDED("False", "True") PIF("r", "<other_config><PeerDNS>TRUE</PeerDNS></other_config>")
            PIF("u", "<device>eth9</device>") PIF("t", "<device>eth9</device><VLAN>5</VLAN>")
                VLAN("v", "<untagged_PIF>t</untagged_PIF><tagged_PIF>gone</tagged_PIF>")
                    NETWORK("k", "<PIFs>" HAS("gone") "</PIFs>");
    bool reached = true;

    for (long n = 0; reached; n++) {
        struct dbc_db *db = read_good(content);
        struct dbc_repair repair;
        struct dbc_error err = DBC_ERROR_INIT;
        int rc = 0;
        allocs_left = n;
        rc = dbc_repair(db, &repair, &err);
        reached = alloc_failed();
        assert_int_equal(rc, reached ? -1 : 0);
        assert_int_equal(err.code, reached ? DBC_ENOMEM : DBC_OK);
        dbc_repair_release(&repair);
        dbc_db_free(db);
        assert_true(n < 1000);
    }
}

TEST(test_set_reference)
{
    struct dbc_db *db =
        read_good(PIF("p", ON("n")) NETWORK("n", "<PIFs>" HAS("p") "</PIFs>") NETWORK("m", ""));
    const struct dbc_field *field = dbc_schema_field(DBC_PIF, "network");
    const struct dbc_record *pif = dbc_db_find_ref(db, "p");

    assert_int_equal(dbc_set_reference(db, pif, field, "m", NULL), 0);
    assert_int_equal(dbc_db_network(db, "n")->PIFs.n, 0);
    assert_string_equal(dbc_db_network(db, "m")->PIFs.v[0], "p");
    assert_string_equal(dbc_db_pif_at(db, 0)->network, "m");
    assert_int_equal(dbc_set_reference(db, pif, field, "nowhere", NULL), 0);
    assert_int_equal(dbc_db_network(db, "m")->PIFs.n, 0);
    assert_int_equal(dbc_set_reference(db, pif, dbc_schema_field(DBC_PIF, "MAC"), "m", NULL), -1);
    assert_string_equal(dbc_list_follows(dbc_schema_field(DBC_NETWORK, "PIFs"))->name, "network");
    assert_null(dbc_list_follows(field));
    dbc_db_free(db);
}

/* A list that has no room leaves the record where it was, on both sides. */
TEST(test_full_list)
{
    static const char *many[DBC_LIMIT_LIST];
    struct dbc_db *db =
        read_good(PIF("p", ON("n")) NETWORK("n", "<PIFs>" HAS("p") "</PIFs>") NETWORK("m", ""));
    const struct dbc_record *pif = dbc_db_find_ref(db, "p"), *full = dbc_db_find_ref(db, "m");
    struct dbc_error err = DBC_ERROR_INIT;

    for (size_t i = 0; i < DBC_LIMIT_LIST; i++) {
        many[i] = "x";
    }
    assert_int_equal(dbc_record_set_list(db, dbc_db_edit(db, full),
                                         dbc_schema_field(DBC_NETWORK, "PIFs"), many,
                                         DBC_LIMIT_LIST, NULL),
                     0);
    assert_int_equal(dbc_set_reference(db, pif, dbc_schema_field(DBC_PIF, "network"), "m", &err),
                     -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_string_equal(dbc_db_network(db, "n")->PIFs.v[0], "p");
    assert_string_equal(dbc_db_pif_at(db, 0)->network, "n");
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_field_decides),
        cmocka_unit_test(test_list_decides),
        cmocka_unit_test(test_two_answers),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_bonds),
        cmocka_unit_test(test_vlans),
        cmocka_unit_test(test_tunnels),
        cmocka_unit_test(test_management),
        cmocka_unit_test(test_several_managements),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_set_reference),
        cmocka_unit_test(test_full_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
