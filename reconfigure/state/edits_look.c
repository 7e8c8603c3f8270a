/* edits_look.c - reads the database for edits that are taken back (edits_priv.h): which of their
 * rows are there, and what is in the columns that they changed. */
#include <string.h>

#include "reconfigure/state/edits_priv.h"

/* What is asked for. */
struct question {
    struct ifr_reversal *r;
    json_t *wishes; /* {TABLE: {UUID: {COLUMN: true}}}: a row is asked for once */
    json_t *operations;
    json_t *kept; /* {TABLE: {NAME: UUID}}: rows that are also looked for by name */
    json_t *old;  /* [{NAME: UUID} or null]: for each operation */
    bool failed;  /* out of memory: sticky */
};

/* ---- Wishes --------------------------------------------------------------------------------- */

static bool has_name(const char *table)
{
    return strcmp(table, "Bridge") == 0 || strcmp(table, "Port") == 0 ||
           strcmp(table, "Interface") == 0 || strcmp(table, "Mirror") == 0;
}

/* Asks for a column of a row; NULL: only whether the row is there. */
static void wish(struct question *q, const char *table, const char *uuid, const char *column)
{
    json_t *columns = ifr_edits_member(ifr_edits_member(q->wishes, table), uuid);

    if (columns != NULL && json_object_size(columns) == 0) {
        q->failed = json_object_set_new(columns, "_uuid", json_true()) != 0 ||
                    (has_name(table) && json_object_set_new(columns, "name", json_true()) != 0) ||
                    q->failed;
    }
    q->failed = columns == NULL ||
                (column != NULL && json_object_set_new(columns, column, json_true()) != 0) ||
                q->failed;
}

/* Asks for the row that an edit changed, and for the row that it attached or detached, with the
 * ports of a bridge. */
static void wish_for_edit(struct question *q, const json_t *edit)
{
    const char *row = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const char *child = ifr_ovsdb_uuid(json_object_get(edit, "child"));
    const char *of = ifr_json_text(edit, "of");

    if (row != NULL) {
        wish(q, ifr_json_text(edit, "table"), row, ifr_json_text(edit, "column"));
    }
    if (child != NULL) {
        wish(q, of, child, strcmp(of, "Bridge") == 0 ? "ports" : NULL);
    }
}

struct references {
    struct question *q;
    const char *table;
};

static void wish_for_reference(void *ctx, const char *uuid)
{
    const struct references *references = ctx;

    wish(references->q, references->table, uuid, NULL);
}

static void wish_for_references(struct question *q, const char *table, const json_t *row)
{
    const char *column = NULL;
    json_t *cell = NULL;

    json_object_foreach((json_t *)(uintptr_t)row, column, cell)
    {
        bool strong = false;
        struct references references = { q, ifr_edits_refers_to(q->r->db, table, column, &strong) };
        if (references.table != NULL) {
            ifr_edits_each_uuid(cell, wish_for_reference, &references);
        }
    }
}

/* ---- Operations ----------------------------------------------------------------------------- */

/* `names` NULL: the operation asks for a row by its UUID. */
static void ask(struct question *q, json_t *operation, json_t *names)
{
    q->failed =
        json_array_append_new(q->operations, operation) != 0 ||
        json_array_append_new(q->old, names != NULL ? json_incref(names) : json_null()) != 0 ||
        q->failed;
}

/* Names are unique in their table. */
static void keep_name(struct question *q, const char *table, const char *uuid, const json_t *row)
{
    const char *name = json_string_value(json_object_get(row, "name"));

    if (name != NULL) {
        q->failed =
            json_object_set_new(ifr_edits_member(q->kept, table), name, json_string(uuid)) != 0 ||
            q->failed;
    }
}

/* Asks for rows with the names of kept rows.  The server finds many names no faster than by the
 * whole table. */
static void ask_for_names(struct question *q)
{
    const char *table = NULL;
    json_t *names = NULL;

    json_object_foreach(q->kept, table, names)
    {
        ask(q,
            json_pack("{s:s, s:s, s:[], s:[s, s]}", "op", "select", "table", table, "where",
                      "columns", "_uuid", "name"),
            names);
    }
}

/* Asks for the rows that were kept, and those that they refer to. */
static void wish_for_kept(struct question *q)
{
    const char *table = NULL, *uuid = NULL;
    json_t *of_table = NULL, *row = NULL;

    json_object_foreach((json_t *)(uintptr_t)q->r->rows, table, of_table)
    {
        bool mirrors = strcmp(table, "mirrors") == 0;
        const char *real = mirrors ? "Mirror" : table;
        json_object_foreach(of_table, uuid, row)
        {
            wish(q, real, uuid, mirrors ? "output_port" : NULL);
            keep_name(q, real, uuid, row);
            wish_for_references(q, real, row);
        }
    }
}

static void ask_for_wishes(struct question *q)
{
    const char *table = NULL, *uuid = NULL;
    json_t *of_table = NULL, *columns = NULL;

    json_object_foreach(q->wishes, table, of_table)
    {
        json_object_foreach(of_table, uuid, columns)
        {
            ask(q,
                json_pack("{s:s, s:s, s:[[s, s, [s, s]]], s:o}", "op", "select", "table", table,
                          "where", "_uuid", "==", "uuid", uuid, "columns", ifr_json_names(columns)),
                NULL);
        }
    }
}

/* ---- The answer ----------------------------------------------------------------------------- */

struct members {
    json_t *uuids;
    int failed;
};

static void note_member(void *ctx, const char *uuid)
{
    struct members *members = ctx;

    members->failed |= json_object_set_new(members->uuids, uuid, json_true());
}

/* Notes references as objects, in which each is found fast. */
static int take_members(struct question *q, const char *uuid, const json_t *row)
{
    json_t *columns = ifr_edits_member(q->r->members, uuid), *cell = NULL;
    const char *column = NULL;

    json_object_foreach((json_t *)(uintptr_t)row, column, cell)
    {
        if (strcmp(column, "_uuid") != 0 && json_is_array(cell)) {
            struct members members = { ifr_edits_member(columns, column), 0 };
            ifr_edits_each_uuid(cell, note_member, &members);
            if (members.uuids == NULL || members.failed != 0) {
                return -1;
            }
        }
    }
    return 0;
}

static int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct question *q = ctx;
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));
    const json_t *names = json_array_get(q->old, op);
    const char *old = json_string_value(json_object_get(names, ifr_json_text(row, "name")));
    int failed = 0;

    if (uuid == NULL) {
        return dbc_fail(err, DBC_EPARSE, "Open vSwitch sent a row without a UUID");
    }
    if (old != NULL) {
        failed |= json_object_set_new(q->r->again, old, json_string(uuid));
    }
    if (json_is_null(names) || (old != NULL && json_object_get(q->r->now, uuid) == NULL)) {
        failed |= json_object_set(q->r->now, uuid, (json_t *)(uintptr_t)row);
        failed |= take_members(q, uuid, row);
    }
    return failed == 0 ? 0 : dbc_fail_nomem(err);
}

/* ---- What is there -------------------------------------------------------------------------- */

const char *ifr_reversal_now(const struct ifr_reversal *r, const char *uuid)
{
    return json_object_get(r->now, uuid) != NULL
               ? uuid
               : json_string_value(json_object_get(r->again, uuid));
}

bool ifr_reversal_has(const struct ifr_reversal *r, const json_t *edit, const char *uuid)
{
    const char *row = ifr_ovsdb_uuid(json_object_get(edit, "row"));
    const json_t *columns = row != NULL ? json_object_get(r->members, row) : NULL;

    return json_object_get(json_object_get(columns, ifr_json_text(edit, "column")), uuid) != NULL;
}

/* A row with the name of a kept row comes from an earlier try only if the kept row is gone and the
 * list has not made it. */
static void forget_others(struct ifr_reversal *r)
{
    const char *old = NULL;
    json_t *found = NULL;
    void *next = NULL;

    json_object_foreach_safe(r->again, next, old, found)
    {
        if (json_object_get(r->now, old) != NULL ||
            json_object_get(r->made, json_string_value(found)) != NULL) {
            json_object_del(r->again, old);
        }
    }
}

static bool note_list(struct ifr_reversal *r)
{
    bool ok = true;

    for (size_t i = 0; i < json_array_size(r->list); i++) {
        json_t *edit = json_array_get(r->list, i);
        const char *made = ifr_ovsdb_uuid(json_object_get(edit, "uuid"));
        const char *child = ifr_ovsdb_uuid(json_object_get(edit, "child"));
        ok = ok && (made == NULL || json_object_set_new(r->made, made, json_true()) == 0);
        if (child != NULL && ifr_edit_is(edit, "attach")) {
            ok = ok && json_object_set(r->attached, child, edit) == 0;
        }
    }
    return ok;
}

static int put_question(struct question *q, struct dbc_error *err)
{
    for (size_t i = 0; i < json_array_size(q->r->list); i++) {
        wish_for_edit(q, json_array_get(q->r->list, i));
    }
    wish_for_kept(q);
    ask_for_names(q);
    ask_for_wishes(q);
    return q->failed ? dbc_fail_nomem(err)
                     : ifr_ovsdb_transact(q->r->db, q->operations, IFR_OVSDB_DEADLINE, take_row, q,
                                          NULL, err);
}

int ifr_reversal_look(struct ifr_reversal *r, struct dbc_error *err)
{
    struct question q = { .r = r };
    int rc = 0;

    json_object_clear(r->now);
    json_object_clear(r->members);
    q.wishes = json_object();
    q.operations = json_array();
    q.kept = json_object();
    q.old = json_array();
    rc = note_list(r) ? put_question(&q, err) : dbc_fail_nomem(err);
    json_decref(q.wishes);
    json_decref(q.operations);
    json_decref(q.kept);
    json_decref(q.old);
    if (rc == 0) {
        forget_others(r);
    }
    return rc;
}
