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
    json_t *asked;    /* [UUID or null]: whose name the select with this number asks for */
    json_t *exists;   /* {UUID: true}: rows that are there now */
    json_t *again;    /* {UUID: UUID}: a deleted row that was inserted again by an earlier try */
    json_t *values;   /* [CELL or null]: what the column of the edit with this number holds now */
    json_t *restored; /* {UUID: NAME}: deleted rows that are inserted again */
    json_t *back;     /* the edits that take `list` back */
    unsigned depth;   /* of the row in hand below the one that was detached */
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
    const char *old = json_string_value(json_array_get(u->asked, op));
    json_t *cell = json_object_get(row, ifr_edit_text(edit, "column"));

    (void)err;
    if (uuid != NULL && old != NULL) {
        u->failed = json_object_set_new(u->again, old, json_string(uuid)) != 0 || u->failed;
    }
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

/* Is there a row of the same name as one that was kept?  Names are unique in their table. */
static bool add_name(const struct undo *u, json_t *operations, const char *table, const char *uuid,
                     const json_t *row)
{
    const char *name = json_string_value(json_object_get(row, "name"));
    json_t *select = NULL;

    if (name == NULL) {
        return true;
    }
    while (json_array_size(u->asked) < json_array_size(operations)) {
        json_array_append_new(u->asked, json_null());
    }
    select = json_pack("{s:s, s:s, s:[[s, s, s]], s:[s]}", "op", "select", "table", table, "where",
                       "name", "==", name, "columns", "_uuid");
    return json_array_append_new(operations, select) == 0 &&
           json_array_append_new(u->asked, json_string(uuid)) == 0;
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
            ok = ok && add_select(operations, real, uuid) &&
                 add_name(u, operations, real, uuid, row);
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

/* A row as it is called now; NULL: it is not there. */
static const char *now(const struct undo *u, const char *uuid)
{
    return json_object_get(u->exists, uuid) != NULL
               ? uuid
               : json_string_value(json_object_get(u->again, uuid));
}

static bool is_there(const struct undo *u, const char *uuid)
{
    return now(u, uuid) != NULL;
}

/* Was the row made by `list`? */
static bool is_made(const struct undo *u, const char *uuid)
{
    for (size_t i = 0; i < json_array_size(u->list); i++) {
        const char *made = ifr_ovsdb_uuid(json_object_get(json_array_get(u->list, i), "uuid"));
        if (made != NULL && strcmp(made, uuid) == 0) {
            return true;
        }
    }
    return false;
}

/* A row of the same name is an earlier try's only where the kept one is gone and `list` has not
 * made it. */
static void forget_others(struct undo *u)
{
    const char *old = NULL;
    json_t *found = NULL;
    void *next = NULL;

    json_object_foreach_safe(u->again, next, old, found)
    {
        if (json_object_get(u->exists, old) != NULL || is_made(u, json_string_value(found))) {
            json_object_del(u->again, old);
        }
    }
}

/* A cell with references as they are now; those to rows that are nowhere any more are left out. */
static json_t *mapped(const struct undo *u, const json_t *cell)
{
    const char *uuid = ifr_ovsdb_uuid(cell);
    const char *name = uuid != NULL ? json_string_value(json_object_get(u->restored, uuid)) : NULL;
    json_t *copy = NULL;

    if (uuid != NULL) {
        return name != NULL        ? json_pack("[s, s]", "named-uuid", name)
               : is_there(u, uuid) ? json_pack("[s, s]", "uuid", now(u, uuid))
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

static void restore(void *ctx, const char *uuid);

/* Names the row, and before it all that it has. */
static void name_row(struct undo *u, const char *uuid, const json_t *row)
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
    struct undo *u = ctx;
    const char *table = NULL;
    const json_t *row = u->depth < IFR_EDITS_DEPTH ? find_kept(u, uuid, &table) : NULL;

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

static void reverse(struct undo *u, const json_t *edit, const char *verb)
{
    add_back(u, json_pack("{s:s, s:O, s:o, s:O, s:O, s:o}", "do", verb, "table",
                          json_object_get(edit, "table"), "row",
                          mapped(u, json_object_get(edit, "row")), "column",
                          json_object_get(edit, "column"), "of", json_object_get(edit, "of"),
                          "child", mapped(u, json_object_get(edit, "child"))));
}

/* What was detached comes back, unless its parent is inserted again, which brings it along, or an
 * earlier try has brought it back. */
static void attach_again(struct undo *u, const json_t *edit)
{
    const char *parent = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));

    if (uuid == NULL || parent == NULL || json_object_get(u->restored, parent) != NULL ||
        json_object_get(u->again, uuid) != NULL) {
        return;
    }
    restore(u, uuid);
    if ((json_object_get(u->restored, uuid) == NULL && !is_there(u, uuid)) ||
        !is_there(u, parent)) {
        leave(u, edit, "the row is gone");
    } else {
        reverse(u, edit, "attach");
    }
}

static void detach_again(struct undo *u, const json_t *edit)
{
    const char *parent = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));

    if (uuid != NULL && parent != NULL && is_there(u, uuid) && is_there(u, parent)) {
        reverse(u, edit, "detach");
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
    const char *row = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const json_t *cell = json_array_get(u->values, number);
    bool key = ifr_edit_is(edit, "key");
    json_t *now =
        key ? key_now(cell, ifr_edit_text(edit, "key")) : json_incref((json_t *)(uintptr_t)cell);
    json_t *copy = NULL;

    if (json_is_null(cell)) {
        if (row == NULL ||
            (json_object_get(u->restored, row) == NULL && json_object_get(u->again, row) == NULL)) {
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
    for (size_t i = 0; i < json_array_size(u->list); i++) {
        const json_t *edit = json_array_get(u->list, i);
        const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));
        if (ifr_edit_is(edit, "detach") && uuid != NULL) {
            restore(u, uuid);
        }
    }
}

struct mirror {
    struct undo *u;
    const char *uuid, *column;
};

/* A port that is inserted again comes back among those that the mirror has now; the one that it
 * sends to is one only. */
static void add_to_mirror(void *ctx, const char *port)
{
    const struct mirror *mirror = ctx;
    const char *name = json_string_value(json_object_get(mirror->u->restored, port));
    bool one = strcmp(mirror->column, "output_port") == 0;

    if (name != NULL) {
        add_back(mirror->u,
                 json_pack("{s:s, s:s, s:[s, s], s:s, s:s, s:[s, s]}", "do", one ? "set" : "attach",
                           "table", "Mirror", "row", "uuid", mirror->uuid, "column", mirror->column,
                           "of", "Port", one ? "after" : "child", "named-uuid", name));
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
            struct mirror mirror = { u, uuid, column };
            if (is_there(u, uuid)) {
                ifr_edits_each_uuid(cell, add_to_mirror, &mirror);
            }
        }
    }
}

/* ---- All of it ------------------------------------------------------------------------------ */

static int run_back(struct undo *u, const char *root, struct dbc_error *err)
{
    const struct ifr_edits back = { u->back, NULL };

    if (u->failed) {
        return dbc_fail_nomem(err);
    }
    return json_array_size(u->back) == 0
               ? 0
               : ifr_edits_run(u->db, &back, root, "dbcache: taking back a change", NULL, err);
}

int ifr_edits_undo(struct ifr_ovsdb *db, const json_t *list, const json_t *rows, const char *root,
                   struct dbc_strvec *left, struct dbc_error *err)
{
    struct undo u = { .db = db, .list = list, .rows = rows, .left = left };
    int rc = json_object_size(rows) > 0 ? ifr_ovsdb_load_schema(db, IFR_OVSDB_DEADLINE, err) : 0;

    u.asked = json_array();
    u.exists = json_object();
    u.again = json_object();
    u.values = json_array();
    u.restored = json_object();
    u.back = json_array();
    if (rc == 0) {
        rc = look(&u, err);
    }
    if (rc == 0) {
        forget_others(&u);
        restore_children(&u);
        for (size_t i = json_array_size(list); i > 0; i--) {
            take_back(&u, i - 1);
        }
        mend_mirrors(&u);
        insert_restored(&u);
        rc = run_back(&u, root, err);
    }
    json_decref(u.asked);
    json_decref(u.exists);
    json_decref(u.again);
    json_decref(u.values);
    json_decref(u.restored);
    json_decref(u.back);
    return rc;
}
