/* rules_option.c - rules on the values of known other_config keys: ethtool, bond options, routes,
 * domains, switches.  Unknown keys, and keys that nobody reads, are in rules_config.c. */
#include <limits.h>
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"

#define SPEED_MAX 10000000 /* Mbit/s, as reconfigure/datapath/ethtool.c has it */
#define WORDS_MAX 4

/* A key's allowed values: words, or a number from `min` to `max`. */
struct option {
    const char *key;
    const char *words[WORDS_MAX + 1];
    unsigned min, max;
    const char *expected; /* for people */
};

#define SWITCH(key)                                                                                \
    {                                                                                              \
        key, { "on", "off", "true", "false" }, 0, 0, "on or off"                                   \
    }
#define TRUTH(key)                                                                                 \
    {                                                                                              \
        key, { "true", "false" }, 0, 0, "true or false"                                            \
    }
#define NUMBER(key, min, max, expected)                                                            \
    {                                                                                              \
        key, { NULL }, min, max, expected                                                          \
    }

static const struct option ethtool_options[] = {
    SWITCH("ethtool-autoneg"),
    SWITCH("ethtool-rx"),
    SWITCH("ethtool-tx"),
    SWITCH("ethtool-sg"),
    SWITCH("ethtool-tso"),
    SWITCH("ethtool-ufo"),
    SWITCH("ethtool-gso"),
    SWITCH("ethtool-gro"),
    SWITCH("ethtool-lro"),
    NUMBER("ethtool-speed", 1, SPEED_MAX, "a number of Mbit/s"),
    { "ethtool-duplex", { "half", "full" }, 0, 0, "half or full" },
};

static const struct option truth_options[] = {
    TRUTH("peerdns"),
    TRUTH("defaultroute"),
    TRUTH("vlan-bug-workaround"),
    TRUTH("vswitch-disable-in-band"),
};

static const struct option fail_mode_options[] = {
    { "vswitch-controller-fail-mode", { "standalone", "secure" }, 0, 0, "standalone or secure" },
};

static const struct option bond_options[] = {
    NUMBER("bond-miimon", 0, INT_MAX, "milliseconds"),
    NUMBER("bond-downdelay", 0, INT_MAX, "milliseconds"),
    NUMBER("bond-updelay", 0, INT_MAX, "milliseconds"),
    NUMBER("bond-use_carrier", 0, 1, "0 or 1"),
};

static const char *const common_modes[] = { "balance-slb", "active-backup", "lacp" };
static const char *const linux_modes[] = { "802.3ad",   "balance-rr",  "balance-xor",
                                           "broadcast", "balance-tlb", "balance-alb" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool allows(const struct option *option, const char *value)
{
    uint64_t number = 0;

    if (option->words[0] == NULL) {
        return dbc_parse_uint(value, option->max, &number) && number >= option->min;
    }
    for (size_t i = 0; option->words[i] != NULL; i++) {
        if (strcmp(value, option->words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static const struct option *find(const struct option *options, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(options[i].key, key) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static void check_values(struct dbc_check *c, const struct dbc_record *rec,
                         const struct option *options, size_t n)
{
    const struct dbc_map *map = dbc_config_of(rec);

    for (size_t i = 0; i < map->n; i++) {
        const struct option *option = find(options, n, map->v[i].key);
        if (option != NULL && !allows(option, map->v[i].value)) {
            dbc_found_key(c, rec, &map->v[i], "expected %s, found '%s'", option->expected,
                          dbc_quote(c, map->v[i].value));
        }
    }
}

static void ethtool(struct dbc_check *c, const struct dbc_record *rec)
{
    check_values(c, rec, ethtool_options, COUNT(ethtool_options));
}

static void truth(struct dbc_check *c, const struct dbc_record *rec)
{
    check_values(c, rec, truth_options, COUNT(truth_options));
}

static void fail_mode(struct dbc_check *c, const struct dbc_record *rec)
{
    check_values(c, rec, fail_mode_options, COUNT(fail_mode_options));
}

static void bond_number(struct dbc_check *c, const struct dbc_record *rec)
{
    check_values(c, rec, bond_options, COUNT(bond_options));
}

/* ---- Bonds -------------------------------------------------------------------------------- */

static bool is_one_of(const char *value, const char *const *words, size_t n)
{
    return dbc_find_word(words, n, value) < n;
}

static void bond_mode(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pair *pair = dbc_map_find(dbc_config_of(rec), "bond-mode");

    if (pair != NULL && !is_one_of(pair->value, common_modes, COUNT(common_modes)) &&
        !is_one_of(pair->value, linux_modes, COUNT(linux_modes))) {
        dbc_found_key(c, rec, pair, "expected balance-slb, active-backup or lacp, found '%s'",
                      dbc_quote(c, pair->value));
    }
}

static void bond_mode_linux(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pair *pair = dbc_map_find(dbc_config_of(rec), "bond-mode");

    if (pair != NULL && is_one_of(pair->value, linux_modes, COUNT(linux_modes))) {
        dbc_found_key(c, rec, pair, "mode %s is Linux's alone%s", pair->value,
                      strcmp(pair->value, "802.3ad") == 0 ? "; lacp is the word for both" : "");
    }
}

static void bond_hashing(struct dbc_check *c, const struct dbc_record *rec)
{
    static const char *const known[] = { "src_mac", "tcpudp_ports" };
    const struct dbc_map *map = dbc_config_of(rec);
    const struct dbc_pair *pair = dbc_map_find(map, "bond-hashing-algorithm");
    const char *mode = dbc_map_get(map, "bond-mode");

    if (pair == NULL) {
        return;
    }
    if (mode == NULL || strcmp(mode, "lacp") != 0) {
        dbc_found_key(c, rec, pair, "%s is no lacp bond, which alone has a choice",
                      dbc_who(c, rec));
    } else if (!is_one_of(pair->value, known, COUNT(known))) {
        dbc_found_key(c, rec, pair, "expected src_mac or tcpudp_ports, found '%s'",
                      dbc_quote(c, pair->value));
    }
}

/* ---- Names and routes --------------------------------------------------------------------- */

static void domain(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pair *pair = dbc_map_find(dbc_config_of(rec), "domain");

    if (pair != NULL && *pair->value != '\0' && !dbc_valid_domain(pair->value)) {
        dbc_found_key(c, rec, pair,
                      "expected names of A-Z a-z 0-9 . _ - with ',' between, found "
                      "'%s'",
                      dbc_quote(c, pair->value));
    }
}

/* One route, NET/LEN/GATEWAY. */
struct route {
    uint32_t net, gateway; /* network byte order */
    unsigned len;
};

static bool parse_route(const char *item, struct route *out)
{
    char copy[DBC_ITEM_SIZE], *len = NULL, *gateway = NULL;
    uint64_t bits = 0;

    memcpy(copy, item, strlen(item) + 1);
    len = strchr(copy, '/');
    gateway = len == NULL ? NULL : strchr(len + 1, '/');
    if (gateway == NULL) {
        return false;
    }
    *len++ = '\0';
    *gateway++ = '\0';
    if (!dbc_parse_ipv4(copy, &out->net) || !dbc_parse_uint(len, 32, &bits) ||
        !dbc_parse_ipv4(gateway, &out->gateway)) {
        return false;
    }
    out->len = (unsigned)bits;
    return true;
}

static void routes(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pair *pair = dbc_map_find(dbc_config_of(rec), "static-routes");
    const char *at = pair == NULL ? "" : pair->value;
    char item[DBC_ITEM_SIZE];
    struct route route;

    while (dbc_next_item(&at, item)) {
        if (*item != '\0' && !parse_route(item, &route)) {
            dbc_found_key(c, rec, pair, "expected NET/LEN/GATEWAY, found '%s'", dbc_quote(c, item));
        }
    }
}

/* Returns the first PIF of the network that exists, or NULL. */
static const struct dbc_pif *first_pif(const struct dbc_check *c, const struct dbc_network *network)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; i < network->PIFs.n && pif == NULL; i++) {
        pif = dbc_db_pif(c->db, network->PIFs.v[i]);
    }
    return pif;
}

static void route_gateway(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_network *network = dbc_as_network(rec);
    const struct dbc_pair *pair = dbc_map_find(&network->other_config, "static-routes");
    const struct dbc_pif *pif = pair == NULL ? NULL : first_pif(c, network);
    const char *at = pair == NULL ? "" : pair->value;
    uint32_t addr = 0, mask = 0;
    char item[DBC_ITEM_SIZE];
    struct route route;

    if (pif == NULL || strcmp(pif->ip_configuration_mode, "Static") != 0 ||
        !dbc_parse_ipv4(pif->IP, &addr) || !dbc_parse_ipv4(pif->netmask, &mask)) {
        return;
    }
    while (dbc_next_item(&at, item)) {
        if (parse_route(item, &route) && ((route.gateway ^ addr) & mask) != 0) {
            dbc_found_key(c, rec, pair, "the gateway of '%s' is outside of %s/%s of %s",
                          dbc_quote(c, item), pif->IP, pif->netmask, dbc_who(c, &pif->rec));
        }
    }
}

/* ---- The table ---------------------------------------------------------------------------- */

static const struct dbc_rule rules[] = {
    { "ethtool-value", DBC_SEVERITY_WARNING, DBC_IN_PIF | DBC_IN_NETWORK,
      "A bad value of an ethtool-* key",
      "It is logged and left out: the setting stays, but gro and lro of a NIC are turned off.",
      "on or off for offloads and autoneg, Mbit/s for speed, half or full for duplex.", ethtool },
    { "truth-value", DBC_SEVERITY_WARNING, DBC_IN_PIF | DBC_IN_NETWORK,
      "A switch that is neither true nor false",
      "Only the exact word true means yes; True, 1 or yes mean no, but leave "
      "vswitch-disable-in-band as it is.",
      "Write true or false.", truth },
    { "fail-mode-value", DBC_SEVERITY_WARNING, DBC_IN_NETWORK | DBC_IN_POOL,
      "An unknown vswitch-controller-fail-mode",
      "It is passed over: the pool's is used, else standalone, which lets everything through "
      "without a controller.",
      "Write standalone or secure.", fail_mode },
    { "bond-number", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A bad number among the bond options",
      "It is logged, and the default used.",
      "Digits alone: milliseconds for miimon, downdelay and updelay, 0 or 1 for use_carrier.",
      bond_number },
    { "bond-mode-unknown", DBC_SEVERITY_WARNING, DBC_IN_PIF, "An unknown bond-mode",
      "It is logged, and balance-slb used.", "Write balance-slb, active-backup or lacp.",
      bond_mode },
    { "bond-mode-linux", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A bond-mode that Open vSwitch lacks",
      "On Open vSwitch it becomes balance-slb; on the Linux bridge it works.",
      "Write balance-slb, active-backup or lacp.", bond_mode_linux },
    { "bond-hashing", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A bond-hashing-algorithm without effect",
      "Only lacp bonds have a choice, between src_mac and tcpudp_ports; else it is left out.",
      "Set bond-mode to lacp, or remove the key.", bond_hashing },
    { "domain-syntax", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A domain that is no list of names",
      "It is left out: the file it would go to is run by a shell.",
      "List domains with ',' between.", domain },
    { "route-syntax", DBC_SEVERITY_WARNING, DBC_IN_NETWORK, "A static route that is none",
      "It is left out; the others are set.", "Write NET/LEN/GATEWAY, ',' between routes.", routes },
    { "route-gateway", DBC_SEVERITY_WARNING, DBC_IN_NETWORK,
      "A static route's gateway is unreachable",
      "The kernel refuses a route through a gateway that is in no subnet of the interface.",
      "Use a gateway in the subnet of the network's PIF.", route_gateway },
};

DBC_RULE_TABLE(dbc_rules_option, rules);
