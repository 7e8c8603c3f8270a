/* pick.c - searches FILE and chooses the finding that is meant (pick.h).  When that is not clear it
 * prints what there is to choose from. */
#include "pick.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "reconfigure/host/facts.h"

#define LISTED 20 /* things to choose from that are printed */

/* ---- Words --------------------------------------------------------------------------------------
 */

const char *cli_format_name(enum cli_format format)
{
    switch (format) {
    case CLI_FORMAT_CACHE:
        return "network.dbcache";
    case CLI_FORMAT_STATEDB:
        return "state.db";
    case CLI_FORMAT_NETWORKD:
        return "networkd.db";
    case CLI_FORMAT_IFCFG:
        break;
    }
    return "ifcfg files";
}

/* Appends the formats' names, as in "network.dbcache, state.db or networkd.db". */
static void add_formats(unsigned formats, struct dbc_buf *out)
{
    for (unsigned format = CLI_FORMAT_CACHE; format <= CLI_FORMAT_IFCFG; format *= 2) {
        bool more = (formats & ~(2 * format - 1)) != 0, first = (formats & (format - 1)) == 0;
        if ((formats & format) != 0) {
            dbc_buf_adds(out, first ? "" : more ? ", " : " or ");
            dbc_buf_adds(out, cli_format_name((enum cli_format)format));
        }
    }
}

/* ---- Searching ----------------------------------------------------------------------------------
 */

/* Searches a folder as a host's root and, when nothing is found there, all of it. */
static int search_folder(struct cli_pick *pick, const char *folder, struct dbc_error *err)
{
    struct cli_findings *findings = &pick->findings;
    int rc = cli_findings_root(findings, folder, err);

    if (rc == 0 && findings->n == 0 && findings->around.n_scripts == 0) {
        rc = cli_findings_folder(findings, folder, err);
    }
    return rc;
}

int cli_pick_search(struct cli_pick *pick, struct dbc_error *err)
{
    const char *file = pick->wanted->file;
    int in = STDIN_FILENO;
    struct dbc_stream stream = dbc_stream_of_fd(&in, "standard input");

    cli_findings_init(&pick->findings, pick->wanted->formats, pick->options->member);
    pick->findings.one = pick->one;
    if (file == NULL) {
        return cli_findings_root(&pick->findings, pick->options->root_prefix, err);
    }
    if (dbc_file_is_folder(file)) {
        return search_folder(pick, file, err);
    }
    if (strcmp(file, "-") == 0) {
        return cli_findings_stream(&pick->findings, &stream, err);
    }
    return cli_findings_file(&pick->findings, file, err);
}

/* ---- Inventories --------------------------------------------------------------------------------
 */

/* Returns the value of a key in an inventory's text; the caller frees it.  NULL when there is none,
 * or when out of memory. */
static char *inventory_key(const struct dbc_buf *text, const char *key)
{
    struct dbc_buf value = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_inventory_value(dbc_buf_str(text), key, &value, &err) != 0) {
        if (err.code == DBC_ENOMEM) {
            cli_lost(); /* the program fails, or a lack of memory would lead to a guess */
        }
        dbc_buf_release(&value);
        return NULL;
    }
    return dbc_buf_steal(&value);
}

char *cli_pick_management(const struct cli_pick *pick, const char *member)
{
    const struct dbc_buf *inventory = cli_around_inventory(&pick->findings.around, member);

    return inventory == NULL ? NULL : inventory_key(inventory, "MANAGEMENT_INTERFACE");
}

char *cli_pick_uuid(const struct cli_pick *pick, const char *member)
{
    const struct dbc_buf *inventory = cli_around_inventory(&pick->findings.around, member);

    return inventory == NULL ? NULL : inventory_key(inventory, "INSTALLATION_UUID");
}

/* Returns the uuid of the host that the file was found on, or, for a state.db by itself, of the
 * host that this program runs on, which it may belong to. */
static char *uuid_of(const struct cli_pick *pick, const char *member)
{
    struct dbc_buf path = DBC_BUF_INIT, text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    char *uuid = NULL;

    if (cli_around_inventory(&pick->findings.around, member) != NULL) {
        return cli_pick_uuid(pick, member);
    }
    if (pick->findings.around.n_inventories > 0) {
        return NULL; /* the inventories are other hosts', so the file is not of this host either */
    }
    dbc_buf_addf(&path, "%s" IFR_INVENTORY, pick->options->root_prefix);
    dbc_file_read(dbc_buf_str(&path), CLI_LIMIT_INVENTORY, &text, &err);
    if (err.code == DBC_ENOMEM) {
        cli_lost();
    }
    uuid = inventory_key(&text, "INSTALLATION_UUID");
    dbc_buf_release(&path);
    dbc_buf_release(&text);
    return uuid;
}

/* ---- One finding --------------------------------------------------------------------------------
 */

unsigned cli_pick_rank(const struct cli_finding *finding)
{
    return cli_finding_rank(finding->format, finding->spare);
}

/* UINT_MAX when there is no finding. */
static unsigned best_rank(const struct cli_findings *findings)
{
    unsigned best = UINT_MAX;

    for (size_t i = 0; i < findings->n; i++) {
        best = cli_pick_rank(&findings->v[i]) < best ? cli_pick_rank(&findings->v[i]) : best;
    }
    return best;
}

struct cli_finding *cli_pick_finding(struct cli_findings *findings, bool *several)
{
    struct cli_finding *picked = NULL;
    unsigned best = best_rank(findings);

    *several = false;
    for (size_t i = 0; i < findings->n; i++) {
        if (cli_pick_rank(&findings->v[i]) == best) {
            *several = picked != NULL;
            picked = picked == NULL ? &findings->v[i] : picked;
            if (*several) {
                break;
            }
        }
    }
    return picked;
}

void cli_pick_say_which(const struct cli_pick *pick)
{
    const struct cli_findings *findings = &pick->findings;
    unsigned best = best_rank(findings);
    size_t listed = 0, n = 0;

    for (size_t i = 0; i < findings->n; i++) {
        n += cli_pick_rank(&findings->v[i]) == best;
    }
    cli_error("%s has %zu of them; say which one is meant:", pick->wanted->file, n);
    for (size_t i = 0; i < findings->n && listed < LISTED; i++) {
        if (cli_pick_rank(&findings->v[i]) == best) {
            cli_error("  --member=%s", findings->v[i].member);
            listed++;
        }
    }
    if (n > listed) {
        cli_error("  and %zu more", n - listed);
    }
}

int cli_pick_nothing(const struct cli_pick *pick)
{
    const char *file = pick->wanted->file;
    struct dbc_buf formats = DBC_BUF_INIT;

    add_formats(pick->wanted->formats, &formats);
    if (pick->options->member != NULL && file != NULL) {
        cli_error("%s: no file in it is %s", file, pick->options->member);
    } else if (file == NULL) {
        cli_error("%s/: this host has no %s in its usual place; give a FILE%s",
                  pick->options->root_prefix, dbc_buf_str(&formats),
                  pick->wanted->formats == CLI_FORMAT_CACHE
                      ? ", or make a new one with dbcache import"
                      : "");
    } else {
        cli_error("%s: no %s in it", file, dbc_buf_str(&formats));
    }
    dbc_buf_release(&formats);
    return -1;
}

void cli_pick_say_taken(const struct cli_pick *pick, const struct cli_finding *finding)
{
    if (finding->member[0] != '\0' && finding->format != CLI_FORMAT_CACHE &&
        (pick->wanted->formats & CLI_FORMAT_CACHE) != 0 && pick->options->member == NULL) {
        cli_warning("no network.dbcache there; this is from %s", finding->path);
    }
}

int cli_pick_accept(const struct cli_pick *pick, const struct cli_finding *finding)
{
    struct dbc_buf formats = DBC_BUF_INIT;

    for (size_t i = 0; i < finding->warnings.n; i++) {
        cli_warning("%s", finding->warnings.v[i]);
    }
    if (finding->error.code != DBC_OK) {
        cli_fail(&finding->error);
        return -1;
    }
    if ((pick->wanted->formats & finding->format) == 0) {
        add_formats(pick->wanted->formats, &formats);
        cli_error("%s: expected %s, found a %s", finding->path, dbc_buf_str(&formats),
                  cli_format_name(finding->format));
        dbc_buf_release(&formats);
        return -1;
    }
    cli_pick_say_taken(pick, finding);
    return 0;
}

void cli_pick_say_roots(const struct cli_pick *pick, const struct dbc_strvec *roots)
{
    cli_error("%s has the ifcfg files of %zu hosts; say which one is meant:", pick->wanted->file,
              roots->n);
    for (size_t i = 0; i < roots->n && i < LISTED; i++) {
        cli_error("  --member='%s*'", roots->v[i]);
    }
    if (roots->n > LISTED) {
        cli_error("  and %zu more", roots->n - LISTED);
    }
}

/* ---- One host of a pool -------------------------------------------------------------------------
 */

static void say_which_host(const struct cli_finding *finding)
{
    size_t n = dbc_statedb_n_hosts(finding->statedb);

    cli_error("%s has %zu hosts; say which one is meant:", finding->path, n);
    for (size_t i = 0; i < n && i < LISTED; i++) {
        const struct dbc_statedb_host *host = dbc_statedb_host(finding->statedb, i);
        bool by_uuid = dbc_statedb_find_host(finding->statedb, host->uuid) == i;
        cli_error("  --host=%s  %s%s", by_uuid ? host->uuid : host->ref, host->name_label,
                  host->master ? " (master)" : "");
    }
    if (n > LISTED) {
        cli_error("  and %zu more", n - LISTED);
    }
}

size_t cli_pick_host(const struct cli_pick *pick, const struct cli_finding *finding)
{
    const char *asked = pick->options->host;
    size_t n = dbc_statedb_n_hosts(finding->statedb), i = SIZE_MAX;
    char *own = NULL;

    if (asked != NULL) {
        i = dbc_statedb_find_host(finding->statedb, asked);
        if (i == SIZE_MAX) {
            cli_error("%s: no one host is %s", finding->path, asked);
            say_which_host(finding);
        }
        return i;
    }
    own = uuid_of(pick, finding->member);
    i = own == NULL ? SIZE_MAX : dbc_statedb_find_host(finding->statedb, own);
    free(own);
    if (i == SIZE_MAX && n == 1) {
        return 0;
    }
    if (i == SIZE_MAX) {
        say_which_host(finding);
    }
    return i;
}
