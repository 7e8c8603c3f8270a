/* news.c - findings before a change, and those that came with it (news.h). */
#include "analysis/news.h"

#include <stdlib.h>

#include "analysis/rule.h"
#include "base/buf.h"
#include "base/grow.h"
#include "base/hash.h"
#include "base/random.h"

/* The value counts: one wrong value for another is a new fault. */
static char *key_of(const struct dbc_finding *f)
{
    struct dbc_buf key = DBC_BUF_INIT;

    dbc_buf_addf(&key, "%s/%d/%s/%s/%s/%s", f->rule->id, f->rec == NULL ? -1 : (int)f->rec->class_,
                 f->rec == NULL ? "" : f->rec->ref, f->field, f->key == NULL ? "" : f->key,
                 f->value == NULL ? "" : f->value);
    return dbc_buf_steal(&key);
}

/* False when out of memory. */
static bool hash_of(const struct dbc_news *news, const struct dbc_finding *f, uint64_t *ret)
{
    char *key = key_of(f);

    if (key == NULL) {
        return false;
    }
    *ret = dbc_hash_text(news->seed, key);
    free(key);
    return true;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Notes a finding, which the check need not keep. */
static int remember(void *ctx, const struct dbc_finding *finding)
{
    struct dbc_news *news = ctx;

    if (!DBC_GROW(news->seen, news->n, news->cap) ||
        !hash_of(news, finding, &news->seen[news->n])) {
        return -1;
    }
    news->n++;
    return 0;
}

int dbc_news_before(struct dbc_news *news, const struct dbc_db *db, struct dbc_error *err)
{
    struct dbc_findings none = DBC_FINDINGS_INIT;

    dbc_random_words(news->seed, sizeof news->seed / sizeof news->seed[0]);
    if (dbc_check_some(db, remember, news, &none, err) != 0) {
        return -1;
    }
    dbc_findings_release(&none);
    if (news->n > 1) {
        qsort(news->seen, news->n, sizeof *news->seen, by_value);
    }
    return 0;
}

static int is_new(void *ctx, const struct dbc_finding *finding)
{
    const struct dbc_news *news = ctx;
    uint64_t hash = 0;

    if (!hash_of(news, finding, &hash)) {
        return -1;
    }
    return news->n == 0 || bsearch(&hash, news->seen, news->n, sizeof hash, by_value) == NULL;
}

int dbc_news_after(const struct dbc_news *news, const struct dbc_db *db, struct dbc_findings *ret,
                   struct dbc_error *err)
{
    return dbc_check_some(db, is_new, (void *)(uintptr_t)news, ret, err);
}

void dbc_news_release(struct dbc_news *news)
{
    free(news->seen);
    *news = DBC_NEWS_INIT;
}
