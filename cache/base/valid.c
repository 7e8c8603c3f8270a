/* valid.c - the door: every value from outside passes here before it reaches a file, an argv or a
 * log.  Characters are compared as bytes, never with ctype.h, whose answers depend on the locale.
 */
#include "base/valid.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define OPTION_MAX 64
#define DOMAIN_MAX 255

bool dbc_parse_uint(const char *text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;

    if (text == NULL || *text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        uint64_t digit = (uint64_t)(unsigned char)*text - '0';
        if (digit > 9 || digit > max || value > (max - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool dbc_parse_int(const char *text, int min, int max, int *out)
{
    bool negative = text != NULL && *text == '-';
    uint64_t digits = 0;
    int64_t value = 0;

    if (!dbc_parse_uint(negative ? text + 1 : text, UINT32_MAX, &digits)) {
        return false;
    }
    value = negative ? -(int64_t)digits : (int64_t)digits;
    if (value < min || value > max) {
        return false;
    }
    *out = (int)value;
    return true;
}

bool dbc_parse_ipv4(const char *text, uint32_t *out)
{
    struct in_addr addr = { 0 };

    if (text == NULL || inet_pton(AF_INET, text, &addr) != 1) {
        return false;
    }
    *out = addr.s_addr;
    return true;
}

bool dbc_parse_netmask(const char *text, unsigned *prefix)
{
    uint32_t addr = 0, host = 0;
    unsigned bits = 0;

    if (!dbc_parse_ipv4(text, &addr)) {
        return false;
    }
    host = ~ntohl(addr); /* contiguous: zeros, then ones */
    if ((host & (host + 1)) != 0) {
        return false;
    }
    for (; host != 0; host >>= 1) {
        bits++;
    }
    *prefix = 32 - bits;
    return true;
}

void dbc_format_ipv4(uint32_t addr, char out[16])
{
    uint32_t host = ntohl(addr);

    snprintf(out, 16, "%u.%u.%u.%u", host >> 24, host >> 16 & 255, host >> 8 & 255, host & 255);
}

bool dbc_parse_ipv6(const char *text, struct dbc_ipv6 *out)
{
    struct in6_addr addr;

    if (text == NULL || inet_pton(AF_INET6, text, &addr) != 1) {
        return false;
    }
    memcpy(out->octets, &addr, sizeof out->octets);
    return true;
}

bool dbc_parse_ipv6_zone(const char *text, struct dbc_ipv6 *out, const char **zone)
{
    char address[DBC_IPV6_SIZE] = "";
    size_t len = strcspn(text, "%");

    if (len < sizeof address) {
        memcpy(address, text, len);
    }
    *zone = text[len] == '%' ? text + len + 1 : NULL;
    return dbc_parse_ipv6(address, out);
}

bool dbc_parse_ipv6_prefix(const char *text, struct dbc_ipv6 *out, unsigned *prefix)
{
    const char *slash = text == NULL ? NULL : strchr(text, '/');
    char address[DBC_IPV6_SIZE] = "";
    uint64_t length = 0;

    if (slash == NULL || (size_t)(slash - text) >= sizeof address ||
        !dbc_parse_uint(slash + 1, 128, &length)) {
        return false;
    }
    memcpy(address, text, (size_t)(slash - text));
    if (!dbc_parse_ipv6(address, out)) {
        return false;
    }
    *prefix = (unsigned)length;
    return true;
}

void dbc_format_ipv6(const struct dbc_ipv6 *addr, char out[DBC_IPV6_SIZE])
{
    out[0] = '\0';
    inet_ntop(AF_INET6, addr->octets, out, DBC_IPV6_SIZE);
}

void dbc_format_ipv6_prefix(const struct dbc_ipv6 *addr, unsigned prefix,
                            char out[DBC_IPV6_PREFIX_SIZE])
{
    char text[DBC_IPV6_SIZE];

    dbc_format_ipv6(addr, text);
    snprintf(out, DBC_IPV6_PREFIX_SIZE, "%s/%u", text,
             prefix % 129); /* as gcc has to see that it fits */
}

bool dbc_one_address(const char *text, char out[DBC_IPV6_SIZE])
{
    struct dbc_ipv6 ip6;
    uint32_t ip = 0;

    if (dbc_parse_ipv4(text, &ip)) {
        dbc_format_ipv4(ip, out);
    } else if (dbc_parse_ipv6(text, &ip6)) {
        dbc_format_ipv6(&ip6, out);
    } else {
        return false;
    }
    return true;
}

bool dbc_ipv6_is_link_local(const struct dbc_ipv6 *addr)
{
    return addr->octets[0] == 0xfe && (addr->octets[1] & 0xc0) == 0x80;
}

bool dbc_ipv6_is_host(const struct dbc_ipv6 *addr)
{
    struct in6_addr in;

    memcpy(&in, addr->octets, sizeof in);
    return !IN6_IS_ADDR_UNSPECIFIED(&in) && !IN6_IS_ADDR_LOOPBACK(&in) &&
           !IN6_IS_ADDR_MULTICAST(&in) && !IN6_IS_ADDR_V4MAPPED(&in) &&
           !dbc_ipv6_is_link_local(addr);
}

bool dbc_ipv6_same_net(const struct dbc_ipv6 *a, const struct dbc_ipv6 *b, unsigned prefix)
{
    unsigned whole = prefix / 8, rest = prefix % 8;

    return memcmp(a->octets, b->octets, whole) == 0 &&
           (rest == 0 || (a->octets[whole] ^ b->octets[whole]) >> (8 - rest) == 0);
}

bool dbc_next_item(const char **at, char item[DBC_ITEM_SIZE])
{
    size_t len = strcspn(*at, ","), skip = strspn(*at, " \t"), n = len > skip ? len - skip : 0;

    if (**at == '\0') {
        return false;
    }
    while (n > 0 && ((*at)[skip + n - 1] == ' ' || (*at)[skip + n - 1] == '\t')) {
        n--;
    }
    n = n < DBC_ITEM_SIZE ? n : DBC_ITEM_SIZE - 1;
    memcpy(item, *at + skip, n);
    item[n] = '\0';
    *at += len + ((*at)[len] == ',');
    return true;
}

bool dbc_parse_mtu(const char *text, unsigned *mtu)
{
    uint64_t value = 0;

    if (!dbc_parse_uint(text, DBC_MTU_MAX, &value) || value < DBC_MTU_MIN) {
        return false;
    }
    *mtu = (unsigned)value;
    return true;
}

size_t dbc_find_word(const char *const *words, size_t n, const char *word)
{
    size_t i = 0;

    while (i < n && strcmp(words[i], word) != 0) {
        i++;
    }
    return i;
}

int dbc_hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool dbc_parse_mac(const char *text, char out[18])
{
    char mac[18] = "";

    if (text == NULL || strlen(text) != sizeof mac - 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof mac - 1; i++) {
        if (i % 3 == 2 ? text[i] != ':' : dbc_hex_digit(text[i]) < 0) {
            return false;
        }
        mac[i] = i % 3 == 2 ? ':' : "0123456789abcdef"[dbc_hex_digit(text[i])];
    }
    memcpy(out, mac, sizeof mac);
    return true;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether the text is 1 to `max` letters, digits and characters of `also`. */
static bool consists_of(const char *text, const char *also, size_t max)
{
    size_t len = 0;

    if (text == NULL) {
        return false;
    }
    for (; text[len] != '\0'; len++) {
        if (len == max || !(is_alnum(text[len]) || strchr(also, text[len]) != NULL)) {
            return false;
        }
    }
    return len > 0;
}

bool dbc_valid_ifname(const char *text)
{
    return consists_of(text, "._-", DBC_IFNAME_MAX) && text[0] != '-' && strcmp(text, ".") != 0 &&
           strcmp(text, "..") != 0;
}

bool dbc_valid_option(const char *text)
{
    return consists_of(text, "_.:,+-", OPTION_MAX);
}

bool dbc_valid_domain(const char *text)
{
    return consists_of(text, "._ ,-", DOMAIN_MAX);
}

/* Returns the length by the first byte, 0 for an invalid one.  The second byte's range excludes
 * overlong forms, surrogates and values beyond U+10FFFF. */
static size_t utf8_expect(unsigned char first, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) {
        return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
        *low = first == 0xe0 ? 0xa0 : 0x80;
        *high = first == 0xed ? 0x9f : 0xbf;
        return 3;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *low = first == 0xf0 ? 0x90 : 0x80;
        *high = first == 0xf4 ? 0x8f : 0xbf;
        return 4;
    }
    return 0;
}

size_t dbc_utf8_length(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    unsigned char low = 0, high = 0;
    size_t n = 0;

    if (p[0] < 0x80) {
        return p[0] == '\0' ? 0 : 1;
    }
    n = utf8_expect(p[0], &low, &high);
    if (n == 0 || p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

bool dbc_valid_text(const char *text)
{
    if (text == NULL) {
        return false;
    }
    while (*text != '\0') {
        size_t n = dbc_utf8_length(text);
        if (n == 0 || (unsigned char)*text < 0x20 || *text == 0x7f) {
            return false;
        }
        text += n;
    }
    return true;
}

bool dbc_valid_path(const char *text)
{
    const char *at = text;

    if (text == NULL || text[0] != '/' || !dbc_valid_text(text)) {
        return false;
    }
    while (*at == '/') {
        size_t len = strcspn(++at, "/");
        if (len == 0 || (len == 1 && at[0] == '.') || (len == 2 && memcmp(at, "..", 2) == 0)) {
            return false;
        }
        at += len;
    }
    return true;
}

bool dbc_ref_is_null(const char *ref)
{
    return ref == NULL || *ref == '\0' || strcmp(ref, "NULL") == 0 ||
           strcmp(ref, DBC_NULL_REF) == 0;
}
