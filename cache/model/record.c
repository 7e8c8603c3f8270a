/* record.c - looks up a key of a map (record.h). */
#include "model/record.h"

#include <string.h>

const struct dbc_pair *dbc_map_find(const struct dbc_map *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++) {
        if (strcmp(map->v[i].key, key) == 0) {
            return &map->v[i];
        }
    }
    return NULL;
}

const char *dbc_map_get(const struct dbc_map *map, const char *key)
{
    const struct dbc_pair *pair = dbc_map_find(map, key);

    return pair == NULL ? NULL : pair->value;
}
