/* topology.c - how the records relate.  Above database.c, below everything that decides.
 *
 * Anybody may have edited the file of the records, so nothing here trusts a reference: each is
 * looked up among the records of its class, and what could make a caller walk in a circle (a VLAN
 * on a VLAN, a bond in a bond) is an error. */
#include "model/topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "base/valid.h"

/* ---- Lists -------------------------------------------------------------------------------- */

int dbc_pifs_push(struct dbc_pifs *list, const struct dbc_pif *pif, struct dbc_error *err)
{
    if (!DBC_GROW(list->v, list->n, list->cap)) {
        return dbc_fail_nomem(err);
    }
    list->v[list->n++] = pif;
    return 0;
}

bool dbc_pifs_has(const struct dbc_pifs *list, const struct dbc_pif *pif)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i] == pif) {
            return true;
        }
    }
    return false;
}

void dbc_pifs_release(struct dbc_pifs *list)
{
    free(list->v);
    *list = DBC_PIFS_INIT;
}

/* ---- Names -------------------------------------------------------------------------------- */

const struct dbc_network *dbc_pif_network(const struct dbc_db *db, const struct dbc_pif *pif)
{
    return dbc_db_network(db, pif->network);
}

const char *dbc_pif_bridge(const struct dbc_db *db, const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_pif_network(db, pif);

    return network == NULL ? "" : network->bridge;
}

const char *dbc_pif_netdev(const struct dbc_pif *pif, char out[DBC_NETDEV_NAME_SIZE])
{
    if (!dbc_pif_is_vlan(pif)) {
        snprintf(out, DBC_NETDEV_NAME_SIZE, "%s", pif->device);
    } else if (pif->VLAN.value == DBC_INT_NONE) {
        snprintf(out, DBC_NETDEV_NAME_SIZE, "%s.%s", pif->device, pif->VLAN.text);
    } else {
        snprintf(out, DBC_NETDEV_NAME_SIZE, "%s.%d", pif->device, pif->VLAN.value);
    }
    return out;
}

const char *dbc_pif_ipdev(const struct dbc_db *db, const struct dbc_pif *pif,
                          char out[DBC_NETDEV_NAME_SIZE])
{
    const char *bridge = dbc_pif_bridge(db, pif);

    return bridge[0] != '\0' ? bridge : dbc_pif_netdev(pif, out);
}

/* ---- Kinds -------------------------------------------------------------------------------- */

bool dbc_pif_is_vlan(const struct dbc_pif *pif)
{
    return pif->VLAN.value != -1 && pif->VLAN.text[0] != '\0';
}

bool dbc_pif_is_tunnel(const struct dbc_db *db, const struct dbc_pif *pif)
{
    for (size_t i = 0; i < pif->tunnel_access_PIF_of.n; i++) {
        if (dbc_db_tunnel(db, pif->tunnel_access_PIF_of.v[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static const struct dbc_bond *bond_of_master(const struct dbc_db *db, const struct dbc_pif *pif)
{
    const struct dbc_bond *bond = NULL;

    for (size_t i = 0; i < pif->bond_master_of.n && bond == NULL; i++) {
        bond = dbc_db_bond(db, pif->bond_master_of.v[i]);
    }
    return bond;
}

bool dbc_pif_is_bond(const struct dbc_db *db, const struct dbc_pif *pif)
{
    return bond_of_master(db, pif) != NULL;
}

/* ---- Bonds -------------------------------------------------------------------------------- */

/* Fails at the line of the record that is wrong. */
static int conflict(const struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err,
                    const char *expected, const char *found)
{
    return dbc_fail_at(err, DBC_ECONFLICT, db->source, rec->line, 0, "%s %s: expected %s, found %s",
                       dbc_schema_class(rec->class_)->name, rec->ref, expected, found);
}

static int check_slave(const struct dbc_db *db, const struct dbc_bond *bond,
                       const struct dbc_pif *master, const struct dbc_pif *slave,
                       struct dbc_error *err)
{
    if (slave == master || dbc_pif_is_bond(db, slave)) {
        return conflict(db, &bond->rec, err, "slaves that are no bonds", slave->rec.ref);
    }
    if (dbc_vlan_slave(db, slave) == master) {
        return conflict(db, &bond->rec, err, "slaves that do not stand on it", slave->rec.ref);
    }
    return 0;
}

int dbc_bond_slaves(const struct dbc_db *db, const struct dbc_pif *bond, struct dbc_pifs *ret,
                    struct dbc_error *err)
{
    const struct dbc_bond *record = bond_of_master(db, bond);

    for (size_t i = 0; record != NULL && i < record->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(db, record->slaves.v[i]);

        if (slave == NULL || dbc_pifs_has(ret, slave)) {
            continue;
        }
        if (check_slave(db, record, bond, slave, err) != 0 || dbc_pifs_push(ret, slave, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static const struct dbc_pif *bond_master(const struct dbc_db *db, const struct dbc_pif *slave)
{
    const struct dbc_bond *bond = dbc_db_bond(db, slave->bond_slave_of);

    return bond == NULL ? NULL : dbc_db_pif(db, bond->master);
}

int dbc_bond_masters(const struct dbc_db *db, const struct dbc_pif *slave, struct dbc_pifs *ret,
                     struct dbc_error *err)
{
    const struct dbc_pif *master = bond_master(db, slave);

    if (master == slave) {
        return conflict(db, &slave->rec, err, "a slave of another PIF's bond", "its own");
    }
    return master == NULL ? 0 : dbc_pifs_push(ret, master, err);
}

/* ---- VLANs -------------------------------------------------------------------------------- */

const struct dbc_pif *dbc_vlan_slave(const struct dbc_db *db, const struct dbc_pif *vlan)
{
    const struct dbc_vlan *record = NULL;

    if (!dbc_pif_is_vlan(vlan)) {
        return NULL;
    }
    record = dbc_db_vlan(db, vlan->VLAN_master_of);
    return record == NULL ? NULL : dbc_db_pif(db, record->tagged_PIF);
}

int dbc_vlan_masters(const struct dbc_db *db, const struct dbc_pif *pif, struct dbc_pifs *ret,
                     struct dbc_error *err)
{
    for (size_t i = 0; i < pif->VLAN_slave_of.n; i++) {
        const struct dbc_vlan *record = dbc_db_vlan(db, pif->VLAN_slave_of.v[i]);
        const struct dbc_pif *vlan = record == NULL ? NULL : dbc_db_pif(db, record->untagged_PIF);

        if (vlan == pif) {
            return conflict(db, &pif->rec, err, "VLANs on it", "itself");
        }
        if (vlan != NULL && dbc_pifs_push(ret, vlan, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- Datapaths ---------------------------------------------------------------------------- */

static void vlan_on_nothing(const struct dbc_db *db, const struct dbc_pif *vlan,
                            struct dbc_error *err)
{
    const struct dbc_vlan *record = dbc_db_vlan(db, vlan->VLAN_master_of);

    if (record == NULL) {
        dbc_fail_at(err, DBC_ENOENT, db->source, vlan->rec.line, 0,
                    "pif %s: expected the VLAN that it stands for, found no vlan record '%s'",
                    vlan->rec.ref, vlan->VLAN_master_of);
    } else {
        dbc_fail_at(err, DBC_ENOENT, db->source, record->rec.line, 0,
                    "vlan %s: expected the PIF that it stands on, found no pif record '%s'",
                    record->rec.ref, record->tagged_PIF);
    }
}

const struct dbc_pif *dbc_datapath_pif(const struct dbc_db *db, const struct dbc_pif *pif,
                                       struct dbc_error *err)
{
    const struct dbc_pif *below = NULL;

    if (!dbc_pif_is_vlan(pif)) {
        return pif;
    }
    below = dbc_vlan_slave(db, pif);
    if (below == NULL) {
        vlan_on_nothing(db, pif, err);
        return NULL;
    }
    if (dbc_pif_is_vlan(below)) {
        conflict(db, &pif->rec, err, "a VLAN that stands on a PIF that is no VLAN",
                 below == pif ? "one on itself" : below->rec.ref);
        return NULL;
    }
    return below;
}

int dbc_physical_pifs(const struct dbc_db *db, const struct dbc_pif *datapath, struct dbc_pifs *ret,
                      struct dbc_error *err)
{
    if (dbc_pif_is_tunnel(db, datapath)) {
        return 0;
    }
    if (dbc_pif_is_bond(db, datapath)) {
        return dbc_bond_slaves(db, datapath, ret, err);
    }
    return dbc_pifs_push(ret, datapath, err);
}

/* ---- Starting points ---------------------------------------------------------------------- */

const struct dbc_pif *dbc_management_pif(const struct dbc_db *db)
{
    const struct dbc_pif *first = NULL, *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        if (pif->management && dbc_db_bond(db, pif->bond_slave_of) == NULL) {
            return pif;
        }
        if (pif->management && first == NULL) {
            first = pif;
        }
    }
    return first;
}

static const struct dbc_pif *first_pif(const struct dbc_db *db, const struct dbc_network *network)
{
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; i < network->PIFs.n && pif == NULL; i++) {
        pif = dbc_db_pif(db, network->PIFs.v[i]);
    }
    return pif;
}

static void bridge_without_pif(const struct dbc_db *db, const struct dbc_network *network,
                               const char *bridge, struct dbc_error *err)
{
    if (network == NULL) {
        dbc_fail_at(err, DBC_ENOENT, db->source, 0, 0,
                    "expected a network with bridge '%s', found none", bridge);
    } else if (network->PIFs.n == 0) {
        dbc_fail_at(err, DBC_ENOENT, db->source, network->rec.line, 0,
                    "network %s of bridge '%s': expected a PIF of this host, found an empty list",
                    network->rec.ref, bridge);
    } else {
        dbc_fail_at(err, DBC_ENOENT, db->source, network->rec.line, 0,
                    "network %s of bridge '%s': expected a PIF of this host, found no pif record "
                    "'%s'",
                    network->rec.ref, bridge, network->PIFs.v[0]);
    }
}

const struct dbc_pif *dbc_pif_by_bridge(const struct dbc_db *db, const char *bridge,
                                        struct dbc_error *err)
{
    const struct dbc_network *first = dbc_db_network_by_bridge(db, bridge), *network = NULL;
    const struct dbc_pif *pif = first == NULL ? NULL : first_pif(db, first);

    for (size_t i = 0; first != NULL && pif == NULL; i++) {
        network = dbc_db_network_at(db, i);
        if (network == NULL) {
            break;
        }
        if (strcmp(network->bridge, bridge) == 0) {
            pif = first_pif(db, network);
        }
    }
    if (pif == NULL) {
        bridge_without_pif(db, first, bridge, err);
    }
    return pif;
}
