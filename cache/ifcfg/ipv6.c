/* ipv6.c - reads the IPv6 keys of an ifcfg file (import.h). */
#include <string.h>
#include <strings.h>

#include "ifcfg/import.h"

const char *const dbc_ifcfg_ipv6_keys[DBC_IFCFG_N_IPV6] = {
    [DBC_IFCFG_IPV6INIT] = "IPV6INIT",
    [DBC_IFCFG_IPV6_AUTOCONF] = "IPV6_AUTOCONF",
    [DBC_IFCFG_DHCPV6C] = "DHCPV6C",
    [DBC_IFCFG_IPV6ADDR] = "IPV6ADDR",
    [DBC_IFCFG_IPV6ADDR_SECONDARIES] = "IPV6ADDR_SECONDARIES",
    [DBC_IFCFG_IPV6_DEFAULTGW] = "IPV6_DEFAULTGW",
};

typedef const struct dbc_ifcfg_key *const keys_of[DBC_IFCFG_N_IPV6];

static bool is_yes(const struct dbc_ifcfg_key *key)
{
    return key != NULL && (strcasecmp(key->value, "yes") == 0 || strcasecmp(key->value, "on") == 0);
}

static void lose(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_device *dev,
                 const struct dbc_ifcfg_key *key, const char *why)
{
    if (key != NULL && !(strcasecmp(key->value, "no") == 0)) {
        dbc_ifcfg_tell_key(im, DBC_LOST, dev->file, key, why);
    }
}

/* Appends each ADDRESS/LENGTH of a key, which may have several with blanks between, in canonical
 * form.  `key` may be NULL. */
static void add_addresses(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_device *dev,
                          const struct dbc_ifcfg_key *key, struct dbc_buf *list)
{
    char text[DBC_IPV6_PREFIX_SIZE];
    const char *at = NULL;

    if (key == NULL) {
        return;
    }
    at = key->value;
    for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
        char word[DBC_ITEM_SIZE] = "";
        struct dbc_ipv6 ip;
        unsigned prefix = 0;
        size_t len = strcspn(at, " ");
        if (len < sizeof word) {
            memcpy(word, at, len);
        }
        if (dbc_parse_ipv6_prefix(word, &ip, &prefix)) {
            dbc_format_ipv6_prefix(&ip, prefix, text);
            dbc_buf_addf(list, "%s%s", list->len > 0 ? "," : "", text);
        } else {
            dbc_ifcfg_warn(im, dev->file, key->line,
                           "%s: expected ADDRESS/LENGTH of IPv6, found '%s'", key->name,
                           key->value);
        }
        at += len;
    }
}

/* Reads a gateway without the zone behind a link-local one, which is the device itself. */
static void read_gateway(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                         const struct dbc_ifcfg_key *key)
{
    const char *zone = NULL;
    struct dbc_ipv6 ip;

    if (key != NULL && dbc_parse_ipv6_zone(key->value, &ip, &zone)) {
        dbc_format_ipv6(&ip, dev->address.ipv6_gateway);
    } else if (key != NULL) {
        dbc_ifcfg_warn(im, dev->file, key->line, "%s: expected an IPv6 address, found '%s'",
                       key->name, key->value);
    }
}

static const char *mode_of(keys_of keys, const struct dbc_buf *addresses)
{
    if (!is_yes(keys[DBC_IFCFG_IPV6INIT])) {
        return "";
    }
    if (is_yes(keys[DBC_IFCFG_DHCPV6C])) {
        return "DHCP";
    }
    if (addresses->len > 0) {
        return "Static";
    }
    return keys[DBC_IFCFG_IPV6_AUTOCONF] == NULL || is_yes(keys[DBC_IFCFG_IPV6_AUTOCONF])
               ? "Autoconf"
               : "";
}

/* Reports the keys that a PIF of this mode cannot have as lost. */
static void tell_others(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_device *dev,
                        keys_of keys, const char *mode)
{
    const char *why = *mode == '\0' ? "without IPV6INIT=yes it is not used"
                                    : "a PIF has one way to its IPv6 addresses";
    bool is_static = strcmp(mode, "Static") == 0;

    for (size_t i = DBC_IFCFG_IPV6_AUTOCONF; i < DBC_IFCFG_N_IPV6; i++) {
        bool used = i == DBC_IFCFG_DHCPV6C         ? strcmp(mode, "DHCP") == 0
                    : i == DBC_IFCFG_IPV6_AUTOCONF ? strcmp(mode, "Autoconf") == 0
                                                   : is_static;
        if (!used) {
            lose(im, dev, keys[i], why);
        }
    }
}

void dbc_ifcfg_ipv6(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev, keys_of keys)
{
    struct dbc_ifcfg_address *a = &dev->address;
    struct dbc_buf list = DBC_BUF_INIT;

    add_addresses(im, dev, keys[DBC_IFCFG_IPV6ADDR], &list);
    add_addresses(im, dev, keys[DBC_IFCFG_IPV6ADDR_SECONDARIES], &list);
    a->ipv6_mode = mode_of(keys, &list);
    tell_others(im, dev, keys, a->ipv6_mode);
    if (strcmp(a->ipv6_mode, "Static") == 0) {
        read_gateway(im, dev, keys[DBC_IFCFG_IPV6_DEFAULTGW]);
        a->ipv6 = dbc_ifcfg_take(im, &list);
    }
    dbc_buf_release(&list);
}
