/* sysconfig.c - chooses the owners of DNS and gateway among this host's PIFs, and edits
 * etc/sysconfig/network, where the lines of others stay. */
#include "reconfigure/datapath/sysconfig.h"

#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/ifcfg.h"
#include "reconfigure/datapath/ipv6.h"

/* Bond masters of the PIF in hand will be gone when it is up; bond slaves have no address. */
static bool left_out(const struct dbc_pifs *masters, const struct dbc_pif *pif)
{
    return dbc_pifs_has(masters, pif) || !dbc_ref_is_null(pif->bond_slave_of);
}

/* Returns the PIFs with peerdns or defaultroute in other_config, which are searched once a plan. */
static const struct dbc_pifs *find_claims(struct ifr_planner *p)
{
    struct ifr_plan *plan = p->plan;
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; !plan->claims_known && (pif = dbc_db_pif_at(p->db, i)) != NULL; i++) {
        if (dbc_map_get(&pif->other_config, "peerdns") != NULL ||
            dbc_map_get(&pif->other_config, "defaultroute") != NULL) {
            plan->failed = dbc_pifs_push(&plan->claims, pif, NULL) < 0 || plan->failed;
        }
    }
    plan->claims_known = true;
    return &plan->claims;
}

/* Returns the first PIF with KEY=true in other_config, else the management PIF.  `routed`: NULL
 * when that is static without a gateway, since it would get an on-link default route. */
static const struct dbc_pif *owner(struct ifr_planner *p, const struct dbc_pif *pif,
                                   const struct dbc_pifs *masters, const char *key, bool routed)
{
    const struct dbc_pifs *claims = find_claims(p);
    const struct dbc_pif *found = NULL;

    for (size_t i = 0; i < claims->n; i++) {
        const struct dbc_pif *other = claims->v[i];
        const char *claim = dbc_map_get(&other->other_config, key);
        if (claim == NULL || strcmp(claim, "true") != 0 || left_out(masters, other)) {
            continue;
        }
        if (found == NULL) {
            found = other;
        } else {
            ifr_plan_note(p->plan,
                          "Warning: multiple pifs with \"%s=true\" - choosing %s and ignoring %s",
                          key, found->device, other->device);
        }
    }
    if (found == NULL) {
        found = p->management ? pif : dbc_management_pif(p->db);
    }
    return found != NULL && routed && ifr_no_gateway(found) ? NULL : found;
}

int ifr_sysconfig_owns_ipv6(struct ifr_planner *p, const struct dbc_pif *pif, bool *ret,
                            struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    const struct dbc_pifs *claims = find_claims(p);
    const struct dbc_pif *found = NULL;
    int rc = dbc_bond_masters(p->db, pif, &masters, err);

    for (size_t i = 0; rc == 0 && found == NULL && i < claims->n; i++) {
        const char *claim = dbc_map_get(&claims->v[i]->other_config, "defaultroute");
        if (claim != NULL && strcmp(claim, "true") == 0 && !left_out(&masters, claims->v[i]) &&
            dbc_pif_wants_ipv6(claims->v[i])) {
            found = claims->v[i];
        }
    }
    if (found == NULL) {
        found = p->management ? pif : dbc_management_pif(p->db);
    }
    *ret = found == pif && ifr_may_route_ipv6(pif);
    dbc_pifs_release(&masters);
    return rc;
}

/* Whether this line, blanks before it aside, sets `key`. */
static bool line_sets(const char *line, size_t len, const char *key)
{
    size_t n = strlen(key);

    while (len > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    return len > n && memcmp(line, key, n) == 0 && line[n] == '=';
}

void ifr_sysconfig_set(const char *old, size_t len, const char *key, const char *value,
                       struct dbc_buf *ret)
{
    bool done = false;

    for (size_t at = 0; at < len;) {
        const char *end = memchr(old + at, '\n', len - at);
        size_t line = end != NULL ? (size_t)(end - old) - at + 1 : len - at;
        if (!line_sets(old + at, line, key)) {
            dbc_buf_add(ret, old + at, line);
        } else if (!done) {
            dbc_buf_addf(ret, "%s=%s\n", key, value);
            done = true;
        }
        at += line;
    }
    if (!done) {
        if (len > 0 && old[len - 1] != '\n') {
            dbc_buf_addc(ret, '\n');
        }
        dbc_buf_addf(ret, "%s=%s\n", key, value);
    }
}

/* Sets KEY=VALUE in `text`. */
static void set_in(struct dbc_buf *text, const char *key, const char *value)
{
    struct dbc_buf edited = DBC_BUF_INIT;

    edited.failed = text->failed;
    ifr_sysconfig_set(dbc_buf_str(text), text->len, key, value, &edited);
    dbc_buf_release(text);
    *text = edited;
}

/* The keys of the file that name the device. */
struct owned {
    bool dns, gateway, ipv6_gateway;
};

static int plan_file(struct ifr_planner *p, const char *ipdev, const struct owned *owned,
                     struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error reading = DBC_ERROR_INIT;
    int ret = -1;

    if (ifr_facts_read(p->facts, IFR_SYSCONFIG_NETWORK, &text, &reading) < 0 &&
        reading.code != DBC_ENOENT) {
        if (err != NULL) {
            *err = reading;
        }
        goto out;
    }
    if (owned->dns) {
        set_in(&text, "DNSDEV", ipdev);
    }
    if (owned->gateway) {
        set_in(&text, "GATEWAYDEV", ipdev);
    }
    if (owned->ipv6_gateway) {
        set_in(&text, "IPV6_DEFAULTDEV", ipdev);
    }
    ret = ifr_filled(&text, NULL, err);
    if (ret == 0) {
        ifr_plan_file(p->plan, IFR_SYSCONFIG_NETWORK, dbc_buf_str(&text), text.len, 0644);
    }
out:
    dbc_buf_release(&text);
    return ret;
}

int ifr_sysconfig_plan(struct ifr_planner *p, const struct dbc_pif *pif, const char *ipdev,
                       bool ipv6, struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    struct owned owned = { .ipv6_gateway = ipv6 };
    int ret = -1;

    if (dbc_bond_masters(p->db, pif, &masters, err) < 0) {
        goto out;
    }
    owned.dns = owner(p, pif, &masters, "peerdns", false) == pif;
    owned.gateway = owner(p, pif, &masters, "defaultroute", true) == pif;
    ret = owned.dns || owned.gateway || ipv6 ? plan_file(p, ipdev, &owned, err) : 0;
out:
    dbc_pifs_release(&masters);
    return ret;
}
