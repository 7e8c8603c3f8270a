/* news.h - what check finds after a change that it did not find before.  So a change can be refused
 * for an error that it makes, and not for errors that were there. */
#ifndef DBC_ANALYSIS_NEWS_H
#define DBC_ANALYSIS_NEWS_H

#include "analysis/check.h"

/* The findings before the change, more of one rule than DBC_LIMIT_FINDINGS too.  Each is a hash of
 * its rule, record, field and value: eight bytes, however long a hostile file makes them. */
struct dbc_news {
    uint64_t *seen; /* sorted */
    size_t n, cap;
    uint64_t seed[2];
};

#define DBC_NEWS_INIT ((struct dbc_news){ .seen = NULL })

/* Notes the findings before the change.  Returns 0, or -1 with DBC_ENOMEM; the caller releases
 * `news` either way. */
int dbc_news_before(struct dbc_news *news, const struct dbc_db *db, struct dbc_error *err);
/* Checks after the change: `ret` gets the new findings only, and counts only them, also for
 * DBC_LIMIT_FINDINGS.  A wrong value
 * in the place of another wrong value is new.  Returns 0, or -1 with DBC_ENOMEM, when `ret` holds
 * nothing. */
int dbc_news_after(const struct dbc_news *news, const struct dbc_db *db, struct dbc_findings *ret,
                   struct dbc_error *err);
void dbc_news_release(struct dbc_news *news);

#endif
