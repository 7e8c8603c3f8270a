/* sync_database.h - for fuzz_sync: Open vSwitch's database with its bridges and interfaces, as far
 * as ovs-xapi-sync sees it.  What it writes is in sync_policy.h. */
#ifndef FUZZ_SYNC_DATABASE_H
#define FUZZ_SYNC_DATABASE_H

#include <jansson.h>

#include "policy.h"
#include "reconfigure/host/ovsdb.h"

static const char *const sync_tables[] = { "Bridge", "Interface" };

/* {TABLE: {UUID: {"name": TEXT, "fail_mode": TEXT, "external_ids": {...}, "other_config": {...}}}}
 */
static json_t *database;

static inline void database_clear(void)
{
    json_decref(database);
    database = json_pack("{s:{}, s:{}}", sync_tables[0], sync_tables[1]);
    must(database != NULL, "out of memory", "");
}

static inline json_t *database_row(const char *table, const char *uuid)
{
    return json_object_get(json_object_get(database, table), uuid);
}

/* ---- Cells --------------------------------------------------------------------------------- */

/* An object for ["map", [[KEY, VALUE], ...]]; NULL when the cell is no map of strings. */
static inline json_t *map_of(const json_t *cell)
{
    const char *tag = json_string_value(json_array_get(cell, 0));
    json_t *pairs = json_array_get(cell, 1), *pair = NULL, *map = json_object();
    bool good = json_array_size(cell) == 2 && tag != NULL && strcmp(tag, "map") == 0 &&
                json_is_array(pairs);
    size_t i = 0;

    json_array_foreach(pairs, i, pair)
    {
        const char *key = json_string_value(json_array_get(pair, 0));

        good = good && json_array_size(pair) == 2 && key != NULL &&
               json_is_string(json_array_get(pair, 1)) &&
               json_object_set(map, key, json_array_get(pair, 1)) == 0;
    }
    if (!good) {
        json_decref(map);
        return NULL;
    }
    return map;
}

static inline int by_key(const void *a, const void *b)
{
    return strcmp(json_string_value(json_array_get(*(json_t *const *)a, 0)),
                  json_string_value(json_array_get(*(json_t *const *)b, 0)));
}

/* The reverse.  The server writes a map in the order of its keys. */
static inline json_t *cell_of(json_t *map)
{
    json_t **pairs = calloc(json_object_size(map) + 1, sizeof(json_t *)), *list = json_array();
    json_t *value = NULL;
    const char *key = NULL;
    size_t n = 0;

    must(pairs != NULL, "out of memory", "");
    json_object_foreach(map, key, value)
    {
        pairs[n++] = json_pack("[s, O]", key, value);
    }
    qsort(pairs, n, sizeof *pairs, by_key);
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, pairs[i]);
    }
    free(pairs);
    return json_pack("[s, o]", "map", list);
}

static inline json_t *mode_cell(const char *mode)
{
    return mode[0] != '\0' ? json_string(mode) : json_pack("[s, []]", "set");
}

/* The columns as the monitor reports them. */
static inline json_t *columns_of(const char *table, const json_t *row)
{
    json_t *columns = json_pack("{s:O, s:o}", "name", json_object_get(row, "name"), "external_ids",
                                cell_of(json_object_get(row, "external_ids")));

    if (strcmp(table, "Bridge") == 0) {
        const char *mode = json_string_value(json_object_get(row, "fail_mode"));

        json_object_set_new(columns, "other_config", cell_of(json_object_get(row, "other_config")));
        json_object_set_new(columns, "fail_mode", mode_cell(mode));
    }
    return columns;
}

/* ---- Rows from outside --------------------------------------------------------------------- */

/* Whether the schema allows such a row: its uuid is new or its own, and so is its name. */
static inline bool is_allowed(const char *table, const char *uuid, const char *name)
{
    json_t *cell = json_pack("[s, s]", "uuid", uuid), *row = NULL;
    bool good = ifr_ovsdb_uuid(cell) != NULL && name != NULL;
    const char *other = NULL;

    json_decref(cell);
    for (size_t i = 0; i < 2; i++) {
        json_object_foreach(json_object_get(database, sync_tables[i]), other, row)
        {
            bool named =
                name != NULL && strcmp(json_string_value(json_object_get(row, "name")), name) == 0;
            bool same_table = strcmp(table, sync_tables[i]) == 0;

            good = good && (strcmp(other, uuid) == 0 ? same_table && named : !same_table || !named);
        }
    }
    return good;
}

/* Puts a row into the database, as the monitor then reports it; false when it cannot be one. */
static inline bool database_put(const char *table, const char *uuid, const json_t *columns)
{
    const char *name = json_string_value(json_object_get(columns, "name"));
    const char *mode = ifr_ovsdb_text(json_object_get(columns, "fail_mode"));
    json_t *external = map_of(json_object_get(columns, "external_ids"));
    json_t *other = map_of(json_object_get(columns, "other_config"));
    bool good = is_allowed(table, uuid, name) && external != NULL &&
                (other != NULL || strcmp(table, "Interface") == 0);

    if (good) {
        mode = strcmp(mode, "secure") == 0 || strcmp(mode, "standalone") == 0 ? mode : "";
        json_object_set_new(json_object_get(database, table), uuid,
                            json_pack("{s:s, s:s, s:O, s:o}", "name", name, "fail_mode", mode,
                                      "external_ids", external, "other_config",
                                      other == NULL ? json_object() : json_incref(other)));
    }
    json_decref(external);
    json_decref(other);
    return good;
}

#endif
