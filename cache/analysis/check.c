/* check.c - walks the records once and shows each to the rules of its class, collects what they find
 * and brings it into order.  The rules themselves are in rules_*.c. */
#include "analysis/check.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/rule.h"
#include "base/buf.h"

static const struct dbc_rule_table *const tables[] = {
    &dbc_rules_host,    &dbc_rules_refs, &dbc_rules_twice, &dbc_rules_names, &dbc_rules_address,
    &dbc_rules_vlan,    &dbc_rules_bond, &dbc_rules_mtu,   &dbc_rules_option, &dbc_rules_config,
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

/* ---- Reporting ---------------------------------------------------------------------------- */

const char *dbc_quote(struct dbc_check *c, const char *text)
{
    char *out = c->quotes[c->next_quote++ % DBC_QUOTES];

    dbc_printable(out, DBC_QUOTE_SIZE, text);
    return out;
}

const char *dbc_who(struct dbc_check *c, const struct dbc_record *rec)
{
    return dbc_label(c->db, rec, c->quotes[c->next_quote++ % DBC_QUOTES]);
}

bool dbc_wants_more(const struct dbc_check *c)
{
    return c->counts[c->rule_index] < DBC_LIMIT_FINDINGS;
}

static struct dbc_finding *next_finding(struct dbc_findings *out)
{
    if (out->n == out->cap) {
        size_t cap = out->cap == 0 ? 32 : out->cap * 2;
        struct dbc_finding *v = realloc(out->v, cap * sizeof *v);

        if (v == NULL) {
            return NULL;
        }
        out->v = v;
        out->cap = cap;
    }
    return &out->v[out->n];
}

/* Counts a finding; true when it is also to be kept. */
static bool count(struct dbc_check *c)
{
    bool keep = dbc_wants_more(c);

    c->counts[c->rule_index]++;
    c->out->errors += c->rule->severity == DBC_SEVERITY_ERROR;
    c->out->warnings += c->rule->severity == DBC_SEVERITY_WARNING;
    c->out->left_out += !keep;
    return keep;
}

static void add(struct dbc_check *c, struct dbc_finding finding, const char *fmt, va_list args)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_finding *place = NULL;

    if (c->failed || !count(c)) {
        return;
    }
    dbc_buf_addv(&text, fmt, args);
    place = next_finding(c->out);
    finding.rule = c->rule;
    finding.order = c->out->n;
    finding.message = dbc_arena_strdup(&c->out->arena, dbc_buf_str(&text));
    if (text.failed || place == NULL || finding.message == NULL) {
        c->failed = true;
    } else {
        *place = finding;
        c->out->n++;
    }
    dbc_buf_release(&text);
}

void dbc_found(struct dbc_check *c, const struct dbc_record *rec, const char *field,
               const char *value, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    add(c, (struct dbc_finding){ .rec = rec, .field = field, .value = value }, fmt, args);
    va_end(args);
}

void dbc_found_key(struct dbc_check *c, const struct dbc_record *rec, const struct dbc_pair *pair,
                   const char *fmt, ...)
{
    struct dbc_finding finding = {
        .rec = rec, .field = "other_config", .key = pair->key, .value = pair->value
    };
    va_list args;

    va_start(args, fmt);
    add(c, finding, fmt, args);
    va_end(args);
}

/* ---- Questions that several rules ask ----------------------------------------------------- */

const struct dbc_record *dbc_claim(struct dbc_check *c, unsigned table, const char *key,
                                   const struct dbc_record *rec)
{
    struct dbc_hash *hash = &c->claims[table];
    const struct dbc_record *const *first = dbc_hash_get(hash, key);
    const struct dbc_record **mine = NULL;
    char *copy = NULL;

    if (first != NULL || c->failed) {
        return first == NULL ? NULL : *first;
    }
    mine = dbc_arena_alloc(&c->arena, sizeof *mine);
    copy = dbc_arena_strdup(&c->arena, key);
    if (mine == NULL || copy == NULL || dbc_hash_put(hash, copy, mine, false) != 0) {
        c->failed = true;
    } else {
        *mine = rec;
    }
    return NULL;
}

const struct dbc_bond *dbc_bond_of(const struct dbc_check *c, const struct dbc_pif *pif)
{
    return pif->bond_master_of.n == 0 ? NULL : dbc_hash_get(&c->bonds, pif->rec.ref);
}

bool dbc_is_tunnel(const struct dbc_check *c, const struct dbc_pif *pif)
{
    return pif->tunnel_access_PIF_of.n > 0 && dbc_hash_get(&c->tunnels, pif->rec.ref) != NULL;
}

const struct dbc_bond *dbc_slave_of(const struct dbc_check *c, const struct dbc_pif *pif)
{
    return dbc_db_bond(c->db, pif->bond_slave_of);
}

bool dbc_is_nic(const struct dbc_check *c, const struct dbc_pif *pif)
{
    return !dbc_pif_is_vlan(pif) && dbc_bond_of(c, pif) == NULL && !dbc_is_tunnel(c, pif);
}

const struct dbc_pair *dbc_pair_of(const struct dbc_map *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++) {
        if (strcmp(map->v[i].key, key) == 0) {
            return &map->v[i];
        }
    }
    return NULL;
}

bool dbc_next_item(const char **at, char item[DBC_ITEM_SIZE])
{
    size_t len = strcspn(*at, ","), skip = strspn(*at, " \t"), n = len > skip ? len - skip : 0;

    if (**at == '\0') {
        return false;
    }
    while (n > 0 && ((*at)[skip + n - 1] == ' ' || (*at)[skip + n - 1] == '\t')) {
        n--;
    }
    n = n < DBC_ITEM_SIZE ? n : DBC_ITEM_SIZE - 1;
    memcpy(item, *at + skip, n);
    item[n] = '\0';
    *at += len + ((*at)[len] == ',');
    return true;
}

/* Notes the first record of the list that exists. */
static void note(struct dbc_check *c, struct dbc_hash *hash, const struct dbc_pif *pif,
                 enum dbc_class class_, const struct dbc_refs *list)
{
    struct dbc_record *rec = NULL;

    for (size_t i = 0; i < list->n && rec == NULL; i++) {
        rec = dbc_hash_get(&c->db->by_ref[class_], list->v[i]);
    }
    if (rec != NULL && dbc_hash_put(hash, pif->rec.ref, rec, false) != 0) {
        c->failed = true;
    }
}

/* What rules ask again and again of the same PIF. */
static void prepare(struct dbc_check *c)
{
    const struct dbc_pif *pif = NULL;

    c->management = dbc_management_pif(c->db);
    for (size_t i = 0; (pif = dbc_db_pif_at(c->db, i)) != NULL && !c->failed; i++) {
        note(c, &c->bonds, pif, DBC_BOND, &pif->bond_master_of);
        note(c, &c->tunnels, pif, DBC_TUNNEL, &pif->tunnel_access_PIF_of);
    }
}

/* ---- The walk ----------------------------------------------------------------------------- */

static void look(struct dbc_check *c, const struct dbc_rule *rule, size_t index,
                 const struct dbc_record *rec)
{
    c->rule = rule;
    c->rule_index = index;
    rule->look(c, rec);
}

/* Rule by rule within a record, so that a record is read from memory once. */
static void walk_class(struct dbc_check *c, enum dbc_class class_)
{
    for (size_t i = 0; i < c->db->of[class_].n && !c->failed; i++) {
        size_t index = 0;

        for (size_t t = 0; t < N_TABLES; t++) {
            for (size_t k = 0; k < tables[t]->n; k++, index++) {
                const struct dbc_rule *rule = &tables[t]->rules[k];
                if ((rule->classes & 1u << class_) != 0) {
                    look(c, rule, index, c->db->of[class_].v[i]);
                }
            }
        }
    }
}

static void walk(struct dbc_check *c)
{
    const struct dbc_rule *rule = NULL;

    for (size_t i = 0; (rule = dbc_rule_at(i)) != NULL; i++) {
        if (rule->classes == 0 && !c->failed) {
            look(c, rule, i, NULL);
        }
    }
    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        walk_class(c, (enum dbc_class)class_);
    }
}

static unsigned line_of(const struct dbc_finding *finding)
{
    return finding->rec == NULL ? 0 : finding->rec->line;
}

/* By line; within a line, and where nothing has a line, as found. */
static int compare(const void *a, const void *b)
{
    const struct dbc_finding *x = a, *y = b;
    unsigned xl = line_of(x), yl = line_of(y);

    if (xl != yl) {
        return xl < yl ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

int dbc_check(const struct dbc_db *db, struct dbc_findings *ret, struct dbc_error *err)
{
    struct dbc_check c = { .db = db, .out = ret };

    *ret = (struct dbc_findings)DBC_FINDINGS_INIT;
    c.counts = calloc(count_rules(), sizeof *c.counts);
    c.failed = c.counts == NULL;
    if (!c.failed) {
        prepare(&c);
        walk(&c);
    }
    if (ret->n > 1) {
        qsort(ret->v, ret->n, sizeof *ret->v, compare);
    }
    for (int i = 0; i < DBC_N_CLAIMS; i++) {
        dbc_hash_release(&c.claims[i]);
    }
    dbc_hash_release(&c.bonds);
    dbc_hash_release(&c.tunnels);
    dbc_arena_release(&c.arena);
    free(c.counts);
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
