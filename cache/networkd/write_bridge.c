/* write_bridge.c - writes a network with its PIF as an entry of bridge_config, and the devices
 * under it.  Called by write.c for each network, in the order of the records. */
#include <string.h>

#include "base/valid.h"
#include "networkd/write.h"

/* A bridge while it is made; its entry takes the values. */
struct parts {
    const struct dbc_network *network;
    const struct dbc_pif *pif; /* NULL: none */
    json_t *ports, *vlan;
    const char *mac; /* NULL, or what may be one */
    bool persistent;
};

static json_t *text(struct dbc_networkd_writer *w, const char *value)
{
    return dbc_networkd_made(w, json_string(value));
}

static json_t *mac_of(struct dbc_networkd_writer *w, const char *mac)
{
    char good[18];

    return dbc_parse_mac(mac, good) ? text(w, good) : NULL;
}

/* ---- other_config ------------------------------------------------------------------------- */

/* Whether a pair may be written.  The map is XAPI's, so a key that the schema does not have may
 * have any valid text. */
static bool fits(const char *key, const char *value)
{
    if (strcmp(key, "domain") == 0) {
        return dbc_valid_domain(value);
    }
    if (dbc_schema_keeps_key(DBC_PIF, key) || dbc_schema_keeps_key(DBC_NETWORK, key)) {
        return dbc_valid_option(value);
    }
    return dbc_valid_option(key) && dbc_valid_text(value);
}

/* Whether the key is one of another class only.  Nothing reads it where it is, but in the merged
 * map it would look like one of that class. */
static bool is_misplaced(enum dbc_class class_, const char *key)
{
    bool known = false;

    for (int other = 0; other < DBC_N_CLASSES; other++) {
        known = known || dbc_schema_keeps_key((enum dbc_class)other, key);
    }
    return known && !dbc_schema_keeps_key(class_, key);
}

/* Adds a map of a record of this class.  Later maps win: pool, network, PIF, as XAPI merges them.
 * Routes are left to merge_routes. */
static void merge(struct dbc_networkd_writer *w, json_t *config, const char *what,
                  enum dbc_class class_, const struct dbc_map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        const char *key = map->v[i].key, *value = map->v[i].value;

        if (strcmp(key, "static-routes") == 0 || strcmp(key, "network-uuids") == 0) {
            continue;
        }
        if (is_misplaced(class_, key)) {
            dbc_networkd_drop(w, DBC_LOST, what, key, value, "the key has no meaning there");
        } else if (!fits(key, value)) {
            dbc_networkd_drop(w, DBC_LOST, what, key, value, "the value is not valid");
        } else {
            dbc_networkd_add_key(w, config, key, text(w, value));
        }
    }
}

/* Adds the good routes of the network; ipv4_routes() reports the others. */
static void merge_routes(struct dbc_networkd_writer *w, json_t *config, const char *routes)
{
    struct dbc_buf good = DBC_BUF_INIT;
    struct dbc_networkd_route r;

    while (dbc_networkd_next_route(&routes, &r)) {
        if (r.good) {
            dbc_buf_addf(&good, "%s%s/%u/%s", good.len > 0 ? "," : "", r.net, r.len, r.gateway);
        }
    }
    if (good.failed || good.len > 0) {
        dbc_networkd_add_key(w, config, "static-routes",
                             good.failed ? NULL : text(w, dbc_buf_str(&good)));
    }
    dbc_buf_release(&good);
}

static void merge_pif(struct dbc_networkd_writer *w, json_t *config, const struct dbc_pif *pif)
{
    const char *routes = dbc_map_get(&pif->other_config, "static-routes");
    struct dbc_networkd_what what = dbc_networkd_pif_name(pif);

    merge(w, config, what.text, DBC_PIF, &pif->other_config);
    if (routes != NULL) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "static-routes", routes,
                          "only a network's routes are acted on");
    }
}

static json_t *other_config(struct dbc_networkd_writer *w, const struct parts *p)
{
    const struct dbc_pool *pool = dbc_db_pool(w->db);
    struct dbc_networkd_what what = dbc_networkd_what("network", p->network->bridge);
    const char *routes = dbc_map_get(&p->network->other_config, "static-routes");
    json_t *config = dbc_networkd_made(w, json_object());

    if (pool != NULL) {
        merge(w, config, "the pool", DBC_POOL, &pool->other_config);
    }
    merge(w, config, what.text, DBC_NETWORK, &p->network->other_config);
    if (routes != NULL) {
        merge_routes(w, config, routes);
    }
    if (p->pif != NULL) {
        merge_pif(w, config, p->pif);
    }
    if (dbc_valid_option(p->network->uuid)) {
        dbc_networkd_add_key(w, config, "network-uuids", text(w, p->network->uuid));
    } else {
        dbc_networkd_drop(w, DBC_LOST, what.text, "uuid", p->network->uuid, "it is no uuid");
    }
    return config;
}

/* ---- Ports -------------------------------------------------------------------------------- */

/* Leaves out a bad value, which merge() reports. */
static json_t *bond_properties(struct dbc_networkd_writer *w, const struct dbc_pif *pif)
{
    size_t n = 0;
    const struct dbc_networkd_option *options = dbc_networkd_bond_options(&n);
    json_t *properties = dbc_networkd_made(w, json_object());

    for (size_t i = 0; i < n; i++) {
        dbc_networkd_add_key(w, properties, options[i].name, text(w, options[i].value));
    }
    for (size_t i = 0; i < pif->other_config.n; i++) {
        const struct dbc_pair *pair = &pif->other_config.v[i];

        if (strncmp(pair->key, "bond-", 5) == 0 && dbc_valid_option(pair->key + 5) &&
            dbc_valid_option(pair->value)) {
            dbc_networkd_add_key(w, properties, pair->key + 5, text(w, pair->value));
        }
    }
    return properties;
}

/* Takes `interfaces` and `properties`. */
static json_t *port(struct dbc_networkd_writer *w, json_t *interfaces, json_t *properties,
                    const char *bond_mac)
{
    const char *kind = w->shape == DBC_NETWORKD_NOW ? "Basic_port" : "Basic";
    const struct dbc_networkd_field fields[] = {
        { "interfaces", interfaces },
        { "bond_properties", properties },
        { "bond_mac", bond_mac == NULL ? NULL : mac_of(w, bond_mac) },
        { "kind", text(w, kind) },
    };

    return dbc_networkd_make(w, fields, sizeof fields / sizeof fields[0]);
}

/* Whether the bridge, or the bond on it, can have this device; a loss says why not. */
static bool can_have(struct dbc_networkd_writer *w, const struct parts *p,
                     const struct dbc_pif *pif)
{
    struct dbc_networkd_what what = dbc_networkd_pif_name(pif);
    const char *device = pif->device;
    bool is_bonds = pif != p->pif && strcmp(device, p->pif->device) == 0;

    if (!dbc_valid_ifname(device)) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "device", device, "no device has such a name");
        return false;
    }
    if (is_bonds || json_object_get(w->interfaces, device) != NULL ||
        json_object_get(w->bridges, device) != NULL || strcmp(device, p->network->bridge) == 0) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "device", device,
                          "another device or bridge has the name");
        return false;
    }
    return true;
}

static void write_nic(struct dbc_networkd_writer *w, const struct parts *p,
                      const struct dbc_pif *nic, unsigned mtu)
{
    struct dbc_networkd_what what = dbc_networkd_pif_name(nic);
    struct dbc_networkd_device device = { .name = nic->device,
                                          .record = what.text,
                                          .ethtool = &nic->other_config,
                                          .mtu = mtu,
                                          .persistent = p->persistent };

    dbc_networkd_write_interface(w, &device);
}

static unsigned device_mtu(struct dbc_networkd_writer *w, const struct parts *p)
{
    return dbc_networkd_choose_mtu(w, dbc_networkd_pif_name(p->pif).text, &p->pif->other_config,
                                   p->network);
}

/* Writes the slaves and lists their names.  A slave that the bridge cannot have is left out. */
static json_t *slave_names(struct dbc_networkd_writer *w, const struct parts *p,
                           const struct dbc_pifs *slaves)
{
    json_t *names = dbc_networkd_made(w, json_array());
    unsigned mtu = device_mtu(w, p);

    for (size_t i = 0; i < slaves->n; i++) {
        const struct dbc_pif *slave = slaves->v[i];
        struct dbc_networkd_what what = dbc_networkd_pif_name(slave);

        if (!can_have(w, p, slave)) {
            continue;
        }
        dbc_networkd_add_item(w, names, text(w, slave->device));
        write_nic(w, p, slave, mtu);
        if (slave->MAC[0] != '\0') {
            dbc_networkd_drop(w, DBC_LOST, what.text, "MAC", slave->MAC,
                              "the file has only the names of a bond's slaves");
        }
    }
    return names;
}

static void bond_port(struct dbc_networkd_writer *w, struct parts *p)
{
    struct dbc_networkd_what what = dbc_networkd_pif_name(p->pif);
    struct dbc_pifs slaves = DBC_PIFS_INIT;
    json_t *names = NULL;
    size_t n = 0;

    if (dbc_bond_slaves(w->db, p->pif, &slaves, w->err) != 0) {
        dbc_pifs_release(&slaves);
        w->failed = true;
        return;
    }
    names = slave_names(w, p, &slaves);
    n = json_array_size(names);
    dbc_pifs_release(&slaves);
    if (n == 0) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "slaves", "", "the bond has no slaves left");
        json_decref(names);
    } else if (n == 1) {
        const char *nic = json_string_value(json_array_get(names, 0));
        dbc_networkd_drop(w, DBC_CHANGED, what.text, "slaves", nic,
                          "a bond of one is a plain port there");
        dbc_networkd_add_key(w, p->ports, nic,
                             port(w, names, dbc_networkd_made(w, json_object()), NULL));
    } else {
        dbc_networkd_add_key(w, p->ports, p->pif->device,
                             port(w, names, bond_properties(w, p->pif), p->pif->MAC));
        write_nic(w, p, p->pif, device_mtu(w, p));
    }
}

static void nic_port(struct dbc_networkd_writer *w, struct parts *p)
{
    json_t *names = dbc_networkd_made(w, json_array());

    dbc_networkd_add_item(w, names, text(w, p->pif->device));
    dbc_networkd_add_key(w, p->ports, p->pif->device,
                         port(w, names, dbc_networkd_made(w, json_object()), NULL));
    write_nic(w, p, p->pif, device_mtu(w, p));
}

/* ---- VLANs -------------------------------------------------------------------------------- */

/* Fills in the VLAN; false after a failure, or a loss when no bridge can carry it. */
static bool vlan(struct dbc_networkd_writer *w, struct parts *p)
{
    struct dbc_networkd_what what = dbc_networkd_pif_name(p->pif);
    struct dbc_error error = DBC_ERROR_INIT;
    const struct dbc_pif *parent = dbc_datapath_pif(w->db, p->pif, &error);
    const struct dbc_network *under = parent == NULL ? NULL : dbc_pif_network(w->db, parent);
    char parsed[18];

    if (error.code == DBC_ECONFLICT) {
        w->failed = true;
        if (w->err != NULL) {
            *w->err = error;
        }
        return false;
    }
    if (under == NULL || dbc_hash_get(&w->by_network, under->rec.ref) != parent ||
        !dbc_valid_ifname(under->bridge) || p->pif->VLAN.value < 0 ||
        p->pif->VLAN.value > DBC_VLAN_TAG_MAX) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "VLAN", p->pif->VLAN.text,
                          "no bridge can carry the VLAN, or its tag is not valid");
        return false;
    }
    p->vlan = dbc_networkd_made(w, json_array());
    dbc_networkd_add_item(w, p->vlan, text(w, under->bridge));
    dbc_networkd_add_item(w, p->vlan, dbc_networkd_made(w, json_integer(p->pif->VLAN.value)));
    p->mac = dbc_parse_mac(p->pif->MAC, parsed) ? p->pif->MAC : parent->MAC;
    return true;
}

/* Fills in what the PIF is made of; false when there can be no bridge. */
static bool fill(struct dbc_networkd_writer *w, struct parts *p)
{
    struct dbc_networkd_what what = dbc_networkd_pif_name(p->pif);
    char parsed[18];

    p->mac = p->pif->MAC;
    if (dbc_pif_is_vlan(p->pif)) {
        return vlan(w, p);
    }
    if (p->pif->MAC[0] != '\0' && !dbc_parse_mac(p->pif->MAC, parsed)) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "MAC", p->pif->MAC, "it is no MAC");
    }
    if (dbc_pif_is_tunnel(w->db, p->pif)) {
        return true;
    }
    if (!can_have(w, p, p->pif)) {
        return false;
    }
    if (dbc_pif_is_bond(w->db, p->pif)) {
        bond_port(w, p);
    } else {
        nic_port(w, p);
    }
    return true;
}

/* ---- The bridge --------------------------------------------------------------------------- */

/* Writes the bridge's interface.  xcp-networkd has none for a bridge without a PIF and settings. */
static void write_ipdev(struct dbc_networkd_writer *w, const struct parts *p)
{
    struct dbc_networkd_what what = dbc_networkd_what("network", p->network->bridge);
    const struct dbc_map *map = &p->network->other_config;
    struct dbc_networkd_device device = {
        .name = p->network->bridge,
        .record = what.text,
        .pif = p->pif,
        .ethtool = map,
        .routes = dbc_map_get(map, "static-routes"),
        .mtu = dbc_networkd_choose_mtu(w, what.text, map, p->network),
        .persistent = p->persistent,
    };

    if (p->pif != NULL || map->n > 0 || device.mtu != DBC_NETWORKD_MTU) {
        dbc_networkd_write_interface(w, &device);
    }
}

/* The pool's setting, which records from a cache lack.  A VLAN's bridge has its parent's. */
static json_t *snooping(const struct dbc_networkd_writer *w, const struct parts *p)
{
    const struct dbc_pool *pool = dbc_db_pool(w->db);
    const struct dbc_field *field = dbc_schema_xapi_field(DBC_POOL, "igmp_snooping_enabled");

    return pool == NULL || p->vlan != NULL || !dbc_record_has(&pool->rec, field)
               ? NULL
               : json_boolean(pool->igmp_snooping_enabled);
}

/* Whether the network can have a bridge; a loss says why not. */
static bool can_be(struct dbc_networkd_writer *w, const struct parts *p)
{
    const char *bridge = p->network->bridge, *ref = p->network->rec.ref;
    struct dbc_networkd_what what = dbc_networkd_what("network", bridge);

    if (p->pif == NULL && dbc_hash_get(&w->slave_by_network, ref) != NULL) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "", p->network->uuid,
                          "the bridge of a bond's slave does not exist while the bond does");
    } else if (!dbc_valid_ifname(bridge)) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "bridge", bridge, "no device has such a name");
    } else if (json_object_get(w->bridges, bridge) != NULL ||
               json_object_get(w->interfaces, bridge) != NULL) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "bridge", bridge,
                          "an earlier bridge or device has the name");
    } else {
        return true;
    }
    return false;
}

void dbc_networkd_write_network(struct dbc_networkd_writer *w, const struct dbc_network *network)
{
    struct parts p = { .network = network, .pif = dbc_hash_get(&w->by_network, network->rec.ref) };

    if (!can_be(w, &p)) {
        return;
    }
    p.persistent = p.pif != NULL && dbc_hash_get(&w->at_boot, p.pif->rec.ref) != NULL;
    p.ports = dbc_networkd_made(w, json_object());
    if (p.pif == NULL || fill(w, &p)) {
        const struct dbc_networkd_field fields[] = {
            { "ports", p.ports },
            { "vlan", p.vlan },
            { "bridge_mac", p.mac == NULL ? NULL : mac_of(w, p.mac) },
            { "igmp_snooping", snooping(w, &p) },
            { "other_config", other_config(w, &p) },
            { "persistent_b", json_boolean(p.persistent) },
        };
        write_ipdev(w, &p);
        dbc_networkd_add_key(w, w->bridges, network->bridge,
                             dbc_networkd_make(w, fields, sizeof fields / sizeof fields[0]));
    } else {
        json_decref(p.ports);
    }
}
