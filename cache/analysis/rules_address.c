/* rules_address.c - rules on addresses: their syntax, what a host can use, and how a PIF's address,
 * netmask and gateway fit each other and those of other PIFs. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"
#include "model/ipv6.h"

#define RESOLVER_SERVERS 3 /* resolv.conf(5) */

/* A static PIF's address, in host byte order. */
struct place {
    const struct dbc_pif *pif;
    uint32_t addr, mask;
};

static bool has_mode(const struct dbc_pif *pif, const char *mode)
{
    return pif->ip_configuration_mode[0] == mode[0] &&
           strcmp(pif->ip_configuration_mode, mode) == 0;
}

/* False when the PIF is not static, or its address or netmask is invalid. */
static bool place_of(const struct dbc_pif *pif, struct place *out)
{
    unsigned prefix = 0;
    uint32_t addr = 0, mask = 0;

    if (!has_mode(pif, "Static") || !dbc_parse_ipv4(pif->IP, &addr) ||
        !dbc_parse_netmask(pif->netmask, &prefix) || !dbc_parse_ipv4(pif->netmask, &mask)) {
        return false;
    }
    *out = (struct place){ pif, ntohl(addr), ntohl(mask) };
    return true;
}

/* ---- Syntax ------------------------------------------------------------------------------- */

static void mode(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if (!has_mode(pif, "DHCP") && !has_mode(pif, "Static") && !has_mode(pif, "None")) {
        dbc_found(c, rec, "ip_configuration_mode", pif->ip_configuration_mode,
                  "expected DHCP, Static or None, found '%s'",
                  dbc_quote(c, pif->ip_configuration_mode));
    }
}

static void ip(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    uint32_t addr = 0;

    if (has_mode(pif, "Static") && !dbc_parse_ipv4(pif->IP, &addr)) {
        dbc_found(c, rec, "IP", pif->IP, "%s is static: expected an IPv4 address, found '%s'",
                  dbc_who(c, rec), dbc_quote(c, pif->IP));
    }
}

static void netmask(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    unsigned prefix = 0;

    if (has_mode(pif, "Static") && !dbc_parse_netmask(pif->netmask, &prefix)) {
        dbc_found(c, rec, "netmask", pif->netmask,
                  "%s is static: expected an IPv4 netmask, found '%s'", dbc_who(c, rec),
                  dbc_quote(c, pif->netmask));
    }
}

static void gateway(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    uint32_t addr = 0;

    if (has_mode(pif, "Static") && *pif->gateway != '\0' && !dbc_parse_ipv4(pif->gateway, &addr)) {
        dbc_found(c, rec, "gateway", pif->gateway, "expected an IPv4 address, found '%s'",
                  dbc_quote(c, pif->gateway));
    }
}

static bool is_address(const char *text)
{
    struct dbc_ipv6 v6;
    uint32_t v4 = 0;

    return dbc_parse_ipv4(text, &v4) || dbc_parse_ipv6(text, &v6);
}

static void dns(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *list = dbc_as_pif(rec)->DNS, *at = list;
    char item[DBC_ITEM_SIZE];

    while (dbc_next_item(&at, item)) {
        if (*item != '\0' && !is_address(item)) {
            dbc_found(c, rec, "DNS", list, "expected an address, found '%s'", dbc_quote(c, item));
        }
    }
}

static void dns_many(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *list = dbc_as_pif(rec)->DNS, *at = list;
    char item[DBC_ITEM_SIZE];
    unsigned n = 0;

    while (dbc_next_item(&at, item)) {
        n += is_address(item);
    }
    if (n > RESOLVER_SERVERS) {
        dbc_found(c, rec, "DNS", list, "%s has %u name servers", dbc_who(c, rec), n);
    }
}

/* ---- What a host can use ------------------------------------------------------------------ */

static void unusable(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    struct place p;

    if (!place_of(pif, &p)) {
        return;
    }
    if (p.addr >> 24 == 0 || p.addr >> 24 == 127 || p.addr >> 24 >= 224) {
        dbc_found(c, rec, "IP", pif->IP, "%s is %s", pif->IP,
                  p.addr >> 24 == 0     ? "in the network 0.0.0.0/8, 'this host'"
                  : p.addr >> 24 == 127 ? "a loopback address"
                                        : "no address of one host (multicast or reserved)");
    } else if (~p.mask > 1 && ((p.addr & ~p.mask) == 0 || (p.addr & ~p.mask) == ~p.mask)) {
        dbc_found(c, rec, "IP", pif->IP, "%s is the %s address of its subnet", pif->IP,
                  (p.addr & ~p.mask) == 0 ? "network" : "broadcast");
    }
}

static void gateway_outside(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    uint32_t addr = 0;
    struct place p;

    if (!place_of(pif, &p) || !dbc_parse_ipv4(pif->gateway, &addr)) {
        return;
    }
    addr = ntohl(addr);
    if (((addr ^ p.addr) & p.mask) != 0) {
        dbc_found(c, rec, "gateway", pif->gateway, "gateway %s is outside of %s/%s", pif->gateway,
                  pif->IP, pif->netmask);
    } else if (addr == p.addr) {
        dbc_found(c, rec, "gateway", pif->gateway, "gateway %s is the PIF's own address",
                  pif->gateway);
    }
}

/* By the subnet's first address, a larger subnet before one inside it. */
static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    uint32_t xs = x->addr & x->mask, ys = y->addr & y->mask;

    if (xs != ys) {
        return xs < ys ? -1 : 1;
    }
    if (x->mask != y->mask) {
        return x->mask < y->mask ? -1 : 1;
    }
    return x->pif->rec.line < y->pif->rec.line ? -1 : x->pif->rec.line > y->pif->rec.line;
}

/* Two subnets are nested or apart.  So in this order a subnet that overlaps an earlier one overlaps
 * the widest. */
static void overlaps(struct dbc_check *c, const struct place *places, size_t n)
{
    size_t widest = 0;

    for (size_t i = 1; i < n; i++) {
        const struct place *p = &places[i], *w = &places[widest];
        if (((p->addr ^ w->addr) & w->mask) != 0) {
            widest = i;
        } else if (p->addr != w->addr) {
            dbc_found(c, &p->pif->rec, "IP", p->pif->IP,
                      "%s/%s of %s is in the subnet of %s, %s/%s", p->pif->IP, p->pif->netmask,
                      dbc_who(c, &p->pif->rec), dbc_who(c, &w->pif->rec), w->pif->IP,
                      w->pif->netmask);
        }
    }
}

static void same_subnet(struct dbc_check *c, const struct dbc_record *rec)
{
    size_t all = c->db->of[DBC_PIF].n, n = 0;
    struct place *places = all == 0 ? NULL : calloc(all, sizeof *places);

    (void)rec;
    if (places == NULL) {
        c->failed = all > 0;
        return;
    }
    for (size_t i = 0; i < all; i++) {
        n += place_of(dbc_db_pif_at(c->db, i), &places[n]);
    }
    if (n > 1) {
        qsort(places, n, sizeof *places, compare);
        overlaps(c, places, n);
    }
    free(places);
}

static void on_slave(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if ((has_mode(pif, "DHCP") || has_mode(pif, "Static")) && c->node->slave_of != NULL) {
        dbc_found(c, rec, "ip_configuration_mode", pif->ip_configuration_mode,
                  "%s is a bond's slave with mode %s", dbc_who(c, rec), pif->ip_configuration_mode);
    }
    if (dbc_pif_wants_ipv6(pif) && c->node->slave_of != NULL) {
        dbc_found(c, rec, "ipv6_configuration_mode", pif->ipv6_configuration_mode,
                  "%s is a bond's slave with IPv6 mode %s", dbc_who(c, rec),
                  dbc_quote(c, pif->ipv6_configuration_mode));
    }
}

/* ---- Hardware addresses ------------------------------------------------------------------- */

static void mac(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    char parsed[18];

    if (!dbc_pif_is_vlan(pif) && !c->node->tunnel && !dbc_parse_mac(pif->MAC, parsed)) {
        dbc_found(c, rec, "MAC", pif->MAC, "expected six pairs of hex digits, found '%s'",
                  dbc_quote(c, pif->MAC));
    }
}

static void mac_group(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    char parsed[18];

    if (dbc_pif_is_vlan(pif) || !dbc_parse_mac(pif->MAC, parsed)) {
        return;
    }
    if (strchr("13579bdf", parsed[1]) != NULL) {
        dbc_found(c, rec, "MAC", pif->MAC, "%s is a group address", parsed);
    } else if (strcmp(parsed, "00:00:00:00:00:00") == 0) {
        dbc_found(c, rec, "MAC", pif->MAC, "%s is no address", parsed);
    }
}

/* ---- The table ---------------------------------------------------------------------------- */

static const struct dbc_rule rules[] = {
    { "mode-unknown", DBC_SEVERITY_ERROR, DBC_IN_PIF, "ip_configuration_mode is unknown",
      "The PIF is refused: it can be brought neither up nor down.", "Set DHCP, Static or None.",
      mode },
    { "address-syntax", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A static PIF's IP is no IPv4 address",
      "The PIF is refused.", "Set IP to four numbers of 0 to 255 with '.' between.", ip },
    { "netmask-syntax", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A static PIF's netmask is none",
      "The PIF is refused. A mask is ones, then zeros: 255.0.255.0 is none, nor is /24.",
      "Set netmask to something like 255.255.255.0.", netmask },
    { "gateway-syntax", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A static PIF's gateway is no address",
      "It is left out: the PIF comes up without a gateway.", "Correct it, or leave it empty.",
      gateway },
    { "dns-syntax", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A name server is no address",
      "It is left out.", "List addresses with ',' between.", dns },
    { "dns-many", DBC_SEVERITY_WARNING, DBC_IN_PIF, "More name servers than a resolver asks",
      "The C library asks the first three, and CentOS 5's ifup writes two.",
      "Leave the three that matter most.", dns_many },
    { "address-unusable", DBC_SEVERITY_ERROR, DBC_IN_PIF, "An address that no host can have",
      "The kernel refuses it, or nobody can answer to it.",
      "Set an address of a host in the subnet.", unusable },
    { "gateway-outside", DBC_SEVERITY_ERROR, DBC_IN_PIF, "The gateway is outside the PIF's subnet",
      "ifup sets a default route only through a gateway that the address can reach; the host is "
      "cut off from other networks.",
      "Correct IP, netmask or gateway.", gateway_outside },
    { "same-subnet", DBC_SEVERITY_WARNING, 0, "Two PIFs have addresses in one subnet",
      "The kernel answers for either on both and sends out of one: storage and management traffic "
      "end up on one NIC.",
      "Put them into different subnets, or bond them.", same_subnet },
    { "address-on-slave", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A bond slave has an IP configuration",
      "A slave has no bridge while it is bonded, so its address is never set; if somebody brings "
      "it "
      "up, the bond is torn down.",
      "Set ip_configuration_mode and ipv6_configuration_mode to None on slaves.", on_slave },
    { "mac-syntax", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A PIF's MAC is none",
      "Whether the NIC is the right one is not checked, and its own address is used. The emergency "
      "reset and some installers leave such a MAC.",
      "Put in the MAC that `ip link` shows.", mac },
    { "mac-group", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A MAC that no NIC can have",
      "A group address or zeros cannot be the address of one device; bridge and NIC are refused.",
      "Put in the MAC that `ip link` shows.", mac_group },
};

DBC_RULE_TABLE(dbc_rules_address, rules);
