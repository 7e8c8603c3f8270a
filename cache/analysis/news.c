/* news.c - findings before a change, and those that came with it (news.h). */
#include "analysis/news.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"

/* The value counts: one wrong value for another is a new fault. */
static char *key_of(const struct dbc_finding *f)
{
    struct dbc_buf key = DBC_BUF_INIT;

    dbc_buf_addf(&key, "%s/%d/%s/%s/%s/%s", f->rule->id, f->rec == NULL ? -1 : (int)f->rec->class_,
                 f->rec == NULL ? "" : f->rec->ref, f->field, f->key == NULL ? "" : f->key,
                 f->value == NULL ? "" : f->value);
    return dbc_buf_steal(&key);
}

static int remember(struct dbc_news *news, const struct dbc_finding *finding)
{
    char *key = key_of(finding);
    char *kept = key == NULL ? NULL : dbc_arena_strdup(&news->arena, key);

    free(key);
    return kept == NULL ? -1 : dbc_hash_put(&news->seen, kept, kept, true);
}

int dbc_news_before(struct dbc_news *news, const struct dbc_db *db, struct dbc_error *err)
{
    struct dbc_findings findings = DBC_FINDINGS_INIT;
    int rc = dbc_check(db, &findings, err);

    for (size_t i = 0; i < findings.n && rc == 0; i++) {
        rc = remember(news, &findings.v[i]) == 0 ? 0 : dbc_fail_nomem(err);
    }
    dbc_findings_release(&findings);
    return rc;
}

/* Keeps the new findings, in their order; false when out of memory. */
static bool keep_new(const struct dbc_news *news, struct dbc_findings *findings)
{
    size_t n = 0;

    findings->warnings = findings->errors = findings->left_out = 0;
    for (size_t i = 0; i < findings->n; i++) {
        const struct dbc_finding f = findings->v[i];
        char *key = key_of(&f);
        bool known = key != NULL && dbc_hash_get(&news->seen, key) != NULL;
        free(key);
        if (key == NULL) {
            return false;
        }
        if (!known) {
            findings->errors += f.rule->severity == DBC_SEVERITY_ERROR;
            findings->warnings += f.rule->severity == DBC_SEVERITY_WARNING;
            findings->v[n++] = f;
        }
    }
    findings->n = n;
    return true;
}

int dbc_news_after(const struct dbc_news *news, const struct dbc_db *db, struct dbc_findings *ret,
                   struct dbc_error *err)
{
    if (dbc_check(db, ret, err) != 0) {
        return -1;
    }
    if (!keep_new(news, ret)) {
        dbc_findings_release(ret);
        return dbc_fail_nomem(err);
    }
    return 0;
}

void dbc_news_release(struct dbc_news *news)
{
    dbc_hash_release(&news->seen);
    dbc_arena_release(&news->arena);
    *news = (struct dbc_news)DBC_NEWS_INIT;
}
