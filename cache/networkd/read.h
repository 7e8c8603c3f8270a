/* read.h - what the parts of reading share: read.c walks the file and owns this state,
 * read_bridge.c makes PIFs, bonds and VLANs of bridges, read_interface.c reads addresses, routes
 * and MTUs, read_config.c makes other_config.  `what` names the thing in a warning or loss. */
#ifndef DBC_NETWORKD_READ_H
#define DBC_NETWORKD_READ_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/warnings.h"
#include "model/database.h"
#include "model/loss.h"
#include "networkd/common.h"
#include "networkd/json.h"

/* A bridge of the file on its way to records. */
struct dbc_networkd_bridge {
    const char *name;
    json_t *config;
    json_t *iface; /* its interface_config; NULL: none */
    struct dbc_network *network;
    struct dbc_pif *pif;                           /* NULL: none on this host */
    json_t *port;                                  /* of a bond; NULL: none */
    const char *vlan;                              /* the reference of its VLAN; NULL: none */
    struct dbc_networkd_bridge *vlans, *next_vlan; /* on this bridge, the last one first */
    size_t n_vlans;
};

/* A failure (memory, limits) stays: the first is in *err, and later calls make no records. */
struct dbc_networkd_reader {
    const char *name, *management;
    struct dbc_warnings warnings;
    dbc_loss_fn *loss;
    void *ctx;
    struct dbc_error *err;
    bool failed;
    unsigned n_refs;
    bool gro_off; /* the file is of a release that turns gro off by itself, as all do with lro */
    struct dbc_db *db;
    json_t *bridges_json, *interfaces; /* NULL or an object */
    const char *gateway, *dns;         /* gateway_interface and dns_interface, or NULL */
    struct dbc_arena scratch;          /* lives until the end of the reading */
    struct dbc_networkd_bridge *bridges;
    size_t n_bridges;
    struct dbc_hash by_name; /* bridge -> struct dbc_networkd_bridge */
    struct dbc_hash devices; /* NIC or bond -> struct dbc_pif */
    struct dbc_hash macs;    /* NIC -> its MAC in interface_order, JSON */
    struct dbc_hash used;    /* interfaces that were read for a record */
};

/* ---- reader.c ----------------------------------------------------------------------------- */

void dbc_networkd_warn(struct dbc_networkd_reader *r, const char *what, const char *fmt, ...)
    DBC_PRINTF(3, 4);
void dbc_networkd_lose(struct dbc_networkd_reader *r, enum dbc_loss_kind kind, const char *what,
                       const char *field, const char *value, const char *why);
/* Return a member of a record, or NULL when there is none, or after a warning when it is of another
 * type. */
const char *dbc_networkd_text(struct dbc_networkd_reader *r, const char *what, json_t *record,
                              const char *member);
json_t *dbc_networkd_object(struct dbc_networkd_reader *r, const char *what, json_t *record,
                            const char *member);
json_t *dbc_networkd_array(struct dbc_networkd_reader *r, const char *what, json_t *record,
                           const char *member);
/* Tells of members that are not in `known`, which ends with NULL. */
void dbc_networkd_unknown(struct dbc_networkd_reader *r, const char *what, json_t *record,
                          const char *const *known);

/* Returns a new record with an invented reference, or NULL after a failure. */
struct dbc_record *dbc_networkd_add(struct dbc_networkd_reader *r, enum dbc_class class_);
/* Set a field, by its name in a cache; dbc_networkd_set also one that only XAPI has, by its name
 * there.  `rec` may be NULL. */
void dbc_networkd_set(struct dbc_networkd_reader *r, struct dbc_record *rec, const char *field,
                      const char *text);
void dbc_networkd_set_refs(struct dbc_networkd_reader *r, struct dbc_record *rec, const char *field,
                           const char *const *refs, size_t n);
/* Returns the configuration of an interface, or NULL, and notes that a record uses it. */
json_t *dbc_networkd_interface(struct dbc_networkd_reader *r, const char *name);
void dbc_networkd_put(struct dbc_networkd_reader *r, struct dbc_hash *hash, const char *key,
                      void *value);
/* Return a copy that lives until the end of the reading; "" after a failure. */
const char *dbc_networkd_keep(struct dbc_networkd_reader *r, const char *text);
const char *dbc_networkd_keep_buf(struct dbc_networkd_reader *r, const struct dbc_buf *text);

/* ---- read_bridge.c ------------------------------------------------------------------------ */

/* Makes the PIF, or the bond with its slaves, of a bridge with a port.  One without is a loss. */
void dbc_networkd_read_port(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
/* Makes the VLAN and PIF of a bridge with `vlan`, after all ports. */
void dbc_networkd_read_vlan(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
/* Sets VLAN_slave_of of the bridge's PIF, after all VLANs. */
void dbc_networkd_link_vlans(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
/* Gives a network to each slave of a bond that has none. */
void dbc_networkd_slave_networks(struct dbc_networkd_reader *r);
bool dbc_networkd_is_vlan(const struct dbc_networkd_bridge *b);

/* ---- read_interface.c --------------------------------------------------------------------- */

/* Sets the PIF's addresses, gateways and name servers from the bridge's interface. */
void dbc_networkd_read_address(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
/* Returns the interface's MTU in bytes, or 0. */
unsigned dbc_networkd_mtu(struct dbc_networkd_reader *r, const char *name, json_t *iface);
/* Tells of the addresses of an interface that can have none in a cache. */
void dbc_networkd_lose_addresses(struct dbc_networkd_reader *r, const char *name, json_t *iface,
                                 const char *why);
/* Return the good routes of `ipv4_routes`, or of the text of static-routes, as "NET/LEN/GW,..."; or
 * NULL. */
const char *dbc_networkd_routes(struct dbc_networkd_reader *r, const char *name, json_t *iface);
const char *dbc_networkd_routes_text(struct dbc_networkd_reader *r, const char *name,
                                     const char *text);
/* Returns the search domains, "a,b", or NULL. */
const char *dbc_networkd_domains(struct dbc_networkd_reader *r, const char *name, json_t *iface);

/* ---- read_config.c ------------------------------------------------------------------------ */

/* Sets other_config of a bridge's network, PIF and slaves, and the network's MTU. */
void dbc_networkd_read_config(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);

#endif
