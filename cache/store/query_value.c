/* query_value.c - fields of records as values of SQLite (query_priv.h). */
#include <stdlib.h>

#include "store/query_priv.h"

void dbc_query_result_text(sqlite3_context *context, const char *text)
{
    sqlite3_result_text(context, text, -1, SQLITE_STATIC);
}

/* Takes what was built over. */
static void result_built(sqlite3_context *context, struct dbc_buf *buf)
{
    size_t len = buf->len;
    char *text = dbc_buf_steal(buf);

    if (text == NULL) {
        sqlite3_result_error_nomem(context);
    } else {
        sqlite3_result_text64(context, text, len, free, SQLITE_UTF8);
    }
}

static void result_refs(sqlite3_context *context, const struct dbc_refs *refs)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    for (size_t i = 0; i < refs->n; i++) {
        dbc_buf_adds(&buf, i == 0 ? "" : ",");
        dbc_buf_adds(&buf, refs->v[i]);
    }
    dbc_buf_adds(&buf, "");
    result_built(context, &buf);
}

static void result_map(sqlite3_context *context, const struct dbc_map *map)
{
    struct dbc_buf buf = DBC_BUF_INIT;

    for (size_t i = 0; i < map->n; i++) {
        dbc_buf_adds(&buf, i == 0 ? "" : ",");
        dbc_buf_adds(&buf, map->v[i].key);
        dbc_buf_addc(&buf, '=');
        dbc_buf_adds(&buf, map->v[i].value);
    }
    dbc_buf_adds(&buf, "");
    result_built(context, &buf);
}

void dbc_query_result_field(sqlite3_context *context, const struct dbc_record *rec,
                            const struct dbc_field *field)
{
    const void *value = dbc_field_of(rec, field);

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        dbc_query_result_text(context, *(const char *const *)value);
        break;
    case DBC_KIND_BOOL:
        sqlite3_result_int(context, *(const bool *)value);
        break;
    case DBC_KIND_INT:
        if (((const struct dbc_int *)value)->value == DBC_INT_NONE) {
            dbc_query_result_text(context, ((const struct dbc_int *)value)->text);
        } else {
            sqlite3_result_int(context, ((const struct dbc_int *)value)->value);
        }
        break;
    case DBC_KIND_REFS:
        result_refs(context, value);
        break;
    case DBC_KIND_MAP:
        result_map(context, value);
        break;
    }
}
