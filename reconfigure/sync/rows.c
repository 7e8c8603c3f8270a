/* rows.c - keeps the rows of two tables by UUID and by name, and in a list for each state
 * (rows.h). */
#include "reconfigure/sync/rows.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/host/ovsdb.h"

static const char *const table_names[IFR_SYNC_N_TABLES] = { "Bridge", "Interface" };

/* ---- Finding --------------------------------------------------------------------------------- */

static int by_uuid(const void *a, const void *b)
{
    return strcmp(((const struct ifr_sync_row *)a)->uuid, ((const struct ifr_sync_row *)b)->uuid);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct ifr_sync_row *)a)->name, ((const struct ifr_sync_row *)b)->name);
}

/* tfind passes what it looks for as the first argument. */
static int has_name(const void *name, const void *row)
{
    return strcmp(name, ((const struct ifr_sync_row *)row)->name);
}

static int has_uuid(const void *uuid, const void *row)
{
    return strcmp(uuid, ((const struct ifr_sync_row *)row)->uuid);
}

static struct ifr_sync_row *at(void *node)
{
    return node != NULL ? *(struct ifr_sync_row **)node : NULL;
}

struct ifr_sync_row *ifr_sync_rows_find(const struct ifr_sync_rows *rows, enum ifr_sync_table table,
                                        const char *name)
{
    return at(tfind(name, &rows->by_name[table], has_name));
}

static bool starts(const struct ifr_sync_row *row, const char *with)
{
    return row->table == IFR_SYNC_INTERFACE && strncmp(row->name, with, strlen(with)) == 0;
}

bool ifr_sync_is_vif(const struct ifr_sync_row *row)
{
    return starts(row, "vif");
}

bool ifr_sync_is_tap(const struct ifr_sync_row *row)
{
    return starts(row, "tap");
}

#define PREFIX_LEN 3    /* "vif", "tap" */
#define NAME_MAX_LEN 64 /* a longer name is no device's and has no partner */

struct ifr_sync_row *ifr_sync_rows_partner(const struct ifr_sync_rows *rows,
                                           const struct ifr_sync_row *row)
{
    char name[NAME_MAX_LEN + 1];
    const char *other = ifr_sync_is_vif(row) ? "tap" : ifr_sync_is_tap(row) ? "vif" : NULL;

    if (other == NULL ||
        snprintf(name, sizeof name, "%s%s", other, row->name + PREFIX_LEN) > NAME_MAX_LEN) {
        return NULL;
    }
    return ifr_sync_rows_find(rows, IFR_SYNC_INTERFACE, name);
}

/* ---- Lists ----------------------------------------------------------------------------------- */

void ifr_sync_rows_move(struct ifr_sync_rows *rows, struct ifr_sync_row *row,
                        enum ifr_sync_state state)
{
    if (row->state != state) {
        TAILQ_REMOVE(&rows->list[row->state], row, link);
        row->state = state;
        TAILQ_INSERT_TAIL(&rows->list[state], row, link);
    }
}

void ifr_sync_rows_move_all(struct ifr_sync_rows *rows, enum ifr_sync_state from,
                            enum ifr_sync_state to)
{
    while (!TAILQ_EMPTY(&rows->list[from])) {
        ifr_sync_rows_move(rows, TAILQ_FIRST(&rows->list[from]), to);
    }
}

void ifr_sync_rows_touch_bridge(void *ctx, const char *bridge)
{
    struct ifr_sync_row *row = ifr_sync_rows_find(ctx, IFR_SYNC_BRIDGE, bridge);

    if (row != NULL) {
        ifr_sync_rows_move(ctx, row, IFR_SYNC_CHANGED);
    }
}

void ifr_sync_rows_touch_all(struct ifr_sync_rows *rows)
{
    struct ifr_sync_row *row = NULL;

    for (int state = 0; state < IFR_SYNC_N_STATES; state++) {
        if (state != IFR_SYNC_CHANGED) {
            ifr_sync_rows_move_all(rows, (enum ifr_sync_state)state, IFR_SYNC_CHANGED);
        }
    }
    TAILQ_FOREACH(row, &rows->list[IFR_SYNC_CHANGED], link)
    {
        row->set_up = false;
    }
}

/* Has a row and its partner looked at. */
static void touch(struct ifr_sync_rows *rows, struct ifr_sync_row *row)
{
    struct ifr_sync_row *partner = ifr_sync_rows_partner(rows, row);

    ifr_sync_rows_move(rows, row, IFR_SYNC_CHANGED);
    if (partner != NULL) {
        ifr_sync_rows_move(rows, partner, IFR_SYNC_CHANGED);
    }
}

/* ---- Answers --------------------------------------------------------------------------------- */

static int need(struct ifr_sync_rows *rows, enum ifr_sync_kind kind, const char *uuid,
                struct ifr_sync_answer **held, struct dbc_error *err)
{
    struct ifr_sync_answer *old = *held, *new = NULL;
    bool none = uuid == NULL;

    if (uuid != NULL) {
        new = ifr_sync_hold(rows->answers, kind, uuid, &none);
        if (new == NULL && !none) {
            return dbc_fail_nomem(err);
        }
    }
    *held = new;
    ifr_sync_give_back(rows->answers, old);
    return 0;
}

int ifr_sync_row_needs(struct ifr_sync_rows *rows, struct ifr_sync_row *row, const char *vif,
                       const char *vm, struct dbc_error *err)
{
    return need(rows, IFR_SYNC_VIF, vif, &row->vif, err) == 0 &&
                   need(rows, IFR_SYNC_VM, vm, &row->vm, err) == 0
               ? 0
               : -1;
}

/* ---- Coming and going ------------------------------------------------------------------------ */

void ifr_sync_rows_init(struct ifr_sync_rows *rows, struct ifr_sync_answers *answers)
{
    memset(rows, 0, sizeof *rows);
    rows->answers = answers;
    for (int state = 0; state < IFR_SYNC_N_STATES; state++) {
        TAILQ_INIT(&rows->list[state]);
    }
}

static void free_row(struct ifr_sync_row *row)
{
    if (row != NULL) {
        ifr_sync_ids_release(&row->external);
        ifr_sync_ids_release(&row->other);
        free(row->name);
        free(row);
    }
}

/* Enters a row.  While an update replaces a row, two have its name, and the later one counts. */
static int enter(struct ifr_sync_rows *rows, struct ifr_sync_row *row)
{
    void *node = tsearch(row, &rows->by_name[row->table], by_name);

    if (node == NULL) {
        return -1;
    }
    *(struct ifr_sync_row **)node = row;
    if (tsearch(row, &rows->by_uuid, by_uuid) == NULL) {
        tdelete(row, &rows->by_name[row->table], by_name);
        return -1;
    }
    TAILQ_INSERT_TAIL(&rows->list[row->state], row, link);
    rows->n[row->table]++;
    return 0;
}

static void drop(struct ifr_sync_rows *rows, struct ifr_sync_row *row)
{
    struct ifr_sync_row *partner = NULL;

    tdelete(row, &rows->by_uuid, by_uuid);
    if (ifr_sync_rows_find(rows, row->table, row->name) == row) {
        tdelete(row, &rows->by_name[row->table], by_name);
        partner = ifr_sync_rows_partner(rows, row);
    }
    if (partner != NULL && partner->seen) {
        ifr_sync_rows_move(rows, partner, IFR_SYNC_CHANGED);
    }
    TAILQ_REMOVE(&rows->list[row->state], row, link);
    rows->n[row->table]--;
    ifr_sync_give_back(rows->answers, row->vif);
    ifr_sync_give_back(rows->answers, row->vm);
    free_row(row);
}

void ifr_sync_rows_release(struct ifr_sync_rows *rows)
{
    ifr_sync_rows_begin(rows);
    ifr_sync_rows_end(rows);
}

void ifr_sync_rows_begin(struct ifr_sync_rows *rows)
{
    struct ifr_sync_row *row = NULL;

    for (int state = 0; state < IFR_SYNC_N_STATES; state++) {
        TAILQ_FOREACH(row, &rows->list[state], link)
        {
            row->seen = false;
        }
    }
}

/* Collects the rows that are gone first, since dropping a row moves its partner to another list. */
void ifr_sync_rows_end(struct ifr_sync_rows *rows)
{
    ifr_sync_rows_move_all(rows, IFR_SYNC_SENT, IFR_SYNC_CHANGED);
    for (int state = 0; state < IFR_SYNC_N_STATES; state++) {
        struct ifr_sync_row *next = NULL;
        for (struct ifr_sync_row *row = TAILQ_FIRST(&rows->list[state]);
             state != IFR_SYNC_SENT && row != NULL; row = next) {
            next = TAILQ_NEXT(row, link);
            if (!row->seen) {
                ifr_sync_rows_move(rows, row, IFR_SYNC_SENT);
            }
        }
    }
    while (!TAILQ_EMPTY(&rows->list[IFR_SYNC_SENT])) {
        drop(rows, TAILQ_FIRST(&rows->list[IFR_SYNC_SENT]));
    }
}

/* ---- What the monitor tells ------------------------------------------------------------------ */

json_t *ifr_sync_rows_wanted(void)
{
    return json_pack("{s:{s:[s,s,s,s]}, s:{s:[s,s]}}", "Bridge", "columns", "name", "external_ids",
                     "other_config", "fail_mode", "Interface", "columns", "name", "external_ids");
}

static struct ifr_sync_row *make(struct ifr_sync_rows *rows, enum ifr_sync_table table,
                                 const char *uuid, const char *name)
{
    struct ifr_sync_row *row = calloc(1, sizeof *row);

    if (row == NULL) {
        return NULL;
    }
    row->table = table;
    row->state = IFR_SYNC_CHANGED;
    memcpy(row->uuid, uuid, IFR_SYNC_UUID_LEN); /* the client has checked that it is one */
    row->name = strdup(name);
    if (row->name == NULL || enter(rows, row) != 0) {
        free_row(row);
        return NULL;
    }
    return row;
}

/* Returns 1 when something has changed, 0, or -1. */
static int set_columns(struct ifr_sync_row *row, const json_t *columns, struct dbc_error *err)
{
    const char *mode = ifr_ovsdb_text(json_object_get(columns, "fail_mode"));
    int external = ifr_sync_ids_set(&row->external, json_object_get(columns, "external_ids"), err);
    int other = 0, differs = 0;

    if (external < 0 || row->table == IFR_SYNC_INTERFACE) {
        return external;
    }
    other = ifr_sync_ids_set(&row->other, json_object_get(columns, "other_config"), err);
    if (other < 0) {
        return -1;
    }
    differs = strncmp(row->fail_mode, mode, IFR_SYNC_FAIL_MODE_LEN) != 0;
    snprintf(row->fail_mode, sizeof row->fail_mode, "%.*s", IFR_SYNC_FAIL_MODE_LEN, mode);
    return external > 0 || other > 0 || differs ? 1 : 0;
}

static int take_row(struct ifr_sync_rows *rows, enum ifr_sync_table table, const char *uuid,
                    const json_t *columns, struct dbc_error *err)
{
    struct ifr_sync_row *row = at(tfind(uuid, &rows->by_uuid, has_uuid));
    const char *name = ifr_ovsdb_text(json_object_get(columns, "name"));
    int rc = 0;

    if (row != NULL && (row->table != table || strcmp(row->name, name) != 0)) {
        drop(rows, row); /* neither can change: it is another row */
        row = NULL;
    }
    if (row == NULL && (row = make(rows, table, uuid, name)) == NULL) {
        return dbc_fail_nomem(err);
    }
    row->seen = true;
    rc = set_columns(row, columns, err);
    if (rc > 0 || row->state == IFR_SYNC_CHANGED) {
        touch(rows, row);
    }
    return rc < 0 ? -1 : 0;
}

int ifr_sync_rows_take(void *ctx, const char *table, const char *uuid, const json_t *before,
                       const json_t *after, struct dbc_error *err)
{
    struct ifr_sync_row *row = NULL;

    (void)before;
    for (int i = 0; after != NULL && i < IFR_SYNC_N_TABLES; i++) {
        if (strcmp(table, table_names[i]) == 0) {
            return take_row(ctx, (enum ifr_sync_table)i, uuid, after, err);
        }
    }
    row = at(tfind(uuid, &((struct ifr_sync_rows *)ctx)->by_uuid, has_uuid));
    if (after == NULL && row != NULL) {
        drop(ctx, row);
    }
    return 0;
}
