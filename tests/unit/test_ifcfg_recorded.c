/* test_ifcfg_recorded.c - cache/ifcfg on the files that interface-reconfigure wrote in the recorded
 * cases: the records are those of the case's cache. */
#include "unit/test.h"

#include <jansson.h>

#include "unit/ifcfg_text.h"

#define SCRIPTS "etc/sysconfig/network-scripts/"

struct recorded {
    unsigned bridges, unknown; /* compared; on Open vSwitch and no NIC's */
};

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static void assert_same_slaves(const struct dbc_db *db, const struct dbc_pif *pif,
                               const struct dbc_db *db2, const struct dbc_pif *pif2)
{
    struct dbc_pifs a = DBC_PIFS_INIT, b = DBC_PIFS_INIT;
    size_t found = 0;

    assert_int_equal(dbc_bond_slaves(db, pif, &a, NULL), 0);
    assert_int_equal(dbc_bond_slaves(db2, pif2, &b, NULL), 0);
    assert_int_equal(a.n, b.n);
    for (size_t i = 0; i < a.n; i++) {
        for (size_t k = 0; k < b.n; k++) {
            found += strcmp(a.v[i]->device, b.v[k]->device) == 0;
        }
    }
    assert_int_equal(found, a.n);
    dbc_pifs_release(&a);
    dbc_pifs_release(&b);
}

static const char *option(const struct dbc_map *config, const char *key)
{
    const char *value = dbc_map_get(config, key);

    return value != NULL ? value : "";
}

/* What the cache says of the bridge that was brought up, and what its files do. */
static void compare(const struct dbc_db *cache, const struct dbc_db *files, const char *bridge)
{
    const struct dbc_pif *a = dbc_pif_by_bridge(cache, bridge, NULL);
    const struct dbc_pif *b = dbc_pif_by_bridge(files, bridge, NULL);

    assert_non_null(a);
    assert_non_null(b);
    assert_string_equal(b->device, a->device);
    assert_int_equal(b->VLAN.value, a->VLAN.value);
    assert_string_equal(b->ip_configuration_mode, a->ip_configuration_mode);
    assert_string_equal(b->IP, a->IP);
    assert_string_equal(b->netmask, a->netmask);
    assert_string_equal(b->gateway, a->gateway);
    assert_string_equal(b->DNS, a->DNS);
    assert_string_equal(option(&b->other_config, "domain"), option(&a->other_config, "domain"));
    assert_same_slaves(cache, a, files, b);
    if (dbc_pif_is_vlan(a)) {
        assert_string_equal(dbc_vlan_slave(files, b)->device, dbc_vlan_slave(cache, a)->device);
    }
}

/* Without its address, on Open vSwitch, a bridge is still a network with its routes and MTU. */
static void compare_network(const struct dbc_db *cache, const struct dbc_db *files,
                            const char *bridge)
{
    const struct dbc_network *a = dbc_db_network_by_bridge(cache, bridge);
    const struct dbc_network *b = dbc_db_network_by_bridge(files, bridge);
    const char *mtu = option(&a->other_config, "mtu");

    assert_string_equal(option(&b->other_config, "static-routes"),
                        option(&a->other_config, "static-routes"));
    assert_string_equal(b->MTU.text, *mtu >= '0' && *mtu <= '9' ? mtu : a->MTU.text);
}

static void compare_all(const json_t *after, bool vswitch, const struct dbc_db *cache,
                        const struct dbc_db *files, struct recorded *counts)
{
    const char *path = NULL;
    json_t *text = NULL;

    json_object_foreach((json_t *)(uintptr_t)after, path, text)
    {
        const char *bridge = path + strlen(SCRIPTS "ifcfg-");
        if (strncmp(path, SCRIPTS "ifcfg-", strlen(SCRIPTS "ifcfg-")) != 0 ||
            strstr(json_string_value(text), "NOZEROCONF=yes") == NULL) {
            continue; /* a port's, or one that was there before */
        }
        compare_network(cache, files, bridge);
        if (vswitch && strncmp(bridge, "xapi", 4) == 0) {
            assert_null(dbc_pif_by_bridge(files, bridge, NULL));
            counts->unknown++;
        } else {
            compare(cache, files, bridge);
            counts->bridges++;
        }
    }
}

static struct dbc_db *import_after(const json_t *after)
{
    struct dbc_ifcfg_file list[MAX_FILES];
    struct dbc_error err = DBC_ERROR_INIT;
    struct told t = { .text = DBC_BUF_INIT };
    struct dbc_db *db = NULL;
    const char *path = NULL;
    json_t *text = NULL;
    size_t n = 0;

    json_object_foreach((json_t *)(uintptr_t)after, path, text)
    {
        assert_true(n < MAX_FILES);
        list[n++] = (struct dbc_ifcfg_file){ strrchr(path, '/') + 1, json_string_value(text),
                                             strlen(json_string_value(text)) };
    }
    db = dbc_ifcfg_read(list, n, NULL, hear_warning, hear_loss, &t, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(t.warnings, 0);
    dbc_buf_release(&t.text);
    return db;
}

static struct recorded recorded;

/* Cases that brought a bridge up from the cache of their host. */
static void use_case(const char *path)
{
    json_t *root = json_load_file(path, 0, NULL);
    const json_t *before = json_object_get(root, "files");
    const json_t *after = json_object_get(json_object_get(root, "expect"), "files");
    const char *cache_text = text_at(before, "var/xapi/network.dbcache");
    const char *datapath = text_at(before, "etc/xensource/network.conf");

    assert_non_null(root);
    if (*cache_text != '\0' && json_object_size(after) > 0) {
        struct dbc_db *cache =
            dbc_xml_read_memory("t", cache_text, strlen(cache_text), NULL, NULL, NULL);
        struct dbc_db *files = import_after(after);
        compare_all(after, strncmp(datapath, "bridge", 6) != 0, cache, files, &recorded);
        dbc_db_free(files);
        dbc_db_free(cache);
    }
    json_decref(root);
}

TEST(recorded_hosts_come_back)
{
    recorded = (struct recorded){ 0 };
    assert_true(each_file(FIXTURES "/golden/cases", use_case) > 100);
    assert_true(recorded.bridges >= 30);
    assert_true(recorded.unknown >= 18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_hosts_come_back),
    };
    return cmocka_run_group_tests_name("ifcfg_recorded", tests, NULL, NULL);
}
