/* test_netlink.c - host/netlink against the kernel: a change of a device is read back, and a
 * refusal has a reason. */
#include "unit/test.h"

#include "reconfigure/state/state.h"
#include "unit/netlink_kernel.h"

/* ---- Links. --------------------------------------------------------------------------------- */

TEST(test_links)
{
    struct ifr_link link;
    struct dbc_error err = DBC_ERROR_INIT;

    need_namespace();
    make_pair("v0", "v1");
    link = the("v0");
    assert_string_equal(link.kind, "veth");
    assert_int_equal(link.mtu, 1500);
    assert_true(!link.up && !link.carrier && link.master == 0 && link.parent == 0);
    assert_int_equal(link.vlan_tag, -1);
    must(ifr_netlink_set_up(nl, "v0", true, &err), &err);
    must(ifr_netlink_set_up(nl, "v1", true, &err), &err);
    must(ifr_netlink_set_mtu(nl, "v0", 9000, &err), &err);
    must(ifr_netlink_set_mac(nl, "v0", "02:AB:00:00:00:01", &err), &err);
    link = the("v0");
    assert_true(link.up && link.carrier);
    assert_int_equal(link.mtu, 9000);
    assert_string_equal(link.mac, "02:ab:00:00:00:01");
    must(ifr_netlink_set_up(nl, "v0", false, &err), &err);
    assert_false(the("v0").up);
    assert_int_equal(the("v0").mtu, 9000);
    assert_true(find("lo", &link));
    assert_string_equal(link.kind, "");
    delete ("v0");
    assert_false(find("v1", &link));
}

static const struct ifr_link_option *option(unsigned attribute)
{
    return &ifr_attributes(IFR_LINK)[attribute].option;
}

static void set_option(const char *device, unsigned attribute, uint32_t value)
{
    struct dbc_error err = DBC_ERROR_INIT;

    must(ifr_netlink_set_option(nl, device, option(attribute), value, &err), &err);
}

TEST(test_bridge)
{
    struct ifr_link bridge = template("br0", "bridge"), found;
    struct dbc_error err = DBC_ERROR_INIT;

    need_namespace();
    snprintf(bridge.mac, sizeof bridge.mac, "02:00:00:00:00:0a");
    bridge.mtu = 1400;
    if (!create(&bridge)) {
        skip();
    }
    make_pair("v0", "v1");
    set_option("br0", IFR_LINK_DELAY, 300);
    found = the("br0");
    assert_string_equal(found.kind, "bridge");
    assert_string_equal(found.mac, "02:00:00:00:00:0a");
    assert_int_equal(found.mtu, 1400);
    assert_int_equal(found.option[IFLA_BR_STP_STATE], 0);
    assert_int_equal(found.option[IFLA_BR_FORWARD_DELAY], 300);
    assert_false(found.up);
    set_option("br0", IFR_LINK_DELAY, 400);
    assert_int_equal(the("br0").option[IFLA_BR_FORWARD_DELAY], 400);
    set_option("br0", IFR_LINK_STP, 1);
    assert_int_equal(the("br0").option[IFLA_BR_STP_STATE], 1);
    assert_int_equal(ifr_netlink_set_option(nl, "br0", option(IFR_LINK_DELAY), 0, &err), -1);
    assert_int_equal(err.sys_errno, ERANGE);
    dbc_error_clear(&err);
    set_option("br0", IFR_LINK_STP, 0);
    set_option("br0", IFR_LINK_DELAY, 0);
    assert_int_equal(the("br0").option[IFLA_BR_FORWARD_DELAY], 0);
    set_option("br0", IFR_LINK_DELAY, 300);
    must(ifr_netlink_set_master(nl, "v0", "br0", &err), &err);
    assert_int_equal(the("v0").master, found.index);
    must(ifr_netlink_set_master(nl, "v0", "", &err), &err);
    assert_int_equal(the("v0").master, 0);
    assert_int_equal(ifr_netlink_create(nl, &bridge, &err), -1);
    assert_int_equal(err.sys_errno, EEXIST);
    dbc_error_clear(&err);
    /* What was read makes another one. */
    snprintf(found.name, sizeof found.name, "br1");
    must(ifr_netlink_create(nl, &found, &err), &err);
    found.index = the("br1").index;
    assert_string_equal(the("br1").mac, found.mac);
    delete ("br0");
    delete ("br1");
    delete ("v0");
}

TEST(test_vlan)
{
    struct ifr_link vlan = template("v0.7", "vlan"), found;
    struct dbc_error err = DBC_ERROR_INIT;

    need_namespace();
    make_pair("v0", "v1");
    vlan.parent = the("v0").index;
    vlan.vlan_tag = 7;
    if (!create(&vlan)) {
        delete ("v0");
        skip();
    }
    found = the("v0.7");
    assert_string_equal(found.kind, "vlan");
    assert_int_equal(found.vlan_tag, 7);
    assert_int_equal(found.parent, vlan.parent);
    assert_int_equal(ifr_netlink_set_mtu(nl, "v0.7", 9000, &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    assert_int_equal(err.sys_errno, ERANGE);
    assert_non_null(strstr(err.text, "9000"));
    assert_non_null(strstr(err.text, "v0.7"));
    delete ("v0.7");
    delete ("v0");
}

TEST(test_bond)
{
    struct ifr_link bond = template("bo0", "bond"), found;
    struct dbc_error err = DBC_ERROR_INIT;

    need_namespace();
    if (!create(&bond)) {
        skip();
    }
    make_pair("v0", "v1");
    set_option("bo0", IFR_LINK_BOND_MODE, 1);
    set_option("bo0", IFR_LINK_MIIMON, 100);
    set_option("bo0", IFR_LINK_UPDELAY, 31000);
    set_option("bo0", IFR_LINK_DOWNDELAY, 200);
    set_option("bo0", IFR_LINK_USE_CARRIER, 1);
    set_option("bo0", IFR_LINK_HASH_POLICY, 1);
    found = the("bo0");
    assert_string_equal(found.kind, "bond");
    assert_int_equal(found.option[IFLA_BOND_MODE], 1);
    assert_int_equal(found.option[IFLA_BOND_MIIMON], 100);
    assert_int_equal(found.option[IFLA_BOND_UPDELAY], 31000);
    assert_int_equal(found.option[IFLA_BOND_DOWNDELAY], 200);
    assert_int_equal(found.option[IFLA_BOND_USE_CARRIER], 1);
    assert_int_equal(found.option[IFLA_BOND_XMIT_HASH_POLICY], 1);
    must(ifr_netlink_set_master(nl, "v0", "bo0", &err), &err);
    assert_int_equal(the("v0").master, found.index);
    set_option("bo0", IFR_LINK_MIIMON, 50);
    assert_int_equal(the("bo0").option[IFLA_BOND_MIIMON], 50);
    assert_int_equal(ifr_netlink_set_option(nl, "bo0", option(IFR_LINK_BOND_MODE), 2, &err), -1);
    assert_int_equal(err.sys_errno, ENOTEMPTY);
    dbc_error_clear(&err);
    delete ("bo0");
    delete ("v0");
}

static void expect_gone(int rc, struct dbc_error *err)
{
    assert_int_equal(rc, -1);
    if (err->code != DBC_ENOENT) {
        fail_msg("%d: %s", err->code, err->text);
    }
    assert_non_null(strstr(err->text, "nosuch0"));
    dbc_error_clear(err);
}

TEST(test_refused)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_net_address address;
    struct ifr_net_route route;

    need_namespace();
    make_pair("v0", "v1");
    assert_int_equal(ifr_netlink_set_mtu(nl, "v0", 67, &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    assert_int_equal(err.sys_errno, EINVAL);
    assert_non_null(strstr(err.text, "cannot set the MTU of v0 to 67"));
    dbc_error_clear(&err);
    assert_int_equal(ifr_netlink_set_mtu(nl, "v0", 65536, &err), -1);
    assert_int_equal(err.sys_errno, EINVAL);
    dbc_error_clear(&err);
    assert_int_equal(ifr_netlink_set_mac(nl, "v0", "01:00:00:00:00:01", &err), -1);
    assert_int_equal(err.sys_errno, EADDRNOTAVAIL);
    dbc_error_clear(&err);
    assert_int_equal(ifr_netlink_set_master(nl, "v0", "lo", &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    dbc_error_clear(&err);
    assert_true(ifr_net_address_parse("192.0.2.5/24 scope global", &address));
    assert_true(ifr_net_route_parse("198.51.100.0/24 via 203.0.113.1", &route));
    expect_gone(ifr_netlink_set_up(nl, "nosuch0", true, &err), &err);
    expect_gone(ifr_netlink_set_mtu(nl, "nosuch0", 1500, &err), &err);
    expect_gone(ifr_netlink_set_master(nl, "v0", "nosuch0", &err), &err);
    expect_gone(ifr_netlink_set_master(nl, "nosuch0", "", &err), &err);
    expect_gone(ifr_netlink_delete(nl, "nosuch0", &err), &err);
    expect_gone(ifr_netlink_add_address(nl, "nosuch0", &address, &err), &err);
    expect_gone(ifr_netlink_del_route(nl, "nosuch0", &route, &err), &err);
    must(ifr_netlink_set_up(nl, "v0", true, &err), &err);
    assert_int_equal(ifr_netlink_add_route(nl, "v0", &route, &err), -1);
    assert_int_equal(err.sys_errno, ENETUNREACH);
    assert_non_null(strstr(err.text, "198.51.100.0/24 via 203.0.113.1 to v0"));
    delete ("v0");
}

/* ---- Callbacks, offloads, many. ------------------------------------------------------------- */

static int refuse(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    (void)link;
    ++*(unsigned *)ctx;
    return dbc_fail(err, DBC_EBUSY, "enough");
}

TEST(test_callback_ends)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_link link;
    unsigned n = 0;

    need_namespace();
    make_pair("v0", "v1");
    assert_int_equal(ifr_netlink_links(nl, refuse, &n, &err), -1);
    assert_int_equal(err.code, DBC_EBUSY);
    assert_int_equal(n, 1);
    assert_true(find("v0", &link));
    delete ("v0");
}

TEST(test_ethtool)
{
    struct ifr_ethtool_values values;

    need_namespace();
    make_pair("v0", "v1");
    assert_true(ifr_netlink_ethtool(nl, "v0", &values));
    assert_string_equal(values.v[IFR_ETHTOOL_GSO], "on");
    assert_string_equal(values.v[IFR_ETHTOOL_SPEED], "10000");
    assert_string_equal(values.v[IFR_ETHTOOL_DUPLEX], "full");
    assert_string_equal(values.v[IFR_ETHTOOL_AUTONEG], "off");
    for (size_t i = IFR_ETHTOOL_RX; i < IFR_N_ETHTOOL; i++) {
        const char *v = values.v[i];
        assert_true(v[0] == '\0' || strcmp(v, "on") == 0 || strcmp(v, "off") == 0);
    }
    assert_false(ifr_netlink_ethtool(nl, "nosuch0", &values));
    assert_string_equal(values.v[IFR_ETHTOOL_GSO], "");
    assert_false(ifr_netlink_ethtool(nl, "", &values));
    assert_false(ifr_netlink_ethtool(nl, "1234567890123456", &values));
    assert_string_equal(ifr_ethtool_names[IFR_ETHTOOL_SPEED], "speed");
    assert_string_equal(ifr_ethtool_names[IFR_ETHTOOL_LRO], "lro");
    delete ("v0");
}

static int count(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    (void)err;
    *(unsigned *)ctx += link->index > 0;
    return 0;
}

/* Three dumps, more than a socket's buffer at a time, find each device once. */
TEST(test_many)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct timespec before, after;
    unsigned n = 0;
    const char *many = getenv("NETLINK_MANY"); /* to measure with more */
    unsigned pairs = many != NULL ? (unsigned)strtoul(many, NULL, 10) : 100;

    need_namespace();
    for (unsigned i = 0; i < pairs; i++) {
        char name[IFNAMSIZ], other[IFNAMSIZ];
        snprintf(name, sizeof name, "a%u", i);
        snprintf(other, sizeof other, "b%u", i);
        make_pair(name, other);
    }
    clock_gettime(CLOCK_MONOTONIC, &before);
    must(ifr_netlink_links(nl, count, &n, &err), &err);
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(n >= 2 * pairs + 1);
    if (many != NULL) {
        print_message("%u devices in %.1f ms\n", n,
                      (double)(after.tv_sec - before.tv_sec) * 1e3 +
                          (double)(after.tv_nsec - before.tv_nsec) / 1e6);
    }
    for (unsigned i = 0; i < pairs && many == NULL; i++) {
        char name[IFNAMSIZ];
        snprintf(name, sizeof name, "a%u", i);
        delete (name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_links),   cmocka_unit_test(test_bridge),
        cmocka_unit_test(test_vlan),    cmocka_unit_test(test_bond),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_callback_ends),
        cmocka_unit_test(test_ethtool), cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
