/* edits_wire.c - edits as the operations of one transaction (edits.h, RFC 7047). */
#include <stdio.h>
#include <string.h>

#include "reconfigure/state/edits.h"
#include "reconfigure/state/edits_priv.h"

bool ifr_edit_is(const json_t *edit, const char *verb)
{
    return strcmp(ifr_json_text(edit, "do"), verb) == 0;
}

static json_t *where(const json_t *row)
{
    return json_pack("[[s, s, O]]", "_uuid", "==", row);
}

/* ---- One edit ------------------------------------------------------------------------------- */

static json_t *insert_operation(const json_t *edit)
{
    return json_pack("{s:s, s:s, s:s, s:O}", "op", "insert", "table", ifr_json_text(edit, "table"),
                     "uuid-name", ifr_json_text(edit, "name"), "row", json_object_get(edit, "row"));
}

static json_t *set_operation(const json_t *edit)
{
    return json_pack("{s:s, s:s, s:o, s:{s:O}}", "op", "update", "table",
                     ifr_json_text(edit, "table"), "where", where(json_object_get(edit, "row")),
                     "row", ifr_json_text(edit, "column"), json_object_get(edit, "after"));
}

/* A key of a map: the old one goes, whatever its value, then the new one comes. */
static json_t *key_operation(const json_t *edit)
{
    const char *column = ifr_json_text(edit, "column"), *key = ifr_json_text(edit, "key");
    const json_t *after = json_object_get(edit, "after");
    json_t *mutations = json_pack("[[s, s, [s, [s]]]]", column, "delete", "set", key);

    if (json_is_string(after)) {
        mutations = ifr_json_push(mutations, json_pack("[s, s, [s, [[s, O]]]]", column, "insert",
                                                       "map", key, after));
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "op", "mutate", "table", ifr_json_text(edit, "table"),
                     "where", where(json_object_get(edit, "row")), "mutations", mutations);
}

/* ---- References: one operation a row, however many children come and go ---------------------- */

/* Adds the child of an attach or detach to those of the same row and column, once: the server
 * refuses a set that has a member twice. */
static bool collect(json_t *groups, const json_t *edit, const char *mutator)
{
    const json_t *row = json_object_get(edit, "row");
    const char *id = json_string_value(json_array_get(row, 1));
    const char *child = json_string_value(json_array_get(json_object_get(edit, "child"), 1));
    json_t *group = NULL, *known = NULL;
    char key[160];

    snprintf(key, sizeof key, "%s %s %s %s", mutator, ifr_json_text(edit, "table"),
             ifr_json_text(edit, "column"), id != NULL ? id : "");
    group = json_object_get(groups, key);
    if (group == NULL) {
        group = json_pack("{s:s, s:s, s:s, s:O, s:[], s:{}}", "mutator", mutator, "table",
                          ifr_json_text(edit, "table"), "column", ifr_json_text(edit, "column"),
                          "row", row, "children", "known");
        if (json_object_set_new(groups, key, group) != 0) {
            return false;
        }
    }
    known = json_object_get(group, "known");
    return child == NULL || json_object_get(known, child) != NULL ||
           (json_object_set_new(known, child, json_true()) == 0 &&
            json_array_append(json_object_get(group, "children"), json_object_get(edit, "child")) ==
                0);
}

static json_t *group_operation(const json_t *group)
{
    return json_pack("{s:s, s:s, s:o, s:[[s, s, [s, O]]]}", "op", "mutate", "table",
                     ifr_json_text(group, "table"), "where", where(json_object_get(group, "row")),
                     "mutations", ifr_json_text(group, "column"), ifr_json_text(group, "mutator"),
                     "set", json_object_get(group, "children"));
}

/* ---- All of them ---------------------------------------------------------------------------- */

static bool add(json_t *operations, json_t *operation)
{
    return json_array_append_new(operations, operation) == 0;
}

static bool add_inserts(json_t *operations, const json_t *list)
{
    bool ok = true;

    for (size_t i = 0; i < json_array_size(list) && ok; i++) {
        const json_t *edit = json_array_get(list, i);
        ok = !ifr_edit_is(edit, "insert") || add(operations, insert_operation(edit));
    }
    return ok;
}

static bool add_edits(json_t *operations, json_t *groups, const json_t *list)
{
    bool ok = true;

    for (size_t i = 0; i < json_array_size(list) && ok; i++) {
        const json_t *edit = json_array_get(list, i);
        if (ifr_edit_is(edit, "set")) {
            ok = add(operations, set_operation(edit));
        } else if (ifr_edit_is(edit, "key")) {
            ok = add(operations, key_operation(edit));
        } else if (ifr_edit_is(edit, "attach")) {
            ok = collect(groups, edit, "insert");
        } else if (ifr_edit_is(edit, "detach")) {
            ok = collect(groups, edit, "delete");
        }
    }
    return ok;
}

static bool add_groups(json_t *operations, json_t *groups)
{
    const char *key = NULL;
    json_t *group = NULL;
    bool ok = true;

    json_object_foreach(groups, key, group)
    {
        ok = ok && add(operations, group_operation(group));
    }
    return ok;
}

static bool add_counter(json_t *operations, const char *root, const char *comment)
{
    json_t *where_root = json_pack("[[s, s, [s, s]]]", "_uuid", "==", "uuid", root);
    bool ok =
        add(operations, json_pack("{s:s, s:s}", "op", "comment", "comment", comment)) &&
        add(operations,
            json_pack("{s:s, s:s, s:O, s:[[s, s, i]]}", "op", "mutate", "table", "Open_vSwitch",
                      "where", where_root, "mutations", "next_cfg", "+=", 1)) &&
        add(operations, json_pack("{s:s, s:s, s:O, s:[s]}", "op", "select", "table", "Open_vSwitch",
                                  "where", where_root, "columns", "next_cfg"));

    json_decref(where_root);
    return ok;
}

json_t *ifr_edits_wire(const json_t *list, const json_t *waits, const char *root,
                       const char *comment, size_t *first)
{
    json_t *operations = json_array(), *groups = json_object();
    bool ok = operations != NULL && groups != NULL;

    for (size_t i = 0; i < json_array_size(waits) && ok; i++) {
        ok = json_array_append(operations, json_array_get(waits, i)) == 0;
    }
    *first = json_array_size(operations);
    ok = ok && add_inserts(operations, list) && add_edits(operations, groups, list) &&
         add_groups(operations, groups) && add_counter(operations, root, comment);
    json_decref(groups);
    if (!ok) {
        json_decref(operations);
        operations = NULL;
    }
    return operations;
}

/* ---- Names become UUIDs --------------------------------------------------------------------- */

/* Adds to an insert the UUID of its row. */
static int note_made(json_t *edit, const json_t *uuids, struct dbc_error *err)
{
    json_t *uuid = json_object_get(uuids, ifr_json_text(edit, "name"));

    return !ifr_edit_is(edit, "insert") || uuid == NULL || json_object_set(edit, "uuid", uuid) == 0
               ? 0
               : dbc_fail_nomem(err);
}

/* Replaces the reference `key` when it is a name that `uuids` has. */
static int resolve(json_t *edit, const char *key, const json_t *uuids, struct dbc_error *err)
{
    const json_t *ref = json_object_get(edit, key);
    const char *kind = json_string_value(json_array_get(ref, 0));
    const char *name = json_string_value(json_array_get(ref, 1));
    json_t *uuid = NULL;

    if (ifr_edit_is(edit, "insert") || kind == NULL || name == NULL ||
        strcmp(kind, "named-uuid") != 0) {
        return 0;
    }
    uuid = json_object_get(uuids, name);
    if (uuid == NULL) {
        return 0; /* the row was never made */
    }
    return json_object_set(edit, key, uuid) == 0 ? 0 : dbc_fail_nomem(err);
}

int ifr_edits_resolve_names(json_t *list, const json_t *uuids, struct dbc_error *err)
{
    int rc = 0;

    for (size_t i = 0; i < json_array_size(list) && rc == 0; i++) {
        json_t *edit = json_array_get(list, i);
        rc = note_made(edit, uuids, err);
        rc = rc < 0 ? rc : resolve(edit, "row", uuids, err);
        rc = rc < 0 ? rc : resolve(edit, "child", uuids, err);
    }
    return rc;
}

int ifr_edits_resolve(json_t *list, const json_t *results, size_t first, struct dbc_error *err)
{
    json_t *uuids = json_object();
    bool ok = uuids != NULL;
    int rc = 0;

    for (size_t i = 0; i < json_array_size(list) && ok; i++) {
        const json_t *edit = json_array_get(list, i);
        if (ifr_edit_is(edit, "insert")) {
            json_t *uuid = json_object_get(json_array_get(results, first++), "uuid");
            ok = uuid == NULL || json_object_set(uuids, ifr_json_text(edit, "name"), uuid) == 0;
        }
    }
    rc = ok ? ifr_edits_resolve_names(list, uuids, err) : dbc_fail_nomem(err);
    json_decref(uuids);
    return rc;
}
