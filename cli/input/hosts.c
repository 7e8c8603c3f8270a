/* hosts.c - makes records of the findings that pick.c chooses (hosts.h). */
#include "hosts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "made.h"

unsigned cli_formats_of(const char *file)
{
    return file == NULL ? CLI_FORMAT_CACHE
                        : CLI_FORMAT_CACHE | CLI_FORMAT_STATEDB | CLI_FORMAT_NETWORKD;
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

static int refuse(const struct dbc_error *err)
{
    cli_fail(err);
    return -1;
}

/* Makes records of the scripts below one root. */
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
    if (cli_made_finish(ret, cli_host_name(wanted->file), folder == NULL ? "network" : folder,
                        CLI_FORMAT_IFCFG, &err) != 0) {
        return refuse(&err);
    }
    return 0;
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
    struct dbc_error err = DBC_ERROR_INIT;

    if (i == SIZE_MAX) {
        return -1;
    }
    if (cli_made_of_pool(pick, finding, i, ret, &err) != 0) {
        return refuse(&err);
    }
    if (ret->slave) {
        warn_of_age(finding->path, ret->generation);
    }
    return 0;
}

static int one_host(const struct cli_pick *pick, struct cli_finding *finding, struct cli_host *ret)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (cli_pick_accept(pick, finding) != 0) {
        return -1;
    }
    if (finding->format == CLI_FORMAT_STATEDB) {
        return one_of_pool(pick, finding, ret);
    }
    return cli_made_plain(pick, finding, ret, &err) == 0 ? 0 : refuse(&err);
}

/* ---- One host -------------------------------------------------------------------------------- */

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
