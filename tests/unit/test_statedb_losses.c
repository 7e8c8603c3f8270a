/* test_statedb_losses.c - statedb/losses.c: what XAPI knows of a host and a cache cannot express.
 */
#include "unit/test.h"

#include "unit/statedb_text.h"

struct losses {
    size_t n;
    char text[4096]; /* "KIND WHAT.FIELD=VALUE: WHY" a line */
};

static void remember_loss(void *ctx, const struct dbc_loss *loss)
{
    static const char *const kinds[] = { "lost", "assumed", "changed" };
    struct losses *l = ctx;
    size_t used = strlen(l->text);

    l->n++;
    snprintf(l->text + used, sizeof l->text - used, "%s %s.%s=%s: %s\n", kinds[loss->kind],
             loss->what, loss->field, loss->value, loss->why);
}

static struct losses losses_of(const char *text, const char *host)
{
    struct dbc_statedb *pool = good_pool(text);
    struct dbc_error err = DBC_ERROR_INIT;
    struct losses l = { 0, "" };
    struct dbc_db *db =
        dbc_statedb_host_db(pool, dbc_statedb_find_host(pool, host), remember_loss, &l, &err);

    assert_non_null(db);
    dbc_db_free(db);
    dbc_statedb_free(pool);
    return l;
}

TEST(the_usual_is_no_loss)
{
    struct losses l = losses_of(
        DATABASE(HOSTS "<table name='PIF'><row ref='p1' host='h1' device='eth0' IPv6='()' "
                       "ipv6_configuration_mode='None' ipv6_gateway='' primary_address_type='IPv4' "
                       "properties='((\"gro\" \"on\"))' managed='true'/>"
                       "<row ref='p2' host='h1' IPv6='(\"\")' properties='()'/>"
                       "<row ref='p3' host='h1' IPv6='(\"fe80::1/64\")' "
                       "ipv6_configuration_mode='None'/></table>"
                       "<table name='Bond'><row ref='b1' master='p1' mode='balance-slb' "
                       "properties='((\"hashing_algorithm\" \"src_mac\"))'/></table>"
                       "<table name='tunnel'><row ref='t1' transport_PIF='p1' protocol='gre' "
                       "status='((\"active\" \"true\"))'/></table>"),
        "h1");

    assert_string_equal(l.text, "");
}

TEST(losses_of_a_pif)
{
    struct losses l =
        losses_of(DATABASE(HOSTS "<table name='PIF'><row ref='p1' host='h1' device='eth0' VLAN='7' "
                                 "ipv6_configuration_mode='None' primary_address_type='IPv6' "
                                 "ipv6_gateway='fe80::9' managed='false' "
                                 "properties='((\"gro\" \"off\") (\"new\" \"1\"))'/>"
                                 "<row ref='p2' host='h2' managed='false'/></table>"),
                  "h1");

    assert_int_equal(l.n, 5);
    assert_has(l.text, "lost pif eth0.7.ipv6_gateway=fe80::9: ");
    assert_has(l.text, "lost pif eth0.7.primary_address_type=IPv6: ");
    assert_has(l.text, "changed pif eth0.7.managed=false: ");
    assert_has(l.text, "lost pif eth0.7.properties:gro=off: ethtool-gro=off in other_config would");
    assert_has(l.text, "lost pif eth0.7.properties:new=1: a cache has no such setting");
}

/* IPv6 as a cache has it, and what only XAPI has. */
TEST(no_loss_of_ipv6)
{
    const char *text = DATABASE(
        "<table name='host'><row ref='h1' uuid='u1' name__label='one'/></table>"
        "<table name='pool'><row ref='pool' master='h1' igmp_snooping_enabled='true'/></table>"
        "<table name='network'><row ref='n1' purpose='(\"nbd\" \"insecure_nbd\")'/>"
        "<row ref='n2' purpose='()'/><row ref='n3'/></table>"
        "<table name='PIF'><row ref='p1' host='h1' primary_address_type='IPv6' "
        "IPv6='(\"fe80::1/64\" \"\" \"2001:db8::1/64\" \"2001:db8::2/64\")' "
        "ipv6_configuration_mode='Static' ipv6_gateway='fe80::9'/>"
        "<row ref='p2' host='h1' ipv6_configuration_mode='Autoconf' ipv6_gateway='' "
        "IPv6='(\"2001:db8::1/64\")' primary_address_type='IPv4'/>"
        "<row ref='p3' host='h1' ipv6_configuration_mode='None' ipv6_gateway='' "
        "IPv6='(\"\")' primary_address_type='IPv4'/></table>");
    struct losses l = losses_of(text, "h1");
    struct dbc_db *db = good_host(text);
    const struct dbc_pif *pif = dbc_db_pif(db, "p1");

    assert_string_equal(l.text, "");
    assert_string_equal(pif->ipv6_configuration_mode, "Static");
    assert_string_equal(pif->IPv6, "2001:db8::1/64,2001:db8::2/64");
    assert_string_equal(pif->IPv6_gateway, "fe80::9");
    assert_string_equal(pif->primary_address_type, "IPv6");
    pif = dbc_db_pif(db, "p2");
    assert_string_equal(pif->ipv6_configuration_mode, "Autoconf");
    assert_true(dbc_record_has(&pif->rec, dbc_schema_field(DBC_PIF, "primary_address_type")));
    assert_false(dbc_record_has(&pif->rec, dbc_schema_field(DBC_PIF, "IPv6")));
    pif = dbc_db_pif(db, "p3");
    assert_false(dbc_record_has(&pif->rec, dbc_schema_field(DBC_PIF, "ipv6_configuration_mode")));
    assert_false(dbc_record_has(&pif->rec, dbc_schema_field(DBC_PIF, "primary_address_type")));
    assert_false(dbc_record_has(&pif->rec, dbc_schema_field(DBC_PIF, "IPv6_gateway")));
    assert_string_equal(dbc_db_network(db, "n1")->purpose, "nbd,insecure_nbd");
    assert_string_equal(dbc_db_network(db, "n2")->purpose, "");
    assert_true(dbc_db_pool(db)->igmp_snooping_enabled);
    dbc_db_free(db);
}

/* Where other_config says it, XAPI itself goes by that. */
TEST(other_config_goes_first)
{
    struct losses l = losses_of(
        DATABASE(HOSTS "<table name='PIF'><row ref='p1' host='h1' device='bond0' "
                       "properties='((\"gro\" \"off\"))' other_config='((\"ethtool-gro\" \"on\") "
                       "(\"bond-mode\" \"lacp\") (\"bond-hashing-algorithm\" \"src_mac\"))'/>"
                       "</table><table name='Bond'><row ref='b1' master='p1' mode='active-backup' "
                       "properties='((\"hashing_algorithm\" \"tcpudp_ports\"))'/></table>"),
        "h1");

    assert_string_equal(l.text, "");
}

TEST(losses_of_a_bond)
{
    struct losses l =
        losses_of(DATABASE(HOSTS
                           "<table name='PIF'><row ref='p1' host='h1' device='bond0'/>"
                           "<row ref='p2' host='h2' device='bond1'/></table>"
                           "<table name='Bond'><row ref='b1' master='p1' mode='lacp' properties="
                           "'((\"hashing_algorithm\" \"tcpudp_ports\") (\"use_carrier\" \"1\") "
                           "(\"miimon\" \"50\") (\"lacp-time\" \"fast\"))'/>"
                           "<row ref='b2' master='p2' mode='lacp'/></table>"),
                  "h1");

    assert_int_equal(l.n, 3); /* mode and hashing algorithm are in the PIF's other_config */
    assert_has(l.text, "properties:use_carrier=1: bond-use_carrier=1 in");
    assert_has(l.text, "properties:miimon=50: bond-miimon=50 in");
    assert_has(l.text, "properties:lacp-time=fast: a cache has no such setting");
}

/* As a cache has them: in the PIF's other_config, unless that says something itself. */
TEST(options_of_bonds)
{
    struct dbc_db *db = good_host(DATABASE(
        HOSTS "<table name='PIF'><row ref='p1' host='h1'/>"
              "<row ref='p2' host='h1' other_config='((\"bond-mode\" \"balance-slb\"))'/></table>"
              "<table name='Bond'><row ref='b1' master='p1' mode='lacp' properties="
              "'((\"lacp-time\" \"fast\") (\"hashing_algorithm\" \"tcpudp_ports\"))'/>"
              "<row ref='b2' master='p2' mode='lacp'/></table>"));
    const struct dbc_map *keys = &dbc_db_pif(db, "p1")->other_config;

    assert_int_equal(keys->n, 2);
    assert_string_equal(dbc_map_get(keys, "bond-mode"), "lacp");
    assert_string_equal(dbc_map_get(keys, "bond-hashing-algorithm"), "tcpudp_ports");
    keys = &dbc_db_pif(db, "p2")->other_config;
    assert_int_equal(keys->n, 1);
    assert_string_equal(dbc_map_get(keys, "bond-mode"), "balance-slb");
    dbc_db_free(db);
}

TEST(losses_of_a_tunnel)
{
    struct losses l =
        losses_of(DATABASE(HOSTS
                           "<table name='PIF'><row ref='p1' host='h1' device='eth0'/>"
                           "<row ref='p2' host='h1' device='tunnel0'/></table><table name='tunnel'>"
                           "<row ref='t1' transport_PIF='p1' access_PIF='p2' protocol='vxlan' "
                           "status='((\"active\" \"true\") (\"key\" \"77\"))'/>"
                           "<row ref='t2' transport_PIF='p1' access_PIF='gone' protocol='vxlan'/>"
                           "<row ref='t3' transport_PIF='x' protocol='vxlan'/></table>"),
                  "h1");

    assert_int_equal(l.n, 3);
    assert_has(l.text, "lost tunnel tunnel0.protocol=vxlan: ");
    assert_has(l.text, "lost tunnel tunnel0.status:key=77: a cache has no tunnel keys");
    assert_has(l.text, "lost tunnel t2.protocol=vxlan: ");
}

TEST(losses_of_sriov)
{
    struct losses l =
        losses_of(DATABASE(HOSTS "<table name='network_sriov'>"
                                 "<row ref='s1' physical_PIF='p1' logical_PIF='p2' "
                                 "configuration_mode='sysfs'/>"
                                 "<row ref='s2' physical_PIF='p1' logical_PIF='OpaqueRef:NULL'/>"
                                 "<row ref='s3' physical_PIF='p3' logical_PIF='p3'/></table>"
                                 "<table name='PIF'><row ref='p1' host='h1' device='eth0'/>"
                                 "<row ref='p2' host='h1' device='eth1'/>"
                                 "<row ref='p3' host='h2' device='eth2'/></table>"),
                  "h1");

    assert_int_equal(l.n, 2);
    assert_has(l.text, "changed pif eth1.sriov_logical_PIF_of=sysfs: ");
    assert_has(l.text, "lost pif eth0.sriov_physical_PIF_of=: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_is_no_loss),    cmocka_unit_test(losses_of_a_pif),
        cmocka_unit_test(other_config_goes_first), cmocka_unit_test(losses_of_a_bond),
        cmocka_unit_test(options_of_bonds),        cmocka_unit_test(losses_of_a_tunnel),
        cmocka_unit_test(losses_of_sriov),         cmocka_unit_test(no_loss_of_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
