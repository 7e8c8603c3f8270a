/* edits_maker.c - the pieces that edits are made of (edits_priv.h): cells, edits of one row, and
 * the wait that asserts it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/state/edits_priv.h"

/* ---- Values --------------------------------------------------------------------------------- */

json_t *ifr_ref_to(const char *uuid)
{
    return json_pack("[s, s]", "uuid", uuid);
}

json_t *ifr_ref_to_new(const char *name)
{
    return json_pack("[s, s]", "named-uuid", name);
}

json_t *ifr_maker_nothing(void)
{
    return json_pack("[s, []]", "set");
}

json_t *ifr_maker_cell(const struct ifr_attribute *row, const char *text)
{
    if (row->type == 'b') {
        return json_boolean(strcmp(text, "true") == 0);
    }
    if (*text == '\0') {
        return ifr_maker_nothing();
    }
    return row->type == 'i' ? json_integer(strtoll(text, NULL, 10)) : json_string(text);
}

json_t *ifr_json_push(json_t *array, json_t *item)
{
    if (json_array_append_new(array, item) == 0) {
        return array;
    }
    json_decref(array);
    return NULL;
}

json_t *ifr_json_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) == 0) {
        return object;
    }
    json_decref(object);
    return NULL;
}

json_t *ifr_json_names(const json_t *object)
{
    json_t *names = json_array(), *value = NULL;
    const char *name = NULL;

    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        names = ifr_json_push(names, json_string(name));
    }
    return names;
}

json_t *ifr_json_texts(const char *const *texts, size_t n)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n; i++) {
        array = ifr_json_push(array, json_string(texts[i]));
    }
    return array;
}

/* ---- Edits ---------------------------------------------------------------------------------- */

void ifr_maker_add(struct ifr_maker *m, json_t *edit)
{
    m->failed = json_array_append_new(m->out->list, edit) != 0 || m->failed;
}

void ifr_maker_insert(struct ifr_maker *m, const char *table, json_t *row, char name[16])
{
    snprintf(name, 16, "row%u", m->rows++);
    ifr_maker_add(m, json_pack("{s:s, s:s, s:s, s:o}", "do", "insert", "table", table, "name", name,
                               "row", row));
}

void ifr_maker_connect(struct ifr_maker *m, const char *verb, const char *table, json_t *row,
                       const char *column, const char *of, json_t *child)
{
    ifr_maker_add(m, json_pack("{s:s, s:s, s:o, s:s, s:s, s:o}", "do", verb, "table", table, "row",
                               row, "column", column, "of", of, "child", child));
}

void ifr_maker_key(struct ifr_maker *m, const struct ifr_maker_cell *cell, const char *key,
                   const char *before, const char *after)
{
    ifr_maker_add(m, json_pack("{s:s, s:s, s:o, s:s, s:s, s:s?, s:s?}", "do", "key", "table",
                               cell->table, "row", ifr_ref_to(cell->uuid), "column", cell->column,
                               "key", key, "before", before, "after", after));
}

void ifr_maker_value(struct ifr_maker *m, const struct ifr_maker_cell *cell, json_t *before,
                     json_t *after)
{
    ifr_maker_add(m, json_pack("{s:s, s:s, s:o, s:s, s:o, s:o}", "do", "set", "table", cell->table,
                               "row", ifr_ref_to(cell->uuid), "column", cell->column, "before",
                               before, "after", after));
}

void ifr_maker_set(struct ifr_maker *m, const char *table, const struct ifr_object *object,
                   unsigned attribute, const char *after, const char *prefix)
{
    const struct ifr_attribute *row = &ifr_attributes(object->kind)[attribute];
    const struct ifr_maker_cell cell = { table, object->uuid, row->column };
    const char *before = ifr_object_get(object, attribute);
    char key[64];

    if (row->key == NULL) {
        ifr_maker_value(m, &cell, ifr_maker_cell(row, before), ifr_maker_cell(row, after));
        return;
    }
    snprintf(key, sizeof key, "%s%s", prefix, row->key);
    ifr_maker_key(m, &cell, key, *before != '\0' ? before : NULL, *after != '\0' ? after : NULL);
}

/* ---- Waits ---------------------------------------------------------------------------------- */

void ifr_maker_wait(struct ifr_maker *m, const char *table, const char *uuid, json_t *row)
{
    json_t *wait = json_pack("{s:s, s:i, s:s, s:[[s, s, o]], s:o, s:s, s:[o]}", "op", "wait",
                             "timeout", 0, "table", table, "where", "_uuid", "==", ifr_ref_to(uuid),
                             "columns", ifr_json_names(row), "until", "==", "rows", row);

    m->failed = json_array_append_new(m->out->waits, wait) != 0 || m->failed;
}

void ifr_maker_touch(struct ifr_maker *m, const char *table, const struct ifr_object *object)
{
    json_t *row = NULL;

    if (object->row == NULL || json_object_get(m->touched, object->uuid) != NULL) {
        return;
    }
    m->failed = m->failed || json_object_set_new(m->touched, object->uuid, json_true()) != 0;
    row = json_loads(object->row, 0, NULL);
    json_object_del(row, "_uuid");
    ifr_maker_wait(m, table, object->uuid, row);
}
