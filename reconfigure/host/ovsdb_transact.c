/* ovsdb_transact.c - transactions: what the answer says of each operation, and the rows of selects.
 *
 * The answer is read twice: first for operations that failed, and then, when none did, for its
 * results.  So no row of a transaction that failed reaches the caller. */
#include <string.h>

#include "reconfigure/host/ovsdb_priv.h"

/* The answer of a transaction while it is read. */
struct transaction {
    struct ifr_ovsdb *db;
    const json_t *operations;
    ifr_ovsdb_row_fn *row;
    void *ctx;
    json_t *results;
    struct ifr_ovsdb_span answer;
};

static const char *operation(const struct transaction *t, size_t i, const char *what)
{
    return ifr_json_text(json_array_get(t->operations, i), what);
}

static bool is_select(const struct transaction *t, size_t i)
{
    return strcmp(operation(t, i, "op"), "select") == 0;
}

/* `result` is {"error": ..., "details": ...} of the operation with this index; the index after the
 * last operation is the commit. */
static int operation_failed(const struct transaction *t, size_t i, const json_t *result,
                            struct dbc_error *err)
{
    const char *error = ifr_json_text(result, "error"), *details = ifr_json_text(result, "details");
    const char *op = operation(t, i, "op"), *table = operation(t, i, "table");
    bool conflict =
        strcmp(error, "timed out") == 0 || strcmp(error, "referential integrity violation") == 0;

    if (error[0] == '\0') {
        return ifr_ovsdb_nonsense(err, "an error without a text");
    }
    t->db->in_doubt = false;
    return dbc_fail(err, conflict ? DBC_ECONFLICT : DBC_ECOMMAND,
                    "Open vSwitch's database refuses operation %zu (%s%s%s): %s%s%s", i + 1,
                    op[0] == '\0' ? "commit" : op, table[0] == '\0' ? "" : " in ", table, error,
                    details[0] == '\0' ? "" : ": ", details);
}

/* Finds the rows of a select's result.  Returns 1 with their text in *rows, 0 when it has no member
 * "rows", or -1. */
static int find_rows(struct ifr_ovsdb_span result, struct ifr_ovsdb_span *rows,
                     struct dbc_error *err)
{
    struct ifr_ovsdb_walk walk;
    bool error = false;
    int rc = ifr_ovsdb_walk_begin(&walk, result, '{', err);

    memset(rows, 0, sizeof *rows);
    while (rc == 0 && (rc = ifr_ovsdb_walk_next(&walk, err)) > 0) {
        if (strcmp(walk.key, "rows") != 0) {
            error = error || strcmp(walk.key, "error") == 0;
            rc = ifr_ovsdb_check(walk.value, err);
        } else if (rows->text != NULL) {
            rc = ifr_ovsdb_nonsense(err, "a result with its rows twice");
        } else {
            *rows = walk.value;
            rc = 0;
        }
    }
    ifr_ovsdb_walk_end(&walk);
    if (rc == 0 && error && rows->text != NULL) {
        rc = ifr_ovsdb_nonsense(err, "a result with rows and an error");
    }
    return rc != 0 ? -1 : rows->text != NULL ? 1 : 0;
}

const char *ifr_ovsdb_row_text(const struct ifr_ovsdb *db, size_t *len)
{
    *len = db->row.len;
    return db->row.text;
}

/* Gives one row to the caller's function, if there is one. */
static int give_row(const struct transaction *t, size_t i, struct ifr_ovsdb_span text,
                    struct dbc_error *err)
{
    json_t *row = ifr_ovsdb_load(text, err);
    int rc = row == NULL ? -1 : 0;

    if (rc == 0 && !json_is_object(row)) {
        rc = ifr_ovsdb_nonsense(err, "a row that is no object");
    } else if (rc == 0 && t->row != NULL) {
        /* Whatever the function returns, the transaction is done. */
        t->db->in_doubt = false;
        t->db->row = text;
        rc = t->row(t->ctx, i, row, err);
        t->db->in_doubt = rc == 0;
    }
    json_decref(row);
    return rc;
}

static int give_rows(const struct transaction *t, size_t i, struct ifr_ovsdb_span rows, size_t *n,
                     struct dbc_error *err)
{
    struct ifr_ovsdb_walk walk;
    int rc = ifr_ovsdb_walk_begin(&walk, rows, '[', err);

    *n = 0;
    while (rc == 0 && (rc = ifr_ovsdb_walk_next(&walk, err)) > 0) {
        rc = give_row(t, i, walk.value, err);
        ++*n;
    }
    ifr_ovsdb_walk_end(&walk);
    return rc;
}

static int keep(const struct transaction *t, json_t *result, struct dbc_error *err)
{
    return result == NULL || json_array_append_new(t->results, result) != 0 ? dbc_fail_nomem(err)
                                                                            : 0;
}

static json_t *count_of_rows(size_t n)
{
    json_t *result = json_object();

    if (json_object_set_new(result, "rows", json_integer((json_int_t)n)) != 0) {
        json_decref(result);
        return NULL;
    }
    return result;
}

/* Checks a result without rows, which is small. */
static int look_at_small(const struct transaction *t, size_t i, struct ifr_ovsdb_span text,
                         struct dbc_error *err)
{
    json_t *result = ifr_ovsdb_load(text, err);
    int rc = result == NULL ? -1 : 0;

    if (rc == 0 && !json_is_object(result)) {
        rc = ifr_ovsdb_nonsense(err, "a result that is no object");
    } else if (rc == 0 && json_object_get(result, "error") != NULL) {
        rc = operation_failed(t, i, result, err);
    } else if (rc == 0 && (i >= json_array_size(t->operations) || is_select(t, i))) {
        rc = ifr_ovsdb_nonsense(err, "a result that does not fit its operation");
    }
    json_decref(result);
    return rc;
}

/* Fails when the operation did. */
static int look_at(const struct transaction *t, size_t i, struct ifr_ovsdb_span text,
                   struct dbc_error *err)
{
    struct ifr_ovsdb_span rows;

    if (is_select(t, i) && !ifr_ovsdb_span_is(text, "null")) {
        int found = find_rows(text, &rows, err);
        if (found != 0) {
            return found < 0 ? -1 : 0;
        }
    }
    return look_at_small(t, i, text, err);
}

static int take_result(const struct transaction *t, size_t i, struct ifr_ovsdb_span text,
                       struct dbc_error *err)
{
    struct ifr_ovsdb_span rows;
    size_t n = 0;

    if (!is_select(t, i)) {
        json_t *result = ifr_ovsdb_load(text, err);
        return result == NULL ? -1 : keep(t, result, err);
    }
    if (find_rows(text, &rows, err) < 0 || give_rows(t, i, rows, &n, err) != 0) {
        return -1;
    }
    return keep(t, count_of_rows(n), err);
}

/* Calls `each` for every result. */
static int for_results(const struct transaction *t,
                       int (*each)(const struct transaction *t, size_t i,
                                   struct ifr_ovsdb_span text, struct dbc_error *err),
                       struct dbc_error *err)
{
    struct ifr_ovsdb_walk walk;
    size_t i = 0;
    int rc = ifr_ovsdb_walk_begin(&walk, t->answer, '[', err);

    while (rc == 0 && (rc = ifr_ovsdb_walk_next(&walk, err)) > 0) {
        rc = each(t, i++, walk.value, err);
    }
    ifr_ovsdb_walk_end(&walk);
    if (rc == 0 && i != json_array_size(t->operations)) {
        rc = ifr_ovsdb_nonsense(err, "fewer results than operations");
    }
    return rc;
}

static int send_transaction(struct transaction *t, unsigned deadline_ms, struct dbc_error *err)
{
    size_t before = ifr_ovsdb_request(t->db, "transact");
    bool fine = true;

    for (size_t i = 0; fine && i < json_array_size(t->operations); i++) {
        fine = ifr_ovsdb_put(t->db, json_array_get(t->operations, i));
    }
    return ifr_ovsdb_call(t->db, before, fine, deadline_ms, &t->answer, err);
}

int ifr_ovsdb_transact(struct ifr_ovsdb *db, const json_t *operations, unsigned deadline_ms,
                       ifr_ovsdb_row_fn *row, void *ctx, json_t **results, struct dbc_error *err)
{
    struct transaction t = { db, operations, row, ctx, NULL, { 0 } };
    int rc = -1;

    if (results != NULL) {
        *results = NULL;
    }
    db->in_doubt = false;
    if (!json_is_array(operations)) {
        return dbc_fail(err, DBC_EINVAL, "a transaction is an array of operations");
    }
    t.results = json_array();
    if (t.results == NULL) {
        return dbc_fail_nomem(err);
    }
    if (send_transaction(&t, deadline_ms, err) == 0 && for_results(&t, look_at, err) == 0) {
        rc = for_results(&t, take_result, err);
    }
    rc = ifr_ovsdb_finish(db, rc);
    if (rc == 0 && results != NULL) {
        *results = json_incref(t.results);
    }
    json_decref(t.results);
    return rc;
}

int ifr_ovsdb_ask(struct ifr_ovsdb *db, json_t *operations, ifr_ovsdb_row_fn *row, void *ctx,
                  struct dbc_error *err)
{
    int rc = operations == NULL
                 ? dbc_fail_nomem(err)
                 : ifr_ovsdb_transact(db, operations, IFR_OVSDB_DEADLINE, row, ctx, NULL, err);

    json_decref(operations);
    return rc;
}
