/* test_netlink_addresses.c - host/netlink_change.c against the kernel: addresses and routes that
 * were added are read back, and can be added again. */
#include "unit/test.h"

#include "unit/netlink_kernel.h"

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

TEST(test_addresses_and_routes)
{
    struct dbc_buf addresses = DBC_BUF_INIT, routes = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int index = 0;

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

TEST(test_blackhole)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_net_route route;
    char *found = NULL;

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_and_routes),
        cmocka_unit_test(test_blackhole),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
