/* export_json.c - records as JSON (export.h).  What to write comes from the schema's table: a new
 * field needs no line here. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "export.h"

#define VERSION 1 /* of the shape; another one when a reader of this would go wrong */

/* ---- Fields ---------------------------------------------------------------------------------- */

static json_t *int_json(const struct dbc_int *number)
{
    char text[16];

    snprintf(text, sizeof text, "%d", number->value);
    return number->value != DBC_INT_NONE && strcmp(text, number->text) == 0
               ? json_integer(number->value)
               : cli_json_text(number->text);
}

static json_t *refs_json(const struct dbc_refs *refs)
{
    json_t *json = json_array();

    for (size_t i = 0; i < refs->n; i++) {
        json_array_append_new(json, cli_json_text(refs->v[i]));
    }
    return json;
}

static json_t *map_json(const struct dbc_map *map)
{
    json_t *json = json_object();

    for (size_t i = 0; i < map->n; i++) {
        json_object_set_new(json, map->v[i].key, cli_json_text(map->v[i].value));
    }
    return json;
}

json_t *cli_field_json(const struct dbc_record *rec, const struct dbc_field *field)
{
    const void *value = dbc_field_of(rec, field);

    switch (field->kind) {
    case DBC_KIND_TEXT:
    case DBC_KIND_REF:
        return cli_json_text(*(const char *const *)value);
    case DBC_KIND_BOOL:
        return json_boolean(*(const bool *)value);
    case DBC_KIND_INT:
        return int_json(value);
    case DBC_KIND_REFS:
        return refs_json(value);
    case DBC_KIND_MAP:
        return map_json(value);
    }
    return NULL;
}

/* ---- Records --------------------------------------------------------------------------------- */

/* Whether the cache has an optional field is part of what it says. */
static bool is_left_out(const struct dbc_record *rec, const struct dbc_field *field)
{
    return (field->flags & DBC_FIELD_OPTIONAL) != 0 && !dbc_record_has(rec, field);
}

static json_t *extras_json(const struct dbc_extras *extras)
{
    json_t *json = json_array();

    for (const struct dbc_extra *extra = extras->first; extra != NULL; extra = extra->next) {
        json_t *inside = cli_json_text(extra->field == NULL ? NULL : extra->field->name);
        json_array_append_new(json, json_pack("{s:o, s:o}", "inside", inside, "xml",
                                              cli_json_text(extra->xml)));
    }
    return json;
}

static json_t *record_json(const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);
    json_t *json = json_object();

    json_object_set_new(json, "ref", cli_json_text(rec->ref));
    for (size_t i = 0; i < info->n_fields; i++) {
        const struct dbc_field *field = &info->fields[i];
        json_object_set_new(json, field->name,
                            is_left_out(rec, field) ? json_null() : cli_field_json(rec, field));
    }
    json_object_set_new(json, "unknown", extras_json(&rec->extras));
    return json;
}

static json_t *records_json(const struct dbc_records *records)
{
    json_t *json = json_array();

    for (size_t i = 0; i < records->n; i++) {
        json_array_append_new(json, record_json(records->v[i]));
    }
    return json;
}

static json_t *host_json(const struct cli_host *host)
{
    json_t *json = json_object();

    json_object_set_new(json, "format", json_string("network.dbcache"));
    json_object_set_new(json, "version", json_integer(VERSION));
    json_object_set_new(json, "host", cli_json_text(host->name));
    json_object_set_new(json, "source", cli_json_text(host->file));
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        json_object_set_new(json, dbc_schema_class((enum dbc_class)i)->name,
                            records_json(&host->db->of[i]));
    }
    json_object_set_new(json, "unknown", extras_json(&host->db->extras));
    return json;
}

int cli_export_json(const struct cli_host *host, struct dbc_buf *out, struct dbc_error *err)
{
    json_t *json = host_json(host);
    int rc = json == NULL ? -1 : json_dump_callback(json, dbc_buf_sink, out, JSON_INDENT(2));

    dbc_buf_addc(out, '\n');
    json_decref(json);
    return rc != 0 || out->failed ? dbc_fail_nomem(err) : 0;
}
