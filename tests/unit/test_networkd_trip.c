/* test_networkd_trip.c - networkd.db there and back: the samples, and every dialect of the cache.
 * What does not come back is listed here, each with its reason. */
#include "unit/test.h"

#include <arpa/inet.h>

#include "base/valid.h"
#include "model/topology.h"
#include "unit/networkd_text.h"

/* ---- networkd.db -> records -> networkd.db ------------------------------------------------- */

/* "-/a/b=value" for what only `a` has, "+" for what only `b` has. */
static void differ(const char *path, json_t *a, json_t *b, struct dbc_buf *out)
{
    const char *key = NULL;
    json_t *value = NULL;
    char below[512];

    if (!json_is_object(a) || !json_is_object(b)) {
        if (!json_equal(a, b)) {
            char *x = json_dumps(a, JSON_COMPACT | JSON_ENCODE_ANY);
            char *y = json_dumps(b, JSON_COMPACT | JSON_ENCODE_ANY);
            dbc_buf_addf(out, "%s%s=%s%s\n", a == NULL ? "+" : "-", path, x == NULL ? "" : x,
                         y == NULL ? "" : y);
            free(x);
            free(y);
        }
        return;
    }
    json_object_foreach(a, key, value)
    {
        snprintf(below, sizeof below, "%s/%s", path, key);
        differ(below, value, json_object_get(b, key), out);
    }
    json_object_foreach(b, key, value)
    {
        snprintf(below, sizeof below, "%s/%s", path, key);
        if (json_object_get(a, key) == NULL) {
            differ(below, NULL, value, out);
        }
    }
}

static const char *const of_7_4[] = {
    /* A cache has no such keys. */
    "-/bridge_config/xapi1/other_config/automatic=\"false\"",
    "-/bridge_config/xapi0/ports/bond0/bond_properties/rebalance-interval=\"1800000\"",
    /* A network without a PIF has no MAC. */
    "-/bridge_config/xapi3/bridge_mac=\"ca:fe:00:00:00:01\"",
    /* The first releases of this shape do not know Linklocal6. */
    "-/interface_config/xapi2/ipv6_conf=\"Linklocal6\"\"None6\"",
    "-/interface_config/xapi1/ipv6_conf=\"Linklocal6\"\"None6\"",
    "-/interface_config/xenbr2/ipv6_conf=\"Linklocal6\"\"None6\"",
    /* Said in other_config, now in the interface too. */
    "+/interface_config/eth2/ethtool_offload/gro=\"on\"", NULL
};

static const char *const of_both[] = {
    "-/bridge_config/xapi1/other_config/automatic=\"false\"",
    "-/bridge_config/xapi0/ports/bond0/bond_properties/rebalance-interval=\"1800000\"",
    "-/bridge_config/xapi3/bridge_mac=\"ca:fe:00:00:00:01\"",
    "-/bridge_config/xapi0/igmp_snooping=false", "-/bridge_config/xapi1/igmp_snooping=false",
    "-/bridge_config/xenbr2/igmp_snooping=false",
    /* Said in the interface, now in other_config too. */
    "+/bridge_config/xapi0/other_config/ethtool-gro=\"on\"",
    "+/bridge_config/xapi1/other_config/ethtool-gro=\"on\"",
    "+/bridge_config/xapi2/other_config/ethtool-gro=\"on\"", NULL
};

static const char *const of_8_2[] = {
    "-/interface_config/xapi2/dns=[[],[]]",  "-/interface_config/xapi1/dns=[[],[]]",
    "-/interface_config/xenbr2/dns=[[],[]]", "-/interface_config/eth2/dns=[[],[]]",
    "-/interface_config/bond0/dns=[[],[]]",  "-/interface_config/eth1/dns=[[],[]]",
    "-/interface_config/eth0/dns=[[],[]]",   NULL
};

static const char *const of_none[] = { NULL };

/* Takes the lines that are in `list` off the text; each must be there once. */
static void take(struct dbc_buf *text, const char *const *list)
{
    for (; *list != NULL; list++) {
        size_t len = strlen(*list);
        char *at = strstr(text->data, *list);

        if (at == NULL || at[len] != '\n') {
            fail_msg("no '%s' in:\n%s", *list, text->data);
        }
        memmove(at, at + len + 1, strlen(at + len + 1) + 1);
    }
}

/* The file with raw octets as today's reader of the test would want it. */
static json_t *load(const char *name)
{
    struct dbc_buf data = DBC_BUF_INIT;
    char path[1024];
    json_t *root = NULL;

    snprintf(path, sizeof path, FIXTURES "/networkd/%s", name);
    assert_int_equal(dbc_file_read(path, DBC_LIMIT_NETWORKD_BYTES, &data, NULL), 0);
    for (size_t i = 0; i < data.len; i++) {
        data.data[i] = (unsigned char)data.data[i] < 0x80 ? data.data[i] : '?';
    }
    root = json_loadb(data.data, data.len, JSON_ALLOW_NUL, NULL);
    assert_non_null(root);
    json_object_del(root, "interface_order");
    dbc_buf_release(&data);
    return root;
}

static void round_trip(const char *name, enum dbc_networkd_shape shape,
                       const char *const *exceptions, const char *const *more)
{
    struct told told = TOLD_INIT;
    struct dbc_db *db = networkd_file(name, NULL, &told);
    json_t *before = load(name), *after = networkd_json(db, shape, &told);
    struct dbc_buf text = DBC_BUF_INIT;

    differ("", before, after, &text);
    dbc_buf_addc(&text, '\n');
    take(&text, exceptions);
    take(&text, more);
    assert_string_equal(text.data, "\n");
    json_decref(before);
    json_decref(after);
    dbc_buf_release(&text);
    dbc_db_free(db);
    told_release(&told);
}

TEST(samples_come_back)
{
    round_trip("7.4.db", DBC_NETWORKD_BEFORE_2018, of_7_4, of_none);
    round_trip("8.2.db", DBC_NETWORKD_NOW, of_both, of_8_2);
    round_trip("25.35.db", DBC_NETWORKD_NOW, of_both, of_none);
}

/* ---- records -> networkd.db -> records ----------------------------------------------------- */

static const struct dbc_pif *same_pif(const struct dbc_db *db, const struct dbc_pif *pif)
{
    const struct dbc_pif *found = NULL, *other = NULL;

    for (size_t i = 0; (other = dbc_db_pif_at(db, i)) != NULL; i++) {
        if (strcmp(other->device, pif->device) == 0 && other->VLAN.value == pif->VLAN.value) {
            assert_null(found);
            found = other;
        }
    }
    return found;
}

static void same_map(const struct dbc_map *a, const struct dbc_map *b, const struct dbc_map * or)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        const char *value = dbc_map_get(b, a->v[i].key);

        /* No routes need no key; a value that is not one of its kind is told and left out. */
        if (a->v[i].value[0] == '\0' && value == NULL) {
            continue;
        }
        if (strcmp(a->v[i].key, "domain") == 0 && !dbc_valid_domain(a->v[i].value)) {
            assert_null(value);
            continue;
        }
        if (value == NULL || strcmp(value, a->v[i].value) != 0) {
            fail_msg("%s was %s, is %s", a->v[i].key, a->v[i].value,
                     value == NULL ? "gone" : value);
        }
        n++;
    }
    for (size_t i = 0; or != NULL && i < or->n; i++) {
        n += dbc_map_get(a, or->v[i].key) == NULL;
        assert_non_null(dbc_map_get(b, or->v[i].key));
    }
    assert_int_equal(n, b->n);
}

static void same_slaves(const struct dbc_db *a, const struct dbc_pif *x, const struct dbc_db *b,
                        const struct dbc_pif *y)
{
    struct dbc_pifs old = DBC_PIFS_INIT, new = DBC_PIFS_INIT;

    assert_int_equal(dbc_bond_slaves(a, x, &old, NULL), 0);
    assert_int_equal(dbc_bond_slaves(b, y, &new, NULL), 0);
    assert_int_equal(old.n, new.n);
    for (size_t i = 0; i < old.n; i++) {
        assert_string_equal(old.v[i]->device, new.v[i]->device);
    }
    dbc_pifs_release(&old);
    dbc_pifs_release(&new);
}

static void compare_pif(const struct dbc_db *a, const struct dbc_pif *x, const struct dbc_db *b)
{
    const struct dbc_pif *y = same_pif(b, x), *under = dbc_vlan_slave(a, x);
    bool slave = !dbc_ref_is_null(x->bond_slave_of);
    char mac[18] = "";

    if (dbc_pif_is_tunnel(a, x)) {
        assert_null(y);
        return;
    }
    assert_non_null(y);
    assert_string_equal(dbc_pif_bridge(a, x), dbc_pif_bridge(b, y));
    assert_string_equal(x->ip_configuration_mode, y->ip_configuration_mode);
    assert_string_equal(x->IP, y->IP);
    assert_string_equal(x->netmask, y->netmask);
    assert_string_equal(x->gateway, y->gateway);
    assert_string_equal(x->DNS, y->DNS);
    assert_string_equal(x->ipv6_configuration_mode, y->ipv6_configuration_mode);
    assert_string_equal(x->IPv6, y->IPv6);
    assert_string_equal(x->IPv6_gateway, y->IPv6_gateway);
    assert_int_equal(slave, !dbc_ref_is_null(y->bond_slave_of));
    assert_int_equal(!slave && x->management, y->management);
    assert_string_equal(y->MAC, !slave && dbc_parse_mac(x->MAC, mac) ? mac : "");
    same_map(&x->other_config, &y->other_config, NULL);
    same_slaves(a, x, b, y);
    if (under != NULL) {
        assert_string_equal(dbc_vlan_slave(b, y)->device, under->device);
    }
}

/* The pool's keys have become each network's; the networks of bonds' slaves are invented again. */
static void compare_network(const struct dbc_db *a, const struct dbc_network *x,
                            const struct dbc_db *b)
{
    const struct dbc_network *y = dbc_db_network_by_bridge(b, x->bridge);
    const struct dbc_pif *pif = x->PIFs.n == 0 ? NULL : dbc_db_pif(a, x->PIFs.v[0]);
    const struct dbc_pool *pool = dbc_db_pool(a);

    assert_non_null(y);
    if (pif != NULL && !dbc_ref_is_null(pif->bond_slave_of)) {
        return;
    }
    assert_string_equal(x->uuid, y->uuid);
    assert_int_equal(x->MTU.value, y->MTU.value);
    same_map(&x->other_config, &y->other_config, pool == NULL ? NULL : &pool->other_config);
    assert_int_equal(y->PIFs.n, pif == NULL || dbc_pif_is_tunnel(a, pif) ? 0 : 1);
}

static void compare(const struct dbc_db *a, enum dbc_networkd_shape shape)
{
    struct told told = TOLD_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *b = NULL;

    assert_int_equal(dbc_networkd_format(a, shape, &text, NULL, NULL, &err), 0);
    b = networkd_bytes(text.data, text.len, dbc_pif_bridge(a, dbc_management_pif(a)), &told, &err);
    assert_non_null(b);
    assert_int_equal(told.w.n, 0);
    for (size_t i = 0; i < a->of[DBC_PIF].n; i++) {
        compare_pif(a, dbc_db_pif_at(a, i), b);
    }
    for (size_t i = 0; i < a->of[DBC_NETWORK].n; i++) {
        compare_network(a, dbc_db_network_at(a, i), b);
    }
    assert_int_equal(a->of[DBC_BOND].n, b->of[DBC_BOND].n);
    assert_int_equal(a->of[DBC_VLAN].n, b->of[DBC_VLAN].n);
    dbc_buf_release(&text);
    dbc_db_free(b);
    told_release(&told);
}

static void compare_dialect(const char *path)
{
    struct dbc_buf data = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    struct warnings w;
    struct dbc_db *db = NULL;

    assert_int_equal(dbc_file_read(path, 1 << 20, &data, NULL), 0);
    db = read_bytes(data.data, data.len, &w, &err);
    dbc_buf_release(&data);
    assert_non_null(db);
    compare(db, DBC_NETWORKD_NOW);
    compare(db, DBC_NETWORKD_BEFORE_2018);
    dbc_db_free(db);
}

TEST(dialects_come_back)
{
    assert_int_equal(each_file(FIXTURES "/dialects", compare_dialect), 16);
}

/* Every length of a prefix, from the netmask 0.0.0.0 on. */
static void prefixes_come_back(void **state)
{
    (void)state;
    for (unsigned prefix = 0; prefix <= 32; prefix++) {
        struct dbc_buf text = DBC_BUF_INIT;
        struct dbc_db *db = NULL;
        char mask[16] = "";

        dbc_format_ipv4(prefix == 0 ? 0 : htonl(UINT32_MAX << (32 - prefix)), mask);
        dbc_buf_addf(&text,
                     "<pif ref='p'><device>eth0</device><network>n</network>"
                     "<management>True</management>"
                     "<ip_configuration_mode>Static</ip_configuration_mode>"
                     "<IP>192.0.2.1</IP><netmask>%s</netmask>"
                     "<ipv6_configuration_mode>Static</ipv6_configuration_mode>"
                     "<IPv6>fd00::1/%u</IPv6></pif>"
                     "<network ref='n'><uuid>11111111-1111-4111-8111-111111111111</uuid>"
                     "<bridge>xenbr0</bridge><PIFs><PIF>p</PIF></PIFs></network>",
                     mask, prefix * 4);
        db = read_good(dbc_buf_str(&text));
        compare(db, DBC_NETWORKD_NOW);
        compare(db, DBC_NETWORKD_BEFORE_2018);
        dbc_db_free(db);
        dbc_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_back),
        cmocka_unit_test(dialects_come_back),
        cmocka_unit_test(prefixes_come_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
