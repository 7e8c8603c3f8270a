/* edits.h - changes of Open vSwitch (diff.h) as edits of single rows of its database, each with its
 * opposite.  Edits are JSON, so that they can be kept in a file and undone by another process.
 *
 *   {"do": "insert", "table", "name", "row", "uuid"}     a new row; `name` stands for its UUID,
 *                                                        which is there once it is known
 *   {"do": "attach" | "detach", "table", "row", "column", "of", "child"}
 *                                                        a row of table `of` in a set of references
 *   {"do": "set", "table", "row", "column", "before", "after"}
 *   {"do": "key", "table", "row", "column", "key", "before", "after"}   null: there is no such key
 *
 * `row` and `child` are ["uuid", UUID] or ["named-uuid", NAME].  A row that nothing refers to any
 * more is deleted by the database itself. */
#ifndef IFR_STATE_EDITS_H
#define IFR_STATE_EDITS_H

#include <jansson.h>

#include "reconfigure/state/diff.h"

struct ifr_ovsdb;

struct ifr_edits {
    json_t *list;  /* the edits */
    json_t *waits; /* `wait` operations that assert the rows which were read */
};

#define IFR_EDITS_INIT                                                                             \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

/* From changes between `seen`, an observed state, and a wanted one; only the switch, bridges and
 * ports are looked at.  What VMs have on a bridge that changes its kind, parent or tag goes with
 * it; an interface that another port has is taken out of that.  `wanted` is what the changes come
 * from. DBC_ENOMEM; DBC_ENOENT: a port or VLAN of a bridge that does not exist. */
int ifr_edits_make(const struct ifr_state *seen, const struct ifr_state *wanted,
                   const struct ifr_changes *changes, struct ifr_edits *ret, struct dbc_error *err);
/* What takes away the settings of managers and controllers, as `ovs-vsctl emer-reset` does: their
 * connections, mirrors, NetFlow, sFlow, IPFIX, rate limits, and keys of other_config.  Keys that
 * are attributes of ours (state.h) stay, and so do fail modes, managers and certificates: a wanted
 * state says what they become.  Fails as ifr_ovsdb_transact does. */
int ifr_edits_reset(struct ifr_ovsdb *db, struct ifr_edits *ret, struct dbc_error *err);
void ifr_edits_release(struct ifr_edits *edits);

/* The operations of one transaction: waits, edits, a comment, and the counter by which
 * ovs-vswitchd knows of a change.  The last operation selects next_cfg of the row `root`.  The
 * index of the first insert's operation goes to *first; inserts come one after the other, in the
 * order of the list.  NULL when out of memory. */
json_t *ifr_edits_wire(const json_t *list, const json_t *waits, const char *root,
                       const char *comment, size_t *first);
/* Replaces the names of inserted rows by their UUIDs, from the results of that transaction.
 * A name without one stays.  DBC_ENOMEM. */
int ifr_edits_resolve(json_t *list, const json_t *results, size_t first, struct dbc_error *err);
/* The same from {NAME: ["uuid", UUID]}. */
int ifr_edits_resolve_names(json_t *list, const json_t *uuids, struct dbc_error *err);

/* The names of an object's members, as an array. */
json_t *ifr_json_names(const json_t *object);
/* `n` texts as an array. */
json_t *ifr_json_texts(const char *const *texts, size_t n);

#endif
