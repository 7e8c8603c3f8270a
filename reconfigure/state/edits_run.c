/* edits_run.c - edits as a transaction, and the wait for the switch (edits_undo.h). */
#include <string.h>

#include "reconfigure/state/edits_priv.h"
#include "reconfigure/state/edits_undo.h"

#define GRACE 5000 /* ms on top of what the server waits, for the answer itself */

struct refused {
    const json_t *list;
    struct dbc_buf *text;
};

/* Whether the edits made this interface. */
static bool is_ours(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *edit = json_array_get(list, i);
        const json_t *row = json_object_get(edit, "row");
        if (strcmp(ifr_json_text(edit, "table"), "Interface") == 0 &&
            strcmp(ifr_json_text(row, "name"), name) == 0) {
            return true;
        }
    }
    return false;
}

static int take_refused(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    const struct refused *refused = ctx;
    const char *name = json_string_value(json_object_get(row, "name"));
    const char *why = ifr_ovsdb_text(json_object_get(row, "error"));

    (void)op;
    (void)err;
    if (refused->text != NULL && name != NULL && is_ours(refused->list, name)) {
        dbc_buf_addf(refused->text, "%s%s%s%s", refused->text->len > 0 ? "; " : "", name,
                     *why != '\0' ? ": " : "", why);
    }
    return 0;
}

/* Waits, then selects the interfaces that the switch could not open, which have ofport -1.  It asks
 * for all columns, since servers of old releases refuse a select that names `error`. */
static int wait_for_switch(struct ifr_ovsdb *db, const json_t *list, json_int_t counter,
                           struct dbc_buf *text, struct dbc_error *err)
{
    struct refused refused = { list, text };
    struct dbc_error why = DBC_ERROR_INIT;
    json_t *operations =
        json_pack("[{s:s, s:i, s:s, s:[[s, s, I]], s:[s], s:s, s:[]}, {s:s, s:s, s:[[s, s, i]]}]",
                  "op", "wait", "timeout", IFR_SWITCH_DEADLINE, "table", "Open_vSwitch", "where",
                  "cur_cfg", ">=", counter, "columns", "cur_cfg", "until", "!=", "rows", "op",
                  "select", "table", "Interface", "where", "ofport", "==", -1);
    int rc = operations == NULL ? dbc_fail_nomem(&why)
                                : ifr_ovsdb_transact(db, operations, IFR_SWITCH_DEADLINE + GRACE,
                                                     take_refused, &refused, NULL, &why);

    json_decref(operations);
    if (rc < 0 && why.code == DBC_ECONFLICT) {
        (void)dbc_fail(err, DBC_ETIMEOUT, "ovs-vswitchd did not follow the change within %d s",
                       IFR_SWITCH_DEADLINE / 1000);
    } else if (rc < 0 && err != NULL) {
        *err = why;
    }
    return rc;
}

struct counter {
    size_t op;
    json_int_t value;
};

static int take_counter(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct counter *counter = ctx;

    (void)err;
    if (op == counter->op) {
        counter->value = ifr_ovsdb_integer(json_object_get(row, "next_cfg"), 0);
    }
    return 0;
}

int ifr_edits_run(struct ifr_ovsdb *db, const struct ifr_edits *edits, const char *root,
                  const char *comment, struct dbc_buf *refused, struct dbc_error *err)
{
    size_t first = 0;
    struct counter counter = { 0, 0 };
    json_t *results = NULL;
    json_t *operations = ifr_edits_wire(edits->list, edits->waits, root, comment, &first);
    int rc = 0;

    if (operations == NULL) {
        return dbc_fail_nomem(err);
    }
    counter.op = json_array_size(operations) - 1;
    rc = ifr_ovsdb_transact(db, operations, IFR_SWITCH_DEADLINE, take_counter, &counter, &results,
                            err);
    json_decref(operations);
    if (rc == 0) {
        rc = ifr_edits_resolve(edits->list, results, first, err);
    }
    json_decref(results);
    return rc < 0 ? rc : wait_for_switch(db, edits->list, counter.value, refused, err);
}

int ifr_edits_wait(struct ifr_ovsdb *db, const json_t *list, struct dbc_buf *refused,
                   struct dbc_error *err)
{
    struct counter counter = { 0, 0 };
    json_t *select = json_pack("[{s:s, s:s, s:[], s:[s]}]", "op", "select", "table", "Open_vSwitch",
                               "where", "columns", "next_cfg");
    int rc = ifr_ovsdb_ask(db, select, take_counter, &counter, err);

    return rc < 0 ? rc : wait_for_switch(db, list, counter.value, refused, err);
}

/* ---- After a lost answer -------------------------------------------------------------------- */

struct names {
    json_t *list, *uuids;
    const json_t *before; /* {TABLE: {UUID: ROW}} */
    bool failed;
};

/* Takes the row that the select of this edit found, unless it was there before. */
static int take_name(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct names *names = ctx;
    const json_t *edit = json_array_get(names->list, op);
    const char *name = ifr_json_text(edit, "name");
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));
    const json_t *before = json_object_get(names->before, ifr_json_text(edit, "table"));

    (void)err;
    if (*name != '\0' && uuid != NULL && json_object_get(before, uuid) == NULL) {
        names->failed = names->failed ||
                        json_object_set(names->uuids, name, json_object_get(row, "_uuid")) != 0;
    }
    return 0;
}

/* Selects the row that an edit inserts by the column that is unique in its table: a manager's
 * target, else the name.  SSL has one row at most.  Other edits get a comment. */
static json_t *name_select(const json_t *edit)
{
    const json_t *row = json_object_get(edit, "row");
    const char *column = *ifr_json_text(row, "target") != '\0' ? "target" : "name";
    const char *value = ifr_json_text(row, column);

    if (ifr_edit_is(edit, "insert") && strcmp(ifr_json_text(edit, "table"), "SSL") == 0) {
        return json_pack("{s:s, s:s, s:[], s:[s]}", "op", "select", "table", "SSL", "where",
                         "columns", "_uuid");
    }
    return *value != '\0' ? json_pack("{s:s, s:s, s:[[s, s, s]], s:[s]}", "op", "select", "table",
                                      ifr_json_text(edit, "table"), "where", column, "==", value,
                                      "columns", "_uuid")
                          : json_pack("{s:s, s:s}", "op", "comment", "comment", "");
}

/* One operation for each edit, so that their indexes agree. */
static json_t *name_selects(const json_t *list)
{
    json_t *operations = json_array();

    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *op = name_select(json_array_get(list, i));
        if (json_array_append_new(operations, op) != 0) {
            json_decref(operations);
            return NULL;
        }
    }
    return operations;
}

bool ifr_edits_have_names(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *edit = json_array_get(list, i);
        const char *row = json_string_value(json_array_get(json_object_get(edit, "row"), 0));
        const char *child = json_string_value(json_array_get(json_object_get(edit, "child"), 0));
        if ((row != NULL && strcmp(row, "named-uuid") == 0) ||
            (child != NULL && strcmp(child, "named-uuid") == 0)) {
            return true;
        }
    }
    return false;
}

int ifr_edits_resolve_by_name(struct ifr_ovsdb *db, json_t *list, const json_t *rows,
                              struct dbc_error *err)
{
    struct names names = { .list = list, .before = rows };
    int rc = 0;

    if (!ifr_edits_have_names(list)) {
        return 0;
    }
    names.uuids = json_object();
    rc = ifr_ovsdb_ask(db, name_selects(list), take_name, &names, err);
    if (rc == 0) {
        rc = names.failed ? dbc_fail_nomem(err) : ifr_edits_resolve_names(list, names.uuids, err);
    }
    json_decref(names.uuids);
    return rc;
}
