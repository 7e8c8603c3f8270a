/* facts.h - what several hosts say of the same things, so that those can be found that say
 * something else.  What is asked is the caller's: pool.c has rules on it, a report prints a table.
 */
#ifndef DBC_ANALYSIS_FACTS_H
#define DBC_ANALYSIS_FACTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "model/record.h"

/* What one host says of one thing. */
struct dbc_said {
    size_t host;
    const struct dbc_record *rec; /* that says it; NULL: none, or it is of no interest */
    const char *value;
    struct dbc_said *next;
};

struct dbc_fact {
    const char *key;
    void *ctx;                     /* the caller's; NULL until it sets it */
    struct dbc_said *first, **end; /* in the order of hosts, one a host at most */
    size_t n, last;                /* how many, and which host spoke last */
    struct dbc_fact *next;
};

struct dbc_facts {
    struct dbc_arena arena; /* of the facts; a caller may take memory from it too */
    struct dbc_hash by_key;
    struct dbc_fact *first, **end; /* in the order in which they came up */
};

void dbc_facts_init(struct dbc_facts *facts);
void dbc_facts_release(struct dbc_facts *facts);

/* A host says something; hosts speak one after the other.  Its first word of a thing counts: check
 * tells where it has two.  The key is copied; `rec` and `value` outlive the facts.  The fact; NULL
 * without memory. */
struct dbc_fact *dbc_facts_say(struct dbc_facts *facts, const char *key, size_t host,
                               const struct dbc_record *rec, const char *value);

/* By value, and by host among those of one value. */
void dbc_said_sort(struct dbc_said *v, size_t n);
/* How many of a sorted array say what v[i] says, from there on. */
size_t dbc_said_run(const struct dbc_said *v, size_t n, size_t i);

#endif
