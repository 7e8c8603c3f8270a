/* test_netlink_values.c - host/netlink_read.c and netlink_change.c against an invented kernel:
 * invalid addresses and routes, more messages than are accepted, and values that no device can
 * have. */
#include "unit/test.h"

#include "unit/netlink_seen.h"

/* ---- Addresses and routes. ------------------------------------------------------------------ */

static void put_ip_message(struct fake *fake, unsigned nth, int type, int family, unsigned prefix,
                           uint16_t attribute, size_t size)
{
    struct ifaddrmsg address = { .ifa_family = (unsigned char)family,
                                 .ifa_prefixlen = (unsigned char)prefix,
                                 .ifa_index = 3 };
    struct rtmsg route = { .rtm_family = (unsigned char)family,
                           .rtm_dst_len = (unsigned char)prefix,
                           .rtm_table = RT_TABLE_MAIN };
    struct nlmsghdr *m = type == RTM_NEWADDR ? fake_put(fake, nth, type, &address, sizeof address)
                                             : fake_put(fake, nth, type, &route, sizeof route);

    mnl_attr_put(m, attribute, size, "0123456789abcdef");
    fake_end(fake, m);
}

/* A kernel without IPv6 answers with IPv4 once more, or with an error. */
TEST_WITH(test_families, struct fake, fake)
{
    struct seen seen = { 0 };

    put_ip_message(fake, 1, RTM_NEWADDR, AF_INET, 24, IFA_LOCAL, 4);
    put_ip_message(fake, 1, RTM_NEWADDR, AF_INET6, 24, IFA_ADDRESS, 16);
    put_ip_message(fake, 1, RTM_NEWADDR, AF_DECnet, 24, IFA_LOCAL, 2);
    put_ip_message(fake, 1, RTM_NEWROUTE, AF_INET, 24, RTA_DST, 4);
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    put_ip_message(fake, 2, RTM_NEWADDR, AF_INET, 24, IFA_LOCAL, 4);
    fake_done(fake, 2, 0);
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_addresses(fake->nl, see_address, &seen, NULL), 0);
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.address.index, 3);
    assert_memory_equal(seen.address.ip, "0123", 4);
    put_ip_message(fake, 1, RTM_NEWROUTE, AF_INET, 24, RTA_DST, 4);
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    fake_answer(fake, 2, EAFNOSUPPORT, NULL);
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_routes(fake->nl, see_route, &seen, NULL), 0);
    assert_int_equal(seen.n, 2);
}

static void refuse_ip(struct fake *fake, int type, unsigned prefix, uint16_t attribute, size_t size)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct seen seen = { 0 };

    put_ip_message(fake, 1, type, AF_INET, prefix, attribute, size);
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    assert_int_equal(type == RTM_NEWADDR ? ifr_netlink_addresses(fake->nl, see_address, &seen, &err)
                                         : ifr_netlink_routes(fake->nl, see_route, &seen, &err),
                     -1);
    assert_int_equal(err.code, DBC_EPARSE);
    assert_int_equal(seen.n, 0);
}

TEST_WITH(test_wrong_addresses, struct fake, fake)
{
    refuse_ip(fake, RTM_NEWADDR, 33, IFA_LOCAL, 4);
    refuse_ip(fake, RTM_NEWADDR, 24, IFA_LOCAL, 3);
    refuse_ip(fake, RTM_NEWADDR, 24, IFA_LOCAL, 16);
    refuse_ip(fake, RTM_NEWADDR, 24, IFA_LABEL, 4);
    refuse_ip(fake, RTM_NEWROUTE, 33, RTA_DST, 4);
    refuse_ip(fake, RTM_NEWROUTE, 24, RTA_DST, 5);
    refuse_ip(fake, RTM_NEWROUTE, 24, RTA_GATEWAY, 4);
}

static void put_route(struct fake *fake, uint32_t table, unsigned flags, uint16_t more)
{
    struct rtmsg header = { .rtm_family = AF_INET,
                            .rtm_table = RT_TABLE_UNSPEC,
                            .rtm_flags = flags };
    struct nlmsghdr *m = fake_put(fake, 1, RTM_NEWROUTE, &header, sizeof header);

    mnl_attr_put_u32(m, RTA_TABLE, table);
    mnl_attr_put_u32(m, RTA_OIF, 9);
    mnl_attr_put(m, RTA_GATEWAY, 4, "abcd");
    if (more != 0) {
        mnl_attr_put(m, more, 8, "01234567");
    }
    fake_end(fake, m);
}

TEST_WITH(test_which_routes, struct fake, fake)
{
    static const uint16_t more[] = { RTA_MULTIPATH, 18 /* RTA_VIA */, 22 /* RTA_ENCAP */,
                                     30 /* RTA_NH_ID */ };
    struct seen seen = { 0 };

    put_route(fake, RT_TABLE_LOCAL, 0, 0);
    put_route(fake, RT_TABLE_MAIN, RTM_F_CLONED, 0);
    put_route(fake, 100000, RTNH_F_ONLINK | RTNH_F_DEAD, 0);
    fake_done(fake, 1, 0);
    fake_done(fake, 2, 0);
    fake_flush(fake, 0);
    fake_done(fake, 2, 0);
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_routes(fake->nl, see_route, &seen, NULL), 0);
    assert_int_equal(seen.n, 1);
    assert_int_equal(seen.route.table, 100000);
    assert_int_equal(seen.route.flags, RTNH_F_ONLINK);
    assert_int_equal(seen.route.index, 9);
    assert_true(seen.route.has_gateway);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        put_route(fake, RT_TABLE_MAIN, 0, more[i]);
        fake_done(fake, 1, 0);
        fake_flush(fake, 0);
        fake_done(fake, 2, 0);
        fake_flush(fake, 0);
        assert_int_equal(ifr_netlink_routes(fake->nl, see_route, &seen, NULL), 0);
        assert_int_equal(seen.n, 2 + i);
        assert_int_equal(seen.route.index, 0);
        assert_false(seen.route.has_gateway);
    }
}

/* ---- Many. ---------------------------------------------------------------------------------- */

struct many {
    unsigned left;
    struct fake fake;
};

/* As many devices as a datagram holds, then the end. */
static ssize_t receive_many(struct ifr_netlink *nl, void *data, size_t size, uint32_t *sender)
{
    struct many *many = nl->io->ctx;

    many->fake.len = 0;
    while (many->left > 0 && many->fake.len + 64 < 32768) {
        fake_end(&many->fake, fake_link(&many->fake, 0, (int)many->left--, "eth0"));
    }
    if (many->fake.len == 0) {
        fake_done(&many->fake, 0, 0);
    }
    assert_true(many->fake.len <= size);
    memcpy(data, many->fake.out, many->fake.len);
    *sender = 0;
    return (ssize_t)many->fake.len;
}

TEST(test_limit)
{
    static struct many many;
    const struct ifr_netlink_io io = { fake_send, receive_many, &many };
    struct seen seen = { 0 };

    assert_true(fake_open(&many.fake, &io));
    many.fake.nl->deadline = 60000;
    fake_flush(&many.fake, 0); /* for poll */
    many.left = IFR_NETLINK_DUMP_MAX;
    links_give(&many.fake, DBC_OK, IFR_NETLINK_DUMP_MAX, &seen);
    many.left = IFR_NETLINK_DUMP_MAX + 1;
    links_give(&many.fake, DBC_ELIMIT, IFR_NETLINK_DUMP_MAX, &seen);
    fake_close(&many.fake);
}

/* What no device is called is refused before anything is sent. */
TEST_WITH(test_bad_values, struct fake, fake)
{
    static const char *const names[] = { "", "1234567890123456", "a/b" };
    struct ifr_link link = { .name = "x", .kind = "dummy" };
    const struct ifr_net_address address = { .family = AF_UNSPEC };
    const struct ifr_net_route route = { .family = AF_INET, .type = RTN_UNICAST };
    const struct ifr_link_option option = { "bond", IFLA_BOND_MIIMON, 4 };
    struct pollfd sent = { .fd = fake->far, .events = POLLIN };

    for (size_t i = 0; i < 3; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        assert_int_equal(ifr_netlink_set_up(fake->nl, names[i], true, &err), -1);
        assert_int_equal(err.code, DBC_EINVAL);
        assert_int_equal(ifr_netlink_set_mtu(fake->nl, names[i], 1500, NULL), -1);
        assert_int_equal(ifr_netlink_delete(fake->nl, names[i], NULL), -1);
        assert_int_equal(ifr_netlink_set_mac(fake->nl, names[i], "00:00:00:00:00:01", NULL), -1);
        assert_int_equal(ifr_netlink_set_master(fake->nl, names[i], "", NULL), -1);
        assert_int_equal(ifr_netlink_set_option(fake->nl, names[i], &option, 1, NULL), -1);
    }
    assert_int_equal(ifr_netlink_set_mac(fake->nl, "eth0", "00:00:00:00:00", NULL), -1);
    assert_int_equal(ifr_netlink_create(fake->nl, &link, NULL), -1);
    link = (struct ifr_link){ .name = "x", .kind = "vlan", .vlan_tag = 5 };
    assert_int_equal(ifr_netlink_create(fake->nl, &link, NULL), -1);
    link.parent = 1;
    link.vlan_tag = 4095;
    assert_int_equal(ifr_netlink_create(fake->nl, &link, NULL), -1);
    assert_int_equal(ifr_netlink_add_address(fake->nl, "eth0", &address, NULL), -1);
    assert_int_equal(ifr_netlink_add_route(fake->nl, "", &route, NULL), -1);
    assert_int_equal(poll(&sent, 1, 0), 0);
}

/* ---- What is asked for. --------------------------------------------------------------------- */

struct wanted {
    uint16_t type;
    const struct nlattr *found;
};

static int look(const struct nlattr *attribute, void *data)
{
    struct wanted *wanted = data;

    if (mnl_attr_get_type(attribute) == wanted->type) {
        wanted->found = attribute;
    }
    return MNL_CB_OK;
}

/* What the request that was sent has of that type behind its header of `size` bytes. */
static const struct nlattr *sent(struct fake *fake, size_t size, uint16_t type)
{
    static struct {
        struct nlmsghdr header;
        char rest[IFR_NETLINK_ROOM];
    } request;
    struct wanted wanted = { .type = type };
    ssize_t len = recv(fake->far, &request, sizeof request, MSG_DONTWAIT);

    assert_true(len > 0 && mnl_nlmsg_ok(&request.header, (int)len));
    mnl_attr_parse(&request.header, (unsigned)size, look, &wanted);
    return wanted.found;
}

/* The kernel refuses a lifetime of 0, and has none itself for an address that stays. */
TEST_WITH(test_lifetimes, struct fake, fake)
{
    static const struct {
        uint32_t valid, preferred;
        bool said;
    } rows[] = {
        { 0, 0, false },         { UINT32_MAX, UINT32_MAX, false },
        { UINT32_MAX, 0, true }, /* deprecated, and stays */
        { 100, 50, true },       { 100, 0, true },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ifr_net_address address = { .family = AF_INET,
                                           .ip = { 192, 0, 2, 1 },
                                           .prefix = 24,
                                           .valid = rows[i].valid,
                                           .preferred = rows[i].preferred };
        struct dbc_error err = DBC_ERROR_INIT;
        const struct nlattr *info = NULL;
        fake_end(fake, fake_link(fake, 1, 5, "eth0"));
        fake_answer(fake, 1, 0, NULL);
        fake_flush(fake, 0);
        fake_answer(fake, 2, 0, NULL);
        fake_flush(fake, 0);
        if (ifr_netlink_add_address(fake->nl, "eth0", &address, &err) != 0) {
            fail_msg("%s", err.text);
        }
        sent(fake, sizeof(struct ifinfomsg), IFLA_IFNAME); /* which device it is */
        info = sent(fake, sizeof(struct ifaddrmsg), IFA_CACHEINFO);
        assert_int_equal(info != NULL, rows[i].said);
        if (info != NULL) {
            const struct ifa_cacheinfo *times = mnl_attr_get_payload(info);
            assert_int_equal(times->ifa_valid, rows[i].valid);
            assert_int_equal(times->ifa_prefered, rows[i].preferred);
        }
    }
}

int main(void)
{
#define WITH_FAKE(test) cmocka_unit_test_setup_teardown(test, make, end)
    const struct CMUnitTest tests[] = {
        WITH_FAKE(test_families),     WITH_FAKE(test_wrong_addresses), WITH_FAKE(test_which_routes),
        cmocka_unit_test(test_limit), WITH_FAKE(test_bad_values),      WITH_FAKE(test_lifetimes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
