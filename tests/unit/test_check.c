/* test_check.c - analysis/check.c and the rules: every rule on its two fixtures, caches of real
 * producers, hostile records, and values that interface-reconfigure refuses or drops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/fail_alloc.h"

#include "analysis/check.c"
#include "analysis/links.c"
#include "analysis/rule.c"

#include "analysis/nearest.h"
#include "base/limits.h"
#include "base/valid.h"
#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/ethtool.h"
#include "reconfigure/datapath/ifcfg.h"
#include "reconfigure/datapath/netdev.h"
#include "unit/cache_text.h"

static struct dbc_findings check_db(const struct dbc_db *db)
{
    struct dbc_findings findings = DBC_FINDINGS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_check(db, &findings, &err), 0);
    return findings;
}

static size_t count_of(const struct dbc_findings *findings, const char *id)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->n; i++) {
        n += strcmp(findings->v[i].rule->id, id) == 0;
    }
    return n;
}

/* How often the rule speaks of a document whose root has this content. */
static size_t find_in(const char *content, const char *id)
{
    struct dbc_db *db = read_good(content);
    struct dbc_findings findings = check_db(db);
    size_t n = count_of(&findings, id);

    dbc_findings_release(&findings);
    dbc_db_free(db);
    return n;
}

/* ---- The rules themselves ----------------------------------------------------------------- */

static void assert_id(const char *id)
{
    assert_in_range(strlen(id), 4, 22);
    assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(id));
}

static void rules_are_whole(void **state)
{
    const struct dbc_rule *rule = NULL;
    size_t n = 0;

    (void)state;
    for (; (rule = dbc_rule_at(n)) != NULL; n++) {
        assert_id(rule->id);
        assert_ptr_equal(dbc_rule_by_id(rule->id), rule); /* so there are no two of a name */
        assert_true(strlen(rule->title) > 5 && rule->title[strlen(rule->title) - 1] != '.');
        assert_int_equal(rule->why[strlen(rule->why) - 1], '.');
        assert_int_equal(rule->what_to_do[strlen(rule->what_to_do) - 1], '.');
        assert_non_null(rule->look);
        assert_int_equal(rule->classes & ~DBC_IN_ALL, 0);
    }
    assert_true(n >= 40);
    assert_null(dbc_rule_at(n));
    assert_null(dbc_rule_by_id("no-such-rule"));
    assert_string_equal(dbc_severity_name(DBC_SEVERITY_WARNING), "warning");
    assert_string_equal(dbc_severity_name(DBC_SEVERITY_ERROR), "error");
}

static struct dbc_findings check_file(const char *rule, const char *name, struct dbc_db **db)
{
    char path[512] = "";

    snprintf(path, sizeof path, FIXTURES "/check/%s/%s.dbcache", rule, name);
    *db = dbc_xml_read_file(path, NULL, NULL, NULL);
    if (*db == NULL) {
        fail_msg("cannot read %s", path);
    }
    return check_db(*db);
}

static void assert_finding(const struct dbc_finding *finding)
{
    assert_non_null(finding->message);
    assert_true(dbc_valid_text(finding->message));
    assert_null(strchr(finding->message, '\n'));
    assert_true(*finding->field == '\0' || finding->rec != NULL);
    if (*finding->field != '\0') {
        assert_non_null(dbc_schema_field(finding->rec->class_, finding->field));
    }
}

static void fixtures(void **state)
{
    const struct dbc_rule *rule = NULL;
    struct dbc_db *db = NULL;

    (void)state;
    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        struct dbc_findings bad = check_file(rule->id, "bad", &db), good;
        if (count_of(&bad, rule->id) == 0) {
            fail_msg("%s finds nothing in its bad.dbcache", rule->id);
        }
        for (size_t k = 0; k < bad.n; k++) {
            assert_finding(&bad.v[k]);
        }
        dbc_findings_release(&bad);
        dbc_db_free(db);
        good = check_file(rule->id, "good", &db);
        if (good.n > 0) {
            fail_msg("%s/good.dbcache: %s", rule->id, good.v[0].message);
        }
        dbc_findings_release(&good);
        dbc_db_free(db);
    }
}

static void no_stray_fixture(void **state)
{
    DIR *dir = opendir(FIXTURES "/check");
    struct dirent *entry = NULL;

    (void)state;
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "README.md") != 0 &&
            dbc_rule_by_id(entry->d_name) == NULL) {
            fail_msg("fixtures/check/%s is no rule", entry->d_name);
        }
    }
    closedir(dir);
}

/* ---- Real producers ----------------------------------------------------------------------- */

static void assert_dialect(const char *name, const char *expected)
{
    struct dbc_buf found = DBC_BUF_INIT;
    struct dbc_findings findings;
    struct dbc_db *db = read_dialect(name);

    findings = check_db(db);
    for (size_t i = 0; i < findings.n; i++) {
        dbc_buf_addf(&found, "%u %s;", findings.v[i].rec->line, findings.v[i].rule->id);
    }
    assert_string_equal(dbc_buf_str(&found), expected);
    dbc_buf_release(&found);
    dbc_findings_release(&findings);
    dbc_db_free(db);
}

static void dialects(void **state)
{
    (void)state;
    assert_dialect("01-minidom-ownline-5.6", "");
    assert_dialect("01b-minidom-ownline-5.5+ovs-noMTU", "");
    assert_dialect("02-minidom-ownline-6.x", "");
    assert_dialect("03-minidom-inline-py27", "");
    assert_dialect("04-minidom-inline-py3-order", "");
    assert_dialect("05-installer-2009-static", "");
    assert_dialect("06-installer-2010-static-domain", "");
    assert_dialect("07-installer-2012-dhcp-ipv6", "3 ipv6-unused;");
    assert_dialect("08-installer-upgrade55-bond",
                   "3 management-on-slave;26 management-on-slave;26 mac-syntax;");
    assert_dialect("09a-upgraded-5.6-tunnel-inserted", "");
    assert_dialect("09b-upgraded-tunnel-duplicated", "");
    assert_dialect("10-force-rewrite-dhcp", "3 mac-syntax;");
    assert_dialect("11-force-rewrite-static-nogw", "3 no-default-route;3 mac-syntax;");
    assert_dialect("12-mixed-indent-fixture-style", "");
    assert_dialect("14-entities-inline", "45 domain-syntax;45 shell-code;");
}

/* ---- What a finding says ------------------------------------------------------------------ */

static void finding_in_full(void **state)
{
    struct dbc_db *db = read_good("\n\n<pif ref='p'><device>eth0</device><MAC>x</MAC>"
                                  "<other_config><ethtool-gro>\xc3\xa9&#9;</ethtool-gro>"
                                  "</other_config></pif>");
    struct dbc_findings findings = check_db(db);
    const struct dbc_finding *finding = NULL;

    (void)state;
    for (size_t i = 0; i < findings.n; i++) {
        if (strcmp(findings.v[i].rule->id, "ethtool-value") == 0) {
            finding = &findings.v[i];
        }
    }
    assert_non_null(finding);
    assert_ptr_equal(finding->rec, db->of[DBC_PIF].v[0]);
    assert_int_equal(finding->rec->line, 3);
    assert_string_equal(finding->field, "other_config");
    assert_string_equal(finding->key, "ethtool-gro");
    assert_string_equal(finding->value, "\xc3\xa9");
    assert_string_equal(finding->message, "pif eth0, other_config:ethtool-gro: expected on or off, "
                                          "found '\xc3\xa9'");
    assert_int_equal(findings.errors + findings.warnings, findings.n);
    dbc_findings_release(&findings);
    dbc_db_free(db);
}

static void nearest(void **state)
{
    (void)state;
    assert_string_equal(dbc_nearest_key(DBC_PIF, "defaultrout")->name, "defaultroute");
    assert_string_equal(dbc_nearest_key(DBC_PIF, "Peer_DNS")->name, "peerdns");
    assert_string_equal(dbc_nearest_key(DBC_PIF, "ethtool-tos")->name, "ethtool-tso");
    assert_string_equal(dbc_nearest_key(DBC_PIF, "vswitch-disable-inband")->name,
                        "vswitch-disable-in-band");
    assert_int_equal(dbc_nearest_key(DBC_NETWORK, "MTU")->class_, DBC_NETWORK);
    assert_null(dbc_nearest_key(DBC_PIF, "is_guest_installer_network"));
    assert_null(dbc_nearest_key(DBC_PIF, ""));
    assert_null(dbc_nearest_key(DBC_PIF, "a-name-that-is-much-longer-than-any-key-of-other-config-"
                                         "could-ever-be-in-any-release"));
    assert_string_equal(dbc_nearest_field(DBC_PIF, "Netmask")->name, "netmask");
    assert_null(dbc_nearest_field(DBC_PIF, "igmp_snooping"));
}

static void labels(void **state)
{
    struct dbc_db *db = read_good(
        "<pif ref='1'><device>eth0</device><VLAN>5</VLAN></pif><pif ref='2'><uuid>u</uuid></pif>"
        "<bond ref='b'/><vlan ref='v'><untagged_PIF>1</untagged_PIF></vlan><pool ref='p'/>"
        "<network ref='n'><bridge>xapi0</bridge></network>");
    char out[DBC_LABEL_SIZE];

    (void)state;
    assert_string_equal(dbc_label(db, db->of[DBC_PIF].v[0], out), "pif eth0.5");
    assert_string_equal(dbc_label(db, db->of[DBC_PIF].v[1], out), "pif u");
    assert_string_equal(dbc_label(db, db->of[DBC_BOND].v[0], out), "bond b");
    assert_string_equal(dbc_label(db, db->of[DBC_VLAN].v[0], out), "vlan eth0.5");
    assert_string_equal(dbc_label(db, db->of[DBC_NETWORK].v[0], out), "network xapi0");
    assert_string_equal(dbc_label(db, db->of[DBC_POOL].v[0], out), "pool");
    assert_string_equal(dbc_label_ref(db, DBC_PIF, "1", out), "pif eth0.5");
    assert_string_equal(dbc_label_ref(db, DBC_PIF, "OpaqueRef:NULL", out), "none");
    assert_string_equal(dbc_label_ref(db, DBC_PIF, "b", out), "b");
    dbc_db_free(db);
}

/* ---- Hostile records ---------------------------------------------------------------------- */

static void circles(void **state)
{
    (void)state;
    assert_int_equal(find_in("<pif ref='1'><device>a</device><VLAN>1</VLAN>"
                             "<VLAN_master_of>v</VLAN_master_of></pif>"
                             "<pif ref='2'><device>b</device><VLAN>2</VLAN>"
                             "<VLAN_master_of>w</VLAN_master_of></pif>"
                             "<vlan ref='v'><tagged_PIF>2</tagged_PIF></vlan>"
                             "<vlan ref='w'><tagged_PIF>1</tagged_PIF></vlan>",
                             "vlan-on-vlan"),
                     2);
    assert_int_equal(find_in("<pif ref='1'><bond_master_of><slave>a</slave></bond_master_of></pif>"
                             "<pif ref='2'><bond_master_of><slave>b</slave></bond_master_of></pif>"
                             "<bond ref='a'><master>1</master><slaves><slave>2</slave></slaves>"
                             "</bond><bond ref='b'><master>2</master><slaves><slave>1</slave>"
                             "</slaves></bond>",
                             "bond-slave-kind"),
                     2);
    assert_int_equal(find_in("<pif ref='1'><device>a</device><VLAN>1</VLAN>"
                             "<VLAN_master_of>v</VLAN_master_of></pif>"
                             "<vlan ref='v'><tagged_PIF>1</tagged_PIF>"
                             "<untagged_PIF>1</untagged_PIF></vlan>",
                             "vlan-on-itself"),
                     1);
}

/* So many PIFs whose every field is wrong. */
static void many_findings(void **state)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_findings findings;
    struct dbc_db *db = NULL;

    (void)state;
    for (int i = 0; i < DBC_LIMIT_FINDINGS + 500; i++) {
        dbc_buf_addf(&text, "<pif ref='%d'><device>;</device><network>none</network></pif>", i);
    }
    db = read_good(dbc_buf_str(&text));
    findings = check_db(db);
    assert_int_equal(count_of(&findings, "device-name"), DBC_LIMIT_FINDINGS);
    assert_int_equal(count_of(&findings, "network-missing"), DBC_LIMIT_FINDINGS);
    assert_true(findings.left_out >= 1000);
    assert_int_equal(findings.n + findings.left_out, findings.errors + findings.warnings);
    dbc_findings_release(&findings);
    dbc_db_free(db);
    dbc_buf_release(&text);
}

/* A bond with as many slaves as a list holds, all the same one, and named back as often. */
static void long_lists(void **state)
{
    struct dbc_buf text = DBC_BUF_INIT;

    (void)state;
    dbc_buf_adds(&text, "<pif ref='p'><device>eth0</device><bond_master_of>");
    for (int i = 0; i < DBC_LIMIT_LIST; i++) {
        dbc_buf_adds(&text, "<slave>b</slave>");
    }
    dbc_buf_adds(&text, "</bond_master_of></pif><bond ref='b'><master>p</master><slaves>");
    for (int i = 0; i < DBC_LIMIT_LIST; i++) {
        dbc_buf_adds(&text, "<slave>p</slave>");
    }
    dbc_buf_adds(&text, "</slaves></bond>");
    assert_int_equal(find_in(dbc_buf_str(&text), "repeated-reference"), DBC_LIMIT_FINDINGS);
    dbc_buf_release(&text);
}

static void empty_database(void **state)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_findings findings;

    (void)state;
    assert_int_equal(dbc_db_index(db, NULL), 0);
    findings = check_db(db);
    assert_int_equal(findings.n, 1);
    assert_string_equal(findings.v[0].rule->id, "cache-empty");
    assert_null(findings.v[0].rec);
    dbc_findings_release(&findings);
    dbc_db_free(db);
}

static void no_memory(void **state)
{
    struct dbc_db *db = NULL;
    struct dbc_findings findings;
    struct dbc_error err = DBC_ERROR_INIT;
    bool reached = true;

    (void)state;
    db = dbc_xml_read_file(FIXTURES "/check/duplicate-address/bad.dbcache", NULL, NULL, NULL);
    assert_non_null(db);
    for (long i = 0; reached; i++) {
        allocs_left = i;
        if (dbc_check(db, &findings, &err) != 0) {
            assert_int_equal(err.code, DBC_ENOMEM);
            assert_null(findings.v);
            dbc_error_clear(&err);
        }
        reached = alloc_failed();
        dbc_findings_release(&findings);
    }
    dbc_db_free(db);
}

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
    struct ifr_ethtool ethtool = IFR_ETHTOOL_INIT;
    struct ifr_state wanted = IFR_STATE_INIT;
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

static void agrees_on_keys(void **state)
{
    static const char *const switches[] = { "on", "off", "true", "false", "On", "", "1", "yes" };
    static const char *const numbers[] = { "0", "1",  "2",   "100", "2147483647", "2147483648",
                                           "",  "-1", "1e3", "007", "10000000",   "10000001" };
    static const char *const domains[] = { "", "a.test", "a,b", "a b", "a;b", "$(x)", "a_b" };
    static const char *const number_keys[] = { "bond-miimon", "bond-downdelay", "bond-updelay",
                                               "bond-use_carrier" };

    (void)state;
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

/* On Open vSwitch a mode is refused when either rule speaks, on Linux when bond-mode-unknown does.
 */
static void agrees_on_modes(void **state)
{
    static const char *const modes[] = { "balance-slb", "active-backup", "lacp",      "802.3ad",
                                         "balance-rr",  "balance-xor",   "broadcast", "balance-tlb",
                                         "balance-alb", "LACP",          "",          "slb" };

    (void)state;
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

static void agrees_on_mtu(void **state)
{
    static const char *const values[] = { "1500",  "9000", "67", "68", "65535",
                                          "65536", "",     "9k", "-1", "0x5dc" };

    (void)state;
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

static void agrees_on_routes(void **state)
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

    (void)state;
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

static void agrees_on_addresses(void **state)
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

    (void)state;
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

static void agrees_on_name_servers(void **state)
{
    static const char *const values[] = { "192.0.2.53",  "192.0.2.53,2001:db8::1",
                                          "ns.test",     "",
                                          "192.0.2.53,", "192.0.2.53;x" };

    (void)state;
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
static void agrees_on_pifs(void **state)
{
    static const char *const refused[] = {
        "network-missing", "bridge-missing",   "bridge-name",        "device-name",
        "name-alias",      "bridge-is-device", "vlan-tag-range",     "vlan-on-itself",
        "vlan-on-vlan",    "vlan-own-bridge",  "vlan-parent-missing"
    };

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct dbc_db *db = NULL;
        struct dbc_findings findings = check_file(refused[i], "bad", &db);
        const struct dbc_pif *pif = NULL;
        bool any = false;
        for (size_t k = 0; (pif = dbc_db_pif_at(db, k)) != NULL; k++) {
            struct ifr_plan plan = IFR_PLAN_INIT;
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
        cmocka_unit_test(rules_are_whole),
        cmocka_unit_test(fixtures),
        cmocka_unit_test(no_stray_fixture),
        cmocka_unit_test(dialects),
        cmocka_unit_test(finding_in_full),
        cmocka_unit_test(nearest),
        cmocka_unit_test(labels),
        cmocka_unit_test(circles),
        cmocka_unit_test(many_findings),
        cmocka_unit_test(long_lists),
        cmocka_unit_test(empty_database),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(agrees_on_keys),
        cmocka_unit_test(agrees_on_modes),
        cmocka_unit_test(agrees_on_mtu),
        cmocka_unit_test(agrees_on_routes),
        cmocka_unit_test(agrees_on_addresses),
        cmocka_unit_test(agrees_on_name_servers),
        cmocka_unit_test(agrees_on_pifs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
