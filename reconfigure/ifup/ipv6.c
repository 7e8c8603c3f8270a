/* ipv6.c - settings in /proc/sys, addresses and the default route of IPv6 (ipv6.h). */
#include "reconfigure/ifup/ipv6.h"

#include <linux/if_addr.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "reconfigure/host/ipv6.h"
#include "reconfigure/host/netlink.h"
#include "reconfigure/ifup/dhcp.h"

#define IP "/sbin/ip"
#define POLL_MS 50

/* ---- Settings. ------------------------------------------------------------------------------ */

static void set_setting(const struct ifr_ifup_host *host, const char *dev, const char *name,
                        const char *value)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_ipv6_set(host->facts, dev, name, value, &err) < 0) {
        dbc_log_error(host->log, &err);
    }
}

static const char *wanted_accept_ra(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    char now[IFR_IPV6_SETTING_SIZE], forwarding[IFR_IPV6_SETTING_SIZE];

    ifr_ipv6_get(host->facts, dev->name, "accept_ra", now);
    ifr_ipv6_get(host->facts, dev->name, "forwarding", forwarding);
    if (!dev->autoconf && !dev->dhcp6) {
        return "0";
    }
    return strcmp(now, "2") == 0 || strcmp(forwarding, "1") == 0 ? "2" : "1";
}

int ifr_ipv6_prepare(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner,
                     struct dbc_error *err)
{
    if (!ifr_ipv6_is_there(host->facts, dev->name)) {
        return dbc_fail(err, DBC_ENOENT,
                        "%s: IPV6INIT=yes, but the kernel has no IPv6 for it: the MTU must be 1280 "
                        "at least, and the kernel not started with ipv6.disable=1",
                        dev->name);
    }
    set_setting(host, dev->name, "disable_ipv6", "0");
    set_setting(host, dev->name, "ndisc_notify", "1"); /* neighbours hear of an address at once */
    set_setting(host, dev->name, "autoconf", dev->autoconf ? "1" : "0");
    set_setting(host, dev->name, "accept_ra_defrtr", owner ? "1" : "0");
    set_setting(host, dev->name, "accept_ra", wanted_accept_ra(host, dev));
    return 0;
}

void ifr_ipv6_down(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    static const char *const names[] = { "ndisc_notify", "autoconf", "accept_ra_defrtr",
                                         "accept_ra" };
    char value[IFR_IPV6_SETTING_SIZE];

    if (!dev->ipv6) {
        return;
    }
    ifr_dhcp_stop(host, IFR_DHCPV6, dev->name);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ifr_ipv6_get(host->facts, "default", names[i], value);
        if (value[0] != '\0') {
            set_setting(host, dev->name, names[i], value);
        }
    }
}

/* ---- The kernel's addresses. ---------------------------------------------------------------- */

struct look {
    int index;
    const struct dbc_strvec *addresses; /* to be checked for duplicates */
    bool pending;                       /* duplicate address detection of one is not done */
    struct dbc_strvec duplicates;
    bool link_local, lent;    /* there is a usable one: link-local; from a router or server */
    bool by_router;           /* there is one from a router's prefix, usable or not */
    struct dbc_strvec leased; /* with a lifetime, and not from a router's prefix */
};

static bool is_fit(const struct ifr_net_address *address)
{
    return (address->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0 ||
           (address->flags & IFA_F_OPTIMISTIC) != 0;
}

static int take(void *ctx, const struct ifr_net_address *address, struct dbc_error *err)
{
    struct look *look = ctx;
    char text[DBC_IPV6_PREFIX_SIZE];
    struct dbc_ipv6 ip;

    (void)err;
    if (address->index != look->index || address->family != AF_INET6) {
        return 0;
    }
    memcpy(ip.octets, address->ip, sizeof ip.octets);
    dbc_format_ipv6_prefix(&ip, address->prefix, text);
    if (look->addresses != NULL && dbc_strvec_has(look->addresses, text)) {
        look->pending = look->pending || !is_fit(address);
        if ((address->flags & IFA_F_DADFAILED) != 0) {
            dbc_strvec_push(&look->duplicates, text);
        }
    }
    if (!dbc_ipv6_is_host(&ip)) {
        look->link_local = look->link_local || is_fit(address);
    } else if (address->valid != UINT32_MAX || (address->flags & IFA_F_MANAGETEMPADDR) != 0) {
        look->lent = look->lent || is_fit(address);
    }
    look->by_router = look->by_router || (address->flags & IFA_F_MANAGETEMPADDR) != 0;
    if (address->valid != UINT32_MAX && dbc_ipv6_is_host(&ip) &&
        (address->flags & (IFA_F_MANAGETEMPADDR | IFA_F_TEMPORARY)) == 0) {
        dbc_strvec_push(&look->leased, text);
    }
    return 0;
}

static void release(struct look *look)
{
    dbc_strvec_release(&look->duplicates);
    dbc_strvec_release(&look->leased);
}

static int look_at(struct ifr_netlink *nl, const char *dev, const struct dbc_strvec *addresses,
                   struct look *ret, struct dbc_error *err)
{
    release(ret);
    *ret = (struct look){ .index = (int)if_nametoindex(dev), .addresses = addresses };
    return ifr_netlink_addresses(nl, take, ret, err);
}

typedef bool settled_fn(const struct look *look);

static bool has_link_local(const struct look *look)
{
    return look->link_local;
}

static bool has_lent(const struct look *look)
{
    return look->lent;
}

/* A duplicate ends the wait as well. */
static bool none_pending(const struct look *look)
{
    return !look->pending || look->duplicates.n > 0;
}

/* Reads the addresses until they are `settled` or the time has passed; `ret` is the last reading.
 * Returns false when they are not settled or could not be read. */
static bool wait_for(const struct ifr_ifup_host *host, const char *dev,
                     const struct dbc_strvec *addresses, settled_fn *settled, int64_t ms,
                     struct look *ret)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_netlink *nl = NULL;
    int64_t end = dbc_now_ms() + ms;
    int rc = ifr_netlink_open(&nl, &err);

    while (rc == 0 && (rc = look_at(nl, dev, addresses, ret, &err)) == 0 && !settled(ret) &&
           dbc_now_ms() < end) {
        dbc_sleep_ms(POLL_MS);
    }
    if (rc < 0) {
        dbc_log_error(host->log, &err);
    }
    ifr_netlink_close(nl);
    return rc == 0 && settled(ret);
}

/* ---- Duplicates. ---------------------------------------------------------------------------- */

static void remove_address(const struct ifr_ifup_host *host, const char *dev, const char *address)
{
    ifr_host_try(host, IP, "-6", "addr", "del", address, "dev", dev, (char *)NULL);
}

static int report(const struct ifr_ifup_host *host, const char *dev, const struct look *look,
                  bool settled, struct dbc_error *err)
{
    for (size_t i = 0; i < look->duplicates.n; i++) {
        remove_address(host, dev, look->duplicates.v[i]);
    }
    if (look->duplicates.n > 0) {
        return dbc_fail(err, DBC_ECONFLICT,
                        "%s: IPv6 address %s is a duplicate: another host on this link has it, so "
                        "one of the two needs another address",
                        dev, look->duplicates.v[0]);
    }
    if (!settled) {
        dbc_logf(host->log, DBC_LOG_WARNING,
                 "%s: whether another host has its IPv6 address is not known within %d ms (no "
                 "carrier?): it is used once that is known",
                 dev, IFR_DAD_WAIT_MS);
    }
    return 0;
}

int ifr_ipv6_settle(const struct ifr_ifup_host *host, const char *dev,
                    const struct dbc_strvec *addresses, struct dbc_error *err)
{
    struct look look = { .index = 0 };
    bool settled = true;
    int rc = 0;

    if (ifr_facts_is_this_host(host->facts) && addresses->n > 0) {
        settled = wait_for(host, dev, addresses, none_pending, IFR_DAD_WAIT_MS, &look);
        rc = report(host, dev, &look, settled, err);
    }
    release(&look);
    return rc;
}

/* Removes duplicates: the kernel checks an address again only when it is added anew. */
static void forget_duplicates(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    struct look look = { .index = 0 };

    if (ifr_facts_is_this_host(host->facts)) {
        (void)wait_for(host, dev->name, &dev->ipv6_addresses, none_pending, 0, &look);
    }
    for (size_t i = 0; i < look.duplicates.n; i++) {
        remove_address(host, dev->name, look.duplicates.v[i]);
    }
    release(&look);
}

/* ---- Static addresses. ---------------------------------------------------------------------- */

/* A gateway must be on the link: link-local, or in a prefix of the device. */
static bool is_on_link(const struct ifr_device *dev)
{
    struct dbc_ipv6 gateway, ip;
    unsigned prefix = 0;

    if (!dbc_parse_ipv6(dev->ipv6_gateway, &gateway) || !dbc_ipv6_is_host(&gateway)) {
        return true;
    }
    for (size_t i = 0; i < dev->ipv6_addresses.n; i++) {
        if (dbc_parse_ipv6_prefix(dev->ipv6_addresses.v[i], &ip, &prefix) &&
            dbc_ipv6_same_net(&ip, &gateway, prefix)) {
            return true;
        }
    }
    return false;
}

static void set_gateway(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    if (!is_on_link(dev)) {
        dbc_logf(host->log, DBC_LOG_WARNING,
                 "%s: IPv6 gateway %s is outside its prefixes, no default route", dev->name,
                 dev->ipv6_gateway);
        return;
    }
    ifr_host_try(host, IP, "-6", "route", "replace", "default", "via", dev->ipv6_gateway, "dev",
                 dev->name, (char *)NULL);
}

static int set_addresses(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner,
                         struct dbc_error *err)
{
    int rc = 0;

    forget_duplicates(host, dev);
    for (size_t i = 0; rc == 0 && i < dev->ipv6_addresses.n; i++) {
        rc = ifr_host_run(host, err, IP, "-6", "addr", "replace", dev->ipv6_addresses.v[i], "dev",
                          dev->name, (char *)NULL);
    }
    if (rc == 0) {
        rc = ifr_ipv6_settle(host, dev->name, &dev->ipv6_addresses, err);
    }
    if (owner && dev->ipv6_gateway[0] != '\0' && dev->ipv6_addresses.n > 0) {
        set_gateway(host, dev);
    }
    return rc;
}

/* ---- Routers and servers. ------------------------------------------------------------------- */

/* A client that is ended leaves its addresses, so they are removed. */
static void end_client(const struct ifr_ifup_host *host, const char *dev, const struct look *look)
{
    bool was_there = ifr_client_find(host->facts, IFR_DHCPV6, dev, NULL) > 0;

    ifr_dhcp_stop(host, IFR_DHCPV6, dev);
    for (size_t i = 0; was_there && i < look->leased.n; i++) {
        remove_address(host, dev, look->leased.v[i]);
    }
}

/* Removes what was lent to the device in another mode and would stay until its lifetime ends. */
static void drop_lent(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner)
{
    struct look look = { .index = 0 };

    if (ifr_facts_is_this_host(host->facts)) {
        (void)wait_for(host, dev->name, NULL, none_pending, 0, &look);
    }
    if (!dev->dhcp6) {
        end_client(host, dev->name, &look);
    }
    if (!dev->autoconf && look.by_router) {
        ifr_host_try(host, IP, "-6", "addr", "flush", "dev", dev->name, "mngtmpaddr", (char *)NULL);
    }
    if (!dev->autoconf && !dev->dhcp6) {
        ifr_host_try(host, IP, "-6", "route", "flush", "dev", dev->name, "proto", "ra",
                     (char *)NULL);
    } else if (!owner) {
        ifr_host_try(host, IP, "-6", "route", "flush", "exact", "default", "dev", dev->name,
                     "proto", "ra", (char *)NULL);
    }
    release(&look);
}

static void wait_for_router(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                            unsigned timeout_s)
{
    unsigned seconds = timeout_s < IFR_ROUTER_WAIT_S ? timeout_s : IFR_ROUTER_WAIT_S;
    struct dbc_error err = DBC_ERROR_INIT;
    struct look look = { .index = 0 };

    /* An address that exists already needs no answer of a router. */
    if (!wait_for(host, dev->name, NULL, has_lent, 0, &look) &&
        ifr_ipv6_solicit(dev->name, &err) < 0) {
        dbc_log_error(host->log, &err);
    }
    if (!wait_for(host, dev->name, NULL, has_lent, seconds * INT64_C(1000), &look)) {
        dbc_logf(host->log, DBC_LOG_WARNING,
                 "%s: no IPv6 address from a router within %u s, the kernel goes on listening",
                 dev->name, seconds);
    }
    release(&look);
}

static int borrow(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                  unsigned timeout_s, struct dbc_error *err)
{
    struct look look = { .index = 0 };

    if (ifr_facts_is_this_host(host->facts)) {
        if (!wait_for(host, dev->name, NULL, has_link_local, IFR_DAD_WAIT_MS, &look)) {
            dbc_logf(host->log, DBC_LOG_WARNING,
                     "%s: no link-local address within %d ms (no carrier, or another host has it)",
                     dev->name, IFR_DAD_WAIT_MS);
        }
        if (dev->autoconf) {
            wait_for_router(host, dev, timeout_s);
        }
    }
    release(&look);
    return dev->dhcp6 ? ifr_dhcp6_start(host, dev, timeout_s, err) : 0;
}

int ifr_ipv6_up(const struct ifr_ifup_host *host, const struct ifr_device *dev, bool owner,
                unsigned timeout_s, struct dbc_error *err)
{
    int rc = set_addresses(host, dev, owner, err);

    drop_lent(host, dev, owner);
    if (rc == 0 && (dev->autoconf || dev->dhcp6)) {
        rc = borrow(host, dev, timeout_s, err);
    }
    return rc;
}
