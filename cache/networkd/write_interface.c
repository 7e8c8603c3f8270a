/* write_interface.c - writes an entry of interface_config: addresses, name servers, routes, MTU and
 * ethtool settings of one device.  Called by write_bridge.c. */
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "model/ipv6.h"
#include "networkd/write.h"

#define ITEM_SIZE 256

static json_t *text(struct dbc_networkd_writer *w, const char *value)
{
    return dbc_networkd_made(w, json_string(value));
}

static void bad(struct dbc_networkd_writer *w, const char *what, const char *field,
                const char *value)
{
    dbc_networkd_drop(w, DBC_LOST, what, field, value, "the value is not valid");
}

/* ["ADDRESS", PREFIX] */
static json_t *pair(struct dbc_networkd_writer *w, const char *address, unsigned prefix)
{
    json_t *out = dbc_networkd_made(w, json_array());

    dbc_networkd_add_item(w, out, text(w, address));
    dbc_networkd_add_item(w, out, dbc_networkd_made(w, json_integer(prefix)));
    return out;
}

/* ["NAME", [["ADDRESS", PREFIX], ...]]; takes the list of pairs. */
static json_t *static_conf(struct dbc_networkd_writer *w, const char *name, json_t *pairs)
{
    json_t *conf = dbc_networkd_made(w, json_array());

    dbc_networkd_add_item(w, conf, text(w, name));
    dbc_networkd_add_item(w, conf, pairs);
    return conf;
}

/* ---- IPv4 --------------------------------------------------------------------------------- */

static json_t *ipv4_conf(struct dbc_networkd_writer *w, const char *what, const struct dbc_pif *pif)
{
    const char *mode = pif == NULL ? "None" : pif->ip_configuration_mode;
    unsigned prefix = 0;
    json_t *list = NULL;
    uint32_t addr = 0;
    char address[16];

    if (strcmp(mode, "DHCP") == 0) {
        return text(w, "DHCP4");
    }
    if (strcmp(mode, "Static") != 0) {
        if (mode[0] != '\0' && strcmp(mode, "None") != 0) {
            bad(w, what, "ip_configuration_mode", mode);
        }
        return text(w, "None4");
    }
    if (!dbc_parse_ipv4(pif->IP, &addr) || !dbc_parse_netmask(pif->netmask, &prefix)) {
        bad(w, what, "IP", pif->IP);
        return text(w, "None4");
    }
    dbc_format_ipv4(addr, address);
    list = dbc_networkd_made(w, json_array());
    dbc_networkd_add_item(w, list, pair(w, address, prefix));
    return static_conf(w, "Static4", list);
}

/* XAPI gives a gateway only to a static interface; with DHCP it would be a second default route. */
static json_t *ipv4_gateway(struct dbc_networkd_writer *w, const char *what,
                            const struct dbc_pif *pif)
{
    uint32_t addr = 0;
    char address[16];

    if (pif == NULL || pif->gateway[0] == '\0') {
        return NULL;
    }
    if (strcmp(pif->ip_configuration_mode, "Static") != 0) {
        dbc_networkd_drop(w, DBC_LOST, what, "gateway", pif->gateway,
                          "only a static interface has a gateway of its own");
        return NULL;
    }
    if (!dbc_parse_ipv4(pif->gateway, &addr)) {
        bad(w, what, "gateway", pif->gateway);
        return NULL;
    }
    dbc_format_ipv4(addr, address);
    return text(w, address);
}

static json_t *route(struct dbc_networkd_writer *w, const struct dbc_networkd_route *r)
{
    json_t *net = text(w, r->net), *len = dbc_networkd_made(w, json_integer(r->len));
    json_t *gateway = text(w, r->gateway), *tuple = NULL;
    const struct dbc_networkd_field fields[] = { { "subnet", net },
                                                 { "netmask", len },
                                                 { "gateway", gateway } };

    if (w->shape == DBC_NETWORKD_NOW) {
        return dbc_networkd_make(w, fields, 3);
    }
    tuple = dbc_networkd_made(w, json_array());
    dbc_networkd_add_item(w, tuple, net);
    dbc_networkd_add_item(w, tuple, len);
    dbc_networkd_add_item(w, tuple, gateway);
    return tuple;
}

static json_t *ipv4_routes(struct dbc_networkd_writer *w, const char *what, const char *routes)
{
    json_t *list = dbc_networkd_made(w, json_array());
    struct dbc_networkd_route r;

    while (routes != NULL && dbc_networkd_next_route(&routes, &r)) {
        if (r.good) {
            dbc_networkd_add_item(w, list, route(w, &r));
        } else {
            bad(w, what, "static-routes", r.text);
        }
    }
    return list;
}

/* ---- IPv6 --------------------------------------------------------------------------------- */

/* The good addresses of "ADDRESS/LENGTH,..."; the others are losses. */
static json_t *ipv6_pairs(struct dbc_networkd_writer *w, const char *what, const char *list)
{
    json_t *out = dbc_networkd_made(w, json_array());
    char item[DBC_ITEM_SIZE], address[DBC_IPV6_SIZE];
    struct dbc_ipv6 addr;
    unsigned prefix = 0;

    while (dbc_next_item(&list, item)) {
        if (dbc_parse_ipv6_prefix(item, &addr, &prefix)) {
            dbc_format_ipv6(&addr, address);
            dbc_networkd_add_item(w, out, pair(w, address, prefix));
        } else {
            bad(w, what, "IPv6", item);
        }
    }
    return out;
}

/* The mode of a bridge without IPv6.  XAPI writes Linklocal6 since 2013; the first releases would
 * refuse the whole file for it. */
static json_t *no_ipv6(struct dbc_networkd_writer *w, const struct dbc_pif *pif)
{
    return text(w, pif != NULL && w->shape == DBC_NETWORKD_NOW ? "Linklocal6" : "None6");
}

static json_t *ipv6_conf(struct dbc_networkd_writer *w, const char *what, const struct dbc_pif *pif)
{
    const char *mode = pif == NULL ? "None" : pif->ipv6_configuration_mode;
    json_t *pairs = NULL;

    if (strcmp(mode, "DHCP") == 0) {
        return text(w, "DHCP6");
    }
    if (strcmp(mode, "Autoconf") == 0) {
        return text(w, "Autoconf6");
    }
    if (strcmp(mode, "Static") == 0) {
        pairs = ipv6_pairs(w, what, pif->IPv6);
        if (json_array_size(pairs) > 0) {
            return static_conf(w, "Static6", pairs);
        }
        json_decref(pairs);
    }
    if (mode[0] != '\0' && strcmp(mode, "None") != 0) {
        bad(w, what, "ipv6_configuration_mode", mode);
    }
    return no_ipv6(w, pif);
}

/* Only a static interface has a gateway; the others learn theirs from a router. */
static json_t *ipv6_gateway(struct dbc_networkd_writer *w, const char *what,
                            const struct dbc_pif *pif)
{
    char address[DBC_IPV6_SIZE];
    struct dbc_ipv6 addr;

    if (pif == NULL || pif->IPv6_gateway[0] == '\0') {
        return NULL;
    }
    if (!dbc_pif_is_static_ipv6(pif)) {
        dbc_networkd_drop(w, DBC_LOST, what, "IPv6_gateway", pif->IPv6_gateway,
                          "only a static interface has a gateway of its own");
        return NULL;
    }
    if (!dbc_parse_ipv6(pif->IPv6_gateway, &addr)) {
        bad(w, what, "IPv6_gateway", pif->IPv6_gateway);
        return NULL;
    }
    dbc_format_ipv6(&addr, address);
    return text(w, address);
}

/* ---- Names -------------------------------------------------------------------------------- */

static bool is_address(const char *item)
{
    struct dbc_ipv6 v6;
    uint32_t v4 = 0;

    return dbc_parse_ipv4(item, &v4) || dbc_parse_ipv6(item, &v6);
}

/* The good items of "a,b c"; the others are losses. */
static json_t *items(struct dbc_networkd_writer *w, const char *what, const char *field,
                     const char *list, bool (*good)(const char *))
{
    json_t *out = dbc_networkd_made(w, json_array());

    for (const char *at = list + strspn(list, ", "); *at != '\0'; at += strspn(at, ", ")) {
        size_t len = strcspn(at, ", ");
        char item[ITEM_SIZE];

        snprintf(item, sizeof item, "%.*s", (int)(len < sizeof item ? len : sizeof item), at);
        if (good(item)) {
            dbc_networkd_add_item(w, out, text(w, item));
        } else {
            bad(w, what, field, item);
        }
        at += len;
    }
    return out;
}

/* NULL without name servers: since 2025 an empty `dns` would empty resolv.conf.  The shape before
 * 2018 must have it. */
static json_t *dns(struct dbc_networkd_writer *w, const char *what, const struct dbc_pif *pif)
{
    const char *servers = pif == NULL ? "" : pif->DNS;
    const char *domain = pif == NULL ? NULL : dbc_map_get(&pif->other_config, "domain");
    json_t *list = items(w, what, "DNS", servers, is_address), *pair = NULL;
    bool none = json_array_size(list) == 0;

    if (!dbc_valid_domain(domain)) {
        domain = NULL; /* merge() reports it */
    }
    if (none && domain != NULL) {
        dbc_networkd_drop(w, DBC_CHANGED, what, "domain", domain,
                          "xcp-networkd sets search domains together with name servers only");
    }
    if (none && w->shape == DBC_NETWORKD_NOW) {
        json_decref(list);
        return NULL;
    }
    pair = dbc_networkd_made(w, json_array());
    dbc_networkd_add_item(w, pair, list);
    dbc_networkd_add_item(w, pair,
                          items(w, what, "domain", none || domain == NULL ? "" : domain,
                                dbc_valid_domain));
    return pair;
}

/* ---- MTU and ethtool ---------------------------------------------------------------------- */

unsigned dbc_networkd_choose_mtu(struct dbc_networkd_writer *w, const char *what,
                                 const struct dbc_map *map, const struct dbc_network *network)
{
    const char *own = dbc_map_get(map, "mtu");
    uint64_t mtu = 0;

    if (own != NULL && dbc_parse_uint(own, DBC_MTU_MAX, &mtu) && mtu >= DBC_MTU_MIN) {
        return (unsigned)mtu;
    }
    if (own != NULL) {
        bad(w, what, "mtu", own);
    }
    if (network->MTU.value >= DBC_MTU_MIN && network->MTU.value <= DBC_MTU_MAX) {
        return (unsigned)network->MTU.value;
    }
    bad(w, what, "MTU", network->MTU.text);
    return DBC_NETWORKD_MTU;
}

static json_t *ethtool(struct dbc_networkd_writer *w, const char *what, const struct dbc_map *map,
                       const char *const *names)
{
    json_t *out = dbc_networkd_made(w, json_object());

    for (; *names != NULL; names++) {
        char key[32];
        const char *value = NULL, *there = NULL;

        snprintf(key, sizeof key, "ethtool-%s", *names);
        value = dbc_map_get(map, key);
        there = value == NULL ? NULL : dbc_networkd_ethtool(*names, value);
        if (there != NULL) {
            dbc_networkd_add_key(w, out, *names, text(w, there));
        } else if (value != NULL) {
            bad(w, what, key, value);
        } else if (strcmp(*names, "lro") == 0) {
            dbc_networkd_add_key(w, out, *names, text(w, "off"));
        }
    }
    return out;
}

void dbc_networkd_write_interface(struct dbc_networkd_writer *w,
                                  const struct dbc_networkd_device *device)
{
    static const char *const settings[] = { "speed", "duplex", "autoneg", NULL };
    static const char *const offload[] = {
        "rx", "tx", "sg", "tso", "ufo", "gso", "lro", "gro", NULL
    };
    const struct dbc_pif *pif = device->pif;
    struct dbc_networkd_what what =
        pif == NULL ? dbc_networkd_what("", "") : dbc_networkd_pif_name(pif);
    const struct dbc_networkd_field fields[] = {
        { "ipv4_conf", ipv4_conf(w, what.text, pif) },
        { "ipv4_gateway", ipv4_gateway(w, what.text, pif) },
        { "ipv6_conf", ipv6_conf(w, what.text, pif) },
        { "ipv6_gateway", ipv6_gateway(w, what.text, pif) },
        { "ipv4_routes", ipv4_routes(w, device->record, device->routes) },
        { "dns", dns(w, what.text, pif) },
        { "mtu", dbc_networkd_made(w, json_integer(device->mtu)) },
        { "ethtool_settings", ethtool(w, device->record, device->ethtool, settings) },
        { "ethtool_offload", ethtool(w, device->record, device->ethtool, offload) },
        { "persistent_i", json_boolean(device->persistent) },
    };

    dbc_networkd_add_key(w, w->interfaces, device->name,
                         dbc_networkd_make(w, fields, sizeof fields / sizeof fields[0]));
}
