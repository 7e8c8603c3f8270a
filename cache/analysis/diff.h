/* diff.h - what differs between two databases, by record and field.
 *
 * Two records are the same when they have the same reference, else the same uuid, else the same
 * place: PIFs by device and VLAN tag, networks by bridge, bonds, VLANs and tunnels by their PIF,
 * the first pools.  So two hosts can be compared, and caches between which a record was made anew.
 * Two references are the same when their records are.  The order of lists and maps does not count.
 */
#ifndef DBC_ANALYSIS_DIFF_H
#define DBC_ANALYSIS_DIFF_H

#include "base/arena.h"
#include "model/database.h"
#include "model/schema.h"

struct dbc_diff_field {
    const char *name;                  /* of the field; "" for something that the schema lacks */
    const char *key;                   /* of other_config; NULL otherwise */
    const char *old_value, *new_value; /* as the records have it; NULL: not there */
    const char *old_label, *new_label; /* a reference as people call it, else the value */
};

struct dbc_diff_record {
    enum dbc_change change;
    const struct dbc_record *old_rec, *new_rec; /* NULL: only in the other database */
    struct dbc_diff_field *fields; /* added, removed: all that are not missing or empty */
    size_t n_fields;
};

struct dbc_diff {
    struct dbc_diff_record *v; /* by class; in the old database's order, then the added ones */
    size_t n, cap;
    struct dbc_arena arena;
};

#define DBC_DIFF_INIT ((struct dbc_diff){ 0 })

/* Compares two databases.  Each item that only one side's list has is a field of its own.  Records
 * that were paired by their place have different uuids, which is a difference only with `identity`.
 * Both databases must outlive the result, which the caller releases.  Returns 0, or -1 with
 * DBC_ENOMEM, when `ret` holds nothing.  Takes time in proportion to the records. */
int dbc_diff(const struct dbc_db *old_db, const struct dbc_db *new_db, bool identity,
             struct dbc_diff *ret, struct dbc_error *err);
void dbc_diff_release(struct dbc_diff *diff);

#endif
