/* test_rewrite.c - reconfigure/rewrite.c: the minimal cache of `--force BRIDGE rewrite`.  Tests
 * named after a defect of the old scripts would fail on those scripts. */
#include "unit/test.h"

#include "reconfigure/datapath/datapath.h"
#include "unit/world.h"
#include "xml/reader.h"

#define CACHE "/var/xapi/network.dbcache"

static const struct ifr_request good = {
    .verb = IFR_REWRITE,
    .bridge = "xenbr0",
    .device = "eth0",
    .mac = "02:00:00:00:00:0A",
    .mode = "static",
    .ip = "192.0.2.10",
    .netmask = "255.255.255.0",
    .gateway = "192.0.2.1",
};

static int rewrite(struct world *w, const struct ifr_request *request)
{
    dbc_error_clear(&w->err);
    ifr_plan_release(&w->plan);
    return ifr_plan_force_rewrite(&w->p, request, &w->err);
}

/* The planned cache, read back. */
static struct dbc_db *read_back(const struct world *w)
{
    const char *text = world_file(w, CACHE);
    struct dbc_db *db = dbc_xml_read_memory("planned", text, strlen(text), NULL, NULL, NULL);

    must(db != NULL);
    return db;
}

TEST(test_records)
{
    struct world w;
    struct dbc_db *db = NULL;
    const struct dbc_pif *pif = NULL;
    const struct dbc_network *network = NULL;

    world_make(&w, NULL);
    assert_int_equal(rewrite(&w, &good), 0);
    assert_string_equal(w.plan.steps[0].text, "Configuring xenbr0 using static configuration");
    assert_int_equal(w.plan.steps[1].kind, IFR_STEP_FILES);
    assert_int_equal(w.plan.steps[2].kind, IFR_STEP_COMMIT);
    db = read_back(&w);
    pif = dbc_pif_by_bridge(db, "xenbr0", NULL);
    assert_non_null(pif);
    network = dbc_pif_network(db, pif);
    assert_int_equal(dbc_db_count(db, DBC_PIF) + dbc_db_count(db, DBC_NETWORK), 2);
    assert_string_equal(pif->uuid, "eth0Pif");
    assert_string_equal(pif->device, "eth0");
    assert_string_equal(pif->MAC, "02:00:00:00:00:0a");
    assert_string_equal(pif->ip_configuration_mode, "Static");
    assert_string_equal(pif->IP, "192.0.2.10");
    assert_string_equal(pif->netmask, "255.255.255.0");
    assert_string_equal(pif->gateway, "192.0.2.1");
    assert_true(pif->management);
    assert_string_equal(network->uuid, "InitialManagementNetwork");
    assert_string_equal(network->bridge, "xenbr0");
    assert_int_equal(strlen(pif->rec.ref), strlen("OpaqueRef:") + 36);
    dbc_db_free(db);
    world_end(&w);
}

TEST(test_references_are_fresh)
{
    struct world w;
    struct dbc_db *one = NULL, *two = NULL;

    world_make(&w, NULL);
    assert_int_equal(rewrite(&w, &good), 0);
    one = read_back(&w);
    assert_int_equal(rewrite(&w, &good), 0);
    two = read_back(&w);
    assert_string_not_equal(dbc_db_pif_at(one, 0)->rec.ref, dbc_db_pif_at(two, 0)->rec.ref);
    assert_string_not_equal(dbc_db_pif_at(one, 0)->rec.ref, dbc_db_network_at(one, 0)->rec.ref);
    dbc_db_free(one);
    dbc_db_free(two);
    world_end(&w);
}

TEST(test_dhcp_takes_no_address)
{
    struct world w;
    struct ifr_request request = good;
    struct dbc_db *db = NULL;

    world_make(&w, NULL);
    request.mode = "dhcp";
    assert_int_equal(rewrite(&w, &request), 0);
    db = read_back(&w);
    assert_string_equal(dbc_db_pif_at(db, 0)->ip_configuration_mode, "DHCP");
    assert_string_equal(dbc_db_pif_at(db, 0)->IP, "");
    assert_string_equal(dbc_db_pif_at(db, 0)->gateway, "");
    dbc_db_free(db);
    world_end(&w);
}

/* Emergency reset passes --mac=x: the NIC's own is taken, or none, and the log says so. */
TEST(test_C7_a_mac_that_is_none_is_legal)
{
    struct world w;
    struct ifr_request request = good;
    struct dbc_db *db = NULL;

    world_make(&w, NULL);
    request.mac = "x";
    assert_int_equal(rewrite(&w, &request), 0);
    db = read_back(&w);
    assert_string_equal(dbc_db_pif_at(db, 0)->MAC, "");
    dbc_db_free(db);
    world_nic(&w, "eth0", "02:00:00:00:00:01");
    assert_int_equal(rewrite(&w, &request), 0);
    assert_true(world_noted(&w, "\"x\" is no MAC address"));
    db = read_back(&w);
    assert_string_equal(dbc_db_pif_at(db, 0)->MAC, "02:00:00:00:00:01");
    dbc_db_free(db);
    world_end(&w);
}

/* `&` or `<` in an argument made a cache that could not be read back. */
TEST(test_C7_arguments_are_validated)
{
    static const char *const bad[] = {
        "",   "a&b",  "<x>", "a b", "1.2.3/24", "1,2",          "..",
        "-x", "a\nb", "'",   "\"",  "$(x)",     "255.0.255.0 ", "0123456789abcdef"
    };
    struct world w;

    world_make(&w, NULL);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ifr_request r[6] = { good, good, good, good, good, good };
        r[0].bridge = bad[i];
        r[1].device = bad[i];
        r[2].mode = bad[i];
        r[3].ip = bad[i];
        r[4].netmask = bad[i];
        r[5].gateway = bad[i];
        for (size_t k = 0; k < 6; k++) {
            assert_int_equal(rewrite(&w, &r[k]), -1);
            assert_int_equal(w.err.code, DBC_EINVAL);
            assert_int_equal(w.plan.n_files, 0);
        }
    }
    world_end(&w);
}

TEST(test_what_must_be_given)
{
    struct world w;
    struct ifr_request request = good;

    world_make(&w, NULL);
    request.gateway = NULL;
    assert_int_equal(rewrite(&w, &request), 0);
    request.ip = NULL;
    assert_int_equal(rewrite(&w, &request), -1);
    assert_non_null(strstr(w.err.text, "--ip"));
    request = good;
    request.netmask = NULL;
    assert_int_equal(rewrite(&w, &request), -1);
    request = good;
    request.device = NULL;
    assert_int_equal(rewrite(&w, &request), -1);
    request = good;
    request.mode = NULL;
    assert_int_equal(rewrite(&w, &request), -1);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_references_are_fresh),
        cmocka_unit_test(test_dhcp_takes_no_address),
        cmocka_unit_test(test_C7_a_mac_that_is_none_is_legal),
        cmocka_unit_test(test_C7_arguments_are_validated),
        cmocka_unit_test(test_what_must_be_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
