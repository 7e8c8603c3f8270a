/* check.h - the rules: what is wrong with a host's records, or will be when they are used.  Each
 * rule says what it looks for, why that matters and what to do; `dbcache check --list` names them.
 *
 * A rule agrees with what interface-reconfigure(8) does with a value: an error keeps an interface
 * down or the host unreachable, or is unsafe; a warning is dropped, replaced or ignored, or works
 * only by luck.
 *
 * The rules are in the tables of rules_*.c; rule.h is what they are written with. */
#ifndef DBC_ANALYSIS_CHECK_H
#define DBC_ANALYSIS_CHECK_H

#include "base/arena.h"
#include "model/database.h"

/* Findings of one rule that are kept; more are counted only.  Nobody reads a thousand of a kind,
 * and a hostile file could ask for millions. */
#define DBC_LIMIT_FINDINGS 1000

struct dbc_check; /* rule.h */

struct dbc_rule {
    const char *id; /* stable: words joined by '-' */
    enum dbc_severity severity;
    unsigned classes;       /* bit of each class whose records it looks at; 0: all at once;
                               the bit above them: hosts of a pool, see pool.h */
    const char *title;      /* a line without a full stop */
    const char *why;        /* one or two sentences */
    const char *what_to_do; /* likewise */
    /* `rec` is NULL when `classes` is 0.  NULL for the rules of pool.h. */
    void (*look)(struct dbc_check *check, const struct dbc_record *rec);
};

struct dbc_finding {
    const struct dbc_rule *rule;
    const struct dbc_record *rec; /* of the database; NULL: the cache as a whole */
    const char *field;            /* as network.dbcache spells it; "" for the whole record */
    const char *key;              /* of other_config; NULL otherwise */
    const char *value;            /* what was found there, as it is; NULL: not a single value */
    const char *message;          /* one line that names the record; no control characters */
    size_t host;                  /* of dbc_check_pool: in which database; else 0 */
    size_t order;                 /* as found, from 0 */
};

struct dbc_findings {
    struct dbc_finding *v; /* in the order of the source's lines */
    size_t n, cap;
    size_t warnings, errors; /* of all, kept or not */
    size_t left_out;         /* above DBC_LIMIT_FINDINGS */
    struct dbc_arena arena;
};

#define DBC_FINDINGS_INIT ((struct dbc_findings){ 0 })

/* Runs all rules on the records of one host.  `db` must outlive the findings, which the caller
 * releases.  Returns 0, or -1 with DBC_ENOMEM, when `ret` holds nothing.  Takes time in proportion
 * to the records, and a sort of the findings. */
int dbc_check(const struct dbc_db *db, struct dbc_findings *ret, struct dbc_error *err);
void dbc_findings_release(struct dbc_findings *findings);

/* Returns rule `i`, from 0 in the order of the manual; NULL past the end. */
const struct dbc_rule *dbc_rule_at(size_t i);
/* Returns the rule with this id, or NULL. */
const struct dbc_rule *dbc_rule_by_id(const char *id);
const char *dbc_severity_name(enum dbc_severity severity); /* "warning", "error" */

#endif
