/* edits.h - changes of Open vSwitch (diff.h) as edits of single rows of its database, which can be
 * reversed.  Edits are JSON, so that they can be kept in a file and undone by another process.
 *
 *   {"do": "insert", "table", "name", "row", "uuid"}     a new row; other edits refer to it by
 *                                                        `name` until `uuid` is known
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

/* Makes edits of the changes (diff.h) from the observed state `seen` to `wanted`; only the switch,
 * bridges and ports count.  When a bridge changes its kind, parent or tag, the ports of VMs on it
 * go along.  A wanted interface is taken out of the port that has it.  Returns 0, or -1: DBC_ENOENT
 * for a port or VLAN of a bridge that does not exist, DBC_ENOMEM.  The caller releases `ret` in any
 * case. */
int ifr_edits_make(const struct ifr_state *seen, const struct ifr_state *wanted,
                   const struct ifr_changes *changes, struct ifr_edits *ret, struct dbc_error *err);
/* Makes edits that remove what managers and controllers have set, as `ovs-vsctl emer-reset` does:
 * controllers, mirrors, NetFlow, sFlow, IPFIX, flooded VLANs, rate limits, keys of other_config.
 * Keys that are attributes of ours (state.h) stay, and so do fail modes, managers and certificates,
 * which a wanted state sets.  Errors are those of ifr_ovsdb_transact.  The caller releases `ret` in
 * any case. */
int ifr_edits_reset(struct ifr_ovsdb *db, struct ifr_edits *ret, struct dbc_error *err);
void ifr_edits_release(struct ifr_edits *edits);

/* Returns the operations of one transaction, or NULL when out of memory: waits (may be NULL),
 * edits, a comment, and the counter by which ovs-vswitchd notices a change.  The last operation
 * selects next_cfg of the row `root`.  *first is the index of the first insert; inserts follow each
 * other in the order of the list. */
json_t *ifr_edits_wire(const json_t *list, const json_t *waits, const char *root,
                       const char *comment, size_t *first);
/* Replaces the names of inserted rows by their UUIDs, from the results of that transaction.  A name
 * without a UUID stays.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_edits_resolve(json_t *list, const json_t *results, size_t first, struct dbc_error *err);
/* The same from {NAME: ["uuid", UUID]}. */
int ifr_edits_resolve_names(json_t *list, const json_t *uuids, struct dbc_error *err);

/* Put a value at the end of an array, or into an object.  They return the array or the object; NULL
 * when out of memory, or given NULL. */
json_t *ifr_json_push(json_t *array, json_t *item);
json_t *ifr_json_put(json_t *object, const char *key, json_t *value);
/* Return a new array of the names of an object's members, or of `n` texts; NULL when out of
 * memory. */
json_t *ifr_json_names(const json_t *object);
json_t *ifr_json_texts(const char *const *texts, size_t n);

#endif
