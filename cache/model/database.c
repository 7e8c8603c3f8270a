/* database.c - fills a database (database.h), for every reader; find.c finds records in one.
 *
 * A cache of 4,000 VLANs has 200,000 texts of which most equal those of the record before (device,
 * MAC, mode, tagged_PIF ...): such a text is shared, which saves a third of the memory. */
#include "model/database.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/limits.h"
#include "base/valid.h"

struct span {
    const char *text;
    size_t len;
};

/* ---- Memory ------------------------------------------------------------------------------- */

static int check_room(const struct dbc_db *db, size_t size, struct dbc_error *err)
{
    if (db->arena.used > DBC_LIMIT_DB_BYTES || size > DBC_LIMIT_DB_BYTES) {
        return dbc_fail(err, DBC_ELIMIT, "expected records that fit into %u bytes, found more",
                        DBC_LIMIT_DB_BYTES);
    }
    return 0;
}

static void *db_alloc(struct dbc_db *db, size_t size, struct dbc_error *err)
{
    void *mem = NULL;

    if (check_room(db, size, err) != 0) {
        return NULL;
    }
    mem = dbc_arena_alloc(&db->arena, size);
    if (mem == NULL) {
        dbc_fail_nomem(err);
    }
    return mem;
}

/* A copy of a text of at most `max` bytes. */
static const char *db_text(struct dbc_db *db, struct span s, size_t max, struct dbc_error *err)
{
    const char *copy = NULL;

    if (s.len == 0) {
        return "";
    }
    if (s.len > max) {
        dbc_fail(err, DBC_ELIMIT, "expected a text of at most %zu bytes, found %zu", max, s.len);
        return NULL;
    }
    if (check_room(db, s.len, err) != 0) {
        return NULL;
    }
    copy = dbc_arena_strndup(&db->arena, s.text, s.len);
    if (copy == NULL) {
        dbc_fail_nomem(err);
    }
    return copy;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span strip(const char *text)
{
    struct span s = { text, 0 };

    while (is_space(*s.text)) {
        s.text++;
    }
    s.len = strlen(s.text);
    while (s.len > 0 && is_space(s.text[s.len - 1])) {
        s.len--;
    }
    return s;
}

static struct span whole(const char *text)
{
    return (struct span){ text, strlen(text) };
}

static bool says(const char *known, struct span s)
{
    return strncmp(known, s.text, s.len) == 0 && known[s.len] == '\0';
}

/* ---- Life --------------------------------------------------------------------------------- */

struct dbc_db *dbc_db_new(struct dbc_error *err)
{
    struct dbc_db *db = calloc(1, sizeof *db);

    if (db == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    db->by_uuid = calloc(DBC_N_CLASSES, sizeof *db->by_uuid);
    if (db->by_uuid == NULL || dbc_db_set_source(db, "", err) != 0) {
        dbc_fail_nomem(err);
        dbc_db_free(db);
        return NULL;
    }
    return db;
}

void dbc_db_free(struct dbc_db *db)
{
    if (db == NULL) {
        return;
    }
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        free(db->of[i].v);
        dbc_hash_release(&db->by_ref[i]);
        if (db->by_uuid != NULL) {
            dbc_hash_release(&db->by_uuid[i]);
        }
    }
    dbc_hash_release(&db->by_bridge);
    dbc_arena_release(&db->arena);
    free(db->by_uuid);
    free(db);
}

int dbc_db_set_source(struct dbc_db *db, const char *source, struct dbc_error *err)
{
    char *copy = dbc_arena_strdup(&db->arena, source);

    if (copy == NULL) {
        return dbc_fail_nomem(err);
    }
    db->source = copy;
    return 0;
}

/* ---- Adding records ----------------------------------------------------------------------- */

static struct dbc_int parse_int(const char *text, bool *ok)
{
    struct dbc_int number = { .text = text, .value = DBC_INT_NONE };

    *ok = dbc_parse_int(text, DBC_INT_NONE + 1, INT_MAX, &number.value);
    return number;
}

/* Gives a field of zeroed memory its `missing` text; zeros are an empty list or map, or false. */
static void set_missing(struct dbc_record *rec, const struct dbc_field *field)
{
    void *place = dbc_field_at(rec, field);
    bool ok = false;

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        *(const char **)place = field->missing;
        break;
    case DBC_KIND_INT:
        *(struct dbc_int *)place = parse_int(field->missing, &ok);
        break;
    case DBC_KIND_BOOL:
    case DBC_KIND_REFS:
    case DBC_KIND_MAP:
        break;
    }
}

static struct dbc_record *blank(struct dbc_db *db, enum dbc_class class_, struct dbc_error *err)
{
    const struct dbc_class_info *info = dbc_schema_class(class_);
    struct dbc_record *rec = db->of[class_].blank;

    if (rec == NULL) {
        rec = db_alloc(db, info->size, err);
        if (rec == NULL) {
            return NULL;
        }
        rec->class_ = class_;
        for (size_t i = 0; i < info->n_known; i++) {
            set_missing(rec, &info->fields[i]);
        }
        db->of[class_].blank = rec;
    }
    return rec;
}

struct dbc_record *dbc_db_make(struct dbc_db *db, enum dbc_class class_, const char *ref,
                               struct dbc_error *err)
{
    size_t size = dbc_schema_class(class_)->size;
    const struct dbc_record *from = blank(db, class_, err);
    const char *name = db_text(db, whole(ref), DBC_LIMIT_REF_BYTES, err);
    struct dbc_record *rec = NULL;

    if (from == NULL || name == NULL) {
        return NULL;
    }
    rec = db_alloc(db, size, err);
    if (rec != NULL) {
        memcpy(rec, from, size);
        rec->ref = name;
    }
    return rec;
}

static size_t count_all(const struct dbc_db *db)
{
    size_t n = 0;

    for (int i = 0; i < DBC_N_CLASSES; i++) {
        n += db->of[i].n;
    }
    return n;
}

/* Makes room in the list.  A full database has none, but takes a record in another one's place. */
static int make_place(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err)
{
    struct dbc_records *list = &db->of[rec->class_];

    if (count_all(db) >= DBC_LIMIT_RECORDS && dbc_db_edit(db, rec) == NULL) {
        return dbc_fail(err, DBC_ELIMIT, "expected at most %d records, found more",
                        DBC_LIMIT_RECORDS);
    }
    return DBC_GROW(list->v, list->n, list->cap) ? 0 : dbc_fail_nomem(err);
}

/* The old record takes the new one's content, so that list and index stay right. */
static struct dbc_record *replace(struct dbc_record *old, const struct dbc_record *rec)
{
    memcpy(old, rec, dbc_schema_class(rec->class_)->size);
    return old;
}

struct dbc_record *dbc_db_put(struct dbc_db *db, struct dbc_record *rec, bool *replaced_out,
                              struct dbc_error *err)
{
    struct dbc_records *list = &db->of[rec->class_];
    struct dbc_hash *index = &db->by_ref[rec->class_];
    size_t known = index->n;
    bool is_new = false;

    if (make_place(db, rec, err) != 0) {
        return NULL;
    }
    if (dbc_hash_put(index, rec->ref, rec, false) != 0) {
        dbc_fail_nomem(err);
        return NULL;
    }
    is_new = index->n > known;
    if (replaced_out != NULL) {
        *replaced_out = !is_new;
    }
    if (!is_new) {
        return replace(dbc_hash_get(index, rec->ref), rec);
    }
    list->v[list->n++] = rec;
    return rec;
}

struct dbc_record *dbc_db_add(struct dbc_db *db, enum dbc_class class_, const char *ref,
                              struct dbc_error *err)
{
    struct dbc_record *rec = dbc_db_make(db, class_, ref, err);

    return rec == NULL ? NULL : dbc_db_put(db, rec, NULL, err);
}

/* ---- Setting fields ----------------------------------------------------------------------- */

/* The record of this class that came before `rec`, which need not be in the list yet. */
static const struct dbc_record *neighbour(const struct dbc_db *db, const struct dbc_record *rec)
{
    const struct dbc_records *list = &db->of[rec->class_];
    size_t n = list->n;

    if (n > 0 && list->v[n - 1] == rec) {
        n--;
    }
    return n == 0 ? list->blank : list->v[n - 1];
}

/* The neighbour's text or the missing one when it equals `text`, else a copy. */
static const char *keep(struct dbc_db *db, const char *before, const struct dbc_field *field,
                        struct span s, struct dbc_error *err)
{
    if (before != NULL && says(before, s)) {
        return before;
    }
    return says(field->missing, s) ? field->missing : db_text(db, s, DBC_LIMIT_TEXT_BYTES, err);
}

static int set_int(struct dbc_db *db, struct dbc_int *place, const struct dbc_int *before,
                   const struct dbc_field *field, struct span s, bool *ok, struct dbc_error *err)
{
    const char *kept = keep(db, before == NULL ? NULL : before->text, field, s, err);

    if (kept == NULL) {
        return -1;
    }
    *place = parse_int(kept, ok);
    return 0;
}

static int set_text(struct dbc_db *db, const char **place, const char *const *before,
                    const struct dbc_field *field, struct span s, struct dbc_error *err)
{
    const char *kept = keep(db, before == NULL ? NULL : *before, field, s, err);

    if (kept == NULL) {
        return -1;
    }
    *place = kept;
    return 0;
}

static bool set_bool(bool *place, struct span s)
{
    *place = says("True", s);
    return *place || says("False", s);
}

static void mark(struct dbc_record *rec, const struct dbc_field *field)
{
    rec->present |= UINT64_C(1) << dbc_schema_field_index(field);
}

static int set_span(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                    struct span s, bool *ok_out, struct dbc_error *err)
{
    const struct dbc_record *near = neighbour(db, rec);
    const void *before = near == NULL ? NULL : dbc_field_of(near, field);
    void *place = dbc_field_at(rec, field);
    bool ok = true;
    int status = 0;

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        status = set_text(db, place, before, field, s, err);
        break;
    case DBC_KIND_BOOL:
        ok = set_bool(place, s);
        break;
    case DBC_KIND_INT:
        status = set_int(db, place, before, field, s, &ok, err);
        break;
    case DBC_KIND_REFS:
    case DBC_KIND_MAP:
        return dbc_fail(err, DBC_EINVAL, "expected a field with one text, found %s", field->name);
    }
    if (status == 0) {
        mark(rec, field);
    }
    if (ok_out != NULL) {
        *ok_out = ok;
    }
    return status;
}

int dbc_record_set(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                   const char *text, bool *ok_out, struct dbc_error *err)
{
    return set_span(db, rec, field, strip(text), ok_out, err);
}

int dbc_record_set_trimmed(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                           const char *text, size_t len, bool *ok_out, struct dbc_error *err)
{
    return set_span(db, rec, field, (struct span){ text, len }, ok_out, err);
}

static int check_many(const struct dbc_field *field, enum dbc_kind kind, size_t n,
                      struct dbc_error *err)
{
    if (field->kind != kind && (kind == DBC_KIND_MAP || (field->flags & DBC_FIELD_LIST) == 0)) {
        return dbc_fail(err, DBC_EINVAL, "expected a %s, found %s",
                        kind == DBC_KIND_MAP ? "map" : "list", field->name);
    }
    if (n > DBC_LIMIT_LIST) {
        return dbc_fail(err, DBC_ELIMIT, "expected at most %d items in %s, found %zu",
                        DBC_LIMIT_LIST, field->name, n);
    }
    return 0;
}

/* Leaves out empty items: XAPI has a list with one empty text where there is nothing. */
static int set_joined(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                      const char *const *items, size_t n, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int status = 0;

    for (size_t i = 0; i < n; i++) {
        if (items[i][0] != '\0') {
            dbc_buf_adds(&text, text.len == 0 ? "" : ",");
            dbc_buf_adds(&text, items[i]);
        }
    }
    status = text.failed ? dbc_fail_nomem(err)
                         : dbc_record_set(db, rec, field, dbc_buf_str(&text), NULL, err);
    dbc_buf_release(&text);
    return status;
}

int dbc_record_set_list(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                        const char *const *refs, size_t n, struct dbc_error *err)
{
    struct dbc_refs list = { NULL, n };

    if (check_many(field, DBC_KIND_REFS, n, err) != 0) {
        return -1;
    }
    if (field->kind != DBC_KIND_REFS) {
        return set_joined(db, rec, field, refs, n, err);
    }
    if (n > 0) {
        list.v = db_alloc(db, n * sizeof *list.v, err);
        if (list.v == NULL) {
            return -1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        list.v[i] = db_text(db, strip(refs[i]), DBC_LIMIT_TEXT_BYTES, err);
        if (list.v[i] == NULL) {
            return -1;
        }
    }
    *(struct dbc_refs *)dbc_field_at(rec, field) = list;
    mark(rec, field);
    return 0;
}

/* Finds the pair with this key; *ret is NULL when there is none.  A short map is searched.  A long
 * one has an index, which this fills, since a stranger may have chosen the keys and their number.
 */
static int find_key(const struct dbc_map *map, struct dbc_hash *index, size_t n, const char *key,
                    struct dbc_pair **ret, struct dbc_error *err)
{
    *ret = NULL;
    if (n <= 16) {
        for (size_t i = 0; i < map->n && *ret == NULL; i++) {
            *ret = strcmp(map->v[i].key, key) == 0 ? &map->v[i] : NULL;
        }
        return 0;
    }
    *ret = dbc_hash_get(index, key);
    if (*ret == NULL && dbc_hash_put(index, key, &map->v[map->n], false) != 0) {
        return dbc_fail_nomem(err);
    }
    return 0;
}

static int fill_map(struct dbc_db *db, struct dbc_map *map, struct dbc_hash *index,
                    const struct dbc_pair *pairs, size_t n, struct dbc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const char *value = db_text(db, strip(pairs[i].value), DBC_LIMIT_TEXT_BYTES, err);
        struct dbc_pair *place = NULL;

        if (value == NULL || find_key(map, index, n, pairs[i].key, &place, err) != 0) {
            return -1;
        }
        if (place == NULL) {
            place = &map->v[map->n++];
            place->key = db_text(db, whole(pairs[i].key), DBC_LIMIT_TEXT_BYTES, err);
            if (place->key == NULL) {
                return -1;
            }
        }
        place->value = value;
    }
    return 0;
}

int dbc_record_set_map(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                       const struct dbc_pair *pairs, size_t n, struct dbc_error *err)
{
    struct dbc_hash index = DBC_HASH_INIT;
    struct dbc_map map = { NULL, 0 };
    int status = 0;

    if (check_many(field, DBC_KIND_MAP, n, err) != 0) {
        return -1;
    }
    if (n > 0) {
        map.v = db_alloc(db, n * sizeof *map.v, err);
        status = map.v == NULL ? -1 : fill_map(db, &map, &index, pairs, n, err);
    }
    dbc_hash_release(&index);
    if (status == 0) {
        *(struct dbc_map *)dbc_field_at(rec, field) = map;
        mark(rec, field);
    }
    return status;
}

int dbc_record_set_key(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                       const char *key, const char *value, struct dbc_error *err)
{
    const struct dbc_map *map = dbc_field_of(rec, field);
    struct dbc_pair *pairs = calloc(map->n + 1, sizeof *pairs), pair = { key, value };
    bool found = false;
    size_t n = 0;
    int status = 0;

    if (pairs == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < map->n; i++) {
        bool same = strcmp(map->v[i].key, key) == 0;

        found = found || same;
        if (!same || value != NULL) {
            pairs[n++] = same ? pair : map->v[i];
        }
    }
    if (value != NULL && !found) {
        pairs[n++] = pair;
    }
    status = dbc_record_set_map(db, rec, field, pairs, n, err);
    free(pairs);
    return status;
}

void dbc_record_unset(struct dbc_record *rec, const struct dbc_field *field)
{
    void *place = dbc_field_at(rec, field);

    switch (field->kind) {
    case DBC_KIND_BOOL:
        *(bool *)place = false;
        break;
    case DBC_KIND_REFS:
        *(struct dbc_refs *)place = (struct dbc_refs){ NULL, 0 };
        break;
    case DBC_KIND_MAP:
        *(struct dbc_map *)place = (struct dbc_map){ NULL, 0 };
        break;
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
    case DBC_KIND_INT:
        set_missing(rec, field);
        break;
    }
    rec->present &= ~(UINT64_C(1) << dbc_schema_field_index(field));
}

struct dbc_record *dbc_db_edit(struct dbc_db *db, const struct dbc_record *rec)
{
    return dbc_hash_get(&db->by_ref[rec->class_], rec->ref);
}

int dbc_db_add_extra(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                     const char *xml, size_t len, struct dbc_error *err)
{
    struct dbc_extras *list = rec == NULL ? &db->extras : &rec->extras;
    struct dbc_extra *extra = db_alloc(db, sizeof *extra, err);

    if (extra == NULL) {
        return -1;
    }
    extra->field = field;
    extra->xml = db_text(db, (struct span){ xml, len }, SIZE_MAX, err);
    if (extra->xml == NULL) {
        return -1;
    }
    if (list->last == NULL) {
        list->first = extra;
    } else {
        list->last->next = extra;
    }
    list->last = extra;
    return 0;
}
