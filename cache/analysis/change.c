/* change.c - checked changes of records (change.h).  The checks come before the first change. */
#include "analysis/change.h"

#include <string.h>

#include "analysis/label.h"
#include "analysis/repair.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/valid.h"

/* ---- Checks ----------------------------------------------------------------------------------
 */

/* `key`: the map's key that has this text; NULL for other fields. */
static int check_text(const struct dbc_field *field, const char *key, const char *text,
                      struct dbc_error *err)
{
    const char *colon = key == NULL ? "" : ":";

    key = key == NULL ? "" : key;
    if (!dbc_valid_text(text)) {
        return dbc_fail(err, DBC_EINVAL,
                        "%s%s%s: expected text without control characters, found '%s'", field->name,
                        colon, key, text == NULL ? "" : text);
    }
    if (strlen(text) > DBC_LIMIT_TEXT_BYTES) {
        return dbc_fail(err, DBC_ELIMIT, "%s%s%s: expected at most %u bytes, found %zu",
                        field->name, colon, key, DBC_LIMIT_TEXT_BYTES, strlen(text));
    }
    return 0;
}

static int check_kind(const struct dbc_field *field, enum dbc_kind kind, struct dbc_error *err)
{
    if (field->kind == kind) {
        return 0;
    }
    return dbc_fail(err, DBC_EINVAL, "%s: no %s", field->name,
                    kind == DBC_KIND_MAP ? "map of keys and values" : "list of references");
}

static int check_number(const struct dbc_field *field, const char *value, struct dbc_error *err)
{
    int number = 0;

    if (dbc_parse_int(value, DBC_INT_NONE + 1, INT_MAX, &number)) {
        return 0;
    }
    return dbc_fail(err, DBC_EINVAL, "%s: expected a number, found '%s'", field->name, value);
}

static int check_reference(const struct dbc_db *db, const struct dbc_field *field, const char *ref,
                           struct dbc_error *err)
{
    if (dbc_hash_get(&db->by_ref[field->target], ref) != NULL) {
        return 0;
    }
    return dbc_fail(err, DBC_ENOENT, "%s: no %s has the reference '%s'", field->name,
                    dbc_schema_class(field->target)->name, ref);
}

static int check_value(const struct dbc_db *db, const struct dbc_field *field, const char *value,
                       struct dbc_error *err)
{
    if (check_text(field, NULL, value, err) != 0) {
        return -1;
    }
    switch (field->kind) {
    case DBC_KIND_TEXT:
        return 0;
    case DBC_KIND_BOOL:
        if (strcmp(value, "True") == 0 || strcmp(value, "False") == 0) {
            return 0;
        }
        return dbc_fail(err, DBC_EINVAL, "%s: expected True or False, found '%s'", field->name,
                        value);
    case DBC_KIND_INT:
        return check_number(field, value, err);
    case DBC_KIND_REF:
        return dbc_ref_is_null(value) ? 0 : check_reference(db, field, value, err);
    case DBC_KIND_REFS:
    case DBC_KIND_MAP:
        break;
    }
    return dbc_fail(err, DBC_EINVAL, "%s: a list or map, no single value", field->name);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A key is an element's name in the file; the writer leaves out a key that cannot be one. */
static int check_key(const struct dbc_field *field, const char *key, struct dbc_error *err)
{
    static const char more[] = "0123456789.-";
    size_t n = 0;

    while (key != NULL && key[n] != '\0' && n < DBC_LIMIT_REF_BYTES &&
           (is_letter(key[n]) || (n > 0 && strchr(more, key[n]) != NULL))) {
        n++;
    }
    if (n > 0 && key[n] == '\0') {
        return 0;
    }
    return dbc_fail(err, DBC_EINVAL,
                    "%s: expected a key of letters, digits, '.', '_' and '-', found '%s'",
                    field->name, key == NULL ? "" : key);
}

/* ---- Fields -----------------------------------------------------------------------------------
 */

/* The database finds records by these two fields. */
static int index_after(struct dbc_db *db, const struct dbc_field *field, struct dbc_error *err)
{
    bool is_name = strcmp(field->name, "uuid") == 0 || strcmp(field->name, "bridge") == 0;

    return is_name ? dbc_db_index(db, err) : 0;
}

int dbc_change_value(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                     const char *value, struct dbc_error *err)
{
    if (check_value(db, field, value, err) != 0) {
        return -1;
    }
    if (field->kind == DBC_KIND_REF) {
        return dbc_set_reference(db, rec, field, dbc_ref_is_null(value) ? DBC_NULL_REF : value,
                                 err);
    }
    if (dbc_record_set(db, dbc_db_edit(db, rec), field, value, NULL, err) != 0) {
        return -1;
    }
    return index_after(db, field, err);
}

int dbc_change_key(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                   const char *key, const char *value, struct dbc_error *err)
{
    if (check_kind(field, DBC_KIND_MAP, err) != 0) {
        return -1;
    }
    /* Any key that is there may be removed. */
    if (value == NULL
            ? check_text(field, NULL, key, err) != 0
            : check_key(field, key, err) != 0 || check_text(field, key, value, err) != 0) {
        return -1;
    }
    return dbc_record_set_key(db, dbc_db_edit(db, rec), field, key, value, err);
}

static int check_pairs(const struct dbc_field *field, const struct dbc_pair *pairs, size_t n,
                       struct dbc_hash *seen, struct dbc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        size_t known = seen->n;
        if (check_key(field, pairs[i].key, err) != 0 ||
            check_text(field, pairs[i].key, pairs[i].value, err) != 0) {
            return -1;
        }
        if (dbc_hash_put(seen, pairs[i].key, seen, false) != 0) {
            return dbc_fail_nomem(err);
        }
        if (seen->n == known) {
            return dbc_fail(err, DBC_ECONFLICT, "%s: the key '%s' stands twice", field->name,
                            pairs[i].key);
        }
    }
    return 0;
}

int dbc_change_map(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                   const struct dbc_pair *pairs, size_t n, struct dbc_error *err)
{
    struct dbc_hash seen = DBC_HASH_INIT;
    int rc = check_kind(field, DBC_KIND_MAP, err);

    if (rc == 0 && n <= DBC_LIMIT_LIST) {
        rc = check_pairs(field, pairs, n, &seen, err);
    }
    dbc_hash_release(&seen);
    return rc != 0 ? -1 : dbc_record_set_map(db, dbc_db_edit(db, rec), field, pairs, n, err);
}

/* ---- Lists ------------------------------------------------------------------------------------
 */

static int check_items(const struct dbc_db *db, const struct dbc_field *field,
                       const char *const *refs, size_t n, struct dbc_hash *items,
                       struct dbc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        size_t known = items->n;
        if (check_text(field, NULL, refs[i], err) != 0 ||
            check_reference(db, field, refs[i], err) != 0) {
            return -1;
        }
        if (dbc_hash_put(items, refs[i], items, false) != 0) {
            return dbc_fail_nomem(err);
        }
        if (items->n == known) {
            return dbc_fail(err, DBC_ECONFLICT, "%s: '%s' stands twice", field->name, refs[i]);
        }
    }
    return 0;
}

/* Returns the record that `item` refers to when its own field refers to `owner`; else NULL. */
static const struct dbc_record *owned_item(const struct dbc_db *db, const struct dbc_field *follows,
                                           const char *item, const char *owner)
{
    const struct dbc_record *rec = dbc_hash_get(&db->by_ref[follows->class_], item);

    if (rec == NULL || strcmp(dbc_field_text(rec, follows), owner) != 0) {
        return NULL;
    }
    return rec;
}

/* Sets the reference back to none in items that leave.  Each time the database replaces the list,
 * so the old one is copied. */
static int let_go(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                  const struct dbc_hash *items, struct dbc_error *err)
{
    const struct dbc_field *follows = dbc_list_follows(field);
    const struct dbc_refs old = *(const struct dbc_refs *)dbc_field_of(rec, field);

    for (size_t i = 0; i < old.n; i++) {
        const struct dbc_record *item = owned_item(db, follows, old.v[i], rec->ref);
        if (item != NULL && dbc_hash_get(items, old.v[i]) == NULL &&
            dbc_set_reference(db, item, follows, DBC_NULL_REF, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int take_in(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                   const char *const *refs, size_t n, struct dbc_error *err)
{
    const struct dbc_field *follows = dbc_list_follows(field);

    for (size_t i = 0; i < n; i++) {
        if (owned_item(db, follows, refs[i], rec->ref) == NULL &&
            dbc_set_reference(db, dbc_hash_get(&db->by_ref[follows->class_], refs[i]), follows,
                              rec->ref, err) != 0) {
            return -1;
        }
    }
    return dbc_record_set_list(db, dbc_db_edit(db, rec), field, refs, n, err);
}

int dbc_change_list(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                    const char *const *refs, size_t n, struct dbc_error *err)
{
    struct dbc_hash items = DBC_HASH_INIT;
    int rc = check_kind(field, DBC_KIND_REFS, err);

    if (rc == 0 && n > DBC_LIMIT_LIST) {
        rc = dbc_fail(err, DBC_ELIMIT, "expected at most %d items in %s, found %zu", DBC_LIMIT_LIST,
                      field->name, n);
    }
    if (rc == 0) {
        rc = check_items(db, field, refs, n, &items, err);
    }
    if (rc == 0) {
        rc = let_go(db, rec, field, &items, err);
    }
    if (rc == 0) {
        rc = take_in(db, rec, field, refs, n, err);
    }
    dbc_hash_release(&items);
    return rc;
}

int dbc_change_unset(struct dbc_db *db, const struct dbc_record *rec, const struct dbc_field *field,
                     struct dbc_error *err)
{
    if (field->kind == DBC_KIND_REF && dbc_set_reference(db, rec, field, DBC_NULL_REF, err) != 0) {
        return -1;
    }
    if (field->kind == DBC_KIND_REFS && dbc_change_list(db, rec, field, NULL, 0, err) != 0) {
        return -1;
    }
    dbc_record_unset(dbc_db_edit(db, rec), field);
    return index_after(db, field, err);
}

/* ---- Records ----------------------------------------------------------------------------------
 */

static int check_new_ref(const struct dbc_db *db, const char *ref, struct dbc_error *err)
{
    size_t n = 0;

    if (ref == NULL) {
        ref = "";
    }
    while (ref[n] > ' ' && ref[n] < 0x7f && strchr("<>&'\"", ref[n]) == NULL &&
           n <= DBC_LIMIT_REF_BYTES) {
        n++;
    }
    if (dbc_ref_is_null(ref) || ref[n] != '\0' || n > DBC_LIMIT_REF_BYTES) {
        return dbc_fail(err, DBC_EINVAL,
                        "expected a reference of printable ASCII, as OpaqueRef:UUID, found '%s'",
                        ref);
    }
    if (dbc_db_find_ref(db, ref) != NULL) {
        return dbc_fail(err, DBC_ECONFLICT, "a %s has the reference '%s' already",
                        dbc_schema_class(dbc_db_find_ref(db, ref)->class_)->name, ref);
    }
    return 0;
}

const struct dbc_record *dbc_change_add(struct dbc_db *db, enum dbc_class class_, const char *ref,
                                        struct dbc_error *err)
{
    if (check_new_ref(db, ref, err) != 0) {
        return NULL;
    }
    if (class_ == DBC_POOL && db->of[DBC_POOL].n > 0) {
        dbc_fail(err, DBC_ECONFLICT, "there is a pool already, and a host has one");
        return NULL;
    }
    return dbc_db_add(db, class_, ref, err);
}

/* Returns the field of `from` that refers to `rec`, or NULL. */
static const struct dbc_field *refers_by(const struct dbc_record *from,
                                         const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(from->class_);

    for (size_t i = 0; i < info->n_fields && from != rec; i++) {
        const struct dbc_field *field = &info->fields[i];
        if (field->kind == DBC_KIND_REF && field->target == rec->class_ &&
            strcmp(dbc_field_text(from, field), rec->ref) == 0) {
            return field;
        }
    }
    return NULL;
}

static int check_unused(const struct dbc_db *db, const struct dbc_record *rec,
                        struct dbc_error *err)
{
    char who[DBC_LABEL_SIZE], whom[DBC_LABEL_SIZE];

    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        for (size_t i = 0; i < db->of[class_].n; i++) {
            const struct dbc_record *from = db->of[class_].v[i];
            const struct dbc_field *field = refers_by(from, rec);
            if (field != NULL) {
                return dbc_fail(err, DBC_ECONFLICT,
                                "%s is still the %s of %s: set that to another one, or none, first",
                                dbc_label(db, rec, whom), field->name, dbc_label(db, from, who));
            }
        }
    }
    return 0;
}

int dbc_change_remove(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    if (check_unused(db, rec, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind == DBC_KIND_REF &&
            dbc_set_reference(db, rec, &info->fields[i], DBC_NULL_REF, err) != 0) {
            return -1;
        }
    }
    return dbc_db_drop(db, rec, err);
}
