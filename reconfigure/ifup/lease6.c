/* lease6.c - turns DHCPv6 leases into addresses and resolv.conf (lease6.h). */
#include "reconfigure/ifup/lease6.h"

#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/host/ipv6.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/ipv6.h"
#include "reconfigure/ifup/resolv.h"

#define IP "/sbin/ip"
#define LIFE_SIZE 16

/* Reads KIND_ip6_address with its length, or 128; `kind` is new, old or cur. */
static bool get_address(const char *const *env, const char *kind, char out[DBC_IPV6_PREFIX_SIZE])
{
    char name[32];
    struct dbc_ipv6 ip;
    const char *length = NULL;
    uint64_t prefix = 128;

    snprintf(name, sizeof name, "%s_ip6_prefixlen", kind);
    length = ifr_env_get(env, name);
    snprintf(name, sizeof name, "%s_ip6_address", kind);
    if (!dbc_parse_ipv6(ifr_env_get(env, name), &ip) || !dbc_ipv6_is_host(&ip) ||
        (*length != '\0' && !dbc_parse_uint(length, 128, &prefix)) || prefix == 0) {
        return false;
    }
    dbc_format_ipv6_prefix(&ip, (unsigned)prefix, out);
    return true;
}

/* Reads a lifetime, in seconds or "forever"; a missing or bad value is for ever. */
static void get_life(const char *const *env, const char *name, char out[LIFE_SIZE])
{
    uint64_t seconds = UINT32_MAX;

    (void)dbc_parse_uint(ifr_env_get(env, name), UINT32_MAX, &seconds);
    snprintf(out, LIFE_SIZE, seconds == UINT32_MAX ? "forever" : "%u", (unsigned)seconds);
}

static void del_address(const struct ifr_ifup_host *host, const char *dev, const char *address)
{
    ifr_host_try(host, IP, "-6", "addr", "del", address, "dev", dev, (char *)NULL);
}

/* ---- DNS. ----------------------------------------------------------------------------------- */

/* Appends the blank-separated addresses of the server's list; what is no address is left out. */
static void add_servers(const struct ifr_ifup_host *host, const char *list, struct dbc_strvec *ret)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;
    char text[DBC_IPV6_SIZE];
    struct dbc_ipv6 ip;

    dbc_strvec_split(&words, list, " ");
    for (size_t i = 0; i < words.n && ret->n < IFR_DNS_MAX; i++) {
        if (dbc_parse_ipv6(words.v[i], &ip)) {
            dbc_format_ipv6(&ip, text);
            dbc_strvec_push(ret, text);
        } else {
            dbc_logf(host->log, DBC_LOG_WARNING, "DHCPv6: no address, ignored: %s", words.v[i]);
        }
    }
    ret->failed = ret->failed || words.failed;
    dbc_strvec_release(&words);
}

/* Returns whether the lease may set DNS.  Beside DHCP of IPv4 it would replace those servers. */
static bool owns_dns(const struct ifr_ifup_host *host, const char *name, struct ifr_device *dev)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct ifr_owners owners = { 0 };

    ifr_owners_load(host->facts, &owners, host->log);
    if (ifr_device_load(host->facts, name, dev, host->log, &err) < 0) {
        dbc_log_error(host->log, &err);
    }
    return !dev->dhcp && (owners.dnsdev[0] == '\0' || strcmp(owners.dnsdev, name) == 0);
}

void ifr_lease_domain(const struct ifr_ifup_host *host, const char *what, const char *domain,
                      struct ifr_device *dev)
{
    if (dbc_valid_domain(domain)) {
        snprintf(dev->domain, sizeof dev->domain, "%s", domain);
    } else if (*domain != '\0') {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s: no domain, ignored: %s", what, domain);
    }
}

/* The device's own configuration of DNS takes precedence over the server's. */
static void set_dns(const struct ifr_ifup_host *host, const char *name, const char *const *env)
{
    const char *domain = ifr_env_get(env, "new_dhcp6_domain_search");
    struct ifr_device dev = IFR_DEVICE_INIT;

    if (owns_dns(host, name, &dev)) {
        if (dev.dns.n == 0) {
            add_servers(host, ifr_env_get(env, "new_dhcp6_name_servers"), &dev.dns);
        }
        if (dev.domain[0] == '\0') {
            ifr_lease_domain(host, "DHCPv6", domain, &dev);
        }
        ifr_resolv_set(host, name, &dev.dns, dev.domain);
    }
    ifr_device_release(&dev);
}

static void forget_dns(const struct ifr_ifup_host *host, const char *name)
{
    struct ifr_device dev = IFR_DEVICE_INIT;

    if (owns_dns(host, name, &dev) && dev.dns.n == 0) {
        ifr_resolv_restore(host, name);
    }
    ifr_device_release(&dev);
}

/* ---- Events. -------------------------------------------------------------------------------- */

static int set_address(const struct ifr_ifup_host *host, const char *dev, const char *address,
                       const char *const *env, struct dbc_error *err)
{
    struct dbc_strvec addresses = DBC_STRVEC_INIT;
    char valid[LIFE_SIZE], preferred[LIFE_SIZE];
    int rc = -1;

    get_life(env, "new_max_life", valid);
    get_life(env, "new_preferred_life", preferred);
    dbc_strvec_push(&addresses, address);
    rc = addresses.failed
             ? dbc_fail_nomem(err)
             : ifr_host_run(host, err, IP, "-6", "addr", "replace", address, "dev", dev,
                            "valid_lft", valid, "preferred_lft", preferred, (char *)NULL);
    if (rc == 0) {
        rc = ifr_ipv6_settle(host, dev, &addresses, err);
    }
    dbc_strvec_release(&addresses);
    return rc;
}

int ifr_lease6_bound(const struct ifr_ifup_host *host, const char *dev, const char *const *env,
                     struct dbc_error *err)
{
    char address[DBC_IPV6_PREFIX_SIZE], old[DBC_IPV6_PREFIX_SIZE];

    if (!get_address(env, "new", address)) {
        return dbc_fail(err, DBC_EINVAL, "DHCPv6: the lease's address cannot be used: %s/%s",
                        ifr_env_get(env, "new_ip6_address"), ifr_env_get(env, "new_ip6_prefixlen"));
    }
    if (set_address(host, dev, address, env, err) < 0) {
        return -1;
    }
    if (get_address(env, "old", old) && strcmp(old, address) != 0) {
        del_address(host, dev, old);
    }
    set_dns(host, dev, env);
    return 0;
}

void ifr_lease6_deprecated(const struct ifr_ifup_host *host, const char *dev,
                           const char *const *env)
{
    char address[DBC_IPV6_PREFIX_SIZE];

    if (get_address(env, "cur", address)) {
        ifr_host_try(host, IP, "-6", "addr", "change", address, "dev", dev, "preferred_lft", "0",
                     (char *)NULL);
    }
}

void ifr_lease6_gone(const struct ifr_ifup_host *host, const char *dev, const char *const *env)
{
    char address[DBC_IPV6_PREFIX_SIZE];

    forget_dns(host, dev);
    if (get_address(env, "old", address)) {
        del_address(host, dev, address);
    }
}
