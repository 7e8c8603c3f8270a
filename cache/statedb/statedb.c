/* statedb.c - recognises a state.db, and tells its hosts and its release (statedb.h).  read.c reads
 * the rows, host.c makes records of them. */
#include <stdlib.h>
#include <string.h>

#include "statedb/statedb_priv.h"

/* ---- Recognition -------------------------------------------------------------------------- */

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && memchr(" \t\r\n", *at, 4) != NULL) {
        at++;
    }
    return at;
}

static bool starts(const char *at, const char *end, const char *with)
{
    size_t len = strlen(with);

    return (size_t)(end - at) >= len && memcmp(at, with, len) == 0;
}

/* Returns the end of the declaration or comment at `at`; `end` when it is cut off. */
static const char *skip_aside(const char *at, const char *end, const char *close)
{
    const char *found = memmem(at, (size_t)(end - at), close, strlen(close));

    return found == NULL ? end : found + strlen(close);
}

bool dbc_statedb_recognise(const char *head, size_t len)
{
    const char *at = head, *end = head + len;

    at += starts(at, end, "\xef\xbb\xbf") ? 3 : 0;
    for (at = skip_blanks(at, end);; at = skip_blanks(at, end)) {
        if (starts(at, end, "<?")) {
            at = skip_aside(at, end, "?>");
        } else if (starts(at, end, "<!--")) {
            at = skip_aside(at, end, "-->");
        } else {
            break;
        }
    }
    return starts(at, end, "<database") && end - at > 9 && strchr(" \t\r\n/>", at[9]) != NULL &&
           at[9] != '\0';
}

/* ---- Release ------------------------------------------------------------------------------ */

/* The first minor version of the schema of each release; sorted. */
static const struct {
    int minor;
    const char *release;
} releases[] = {
    { 19, "4.0" },     { 35, "4.1" },     { 55, "5.0" },  { 57, "5.5" },  { 60, "5.6" },
    { 61, "5.6 FP1" }, { 63, "6.0" },     { 66, "6.1" },  { 67, "6.2" },  { 69, "6.2 SP1" },
    { 72, "6.5" },     { 73, "6.5 SP1" }, { 93, "7.0" },  { 108, "7.1" }, { 120, "7.2" },
    { 133, "7.3" },    { 134, "7.4" },    { 142, "7.5" }, { 203, "7.6" }, { 400, "8.0" },
    { 504, "8.1" },    { 601, "8.2" },    { 775, "8" },
};

/* A schema between those of two releases belongs to an update of the earlier one. */
static const char *guess_release(const struct dbc_statedb_info *info)
{
    const char *release = "";

    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
        if (info->schema_major == 5 && releases[i].minor <= info->schema_minor) {
            release = releases[i].release;
        }
    }
    return release;
}

/* ---- Hosts -------------------------------------------------------------------------------- */

static bool is_master(const struct dbc_stage *stage, uint32_t host)
{
    const struct dbc_stage_row *pool = dbc_stage_first(stage, DBC_POOL);

    while (pool != NULL && dbc_stage_cell(stage, pool, DBC_COLUMN_POOL_MASTER) != host) {
        pool = dbc_stage_next(stage, pool);
    }
    return pool != NULL;
}

static int list_hosts(struct dbc_statedb *statedb, struct dbc_error *err)
{
    const struct dbc_stage *stage = &statedb->stage;
    const struct dbc_stage_row *row = dbc_stage_first(stage, DBC_TABLE_HOST);
    size_t n = stage->tables[DBC_TABLE_HOST].n;

    if (n == 0) {
        return dbc_fail_at(err, DBC_ENOENT, statedb->name, 0, 0,
                           "expected a host, found none: a pool that is being upgraded gives such "
                           "a dump; take one when it is done");
    }
    statedb->hosts = calloc(n, sizeof *statedb->hosts);
    if (statedb->hosts == NULL) {
        return dbc_fail_nomem(err);
    }
    for (; row != NULL; row = dbc_stage_next(stage, row)) {
        statedb->hosts[statedb->n_hosts++] = (struct dbc_statedb_host){
            .ref = dbc_stage_text(stage, row->ref),
            .uuid = dbc_stage_text(stage, dbc_stage_cell(stage, row, DBC_COLUMN_HOST_UUID)),
            .name_label = dbc_stage_text(stage, dbc_stage_cell(stage, row, DBC_COLUMN_HOST_NAME)),
            .master = is_master(stage, row->ref),
        };
    }
    return 0;
}

size_t dbc_statedb_n_hosts(const struct dbc_statedb *statedb)
{
    return statedb->n_hosts;
}

const struct dbc_statedb_host *dbc_statedb_host(const struct dbc_statedb *statedb, size_t i)
{
    return i < statedb->n_hosts ? &statedb->hosts[i] : NULL;
}

size_t dbc_statedb_find_host(const struct dbc_statedb *statedb, const char *name)
{
    size_t found[3] = { SIZE_MAX, SIZE_MAX, SIZE_MAX }, n[3] = { 0, 0, 0 };

    for (size_t i = 0; i < statedb->n_hosts && name[0] != '\0'; i++) {
        const struct dbc_statedb_host *host = &statedb->hosts[i];
        const char *const names[3] = { host->uuid, host->ref, host->name_label };

        for (size_t kind = 0; kind < 3; kind++) {
            if (strcmp(names[kind], name) == 0) {
                found[kind] = i;
                n[kind]++;
            }
        }
    }
    for (size_t kind = 0; kind < 3; kind++) {
        if (n[kind] > 0) {
            return n[kind] == 1 ? found[kind] : SIZE_MAX;
        }
    }
    return SIZE_MAX;
}

/* ---- Life --------------------------------------------------------------------------------- */

struct dbc_statedb *dbc_statedb_read(const struct dbc_stream *stream, dbc_warning_fn *warn,
                                     void *ctx, struct dbc_error *err)
{
    struct dbc_statedb *statedb = calloc(1, sizeof *statedb);

    if (statedb == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    statedb->info = (struct dbc_statedb_info){ -1, -1, -1, "" };
    statedb->name = strdup(stream->name);
    if (statedb->name == NULL) {
        dbc_fail_nomem(err);
    } else if (dbc_stage_init(&statedb->stage, err) == 0 &&
               dbc_statedb_parse(statedb, stream, warn, ctx, err) == 0 &&
               list_hosts(statedb, err) == 0) {
        statedb->info.release = guess_release(&statedb->info);
        return statedb;
    }
    dbc_statedb_free(statedb);
    return NULL;
}

void dbc_statedb_free(struct dbc_statedb *statedb)
{
    if (statedb != NULL) {
        dbc_stage_release(&statedb->stage);
        free(statedb->hosts);
        free(statedb->name);
        free(statedb);
    }
}

const struct dbc_statedb_info *dbc_statedb_info(const struct dbc_statedb *statedb)
{
    return &statedb->info;
}
