/* edits_undo.c - edits taken back (edits_undo.h): the opposite of each where the database is still
 * as the edit left it, and deleted rows inserted again. */
#include "reconfigure/state/edits_undo.h"

#include <stdio.h>
#include <string.h>

#include "reconfigure/state/edits_priv.h"

/* ---- Rows again ----------------------------------------------------------------------------- */

static bool is_there(const struct ifr_reversal *u, const char *uuid)
{
    return ifr_reversal_now(u, uuid) != NULL;
}

/* Notes a value that could not be made. */
static json_t *made(struct ifr_reversal *u, json_t *value)
{
    u->failed = value == NULL || u->failed;
    return value;
}

/* Returns a reference to a row as it is now, or as it comes back; NULL: it is gone. */
static json_t *mapped_row(struct ifr_reversal *u, const char *uuid)
{
    const char *name = json_string_value(json_object_get(u->restored, uuid));

    if (name != NULL) {
        return made(u, json_pack("[s, s]", "named-uuid", name));
    }
    return is_there(u, uuid) ? made(u, json_pack("[s, s]", "uuid", ifr_reversal_now(u, uuid)))
                             : NULL;
}

/* Returns a cell with the present UUIDs of its references, without those to rows that are gone. */
static json_t *mapped(struct ifr_reversal *u, const json_t *cell)
{
    const char *uuid = ifr_ovsdb_uuid(cell);
    json_t *copy = NULL;

    if (uuid != NULL) {
        return mapped_row(u, uuid);
    }
    if (!json_is_array(cell)) {
        return json_incref((json_t *)(uintptr_t)cell);
    }
    copy = made(u, json_array());
    for (size_t i = 0; i < json_array_size(cell); i++) {
        json_t *member = mapped(u, json_array_get(cell, i));
        if (member != NULL) {
            u->failed = json_array_append_new(copy, member) != 0 || u->failed;
        }
    }
    return copy;
}

/* A single reference that is gone becomes an empty set. */
static json_t *mapped_cell(struct ifr_reversal *u, const json_t *cell)
{
    json_t *copy = mapped(u, cell);

    return copy != NULL ? copy : made(u, json_pack("[s, []]", "set"));
}

static const json_t *find_kept(const struct ifr_reversal *u, const char *uuid, const char **table)
{
    const char *name = NULL;
    json_t *of_table = NULL;

    json_object_foreach((json_t *)(uintptr_t)u->rows, name, of_table)
    {
        const json_t *row = json_object_get(of_table, uuid);
        if (row != NULL && strcmp(name, "mirrors") != 0) {
            *table = name;
            return row;
        }
    }
    return NULL;
}

static void restore(void *ctx, const char *uuid);

/* Names a row to be inserted again, and the rows below it. */
static void name_row(struct ifr_reversal *u, const char *uuid, const json_t *row)
{
    json_t *cell = NULL;
    const char *column = NULL;
    char name[24];

    snprintf(name, sizeof name, "back%zu", json_object_size(u->restored));
    u->failed = json_object_set_new(u->restored, uuid, json_string(name)) != 0 || u->failed;
    u->depth++;
    json_object_foreach((json_t *)(uintptr_t)row, column, cell)
    {
        ifr_edits_each_uuid(cell, restore, u);
    }
    u->depth--;
}

static void restore(void *ctx, const char *uuid)
{
    struct ifr_reversal *u = ctx;
    const char *table = NULL;
    const json_t *row = u->depth < IFR_EDITS_DEPTH ? find_kept(u, uuid, &table) : NULL;

    if (row != NULL && !is_there(u, uuid) && json_object_get(u->restored, uuid) == NULL) {
        name_row(u, uuid, row);
    }
}

static void insert_restored(struct ifr_reversal *u)
{
    const char *uuid = NULL, *column = NULL;
    json_t *name = NULL, *cell = NULL;

    json_object_foreach(u->restored, uuid, name)
    {
        const char *table = "";
        const json_t *row = find_kept(u, uuid, &table);
        json_t *fresh = json_object();
        json_object_foreach((json_t *)(uintptr_t)row, column, cell)
        {
            if (column[0] != '_') {
                u->failed =
                    json_object_set_new(fresh, column, mapped_cell(u, cell)) != 0 || u->failed;
            }
        }
        u->failed = json_array_append_new(u->back,
                                          json_pack("{s:s, s:s, s:O, s:o}", "do", "insert", "table",
                                                    table, "name", name, "row", fresh)) != 0 ||
                    u->failed;
    }
}

/* ---- The opposite of one edit --------------------------------------------------------------- */

/* "Port bond0", or with its UUID where it has no name, or is gone. */
static void add_row_name(const struct ifr_reversal *u, const char *table, const json_t *ref,
                         struct dbc_buf *out)
{
    const char *uuid = ifr_ovsdb_uuid(ref);
    const char *name = ifr_json_text(uuid != NULL ? json_object_get(u->now, uuid) : NULL, "name");

    dbc_buf_addf(out, "%s ", table);
    dbc_buf_add_printable(out, *name != '\0' ? name : uuid != NULL ? uuid : "");
}

/* Notes once: "Port bond0, tag: somebody else has changed it meanwhile". */
static void leave(struct ifr_reversal *u, const json_t *edit, const char *why)
{
    const char *key = ifr_json_text(edit, "key");
    struct dbc_buf line = DBC_BUF_INIT;

    add_row_name(u, ifr_json_text(edit, "table"), json_object_get(edit, "row"), &line);
    dbc_buf_addf(&line, ", %s%s%s", ifr_json_text(edit, "column"), *key != '\0' ? ":" : "", key);
    if (json_object_get(edit, "child") != NULL) {
        dbc_buf_adds(&line, ": ");
        add_row_name(u, ifr_json_text(edit, "of"), json_object_get(edit, "child"), &line);
    }
    dbc_buf_addf(&line, ": %s", why);
    if (line.failed || !dbc_strvec_has(u->left, dbc_buf_str(&line))) {
        dbc_strvec_push_take(u->left, dbc_buf_steal(&line));
    }
    dbc_buf_release(&line);
}

static void add_back(struct ifr_reversal *u, json_t *edit)
{
    u->failed = json_array_append_new(u->back, edit) != 0 || u->failed;
}

static void reverse(struct ifr_reversal *u, const json_t *edit, const char *verb)
{
    add_back(u, json_pack("{s:s, s:O, s:o, s:O, s:O, s:o}", "do", verb, "table",
                          json_object_get(edit, "table"), "row",
                          mapped(u, json_object_get(edit, "row")), "column",
                          json_object_get(edit, "column"), "of", json_object_get(edit, "of"),
                          "child", mapped(u, json_object_get(edit, "child"))));
}

/* Whether the list attached the row somewhere and it is not there any more. */
static bool has_moved(const struct ifr_reversal *u, const char *uuid)
{
    const json_t *edit = json_object_get(u->attached, uuid);

    return edit != NULL && !ifr_reversal_has(u, edit, uuid);
}

/* Attaches again what was detached, unless it is there or comes back with its parent. */
static void attach_again(struct ifr_reversal *u, const json_t *edit)
{
    const char *parent = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));

    if (uuid == NULL || parent == NULL || json_object_get(u->restored, parent) != NULL ||
        json_object_get(u->again, uuid) != NULL || ifr_reversal_has(u, edit, uuid)) {
        return;
    }
    restore(u, uuid);
    if ((json_object_get(u->restored, uuid) == NULL && !is_there(u, uuid)) ||
        !is_there(u, parent)) {
        leave(u, edit, "the row is gone");
    } else if (is_there(u, uuid) && has_moved(u, uuid)) {
        leave(u, edit, "somebody else has moved it meanwhile");
    } else {
        reverse(u, edit, "attach");
    }
}

/* Whether the bridge has a port that the list has neither made nor moved there. */
static bool has_strangers(const struct ifr_reversal *u, const char *bridge)
{
    json_t *ports = json_object_get(json_object_get(u->members, bridge), "ports"), *value = NULL;
    const char *port = NULL;

    json_object_foreach(ports, port, value)
    {
        if (json_object_get(u->made, port) == NULL && json_object_get(u->attached, port) == NULL) {
            return true;
        }
    }
    return false;
}

static bool is_name_kept(const struct ifr_reversal *u, const char *name)
{
    json_t *row = NULL;
    const char *uuid = NULL;

    json_object_foreach(json_object_get(u->rows, "Port"), uuid, row)
    {
        if (strcmp(ifr_json_text(row, "name"), name) == 0) {
            return true;
        }
    }
    return false;
}

/* Detaches what was attached.  A new bridge that somebody else uses stays, unless a row that comes
 * back needs its name. */
static void detach_again(struct ifr_reversal *u, const json_t *edit)
{
    const char *parent = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));

    if (uuid == NULL || parent == NULL || !is_there(u, uuid) || !is_there(u, parent) ||
        !ifr_reversal_has(u, edit, uuid)) {
        return;
    }
    if (strcmp(ifr_json_text(edit, "of"), "Bridge") == 0 && has_strangers(u, uuid)) {
        bool stays = !is_name_kept(u, ifr_json_text(json_object_get(u->now, uuid), "name"));
        leave(u, edit,
              stays ? "it stays, since a port came meanwhile"
                    : "a port that came meanwhile went with it");
        if (stays) {
            return;
        }
    }
    reverse(u, edit, "detach");
}

/* Both sides write a set of one member as the member, and an absent key as null. */
static bool same_cell(const json_t *a, const json_t *b)
{
    return json_equal((json_t *)(uintptr_t)a, (json_t *)(uintptr_t)b) != 0;
}

static json_t *key_now(const json_t *cell, const char *key)
{
    const char *value = ifr_ovsdb_map_get(cell, key);

    return value != NULL ? json_string(value) : json_null();
}

static void set_again(struct ifr_reversal *u, const json_t *edit)
{
    const char *row = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const json_t *now_row = row != NULL ? json_object_get(u->now, row) : NULL;
    const json_t *cell = json_object_get(now_row, ifr_json_text(edit, "column"));
    bool key = ifr_edit_is(edit, "key");
    json_t *now = key ? made(u, key_now(cell, ifr_json_text(edit, "key")))
                      : json_incref((json_t *)(uintptr_t)cell);
    json_t *copy = NULL;

    if (cell == NULL) {
        if (row == NULL ||
            (json_object_get(u->restored, row) == NULL && json_object_get(u->again, row) == NULL)) {
            leave(u, edit, "the row is gone");
        }
    } else if (now != NULL && !same_cell(now, json_object_get(edit, "before"))) {
        if (same_cell(now, json_object_get(edit, "after"))) {
            copy = json_copy((json_t *)(uintptr_t)edit);
            u->failed =
                json_object_set(copy, "after", json_object_get(edit, "before")) != 0 || u->failed;
            add_back(u, copy);
        } else {
            leave(u, edit, "somebody else has changed it meanwhile");
        }
    }
    json_decref(now);
}

static void take_back(struct ifr_reversal *u, size_t number)
{
    const json_t *edit = json_array_get(u->list, number);

    if (ifr_edit_is(edit, "attach")) {
        detach_again(u, edit);
    } else if (ifr_edit_is(edit, "detach")) {
        attach_again(u, edit);
    } else if (ifr_edit_is(edit, "set") || ifr_edit_is(edit, "key")) {
        set_again(u, edit);
    }
}

/* Names the deleted rows before the first edit is taken back, since a row that is inserted again
 * brings its children and values along. */
static void restore_children(struct ifr_reversal *u)
{
    for (size_t i = 0; i < json_array_size(u->list); i++) {
        const json_t *edit = json_array_get(u->list, i);
        const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));
        if (ifr_edit_is(edit, "detach") && uuid != NULL) {
            restore(u, uuid);
        }
    }
}

struct mirror {
    struct ifr_reversal *u;
    const char *uuid, *column;
};

/* Adds a port that is inserted again to those that the mirror has now.  The output port is a single
 * one: it stays when somebody has set another one. */
static void add_to_mirror(void *ctx, const char *port)
{
    const struct mirror *mirror = ctx;
    const json_t *members = json_object_get(mirror->u->members, mirror->uuid);
    const char *name = json_string_value(json_object_get(mirror->u->restored, port));
    bool one = strcmp(mirror->column, "output_port") == 0;
    json_t *edit = NULL;

    if (name == NULL) {
        return;
    }
    edit = json_pack("{s:s, s:s, s:[s, s], s:s, s:s, s:[s, s]}", "do", one ? "set" : "attach",
                     "table", "Mirror", "row", "uuid", mirror->uuid, "column", mirror->column, "of",
                     "Port", one ? "after" : "child", "named-uuid", name);
    if (one && json_object_size(json_object_get(members, mirror->column)) > 0) {
        leave(mirror->u, edit, "somebody else has changed it meanwhile");
        json_decref(edit);
    } else {
        add_back(mirror->u, edit);
    }
}

static void mend_mirrors(struct ifr_reversal *u)
{
    const char *uuid = NULL, *column = NULL;
    json_t *row = NULL, *cell = NULL;

    json_object_foreach(json_object_get(u->rows, "mirrors"), uuid, row)
    {
        json_object_foreach(row, column, cell)
        {
            struct mirror mirror = { u, uuid, column };
            if (is_there(u, uuid)) {
                ifr_edits_each_uuid(cell, add_to_mirror, &mirror);
            }
        }
    }
}

/* ---- All of it ------------------------------------------------------------------------------ */

/* Fills `back` with the edits that take the list back from the present database. */
static int plan_back(struct ifr_reversal *u, struct dbc_error *err)
{
    json_object_clear(u->restored);
    json_array_clear(u->back);
    if (ifr_reversal_look(u, err) < 0) {
        return -1;
    }
    restore_children(u);
    for (size_t i = json_array_size(u->list); i > 0; i--) {
        take_back(u, i - 1);
    }
    mend_mirrors(u);
    insert_restored(u);
    return u->failed ? dbc_fail_nomem(err) : 0;
}

/* Notes the UUIDs of rows that were inserted again, which not all have a name.  Their edits are the
 * last in `back`. */
static void note_restored(struct ifr_reversal *u)
{
    size_t i = json_array_size(u->back) - json_object_size(u->restored);
    const char *uuid = NULL;
    json_t *name = NULL;

    json_object_foreach(u->restored, uuid, name)
    {
        json_t *made = json_object_get(json_array_get(u->back, i++), "uuid");
        json_t *text = json_array_get(made, 1);
        u->failed = (text != NULL && json_object_set(u->again, uuid, text) != 0) || u->failed;
    }
}

/* Reports what a further try would still have to do. */
static int compare(struct ifr_reversal *u, struct dbc_error *err)
{
    if (plan_back(u, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < json_array_size(u->back); i++) {
        const json_t *edit = json_array_get(u->back, i);
        if (ifr_edit_is(edit, "insert")) {
            dbc_strvec_pushf(u->left, "%s %s: it is not there", ifr_json_text(edit, "table"),
                             ifr_json_text(json_object_get(edit, "row"), "name"));
        } else {
            leave(u, edit, "it is not as it was");
        }
    }
    return 0;
}

/* When nothing is to be done, an earlier try may have done it without waiting for the switch. */
static int run_back(struct ifr_reversal *u, const char *root, struct dbc_error *err)
{
    const struct ifr_edits back = { u->back, NULL };

    if (json_array_size(u->back) == 0) {
        return ifr_edits_wait(u->db, u->list, NULL, err);
    }
    if (ifr_edits_run(u->db, &back, root, "dbcache: taking back a change", NULL, err) < 0) {
        return -1;
    }
    note_restored(u);
    return compare(u, err);
}

int ifr_edits_undo(struct ifr_ovsdb *db, const json_t *list, const json_t *rows, const char *root,
                   struct dbc_strvec *left, struct dbc_error *err)
{
    struct ifr_reversal u = { .db = db, .list = list, .rows = rows, .left = left };
    int rc = json_object_size(rows) > 0 ? ifr_ovsdb_load_schema(db, IFR_OVSDB_DEADLINE, err) : 0;

    u.made = json_object();
    u.attached = json_object();
    u.now = json_object();
    u.members = json_object();
    u.again = json_object();
    u.restored = json_object();
    u.back = json_array();
    if (rc == 0) {
        rc = plan_back(&u, err);
    }
    if (rc == 0) {
        rc = run_back(&u, root, err);
    }
    json_decref(u.made);
    json_decref(u.attached);
    json_decref(u.now);
    json_decref(u.members);
    json_decref(u.again);
    json_decref(u.restored);
    json_decref(u.back);
    return rc;
}
