/* test_check_agrees.c - the rules of analysis/ compared with interface-reconfigure: they find
 * exactly what it refuses or drops. */
#include "unit/test.h"

#include "base/limits.h"
#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/ethtool.h"
#include "reconfigure/datapath/ifcfg.h"
#include "reconfigure/datapath/ipv6.h"
#include "reconfigure/datapath/netdev.h"
#include "unit/check_find.h"

/* ---- The same judgement as interface-reconfigure ------------------------------------------ */

/* A planner that knows the records and notes what it refuses. */
struct judge {
    struct dbc_db *db;
    struct ifr_plan plan;
    struct ifr_planner p;
    const struct dbc_pif *pif;
};

/* One PIF that is a bond, with something in its fields and keys. */
static void judge_make(struct judge *j, const char *fields, const char *pif_keys,
                       const char *network_keys)
{
    struct dbc_buf text = DBC_BUF_INIT;

    memset(j, 0, sizeof *j);
    dbc_buf_addf(&text,
                 "<pif ref='p'><device>bond0</device><network>n</network>"
                 "<bond_master_of><slave>b</slave></bond_master_of>%s"
                 "<other_config>%s</other_config></pif><bond ref='b'><master>p</master></bond>"
                 "<network ref='n'><bridge>br0</bridge><other_config>%s</other_config></network>",
                 fields, pif_keys, network_keys);
    j->db = read_good(dbc_buf_str(&text));
    j->pif = dbc_db_pif_at(j->db, 0);
    j->p.db = j->db;
    j->p.plan = &j->plan;
    dbc_buf_release(&text);
}

static void judge_end(struct judge *j)
{
    ifr_plan_release(&j->plan);
    dbc_db_free(j->db);
}

/* Both say that something is wrong, or both say nothing. */
static void assert_agree(struct judge *j, bool refused, const char *rule, const char *value)
{
    struct dbc_findings findings = check_db(j->db);
    bool found = count_of(&findings, rule) > 0;

    if (found != refused) {
        fail_msg("'%s': %s %s, but interface-reconfigure %s it", value, rule,
                 found ? "finds fault" : "is silent", refused ? "refuses" : "takes");
    }
    dbc_findings_release(&findings);
    judge_end(j);
}

static void key_agrees(const char *key, const char *value, const char *rule)
{
    struct judge j;
    struct ifr_ethtool ethtool = { 0 };
    struct ifr_state wanted = { 0 };
    struct dbc_buf ifcfg = DBC_BUF_INIT;
    char keys[256];

    snprintf(keys, sizeof keys, "<%s>%s</%s>", key, value, key);
    judge_make(&j, "", keys, "");
    if (strncmp(key, "ethtool", 7) == 0) {
        ifr_ethtool_parse(&j.p, &j.pif->other_config, true, &ethtool);
    } else if (strcmp(key, "domain") == 0) {
        ifr_ifcfg_names(&j.p, j.pif, &ifcfg);
    } else {
        ifr_bond_want(&j.p, j.pif, &wanted, ifr_state_add(&wanted, IFR_PORT, "bond0"));
    }
    ifr_ethtool_release(&ethtool);
    ifr_state_release(&wanted);
    dbc_buf_release(&ifcfg);
    assert_agree(&j, j.plan.n_steps > 0, rule, value);
}

TEST(agrees_on_keys)
{
    static const char *const switches[] = { "on", "off", "true", "false", "On", "", "1", "yes" };
    static const char *const numbers[] = { "0", "1",  "2",   "100", "2147483647", "2147483648",
                                           "",  "-1", "1e3", "007", "10000000",   "10000001" };
    static const char *const domains[] = { "", "a.test", "a,b", "a b", "a;b", "$(x)", "a_b" };
    static const char *const number_keys[] = { "bond-miimon", "bond-downdelay", "bond-updelay",
                                               "bond-use_carrier" };

    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        key_agrees("ethtool-gro", switches[i], "ethtool-value");
        key_agrees("ethtool-autoneg", switches[i], "ethtool-value");
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        key_agrees("ethtool-speed", numbers[i], "ethtool-value");
        for (size_t k = 0; k < 4; k++) {
            key_agrees(number_keys[k], numbers[i], "bond-number");
        }
    }
    for (size_t i = 0; i < sizeof domains / sizeof domains[0]; i++) {
        key_agrees("domain", domains[i], "domain-syntax");
    }
    key_agrees("ethtool-duplex", "half", "ethtool-value");
    key_agrees("ethtool-duplex", "both", "ethtool-value");
}

/* The rule says which settings of a NIC do not stay as they are. */
static void agrees_on_what_a_bad_offload_becomes(void **state)
{
    static const char *const names[] = { "rx", "tx", "sg", "tso", "ufo", "gso", "gro", "lro" };
    const char *why = dbc_rule_by_id("ethtool-value")->why;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct ifr_ethtool ethtool = { 0 };
        struct judge j;
        char keys[64];

        snprintf(keys, sizeof keys, "<ethtool-%s>bad</ethtool-%s>", names[i], names[i]);
        judge_make(&j, "", keys, "");
        ifr_ethtool_parse(&j.p, &j.pif->other_config, true, &ethtool);
        assert_int_equal(dbc_strvec_has(&ethtool.offload, names[i]), strstr(why, names[i]) != NULL);
        ifr_ethtool_release(&ethtool);
        judge_end(&j);
    }
}

/* On Open vSwitch a mode is refused when either rule speaks, on Linux when bond-mode-unknown does.
 */
TEST(agrees_on_modes)
{
    static const char *const modes[] = { "balance-slb", "active-backup", "lacp",      "802.3ad",
                                         "balance-rr",  "balance-xor",   "broadcast", "balance-tlb",
                                         "balance-alb", "LACP",          "",          "slb" };

    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        struct dbc_buf ifcfg = DBC_BUF_INIT;
        struct dbc_findings findings;
        struct judge j;
        char keys[256];
        snprintf(keys, sizeof keys, "<bond-mode>%s</bond-mode>", modes[i]);
        judge_make(&j, "", keys, "");
        ifr_bond_ifcfg(&j.p, j.pif, &ifcfg);
        dbc_buf_release(&ifcfg);
        findings = check_db(j.db);
        if (count_of(&findings, "bond-mode-linux") > 0) {
            key_agrees("bond-mode", modes[i], "bond-mode-linux");
        } else {
            key_agrees("bond-mode", modes[i], "bond-mode-unknown");
        }
        dbc_findings_release(&findings);
        assert_agree(&j, j.plan.n_steps > 0, "bond-mode-unknown", modes[i]);
    }
}

TEST(agrees_on_mtu)
{
    static const char *const values[] = { "1500",  "9000", "67", "68", "65535",
                                          "65536", "",     "9k", "-1", "0x5dc" };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct judge j;
        char keys[64];
        snprintf(keys, sizeof keys, "<mtu>%s</mtu>", values[i]);
        judge_make(&j, "", keys, "");
        (void)ifr_mtu_of(&j.p, j.pif, &j.pif->other_config, "PIF");
        /* One note says that there is an override at all. */
        assert_agree(&j, j.plan.n_steps > 1, "mtu-override", values[i]);
    }
}

TEST(agrees_on_routes)
{
    static const char *const values[] = { "198.51.100.0/24/192.0.2.1",
                                          "198.51.100.0/24",
                                          "198.51.100.0/33/192.0.2.1",
                                          "198.51.100.0/24/192.0.2.1/1",
                                          "ADDRESS0=$(x)/24/1",
                                          "",
                                          " , ",
                                          "10.0.0.0/8/192.0.2.1, 172.16.0.0/12/192.0.2.1",
                                          "10.0.0.0/8/192.0.2.1,x" };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct judge j;
        char keys[256];
        snprintf(keys, sizeof keys, "<static-routes>%s</static-routes>", values[i]);
        judge_make(&j, "", "", keys);
        assert_int_equal(ifr_route_file(&j.p, "br0", dbc_db_network_at(j.db, 0), NULL), 0);
        assert_agree(&j, j.plan.n_steps > 0, "route-syntax", values[i]);
    }
}

struct address_row {
    const char *mode, *ip, *netmask, *rule; /* the rule that speaks when the PIF is refused */
};

TEST(agrees_on_addresses)
{
    static const struct address_row rows[] = {
        { "Static", "192.0.2.1", "255.255.255.0", "address-syntax" },
        { "Static", "192.0.2", "255.255.255.0", "address-syntax" },
        { "Static", "", "255.255.255.0", "address-syntax" },
        { "Static", "192.0.2.1 ", "255.255.255.0", "address-syntax" },
        { "Static", "192.0.2.01", "255.255.255.0", "address-syntax" },
        { "Static", "192.0.2.1", "255.0.255.0", "netmask-syntax" },
        { "Static", "192.0.2.1", "24", "netmask-syntax" },
        { "Static", "192.0.2.1", "0.0.0.0", "netmask-syntax" },
        { "DHCP", "x", "x", "mode-unknown" },
        { "None", "", "", "mode-unknown" },
        { "", "", "", "mode-unknown" },
        { "dhcp", "", "", "mode-unknown" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_buf ifcfg = DBC_BUF_INIT;
        struct judge j;
        char fields[256];
        int refused = 0;
        snprintf(fields, sizeof fields,
                 "<ip_configuration_mode>%s</ip_configuration_mode><IP>%s</IP>"
                 "<netmask>%s</netmask>",
                 rows[i].mode, rows[i].ip, rows[i].netmask);
        judge_make(&j, fields, "", "");
        refused = ifr_ifcfg_address(&j.p, j.pif, &ifcfg, NULL);
        dbc_buf_release(&ifcfg);
        assert_agree(&j, refused != 0, rows[i].rule, rows[i].ip);
    }
}

/* An address that comes twice, in two spellings, is one. */
static void agrees_on_many_ipv6_addresses(void **state)
{
    (void)state;
    for (unsigned n = DBC_LIMIT_IPV6 - 1; n <= DBC_LIMIT_IPV6 + 1; n++) {
        struct dbc_buf fields = DBC_BUF_INIT;
        struct dbc_strvec addresses = DBC_STRVEC_INIT;
        struct judge j;
        int refused = 0;

        dbc_buf_adds(&fields, "<ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>");
        for (unsigned i = 1; i <= n; i++) {
            dbc_buf_addf(&fields, "2001:db8::%x/64,", i);
        }
        dbc_buf_adds(&fields, "2001:DB8:0::1/64</IPv6>");
        judge_make(&j, dbc_buf_str(&fields), "", "");
        refused = ifr_ipv6_addresses(j.pif, &addresses, NULL);
        assert_int_equal(refused, n > DBC_LIMIT_IPV6 ? -1 : 0);
        assert_agree(&j, refused != 0, "ipv6-many", "many addresses");
        dbc_strvec_release(&addresses);
        dbc_buf_release(&fields);
    }
}

TEST(agrees_on_name_servers)
{
    static const char *const values[] = { "192.0.2.53",  "192.0.2.53,2001:db8::1",
                                          "ns.test",     "",
                                          "192.0.2.53,", "192.0.2.53;x" };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct dbc_buf ifcfg = DBC_BUF_INIT;
        struct judge j;
        char fields[128];
        snprintf(fields, sizeof fields, "<DNS>%s</DNS>", values[i]);
        judge_make(&j, fields, "", "");
        ifr_ifcfg_names(&j.p, j.pif, &ifcfg);
        dbc_buf_release(&ifcfg);
        assert_agree(&j, j.plan.n_steps > 0, "dns-syntax", values[i]);
    }
}

/* A host that the errors' rules are silent about is one that interface-reconfigure takes. */
TEST(agrees_on_pifs)
{
    static const char *const refused[] = {
        "network-missing", "bridge-missing",   "bridge-name",        "device-name",
        "name-alias",      "bridge-is-device", "vlan-tag-range",     "vlan-on-itself",
        "vlan-on-vlan",    "vlan-own-bridge",  "vlan-parent-missing"
    };

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct dbc_db *db = NULL;
        struct dbc_findings findings = check_file(refused[i], "bad", &db);
        const struct dbc_pif *pif = NULL;
        bool any = false;
        for (size_t k = 0; (pif = dbc_db_pif_at(db, k)) != NULL; k++) {
            struct ifr_plan plan = { 0 };
            struct ifr_planner p = { .db = db, .plan = &plan };
            any = any || ifr_check_pif(&p, pif, NULL) != 0;
            ifr_plan_release(&plan);
        }
        if (!any) {
            fail_msg("interface-reconfigure takes %s/bad.dbcache", refused[i]);
        }
        dbc_findings_release(&findings);
        dbc_db_free(db);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_on_keys),
        cmocka_unit_test(agrees_on_modes),
        cmocka_unit_test(agrees_on_mtu),
        cmocka_unit_test(agrees_on_routes),
        cmocka_unit_test(agrees_on_addresses),
        cmocka_unit_test(agrees_on_name_servers),
        cmocka_unit_test(agrees_on_pifs),
        cmocka_unit_test(agrees_on_what_a_bad_offload_becomes),
        cmocka_unit_test(agrees_on_many_ipv6_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
