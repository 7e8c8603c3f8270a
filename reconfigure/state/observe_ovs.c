/* observe_ovs.c - rows of Open vSwitch's database as objects (observe.h).  The selects come in an
 * order in which each row is preceded by the one that refers to it, so that one pass is enough. */
#include <string.h>

#include "reconfigure/state/observe_priv.h"

enum table { ROOT, MANAGER, SSL, BRIDGE, PORT, INTERFACE, N_TABLES };

static const struct {
    const char *name;
    const char *const *columns;
} tables[N_TABLES] = {
    [ROOT] = { "Open_vSwitch", (const char *const[]){ "_uuid", "manager_options", "ssl", NULL } },
    [MANAGER] = { "Manager", (const char *const[]){ "_uuid", "target", NULL } },
    [SSL] = { "SSL", (const char *const[]){ "_uuid", "private_key", "certificate", "ca_cert",
                                            "bootstrap_ca_cert", NULL } },
    [BRIDGE] = { "Bridge", (const char *const[]){ "_uuid", "name", "ports", "fail_mode",
                                                  "mcast_snooping_enable", "other_config",
                                                  "external_ids", NULL } },
    [PORT] = { "Port",
               (const char *const[]){ "_uuid", "name", "interfaces", "tag", "fake_bridge", "mac",
                                      "bond_mode", "lacp", "bond_updelay", "bond_downdelay",
                                      "bond_fake_iface", "other_config", "external_ids", NULL } },
    [INTERFACE] = { "Interface", (const char *const[]){ "_uuid", "name", "type", "ofport", "mac",
                                                        "error", NULL } },
};

/* A reading on its way. */
struct reading {
    struct ifr_state *state;
    const struct ifr_ovsdb *db;
    struct dbc_hash owners; /* UUID of a port or interface -> the object that refers to it */
};

/* ---- Asking --------------------------------------------------------------------------------- */

/* The columns of a table that this server has; without a schema: all. */
static json_t *columns_of(const struct ifr_ovsdb *db, bool has_schema, enum table table)
{
    json_t *columns = json_array();

    for (const char *const *column = tables[table].columns; *column != NULL; column++) {
        if (!has_schema || strcmp(*column, "_uuid") == 0 ||
            ifr_ovsdb_has_column(db, tables[table].name, *column)) {
            if (json_array_append_new(columns, json_string(*column)) != 0) {
                json_decref(columns);
                return NULL;
            }
        }
    }
    return columns;
}

static json_t *selects(const struct ifr_ovsdb *db, bool has_schema)
{
    json_t *operations = json_array();

    for (size_t i = 0; i < N_TABLES; i++) {
        bool there = !has_schema || ifr_ovsdb_table(db, tables[i].name) != NULL;
        json_t *select =
            there ? json_pack("{s:s, s:s, s:[], s:o}", "op", "select", "table", tables[i].name,
                              "where", "columns", columns_of(db, has_schema, (enum table)i))
                  : json_pack("{s:s, s:s}", "op", "comment", "comment", "");
        if (json_array_append_new(operations, select) != 0) {
            json_decref(operations);
            return NULL;
        }
    }
    return operations;
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static int own(struct reading *r, const json_t *set, struct ifr_object *object,
               struct dbc_error *err)
{
    for (size_t i = 0; i < ifr_ovsdb_set_size(set); i++) {
        const char *uuid = ifr_ovsdb_uuid(ifr_ovsdb_set_at(set, i));
        const char *key = uuid != NULL ? ifr_state_text(r->state, uuid) : "";
        if (uuid == NULL) {
            return dbc_fail(err, DBC_EPARSE,
                            "Open vSwitch refers to a row by something that is "
                            "no UUID");
        }
        if (key == NULL || dbc_hash_put(&r->owners, key, object, true) != 0) {
            return dbc_fail_nomem(err);
        }
    }
    return 0;
}

static struct ifr_object *owner_of(const struct reading *r, const json_t *row)
{
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));

    return uuid != NULL ? dbc_hash_get(&r->owners, uuid) : NULL;
}

static void set_integer(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                        const json_t *cell)
{
    json_int_t number = ifr_ovsdb_integer(cell, -1);

    if (number < 0) {
        ifr_state_set(state, object, attribute, "");
    } else {
        ifr_state_setf(state, object, attribute, "%" JSON_INTEGER_FORMAT, number);
    }
}

/* Sets one attribute from its column; `prefix` is put before the key of a map. */
static void set_attribute(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                          const json_t *row, const char *prefix)
{
    const struct ifr_attribute *at = &ifr_attributes(object->kind)[attribute];
    const json_t *cell = json_object_get(row, at->column);
    char key[64];

    if (cell == NULL) {
        return; /* a column that this server lacks stays unknown */
    }
    if (at->key != NULL) {
        const char *value = NULL;
        snprintf(key, sizeof key, "%s%s", prefix, at->key);
        value = ifr_ovsdb_map_get(cell, key);
        ifr_state_set(state, object, attribute, value != NULL ? value : "");
    } else if (at->type == 'i') {
        set_integer(state, object, attribute, cell);
    } else if (at->type == 'b') {
        ifr_state_set(state, object, attribute, json_is_true(cell) ? "true" : "");
    } else {
        ifr_state_set(state, object, attribute, ifr_ovsdb_text(cell));
    }
}

static int identify(struct reading *r, struct ifr_object *object, const json_t *row,
                    struct dbc_error *err)
{
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));
    size_t len = 0;
    const char *text = ifr_ovsdb_row_text(r->db, &len);

    object->row = dbc_arena_strndup(&r->state->arena, text, len);
    if (object->row == NULL) {
        return dbc_fail_nomem(err);
    }
    snprintf(object->uuid, sizeof object->uuid, "%s", uuid != NULL ? uuid : "");
    return 0;
}

static int take_root(struct reading *r, const json_t *row, struct dbc_error *err)
{
    struct ifr_object *object = ifr_state_add(r->state, IFR_SWITCH, IFR_THE_SWITCH);

    for (unsigned i = 0; i < IFR_N_SWITCH; i++) {
        ifr_state_set(r->state, object, i, "");
    }
    if (identify(r, object, row, err) < 0) {
        return -1;
    }
    memcpy(r->state->ovs_uuid, object->uuid, sizeof r->state->ovs_uuid);
    return own(r, json_object_get(row, "manager_options"), object, err) < 0
               ? -1
               : own(r, json_object_get(row, "ssl"), object, err);
}

static int take_manager(struct reading *r, const json_t *row)
{
    struct ifr_object *object = owner_of(r, row);

    if (object != NULL) {
        ifr_state_add_member(r->state, object, IFR_SWITCH_MANAGERS,
                             ifr_ovsdb_text(json_object_get(row, "target")));
    }
    return 0;
}

static int take_ssl(struct reading *r, const json_t *row)
{
    struct ifr_object *object = owner_of(r, row);

    for (unsigned i = IFR_SWITCH_KEY; object != NULL && i < IFR_N_SWITCH; i++) {
        set_attribute(r->state, object, i, row, "");
    }
    return 0;
}

static int take_bridge(struct reading *r, const json_t *row, struct dbc_error *err)
{
    static const unsigned read[] = { IFR_BRIDGE_HWADDR, IFR_BRIDGE_FAIL_MODE, IFR_BRIDGE_IN_BAND,
                                     IFR_BRIDGE_SNOOPING, IFR_BRIDGE_NETWORKS };
    struct ifr_object *bridge = ifr_state_add(r->state, IFR_BRIDGE, ifr_json_text(row, "name"));

    ifr_state_set(r->state, bridge, IFR_BRIDGE_PARENT, "");
    ifr_state_set(r->state, bridge, IFR_BRIDGE_TAG, "");
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
        set_attribute(r->state, bridge, read[i], row, "");
    }
    return identify(r, bridge, row, err) < 0 ? -1
                                             : own(r, json_object_get(row, "ports"), bridge, err);
}

/* A fake bridge: a VLAN of the bridge that has this port. */
static int take_fake_bridge(struct reading *r, const json_t *row, const char *parent,
                            struct dbc_error *err)
{
    struct ifr_object *bridge = ifr_state_add(r->state, IFR_BRIDGE, ifr_json_text(row, "name"));

    ifr_state_set(r->state, bridge, IFR_BRIDGE_PARENT, parent);
    set_attribute(r->state, bridge, IFR_BRIDGE_TAG, row, "");
    set_attribute(r->state, bridge, IFR_BRIDGE_NETWORK, row, "fake-bridge-");
    return identify(r, bridge, row, err) < 0
               ? -1
               : own(r, json_object_get(row, "interfaces"), bridge, err);
}

static int take_port(struct reading *r, const json_t *row, struct dbc_error *err)
{
    const struct ifr_object *bridge = owner_of(r, row);
    const json_t *interfaces = json_object_get(row, "interfaces");
    struct ifr_object *port = NULL;

    if (bridge == NULL) {
        return 0; /* no bridge has it: the database is about to delete it */
    }
    if (json_is_true(json_object_get(row, "fake_bridge"))) {
        return take_fake_bridge(r, row, bridge->name, err);
    }
    if (strcmp(bridge->name, ifr_json_text(row, "name")) == 0) {
        return own(r, interfaces, ifr_state_find(r->state, IFR_BRIDGE, bridge->name), err);
    }
    if (ifr_ovsdb_set_size(interfaces) > IFR_PORT_INTERFACES_MAX) {
        return dbc_fail(err, DBC_ELIMIT, "port %s has more than %d interfaces",
                        ifr_json_text(row, "name"), IFR_PORT_INTERFACES_MAX);
    }
    port = ifr_state_add(r->state, IFR_PORT, ifr_json_text(row, "name"));
    ifr_state_set(r->state, port, IFR_PORT_BRIDGE, bridge->name);
    ifr_state_set(r->state, port, IFR_PORT_INTERFACES, "");
    for (unsigned i = IFR_PORT_FAKE_INTERFACE; i < IFR_N_PORT; i++) {
        set_attribute(r->state, port, i, row, "");
    }
    set_attribute(r->state, port, IFR_PORT_TAG, row, "");
    return identify(r, port, row, err) < 0 ? -1 : own(r, interfaces, port, err);
}

static int take_interface(struct reading *r, const json_t *row)
{
    struct ifr_object *owner = owner_of(r, row);
    struct ifr_object *interface = NULL;
    const char *uuid = ifr_ovsdb_uuid(json_object_get(row, "_uuid"));

    if (owner == NULL) {
        return 0;
    }
    interface = ifr_state_add(r->state, IFR_INTERFACE, ifr_json_text(row, "name"));
    snprintf(interface->uuid, sizeof interface->uuid, "%s", uuid != NULL ? uuid : "");
    ifr_state_set(r->state, interface, IFR_INTERFACE_PORT, owner->name);
    set_attribute(r->state, interface, IFR_INTERFACE_TYPE, row, "");
    set_attribute(r->state, interface, IFR_INTERFACE_OFPORT, row, "");
    set_attribute(r->state, interface, IFR_INTERFACE_ERROR, row, "");
    if (owner->kind == IFR_PORT) {
        ifr_state_add_member(r->state, owner, IFR_PORT_INTERFACES, interface->name);
    } else if (strcmp(owner->name, interface->name) == 0) {
        set_attribute(r->state, owner, IFR_BRIDGE_MAC, row, "");
    }
    return 0;
}

static int take_row(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    struct reading *r = ctx;

    switch ((enum table)op) {
    case ROOT:
        return take_root(r, row, err);
    case MANAGER:
        return take_manager(r, row);
    case SSL:
        return take_ssl(r, row);
    case BRIDGE:
        return take_bridge(r, row, err);
    case PORT:
        return take_port(r, row, err);
    case INTERFACE:
        return take_interface(r, row);
    case N_TABLES:
        break;
    }
    return 0;
}

/* ---- All of it ------------------------------------------------------------------------------ */

static int read_all(struct ifr_ovsdb *db, bool has_schema, struct ifr_state *state,
                    struct dbc_error *err)
{
    struct reading r = { .state = state, .db = db };
    int rc = ifr_ovsdb_ask(db, selects(db, has_schema), take_row, &r, err);

    dbc_hash_release(&r.owners);
    return rc < 0 ? -1 : ifr_state_check(state, err);
}

/* Loads the schema only when the server refuses a column: servers of old releases lack some. */
int ifr_observe_ovs(struct ifr_ovsdb *db, struct ifr_state *state, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = read_all(db, false, state, &why);

    if (rc < 0 && why.code == DBC_ECOMMAND &&
        ifr_ovsdb_load_schema(db, IFR_OVSDB_DEADLINE, err) == 0) {
        ifr_state_release(state);
        return read_all(db, true, state, err);
    }
    if (rc < 0 && err != NULL) {
        *err = why;
    }
    return rc;
}
