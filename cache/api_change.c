/* api_change.c - changes of fields and records for dbcache.h, on top of analysis/change.c.  Built
 * into libdbcache only. */
#include "dbcache.h"

#include <stdlib.h>

#include "analysis/change.h"
#include "base/error.h"
#include "base/limits.h"

/* Returns the field, or NULL with *err: the record is not of this database, or its class has no
 * such field. */
static const struct dbc_field *field_of(struct dbc_db *db, const struct dbc_record *rec,
                                        const char *name, struct dbc_error *err)
{
    const struct dbc_field *field = NULL;

    if (db == NULL || rec == NULL || dbc_db_edit(db, rec) != rec) {
        dbc_fail(err, DBC_ENOENT, "the record is none of this database");
        return NULL;
    }
    field = name == NULL ? NULL : dbc_schema_field(rec->class_, name);
    if (field == NULL) {
        dbc_fail(err, DBC_ENOENT, "a %s has no field '%s'", dbc_schema_class(rec->class_)->name,
                 name == NULL ? "" : name);
    }
    return field;
}

int dbc_db_set(struct dbc_db *db, const struct dbc_record *rec, const char *field,
               const char *value, struct dbc_error *err)
{
    const struct dbc_field *row = field_of(db, rec, field, err);

    return row == NULL ? -1 : dbc_change_value(db, rec, row, value, err);
}

int dbc_db_set_list(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                    const char *const *refs, size_t n, struct dbc_error *err)
{
    const struct dbc_field *row = field_of(db, rec, field, err);

    if (row != NULL && refs == NULL && n > 0) {
        return dbc_fail(err, DBC_EINVAL, "%s: no references are given", field);
    }
    return row == NULL ? -1 : dbc_change_list(db, rec, row, refs, n, err);
}

int dbc_db_set_key(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                   const char *key, const char *value, struct dbc_error *err)
{
    const struct dbc_field *row = field_of(db, rec, field, err);

    return row == NULL ? -1 : dbc_change_key(db, rec, row, key, value, err);
}

int dbc_db_set_map(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                   const char *const *keys, const char *const *values, size_t n,
                   struct dbc_error *err)
{
    const struct dbc_field *row = field_of(db, rec, field, err);
    struct dbc_pair *pairs = NULL;
    int rc = 0;

    if (row == NULL) {
        return -1;
    }
    if (n > 0 && (keys == NULL || values == NULL)) {
        return dbc_fail(err, DBC_EINVAL, "%s: no keys or no values are given", field);
    }
    if (n > DBC_LIMIT_LIST) {
        return dbc_fail(err, DBC_ELIMIT, "expected at most %d items in %s, found %zu",
                        DBC_LIMIT_LIST, field, n);
    }
    pairs = calloc(n + 1, sizeof *pairs);
    if (pairs == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < n; i++) {
        pairs[i] = (struct dbc_pair){ keys[i], values[i] };
    }
    rc = dbc_change_map(db, rec, row, pairs, n, err);
    free(pairs);
    return rc;
}

int dbc_db_unset(struct dbc_db *db, const struct dbc_record *rec, const char *field,
                 struct dbc_error *err)
{
    const struct dbc_field *row = field_of(db, rec, field, err);

    return row == NULL ? -1 : dbc_change_unset(db, rec, row, err);
}

const struct dbc_record *dbc_db_add_record(struct dbc_db *db, enum dbc_class class_,
                                           const char *ref, struct dbc_error *err)
{
    if (db == NULL || (unsigned)class_ >= DBC_N_CLASSES) {
        dbc_fail(err, DBC_EINVAL, "no such class, or no database");
        return NULL;
    }
    return dbc_change_add(db, class_, ref, err);
}

int dbc_db_remove_record(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err)
{
    if (db == NULL || rec == NULL || dbc_db_edit(db, rec) != rec) {
        return dbc_fail(err, DBC_ENOENT, "the record is none of this database");
    }
    return dbc_change_remove(db, rec, err);
}
