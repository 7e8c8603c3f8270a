/* hosts.c - the records of the findings that pick.c picks (hosts.h). */
#include "hosts.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/grow.h"
#include "networkd/networkd.h"
#include "pick.h"

unsigned cli_formats_of(const char *file)
{
    return file == NULL ? CLI_FORMAT_CACHE
                        : CLI_FORMAT_CACHE | CLI_FORMAT_STATEDB | CLI_FORMAT_NETWORKD;
}

/* What tells a host from the others, where nothing says which one it is: the name of its file, or,
 * since all caches have the same, that of the folder above var/xapi.  malloc'd. */
static char *host_name(const char *file)
{
    static const char *const usual[] = {
        "/network.dbcache", "/networkd.db", "/xapi", "/xcp", "/lib", "/var"
    };
    struct utsname name;
    size_t len = 0;
    const char *start = NULL;

    if (file == NULL) {
        return strdup(uname(&name) == 0 ? name.nodename : "");
    }
    len = strlen(file);
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        size_t n = strlen(usual[i]);
        if (len > n && strncmp(file + len - n, usual[i], n) == 0) {
            len -= n;
        }
    }
    start = memrchr(file, '/', len);
    start = start == NULL ? file : start + 1;
    len -= (size_t)(start - file);
    if (len > strlen(".dbcache") && strncmp(start + len - 8, ".dbcache", 8) == 0) {
        len -= 8;
    }
    return strndup(start, len);
}

/* ---- From a finding to records --------------------------------------------------------------- */

void cli_host_release(struct cli_host *host)
{
    free(host->name);
    free(host->file);
    free(host->uuid);
    dbc_db_free(host->db);
    *host = (struct cli_host){ 0 };
}

void cli_hosts_release(struct cli_hosts *hosts)
{
    for (size_t i = 0; i < hosts->n; i++) {
        cli_host_release(&hosts->v[i]);
    }
    free(hosts->v);
    *hosts = (struct cli_hosts){ 0 };
}

/* Fills in what is not the records; name is taken.  -1 after lack of memory has been told. */
static int finish_host(struct cli_host *host, char *name, const char *file, enum cli_format format)
{
    host->name = name;
    host->file = strdup(file);
    host->format = format;
    if (host->db != NULL && host->name != NULL && host->file != NULL) {
        return 0;
    }
    cli_host_release(host);
    cli_fail_nomem();
    return -1;
}

static int refuse(const struct dbc_error *err)
{
    cli_fail(err);
    return -1;
}

/* Without one the file does not say who is a slave. */
static bool has_master(const struct dbc_statedb *statedb)
{
    for (size_t i = 0; i < dbc_statedb_n_hosts(statedb); i++) {
        if (dbc_statedb_host(statedb, i)->master) {
            return true;
        }
    }
    return false;
}

static int statedb_host(const struct cli_pick *pick, const struct cli_finding *finding, size_t i,
                        struct cli_host *ret)
{
    const struct cli_wanted *wanted = pick->wanted;
    const struct dbc_statedb_host *host = dbc_statedb_host(finding->statedb, i);
    struct dbc_error err = DBC_ERROR_INIT;

    *ret = (struct cli_host){ .uuid = strdup(host->uuid),
                              .slave = !host->master && has_master(finding->statedb),
                              .generation = dbc_statedb_info(finding->statedb)->generation };
    ret->db = dbc_statedb_host_db(finding->statedb, i, wanted->loss, wanted->ctx, &err);
    if (ret->db == NULL) {
        cli_host_release(ret);
        return refuse(&err);
    }
    return finish_host(ret, strdup(host->name_label[0] != '\0' ? host->name_label : host->uuid),
                       finding->path, CLI_FORMAT_STATEDB);
}

static struct dbc_db *read_networkd(const struct cli_pick *pick, const struct cli_finding *finding)
{
    const struct cli_wanted *wanted = pick->wanted;
    char *management = cli_pick_management(pick, finding->member);
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db =
        dbc_networkd_read(finding->path, dbc_buf_str(&finding->text), finding->text.len, management,
                          cli_print_warning, wanted->loss, wanted->ctx, &err);

    free(management);
    if (db == NULL) {
        cli_fail(&err);
    }
    return db;
}

static int plain_host(const struct cli_pick *pick, struct cli_finding *finding,
                      struct cli_host *ret)
{
    const char *file = pick->wanted->file;
    struct dbc_buf place = DBC_BUF_INIT;
    char *name = NULL;

    *ret = (struct cli_host){ .db = finding->db };
    finding->db = NULL;
    if (finding->format == CLI_FORMAT_NETWORKD) {
        ret->db = read_networkd(pick, finding);
    }
    if (ret->db == NULL) {
        return -1;
    }
    if (file != NULL && finding->member[0] != '\0') {
        dbc_buf_addf(&place, "%s/%s", file, finding->member);
    } else if (file != NULL) {
        dbc_buf_adds(&place, file);
    }
    name = place.failed ? NULL : host_name(file == NULL ? NULL : dbc_buf_str(&place));
    dbc_buf_release(&place);
    return finish_host(ret, name, finding->path, finding->format);
}

/* The scripts below one root. */
static int read_scripts(const struct cli_pick *pick, const char *root, struct cli_host *ret)
{
    const struct cli_wanted *wanted = pick->wanted;
    const struct cli_around *around = &pick->findings.around;
    struct dbc_ifcfg_file *files = calloc(around->n_scripts, sizeof *files);
    char *management = cli_pick_management(pick, root);
    const char *folder = NULL;
    struct dbc_error err = DBC_ERROR_INIT;
    size_t n = 0;

    *ret = (struct cli_host){ 0 };
    for (size_t i = 0; i < around->n_scripts && files != NULL; i++) {
        const struct cli_script *script = &around->scripts[i];

        if (strcmp(script->root, root) == 0) {
            files[n++] = script->file;
            folder = folder == NULL && strncmp(script->file.name, "ifcfg-", 6) == 0 ? script->folder
                                                                                    : folder;
        }
    }
    if (files == NULL) {
        dbc_fail_nomem(&err);
    } else {
        ret->db = dbc_ifcfg_read(files, n, management, cli_print_warning, wanted->loss, wanted->ctx,
                                 &err);
    }
    free(files);
    free(management);
    if (ret->db == NULL) {
        return refuse(&err);
    }
    return finish_host(ret, host_name(wanted->file), folder == NULL ? "network" : folder,
                       CLI_FORMAT_IFCFG);
}

static int ifcfg_host(const struct cli_pick *pick, struct cli_host *ret)
{
    struct dbc_strvec roots = DBC_STRVEC_INIT;
    int rc = -1;

    cli_around_script_roots(&pick->findings.around, &roots);
    if (roots.failed) {
        cli_fail_nomem();
    } else if (roots.n > 1) {
        cli_pick_say_roots(pick, &roots);
    } else {
        rc = read_scripts(pick, roots.v[0], ret);
    }
    dbc_strvec_release(&roots);
    return rc;
}

/* ---- One host of a pool ---------------------------------------------------------------------- */

static void warn_of_age(const char *path, int64_t generation)
{
    char known[40] = "";

    if (generation >= 0) {
        snprintf(known, sizeof known, " (generation %" PRId64 ")", generation);
    }
    cli_warning("%s: this host is not the pool's master; if the file is its own, it is a copy that "
                "the master sent, and may be old%s",
                path, known);
}

static int one_of_pool(const struct cli_pick *pick, const struct cli_finding *finding,
                       struct cli_host *ret)
{
    size_t i = cli_pick_host(pick, finding);
    int rc = i == SIZE_MAX ? -1 : statedb_host(pick, finding, i, ret);

    if (rc == 0 && ret->slave) {
        warn_of_age(finding->path, ret->generation);
    }
    return rc;
}

static int one_host(const struct cli_pick *pick, struct cli_finding *finding, struct cli_host *ret)
{
    if (cli_pick_accept(pick, finding) != 0) {
        return -1;
    }
    return finding->format == CLI_FORMAT_STATEDB ? one_of_pool(pick, finding, ret)
                                                 : plain_host(pick, finding, ret);
}

/* ---- One and all ----------------------------------------------------------------------------- */

int cli_input_host(const struct cli_options *options, const struct cli_wanted *wanted,
                   struct cli_host *ret)
{
    struct cli_pick pick = { .options = options, .wanted = wanted, .one = true };
    struct dbc_error err = DBC_ERROR_INIT;
    struct cli_finding *finding = NULL;
    bool several = false;
    int rc = -1;

    if (cli_pick_search(&pick, &err) != 0) {
        cli_fail(&err);
    } else if ((finding = cli_pick_finding(&pick.findings, &several)) == NULL) {
        rc = pick.findings.around.n_scripts > 0 ? ifcfg_host(&pick, ret) : cli_pick_nothing(&pick);
    } else if (several) {
        cli_pick_say_which(&pick);
    } else {
        rc = one_host(&pick, finding, ret);
    }
    cli_findings_release(&pick.findings);
    return rc;
}

static struct cli_host *add_host(struct cli_hosts *hosts)
{
    if (!DBC_GROW(hosts->v, hosts->n, hosts->cap)) {
        cli_fail_nomem();
        return NULL;
    }
    return &hosts->v[hosts->n];
}

static int add_pool(const struct cli_pick *pick, const struct cli_finding *finding,
                    struct cli_hosts *ret)
{
    size_t n = dbc_statedb_n_hosts(finding->statedb), only = SIZE_MAX;

    if (pick->options->host != NULL && (only = cli_pick_host(pick, finding)) == SIZE_MAX) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        struct cli_host *host = only == SIZE_MAX || i == only ? add_host(ret) : NULL;
        if (only != SIZE_MAX && i != only) {
            continue;
        }
        if (host == NULL || statedb_host(pick, finding, i, host) != 0) {
            return -1;
        }
        ret->n++;
    }
    return 0;
}

static int add_finding(const struct cli_pick *pick, struct cli_finding *finding,
                       struct cli_hosts *ret)
{
    struct cli_host *host = NULL;

    if (cli_pick_accept(pick, finding) != 0) {
        return -1;
    }
    if (finding->format == CLI_FORMAT_STATEDB) {
        return add_pool(pick, finding, ret);
    }
    host = add_host(ret);
    if (host == NULL || plain_host(pick, finding, host) != 0) {
        return -1;
    }
    ret->n++;
    return 0;
}

static int add_file(const struct cli_options *options, const struct cli_wanted *wanted,
                    struct cli_hosts *ret)
{
    struct cli_pick pick = { .options = options, .wanted = wanted };
    struct dbc_error err = DBC_ERROR_INIT;
    unsigned best = 0;
    int rc = -1;

    if (cli_pick_search(&pick, &err) != 0) {
        cli_fail(&err);
    } else if (pick.findings.n == 0) {
        cli_pick_nothing(&pick);
    } else {
        best = cli_pick_best_rank(&pick.findings);
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < pick.findings.n; i++) {
        if (cli_pick_rank(&pick.findings.v[i]) == best) {
            rc = add_finding(&pick, &pick.findings.v[i], ret);
        }
    }
    cli_findings_release(&pick.findings);
    return rc;
}

int cli_input_hosts(const struct cli_options *options, char *const *files, size_t n,
                    cli_progress_fn *progress, struct cli_hosts *ret)
{
    size_t all = n == 0 ? 1 : n;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < all; i++) {
        const char *file = n == 0 ? NULL : files[i];
        const struct cli_wanted wanted = { .file = file, .formats = cli_formats_of(file) };
        if (progress != NULL) {
            progress(i, all);
        }
        rc = add_file(options, &wanted, ret);
    }
    if (progress != NULL) {
        progress(all, all);
    }
    return rc;
}
