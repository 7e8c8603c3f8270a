/* edits_undo.c - edits taken back (edits_undo.h): the opposite of each where the database is still
 * as the edit left it, and deleted rows inserted again. */
#include "reconfigure/state/edits_undo.h"

#include <stdio.h>
#include <string.h>

#include "reconfigure/state/edits_priv.h"

struct undo {
    struct ifr_ovsdb *db;
    const json_t *list, *rows;
    struct dbc_strvec *left;
    json_t *exists;   /* {UUID: true}: rows that are there now */
    json_t *values;   /* [CELL or null]: what the column of the edit with this number holds now */
    json_t *restored; /* {UUID: NAME}: deleted rows that are inserted again */
    json_t *back;     /* the edits that take `list` back */
    bool failed;
};

/* ---- How the database is now ---------------------------------------------------------------- */

/* Does a row exist, and what holds its column?  `column` NULL: only whether it exists. */
static json_t *select_row(const char *table, const char *uuid, const char *column)
{
    json_t *columns = json_pack("[s, s*]", "_uuid", column);

    return json_pack("{s:s, s:s, s:[[s, s, [s, s]]], s:o}", "op", "select", "table", table, "where",
                     "_uuid", "==", "uuid", uuid, "columns", columns);
}

static int take_existing(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct undo *u = ctx;
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));
    const json_t *edit = json_array_get(u->list, op);
    json_t *cell = json_object_get(row, ifr_edit_text(edit, "column"));

    (void)err;
    if (uuid != NULL) {
        u->failed = json_object_set_new(u->exists, uuid, json_true()) != 0 || u->failed;
    }
    if (edit != NULL && cell != NULL) {
        u->failed = json_array_set(u->values, op, cell) != 0 || u->failed;
    }
    return 0;
}

/* For the edit with this number: the row that it changed. */
static json_t *select_of_edit(const json_t *edit)
{
    const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "row"));

    return uuid != NULL
               ? select_row(ifr_edit_text(edit, "table"), uuid, ifr_edit_text(edit, "column"))
               : json_pack("{s:s, s:s}", "op", "comment", "comment", "");
}

static bool add_select(json_t *operations, const char *table, const char *uuid)
{
    return json_array_append_new(operations, select_row(table, uuid, NULL)) == 0;
}

struct references {
    json_t *operations;
    const char *table;
    bool failed;
};

static void add_reference(void *ctx, const char *uuid)
{
    struct references *r = ctx;

    r->failed = !add_select(r->operations, r->table, uuid) || r->failed;
}

/* The rows that were kept, and those that they refer to. */
static bool add_kept(const struct undo *u, json_t *operations)
{
    const char *table = NULL, *uuid = NULL, *column = NULL;
    json_t *of_table = NULL, *row = NULL, *cell = NULL;
    bool ok = true;

    json_object_foreach((json_t *)(uintptr_t)u->rows, table, of_table)
    {
        const char *real = strcmp(table, "mirrors") == 0 ? "Mirror" : table;
        json_object_foreach(of_table, uuid, row)
        {
            ok = ok && add_select(operations, real, uuid);
            json_object_foreach(row, column, cell)
            {
                bool strong = false;
                struct references r = { operations,
                                        ifr_edits_refers_to(u->db, real, column, &strong), false };
                if (r.table != NULL) {
                    ifr_edits_each_uuid(cell, add_reference, &r);
                }
                ok = ok && !r.failed;
            }
        }
    }
    return ok;
}

static int look(struct undo *u, struct dbc_error *err)
{
    json_t *operations = json_array();
    bool ok = operations != NULL;
    int rc = 0;

    for (size_t i = 0; ok && i < json_array_size(u->list); i++) {
        const json_t *edit = json_array_get(u->list, i);
        ok = json_array_append_new(operations, select_of_edit(edit)) == 0 &&
             json_array_append_new(u->values, json_null()) == 0;
    }
    for (size_t i = 0; ok && i < json_array_size(u->list); i++) {
        const json_t *edit = json_array_get(u->list, i);
        const char *child = ifr_ovsdb_uuid(json_object_get(edit, "child"));
        ok = child == NULL || add_select(operations, ifr_edit_text(edit, "of"), child);
    }
    ok = ok && add_kept(u, operations);
    rc = ok ? ifr_ovsdb_transact(u->db, operations, IFR_OVSDB_DEADLINE, take_existing, u, NULL, err)
            : dbc_fail_nomem(err);
    json_decref(operations);
    return rc;
}

/* ---- Rows again ----------------------------------------------------------------------------- */

static bool is_there(const struct undo *u, const char *uuid)
{
    return json_object_get(u->exists, uuid) != NULL;
}

/* A cell with references as they are now; those to rows that are nowhere any more are left out. */
static json_t *mapped(const struct undo *u, const json_t *cell)
{
    const char *uuid = ifr_ovsdb_uuid(cell);
    const char *name = uuid != NULL ? json_string_value(json_object_get(u->restored, uuid)) : NULL;
    json_t *copy = NULL;

    if (uuid != NULL) {
        return name != NULL        ? json_pack("[s, s]", "named-uuid", name)
               : is_there(u, uuid) ? json_pack("[s, s]", "uuid", uuid)
                                   : NULL;
    }
    if (!json_is_array(cell)) {
        return json_incref((json_t *)(uintptr_t)cell);
    }
    copy = json_array();
    for (size_t i = 0; i < json_array_size(cell); i++) {
        json_t *member = mapped(u, json_array_get(cell, i));
        if (member != NULL) {
            json_array_append_new(copy, member);
        }
    }
    return copy;
}

/* An optional reference that is gone leaves no value at all. */
static json_t *mapped_cell(const struct undo *u, const json_t *cell)
{
    json_t *copy = mapped(u, cell);

    return copy != NULL ? copy : json_pack("[s, []]", "set");
}

static const json_t *find_kept(const struct undo *u, const char *uuid, const char **table)
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

struct walk {
    struct undo *u;
};

static void restore(void *ctx, const char *uuid);

/* Names the row, and before it all that it has. */
static void name_row(struct undo *u, const char *uuid, const json_t *row)
{
    struct walk walk = { u };
    json_t *cell = NULL;
    const char *column = NULL;
    char name[24];

    snprintf(name, sizeof name, "back%zu", json_object_size(u->restored));
    u->failed = json_object_set_new(u->restored, uuid, json_string(name)) != 0 || u->failed;
    json_object_foreach((json_t *)(uintptr_t)row, column, cell)
    {
        ifr_edits_each_uuid(cell, restore, &walk);
    }
}

static void restore(void *ctx, const char *uuid)
{
    struct undo *u = ((struct walk *)ctx)->u;
    const char *table = NULL;
    const json_t *row = find_kept(u, uuid, &table);

    if (row != NULL && !is_there(u, uuid) && json_object_get(u->restored, uuid) == NULL) {
        name_row(u, uuid, row);
    }
}

static void insert_restored(struct undo *u)
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
                json_object_set_new(fresh, column, mapped_cell(u, cell));
            }
        }
        u->failed = json_array_append_new(u->back,
                                          json_pack("{s:s, s:s, s:O, s:o}", "do", "insert", "table",
                                                    table, "name", name, "row", fresh)) != 0 ||
                    u->failed;
    }
}

/* ---- The opposite of one edit --------------------------------------------------------------- */

static void leave(struct undo *u, const json_t *edit, const char *why)
{
    const char *row = ifr_ovsdb_uuid(json_object_get(edit, "row"));

    dbc_strvec_pushf(u->left, "%s %s, %s%s%s: %s", ifr_edit_text(edit, "table"),
                     row != NULL ? row : "", ifr_edit_text(edit, "column"),
                     *ifr_edit_text(edit, "key") != '\0' ? ":" : "", ifr_edit_text(edit, "key"),
                     why);
}

static void add_back(struct undo *u, json_t *edit)
{
    u->failed = json_array_append_new(u->back, edit) != 0 || u->failed;
}

static json_t *reversed(const json_t *edit, const char *verb, const json_t *child)
{
    return json_pack("{s:s, s:O, s:O, s:O, s:O, s:O}", "do", verb, "table",
                     json_object_get(edit, "table"), "row", json_object_get(edit, "row"), "column",
                     json_object_get(edit, "column"), "of", json_object_get(edit, "of"), "child",
                     child);
}

/* What was detached comes back, unless its parent is inserted again, which brings it along. */
static void attach_again(struct undo *u, const json_t *edit)
{
    const char *parent = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));
    struct walk walk = { u };
    json_t *child = NULL;

    if (uuid == NULL || parent == NULL || json_object_get(u->restored, parent) != NULL) {
        return;
    }
    restore(&walk, uuid);
    child = mapped(u, json_object_get(edit, "child"));
    if (child == NULL || !is_there(u, parent)) {
        leave(u, edit, "the row is gone");
    } else {
        add_back(u, reversed(edit, "attach", child));
    }
    json_decref(child);
}

static void detach_again(struct undo *u, const json_t *edit)
{
    const char *parent = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));

    if (uuid != NULL && parent != NULL && is_there(u, uuid) && is_there(u, parent)) {
        add_back(u, reversed(edit, "detach", json_object_get(edit, "child")));
    }
}

/* {"set": X} and X are one for a set of one member; an absent key and null likewise. */
static bool same_cell(const json_t *a, const json_t *b)
{
    return json_equal((json_t *)(uintptr_t)a, (json_t *)(uintptr_t)b) != 0;
}

static json_t *key_now(const json_t *cell, const char *key)
{
    const char *value = ifr_ovsdb_map_get(cell, key);

    return value != NULL ? json_string(value) : json_null();
}

static void set_again(struct undo *u, const json_t *edit, size_t number)
{
    const json_t *cell = json_array_get(u->values, number);
    bool key = ifr_edit_is(edit, "key");
    json_t *now =
        key ? key_now(cell, ifr_edit_text(edit, "key")) : json_incref((json_t *)(uintptr_t)cell);
    json_t *copy = NULL;

    if (json_is_null(cell)) {
        if (json_object_get(u->restored, ifr_ovsdb_uuid(json_object_get(edit, "row")) != NULL
                                             ? ifr_ovsdb_uuid(json_object_get(edit, "row"))
                                             : "") == NULL) {
            leave(u, edit, "the row is gone");
        }
    } else if (!same_cell(now, json_object_get(edit, "before"))) {
        if (same_cell(now, json_object_get(edit, "after"))) {
            copy = json_copy((json_t *)(uintptr_t)edit);
            json_object_set(copy, "after", json_object_get(edit, "before"));
            add_back(u, copy);
        } else {
            leave(u, edit, "somebody else has changed it meanwhile");
        }
    }
    json_decref(now);
}

static void take_back(struct undo *u, size_t number)
{
    const json_t *edit = json_array_get(u->list, number);

    if (ifr_edit_is(edit, "attach")) {
        detach_again(u, edit);
    } else if (ifr_edit_is(edit, "detach")) {
        attach_again(u, edit);
    } else if (ifr_edit_is(edit, "set") || ifr_edit_is(edit, "key")) {
        set_again(u, edit, number);
    }
}

/* A row is deleted with its last reference: what an edit moved from one parent to another is
 * attached here and detached there in one transaction. */
static void restore_children(struct undo *u)
{
    struct walk walk = { u };

    for (size_t i = 0; i < json_array_size(u->list); i++) {
        const json_t *edit = json_array_get(u->list, i);
        const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));
        if (ifr_edit_is(edit, "detach") && uuid != NULL) {
            restore(&walk, uuid);
        }
    }
}

static void mend_mirrors(struct undo *u)
{
    const char *uuid = NULL, *column = NULL;
    json_t *row = NULL, *cell = NULL;

    json_object_foreach(json_object_get(u->rows, "mirrors"), uuid, row)
    {
        json_object_foreach(row, column, cell)
        {
            if (is_there(u, uuid)) {
                add_back(u, json_pack("{s:s, s:s, s:[s, s], s:s, s:o}", "do", "set", "table",
                                      "Mirror", "row", "uuid", uuid, "column", column, "after",
                                      mapped_cell(u, cell)));
            }
        }
    }
}

/* ---- All of it ------------------------------------------------------------------------------ */

static int run_back(struct undo *u, const char *root, struct dbc_error *err)
{
    if (u->failed) {
        return dbc_fail_nomem(err);
    }
    return json_array_size(u->back) == 0 ? 0 : ifr_edits_run(u->db, u->back, NULL, root, NULL, err);
}

int ifr_edits_undo(struct ifr_ovsdb *db, const json_t *list, const json_t *rows, const char *root,
                   struct dbc_strvec *left, struct dbc_error *err)
{
    struct undo u = { .db = db, .list = list, .rows = rows, .left = left };
    int rc = json_object_size(rows) > 0 ? ifr_ovsdb_load_schema(db, IFR_OVSDB_DEADLINE, err) : 0;

    u.exists = json_object();
    u.values = json_array();
    u.restored = json_object();
    u.back = json_array();
    if (rc == 0) {
        rc = look(&u, err);
    }
    if (rc == 0) {
        restore_children(&u);
        for (size_t i = json_array_size(list); i > 0; i--) {
            take_back(&u, i - 1);
        }
        if (json_object_size(u.restored) > 0) {
            mend_mirrors(&u);
        }
        insert_restored(&u);
        rc = run_back(&u, root, err);
    }
    json_decref(u.exists);
    json_decref(u.values);
    json_decref(u.restored);
    json_decref(u.back);
    return rc;
}
