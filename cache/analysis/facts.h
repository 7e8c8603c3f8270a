/* facts.h - collects what several hosts say of the same things, to find the hosts that differ.  The
 * caller chooses the things: pool.c has rules on them, a report prints a table. */
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
    const struct dbc_record *rec; /* the record that says it, or NULL */
    const char *value;
    struct dbc_said *next;
};

struct dbc_fact {
    const char *key;
    void *ctx;                     /* the caller's; NULL until it sets it */
    struct dbc_said *first, **end; /* in the order of hosts, at most one from each host */
    size_t n, last;                /* how many, and the host of the last one */
    struct dbc_fact *next;
};

struct dbc_facts {
    struct dbc_arena arena; /* of the facts; a caller may take memory from it too */
    struct dbc_hash by_key;
    struct dbc_fact *first, **end; /* in the order in which they came up */
};

void dbc_facts_init(struct dbc_facts *facts);
void dbc_facts_release(struct dbc_facts *facts);

/* Notes what a host says of the thing `key`.  Call it for all things of one host, then of the next.
 * Only the first value of a host counts; check reports two.  The key is copied; `rec` (may be NULL)
 * and `value` must outlive the facts.  Returns the fact, or NULL when out of memory. */
struct dbc_fact *dbc_facts_say(struct dbc_facts *facts, const char *key, size_t host,
                               const struct dbc_record *rec, const char *value);

/* Sorts by value, and by host among equal values. */
void dbc_said_sort(struct dbc_said *v, size_t n);
/* Returns how many members of a sorted array have the value of v[i], from v[i] on. */
size_t dbc_said_run(const struct dbc_said *v, size_t n, size_t i);

#endif
