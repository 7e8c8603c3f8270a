/* rules_ipv6.c - rules on IPv6: its modes, the syntax of addresses, what a host can have, and how
 * mode, addresses and gateway of a PIF fit each other.  Two PIFs with one address: rules_twice.c.
 */
#include <string.h>

#include "analysis/rule.h"
#include "base/limits.h"
#include "base/valid.h"
#include "model/ipv6.h"

/* ---- Modes -------------------------------------------------------------------------------- */

static void mode(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *v6 = dbc_as_pif(rec)->ipv6_configuration_mode;

    if (dbc_pif_wants_ipv6(dbc_as_pif(rec)) && strcmp(v6, "DHCP") != 0 &&
        strcmp(v6, "Static") != 0 && strcmp(v6, "Autoconf") != 0) {
        dbc_found(c, rec, "ipv6_configuration_mode", v6,
                  "expected DHCP, Static, Autoconf or None, found '%s'", dbc_quote(c, v6));
    }
}

static void address_type(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *type = dbc_as_pif(rec)->primary_address_type;

    if (*type != '\0' && strcmp(type, "IPv4") != 0 && strcmp(type, "IPv6") != 0) {
        dbc_found(c, rec, "primary_address_type", type, "expected IPv4 or IPv6, found '%s'",
                  dbc_quote(c, type));
    }
}

/* ---- Addresses ---------------------------------------------------------------------------- */

static void syntax(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const char *at = pif->IPv6;
    char item[DBC_ITEM_SIZE];
    struct dbc_ipv6 addr;
    unsigned prefix = 0;

    while (dbc_pif_is_static_ipv6(pif) && dbc_next_item(&at, item)) {
        if (*item != '\0' && !dbc_parse_ipv6_prefix(item, &addr, &prefix)) {
            dbc_found(c, rec, "IPv6", pif->IPv6, "expected ADDRESS/LENGTH, found '%s'",
                      dbc_quote(c, item));
        }
    }
}

static void missing(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if (dbc_pif_is_static_ipv6(pif) && pif->IPv6[strspn(pif->IPv6, ", \t")] == '\0') {
        dbc_found(c, rec, "IPv6", pif->IPv6,
                  "%s is static for IPv6: expected ADDRESS/LENGTH, found none", dbc_who(c, rec));
    }
}

static void unusable(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const char *at = pif->IPv6;
    char text[DBC_IPV6_SIZE];
    struct dbc_ipv6 addr;
    unsigned prefix = 0;

    while (dbc_pif_is_static_ipv6(pif) && dbc_next_ipv6(&at, &addr, &prefix)) {
        dbc_format_ipv6(&addr, text);
        if (prefix == 0) {
            dbc_found(c, rec, "IPv6", pif->IPv6, "%s/0 says that every address is in its subnet",
                      text);
        } else if (!dbc_ipv6_is_host(&addr)) {
            dbc_found(c, rec, "IPv6", pif->IPv6, "%s is %s", text,
                      dbc_ipv6_is_link_local(&addr)
                          ? "link-local: the kernel makes such an address by itself"
                          : "no address of one host (multicast, loopback, IPv4 or none)");
        }
    }
}

/* Counts an address that is listed twice once. */
static void many(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const char *at = pif->IPv6;
    struct {
        struct dbc_ipv6 addr;
        unsigned prefix;
    } known[DBC_LIMIT_IPV6 + 1];
    size_t n = 0;

    while (dbc_pif_is_static_ipv6(pif) && n <= DBC_LIMIT_IPV6 &&
           dbc_next_ipv6(&at, &known[n].addr, &known[n].prefix)) {
        size_t i = 0;
        while (!dbc_ipv6_same_net(&known[i].addr, &known[n].addr, 128) ||
               known[i].prefix != known[n].prefix) {
            i++;
        }
        n += i == n;
    }
    if (n > DBC_LIMIT_IPV6) {
        dbc_found(c, rec, "IPv6", pif->IPv6, "%s has more than %d IPv6 addresses", dbc_who(c, rec),
                  DBC_LIMIT_IPV6);
    }
}

/* dbc_pif_settle_ipv6 has removed the addresses that XAPI only saw on the bridge. */
static void unused(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const char *v6 = pif->ipv6_configuration_mode;

    if (dbc_pif_is_static_ipv6(pif)) {
        return;
    }
    if (*pif->IPv6 != '\0') {
        dbc_found(c, rec, "IPv6", pif->IPv6, "%s has an IPv6 address, %s, but mode %s",
                  dbc_who(c, rec), dbc_quote(c, pif->IPv6), dbc_quote(c, v6));
    }
    if (*pif->IPv6_gateway != '\0') {
        dbc_found(c, rec, "IPv6_gateway", pif->IPv6_gateway,
                  "%s has an IPv6 gateway, %s, but mode %s", dbc_who(c, rec),
                  dbc_quote(c, pif->IPv6_gateway), dbc_quote(c, v6));
    }
}

/* ---- Gateways ----------------------------------------------------------------------------- */

static void gateway(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    struct dbc_ipv6 addr;

    if (dbc_pif_is_static_ipv6(pif) && *pif->IPv6_gateway != '\0' &&
        !(dbc_parse_ipv6(pif->IPv6_gateway, &addr) &&
          (dbc_ipv6_is_host(&addr) || dbc_ipv6_is_link_local(&addr)))) {
        dbc_found(c, rec, "IPv6_gateway", pif->IPv6_gateway,
                  "expected the IPv6 address of a router, found '%s'",
                  dbc_quote(c, pif->IPv6_gateway));
    }
}

static void gateway_outside(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const char *at = pif->IPv6;
    struct dbc_ipv6 gw, addr;
    bool any = false, inside = false, own = false;
    unsigned prefix = 0;

    if (!dbc_pif_is_static_ipv6(pif) || !dbc_parse_ipv6(pif->IPv6_gateway, &gw) ||
        dbc_ipv6_is_link_local(&gw)) {
        return;
    }
    while (dbc_next_ipv6(&at, &addr, &prefix)) {
        any = true;
        inside = inside || dbc_ipv6_same_net(&addr, &gw, prefix);
        own = own || dbc_ipv6_same_net(&addr, &gw, 128);
    }
    if (own) {
        dbc_found(c, rec, "IPv6_gateway", pif->IPv6_gateway, "gateway %s is the PIF's own address",
                  pif->IPv6_gateway);
    } else if (any && !inside) {
        dbc_found(c, rec, "IPv6_gateway", pif->IPv6_gateway, "gateway %s is outside of %s",
                  pif->IPv6_gateway, dbc_quote(c, pif->IPv6));
    }
}

/* ---- The table ---------------------------------------------------------------------------- */

static const struct dbc_rule rules[] = {
    { "ipv6-mode-unknown", DBC_SEVERITY_ERROR, DBC_IN_PIF, "ipv6_configuration_mode is unknown",
      "The PIF is refused: it can be brought neither up nor down.",
      "Set DHCP, Static, Autoconf or None.", mode },
    { "address-type-unknown", DBC_SEVERITY_WARNING, DBC_IN_PIF, "primary_address_type is unknown",
      "Whoever reads it takes IPv4.", "Set IPv4 or IPv6.", address_type },
    { "ipv6-syntax", DBC_SEVERITY_ERROR, DBC_IN_PIF, "An IPv6 address of a static PIF is none",
      "The PIF is refused.", "Set IPv6 to ADDRESS/LENGTH, several with ',' between.", syntax },
    { "ipv6-missing", DBC_SEVERITY_ERROR, DBC_IN_PIF, "Static for IPv6, without an address",
      "The PIF is refused.",
      "Set IPv6 to ADDRESS/LENGTH, or ipv6_configuration_mode to another mode.", missing },
    { "ipv6-unusable", DBC_SEVERITY_ERROR, DBC_IN_PIF, "An IPv6 address that no host can have",
      "The PIF is refused: the kernel would not take the address, or has it already.",
      "Set an address of a host, as 2001:db8::5/64.", unusable },
    { "ipv6-many", DBC_SEVERITY_ERROR, DBC_IN_PIF, "More IPv6 addresses than a PIF may have",
      "The PIF is refused: 64 static addresses are the limit.", "Leave those that are used.",
      many },
    { "ipv6-unused", DBC_SEVERITY_WARNING, DBC_IN_PIF,
      "An IPv6 address or gateway of a PIF that is not static",
      "It is never set: with DHCP or Autoconf a server or router says what counts, with None there "
      "is no IPv6.",
      "Set ipv6_configuration_mode to Static, or leave the field empty.", unused },
    { "ipv6-gateway-syntax", DBC_SEVERITY_WARNING, DBC_IN_PIF,
      "A static PIF's IPv6 gateway is no address",
      "It is left out: the PIF comes up without an IPv6 gateway.", "Correct it, or leave it empty.",
      gateway },
    { "ipv6-gateway-outside", DBC_SEVERITY_ERROR, DBC_IN_PIF,
      "The IPv6 gateway is outside the PIF's subnets",
      "The kernel takes a default route only through a gateway that an address can reach, or a "
      "link-local one; the host is cut off from other networks.",
      "Correct IPv6 or IPv6_gateway.", gateway_outside },
};

DBC_RULE_TABLE(dbc_rules_ipv6, rules);
