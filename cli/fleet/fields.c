/* fields.c - writes fields of records as cells of rows (fields.h). */
#include "fields.h"

static void put_room(struct cli_rows *rows, const char *name, const struct dbc_buf *room)
{
    cli_rows_text(rows, name, dbc_buf_str(room));
    rows->out.failed = rows->out.failed || room->failed;
}

static void put_int(struct cli_rows *rows, const char *name, const struct dbc_int *number)
{
    if (number->value == DBC_INT_NONE) {
        cli_rows_null(rows, name);
    } else {
        cli_rows_int(rows, name, number->value);
    }
}

void cli_rows_field(struct cli_rows *rows, const struct dbc_record *rec,
                    const struct dbc_field *field, struct dbc_buf *room)
{
    const void *value = dbc_field_of(rec, field);

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        cli_rows_text(rows, field->name, dbc_field_text(rec, field));
        break;
    case DBC_KIND_BOOL:
        cli_rows_int(rows, field->name, *(const bool *)value);
        break;
    case DBC_KIND_INT:
        put_int(rows, field->name, value);
        break;
    case DBC_KIND_REFS:
        dbc_buf_clear(room);
        dbc_refs_join(value, ",", room);
        put_room(rows, field->name, room);
        break;
    case DBC_KIND_MAP:
        dbc_buf_clear(room);
        dbc_map_join(value, ",", room);
        put_room(rows, field->name, room);
        break;
    }
}
