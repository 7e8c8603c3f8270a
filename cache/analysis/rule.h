/* rule.h - what rules share: reporting, names of records for people, and keys that must be unique.
 * Private to this folder. */
#ifndef DBC_ANALYSIS_RULE_H
#define DBC_ANALYSIS_RULE_H

#include "analysis/check.h"
#include "analysis/label.h"
#include "analysis/links.h"
#include "base/error.h"
#include "base/hash.h"
#include "model/topology.h"

/* Bits of dbc_rule.classes. */
#define DBC_IN_PIF (1u << DBC_PIF)
#define DBC_IN_BOND (1u << DBC_BOND)
#define DBC_IN_VLAN (1u << DBC_VLAN)
#define DBC_IN_TUNNEL (1u << DBC_TUNNEL)
#define DBC_IN_NETWORK (1u << DBC_NETWORK)
#define DBC_IN_POOL (1u << DBC_POOL)
#define DBC_IN_ALL ((1u << DBC_N_CLASSES) - 1)
#define DBC_IN_HOSTS (1u << DBC_N_CLASSES) /* rules on the hosts of a pool */

/* Tables of keys that only one record may have. */
enum dbc_claim {
    DBC_CLAIM_UUID, /* one table for each class, from here on */
    DBC_CLAIM_NETDEV = DBC_CLAIM_UUID + DBC_N_CLASSES,
    DBC_CLAIM_MAC,
    DBC_CLAIM_BRIDGE,
    DBC_CLAIM_ADDRESS,
    DBC_CLAIM_SLAVE,
    DBC_N_CLAIMS
};

#define DBC_QUOTES 4      /* texts of dbc_quote and dbc_who in one message, at most */
#define DBC_QUOTE_SIZE 96 /* bytes of a value that a message shows */

/* Whether a finding, which has no message yet, counts: 1, 0, or -1 when out of memory. */
typedef int dbc_counts_fn(void *ctx, const struct dbc_finding *finding);

struct dbc_check {
    const struct dbc_db *db;
    struct dbc_findings *out;
    dbc_counts_fn *asks;         /* for each finding; NULL: all count */
    void *ctx;                   /* of `asks` */
    size_t host;                 /* of `db`, for findings */
    const struct dbc_rule *rule; /* in hand */
    size_t *counts;              /* findings of each rule, in the order of dbc_rule_at */
    size_t rule_index;
    const struct dbc_pif *management; /* dbc_management_pif of `db` */
    struct dbc_links links;
    const struct dbc_node *node; /* of the record in hand; NULL for rules on all at once */
    struct dbc_hash claims[DBC_N_CLAIMS];
    struct dbc_arena arena; /* keys of claims */
    char quotes[DBC_QUOTES][DBC_QUOTE_SIZE];
    unsigned next_quote;
    bool failed; /* out of memory: every further call does nothing */
};

struct dbc_rule_table {
    const struct dbc_rule *rules;
    size_t n;
};

#define DBC_RULE_TABLE(name, array)                                                                \
    const struct dbc_rule_table name = { array, sizeof(array) / sizeof((array)[0]) }

extern const struct dbc_rule_table dbc_rules_host, dbc_rules_refs, dbc_rules_twice, dbc_rules_names,
    dbc_rules_address, dbc_rules_ipv6, dbc_rules_vlan, dbc_rules_bond, dbc_rules_mtu,
    dbc_rules_option, dbc_rules_config, dbc_rules_pool;

/* The places in dbc_rules_pool. */
enum dbc_pool_rule {
    DBC_POOL_MTU,
    DBC_POOL_TAG,
    DBC_POOL_BOND_MODE,
    DBC_POOL_BOND_SLAVES,
    DBC_POOL_MISSING,
    DBC_POOL_MANAGEMENT,
    DBC_POOL_SUBNET,
    DBC_POOL_DNS,
    DBC_POOL_ADDRESS,
    DBC_POOL_MAC,
    DBC_N_POOL_RULES
};

/* dbc_check with only those findings that count: the others are in no list and in no number, and
 * DBC_LIMIT_FINDINGS is of those that count. */
int dbc_check_some(const struct dbc_db *db, dbc_counts_fn *asks, void *ctx,
                   struct dbc_findings *ret, struct dbc_error *err);

/* The id of the rule on each relation whose two sides disagree. */
extern const char *const dbc_relation_rules[DBC_N_RELATIONS];

/* Adds a finding of the rule in hand.  `rec` may be NULL; `field` is "" or a field's name; `value`
 * is NULL or a text of the database, which is not copied. */
void dbc_found(struct dbc_check *c, const struct dbc_record *rec, const char *field,
               const char *value, const char *fmt, ...) DBC_PRINTF(5, 6);
/* Adds a finding about a key of the record's other_config. */
void dbc_found_key(struct dbc_check *c, const struct dbc_record *rec, const struct dbc_pair *pair,
                   const char *fmt, ...) DBC_PRINTF(4, 5);
/* False when a further finding of this rule would only be counted, so that its words may cost
 * nothing. */
bool dbc_wants_more(const struct dbc_check *c);

/* Sorts findings by host, then line, then as found. */
void dbc_findings_sort(struct dbc_findings *findings);

/* Return texts for messages, valid for the next DBC_QUOTES - 1 calls: a value, escaped and cut; a
 * record's name (dbc_label); the name of a reference's target (dbc_label_ref).  Where a finding
 * would only be counted, the text is arbitrary. */
const char *dbc_quote(struct dbc_check *c, const char *text);
const char *dbc_who(struct dbc_check *c, const struct dbc_record *rec);
const char *dbc_who_ref(struct dbc_check *c, enum dbc_class target, const char *ref);

/* Claims `key` for `rec`.  Returns the record that has claimed it before, which may be `rec`
 * itself; NULL when there is none, or when out of memory.  The key is not copied; NULL counts as
 * out of memory. */
const struct dbc_record *dbc_claim(struct dbc_check *c, unsigned table, const char *key,
                                   const struct dbc_record *rec);
/* Returns the record that has claimed `key`, or NULL. */
const struct dbc_record *dbc_claimed(const struct dbc_check *c, unsigned table, const char *key);

/* What the references say of a record: links.h. */
static inline struct dbc_node *dbc_node(const struct dbc_check *c, const struct dbc_record *rec)
{
    return dbc_links_node(&c->links, rec);
}

/* A PIF that is a NIC: no VLAN, no bond, no tunnel. */
bool dbc_is_nic(const struct dbc_node *pif);

/* The records under their own type. */
static inline const struct dbc_pif *dbc_as_pif(const struct dbc_record *rec)
{
    return (const void *)rec;
}

static inline const struct dbc_bond *dbc_as_bond(const struct dbc_record *rec)
{
    return (const void *)rec;
}

static inline const struct dbc_network *dbc_as_network(const struct dbc_record *rec)
{
    return (const void *)rec;
}

/* other_config of a PIF, network or pool. */
static inline const struct dbc_map *dbc_config_of(const struct dbc_record *rec)
{
    if (rec->class_ == DBC_PIF) {
        return &dbc_as_pif(rec)->other_config;
    }
    return rec->class_ == DBC_NETWORK ? &dbc_as_network(rec)->other_config
                                      : &((const struct dbc_pool *)(const void *)rec)->other_config;
}

#endif
