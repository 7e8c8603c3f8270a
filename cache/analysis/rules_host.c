/* rules_host.c - rules on the host as a whole: which PIF carries management, which one gives the
 * default route and the name servers, several pools, and unknown records and fields. */
#include <string.h>

#include "analysis/nearest.h"
#include "analysis/rule.h"
#include "base/valid.h"
#include "model/ipv6.h"

/* ---- Management --------------------------------------------------------------------------- */

static void cache_empty(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    if (c->db->of[DBC_PIF].n == 0) {
        dbc_found(c, NULL, "", NULL, "expected the host's PIFs, found none");
    }
}

static void management_none(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    if (c->db->of[DBC_PIF].n > 0 && c->management == NULL) {
        dbc_found(c, NULL, "", NULL, "expected one PIF with management True, found none");
    }
}

static void management_several(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec), *chosen = NULL;

    if (!pif->management || c->node->slave_of != NULL) {
        return;
    }
    chosen = c->management;
    if (chosen != pif) {
        dbc_found(c, rec, "management", "True", "%s has management True as well; %s comes first",
                  dbc_who(c, rec), dbc_who(c, &chosen->rec));
    }
}

static void management_on_slave(struct dbc_check *c, const struct dbc_record *rec)
{
    if (dbc_as_pif(rec)->management && c->node->slave_of != NULL) {
        dbc_found(c, rec, "management", "True", "%s has management True, but is a bond's slave",
                  dbc_who(c, rec));
    }
}

static void management_no_address(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = c->management;

    (void)rec;
    if (pif != NULL && strcmp(pif->ip_configuration_mode, "None") == 0 &&
        !dbc_pif_wants_ipv6(pif)) {
        dbc_found(c, &pif->rec, "ip_configuration_mode", pif->ip_configuration_mode,
                  "%s carries management, but gets neither an IPv4 nor an IPv6 address",
                  dbc_who(c, &pif->rec));
    }
}

static void management_no_ipv6(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = c->management;

    (void)rec;
    if (pif != NULL && strcmp(pif->primary_address_type, "IPv6") == 0 && !dbc_pif_wants_ipv6(pif)) {
        dbc_found(c, &pif->rec, "primary_address_type", pif->primary_address_type,
                  "%s carries management by IPv6, but gets no IPv6 address", dbc_who(c, &pif->rec));
    }
}

static bool is_static(const struct dbc_pif *pif)
{
    return strcmp(pif->ip_configuration_mode, "Static") == 0;
}

static bool has_gateway(const struct dbc_pif *pif)
{
    uint32_t addr = 0;

    return !is_static(pif) || dbc_parse_ipv4(pif->gateway, &addr);
}

/* ---- Default route and name servers ------------------------------------------------------- */

static bool claims(const struct dbc_pif *pif, const char *key)
{
    const char *value = dbc_map_get(&pif->other_config, key);

    return value != NULL && strcmp(value, "true") == 0;
}

/* The first PIF that claims it, as interface-reconfigure chooses; bond slaves do not count. */
static const struct dbc_pif *claimant(const struct dbc_db *db, const char *key)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        if (claims(pif, key) && dbc_ref_is_null(pif->bond_slave_of)) {
            return pif;
        }
    }
    return NULL;
}

static void several(struct dbc_check *c, const char *key)
{
    const struct dbc_pif *first = claimant(c->db, key), *pif = NULL;

    for (size_t i = 0; first != NULL && (pif = dbc_db_pif_at(c->db, i)) != NULL; i++) {
        if (pif != first && claims(pif, key) && dbc_ref_is_null(pif->bond_slave_of)) {
            dbc_found_key(c, &pif->rec, dbc_map_find(&pif->other_config, key),
                          "%s says %s=true as well; %s comes first", dbc_who(c, &pif->rec), key,
                          dbc_who(c, &first->rec));
        }
    }
}

static void peerdns_several(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    several(c, "peerdns");
}

static void defaultroute_several(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    several(c, "defaultroute");
}

static void claim_on_slave(struct dbc_check *c, const struct dbc_record *rec)
{
    static const char *const keys[] = { "peerdns", "defaultroute" };
    const struct dbc_pif *pif = dbc_as_pif(rec);

    for (size_t i = 0; i < 2; i++) {
        if (claims(pif, keys[i]) && !dbc_ref_is_null(pif->bond_slave_of)) {
            dbc_found_key(c, rec, dbc_map_find(&pif->other_config, keys[i]),
                          "%s says %s=true, but is a bond's slave", dbc_who(c, rec), keys[i]);
        }
    }
}

static void no_default_route(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = claimant(c->db, "defaultroute");

    (void)rec;
    if (pif == NULL) {
        pif = c->management;
    }
    if (pif != NULL && !has_gateway(pif)) {
        dbc_found(c, &pif->rec, "gateway", pif->gateway,
                  "%s is to give the default route, but is static without a gateway",
                  dbc_who(c, &pif->rec));
    }
}

/* ---- Pools, unknown records and fields ---------------------------------------------------- */

static void pool_several(struct dbc_check *c, const struct dbc_record *rec)
{
    if (rec != c->db->of[DBC_POOL].v[0]) {
        dbc_found(c, rec, "", NULL, "expected one pool, found another: the first one counts");
    }
}

/* The name of the element in an extra; false for comments and processing instructions. */
static bool element_name(const struct dbc_extra *extra, char out[DBC_NEAREST_MAX])
{
    const char *name = extra->xml + 1;
    size_t n = strcspn(name, " \t\r\n/>");

    if (*name == '!' || *name == '?') {
        return false;
    }
    n = n < DBC_NEAREST_MAX ? n : DBC_NEAREST_MAX - 1;
    memcpy(out, name, n);
    out[n] = '\0';
    return true;
}

static void unknown_record(struct dbc_check *c, const struct dbc_record *rec)
{
    char name[DBC_NEAREST_MAX];

    (void)rec;
    for (const struct dbc_extra *x = c->db->extras.first; x != NULL; x = x->next) {
        if (element_name(x, name)) {
            dbc_found(c, NULL, "", x->xml, "this release knows no records <%s>",
                      dbc_quote(c, name));
        }
    }
}

static void unknown_field(struct dbc_check *c, const struct dbc_record *rec)
{
    char name[DBC_NEAREST_MAX];

    for (const struct dbc_extra *x = rec->extras.first; x != NULL; x = x->next) {
        const struct dbc_field *like = NULL;
        if (!element_name(x, name)) {
            continue;
        }
        if (x->field == NULL && dbc_wants_more(c)) {
            like = dbc_nearest_field(rec->class_, name);
        }
        dbc_found(c, rec, x->field == NULL ? "" : x->field->name, x->xml,
                  "this release knows no <%s> in %s%s%s%s", dbc_quote(c, name),
                  x->field == NULL ? dbc_who(c, rec) : x->field->name,
                  like == NULL ? "" : "; did you mean <", like == NULL ? "" : like->name,
                  like == NULL ? "" : ">?");
    }
}

/* ---- The table ---------------------------------------------------------------------------- */

static const struct dbc_rule rules[] = {
    { "cache-empty", DBC_SEVERITY_ERROR, 0, "The cache holds no PIF",
      "At boot interface-reconfigure finds nothing to bring up: the host has no network.",
      "Restore an earlier cache (dbcache history restore) or rebuild it (dbcache import).",
      cache_empty },
    { "management-none", DBC_SEVERITY_WARNING, 0, "No PIF carries management",
      "Nobody owns the host's default route and name servers. Right only on a host whose "
      "management was switched off on purpose.",
      "dbcache set pif DEVICE management True, or xe host-management-reconfigure.",
      management_none },
    { "management-several", DBC_SEVERITY_WARNING, DBC_IN_PIF, "Several PIFs carry management",
      "Only the first one in the file counts; which that is changes when the file is rewritten.",
      "Set management to False on all but one.", management_several },
    { "management-on-slave", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A bond slave carries management",
      "A slave has no address of its own, so the mark is ignored. Installers that upgraded a "
      "bonded "
      "host wrote it.",
      "Set management to False on the slaves, True on the bond's PIF alone.", management_on_slave },
    { "management-no-address", DBC_SEVERITY_ERROR, 0, "Management has no address",
      "With ip_configuration_mode None, and none for IPv6, the bridge comes up without an address: "
      "the host cannot be reached.",
      "Set ip_configuration_mode to DHCP, or to Static with IP and netmask; or an IPv6 mode.",
      management_no_address },
    { "management-no-ipv6", DBC_SEVERITY_ERROR, 0, "Management is by IPv6, but there is none",
      "primary_address_type says that the host's address is the IPv6 one, which the PIF does not "
      "get: the pool's other hosts cannot reach it.",
      "Set ipv6_configuration_mode, or primary_address_type to IPv4.", management_no_ipv6 },
    { "no-default-route", DBC_SEVERITY_WARNING, 0, "The default route's PIF has no gateway",
      "The PIF with defaultroute=true, else the management PIF, gives the default route. A static "
      "one without a gateway is passed over, so the host gets none.",
      "Set its gateway; leave it if all peers are in the host's own subnet.", no_default_route },
    { "peerdns-several", DBC_SEVERITY_WARNING, 0, "Several PIFs say peerdns=true",
      "Only the first one's name servers are used.", "Leave peerdns=true on one PIF.",
      peerdns_several },
    { "defaultroute-several", DBC_SEVERITY_WARNING, 0, "Several PIFs say defaultroute=true",
      "Only the first one gives the default route.", "Leave defaultroute=true on one PIF.",
      defaultroute_several },
    { "claim-on-slave", DBC_SEVERITY_WARNING, DBC_IN_PIF,
      "A bond slave says peerdns=true or defaultroute=true",
      "Slaves have no address, so theirs is left out of the choice.",
      "Move the key to the bond's PIF.", claim_on_slave },
    { "pool-several", DBC_SEVERITY_WARNING, DBC_IN_POOL, "More than one pool",
      "A host is in one pool; only the first record's settings are used.",
      "Remove the records of other pools.", pool_several },
    { "unknown-record", DBC_SEVERITY_WARNING, 0, "Records of a kind that this release lacks",
      "They are kept when the file is rewritten, but nothing is done with them.",
      "Correct the element's name if it is a slip; else use a release that knows it.",
      unknown_record },
    { "unknown-field", DBC_SEVERITY_WARNING, DBC_IN_ALL, "A field that this release lacks",
      "It is kept when the file is rewritten, but nothing is done with it.",
      "Correct the element's name if it is a slip; else use a release that knows it.",
      unknown_field },
};

DBC_RULE_TABLE(dbc_rules_host, rules);
