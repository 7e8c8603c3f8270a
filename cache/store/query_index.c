/* query_index.c - finds rows by the text of a part, in one source or in all (query_priv.h).  An
 * index is made when a statement first looks something up.  Without one a join of 4,000 VLANs with
 * their PIFs would compare 16 million times. */
#include <stdlib.h>

#include "base/error.h"
#include "store/query_priv.h"

static int add(struct dbc_query_index *index, struct dbc_query_link *link, const char *key)
{
    const char **stored = NULL;
    void **place = dbc_hash_enter(&index->by_text, key, &stored);
    struct dbc_query_link *first = place == NULL ? NULL : *place;

    link->last = link;
    if (first != NULL) {
        first->last->next = link;
        first->last = link;
    } else if (place != NULL) {
        *place = link;
    }
    return place == NULL ? -1 : 0;
}

static int fill(struct dbc_query *query, const struct dbc_query_scope *scope,
                struct dbc_query_index *index)
{
    size_t at = 0;

    for (size_t s = 0; s < scope->n; s++) {
        const struct dbc_query_source *source = &scope->sources[s];
        for (size_t r = 0; r < source->of[index->class_].n; r++) {
            struct dbc_query_link *link = &index->links[at++];
            const char *text = dbc_query_value(query, source, index->class_, r, index->part)->text;
            *link = (struct dbc_query_link){ .source = source, .row = r };
            if (text != NULL && add(index, link, text) != 0) { /* what is unknown equals nothing */
                return -1;
            }
        }
    }
    return 0;
}

/* Returns a new index, or NULL with query->why. */
static struct dbc_query_index *make(struct dbc_query *query, const struct dbc_query_scope *scope,
                                    enum dbc_class class_, size_t part)
{
    struct dbc_query_index *index = calloc(1, sizeof *index);
    size_t n = 0;

    for (size_t s = 0; s < scope->n; s++) {
        n += scope->sources[s].of[class_].n;
    }
    query->beside += n * (sizeof *index->links + sizeof(void *) * 4) + sizeof *index;
    if (dbc_query_check_bytes(query, &query->why) != 0) {
        free(index);
        return NULL;
    }
    if (index != NULL) {
        *index = (struct dbc_query_index){ .class_ = class_, .part = part };
        index->links = calloc(n + 1, sizeof *index->links);
    }
    if (index == NULL || index->links == NULL || fill(query, scope, index) != 0) {
        dbc_query_index_free(index);
        dbc_fail_nomem(&query->why);
        return NULL;
    }
    return index;
}

int dbc_query_find(struct dbc_query *query, const struct dbc_query_scope *scope,
                   enum dbc_class class_, size_t part, const char *text,
                   const struct dbc_query_link **ret)
{
    struct dbc_query_index *index = *scope->indexes;

    *ret = NULL;
    if (query->layouts[class_].slots[part] < 0) {
        return 0; /* the statement does not read it in this class, or the class does not have it */
    }
    while (index != NULL && (index->class_ != class_ || index->part != part)) {
        index = index->next;
    }
    if (index == NULL) {
        index = make(query, scope, class_, part);
        if (index == NULL) {
            return -1;
        }
        index->next = *scope->indexes;
        *scope->indexes = index;
    }
    *ret = dbc_hash_get(&index->by_text, text);
    return 0;
}

void dbc_query_index_free(struct dbc_query_index *index)
{
    while (index != NULL) {
        struct dbc_query_index *next = index->next;
        dbc_hash_release(&index->by_text);
        free(index->links);
        free(index);
        index = next;
    }
}
