/* test_networkd_ipv6.c - networkd.db to records: gateways and management of IPv6, and what bridges
 * say of the pool. */
#include "unit/test.h"

#include "unit/networkd_text.h"

TEST(gateways_of_ipv6)
{
    static const struct {
        const char *conf, *gateway, *lost; /* NULL: the record has none; nothing is told */
    } cases[] = {
        { "'ipv6_conf':['Static6',[['fd00::1',64]]],'ipv6_gateway':'FE80:0::9'", "fe80::9", NULL },
        { "'ipv6_conf':'DHCP6','ipv6_gateway':'fe80::9'", "fe80::9", NULL },
        { "'ipv6_conf':'Linklocal6','ipv6_gateway':'fe80::9'", NULL,
          "LOST interface xenbr0.ipv6_gateway=fe80::9" },
        { "'ipv6_conf':'DHCP6'", NULL, NULL },
    };
    const struct dbc_field *field = dbc_schema_field(DBC_PIF, "IPv6_gateway");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told told = TOLD_INIT;
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_db *db = NULL;
        const struct dbc_pif *pif = NULL;

        dbc_buf_addf(&text,
                     "{'interface_config':{'xenbr0':{'ipv4_conf':'DHCP4',%s}},"
                     "'bridge_config':{'xenbr0':{'ports':{'eth0':{'interfaces':['eth0']}}}}}",
                     cases[i].conf);
        db = networkd_text(dbc_buf_str(&text), "xenbr0", &told);
        pif = pif_on(db, "xenbr0");
        assert_int_equal(told.w.n, 0);
        assert_int_equal(dbc_record_has(&pif->rec, field), cases[i].gateway != NULL);
        assert_string_equal(pif->IPv6_gateway, cases[i].gateway == NULL ? "" : cases[i].gateway);
        if (cases[i].lost != NULL) {
            assert_told(&told, cases[i].lost);
        }
        dbc_db_free(db);
        dbc_buf_release(&text);
        told_release(&told);
    }
}

/* Only by IPv6: then that is what management means. */
TEST_WITH(management_by_ipv6, struct told, told)
{
    struct dbc_db *db = networkd_text(
        "{'interface_config':{'xenbr0':{'ipv4_conf':'None4','ipv6_conf':'Autoconf6'}},"
        "'bridge_config':{'xenbr0':{'ports':{'eth0':{'interfaces':['eth0']}}},"
        "'xenbr1':{'ports':{'eth1':{'interfaces':['eth1']}}}}}",
        NULL, told);

    assert_true(pif_on(db, "xenbr0")->management); /* the only one with an address */
    assert_string_equal(pif_on(db, "xenbr0")->primary_address_type, "IPv6");
    assert_told(told, "ASSUMED bridge xenbr0.primary_address_type=IPv6");
    assert_false(dbc_record_has(&pif_on(db, "xenbr1")->rec,
                                dbc_schema_field(DBC_PIF, "primary_address_type")));
    dbc_db_free(db);
}

TEST(snooping)
{
    static const struct {
        const char *first, *second;
        bool pool, changed;
    } cases[] = {
        { "true", "true", true, false },   { "true", "false", true, true },
        { "false", "true", true, true },   { "false", "false", false, false },
        { "null", "[true]", true, false }, { "1", "'true'", false, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct told told = TOLD_INIT;
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_db *db = NULL;

        dbc_buf_addf(&text,
                     "{'bridge_config':{'xenbr0':{'ports':{'eth0':{'interfaces':['eth0']}},"
                     "'igmp_snooping':%s},'xenbr1':{'ports':{'eth1':{'interfaces':['eth1']}},"
                     "'igmp_snooping':%s}}}",
                     cases[i].first, cases[i].second);
        db = networkd_text(dbc_buf_str(&text), "xenbr0", &told);
        assert_int_equal(db->of[DBC_POOL].n, cases[i].pool);
        if (cases[i].pool) {
            assert_true(dbc_db_pool(db)->igmp_snooping_enabled);
        }
        assert_int_equal(strstr(dbc_buf_str(&told.losses), "igmp_snooping=false") != NULL,
                         cases[i].changed);
        dbc_db_free(db);
        dbc_buf_release(&text);
        told_release(&told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gateways_of_ipv6),
        FIXTURE(management_by_ipv6),
        cmocka_unit_test(snooping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
