/* ovs_live.c - managers and bridges by the database's socket (ovs.h). */
#include <string.h>

#include "reconfigure/host/ovsdb.h"
#include "reconfigure/plugin/ovs.h"

enum { MANAGERS, BRIDGES };

static int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct ifr_ovs *ovs = ctx;
    const json_t *config = json_object_get(row, "other_config");
    const char *hwaddr = ifr_ovsdb_map_get(config, "hwaddr");
    const char *in_band = ifr_ovsdb_map_get(config, "disable-in-band");

    if (op == MANAGERS) {
        dbc_strvec_push(&ovs->managers, ifr_ovsdb_text(json_object_get(row, "target")));
        return ovs->managers.failed ? dbc_fail_nomem(err) : 0;
    }
    return ifr_ovs_add_bridge(ovs, ifr_ovsdb_text(json_object_get(row, "name")),
                              ifr_ovsdb_text(json_object_get(row, "fail_mode")),
                              hwaddr != NULL ? hwaddr : "", in_band != NULL ? in_band : "", err);
}

static int read_tables(struct ifr_ovsdb *db, struct ifr_ovs *ovs, struct dbc_error *err)
{
    json_t *operations =
        json_pack("[{s:s, s:s, s:[], s:[s]}, {s:s, s:s, s:[], s:[s, s, s]}]", "op", "select",
                  "table", "Manager", "where", "columns", "target", "op", "select", "table",
                  "Bridge", "where", "columns", "name", "fail_mode", "other_config");
    int rc = operations != NULL
                 ? ifr_ovsdb_transact(db, operations, IFR_OVSDB_DEADLINE, take_row, ovs, NULL, err)
                 : dbc_fail_nomem(err);

    json_decref(operations);
    return rc;
}

int ifr_ovs_read_live(const struct ifr_host *host, struct ifr_ovs *ovs, bool *there,
                      struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    struct ifr_ovsdb *db = NULL;
    int rc = -1;

    *there = false;
    dbc_buf_addf(&path, "%s" IFR_OVSDB_SOCKET, host->prefix);
    if (path.failed) {
        rc = dbc_fail_nomem(err);
    } else if (ifr_ovsdb_open(path.data, IFR_OVSDB_DEADLINE, &db, &why) == 0) {
        *there = true;
        rc = read_tables(db, ovs, err);
    } else if (why.code == DBC_ENOENT) {
        rc = 0;
    } else if (err != NULL) {
        *err = why;
    }
    if (rc < 0 && err != NULL && err->code == DBC_ETIMEOUT) {
        err->code = DBC_ECOMMAND; /* TimeoutError is XAPI's */
    }
    ifr_ovsdb_close(db);
    dbc_buf_release(&path);
    return rc;
}
