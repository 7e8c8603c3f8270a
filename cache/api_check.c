/* api_check.c - checking and comparing for dbcache.h: passes on the lists of analysis/ one by one.
 * Built into libdbcache only. */
#include "dbcache.h"

#include <stdlib.h>

#include "analysis/check.h"
#include "analysis/diff.h"
#include "analysis/news.h"
#include "base/error.h"

struct dbc_baseline {
    struct dbc_news news;
};

struct dbc_baseline *dbc_baseline_new(const struct dbc_db *db, struct dbc_error *err)
{
    struct dbc_baseline *baseline = calloc(1, sizeof *baseline);

    if (baseline == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    baseline->news = DBC_NEWS_INIT;
    if (dbc_news_before(&baseline->news, db, err) != 0) {
        dbc_baseline_free(baseline);
        return NULL;
    }
    return baseline;
}

void dbc_baseline_free(struct dbc_baseline *baseline)
{
    if (baseline != NULL) {
        dbc_news_release(&baseline->news);
        free(baseline);
    }
}

static int tell_finding(const struct dbc_finding *f, dbc_report_fn *fn, void *ctx)
{
    const struct dbc_report report = { .rule = f->rule->id,
                                       .severity = f->rule->severity,
                                       .rec = f->rec,
                                       .field = f->field,
                                       .key = f->key,
                                       .value = f->value,
                                       .message = f->message,
                                       .why = f->rule->why,
                                       .what_to_do = f->rule->what_to_do };

    return fn(ctx, &report);
}

int dbc_db_check(const struct dbc_db *db, const struct dbc_baseline *baseline, dbc_report_fn *fn,
                 void *ctx, struct dbc_error *err)
{
    struct dbc_findings found = DBC_FINDINGS_INIT;
    int rc = baseline == NULL ? dbc_check(db, &found, err)
                              : dbc_news_after(&baseline->news, db, &found, err);

    for (size_t i = 0; i < found.n && rc == 0; i++) {
        rc = tell_finding(&found.v[i], fn, ctx);
    }
    dbc_findings_release(&found);
    return rc;
}

/* A record that only one side has comes first as a whole, then its fields. */
static int tell_record(const struct dbc_diff_record *r, dbc_difference_fn *fn, void *ctx)
{
    struct dbc_difference difference = {
        .change = r->change, .old_rec = r->old_rec, .new_rec = r->new_rec, .field = ""
    };
    int rc = r->change == DBC_RECORD_CHANGED ? 0 : fn(ctx, &difference);

    for (size_t i = 0; i < r->n_fields && rc == 0; i++) {
        difference.field = r->fields[i].name;
        difference.key = r->fields[i].key;
        difference.old_value = r->fields[i].old_value;
        difference.new_value = r->fields[i].new_value;
        rc = fn(ctx, &difference);
    }
    return rc;
}

int dbc_db_compare(const struct dbc_db *old_db, const struct dbc_db *new_db, unsigned flags,
                   dbc_difference_fn *fn, void *ctx, struct dbc_error *err)
{
    struct dbc_diff diff = DBC_DIFF_INIT;
    int rc = 0;

    if ((flags & ~DBC_COMPARE_IDENTITY) != 0) {
        return dbc_fail(err, DBC_EINVAL, "unknown flags: %#x", flags);
    }
    rc = dbc_diff(old_db, new_db, (flags & DBC_COMPARE_IDENTITY) != 0, &diff, err);
    for (size_t i = 0; i < diff.n && rc == 0; i++) {
        rc = tell_record(&diff.v[i], fn, ctx);
    }
    dbc_diff_release(&diff);
    return rc;
}
