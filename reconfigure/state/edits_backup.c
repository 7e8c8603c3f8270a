/* edits_backup.c - reads the rows that edits may delete (edits_undo.h): the database deletes a row
 * when nothing refers to it any more, and with it the rows that only it refers to. */
#include <string.h>

#include "reconfigure/state/edits_priv.h"
#include "reconfigure/state/edits_undo.h"

struct backup {
    struct ifr_ovsdb *db;
    json_t *rows;  /* {TABLE: {UUID: ROW}} */
    json_t *todo;  /* {TABLE: {UUID: true}}: to be fetched in this round */
    json_t *next;  /* ... and in the next */
    json_t *asked; /* the tables of this round's operations */
    bool failed;
};

/* ---- The schema ----------------------------------------------------------------------------- */

static const json_t *column_of(const struct ifr_ovsdb *db, const char *table, const char *column)
{
    return json_object_get(json_object_get(ifr_ovsdb_table(db, table), "columns"), column);
}

const char *ifr_edits_refers_to(const struct ifr_ovsdb *db, const char *table, const char *column,
                                bool *strong)
{
    static const char *const sides[] = { "key", "value" };
    const json_t *type = json_object_get(column_of(db, table, column), "type");

    for (size_t i = 0; i < 2; i++) {
        const json_t *side = json_object_get(type, sides[i]);
        const char *to = json_string_value(json_object_get(side, "refTable"));
        const char *kind = json_string_value(json_object_get(side, "refType"));
        if (to != NULL) {
            *strong = kind == NULL || strcmp(kind, "weak") != 0;
            return to;
        }
    }
    return NULL;
}

static bool is_kept(const struct ifr_ovsdb *db, const char *table, const char *column)
{
    const json_t *schema = column_of(db, table, column);

    return schema != NULL && !json_is_true(json_object_get(schema, "ephemeral"));
}

void ifr_edits_each_uuid(const json_t *cell, ifr_uuid_fn *fn, void *ctx)
{
    const char *uuid = ifr_ovsdb_uuid(cell);

    if (uuid != NULL) {
        fn(ctx, uuid);
        return;
    }
    for (size_t i = 0; i < json_array_size(cell); i++) {
        ifr_edits_each_uuid(json_array_get(cell, i), fn, ctx);
    }
}

/* ---- Fetching ------------------------------------------------------------------------------- */

json_t *ifr_edits_member(json_t *object, const char *key)
{
    json_t *found = json_object_get(object, key);

    if (found == NULL && object != NULL) {
        found = json_object();
        return json_object_set_new(object, key, found) == 0 ? found : NULL;
    }
    return found;
}

static bool put(json_t *tables, const char *table, const char *uuid, json_t *value)
{
    return json_object_set_new(ifr_edits_member(tables, table), uuid, value) == 0;
}

struct wish {
    struct backup *b;
    const char *table;
};

static void want_row(void *ctx, const char *uuid)
{
    struct wish *wish = ctx;
    struct backup *b = wish->b;

    if (json_object_get(json_object_get(b->rows, wish->table), uuid) == NULL) {
        b->failed = !put(b->next, wish->table, uuid, json_true()) || b->failed;
    }
}

/* Keeps the columns that the database keeps, and asks for the rows that would go with this one. */
static int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct backup *b = ctx;
    const char *table = json_string_value(json_array_get(b->asked, op));
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));
    json_t *kept = json_object(), *cell = NULL;
    const char *column = NULL;

    if (table == NULL || uuid == NULL) {
        json_decref(kept);
        return dbc_fail(err, DBC_EPARSE, "Open vSwitch sent a row without a UUID");
    }
    json_object_foreach((json_t *)(uintptr_t)row, column, cell)
    {
        bool strong = false;
        const char *to = ifr_edits_refers_to(b->db, table, column, &strong);
        struct wish wish = { b, to };
        if (!is_kept(b->db, table, column)) {
            continue;
        }
        b->failed = json_object_set(kept, column, cell) != 0 || b->failed;
        if (to != NULL && strong && !ifr_ovsdb_is_root(b->db, to)) {
            ifr_edits_each_uuid(cell, want_row, &wish);
        }
    }
    b->failed = !put(b->rows, table, uuid, kept) || b->failed;
    return 0;
}

/* A select for each row of `todo`. */
static json_t *selects(struct backup *b)
{
    json_t *operations = json_array(), *rows = NULL, *value = NULL;
    const char *table = NULL, *uuid = NULL;

    json_array_clear(b->asked);
    json_object_foreach(b->todo, table, rows)
    {
        json_object_foreach(rows, uuid, value)
        {
            json_t *op = json_pack("{s:s, s:s, s:[[s, s, [s, s]]]}", "op", "select", "table", table,
                                   "where", "_uuid", "==", "uuid", uuid);
            b->failed = json_array_append_new(operations, op) != 0 ||
                        json_array_append_new(b->asked, json_string(table)) != 0 || b->failed;
        }
    }
    return operations;
}

static int fetch_round(struct backup *b, struct dbc_error *err)
{
    json_t *operations = NULL;
    int rc = 0;

    json_decref(b->todo);
    b->todo = b->next;
    b->next = json_object();
    operations = selects(b);
    if (b->failed || operations == NULL || b->next == NULL) {
        rc = dbc_fail_nomem(err);
    } else if (json_array_size(operations) > 0) {
        rc = ifr_ovsdb_transact(b->db, operations, IFR_OVSDB_DEADLINE, take_row, b, NULL, err);
    }
    json_decref(operations);
    return rc;
}

/* ---- Mirrors, whose references to a deleted port the database empties --------------------------
 */

static const char *const weak[] = { "select_dst_port", "select_src_port", "output_port" };

struct search {
    const json_t *ports;
    bool found;
};

static void look_up(void *ctx, const char *uuid)
{
    struct search *search = ctx;

    search->found = search->found || json_object_get(search->ports, uuid) != NULL;
}

static int take_mirror(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct backup *b = ctx;
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));
    json_t *kept = json_object();

    (void)op;
    (void)err;
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        struct search search = { json_object_get(b->rows, "Port"), false };
        json_t *cell = json_object_get(row, weak[i]);
        ifr_edits_each_uuid(cell, look_up, &search);
        if (search.found) {
            b->failed = json_object_set(kept, weak[i], cell) != 0 || b->failed;
        }
    }
    if (uuid != NULL && json_object_size(kept) > 0) {
        b->failed = !put(b->rows, "mirrors", uuid, kept) || b->failed;
        return 0;
    }
    json_decref(kept);
    return 0;
}

static int fetch_mirrors(struct backup *b, struct dbc_error *err)
{
    json_t *select = json_pack("[{s:s, s:s, s:[], s:[s, s, s, s]}]", "op", "select", "table",
                               "Mirror", "where", "columns", "_uuid", weak[0], weak[1], weak[2]);

    return ifr_ovsdb_ask(b->db, select, take_mirror, b, err);
}

/* ---- All of it ------------------------------------------------------------------------------ */

static bool start(struct backup *b, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *edit = json_array_get(list, i);
        const char *uuid = ifr_ovsdb_uuid(json_object_get(edit, "child"));
        if (ifr_edit_is(edit, "detach") && uuid != NULL &&
            !put(b->next, ifr_json_text(edit, "of"), uuid, json_true())) {
            return false;
        }
    }
    return true;
}

int ifr_edits_backup(struct ifr_ovsdb *db, const json_t *list, json_t **rows, struct dbc_error *err)
{
    struct backup b = { .db = db };
    int rc = 0;

    b.rows = json_object();
    b.todo = json_object();
    b.next = json_object();
    b.asked = json_array();
    if (b.rows == NULL || b.todo == NULL || b.next == NULL || b.asked == NULL || !start(&b, list)) {
        rc = dbc_fail_nomem(err);
    } else if (json_object_size(b.next) > 0) {
        rc = ifr_ovsdb_load_schema(db, IFR_OVSDB_DEADLINE, err);
    }
    for (unsigned i = 0; rc == 0 && json_object_size(b.next) > 0 && i < IFR_EDITS_DEPTH; i++) {
        rc = fetch_round(&b, err);
    }
    if (rc == 0 && json_object_get(b.rows, "Port") != NULL) {
        rc = fetch_mirrors(&b, err);
    }
    if (rc == 0 && b.failed) {
        rc = dbc_fail_nomem(err);
    }
    json_decref(b.todo);
    json_decref(b.next);
    json_decref(b.asked);
    *rows = rc == 0 ? b.rows : NULL;
    if (rc < 0) {
        json_decref(b.rows);
    }
    return rc;
}
