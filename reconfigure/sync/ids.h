/* ids.h - a map column of Open vSwitch's database (external_ids, other_config) in one block of
 * memory instead of a tree, since a host may have thousands of them. */
#ifndef IFR_SYNC_IDS_H
#define IFR_SYNC_IDS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

struct ifr_sync_ids {
    char *text; /* each key and its value, each with its NUL; NULL: the map is empty */
    size_t len;
};

/* Copies the map in `cell` (["map", [[KEY, VALUE], ...]]); `ids` must be zeroed or have a map.
 * Returns 1 when the map differs from the one before, 0 when it is the same, or -1 with the old map
 * kept: DBC_EPARSE (no map of strings), DBC_ENOMEM. */
int ifr_sync_ids_set(struct ifr_sync_ids *ids, const json_t *cell, struct dbc_error *err);
void ifr_sync_ids_release(struct ifr_sync_ids *ids);

/* Returns the value of the key, or NULL. */
const char *ifr_sync_ids_get(const struct ifr_sync_ids *ids, const char *key);
/* Returns the map as the database writes it, which the caller decrefs; NULL: out of memory. */
json_t *ifr_sync_ids_json(const struct ifr_sync_ids *ids);

#endif
