/* record.c - keys of maps, and lists and maps as text (record.h). */
#include "model/record.h"

#include <string.h>

#include "base/buf.h"

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

void dbc_refs_join(const struct dbc_refs *refs, const char *between, struct dbc_buf *out)
{
    for (size_t i = 0; i < refs->n; i++) {
        dbc_buf_adds(out, i == 0 ? "" : between);
        dbc_buf_adds(out, refs->v[i]);
    }
}

void dbc_map_join(const struct dbc_map *map, const char *between, struct dbc_buf *out)
{
    for (size_t i = 0; i < map->n; i++) {
        dbc_buf_adds(out, i == 0 ? "" : between);
        dbc_buf_adds(out, map->v[i].key);
        dbc_buf_addc(out, '=');
        dbc_buf_adds(out, map->v[i].value);
    }
}
