/* facts.c - what several hosts say of the same things (facts.h). */
#include "analysis/facts.h"

#include <stdlib.h>
#include <string.h>

void dbc_facts_init(struct dbc_facts *facts)
{
    *facts = (struct dbc_facts){ .first = NULL };
    facts->end = &facts->first;
}

void dbc_facts_release(struct dbc_facts *facts)
{
    dbc_hash_release(&facts->by_key);
    dbc_arena_release(&facts->arena);
}

static struct dbc_fact *fact_of(struct dbc_facts *facts, const char *key)
{
    struct dbc_fact *fact = dbc_hash_get(&facts->by_key, key);

    if (fact != NULL) {
        return fact;
    }
    fact = dbc_arena_alloc(&facts->arena, sizeof *fact);
    if (fact == NULL || (fact->key = dbc_arena_strdup(&facts->arena, key)) == NULL ||
        dbc_hash_put(&facts->by_key, fact->key, fact, true) != 0) {
        return NULL;
    }
    fact->end = &fact->first;
    *facts->end = fact;
    facts->end = &fact->next;
    return fact;
}

struct dbc_fact *dbc_facts_say(struct dbc_facts *facts, const char *key, size_t host,
                               const struct dbc_record *rec, const char *value)
{
    struct dbc_fact *fact = fact_of(facts, key);
    struct dbc_said *said = NULL;

    if (fact == NULL || (fact->n > 0 && fact->last == host)) {
        return fact;
    }
    said = dbc_arena_alloc(&facts->arena, sizeof *said);
    if (said == NULL) {
        return NULL;
    }
    *said = (struct dbc_said){ host, rec, value, NULL };
    *fact->end = said;
    fact->end = &said->next;
    fact->last = host;
    fact->n++;
    return fact;
}

static int by_value(const void *a, const void *b)
{
    const struct dbc_said *x = a, *y = b;
    int order = strcmp(x->value, y->value);

    return order != 0 ? order : x->host < y->host ? -1 : x->host > y->host;
}

void dbc_said_sort(struct dbc_said *v, size_t n)
{
    if (n > 1) {
        qsort(v, n, sizeof *v, by_value);
    }
}

size_t dbc_said_run(const struct dbc_said *v, size_t n, size_t i)
{
    size_t end = i;

    while (end < n && strcmp(v[end].value, v[i].value) == 0) {
        end++;
    }
    return end - i;
}
