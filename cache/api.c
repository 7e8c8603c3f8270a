/* api.c - reading and writing files, and fields by name, for dbcache.h.  The top of cache/, built
 * into libdbcache only; the project's programs use the layers below directly. */
#include "dbcache.h"

#include "base/buf.h"
#include "base/error.h"
#include "model/database.h"
#include "xml/reader.h"
#include "xml/writer.h"

struct dbc_db *dbc_db_read(const char *path, dbc_warning_fn *warn, void *ctx, struct dbc_error *err)
{
    return dbc_xml_read_file(path, warn, ctx, err);
}

struct dbc_db *dbc_db_parse(const char *name, const void *data, size_t len, dbc_warning_fn *warn,
                            void *ctx, struct dbc_error *err)
{
    return dbc_xml_read_memory(name, data, len, warn, ctx, err);
}

int dbc_db_write(const struct dbc_db *db, const char *path, struct dbc_error *err)
{
    return dbc_xml_write_file(db, path, NULL, err);
}

int dbc_db_format(const struct dbc_db *db, char **text, size_t *len, struct dbc_error *err)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    if (dbc_xml_format(db, &buf, err) != 0) {
        dbc_buf_release(&buf);
        return -1;
    }
    *len = buf.len;
    *text = dbc_buf_steal(&buf);
    return 0;
}

enum dbc_class dbc_record_class(const struct dbc_record *rec)
{
    return rec->class_;
}

const char *dbc_record_ref(const struct dbc_record *rec)
{
    return rec->ref;
}

unsigned dbc_record_line(const struct dbc_record *rec)
{
    return rec->line;
}

const char *dbc_class_name(enum dbc_class class_)
{
    return dbc_schema_class(class_)->name;
}

const char *dbc_class_field(enum dbc_class class_, size_t i)
{
    if ((unsigned)class_ >= DBC_N_CLASSES || i >= dbc_schema_class(class_)->n_fields) {
        return NULL;
    }
    return dbc_schema_class(class_)->fields[i].name;
}

static const struct dbc_field *row_of(const struct dbc_record *rec, const char *field)
{
    return rec == NULL || field == NULL ? NULL : dbc_schema_field(rec->class_, field);
}

const char *dbc_record_get(const struct dbc_record *rec, const char *field)
{
    const struct dbc_field *row = row_of(rec, field);

    return row == NULL ? NULL : dbc_field_text(rec, row);
}

const char *dbc_record_list_at(const struct dbc_record *rec, const char *field, size_t i)
{
    const struct dbc_field *row = row_of(rec, field);
    const struct dbc_refs *refs = NULL;

    if (row == NULL || row->kind != DBC_KIND_REFS) {
        return NULL;
    }
    refs = dbc_field_of(rec, row);
    return i < refs->n ? refs->v[i] : NULL;
}

const char *dbc_record_key_at(const struct dbc_record *rec, const char *field, size_t i)
{
    const struct dbc_field *row = row_of(rec, field);
    const struct dbc_map *map = NULL;

    if (row == NULL || row->kind != DBC_KIND_MAP) {
        return NULL;
    }
    map = dbc_field_of(rec, row);
    return i < map->n ? map->v[i].key : NULL;
}

const char *dbc_record_other_config(const struct dbc_record *rec, const char *key)
{
    const struct dbc_field *row = row_of(rec, "other_config");

    return row == NULL || key == NULL ? NULL : dbc_map_get(dbc_field_of(rec, row), key);
}
