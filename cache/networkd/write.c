/* write.c - records to networkd.db: which PIFs are bridges there, what comes up at boot, who owns
 * the default route and the name servers, and the file's text.  write_bridge.c and
 * write_interface.c fill in the two maps. */
#include "networkd/write.h"

#include <string.h>

#include "base/valid.h"
#include "model/ipv6.h"

/* ---- Which PIF for which bridge ----------------------------------------------------------- */

static void put(struct dbc_networkd_writer *w, struct dbc_hash *hash, const char *key,
                const struct dbc_pif *pif)
{
    if (dbc_hash_put(hash, key, (void *)(uintptr_t)pif, false) != 0) {
        dbc_networkd_no_memory(w);
    }
}

static void place_pif(struct dbc_networkd_writer *w, const struct dbc_pif *pif)
{
    struct dbc_networkd_what what = dbc_networkd_pif_name(pif);
    bool is_slave = dbc_db_bond(w->db, pif->bond_slave_of) != NULL;
    const struct dbc_network *network = dbc_pif_network(w->db, pif);
    struct dbc_hash *hash = is_slave ? &w->slave_by_network : &w->by_network;

    if (network == NULL) {
        if (!is_slave) {
            dbc_networkd_drop(w, DBC_LOST, what.text, "", "", "it has no network");
        }
        return;
    }
    put(w, hash, network->rec.ref, pif);
    if (!w->failed && dbc_hash_get(hash, network->rec.ref) != pif) {
        dbc_networkd_drop(w, DBC_LOST, what.text, "network", network->bridge,
                          "another PIF is on its network");
    }
}

static bool wants_ipv4(const struct dbc_pif *pif)
{
    return pif->ip_configuration_mode[0] != '\0' && strcmp(pif->ip_configuration_mode, "None") != 0;
}

/* As with XAPI, the management PIF and a PIF with a mode of IPv4 or IPv6 come up at boot, and so
 * does the PIF that carries such a VLAN. */
static void mark_at_boot(struct dbc_networkd_writer *w, const struct dbc_pif *pif)
{
    const struct dbc_pif *parent = dbc_vlan_slave(w->db, pif);

    if (pif != dbc_management_pif(w->db) && !wants_ipv4(pif) && !dbc_pif_wants_ipv6(pif)) {
        return;
    }
    put(w, &w->at_boot, pif->rec.ref, pif);
    if (parent != NULL) {
        put(w, &w->at_boot, parent->rec.ref, parent);
    }
}

/* ---- Owners ------------------------------------------------------------------------------- */

static bool can_route(const struct dbc_pif *pif)
{
    return strcmp(pif->ip_configuration_mode, "Static") != 0 || pif->gateway[0] != '\0' ||
           pif->IPv6_gateway[0] != '\0';
}

/* As interface-reconfigure chooses: the first PIF that claims it, else the management PIF. */
static json_t *owner(struct dbc_networkd_writer *w, const char *key, bool routed)
{
    const struct dbc_pif *found = NULL, *pif = NULL;
    const char *bridge = "";

    for (size_t i = 0; (pif = dbc_db_pif_at(w->db, i)) != NULL; i++) {
        const char *claim = dbc_map_get(&pif->other_config, key);

        if (claim == NULL || strcmp(claim, "true") != 0 || !dbc_ref_is_null(pif->bond_slave_of)) {
            continue;
        }
        if (found != NULL) {
            dbc_networkd_drop(w, DBC_LOST, dbc_networkd_pif_name(pif).text, key, claim,
                              "an earlier PIF has it");
        } else {
            found = pif;
        }
    }
    if (found == NULL) {
        found = dbc_management_pif(w->db);
    }
    if (found == NULL || (routed && !can_route(found))) {
        return NULL;
    }
    bridge = dbc_pif_bridge(w->db, found);
    if (json_object_get(w->bridges, bridge) == NULL) {
        dbc_networkd_drop(w, DBC_LOST, dbc_networkd_pif_name(found).text, key, bridge,
                          "the bridge is not in the file");
        return NULL;
    }
    return dbc_networkd_made(w, json_string(bridge));
}

/* ---- What has no place -------------------------------------------------------------------- */

static void drop_purposes(struct dbc_networkd_writer *w)
{
    const struct dbc_network *network = NULL;

    for (size_t i = 0; (network = dbc_db_network_at(w->db, i)) != NULL; i++) {
        if (network->purpose[0] != '\0') {
            dbc_networkd_drop(w, DBC_LOST, dbc_networkd_what("network", network->bridge).text,
                              "purpose", network->purpose, "only XAPI knows purposes");
        }
    }
}

static void drop_address_type(struct dbc_networkd_writer *w)
{
    const struct dbc_pif *pif = dbc_management_pif(w->db);

    if (pif != NULL && strcmp(pif->primary_address_type, "IPv6") == 0) {
        dbc_networkd_drop(w, DBC_LOST, dbc_networkd_pif_name(pif).text, "primary_address_type",
                          "IPv6", "the inventory has it, as MANAGEMENT_ADDRESS_TYPE");
    }
}

static void drop_tunnels(struct dbc_networkd_writer *w)
{
    const struct dbc_records *tunnels = &w->db->of[DBC_TUNNEL];

    for (size_t i = 0; i < tunnels->n; i++) {
        const struct dbc_tunnel *tunnel = (const struct dbc_tunnel *)tunnels->v[i];
        const struct dbc_pif *pif = dbc_db_pif(w->db, tunnel->access_PIF);

        dbc_networkd_drop(w, DBC_LOST,
                          dbc_networkd_what("tunnel", pif == NULL ? "" : pif->device).text, "",
                          tunnel->uuid, "xcp-networkd learns tunnels from XAPI alone");
    }
}

static bool has_extras(const struct dbc_db *db)
{
    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        for (size_t i = 0; i < db->of[class_].n; i++) {
            if (db->of[class_].v[i]->extras.first != NULL) {
                return true;
            }
        }
    }
    return db->extras.first != NULL;
}

static void drop_rest(struct dbc_networkd_writer *w)
{
    drop_tunnels(w);
    drop_purposes(w);
    drop_address_type(w);
    if (w->db->of[DBC_PIF].n > 0) {
        dbc_networkd_drop(w, DBC_LOST, "pifs, bonds, vlans", "uuid", "",
                          "xcp-networkd knows devices and bridges by name, and networks by uuid");
    }
    if (has_extras(w->db)) {
        dbc_networkd_drop(w, DBC_LOST, "the records", "", "",
                          "elements and comments that the cache's schema does not know");
    }
}

/* ---- The file ----------------------------------------------------------------------------- */

/* json_dumps would leave out what it has no memory for, without an error. */
static int print(struct dbc_networkd_writer *w, json_t *root, struct dbc_buf *out)
{
    if (!w->failed && json_dump_callback(root, dbc_buf_sink, out, JSON_COMPACT) != 0) {
        dbc_networkd_no_memory(w);
    }
    return w->failed ? -1 : 0;
}

/* Removes a VLAN that was written before the bridge under it turned out to have no port. */
static void check_vlan(struct dbc_networkd_writer *w, const char *bridge)
{
    json_t *vlan = json_object_get(json_object_get(w->bridges, bridge), "vlan");
    const char *under = json_string_value(json_array_get(vlan, 0));
    json_t *ports = json_object_get(json_object_get(w->bridges, under), "ports");

    if (vlan != NULL && json_object_size(ports) == 0) {
        dbc_networkd_drop(w, DBC_LOST, dbc_networkd_what("network", bridge).text, "VLAN", under,
                          "the bridge that carries it has no port");
        json_object_del(w->bridges, bridge);
        json_object_del(w->interfaces, bridge);
    }
}

static void write_networks(struct dbc_networkd_writer *w)
{
    const struct dbc_network *network = NULL;
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(w->db, i)) != NULL && !w->failed; i++) {
        place_pif(w, pif);
        mark_at_boot(w, pif);
    }
    for (size_t i = 0; (network = dbc_db_network_at(w->db, i)) != NULL && !w->failed; i++) {
        dbc_networkd_write_network(w, network);
    }
    for (size_t i = 0; (network = dbc_db_network_at(w->db, i)) != NULL && !w->failed; i++) {
        check_vlan(w, network->bridge);
    }
}

int dbc_networkd_format(const struct dbc_db *db, enum dbc_networkd_shape shape, struct dbc_buf *out,
                        dbc_loss_fn *loss, void *ctx, struct dbc_error *err)
{
    struct dbc_networkd_writer w = {
        .db = db, .shape = shape, .loss = loss, .ctx = ctx, .err = err
    };
    json_t *root = NULL;
    int status = -1;

    w.bridges = dbc_networkd_made(&w, json_object());
    w.interfaces = dbc_networkd_made(&w, json_object());
    if (!w.failed) {
        write_networks(&w);
    }
    if (!w.failed) {
        const struct dbc_networkd_field fields[] = {
            { "interface_config", json_incref(w.interfaces) },
            { "bridge_config", json_incref(w.bridges) },
            { "gateway_interface", owner(&w, "defaultroute", true) },
            { "dns_interface", owner(&w, "peerdns", false) },
        };
        root = dbc_networkd_make(&w, fields, sizeof fields / sizeof fields[0]);
        drop_rest(&w);
        status = print(&w, root, out);
    }
    json_decref(root);
    json_decref(w.bridges);
    json_decref(w.interfaces);
    dbc_hash_release(&w.by_network);
    dbc_hash_release(&w.slave_by_network);
    dbc_hash_release(&w.at_boot);
    return status;
}
