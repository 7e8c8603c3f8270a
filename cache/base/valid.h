/* valid.h - the door: strict parsing and the patterns that a value from outside must match before
 * it reaches a file, an argv or a device.  The policy is that of the real readers of ifcfg files
 * (shells, initscripts, installers): what passes here reads the same in all of them.
 * Nothing here allocates or depends on the locale.  NULL is no number, no address, no text (but a
 * reference to nothing); where an answer is false, *out stays as it was. */
#ifndef DBC_BASE_VALID_H
#define DBC_BASE_VALID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DBC_IFNAME_MAX 15 /* IFNAMSIZ - 1 */
#define DBC_VLAN_TAG_MAX 4094
#define DBC_MTU_MAX 65535

/* Decimal digits only: no sign, no blank, no `_`; at most `max`.  Leading zeros are allowed and
 * mean nothing; others read them as octal, so pass on the number, not the text. */
bool dbc_parse_uint(const char *text, uint64_t max, uint64_t *out);
/* The same with an optional leading '-', for fields like VLAN (-1). */
bool dbc_parse_int(const char *text, int min, int max, int *out);

/* Dotted quad, all four parts, by inet_pton; `out` in network byte order. */
bool dbc_parse_ipv4(const char *text, uint32_t *out);
/* A contiguous netmask, as dotted quad; `prefix` 0 to 32. */
bool dbc_parse_netmask(const char *text, unsigned *prefix);
void dbc_format_ipv4(uint32_t addr, char out[16]);

/* The value of a hexadecimal digit of any case; -1: it is none. */
int dbc_hex_digit(char c);
/* Six hex pairs with ':' between, any case; `out` gets lower case and a NUL. */
bool dbc_parse_mac(const char *text, char out[18]);

/* A network device or bridge: [A-Za-z0-9._-]{1,15}, not "." or "..", and no '-' in front,
 * which would make it an option in an argv. */
bool dbc_valid_ifname(const char *text);
/* A bond or ethtool option's value: [A-Za-z0-9_.:,+-]{1,64}. */
bool dbc_valid_option(const char *text);
/* One or several search domains, ',' or ' ' between: [A-Za-z0-9._ ,-]{1,255}. */
bool dbc_valid_domain(const char *text);
/* No byte below 0x20, no 0x7f, valid UTF-8: fit for a record's text. */
bool dbc_valid_text(const char *text);
/* A whole path that leads nowhere but down: '/' in front of each part, none of them "", "." or
 * "..", and nothing in it that a log cannot show. */
bool dbc_valid_path(const char *text);
/* Bytes of the UTF-8 character at the start, 1 to 4; 0 at the end or where there is none (overlong
 * forms, surrogates and values beyond U+10FFFF are none). */
size_t dbc_utf8_length(const char *text);
#define DBC_NULL_REF "OpaqueRef:NULL" /* as XAPI writes that there is none */
/* DBC_NULL_REF, "NULL" and "" all mean: none. */
bool dbc_ref_is_null(const char *ref);

#endif
