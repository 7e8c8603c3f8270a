/* netlink_change.c - single changes of links, addresses and routes, each acknowledged. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/host/netlink_priv.h"

#define ADDRESS_FLAGS 8  /* IFA_FLAGS and IFA_RT_PRIORITY, newer than the oldest headers */
#define ADDRESS_METRIC 9 /* that we are built with */
#define WANTED_FLAGS                                                                               \
    (IFA_F_NODAD | IFA_F_HOMEADDRESS | 0x100u /* MANAGETEMPADDR */ | 0x200u /* NOPREFIXROUTE */ |  \
     0x400u /* MCAUTOJOIN */)
#define WHAT 512 /* bytes, for what an error says was not done */
#define VLAN_MAX 4094

static int check_name(const char *device, struct dbc_error *err)
{
    size_t len = strnlen(device, IFNAMSIZ);

    if (len == 0 || len == IFNAMSIZ || strchr(device, '/') != NULL) {
        return dbc_fail(err, DBC_EINVAL, "\"%s\" is no name of a device", device);
    }
    return 0;
}

/* Sends the request until it is answered.  The errno `gone_well` means that it was done already;
 * `again` means that only after an earlier answer was lost.  `fmt` says what else was not done. */
static int change(struct ifr_netlink *nl, struct ifr_netlink_request *request, int gone_well,
                  int again, struct dbc_error *err, const char *fmt, ...) DBC_PRINTF(6, 7);
static int change(struct ifr_netlink *nl, struct ifr_netlink_request *request, int gone_well,
                  int again, struct dbc_error *err, const char *fmt, ...)
{
    int64_t until = ifr_netlink_until(nl);
    struct ifr_netlink_answer answer = { 0 };
    char what[WHAT] = "";
    va_list args;

    for (unsigned i = 0; i < IFR_NETLINK_TRIES; i++) {
        if (ifr_netlink_exchange(nl, request, until, NULL, NULL, &answer, err) < 0) {
            return -1;
        }
        if (answer.errnum == 0 || answer.errnum == gone_well || (i > 0 && answer.errnum == again)) {
            return 0;
        }
        if (answer.errnum != ENOBUFS && answer.errnum != EINTR) {
            break;
        }
    }
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    return ifr_netlink_refused(&answer, what, err);
}

static int take_index(void *ctx, const struct nlmsghdr *m, struct dbc_error *err)
{
    struct ifr_link link;
    int take = ifr_netlink_link_of(m, &link, err);

    if (take > 0) {
        *(int *)ctx = link.index;
    }
    return take < 0 ? -1 : 0;
}

/* Returns the index that a device has now, or -1. */
static int find_index(struct ifr_netlink *nl, const char *device, struct dbc_error *err)
{
    int64_t until = ifr_netlink_until(nl);
    struct ifr_netlink_answer answer = { .errnum = ENOBUFS };
    char what[64] = "";
    int index = 0;

    if (check_name(device, err) < 0) {
        return -1;
    }
    for (unsigned i = 0; i < IFR_NETLINK_TRIES && answer.errnum == ENOBUFS; i++) {
        struct ifr_netlink_request request;
        ifr_netlink_request(&request, RTM_GETLINK, NLM_F_ACK, sizeof(struct ifinfomsg));
        mnl_attr_put_strz(request.m, IFLA_IFNAME, device);
        if (ifr_netlink_exchange(nl, &request, until, take_index, &index, &answer, err) < 0) {
            return -1;
        }
    }
    snprintf(what, sizeof what, "cannot find device %s", device);
    if (answer.errnum != 0) {
        return ifr_netlink_refused(&answer, what, err);
    }
    return index > 0 ? index : dbc_fail(err, DBC_EPARSE, "%s: the kernel gave no index", what);
}

/* ---- Links. --------------------------------------------------------------------------------- */

/* Begins a request about a device; NULL when it cannot be one's name. */
static struct ifinfomsg *link_request(struct ifr_netlink_request *request, int type, unsigned flags,
                                      const char *device, struct dbc_error *err)
{
    struct ifinfomsg *header = NULL;

    if (check_name(device, err) < 0) {
        return NULL;
    }
    header = ifr_netlink_request(request, type, NLM_F_ACK | flags, sizeof(struct ifinfomsg));
    mnl_attr_put_strz(request->m, IFLA_IFNAME, device);
    return header;
}

static int set_flags(struct ifr_netlink *nl, const char *device, unsigned flags, unsigned mask,
                     const char *what, struct dbc_error *err)
{
    struct ifr_netlink_request request;
    struct ifinfomsg *header = NULL;

    header = link_request(&request, RTM_NEWLINK, 0, device, err);
    if (header == NULL) {
        return -1;
    }
    header->ifi_change = mask;
    header->ifi_flags = flags & mask;
    return change(nl, &request, 0, 0, err, "%s", what);
}

int ifr_netlink_set_up(struct ifr_netlink *nl, const char *device, bool up, struct dbc_error *err)
{
    char what[WHAT] = "";

    snprintf(what, sizeof what, "cannot set device %s %s", device, up ? "up" : "down");
    return set_flags(nl, device, up ? IFF_UP : 0, IFF_UP, what, err);
}

int ifr_netlink_set_flags(struct ifr_netlink *nl, const char *device, unsigned flags, unsigned mask,
                          struct dbc_error *err)
{
    char what[WHAT] = "";

    snprintf(what, sizeof what, "cannot set the flags 0x%x of device %s", mask, device);
    return set_flags(nl, device, flags, mask, what, err);
}

int ifr_netlink_set_mtu(struct ifr_netlink *nl, const char *device, unsigned mtu,
                        struct dbc_error *err)
{
    struct ifr_netlink_request request;

    if (link_request(&request, RTM_NEWLINK, 0, device, err) == NULL) {
        return -1;
    }
    mnl_attr_put_u32(request.m, IFLA_MTU, mtu);
    return change(nl, &request, 0, 0, err, "cannot set the MTU of %s to %u", device, mtu);
}

/* Returns false when `mac` is no MAC. */
static bool put_mac(struct ifr_netlink_request *request, const char *mac)
{
    char clean[18] = "";
    unsigned char bytes[6] = { 0 };

    if (!dbc_parse_mac(mac, clean)) {
        return false;
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        int high = dbc_hex_digit(clean[3 * i]), low = dbc_hex_digit(clean[3 * i + 1]);
        bytes[i] = (unsigned char)(high * 16 + low);
    }
    mnl_attr_put(request->m, IFLA_ADDRESS, sizeof bytes, bytes);
    return true;
}

int ifr_netlink_set_mac(struct ifr_netlink *nl, const char *device, const char *mac,
                        struct dbc_error *err)
{
    struct ifr_netlink_request request;

    if (link_request(&request, RTM_NEWLINK, 0, device, err) == NULL) {
        return -1;
    }
    if (!put_mac(&request, mac)) {
        return dbc_fail(err, DBC_EINVAL, "\"%s\" for device %s is no MAC", mac, device);
    }
    return change(nl, &request, 0, 0, err, "cannot set the MAC of %s to %s", device, mac);
}

int ifr_netlink_set_master(struct ifr_netlink *nl, const char *device, const char *master,
                           struct dbc_error *err)
{
    struct ifr_netlink_request request;
    int index = 0;

    if (link_request(&request, RTM_NEWLINK, 0, device, err) == NULL ||
        (master[0] != '\0' && (index = find_index(nl, master, err)) < 0)) {
        return -1;
    }
    mnl_attr_put_u32(request.m, IFLA_MASTER, (uint32_t)index);
    return change(nl, &request, 0, 0, err, "cannot %s %s%s%s", index != 0 ? "add" : "take", device,
                  index != 0 ? " to " : " out of its bridge or bond", master);
}

int ifr_netlink_set_option(struct ifr_netlink *nl, const char *device,
                           const struct ifr_link_option *option, uint32_t value,
                           struct dbc_error *err)
{
    struct ifr_netlink_request request;
    struct nlattr *info = NULL, *data = NULL;

    if (link_request(&request, RTM_NEWLINK, 0, device, err) == NULL) {
        return -1;
    }
    info = mnl_attr_nest_start(request.m, IFLA_LINKINFO);
    mnl_attr_put_strz(request.m, IFLA_INFO_KIND, option->kind);
    data = mnl_attr_nest_start(request.m, IFLA_INFO_DATA);
    if (option->size == 1) {
        mnl_attr_put_u8(request.m, option->type, (uint8_t)value);
    } else {
        mnl_attr_put_u32(request.m, option->type, value);
    }
    mnl_attr_nest_end(request.m, data);
    mnl_attr_nest_end(request.m, info);
    return change(nl, &request, 0, 0, err, "cannot set option %u of %s %s to %u", option->type,
                  option->kind, device, value);
}

static int put_kind(struct ifr_netlink_request *request, const struct ifr_link *link,
                    struct dbc_error *err)
{
    struct nlattr *info = mnl_attr_nest_start(request->m, IFLA_LINKINFO), *data = NULL;

    mnl_attr_put_strz(request->m, IFLA_INFO_KIND, link->kind);
    data = mnl_attr_nest_start(request->m, IFLA_INFO_DATA);
    if (strcmp(link->kind, "vlan") == 0) {
        if (link->vlan_tag < 0 || link->vlan_tag > VLAN_MAX || link->parent <= 0) {
            return dbc_fail(err, DBC_EINVAL, "device %s: a VLAN needs a parent and a tag up to %d",
                            link->name, VLAN_MAX);
        }
        mnl_attr_put_u16(request->m, IFLA_VLAN_ID, (uint16_t)link->vlan_tag);
    } else if (strcmp(link->kind, "bridge") != 0 && strcmp(link->kind, "bond") != 0) {
        return dbc_fail(err, DBC_EINVAL, "device %s: cannot make one of kind \"%s\"", link->name,
                        link->kind);
    }
    mnl_attr_nest_end(request->m, data);
    mnl_attr_nest_end(request->m, info);
    return 0;
}

int ifr_netlink_create(struct ifr_netlink *nl, const struct ifr_link *link, struct dbc_error *err)
{
    struct ifr_netlink_request request;

    if (link_request(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, link->name, err) == NULL) {
        return -1;
    }
    if (link->mac[0] != '\0' && !put_mac(&request, link->mac)) {
        return dbc_fail(err, DBC_EINVAL, "\"%s\" for device %s is no MAC", link->mac, link->name);
    }
    if (link->mtu != 0 && link->mtu != (unsigned)-1) {
        mnl_attr_put_u32(request.m, IFLA_MTU, link->mtu);
    }
    if (strcmp(link->kind, "vlan") == 0) {
        mnl_attr_put_u32(request.m, IFLA_LINK, (uint32_t)link->parent);
    }
    if (put_kind(&request, link, err) < 0) {
        return -1;
    }
    return change(nl, &request, 0, EEXIST, err, "cannot make device %s of kind %s", link->name,
                  link->kind);
}

int ifr_netlink_delete(struct ifr_netlink *nl, const char *device, struct dbc_error *err)
{
    struct ifr_netlink_request request;

    if (link_request(&request, RTM_DELLINK, 0, device, err) == NULL) {
        return -1;
    }
    return change(nl, &request, 0, ENODEV, err, "cannot delete device %s", device);
}

/* ---- Addresses and routes. ------------------------------------------------------------------ */

static int check_family(int family, unsigned prefix, const char *device, struct dbc_error *err)
{
    if ((family != AF_INET && family != AF_INET6) || prefix > 8 * ifr_netlink_ip_size(family)) {
        return dbc_fail(err, DBC_EINVAL, "device %s: /%u is no prefix of address family %d", device,
                        prefix, family);
    }
    return 0;
}

/* Adds or deletes what the request holds: the "address" or "route" (`kind`) `text`, which is
 * released.  `gone_well` as in change(). */
static int change_text(struct ifr_netlink *nl, struct ifr_netlink_request *request, bool add,
                       int gone_well, const char *kind, struct dbc_buf *text, const char *device,
                       struct dbc_error *err)
{
    const char *of = device[0] == '\0' ? "" : add ? " to " : " of ";
    int rc = text->failed ? dbc_fail_nomem(err)
                          : change(nl, request, gone_well, 0, err, "cannot %s %s %.400s%s%s",
                                   add ? "add" : "delete", kind, dbc_buf_str(text), of, device);

    dbc_buf_release(text);
    return rc;
}

static void put_lifetime(struct ifr_netlink_request *request, const struct ifr_net_address *address)
{
    struct ifa_cacheinfo info = { .ifa_valid = address->valid, .ifa_prefered = address->preferred };
    bool ends = address->valid != 0 && address->valid != UINT32_MAX;

    if (ends || (address->valid == UINT32_MAX && address->preferred == 0)) {
        mnl_attr_put(request->m, IFA_CACHEINFO, sizeof info, &info);
    }
}

/* The parts of an address that identify it on its device, for adding and deleting. */
static void address_request(struct ifr_netlink_request *request, int type, unsigned flags,
                            int index, const struct ifr_net_address *address)
{
    struct ifaddrmsg *header =
        ifr_netlink_request(request, type, NLM_F_ACK | flags, sizeof(struct ifaddrmsg));
    const size_t size = ifr_netlink_ip_size(address->family);

    header->ifa_family = (unsigned char)address->family;
    header->ifa_prefixlen = (unsigned char)address->prefix;
    header->ifa_scope = (unsigned char)address->scope;
    header->ifa_index = (unsigned)index;
    header->ifa_flags = (unsigned char)(address->flags & WANTED_FLAGS);
    mnl_attr_put(request->m, IFA_LOCAL, size, address->ip);
    mnl_attr_put(request->m, IFA_ADDRESS, size, address->has_peer ? address->peer : address->ip);
}

static void put_address(struct ifr_netlink_request *request, const struct ifr_net_address *address)
{
    if (address->has_broadcast) {
        mnl_attr_put(request->m, IFA_BROADCAST, ifr_netlink_ip_size(address->family),
                     address->broadcast);
    }
    if (strchr(address->label, ':') != NULL && strnlen(address->label, IFNAMSIZ) < IFNAMSIZ) {
        mnl_attr_put_strz(request->m, IFA_LABEL, address->label);
    }
    if ((address->flags & WANTED_FLAGS) > UINT8_MAX) {
        mnl_attr_put_u32(request->m, ADDRESS_FLAGS, address->flags & WANTED_FLAGS);
    }
    if (address->metric != 0) {
        mnl_attr_put_u32(request->m, ADDRESS_METRIC, address->metric);
    }
    put_lifetime(request, address);
}

static int change_address(struct ifr_netlink *nl, const char *device,
                          const struct ifr_net_address *address, bool add, struct dbc_error *err)
{
    struct ifr_netlink_request request;
    struct dbc_buf text = DBC_BUF_INIT;
    int index = 0;

    if (check_family(address->family, address->prefix, device, err) < 0 ||
        (index = find_index(nl, device, err)) < 0) {
        return -1;
    }
    if (add) {
        address_request(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index, address);
        put_address(&request, address);
    } else {
        address_request(&request, RTM_DELADDR, 0, index, address);
    }
    ifr_net_address_format(address, &text);
    return change_text(nl, &request, add, add ? EEXIST : EADDRNOTAVAIL, "address", &text, device,
                       err);
}

int ifr_netlink_add_address(struct ifr_netlink *nl, const char *device,
                            const struct ifr_net_address *address, struct dbc_error *err)
{
    return change_address(nl, device, address, true, err);
}

int ifr_netlink_del_address(struct ifr_netlink *nl, const char *device,
                            const struct ifr_net_address *address, struct dbc_error *err)
{
    return change_address(nl, device, address, false, err);
}

static void put_destination(struct ifr_netlink_request *request, int index,
                            const struct ifr_net_route *route)
{
    const size_t size = ifr_netlink_ip_size(route->family);

    if (route->prefix > 0) {
        mnl_attr_put(request->m, RTA_DST, size, route->to);
    }
    if (route->has_gateway) {
        mnl_attr_put(request->m, RTA_GATEWAY, size, route->gateway);
    }
    if (route->has_source) {
        mnl_attr_put(request->m, RTA_PREFSRC, size, route->source);
    }
    if (index > 0) {
        mnl_attr_put_u32(request->m, RTA_OIF, (uint32_t)index);
    }
    if (route->priority != 0) {
        mnl_attr_put_u32(request->m, RTA_PRIORITY, route->priority);
    }
    mnl_attr_put_u32(request->m, RTA_TABLE, route->table);
}

static void route_request(struct ifr_netlink_request *request, int type, unsigned flags, int index,
                          const struct ifr_net_route *route)
{
    struct rtmsg *header =
        ifr_netlink_request(request, type, NLM_F_ACK | flags, sizeof(struct rtmsg));

    header->rtm_family = (unsigned char)route->family;
    header->rtm_dst_len = (unsigned char)route->prefix;
    header->rtm_table = (unsigned char)(route->table > UINT8_MAX ? RT_TABLE_UNSPEC : route->table);
    header->rtm_protocol = (unsigned char)route->protocol;
    header->rtm_scope = (unsigned char)route->scope;
    header->rtm_type = (unsigned char)route->type;
    header->rtm_flags = route->flags & RTNH_F_ONLINK;
    put_destination(request, index, route);
    if (type == RTM_NEWROUTE && route->mtu != 0) {
        struct nlattr *metrics = mnl_attr_nest_start(request->m, RTA_METRICS);
        mnl_attr_put_u32(request->m, RTAX_MTU, route->mtu);
        mnl_attr_nest_end(request->m, metrics);
    }
}

static bool needs_device(const struct ifr_net_route *route)
{
    return route->type != RTN_BLACKHOLE && route->type != RTN_UNREACHABLE &&
           route->type != RTN_PROHIBIT && route->type != RTN_THROW;
}

static int route_index(struct ifr_netlink *nl, const char *device,
                       const struct ifr_net_route *route, struct dbc_error *err)
{
    if (device[0] != '\0') {
        return find_index(nl, device, err);
    }
    return needs_device(route) ? dbc_fail(err, DBC_EINVAL, "a route of this type needs a device")
                               : 0;
}

static int change_route(struct ifr_netlink *nl, const char *device,
                        const struct ifr_net_route *route, bool add, struct dbc_error *err)
{
    struct ifr_netlink_request request;
    struct dbc_buf text = DBC_BUF_INIT;
    int index = 0;

    if (check_family(route->family, route->prefix, device, err) < 0 ||
        (index = route_index(nl, device, route, err)) < 0) {
        return -1;
    }
    /* Without NLM_F_EXCL only an identical route counts as existing. */
    route_request(&request, add ? RTM_NEWROUTE : RTM_DELROUTE, add ? NLM_F_CREATE : 0, index,
                  route);
    ifr_net_route_format(route, &text);
    return change_text(nl, &request, add, add ? EEXIST : ESRCH, "route", &text, device, err);
}

int ifr_netlink_add_route(struct ifr_netlink *nl, const char *device,
                          const struct ifr_net_route *route, struct dbc_error *err)
{
    return change_route(nl, device, route, true, err);
}

int ifr_netlink_del_route(struct ifr_netlink *nl, const char *device,
                          const struct ifr_net_route *route, struct dbc_error *err)
{
    return change_route(nl, device, route, false, err);
}
