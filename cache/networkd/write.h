/* write.h - what the writing halves share: write.c decides what the file says, write_bridge.c makes
 * bridges and ports, write_interface.c addresses and settings of interfaces. */
#ifndef DBC_NETWORKD_WRITE_H
#define DBC_NETWORKD_WRITE_H

#include <jansson.h>

#include "base/hash.h"
#include "model/topology.h"
#include "networkd/common.h"
#include "networkd/networkd.h"

/* Failures are sticky: the first is in *err. */
struct dbc_networkd_writer {
    const struct dbc_db *db;
    enum dbc_networkd_shape shape;
    dbc_loss_fn *loss;
    void *ctx;
    struct dbc_error *err;
    bool failed;
    json_t *bridges, *interfaces;
    struct dbc_hash by_network;       /* network's reference -> the PIF that its bridge is for */
    struct dbc_hash slave_by_network; /* likewise, of bonds' slaves */
    struct dbc_hash at_boot;          /* references of PIFs that are brought up at boot */
};

/* ---- writer.c ----------------------------------------------------------------------------- */

void dbc_networkd_no_memory(struct dbc_networkd_writer *w);
void dbc_networkd_drop(struct dbc_networkd_writer *w, enum dbc_loss_kind kind, const char *what,
                       const char *field, const char *value, const char *why);
/* "pif eth0.12" */
struct dbc_networkd_what dbc_networkd_pif_name(const struct dbc_pif *pif);
/* jansson's constructors give NULL for want of memory (their texts are ASCII here): passes `value`
 * on and notices. */
json_t *dbc_networkd_made(struct dbc_networkd_writer *w, json_t *value);
void dbc_networkd_add_item(struct dbc_networkd_writer *w, json_t *list, json_t *item_taken);
void dbc_networkd_add_key(struct dbc_networkd_writer *w, json_t *object, const char *key,
                          json_t *value_taken);

/* A record: its members in the order of their declaration, which today's releases reverse.  Values
 * are taken; NULL: the member is left out. */
struct dbc_networkd_field {
    const char *name;
    json_t *value;
};
json_t *dbc_networkd_make(struct dbc_networkd_writer *w, const struct dbc_networkd_field *fields,
                          size_t n);

/* ---- write_bridge.c ----------------------------------------------------------------------- */

void dbc_networkd_write_network(struct dbc_networkd_writer *w, const struct dbc_network *network);

/* ---- write_interface.c -------------------------------------------------------------------- */

#define DBC_NETWORKD_MTU 1500 /* where nobody says another */

/* What interface_config says of one device. */
struct dbc_networkd_device {
    const char *name;
    const char *record;        /* what routes and ethtool keys are of, for messages */
    const struct dbc_pif *pif; /* whose address it has, being its bridge; NULL: none */
    const struct dbc_map *ethtool;
    const char *routes; /* static-routes, or NULL */
    unsigned mtu;
    bool persistent;
};

void dbc_networkd_write_interface(struct dbc_networkd_writer *w,
                                  const struct dbc_networkd_device *device);
/* An MTU of other_config, else the network's, else 1500. */
unsigned dbc_networkd_choose_mtu(struct dbc_networkd_writer *w, const char *what,
                                 const struct dbc_map *map, const struct dbc_network *network);

#endif
