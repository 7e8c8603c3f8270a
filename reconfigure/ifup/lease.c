/* lease.c - turns DHCP events into addresses, routes and resolv.conf (lease.h). */
#include "reconfigure/ifup/lease.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/ifup/address.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/lease6.h"
#include "reconfigure/ifup/resolv.h"

#define IP "/sbin/ip"

enum lease_kind {
    LEASE_NOTHING, /* known, but needs nothing */
    LEASE_START,   /* the client is about to ask: the device must be up */
    LEASE_BOUND,   /* the client has got an address */
    LEASE_GONE,    /* the address must not be used any more */
    LEASE_EMPTY,   /* udhcpc: it begins, or the address must not be used any more */
    LEASE_REFUSE,  /* no server has confirmed an old lease */
    LEASE6_BOUND,
    LEASE6_OLD, /* the address is deprecated */
    LEASE6_GONE
};

static const struct event {
    const char *name;
    enum lease_kind kind;
} events[] = {
    { "PREINIT", LEASE_START },   { "BOUND", LEASE_BOUND },       { "RENEW", LEASE_BOUND },
    { "REBIND", LEASE_BOUND },    { "REBOOT", LEASE_BOUND },      { "EXPIRE", LEASE_GONE },
    { "FAIL", LEASE_GONE },       { "RELEASE", LEASE_GONE },      { "STOP", LEASE_GONE },
    { "TIMEOUT", LEASE_REFUSE },  { "MEDIUM", LEASE_NOTHING },    { "ARPCHECK", LEASE_NOTHING },
    { "ARPSEND", LEASE_NOTHING }, { "bound", LEASE_BOUND },       { "renew", LEASE_BOUND },
    { "deconfig", LEASE_EMPTY },  { "leasefail", LEASE_NOTHING }, { "nak", LEASE_NOTHING },
    { "PREINIT6", LEASE_START },  { "BOUND6", LEASE6_BOUND },     { "RENEW6", LEASE6_BOUND },
    { "REBIND6", LEASE6_BOUND },  { "DEPREF6", LEASE6_OLD },      { "EXPIRE6", LEASE6_GONE },
    { "RELEASE6", LEASE6_GONE },  { "STOP6", LEASE6_GONE },
};

/* Returns the value by dhclient's name for it, else by udhcpc's. */
static const char *value_of(const char *const *env, const char *dhclient, const char *udhcpc)
{
    const char *value = ifr_env_get(env, dhclient);

    return value[0] != '\0' ? value : ifr_env_get(env, udhcpc);
}

/* Appends the blank-separated addresses of `text`; what is no address is left out. */
static void addresses(const struct ifr_ifup_host *host, const char *text, struct dbc_strvec *ret)
{
    for (const char *p = text + strspn(text, " "); *p != '\0' && ret->n < IFR_DNS_MAX;
         p += strspn(p, " ")) {
        char word[16] = "";
        uint32_t ip = 0;
        size_t len = strcspn(p, " ");
        if (len < sizeof word) {
            memcpy(word, p, len);
        }
        if (dbc_parse_ipv4(word, &ip)) {
            dbc_strvec_push(ret, word);
        } else {
            dbc_logf(host->log, DBC_LOG_WARNING, "DHCP: no address, ignored: %s", text);
        }
        p += len;
    }
}

static int parse_lease(const struct ifr_ifup_host *host, const char *const *env,
                       struct ifr_address *ret, struct dbc_error *err)
{
    struct dbc_strvec routers = DBC_STRVEC_INIT;
    const char *ip = value_of(env, "new_ip_address", "ip");
    const char *mask = value_of(env, "new_subnet_mask", "subnet");

    if (!dbc_parse_ipv4(ip, &ret->ip) || ret->ip == 0) {
        return dbc_fail(err, DBC_EINVAL, "DHCP: the lease's address cannot be used: %s", ip);
    }
    if (!dbc_parse_netmask(mask, &ret->prefix)) {
        return dbc_fail(err, DBC_EINVAL, "DHCP: the lease's netmask cannot be used: %s", mask);
    }
    addresses(host, value_of(env, "new_routers", "router"), &routers);
    ret->has_gateway = routers.n > 0 && dbc_parse_ipv4(routers.v[0], &ret->gateway);
    dbc_strvec_release(&routers);
    return 0;
}

/* The device's own configuration of DNS takes precedence over the server's. */
static void set_dns(const struct ifr_ifup_host *host, const char *name, const char *const *env)
{
    struct ifr_device dev = IFR_DEVICE_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_device_load(host->facts, name, &dev, host->log, &err) < 0) {
        dbc_log_error(host->log, &err);
    }
    if (dev.dns.n == 0) {
        addresses(host, value_of(env, "new_domain_name_servers", "dns"), &dev.dns);
    }
    if (dev.domain[0] == '\0') {
        ifr_lease_domain(host, "DHCP", value_of(env, "new_domain_name", "domain"), &dev);
    }
    ifr_resolv_set(host, name, &dev.dns, dev.domain);
    ifr_device_release(&dev);
}

/* With promote_secondaries the kernel keeps the other addresses of a subnet when the first one is
 * removed, so that the new address can be added before the old one is removed. */
static bool keep_secondaries(const struct ifr_ifup_host *host, const char *dev)
{
    char path[64 + DBC_IFNAME_MAX];

    snprintf(path, sizeof path, "/proc/sys/net/ipv4/conf/%s/promote_secondaries", dev);
    return ifr_facts_write(host->facts, path, "1", NULL) == 0;
}

/* Removes only the address of the old lease: the device may have other addresses. */
static void drop_old(const struct ifr_ifup_host *host, const char *dev, const char *const *env,
                     unsigned prefix)
{
    uint32_t ip = 0;
    char text[16], with_prefix[16 + 3];

    if (dbc_parse_ipv4(ifr_env_get(env, "old_ip_address"), &ip)) {
        (void)dbc_parse_netmask(ifr_env_get(env, "old_subnet_mask"), &prefix);
        dbc_format_ipv4(ip, text);
        snprintf(with_prefix, sizeof with_prefix, "%s/%u", text, prefix % 33);
        ifr_host_try(host, IP, "-4", "addr", "del", with_prefix, "dev", dev, (char *)NULL);
    }
}

static int bound(const struct ifr_ifup_host *host, const char *dev, const char *const *env,
                 struct dbc_error *err)
{
    struct ifr_address address = { 0 };
    struct ifr_owners owners = { 0 };
    const char *old = ifr_env_get(env, "old_ip_address");
    bool other = strcmp(old, ifr_env_get(env, "new_ip_address")) != 0;
    bool after = other && *old != '\0' && keep_secondaries(host, dev);

    if (parse_lease(host, env, &address, err) < 0) {
        return -1;
    }
    ifr_owners_load(host->facts, &owners, host->log);
    if (other && !after) {
        drop_old(host, dev, env, address.prefix);
    }
    if (ifr_address_set(host, dev, &address, owners.gatewaydev, err) < 0) {
        return -1;
    }
    if (after) {
        drop_old(host, dev, env, address.prefix);
    }
    ifr_routes_set(host, dev);
    if (owners.dnsdev[0] == '\0' || strcmp(owners.dnsdev, dev) == 0) {
        set_dns(host, dev, env);
    }
    return 0;
}

/* The default route, which the kernel keeps while the device has another address. */
static void drop_gateway(const struct ifr_ifup_host *host, const char *dev, const char *const *env)
{
    struct dbc_strvec routers = DBC_STRVEC_INIT;
    struct ifr_owners owners = { 0 };

    ifr_owners_load(host->facts, &owners, host->log);
    if (owners.gatewaydev[0] == '\0' || strcmp(owners.gatewaydev, dev) == 0) {
        addresses(host, ifr_env_get(env, "old_routers"), &routers);
    }
    if (routers.n > 0) {
        ifr_host_try(host, IP, "-4", "route", "del", "default", "via", routers.v[0], "dev", dev,
                     (char *)NULL);
    }
    dbc_strvec_release(&routers);
}

/* Takes away what the old lease gave, as dhclient's own script does; without one nothing. */
static void gone(const struct ifr_ifup_host *host, const char *dev, const char *const *env)
{
    ifr_resolv_restore(host, dev);
    if (ifr_env_get(env, "old_ip_address")[0] != '\0') {
        (void)keep_secondaries(host, dev);
        drop_gateway(host, dev, env);
        drop_old(host, dev, env, 32);
    }
}

/* udhcpc does not say which address it had, so all go, as in its own script; and it has no event
 * for its start, when the device must be up. */
static void empty(const struct ifr_ifup_host *host, const char *dev)
{
    ifr_resolv_restore(host, dev);
    ifr_host_try(host, IP, "-4", "addr", "flush", "dev", dev, (char *)NULL);
    ifr_host_try(host, IP, "link", "set", "dev", dev, "up", (char *)NULL);
}

static int act(const struct ifr_ifup_host *host, enum lease_kind kind, const char *dev,
               const char *const *env, struct dbc_error *err)
{
    switch (kind) {
    case LEASE_NOTHING:
        return 0;
    case LEASE_START:
        return ifr_host_run(host, err, IP, "link", "set", "dev", dev, "up", (char *)NULL);
    case LEASE_BOUND:
        return bound(host, dev, env, err);
    case LEASE_GONE:
        gone(host, dev, env);
        return 0;
    case LEASE_EMPTY:
        empty(host, dev);
        return 0;
    case LEASE_REFUSE:
        return dbc_fail(err, DBC_ECONFLICT, "%s: no server confirms the old lease, not used", dev);
    case LEASE6_BOUND:
        return ifr_lease6_bound(host, dev, env, err);
    case LEASE6_OLD:
        ifr_lease6_deprecated(host, dev, env);
        return 0;
    case LEASE6_GONE:
        ifr_lease6_gone(host, dev, env);
        return 0;
    }
    return -1;
}

int ifr_lease_event(const struct ifr_ifup_host *host, const char *event, const char *const *env,
                    struct dbc_error *err)
{
    const char *name = event != NULL ? event : ifr_env_get(env, "reason");
    const char *dev = ifr_env_get(env, "interface");

    if (!dbc_valid_ifname(dev)) {
        return dbc_fail(err, DBC_EINVAL, "no interface name in the environment: %s", dev);
    }
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (strcmp(events[i].name, name) == 0) {
            return act(host, events[i].kind, dev, env, err);
        }
    }
    return dbc_fail(err, DBC_EINVAL, "no DHCP event: %s", name);
}
