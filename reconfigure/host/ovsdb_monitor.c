/* ovsdb_monitor.c - what lasts as long as the connection: the schema and the monitor. */
#include <string.h>

#include "reconfigure/host/ovsdb_priv.h"

/* ---- The schema ------------------------------------------------------------------------------ */

static bool table_is_root(const json_t *table)
{
    return json_is_true(json_object_get(table, "isRoot"));
}

static int take_schema(struct ifr_ovsdb *db, struct ifr_ovsdb_span text, struct dbc_error *err)
{
    json_t *schema = ifr_ovsdb_load(text, err), *tables = json_object_get(schema, "tables");
    const char *name = NULL;
    json_t *table = NULL;

    if (schema == NULL) {
        return -1;
    }
    if (!json_is_object(tables)) {
        json_decref(schema);
        return ifr_ovsdb_nonsense(err, "a schema without tables");
    }
    db->all_roots = true;
    json_object_foreach(tables, name, table)
    {
        db->all_roots = db->all_roots && !table_is_root(table);
    }
    db->schema = schema;
    return 0;
}

int ifr_ovsdb_load_schema(struct ifr_ovsdb *db, unsigned deadline_ms, struct dbc_error *err)
{
    struct ifr_ovsdb_span result = { 0 };
    int rc = 0;

    if (db->schema != NULL) {
        return 0;
    }
    rc = ifr_ovsdb_call(db, ifr_ovsdb_request(db, "get_schema"), true, deadline_ms, &result, err);
    if (rc == 0) {
        rc = take_schema(db, result, err);
    }
    return ifr_ovsdb_finish(db, rc);
}

const json_t *ifr_ovsdb_table(const struct ifr_ovsdb *db, const char *table)
{
    return json_object_get(json_object_get(db->schema, "tables"), table);
}

bool ifr_ovsdb_has_column(const struct ifr_ovsdb *db, const char *table, const char *column)
{
    const json_t *found = ifr_ovsdb_table(db, table);

    if (strcmp(column, "_uuid") == 0 || strcmp(column, "_version") == 0) {
        return found != NULL;
    }
    return json_object_get(json_object_get(found, "columns"), column) != NULL;
}

bool ifr_ovsdb_is_root(const struct ifr_ovsdb *db, const char *table)
{
    const json_t *found = ifr_ovsdb_table(db, table);

    return found != NULL && (db->all_roots || table_is_root(found));
}

/* ---- Changes --------------------------------------------------------------------------------- */

int ifr_ovsdb_monitor(struct ifr_ovsdb *db, const json_t *requests, unsigned deadline_ms,
                      ifr_ovsdb_update_fn *update, void *ctx, struct dbc_error *err)
{
    struct ifr_ovsdb_span result = { 0 };
    size_t before = 0;
    json_t *id = NULL;
    bool fine = false;
    int rc = 0;

    db->in_doubt = false;
    if (db->update != NULL || !json_is_object(requests)) {
        return dbc_fail(err, DBC_EINVAL,
                        db->update != NULL ? "one monitor a connection"
                                           : "a monitor is asked for by an object of tables");
    }
    before = ifr_ovsdb_request(db, "monitor");
    id = json_integer(db->last_id);
    fine = id != NULL && ifr_ovsdb_put(db, id) && ifr_ovsdb_put(db, requests);
    json_decref(id);
    db->monitor_id = db->last_id;
    rc = ifr_ovsdb_call(db, before, fine, deadline_ms, &result, err);
    if (rc == 0) {
        db->update = update;
        db->update_ctx = ctx;
        rc = ifr_ovsdb_take_tables(db, result, err);
    }
    return ifr_ovsdb_finish(db, rc);
}

int ifr_ovsdb_fd(const struct ifr_ovsdb *db)
{
    return db->stream.fd;
}

int ifr_ovsdb_run(struct ifr_ovsdb *db, struct dbc_error *err)
{
    struct ifr_ovsdb_span text = { 0 };
    unsigned first = db->stream.reads;
    int rc = 0;

    do {
        rc = ifr_ovsdb_stream_next(&db->stream, IFR_OVSDB_NO_WAIT, &text, err);
        if (rc > 0 && (ifr_ovsdb_handle(db, text, err) != 0 || ifr_ovsdb_drain(db, err) != 0)) {
            ifr_ovsdb_stream_break(&db->stream);
            return -1;
        }
    } while (rc > 0 && db->stream.reads - first < IFR_OVSDB_RUN_READS);
    return rc < 0 ? -1 : 0;
}
