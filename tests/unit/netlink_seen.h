/* netlink_seen.h - messages of an invented kernel, and what is read from them; for
 * test_netlink_fake.c and test_netlink_values.c. */
#ifndef TESTS_UNIT_NETLINK_SEEN_H
#define TESTS_UNIT_NETLINK_SEEN_H

#include <poll.h>

#include "unit/netlink_fake.h"

struct seen {
    unsigned n;
    struct ifr_link link;
    struct ifr_net_address address;
    struct ifr_net_route route;
};

static inline int see_link(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    struct seen *seen = ctx;

    (void)err;
    seen->n++;
    seen->link = *link;
    return 0;
}

static inline int see_address(void *ctx, const struct ifr_net_address *address,
                              struct dbc_error *err)
{
    struct seen *seen = ctx;

    (void)err;
    seen->n++;
    seen->address = *address;
    return 0;
}

static inline int see_route(void *ctx, const struct ifr_net_route *route, struct dbc_error *err)
{
    struct seen *seen = ctx;

    (void)err;
    seen->n++;
    seen->route = *route;
    return 0;
}

static inline int make(void **state)
{
    static struct fake fake;

    *state = &fake;
    return fake_open(&fake, &fake_io) ? 0 : -1;
}

static inline int end(void **state)
{
    fake_close(*state);
    return 0;
}

/* Reads the links; expects that code, gives the error's text. */
static inline void links_give(struct fake *fake, enum dbc_code code, unsigned n, struct seen *seen)
{
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = ifr_netlink_links(fake->nl, see_link, seen, &err);

    if (err.code != code) {
        fail_msg("code %d: %s", err.code, err.text);
    }
    assert_int_equal(rc, code == DBC_OK ? 0 : -1);
    assert_int_equal(seen->n, n);
}

#endif
