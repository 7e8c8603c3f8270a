/* read_bridge.c - makes PIFs of a bridge: of the NIC or bond of its port, or of the VLAN on another
 * bridge.  Called by read.c. */
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "networkd/read.h"

bool dbc_networkd_is_vlan(const struct dbc_networkd_bridge *b)
{
    json_t *vlan = dbc_networkd_member(b->config, "vlan");

    return vlan != NULL && !(json_is_array(vlan) && json_array_size(vlan) == 0);
}

/* ---- PIFs --------------------------------------------------------------------------------- */

static struct dbc_pif *add_pif(struct dbc_networkd_reader *r, const char *device, const char *tag)
{
    struct dbc_pif *pif = (struct dbc_pif *)dbc_networkd_add(r, DBC_PIF);
    char uuid[64];

    if (pif == NULL) {
        return NULL;
    }
    snprintf(uuid, sizeof uuid, "%s%s%sPif", device, tag[0] == '-' ? "" : ".",
             tag[0] == '-' ? "" : tag);
    dbc_networkd_set(r, &pif->rec, "uuid", uuid);
    dbc_networkd_set(r, &pif->rec, "device", device);
    dbc_networkd_set(r, &pif->rec, "VLAN", tag);
    dbc_networkd_set(r, &pif->rec, "ip_configuration_mode", "None");
    dbc_networkd_set(r, &pif->rec, "currently_attached", "True");
    return pif;
}

static bool parse_mac(struct dbc_networkd_reader *r, const char *what, json_t *record,
                      const char *member, char out[18])
{
    const char *text = dbc_networkd_text(r, what, record, member);

    if (text == NULL) {
        return false;
    }
    if (!dbc_parse_mac(text, out)) {
        dbc_networkd_warn(r, what, "%s: expected a MAC, found '%s'", member, text);
        return false;
    }
    return true;
}

/* The NIC's own MAC, by which newer releases tell NICs apart. */
static bool ordered_mac(struct dbc_networkd_reader *r, const char *nic, char out[18])
{
    json_t *mac = dbc_hash_get(&r->macs, nic);

    if (mac == NULL) {
        return false;
    }
    if (!dbc_networkd_octets(mac, out)) {
        dbc_networkd_warn(r, dbc_networkd_what("interface_order", nic).text,
                          "mac: expected six octets");
        return false;
    }
    return true;
}

static struct dbc_pif *add_device(struct dbc_networkd_reader *r, const char *device)
{
    struct dbc_pif *pif = add_pif(r, device, "-1");

    if (pif != NULL) {
        dbc_networkd_put(r, &r->devices, pif->device, pif);
    }
    return pif;
}

/* Makes PIF and network refer to each other. */
static void connect(struct dbc_networkd_reader *r, struct dbc_network *network, struct dbc_pif *pif)
{
    const char *ref = pif->rec.ref;

    if (network != NULL) {
        dbc_networkd_set(r, &pif->rec, "network", network->rec.ref);
        dbc_networkd_set_refs(r, &network->rec, "PIFs", &ref, 1);
    }
}

static void give(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b, struct dbc_pif *pif,
                 const char *mac)
{
    bool management = strcmp(b->name, r->management) == 0;

    b->pif = pif;
    connect(r, b->network, pif);
    dbc_networkd_set(r, &pif->rec, "MAC", mac);
    dbc_networkd_set(r, &pif->rec, "management", management ? "True" : "False");
}

/* ---- Bonds -------------------------------------------------------------------------------- */

/* Returns the PIF of a slave, the existing one when the NIC is in a bridge of its own, too; NULL
 * after a warning or failure. */
static struct dbc_pif *slave(struct dbc_networkd_reader *r, const char *nic, const char *bond)
{
    struct dbc_networkd_what what = dbc_networkd_what("interface", nic);
    struct dbc_pif *pif = dbc_hash_get(&r->devices, nic);
    char mac[18] = "";

    if (pif != NULL && (pif->bond_master_of.n > 0 || !dbc_ref_is_null(pif->bond_slave_of))) {
        dbc_networkd_warn(r, what.text, "is in several bonds, its place in %s is left out", bond);
        return NULL;
    }
    if (pif == NULL) {
        pif = add_device(r, nic);
    }
    if (pif != NULL && dbc_ref_is_null(pif->network)) {
        if (!ordered_mac(r, nic, mac)) {
            dbc_networkd_lose(r, DBC_LOST, what.text, "MAC", "",
                              "the file has no MAC of a bond's slave");
        }
        dbc_networkd_set(r, &pif->rec, "MAC", mac);
        dbc_networkd_set(r, &pif->rec, "currently_attached", "False");
    }
    return pif;
}

static void add_slaves(struct dbc_networkd_reader *r, struct dbc_bond *bond, json_t *nics,
                       const char *name)
{
    size_t n = json_array_size(nics), n_refs = 0;
    const char **refs = dbc_arena_alloc(&r->scratch, n * sizeof *refs);

    if (refs == NULL) {
        dbc_fail_nomem(r->err);
        r->failed = true;
    }
    for (size_t i = 0; i < n && !r->failed; i++) {
        struct dbc_pif *pif = slave(r, json_string_value(json_array_get(nics, i)), name);

        if (pif != NULL) {
            dbc_networkd_set(r, &pif->rec, "bond_slave_of", bond->rec.ref);
            refs[n_refs++] = pif->rec.ref;
        }
    }
    dbc_networkd_set_refs(r, &bond->rec, "slaves", refs, n_refs);
}

static struct dbc_pif *add_bond(struct dbc_networkd_reader *r, const char *name, json_t *nics)
{
    struct dbc_pif *master = NULL;
    struct dbc_bond *bond = NULL;
    char uuid[64];
    const char *ref = NULL;

    if (!dbc_valid_ifname(name) || dbc_hash_get(&r->devices, name) != NULL ||
        dbc_hash_get(&r->by_name, name) != NULL) {
        dbc_networkd_warn(r, dbc_networkd_what("port", name).text,
                          "expected a name that a new bond may have, the bond is left out");
        return NULL;
    }
    master = add_device(r, name);
    bond = (struct dbc_bond *)dbc_networkd_add(r, DBC_BOND);
    if (master == NULL || bond == NULL) {
        return NULL;
    }
    snprintf(uuid, sizeof uuid, "%sBond", name);
    ref = bond->rec.ref;
    dbc_networkd_set(r, &bond->rec, "uuid", uuid);
    dbc_networkd_set(r, &bond->rec, "master", master->rec.ref);
    dbc_networkd_set_refs(r, &master->rec, "bond_master_of", &ref, 1);
    add_slaves(r, bond, nics, name);
    return master;
}

/* ---- Ports -------------------------------------------------------------------------------- */

/* The first port of a NIC or bond, or NULL. */
static json_t *pick_port(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b,
                         const char **name)
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    json_t *ports = dbc_networkd_object(r, what.text, b->config, "ports"), *picked = NULL;
    const char *key = NULL;
    json_t *port = NULL, *payload = NULL;

    json_object_foreach(ports, key, port)
    {
        const char *kind = dbc_networkd_variant(dbc_networkd_member(port, "kind"), &payload);

        if (!json_is_object(port)) {
            dbc_networkd_warn(r, what.text, "port %s: expected an object", key);
        } else if (kind != NULL && dbc_networkd_same(kind, "PVS_proxy")) {
            dbc_networkd_lose(r, DBC_LOST, what.text, "ports", key, "a cache has no PVS proxies");
        } else if (picked != NULL) {
            dbc_networkd_lose(r, DBC_LOST, what.text, "ports", key,
                              "in a cache a bridge has one port");
        } else {
            picked = port;
            *name = key;
        }
    }
    return picked;
}

/* A list of the port's interfaces with a valid name, each once; the caller releases it. */
static json_t *interfaces_of(struct dbc_networkd_reader *r, const char *what, json_t *port)
{
    json_t *list = dbc_networkd_array(r, what, port, "interfaces"), *good = json_array();
    struct dbc_hash seen = DBC_HASH_INIT;
    bool failed = good == NULL;

    for (size_t i = 0; i < json_array_size(list) && !failed; i++) {
        json_t *item = json_array_get(list, i);
        const char *nic = dbc_networkd_string(item);

        if (!dbc_valid_ifname(nic) || dbc_hash_get(&seen, nic) != NULL ||
            dbc_hash_get(&r->by_name, nic) != NULL) {
            dbc_networkd_warn(
                r, what,
                "interfaces: expected names of devices that are no bridges, each once, "
                "found '%s'",
                nic == NULL ? "" : nic);
            continue;
        }
        failed = json_array_append(good, item) != 0 || dbc_hash_put(&seen, nic, item, false) != 0;
    }
    if (failed && !r->failed) {
        dbc_fail_nomem(r->err);
        r->failed = true;
    }
    dbc_hash_release(&seen);
    return good;
}

static struct dbc_pif *nic_of(struct dbc_networkd_reader *r, const char *port, const char *nic)
{
    struct dbc_networkd_what what = dbc_networkd_what("interface", nic);
    struct dbc_pif *pif = dbc_hash_get(&r->devices, nic);

    if (strcmp(port, nic) != 0) {
        dbc_networkd_lose(r, DBC_CHANGED, dbc_networkd_what("port", port).text, "interfaces", nic,
                          "a port with one interface is that interface, no bond");
    }
    if (pif != NULL && (!dbc_ref_is_null(pif->network) || pif->bond_master_of.n > 0)) {
        dbc_networkd_warn(r, what.text, "is in several bridges, its later places are left out");
        return NULL;
    }
    return pif == NULL ? add_device(r, nic) : pif;
}

/* Looks for the MAC in bond_mac, bridge_mac and interface_order: XAPI recorded the first two. */
static void give_port(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b, json_t *port,
                      struct dbc_pif *pif)
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    char mac[18] = "", bridge_mac[18] = "";
    bool has_mac = parse_mac(r, what.text, port, "bond_mac", mac);

    if (parse_mac(r, what.text, b->config, "bridge_mac", bridge_mac) && !has_mac) {
        memcpy(mac, bridge_mac, sizeof mac);
        has_mac = true;
    }
    if (!has_mac && !ordered_mac(r, pif->device, mac)) {
        dbc_networkd_lose(r, DBC_LOST, what.text, "MAC", "", "the file has no MAC of the bridge");
    }
    give(r, b, pif, mac);
}

/* In the file internal networks and those of tunnels look the same. */
static void without_port(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b)
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    const char *mac = dbc_networkd_string(dbc_networkd_option(b->config, "bridge_mac"));

    dbc_networkd_lose(r, DBC_ASSUMED, what.text, "", mac == NULL ? "" : mac,
                      "a bridge without ports is taken for an internal network, but may have been "
                      "a tunnel's");
    dbc_networkd_lose_addresses(r, b->name, b->iface, "the bridge has no PIF");
}

void dbc_networkd_read_port(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b)
{
    static const char *const known[] = { "interfaces", "bond_properties", "bond_mac", "kind",
                                         NULL };
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    struct dbc_pif *pif = NULL;
    const char *name = "";
    json_t *port = pick_port(r, b, &name), *nics = interfaces_of(r, what.text, port);
    const char *first = json_string_value(json_array_get(nics, 0));

    if (port != NULL) {
        dbc_networkd_unknown(r, dbc_networkd_what("port", name).text, port, known);
    }
    if (first == NULL && !r->failed) {
        without_port(r, b);
    } else if (!r->failed && json_array_size(nics) == 1) {
        pif = nic_of(r, name, first);
    } else if (!r->failed) {
        pif = add_bond(r, name, nics);
        b->port = port;
    }
    if (pif != NULL) {
        give_port(r, b, port, pif);
    }
    json_decref(nics);
}

/* ---- VLANs -------------------------------------------------------------------------------- */

/* Returns the bridge that carries the VLAN, and the tag; NULL after a warning. */
static struct dbc_networkd_bridge *parent_of(struct dbc_networkd_reader *r,
                                             struct dbc_networkd_bridge *b, char tag[16])
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    json_t *vlan = dbc_networkd_member(b->config, "vlan");
    const char *name = dbc_networkd_string(json_array_get(vlan, 0));
    json_int_t number = json_integer_value(json_array_get(vlan, 1));
    struct dbc_networkd_bridge *parent = NULL;

    if (name == NULL || !json_is_integer(json_array_get(vlan, 1)) || json_array_size(vlan) != 2) {
        dbc_networkd_warn(r, what.text, "vlan: expected a bridge and a tag");
        return NULL;
    }
    if (number < 0 || number > DBC_VLAN_TAG_MAX) {
        dbc_networkd_warn(r, what.text, "vlan: expected a tag from 0 to %d, found %lld",
                          DBC_VLAN_TAG_MAX, (long long)number);
        return NULL;
    }
    parent = dbc_hash_get(&r->by_name, name);
    if (parent == NULL || parent->pif == NULL || dbc_networkd_is_vlan(parent)) {
        dbc_networkd_warn(r, what.text, "vlan: expected a bridge with a NIC or bond, found '%s'",
                          name);
        return NULL;
    }
    snprintf(tag, 16, "%d", (int)number);
    return parent;
}

static void add_vlan(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b,
                     struct dbc_networkd_bridge *parent, const char *tag)
{
    struct dbc_pif *pif = add_pif(r, parent->pif->device, tag);
    struct dbc_vlan *vlan = (struct dbc_vlan *)dbc_networkd_add(r, DBC_VLAN);
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    char uuid[64], mac[18] = "";

    if (pif == NULL || vlan == NULL) {
        return;
    }
    snprintf(uuid, sizeof uuid, "%s.%sVlan", pif->device, tag);
    dbc_networkd_set(r, &vlan->rec, "uuid", uuid);
    dbc_networkd_set(r, &vlan->rec, "tagged_PIF", parent->pif->rec.ref);
    dbc_networkd_set(r, &vlan->rec, "untagged_PIF", pif->rec.ref);
    dbc_networkd_set(r, &pif->rec, "VLAN_master_of", vlan->rec.ref);
    give(r, b, pif, parse_mac(r, what.text, b->config, "bridge_mac", mac) ? mac : parent->pif->MAC);
    b->vlan = vlan->rec.ref;
    b->next_vlan = parent->vlans;
    parent->vlans = b;
    parent->n_vlans++;
}

void dbc_networkd_read_vlan(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b)
{
    struct dbc_networkd_what what = dbc_networkd_what("bridge", b->name);
    char tag[16] = "";
    struct dbc_networkd_bridge *parent = parent_of(r, b, tag);
    json_t *ports = dbc_networkd_object(r, what.text, b->config, "ports"), *value = NULL;
    const char *port = NULL;

    json_object_foreach(ports, port, value)
    {
        dbc_networkd_lose(r, DBC_LOST, what.text, "ports", port,
                          "a VLAN's bridge has no ports in a cache");
    }
    if (parent != NULL) {
        add_vlan(r, b, parent, tag);
    } else {
        dbc_networkd_lose_addresses(r, b->name, b->iface, "the bridge has no PIF");
    }
}

void dbc_networkd_link_vlans(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b)
{
    const char **refs = NULL;
    size_t at = b->n_vlans;

    if (b->n_vlans == 0 || r->failed) {
        return;
    }
    refs = dbc_arena_alloc(&r->scratch, b->n_vlans * sizeof *refs);
    if (refs == NULL) {
        dbc_fail_nomem(r->err);
        r->failed = true;
        return;
    }
    for (const struct dbc_networkd_bridge *v = b->vlans; v != NULL; v = v->next_vlan) {
        refs[--at] = v->vlan;
    }
    dbc_networkd_set_refs(r, &b->pif->rec, "VLAN_slave_of", refs, b->n_vlans);
}

/* ---- Networks of slaves ------------------------------------------------------------------- */

/* XAPI and the installers name the bridge of ethN xenbrN, that of another device brDEVICE. */
static void bridge_name(const char *device, char out[DBC_IFNAME_MAX + 8])
{
    uint64_t number = 0;

    if (strncmp(device, "eth", 3) == 0 && dbc_parse_uint(device + 3, UINT32_MAX, &number)) {
        snprintf(out, DBC_IFNAME_MAX + 8, "xenbr%s", device + 3);
    } else {
        snprintf(out, DBC_IFNAME_MAX + 8, "br%s", device);
    }
}

/* Adds a slave's network, with the MTU of the bond's, which the slave has while the bond exists. */
static struct dbc_network *add_network(struct dbc_networkd_reader *r, const char *bridge,
                                       const struct dbc_pif *slave)
{
    struct dbc_network *network = (struct dbc_network *)dbc_networkd_add(r, DBC_NETWORK);
    const struct dbc_bond *bond = dbc_db_bond(r->db, slave->bond_slave_of);
    const struct dbc_pif *master = bond == NULL ? NULL : dbc_db_pif(r->db, bond->master);
    const struct dbc_network *of = master == NULL ? NULL : dbc_db_network(r->db, master->network);
    char uuid[64];

    if (network != NULL) {
        snprintf(uuid, sizeof uuid, "%sSlaveNetwork", slave->device);
        dbc_networkd_set(r, &network->rec, "uuid", uuid);
        dbc_networkd_set(r, &network->rec, "bridge", bridge);
        dbc_networkd_set(r, &network->rec, "MTU", of == NULL ? "1500" : of->MTU.text);
    }
    return network;
}

/* Every PIF of a cache has a network.  The bridge of a slave's network does not exist while the
 * bond does, so xcp-networkd does not know it. */
static void slave_network(struct dbc_networkd_reader *r, struct dbc_pif *pif)
{
    struct dbc_networkd_what what = dbc_networkd_what("interface", pif->device);
    char bridge[DBC_IFNAME_MAX + 8];
    const struct dbc_networkd_bridge *known = NULL;
    struct dbc_network *network = NULL;

    bridge_name(pif->device, bridge);
    known = dbc_hash_get(&r->by_name, bridge);
    if (!dbc_valid_ifname(bridge) || (known != NULL && known->network->PIFs.n > 0)) {
        dbc_networkd_lose(r, DBC_LOST, what.text, "network", "",
                          "the file has no network of a bond's slave");
        return;
    }
    network = known != NULL ? known->network : add_network(r, bridge, pif);
    if (network != NULL) {
        connect(r, network, pif);
        dbc_networkd_lose(
            r, DBC_ASSUMED, what.text, "network", bridge,
            "the file has no network of a bond's slave, its bridge is named as usual");
    }
}

void dbc_networkd_slave_networks(struct dbc_networkd_reader *r)
{
    const struct dbc_records *pifs = &r->db->of[DBC_PIF];

    for (size_t i = 0; i < pifs->n && !r->failed; i++) {
        struct dbc_pif *pif = (struct dbc_pif *)pifs->v[i];

        if (!dbc_ref_is_null(pif->bond_slave_of) && dbc_ref_is_null(pif->network)) {
            slave_network(r, pif);
        }
    }
}
