/* test_netlink_text.c - host/netlink_text.c: addresses and routes as text and back, invalid text,
 * and random text. */
#include "unit/test.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "reconfigure/host/netlink.h"

#define ROUNDS 20000

static const char *const addresses[] = {
    "192.0.2.5/24 brd 192.0.2.255 scope global",
    "2001:db8::5/64 scope global",
    "2001:db8::5/64 scope global dynamic",
    "fe80::1/64 scope link nodad",
    "10.0.0.1/32 peer 10.0.0.2 scope global",
    "10.0.0.1/8 scope host metric 100 label eth0:1 noprefixroute",
    "10.0.0.1/8 scope 7 label a%20b:%C3%25 deprecated",
    ("2001:db8::5/128 scope global metric 4294967295 nodad home mngtmpaddr noprefixroute autojoin "
     "dynamic"),
    "0.0.0.0/0 scope nowhere",
};

static const char *const routes[] = {
    "default via 192.0.2.1 proto boot",
    "198.51.100.0/24 via 192.0.2.9 metric 100 src 192.0.2.5",
    "::/0 via fe80::1 metric 1024 proto ra",
    ("default via 10.0.0.1 onlink metric 1 src 10.0.0.2 mtu 1400 table 4294967295 proto 99 scope 7 "
     "type 13"),
    "10.0.0.0/8 proto kernel scope link",
    "10.0.0.0/8 metric 4294967295 type blackhole",
    "fd00::/8 metric 1024 proto static type unreachable",
    "1.2.3.4/0 table 0 proto redirect scope site type throw",
    "::1/128 proto dhcp scope host type prohibit",
};

static const char *const no_addresses[] = {
    "",
    " ",
    "192.0.2.5",
    "192.0.2.5/",
    "192.0.2.5/24",
    "192.0.2.5/33 scope global",
    "192.0.2.5/024 scope global",
    "192.0.2.5/24  scope global",
    " 192.0.2.5/24 scope global",
    "192.0.2.5/24 scope global ",
    "192.0.2.5/24 scope",
    "192.0.2.5/24 scope 0",
    "192.0.2.5/24 scope 256",
    "192.0.2.5/24 scope Global",
    "192.0.2.5/24 scope global scope global",
    "192.0.2.5/24 scope global brd 192.0.2.255",
    "192.0.2.5/24 brd 2001:db8::1 scope global",
    "2001:db8::5/129 scope global",
    "2001:DB8::5/64 scope global",
    "2001:db8:0::5/64 scope global",
    "192.0.2.5/24 scope global metric 0",
    "192.0.2.5/24 scope global metric 4294967296",
    "192.0.2.5/24 scope global metric -1",
    "192.0.2.5/24 scope global label eth0",
    "192.0.2.5/24 scope global label",
    "192.0.2.5/24 scope global label a:%2",
    "192.0.2.5/24 scope global label a:%00",
    "192.0.2.5/24 scope global label a:%c3",
    "192.0.2.5/24 scope global label a:%41",
    "192.0.2.5/24 scope global label 12345678:0123456",
    "192.0.2.5/24 scope global dynamic nodad",
    "192.0.2.5/24 scope global dynamic deprecated",
    "192.0.2.5/24 scope global\n",
    "192.0.2.5/24\tscope global",
    "default",
    "192.0.2.5/24 scope global label a:\xc3\xa4",
    "192.0.2.5/24 scope global valid_lft forever",
};

static const char *const no_routes[] = {
    "",
    "default ",
    "default via",
    "default via 192.0.2.1 via 192.0.2.1",
    "0.0.0.0/0",
    "default via fe80::1",
    "10.0.0.0/8 table 254",
    "10.0.0.0/8 metric 0",
    "10.0.0.0/8 mtu 0",
    "10.0.0.0/8 proto 0",
    "10.0.0.0/8 proto 3",
    "10.0.0.0/8 proto unspec",
    "10.0.0.0/8 proto 256",
    "10.0.0.0/8 scope global",
    "10.0.0.0/8 type unicast",
    "10.0.0.0/8 type 1",
    "10.0.0.0/8 dev eth0",
    "10.0.0.0/33",
    "10.0.0.0",
    "10.0.0/8",
    "fd00::/129",
    "10.0.0.0/8 src 192.0.2.5 metric 1",
    "10.0.0.0/8 onlink via 192.0.2.1",
    "/8",
    "/",
    "10.0.0.0/8 mtu 4294967296",
};

static void same_address(const char *text)
{
    struct ifr_net_address address;
    struct dbc_buf again = DBC_BUF_INIT;

    assert_true(ifr_net_address_parse(text, &address));
    ifr_net_address_format(&address, &again);
    assert_string_equal(again.data, text);
    dbc_buf_release(&again);
}

static void same_route(const char *text)
{
    struct ifr_net_route route;
    struct dbc_buf again = DBC_BUF_INIT;

    assert_true(ifr_net_route_parse(text, &route));
    ifr_net_route_format(&route, &again);
    assert_string_equal(again.data, text);
    dbc_buf_release(&again);
}

TEST(test_there_and_back)
{
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        same_address(addresses[i]);
    }
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        same_route(routes[i]);
    }
}

TEST(test_what_is_read)
{
    struct ifr_net_address a;
    struct ifr_net_route r;

    assert_true(ifr_net_address_parse(addresses[6], &a));
    assert_string_equal(a.label, "a b:\xc3%");
    assert_int_equal(a.valid, UINT32_MAX);
    assert_int_equal(a.preferred, 0);
    assert_int_equal(a.scope, 7);
    assert_true(ifr_net_address_parse(addresses[2], &a));
    assert_int_equal(a.family, AF_INET6);
    assert_int_equal(a.prefix, 64);
    assert_int_equal(a.valid, 0);
    assert_true(ifr_net_address_parse(addresses[0], &a));
    assert_int_equal(a.valid, UINT32_MAX);
    assert_int_equal(a.preferred, UINT32_MAX);
    assert_true(a.has_broadcast && !a.has_peer);
    assert_memory_equal(a.broadcast, "\xc0\x00\x02\xff", 4);
    assert_true(ifr_net_route_parse(routes[3], &r));
    assert_true(r.has_gateway && r.has_source && r.prefix == 0 && r.family == AF_INET);
    assert_int_equal(r.flags, RTNH_F_ONLINK);
    assert_int_equal(r.table, UINT32_MAX);
    assert_int_equal(r.protocol, 99);
    assert_int_equal(r.type, 13);
    assert_int_equal(r.mtu, 1400);
    assert_true(ifr_net_route_parse(routes[4], &r));
    assert_int_equal(r.table, RT_TABLE_MAIN);
    assert_int_equal(r.type, RTN_UNICAST);
    assert_int_equal(r.scope, RT_SCOPE_LINK);
    assert_int_equal(r.protocol, RTPROT_KERNEL);
}

TEST(test_garbage)
{
    const struct ifr_net_address no_address = { 0 };
    const struct ifr_net_route no_route = { 0 };
    struct ifr_net_address address;
    struct ifr_net_route route;

    for (size_t i = 0; i < sizeof no_addresses / sizeof no_addresses[0]; i++) {
        memset(&address, 0xff, sizeof address);
        if (ifr_net_address_parse(no_addresses[i], &address)) {
            fail_msg("taken: %s", no_addresses[i]);
        }
        assert_memory_equal(&address.ip, &no_address.ip, sizeof address.ip);
    }
    for (size_t i = 0; i < sizeof no_routes / sizeof no_routes[0]; i++) {
        memset(&route, 0xff, sizeof route);
        if (ifr_net_route_parse(no_routes[i], &route)) {
            fail_msg("taken: %s", no_routes[i]);
        }
        assert_memory_equal(&route.to, &no_route.to, sizeof route.to);
    }
}

TEST(test_limits)
{
    char long_text[IFR_NET_TEXT_MAX + 100];
    struct ifr_net_address address = { .family = AF_INET6,
                                       .prefix = 128,
                                       .scope = 255,
                                       .metric = UINT32_MAX,
                                       .flags = UINT32_MAX,
                                       .has_peer = true,
                                       .has_broadcast = true };
    struct dbc_buf text = DBC_BUF_INIT;

    memset(long_text, '1', sizeof long_text);
    long_text[sizeof long_text - 1] = '\0';
    assert_false(ifr_net_address_parse(long_text, &address));
    address = (struct ifr_net_address){ .family = AF_INET6,
                                        .prefix = 128,
                                        .scope = 254,
                                        .metric = UINT32_MAX,
                                        .flags = UINT32_MAX,
                                        .has_peer = true,
                                        .has_broadcast = true };
    memset(address.ip, 0xee, 16);
    memset(address.peer, 0xdd, 16);
    memset(address.broadcast, 0xcc, 16);
    memset(address.label, '\x01', sizeof address.label - 1);
    address.label[3] = ':';
    ifr_net_address_format(&address, &text);
    assert_true(text.len < IFR_NET_TEXT_MAX);
    same_address(text.data);
    dbc_buf_release(&text);
}

/* The lifetimes change by themselves, and so do the flags that the kernel sets. */
TEST(test_what_is_left_out)
{
    struct ifr_net_address address = { .family = AF_INET,
                                       .prefix = 8,
                                       .label = "eth0",
                                       .flags = IFA_F_PERMANENT | IFA_F_TENTATIVE |
                                                IFA_F_SECONDARY | IFA_F_DADFAILED,
                                       .valid = UINT32_MAX,
                                       .preferred = UINT32_MAX };
    struct ifr_net_route route = { .family = AF_INET6,
                                   .table = RT_TABLE_MAIN,
                                   .type = RTN_UNICAST,
                                   .flags = RTNH_F_DEAD,
                                   .index = 7 };
    struct dbc_buf text = DBC_BUF_INIT;

    ifr_net_address_format(&address, &text);
    assert_string_equal(text.data, "0.0.0.0/8 scope global");
    for (unsigned i = 0; i < 2; i++) {
        dbc_buf_clear(&text);
        address.valid = 100 + i;
        address.preferred = 50 * i;
        ifr_net_address_format(&address, &text);
        assert_string_equal(text.data, "0.0.0.0/8 scope global dynamic");
    }
    dbc_buf_clear(&text);
    ifr_net_route_format(&route, &text);
    assert_string_equal(text.data, "::/0");
    dbc_buf_release(&text);
}

/* ---- At random. ----------------------------------------------------------------------------- */

static unsigned below(unsigned n)
{
    return (unsigned)rand() % n;
}

static void random_ip(int family, unsigned char ip[16])
{
    for (size_t i = 0; i < (family == AF_INET ? 4U : 16U); i++) {
        ip[i] = (unsigned char)(below(3) == 0 ? below(256) : 0);
    }
}

static void random_address(struct ifr_net_address *a)
{
    static const uint32_t flags[] = { IFA_F_NODAD, IFA_F_HOMEADDRESS, IFA_F_MANAGETEMPADDR,
                                      IFA_F_NOPREFIXROUTE, IFA_F_MCAUTOJOIN };
    *a = (struct ifr_net_address){ .family = below(2) ? AF_INET : AF_INET6,
                                   .valid = UINT32_MAX,
                                   .preferred = UINT32_MAX };

    random_ip(a->family, a->ip);
    a->prefix = below(a->family == AF_INET ? 33 : 129);
    a->scope = below(256);
    if ((a->has_peer = below(2))) {
        random_ip(a->family, a->peer);
    }
    if ((a->has_broadcast = below(2))) {
        random_ip(a->family, a->broadcast);
    }
    a->flags = (below(2) ? flags[below(5)] : 0) | (below(2) ? flags[below(5)] : 0);
    a->metric = below(2) ? below(1u << 30) : 0;
    if (below(2)) {
        size_t len = 1 + below(IFNAMSIZ - 1);
        for (size_t i = 0; i < len; i++) {
            a->label[i] = (char)(1 + below(255));
        }
        a->label[below((unsigned)len)] = ':';
    }
    if (below(3) == 0) {
        a->preferred = 0;
        a->valid = below(2) ? 0 : UINT32_MAX;
    }
}

static void random_route(struct ifr_net_route *r)
{
    *r = (struct ifr_net_route){ .family = below(2) ? AF_INET : AF_INET6 };
    random_ip(r->family, r->to);
    r->prefix = below(r->family == AF_INET ? 33 : 129);
    if ((r->has_gateway = below(2))) {
        random_ip(r->family, r->gateway);
    }
    if ((r->has_source = below(2))) {
        random_ip(r->family, r->source);
    }
    r->table = below(2) ? below(300) : (uint32_t)rand() * 2;
    r->priority = below(2) ? below(1u << 30) : 0;
    r->mtu = below(2) ? below(70000) : 0;
    r->scope = below(2) ? below(256) : 0;
    r->protocol = below(256);
    r->type = below(256);
    r->flags = below(2) ? RTNH_F_ONLINK : 0;
}

TEST(test_random)
{
    struct dbc_buf text = DBC_BUF_INIT;

    srand(1);
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct ifr_net_address address, address_again;
        struct ifr_net_route route, route_again;

        random_address(&address);
        dbc_buf_clear(&text);
        ifr_net_address_format(&address, &text);
        assert_true(text.len < IFR_NET_TEXT_MAX);
        assert_true(ifr_net_address_parse(text.data, &address_again));
        assert_memory_equal(&address, &address_again, sizeof address);
        random_route(&route);
        dbc_buf_clear(&text);
        ifr_net_route_format(&route, &text);
        assert_true(ifr_net_route_parse(text.data, &route_again));
        assert_memory_equal(&route, &route_again, sizeof route);
    }
    dbc_buf_release(&text);
}

/* A text that was changed somewhere is refused, or is another whole one. */
TEST(test_damaged)
{
    char text[IFR_NET_TEXT_MAX];

    srand(2);
    for (unsigned i = 0; i < ROUNDS; i++) {
        const char *from = i % 2 ? addresses[below(9)] : routes[below(9)];
        size_t len = strlen(from);
        struct ifr_net_address address;
        struct ifr_net_route route;

        memcpy(text, from, len + 1);
        text[below((unsigned)len)] = (char)(below(2) ? " /:.0129af%"[below(11)] : (int)below(256));
        if (below(4) == 0) {
            text[below((unsigned)len)] = '\0';
        }
        if (ifr_net_address_parse(text, &address)) {
            same_address(text);
        }
        if (ifr_net_route_parse(text, &route)) {
            same_route(text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),   cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_garbage),          cmocka_unit_test(test_limits),
        cmocka_unit_test(test_what_is_left_out), cmocka_unit_test(test_random),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
