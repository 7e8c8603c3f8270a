/* address.c - addresses, the default route and route files (address.h). */
#include "reconfigure/ifup/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/ifup/announce.h"

#define IP "/sbin/ip"

static bool equal_net(uint32_t a, uint32_t b, unsigned prefix)
{
    uint32_t mask = prefix == 0 ? 0 : htonl(UINT32_MAX << (32 - prefix));

    return (a & mask) == (b & mask);
}

static void set_default_route(const struct ifr_ifup_host *host, const char *dev,
                              const struct ifr_address *address)
{
    char gateway[16] = "";

    dbc_format_ipv4(address->gateway, gateway);
    if (!equal_net(address->ip, address->gateway, address->prefix)) {
        dbc_logf(host->log, DBC_LOG_WARNING,
                 "%s: gateway %s is outside its subnet, no default route", dev, gateway);
        return;
    }
    ifr_host_try(host, IP, "-4", "route", "replace", "default", "via", gateway, "dev", dev,
                 (char *)NULL);
}

/* Only on the host itself.  A failure is logged: the neighbours' entries expire in the end. */
static void announce(const struct ifr_ifup_host *host, const char *dev, uint32_t ip)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_facts_is_this_host(host->facts) && ifr_announce(dev, ip, &err) < 0) {
        dbc_log_error(host->log, &err);
    }
}

int ifr_address_set(const struct ifr_ifup_host *host, const char *dev,
                    const struct ifr_address *address, const char *owner, struct dbc_error *err)
{
    char ip[16] = "";
    char with_prefix[16 + 3] = "";

    dbc_format_ipv4(address->ip, ip);
    snprintf(with_prefix, sizeof with_prefix, "%s/%u", ip, address->prefix % 33);
    if (ifr_host_run(host, err, IP, "-4", "addr", "replace", with_prefix, "broadcast", "+", "dev",
                     dev, (char *)NULL) < 0) {
        return -1;
    }
    announce(host, dev, address->ip);
    if (address->has_gateway && (owner[0] == '\0' || strcmp(owner, dev) == 0)) {
        set_default_route(host, dev, address);
    }
    return 0;
}

/* ---- route-DEV. ----------------------------------------------------------------------------- */

static bool is_network(const char *text)
{
    char net[16] = "";
    uint32_t ip = 0;
    uint64_t prefix = 0;
    const char *slash = strchr(text, '/');
    size_t len = slash != NULL ? (size_t)(slash - text) : sizeof net;

    if (len >= sizeof net) {
        return false;
    }
    memcpy(net, text, len);
    return dbc_parse_ipv4(net, &ip) && dbc_parse_uint(slash + 1, 32, &prefix);
}

static void set_route(const struct ifr_ifup_host *host, const char *dev, size_t n, char **words,
                      unsigned number)
{
    uint32_t gateway = 0;

    if (n == 0 || words[0][0] == '#') {
        return;
    }
    if ((n != 3 && n != 5) || !is_network(words[0]) || strcmp(words[1], "via") != 0 ||
        !dbc_parse_ipv4(words[2], &gateway) ||
        (n == 5 && (strcmp(words[3], "dev") != 0 || strcmp(words[4], dev) != 0))) {
        dbc_logf(host->log, DBC_LOG_WARNING,
                 "route-%s:%u: expected NET/LEN via GATEWAY dev %s, line ignored", dev, number,
                 dev);
        return;
    }
    ifr_host_try(host, IP, "-4", "route", "replace", words[0], "via", words[2], "dev", dev,
                 (char *)NULL);
}

void ifr_routes_set(const struct ifr_ifup_host *host, const char *dev)
{
    char path[sizeof IFR_SCRIPTS + sizeof "/route-" + DBC_IFNAME_MAX] = "";
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    unsigned number = 0;

    snprintf(path, sizeof path, "%s/route-%s", IFR_SCRIPTS, dev);
    if (ifr_facts_read(host->facts, path, &text, &err) < 0) {
        if (err.code != DBC_ENOENT) {
            dbc_log_error(host->log, &err);
        }
        dbc_buf_release(&text);
        return;
    }
    for (char *rest = text.data, *line = NULL;
         number < IFR_ROUTES_MAX && (line = strsep(&rest, "\n")) != NULL;) {
        struct dbc_strvec words = DBC_STRVEC_INIT;
        dbc_strvec_split(&words, line, " \t");
        set_route(host, dev, words.n, words.v, ++number);
        dbc_strvec_release(&words);
    }
    dbc_buf_release(&text);
}

static bool is_ipv4(const struct sockaddr *addr, char *out)
{
    struct sockaddr_in in;

    if (addr->sa_family != AF_INET) {
        return false;
    }
    memcpy(&in, addr, sizeof in);
    dbc_format_ipv4(in.sin_addr.s_addr, out);
    return true;
}

static bool is_ipv6(const struct sockaddr *addr, char *out)
{
    struct sockaddr_in6 in;
    struct dbc_ipv6 ip;

    if (addr->sa_family != AF_INET6) {
        return false;
    }
    memcpy(&in, addr, sizeof in);
    memcpy(ip.octets, &in.sin6_addr, sizeof ip.octets);
    dbc_format_ipv6(&ip, out);
    return dbc_ipv6_is_host(&ip);
}

static bool get(const char *dev, bool (*fits)(const struct sockaddr *addr, char *out), char *out)
{
    struct ifaddrs *all = NULL;
    bool found = false;

    if (getifaddrs(&all) < 0) {
        return false;
    }
    for (const struct ifaddrs *a = all; a != NULL && !found; a = a->ifa_next) {
        found = a->ifa_addr != NULL && strcmp(a->ifa_name, dev) == 0 && fits(a->ifa_addr, out);
    }
    freeifaddrs(all);
    return found;
}

bool ifr_address_get(const char *dev, char out[16])
{
    return get(dev, is_ipv4, out);
}

bool ifr_address_get6(const char *dev, char out[DBC_IPV6_SIZE])
{
    return get(dev, is_ipv6, out);
}
