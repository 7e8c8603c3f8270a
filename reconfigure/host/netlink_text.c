/* netlink_text.c - formats addresses and routes as text, and parses that.
 *
 * One rule makes parsing strict: what was parsed must give the same text when it is formatted. */
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/valid.h"
#include "reconfigure/host/netlink.h"

#define ADDRESS_MCAUTOJOIN 0x400u /* IFA_F_MCAUTOJOIN, newer than the oldest headers */

struct name {
    unsigned value;
    const char *name;
};

static const struct name scopes[] = {
    { RT_SCOPE_UNIVERSE, "global" }, { RT_SCOPE_SITE, "site" },       { RT_SCOPE_LINK, "link" },
    { RT_SCOPE_HOST, "host" },       { RT_SCOPE_NOWHERE, "nowhere" }, { 0, NULL },
};
static const struct name protocols[] = {
    { RTPROT_REDIRECT, "redirect" },
    { RTPROT_KERNEL, "kernel" },
    { RTPROT_BOOT, "boot" },
    { RTPROT_STATIC, "static" },
    { RTPROT_RA, "ra" },
    { 16, "dhcp" },
    { 0, NULL },
};
static const struct name types[] = {
    { RTN_UNICAST, "unicast" },
    { RTN_LOCAL, "local" },
    { RTN_BROADCAST, "broadcast" },
    { RTN_ANYCAST, "anycast" },
    { RTN_MULTICAST, "multicast" },
    { RTN_BLACKHOLE, "blackhole" },
    { RTN_UNREACHABLE, "unreachable" },
    { RTN_PROHIBIT, "prohibit" },
    { RTN_THROW, "throw" },
    { RTN_NAT, "nat" },
    { 0, NULL },
};
/* The flags that can be set; the others report the address's state. */
static const struct name address_flags[] = {
    { IFA_F_NODAD, "nodad" },
    { IFA_F_HOMEADDRESS, "home" },
    { IFA_F_MANAGETEMPADDR, "mngtmpaddr" },
    { IFA_F_NOPREFIXROUTE, "noprefixroute" },
    { ADDRESS_MCAUTOJOIN, "autojoin" },
    { 0, NULL },
};

/* ---- Writing. ------------------------------------------------------------------------------- */

static void add_ip(struct dbc_buf *out, const char *before, int family, const unsigned char ip[16])
{
    char text[INET6_ADDRSTRLEN] = "";

    inet_ntop(family, ip, text, sizeof text);
    dbc_buf_addf(out, "%s%s", before, text);
}

static void add_name(struct dbc_buf *out, const char *key, const struct name *names, unsigned value)
{
    while (names->name != NULL && names->value != value) {
        names++;
    }
    if (names->name != NULL) {
        dbc_buf_addf(out, " %s %s", key, names->name);
    } else {
        dbc_buf_addf(out, " %s %u", key, value);
    }
}

static void add_number(struct dbc_buf *out, const char *key, uint32_t value, uint32_t usual)
{
    if (value != usual) {
        dbc_buf_addf(out, " %s %u", key, value);
    }
}

/* Bytes that would end the word are written as %XX. */
static void add_label(struct dbc_buf *out, const char *label)
{
    dbc_buf_adds(out, " label ");
    for (; *label != '\0'; label++) {
        if (*label <= ' ' || *label > '~' || *label == '%') {
            dbc_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*label);
        } else {
            dbc_buf_addc(out, *label);
        }
    }
}

static void add_lifetime(struct dbc_buf *out, const struct ifr_net_address *address)
{
    if (address->valid == UINT32_MAX && address->preferred == 0) {
        dbc_buf_adds(out, " deprecated");
    } else if (address->valid != UINT32_MAX || address->preferred != UINT32_MAX) {
        dbc_buf_adds(out, " dynamic");
    }
}

void ifr_net_address_format(const struct ifr_net_address *address, struct dbc_buf *out)
{
    add_ip(out, "", address->family, address->ip);
    dbc_buf_addf(out, "/%u", address->prefix);
    if (address->has_peer) {
        add_ip(out, " peer ", address->family, address->peer);
    }
    if (address->has_broadcast) {
        add_ip(out, " brd ", address->family, address->broadcast);
    }
    add_name(out, "scope", scopes, address->scope);
    add_number(out, "metric", address->metric, 0);
    if (strchr(address->label, ':') != NULL) {
        add_label(out, address->label);
    }
    for (const struct name *flag = address_flags; flag->name != NULL; flag++) {
        if ((address->flags & flag->value) != 0) {
            dbc_buf_addf(out, " %s", flag->name);
        }
    }
    add_lifetime(out, address);
}

void ifr_net_route_format(const struct ifr_net_route *route, struct dbc_buf *out)
{
    const unsigned char nothing[16] = { 0 };

    if (route->family == AF_INET && route->prefix == 0 && memcmp(route->to, nothing, 4) == 0) {
        dbc_buf_adds(out, "default");
    } else {
        add_ip(out, "", route->family, route->to);
        dbc_buf_addf(out, "/%u", route->prefix);
    }
    if (route->has_gateway) {
        add_ip(out, " via ", route->family, route->gateway);
    }
    if ((route->flags & RTNH_F_ONLINK) != 0) {
        dbc_buf_adds(out, " onlink");
    }
    add_number(out, "metric", route->priority, 0);
    if (route->has_source) {
        add_ip(out, " src ", route->family, route->source);
    }
    add_number(out, "mtu", route->mtu, 0);
    add_number(out, "table", route->table, RT_TABLE_MAIN);
    if (route->protocol != RTPROT_UNSPEC) {
        add_name(out, "proto", protocols, route->protocol);
    }
    if (route->scope != RT_SCOPE_UNIVERSE) {
        add_name(out, "scope", scopes, route->scope);
    }
    if (route->type != RTN_UNICAST) {
        add_name(out, "type", types, route->type);
    }
}

/* ---- Reading. ------------------------------------------------------------------------------- */

/* The words of a text, one after the other. */
struct words {
    char room[IFR_NET_TEXT_MAX];
    char *rest, *word; /* word: the next one, NULL at the end */
};

static void next_word(struct words *words)
{
    words->word = strtok_r(NULL, " ", &words->rest);
}

static bool first_word(struct words *words, const char *text)
{
    size_t len = strnlen(text, sizeof words->room);

    if (len == sizeof words->room) {
        return false;
    }
    memcpy(words->room, text, len + 1);
    words->word = strtok_r(words->room, " ", &words->rest);
    return words->word != NULL;
}

static bool take_word(struct words *words, const char *word)
{
    bool same = words->word != NULL && strcmp(words->word, word) == 0;

    if (same) {
        next_word(words);
    }
    return same;
}

/* Returns the word after `key`, if `key` comes next; "" when no word follows, which is no valid
 * value. */
static const char *take_value(struct words *words, const char *key)
{
    const char *value = "";

    if (!take_word(words, key)) {
        return NULL;
    }
    if (words->word != NULL) {
        value = words->word;
        next_word(words);
    }
    return value;
}

static bool parse_number(const char *text, uint32_t max, uint32_t *ret)
{
    uint64_t number = 0;
    bool right = dbc_parse_uint(text, max, &number);

    *ret = (uint32_t)number;
    return right;
}

static bool take_number(struct words *words, const char *key, uint32_t *ret)
{
    const char *value = take_value(words, key);

    return value == NULL || parse_number(value, UINT32_MAX, ret);
}

static bool take_name(struct words *words, const char *key, const struct name *names, unsigned *ret)
{
    const char *value = take_value(words, key);

    if (value == NULL) {
        return true;
    }
    for (; names->name != NULL; names++) {
        if (strcmp(value, names->name) == 0) {
            *ret = names->value;
            return true;
        }
    }
    return parse_number(value, UINT8_MAX, ret);
}

static bool take_ip(struct words *words, const char *key, int family, unsigned char ret[16],
                    bool *has)
{
    const char *value = take_value(words, key);

    *has = value != NULL;
    return value == NULL || inet_pton(family, value, ret) == 1;
}

/* Parses "IP/PREFIX", which also tells the family. */
static bool parse_network(char *text, int *family, unsigned char ip[16], unsigned *prefix)
{
    char *slash = strchr(text, '/');

    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    *family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
    return inet_pton(*family, text, ip) == 1 &&
           parse_number(slash + 1, *family == AF_INET ? 32 : 128, prefix);
}

/* Upper case only, as add_label() writes it. */
static int hex_digit(char c)
{
    return c > 'F' ? -1 : dbc_hex_digit(c);
}

static bool take_label(struct words *words, char ret[IFNAMSIZ])
{
    const char *value = take_value(words, "label");
    size_t len = 0;

    for (; value != NULL && *value != '\0'; value++) {
        int c = (unsigned char)*value;
        if (c == '%') {
            int high = hex_digit(value[1]), low = high < 0 ? -1 : hex_digit(value[2]);
            if (low < 0) {
                return false;
            }
            c = high * 16 + low;
            value += 2;
        }
        if (len == IFNAMSIZ - 1 || c == 0) {
            return false;
        }
        ret[len++] = (char)c;
    }
    return true;
}

static void take_lifetime(struct words *words, struct ifr_net_address *ret)
{
    ret->valid = ret->preferred = UINT32_MAX;
    if (take_word(words, "dynamic")) {
        ret->valid = ret->preferred = 0;
    } else if (take_word(words, "deprecated")) {
        ret->preferred = 0;
    }
}

static bool take_address(struct words *words, struct ifr_net_address *ret)
{
    char *network = words->word;

    next_word(words);
    if (!parse_network(network, &ret->family, ret->ip, &ret->prefix) ||
        !take_ip(words, "peer", ret->family, ret->peer, &ret->has_peer) ||
        !take_ip(words, "brd", ret->family, ret->broadcast, &ret->has_broadcast) ||
        !take_name(words, "scope", scopes, &ret->scope) ||
        !take_number(words, "metric", &ret->metric) || !take_label(words, ret->label)) {
        return false;
    }
    for (const struct name *flag = address_flags; flag->name != NULL; flag++) {
        ret->flags |= take_word(words, flag->name) ? flag->value : 0;
    }
    take_lifetime(words, ret);
    return words->word == NULL;
}

bool ifr_net_address_parse(const char *text, struct ifr_net_address *ret)
{
    struct words words;
    struct dbc_buf again = DBC_BUF_INIT;
    bool right = false;

    *ret = (struct ifr_net_address){ 0 };
    if (first_word(&words, text) && take_address(&words, ret)) {
        ifr_net_address_format(ret, &again);
        right = strcmp(dbc_buf_str(&again), text) == 0;
    }
    if (!right) {
        *ret = (struct ifr_net_address){ 0 };
    }
    dbc_buf_release(&again);
    return right;
}

static bool take_route(struct words *words, struct ifr_net_route *ret)
{
    char *network = words->word;

    *ret = (struct ifr_net_route){ .family = AF_INET, .table = RT_TABLE_MAIN, .type = RTN_UNICAST };
    next_word(words);
    if (strcmp(network, "default") != 0 &&
        !parse_network(network, &ret->family, ret->to, &ret->prefix)) {
        return false;
    }
    if (!take_ip(words, "via", ret->family, ret->gateway, &ret->has_gateway)) {
        return false;
    }
    ret->flags = take_word(words, "onlink") ? RTNH_F_ONLINK : 0;
    return take_number(words, "metric", &ret->priority) &&
           take_ip(words, "src", ret->family, ret->source, &ret->has_source) &&
           take_number(words, "mtu", &ret->mtu) && take_number(words, "table", &ret->table) &&
           take_name(words, "proto", protocols, &ret->protocol) &&
           take_name(words, "scope", scopes, &ret->scope) &&
           take_name(words, "type", types, &ret->type) && words->word == NULL;
}

bool ifr_net_route_parse(const char *text, struct ifr_net_route *ret)
{
    struct words words;
    struct dbc_buf again = DBC_BUF_INIT;
    bool right = false;

    *ret = (struct ifr_net_route){ 0 };
    if (first_word(&words, text) && take_route(&words, ret)) {
        ifr_net_route_format(ret, &again);
        right = strcmp(dbc_buf_str(&again), text) == 0;
    }
    if (!right) {
        *ret = (struct ifr_net_route){ 0 };
    }
    dbc_buf_release(&again);
    return right;
}
