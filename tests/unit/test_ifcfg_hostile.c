/* test_ifcfg_hostile.c - cache/ifcfg: limits, and hostile bytes. */
#include "unit/test.h"

#include "unit/ifcfg_text.h"

/* ---- Limits ---------------------------------------------------------------------------------- */

TEST(too_many_files)
{
    size_t n = DBC_LIMIT_IFCFG_FILES;
    struct dbc_ifcfg_file *files = calloc(n + 1, sizeof *files);
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;

    for (size_t i = 0; i <= n; i++) {
        files[i] = (struct dbc_ifcfg_file){ "ifcfg-eth0", "", 0 };
    }
    db = dbc_ifcfg_read(files, n, NULL, NULL, NULL, NULL, &err);
    assert_int_equal(dbc_db_count(db, DBC_PIF), 1);
    dbc_db_free(db);
    assert_null(dbc_ifcfg_read(files, n + 1, NULL, NULL, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    assert_has(err.text, "DBC_LIMIT_IFCFG_FILES");
    free(files);
}

TEST(too_large_a_file)
{
    char *text = malloc(DBC_LIMIT_CONFIG_FILE + 2);

    memset(text, '#', DBC_LIMIT_CONFIG_FILE + 1);
    text[DBC_LIMIT_CONFIG_FILE + 1] = '\0';
    memcpy(text, "MTU=1400\n", 9);
    text[DBC_LIMIT_CONFIG_FILE] = '\0';
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", text), "",
          "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1400\n", "");
    text[DBC_LIMIT_CONFIG_FILE] = '#';
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", text, "route-eth0", text, "network", text), "",
          "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500\n",
          "ifcfg-xenbr0: not read: 1048577 bytes, and more than 1048576 is no such file\n"
          "network: not read: 1048577 bytes, and more than 1048576 is no such file\n"
          "route-eth0: not read: 1048577 bytes, and more than 1048576 is no such file\n"
          "ASSUMED bridge xenbr0|ip_configuration_mode|None\n");
    free(text);
}

TEST(too_many_keys)
{
    struct dbc_buf text = DBC_BUF_INIT;

    for (int i = 0; i <= DBC_LIMIT_IFCFG_KEYS; i++) {
        dbc_buf_adds(&text, "MTU=1400\n");
    }
    check(FILES("ifcfg-eth0", NIC0, "ifcfg-xenbr0", dbc_buf_str(&text)), "",
          "eth0 on xenbr0 None mac " MAC0 "\nxenbr0: eth0 1500\n",
          "ifcfg-xenbr0:513: more than 512 keys\n"
          "ASSUMED bridge xenbr0|ip_configuration_mode|None\n");
    dbc_buf_release(&text);
}

TEST(too_many_warnings)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct told t;
    struct dbc_db *db = NULL;

    for (int i = 0; i < DBC_LIMIT_WARNINGS + 50; i++) {
        dbc_buf_adds(&text, "no key\n");
    }
    db = import(FILES("ifcfg-eth0", dbc_buf_str(&text), "ifcfg-eth1", "MTU=x\n"), "", &t, &err);
    assert_int_equal(t.warnings, DBC_LIMIT_WARNINGS + 1);
    assert_has(dbc_buf_str(&t.text), "there are more warnings, which are not shown\n");
    dbc_buf_release(&text);
    dbc_buf_release(&t.text);
    dbc_db_free(db);
}

/* A list of records has its own limit (database.h): an error, and no half of the host. */
TEST(too_many_ports)
{
    struct dbc_ifcfg_file *files = calloc(DBC_LIMIT_LIST + 1, sizeof *files);
    char(*names)[16] = calloc(DBC_LIMIT_LIST + 1, sizeof *names);
    struct dbc_error err = DBC_ERROR_INIT;

    for (size_t i = 0; i <= DBC_LIMIT_LIST; i++) {
        snprintf(names[i], sizeof names[i], "ifcfg-e%zu", i);
        files[i] = (struct dbc_ifcfg_file){ names[i], "BRIDGE=xenbr0", 13 };
    }
    assert_null(dbc_ifcfg_read(files, DBC_LIMIT_LIST + 1, NULL, NULL, NULL, NULL, &err));
    assert_int_equal(err.code, DBC_ELIMIT);
    free(files);
    free(names);
}

/* ---- Hostile bytes --------------------------------------------------------------------------- */

/* Whatever the bytes, what gets into records has passed the door. */
static void assert_sound(const struct dbc_db *db)
{
    for (size_t i = 0; dbc_db_pif_at(db, i) != NULL; i++) {
        const struct dbc_pif *pif = dbc_db_pif_at(db, i);
        uint32_t ip = 0;
        char mac[18];
        assert_true(dbc_valid_ifname(pif->device));
        assert_true(*pif->IP == '\0' || dbc_parse_ipv4(pif->IP, &ip));
        assert_true(*pif->gateway == '\0' || dbc_parse_ipv4(pif->gateway, &ip));
        assert_true(*pif->MAC == '\0' || dbc_parse_mac(pif->MAC, mac));
        for (size_t k = 0; k < pif->other_config.n; k++) {
            assert_true(dbc_schema_keeps_key(DBC_PIF, pif->other_config.v[k].key));
            assert_true(dbc_valid_domain(pif->other_config.v[k].value));
        }
    }
    for (size_t i = 0; dbc_db_network_at(db, i) != NULL; i++) {
        const struct dbc_network *network = dbc_db_network_at(db, i);
        assert_true(dbc_valid_ifname(network->bridge));
        for (size_t k = 0; k < network->other_config.n; k++) {
            const char *value = network->other_config.v[k].value;
            assert_true(dbc_schema_keeps_key(DBC_NETWORK, network->other_config.v[k].key));
            assert_int_equal(strspn(value, "0123456789./,onf"), strlen(value));
        }
    }
}

static const char hostile_nic[] =
    "DEVICE=eth0\nTYPE=Ethernet\nHWADDR=" MAC0 "\nMASTER=bond0\nSLAVE=yes\nMTU=1400\n"
    "ETHTOOL_OPTS=\"speed 10 duplex half\"\nBRIDGE=xenbr0\n";
static const char hostile_bridge[] =
    "DEVICE=xenbr0\nTYPE=Bridge\nPIFDEV=eth0.5\nIPADDR=10.0.0.1\nPREFIX=8\nGATEWAY=10.0.0.2\n"
    "DNS1=10.0.0.3\nDOMAIN='a b'\nBONDING_OPTS='mode=4 miimon=5'\n";
static const char hostile_route[] = "10.0.0.0/8 via 10.0.0.1 dev xenbr0\nADDRESS0=10.0.0.0\n";

TEST(any_byte_changed)
{
    static const unsigned char bytes[] = { 0, '\n', '\'', '"', '$', '=', '.', '0', 'e', 0xff };
    char text[3][512];

    for (size_t at = 0; at < sizeof hostile_nic + sizeof hostile_bridge + sizeof hostile_route - 3;
         at++) {
        for (size_t b = 0; b < sizeof bytes; b++) {
            struct dbc_ifcfg_file files[] = {
                { "ifcfg-eth0", text[0], sizeof hostile_nic - 1 },
                { "ifcfg-xenbr0", text[1], sizeof hostile_bridge - 1 },
                { "route-xenbr0", text[2], sizeof hostile_route - 1 },
            };
            struct dbc_db *db = NULL;
            size_t file = 0, left = at;
            memcpy(text[0], hostile_nic, sizeof hostile_nic);
            memcpy(text[1], hostile_bridge, sizeof hostile_bridge);
            memcpy(text[2], hostile_route, sizeof hostile_route);
            while (left >= files[file].len) {
                left -= files[file++].len;
            }
            text[file][left] = (char)bytes[b];
            db = dbc_ifcfg_read(files, 3, NULL, NULL, NULL, NULL, NULL);
            assert_non_null(db);
            assert_sound(db);
            dbc_db_free(db);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(too_many_files), cmocka_unit_test(too_large_a_file),
        cmocka_unit_test(too_many_keys),  cmocka_unit_test(too_many_warnings),
        cmocka_unit_test(too_many_ports), cmocka_unit_test(any_byte_changed),
    };
    return cmocka_run_group_tests_name("ifcfg_hostile", tests, NULL, NULL);
}
