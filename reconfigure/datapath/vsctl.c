/* vsctl.c - builds and quotes one ovs-vsctl transaction, for vswitch.c and the plugin.  An argv
 * needs no shell quoting; ovs-vsctl parses what follows a `=` in `set` once more, as an OVSDB
 * value, so that is quoted. */
#include "reconfigure/datapath/vsctl.h"

#include <string.h>

static bool plain(const char *value)
{
    const char *s = value;

    for (; *s != '\0'; s++) {
        bool alnum =
            (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z');
        if (!alnum) {
            return false;
        }
    }
    return s != value;
}

static void quote_char(unsigned char c, struct dbc_buf *out)
{
    static const char special[] = "\\\"\n\t\r\b\a";
    static const char letter[] = "\\\"ntrba";
    const char *at = c != '\0' ? strchr(special, c) : NULL;

    if (at != NULL) {
        dbc_buf_addc(out, '\\');
        dbc_buf_addc(out, letter[at - special]);
    } else if (c < 0x20 || c == 0x7f) {
        dbc_buf_addf(out, "\\x%02x", c);
    } else {
        dbc_buf_addc(out, (char)c);
    }
}

void ifr_vsctl_quote(const char *value, struct dbc_buf *out)
{
    if (plain(value)) {
        dbc_buf_adds(out, value);
        return;
    }
    dbc_buf_addc(out, '"');
    for (const char *s = value; *s != '\0'; s++) {
        quote_char((unsigned char)*s, out);
    }
    dbc_buf_addc(out, '"');
}

static void set(struct dbc_strvec *t, const char *table, const char *record)
{
    dbc_strvec_pushl(t, "--", "set", table, record, NULL);
}

static void set_column(struct dbc_strvec *t, const char *column, const char *value)
{
    struct dbc_buf quoted = DBC_BUF_INIT;

    ifr_vsctl_quote(value, &quoted);
    dbc_strvec_pushf(t, "%s=%s", column, dbc_buf_str(&quoted));
    t->failed = t->failed || quoted.failed;
    dbc_buf_release(&quoted);
}

/* ---- A whole transaction -------------------------------------------------------------------- */

static void delete_bridge(struct dbc_strvec *t, const char *bridge)
{
    dbc_strvec_pushl(t, "--", "--if-exists", "del-br", bridge, NULL);
}

/* Deletes the port, and the port that has an interface of this name. */
static void delete_port(struct dbc_strvec *t, const char *port)
{
    dbc_strvec_pushl(t, "--", "--with-iface", "--if-exists", "del-port", port, NULL);
}

static bool is_blind(const struct ifr_object *object, enum ifr_kind kind, bool absent)
{
    return object->kind == kind && object->absent == absent && !object->only_if_seen;
}

static void add_deletions(const struct ifr_state *wanted, struct dbc_strvec *t)
{
    for (size_t i = 0; i < wanted->n; i++) {
        const struct ifr_object *object = wanted->objects[i];
        if (is_blind(object, IFR_BRIDGE, true)) {
            delete_bridge(t, object->name);
        } else if (is_blind(object, IFR_PORT, true)) {
            delete_port(t, object->name);
        }
    }
}

static void free_nics(const struct ifr_state *wanted, struct dbc_strvec *t)
{
    char nic[IFR_MEMBER_MAX];

    for (size_t i = 0; i < wanted->n; i++) {
        const struct ifr_object *port = wanted->objects[i];
        const char *nics = ifr_object_get(port, IFR_PORT_INTERFACES);
        while (is_blind(port, IFR_PORT, false) && ifr_set_next(&nics, ' ', nic)) {
            delete_port(t, nic);
        }
    }
}

static void add_nics(const struct ifr_object *port, struct dbc_strvec *t)
{
    const char *nics = ifr_object_get(port, IFR_PORT_INTERFACES);
    char nic[IFR_MEMBER_MAX];

    while (ifr_set_next(&nics, ' ', nic)) {
        dbc_strvec_push(t, nic);
    }
}

/* Numbers and words of our own need no quotes; a MAC does. */
static void add_bond_columns(const struct ifr_object *bond, struct dbc_strvec *t)
{
    const struct ifr_attribute *rows = ifr_attributes(IFR_PORT);

    if (bond->v[IFR_PORT_MAC] != NULL) {
        set_column(t, "MAC", bond->v[IFR_PORT_MAC]);
    }
    for (size_t i = IFR_PORT_MAC + 1; i < IFR_N_PORT; i++) {
        if (bond->v[i] == NULL) {
            continue;
        }
        if (rows[i].key != NULL) {
            dbc_strvec_pushf(t, "other-config:%s=%s", rows[i].key, bond->v[i]);
        } else {
            dbc_strvec_pushf(t, "%s=%s", rows[i].column, bond->v[i]);
        }
    }
}

/* A bond has the fake interface, which carries its name in the kernel. */
static void add_port(const struct ifr_object *port, struct dbc_strvec *t)
{
    const char *bridge = ifr_object_get(port, IFR_PORT_BRIDGE);

    if (*ifr_object_get(port, IFR_PORT_FAKE_INTERFACE) == '\0') {
        dbc_strvec_pushl(t, "--", "--may-exist", "add-port", bridge, port->name, NULL);
        return;
    }
    delete_port(t, port->name);
    dbc_strvec_pushl(t, "--", "--fake-iface", "add-bond", bridge, port->name, NULL);
    add_nics(port, t);
    set(t, "Port", port->name);
    add_bond_columns(port, t);
}

static void add_networks(const struct ifr_object *bridge, struct dbc_strvec *t)
{
    if (bridge->v[IFR_BRIDGE_NETWORKS] != NULL) {
        dbc_strvec_pushl(t, "--", "br-set-external-id", bridge->name, "xs-network-uuids",
                         bridge->v[IFR_BRIDGE_NETWORKS], NULL);
    }
}

static void add_settings(const struct ifr_object *bridge, struct dbc_strvec *t)
{
    const char *in_band = bridge->v[IFR_BRIDGE_IN_BAND];

    if (bridge->v[IFR_BRIDGE_HWADDR] != NULL) {
        set(t, "Bridge", bridge->name);
        set_column(t, "other-config:hwaddr", bridge->v[IFR_BRIDGE_HWADDR]);
    }
    if (bridge->v[IFR_BRIDGE_FAIL_MODE] != NULL) {
        set(t, "Bridge", bridge->name);
        set_column(t, "fail_mode", bridge->v[IFR_BRIDGE_FAIL_MODE]);
    }
    if (in_band != NULL && *in_band == '\0') {
        dbc_strvec_pushl(t, "--", "remove", "Bridge", bridge->name, "other_config",
                         "disable-in-band", NULL);
    } else if (in_band != NULL) {
        set(t, "Bridge", bridge->name);
        set_column(t, "other_config:disable-in-band", in_band);
    }
    if (*ifr_object_get(bridge, IFR_BRIDGE_SNOOPING) != '\0') {
        set(t, "Bridge", bridge->name);
        set_column(t, "mcast_snooping_enable", "true");
    }
    add_networks(bridge, t);
}

static void add_real(const struct ifr_state *wanted, const struct ifr_object *bridge,
                     struct dbc_strvec *t)
{
    if (bridge->v[IFR_BRIDGE_PARENT] != NULL) {
        dbc_strvec_pushl(t, "--", "--may-exist", "add-br", bridge->name, NULL);
    }
    for (size_t i = 0; i < wanted->n; i++) {
        const struct ifr_object *port = wanted->objects[i];
        if (is_blind(port, IFR_PORT, false) &&
            strcmp(ifr_object_get(port, IFR_PORT_BRIDGE), bridge->name) == 0) {
            add_port(port, t);
        }
    }
    add_settings(bridge, t);
}

/* Makes a fake bridge anew, since its present tag and parent are not known. */
static void add_fake(const struct ifr_object *bridge, struct dbc_strvec *t)
{
    delete_bridge(t, bridge->name);
    dbc_strvec_pushl(t, "--", "--may-exist", "add-br", bridge->name, bridge->v[IFR_BRIDGE_PARENT],
                     ifr_object_get(bridge, IFR_BRIDGE_TAG), NULL);
    add_networks(bridge, t);
    if (bridge->v[IFR_BRIDGE_MAC] != NULL) {
        set(t, "Interface", bridge->name);
        set_column(t, "MAC", bridge->v[IFR_BRIDGE_MAC]);
    }
}

/* In one transaction, so that Open vSwitch is never without a manager. */
static void add_switch(const struct ifr_object *object, struct dbc_strvec *t)
{
    const char *targets = ifr_object_get(object, IFR_SWITCH_MANAGERS);
    char target[IFR_MEMBER_MAX];

    dbc_strvec_pushl(t, "--", "emer-reset", "--", "del-manager", "--", "del-ssl", NULL);
    if (*ifr_object_get(object, IFR_SWITCH_KEY) != '\0') {
        dbc_strvec_push(t, "--");
        if (*ifr_object_get(object, IFR_SWITCH_BOOTSTRAP) != '\0') {
            dbc_strvec_push(t, "--bootstrap");
        }
        dbc_strvec_pushl(t, "set-ssl", ifr_object_get(object, IFR_SWITCH_KEY),
                         ifr_object_get(object, IFR_SWITCH_CERTIFICATE),
                         ifr_object_get(object, IFR_SWITCH_CA), NULL);
    }
    if (*targets != '\0') {
        dbc_strvec_pushl(t, "--", "set-manager", NULL);
    }
    while (ifr_set_next(&targets, ' ', target)) {
        dbc_strvec_push(t, target);
    }
}

void ifr_vsctl_words(const struct ifr_state *wanted, struct dbc_strvec *t)
{
    const struct ifr_object *whole = ifr_state_find(wanted, IFR_SWITCH, IFR_THE_SWITCH);

    if (whole != NULL) {
        add_switch(whole, t);
    }
    add_deletions(wanted, t);
    free_nics(wanted, t);
    for (size_t i = 0; i < wanted->n; i++) {
        const struct ifr_object *bridge = wanted->objects[i];
        if (!is_blind(bridge, IFR_BRIDGE, false)) {
            continue;
        }
        if (*ifr_object_get(bridge, IFR_BRIDGE_PARENT) != '\0') {
            add_fake(bridge, t);
        } else {
            add_real(wanted, bridge, t);
        }
    }
}

void ifr_vsctl_plan(struct ifr_planner *p, const struct dbc_strvec *t)
{
    struct ifr_step *step = NULL;

    if (t->n == 0 && !t->failed) {
        return;
    }
    step = ifr_plan_command(p->plan, IFR_FATAL, "/usr/bin/ovs-vsctl", "--timeout=20", NULL);
    dbc_strvec_push_all(&step->argv, t);
    step->failed = step->failed || t->failed;
    step->deadline_ms = IFR_DEADLINE_VSCTL;
    ifr_step_text(step, "Failed to modify vswitch configuration");
}
