/* edits.c - from changes of bridges and ports to edits of rows (edits.h).  edits_wire.c makes a
 * transaction of them. */
#include "reconfigure/state/edits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/state/edits_priv.h"

#define FAKE_PREFIX "fake-bridge-" /* before the keys of a fake bridge's external ids */

static bool is_fake(const struct ifr_object *bridge)
{
    return *ifr_object_get(bridge, IFR_BRIDGE_PARENT) != '\0';
}

/* ---- Finding rows --------------------------------------------------------------------------- */

/* Gives the Bridge row of a real bridge that exists or is made here.  Returns 0, or -1 with
 * DBC_ENOENT or DBC_ENOMEM. */
static int bridge_ref(const struct ifr_maker *m, const char *name, json_t **ret,
                      struct dbc_error *err)
{
    const char *made = json_string_value(json_object_get(m->made, name));
    const struct ifr_object *bridge = ifr_state_find(m->seen, IFR_BRIDGE, name);
    bool there = made != NULL || (bridge != NULL && !is_fake(bridge));

    /* When memory has run out, a new bridge may be missing from `made`. */
    if (!there && !m->failed) {
        return dbc_fail(err, DBC_ENOENT, "Open vSwitch has no bridge %s", name);
    }
    *ret = made != NULL ? ifr_ref_to_new(made) : there ? ifr_ref_to(bridge->uuid) : NULL;
    return *ret != NULL ? 0 : dbc_fail_nomem(err);
}

/* Attaches a port to a bridge, or detaches it; takes `port`. */
static int connect_port(struct ifr_maker *m, const char *verb, const char *bridge, json_t *port,
                        struct dbc_error *err)
{
    json_t *row = NULL;
    const struct ifr_object *seen = ifr_state_find(m->seen, IFR_BRIDGE, bridge);

    if (bridge_ref(m, bridge, &row, err) < 0) {
        json_decref(port);
        return -1;
    }
    if (seen != NULL) {
        ifr_maker_touch(m, "Bridge", seen);
    }
    ifr_maker_connect(m, verb, "Bridge", row, "ports", "Port", port);
    return 0;
}

/* ---- What is on a bridge -------------------------------------------------------------------- */

/* Whether a port is on this bridge, real or fake, and not part of the request: a VM's. */
static bool is_guest(const struct ifr_maker *m, const struct ifr_object *port,
                     const struct ifr_object *bridge)
{
    const char *on = ifr_object_get(port, IFR_PORT_BRIDGE);

    if (port->kind != IFR_PORT || ifr_state_find(m->wanted, IFR_PORT, port->name) != NULL) {
        return false;
    }
    if (!is_fake(bridge)) {
        return strcmp(on, bridge->name) == 0;
    }
    return strcmp(on, ifr_object_get(bridge, IFR_BRIDGE_PARENT)) == 0 &&
           strcmp(ifr_object_get(port, IFR_PORT_TAG), ifr_object_get(bridge, IFR_BRIDGE_TAG)) == 0;
}

/* Returns an attribute after the change; it stays when `to` does not know it. */
static const char *becomes(const struct ifr_object *from, const struct ifr_object *to,
                           unsigned attribute)
{
    return ifr_object_get(to->v[attribute] != NULL ? to : from, attribute);
}

/* A port of a VM goes where its bridge goes. */
static int move_guest(struct ifr_maker *m, const struct ifr_object *port, const char *old,
                      const char *new, const char *tag, struct dbc_error *err)
{
    ifr_maker_touch(m, "Port", port);
    if (strcmp(old, new) != 0 &&
        (connect_port(m, "detach", old, ifr_ref_to(port->uuid), err) < 0 ||
         connect_port(m, "attach", new, ifr_ref_to(port->uuid), err) < 0)) {
        return -1;
    }
    if (strcmp(ifr_object_get(port, IFR_PORT_TAG), tag) != 0) {
        ifr_maker_set(m, "Port", port, IFR_PORT_TAG, tag, "");
    }
    return 0;
}

static int move_guests(struct ifr_maker *m, const struct ifr_object *from,
                       const struct ifr_object *to, struct dbc_error *err)
{
    const char *parent = becomes(from, to, IFR_BRIDGE_PARENT);
    const char *old = is_fake(from) ? ifr_object_get(from, IFR_BRIDGE_PARENT) : from->name;
    const char *new = *parent != '\0' ? parent : from->name;
    const char *tag = *parent != '\0' ? becomes(from, to, IFR_BRIDGE_TAG) : "";
    int rc = 0;

    for (size_t i = 0; i < m->seen->n && rc == 0; i++) {
        const struct ifr_object *port = m->seen->objects[i];
        if (is_guest(m, port, from)) {
            rc = move_guest(m, port, old, new, tag, err);
        }
    }
    return rc;
}

/* ---- Bridges -------------------------------------------------------------------------------- */

static json_t *network_ids(const struct ifr_object *bridge)
{
    const char *networks =
        ifr_object_get(bridge, is_fake(bridge) ? IFR_BRIDGE_NETWORK : IFR_BRIDGE_NETWORKS);
    char key[64];

    snprintf(key, sizeof key, "%sxs-network-uuids", is_fake(bridge) ? FAKE_PREFIX : "");
    return *networks != '\0' ? json_pack("[s, [[s, s]]]", "map", key, networks)
                             : json_pack("[s, []]", "map");
}

static json_t *bridge_config(const struct ifr_object *bridge)
{
    static const unsigned keys[] = { IFR_BRIDGE_HWADDR, IFR_BRIDGE_IN_BAND };
    json_t *pairs = json_array();

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *value = ifr_object_get(bridge, keys[i]);
        if (*value != '\0') {
            pairs = ifr_json_push(pairs, json_pack("[s, s]",
                                                   ifr_attributes(IFR_BRIDGE)[keys[i]].key, value));
        }
    }
    return json_pack("[s, o]", "map", pairs);
}

static json_t *own_interface(const struct ifr_object *bridge)
{
    json_t *row = json_pack("{s:s, s:s}", "name", bridge->name, "type", "internal");
    const char *mac = ifr_object_get(bridge, IFR_BRIDGE_MAC);

    if (*mac != '\0' && is_fake(bridge)) {
        row = ifr_json_put(row, "mac", json_string(mac));
    }
    return row;
}

static int make_fake(struct ifr_maker *m, const struct ifr_object *bridge, struct dbc_error *err)
{
    char interface[16], port[16];

    ifr_maker_insert(m, "Interface", own_interface(bridge), interface);
    ifr_maker_insert(m, "Port",
                     json_pack("{s:s, s:o, s:I, s:b, s:o}", "name", bridge->name, "interfaces",
                               ifr_ref_to_new(interface), "tag",
                               (json_int_t)strtoll(ifr_object_get(bridge, IFR_BRIDGE_TAG), NULL,
                                                   10),
                               "fake_bridge", 1, "external_ids", network_ids(bridge)),
                     port);
    return connect_port(m, "attach", ifr_object_get(bridge, IFR_BRIDGE_PARENT),
                        ifr_ref_to_new(port), err);
}

static int make_real(struct ifr_maker *m, const struct ifr_object *bridge)
{
    char interface[16], port[16], row[16];
    const char *fail_mode = ifr_object_get(bridge, IFR_BRIDGE_FAIL_MODE);
    json_t *made = NULL;

    ifr_maker_insert(m, "Interface", own_interface(bridge), interface);
    ifr_maker_insert(m, "Port",
                     json_pack("{s:s, s:o}", "name", bridge->name, "interfaces",
                               ifr_ref_to_new(interface)),
                     port);
    made =
        json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", bridge->name, "ports", ifr_ref_to_new(port),
                  "fail_mode", *fail_mode != '\0' ? json_string(fail_mode) : ifr_maker_nothing(),
                  "other_config", bridge_config(bridge), "external_ids", network_ids(bridge));
    if (*ifr_object_get(bridge, IFR_BRIDGE_SNOOPING) != '\0') {
        made = ifr_json_put(made, "mcast_snooping_enable", json_true());
    }
    ifr_maker_insert(m, "Bridge", made, row);
    m->failed = m->failed || json_object_set_new(m->made, bridge->name, json_string(row)) != 0;
    ifr_maker_connect(m, "attach", "Open_vSwitch", ifr_ref_to(m->seen->ovs_uuid), "bridges",
                      "Bridge", ifr_ref_to_new(row));
    return 0;
}

static int make_bridge(struct ifr_maker *m, const struct ifr_object *bridge, struct dbc_error *err)
{
    return is_fake(bridge) ? make_fake(m, bridge, err) : make_real(m, bridge);
}

static int take_bridge_out(struct ifr_maker *m, const struct ifr_object *bridge,
                           struct dbc_error *err)
{
    if (is_fake(bridge)) {
        ifr_maker_touch(m, "Port", bridge);
        return connect_port(m, "detach", ifr_object_get(bridge, IFR_BRIDGE_PARENT),
                            ifr_ref_to(bridge->uuid), err);
    }
    ifr_maker_touch(m, "Bridge", bridge);
    ifr_maker_connect(m, "detach", "Open_vSwitch", ifr_ref_to(m->seen->ovs_uuid), "bridges",
                      "Bridge", ifr_ref_to(bridge->uuid));
    return 0;
}

/* The ports of a fake bridge are its parent's, and go with it as `ovs-vsctl del-br` has it. */
static int delete_bridge(struct ifr_maker *m, const struct ifr_object *bridge,
                         struct dbc_error *err)
{
    int rc = take_bridge_out(m, bridge, err);

    for (size_t i = 0; is_fake(bridge) && i < m->seen->n && rc == 0; i++) {
        const struct ifr_object *port = m->seen->objects[i];
        if (is_guest(m, port, bridge)) {
            rc = connect_port(m, "detach", ifr_object_get(bridge, IFR_BRIDGE_PARENT),
                              ifr_ref_to(port->uuid), err);
        }
    }
    return rc;
}

static void set_bridge_mac(struct ifr_maker *m, const struct ifr_object *bridge, const char *mac)
{
    const struct ifr_object *interface = ifr_state_find(m->seen, IFR_INTERFACE, bridge->name);

    if (interface != NULL) {
        const char *before = ifr_object_get(bridge, IFR_BRIDGE_MAC);
        ifr_maker_add(m,
                      json_pack("{s:s, s:s, s:o, s:s, s:o, s:o}", "do", "set", "table", "Interface",
                                "row", ifr_ref_to(interface->uuid), "column", "mac", "before",
                                *before != '\0' ? json_string(before) : ifr_maker_nothing(),
                                "after", *mac != '\0' ? json_string(mac) : ifr_maker_nothing()));
    }
}

/* Attributes of a bridge that stays what it is. */
static void set_bridge(struct ifr_maker *m, const struct ifr_change *change)
{
    const struct ifr_object *bridge = change->before;
    const char *table = is_fake(bridge) ? "Port" : "Bridge";

    ifr_maker_touch(m, table, bridge);
    for (unsigned i = IFR_BRIDGE_TAG; i < IFR_N_BRIDGE; i++) {
        const char *after = ifr_object_get(change->after, i);
        if ((change->differs >> i & 1) == 0) {
            continue;
        }
        if (i == IFR_BRIDGE_MAC) {
            set_bridge_mac(m, bridge, after);
        } else {
            ifr_maker_set(m, table, bridge, i, after, is_fake(bridge) ? FAKE_PREFIX : "");
        }
    }
}

/* A real bridge becomes a fake one or the reverse, or a fake one gets another parent. */
static int rehome(struct ifr_maker *m, const struct ifr_change *change, struct dbc_error *err)
{
    int rc = take_bridge_out(m, change->before, err);

    if (rc == 0 && is_fake(change->before) && is_fake(change->after)) {
        rc = connect_port(m, "attach", ifr_object_get(change->after, IFR_BRIDGE_PARENT),
                          ifr_ref_to(change->before->uuid), err);
        set_bridge(m, change);
    } else if (rc == 0) {
        rc = make_bridge(m, change->after, err);
    }
    return rc < 0 ? -1 : move_guests(m, change->before, change->after, err);
}

static int change_bridge(struct ifr_maker *m, const struct ifr_change *change,
                         struct dbc_error *err)
{
    if ((change->differs & IFR_BIT(IFR_BRIDGE_PARENT)) != 0) {
        return rehome(m, change, err);
    }
    set_bridge(m, change);
    if ((change->differs & IFR_BIT(IFR_BRIDGE_TAG)) != 0) {
        return move_guests(m, change->before, change->after, err);
    }
    return 0;
}

/* ---- Ports ---------------------------------------------------------------------------------- */

static int delete_port(struct ifr_maker *m, const struct ifr_object *port, struct dbc_error *err)
{
    ifr_maker_touch(m, "Port", port);
    return connect_port(m, "detach", ifr_object_get(port, IFR_PORT_BRIDGE), ifr_ref_to(port->uuid),
                        err);
}

static bool is_going(const struct ifr_maker *m, const struct ifr_object *port)
{
    const struct ifr_object *wanted = ifr_state_find(m->wanted, IFR_PORT, port->name);

    return wanted != NULL && wanted->absent;
}

/* Takes an interface out of the port that has it, since it can be in one port only. */
static int free_interface(struct ifr_maker *m, const char *name, const char *for_port,
                          struct dbc_error *err)
{
    const struct ifr_object *interface = ifr_state_find(m->seen, IFR_INTERFACE, name);
    const struct ifr_object *port =
        ifr_state_find(m->seen, IFR_PORT, ifr_object_get(interface, IFR_INTERFACE_PORT));

    if (interface == NULL || port == NULL || strcmp(port->name, for_port) == 0 ||
        is_going(m, port)) {
        return 0;
    }
    ifr_maker_touch(m, "Port", port);
    if (strcmp(ifr_object_get(port, IFR_PORT_INTERFACES), name) == 0) {
        return delete_port(m, port, err);
    }
    ifr_maker_connect(m, "detach", "Port", ifr_ref_to(port->uuid), "interfaces", "Interface",
                      ifr_ref_to(interface->uuid));
    return 0;
}

static int make_interface(struct ifr_maker *m, const char *name, const char *port, char row[16],
                          struct dbc_error *err)
{
    ifr_maker_insert(m, "Interface", json_pack("{s:s}", "name", name), row);
    return free_interface(m, name, port, err);
}

static json_t *port_row(const struct ifr_object *port, json_t *interfaces)
{
    const struct ifr_attribute *rows = ifr_attributes(IFR_PORT);
    json_t *row = json_pack("{s:s, s:[s, o]}", "name", port->name, "interfaces", "set", interfaces);
    json_t *config = json_array();

    for (size_t i = IFR_PORT_TAG; i < IFR_N_PORT; i++) {
        const char *value = ifr_object_get(port, (unsigned)i);
        if (*value == '\0' || rows[i].column == NULL) {
            continue;
        }
        if (rows[i].key != NULL) {
            config = ifr_json_push(config, json_pack("[s, s]", rows[i].key, value));
        } else {
            row = ifr_json_put(row, rows[i].column, ifr_maker_cell(&rows[i], value));
        }
    }
    return ifr_json_put(row, "other_config", json_pack("[s, o]", "map", config));
}

static int make_port(struct ifr_maker *m, const struct ifr_object *port, struct dbc_error *err)
{
    const char *set = ifr_object_get(port, IFR_PORT_INTERFACES);
    char name[IFR_MEMBER_MAX], row[16];
    json_t *interfaces = json_array();
    int rc = 0;

    while (rc == 0 && ifr_set_next(&set, ' ', name)) {
        rc = make_interface(m, name, port->name, row, err);
        m->failed = m->failed || json_array_append_new(interfaces, ifr_ref_to_new(row)) != 0;
    }
    if (rc < 0) {
        json_decref(interfaces);
        return -1;
    }
    ifr_maker_insert(m, "Port", port_row(port, interfaces), row);
    return connect_port(m, "attach", ifr_object_get(port, IFR_PORT_BRIDGE), ifr_ref_to_new(row),
                        err);
}

/* Adds new members before old ones go: the server refuses a mutation after which a port has none.
 */
static int set_interfaces(struct ifr_maker *m, const struct ifr_change *change,
                          struct dbc_error *err)
{
    const struct ifr_object *port = change->before;
    const char *wanted = ifr_object_get(change->after, IFR_PORT_INTERFACES);
    const char *has = ifr_object_get(port, IFR_PORT_INTERFACES);
    char name[IFR_MEMBER_MAX], row[16];

    while (ifr_set_next(&wanted, ' ', name)) {
        if (ifr_object_has(port, IFR_PORT_INTERFACES, name)) {
            continue;
        }
        if (make_interface(m, name, port->name, row, err) < 0) {
            return -1;
        }
        ifr_maker_connect(m, "attach", "Port", ifr_ref_to(port->uuid), "interfaces", "Interface",
                          ifr_ref_to_new(row));
    }
    while (ifr_set_next(&has, ' ', name)) {
        const struct ifr_object *interface = ifr_state_find(m->seen, IFR_INTERFACE, name);
        if (interface != NULL && !ifr_object_has(change->after, IFR_PORT_INTERFACES, name)) {
            ifr_maker_connect(m, "detach", "Port", ifr_ref_to(port->uuid), "interfaces",
                              "Interface", ifr_ref_to(interface->uuid));
        }
    }
    return 0;
}

static int change_port(struct ifr_maker *m, const struct ifr_change *change, struct dbc_error *err)
{
    const struct ifr_object *port = change->before;

    ifr_maker_touch(m, "Port", port);
    if ((change->differs & IFR_BIT(IFR_PORT_BRIDGE)) != 0 &&
        (connect_port(m, "detach", ifr_object_get(port, IFR_PORT_BRIDGE), ifr_ref_to(port->uuid),
                      err) < 0 ||
         connect_port(m, "attach", ifr_object_get(change->after, IFR_PORT_BRIDGE),
                      ifr_ref_to(port->uuid), err) < 0)) {
        return -1;
    }
    if ((change->differs & IFR_BIT(IFR_PORT_INTERFACES)) != 0 &&
        set_interfaces(m, change, err) < 0) {
        return -1;
    }
    for (unsigned i = IFR_PORT_TAG; i < IFR_N_PORT; i++) {
        if (i != IFR_PORT_INTERFACES && (change->differs >> i & 1) != 0) {
            ifr_maker_set(m, "Port", port, i, ifr_object_get(change->after, i), "");
        }
    }
    return 0;
}

/* ---- All of it ------------------------------------------------------------------------------ */

static int change_port_or_bridge(struct ifr_maker *m, const struct ifr_change *change,
                                 struct dbc_error *err)
{
    bool bridge = change->after->kind == IFR_BRIDGE;

    switch (change->verb) {
    case IFR_CREATE:
        return bridge ? make_bridge(m, change->after, err) : make_port(m, change->after, err);
    case IFR_DELETE:
        return bridge ? delete_bridge(m, change->before, err) : delete_port(m, change->before, err);
    case IFR_SET:
        return bridge ? change_bridge(m, change, err) : change_port(m, change, err);
    }
    return 0;
}

static int take_change(struct ifr_maker *m, const struct ifr_change *change, struct dbc_error *err)
{
    switch (change->after->kind) {
    case IFR_SWITCH:
        ifr_edits_switch(m, change);
        return 0;
    case IFR_BRIDGE:
    case IFR_PORT:
        return change_port_or_bridge(m, change, err);
    case IFR_INTERFACE:
    case IFR_LINK:
    case IFR_FILE:
    case IFR_N_KINDS:
        break;
    }
    return 0;
}

int ifr_edits_make(const struct ifr_state *seen, const struct ifr_state *wanted,
                   const struct ifr_changes *changes, struct ifr_edits *ret, struct dbc_error *err)
{
    struct ifr_maker m = { .seen = seen, .wanted = wanted, .out = ret };
    int rc = 0;

    ret->list = json_array();
    ret->waits = json_array();
    m.made = json_object();
    m.touched = json_object();
    for (size_t i = 0; i < changes->n && rc == 0; i++) {
        rc = take_change(&m, &changes->v[i], err);
    }
    json_decref(m.made);
    json_decref(m.touched);
    return rc == 0 && m.failed ? dbc_fail_nomem(err) : rc;
}

void ifr_edits_release(struct ifr_edits *edits)
{
    json_decref(edits->list);
    json_decref(edits->waits);
    *edits = (struct ifr_edits){ 0 };
}
