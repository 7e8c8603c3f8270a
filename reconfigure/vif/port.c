/* port.c - the port of a VM's network device on Open vSwitch (port.h).  Two selects find bridge and
 * port by their names; the edits assert what they found. */
#include "reconfigure/vif/port.h"

#include <stdio.h>

#include "reconfigure/state/edits_undo.h"

static const char *const id_keys[IFR_VIF_N_IDS] = {
    [IFR_VIF_ATTACHED_MAC] = "attached-mac",
    [IFR_VIF_VM_UUID] = "xs-vm-uuid",
    [IFR_VIF_UUID] = "xs-vif-uuid",
    [IFR_VIF_NETWORK_UUID] = "xs-network-uuid",
};

#define UUID_SIZE 37

/* What is in the database: UUIDs, "" where there is no such row. */
struct found {
    char root[UUID_SIZE];
    char bridge[UUID_SIZE]; /* the bridge of the new port */
    char vlan[UUID_SIZE];   /* the port that is a VLAN's fake bridge */
    char port[UUID_SIZE];   /* the port with the device's name */
    char owner[UUID_SIZE];  /* the bridge of that port */
    json_int_t tag;         /* of the VLAN; -1: none */
};

/* ---- Looking -------------------------------------------------------------------------------- */

enum question { ROOT, BRIDGE, VLAN, PORT, N_QUESTIONS };

static int take_named(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct found *found = ctx;
    char *const places[N_QUESTIONS] = { found->root, found->bridge, found->vlan, found->port };
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));

    if (uuid == NULL || op >= N_QUESTIONS) {
        return dbc_fail(err, DBC_EPARSE, "ovsdb-server sent a row without a UUID");
    }
    snprintf(places[op], UUID_SIZE, "%s", uuid);
    if (op == VLAN) {
        found->tag = ifr_ovsdb_integer(json_object_get(row, "tag"), -1);
    }
    return 0;
}

static int look_for_names(struct ifr_ovsdb *db, const char *device, const char *bridge,
                          struct found *found, struct dbc_error *err)
{
    return ifr_ovsdb_ask(db,
                         json_pack("[{s:s, s:s, s:[], s:[s]}, {s:s, s:s, s:[[s, s, s]], s:[s]},"
                                   " {s:s, s:s, s:[[s, s, s], [s, s, b]], s:[s, s]},"
                                   " {s:s, s:s, s:[[s, s, s]], s:[s]}]",
                                   "op", "select", "table", "Open_vSwitch", "where", "columns",
                                   "_uuid", "op", "select", "table", "Bridge", "where", "name",
                                   "==", bridge, "columns", "_uuid", "op", "select", "table",
                                   "Port", "where", "name", "==", bridge, "fake_bridge", "==", 1,
                                   "columns", "_uuid", "tag", "op", "select", "table", "Port",
                                   "where", "name", "==", device, "columns", "_uuid"),
                         take_named, found, err);
}

static int take_owner(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct found *found = ctx;
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));

    if (uuid == NULL) {
        return dbc_fail(err, DBC_EPARSE, "ovsdb-server sent a row without a UUID");
    }
    snprintf(op == 0 ? found->owner : found->bridge, UUID_SIZE, "%s", uuid);
    return 0;
}

static json_t *owner_select(const char *port)
{
    return *port != '\0'
               ? json_pack("{s:s, s:s, s:[[s, s, [s, s]]], s:[s]}", "op", "select", "table",
                           "Bridge", "where", "ports", "includes", "uuid", port, "columns", "_uuid")
               : json_pack("{s:s, s:s}", "op", "comment", "comment", "");
}

/* Finds bridges and ports.  If a real bridge has the name, a port of that name is its own. */
static int look(struct ifr_ovsdb *db, const char *device, const char *bridge, struct found *found,
                struct dbc_error *err)
{
    *found = (struct found){ .tag = -1 };
    if (look_for_names(db, device, bridge, found, err) < 0) {
        return -1;
    }
    if (found->bridge[0] != '\0') {
        found->vlan[0] = '\0';
        found->tag = -1;
    }
    if (found->root[0] == '\0') {
        return dbc_fail(err, DBC_ENOENT, "Open vSwitch's database is empty");
    }
    return found->port[0] == '\0' && found->vlan[0] == '\0'
               ? 0
               : ifr_ovsdb_ask(db,
                               json_pack("[o, o]", owner_select(found->port),
                                         owner_select(found->vlan)),
                               take_owner, found, err);
}

/* ---- Changing ------------------------------------------------------------------------------- */

static bool add(json_t *list, json_t *item)
{
    return json_array_append_new(list, item) == 0;
}

/* Asserts that the port of this name is the one that was found, or that there is still none. */
static json_t *wait_for_port(const char *device, const struct found *found)
{
    json_t *wait = json_pack("{s:s, s:i, s:s, s:[[s, s, s]], s:[s], s:s, s:[]}", "op", "wait",
                             "timeout", 0, "table", "Port", "where", "name", "==", device,
                             "columns", "_uuid", "until", "==", "rows");

    if (found->port[0] != '\0' && !add(json_object_get(wait, "rows"),
                                       json_pack("{s:[s, s]}", "_uuid", "uuid", found->port))) {
        json_decref(wait);
        return NULL;
    }
    return wait;
}

static json_t *reference(const char *verb, const char *bridge, const char *kind, const char *port)
{
    return json_pack("{s:s, s:s, s:[s, s], s:s, s:s, s:[s, s]}", "do", verb, "table", "Bridge",
                     "row", "uuid", bridge, "column", "ports", "of", "Port", "child", kind, port);
}

static json_t *interface_row(const struct ifr_vif_port *port)
{
    json_t *pairs = json_array();

    for (size_t i = 0; i < IFR_VIF_N_IDS; i++) {
        if (port->ids[i] != NULL) {
            pairs = ifr_json_push(pairs, json_pack("[s, s]", id_keys[i], port->ids[i]));
        }
    }
    return json_pack("{s:s, s:[s, o]}", "name", port->device, "external_ids", "map", pairs);
}

static json_t *port_row(const struct ifr_vif_port *port, const struct found *found)
{
    json_t *row =
        json_pack("{s:s, s:[s, s]}", "name", port->device, "interfaces", "named-uuid", "interface");

    if (found->tag >= 0 && json_object_set_new(row, "tag", json_integer(found->tag)) != 0) {
        json_decref(row);
        row = NULL;
    }
    return row;
}

static bool add_new(json_t *list, const struct ifr_vif_port *port, const struct found *found)
{
    return add(list, json_pack("{s:s, s:s, s:s, s:o}", "do", "insert", "table", "Interface", "name",
                               "interface", "row", interface_row(port))) &&
           add(list, json_pack("{s:s, s:s, s:s, s:o}", "do", "insert", "table", "Port", "name",
                               "port", "row", port_row(port, found))) &&
           add(list, reference("attach", found->bridge, "named-uuid", "port"));
}

/* Without a bridge in `port` the old port is only removed. */
static int change(struct ifr_ovsdb *db, const struct ifr_vif_port *port, const struct found *found,
                  struct dbc_error *err)
{
    struct ifr_edits edits = { json_array(), json_array() };
    struct dbc_buf comment = DBC_BUF_INIT, refused = DBC_BUF_INIT;
    bool ok = add(edits.waits, wait_for_port(port->device, found));
    int rc = 0;

    ok = ok && (found->owner[0] == '\0' ||
                add(edits.list, reference("detach", found->owner, "uuid", found->port)));
    ok = ok && (port->bridge == NULL || add_new(edits.list, port, found));
    dbc_buf_addf(&comment, "vif: %s %s", port->bridge == NULL ? "remove" : "add", port->device);
    rc = ok && !comment.failed ? ifr_edits_run(db, &edits, found->root, comment.data, &refused, err)
                               : dbc_fail_nomem(err);
    if (rc == 0 && refused.len > 0) {
        rc = dbc_fail(err, DBC_ECOMMAND, "Open vSwitch cannot open %s", refused.data);
    }
    ifr_edits_release(&edits);
    dbc_buf_release(&comment);
    dbc_buf_release(&refused);
    return rc;
}

static int look_and_change(struct ifr_ovsdb *db, const struct ifr_vif_port *port,
                           struct dbc_error *err)
{
    const char *bridge = port->bridge != NULL ? port->bridge : "";
    struct found found;

    if (look(db, port->device, bridge, &found, err) < 0) {
        return -1;
    }
    if (port->bridge != NULL && found.bridge[0] == '\0') {
        return dbc_fail(err, DBC_ENOENT, "Open vSwitch has no bridge %s", port->bridge);
    }
    if (port->bridge == NULL && found.owner[0] == '\0') {
        return 0;
    }
    return change(db, port, &found, err);
}

static int run(const char *socket, const struct ifr_vif_port *port, struct dbc_error *err)
{
    struct ifr_ovsdb *db = NULL;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = -1;

    if (ifr_ovsdb_open(socket, IFR_OVSDB_DEADLINE, &db, err) < 0) {
        return -1;
    }
    for (unsigned i = 0; i < IFR_VIF_TRIES && rc < 0 && (i == 0 || why.code == DBC_ECONFLICT);
         i++) {
        why = (struct dbc_error)DBC_ERROR_INIT;
        rc = look_and_change(db, port, &why);
    }
    ifr_ovsdb_close(db);
    if (rc < 0 && err != NULL) {
        *err = why;
    }
    return rc;
}

int ifr_vif_port_add(const char *socket, const struct ifr_vif_port *port, struct dbc_error *err)
{
    return run(socket, port, err);
}

int ifr_vif_port_remove(const char *socket, const char *device, struct dbc_error *err)
{
    const struct ifr_vif_port port = { .device = device };

    return run(socket, &port, err);
}
