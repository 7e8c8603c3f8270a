/* valid.h - the door: strict parsing and the patterns that a value from outside must match before
 * it reaches a file, an argv or a device.  The policy follows the real readers of ifcfg files
 * (shells, initscripts, installers): what passes here reads the same in all of them.
 *
 * Nothing here allocates or depends on the locale.  NULL fails every check except dbc_ref_is_null.
 * A parser that returns false leaves its result as it was. */
#ifndef DBC_BASE_VALID_H
#define DBC_BASE_VALID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DBC_IFNAME_MAX 15 /* IFNAMSIZ - 1 */
#define DBC_VLAN_TAG_MAX 4094
#define DBC_MTU_MAX 65535
#define DBC_MTU_MIN 68 /* of IPv4, RFC 791; no NIC takes less */

/* Parses a number from 0 to `max` in decimal digits, with nothing else around or between them.
 * Leading zeros are allowed; other programs read such a text as octal, so pass on the number and
 * not the text. */
bool dbc_parse_uint(const char *text, uint64_t max, uint64_t *out);
/* The same from `min` to `max`, with an optional '-' in front, for fields like VLAN (-1). */
bool dbc_parse_int(const char *text, int min, int max, int *out);

/* Parses an address of four decimal parts, as inet_pton does; *out is in network byte order. */
bool dbc_parse_ipv4(const char *text, uint32_t *out);
/* Parses a contiguous netmask of four decimal parts into the length of its prefix, 0 to 32. */
bool dbc_parse_netmask(const char *text, unsigned *prefix);
/* Writes an address in network byte order as four decimal parts. */
void dbc_format_ipv4(uint32_t addr, char out[16]);

#define DBC_IPV6_SIZE 46 /* bytes of an address as text, with its NUL */
struct dbc_ipv6 {
    unsigned char octets[16];
};
/* Parses an IPv6 address without a zone, as inet_pton does. */
bool dbc_parse_ipv6(const char *text, struct dbc_ipv6 *out);
/* The same with or without a zone behind it, ADDRESS%ZONE; *zone is NULL when there is none. */
bool dbc_parse_ipv6_zone(const char *text, struct dbc_ipv6 *out, const char **zone);
/* Parses "ADDRESS/LENGTH"; *prefix is 0 to 128. */
bool dbc_parse_ipv6_prefix(const char *text, struct dbc_ipv6 *out, unsigned *prefix);
/* Writes the shortest form (RFC 5952), in which equal addresses have equal texts. */
void dbc_format_ipv6(const struct dbc_ipv6 *addr, char out[DBC_IPV6_SIZE]);
/* The same as "ADDRESS/LENGTH"; `prefix` is 0 to 128. */
#define DBC_IPV6_PREFIX_SIZE (DBC_IPV6_SIZE + 4)
void dbc_format_ipv6_prefix(const struct dbc_ipv6 *addr, unsigned prefix,
                            char out[DBC_IPV6_PREFIX_SIZE]);
/* Writes an IPv4 or IPv6 address as dbc_format_ipv4 and dbc_format_ipv6 do.  False for another
 * text. */
bool dbc_one_address(const char *text, char out[DBC_IPV6_SIZE]);
bool dbc_ipv6_is_link_local(const struct dbc_ipv6 *addr); /* fe80::/10 */
/* Whether a host may be given the address: it is not link-local, which the kernel sets up, and not
 * a multicast, loopback, IPv4-mapped or unspecified address. */
bool dbc_ipv6_is_host(const struct dbc_ipv6 *addr);
/* Whether the first `prefix` bits are the same. */
bool dbc_ipv6_same_net(const struct dbc_ipv6 *a, const struct dbc_ipv6 *b, unsigned prefix);

/* Copies the next item of a comma-separated list without blanks around it, cut when it is longer
 * than any address or route.  *at starts at the list's text and moves on.  False at the end. */
#define DBC_ITEM_SIZE 96
bool dbc_next_item(const char **at, char item[DBC_ITEM_SIZE]);

/* Parses an MTU in bytes, from DBC_MTU_MIN to DBC_MTU_MAX. */
bool dbc_parse_mtu(const char *text, unsigned *mtu);
/* Returns the place of a word among `n` words, or `n` when it is none of them. */
size_t dbc_find_word(const char *const *words, size_t n, const char *word);
/* Returns the value of a hexadecimal digit of either case; -1 for any other character. */
int dbc_hex_digit(char c);
/* Parses six pairs of hexadecimal digits of either case with ':' between; `out` gets them in lower
 * case. */
bool dbc_parse_mac(const char *text, char out[18]);

/* The name of a network device or bridge: [A-Za-z0-9._-]{1,15}, not "." or "..", and no '-' in
 * front, which would make it an option in an argv. */
bool dbc_valid_ifname(const char *text);
/* A bond or ethtool option's value: [A-Za-z0-9_.:,+-]{1,64}. */
bool dbc_valid_option(const char *text);
/* One or several search domains, ',' or ' ' between: [A-Za-z0-9._ ,-]{1,255}. */
bool dbc_valid_domain(const char *text);
/* A record's text: valid UTF-8 without bytes below 0x20 and without 0x7f. */
bool dbc_valid_text(const char *text);
/* An absolute path without "." or ".." and without empty parts, so no '/' at its end; otherwise as
 * dbc_valid_text. */
bool dbc_valid_path(const char *text);
/* Returns the bytes of the UTF-8 character at the start of `text` (not NULL), 1 to 4; 0 at its end,
 * and for invalid bytes: overlong forms, surrogates and values beyond U+10FFFF are invalid. */
size_t dbc_utf8_length(const char *text);
#define DBC_NULL_REF "OpaqueRef:NULL" /* XAPI's reference to nothing */
/* Whether `ref` refers to nothing: NULL, "", "NULL" and DBC_NULL_REF all do. */
bool dbc_ref_is_null(const char *ref);

#endif
