/* known.c - the names and first bytes of the formats (known.h). */
#include "source/known.h"

#include <string.h>

#include "networkd/networkd.h"
#include "statedb/statedb.h"

/* Each may have one of packed_endings behind it. */
static const struct dbc_usual usual_names[] = {
    { "network.dbcache", DBC_FORMAT_CACHE, false },
    { "network.dbcache.bak", DBC_FORMAT_CACHE, true }, /* xcp-networkd renames the cache to this */
    { "state.db", DBC_FORMAT_STATEDB, false },
    { "xapi-db.xml", DBC_FORMAT_STATEDB, false }, /* bug reports */
    { "state-backup.xml", DBC_FORMAT_STATEDB, true },
    { "networkd.db", DBC_FORMAT_NETWORKD, false },
};

static const char *const packed_endings[] = { ".gz", ".bz2", ".zst" };

/* All formats that are not packed are text and start with one of these characters. */
bool dbc_is_below(const char *path, const char *end)
{
    size_t len = strlen(path), n = strlen(end);

    return len >= n && strcmp(path + len - n, end) == 0 && (len == n || path[len - n - 1] == '/');
}

bool dbc_looks_packed(const char *head, size_t len)
{
    return len > 0 && memchr("<{\xef \t\r\n", head[0], 7) == NULL;
}

enum dbc_format dbc_looks_like(const char *head, size_t len)
{
    if (dbc_statedb_recognise(head, len)) {
        return DBC_FORMAT_STATEDB;
    }
    return dbc_networkd_recognise(head, len) ? DBC_FORMAT_NETWORKD : DBC_FORMAT_CACHE;
}

/* Whether `base` is `name`, or `name` with an ending of a compression. */
static bool is_named(const char *base, const char *name)
{
    size_t len = strlen(name);

    if (strncmp(base, name, len) != 0) {
        return false;
    }
    for (size_t i = 0; base[len] != '\0' && i < sizeof packed_endings / sizeof *packed_endings;
         i++) {
        if (strcmp(base + len, packed_endings[i]) == 0) {
            return true;
        }
    }
    return base[len] == '\0';
}

const struct dbc_usual *dbc_usual_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;

    for (size_t i = 0; i < sizeof usual_names / sizeof usual_names[0]; i++) {
        if (is_named(base, usual_names[i].name)) {
            return &usual_names[i];
        }
    }
    return NULL;
}
