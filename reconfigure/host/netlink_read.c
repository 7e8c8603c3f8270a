/* netlink_read.c - reads links, addresses and routes, from single messages and whole dumps.
 *
 * A message whose attributes overrun it is an error.  An attribute of an unexpected size counts as
 * missing, since kernels differ. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>

#include "reconfigure/host/netlink_priv.h"

#define LOWER_UP 0x10000u /* IFF_LOWER_UP, which <net/if.h> lacks */
#define SKIP_STATS (1u << 3)

/* Newer than the oldest headers that we are built with. */
enum { ROUTE_VIA = 18, ROUTE_ENCAP = 22, ROUTE_NH_ID = 30, ROUTE_MAX = ROUTE_NH_ID };
enum { ADDRESS_FLAGS = 8, ADDRESS_METRIC = 9, ADDRESS_MAX = ADDRESS_METRIC };

/* ---- Attributes. ---------------------------------------------------------------------------- */

/* Reads a number; one that does not fit into an int counts as missing. */
static void read_int(const struct nlattr *attr, int *ret)
{
    uint32_t value = 0;

    if (ifr_netlink_u32(attr, &value) && value <= INT32_MAX) {
        *ret = (int)value;
    }
}

static int damaged(struct dbc_error *err, const char *what)
{
    return dbc_fail(err, DBC_EPARSE, "a netlink message about %s is damaged", what);
}

/* ---- Links. --------------------------------------------------------------------------------- */

static void read_options(const struct nlattr *const *attrs, struct ifr_link *ret)
{
    for (size_t i = 0; i < IFR_LINK_OPTIONS; i++) {
        ret->option[i] = -1;
        if (!ifr_netlink_u8(attrs[i], &ret->option[i])) {
            read_int(attrs[i], &ret->option[i]);
        }
    }
}

/* A parent in another network namespace has an index that means nothing in ours. */
static void read_kind(const struct nlattr *const *attrs, struct ifr_link *ret)
{
    const struct nlattr *info[IFLA_INFO_DATA + 1], *data[IFR_LINK_OPTIONS];

    ifr_netlink_nested(attrs[IFLA_LINKINFO], info, IFLA_INFO_DATA);
    ifr_netlink_text(info[IFLA_INFO_KIND], ret->kind, sizeof ret->kind);
    ifr_netlink_nested(info[IFLA_INFO_DATA], data, IFR_LINK_OPTIONS - 1);
    read_options(data, ret);
    if (strcmp(ret->kind, "vlan") == 0) {
        ifr_netlink_u16(data[IFLA_VLAN_ID], &ret->vlan_tag);
        if (attrs[IFLA_LINK_NETNSID] == NULL) {
            read_int(attrs[IFLA_LINK], &ret->parent);
        }
    }
}

static void read_mac(const struct nlattr *attr, char ret[18])
{
    const unsigned char *b = NULL;

    if (ifr_netlink_has_size(attr, 6)) {
        b = mnl_attr_get_payload(attr);
        snprintf(ret, 18, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
    }
}

int ifr_netlink_link_of(const struct nlmsghdr *m, struct ifr_link *ret, struct dbc_error *err)
{
    const struct nlattr *attrs[IFLA_LINK_NETNSID + 1];
    struct ifinfomsg header;

    *ret = (struct ifr_link)IFR_LINK_INIT;
    if (m->nlmsg_type != RTM_NEWLINK) {
        return 0;
    }
    if (!ifr_netlink_message(m, sizeof header, attrs, IFLA_LINK_NETNSID)) {
        return damaged(err, "a device");
    }
    memcpy(&header, mnl_nlmsg_get_payload(m), sizeof header);
    if (header.ifi_family != AF_UNSPEC) {
        return 0; /* a bridge's own dump of its ports */
    }
    if (header.ifi_index <= 0 ||
        !ifr_netlink_text(attrs[IFLA_IFNAME], ret->name, sizeof ret->name) ||
        ret->name[0] == '\0') {
        return damaged(err, "a device");
    }
    ret->index = header.ifi_index;
    ret->up = (header.ifi_flags & (unsigned)IFF_UP) != 0;
    ret->carrier = (header.ifi_flags & LOWER_UP) != 0;
    ifr_netlink_u32(attrs[IFLA_MTU], &ret->mtu);
    read_int(attrs[IFLA_MASTER], &ret->master);
    read_mac(attrs[IFLA_ADDRESS], ret->mac);
    read_kind(attrs, ret);
    return 1;
}

/* ---- Addresses and routes. ------------------------------------------------------------------ */

/* Returns whether the attribute holds an address of that family. */
static bool read_ip(const struct nlattr *attr, int family, unsigned char ret[16])
{
    if (!ifr_netlink_has_size(attr, ifr_netlink_ip_size(family))) {
        return false;
    }
    memcpy(ret, mnl_attr_get_payload(attr), ifr_netlink_ip_size(family));
    return true;
}

static void read_lifetimes(const struct nlattr *attr, struct ifr_net_address *ret)
{
    struct ifa_cacheinfo info;

    if (ifr_netlink_has_size(attr, sizeof info)) {
        memcpy(&info, mnl_attr_get_payload(attr), sizeof info);
        ret->valid = info.ifa_valid;
        ret->preferred = info.ifa_prefered;
    }
}

/* IFA_LOCAL is the address and IFA_ADDRESS its peer, where there are both. */
static bool read_pair(const struct nlattr *const *attrs, struct ifr_net_address *ret)
{
    unsigned char other[16] = { 0 };
    bool local = read_ip(attrs[IFA_LOCAL], ret->family, ret->ip);
    bool remote = read_ip(attrs[IFA_ADDRESS], ret->family, other);

    if (!local) {
        memcpy(ret->ip, other, sizeof other);
    } else if (remote && memcmp(ret->ip, other, sizeof other) != 0) {
        memcpy(ret->peer, other, sizeof other);
        ret->has_peer = true;
    }
    return local || remote;
}

int ifr_netlink_address_of(const struct nlmsghdr *m, struct ifr_net_address *ret,
                           struct dbc_error *err)
{
    const struct nlattr *attrs[ADDRESS_MAX + 1];
    struct ifaddrmsg header;

    *ret = (struct ifr_net_address){ .valid = UINT32_MAX, .preferred = UINT32_MAX };
    if (m->nlmsg_type != RTM_NEWADDR) {
        return 0;
    }
    if (!ifr_netlink_message(m, sizeof header, attrs, ADDRESS_MAX)) {
        return damaged(err, "an address");
    }
    memcpy(&header, mnl_nlmsg_get_payload(m), sizeof header);
    if (header.ifa_family != AF_INET && header.ifa_family != AF_INET6) {
        return 0;
    }
    ret->index = (int)(header.ifa_index & INT32_MAX);
    ret->family = header.ifa_family;
    ret->prefix = header.ifa_prefixlen;
    ret->scope = header.ifa_scope;
    ret->flags = header.ifa_flags;
    ifr_netlink_u32(attrs[ADDRESS_FLAGS], &ret->flags);
    ifr_netlink_u32(attrs[ADDRESS_METRIC], &ret->metric);
    ifr_netlink_text(attrs[IFA_LABEL], ret->label, sizeof ret->label);
    ret->has_broadcast = read_ip(attrs[IFA_BROADCAST], ret->family, ret->broadcast);
    read_lifetimes(attrs[IFA_CACHEINFO], ret);
    if (!read_pair(attrs, ret) || ret->prefix > 8 * ifr_netlink_ip_size(ret->family)) {
        return damaged(err, "an address");
    }
    return 1;
}

/* Returns whether the route has more than struct ifr_net_route can hold; it then gets no device. */
static bool is_more(const struct rtmsg *header, const struct nlattr *const *attrs)
{
    return attrs[RTA_MULTIPATH] != NULL || attrs[ROUTE_VIA] != NULL || attrs[ROUTE_ENCAP] != NULL ||
           attrs[ROUTE_NH_ID] != NULL || header->rtm_tos != 0 || header->rtm_src_len != 0;
}

static void read_way(const struct rtmsg *header, const struct nlattr *const *attrs,
                     struct ifr_net_route *ret)
{
    const struct nlattr *metrics[RTAX_MTU + 1];

    if (!is_more(header, attrs)) {
        read_int(attrs[RTA_OIF], &ret->index);
        ret->has_gateway = read_ip(attrs[RTA_GATEWAY], ret->family, ret->gateway);
    }
    ret->has_source = read_ip(attrs[RTA_PREFSRC], ret->family, ret->source);
    ifr_netlink_u32(attrs[RTA_PRIORITY], &ret->priority);
    ifr_netlink_nested(attrs[RTA_METRICS], metrics, RTAX_MTU);
    ifr_netlink_u32(metrics[RTAX_MTU], &ret->mtu);
}

int ifr_netlink_route_of(const struct nlmsghdr *m, struct ifr_net_route *ret, struct dbc_error *err)
{
    const struct nlattr *attrs[ROUTE_MAX + 1];
    struct rtmsg header;

    *ret = (struct ifr_net_route){ 0 };
    if (m->nlmsg_type != RTM_NEWROUTE) {
        return 0;
    }
    if (!ifr_netlink_message(m, sizeof header, attrs, ROUTE_MAX)) {
        return damaged(err, "a route");
    }
    memcpy(&header, mnl_nlmsg_get_payload(m), sizeof header);
    ret->table = header.rtm_table;
    ifr_netlink_u32(attrs[RTA_TABLE], &ret->table);
    if ((header.rtm_family != AF_INET && header.rtm_family != AF_INET6) ||
        (header.rtm_flags & RTM_F_CLONED) != 0 || ret->table == RT_TABLE_LOCAL) {
        return 0;
    }
    ret->family = header.rtm_family;
    ret->prefix = header.rtm_dst_len;
    ret->scope = header.rtm_scope;
    ret->protocol = header.rtm_protocol;
    ret->type = header.rtm_type;
    ret->flags = header.rtm_flags & RTNH_F_ONLINK;
    read_way(&header, attrs, ret);
    if (ret->prefix > 8 * ifr_netlink_ip_size(ret->family) ||
        (!read_ip(attrs[RTA_DST], ret->family, ret->to) && ret->prefix != 0)) {
        return damaged(err, "a route");
    }
    return 1;
}

/* ---- Dumps. --------------------------------------------------------------------------------- */

/* The objects of a dump are collected until it is complete; an interrupted dump is repeated. */
struct dump {
    struct dbc_buf items;
    size_t n, size; /* how many, and of one */
    int type, family;
    const char *what;
};

static int add_item(struct dump *dump, const void *item, struct dbc_error *err)
{
    if (dump->n == IFR_NETLINK_DUMP_MAX) {
        return dbc_fail(err, DBC_ELIMIT, "the kernel has more than %u %s", IFR_NETLINK_DUMP_MAX,
                        dump->what);
    }
    dbc_buf_add(&dump->items, item, dump->size);
    dump->n++;
    return dump->items.failed ? dbc_fail_nomem(err) : 0;
}

static int take_item(void *ctx, const struct nlmsghdr *m, struct dbc_error *err)
{
    struct dump *dump = ctx;
    union {
        struct ifr_link link;
        struct ifr_net_address address;
        struct ifr_net_route route;
    } item;
    int take = 0, family = AF_UNSPEC;

    if (dump->type == RTM_GETLINK) {
        take = ifr_netlink_link_of(m, &item.link, err);
    } else if (dump->type == RTM_GETADDR) {
        take = ifr_netlink_address_of(m, &item.address, err);
        family = item.address.family;
    } else {
        take = ifr_netlink_route_of(m, &item.route, err);
        family = item.route.family;
    }
    /* A kernel that lacks a family answers with the objects of all others. */
    return take < 0 ? -1 : take == 0 || family != dump->family ? 0 : add_item(dump, &item, err);
}

static void start_request(const struct dump *dump, struct ifr_netlink_request *request)
{
    if (dump->type == RTM_GETLINK) {
        ifr_netlink_request(request, dump->type, NLM_F_DUMP, sizeof(struct ifinfomsg));
        mnl_attr_put_u32(request->m, IFLA_EXT_MASK, SKIP_STATS);
    } else if (dump->type == RTM_GETADDR) {
        struct ifaddrmsg *header =
            ifr_netlink_request(request, dump->type, NLM_F_DUMP, sizeof *header);
        header->ifa_family = (unsigned char)dump->family;
    } else {
        struct rtmsg *header = ifr_netlink_request(request, dump->type, NLM_F_DUMP, sizeof *header);
        header->rtm_family = (unsigned char)dump->family;
    }
}

static bool is_passing(int errnum)
{
    return errnum == EINTR || errnum == EBUSY || errnum == ENOBUFS || errnum == EAGAIN;
}

/* Adds the objects of one family. */
static int dump_family(struct ifr_netlink *nl, struct dump *dump, int64_t until,
                       struct dbc_error *err)
{
    const size_t n = dump->n, len = dump->items.len;
    struct ifr_netlink_answer answer = { 0 };

    for (unsigned i = 0; i < IFR_NETLINK_TRIES; i++) {
        struct ifr_netlink_request request;
        start_request(dump, &request);
        dump->n = n;
        dump->items.len = len;
        if (ifr_netlink_exchange(nl, &request, until, take_item, dump, &answer, err) < 0) {
            return -1;
        }
        if (answer.errnum == 0 || !is_passing(answer.errnum)) {
            break;
        }
    }
    if (is_passing(answer.errnum)) {
        return dbc_fail(err, DBC_ECONFLICT,
                        "the kernel's %s changed during each of %d readings; try again", dump->what,
                        IFR_NETLINK_TRIES);
    }
    if (answer.errnum == EAFNOSUPPORT || answer.errnum == EOPNOTSUPP) {
        dump->n = n; /* the kernel lacks the family */
        dump->items.len = len;
        answer.errnum = 0;
    }
    if (answer.errnum != 0) {
        char what[64] = "";
        snprintf(what, sizeof what, "cannot read the kernel's %s", dump->what);
        return ifr_netlink_refused(&answer, what, err);
    }
    return 0;
}

static int dump_families(struct ifr_netlink *nl, struct dump *dump, struct dbc_error *err)
{
    int64_t until = ifr_netlink_until(nl);

    if (dump->type == RTM_GETLINK) {
        return dump_family(nl, dump, until, err);
    }
    dump->family = AF_INET;
    if (dump_family(nl, dump, until, err) < 0) {
        return -1;
    }
    dump->family = AF_INET6;
    return dump_family(nl, dump, until, err);
}

int ifr_netlink_links(struct ifr_netlink *nl, ifr_link_fn *fn, void *ctx, struct dbc_error *err)
{
    struct dump dump = { .type = RTM_GETLINK, .size = sizeof(struct ifr_link), .what = "devices" };
    int rc = dump_families(nl, &dump, err);

    for (size_t i = 0; rc == 0 && i < dump.n; i++) {
        rc = fn(ctx, (const struct ifr_link *)(const void *)dump.items.data + i, err);
    }
    dbc_buf_release(&dump.items);
    return rc;
}

int ifr_netlink_addresses(struct ifr_netlink *nl, ifr_net_address_fn *fn, void *ctx,
                          struct dbc_error *err)
{
    struct dump dump = { .type = RTM_GETADDR,
                         .size = sizeof(struct ifr_net_address),
                         .what = "addresses" };
    int rc = dump_families(nl, &dump, err);

    for (size_t i = 0; rc == 0 && i < dump.n; i++) {
        rc = fn(ctx, (const struct ifr_net_address *)(const void *)dump.items.data + i, err);
    }
    dbc_buf_release(&dump.items);
    return rc;
}

int ifr_netlink_routes(struct ifr_netlink *nl, ifr_net_route_fn *fn, void *ctx,
                       struct dbc_error *err)
{
    struct dump dump = { .type = RTM_GETROUTE,
                         .size = sizeof(struct ifr_net_route),
                         .what = "routes" };
    int rc = dump_families(nl, &dump, err);

    for (size_t i = 0; rc == 0 && i < dump.n; i++) {
        rc = fn(ctx, (const struct ifr_net_route *)(const void *)dump.items.data + i, err);
    }
    dbc_buf_release(&dump.items);
    return rc;
}
