/* test_ifcfg_ipv6.c - reconfigure/datapath/{ipv6,ipdev,sysconfig,address}.c: what the files say of
 * IPv6, for each mode, and what must not get into them. */
#include "unit/test.h"

#include "base/limits.h"
#include "reconfigure/datapath/address.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/ipdev.h"
#include "reconfigure/datapath/ipv6.h"
#include "reconfigure/datapath/sysconfig.h"
#include "unit/world.h"

struct host {
    struct world w;
    struct dbc_record *pif, *other;
    struct dbc_buf out;
};

static void begin(struct host *t)
{
    memset(t, 0, sizeof *t);
    world_make(&t->w, &ifr_datapath_vswitch);
    t->pif = world_pif(&t->w, "pif", "eth0", "xenbr0", "02:00:00:00:00:01");
    t->other = world_pif(&t->w, "other", "eth1", "xenbr1", "02:00:00:00:00:02");
    world_set(&t->w, t->pif, "management", "True");
}

static void end(struct host *t)
{
    dbc_buf_release(&t->out);
    world_end(&t->w);
}

static int setup(void **state)
{
    static struct host made;

    *state = &made;
    begin(&made);
    return 0;
}

static int teardown(void **state)
{
    end(*state);
    return 0;
}

static void set(struct host *t, const char *mode, const char *addresses, const char *gateway)
{
    world_set(&t->w, t->pif, "ipv6_configuration_mode", mode);
    world_set(&t->w, t->pif, "IPv6", addresses);
    world_set(&t->w, t->pif, "IPv6_gateway", gateway);
}

static int lines(struct host *t, bool owner)
{
    dbc_buf_clear(&t->out);
    dbc_error_clear(&t->w.err);
    return ifr_ifcfg_ipv6(&t->w.p, as_pif(t->pif), owner, &t->out, &t->w.err);
}

TEST_WITH(nothing_without_ipv6, struct host, t)
{
    assert_int_equal(lines(t, true), 0);
    assert_string_equal(dbc_buf_str(&t->out), "");
    set(t, "None", "2001:db8::5/64", "2001:db8::1"); /* what it was before */
    assert_int_equal(lines(t, true), 0);
    assert_string_equal(dbc_buf_str(&t->out), "");
}

TEST_WITH(each_mode_has_its_lines, struct host, t)
{
    set(t, "Autoconf", "", "");
    assert_int_equal(lines(t, true), 0);
    assert_string_equal(dbc_buf_str(&t->out), "IPV6INIT=yes\nIPV6_AUTOCONF=yes\n");
    set(t, "DHCP", "", "");
    assert_int_equal(lines(t, true), 0);
    assert_string_equal(dbc_buf_str(&t->out), "IPV6INIT=yes\nIPV6_AUTOCONF=no\nDHCPV6C=yes\n");
    set(t, "Static", "2001:DB8:0::5/64", "");
    assert_int_equal(lines(t, true), 0);
    assert_string_equal(dbc_buf_str(&t->out),
                        "IPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=2001:db8::5/64\n");
}

TEST_WITH(several_addresses_and_a_gateway, struct host, t)
{
    static const char addresses[] = "IPV6INIT=yes\nIPV6_AUTOCONF=no\nIPV6ADDR=2001:db8::5/64\n"
                                    "IPV6ADDR_SECONDARIES=\"fd00::6/48 fd00::7/128\"\n";

    set(t, "Static", "2001:db8::5/64, fd00::6/48,fd00::7/128,,2001:DB8::5/64", "2001:DB8::1");
    assert_int_equal(lines(t, false), 0);
    assert_string_equal(dbc_buf_str(&t->out), addresses);
    assert_int_equal(lines(t, true), 0);
    assert_int_equal(strncmp(dbc_buf_str(&t->out), addresses, strlen(addresses)), 0);
    assert_string_equal(dbc_buf_str(&t->out) + strlen(addresses), "IPV6_DEFAULTGW=2001:db8::1\n");
}

TEST_WITH(a_bad_address_names_record_field_and_value, struct host, t)
{
    static const char *const bad[] = { "x",
                                       "2001:db8::5",
                                       "2001:db8::5/129",
                                       "2001:db8::5/0",
                                       "192.0.2.1/24",
                                       "fe80::1/64",
                                       "ff02::1/64",
                                       "::/64",
                                       "::1/128",
                                       "2001:db8::5/64;id",
                                       "$(id)/64",
                                       "2001:db8::5/64\nX=1",
                                       "2001:db8::5/64 fd00::1/64",
                                       "::ffff:1.2.3.4/96" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        set(t, "Static", bad[i], "");
        assert_int_equal(lines(t, true), -1);
        assert_int_equal(t->w.err.code, DBC_EINVAL);
        assert_string_equal(dbc_buf_str(&t->out), "");
        assert_non_null(strstr(t->w.err.text, as_pif(t->pif)->uuid));
        assert_non_null(strstr(t->w.err.text, "IPv6 \""));
    }
    /* The good one beside a bad one does not get in alone. */
    set(t, "Static", "2001:db8::5/64,bad", "");
    assert_int_equal(lines(t, true), -1);
    assert_string_equal(dbc_buf_str(&t->out), "");
    set(t, "Static", " , ", "");
    assert_int_equal(lines(t, true), -1);
    assert_non_null(strstr(t->w.err.text, "make the mode None"));
    set(t, "static", "2001:db8::5/64", "");
    assert_int_equal(lines(t, true), -1);
    assert_non_null(strstr(t->w.err.text, "unknown ipv6_configuration_mode \"static\""));
}

TEST_WITH(a_bad_gateway_is_noted, struct host, t)
{
    static const char *const bad[] = { "x", "2001:db8::1/64", "192.0.2.1", "ff02::2", "::", "::1" };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ifr_plan_release(&t->w.plan);
        set(t, "Static", "2001:db8::5/64", bad[i]);
        assert_int_equal(lines(t, true), 0);
        assert_null(strstr(dbc_buf_str(&t->out), "IPV6_DEFAULTGW"));
        assert_true(world_noted(&t->w, "ignoring IPv6_gateway"));
    }
    set(t, "Static", "2001:db8::5/64", "fe80::1");
    assert_int_equal(lines(t, true), 0);
    assert_non_null(strstr(dbc_buf_str(&t->out), "IPV6_DEFAULTGW=fe80::1\n"));
}

TEST_WITH(no_more_addresses_than_the_limit, struct host, t)
{
    struct dbc_buf many = DBC_BUF_INIT;

    for (unsigned i = 0; i < DBC_LIMIT_IPV6; i++) {
        dbc_buf_addf(&many, "%s2001:db8::%x/64", i > 0 ? "," : "", i + 1);
    }
    set(t, "Static", dbc_buf_str(&many), "");
    assert_int_equal(lines(t, true), 0);
    dbc_buf_adds(&many, ",2001:db8::ffff/64");
    set(t, "Static", dbc_buf_str(&many), "");
    assert_int_equal(lines(t, true), -1);
    assert_non_null(strstr(t->w.err.text, "more than 64"));
    dbc_buf_release(&many);
}

/* ---- Whose the default route is ------------------------------------------------------------- */

static bool owns(struct host *t, struct dbc_record *pif)
{
    bool ret = false;

    must(dbc_db_index(t->w.db, NULL) == 0);
    ifr_plan_release(&t->w.plan);
    must(ifr_sysconfig_owns_ipv6(&t->w.p, as_pif(pif), &ret, NULL) == 0);
    return ret;
}

TEST_WITH(the_default_route_is_of_one_that_has_ipv6, struct host, t)
{
    assert_false(owns(t, t->pif)); /* no IPv6 */
    set(t, "Autoconf", "", "");
    assert_true(owns(t, t->pif));
    set(t, "Static", "2001:db8::5/64", "");
    assert_false(owns(t, t->pif)); /* no gateway */
    set(t, "Static", "2001:db8::5/64", "2001:db8::1");
    assert_true(owns(t, t->pif));
    assert_false(owns(t, t->other));
    world_config(&t->w, t->other, "defaultroute", "true");
    assert_true(owns(t, t->pif)); /* the claim is for IPv4: that PIF has no IPv6 */
    world_set(&t->w, t->other, "ipv6_configuration_mode", "DHCP");
    assert_false(owns(t, t->pif));
    assert_true(owns(t, t->other));
}

static const char *files(struct host *t)
{
    must(dbc_db_index(t->w.db, NULL) == 0);
    ifr_plan_release(&t->w.plan);
    dbc_buf_clear(&t->out);
    must(ifr_ipdev_files(&t->w.p, as_pif(t->pif), &t->out, &t->w.err) == 0);
    return dbc_buf_str(&t->out);
}

TEST_WITH(the_files_of_a_device, struct host, t)
{
    assert_null(strstr(files(t), "IPV6"));
    assert_null(strstr(world_file(&t->w, IFR_SYSCONFIG_NETWORK), "IPV6"));
    set(t, "Static", "2001:db8::5/64", "2001:db8::1");
    assert_non_null(strstr(files(t), "\nIPV6ADDR=2001:db8::5/64\nIPV6_DEFAULTGW=2001:db8::1\n"));
    assert_string_equal(world_file(&t->w, IFR_SYSCONFIG_NETWORK),
                        "DNSDEV=xenbr0\nGATEWAYDEV=xenbr0\nIPV6_DEFAULTDEV=xenbr0\n");
    world_set(&t->w, t->pif, "management", "False");
    assert_null(strstr(files(t), "IPV6_DEFAULTGW"));
    assert_string_equal(world_file(&t->w, IFR_SYSCONFIG_NETWORK), "(none)");
}

/* ---- What they give the device, as data ------------------------------------------------------ */

#define SCRIPTS "/etc/sysconfig/network-scripts/"

/* The attributes of xenbr0 when its file is this one: addresses, routes, client, settings. */
static void assert_given(const char *ifcfg, const char *network, const char *const expected[4])
{
    static const unsigned attributes[] = { IFR_LINK_ADDRESSES, IFR_LINK_ROUTES, IFR_LINK_CLIENT6,
                                           IFR_LINK_IPV6 };
    struct ifr_state state = { 0 };
    const struct ifr_object *link = NULL;
    struct host t;

    begin(&t);
    scratch_write(&t.w.s, SCRIPTS "ifcfg-xenbr0", ifcfg, 0644);
    scratch_write(&t.w.s, IFR_SYSCONFIG_NETWORK, network, 0644);
    must(ifr_address_of_ipdev(&t.w.p, "xenbr0", false, &state, NULL) == 0);
    link = ifr_state_find(&state, IFR_LINK, "xenbr0");
    for (size_t i = 0; i < 4; i++) {
        if (expected[i] == NULL) {
            assert_null(link->v[attributes[i]]);
        } else {
            assert_string_equal(link->v[attributes[i]], expected[i]);
        }
    }
    ifr_state_release(&state);
    end(&t);
}

TEST(what_files_give_a_device)
{
    static const char fixed[] = "IPADDR=10.0.0.5\nNETMASK=255.0.0.0\nIPV6INIT=yes\n"
                                "IPV6_AUTOCONF=no\nIPV6ADDR=2001:db8::5/64\n"
                                "IPV6ADDR_SECONDARIES=\"fd00::6/48\"\nIPV6_DEFAULTGW=fe80::1\n";
    static const char addresses[] = "10.0.0.5/8\n2001:db8::5/64\nfd00::6/48";
    static const char ignored[] = "autoconf=0 routers=ignored";

    assert_given(fixed, "IPV6_DEFAULTDEV=xenbr0\n",
                 (const char *const[]){ addresses, "::/0 via fe80::1", "", ignored });
    assert_given(fixed, "IPV6_DEFAULTDEV=xenbr1\n",
                 (const char *const[]){ addresses, "", "", ignored });
    assert_given("BOOTPROTO=dhcp\nIPV6INIT=yes\nIPV6_AUTOCONF=yes\n", "",
                 (const char *const[]){ IFR_ANY_IPV4 "\n" IFR_ANY_IPV6, "", "",
                                        "autoconf=1 accept_ra_defrtr=1 routers=heard" });
    assert_given("IPV6INIT=yes\nIPV6_AUTOCONF=no\nDHCPV6C=yes\n", "IPV6_DEFAULTDEV=x\n",
                 (const char *const[]){ IFR_ANY_IPV6, "", IFR_ANY,
                                        "autoconf=0 accept_ra_defrtr=0 routers=heard" });
    assert_given("IPV6ADDR=2001:db8::5/64\nDHCPV6C=yes\n", "",
                 (const char *const[]){ "", "", NULL, NULL });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(nothing_without_ipv6),
        FIXTURE(each_mode_has_its_lines),
        FIXTURE(several_addresses_and_a_gateway),
        FIXTURE(a_bad_address_names_record_field_and_value),
        FIXTURE(a_bad_gateway_is_noted),
        FIXTURE(no_more_addresses_than_the_limit),
        FIXTURE(the_default_route_is_of_one_that_has_ipv6),
        FIXTURE(the_files_of_a_device),
        cmocka_unit_test(what_files_give_a_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
