/* diff.c - the fields of paired records against each other (diff_match.c pairs them), and the
 * records that have no partner. */
#include "analysis/diff.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/diff_match.h"
#include "analysis/label.h"
#include "base/grow.h"
#include "base/valid.h"

struct differ {
    const struct dbc_db *old_db, *new_db;
    struct dbc_match match;
    bool identity;
    struct dbc_diff *out;
    struct dbc_diff_field *fields; /* of the record in hand */
    size_t n_fields, cap_fields;
    bool failed;
};

/* ---- Collecting --------------------------------------------------------------------------- */

static void add_field(struct differ *d, struct dbc_diff_field field)
{
    if (!DBC_GROW(d->fields, d->n_fields, d->cap_fields)) {
        d->failed = true;
        return;
    }
    if (field.old_label == NULL) {
        field.old_label = field.old_value;
    }
    if (field.new_label == NULL) {
        field.new_label = field.new_value;
    }
    d->fields[d->n_fields++] = field;
}

static void add_text(struct differ *d, const char *name, const char *key, const char *old_value,
                     const char *new_value)
{
    add_field(d, (struct dbc_diff_field){
                     .name = name, .key = key, .old_value = old_value, .new_value = new_value });
}

static const char *keep(struct differ *d, const char *text)
{
    const char *copy = dbc_arena_strdup(&d->out->arena, text);

    d->failed = d->failed || copy == NULL;
    return copy;
}

/* NULL for NULL: that side has nothing. */
static const char *label(struct differ *d, const struct dbc_db *db, enum dbc_class target,
                         const char *ref)
{
    char text[DBC_LABEL_SIZE];

    return ref == NULL ? NULL : keep(d, dbc_label_ref(db, target, ref, text));
}

static void add_ref(struct differ *d, const struct dbc_field *field, const char *old_ref,
                    const char *new_ref)
{
    add_field(d,
              (struct dbc_diff_field){ .name = field->name,
                                       .old_value = old_ref,
                                       .new_value = new_ref,
                                       .old_label = label(d, d->old_db, field->target, old_ref),
                                       .new_label = label(d, d->new_db, field->target, new_ref) });
}

/* Adds a record with the fields that were collected for it. */
static void add_record(struct differ *d, enum dbc_change change, const struct dbc_record *old_rec,
                       const struct dbc_record *new_rec)
{
    struct dbc_diff *out = d->out;
    struct dbc_diff_record *place = NULL;
    size_t bytes = d->n_fields * sizeof *d->fields;

    if (!DBC_GROW(out->v, out->n, out->cap)) {
        d->failed = true;
        return;
    }
    place = &out->v[out->n];
    *place = (struct dbc_diff_record){ change, old_rec, new_rec,
                                       dbc_arena_alloc(&out->arena, bytes), d->n_fields };
    if (place->fields == NULL) {
        d->failed = true;
        return;
    }
    if (bytes > 0) {
        memcpy(place->fields, d->fields, bytes);
    }
    out->n++;
}

/* ---- References --------------------------------------------------------------------------- */

/* Returns an old reference as the new database has it: that of the target's partner, else itself;
 * "" for a null one. */
static const char *translated(const struct differ *d, enum dbc_class target, const char *ref)
{
    const struct dbc_pair_of_records *pair = NULL;

    if (dbc_ref_is_null(ref)) {
        return "";
    }
    if (!d->match.has_other_refs) {
        return ref;
    }
    pair = dbc_hash_get(&d->match.of_old[target], ref);
    return pair == NULL ? ref : pair->new_rec->ref;
}

static void compare_ref(struct differ *d, const struct dbc_field *field, const char *old_ref,
                        const char *new_ref)
{
    const char *plain = dbc_ref_is_null(new_ref) ? "" : new_ref;

    if (strcmp(translated(d, field->target, old_ref), plain) != 0) {
        add_ref(d, field, old_ref, new_ref);
    }
}

#define FEW 8 /* texts that are compared one by one: cheaper than an index */

/* ---- Sets of texts: the items of a list, keys of a map, unknown elements ------------------- */

static void put(struct differ *d, struct dbc_hash *set, const char *key, const void *value)
{
    union {
        const void *in;
        void *out;
    } borrowed = { value };

    if (dbc_hash_put(set, key, borrowed.out, false) != 0) {
        d->failed = true;
    }
}

static bool has(const struct dbc_refs *list, const char *ref)
{
    return dbc_find_word(list->v, list->n, ref) < list->n;
}

static bool same_few(const struct differ *d, const struct dbc_field *field,
                     const struct dbc_refs *old_list, const struct dbc_refs *new_list)
{
    const char *there[FEW] = { NULL };
    struct dbc_refs old_set = { there, old_list->n };

    if (old_list->n > FEW || new_list->n > FEW) {
        return false;
    }
    for (size_t i = 0; i < old_list->n; i++) {
        there[i] = translated(d, field->target, old_list->v[i]);
        if (!has(new_list, there[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < new_list->n; i++) {
        if (!has(&old_set, new_list->v[i])) {
            return false;
        }
    }
    return true;
}

static void compare_refs(struct differ *d, const struct dbc_field *field,
                         const struct dbc_refs *old_list, const struct dbc_refs *new_list)
{
    struct dbc_hash old_set = DBC_HASH_INIT, new_set = DBC_HASH_INIT;

    if (same_few(d, field, old_list, new_list)) {
        return;
    }
    for (size_t i = 0; i < new_list->n; i++) {
        put(d, &new_set, new_list->v[i], new_list);
    }
    for (size_t i = 0; i < old_list->n; i++) {
        const char *there = translated(d, field->target, old_list->v[i]);
        put(d, &old_set, there, old_list);
        if (dbc_hash_get(&new_set, there) == NULL) {
            add_ref(d, field, old_list->v[i], NULL);
        }
    }
    for (size_t i = 0; i < new_list->n; i++) {
        if (dbc_hash_get(&old_set, new_list->v[i]) == NULL) {
            add_ref(d, field, NULL, new_list->v[i]);
        }
    }
    dbc_hash_release(&old_set);
    dbc_hash_release(&new_set);
}

static void index_map(struct differ *d, const struct dbc_map *map, struct dbc_hash *index)
{
    for (size_t i = 0; i < map->n; i++) {
        put(d, index, map->v[i].key, map->v[i].value);
    }
}

static void compare_maps(struct differ *d, const struct dbc_field *field,
                         const struct dbc_map *old_map, const struct dbc_map *new_map)
{
    struct dbc_hash old_index = DBC_HASH_INIT, new_index = DBC_HASH_INIT;

    index_map(d, old_map, &old_index);
    index_map(d, new_map, &new_index);
    for (size_t i = 0; i < old_map->n; i++) {
        const struct dbc_pair *pair = &old_map->v[i];
        const char *now = dbc_hash_get(&new_index, pair->key);
        if (now == NULL || strcmp(pair->value, now) != 0) {
            add_text(d, field->name, pair->key, pair->value, now);
        }
    }
    for (size_t i = 0; i < new_map->n; i++) {
        if (dbc_hash_get(&old_index, new_map->v[i].key) == NULL) {
            add_text(d, field->name, new_map->v[i].key, NULL, new_map->v[i].value);
        }
    }
    dbc_hash_release(&old_index);
    dbc_hash_release(&new_index);
}

static void index_extras(struct differ *d, const struct dbc_extras *extras, struct dbc_hash *index)
{
    for (const struct dbc_extra *x = extras->first; x != NULL; x = x->next) {
        put(d, index, x->xml, x->xml);
    }
}

static const char *extra_place(const struct dbc_extra *x)
{
    return x->field == NULL ? "" : x->field->name;
}

static void compare_extras(struct differ *d, const struct dbc_extras *old_extras,
                           const struct dbc_extras *new_extras)
{
    struct dbc_hash old_index = DBC_HASH_INIT, new_index = DBC_HASH_INIT;

    index_extras(d, old_extras, &old_index);
    index_extras(d, new_extras, &new_index);
    for (const struct dbc_extra *x = old_extras->first; x != NULL; x = x->next) {
        if (dbc_hash_get(&new_index, x->xml) == NULL) {
            add_text(d, extra_place(x), NULL, x->xml, NULL);
        }
    }
    for (const struct dbc_extra *x = new_extras->first; x != NULL; x = x->next) {
        if (dbc_hash_get(&old_index, x->xml) == NULL) {
            add_text(d, extra_place(x), NULL, NULL, x->xml);
        }
    }
    dbc_hash_release(&old_index);
    dbc_hash_release(&new_index);
}

/* ---- Records ------------------------------------------------------------------------------ */

/* A number is the same however it is written. */
static bool same(const struct dbc_field *field, const struct dbc_record *a,
                 const struct dbc_record *b)
{
    const struct dbc_int *x = dbc_field_of(a, field), *y = dbc_field_of(b, field);

    if (field->kind == DBC_KIND_INT && x->value != DBC_INT_NONE) {
        return x->value == y->value;
    }
    return strcmp(dbc_field_text(a, field), dbc_field_text(b, field)) == 0;
}

static void compare_field(struct differ *d, const struct dbc_field *field,
                          const struct dbc_record *a, const struct dbc_record *b)
{
    switch (field->kind) {
    case DBC_KIND_REF:
        compare_ref(d, field, dbc_field_text(a, field), dbc_field_text(b, field));
        break;
    case DBC_KIND_REFS:
        compare_refs(d, field, dbc_field_of(a, field), dbc_field_of(b, field));
        break;
    case DBC_KIND_MAP:
        compare_maps(d, field, dbc_field_of(a, field), dbc_field_of(b, field));
        break;
    case DBC_KIND_TEXT:
    case DBC_KIND_INT:
    case DBC_KIND_BOOL:
        if (!same(field, a, b)) {
            add_text(d, field->name, NULL, dbc_field_text(a, field), dbc_field_text(b, field));
        }
        break;
    }
}

static void compare_records(struct differ *d, const struct dbc_pair_of_records *pair)
{
    const struct dbc_class_info *info = dbc_schema_class(pair->old_rec->class_);

    d->n_fields = 0;
    for (size_t i = 0; i < info->n_fields && !d->failed; i++) {
        const struct dbc_field *field = &info->fields[i];
        if (pair->by == DBC_BY_PLACE && !d->identity && strcmp(field->name, "uuid") == 0) {
            continue;
        }
        compare_field(d, field, pair->old_rec, pair->new_rec);
    }
    compare_extras(d, &pair->old_rec->extras, &pair->new_rec->extras);
    if (d->n_fields > 0 && !d->failed) {
        add_record(d, DBC_RECORD_CHANGED, pair->old_rec, pair->new_rec);
    }
}

/* Adds a field of a record that only one side has. */
static void show_field(struct differ *d, const struct dbc_field *field,
                       const struct dbc_record *rec, bool is_new)
{
    static const struct dbc_refs no_refs = { 0 };
    static const struct dbc_map no_map = { 0 };
    const char *text = dbc_field_text(rec, field);
    const void *place = dbc_field_of(rec, field);

    if (field->kind == DBC_KIND_REFS) {
        compare_refs(d, field, is_new ? &no_refs : place, is_new ? place : &no_refs);
        return;
    }
    if (field->kind == DBC_KIND_MAP) {
        compare_maps(d, field, is_new ? &no_map : place, is_new ? place : &no_map);
        return;
    }
    if (strcmp(text, field->missing) == 0 || *text == '\0') {
        return;
    }
    if (field->kind == DBC_KIND_REF) {
        add_ref(d, field, is_new ? NULL : text, is_new ? text : NULL);
    } else {
        add_text(d, field->name, NULL, is_new ? NULL : text, is_new ? text : NULL);
    }
}

static void show_record(struct differ *d, const struct dbc_record *rec, bool is_new)
{
    static const struct dbc_extras none = { 0 };
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    d->n_fields = 0;
    for (size_t i = 0; i < info->n_fields && !d->failed; i++) {
        show_field(d, &info->fields[i], rec, is_new);
    }
    compare_extras(d, is_new ? &none : &rec->extras, is_new ? &rec->extras : &none);
    if (!d->failed) {
        add_record(d, is_new ? DBC_RECORD_ADDED : DBC_RECORD_REMOVED, is_new ? NULL : rec,
                   is_new ? rec : NULL);
    }
}

static void compare_class(struct differ *d, enum dbc_class class_)
{
    const struct dbc_records *before = &d->old_db->of[class_], *now = &d->new_db->of[class_];

    for (size_t i = 0; i < before->n && !d->failed; i++) {
        const struct dbc_pair_of_records *pair =
            dbc_hash_get(&d->match.of_old[class_], before->v[i]->ref);
        if (pair != NULL) {
            compare_records(d, pair);
        } else {
            show_record(d, before->v[i], false);
        }
    }
    for (size_t i = 0; i < now->n && !d->failed; i++) {
        if (dbc_hash_get(&d->match.of_new[class_], now->v[i]->ref) == NULL) {
            show_record(d, now->v[i], true);
        }
    }
}

/* Unknown top-level elements and comments come last, with no record. */
static void compare_rest(struct differ *d)
{
    d->n_fields = 0;
    compare_extras(d, &d->old_db->extras, &d->new_db->extras);
    if (d->n_fields > 0 && !d->failed) {
        add_record(d, DBC_RECORD_CHANGED, NULL, NULL);
    }
}

int dbc_diff(const struct dbc_db *old_db, const struct dbc_db *new_db, bool identity,
             struct dbc_diff *ret, struct dbc_error *err)
{
    struct differ d = { .old_db = old_db, .new_db = new_db, .identity = identity, .out = ret };

    *ret = DBC_DIFF_INIT;
    if (dbc_match(old_db, new_db, &d.match, err) != 0) {
        return -1;
    }
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        compare_class(&d, (enum dbc_class)i);
    }
    compare_rest(&d);
    dbc_match_release(&d.match);
    free(d.fields);
    if (d.failed) {
        dbc_diff_release(ret);
        return dbc_fail_nomem(err);
    }
    return 0;
}

void dbc_diff_release(struct dbc_diff *diff)
{
    free(diff->v);
    dbc_arena_release(&diff->arena);
    *diff = DBC_DIFF_INIT;
}
