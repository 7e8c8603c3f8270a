/* write.h - what the parts of writing share: write.c decides what the file has, write_bridge.c
 * makes bridges and ports, write_interface.c addresses and settings of interfaces. */
#ifndef DBC_NETWORKD_WRITE_H
#define DBC_NETWORKD_WRITE_H

#include <jansson.h>

#include "base/hash.h"
#include "model/topology.h"
#include "networkd/common.h"
#include "networkd/networkd.h"

/* A failure stays: the first is in *err. */
struct dbc_networkd_writer {
    const struct dbc_db *db;
    enum dbc_networkd_shape shape;
    dbc_loss_fn *loss;
    void *ctx;
    struct dbc_error *err;
    bool failed;
    json_t *bridges, *interfaces;
    struct dbc_hash by_network;       /* reference of a network -> the PIF of its bridge */
    struct dbc_hash slave_by_network; /* the same for slaves of bonds */
    struct dbc_hash at_boot;          /* references of PIFs that are brought up at boot */
};

/* ---- writer.c ----------------------------------------------------------------------------- */

void dbc_networkd_no_memory(struct dbc_networkd_writer *w); /* fails with DBC_ENOMEM */
/* Reports a loss. */
void dbc_networkd_drop(struct dbc_networkd_writer *w, enum dbc_loss_kind kind, const char *what,
                       const char *field, const char *value, const char *why);
/* "pif eth0.12" */
struct dbc_networkd_what dbc_networkd_pif_name(const struct dbc_pif *pif);
/* Returns a value that jansson just made.  NULL means no memory, since texts are valid UTF-8 here,
 * and is a failure. */
json_t *dbc_networkd_made(struct dbc_networkd_writer *w, json_t *value);
/* Add a value, which is taken in any case. */
void dbc_networkd_add_item(struct dbc_networkd_writer *w, json_t *list, json_t *item_taken);
void dbc_networkd_add_key(struct dbc_networkd_writer *w, json_t *object, const char *key,
                          json_t *value_taken);

/* Makes a record of its members in the order of their declaration, which today's releases reverse.
 * Values are taken; a member with NULL is left out. */
struct dbc_networkd_field {
    const char *name;
    json_t *value;
};
json_t *dbc_networkd_make(struct dbc_networkd_writer *w, const struct dbc_networkd_field *fields,
                          size_t n);

/* ---- write_bridge.c ----------------------------------------------------------------------- */

void dbc_networkd_write_network(struct dbc_networkd_writer *w, const struct dbc_network *network);

/* ---- write_interface.c -------------------------------------------------------------------- */

#define DBC_NETWORKD_MTU 1500 /* the standard */

/* What interface_config has of one device. */
struct dbc_networkd_device {
    const char *name;
    const char *record;        /* for messages: the record that has the routes and ethtool keys */
    const struct dbc_pif *pif; /* whose address the device, its bridge, gets; NULL: no address */
    const struct dbc_map *ethtool;
    const char *routes; /* static-routes, or NULL */
    unsigned mtu;
    bool persistent;
};

void dbc_networkd_write_interface(struct dbc_networkd_writer *w,
                                  const struct dbc_networkd_device *device);
/* Returns the MTU of the map, an other_config, else the network's, else 1500.  A bad one is a loss
 * of `what`. */
unsigned dbc_networkd_choose_mtu(struct dbc_networkd_writer *w, const char *what,
                                 const struct dbc_map *map, const struct dbc_network *network);

#endif
