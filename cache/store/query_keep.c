/* query_keep.c - keeps the parts of records that a query's statement reads (query_priv.h), as rows
 * of values, every text once.  A thousand hosts of a pool have mostly the same texts, and most
 * statements read a handful of thirty fields.  Records that are lent keep their texts, lists and
 * maps; only the rows are new. */
#include <string.h>

#include "base/error.h"
#include "store/query_priv.h"

#define SLOT_BYTES 32 /* about the memory that a hash needs for a key */

/* ---- Layouts ------------------------------------------------------------------------------ */

static void keep_part(struct dbc_query_layout *layout, size_t part)
{
    if (layout->slots[part] < 0) {
        layout->slots[part] = (signed char)layout->n;
        layout->parts[layout->n++] = (unsigned char)part;
    }
}

static bool reads_column(const struct dbc_query *query, int which, size_t column)
{
    return (query->used[which] >> (column < 63 ? column : 63) & 1) != 0;
}

/* Keeps all lists, or all maps, of a class for the rows of members or other_config. */
static void keep_kind(struct dbc_query_layout *layout, enum dbc_class class_, enum dbc_kind kind)
{
    const struct dbc_class_info *info = dbc_schema_class(class_);

    for (size_t i = 0; i < info->n_fields; i++) {
        if (info->fields[i].kind == kind) {
            keep_part(layout, DBC_QUERY_REF);
            keep_part(layout, i);
        }
    }
}

void dbc_query_lay_out(struct dbc_query *query)
{
    for (int c = 0; c < DBC_N_CLASSES; c++) {
        struct dbc_query_layout *layout = &query->layouts[c];
        struct dbc_query_vtab table = { .which = c };

        memset(layout->slots, -1, sizeof layout->slots);
        dbc_query_add_columns(&table);
        for (size_t i = 0; i < table.n; i++) {
            if (table.columns[i].kind == DBC_COLUMN_PART && reads_column(query, c, i)) {
                keep_part(layout, table.columns[i].part);
            }
        }
        if (query->seen[DBC_QUERY_MEMBERS]) {
            keep_kind(layout, (enum dbc_class)c, DBC_KIND_REFS);
        }
        if (query->seen[DBC_QUERY_CONFIG]) {
            keep_kind(layout, (enum dbc_class)c, DBC_KIND_MAP);
        }
    }
}

/* ---- Values ------------------------------------------------------------------------------- */

const char *dbc_query_text(struct dbc_query *query, const char *text)
{
    const char **stored = NULL;
    void **place = NULL;

    if (text[0] == '\0') {
        return "";
    }
    place = dbc_hash_enter(&query->texts, text, &stored);
    if (place == NULL) {
        return NULL;
    }
    if (*place == NULL) {
        *place = dbc_arena_strdup(&query->arena, text);
        *stored = *place == NULL ? "" : *place;
        query->beside += SLOT_BYTES;
    }
    return *place;
}

static const char *keep_text(struct dbc_query *query, const char *text)
{
    return query->lent ? text : dbc_query_text(query, text);
}

static const struct dbc_int *keep_int(struct dbc_query *query, const struct dbc_int *integer)
{
    struct dbc_int *kept = NULL;

    if (query->lent) {
        return integer;
    }
    kept = dbc_hash_get(&query->numbers, integer->text);
    if (kept == NULL) {
        kept = dbc_arena_alloc(&query->arena, sizeof *kept);
        if (kept == NULL) {
            return NULL;
        }
        *kept = (struct dbc_int){ dbc_query_text(query, integer->text), integer->value };
        if (kept->text == NULL || dbc_hash_put(&query->numbers, kept->text, kept, false) != 0) {
            return NULL;
        }
    }
    return kept;
}

static const struct dbc_refs *keep_refs(struct dbc_query *query, const struct dbc_refs *refs)
{
    static const struct dbc_refs none = { NULL, 0 };
    struct dbc_refs *kept = NULL;

    if (query->lent || refs->n == 0) {
        return query->lent ? refs : &none;
    }
    kept = dbc_arena_alloc(&query->arena, sizeof *kept);
    if (kept == NULL) {
        return NULL;
    }
    *kept = (struct dbc_refs){ dbc_arena_alloc(&query->arena, refs->n * sizeof *kept->v), refs->n };
    for (size_t i = 0; kept->v != NULL && i < refs->n; i++) {
        kept->v[i] = dbc_query_text(query, refs->v[i]);
        if (kept->v[i] == NULL) {
            return NULL;
        }
    }
    return kept->v == NULL ? NULL : kept;
}

static const struct dbc_map *keep_map(struct dbc_query *query, const struct dbc_map *map)
{
    static const struct dbc_map none = { NULL, 0 };
    struct dbc_map *kept = NULL;

    if (query->lent || map->n == 0) {
        return query->lent ? map : &none;
    }
    kept = dbc_arena_alloc(&query->arena, sizeof *kept);
    if (kept == NULL) {
        return NULL;
    }
    *kept = (struct dbc_map){ dbc_arena_alloc(&query->arena, map->n * sizeof *kept->v), map->n };
    for (size_t i = 0; kept->v != NULL && i < map->n; i++) {
        kept->v[i].key = dbc_query_text(query, map->v[i].key);
        kept->v[i].value = dbc_query_text(query, map->v[i].value);
        if (kept->v[i].key == NULL || kept->v[i].value == NULL) {
            return NULL;
        }
    }
    return kept->v == NULL ? NULL : kept;
}

/* XAPI has the field, but nobody has asked it. */
static bool is_unknown(const struct dbc_record *rec, size_t i)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    return i >= info->n_fields && !dbc_record_has(rec, &info->fields[i]);
}

static union dbc_query_value unknown(enum dbc_kind kind)
{
    return kind == DBC_KIND_BOOL ? (union dbc_query_value){ .number = DBC_QUERY_UNKNOWN }
                                 : (union dbc_query_value){ .text = NULL };
}

/* False when out of memory. */
static bool keep_field(struct dbc_query *query, const struct dbc_record *rec, size_t i,
                       union dbc_query_value *ret)
{
    const struct dbc_field *field = &dbc_schema_class(rec->class_)->fields[i];
    const void *value = dbc_field_of(rec, field);

    if (is_unknown(rec, i)) {
        *ret = unknown(field->kind);
        return true;
    }
    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        ret->text = keep_text(query, *(const char *const *)value);
        return ret->text != NULL;
    case DBC_KIND_BOOL:
        ret->number = *(const bool *)value;
        return true;
    case DBC_KIND_INT:
        ret->integer = keep_int(query, value);
        return ret->integer != NULL;
    case DBC_KIND_REFS:
        ret->refs = keep_refs(query, value);
        return ret->refs != NULL;
    case DBC_KIND_MAP:
        ret->map = keep_map(query, value);
        return ret->map != NULL;
    }
    return false;
}

static bool keep_value(struct dbc_query *query, const struct dbc_record *rec, size_t part,
                       union dbc_query_value *ret)
{
    if (part == DBC_QUERY_LINE) {
        ret->number = rec->line;
        return true;
    }
    if (part == DBC_QUERY_REF) {
        ret->text = keep_text(query, rec->ref);
        return ret->text != NULL;
    }
    return keep_field(query, rec, part, ret);
}

/* ---- A source ----------------------------------------------------------------------------- */

int dbc_query_check_bytes(const struct dbc_query *query, struct dbc_error *err)
{
    size_t bytes = query->limits.bytes == 0 ? DBC_QUERY_BYTES : query->limits.bytes;

    if (query->arena.used + query->beside <= bytes) {
        return 0;
    }
    return dbc_fail(err, DBC_ELIMIT,
                    "what the statement reads takes more than %zu MiB of memory; name fewer "
                    "columns, or fewer files",
                    bytes >> 20);
}

static int keep_class(struct dbc_query *query, struct dbc_query_source *source,
                      const struct dbc_records *records, int c, struct dbc_error *err)
{
    const struct dbc_query_layout *layout = &query->layouts[c];
    struct dbc_query_rows *rows = &source->of[c];

    rows->n = records->n;
    if (layout->n == 0 || records->n == 0) {
        return 0;
    }
    rows->v = dbc_arena_alloc(&query->arena, records->n * layout->n * sizeof *rows->v);
    for (size_t r = 0; rows->v != NULL && r < records->n; r++) {
        for (size_t i = 0; i < layout->n; i++) {
            if (!keep_value(query, records->v[r], layout->parts[i], &rows->v[r * layout->n + i])) {
                return dbc_fail_nomem(err);
            }
        }
    }
    return rows->v == NULL ? dbc_fail_nomem(err) : dbc_query_check_bytes(query, err);
}

int dbc_query_keep(struct dbc_query *query, struct dbc_query_source *source,
                   const struct dbc_db *db, struct dbc_error *err)
{
    int rc = 0;

    for (int c = 0; rc == 0 && c < DBC_N_CLASSES; c++) {
        rc = keep_class(query, source, &db->of[c], c, err);
    }
    return rc;
}

const union dbc_query_value *dbc_query_value(const struct dbc_query *query,
                                             const struct dbc_query_source *source,
                                             enum dbc_class class_, size_t row, size_t part)
{
    const struct dbc_query_layout *layout = &query->layouts[class_];

    return layout->slots[part] < 0
               ? NULL
               : &source->of[class_].v[row * layout->n + (size_t)layout->slots[part]];
}
