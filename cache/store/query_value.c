/* query_value.c - turns parts of records into values of SQLite (query_priv.h). */
#include <stdlib.h>

#include "store/query_priv.h"

/* NULL is SQL's, to SQLite as well. */
void dbc_query_result_text(sqlite3_context *context, const char *text)
{
    sqlite3_result_text(context, text, -1, SQLITE_STATIC);
}

/* Makes the text in `buf` the result and takes it over. */
static void result_built(sqlite3_context *context, struct dbc_buf *buf)
{
    size_t len = buf->len;
    char *text = NULL;

    dbc_buf_adds(buf, "");
    text = dbc_buf_steal(buf);

    if (text == NULL) {
        sqlite3_result_error_nomem(context);
    } else {
        sqlite3_result_text64(context, text, len, free, SQLITE_UTF8);
    }
}

static void result_field(sqlite3_context *context, enum dbc_kind kind,
                         const union dbc_query_value *value)
{
    struct dbc_buf joined = DBC_BUF_INIT;

    switch (kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        dbc_query_result_text(context, value->text);
        break;
    case DBC_KIND_BOOL:
        if (value->number == DBC_QUERY_UNKNOWN) {
            sqlite3_result_null(context);
        } else {
            sqlite3_result_int64(context, value->number);
        }
        break;
    case DBC_KIND_INT:
        if (value->integer->value == DBC_INT_NONE) {
            dbc_query_result_text(context, value->integer->text);
        } else {
            sqlite3_result_int(context, value->integer->value);
        }
        break;
    case DBC_KIND_REFS:
        dbc_refs_join(value->refs, ",", &joined);
        result_built(context, &joined);
        break;
    case DBC_KIND_MAP:
        if (value->map == NULL) {
            sqlite3_result_null(context);
        } else {
            dbc_map_join(value->map, ",", &joined);
            result_built(context, &joined);
        }
        break;
    }
}

void dbc_query_result_part(sqlite3_context *context, enum dbc_class class_, size_t part,
                           const union dbc_query_value *value)
{
    if (value == NULL) {
        /* SQLite said that the statement does not read this column.  A made-up value would look
         * right, so this is an error. */
        sqlite3_result_error(context, "a column was not kept", -1);
    } else if (part == DBC_QUERY_REF) {
        dbc_query_result_text(context, value->text);
    } else if (part == DBC_QUERY_LINE) {
        sqlite3_result_int64(context, value->number);
    } else {
        result_field(context, dbc_schema_class(class_)->fields[part].kind, value);
    }
}
