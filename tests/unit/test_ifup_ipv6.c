/* test_ifup_ipv6.c - reconfigure/ifup/{ipv6,lease6,device}.c: what ifup and ifdown do for IPv6, and
 * DHCPv6 events, with servers that lie.  What waits for the kernel is tests/net/test_ipv6.sh. */
#include "unit/test.h"

#include "base/limits.h"
#include "reconfigure/ifup/ifup.h"
#include "reconfigure/ifup/lease.h"
#include "unit/ifup_host.h"

#define CONF "/proc/sys/net/ipv6/conf/"

static const char *const names[] = { "accept_ra", "accept_ra_defrtr", "autoconf", "disable_ipv6",
                                     "ndisc_notify" };

/* A device of a kernel with IPv6, each setting as `value`. */
static void make_device(struct ifup_host *h, const char *name, const char *value)
{
    char path[128];

    if (strcmp(name, "default") != 0) {
        ifup_netdev(h, name);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, CONF "%s/%s", name, names[i]);
        scratch_write(&h->scratch, path, value, 0644);
    }
    snprintf(path, sizeof path, CONF "%s/forwarding", name);
    scratch_write(&h->scratch, path, "0\n", 0644);
}

static void setting(struct ifup_host *h, const char *name, const char *value)
{
    char path[128];

    snprintf(path, sizeof path, CONF "xenbr0/%s", name);
    scratch_write(&h->scratch, path, value, 0644);
}

static bool setting_is(struct ifup_host *h, const char *name, const char *value)
{
    char path[128];
    const char *text = NULL;

    snprintf(path, sizeof path, CONF "xenbr0/%s", name);
    text = scratch_read(&h->scratch, path);
    return strncmp(text, value, strlen(value)) == 0 && strspn(text, "012") == strlen(value);
}

static int up(struct ifup_host *h, struct dbc_error *err)
{
    return ifr_ifup(&h->host, "xenbr0", 0, err);
}

static bool ran(struct ifup_host *h, const char *line)
{
    return strstr(ifup_ran(h), line) != NULL;
}

TEST_WITH(static_addresses, struct ifup_host, h)
{
    make_device(h, "xenbr0", "1\n");
    ifup_ifcfg(h, "xenbr0",
               "BOOTPROTO=none\nIPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=2001:DB8::5/64\n"
               "IPV6ADDR_SECONDARIES=\"fd00::6/48 fd00::7/128\"\nIPV6_DEFAULTGW=2001:db8::1\n");
    assert_int_equal(up(h, NULL), 0);
    assert_string_equal(ifup_ran(h), "ip link set dev xenbr0 up\n"
                                     "ip -6 addr replace 2001:db8::5/64 dev xenbr0\n"
                                     "ip -6 addr replace fd00::6/48 dev xenbr0\n"
                                     "ip -6 addr replace fd00::7/128 dev xenbr0\n"
                                     "ip -6 route replace default via 2001:db8::1 dev xenbr0\n"
                                     "ip -6 route flush dev xenbr0 proto ra\n");
    assert_true(setting_is(h, "accept_ra", "0"));
    assert_true(setting_is(h, "autoconf", "0"));
    assert_true(setting_is(h, "disable_ipv6", "0"));
    assert_true(setting_is(h, "ndisc_notify", "1"));
}

TEST(gateways)
{
    static const struct {
        const char *gateway;
        bool route;
    } cases[] = { { "2001:db8::1", true },     { "fe80::1", true },
                  { "fe80::1%xenbr0", true },  { "2001:db8:1::1", false },
                  { "fe80::1%xenbr1", false }, { "x", false } };
    char text[256];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        void *mine = NULL;
        assert_int_equal(ifup_host_make(&mine), 0);
        struct ifup_host *h = mine;
        make_device(h, "xenbr0", "1\n");
        snprintf(text, sizeof text, "IPV6INIT=yes\nIPV6ADDR=2001:db8::5/64\nIPV6_DEFAULTGW=%s\n",
                 cases[i].gateway);
        ifup_ifcfg(h, "xenbr0", text);
        assert_int_equal(up(h, NULL), 0);
        assert_int_equal(ran(h, "route replace default"), cases[i].route);
        assert_int_equal(h->captured.lines.n > 0, !cases[i].route);
        ifup_host_remove(&mine);
    }
}

TEST_WITH(the_owner_of_the_default_route, struct ifup_host, h)
{
    make_device(h, "xenbr0", "1\n");
    scratch_write(&h->scratch, "/etc/sysconfig/network", "IPV6_DEFAULTDEV=xenbr1\n", 0644);
    ifup_ifcfg(h, "xenbr0",
               "IPV6INIT=yes\nIPV6ADDR=2001:db8::5/64\nIPV6_DEFAULTGW=2001:db8::1\n"
               "IPADDR=10.0.0.5\nNETMASK=255.0.0.0\nGATEWAY=10.0.0.1\n");
    assert_int_equal(up(h, NULL), 0);
    assert_false(ran(h, "-6 route replace default"));
    assert_true(ran(h, "-4 route replace default"));
    assert_true(setting_is(h, "accept_ra_defrtr", "0"));
}

TEST_WITH(what_routers_say, struct ifup_host, h)
{
    make_device(h, "xenbr0", "0\n");
    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nIPV6_AUTOCONF=yes\n");
    assert_int_equal(up(h, NULL), 0);
    assert_true(setting_is(h, "accept_ra", "1"));
    assert_true(setting_is(h, "autoconf", "1"));
    assert_true(setting_is(h, "accept_ra_defrtr", "1"));
    assert_string_equal(ifup_ran(h), "ip link set dev xenbr0 up\n");
    setting(h, "accept_ra", "2\n"); /* somebody wants it whatever forwarding is */
    assert_int_equal(up(h, NULL), 0);
    assert_true(setting_is(h, "accept_ra", "2"));
    setting(h, "accept_ra", "1\n");
    setting(h, "forwarding", "1\n"); /* the kernel would not listen with 1 */
    assert_int_equal(up(h, NULL), 0);
    assert_true(setting_is(h, "accept_ra", "2"));
}

TEST_WITH(dhcpv6, struct ifup_host, h)
{
    struct dbc_error err = DBC_ERROR_INIT;

    make_device(h, "xenbr0", "1\n");
    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nIPV6_AUTOCONF=no\nDHCPV6C=yes\n");
    assert_int_equal(up(h, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_non_null(strstr(err.text, "isc-dhcp-client"));
    scratch_write(&h->scratch, "/sbin/dhclient", "", 0755);
    scratch_mkdir(&h->scratch, "/var/lib/dhclient");
    assert_int_equal(up(h, &err), 0);
    assert_true(ran(h, "dhclient -6 -q -1 -cf "));
    assert_true(ran(h, "/var/lib/dhclient/dhclient6-xenbr0.leases "));
    assert_true(ran(h, "/var/run/dhclient6-xenbr0.pid "));
    assert_false(ran(h, " -nw "));
    assert_true(setting_is(h, "autoconf", "0"));
    assert_true(setting_is(h, "accept_ra", "1")); /* routes come from routers all the same */
    h->failing = " -1 ";
    assert_int_equal(up(h, &err), 0);
    assert_true(ran(h, "dhclient -6 -q -nw -cf "));
    assert_true(ifup_logged(h, "goes on trying"));
}

TEST_WITH(without_ipv6_nothing_is_done, struct ifup_host, h)
{
    make_device(h, "xenbr0", "1\n");
    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=none\nIPV6ADDR=nonsense\nIPV6_AUTOCONF=no\nDHCPV6C=yes\n");
    assert_int_equal(up(h, NULL), 0);
    assert_string_equal(ifup_ran(h), "ip link set dev xenbr0 up\n");
    assert_true(setting_is(h, "accept_ra", "1"));
    assert_int_equal(ifr_ifdown(&h->host, "xenbr0", NULL), 0);
    assert_true(setting_is(h, "accept_ra", "1"));
}

TEST_WITH(a_kernel_without_ipv6, struct ifup_host, h)
{
    struct dbc_error err = DBC_ERROR_INIT;

    ifup_netdev(h, "xenbr0");
    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nIPV6ADDR=2001:db8::5/64\nIPADDR=10.0.0.5\n");
    assert_int_equal(up(h, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_non_null(strstr(err.text, "the kernel has no IPv6"));
    assert_true(ran(h, "addr replace 10.0.0.5/8")); /* and IPv4 is there all the same */
}

TEST_WITH(one_of_the_two_fails, struct ifup_host, h)
{
    struct dbc_error err = DBC_ERROR_INIT;

    make_device(h, "xenbr0", "1\n");
    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nIPV6ADDR=2001:db8::5/64\nIPADDR=10.0.0.5\n");
    h->failing = "-4 addr replace";
    assert_int_equal(up(h, &err), -1);
    assert_non_null(strstr(err.text, "-4 addr replace"));
    assert_true(ran(h, "-6 addr replace 2001:db8::5/64"));
    h->failing = "-6 addr replace";
    assert_int_equal(up(h, &err), -1);
    assert_non_null(strstr(err.text, "-6 addr replace"));
}

TEST_WITH(a_bad_value_is_an_error, struct ifup_host, h)
{
    static const char *const bad[] = { "2001:db8::5", "2001:db8::5/0", "fe80::5/64",
                                       "x/64",        "ff02::1/64",    "'$(id)/64'" };
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf many = DBC_BUF_INIT;
    char text[128];

    make_device(h, "xenbr0", "1\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "IPV6INIT=yes\nIPV6ADDR=%s\n", bad[i]);
        ifup_ifcfg(h, "xenbr0", text);
        assert_int_equal(up(h, &err), -1);
        assert_int_equal(err.code, DBC_EINVAL);
        assert_int_equal(err.line, 2);
    }
    dbc_buf_adds(&many, "IPV6INIT=yes\nIPV6ADDR_SECONDARIES='");
    for (unsigned i = 0; i <= DBC_LIMIT_IPV6; i++) {
        dbc_buf_addf(&many, " 2001:db8::%x/64", i + 1);
    }
    dbc_buf_adds(&many, "'\n");
    ifup_ifcfg(h, "xenbr0", dbc_buf_str(&many));
    assert_int_equal(up(h, &err), -1);
    assert_int_equal(err.code, DBC_EINVAL);
    dbc_buf_release(&many);
    assert_string_equal(ifup_ran(h), "");
}

TEST_WITH(down_gives_the_settings_back, struct ifup_host, h)
{
    make_device(h, "default", "1\n");
    make_device(h, "xenbr0", "0\n");
    setting(h, "ndisc_notify", "1\n");
    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nIPV6ADDR=2001:db8::5/64\n");
    assert_int_equal(ifr_ifdown(&h->host, "xenbr0", NULL), 0);
    assert_true(setting_is(h, "accept_ra", "1"));
    assert_true(setting_is(h, "autoconf", "1"));
    assert_true(setting_is(h, "accept_ra_defrtr", "1"));
    assert_true(setting_is(h, "disable_ipv6", "0"));
    assert_true(ran(h, "ip addr flush dev xenbr0"));
}

TEST_WITH(name_servers_of_both, struct ifup_host, h)
{
    make_device(h, "xenbr0", "1\n");
    ifup_ifcfg(h, "xenbr0", "DNS1=10.0.0.2\nDNS2=2001:DB8::53\nDNS3=2001:db8::x\n");
    assert_int_equal(up(h, NULL), 0);
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"),
                        "# Written by ifup for xenbr0\nnameserver 10.0.0.2\n"
                        "nameserver 2001:db8::53\n");
    assert_true(ifup_logged(h, "DNS3 ignored"));
}

/* ---- Events --------------------------------------------------------------------------------- */

static int event(struct ifup_host *h, const char *const *env)
{
    return ifr_lease_event(&h->host, NULL, env, NULL);
}

TEST_WITH(a_lease, struct ifup_host, h)
{
    const char *const bound[] = { "reason=BOUND6",
                                  "interface=xenbr0",
                                  "new_ip6_address=2001:DB8::77",
                                  "new_ip6_prefixlen=128",
                                  "new_max_life=600",
                                  "new_preferred_life=300",
                                  "new_dhcp6_name_servers=2001:db8::53 10.0.0.1 $(id)",
                                  "new_dhcp6_domain_search=lab.example",
                                  NULL };
    const char *const renew[] = { "reason=RENEW6",
                                  "interface=xenbr0",
                                  "old_ip6_address=2001:db8::77",
                                  "old_ip6_prefixlen=128",
                                  "new_ip6_address=2001:db8::78",
                                  "new_max_life=4294967295",
                                  NULL };
    const char *const old[] = { "reason=DEPREF6", "interface=xenbr0",
                                "cur_ip6_address=2001:db8::78", "cur_ip6_prefixlen=128", NULL };
    const char *const stop[] = { "reason=STOP6", "interface=xenbr0", "old_ip6_address=2001:db8::78",
                                 "old_ip6_prefixlen=128", NULL };

    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nDHCPV6C=yes\n");
    scratch_write(&h->scratch, "/etc/resolv.conf", "search old\n", 0644);
    assert_int_equal(event(h, bound), 0);
    assert_string_equal(ifup_ran(h), "ip -6 addr replace 2001:db8::77/128 dev xenbr0 "
                                     "valid_lft 600 preferred_lft 300\n");
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"),
                        "# Written by ifup for xenbr0\nsearch lab.example\n"
                        "nameserver 2001:db8::53\n");
    assert_int_equal(event(h, renew), 0);
    assert_true(ran(h, "ip -6 addr replace 2001:db8::78/128 dev xenbr0 valid_lft forever "
                       "preferred_lft forever\nip -6 addr del 2001:db8::77/128 dev xenbr0\n"));
    assert_int_equal(event(h, old), 0);
    assert_true(ran(h, "ip -6 addr change 2001:db8::78/128 dev xenbr0 preferred_lft 0\n"));
    assert_int_equal(event(h, stop), 0);
    assert_true(ran(h, "ip -6 addr del 2001:db8::78/128 dev xenbr0\n"));
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "search old\n");
}

TEST_WITH(a_lease_that_lies, struct ifup_host, h)
{
    static const char *const bad[] = { "fe80::1",  "ff02::1",        "::1",           "::", "x", "",
                                       "10.0.0.1", "2001:db8::1/64", "2001:db8::1;id" };
    char address[64];
    const char *const env[] = { "reason=BOUND6", "interface=xenbr0", address, NULL };
    const char *const length[] = { "reason=BOUND6", "interface=xenbr0",
                                   "new_ip6_address=2001:db8::1", "new_ip6_prefixlen=129", NULL };

    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nDHCPV6C=yes\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(address, sizeof address, "new_ip6_address=%s", bad[i]);
        assert_int_equal(event(h, env), -1);
    }
    assert_int_equal(event(h, length), -1);
    assert_string_equal(ifup_ran(h), "");
}

static void a_domain_that_is_none(void **state)
{
    struct ifup_host *h = *state;
    const char *const bound[] = { "reason=BOUND6", "interface=xenbr0",
                                  "new_ip6_address=2001:db8::77", "new_dhcp6_domain_search=$(id)",
                                  NULL };

    ifup_ifcfg(h, "xenbr0", "IPV6INIT=yes\nDHCPV6C=yes\n");
    assert_int_equal(event(h, bound), 0);
    assert_true(ifup_logged(h, "DHCPv6: no domain, ignored: $(id)"));
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "(none)");
}

/* Beside DHCP of IPv4 its servers stay. */
TEST_WITH(dns_is_the_other_lease_s, struct ifup_host, h)
{
    const char *const bound[] = { "reason=BOUND6", "interface=xenbr0",
                                  "new_ip6_address=2001:db8::77",
                                  "new_dhcp6_name_servers=2001:db8::53", NULL };

    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\nIPV6INIT=yes\nDHCPV6C=yes\n");
    scratch_write(&h->scratch, "/etc/resolv.conf", "search old\n", 0644);
    assert_int_equal(event(h, bound), 0);
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "search old\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IFUP_TEST(static_addresses),
        cmocka_unit_test(gateways),
        IFUP_TEST(the_owner_of_the_default_route),
        IFUP_TEST(what_routers_say),
        IFUP_TEST(dhcpv6),
        IFUP_TEST(without_ipv6_nothing_is_done),
        IFUP_TEST(a_kernel_without_ipv6),
        IFUP_TEST(one_of_the_two_fails),
        IFUP_TEST(a_bad_value_is_an_error),
        IFUP_TEST(down_gives_the_settings_back),
        IFUP_TEST(name_servers_of_both),
        IFUP_TEST(a_lease),
        IFUP_TEST(a_lease_that_lies),
        IFUP_TEST(a_domain_that_is_none),
        IFUP_TEST(dns_is_the_other_lease_s),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
