/* test_check.c - analysis/check.c and the rules: every rule on its two fixtures, caches of real
 * producers, and hostile records. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "analysis/check.c"
#include "analysis/links.c"
#include "analysis/rule.c"

#include "analysis/nearest.h"
#include "base/limits.h"
#include "base/valid.h"
#include "unit/check_find.h"

/* ---- The rules themselves ----------------------------------------------------------------- */

static void assert_id(const char *id)
{
    assert_in_range(strlen(id), 4, 22);
    assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(id));
}

TEST(rules_are_whole)
{
    const struct dbc_rule *rule = NULL;
    size_t n = 0;

    for (; (rule = dbc_rule_at(n)) != NULL; n++) {
        assert_id(rule->id);
        assert_ptr_equal(dbc_rule_by_id(rule->id), rule); /* so there are no two of a name */
        assert_true(strlen(rule->title) > 5 && rule->title[strlen(rule->title) - 1] != '.');
        assert_int_equal(rule->why[strlen(rule->why) - 1], '.');
        assert_int_equal(rule->what_to_do[strlen(rule->what_to_do) - 1], '.');
        assert_int_equal(rule->look == NULL, rule->classes == DBC_IN_HOSTS);
        assert_int_equal(rule->classes & ~(DBC_IN_ALL | DBC_IN_HOSTS), 0);
    }
    assert_true(n >= 40);
    assert_null(dbc_rule_at(n));
    assert_null(dbc_rule_by_id("no-such-rule"));
    assert_string_equal(dbc_severity_name(DBC_SEVERITY_WARNING), "warning");
    assert_string_equal(dbc_severity_name(DBC_SEVERITY_ERROR), "error");
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

TEST(fixtures)
{
    const struct dbc_rule *rule = NULL;
    struct dbc_db *db = NULL;

    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        struct dbc_findings bad, good;
        if (rule->look == NULL) {
            continue; /* test_pool.c */
        }
        bad = check_file(rule->id, "bad", &db);
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

TEST(no_stray_fixture)
{
    DIR *dir = opendir(FIXTURES "/check");
    struct dirent *entry = NULL;

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

TEST(dialects)
{
    assert_dialect("01-minidom-ownline-5.6", "");
    assert_dialect("01b-minidom-ownline-5.5+ovs-noMTU", "");
    assert_dialect("02-minidom-ownline-6.x", "");
    assert_dialect("03-minidom-inline-py27", "");
    assert_dialect("04-minidom-inline-py3-order", "");
    assert_dialect("05-installer-2009-static", "");
    assert_dialect("06-installer-2010-static-domain", "");
    assert_dialect("07-installer-2012-dhcp-ipv6", "");
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

TEST(finding_in_full)
{
    struct dbc_db *db = read_good("\n\n<pif ref='p'><device>eth0</device><MAC>x</MAC>"
                                  "<other_config><ethtool-gro>\xc3\xa9&#9;</ethtool-gro>"
                                  "</other_config></pif>");
    struct dbc_findings findings = check_db(db);
    const struct dbc_finding *finding = NULL;

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

TEST(nearest)
{
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

TEST(labels)
{
    struct dbc_db *db = read_good(
        "<pif ref='1'><device>eth0</device><VLAN>5</VLAN></pif><pif ref='2'><uuid>u</uuid></pif>"
        "<bond ref='b'/><vlan ref='v'><untagged_PIF>1</untagged_PIF></vlan><pool ref='p'/>"
        "<network ref='n'><bridge>xapi0</bridge></network>");
    char out[DBC_LABEL_SIZE];

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

TEST(circles)
{
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

/* ---- IPv6 --------------------------------------------------------------------------------- */

#define V6(mode, addresses, gateway)                                                               \
    "<pif ref='1'><device>eth0</device><ipv6_configuration_mode>" mode                             \
    "</ipv6_configuration_mode><IPv6>" addresses "</IPv6><IPv6_gateway>" gateway                   \
    "</IPv6_gateway></pif>"

static const struct {
    const char *pif, *rule;
    size_t n;
} of_ipv6[] = {
    { V6("Static", "2001:db8::1/64", "2001:db8::2"), "ipv6-", 0 },
    { V6("Static", "2001:DB8::1/64 , fd00::1/8,", "FE80::1"), "ipv6-", 0 },
    { V6("DHCP", "", ""), "ipv6-", 0 },
    { V6("Autoconf", "", ""), "ipv6-", 0 },
    { V6("None", "", ""), "ipv6-", 0 },
    { V6("", "", ""), "ipv6-", 0 },
    { V6("static", "", ""), "ipv6-mode-unknown", 1 },
    { V6("Static", "2001:db8::1", ""), "ipv6-syntax", 1 },
    { V6("Static", "2001:db8::1/129,x,2001:db8::2/64", ""), "ipv6-syntax", 2 },
    { V6("Static", "192.0.2.1/24", ""), "ipv6-syntax", 1 },
    { V6("Static", "2001:db8::1%eth0/64", ""), "ipv6-syntax", 1 },
    { V6("DHCP", "x", ""), "ipv6-syntax", 0 },
    { V6("Static", "", ""), "ipv6-missing", 1 },
    { V6("Static", " , ", ""), "ipv6-missing", 1 },
    { V6("Static", "x", ""), "ipv6-missing", 0 },
    { V6("Static", "::1/128,ff02::1/64,fe80::1/64,::ffff:192.0.2.1/96,::/64", ""), "ipv6-unusable",
      5 },
    { V6("Static", "2001:db8::1/0", ""), "ipv6-unusable", 1 },
    { V6("None", "2001:db8::1/64", "fe80::1"), "ipv6-unused", 2 },
    { V6("DHCP", "2001:db8::1/64", ""), "ipv6-unused", 1 },
    { V6("Autoconf", "", "fe80::1"), "ipv6-unused", 1 },
    { V6("Static", "2001:db8::1/64", "192.0.2.1"), "ipv6-gateway-syntax", 1 },
    { V6("Static", "2001:db8::1/64", "::1"), "ipv6-gateway-syntax", 1 },
    { V6("Static", "2001:db8::1/64", "fe80::1%eth0"), "ipv6-gateway-syntax", 1 },
    { V6("Static", "2001:db8::1/64", "2001:db8:0:1::1"), "ipv6-gateway-outside", 1 },
    { V6("Static", "2001:db8::1/63", "2001:db8:0:1::1"), "ipv6-gateway-outside", 0 },
    { V6("Static", "2001:db8::1/64,fd00::1/64", "fd00::2"), "ipv6-gateway-outside", 0 },
    { V6("Static", "2001:db8::1/64,fd00::1/64", "fd00::1"), "ipv6-gateway-outside", 1 },
    { V6("Static", "x", "fd00::1"), "ipv6-gateway-outside", 0 },
    /* One address in two spellings, on two PIFs; twice on one PIF is no harm. */
    { V6("Static", "2001:db8::1/64", "") "<pif ref='2'><device>eth1</device>"
                                         "<ipv6_configuration_mode>Static</ipv6_configuration_mode>"
                                         "<IPv6>fd00::1/64,2001:DB8:0::1/48</IPv6></pif>",
      "duplicate-address", 1 },
    { V6("Static", "2001:db8::1/64,2001:db8::1/48", ""), "duplicate-address", 0 },
    { V6("Static", "2001:db8::1/64", "") "<pif ref='2'><device>eth1</device>"
                                         "<IPv6>2001:db8::1/64</IPv6></pif>",
      "duplicate-address", 0 },
    { V6("Static", "$(reboot)", "`reboot`"), "shell-code", 2 },
    { "<pif ref='1'><device>eth0</device><bond_slave_of>b</bond_slave_of>"
      "<ipv6_configuration_mode>DHCP</ipv6_configuration_mode></pif>"
      "<bond ref='b'><slaves><slave>1</slave></slaves></bond>",
      "address-on-slave", 1 },
};

TEST(ipv6)
{
    for (size_t i = 0; i < sizeof of_ipv6 / sizeof of_ipv6[0]; i++) {
        struct dbc_db *db = read_good(of_ipv6[i].pif);
        struct dbc_findings findings = check_db(db);
        size_t n = 0;

        for (size_t k = 0; k < findings.n; k++) {
            n += strncmp(findings.v[k].rule->id, of_ipv6[i].rule, strlen(of_ipv6[i].rule)) == 0;
        }
        if (n != of_ipv6[i].n) {
            fail_msg("%s: %s %zu times", of_ipv6[i].pif, of_ipv6[i].rule, n);
        }
        dbc_findings_release(&findings);
        dbc_db_free(db);
    }
}

/* So many PIFs whose every field is wrong. */
TEST(many_findings)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_findings findings;
    struct dbc_db *db = NULL;

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
TEST(long_lists)
{
    struct dbc_buf text = DBC_BUF_INIT;

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

TEST(empty_database)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_findings findings;

    assert_int_equal(dbc_db_index(db, NULL), 0);
    findings = check_db(db);
    assert_int_equal(findings.n, 1);
    assert_string_equal(findings.v[0].rule->id, "cache-empty");
    assert_null(findings.v[0].rec);
    dbc_findings_release(&findings);
    dbc_db_free(db);
}

TEST(no_memory)
{
    struct dbc_db *db = NULL;
    struct dbc_findings findings;
    struct dbc_error err = DBC_ERROR_INIT;
    bool reached = true;

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
        cmocka_unit_test(ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
