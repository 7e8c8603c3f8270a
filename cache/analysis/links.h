/* links.h - follows every reference of a database once and keeps the result for each record, since
 * many rules ask the same of 4,000 VLANs. */
#ifndef DBC_ANALYSIS_LINKS_H
#define DBC_ANALYSIS_LINKS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/database.h"
#include "model/schema.h"

/* One reference that is not null. */
struct dbc_link {
    const struct dbc_record *from;
    const struct dbc_field *field;
    const char *ref;
    const struct dbc_record *to; /* NULL: no such record of the field's class */
};

#define DBC_SINGLES 3 /* REF fields of a class, at most */

/* What the links say of one record; words as in model/topology.h. */
struct dbc_node {
    const struct dbc_record *rec;
    const struct dbc_record *single[DBC_SINGLES]; /* where its REF fields lead, in their order */
    const char *netdev;                           /* of a PIF, "" for others */
    const struct dbc_network *network;            /* of a PIF */
    const struct dbc_vlan *vlan;                  /* of a PIF: its VLAN_master_of, tagged or not */
    const struct dbc_pif *parent;                 /* of a VLAN record or VLAN PIF: the PIF below */
    const struct dbc_bond *bond;                  /* the first bond whose master the PIF is */
    const struct dbc_bond *slave_of;
    bool tunnel;     /* the PIF is the access PIF of a tunnel */
    unsigned listed; /* for rules_refs.c: a bit for each relation whose list agrees */
    size_t seen;     /* for rules_refs.c: the last link that led here, from 1 */
    unsigned mtu;    /* of a network, for rules_mtu.c; 0: not computed yet */
};

struct dbc_links {
    struct dbc_link *v; /* by class, record, field and place in the list */
    size_t n;
    struct dbc_node *nodes; /* by class and record */
    size_t n_nodes;
    size_t first[DBC_N_CLASSES]; /* node of each class's first record */
    uint32_t *slots;             /* record's address -> place in `nodes` plus 1 */
    size_t mask;
    struct dbc_arena arena;
};

#define DBC_LINKS_INIT ((struct dbc_links){ 0 })

/* Returns 0, or -1 with DBC_ENOMEM, when there is nothing to release.  `db` must outlive the links.
 */
int dbc_links_make(const struct dbc_db *db, struct dbc_links *ret, struct dbc_error *err);
void dbc_links_release(struct dbc_links *links);

/* Returns the node of a record, which must be one of the database. */
struct dbc_node *dbc_links_node(const struct dbc_links *links, const struct dbc_record *rec);

#endif
