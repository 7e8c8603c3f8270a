/* read.c - makes records of a networkd.db: walks the file, whose bridges and interfaces read_*.c
 * reads, and chooses the management PIF.
 *
 * References and uuids that the file lacks are invented as installers invent those of a host's
 * first cache. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/valid.h"
#include "model/ipv6.h"
#include "networkd/networkd.h"
#include "networkd/read.h"

/* ---- The file ----------------------------------------------------------------------------- */

static int fail_format(struct dbc_networkd_reader *r, const char *found)
{
    r->failed = true;
    return dbc_fail_at(r->err, DBC_EPARSE, r->name, 0, 0,
                       "expected xcp-networkd's database, found %s", found);
}

static void read_order(struct dbc_networkd_reader *r, json_t *root)
{
    json_t *order = dbc_networkd_array(r, "the file", root, "interface_order");
    char text[32];

    for (size_t i = 0; i < json_array_size(order); i++) {
        json_t *entry = json_array_get(order, i);
        const char *name = dbc_networkd_text(r, "interface_order", entry, "name");

        if (name != NULL) {
            dbc_networkd_put(r, &r->macs, name, dbc_networkd_member(entry, "mac"));
        }
    }
    if (json_array_size(order) > 0) {
        snprintf(text, sizeof text, "%zu interfaces", json_array_size(order));
        dbc_networkd_lose(r, DBC_LOST, "the file", "interface_order", text,
                          "a cache has names and MACs, no positions and PCI addresses");
    }
}

/* Releases before 7.1 do not write a port's kind. */
static bool has_kinds(json_t *bridges)
{
    const char *name = NULL, *key = NULL;
    json_t *bridge = NULL, *port = NULL;

    json_object_foreach(bridges, name, bridge)
    {
        json_t *ports = dbc_networkd_member(bridge, "ports");

        json_object_foreach(ports, key, port)
        {
            if (dbc_networkd_member(port, "kind") != NULL) {
                return true;
            }
        }
    }
    return false;
}

static int read_root(struct dbc_networkd_reader *r, json_t *root)
{
    static const char *const known[] = { "interface_config", "bridge_config",   "gateway_interface",
                                         "dns_interface",    "interface_order", NULL };
    json_t *bridges = dbc_networkd_member(root, "bridge_config");

    if (bridges == NULL && dbc_networkd_member(root, "interface_config") == NULL) {
        return fail_format(r, "neither bridge_config nor interface_config");
    }
    if (bridges != NULL && !json_is_object(bridges)) {
        return fail_format(r, "a bridge_config that is no object");
    }
    r->bridges_json = bridges;
    r->gro_off = !has_kinds(bridges);
    r->interfaces = dbc_networkd_object(r, "the file", root, "interface_config");
    r->gateway = dbc_networkd_text(r, "the file", root, "gateway_interface");
    r->dns = dbc_networkd_text(r, "the file", root, "dns_interface");
    read_order(r, root);
    dbc_networkd_unknown(r, "the file", root, known);
    return r->failed ? -1 : 0;
}

/* ---- Bridges ------------------------------------------------------------------------------ */

static const char *network_uuid(struct dbc_networkd_reader *r, const struct dbc_networkd_bridge *b)
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    json_t *config = dbc_networkd_object(r, what.text, b->config, "other_config");
    const char *uuids = dbc_networkd_text(r, what.text, config, "network-uuids");
    char uuid[64];

    /* For a VLAN the parent's uuid may follow, after ';'. */
    if (uuids != NULL) {
        snprintf(uuid, sizeof uuid, "%.*s", (int)strcspn(uuids, ";"), uuids);
        if (dbc_valid_option(uuid)) {
            return dbc_networkd_keep(r, uuid);
        }
        dbc_networkd_warn(r, what.text, "network-uuids: expected a uuid, found '%s'", uuids);
    }
    snprintf(uuid, sizeof uuid, "%sNetwork", b->name);
    dbc_networkd_lose(r, DBC_ASSUMED, what.text, "uuid", uuid,
                      "the file has no uuid of the network, this one is invented");
    return dbc_networkd_keep(r, uuid);
}

static void add_bridge(struct dbc_networkd_reader *r, const char *name, json_t *config)
{
    static const char *const known[] = {
        "ports", "vlan", "bridge_mac", "igmp_snooping", "other_config", "persistent_b", NULL
    };
    struct dbc_networkd_bridge *b = &r->bridges[r->n_bridges];
    struct dbc_networkd_what what = dbc_networkd_what("bridge", name);

    if (!dbc_valid_ifname(name) || !json_is_object(config)) {
        dbc_networkd_warn(r, what.text, "expected %s, it is left out",
                          json_is_object(config) ? "a device's name" : "an object");
        return;
    }
    r->n_bridges++;
    b->name = name;
    b->config = config;
    b->iface = dbc_networkd_interface(r, name);
    b->network = (struct dbc_network *)dbc_networkd_add(r, DBC_NETWORK);
    dbc_networkd_put(r, &r->by_name, name, b);
    if (b->network != NULL) {
        dbc_networkd_set(r, &b->network->rec, "uuid", network_uuid(r, b));
        dbc_networkd_set(r, &b->network->rec, "bridge", name);
    }
    dbc_networkd_unknown(r, what.text, config, known);
}

static void add_bridges(struct dbc_networkd_reader *r)
{
    size_t n = json_object_size(r->bridges_json);
    const char *name = NULL;
    json_t *config = NULL;

    r->bridges = dbc_arena_alloc(&r->scratch, n * sizeof *r->bridges);
    if (r->bridges == NULL) {
        dbc_fail_nomem(r->err);
        r->failed = true;
        return;
    }
    json_object_foreach(r->bridges_json, name, config)
    {
        if (!r->failed) {
            add_bridge(r, name, config);
        }
    }
}

/* ---- The pool ----------------------------------------------------------------------------- */

static const json_t *snooping_of(const struct dbc_networkd_bridge *b)
{
    return dbc_networkd_option(b->config, "igmp_snooping");
}

/* Tells of bridges whose setting is not what the pool's record will say. */
static void check_snooping(struct dbc_networkd_reader *r)
{
    for (size_t i = 0; i < r->n_bridges; i++) {
        if (json_is_false(snooping_of(&r->bridges[i]))) {
            dbc_networkd_lose(r, DBC_CHANGED, dbc_networkd_what("bridge", r->bridges[i].name).text,
                              "igmp_snooping", "false",
                              "another bridge has it, and XAPI has it for the pool as a whole");
        }
    }
}

/* The file has no pool, and a pool without unusual settings is not needed.  Its reference is the
 * same for all hosts, since they may be of one pool. */
static void add_pool(struct dbc_networkd_reader *r)
{
    static const char ref[] = "OpaqueRef:00000000-1111-4111-8111-000000000000";
    size_t i = 0;

    while (i < r->n_bridges && !json_is_true(snooping_of(&r->bridges[i]))) {
        i++;
    }
    if (i < r->n_bridges && !r->failed) {
        struct dbc_record *pool = dbc_db_add(r->db, DBC_POOL, ref, r->err);

        r->failed = pool == NULL;
        dbc_networkd_set(r, pool, "igmp_snooping_enabled", "True");
        check_snooping(r);
    }
}

/* ---- Management --------------------------------------------------------------------------- */

static bool has_address(const struct dbc_networkd_bridge *b)
{
    static const char *const modes[] = { "DHCP4", "Static4", "DHCP6", "Static6", "Autoconf6" };
    json_t *payload = NULL;
    const char *v4 = dbc_networkd_variant(dbc_networkd_member(b->iface, "ipv4_conf"), &payload);
    const char *v6 = dbc_networkd_variant(dbc_networkd_member(b->iface, "ipv6_conf"), &payload);

    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if ((v4 != NULL && i < 2 && dbc_networkd_same(v4, modes[i])) ||
            (v6 != NULL && i >= 2 && dbc_networkd_same(v6, modes[i]))) {
            return true;
        }
    }
    return false;
}

/* The bridge with the default route, else the one that asks for name servers, else the only one
 * that has an address. */
static const char *guess_management(struct dbc_networkd_reader *r)
{
    const struct dbc_networkd_bridge *only = NULL;
    size_t n = 0;

    if (r->gateway != NULL && dbc_hash_get(&r->by_name, r->gateway) != NULL) {
        return r->gateway;
    }
    if (r->dns != NULL && dbc_hash_get(&r->by_name, r->dns) != NULL) {
        return r->dns;
    }
    for (size_t i = 0; i < r->n_bridges; i++) {
        if (has_address(&r->bridges[i])) {
            only = &r->bridges[i];
            n++;
        }
    }
    return n == 1 ? only->name : "";
}

static void choose_management(struct dbc_networkd_reader *r)
{
    if (r->management != NULL) {
        if (r->management[0] != '\0' && dbc_hash_get(&r->by_name, r->management) == NULL) {
            dbc_networkd_warn(r, dbc_networkd_what("bridge", r->management).text,
                              "expected the management bridge, the file has none of this name");
        }
        return;
    }
    r->management = guess_management(r);
    if (r->management[0] != '\0') {
        dbc_networkd_lose(r, DBC_ASSUMED, dbc_networkd_what("bridge", r->management).text,
                          "management", "True",
                          "the file does not say which bridge is for management");
    } else if (r->n_bridges > 0) {
        dbc_networkd_lose(r, DBC_LOST, "the file", "management", "",
                          "nothing says which bridge is for management");
    }
}

/* A management PIF without IPv4 is managed by IPv6. */
static void choose_address_type(struct dbc_networkd_reader *r, const char *what,
                                struct dbc_pif *pif)
{
    if (dbc_pif_wants_ipv6(pif) && strcmp(pif->ip_configuration_mode, "None") == 0) {
        dbc_networkd_set(r, &pif->rec, "primary_address_type", "IPv6");
        dbc_networkd_lose(r, DBC_ASSUMED, what, "primary_address_type", "IPv6",
                          "the management interface has no IPv4 address");
    }
}

static void check_management(struct dbc_networkd_reader *r)
{
    const struct dbc_networkd_bridge *b = dbc_hash_get(&r->by_name, r->management);
    struct dbc_networkd_what what = dbc_networkd_what("bridge", r->management);

    if (b == NULL) {
        return;
    }
    if (b->pif == NULL) {
        dbc_networkd_warn(r, what.text, "expected a PIF on the management bridge, found none");
        return;
    }
    choose_address_type(r, what.text, b->pif);
    if (!json_is_true(dbc_networkd_member(b->config, "persistent_b"))) {
        dbc_networkd_lose(r, DBC_CHANGED, what.text, "persistent_b", "false",
                          "from a cache the management bridge comes up at every boot");
    }
}

/* Tells of an owner of the default route or the name servers without a PIF to have the key. */
static void check_owner(struct dbc_networkd_reader *r, const char *field, const char *name)
{
    const struct dbc_networkd_bridge *b = name == NULL ? NULL : dbc_hash_get(&r->by_name, name);

    if (name != NULL && (b == NULL || b->pif == NULL)) {
        dbc_networkd_lose(r, DBC_LOST, "the file", field, name, "the bridge has no PIF");
    }
}

static void check_unused(struct dbc_networkd_reader *r)
{
    const char *name = NULL;
    json_t *iface = NULL;

    json_object_foreach(r->interfaces, name, iface)
    {
        if (dbc_hash_get(&r->used, name) == NULL) {
            dbc_networkd_lose(r, DBC_LOST, dbc_networkd_what("interface", name).text, "", "",
                              "no bridge has the interface");
        }
    }
}

/* ---- All of it ---------------------------------------------------------------------------- */

static void read_bridges(struct dbc_networkd_reader *r)
{
    add_bridges(r);
    if (!r->failed) {
        choose_management(r);
    }
    for (size_t i = 0; i < r->n_bridges && !r->failed; i++) {
        if (!dbc_networkd_is_vlan(&r->bridges[i])) {
            dbc_networkd_read_port(r, &r->bridges[i]);
        }
    }
    for (size_t i = 0; i < r->n_bridges && !r->failed; i++) {
        if (dbc_networkd_is_vlan(&r->bridges[i])) {
            dbc_networkd_read_vlan(r, &r->bridges[i]);
        }
    }
    for (size_t i = 0; i < r->n_bridges && !r->failed; i++) {
        dbc_networkd_link_vlans(r, &r->bridges[i]);
        dbc_networkd_read_address(r, &r->bridges[i]);
        dbc_networkd_read_config(r, &r->bridges[i]);
    }
    if (!r->failed) {
        dbc_networkd_slave_networks(r);
        add_pool(r);
    }
    if (!r->failed) {
        check_management(r);
        check_owner(r, "gateway_interface", r->gateway);
        check_owner(r, "dns_interface", r->dns);
        check_unused(r);
    }
}

static int read_all(struct dbc_networkd_reader *r, json_t *root)
{
    if (read_root(r, root) != 0) {
        return -1;
    }
    r->db = dbc_db_new(r->err);
    if (r->db == NULL || dbc_db_set_source(r->db, r->name, r->err) != 0) {
        return -1;
    }
    read_bridges(r);
    return r->failed ? -1 : dbc_db_index(r->db, r->err);
}

struct dbc_db *dbc_networkd_read(const char *name, const char *data, size_t len,
                                 const char *management, dbc_warning_fn *warn, dbc_loss_fn *loss,
                                 void *ctx, struct dbc_error *err)
{
    struct dbc_networkd_reader r = { .name = name,
                                     .management = management,
                                     .warnings = { .fn = warn, .ctx = ctx },
                                     .loss = loss,
                                     .ctx = ctx,
                                     .err = err };
    json_t *root = dbc_networkd_parse(name, data, len, err);

    if (root != NULL && read_all(&r, root) != 0) {
        dbc_db_free(r.db);
        r.db = NULL;
    }
    json_decref(root);
    dbc_hash_release(&r.by_name);
    dbc_hash_release(&r.devices);
    dbc_hash_release(&r.macs);
    dbc_hash_release(&r.used);
    dbc_arena_release(&r.scratch);
    return r.db;
}
