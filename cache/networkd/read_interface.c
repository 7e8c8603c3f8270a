/* read_interface.c - reads an entry of interface_config: addresses, name servers, routes and MTU.
 * A bad value is left out with a warning.  Called by the other read*.c. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "networkd/read.h"

/* Formats an address of either family as inet_ntop does; false when `text` is none. */
static bool any_address(const char *text, char out[INET6_ADDRSTRLEN])
{
    struct in6_addr v6;
    uint32_t v4 = 0;

    if (dbc_parse_ipv4(text, &v4)) {
        dbc_format_ipv4(v4, out);
        return true;
    }
    return text != NULL && inet_pton(AF_INET6, text, &v6) == 1 &&
           inet_ntop(AF_INET6, &v6, out, INET6_ADDRSTRLEN) != NULL;
}

static bool is_ipv4(const char *text)
{
    uint32_t addr = 0;

    return dbc_parse_ipv4(text, &addr);
}

/* Parses [address, prefix] of one family.  A prefix of 0 is what the netmask 0.0.0.0 is written as,
 * which `check` and `up` take. */
static bool parse_pair(json_t *pair, bool v4, char address[INET6_ADDRSTRLEN], unsigned *prefix)
{
    const char *text = dbc_networkd_string(json_array_get(pair, 0));
    json_int_t number = json_integer_value(json_array_get(pair, 1));

    if (!json_is_integer(json_array_get(pair, 1)) || number < 0 || number > (v4 ? 32 : 128) ||
        is_ipv4(text) != v4 || !any_address(text, address)) {
        return false;
    }
    *prefix = (unsigned)number;
    return true;
}

/* Parses the i-th pair of a Static4 or Static6; false after a warning. */
static bool pair_at(struct dbc_networkd_reader *r, const char *what, json_t *list, size_t i,
                    bool v4, char address[INET6_ADDRSTRLEN], unsigned *prefix)
{
    json_t *pair = json_array_get(list, i);
    char shown[32];

    if (parse_pair(pair, v4, address, prefix)) {
        return true;
    }
    dbc_networkd_warn(r, what, "%s: expected addresses and prefix lengths, found '%s'",
                      v4 ? "ipv4_conf" : "ipv6_conf",
                      dbc_networkd_show(json_array_get(pair, 0), shown));
    return false;
}

/* Returns the first good pair of a Static4; further ones are losses. */
static bool first_pair(struct dbc_networkd_reader *r, const char *what, json_t *list,
                       char address[INET6_ADDRSTRLEN], unsigned *prefix)
{
    bool found = false;

    for (size_t i = 0; i < json_array_size(list); i++) {
        char other[INET6_ADDRSTRLEN] = "";
        unsigned len = 0;

        if (!pair_at(r, what, list, i, true, other, &len)) {
            continue;
        }
        if (found) {
            dbc_networkd_lose(r, DBC_LOST, what, "ipv4_conf", other, "a PIF has one IPv4 address");
        } else {
            memcpy(address, other, sizeof other);
            *prefix = len;
            found = true;
        }
    }
    return found;
}

/* All good pairs of a Static6, "ADDRESS/PREFIX,...", or NULL. */
static const char *all_pairs(struct dbc_networkd_reader *r, const char *what, json_t *list)
{
    struct dbc_buf text = DBC_BUF_INIT;
    const char *kept = NULL;

    for (size_t i = 0; i < json_array_size(list); i++) {
        char address[INET6_ADDRSTRLEN] = "";
        unsigned prefix = 0;

        if (pair_at(r, what, list, i, false, address, &prefix)) {
            dbc_buf_addf(&text, "%s%s/%u", text.len > 0 ? "," : "", address, prefix);
        }
    }
    if (text.failed || text.len > 0) {
        kept = dbc_networkd_keep_buf(r, &text);
    }
    dbc_buf_release(&text);
    return kept;
}

/* A cache's word for the mode in ipv4_conf or ipv6_conf; "" for none. */
static const char *mode_of(struct dbc_networkd_reader *r, const char *what, json_t *iface,
                           const char *member, json_t **payload)
{
    static const struct {
        const char *there, *here;
    } modes[] = {
        { "None4", "" },      { "DHCP4", "DHCP" },         { "Static4", "Static" },
        { "None6", "" },      { "DHCP6", "DHCP" },         { "Static6", "Static" },
        { "Linklocal6", "" }, { "Autoconf6", "Autoconf" },
    };
    json_t *value = dbc_networkd_member(iface, member);
    const char *name = dbc_networkd_variant(value, payload);
    char family = member[3];

    for (size_t i = 0; name != NULL && i < sizeof modes / sizeof modes[0]; i++) {
        const char *there = modes[i].there;

        if (there[strlen(there) - 1] == family && dbc_networkd_same(there, name)) {
            return modes[i].here;
        }
    }
    if (value != NULL) {
        dbc_networkd_warn(r, what, "%s: expected a mode, found '%s'", member,
                          name == NULL ? "" : name);
    }
    return "";
}

static void read_ipv4(struct dbc_networkd_reader *r, const char *what, json_t *iface,
                      struct dbc_record *pif)
{
    json_t *payload = NULL;
    const char *mode = mode_of(r, what, iface, "ipv4_conf", &payload);
    const char *gateway = dbc_networkd_text(r, what, iface, "ipv4_gateway");
    char text[INET6_ADDRSTRLEN] = "";
    unsigned prefix = 0;
    uint32_t addr = 0;

    if (strcmp(mode, "Static") == 0) {
        if (!first_pair(r, what, payload, text, &prefix)) {
            dbc_networkd_warn(r, what, "ipv4_conf: expected an address of a static interface");
            return;
        }
        dbc_networkd_set(r, pif, "IP", text);
        dbc_format_ipv4(prefix == 0 ? 0 : htonl(UINT32_MAX << (32 - prefix)), text);
        dbc_networkd_set(r, pif, "netmask", text);
    }
    dbc_networkd_set(r, pif, "ip_configuration_mode", mode[0] == '\0' ? "None" : mode);
    if (gateway != NULL && dbc_parse_ipv4(gateway, &addr)) {
        dbc_format_ipv4(addr, text);
        dbc_networkd_set(r, pif, "gateway", text);
    } else if (gateway != NULL) {
        dbc_networkd_warn(r, what, "ipv4_gateway: expected an IPv4 address, found '%s'", gateway);
    }
}

static void read_ipv6_gateway(struct dbc_networkd_reader *r, const char *what, json_t *iface,
                              struct dbc_record *pif, const char *mode)
{
    const char *gateway = dbc_networkd_text(r, what, iface, "ipv6_gateway");
    char address[INET6_ADDRSTRLEN] = "";

    if (gateway == NULL) {
        return;
    }
    if (is_ipv4(gateway) || !any_address(gateway, address)) {
        dbc_networkd_warn(r, what, "ipv6_gateway: expected an IPv6 address, found '%s'", gateway);
    } else if (mode[0] == '\0') {
        dbc_networkd_lose(r, DBC_LOST, what, "ipv6_gateway", address,
                          "the interface has no IPv6 address that could reach it");
    } else {
        dbc_networkd_set(r, pif, "IPv6_gateway", address);
    }
}

/* Sets no fields for an interface without IPv6, since only a PIF with IPv6 has them in a cache. */
static void read_ipv6(struct dbc_networkd_reader *r, const char *what, json_t *iface,
                      struct dbc_record *pif)
{
    json_t *payload = NULL;
    const char *mode = mode_of(r, what, iface, "ipv6_conf", &payload);

    if (strcmp(mode, "Static") == 0) {
        const char *addresses = all_pairs(r, what, payload);

        if (addresses == NULL) {
            dbc_networkd_warn(r, what, "ipv6_conf: expected an address of a static interface");
            mode = "";
        } else {
            dbc_networkd_set(r, pif, "IPv6", addresses);
        }
    }
    if (mode[0] != '\0') {
        dbc_networkd_set(r, pif, "ipv6_configuration_mode", mode);
    }
    read_ipv6_gateway(r, what, iface, pif, mode);
}

/* ---- Names -------------------------------------------------------------------------------- */

/* The good items of one list of `dns`, [[server...], [domain...]], with ',' between them. */
static const char *dns_list(struct dbc_networkd_reader *r, const char *what, json_t *iface,
                            size_t which)
{
    json_t *list = json_array_get(dbc_networkd_array(r, what, iface, "dns"), which);
    struct dbc_buf text = DBC_BUF_INIT;
    const char *kept = NULL;

    if (list != NULL && !json_is_array(list)) {
        dbc_networkd_warn(r, what, "dns: expected a list of servers and one of domains");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = dbc_networkd_string(json_array_get(list, i));
        char address[INET6_ADDRSTRLEN] = "";
        bool good = which == 0 ? any_address(item, address)
                               : dbc_valid_domain(item) && strpbrk(item, ", ") == NULL;

        if (good) {
            dbc_buf_addf(&text, "%s%s", text.len > 0 ? "," : "", which == 0 ? address : item);
        } else {
            dbc_networkd_warn(r, what, "dns: expected %s, found '%s'",
                              which == 0 ? "addresses" : "domains", item == NULL ? "" : item);
        }
    }
    if (text.failed || text.len > 0) {
        kept = dbc_networkd_keep_buf(r, &text);
    }
    dbc_buf_release(&text);
    return kept;
}

const char *dbc_networkd_domains(struct dbc_networkd_reader *r, const char *name, json_t *iface)
{
    return dns_list(r, dbc_networkd_what("interface", name).text, iface, 1);
}

void dbc_networkd_read_address(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b)
{
    struct dbc_networkd_what what = dbc_networkd_what("interface", b->name);
    const char *dns = NULL;

    if (b->pif == NULL || b->iface == NULL) {
        return;
    }
    read_ipv4(r, what.text, b->iface, &b->pif->rec);
    read_ipv6(r, what.text, b->iface, &b->pif->rec);
    dns = dns_list(r, what.text, b->iface, 0);
    if (dns != NULL) {
        dbc_networkd_set(r, &b->pif->rec, "DNS", dns);
    }
}

void dbc_networkd_lose_addresses(struct dbc_networkd_reader *r, const char *name, json_t *iface,
                                 const char *why)
{
    static const char *const members[] = { "ipv4_conf", "ipv6_conf" };
    struct dbc_networkd_what what = dbc_networkd_what("interface", name);

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        json_t *payload = NULL;
        const char *mode = mode_of(r, what.text, iface, members[i], &payload);
        const char *address = dbc_networkd_string(json_array_get(json_array_get(payload, 0), 0));

        if (mode[0] != '\0') {
            dbc_networkd_lose(r, DBC_LOST, what.text, members[i], address == NULL ? mode : address,
                              why);
        }
    }
}

/* ---- Routes and MTU ----------------------------------------------------------------------- */

static bool add_route(const char *net, uint64_t len, const char *gateway, struct dbc_buf *out)
{
    char net_text[16], gateway_text[16];
    uint32_t net_addr = 0, gateway_addr = 0;

    if (len > 32 || !dbc_parse_ipv4(net, &net_addr) || !dbc_parse_ipv4(gateway, &gateway_addr)) {
        return false;
    }
    dbc_format_ipv4(net_addr, net_text);
    dbc_format_ipv4(gateway_addr, gateway_text);
    dbc_buf_addf(out, "%s%s/%u/%s", out->len > 0 ? "," : "", net_text, (unsigned)len, gateway_text);
    return true;
}

/* Reads {subnet, netmask, gateway}, or [subnet, netmask, gateway] before 2018; netmask is the
 * length of the prefix. */
static bool read_route(json_t *route, struct dbc_buf *out)
{
    bool tuple = json_is_array(route);
    json_t *net = tuple ? json_array_get(route, 0) : dbc_networkd_member(route, "subnet");
    json_t *len = tuple ? json_array_get(route, 1) : dbc_networkd_member(route, "netmask");
    json_t *gateway = tuple ? json_array_get(route, 2) : dbc_networkd_member(route, "gateway");

    return json_is_integer(len) && json_integer_value(len) >= 0 &&
           add_route(dbc_networkd_string(net), (uint64_t)json_integer_value(len),
                     dbc_networkd_string(gateway), out);
}

static const char *finish_routes(struct dbc_networkd_reader *r, struct dbc_buf *text)
{
    const char *kept = text->failed || text->len > 0 ? dbc_networkd_keep_buf(r, text) : NULL;

    dbc_buf_release(text);
    return kept;
}

const char *dbc_networkd_routes(struct dbc_networkd_reader *r, const char *name, json_t *iface)
{
    struct dbc_networkd_what what = dbc_networkd_what("interface", name);
    json_t *list = dbc_networkd_array(r, what.text, iface, "ipv4_routes");
    struct dbc_buf text = DBC_BUF_INIT;

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_route(json_array_get(list, i), &text)) {
            dbc_networkd_warn(r, what.text,
                              "ipv4_routes: route %zu: expected a subnet, a prefix "
                              "length and a gateway",
                              i + 1);
        }
    }
    return finish_routes(r, &text);
}

const char *dbc_networkd_routes_text(struct dbc_networkd_reader *r, const char *name,
                                     const char *text)
{
    struct dbc_buf out = DBC_BUF_INIT;
    struct dbc_networkd_route route;

    while (dbc_networkd_next_route(&text, &route)) {
        if (!route.good || !add_route(route.net, route.len, route.gateway, &out)) {
            dbc_networkd_warn(r, dbc_networkd_what("bridge", name).text,
                              "static-routes: expected NET/LEN/GATEWAY, found '%s'", route.text);
        }
    }
    return finish_routes(r, &out);
}

unsigned dbc_networkd_mtu(struct dbc_networkd_reader *r, const char *name, json_t *iface)
{
    json_t *value = dbc_networkd_member(iface, "mtu");
    json_int_t mtu = json_integer_value(value);
    char text[32];

    if (value == NULL) {
        return 0;
    }
    if (!json_is_integer(value) || mtu < DBC_MTU_MIN || mtu > DBC_MTU_MAX) {
        dbc_networkd_warn(r, dbc_networkd_what("interface", name).text,
                          "mtu: expected a number from %d to %d, found '%s'", DBC_MTU_MIN,
                          DBC_MTU_MAX, dbc_networkd_show(value, text));
        return 0;
    }
    return (unsigned)mtu;
}
