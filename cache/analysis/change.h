/* change.h - changes of records that check the kind of each value and keep references and lists in
 * agreement.  For the public header and the verb set.  Whether a value makes sense is left to check
 * (news.h).
 *
 * `rec` is a record of `db`, `field` a field of its class.  All return 0, or -1 for DBC_EINVAL (the
 * field is of another kind; the text has control characters, is not UTF-8, or is not the number or
 * boolean that is expected), DBC_ENOENT (no record of the right class has the reference),
 * DBC_ECONFLICT, DBC_ELIMIT and DBC_ENOMEM.  Only the last, and the limit of the database, can stop
 * a change halfway. */
#ifndef DBC_ANALYSIS_CHANGE_H
#define DBC_ANALYSIS_CHANGE_H

#include "model/database.h"
#include "model/schema.h"

/* Sets a text, number, boolean ("True", "False") or reference, which may be null. */
int dbc_change_value(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                     const char *value, struct dbc_error *err);
/* Sets a list, in this order, and the reference back in each item that comes or goes.
 * DBC_ECONFLICT: an item is there twice. */
int dbc_change_list(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                    const char *const *refs, size_t n, struct dbc_error *err);
/* Sets a key of a map; it must be able to name an element.  `value` NULL removes any key. */
int dbc_change_key(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                   const char *key, const char *value, struct dbc_error *err);
/* Sets a whole map.  DBC_ECONFLICT: a key is there twice. */
int dbc_change_map(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                   const struct dbc_pair *pairs, size_t n, struct dbc_error *err);
/* Makes a field of any kind as if the source did not have it. */
int dbc_change_unset(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                     struct dbc_error *err);

/* Adds a record that has only its reference, and returns it; NULL on failure.  DBC_EINVAL: the
 * reference is not printable ASCII, or too long; DBC_ECONFLICT: a record has it, or there is a pool
 * already. */
const struct dbc_record *dbc_change_add(struct dbc_db *db, enum dbc_class class_, const char *ref,
                                        struct dbc_error *err);
/* Removes a record, also from lists.  DBC_ECONFLICT: a field of another record refers to it. */
int dbc_change_remove(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err);

#endif
