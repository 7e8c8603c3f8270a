/* export_json.c - writes records as JSON (export.h).  The fields come from the schema's table, so a
 * new field needs no line here. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "export.h"

#define VERSION 1 /* of the structure; to be raised when readers of this one would go wrong */

/* ---- Fields ---------------------------------------------------------------------------------- */

static void put_int(struct dbc_json *json, const char *name, const struct dbc_int *number)
{
    char text[16];

    snprintf(text, sizeof text, "%d", number->value);
    if (number->value != DBC_INT_NONE && strcmp(text, number->text) == 0) {
        dbc_json_int(json, name, number->value);
    } else {
        dbc_json_text(json, name, number->text);
    }
}

static void put_refs(struct dbc_json *json, const char *name, const struct dbc_refs *refs)
{
    dbc_json_open(json, name, '[');
    for (size_t i = 0; i < refs->n; i++) {
        dbc_json_text(json, NULL, refs->v[i]);
    }
    dbc_json_close(json, ']');
}

static void put_map(struct dbc_json *json, const char *name, const struct dbc_map *map)
{
    dbc_json_open(json, name, '{');
    for (size_t i = 0; i < map->n; i++) {
        dbc_json_text(json, map->v[i].key, map->v[i].value);
    }
    dbc_json_close(json, '}');
}

void cli_put_field(struct dbc_json *json, const struct dbc_record *rec,
                   const struct dbc_field *field)
{
    const void *value = dbc_field_of(rec, field);

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        dbc_json_text(json, field->name, *(const char *const *)value);
        break;
    case DBC_KIND_BOOL:
        dbc_json_bool(json, field->name, *(const bool *)value);
        break;
    case DBC_KIND_INT:
        put_int(json, field->name, value);
        break;
    case DBC_KIND_REFS:
        put_refs(json, field->name, value);
        break;
    case DBC_KIND_MAP:
        put_map(json, field->name, value);
        break;
    }
}

/* ---- Records --------------------------------------------------------------------------------- */

/* An optional field that the cache does not have is left out here, too. */
static bool is_left_out(const struct dbc_record *rec, const struct dbc_field *field)
{
    return (field->flags & DBC_FIELD_OPTIONAL) != 0 && !dbc_record_has(rec, field);
}

static void put_extras(struct dbc_json *json, const struct dbc_extras *extras)
{
    dbc_json_open(json, "unknown", '[');
    for (const struct dbc_extra *extra = extras->first; extra != NULL; extra = extra->next) {
        dbc_json_open(json, NULL, '{');
        dbc_json_text(json, "inside", extra->field == NULL ? NULL : extra->field->name);
        dbc_json_text(json, "xml", extra->xml);
        dbc_json_close(json, '}');
    }
    dbc_json_close(json, ']');
}

static void put_record(struct dbc_json *json, const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    dbc_json_open(json, NULL, '{');
    dbc_json_text(json, "ref", rec->ref);
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct dbc_field *field = &info->fields[i];
        if (is_left_out(rec, field)) {
            dbc_json_text(json, field->name, NULL);
        } else {
            cli_put_field(json, rec, field);
        }
    }
    put_extras(json, &rec->extras);
    dbc_json_close(json, '}');
}

static void put_records(struct dbc_json *json, const char *name, const struct dbc_records *records)
{
    dbc_json_open(json, name, '[');
    for (size_t i = 0; i < records->n; i++) {
        put_record(json, records->v[i]);
    }
    dbc_json_close(json, ']');
}

int cli_export_json(const struct cli_host *host, struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_json json = DBC_JSON_LINES(out);

    dbc_json_open(&json, NULL, '{');
    dbc_json_text(&json, "format", "network.dbcache");
    dbc_json_int(&json, "version", VERSION);
    dbc_json_text(&json, "host", host->name);
    dbc_json_text(&json, "source", host->file);
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        put_records(&json, dbc_schema_class((enum dbc_class)i)->name, &host->db->of[i]);
    }
    put_extras(&json, &host->db->extras);
    dbc_json_close(&json, '}');
    dbc_buf_addc(out, '\n');
    return out->failed ? dbc_fail_nomem(err) : 0;
}
