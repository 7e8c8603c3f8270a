/* sync_policy.h - for fuzz_sync: what ovs-xapi-sync may write into the database; it is checked
 * here, and done. */
#ifndef FUZZ_SYNC_POLICY_H
#define FUZZ_SYNC_POLICY_H

#include "sync_database.h"

#define ID_MAX 1024 /* bytes of an identifier from XAPI */

static inline bool is_one_of(const char *text, const char *const *list)
{
    while (*list != NULL && strcmp(*list, text) != 0) {
        list++;
    }
    return *list != NULL;
}

/* The row that an operation names, by its uuid alone. */
static inline json_t *row_of(const json_t *operation, const char **table)
{
    const char *column = NULL, *is = NULL, *kind = NULL, *uuid = NULL;
    json_t *row = NULL;

    *table = json_string_value(json_object_get(operation, "table"));
    must(*table != NULL && json_array_size(json_object_get(operation, "where")) == 1 &&
             json_unpack(json_object_get(operation, "where"), "[[s, s, [s, s]]]", &column, &is,
                         &kind, &uuid) == 0,
         "an operation on no row", "");
    must(strcmp(column, "_uuid") == 0 && strcmp(is, "==") == 0 && strcmp(kind, "uuid") == 0,
         "a condition", column);
    row = database_row(*table, uuid);
    must(row != NULL, "a row that is not there", uuid);
    return row;
}

/* A wait for what the row is; it counts as the base of later changes of the row. */
static inline void check_wait(const json_t *operation)
{
    const char *table = NULL, *until = json_string_value(json_object_get(operation, "until"));
    json_t *row = row_of(operation, &table), *is = columns_of(table, row);
    json_t *said = json_array_get(json_object_get(operation, "rows"), 0), *value = NULL;
    size_t i = 0;

    json_object_del(is, "name");
    must(json_array_size(json_object_get(operation, "rows")) == 1 && json_equal(is, said),
         "a wait for what the row is not", table);
    must(until != NULL && strcmp(until, "==") == 0 &&
             json_integer_value(json_object_get(operation, "timeout")) == 0 &&
             json_object_get(operation, "timeout") != NULL,
         "a wait that waits", table);
    json_array_foreach(json_object_get(operation, "columns"), i, value)
    {
        must(json_object_get(is, json_string_value(value)) != NULL, "a column that is not said",
             json_string_value(value));
        json_object_del(is, json_string_value(value));
    }
    must(json_object_size(is) == 0, "a column that no wait asserts", table);
    json_object_set_new(row, "asserted", json_true());
    json_decref(is);
}

/* Whether a row that the transaction asserts has the value already. */
static inline bool is_asserted(const char *value)
{
    json_t *row = NULL, *has = NULL;
    const char *uuid = NULL, *key = NULL;

    for (size_t i = 0; i < 2; i++) {
        json_object_foreach(json_object_get(database, sync_tables[i]), uuid, row)
        {
            json_object_foreach(json_object_get(row, "external_ids"), key, has)
            {
                if (strcmp(json_string_value(has), value) == 0 &&
                    json_is_true(json_object_get(row, "asserted"))) {
                    return true;
                }
            }
        }
    }
    return false;
}

static inline void check_value(bool other, const char *key, const char *value)
{
    static const char *const truth[] = { "true", "false", NULL };
    static const char *const states[] = { "active", "inactive", NULL };
    static const char *const of_xapi[] = { "iface-id", "vm-id", "bridge-id", NULL };

    if (other) {
        must(is_one_of(value, truth), "in-band", value);
    } else if (strcmp(key, "iface-status") == 0) {
        must(is_one_of(value, states), "a status", value);
    } else if (!is_one_of(key, of_xapi) || !is_clean(value) || strlen(value) > ID_MAX) {
        must(is_asserted(value), "a value from nowhere", value);
    }
}

static inline void check_key(const char *table, bool other, const char *key)
{
    static const char *const of_interface[] = { "iface-id",        "vm-id",
                                                "iface-status",    "attached-mac",
                                                "xs-network-uuid", "xs-vif-uuid",
                                                "xs-vm-uuid",      NULL };
    static const char *const of_bridge[] = { "bridge-id", NULL };
    static const char *const in_band[] = { "disable-in-band", NULL };
    bool bridge = strcmp(table, "Bridge") == 0;

    must(is_one_of(key, other    ? in_band
                        : bridge ? of_bridge
                                 : of_interface),
         "a key of others", key);
}

/* Deletes keys, or inserts pairs. */
static inline void mutate_map(const char *table, json_t *row, const json_t *mutation)
{
    const char *column = json_string_value(json_array_get(mutation, 0));
    const char *how = json_string_value(json_array_get(mutation, 1));
    json_t *list = json_array_get(json_array_get(mutation, 2), 1), *item = NULL;
    json_t *map = NULL;
    bool deletes = how != NULL && strcmp(how, "delete") == 0;
    bool other = column != NULL && strcmp(column, "other_config") == 0;
    size_t i = 0;

    must(column != NULL && how != NULL && (deletes || strcmp(how, "insert") == 0), "a mutation",
         "");
    must(strcmp(column, "external_ids") == 0 || (other && strcmp(table, "Bridge") == 0), "a column",
         column);
    must(strcmp(json_string_value(json_array_get(json_array_get(mutation, 2), 0)),
                deletes ? "set" : "map") == 0,
         "an argument", column);
    map = json_object_get(row, column);
    json_array_foreach(list, i, item)
    {
        const char *key = json_string_value(deletes ? item : json_array_get(item, 0));

        check_key(table, other, key);
        if (deletes) {
            json_object_del(map, key);
        } else {
            check_value(other, key, json_string_value(json_array_get(item, 1)));
            must(json_object_get(map, key) == NULL, "an insert that does nothing", key);
            json_object_set(map, key, json_array_get(item, 1));
        }
    }
}

static inline void check_change(const json_t *operation, const char *op)
{
    const char *table = NULL, *mode = NULL;
    json_t *row = row_of(operation, &table), *mutation = NULL;
    size_t i = 0;

    must(json_is_true(json_object_get(row, "asserted")), "a change on no base", table);
    if (strcmp(op, "mutate") == 0) {
        json_array_foreach(json_object_get(operation, "mutations"), i, mutation)
        {
            mutate_map(table, row, mutation);
        }
        return;
    }
    must(strcmp(op, "update") == 0 && strcmp(table, "Bridge") == 0, "an operation", op);
    must(json_unpack(json_object_get(operation, "row"), "{s:s!}", "fail_mode", &mode) == 0 &&
             (strcmp(mode, "secure") == 0 || strcmp(mode, "standalone") == 0),
         "a fail mode", mode == NULL ? "" : mode);
    json_object_set_new(row, "fail_mode", json_string(mode));
}

static inline void forget_waits(void)
{
    json_t *row = NULL;
    const char *uuid = NULL;

    for (size_t i = 0; i < 2; i++) {
        json_object_foreach(json_object_get(database, sync_tables[i]), uuid, row)
        {
            json_object_del(row, "asserted");
        }
    }
}

/* Checks a transaction; does it unless `refuse`. */
static inline void database_transact(const json_t *operations, bool refuse)
{
    json_t *before = json_deep_copy(database), *operation = NULL;
    size_t i = 0;

    json_array_foreach(operations, i, operation)
    {
        const char *op = json_string_value(json_object_get(operation, "op"));

        must(op != NULL, "an operation without a name", "");
        if (strcmp(op, "wait") == 0) {
            check_wait(operation);
        } else if (strcmp(op, "comment") != 0) {
            check_change(operation, op);
        }
    }
    forget_waits();
    if (refuse) {
        json_decref(database);
        database = before;
    } else {
        json_decref(before);
    }
}

#endif
