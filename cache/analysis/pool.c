/* pool.c - what the hosts of a pool say of the same things, and who says something else (pool.h).
 * The words of the rules are in rules_pool.c. */
#include "analysis/pool.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/facts.h"
#include "analysis/rule.h"
#include "base/buf.h"
#include "base/valid.h"
#include "model/ipv6.h"

/* The hosts of one pool. */
struct group {
    size_t id, n;
};

/* A thing that the hosts of a pool have in common: a fact's ctx. */
struct thing {
    enum dbc_pool_rule rule;
    const char *name; /* of it, for people */
    const struct group *group;
};

struct pool {
    struct dbc_check c; /* for the functions of rule.h; `db` and `host` are of the host in hand */
    const struct dbc_pool_host *hosts;
    struct dbc_hash groups;
    struct dbc_facts facts;
    const struct group **group_of; /* of each host */
    struct dbc_said *sorted;       /* as many places as there are hosts */
    struct dbc_buf key;
};

/* ---- Collecting---------------------------------------------------------------------------- */

/* `name` lasts as long as the database, `value` as long as the findings. */
static void say(struct pool *p, enum dbc_pool_rule rule, const char *key, const char *name,
                const struct dbc_record *rec, const char *value)
{
    const struct group *group = p->group_of[p->c.host];
    struct dbc_fact *fact = NULL;
    struct thing *thing = NULL;

    dbc_buf_clear(&p->key);
    dbc_buf_addf(&p->key, "%zu/%d/%s", group->id, (int)rule, key);
    if (p->c.failed || p->key.failed || value == NULL ||
        (fact = dbc_facts_say(&p->facts, p->key.data, p->c.host, rec, value)) == NULL ||
        (fact->ctx == NULL && (thing = dbc_arena_alloc(&p->c.arena, sizeof *thing)) == NULL)) {
        p->c.failed = true;
        return;
    }
    if (thing != NULL) {
        *thing = (struct thing){ rule, name, group };
        fact->ctx = thing;
    }
}

/* A network has the same key on all hosts. */
static const char *key_of(const struct dbc_network *network)
{
    return *network->uuid != '\0' ? network->uuid : network->bridge;
}

static void say_bond(struct pool *p, const struct dbc_network *network, const struct dbc_pif *pif)
{
    const struct dbc_bond *bond = dbc_db_bond(p->c.db, pif->bond_master_of.v[0]);
    const char *mode = dbc_map_get(&pif->other_config, "bond-mode");
    char slaves[24];

    say(p, DBC_POOL_BOND_MODE, key_of(network), network->bridge, &pif->rec,
        mode == NULL ? "balance-slb" : mode);
    if (bond != NULL) {
        snprintf(slaves, sizeof slaves, "%zu", bond->slaves.n);
        say(p, DBC_POOL_BOND_SLAVES, key_of(network), network->bridge, &bond->rec,
            dbc_arena_strdup(&p->c.out->arena, slaves));
    }
}

static void say_network(struct pool *p, const struct dbc_network *network,
                        const struct dbc_pif *pif)
{
    const char *key = key_of(network), *mtu = dbc_map_get(&network->other_config, "mtu");

    say(p, DBC_POOL_MISSING, key, network->bridge, NULL, "");
    say(p, DBC_POOL_MTU, key, network->bridge, &network->rec,
        mtu == NULL ? network->MTU.text : mtu);
    say(p, DBC_POOL_TAG, key, network->bridge, &pif->rec,
        dbc_pif_is_vlan(pif) ? pif->VLAN.text : "none");
    if (dbc_pif_is_bond(p->c.db, pif)) {
        say_bond(p, network, pif);
    }
}

static bool is_static(const struct dbc_pif *pif, uint32_t *addr)
{
    return strcmp(pif->ip_configuration_mode, "Static") == 0 && dbc_parse_ipv4(pif->IP, addr);
}

static void say_ipv6(struct pool *p, const struct dbc_pif *pif)
{
    const char *at = pif->IPv6;
    char text[DBC_IPV6_SIZE];
    struct dbc_ipv6 addr;
    unsigned prefix = 0;

    while (dbc_pif_is_static_ipv6(pif) && dbc_next_ipv6(&at, &addr, &prefix)) {
        dbc_format_ipv6(&addr, text);
        say(p, DBC_POOL_ADDRESS, text, "IPv6", &pif->rec, dbc_arena_strdup(&p->c.out->arena, text));
    }
}

static void say_address(struct pool *p, const struct dbc_pif *pif)
{
    uint32_t addr = 0;
    char text[18];

    if (is_static(pif, &addr)) {
        dbc_format_ipv4(addr, text);
        say(p, DBC_POOL_ADDRESS, text, "IP", &pif->rec, pif->IP);
    }
    say_ipv6(p, pif);
    if (!dbc_pif_is_vlan(pif) && pif->bond_master_of.n == 0 && pif->tunnel_access_PIF_of.n == 0 &&
        dbc_parse_mac(pif->MAC, text)) {
        say(p, DBC_POOL_MAC, text, "MAC", &pif->rec, pif->MAC);
    }
}

static void say_management(struct pool *p, const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_pif_network(p->c.db, pif);
    uint32_t addr = 0, mask = 0;
    unsigned prefix = 0;
    char text[32] = "";

    if (network != NULL) {
        say(p, DBC_POOL_MANAGEMENT, "", "", &pif->rec, network->bridge);
    }
    if (is_static(pif, &addr) && dbc_parse_netmask(pif->netmask, &prefix) &&
        dbc_parse_ipv4(pif->netmask, &mask)) {
        dbc_format_ipv4(addr & mask, text);
        snprintf(text + strlen(text), sizeof text - strlen(text), "/%u", prefix);
        say(p, DBC_POOL_SUBNET, "", "", &pif->rec, dbc_arena_strdup(&p->c.out->arena, text));
        say(p, DBC_POOL_DNS, "", "", &pif->rec, *pif->DNS == '\0' ? "none" : pif->DNS);
    }
}

static void say_host(struct pool *p)
{
    const struct dbc_pif *management = dbc_management_pif(p->c.db), *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(p->c.db, i)) != NULL && !p->c.failed; i++) {
        const struct dbc_network *network = dbc_pif_network(p->c.db, pif);
        if (network != NULL && *pif->bond_slave_of != '\0' &&
            !dbc_ref_is_null(pif->bond_slave_of)) {
            network = NULL; /* the bond counts instead */
        }
        if (network != NULL) {
            say_network(p, network, pif);
        }
        say_address(p, pif);
    }
    if (management != NULL) {
        say_management(p, management);
    }
}

/* ---- Comparing ---------------------------------------------------------------------------- */

static void take_host(struct pool *p, size_t host)
{
    p->c.host = host;
    p->c.db = p->hosts[host].db;
}

/* Returns the value that most hosts have, as its first host says it; *count is the number of these
 * hosts.  Of several such values the one of the first host counts. */
static const struct dbc_said *most(struct pool *p, const struct dbc_fact *fact, size_t *count)
{
    const struct dbc_said *best = NULL;
    size_t n = 0, run = 0;

    for (const struct dbc_said *said = fact->first; said != NULL; said = said->next) {
        p->sorted[n++] = *said;
    }
    dbc_said_sort(p->sorted, n);
    *count = 0;
    for (size_t i = 0; i < n; i += run) {
        run = dbc_said_run(p->sorted, n, i);
        if (best == NULL || run > *count || (run == *count && p->sorted[i].host < best->host)) {
            best = &p->sorted[i];
            *count = run;
        }
    }
    return best;
}

/* "alpha", "alpha and 4 more" */
static void name_hosts(struct pool *p, size_t first, size_t count, struct dbc_buf *out)
{
    dbc_buf_clear(out);
    dbc_buf_adds(out, p->hosts[first].name);
    if (count > 1) {
        dbc_buf_addf(out, " and %zu more", count - 1);
    }
}

static void tell_odd(struct pool *p, const struct dbc_fact *fact)
{
    static const struct {
        const char *field, *what;
    } words[DBC_N_POOL_RULES] = {
        [DBC_POOL_MTU] = { "MTU", "" },
        [DBC_POOL_TAG] = { "VLAN", "" },
        [DBC_POOL_BOND_MODE] = { "other_config", "bond-mode " },
        [DBC_POOL_BOND_SLAVES] = { "slaves", "" },
        [DBC_POOL_MANAGEMENT] = { "network", "management on " },
        [DBC_POOL_SUBNET] = { "IP", "in subnet " },
        [DBC_POOL_DNS] = { "DNS", "" },
    };
    const struct thing *thing = fact->ctx;
    size_t count = 0;
    const struct dbc_said *usual = most(p, fact, &count);

    if (count == fact->n) {
        return;
    }
    name_hosts(p, usual->host, count, &p->key);
    for (const struct dbc_said *said = fact->first; said != NULL; said = said->next) {
        if (strcmp(said->value, usual->value) != 0) {
            take_host(p, said->host);
            dbc_found(&p->c, said->rec, words[thing->rule].field, said->value, "%s%s, but %s on %s",
                      words[thing->rule].what, dbc_quote(&p->c, said->value),
                      dbc_quote(&p->c, usual->value), dbc_quote(&p->c, dbc_buf_str(&p->key)));
        }
    }
}

/* Reports a network only when more than half of the pool's hosts have it. */
static void tell_missing(struct pool *p, const struct dbc_fact *fact, size_t n_hosts)
{
    const struct thing *thing = fact->ctx;
    const struct dbc_said *said = fact->first;

    if (fact->n * 2 <= thing->group->n || fact->n == thing->group->n) {
        return;
    }
    name_hosts(p, fact->first->host, fact->n, &p->key);
    for (size_t host = 0; host < n_hosts; host++) {
        if (said != NULL && said->host == host) {
            said = said->next;
        } else if (p->group_of[host] == thing->group) {
            take_host(p, host);
            dbc_found(&p->c, NULL, "", NULL, "no PIF on network %s, which %s have",
                      dbc_quote(&p->c, thing->name), dbc_quote(&p->c, dbc_buf_str(&p->key)));
        }
    }
}

static void tell_twice(struct pool *p, const struct dbc_fact *fact)
{
    const struct thing *thing = fact->ctx;
    const struct dbc_said *first = fact->first;
    const struct dbc_pool_host *other = &p->hosts[first->host];
    char label[DBC_LABEL_SIZE];

    dbc_label(other->db, first->rec, label);
    for (const struct dbc_said *said = first->next; said != NULL; said = said->next) {
        take_host(p, said->host);
        dbc_found(&p->c, said->rec, thing->name, said->value, "%s, which %s has on %s too",
                  dbc_quote(&p->c, said->value), label, dbc_quote(&p->c, other->name));
    }
}

static void tell(struct pool *p, const struct dbc_fact *fact, size_t n_hosts)
{
    const enum dbc_pool_rule rule = ((const struct thing *)fact->ctx)->rule;

    p->c.rule = &dbc_rules_pool.rules[rule];
    p->c.rule_index = (size_t)rule;
    if (rule == DBC_POOL_MISSING) {
        tell_missing(p, fact, n_hosts);
    } else if (rule == DBC_POOL_ADDRESS || rule == DBC_POOL_MAC) {
        tell_twice(p, fact);
    } else {
        tell_odd(p, fact);
    }
}

/* ---- The walk ----------------------------------------------------------------------------- */

/* Returns the group of a host's pool, which is made with the first host; NULL: out of memory. */
static struct group *group_of(struct pool *p, const struct dbc_db *db)
{
    const char *ref = db->of[DBC_POOL].n > 0 ? db->of[DBC_POOL].v[0]->ref : "";
    struct group *group = dbc_hash_get(&p->groups, ref);

    if (group == NULL && (group = dbc_arena_alloc(&p->c.arena, sizeof *group)) != NULL) {
        group->id = p->groups.n;
        if (dbc_hash_put(&p->groups, ref, group, true) != 0) {
            return NULL;
        }
    }
    return group;
}

static void walk(struct pool *p, size_t n)
{
    for (size_t i = 0; i < n && !p->c.failed; i++) {
        struct group *group = group_of(p, p->hosts[i].db);
        p->group_of[i] = group;
        if (group == NULL) {
            p->c.failed = true;
            break;
        }
        group->n++;
        take_host(p, i);
        say_host(p);
    }
    for (const struct dbc_fact *fact = p->facts.first; fact != NULL && !p->c.failed;
         fact = fact->next) {
        tell(p, fact, n);
    }
}

int dbc_check_pool(const struct dbc_pool_host *hosts, size_t n, struct dbc_findings *ret,
                   struct dbc_error *err)
{
    size_t counts[DBC_N_POOL_RULES] = { 0 };
    struct pool p = { .c = { .out = ret, .counts = counts }, .hosts = hosts };

    *ret = DBC_FINDINGS_INIT;
    dbc_facts_init(&p.facts);
    p.group_of = calloc(n + 1, sizeof(struct group *));
    p.sorted = calloc(n + 1, sizeof *p.sorted);
    p.c.failed = p.group_of == NULL || p.sorted == NULL;
    walk(&p, n);
    dbc_findings_sort(ret);
    free(p.group_of);
    free(p.sorted);
    dbc_hash_release(&p.groups);
    dbc_facts_release(&p.facts);
    dbc_buf_release(&p.key);
    dbc_arena_release(&p.c.arena);
    if (p.c.failed) {
        dbc_findings_release(ret);
        return dbc_fail_nomem(err);
    }
    return 0;
}
