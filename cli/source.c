/* source.c - see source.h.  search.c finds; here one of the findings is picked, or the user asked
 * to, and its records are made. */
#include "source.h"

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
#include "reconfigure/host/facts.h"
#include "search.h"

#define LISTED 20 /* of what there is to choose from */

struct run {
    const struct cli_options *options;
    const struct cli_wanted *wanted;
    bool one; /* host, not all */
    struct cli_search search;
};

unsigned cli_formats_of(const char *file)
{
    return file == NULL ? CLI_FORMAT_CACHE
                        : CLI_FORMAT_CACHE | CLI_FORMAT_STATEDB | CLI_FORMAT_NETWORKD;
}

/* ---- Words ----------------------------------------------------------------------------------- */

static const char *format_name(enum cli_format format)
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

/* "network.dbcache, state.db or networkd.db" */
static void add_formats(unsigned formats, struct dbc_buf *out)
{
    for (unsigned format = CLI_FORMAT_CACHE; format <= CLI_FORMAT_IFCFG; format *= 2) {
        bool more = (formats & ~(2 * format - 1)) != 0, first = (formats & (format - 1)) == 0;
        if ((formats & format) != 0) {
            dbc_buf_adds(out, first ? "" : more ? ", " : " or ");
            dbc_buf_adds(out, format_name((enum cli_format)format));
        }
    }
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

/* ---- Searching ------------------------------------------------------------------------------- */

/* A folder is a host's root, or else something that has one somewhere inside. */
static int search_folder(struct run *run, const char *folder, struct dbc_error *err)
{
    struct cli_search *search = &run->search;
    int rc = cli_search_root(search, folder, err);

    if (rc == 0 && search->n == 0 && search->beside.n_scripts == 0) {
        rc = cli_search_folder(search, folder, err);
    }
    return rc;
}

static int search(struct run *run, struct dbc_error *err)
{
    const char *file = run->wanted->file;
    int in = STDIN_FILENO;
    struct dbc_stream stream = dbc_stream_of_fd(&in, "standard input");

    cli_search_init(&run->search, run->wanted->formats, run->options->member);
    run->search.one = run->one;
    if (file == NULL) {
        return cli_search_root(&run->search, run->options->root_prefix, err);
    }
    if (dbc_file_is_folder(file)) {
        return search_folder(run, file, err);
    }
    if (strcmp(file, "-") == 0) {
        return cli_search_stream(&run->search, &stream, err);
    }
    return cli_search_file(&run->search, file, err);
}

/* A key of an inventory's text, malloc'd; NULL: there is none. */
static char *inventory_key(const struct dbc_buf *text, const char *key)
{
    struct dbc_buf value = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_inventory_value(dbc_buf_str(text), key, &value, &err) != 0) {
        if (err.code == DBC_ENOMEM) {
            cli_lost(); /* nobody must be guessed for lack of memory */
        }
        dbc_buf_release(&value);
        return NULL;
    }
    return dbc_buf_steal(&value);
}

/* The bridge that the member's own inventory names; NULL: nobody knows. */
static char *management_of(const struct run *run, const char *member)
{
    const struct dbc_buf *inventory = cli_beside_inventory(&run->search.beside, member);

    return inventory == NULL ? NULL : inventory_key(inventory, "MANAGEMENT_INTERFACE");
}

/* The uuid of the host that the file was found on; or, of a state.db by itself, of the one that
 * this is, whose it may be. */
static char *uuid_of(const struct run *run, const char *member)
{
    const struct dbc_buf *inventory = cli_beside_inventory(&run->search.beside, member);
    struct dbc_buf path = DBC_BUF_INIT, text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    char *uuid = NULL;

    if (inventory != NULL) {
        return inventory_key(inventory, "INSTALLATION_UUID");
    }
    if (run->search.beside.n_inventories > 0) {
        return NULL; /* other hosts', so it is not this one's either */
    }
    dbc_buf_addf(&path, "%s" IFR_INVENTORY, run->options->root_prefix);
    dbc_file_read(dbc_buf_str(&path), CLI_LIMIT_INVENTORY, &text, &err);
    if (err.code == DBC_ENOMEM) {
        cli_lost();
    }
    uuid = inventory_key(&text, "INSTALLATION_UUID");
    dbc_buf_release(&path);
    dbc_buf_release(&text);
    return uuid;
}

/* ---- Picking a finding ----------------------------------------------------------------------- */

/* Less is better. */
static unsigned rank(const struct cli_finding *finding)
{
    return finding->spare ? CLI_FORMAT_IFCFG * 2 : finding->format;
}

static unsigned best_rank(const struct cli_search *search)
{
    unsigned best = UINT_MAX;

    for (size_t i = 0; i < search->n; i++) {
        best = rank(&search->v[i]) < best ? rank(&search->v[i]) : best;
    }
    return best;
}

/* The first one of the best; *several: there are more. */
static struct cli_finding *pick(struct cli_search *search, bool *several)
{
    struct cli_finding *picked = NULL;
    unsigned best = best_rank(search);

    *several = false;
    for (size_t i = 0; i < search->n; i++) {
        if (rank(&search->v[i]) == best) {
            *several = picked != NULL;
            picked = picked == NULL ? &search->v[i] : picked;
            if (*several) {
                break;
            }
        }
    }
    return picked;
}

static void say_which(const struct run *run)
{
    const struct cli_search *search = &run->search;
    unsigned best = best_rank(search);
    size_t listed = 0, n = 0;

    for (size_t i = 0; i < search->n; i++) {
        n += rank(&search->v[i]) == best;
    }
    cli_error("%s has %zu of them; say which one is meant:", run->wanted->file, n);
    for (size_t i = 0; i < search->n && listed < LISTED; i++) {
        if (rank(&search->v[i]) == best) {
            cli_error("  --member=%s", search->v[i].member);
            listed++;
        }
    }
    if (n > listed) {
        cli_error("  and %zu more", n - listed);
    }
}

static int nothing_found(const struct run *run)
{
    const char *file = run->wanted->file;
    struct dbc_buf formats = DBC_BUF_INIT;

    add_formats(run->wanted->formats, &formats);
    if (run->options->member != NULL && file != NULL) {
        cli_error("%s: no file in it is %s", file, run->options->member);
    } else if (file == NULL) {
        cli_error("%s/: this host has no %s in its usual place; give a FILE%s",
                  run->options->root_prefix, dbc_buf_str(&formats),
                  run->wanted->formats == CLI_FORMAT_CACHE
                      ? ", or make a new one with dbcache import"
                      : "");
    } else {
        cli_error("%s: no %s in it", file, dbc_buf_str(&formats));
    }
    dbc_buf_release(&formats);
    return -1;
}

/* Readable, and of a format that was asked for?  What it warned about is told. */
static int accept(const struct run *run, const struct cli_finding *finding)
{
    struct dbc_buf formats = DBC_BUF_INIT;

    for (size_t i = 0; i < finding->warnings.n; i++) {
        cli_warning("%s", finding->warnings.v[i]);
    }
    if (finding->error.code != DBC_OK) {
        cli_fail(&finding->error);
        return -1;
    }
    if ((run->wanted->formats & finding->format) == 0) {
        add_formats(run->wanted->formats, &formats);
        cli_error("%s: expected %s, found a %s", finding->path, dbc_buf_str(&formats),
                  format_name(finding->format));
        dbc_buf_release(&formats);
        return -1;
    }
    if (finding->member[0] != '\0' && finding->format != CLI_FORMAT_CACHE &&
        (run->wanted->formats & CLI_FORMAT_CACHE) != 0 && run->options->member == NULL) {
        cli_warning("no network.dbcache there; this is from %s", finding->path);
    }
    return 0;
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

static int statedb_host(const struct run *run, const struct cli_finding *finding, size_t i,
                        struct cli_host *ret)
{
    const struct cli_wanted *wanted = run->wanted;
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

static struct dbc_db *read_networkd(const struct run *run, const struct cli_finding *finding)
{
    const struct cli_wanted *wanted = run->wanted;
    char *management = management_of(run, finding->member);
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

static int plain_host(const struct run *run, struct cli_finding *finding, struct cli_host *ret)
{
    const char *file = run->wanted->file;
    struct dbc_buf place = DBC_BUF_INIT;
    char *name = NULL;

    *ret = (struct cli_host){ .db = finding->db };
    finding->db = NULL;
    if (finding->format == CLI_FORMAT_NETWORKD) {
        ret->db = read_networkd(run, finding);
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

static void say_which_root(const struct run *run, const struct dbc_strvec *roots)
{
    cli_error("%s has the ifcfg files of %zu hosts; say which one is meant:", run->wanted->file,
              roots->n);
    for (size_t i = 0; i < roots->n && i < LISTED; i++) {
        cli_error("  --member='%s*'", roots->v[i]);
    }
    if (roots->n > LISTED) {
        cli_error("  and %zu more", roots->n - LISTED);
    }
}

/* The scripts below one root. */
static int read_scripts(const struct run *run, const char *root, struct cli_host *ret)
{
    const struct cli_wanted *wanted = run->wanted;
    const struct cli_beside *beside = &run->search.beside;
    struct dbc_ifcfg_file *files = calloc(beside->n_scripts, sizeof *files);
    char *management = management_of(run, root);
    const char *folder = NULL;
    struct dbc_error err = DBC_ERROR_INIT;
    size_t n = 0;

    *ret = (struct cli_host){ 0 };
    for (size_t i = 0; i < beside->n_scripts && files != NULL; i++) {
        const struct cli_script *script = &beside->scripts[i];

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

static int ifcfg_host(const struct run *run, struct cli_host *ret)
{
    struct dbc_strvec roots = DBC_STRVEC_INIT;
    int rc = -1;

    cli_beside_script_roots(&run->search.beside, &roots);
    if (roots.failed) {
        cli_fail_nomem();
    } else if (roots.n > 1) {
        say_which_root(run, &roots);
    } else {
        rc = read_scripts(run, roots.v[0], ret);
    }
    dbc_strvec_release(&roots);
    return rc;
}

/* ---- One host of a pool ---------------------------------------------------------------------- */

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

/* The host that is asked for, the inventory's, or the only one.  SIZE_MAX after a message. */
static size_t pick_host(const struct run *run, const struct cli_finding *finding)
{
    const char *asked = run->options->host;
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
    own = uuid_of(run, finding->member);
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

static int one_of_pool(const struct run *run, const struct cli_finding *finding,
                       struct cli_host *ret)
{
    size_t i = pick_host(run, finding);
    int rc = i == SIZE_MAX ? -1 : statedb_host(run, finding, i, ret);

    if (rc == 0 && ret->slave) {
        warn_of_age(finding->path, ret->generation);
    }
    return rc;
}

static int one_host(const struct run *run, struct cli_finding *finding, struct cli_host *ret)
{
    if (accept(run, finding) != 0) {
        return -1;
    }
    return finding->format == CLI_FORMAT_STATEDB ? one_of_pool(run, finding, ret)
                                                 : plain_host(run, finding, ret);
}

/* ---- One and all ----------------------------------------------------------------------------- */

int cli_source_host(const struct cli_options *options, const struct cli_wanted *wanted,
                    struct cli_host *ret)
{
    struct run run = { .options = options, .wanted = wanted, .one = true };
    struct dbc_error err = DBC_ERROR_INIT;
    struct cli_finding *finding = NULL;
    bool several = false;
    int rc = -1;

    if (search(&run, &err) != 0) {
        cli_fail(&err);
    } else if ((finding = pick(&run.search, &several)) == NULL) {
        rc = run.search.beside.n_scripts > 0 ? ifcfg_host(&run, ret) : nothing_found(&run);
    } else if (several) {
        say_which(&run);
    } else {
        rc = one_host(&run, finding, ret);
    }
    cli_search_release(&run.search);
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

static int add_pool(const struct run *run, const struct cli_finding *finding, struct cli_hosts *ret)
{
    size_t n = dbc_statedb_n_hosts(finding->statedb), only = SIZE_MAX;

    if (run->options->host != NULL && (only = pick_host(run, finding)) == SIZE_MAX) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        struct cli_host *host = only == SIZE_MAX || i == only ? add_host(ret) : NULL;
        if (only != SIZE_MAX && i != only) {
            continue;
        }
        if (host == NULL || statedb_host(run, finding, i, host) != 0) {
            return -1;
        }
        ret->n++;
    }
    return 0;
}

static int add_finding(const struct run *run, struct cli_finding *finding, struct cli_hosts *ret)
{
    struct cli_host *host = NULL;

    if (accept(run, finding) != 0) {
        return -1;
    }
    if (finding->format == CLI_FORMAT_STATEDB) {
        return add_pool(run, finding, ret);
    }
    host = add_host(ret);
    if (host == NULL || plain_host(run, finding, host) != 0) {
        return -1;
    }
    ret->n++;
    return 0;
}

int cli_source_hosts(const struct cli_options *options, const struct cli_wanted *wanted,
                     struct cli_hosts *ret)
{
    struct run run = { .options = options, .wanted = wanted };
    struct dbc_error err = DBC_ERROR_INIT;
    unsigned best = 0;
    int rc = -1;

    if (search(&run, &err) != 0) {
        cli_fail(&err);
    } else if (run.search.n == 0) {
        nothing_found(&run);
    } else {
        best = best_rank(&run.search);
        rc = 0;
    }
    for (size_t i = 0; rc == 0 && i < run.search.n; i++) {
        if (rank(&run.search.v[i]) == best) {
            rc = add_finding(&run, &run.search.v[i], ret);
        }
    }
    cli_search_release(&run.search);
    return rc;
}
