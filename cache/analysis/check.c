/* check.c - walks the records once and shows each to the rules of its class, collects what they
 * find and brings it into order.  The rules themselves are in rules_*.c. */
#include "analysis/check.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/rule.h"

static const struct dbc_rule_table *const tables[] = {
    &dbc_rules_host,    &dbc_rules_refs,   &dbc_rules_twice,  &dbc_rules_names,
    &dbc_rules_address, &dbc_rules_ipv6,   &dbc_rules_vlan,   &dbc_rules_bond,
    &dbc_rules_mtu,     &dbc_rules_option, &dbc_rules_config, &dbc_rules_pool,
};

#define N_TABLES (sizeof tables / sizeof tables[0])

/* ---- The rules ---------------------------------------------------------------------------- */

const struct dbc_rule *dbc_rule_at(size_t i)
{
    for (size_t t = 0; t < N_TABLES; t++) {
        if (i < tables[t]->n) {
            return &tables[t]->rules[i];
        }
        i -= tables[t]->n;
    }
    return NULL;
}

const struct dbc_rule *dbc_rule_by_id(const char *id)
{
    const struct dbc_rule *rule = NULL;

    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        if (strcmp(rule->id, id) == 0) {
            return rule;
        }
    }
    return NULL;
}

const char *dbc_severity_name(enum dbc_severity severity)
{
    switch (severity) {
    case DBC_SEVERITY_WARNING:
        return "warning";
    case DBC_SEVERITY_ERROR:
        return "error";
    }
    return "";
}

static size_t count_rules(void)
{
    size_t n = 0;

    for (size_t t = 0; t < N_TABLES; t++) {
        n += tables[t]->n;
    }
    return n;
}

/* ---- The walk ----------------------------------------------------------------------------- */

/* A rule with its place in the manual. */
struct chosen {
    const struct dbc_rule *rule;
    size_t index;
};

/* Puts the rules of a class into `out`, or (`bit` 0) those that look at all records at once.
 * Returns their number. */
static size_t choose(unsigned bit, struct chosen *out)
{
    size_t n = 0, index = 0;

    for (size_t t = 0; t < N_TABLES; t++) {
        for (size_t i = 0; i < tables[t]->n; i++, index++) {
            const struct dbc_rule *rule = &tables[t]->rules[i];
            if (bit == 0 ? rule->classes == 0 : (rule->classes & bit) != 0) {
                out[n++] = (struct chosen){ rule, index };
            }
        }
    }
    return n;
}

static void look(struct dbc_check *c, const struct chosen *chosen, size_t n,
                 const struct dbc_record *rec)
{
    for (size_t i = 0; i < n && !c->failed; i++) {
        c->rule = chosen[i].rule;
        c->rule_index = chosen[i].index;
        c->rule->look(c, rec);
    }
}

/* Rule by rule within a record, so that a record is read from memory once. */
static void walk(struct dbc_check *c, struct chosen *chosen)
{
    look(c, chosen, choose(0, chosen), NULL);
    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        size_t n = choose(1u << class_, chosen);
        for (size_t i = 0; i < c->db->of[class_].n; i++) {
            c->node = &c->links.nodes[c->links.first[class_] + i];
            look(c, chosen, n, c->node->rec);
        }
    }
}

int dbc_check(const struct dbc_db *db, struct dbc_findings *ret, struct dbc_error *err)
{
    return dbc_check_some(db, NULL, NULL, ret, err);
}

int dbc_check_some(const struct dbc_db *db, dbc_counts_fn *asks, void *ctx,
                   struct dbc_findings *ret, struct dbc_error *err)
{
    struct dbc_check c = {
        .db = db, .out = ret, .asks = asks, .ctx = ctx, .management = dbc_management_pif(db)
    };
    struct chosen *chosen = calloc(count_rules(), sizeof *chosen);

    *ret = (struct dbc_findings)DBC_FINDINGS_INIT;
    c.counts = calloc(count_rules(), sizeof *c.counts);
    c.failed = chosen == NULL || c.counts == NULL || dbc_links_make(db, &c.links, NULL) != 0;
    if (!c.failed) {
        walk(&c, chosen);
        dbc_findings_sort(ret);
    }
    for (int i = 0; i < DBC_N_CLAIMS; i++) {
        dbc_hash_release(&c.claims[i]);
    }
    dbc_links_release(&c.links);
    dbc_arena_release(&c.arena);
    free(c.counts);
    free(chosen);
    if (c.failed) {
        dbc_findings_release(ret);
        return dbc_fail_nomem(err);
    }
    return 0;
}

void dbc_findings_release(struct dbc_findings *findings)
{
    free(findings->v);
    dbc_arena_release(&findings->arena);
    *findings = (struct dbc_findings)DBC_FINDINGS_INIT;
}
