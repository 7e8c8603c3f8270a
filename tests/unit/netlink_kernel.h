/* netlink_kernel.h - the kernel in a network namespace of its own, and what there is in it; for
 * test_netlink.c and test_netlink_addresses.c.  Skipped where that is forbidden; devices that this
 * kernel lacks are left out. */
#ifndef TESTS_UNIT_NETLINK_KERNEL_H
#define TESTS_UNIT_NETLINK_KERNEL_H

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

static inline int enter(void **state)
{
    (void)state;
    if (unshare(CLONE_NEWNET) == 0) {
        return ifr_netlink_open(&nl, NULL);
    }
    return 0;
}

static inline int leave(void **state)
{
    (void)state;
    ifr_netlink_close(nl);
    return 0;
}

static inline void need_namespace(void)
{
    if (nl == NULL) {
        skip();
    }
}

static inline void must(int rc, const struct dbc_error *err)
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

static inline int match(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    struct search *search = ctx;

    (void)err;
    if (strcmp(link->name, search->name) == 0) {
        *search->ret = *link;
        search->n++;
    }
    return 0;
}

static inline bool find(const char *name, struct ifr_link *ret)
{
    struct search search = { .name = name, .ret = ret };
    struct dbc_error err = DBC_ERROR_INIT;

    must(ifr_netlink_links(nl, match, &search, &err), &err);
    return search.n == 1;
}

static inline struct ifr_link the(const char *name)
{
    struct ifr_link link = { 0 };

    assert_true(find(name, &link));
    return link;
}

struct texts {
    int index;
    struct dbc_buf text; /* each followed by a line feed */
};

static inline int add_address_text(void *ctx, const struct ifr_net_address *address,
                                   struct dbc_error *err)
{
    struct texts *texts = ctx;

    (void)err;
    if (address->index == texts->index && (address->family == AF_INET || address->scope == 0)) {
        ifr_net_address_format(address, &texts->text);
        dbc_buf_addc(&texts->text, '\n');
    }
    return 0;
}

static inline int add_route_text(void *ctx, const struct ifr_net_route *route,
                                 struct dbc_error *err)
{
    struct texts *texts = ctx;

    (void)err;
    if (route->index == texts->index && route->protocol != RTPROT_KERNEL) {
        ifr_net_route_format(route, &texts->text);
        dbc_buf_addc(&texts->text, '\n');
    }
    return 0;
}

static inline char *addresses_of(int index)
{
    struct texts texts = { .index = index };
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_buf_adds(&texts.text, "");
    must(ifr_netlink_addresses(nl, add_address_text, &texts, &err), &err);
    return dbc_buf_steal(&texts.text);
}

static inline char *routes_of(int index)
{
    struct texts texts = { .index = index };
    struct dbc_error err = DBC_ERROR_INIT;

    dbc_buf_adds(&texts.text, "");
    must(ifr_netlink_routes(nl, add_route_text, &texts, &err), &err);
    return dbc_buf_steal(&texts.text);
}

/* ---- Making. -------------------------------------------------------------------------------- */

/* The library makes no veth pairs. */
static inline void make_pair(const char *name, const char *other)
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
static inline bool create(const struct ifr_link *link)
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

static inline void delete (const char *name)
{
    struct dbc_error err = DBC_ERROR_INIT;

    must(ifr_netlink_delete(nl, name, &err), &err);
}

static inline struct ifr_link template(const char *name, const char *kind)
{
    struct ifr_link link = IFR_LINK_INIT;

    snprintf(link.name, sizeof link.name, "%s", name);
    snprintf(link.kind, sizeof link.kind, "%s", kind);
    return link;
}

#endif
