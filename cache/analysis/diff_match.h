/* diff_match.h - pairs the records of two databases.  Private to diff.c. */
#ifndef DBC_ANALYSIS_DIFF_MATCH_H
#define DBC_ANALYSIS_DIFF_MATCH_H

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "model/database.h"

enum dbc_matched_by { DBC_BY_REF, DBC_BY_UUID, DBC_BY_PLACE };

struct dbc_pair_of_records {
    const struct dbc_record *old_rec, *new_rec;
    enum dbc_matched_by by;
};

struct dbc_match {
    struct dbc_hash of_old[DBC_N_CLASSES]; /* a reference -> struct dbc_pair_of_records */
    struct dbc_hash of_new[DBC_N_CLASSES];
    bool has_other_refs; /* the two records of some pair have different references */
    struct dbc_arena arena;
};

#define DBC_MATCH_INIT ((struct dbc_match){ 0 })

/* Returns 0, or -1 with DBC_ENOMEM, when there is nothing to release.  `ret` is DBC_MATCH_INIT.
 * Both databases must outlive it. */
int dbc_match(const struct dbc_db *old_db, const struct dbc_db *new_db, struct dbc_match *ret,
              struct dbc_error *err);
void dbc_match_release(struct dbc_match *match);

#endif
