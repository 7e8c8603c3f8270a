/* test_ifup_lease.c - reconfigure/ifup/{lease,resolv}.c: DHCP events, also of hostile servers. */
#include "unit/test.h"

#include "reconfigure/ifup/lease.h"
#include "reconfigure/ifup/resolv.h"
#include "unit/ifup_host.h"

static int event(struct ifup_host *h, const char *name, const char *const *env)
{
    return ifr_lease_event(&h->host, name, env, NULL);
}

static const char *const dhclient_bound[] = { "reason=BOUND",
                                              "interface=xenbr0",
                                              "new_ip_address=10.0.0.7",
                                              "new_subnet_mask=255.255.255.0",
                                              "new_routers=10.0.0.1 10.0.0.2",
                                              "new_domain_name_servers=10.0.0.3 10.0.0.4",
                                              "new_domain_name=lab.example",
                                              NULL };

#define BOUND_RAN                                                                                  \
    "ip -4 addr replace 10.0.0.7/24 broadcast + dev xenbr0\n"                                      \
    "ip -4 route replace default via 10.0.0.1 dev xenbr0\n"

TEST_WITH(dhclient_and_udhcpc_mean_the_same, struct ifup_host, h)
{
    const char *const udhcpc[] = { "interface=xenbr0",
                                   "ip=10.0.0.7",
                                   "subnet=255.255.255.0",
                                   "router=10.0.0.1",
                                   "dns=10.0.0.3 10.0.0.4",
                                   "domain=lab.example",
                                   NULL };
    static const char resolv[] = "# Written by ifup for xenbr0\nsearch lab.example\n"
                                 "nameserver 10.0.0.3\nnameserver 10.0.0.4\n";

    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\n");
    scratch_write(&h->scratch, "/etc/resolv.conf", "search old\n", 0644);
    assert_int_equal(event(h, NULL, dhclient_bound), 0);
    assert_string_equal(ifup_ran(h), BOUND_RAN);
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), resolv);
    assert_int_equal(event(h, "bound", udhcpc), 0);
    assert_string_equal(ifup_ran(h), BOUND_RAN BOUND_RAN);
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), resolv);
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf.save"), "search old\n");
}

TEST_WITH(the_configuration_wins_over_the_server, struct ifup_host, h)
{
    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\nDNS1=1.1.1.1\nDOMAIN='mine.example'\n");
    assert_int_equal(event(h, NULL, dhclient_bound), 0);
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"),
                        "# Written by ifup for xenbr0\nsearch mine.example\nnameserver 1.1.1.1\n");
}

TEST_WITH(owners_are_honoured, struct ifup_host, h)
{
    scratch_write(&h->scratch, "/etc/sysconfig/network", "GATEWAYDEV=xenbr1\nDNSDEV=xenbr1\n",
                  0644);
    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\n");
    assert_int_equal(event(h, NULL, dhclient_bound), 0);
    assert_string_equal(ifup_ran(h), "ip -4 addr replace 10.0.0.7/24 broadcast + dev xenbr0\n");
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "(none)");
}

TEST_WITH(a_changed_address_replaces_the_old, struct ifup_host, h)
{
    const char *const env[] = { "reason=RENEW",
                                "interface=xenbr0",
                                "old_ip_address=10.0.0.6",
                                "new_ip_address=10.0.0.7",
                                "new_subnet_mask=255.255.255.0",
                                NULL };

    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\n");
    assert_int_equal(event(h, NULL, env), 0);
    assert_string_equal(ifup_ran(h), "ip -4 addr del 10.0.0.6/24 dev xenbr0\n"
                                     "ip -4 addr replace 10.0.0.7/24 broadcast + dev xenbr0\n");
}

/* The new one is there before the old one goes, which then leaves it where it is. */
TEST_WITH(the_new_address_comes_first, struct ifup_host, h)
{
    const char *const env[] = { "reason=RENEW",
                                "interface=xenbr0",
                                "old_ip_address=10.0.9.6",
                                "old_subnet_mask=255.255.0.0",
                                "new_ip_address=10.0.0.7",
                                "new_subnet_mask=255.255.255.0",
                                NULL };
    const char *file = "/proc/sys/net/ipv4/conf/xenbr0/promote_secondaries";

    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\n");
    scratch_write(&h->scratch, file, "0\n", 0644);
    assert_int_equal(event(h, NULL, env), 0);
    assert_string_equal(ifup_ran(h), "ip -4 addr replace 10.0.0.7/24 broadcast + dev xenbr0\n"
                                     "ip -4 addr del 10.0.9.6/16 dev xenbr0\n");
    assert_string_equal(scratch_read(&h->scratch, file), "1\n");
}

TEST_WITH(a_lost_lease_takes_away_what_it_gave, struct ifup_host, h)
{
    const char *const env[] = { "reason=EXPIRE",
                                "interface=xenbr0",
                                "old_ip_address=10.0.0.7",
                                "old_subnet_mask=255.255.255.0",
                                "old_routers=10.0.0.1 10.0.0.2",
                                NULL };

    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\n");
    scratch_write(&h->scratch, "/etc/resolv.conf", "search old\n", 0644);
    assert_int_equal(event(h, NULL, dhclient_bound), 0);
    assert_int_equal(event(h, NULL, env), 0);
    assert_string_equal(ifup_ran(h), BOUND_RAN "ip -4 route del default via 10.0.0.1 dev xenbr0\n"
                                               "ip -4 addr del 10.0.0.7/24 dev xenbr0\n");
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "search old\n");
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf.save"), "(none)");
}

TEST_WITH(a_lost_lease_keeps_what_is_not_its_own, struct ifup_host, h)
{
    const char *const none[] = { "reason=FAIL", "interface=xenbr0", NULL };
    const char *const lost[] = { "reason=EXPIRE",           "interface=xenbr0",
                                 "old_ip_address=10.0.0.7", "old_subnet_mask=255.255.255.0",
                                 "old_routers=10.0.0.1",    NULL };
    const char *file = "/proc/sys/net/ipv4/conf/xenbr0/promote_secondaries";

    assert_int_equal(event(h, NULL, none), 0);
    assert_string_equal(ifup_ran(h), "");
    scratch_write(&h->scratch, "/etc/sysconfig/network", "GATEWAYDEV=xenbr1\n", 0644);
    scratch_write(&h->scratch, file, "0\n", 0644);
    assert_int_equal(event(h, NULL, lost), 0);
    assert_string_equal(ifup_ran(h), "ip -4 addr del 10.0.0.7/24 dev xenbr0\n");
    assert_string_equal(scratch_read(&h->scratch, file), "1\n");
}

/* It does not say which address it had. */
TEST_WITH(udhcpc_begins_with_an_empty_device, struct ifup_host, h)
{
    const char *const env[] = { "interface=xenbr0", NULL };

    assert_int_equal(event(h, "deconfig", env), 0);
    assert_string_equal(ifup_ran(h), "ip -4 addr flush dev xenbr0\nip link set dev xenbr0 up\n");
}

TEST_WITH(an_old_lease_nobody_confirms_is_refused, struct ifup_host, h)
{
    const char *const env[] = { "reason=TIMEOUT", "interface=xenbr0", "new_ip_address=10.0.0.7",
                                "new_subnet_mask=255.255.255.0", NULL };

    assert_int_equal(event(h, NULL, env), -1);
    assert_string_equal(ifup_ran(h), "");
}

TEST_WITH(what_cannot_be_used_is_refused, struct ifup_host, h)
{
    static const char *const envs[][5] = {
        { "reason=BOUND", "interface=xenbr0", "new_ip_address=10.0.0.7/8",
          "new_subnet_mask=255.0.0.0" },
        { "reason=BOUND", "interface=xenbr0", "new_ip_address=0.0.0.0",
          "new_subnet_mask=255.0.0.0" },
        { "reason=BOUND", "interface=xenbr0", "new_ip_address=10.0.0.7" },
        { "reason=BOUND", "interface=xenbr0", "new_ip_address=10.0.0.7",
          "new_subnet_mask=255.0.255.0" },
        { "reason=BOUND", "interface=../x", "new_ip_address=10.0.0.7",
          "new_subnet_mask=255.0.0.0" },
        { "reason=BOUND", "interface=-x", "new_ip_address=10.0.0.7", "new_subnet_mask=255.0.0.0" },
        { "reason=BOUND", "new_ip_address=10.0.0.7", "new_subnet_mask=255.0.0.0" },
        { "reason=REBOOT NOW", "interface=xenbr0" },
        { "interface=xenbr0" },
    };

    for (size_t i = 0; i < sizeof envs / sizeof envs[0]; i++) {
        assert_int_equal(event(h, NULL, envs[i]), -1);
        assert_string_equal(ifup_ran(h), "");
    }
}

TEST_WITH(lies_are_left_out, struct ifup_host, h)
{
    const char *const env[] = { "reason=BOUND",
                                "interface=xenbr0",
                                "new_ip_address=10.0.0.7",
                                "new_subnet_mask=255.255.255.0",
                                "new_routers=$(x) 192.0.2.1",
                                "new_domain_name_servers=10.0.0.3 `x` 10.0.0.3x 999.1.1.1",
                                "new_domain_name=a\nnameserver 6.6.6.6",
                                NULL };

    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\n");
    assert_int_equal(event(h, NULL, env), 0);
    /* The router is none, and the other is not in the subnet. */
    assert_string_equal(ifup_ran(h), "ip -4 addr replace 10.0.0.7/24 broadcast + dev xenbr0\n");
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"),
                        "# Written by ifup for xenbr0\nnameserver 10.0.0.3\n");
}

TEST_WITH(events_that_ask_for_nothing, struct ifup_host, h)
{
    const char *const env[] = { "interface=xenbr0", NULL };
    const char *const start[] = { "interface=xenbr0", "reason=PREINIT", NULL };

    assert_int_equal(event(h, "nak", env), 0);
    assert_int_equal(event(h, "leasefail", env), 0);
    assert_int_equal(event(h, "MEDIUM", env), 0);
    assert_string_equal(ifup_ran(h), "");
    assert_int_equal(event(h, NULL, start), 0);
    assert_string_equal(ifup_ran(h), "ip link set dev xenbr0 up\n");
}

TEST_WITH(a_lease_that_cannot_be_applied_is_declined, struct ifup_host, h)
{
    ifup_ifcfg(h, "xenbr0", "BOOTPROTO=dhcp\n");
    h->failing = "addr replace";
    assert_int_equal(event(h, NULL, dhclient_bound), -1);
}

/* ---- resolv.conf. --------------------------------------------------------------------------- */

TEST(compose_keeps_what_is_not_replaced)
{
    struct dbc_strvec dns = DBC_STRVEC_INIT;
    struct dbc_buf out = DBC_BUF_INIT;

    ifr_resolv_compose("# Written by ifup for eth9\nsearch a\ndomain b\nnameserver 1.1.1.1\n"
                       "options x\nnameserversomething\n# c",
                       "eth0", &dns, "d,e", &out);
    assert_string_equal(dbc_buf_str(&out), "# Written by ifup for eth0\nsearch d e\n"
                                           "nameserver 1.1.1.1\noptions x\nnameserversomething\n"
                                           "# c\n");
    dbc_buf_clear(&out);
    dbc_strvec_push(&dns, "2.2.2.2");
    ifr_resolv_compose("search a\nnameserver\t1.1.1.1\n", "eth0", &dns, "", &out);
    assert_string_equal(dbc_buf_str(&out),
                        "# Written by ifup for eth0\nnameserver 2.2.2.2\nsearch a\n");
    dbc_strvec_release(&dns);
    dbc_buf_release(&out);
}

TEST_WITH(only_the_writer_restores, struct ifup_host, h)
{
    struct dbc_strvec dns = DBC_STRVEC_INIT;

    dbc_strvec_push(&dns, "2.2.2.2");
    scratch_write(&h->scratch, "/etc/resolv.conf", "search old\n", 0640);
    ifr_resolv_set(&h->host, "eth0", &dns, "");
    ifr_resolv_set(&h->host, "eth01", &dns, ""); /* the saved file stays the first one */
    ifr_resolv_restore(&h->host, "eth0");
    assert_non_null(strstr(scratch_read(&h->scratch, "/etc/resolv.conf"), "for eth01\n"));
    ifr_resolv_restore(&h->host, "eth01");
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "search old\n");
    scratch_write(&h->scratch, "/etc/resolv.conf.save", "search older\n", 0644);
    ifr_resolv_restore(&h->host, "eth01"); /* a person's file by now */
    assert_string_equal(scratch_read(&h->scratch, "/etc/resolv.conf"), "search old\n");
    dbc_strvec_release(&dns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IFUP_TEST(dhclient_and_udhcpc_mean_the_same),
        IFUP_TEST(the_configuration_wins_over_the_server),
        IFUP_TEST(owners_are_honoured),
        IFUP_TEST(a_changed_address_replaces_the_old),
        IFUP_TEST(the_new_address_comes_first),
        IFUP_TEST(a_lost_lease_takes_away_what_it_gave),
        IFUP_TEST(a_lost_lease_keeps_what_is_not_its_own),
        IFUP_TEST(udhcpc_begins_with_an_empty_device),
        IFUP_TEST(an_old_lease_nobody_confirms_is_refused),
        IFUP_TEST(what_cannot_be_used_is_refused),
        IFUP_TEST(lies_are_left_out),
        IFUP_TEST(events_that_ask_for_nothing),
        IFUP_TEST(a_lease_that_cannot_be_applied_is_declined),
        IFUP_TEST(only_the_writer_restores),
        cmocka_unit_test(compose_keeps_what_is_not_replaced),
    };
    return cmocka_run_group_tests_name("ifup_lease", tests, NULL, NULL);
}
