/* test_netlink_fake.c - host/netlink.c and netlink_read.c against an invented kernel: truncated
 * messages, messages of other senders, answers for others, interrupted dumps, refusals, damaged
 * attributes. */
#include "unit/test.h"

#include "unit/netlink_seen.h"

/* ---- Whose message it is. ------------------------------------------------------------------- */

TEST_WITH(test_strangers, struct fake, fake)
{
    struct seen seen = { 0 };

    fake_end(fake, fake_link(fake, 1, 66, "evil0"));
    fake_done(fake, 1, 0);
    fake_flush(fake, 77); /* a process */
    fake_end(fake, fake_link(fake, 0, 67, "old0"));
    fake_done(fake, 0, 0);
    fake_flush(fake, 0); /* an earlier request's answer */
    struct nlmsghdr *m = fake_link(fake, 1, 68, "other0");
    m->nlmsg_pid++;
    fake_end(fake, m);
    fake_end(fake, fake_link(fake, 1, 5, "eth5"));
    fake_flush(fake, 0);
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    links_give(fake, DBC_OK, 1, &seen);
    assert_string_equal(seen.link.name, "eth5");
    assert_int_equal(seen.link.index, 5);
    assert_true(seen.link.up && !seen.link.carrier);
}

TEST_WITH(test_request, struct fake, fake)
{
    struct seen seen = { 0 };
    struct {
        struct nlmsghdr header;
        char rest[256];
    } request = { 0 };

    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    links_give(fake, DBC_OK, 0, &seen);
    ssize_t len = recv(fake->far, &request, sizeof request, 0);
    assert_int_equal(len, request.header.nlmsg_len);
    assert_int_equal(request.header.nlmsg_type, RTM_GETLINK);
    assert_int_equal(request.header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
    assert_int_equal(request.header.nlmsg_pid, FAKE_PORT);
    assert_int_equal(request.header.nlmsg_seq, 1);
}

TEST_WITH(test_nobody_answers, struct fake, fake)
{
    struct seen seen = { 0 };

    fake->nl->deadline = 30;
    links_give(fake, DBC_ETIMEOUT, 0, &seen);
    fake_end(fake, fake_link(fake, 1, 5, "eth5")); /* but no end */
    fake_flush(fake, 0);
    links_give(fake, DBC_ETIMEOUT, 0, &seen);
}

/* Somebody who never stops to send does not keep us beyond the deadline. */
static ssize_t flood(struct ifr_netlink *nl, void *data, size_t size, uint32_t *sender)
{
    (void)nl;
    memset(data, 0, size);
    *sender = 9;
    return 64;
}

TEST(test_flood)
{
    static const struct ifr_netlink_io io = { fake_send, flood, NULL };
    struct fake fake;
    struct seen seen = { 0 };

    assert_true(fake_open(&fake, &io));
    fake.nl->deadline = 30;
    fake_flush(&fake, 0); /* for poll */
    links_give(&fake, DBC_ETIMEOUT, 0, &seen);
    fake_close(&fake);
}

/* ---- Again. --------------------------------------------------------------------------------- */

static void interrupted_dump(struct fake *fake, unsigned nth, bool late)
{
    struct nlmsghdr *m = fake_link(fake, nth, (int)nth, "gone0");

    m->nlmsg_flags |= late ? 0 : NLM_F_DUMP_INTR;
    fake_end(fake, m);
    fake_done(fake, nth, late ? NLM_F_DUMP_INTR : 0);
    fake_flush(fake, 0);
}

TEST_WITH(test_interrupted, struct fake, fake)
{
    struct seen seen = { 0 };

    for (unsigned i = 1; i <= 3; i++) {
        interrupted_dump(fake, i, i == 2);
    }
    fake_end(fake, fake_link(fake, 4, 5, "eth5"));
    fake_done(fake, 4, 0);
    fake_flush(fake, 0);
    links_give(fake, DBC_OK, 1, &seen);
    assert_string_equal(seen.link.name, "eth5");
    for (unsigned i = 1; i <= 4; i++) {
        interrupted_dump(fake, i, false);
    }
    links_give(fake, DBC_ECONFLICT, 1, &seen);
}

TEST_WITH(test_lost, struct fake, fake)
{
    struct seen seen = { 0 };

    fake_end(fake, fake_link(fake, 1, 4, "eth4"));
    fake_flush(fake, 0);
    fake_errno(fake, ENOBUFS);
    fake_done(fake, 1, 0); /* the rest of the first one */
    fake_flush(fake, 0);
    fake_end(fake, fake_link(fake, 2, 5, "eth5"));
    fake_end(fake, fake_put(fake, 2, NLMSG_OVERRUN, "", 0));
    fake_done(fake, 2, 0);
    fake_flush(fake, 0);
    fake_errno(fake, EINTR);
    fake_errno(fake, EAGAIN);
    fake_answer(fake, 3, EBUSY, NULL);
    fake_flush(fake, 0);
    fake_end(fake, fake_put(fake, 4, NLMSG_NOOP, "", 0));
    fake_end(fake, fake_link(fake, 4, 6, "eth6"));
    fake_done(fake, 4, 0);
    fake_flush(fake, 0);
    links_give(fake, DBC_OK, 1, &seen);
    assert_string_equal(seen.link.name, "eth6");
}

/* A change whose answer was lost is made again; that it is made already is what we wanted. */
TEST_WITH(test_change_lost, struct fake, fake)
{
    struct ifr_link link = { .name = "br0", .kind = "bridge" };
    struct dbc_error err = DBC_ERROR_INIT;

    fake_errno(fake, ENOBUFS);
    fake_answer(fake, 2, EEXIST, NULL);
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_create(fake->nl, &link, &err), 0);
    fake_answer(fake, 1, EEXIST, NULL);
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_create(fake->nl, &link, &err), -1);
    assert_int_equal(err.sys_errno, EEXIST);
}

/* ---- Refusals. ------------------------------------------------------------------------------ */

TEST_WITH(test_refused, struct fake, fake)
{
    struct seen seen = { 0 };
    struct dbc_error err = DBC_ERROR_INIT;

    fake_answer(fake, 1, EPERM, NULL);
    fake_flush(fake, 0);
    links_give(fake, DBC_EIO, 0, &seen);
    fake_answer(fake, 1, EINVAL, "mtu greater than\x1b[31m device maximum");
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_set_mtu(fake->nl, "eth0", 99999, &err), -1);
    assert_int_equal(err.code, DBC_EIO);
    assert_int_equal(err.sys_errno, EINVAL);
    assert_string_equal(err.text, "cannot set the MTU of eth0 to 99999 (mtu greater than\\x1b[31m "
                                  "device maximum): Invalid argument");
    dbc_error_clear(&err);
    fake_answer(fake, 1, ENODEV, NULL);
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_set_up(fake->nl, "eth0", true, &err), -1);
    assert_int_equal(err.code, DBC_ENOENT);
    assert_non_null(strstr(err.text, "eth0"));
    fake_answer(fake, 1, 0, NULL);
    fake_flush(fake, 0);
    assert_int_equal(ifr_netlink_set_up(fake->nl, "eth0", true, NULL), 0);
}

/* An error that repeats the request, as kernels do that know no NETLINK_CAP_ACK. */
static void refuse_whole(struct fake *fake, uint32_t repeated, bool with_text, size_t cut)
{
    struct {
        struct nlmsgerr error;
        char rest[16];
    } answer = { .error = { .error = -EBUSY - 1, .msg = { .nlmsg_len = repeated } } };
    struct nlmsghdr *m = fake_put(fake, 1, NLMSG_ERROR, &answer, sizeof answer);

    m->nlmsg_flags = NLM_F_ACK_TLVS;
    mnl_attr_put(m, NLMSGERR_ATTR_MSG, with_text ? 4 : 3, "why");
    m->nlmsg_len -= (uint32_t)cut;
    fake_end(fake, m);
    fake_flush(fake, 0);
}

TEST_WITH(test_reasons, struct fake, fake)
{
    static const struct {
        uint32_t repeated;
        bool with_text, found;
        size_t cut;
    } cases[] = {
        { 32, true, true, 0 },          { 32, false, false, 0 },
        { 33, true, false, 0 },         { 0, true, false, 0 },
        { 15, true, false, 0 },         { 0x7fffffff, true, false, 0 },
        { UINT32_MAX, true, false, 0 }, { 32, true, false, 4 },
        { 32, true, false, 8 },         { UINT32_MAX - 3, true, false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dbc_error err = DBC_ERROR_INIT;
        refuse_whole(fake, cases[i].repeated, cases[i].with_text, cases[i].cut);
        assert_int_equal(ifr_netlink_delete(fake->nl, "eth0", &err), -1);
        assert_int_equal(err.sys_errno, EBUSY + 1);
        assert_int_equal(strstr(err.text, "(wh") != NULL, cases[i].found);
    }
}

TEST_WITH(test_short_error, struct fake, fake)
{
    struct seen seen = { 0 };
    short two = 0;
    int odd[] = { 5, INT32_MIN, INT32_MAX, -4096 };

    fake_put(fake, 1, NLMSG_ERROR, &two, sizeof two)->nlmsg_len = sizeof(struct nlmsghdr) + 2;
    fake->len = sizeof(struct nlmsghdr) + 4;
    fake_flush(fake, 0);
    links_give(fake, DBC_EPARSE, 0, &seen);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        fake_end(fake, fake_put(fake, 1, NLMSG_ERROR, &odd[i], sizeof odd[i]));
        fake_flush(fake, 0);
        links_give(fake, DBC_EIO, 0, &seen);
    }
    fake_end(fake, fake_put(fake, 1, NLMSG_DONE, &two, sizeof two)); /* that one is old */
    fake_flush(fake, 0);
    links_give(fake, DBC_OK, 0, &seen);
    odd[0] = -EPERM;
    fake_end(fake, fake_put(fake, 1, NLMSG_DONE, odd, sizeof odd[0]));
    fake_flush(fake, 0);
    links_give(fake, DBC_EIO, 0, &seen);
}

/* ---- Damage. -------------------------------------------------------------------------------- */

TEST_WITH(test_cut_off, struct fake, fake)
{
    struct seen seen = { 0 };

    for (size_t cut = 1; cut < 40; cut++) {
        fake_end(fake, fake_link(fake, 1, 5, "eth5"));
        fake->len -= cut;
        fake_flush(fake, 0);
        links_give(fake, DBC_EPARSE, 0, &seen);
    }
    fake_errno(fake, EMSGSIZE);
    links_give(fake, DBC_EPARSE, 0, &seen);
    fake_errno(fake, EIO);
    links_give(fake, DBC_EIO, 0, &seen);
}

/* Every length that a message or its first attribute can claim. */
TEST_WITH(test_lengths, struct fake, fake)
{
    for (unsigned len = 0; len < 64; len++) {
        struct seen seen = { 0 };
        struct nlmsghdr *m = fake_link(fake, 1, 5, "eth5");
        struct nlattr *name = mnl_nlmsg_get_payload_offset(m, sizeof(struct ifinfomsg));
        unsigned whole = m->nlmsg_len;

        name->nla_len = (uint16_t)len;
        fake_end(fake, m);
        fake_done(fake, 1, 0);
        fake_flush(fake, 0);
        links_give(fake, len == 9 || len == 10 || len == 11 || len == 12 ? DBC_OK : DBC_EPARSE,
                   len >= 9 && len <= 12, &seen);
        m = fake_link(fake, 1, 5, "eth5");
        m->nlmsg_len = len;
        fake->len = whole;
        fake_flush(fake, 0);
        fake->nl->deadline = 1;
        ifr_netlink_links(fake->nl, see_link, &seen, NULL);
        fake->nl->deadline = 1000;
    }
}

/* A length that libmnl takes for a negative number, and one beyond the datagram. */
TEST_WITH(test_huge_lengths, struct fake, fake)
{
    static const uint32_t lengths[] = { 0x80000000u, 0xffffffffu, 0x7fffffffu, 4096 };

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct seen seen = { 0 };
        struct nlmsghdr *m = fake_link(fake, 1, 5, "eth5");
        unsigned whole = m->nlmsg_len;

        m->nlmsg_len = lengths[i];
        fake->len = whole;
        fake_flush(fake, 0);
        links_give(fake, DBC_EPARSE, 0, &seen);
    }
}

static void expect_name(struct fake *fake, const void *name, size_t len, enum dbc_code code)
{
    struct ifinfomsg header = { .ifi_index = 5 };
    struct nlmsghdr *m = fake_put(fake, 1, RTM_NEWLINK, &header, sizeof header);
    struct seen seen = { 0 };

    mnl_attr_put(m, IFLA_IFNAME, len, name);
    fake_end(fake, m);
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    links_give(fake, code, code == DBC_OK, &seen);
    if (code == DBC_OK) {
        assert_string_equal(seen.link.name, name);
    }
}

TEST_WITH(test_names, struct fake, fake)
{
    struct seen seen = { 0 };

    expect_name(fake, "\xff\x01 odd", 7, DBC_OK);
    expect_name(fake, "123456789012345", 16, DBC_OK);
    expect_name(fake, "1234567890123456", 17, DBC_EPARSE);
    expect_name(fake, "eth0", 4, DBC_EPARSE);
    expect_name(fake, "", 1, DBC_EPARSE);
    expect_name(fake, "", 0, DBC_EPARSE);
    fake_end(fake, fake_link(fake, 1, 0, "eth0"));
    fake_flush(fake, 0);
    links_give(fake, DBC_EPARSE, 0, &seen);
    fake_end(fake, fake_link(fake, 1, -1, "eth0"));
    fake_flush(fake, 0);
    links_give(fake, DBC_EPARSE, 0, &seen);
}

/* Numbers of another size, and what nests wrong, count as not said. */
TEST_WITH(test_odd_attributes, struct fake, fake)
{
    struct seen seen = { 0 };
    struct nlmsghdr *m = fake_link(fake, 1, 5, "bond0");
    struct nlattr *info = NULL, *data = NULL;

    mnl_attr_put_u16(m, IFLA_MTU, 1500);
    mnl_attr_put_u32(m, IFLA_MASTER, UINT32_MAX);
    mnl_attr_put(m, IFLA_ADDRESS, 20, "01234567890123456789");
    info = mnl_attr_nest_start(m, IFLA_LINKINFO);
    mnl_attr_put_strz(m, IFLA_INFO_KIND, "bond");
    data = mnl_attr_nest_start(m, IFLA_INFO_DATA);
    mnl_attr_put_u16(m, IFLA_BOND_MODE, 1);
    mnl_attr_put_u32(m, IFLA_BOND_MIIMON, 100);
    mnl_attr_put_u32(m, IFLA_BOND_UPDELAY, UINT32_MAX);
    mnl_attr_put_u8(m, IFLA_BOND_USE_CARRIER, 1);
    mnl_attr_nest_end(m, data);
    mnl_attr_nest_end(m, info);
    fake_end(fake, m);
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    links_give(fake, DBC_OK, 1, &seen);
    assert_string_equal(seen.link.kind, "bond");
    assert_string_equal(seen.link.mac, "");
    assert_int_equal(seen.link.mtu, (unsigned)-1);
    assert_int_equal(seen.link.master, 0);
    assert_int_equal(seen.link.option[IFLA_BOND_MODE], -1);
    assert_int_equal(seen.link.option[IFLA_BOND_MIIMON], 100);
    assert_int_equal(seen.link.option[IFLA_BOND_UPDELAY], -1);
    assert_int_equal(seen.link.option[IFLA_BOND_USE_CARRIER], 1);
    assert_int_equal(seen.link.option[IFLA_BOND_XMIT_HASH_POLICY], -1);
    m = fake_link(fake, 1, 5, "bond0");
    mnl_attr_put(m, IFLA_LINKINFO, 8, "\xff\xff\x01\x00zzzz");
    fake_end(fake, m);
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
    links_give(fake, DBC_OK, 2, &seen);
    assert_string_equal(seen.link.kind, "");
}

int main(void)
{
#define WITH_FAKE(test) cmocka_unit_test_setup_teardown(test, make, end)
    const struct CMUnitTest tests[] = {
        WITH_FAKE(test_strangers),    WITH_FAKE(test_request),     WITH_FAKE(test_nobody_answers),
        cmocka_unit_test(test_flood), WITH_FAKE(test_interrupted), WITH_FAKE(test_lost),
        WITH_FAKE(test_change_lost),  WITH_FAKE(test_refused),     WITH_FAKE(test_reasons),
        WITH_FAKE(test_short_error),  WITH_FAKE(test_cut_off),     WITH_FAKE(test_lengths),
        WITH_FAKE(test_huge_lengths), WITH_FAKE(test_names),       WITH_FAKE(test_odd_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
