/* change.h - changes of records that keep to what a field of its kind may hold and keep references
 * and lists in agreement.  For the public header and for the verb set; what values mean is not
 * looked at here but by check (news.h).
 *
 * `rec` is a record of `db`, `field` one of its class.  All return 0, or -1: DBC_EINVAL (the field
 * is of another kind; a text with control characters, no UTF-8, no number, no boolean), DBC_ENOENT
 * (no record has the reference), DBC_ECONFLICT, DBC_ELIMIT, and DBC_ENOMEM; but for the last
 * nothing was changed then. */
#ifndef DBC_ANALYSIS_CHANGE_H
#define DBC_ANALYSIS_CHANGE_H

#include "model/database.h"
#include "model/schema.h"

/* A text, number, boolean ("True", "False") or reference (of the right class, or a null one). */
int dbc_change_value(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                     const char *value, struct dbc_error *err);
/* A list in this order, and the reference on the other side of each item that comes or goes.
 * DBC_ECONFLICT: one stands twice. */
int dbc_change_list(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                    const char *const *refs, size_t n, struct dbc_error *err);
/* A key, which must be a word that can be an element's name; `value` NULL takes it away. */
int dbc_change_key(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                   const char *key, const char *value, struct dbc_error *err);
/* A whole map.  DBC_ECONFLICT: a key stands twice. */
int dbc_change_map(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                   const struct dbc_pair *pairs, size_t n, struct dbc_error *err);
/* Whatever the field is, as if the source had not had it. */
int dbc_change_unset(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                     struct dbc_error *err);

/* A record that is there from now on; NULL on failure.  DBC_ECONFLICT: one has this reference, or
 * it would be a second pool. */
const struct dbc_record *dbc_change_add(struct dbc_db *db, enum dbc_class class_, const char *ref,
                                        struct dbc_error *err);
/* DBC_ECONFLICT: a field of another record refers to it. */
int dbc_change_remove(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err);

#endif
