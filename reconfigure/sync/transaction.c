/* transaction.c - edits of rows as operations (RFC 7047, 5.2).  Maps are mutated and not set, so
 * that the keys of other programs stay. */
#include "reconfigure/sync/transaction.h"

void ifr_sync_transaction_begin(struct ifr_sync_transaction *t)
{
    t->waits = json_array();
    t->edits = json_array();
    t->failed = t->waits == NULL || t->edits == NULL;
}

/* Takes `operation`; NULL: no memory. */
static void add(struct ifr_sync_transaction *t, json_t *list, json_t *operation)
{
    t->failed = json_array_append_new(list, operation) != 0 || t->failed;
}

static const char *table(const struct ifr_sync_row *row)
{
    return row->table == IFR_SYNC_BRIDGE ? "Bridge" : "Interface";
}

static json_t *where(const struct ifr_sync_row *row)
{
    return json_pack("[[s, s, [s, s]]]", "_uuid", "==", "uuid", row->uuid);
}

/* ---- Assertions ------------------------------------------------------------------------------ */

static json_t *fail_mode_of(const struct ifr_sync_row *row)
{
    return row->fail_mode[0] != '\0' ? json_string(row->fail_mode) : json_pack("[s, []]", "set");
}

static json_t *seen(const struct ifr_sync_row *row)
{
    json_t *external = ifr_sync_ids_json(&row->external);

    if (row->table == IFR_SYNC_INTERFACE) {
        return json_pack("{s:o}", "external_ids", external);
    }
    return json_pack("{s:o, s:o, s:o}", "external_ids", external, "other_config",
                     ifr_sync_ids_json(&row->other), "fail_mode", fail_mode_of(row));
}

static void add_wait(struct ifr_sync_transaction *t, const struct ifr_sync_row *row)
{
    json_t *columns = row->table == IFR_SYNC_INTERFACE
                          ? json_pack("[s]", "external_ids")
                          : json_pack("[s, s, s]", "external_ids", "other_config", "fail_mode");

    add(t, t->waits,
        json_pack("{s:s, s:s, s:i, s:o, s:o, s:s, s:[o]}", "op", "wait", "table", table(row),
                  "timeout", 0, "where", where(row), "columns", columns, "until", "==", "rows",
                  seen(row)));
}

/* ---- Edits ----------------------------------------------------------------------------------- */

/* Deletes the keys that change, then inserts those that have a value.  NULL: no memory. */
static json_t *mutations(const struct ifr_sync_change *change, bool other, bool *any)
{
    const char *column = other ? "other_config" : "external_ids";
    json_t *gone = json_array(), *set = json_array();

    *any = false;
    for (size_t i = 0; i < change->n; i++) {
        const struct ifr_sync_edit *edit = &change->edit[i];
        if (edit->other != other) {
            continue;
        }
        *any = true;
        if (json_array_append_new(gone, json_string(edit->key)) != 0 ||
            (edit->value != NULL &&
             json_array_append_new(set, json_pack("[s, s]", edit->key, edit->value)) != 0)) {
            json_decref(gone);
            json_decref(set);
            return NULL;
        }
    }
    return json_pack("[[s, s, [s, o]], [s, s, [s, o]]]", column, "delete", "set", gone, column,
                     "insert", "map", set);
}

static void add_mutate(struct ifr_sync_transaction *t, const struct ifr_sync_row *row,
                       const struct ifr_sync_change *change, bool other)
{
    bool any = false;
    json_t *list = mutations(change, other, &any);

    if (any || list == NULL) {
        add(t, t->edits,
            json_pack("{s:s, s:s, s:o, s:o}", "op", "mutate", "table", table(row), "where",
                      where(row), "mutations", list));
    } else {
        json_decref(list);
    }
}

bool ifr_sync_change_is_none(const struct ifr_sync_change *change)
{
    return change->n == 0 && change->fail_mode == NULL;
}

void ifr_sync_transaction_add(struct ifr_sync_transaction *t, const struct ifr_sync_row *row,
                              const struct ifr_sync_change *change)
{
    if (ifr_sync_change_is_none(change)) {
        return;
    }
    add_wait(t, row);
    if (change->source != NULL) {
        add_wait(t, change->source);
    }
    add_mutate(t, row, change, false);
    if (row->table == IFR_SYNC_BRIDGE) {
        add_mutate(t, row, change, true);
    }
    if (change->fail_mode != NULL) {
        add(t, t->edits,
            json_pack("{s:s, s:s, s:o, s:{s:s}}", "op", "update", "table", table(row), "where",
                      where(row), "row", "fail_mode", change->fail_mode));
    }
}

json_t *ifr_sync_transaction_end(struct ifr_sync_transaction *t)
{
    json_t *all = t->waits;

    t->failed = json_array_extend(all, t->edits) != 0 || t->failed;
    add(t, all, json_pack("{s:s, s:s}", "op", "comment", "comment", IFR_SYNC_COMMENT));
    json_decref(t->edits);
    t->waits = t->edits = NULL;
    if (t->failed) {
        json_decref(all);
        return NULL;
    }
    return all;
}
