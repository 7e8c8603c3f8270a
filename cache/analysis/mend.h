/* mend.h - what the two halves of repair share: repair_links.c, which makes references agree, and
 * repair.c, which mends values.  Private to them; mend.c has the code. */
#ifndef DBC_ANALYSIS_MEND_H
#define DBC_ANALYSIS_MEND_H

#include "analysis/repair.h"
#include "base/error.h"

struct dbc_mender {
    struct dbc_db *db;
    struct dbc_repair *out;
    struct dbc_error *err;
    bool failed; /* *err says why; nothing more is done */
};

/* Notes what was done under a rule's id. */
void dbc_mended(struct dbc_mender *m, const char *rule, const struct dbc_record *rec,
                const char *field, const char *fmt, ...) DBC_PRINTF(5, 6);
/* dbc_record_set, with the failure kept in the mender. */
void dbc_mend_set(struct dbc_mender *m, const struct dbc_record *rec, const char *field,
                  const char *text);

/* repair_links.c */
void dbc_mend_links(struct dbc_mender *m);

#endif
