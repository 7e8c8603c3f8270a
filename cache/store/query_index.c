/* query_index.c - records by the text of a column, over all hosts.  An index is made when a
 * statement first looks something up: a join of 4,000 VLANs with their PIFs would else compare 16
 * million times. */
#include <stdlib.h>

#include "store/query_priv.h"

static const char *key_of(const struct dbc_record *rec, size_t i)
{
    if (i == DBC_QUERY_REF) {
        return rec->ref;
    }
    const struct dbc_field *field = &dbc_schema_class(rec->class_)->fields[i];
    return *(const char *const *)dbc_field_of(rec, field);
}

static int add(struct dbc_query_index *index, struct dbc_query_link *link, const char *key)
{
    struct dbc_query_link *first = dbc_hash_get(&index->by_text, key);

    link->last = link;
    if (first == NULL) {
        return dbc_hash_put(&index->by_text, key, link, false);
    }
    first->last->next = link;
    first->last = link;
    return 0;
}

static int make(struct dbc_query *query, enum dbc_class class_, size_t i,
                struct dbc_query_index *index)
{
    size_t n = 0, at = 0;

    for (size_t s = 0; s < query->n; s++) {
        n += query->sources[s].db->of[class_].n;
    }
    index->links = calloc(n + 1, sizeof *index->links);
    if (index->links == NULL) {
        return -1;
    }
    for (size_t s = 0; s < query->n; s++) {
        const struct dbc_records *records = &query->sources[s].db->of[class_];
        for (size_t r = 0; r < records->n; r++) {
            struct dbc_query_link *link = &index->links[at++];
            *link = (struct dbc_query_link){ .rec = records->v[r], .source = &query->sources[s] };
            if (add(index, link, key_of(records->v[r], i)) != 0) {
                return -1;
            }
        }
    }
    index->made = true;
    return 0;
}

int dbc_query_find(struct dbc_query *query, enum dbc_class class_, size_t i, const char *text,
                   const struct dbc_query_link **ret)
{
    struct dbc_query_index *index = &query->index[class_][i];

    if (!index->made && make(query, class_, i, index) != 0) {
        dbc_query_index_release(index);
        return -1;
    }
    *ret = dbc_hash_get(&index->by_text, text);
    return 0;
}

void dbc_query_index_release(struct dbc_query_index *index)
{
    dbc_hash_release(&index->by_text);
    free(index->links);
    *index = (struct dbc_query_index){ .made = false };
}
