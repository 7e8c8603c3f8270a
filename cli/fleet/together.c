/* together.c - keeps the hosts of one FILE and checks them together (together.h). */
#include "together.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

/* ---- Keeping --------------------------------------------------------------------------------- */

static void forget(struct cli_seen *seen)
{
    cli_host_release(&seen->host);
    free(seen->uuid);
    free(seen->error);
}

void cli_together_clear(struct cli_together *together)
{
    dbc_findings_release(&together->between);
    for (size_t i = 0; i < together->n; i++) {
        forget(&together->v[i]);
    }
    together->n = together->bytes = 0;
}

void cli_together_release(struct cli_together *together)
{
    cli_together_clear(together);
    free(together->v);
    *together = (struct cli_together){ 0 };
}

/* Adds the last one to the others if it is whole; otherwise frees it. */
static int keep(struct cli_together *together, bool whole, struct dbc_error *err)
{
    struct cli_seen *seen = &together->v[together->n];

    if (!whole) {
        forget(seen);
        return dbc_fail_nomem(err);
    }
    together->n++;
    together->bytes += sizeof *seen + strlen(seen->host.file) + strlen(seen->error);
    together->bytes += seen->host.db == NULL ? 0 : seen->host.db->arena.used;
    return 0;
}

int cli_together_host(struct cli_together *together, struct cli_host *host,
                      const struct cli_about *about, struct dbc_error *err)
{
    struct cli_seen *seen = NULL;
    struct cli_about mine = *about;

    if (!DBC_GROW(together->v, together->n, together->cap)) {
        return dbc_fail_nomem(err);
    }
    seen = &together->v[together->n];
    *seen = (struct cli_seen){ .host = *host,
                               .uuid = strdup(about->uuid),
                               .error = strdup(about->damage) };
    *host = (struct cli_host){ 0 };
    mine.uuid = seen->uuid;
    mine.damage = seen->error;
    return keep(together,
                seen->uuid != NULL && seen->error != NULL &&
                    cli_state_of(&seen->host, &mine, &seen->state, err) == 0,
                err);
}

int cli_together_unread(struct cli_together *together, const char *source,
                        const struct dbc_error *error, const struct cli_origin *origin,
                        struct dbc_error *err)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];
    struct cli_seen *seen = NULL;

    if (!DBC_GROW(together->v, together->n, together->cap)) {
        return dbc_fail_nomem(err);
    }
    seen = &together->v[together->n];
    *seen = (struct cli_seen){ .host = { .file = strdup(source) },
                               .error = strdup(dbc_error_string(error, text, sizeof text)) };
    cli_state_unread(seen->host.file, seen->error, origin, &seen->state);
    return keep(together, seen->host.file != NULL && seen->error != NULL, err);
}

/* ---- Looking --------------------------------------------------------------------------------- */

/* The hosts that could be read, in their order and by pool. */
struct hosts {
    struct cli_seen **v, **by_pool;
    size_t n;
};

static int by_pool(const void *a, const void *b)
{
    const struct cli_seen *x = *(struct cli_seen *const *)a, *y = *(struct cli_seen *const *)b;
    int order = strcmp(x->state.pool, y->state.pool);

    return order != 0 ? order : (x > y) - (x < y);
}

/* Fills in `pool_hash`, of all that the findings between the hosts of one pool depend on. */
static int name_pool(struct cli_seen *const *hosts, size_t n, struct dbc_error *err)
{
    struct dbc_buf texts = DBC_BUF_INIT;
    char hash[DBC_DIGEST_SIZE];

    for (size_t i = 0; i < n; i++) {
        dbc_buf_add(&texts, hosts[i]->state.host, strlen(hosts[i]->state.host) + 1);
        dbc_buf_add(&texts, hosts[i]->state.hash, sizeof hosts[i]->state.hash);
    }
    if (texts.failed) {
        dbc_buf_release(&texts);
        return dbc_fail_nomem(err);
    }
    dbc_digest_bytes(dbc_buf_str(&texts), texts.len, hash);
    for (size_t i = 0; i < n; i++) {
        memcpy(hosts[i]->state.pool_hash, hash, sizeof hash);
    }
    dbc_buf_release(&texts);
    return 0;
}

static int name_pools(struct hosts *hosts, struct dbc_error *err)
{
    int rc = 0;

    qsort(hosts->by_pool, hosts->n, sizeof(struct cli_seen *), by_pool);
    for (size_t i = 0, n = 0; rc == 0 && i < hosts->n; i += n) {
        const char *pool = hosts->by_pool[i]->state.pool;
        for (n = 1; i + n < hosts->n && strcmp(hosts->by_pool[i + n]->state.pool, pool) == 0; n++) {
        }
        rc = n == 1 ? 0 : name_pool(hosts->by_pool + i, n, err);
    }
    return rc;
}

static int check(struct hosts *hosts, struct dbc_findings *between, struct dbc_error *err)
{
    struct dbc_pool_host *pool = calloc(hosts->n + 1, sizeof *pool);
    int rc = -1;

    for (size_t i = 0; i < hosts->n && pool != NULL; i++) {
        pool[i] = (struct dbc_pool_host){ hosts->v[i]->host.name, hosts->v[i]->host.db };
    }
    rc = pool == NULL ? dbc_fail_nomem(err) : dbc_check_pool(pool, hosts->n, between, err);
    free(pool);
    return rc;
}

/* Gives each host its findings, which come in the order of the hosts. */
static void share_out(struct hosts *hosts, const struct dbc_findings *between)
{
    for (size_t i = 0; i < between->n; i++) {
        struct cli_seen *seen = hosts->v[between->v[i].host];
        seen->found = seen->n_found == 0 ? &between->v[i] : seen->found;
        seen->n_found++;
    }
}

static int look(struct cli_together *together, struct hosts *hosts, struct dbc_error *err)
{
    for (size_t i = 0; i < together->n; i++) {
        if (together->v[i].host.db != NULL) {
            hosts->v[hosts->n] = hosts->by_pool[hosts->n] = &together->v[i];
            hosts->n++;
        }
    }
    if (hosts->n < 2) {
        return 0;
    }
    if (name_pools(hosts, err) != 0 || check(hosts, &together->between, err) != 0) {
        return -1;
    }
    share_out(hosts, &together->between);
    return 0;
}

int cli_together_look(struct cli_together *together, struct dbc_error *err)
{
    size_t size = together->n + 1;
    struct hosts hosts = { .v = calloc(size, sizeof(struct cli_seen *)),
                           .by_pool = calloc(size, sizeof(struct cli_seen *)) };
    int rc = hosts.v == NULL || hosts.by_pool == NULL ? dbc_fail_nomem(err)
                                                      : look(together, &hosts, err);

    free(hosts.v);
    free(hosts.by_pool);
    return rc;
}
