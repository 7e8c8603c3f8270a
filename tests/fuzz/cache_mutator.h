/* cache_mutator.h - changes a network.dbcache as libFuzzer's own mutators cannot: it sets one field
 * of one record, as THE TABLE names them, to a value that is hostile, usual, or that of another
 * record.  So most inputs still are caches, and what is odd in them gets past the reader. */
#ifndef FUZZ_CACHE_MUTATOR_H
#define FUZZ_CACHE_MUTATOR_H

#include "values.h"
#include "xml/reader.h"
#include "xml/writer.h"

/* Returns a record of the class, or NULL when it has none. */
static struct dbc_record *some_record(const struct dbc_db *db, int class_, unsigned *seed)
{
    const struct dbc_records *records = &db->of[class_];

    return records->n == 0 ? NULL : records->v[draw(seed, records->n)];
}

static void set_text(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                     unsigned *seed)
{
    const struct dbc_record *other = some_record(db, (int)rec->class_, seed);
    bool borrowed = field->kind == DBC_KIND_TEXT && draw(seed, 4) == 0;

    dbc_record_set(db, rec, field,
                   borrowed ? *(const char *const *)dbc_field_of(other, field) : some_value(seed),
                   NULL, NULL);
}

static void set_reference(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                          unsigned *seed)
{
    const struct dbc_record *to = some_record(db, (int)field->target, seed);
    const char *refs[3] = { to == NULL ? "OpaqueRef:NULL" : to->ref, some_value(seed), "" };
    const struct dbc_record *second = some_record(db, (int)field->target, seed);

    if (field->kind == DBC_KIND_REF) {
        dbc_record_set(db, rec, field, refs[draw(seed, 8) == 0], NULL, NULL);
        return;
    }
    refs[1] = second == NULL ? refs[1] : second->ref;
    dbc_record_set_list(db, rec, field, refs, draw(seed, 4), NULL);
}

static void set_key(struct dbc_db *db, struct dbc_record *rec, const struct dbc_field *field,
                    unsigned *seed)
{
    const char *key = some_key(seed);

    dbc_record_set_key(db, rec, field, key, draw(seed, 8) == 0 ? NULL : some_value(seed), NULL);
}

static void change_a_field(struct dbc_db *db, unsigned *seed)
{
    struct dbc_record *rec = some_record(db, (int)draw(seed, DBC_N_CLASSES), seed);
    const struct dbc_class_info *info = rec == NULL ? NULL : dbc_schema_class(rec->class_);
    const struct dbc_field *field = info == NULL ? NULL : &info->fields[draw(seed, info->n_fields)];

    if (field == NULL) {
        return;
    }
    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_BOOL:
    case DBC_KIND_INT:
        set_text(db, rec, field, seed);
        break;
    case DBC_KIND_REF:
    case DBC_KIND_REFS:
        set_reference(db, rec, field, seed);
        break;
    case DBC_KIND_MAP:
        set_key(db, rec, field, seed);
        break;
    }
}

/* Changes the cache in `data`, up to `max` bytes; returns its new size, or 0 if it is no cache. */
static size_t mutate_cache(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct dbc_db *db = dbc_xml_read_memory("input", (const char *)data, size, NULL, NULL, NULL);
    struct dbc_buf text = DBC_BUF_INIT;
    size_t len = 0;

    if (db != NULL) {
        for (unsigned n = 1 + draw(&seed, 3); n > 0; n--) {
            change_a_field(db, &seed);
        }
        if (dbc_xml_format(db, &text, NULL) == 0 && text.len <= max) {
            len = text.len;
            memcpy(data, text.data, len);
        }
    }
    dbc_buf_release(&text);
    dbc_db_free(db);
    return len;
}

/* The same behind the `head` bytes of an input; one time in eight, and for what is no cache, the
 * whole input is changed by libFuzzer. */
static inline size_t mutate_behind(size_t head, uint8_t *data, size_t size, size_t max,
                                   unsigned seed)
{
    size_t len = 0;

    if (size > head && draw(&seed, 8) != 0) {
        len = mutate_cache(data + head, size - head, max - head, seed);
    }
    return len > 0 ? head + len : LLVMFuzzerMutate(data, size, max);
}

#endif
