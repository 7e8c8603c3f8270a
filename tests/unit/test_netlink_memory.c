/* test_netlink_memory.c - host/netlink when memory runs out, at each allocation in turn: an error
 * that says so, or everything. */
#include "unit/test.h"

#include "unit/fail_alloc.h"

#include "base/buf.c"
#undef FIRST_CAP
#include "reconfigure/host/netlink.c"

#include "unit/netlink_fake.h"

#define DEVICES 200
#define ADDRESS "192.0.2.5/24 brd 192.0.2.255 scope global"

static int count(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    (void)err;
    *(unsigned *)ctx += link->index > 0;
    return 0;
}

static void answer_dump(struct fake *fake)
{
    for (int i = 1; i <= DEVICES; i++) {
        fake_end(fake, fake_link(fake, 1, i, "eth0"));
    }
    fake_done(fake, 1, 0);
    fake_flush(fake, 0);
}

static void answer_address(struct fake *fake)
{
    fake_end(fake, fake_link(fake, 1, 3, "eth0"));
    fake_answer(fake, 1, 0, NULL);
    fake_flush(fake, 0);
    fake_answer(fake, 2, 0, NULL);
    fake_flush(fake, 0);
}

static bool fails_at(long n)
{
    static struct fake fake;
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_net_address address;
    unsigned found = 0;
    int rc = 0;
    bool reached = false;

    assert_true(ifr_net_address_parse(ADDRESS, &address));
    allocs_left = n;
    if (!fake_open(&fake, &fake_io)) {
        close(fake.far);
        assert_true(alloc_failed());
        return true;
    }
    answer_dump(&fake);
    rc = ifr_netlink_links(fake.nl, count, &found, &err);
    assert_int_equal(found, rc == 0 ? DEVICES : 0);
    if (rc == 0) {
        answer_address(&fake);
        rc = ifr_netlink_add_address(fake.nl, "eth0", &address, &err);
    }
    reached = alloc_failed();
    assert_true(rc == 0 ? err.code == DBC_OK : err.code == DBC_ENOMEM);
    assert_true(rc == 0 || reached);
    fake_close(&fake);
    return reached;
}

TEST(test_each_allocation)
{
    long n = 0;

    while (fails_at(n)) {
        n++;
        assert_true(n < 1000);
    }
    assert_true(n > 5);
}

static bool parse_fails_at(long n)
{
    struct ifr_net_address address;
    struct ifr_net_route route;
    bool a = false, b = false, reached = false;

    allocs_left = n;
    a = ifr_net_address_parse(ADDRESS, &address);
    b = ifr_net_route_parse("default via 192.0.2.1", &route);
    reached = alloc_failed();
    assert_int_equal(a && b, !reached);
    assert_int_equal(address.prefix, a ? 24 : 0);
    return reached;
}

TEST(test_text)
{
    long n = 0;

    while (parse_fails_at(n)) {
        n++;
        assert_true(n < 1000);
    }
    assert_true(n >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
