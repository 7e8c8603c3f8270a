/* test_xapi_records.c - cache/xapi/records.c: records of a host out of the answers of a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static struct dbc_db *host_with_pifs(void)
{
    struct dbc_db *db = dbc_db_new(NULL);

    assert_non_null(db);
    assert_int_equal(feed_records(db, DBC_PIF,
                                  PIF("p1", "me", "") PIF("p2", "you", "") PIF("p3", "me", "")
                                      REC("p4", M("uuid", "no host")),
                                  NULL),
                     0);
    return db;
}

static void only_our_records(void **state)
{
    struct dbc_db *db = host_with_pifs();
    const struct dbc_network *net = NULL;

    (void)state;
    assert_int_equal(dbc_db_count(db, DBC_PIF), 2);
    assert_string_equal(dbc_db_pif_at(db, 0)->rec.ref, "p1");
    assert_string_equal(dbc_db_pif_at(db, 1)->rec.ref, "p3");
    assert_int_equal(feed_records(db, DBC_VLAN,
                                  REC("v1", M("untagged_PIF", "p2") M("tagged_PIF", "p1"))
                                      REC("v2", M("tagged_PIF", "p2") M("untagged_PIF", "p3"))
                                          REC("v3", M("tagged_PIF", "p1")),
                                  NULL),
                     0);
    assert_int_equal(dbc_db_count(db, DBC_VLAN), 1);
    assert_non_null(dbc_db_vlan(db, "v2"));
    assert_int_equal(feed_records(db, DBC_BOND,
                                  REC("b1", M("master", "p1")) REC("b2", M("master", "p9")), NULL),
                     0);
    assert_int_equal(dbc_db_count(db, DBC_BOND), 1);
    assert_int_equal(feed_records(db, DBC_TUNNEL,
                                  REC("t1", M("transport_PIF", "p3"))
                                      REC("t2", M("transport_PIF", "") M("access_PIF", "p1")),
                                  NULL),
                     0);
    assert_int_equal(dbc_db_count(db, DBC_TUNNEL), 1);
    assert_int_equal(feed_records(db, DBC_NETWORK,
                                  REC("n1", M("PIFs", ARRAY("<value>p2</value><value>p3</value>"
                                                            "<value>p1</value>"))) REC("n2", ""),
                                  NULL),
                     0);
    assert_int_equal(dbc_db_count(db, DBC_NETWORK), 2);
    net = dbc_db_network(db, "n1");
    assert_int_equal(net->PIFs.n, 2);
    assert_string_equal(net->PIFs.v[0], "p3");
    assert_string_equal(net->PIFs.v[1], "p1");
    assert_int_equal(dbc_db_network(db, "n2")->MTU.value, 1500);
    dbc_db_free(db);
}

#define BOOL(digit) "<boolean>" digit "</boolean>"

static void fields_of_a_pif(void **state)
{
    struct dbc_db *db = dbc_db_new(NULL);
    const struct dbc_pif *pif = NULL;

    (void)state;
    assert_int_equal(
        feed_records(db, DBC_PIF,
                     PIF("p1", "me",
                         M("management", BOOL("1")) M("currently_attached", "true")
                             M("VLAN", "<i4>12</i4>") M("bond_slave_of", "")
                                 M("VLAN_slave_of", ARRAY("<value>v1</value><value>v2</value>"))
                                     M("other_config",
                                       "<struct>" M("mtu", "9000") M("se<cret", "x&")
                                           M("domain", "a.b") M("mtu", "1400") "</struct>")
                                         M("IPv6", ARRAY("<value/>")) M("properties", "<struct/>")
                                             M("ipv6_configuration_mode", "DHCP") M("DNS", "<nil/>")
                                                 M("MTU", "<struct/>")),
                     NULL),
        0);
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
    assert_string_equal(pif->ipv6_configuration_mode, "");
    assert_string_equal(pif->DNS, "");
    dbc_db_free(db);
}

static void last_of_two_wins(void **state)
{
    struct dbc_db *db = dbc_db_new(NULL);

    (void)state;
    assert_int_equal(feed_records(db, DBC_PIF,
                                  PIF("p1", "me",
                                      M("device", "eth0")
                                          M("VLAN_slave_of", ARRAY("<value>a</value>"))
                                              M("VLAN_slave_of", ARRAY("")) M("device", "eth1"))
                                      PIF("p2", "me", "") PIF("p1", "me", M("device", "eth2")),
                                  NULL),
                     0);
    assert_int_equal(dbc_db_count(db, DBC_PIF), 2);
    assert_string_equal(dbc_db_pif_at(db, 0)->device, "eth2");
    assert_int_equal(dbc_db_pif_at(db, 0)->VLAN_slave_of.n, 0);
    dbc_db_free(db);
}

static void wrong_types(void **state)
{
    static const struct row rows[] = {
        { M("VLAN", "<struct/>"), "PIF p1, VLAN: expected a number, found a map" },
        { M("VLAN", "twelve"), "PIF p1, VLAN: expected a number, found twelve" },
        { M("VLAN", "<double>1.0</double>"), "expected a number, found a fraction" },
        { M("VLAN", ""), "expected a number" },
        { M("device", ARRAY("")), "PIF p1, device: expected a string, found a list" },
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

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_db *db = dbc_db_new(NULL);
        struct dbc_error err = DBC_ERROR_INIT;
        struct dbc_buf members = DBC_BUF_INIT;

        dbc_buf_addf(&members, REC("p1", M("host", "me") "%s"), rows[i].value);
        assert_int_equal(feed_records(db, DBC_PIF, members.data, &err), -1);
        assert_int_equal(err.code, DBC_EPARSE);
        if (strstr(err.text, rows[i].wanted) == NULL) {
            fail_msg("%s: %s", rows[i].value, err.text);
        }
        assert_int_equal(dbc_db_count(db, DBC_PIF), 0);
        dbc_buf_release(&members);
        dbc_db_free(db);
    }
}

static void no_records(void **state)
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

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct dbc_error err = DBC_ERROR_INIT;

        assert_int_equal(feed_records(db, DBC_PIF, rows[i].value, &err), -1);
        assert_int_equal(err.code, DBC_EPARSE);
        assert_non_null(strstr(err.text, rows[i].wanted));
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

static void limits_of_records(void **state)
{
    struct dbc_db *db = dbc_db_new(NULL);
    struct dbc_buf members = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    (void)state;
    dbc_buf_adds(&members,
                 "<member><name>p1</name><value><struct>" M(
                     "host", "me") "<member><name>VLAN_slave_of</name><value><array><data>");
    add_times(&members, "<value>v</value>", DBC_LIMIT_LIST + 1);
    dbc_buf_adds(&members, "</data></array></value></member></struct></value></member>");
    assert_int_equal(feed_records(db, DBC_PIF, members.data, &err), -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_non_null(strstr(err.text, "DBC_LIMIT_LIST"));

    dbc_error_clear(&err);
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
    assert_int_equal(feed_records(db, DBC_PIF, members.data, &err), -1);
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_non_null(strstr(err.text, "DBC_XAPI_RECORD_BYTES_MAX"));
    dbc_buf_release(&members);
    dbc_db_free(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_records), cmocka_unit_test(fields_of_a_pif),
        cmocka_unit_test(last_of_two_wins), cmocka_unit_test(wrong_types),
        cmocka_unit_test(no_records),       cmocka_unit_test(limits_of_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
