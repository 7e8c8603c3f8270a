/* record.c - looks up a key of a map (record.h). */
#include "model/record.h"

#include <string.h>

const char *dbc_map_get(const struct dbc_map *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++) {
        if (strcmp(map->v[i].key, key) == 0) {
            return map->v[i].value;
        }
    }
    return NULL;
}
