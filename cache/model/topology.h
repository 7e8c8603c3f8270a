/* topology.h - how the records relate: which bridge a PIF has, which slaves a bond has, which PIF
 * carries a VLAN.  Changes nothing.  A reference to nothing or to another class counts as none.
 *
 * The words are those of interface-reconfigure(8):
 *   ipdev          the device that gets the address: the network's bridge, or the PIF's netdev
 *   netdev name    device, or device.VLAN for a VLAN PIF
 *   datapath PIF   the PIF itself; for a VLAN the PIF that carries it (its VLAN slave)
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

#define DBC_PIFS_INIT ((struct dbc_pifs){ 0 })
/* Returns 0, or -1 with DBC_ENOMEM. */
int dbc_pifs_push(struct dbc_pifs *list, const struct dbc_pif *pif, struct dbc_error *err);
bool dbc_pifs_has(const struct dbc_pifs *list, const struct dbc_pif *pif);
void dbc_pifs_release(struct dbc_pifs *list); /* makes it DBC_PIFS_INIT */

/* Returns the network, or NULL. */
const struct dbc_network *dbc_pif_network(const struct dbc_db *db, const struct dbc_pif *pif);
const char *dbc_pif_bridge(const struct dbc_db *db, const struct dbc_pif *pif); /* "": none */
/* Return the netdev name, made in `out` and cut there (no kernel takes a longer name), and the
 * ipdev, which is `out` or the bridge in the database, of any length. */
#define DBC_NETDEV_NAME_SIZE 64
const char *dbc_pif_netdev(const struct dbc_pif *pif, char out[DBC_NETDEV_NAME_SIZE]);
const char *dbc_pif_ipdev(const struct dbc_db *db, const struct dbc_pif *pif,
                          char out[DBC_NETDEV_NAME_SIZE]);

bool dbc_pif_is_vlan(const struct dbc_pif *pif); /* its VLAN field is other than -1 and not empty */
/* Whether the PIF is the access PIF of a tunnel, or the master of a bond, that exists. */
bool dbc_pif_is_tunnel(const struct dbc_db *db, const struct dbc_pif *pif);
bool dbc_pif_is_bond(const struct dbc_db *db, const struct dbc_pif *pif);

/* The functions with `ret` append PIFs to it, in the order of the source.  They return 0, or -1:
 * DBC_ENOMEM, and DBC_ECONFLICT for a cycle.
 *
 * The slaves of the first bond in bond_master_of that exists, each once; none for a PIF that is no
 * bond.  DBC_ECONFLICT: a slave that is a bond itself, or a VLAN on this bond. */
int dbc_bond_slaves(const struct dbc_db *db, const struct dbc_pif *bond, struct dbc_pifs *ret,
                    struct dbc_error *err);
/* The master of the bond in bond_slave_of: one PIF or none.  DBC_ECONFLICT: the slave itself. */
int dbc_bond_masters(const struct dbc_db *db, const struct dbc_pif *slave, struct dbc_pifs *ret,
                     struct dbc_error *err);
/* Returns the PIF that carries a VLAN; NULL when `vlan` is none or the records do not say. */
const struct dbc_pif *dbc_vlan_slave(const struct dbc_db *db, const struct dbc_pif *vlan);
/* The PIFs of the VLANs on a PIF.  DBC_ECONFLICT: the PIF itself is one. */
int dbc_vlan_masters(const struct dbc_db *db, const struct dbc_pif *pif, struct dbc_pifs *ret,
                     struct dbc_error *err);
/* Returns the datapath PIF.  NULL: DBC_ECONFLICT for a VLAN on a VLAN or on itself, DBC_ENOENT for
 * one that no PIF carries.  The message names record, line and what is missing. */
const struct dbc_pif *dbc_datapath_pif(const struct dbc_db *db, const struct dbc_pif *pif,
                                       struct dbc_error *err);
/* The physical PIFs of a datapath PIF.  Errors as dbc_bond_slaves. */
int dbc_physical_pifs(const struct dbc_db *db, const struct dbc_pif *datapath, struct dbc_pifs *ret,
                      struct dbc_error *err);
/* Returns the PIF that carries the host's management, or NULL: the first with management=True that
 * is no bond slave (installers set it on the slaves too), else the first with management=True. */
const struct dbc_pif *dbc_management_pif(const struct dbc_db *db);
/* Returns the first existing PIF of the first network with this bridge that has one; it may be a
 * VLAN or a tunnel.  NULL: DBC_ENOENT says what is missing: the network, its list, or the PIF. */
const struct dbc_pif *dbc_pif_by_bridge(const struct dbc_db *db, const char *bridge,
                                        struct dbc_error *err);

#endif
