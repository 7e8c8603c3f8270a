/* fields.c - writes fields of records as cells of rows (fields.h). */
#include "fields.h"

static void put_room(struct cli_rows *rows, const char *name, const struct dbc_buf *room)
{
    cli_rows_text(rows, name, dbc_buf_str(room));
    rows->out.failed = rows->out.failed || room->failed;
}

static void put_refs(struct cli_rows *rows, const char *name, const struct dbc_refs *refs,
                     struct dbc_buf *room)
{
    dbc_buf_clear(room);
    for (size_t i = 0; i < refs->n; i++) {
        dbc_buf_adds(room, i == 0 ? "" : ",");
        dbc_buf_adds(room, refs->v[i]);
    }
    put_room(rows, name, room);
}

static void put_map(struct cli_rows *rows, const char *name, const struct dbc_map *map,
                    struct dbc_buf *room)
{
    dbc_buf_clear(room);
    for (size_t i = 0; i < map->n; i++) {
        dbc_buf_adds(room, i == 0 ? "" : ",");
        dbc_buf_adds(room, map->v[i].key);
        dbc_buf_addc(room, '=');
        dbc_buf_adds(room, map->v[i].value);
    }
    put_room(rows, name, room);
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
        cli_rows_text(rows, field->name, *(const char *const *)value);
        break;
    case DBC_KIND_BOOL:
        cli_rows_int(rows, field->name, *(const bool *)value);
        break;
    case DBC_KIND_INT:
        put_int(rows, field->name, value);
        break;
    case DBC_KIND_REFS:
        put_refs(rows, field->name, value, room);
        break;
    case DBC_KIND_MAP:
        put_map(rows, field->name, value, room);
        break;
    }
}
