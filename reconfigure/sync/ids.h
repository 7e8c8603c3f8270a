/* ids.h - a map column of Open vSwitch's database (external_ids, other_config) kept small: one
 * block of memory instead of a tree, since a host may have thousands. */
#ifndef IFR_SYNC_IDS_H
#define IFR_SYNC_IDS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"

struct ifr_sync_ids {
    char *text; /* each key and its value, each with its NUL; NULL: the map is empty */
    size_t len;
};

/* Takes over what `cell` (["map", [[KEY, VALUE], ...]]) says; `ids` must be fresh or have a value.
 * 1: it is another map than before, 0: the same, -1: DBC_EPARSE (no map of strings), DBC_ENOMEM,
 * and it is as before. */
int ifr_sync_ids_set(struct ifr_sync_ids *ids, const json_t *cell, struct dbc_error *err);
void ifr_sync_ids_release(struct ifr_sync_ids *ids);

/* NULL: there is no such key. */
const char *ifr_sync_ids_get(const struct ifr_sync_ids *ids, const char *key);
/* The map as the database writes it; NULL: out of memory. */
json_t *ifr_sync_ids_json(const struct ifr_sync_ids *ids);

#endif
