/* test_netlink.c - host/netlink against the kernel, in a network namespace of its own: what is
 * changed is what is read, what was read can be made again, and what is refused says why.  Skipped
 * where that is forbidden; devices that this kernel lacks are left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "reconfigure/host/netlink_priv.h"

#include <linux/if_link.h>

static struct ifr_netlink *nl; /* NULL: no namespace */

static int enter(void **state)
{
    (void)state;
    if (unshare(CLONE_NEWNET) == 0) {
        return ifr_netlink_open(&nl, NULL);
    }
    return 0;
}

static int leave(void **state)
{
    (void)state;
    ifr_netlink_close(nl);
    return 0;
}

static void need_namespace(void)
{
    if (nl == NULL) {
        skip();
    }
}

static void must(int rc, const struct dbc_error *err)
{
    if (rc != 0) {
        fail_msg("%s", err->text);
    }
}

/* ---- What there is. ------------------------------------------------------------------------- */

struct search {
    const char *name;
    struct ifr_link *ret;
    unsigned n;
};

static int match(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    struct search *search = ctx;

    (void)err;
    if (strcmp(link->name, search->name) == 0) {
        *search->ret = *link;
        search->n++;
    }
    return 0;
}

static bool find(const char *name, struct ifr_link *ret)
{
    struct search search = { .name = name, .ret = ret };
    struct dbc_error err = DBC_ERROR_INIT;

    must(ifr_netlink_links(nl, match, &search, &err), &err);
    return search.n == 1;
}

static struct ifr_link the(const char *name)
{
    struct ifr_link link = { 0 };

    assert_true(find(name, &link));
    return link;
}

struct texts {
    int index;
    struct dbc_buf text; /* each followed by a line feed */
};

static int add_address_text(void *ctx, const struct ifr_net_address *address, struct dbc_error *err)
{
    struct texts *texts = ctx;

    (void)err;
    if (address->index == texts->index && (address->family == AF_INET || address->scope == 0)) {
        ifr_net_address_format(address, &texts->text);
        dbc_buf_addc(&texts->text, '\n');
    }
    return 0;
}

static int add_route_text(void *ctx, const struct ifr_net_route *route, struct dbc_error *err)
{
    struct texts *texts = ctx;

    (void)err;
    if (route->index == texts->index && route->protocol != RTPROT_KERNEL) {
        ifr_net_route_format(route, &texts->text);
        dbc_buf_addc(&texts->text, '\n');
    }
    return 0;
}

static char *addresses_of(int index)
{
    struct texts texts = { .index = index };
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_buf_adds(&texts.text, "");
    must(ifr_netlink_addresses(nl, add_address_text, &texts, &err), &err);
    return dbc_buf_steal(&texts.text);
}

static char *routes_of(int index)
{
    struct texts texts = { .index = index };
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_buf_adds(&texts.text, "");
    must(ifr_netlink_routes(nl, add_route_text, &texts, &err), &err);
    return dbc_buf_steal(&texts.text);
}

/* ---- Making. -------------------------------------------------------------------------------- */

/* The library makes no veth pairs. */
static void make_pair(const char *name, const char *other)
{
    struct ifr_netlink_request request;
    struct ifr_netlink_answer answer;
    int64_t until = ifr_netlink_until(nl);
    struct nlattr *info = NULL, *data = NULL, *peer = NULL;

    ifr_netlink_request(&request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
                        sizeof(struct ifinfomsg));
    mnl_attr_put_strz(request.m, IFLA_IFNAME, name);
    info = mnl_attr_nest_start(request.m, IFLA_LINKINFO);
    mnl_attr_put_strz(request.m, IFLA_INFO_KIND, "veth");
    data = mnl_attr_nest_start(request.m, IFLA_INFO_DATA);
    peer = mnl_attr_nest_start(request.m, VETH_INFO_PEER);
    mnl_nlmsg_put_extra_header(request.m, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(request.m, IFLA_IFNAME, other);
    mnl_attr_nest_end(request.m, peer);
    mnl_attr_nest_end(request.m, data);
    mnl_attr_nest_end(request.m, info);
    assert_int_equal(ifr_netlink_exchange(nl, &request, until, NULL, NULL, &answer, NULL), 0);
    assert_int_equal(answer.errnum, 0);
}

/* False when this kernel has no such devices. */
static bool create(const struct ifr_link *link)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_netlink_create(nl, link, &err) == 0) {
        return true;
    }
    if (err.sys_errno != EOPNOTSUPP) {
        fail_msg("%s", err.text);
    }
    return false;
}

static void delete (const char *name)
{
    struct dbc_error err = DBC_ERROR_INIT;

    must(ifr_netlink_delete(nl, name, &err), &err);
}

static struct ifr_link template(const char *name, const char *kind)
{
    struct ifr_link link = IFR_LINK_INIT;

    snprintf(link.name, sizeof link.name, "%s", name);
    snprintf(link.kind, sizeof link.kind, "%s", kind);
    return link;
}

/* ---- Links. --------------------------------------------------------------------------------- */

static void test_links(void **state)
{
    struct ifr_link link;
    struct dbc_error err = DBC_ERROR_INIT;

    (void)state;
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

static void test_bridge(void **state)
{
    struct ifr_link bridge = template("br0", "bridge"), found;
    struct dbc_error err = DBC_ERROR_INIT;

    (void)state;
    need_namespace();
    snprintf(bridge.mac, sizeof bridge.mac, "02:00:00:00:00:0a");
    bridge.mtu = 1400;
    bridge.stp = 0;
    bridge.forward_delay = 300;
    if (!create(&bridge)) {
        skip();
    }
    make_pair("v0", "v1");
    found = the("br0");
    assert_string_equal(found.kind, "bridge");
    assert_string_equal(found.mac, "02:00:00:00:00:0a");
    assert_int_equal(found.mtu, 1400);
    assert_int_equal(found.stp, 0);
    assert_int_equal(found.forward_delay, 300);
    assert_false(found.up);
    assert_int_equal(found.bond_mode, -1);
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
    assert_int_equal(the("br1").forward_delay, 300);
    assert_string_equal(the("br1").mac, found.mac);
    delete ("br0");
    delete ("br1");
    delete ("v0");
}

static void test_vlan(void **state)
{
    struct ifr_link vlan = template("v0.7", "vlan"), found;
    struct dbc_error err = DBC_ERROR_INIT;

    (void)state;
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

static void test_bond(void **state)
{
    struct ifr_link bond = template("bo0", "bond"), found;
    struct dbc_error err = DBC_ERROR_INIT;

    (void)state;
    need_namespace();
    bond.bond_mode = 1;
    bond.miimon = 100;
    bond.updelay = 31000;
    bond.downdelay = 200;
    bond.use_carrier = 1;
    bond.xmit_hash_policy = 1;
    bond.lacp_rate = 0;
    if (!create(&bond)) {
        skip();
    }
    make_pair("v0", "v1");
    found = the("bo0");
    assert_string_equal(found.kind, "bond");
    assert_int_equal(found.bond_mode, 1);
    assert_int_equal(found.miimon, 100);
    assert_int_equal(found.updelay, 31000);
    assert_int_equal(found.downdelay, 200);
    assert_int_equal(found.use_carrier, 1);
    assert_int_equal(found.xmit_hash_policy, 1);
    must(ifr_netlink_set_master(nl, "v0", "bo0", &err), &err);
    assert_int_equal(the("v0").master, found.index);
    bond = found;
    delete ("bo0");
    must(ifr_netlink_create(nl, &bond, &err), &err);
    assert_int_equal(the("bo0").updelay, 31000);
    delete ("bo0");
    bond.bond_mode = 4;
    bond.lacp_rate = 1;
    must(ifr_netlink_create(nl, &bond, &err), &err);
    assert_int_equal(the("bo0").lacp_rate, 1);
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

static void test_refused(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_net_address address;
    struct ifr_net_route route;

    (void)state;
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

/* ---- Addresses and routes. ------------------------------------------------------------------ */

static const char *const address_texts[] = {
    "192.0.2.5/24 brd 192.0.2.255 scope global",
    "192.0.2.6/24 scope global label v0:1",
    "10.1.0.1/32 peer 10.1.0.2 scope global",
    "10.3.0.1/16 brd 10.3.255.255 scope link noprefixroute",
    "2001:db8::5/64 scope global nodad",
    "2001:db8:1::5/128 scope global nodad noprefixroute",
    "2001:db8:2::5/64 scope global nodad deprecated",
};
static const char *const route_texts[] = {
    "default via 192.0.2.1 proto boot",
    "default via 192.0.2.1 metric 5 proto static",
    "198.51.100.0/24 via 192.0.2.9 metric 100 src 192.0.2.5 proto boot",
    "198.51.101.0/24 via 203.0.113.1 onlink mtu 1400 table 1000 proto dhcp",
    "198.51.102.0/24 proto static scope link",
    "::/0 via 2001:db8::1 metric 1024 proto static",
    "2001:db8:9::/48 metric 77 mtu 1300 proto boot",
};
#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Each line of `text` is one of the `n` texts, and the other way round. */
static void same_set(const char *text, const char *const *texts, size_t n)
{
    size_t lines = 0;

    for (const char *at = text; *at != '\0'; at++) {
        lines += *at == '\n';
    }
    for (size_t i = 0; i < n; i++) {
        char line[IFR_NET_TEXT_MAX];
        snprintf(line, sizeof line, "%s\n", texts[i]);
        const char *at = strstr(text, line);
        if (at == NULL || (at > text && at[-1] != '\n')) {
            fail_msg("no \"%s\" in:\n%s", texts[i], text);
        }
    }
    if (lines != n) {
        fail_msg("%zu instead of %zu:\n%s", lines, n, text);
    }
}

/* Makes what the texts say, as a caller does who stored them. */
static void add_all(const char *texts, bool is_address, bool delete_them)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char *copy = strdup(texts), *rest = NULL;

    assert_non_null(copy);
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct ifr_net_address address;
        struct ifr_net_route route;
        if (is_address) {
            assert_true(ifr_net_address_parse(line, &address));
            must((delete_them ? ifr_netlink_del_address : ifr_netlink_add_address)(nl, "v0",
                                                                                   &address, &err),
                 &err);
        } else {
            assert_true(ifr_net_route_parse(line, &route));
            must((delete_them ? ifr_netlink_del_route : ifr_netlink_add_route)(nl, "v0", &route,
                                                                               &err),
                 &err);
        }
    }
    free(copy);
}

static void join(const char *const *texts, size_t n, struct dbc_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        dbc_buf_addf(out, "%s\n", texts[i]);
    }
}

static void test_addresses_and_routes(void **state)
{
    struct dbc_buf addresses = DBC_BUF_INIT, routes = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int index = 0;

    (void)state;
    need_namespace();
    make_pair("v0", "v1");
    must(ifr_netlink_set_up(nl, "v0", true, &err), &err);
    must(ifr_netlink_set_up(nl, "v1", true, &err), &err);
    index = the("v0").index;
    join(address_texts, N(address_texts), &addresses);
    join(route_texts, N(route_texts), &routes);
    for (unsigned round = 0; round < 2; round++) {
        /* Twice: what is there already, or gone already, is no failure. */
        for (unsigned i = 0; i < 2; i++) {
            add_all(addresses.data, true, false);
            add_all(routes.data, false, false);
        }
        char *found_addresses = addresses_of(index), *found_routes = routes_of(index);
        same_set(found_addresses, address_texts, N(address_texts));
        same_set(found_routes, route_texts, N(route_texts));
        for (unsigned i = 0; i < 2; i++) {
            add_all(found_routes, false, true);
            add_all(found_addresses, true, true);
        }
        free(found_addresses);
        free(found_routes);
        found_addresses = addresses_of(index);
        found_routes = routes_of(index);
        assert_string_equal(found_addresses, "");
        assert_string_equal(found_routes, "");
        /* The second round makes again what was read in the first. */
        free(found_addresses);
        free(found_routes);
    }
    dbc_buf_release(&addresses);
    dbc_buf_release(&routes);
    delete ("v0");
}

static void test_blackhole(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_net_route route;
    char *found = NULL;

    (void)state;
    need_namespace();
    assert_true(ifr_net_route_parse("198.51.100.0/24 proto static type blackhole", &route));
    must(ifr_netlink_add_route(nl, "", &route, &err), &err);
    found = routes_of(0);
    assert_non_null(strstr(found, "198.51.100.0/24 proto static type blackhole\n"));
    free(found);
    must(ifr_netlink_del_route(nl, "", &route, &err), &err);
    found = routes_of(0);
    assert_null(strstr(found, "198.51.100.0"));
    free(found);
}

/* ---- Callbacks, offloads, many. ------------------------------------------------------------- */

static int refuse(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    (void)link;
    ++*(unsigned *)ctx;
    return dbc_fail(err, DBC_EBUSY, "enough");
}

static void test_callback_ends(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_link link;
    unsigned n = 0;

    (void)state;
    need_namespace();
    make_pair("v0", "v1");
    assert_int_equal(ifr_netlink_links(nl, refuse, &n, &err), -1);
    assert_int_equal(err.code, DBC_EBUSY);
    assert_int_equal(n, 1);
    assert_true(find("v0", &link));
    delete ("v0");
}

static void test_ethtool(void **state)
{
    struct ifr_ethtool_values values;

    (void)state;
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
static void test_many(void **state)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct timespec before, after;
    unsigned n = 0;
    const char *many = getenv("NETLINK_MANY"); /* to measure with more */
    unsigned pairs = many != NULL ? (unsigned)strtoul(many, NULL, 10) : 100;

    (void)state;
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
        cmocka_unit_test(test_links),     cmocka_unit_test(test_bridge),
        cmocka_unit_test(test_vlan),      cmocka_unit_test(test_bond),
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_addresses_and_routes),
        cmocka_unit_test(test_blackhole), cmocka_unit_test(test_callback_ends),
        cmocka_unit_test(test_ethtool),   cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
