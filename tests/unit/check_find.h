/* check_find.h - runs the rules on a document and returns their findings; for test_check*.c. */
#ifndef TESTS_UNIT_CHECK_FIND_H
#define TESTS_UNIT_CHECK_FIND_H

#include "analysis/check.h"
#include "unit/cache_text.h"

static inline struct dbc_findings check_db(const struct dbc_db *db)
{
    struct dbc_findings findings = DBC_FINDINGS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    assert_int_equal(dbc_check(db, &findings, &err), 0);
    return findings;
}

static inline size_t count_of(const struct dbc_findings *findings, const char *id)
{
    size_t n = 0;

    for (size_t i = 0; i < findings->n; i++) {
        n += strcmp(findings->v[i].rule->id, id) == 0;
    }
    return n;
}

/* How often the rule speaks of a document whose root has this content. */
static inline size_t find_in(const char *content, const char *id)
{
    struct dbc_db *db = read_good(content);
    struct dbc_findings findings = check_db(db);
    size_t n = count_of(&findings, id);

    dbc_findings_release(&findings);
    dbc_db_free(db);
    return n;
}

static inline struct dbc_findings check_file(const char *rule, const char *name, struct dbc_db **db)
{
    char path[512] = "";

    snprintf(path, sizeof path, FIXTURES "/check/%s/%s.dbcache", rule, name);
    *db = dbc_xml_read_file(path, NULL, NULL, NULL);
    if (*db == NULL) {
        fail_msg("cannot read %s", path);
    }
    return check_db(*db);
}

#endif
