/* ovsdb_update.c - the updates of a monitor (ovsdb_priv.h): rows as they were and as they are. */
#include "reconfigure/host/ovsdb_priv.h"

/* {"old": ROW, "new": ROW}, of which one may be missing. */
static int take_change(struct ifr_ovsdb *db, const char *table, const char *uuid,
                       struct ifr_ovsdb_span text, struct dbc_error *err)
{
    json_t *change = ifr_ovsdb_load(text, err);
    const json_t *before = json_object_get(change, "old"), *after = json_object_get(change, "new");
    int rc = change == NULL ? -1 : 0;

    if (rc == 0 &&
        ((before == NULL && after == NULL) || (before != NULL && !json_is_object(before)) ||
         (after != NULL && !json_is_object(after)))) {
        rc = ifr_ovsdb_nonsense(err, "a change without a row");
    } else if (rc == 0) {
        rc = db->update(db->update_ctx, table, uuid, before, after, err);
    }
    json_decref(change);
    return rc;
}

static int take_table(struct ifr_ovsdb *db, const char *table, struct ifr_ovsdb_span rows,
                      struct dbc_error *err)
{
    struct ifr_ovsdb_walk walk;
    int rc = ifr_ovsdb_walk_begin(&walk, rows, '{', err);

    while (rc == 0 && (rc = ifr_ovsdb_walk_next(&walk, err)) > 0) {
        rc = ifr_ovsdb_is_uuid(walk.key) ? take_change(db, table, walk.key, walk.value, err)
                                         : ifr_ovsdb_nonsense(err, "a row whose name is no UUID");
    }
    ifr_ovsdb_walk_end(&walk);
    return rc;
}

/* {TABLE: {UUID: CHANGE}} */
int ifr_ovsdb_take_tables(struct ifr_ovsdb *db, struct ifr_ovsdb_span tables, struct dbc_error *err)
{
    struct ifr_ovsdb_walk walk;
    int rc = ifr_ovsdb_walk_begin(&walk, tables, '{', err);

    while (rc == 0 && (rc = ifr_ovsdb_walk_next(&walk, err)) > 0) {
        rc = take_table(db, walk.key, walk.value, err);
    }
    ifr_ovsdb_walk_end(&walk);
    return rc;
}

/* Returns 1 when the monitor is ours, 0 when it is not, or -1. */
static int is_ours(const struct ifr_ovsdb *db, struct ifr_ovsdb_span id, struct dbc_error *err)
{
    json_t *value = ifr_ovsdb_load(id, err);
    int rc =
        value == NULL ? -1 : json_is_integer(value) && json_integer_value(value) == db->monitor_id;

    json_decref(value);
    return rc;
}

/* [MONITOR, TABLES] */
int ifr_ovsdb_told_update(struct ifr_ovsdb *db, struct ifr_ovsdb_span params, struct dbc_error *err)
{
    struct ifr_ovsdb_span part[2] = { { 0 } };
    struct ifr_ovsdb_walk walk;
    size_t n = 0;
    int rc = 0;

    if (db->update == NULL) {
        return 0;
    }
    rc = ifr_ovsdb_walk_begin(&walk, params, '[', err);
    while (rc == 0 && (rc = ifr_ovsdb_walk_next(&walk, err)) > 0) {
        rc = n < 2 ? 0 : ifr_ovsdb_nonsense(err, "an update of more than two parts");
        part[n < 2 ? n++ : 1] = walk.value;
    }
    ifr_ovsdb_walk_end(&walk);
    if (rc == 0 && n < 2) {
        rc = ifr_ovsdb_nonsense(err, "an update of less than two parts");
    }
    if (rc != 0 || (rc = is_ours(db, part[0], err)) <= 0) {
        return rc;
    }
    return ifr_ovsdb_take_tables(db, part[1], err);
}
