/* test_xapi_records.c - cache/xapi/records.c: records of a host from the answers of a server. */
#include "unit/test.h"

#include "unit/xapi_pieces.h"

/* ---- Records ------------------------------------------------------------------------------- */

#define M(name, value) "<member><name>" name "</name><value>" value "</value></member>"
#define REC(ref, members) M(ref, "<struct>" members "</struct>")
#define ARRAY(items) "<array><data>" items "</data></array>"
#define PIF(ref, host, more) REC(ref, M("host", host) M("uuid", "u-" ref) more)

static int feed_records(struct dbc_db *db, enum dbc_class class_, const char *members,
                        struct dbc_error *err)
{
    struct dbc_buf answer = DBC_BUF_INIT;
    struct dbc_xapi_response response;
    struct dbc_xapi_records records;
    int rc = -1;

    dbc_buf_addf(&answer, HEAD "<value><struct>%s</struct></value>" TAIL, members);
    dbc_xapi_records_init(&records, db, class_, "me");
    rc = answer_feed(answer.data, answer.len, 7, &dbc_xapi_records_sink, &records, &response, err);
    dbc_xapi_records_release(&records);
    dbc_xapi_response_release(&response);
    dbc_buf_release(&answer);
    return rc;
}

static void feed(struct dbc_db *db, enum dbc_class class_, const char *members)
{
    assert_int_equal(feed_records(db, class_, members, NULL), 0);
}

static void assert_refused(struct dbc_db *db, enum dbc_class class_, const char *members,
                           enum dbc_code code, const char *words)
{
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(feed_records(db, class_, members, &err), -1);
    assert_int_equal(err.code, code);
    if (strstr(err.text, words) == NULL) {
        fail_msg("%.200s: %s, not %s", members, err.text, words);
    }
}

static struct dbc_db *host_with_pifs(void)
{
    struct dbc_db *db = dbc_db_new(NULL);

    assert_non_null(db);
    feed(db, DBC_PIF,
         PIF("p1", "me", "") PIF("p2", "you", "") PIF("p3", "me", "")
             REC("p4", M("uuid", "no host")));
    return db;
}

TEST(only_our_records)
{
    struct dbc_db *db = host_with_pifs();
    const struct dbc_network *net = NULL;

    assert_int_equal(dbc_db_count(db, DBC_PIF), 2);
    assert_string_equal(dbc_db_pif_at(db, 0)->rec.ref, "p1");
    assert_string_equal(dbc_db_pif_at(db, 1)->rec.ref, "p3");
    feed(db, DBC_VLAN,
         REC("v1", M("untagged_PIF", "p2") M("tagged_PIF", "p1"))
             REC("v2", M("tagged_PIF", "p2") M("untagged_PIF", "p3"))
                 REC("v3", M("tagged_PIF", "p1")));
    assert_int_equal(dbc_db_count(db, DBC_VLAN), 1);
    assert_non_null(dbc_db_vlan(db, "v2"));
    feed(db, DBC_BOND, REC("b1", M("master", "p1")) REC("b2", M("master", "p9")));
    assert_int_equal(dbc_db_count(db, DBC_BOND), 1);
    feed(db, DBC_TUNNEL,
         REC("t1", M("transport_PIF", "p3"))
             REC("t2", M("transport_PIF", "") M("access_PIF", "p1")));
    assert_int_equal(dbc_db_count(db, DBC_TUNNEL), 1);
    feed(db, DBC_NETWORK,
         REC("n1", M("PIFs", ARRAY("<value>p2</value><value>p3</value>"
                                   "<value>p1</value>"))) REC("n2", ""));
    assert_int_equal(dbc_db_count(db, DBC_NETWORK), 2);
    net = dbc_db_network(db, "n1");
    assert_int_equal(net->PIFs.n, 2);
    assert_string_equal(net->PIFs.v[0], "p3");
    assert_string_equal(net->PIFs.v[1], "p1");
    assert_int_equal(dbc_db_network(db, "n2")->MTU.value, 1500);
    dbc_db_free(db);
}

#define BOOL(digit) "<boolean>" digit "</boolean>"

TEST(fields_of_a_pif)
{
    struct dbc_db *db = dbc_db_new(NULL);
    const struct dbc_pif *pif = NULL;

    feed(db, DBC_PIF,
         PIF("p1", "me",
             M("management", BOOL("1")) M("currently_attached", "true") M("VLAN", "<i4>12</i4>")
                 M("bond_slave_of", "")
                     M("VLAN_slave_of", ARRAY("<value>v1</value><value>v2</value>"))
                         M("other_config", "<struct>" M("mtu", "9000") M("se<cret", "x&")
                                               M("domain", "a.b") M("mtu", "1400") "</struct>")
                             M("IPv6", ARRAY("<value/>")) M("properties", "<struct/>")
                                 M("ipv6_configuration_mode", "DHCP") M("DNS", "<nil/>")
                                     M("MTU", "<struct/>")));
    pif = dbc_db_pif(db, "p1");
    assert_non_null(pif);
    assert_string_equal(pif->uuid, "u-p1");
    assert_true(pif->management);
    assert_true(pif->currently_attached);
    assert_int_equal(pif->VLAN.value, 12);
    assert_string_equal(pif->bond_slave_of, "OpaqueRef:NULL");
    assert_string_equal(pif->VLAN_master_of, "OpaqueRef:NULL");
    assert_int_equal(pif->VLAN_slave_of.n, 2);
    assert_int_equal(pif->other_config.n, 2);
    assert_string_equal(dbc_map_get(&pif->other_config, "mtu"), "1400");
    assert_string_equal(pif->ipv6_configuration_mode, "DHCP");
    assert_string_equal(pif->DNS, "");
    dbc_db_free(db);
}

/* ---- IPv6 ----------------------------------------------------------------------------------- */

#define V(text) "<value>" text "</value>"
#define V6(mode, addresses) M("ipv6_configuration_mode", mode) M("IPv6", ARRAY(addresses))
#define GATEWAY(text) M("ipv6_gateway", text) M("primary_address_type", "IPv6")

struct ipv6 {
    const char *more;                     /* of the record */
    const char *mode, *address, *gateway; /* NULL: not in the record */
};

static void check_ipv6_field(const struct dbc_pif *pif, const char *name, const char *found,
                             const char *wanted)
{
    const struct dbc_field *field = dbc_schema_field(DBC_PIF, name);

    assert_int_equal(dbc_record_has(&pif->rec, field), wanted != NULL);
    assert_string_equal(found, wanted != NULL ? wanted : field->missing);
}

TEST(ipv6_of_a_pif)
{
    static const struct ipv6 cases[] = {
        { "", NULL, NULL, NULL },
        { V6("Static", V("2001:db8::1/64")) GATEWAY("fe80::1"), "Static", "2001:db8::1/64",
          "fe80::1" },
        { V6("Static", V("2001:db8::1/64") V("2001:db8::2/64")) GATEWAY(""), "Static",
          "2001:db8::1/64,2001:db8::2/64", "" },
        { V6("Static", V("")) GATEWAY(""), "Static", "", "" },
        { V6("Static", V("") V("a") V("") V("b")) GATEWAY(""), "Static", "a,b", "" },
        { V6("Static", V("fe80::1/64") V("2001:db8::1/64") V("FE80::2")) GATEWAY(""), "Static",
          "2001:db8::1/64", "" },
        { V6("Static", V("fe80::1/64")) GATEWAY(""), "Static", "", "" },
        /* What XAPI saw on the bridge and nobody set. */
        { V6("DHCP", V("2001:db8::1/64") V("fe80::1/64")) GATEWAY(""), "DHCP", NULL, "" },
        { V6("Autoconf", V("2001:db8::1/64")) GATEWAY("fe80::1"), "Autoconf", NULL, "fe80::1" },
        /* Without a mode there is nothing, in whatever order it comes. */
        { V6("None", V("")) GATEWAY(""), NULL, NULL, NULL },
        { GATEWAY("fe80::1") V6("None", V("2001:db8::1/64")), NULL, NULL, NULL },
        { GATEWAY("fe80::1") M("IPv6", ARRAY(V("2001:db8::1/64"))), NULL, NULL, NULL },
        { V6("", V("2001:db8::1/64")) GATEWAY("fe80::1"), NULL, NULL, NULL },
        /* The last of two; and what a check will tell of. */
        { V6("None", V("a")) GATEWAY("") V6("Static", V("b")), "Static", "b", "" },
        { V6("Sideways", V("a")) GATEWAY("$(x)"), "Sideways", NULL, "$(x)" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dbc_db *db = dbc_db_new(NULL);
        struct dbc_buf text = DBC_BUF_INIT;
        const struct dbc_pif *pif = NULL;

        dbc_buf_addf(&text, REC("p1", M("host", "me") "%s"), cases[i].more);
        feed(db, DBC_PIF, text.data);
        pif = dbc_db_pif(db, "p1");
        check_ipv6_field(pif, "ipv6_configuration_mode", pif->ipv6_configuration_mode,
                         cases[i].mode);
        check_ipv6_field(pif, "IPv6", pif->IPv6, cases[i].address);
        check_ipv6_field(pif, "IPv6_gateway", pif->IPv6_gateway, cases[i].gateway);
        check_ipv6_field(pif, "primary_address_type", pif->primary_address_type,
                         cases[i].gateway == NULL ? NULL : "IPv6");
        dbc_buf_release(&text);
        dbc_db_free(db);
    }
}

/* The name in a cache is none of XAPI's. */
TEST(xapis_names)
{
    struct dbc_db *db = dbc_db_new(NULL);

    feed(db, DBC_PIF,
         PIF("p1", "me", M("ipv6_configuration_mode", "DHCP") M("IPv6_gateway", "fe80::1")));
    assert_string_equal(dbc_db_pif(db, "p1")->IPv6_gateway, "");
    dbc_db_free(db);
}

/* ---- What no cache has ---------------------------------------------------------------------- */

TEST(fields_of_xapi_alone)
{
    struct dbc_db *db = dbc_db_new(NULL);
    const struct dbc_field *snooping = dbc_schema_xapi_field(DBC_POOL, "igmp_snooping_enabled");

    feed(db, DBC_NETWORK,
         REC("n1", M("purpose", ARRAY(V("nbd") V("insecure_nbd"))))
             REC("n2", M("purpose", ARRAY(""))) REC("n3", ""));
    assert_string_equal(dbc_db_network(db, "n1")->purpose, "nbd,insecure_nbd");
    assert_string_equal(dbc_db_network(db, "n2")->purpose, "");
    assert_string_equal(dbc_db_network(db, "n3")->purpose, "");
    feed(db, DBC_POOL, REC("a", M("igmp_snooping_enabled", BOOL("1"))) REC("b", ""));
    assert_true(dbc_db_pool(db)->igmp_snooping_enabled);
    assert_true(dbc_record_has(db->of[DBC_POOL].v[0], snooping));
    assert_false(dbc_record_has(db->of[DBC_POOL].v[1], snooping));
    dbc_db_free(db);
}

/* ---- A bond's mode and hashing algorithm, as XAPI 6.0 and later say them --------------------- */

#define MODE(text) M("mode", text)
#define PROPERTIES(members) M("properties", "<struct>" members "</struct>")
#define HASHING(text) M("hashing_algorithm", text)
#define KEYS(members) M("other_config", "<struct>" members "</struct>")

struct options {
    const char *pif, *bond;     /* more of each record */
    const char *mode, *hashing; /* keys of the PIF then; NULL: none */
    size_t n;                   /* of all its keys */
};

static void check_options(const struct options *o)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_buf text = DBC_BUF_INIT;
    const struct dbc_map *keys = NULL;

    dbc_buf_addf(&text, REC("p1", M("host", "me") "%s"), o->pif);
    feed(db, DBC_PIF, text.data);
    dbc_buf_clear(&text);
    /* The second one is another host's. */
    dbc_buf_addf(&text, REC("b1", "%s" M("master", "p1")) REC("b2", MODE("lacp") M("master", "p2")),
                 o->bond);
    feed(db, DBC_BOND, text.data);
    keys = &dbc_db_pif(db, "p1")->other_config;
    if (o->mode == NULL) {
        assert_null(dbc_map_get(keys, "bond-mode"));
    } else {
        assert_string_equal(dbc_map_get(keys, "bond-mode"), o->mode);
    }
    if (o->hashing == NULL) {
        assert_null(dbc_map_get(keys, "bond-hashing-algorithm"));
    } else {
        assert_string_equal(dbc_map_get(keys, "bond-hashing-algorithm"), o->hashing);
    }
    assert_int_equal(keys->n, o->n);
    dbc_buf_release(&text);
    dbc_db_free(db);
}

TEST(options_of_a_bond)
{
    static const struct options cases[] = {
        { "", "", NULL, NULL, 0 },
        { "", MODE("balance-slb") PROPERTIES(HASHING("src_mac")), NULL, NULL, 0 },
        { "", MODE("active-backup"), "active-backup", NULL, 1 },
        { "", MODE("lacp"), "lacp", NULL, 1 },
        { "", MODE("lacp") PROPERTIES(HASHING("src_mac")), "lacp", NULL, 1 },
        { "", PROPERTIES(M("lacp-time", "fast") HASHING("tcpudp_ports")) MODE("lacp"), "lacp",
          "tcpudp_ports", 2 },
        { "", MODE("active-backup") PROPERTIES(HASHING("tcpudp_ports")), "active-backup", NULL, 1 },
        { KEYS(M("mtu", "9000")), MODE("lacp"), "lacp", NULL, 2 },
        /* The PIF's own words go first. */
        { KEYS(M("bond-mode", "active-backup")), MODE("lacp") PROPERTIES(HASHING("tcpudp_ports")),
          "active-backup", NULL, 1 },
        { KEYS(M("bond-mode", "lacp")), MODE("balance-slb") PROPERTIES(HASHING("tcpudp_ports")),
          "lacp", "tcpudp_ports", 2 },
        { KEYS(M("bond-hashing-algorithm", "src_mac")),
          MODE("lacp") PROPERTIES(HASHING("tcpudp_ports")), "lacp", "src_mac", 2 },
        /* The last of two; none at all; what no option can be. */
        { "", MODE("lacp") MODE("active-backup"), "active-backup", NULL, 1 },
        { "", MODE("lacp") PROPERTIES(HASHING("tcpudp_ports")) PROPERTIES(""), "lacp", NULL, 1 },
        { "", MODE("<nil/>") M("properties", "<nil/>"), NULL, NULL, 0 },
        { "", MODE("lacp; reboot"), NULL, NULL, 0 },
        { "",
          MODE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
          NULL, NULL, 0 },
        { "", MODE("<i4>4</i4>"), "4", NULL, 1 }, /* as of any text */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_options(&cases[i]);
    }
}

TEST(options_of_a_wrong_type)
{
    static const char *const bonds[][2] = {
        { MODE("<struct/>"), "mode" },
        { MODE(ARRAY("")), "mode" },
        { M("properties", ARRAY("")), "properties" },
        { M("properties", "lacp"), "properties" },
        { PROPERTIES(HASHING("<struct/>")), "properties" },
        { PROPERTIES(HASHING("<nil/>")), "properties" },
    };

    for (size_t i = 0; i < sizeof bonds / sizeof bonds[0]; i++) {
        struct dbc_db *db = host_with_pifs();
        struct dbc_buf text = DBC_BUF_INIT;
        char said[64];

        dbc_buf_addf(&text, REC("b1", M("master", "p1") "%s"), bonds[i][0]);
        snprintf(said, sizeof said, "Bond b1, %s: expected", bonds[i][1]);
        assert_refused(db, DBC_BOND, text.data, DBC_EPARSE, said);
        dbc_buf_release(&text);
        dbc_db_free(db);
    }
}

TEST(last_of_two_wins)
{
    struct dbc_db *db = dbc_db_new(NULL);

    feed(db, DBC_PIF,
         PIF("p1", "me",
             M("device", "eth0") M("VLAN_slave_of", ARRAY("<value>a</value>"))
                 M("VLAN_slave_of", ARRAY("")) M("device", "eth1")) PIF("p2", "me", "")
             PIF("p1", "me", M("device", "eth2")));
    assert_int_equal(dbc_db_count(db, DBC_PIF), 2);
    assert_string_equal(dbc_db_pif_at(db, 0)->device, "eth2");
    assert_int_equal(dbc_db_pif_at(db, 0)->VLAN_slave_of.n, 0);
    dbc_db_free(db);
}

TEST(wrong_types)
{
    static const struct row rows[] = {
        { M("VLAN", "<struct/>"), "PIF p1, VLAN: expected a number, found a map" },
        { M("VLAN", "twelve"), "PIF p1, VLAN: expected a number, found twelve" },
        { M("VLAN", "<double>1.0</double>"), "expected a number, found a fraction" },
        { M("VLAN", ""), "expected a number" },
        { M("device", ARRAY("")), "PIF p1, device: expected a string, found a list" },
        { M("IPv6", "2001:db8::1/64"), "PIF p1, IPv6: expected a list of strings, found a string" },
        { M("IPv6", "<struct/>"), "PIF p1, IPv6: expected a list of strings, found a map" },
        { M("IPv6", ARRAY(V("<struct/>"))), "PIF p1, IPv6: expected a string, found a map" },
        { M("IPv6", ARRAY(V("<nil/>"))), "PIF p1, IPv6: expected a list of strings, found" },
        { M("ipv6_gateway", ARRAY("")), "PIF p1, ipv6_gateway: expected a string, found a list" },
        { M("device", BOOL("1")), "expected a string, found a boolean" },
        { M("network", "<struct/>"), "PIF p1, network: expected a string, found a map" },
        { M("management", "maybe"), "PIF p1, management: expected a boolean, found maybe" },
        { M("management", "<i4>1</i4>"), "expected a boolean, found a number" },
        { M("VLAN_slave_of", "v1"), "expected a list of references, found a string" },
        { M("VLAN_slave_of", "<struct/>"), "expected a list of references, found a map" },
        { M("VLAN_slave_of", ARRAY("<value><array/></value>")), "expected a string, found a list" },
        { M("VLAN_slave_of", ARRAY("<value><nil/></value>")), "found nothing" },
        { M("other_config", "x"), "expected a map of strings, found a string" },
        { M("other_config", ARRAY("")), "expected a map of strings, found a list" },
        { M("other_config", "<struct>" M("mtu", "<struct/>") "</struct>"), "found a map" },
        { M("host", ARRAY("")), "PIF p1, host: expected a string, found a list" },
        { M("host", "<nil/>") M("VLAN", "<struct/>"), "expected a number" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_db *db = dbc_db_new(NULL);
        struct dbc_buf members = DBC_BUF_INIT;

        dbc_buf_addf(&members, REC("p1", M("host", "me") "%s"), rows[i].value);
        assert_refused(db, DBC_PIF, members.data, DBC_EPARSE, rows[i].wanted);
        assert_int_equal(dbc_db_count(db, DBC_PIF), 0);
        dbc_buf_release(&members);
        dbc_db_free(db);
    }
}

TEST(no_records)
{
    static const struct row rows[] = {
        { M("p1", "x"), "PIF: expected a map of records, found a string" },
        { M("p1", ARRAY("")), "PIF: expected a map of records, found a list" },
        { REC("", M("host", "me")), "expected the reference of a record" },
        { REC("a\nb", M("host", "me")), "expected the reference of a record" },
    };
    struct dbc_xapi_records records;
    struct dbc_xapi_response response;
    struct dbc_db *db = dbc_db_new(NULL);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_refused(db, DBC_PIF, rows[i].value, DBC_EPARSE, rows[i].wanted);
    }
    dbc_xapi_records_init(&records, db, DBC_PIF, "me");
    assert_int_equal(answer_feed(HEAD "<value>x</value>" TAIL,
                                 sizeof(HEAD "<value>x</value>" TAIL) - 1, 4,
                                 &dbc_xapi_records_sink, &records, &response, NULL),
                     -1);
    dbc_xapi_records_release(&records);
    dbc_xapi_response_release(&response);
    dbc_db_free(db);
}

TEST(limits_of_records)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_buf members = DBC_BUF_INIT;

    dbc_buf_adds(&members,
                 "<member><name>p1</name><value><struct>" M(
                     "host", "me") "<member><name>VLAN_slave_of</name><value><array><data>");
    add_times(&members, "<value>v</value>", DBC_LIMIT_LIST + 1);
    dbc_buf_adds(&members, "</data></array></value></member></struct></value></member>");
    assert_refused(db, DBC_PIF, members.data, DBC_ELIMIT, "DBC_LIMIT_LIST");

    dbc_buf_clear(&members);
    dbc_buf_adds(&members,
                 "<member><name>p1</name><value><struct>" M(
                     "host", "me") "<member><name>VLAN_slave_of</name><value><array><data>");
    for (size_t i = 0; i < DBC_XAPI_RECORD_BYTES_MAX / 60000 + 1; i++) {
        dbc_buf_adds(&members, "<value>");
        add_times(&members, "xxxxxxxxxx", 6000);
        dbc_buf_adds(&members, "</value>");
    }
    dbc_buf_adds(&members, "</data></array></value></member></struct></value></member>");
    assert_refused(db, DBC_PIF, members.data, DBC_ELIMIT, "DBC_XAPI_RECORD_BYTES_MAX");
    dbc_buf_release(&members);
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_records),  cmocka_unit_test(fields_of_a_pif),
        cmocka_unit_test(options_of_a_bond), cmocka_unit_test(options_of_a_wrong_type),
        cmocka_unit_test(last_of_two_wins),  cmocka_unit_test(wrong_types),
        cmocka_unit_test(no_records),        cmocka_unit_test(limits_of_records),
        cmocka_unit_test(ipv6_of_a_pif),     cmocka_unit_test(fields_of_xapi_alone),
        cmocka_unit_test(xapis_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
