/* topology.h - how the records hang together: which bridge a PIF has, what a bond is made of, what
 * a VLAN stands on.  Questions only; references to nothing and to the wrong class read as "none".
 *
 * The words are those of interface-reconfigure(8):
 *   ipdev          the device that gets the address: the network's bridge, or the PIF's netdev
 *   netdev name    device, or device.VLAN for a VLAN PIF
 *   datapath PIF   the PIF itself, for a VLAN the PIF that it stands on (its VLAN slave)
 *   physical PIFs  a bond's slaves, nothing for a tunnel, else the PIF itself
 */
#ifndef DBC_MODEL_TOPOLOGY_H
#define DBC_MODEL_TOPOLOGY_H

#include "model/database.h"

/* A list of PIFs; the array belongs to the caller (dbc_pifs_release), the PIFs to the database. */
struct dbc_pifs {
    const struct dbc_pif **v;
    size_t n, cap;
};

#define DBC_PIFS_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }
int dbc_pifs_push(struct dbc_pifs *list, const struct dbc_pif *pif, struct dbc_error *err);
bool dbc_pifs_has(const struct dbc_pifs *list, const struct dbc_pif *pif);
void dbc_pifs_release(struct dbc_pifs *list);

const struct dbc_network *dbc_pif_network(const struct dbc_db *db, const struct dbc_pif *pif);
const char *dbc_pif_bridge(const struct dbc_db *db, const struct dbc_pif *pif); /* "": none */
/* "device" or "device.TAG", made in `out`, cut there when longer (no kernel takes such a name).  An
 * ipdev that is a bridge is the database's own string, of any length. */
#define DBC_NETDEV_NAME_SIZE 64
const char *dbc_pif_netdev(const struct dbc_pif *pif, char out[DBC_NETDEV_NAME_SIZE]);
const char *dbc_pif_ipdev(const struct dbc_db *db, const struct dbc_pif *pif,
                          char out[DBC_NETDEV_NAME_SIZE]);

bool dbc_pif_is_vlan(const struct dbc_pif *pif); /* its VLAN field is other than -1 and not empty */
bool dbc_pif_is_tunnel(const struct dbc_db *db, const struct dbc_pif *pif); /* access PIF */
bool dbc_pif_is_bond(const struct dbc_db *db, const struct dbc_pif *pif);   /* bond master */

/* 0 or -1 (DBC_ENOMEM; DBC_ECONFLICT for a cycle).  Lists are appended to, in source order.
 *
 * The slaves of the first bond in bond_master_of that exists, each once; none for a PIF that is no
 * bond.  DBC_ECONFLICT: a slave that is a bond itself, or a VLAN on this bond. */
int dbc_bond_slaves(const struct dbc_db *db, const struct dbc_pif *bond, struct dbc_pifs *ret,
                    struct dbc_error *err);
/* The master of the bond in bond_slave_of: one PIF or none.  DBC_ECONFLICT: its own master. */
int dbc_bond_masters(const struct dbc_db *db, const struct dbc_pif *slave, struct dbc_pifs *ret,
                     struct dbc_error *err);
/* The PIF that a VLAN stands on; NULL when it is no VLAN or the records do not say. */
const struct dbc_pif *dbc_vlan_slave(const struct dbc_db *db, const struct dbc_pif *vlan);
int dbc_vlan_masters(const struct dbc_db *db, const struct dbc_pif *pif, struct dbc_pifs *ret,
                     struct dbc_error *err);
/* DBC_ECONFLICT: a VLAN on a VLAN or on itself; DBC_ENOENT: a VLAN on nothing.  The message names
 * record, line and what is missing. */
const struct dbc_pif *dbc_datapath_pif(const struct dbc_db *db, const struct dbc_pif *pif,
                                       struct dbc_error *err);
int dbc_physical_pifs(const struct dbc_db *db, const struct dbc_pif *datapath, struct dbc_pifs *ret,
                      struct dbc_error *err);
/* The PIF that carries the host's management: the first with management=True that is no bond slave
 * (installers set it on the slaves too); else the first with management=True; NULL: none. */
const struct dbc_pif *dbc_management_pif(const struct dbc_db *db);
/* Of a bridge: the first PIF that exists of the first network with this bridge that has one; VLAN
 * and tunnel PIFs included.  DBC_ENOENT says what is missing: network, PIF list, PIF. */
const struct dbc_pif *dbc_pif_by_bridge(const struct dbc_db *db, const char *bridge,
                                        struct dbc_error *err);

#endif
