/* repair.h - mends the findings of check that have only one answer.  What two people could decide
 * differently stays.  No record is made or removed.
 *
 *   references   A list and the field that names its owner are made to agree.  Items that lead
 *                nowhere or are repeated go; what one side lacks is added.  When a field names one
 *                owner and only another one lists the record, both stay.
 *   management   The mark goes from a bond's slave to the bond's PIF, unless another PIF has it.
 *                Of several PIFs it stays on the only one that gets an address.
 *   values       Case, separators and blanks of modes, MACs and known other_config keys and values;
 *                a netmask that is a prefix length. */
#ifndef DBC_ANALYSIS_REPAIR_H
#define DBC_ANALYSIS_REPAIR_H

#include "analysis/check.h"
#include "base/arena.h"
#include "model/database.h"
#include "model/schema.h"

/* Mends that are kept for the report; more are counted only. */
#define DBC_LIMIT_MENDS 10000

struct dbc_mend {
    const struct dbc_rule *rule;
    const struct dbc_record *rec; /* the record that was changed */
    const char *field;            /* as network.dbcache spells it */
    const char *message;          /* one line, control characters escaped */
};

struct dbc_repair {
    struct dbc_mend *v; /* in the order in which they were done */
    size_t n, cap;
    size_t left_out;
    struct dbc_arena arena;
};

#define DBC_REPAIR_INIT ((struct dbc_repair){ 0 })

/* Mends the records in memory; the caller releases `ret`.  Returns 0, or -1 (DBC_ENOMEM, or
 * DBC_ELIMIT when the records outgrow a database), when `ret` holds nothing and the records may be
 * half mended.  A second call finds nothing to do.  Takes time in proportion to the records. */
int dbc_repair(struct dbc_db *db, struct dbc_repair *ret, struct dbc_error *err);
void dbc_repair_release(struct dbc_repair *repair);

/* Sets a field that holds one reference, and moves the record from the old owner's list into the
 * new owner's.  `ref` may lead nowhere.  Returns 0, or -1: DBC_EINVAL when the field is no single
 * reference, DBC_ELIMIT when the list is full, both before any change; DBC_ENOMEM, or DBC_ELIMIT
 * when the records outgrow a database. */
int dbc_set_reference(struct dbc_db *db, const struct dbc_record *rec,
                      const struct dbc_field *field, const char *ref, struct dbc_error *err);
/* Returns the field by which the items of this list name its owner; NULL when `list` is no list. */
const struct dbc_field *dbc_list_follows(const struct dbc_field *list);

#endif
