/* read.h - what the reading halves share: read.c walks the file and owns this state, read_bridge.c
 * makes PIFs, bonds and VLANs of bridges, read_interface.c reads addresses and settings,
 * read_config.c says which keys of other_config a record gets. */
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
    struct dbc_pif *pif; /* NULL: none on this host */
    json_t *port;        /* of a bond; NULL: none */
    const char *vlan;    /* the VLAN record that stands on its parent; NULL: no VLAN */
    struct dbc_networkd_bridge *vlans, *next_vlan; /* on this bridge, the last one first */
    size_t n_vlans;
};

/* Failures (memory, limits) are sticky: the first is in *err, all later calls do nothing.  Warnings
 * and losses are told as they are met. */
struct dbc_networkd_reader {
    const char *name, *management;
    struct dbc_warnings warnings;
    dbc_loss_fn *loss;
    void *ctx;
    struct dbc_error *err;
    bool failed;
    unsigned n_refs;
    bool gro_off; /* of the releases that turn gro off by themselves, and lro */
    struct dbc_db *db;
    json_t *bridges_json, *interfaces; /* NULL or an object */
    const char *gateway, *dns;         /* interfaces; NULL: not said */
    struct dbc_arena scratch;          /* for what is needed while reading */
    struct dbc_networkd_bridge *bridges;
    size_t n_bridges;
    struct dbc_hash by_name; /* bridge -> struct dbc_networkd_bridge */
    struct dbc_hash devices; /* NIC or bond -> struct dbc_pif */
    struct dbc_hash macs;    /* NIC -> json of interface_order */
    struct dbc_hash used;    /* interfaces that a record speaks for */
};

/* ---- reader.c ----------------------------------------------------------------------------- */

void dbc_networkd_warn(struct dbc_networkd_reader *r, const char *what, const char *fmt, ...)
    DBC_PRINTF(3, 4);
void dbc_networkd_lose(struct dbc_networkd_reader *r, enum dbc_loss_kind kind, const char *what,
                       const char *field, const char *value, const char *why);
/* Members of a record: warned of and left out when of another type. */
const char *dbc_networkd_text(struct dbc_networkd_reader *r, const char *what, json_t *record,
                              const char *member);
json_t *dbc_networkd_object(struct dbc_networkd_reader *r, const char *what, json_t *record,
                            const char *member);
json_t *dbc_networkd_array(struct dbc_networkd_reader *r, const char *what, json_t *record,
                           const char *member);
/* Tells of members that are not in `known`, which ends with NULL. */
void dbc_networkd_unknown(struct dbc_networkd_reader *r, const char *what, json_t *record,
                          const char *const *known);

/* A new record with an invented reference, or NULL; a field by its name in a cache or, of one that
 * no cache has, in XAPI. */
struct dbc_record *dbc_networkd_add(struct dbc_networkd_reader *r, enum dbc_class class_);
void dbc_networkd_set(struct dbc_networkd_reader *r, struct dbc_record *rec, const char *field,
                      const char *text);
void dbc_networkd_set_refs(struct dbc_networkd_reader *r, struct dbc_record *rec, const char *field,
                           const char *const *refs, size_t n);
/* The interface's configuration, or NULL; from now on somebody speaks for it. */
json_t *dbc_networkd_interface(struct dbc_networkd_reader *r, const char *name);
void dbc_networkd_put(struct dbc_networkd_reader *r, struct dbc_hash *hash, const char *key,
                      void *value);
/* A copy that lives until the end of the reading; "" after a failure. */
const char *dbc_networkd_keep(struct dbc_networkd_reader *r, const char *text);
const char *dbc_networkd_keep_buf(struct dbc_networkd_reader *r, const struct dbc_buf *text);

/* ---- read_bridge.c ------------------------------------------------------------------------ */

/* PIF, bond and slaves of a bridge with a port; tells what a bridge without one may be. */
void dbc_networkd_read_port(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
/* VLAN and PIF of a bridge with `vlan`; after all ports. */
void dbc_networkd_read_vlan(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
void dbc_networkd_link_vlans(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
void dbc_networkd_slave_networks(struct dbc_networkd_reader *r);
bool dbc_networkd_is_vlan(const struct dbc_networkd_bridge *b);

/* ---- read_interface.c --------------------------------------------------------------------- */

void dbc_networkd_read_address(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);
/* The interface's MTU; 0: not said. */
unsigned dbc_networkd_mtu(struct dbc_networkd_reader *r, const char *name, json_t *iface);
/* For an interface that no PIF is made of: tells what addresses it has. */
void dbc_networkd_lose_addresses(struct dbc_networkd_reader *r, const char *name, json_t *iface,
                                 const char *why);
/* "NET/LEN/GW,..." of `ipv4_routes`, or of a text that is meant so; NULL when there is none. */
const char *dbc_networkd_routes(struct dbc_networkd_reader *r, const char *name, json_t *iface);
const char *dbc_networkd_routes_text(struct dbc_networkd_reader *r, const char *name,
                                     const char *text);
/* Search domains, "a,b"; NULL when there is none. */
const char *dbc_networkd_domains(struct dbc_networkd_reader *r, const char *name, json_t *iface);

/* ---- read_config.c ------------------------------------------------------------------------ */

/* other_config of a bridge's network and PIF (NULL: none), and the network's MTU. */
void dbc_networkd_read_config(struct dbc_networkd_reader *r, struct dbc_networkd_bridge *b);

#endif
