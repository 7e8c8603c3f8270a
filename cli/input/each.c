/* each.c - walks through FILE (each.h).  A finding waits until the next one comes or the file ends:
 * by then the inventory of its host has been read, which may come before or behind it, and it is
 * known whether there is a better finding. */
#include "each.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/grow.h"
#include "made.h"

#define TOO_MANY "%s: more than %d files to look at together; --member says which"

struct walk {
    struct cli_pick pick;
    const struct cli_each *each;
    struct cli_origin origin;    /* of FILE, when it is not a folder */
    bool folder, ended;          /* `ended`: one of the functions has ended the walk */
    unsigned best;               /* the best rank so far; UINT_MAX: none */
    bool certain;                /* nothing better can come */
    bool again;                  /* findings of that rank were passed over */
    struct cli_finding *waiting; /* one; several only with each->keeps */
    size_t n, cap;
};

/* ---- Where from ------------------------------------------------------------------------------ */

static struct cli_origin origin_of(const char *path)
{
    struct stat st;

    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
        return (struct cli_origin){ .changed = { .tv_sec = -1 }, .bytes = -1 };
    }
    return (struct cli_origin){ .changed = st.st_mtim, .bytes = st.st_size };
}

/* A file in an archive counts as old as the archive: the file's own time says when the host saved
 * it, which may have been years before the archive was made. */
static struct cli_origin origin_in(const struct walk *walk, const char *path)
{
    return walk->folder ? origin_of(path) : walk->origin;
}

int cli_each_refuse(void *ctx, const char *source, const struct dbc_error *error,
                    const struct cli_origin *origin)
{
    (void)ctx;
    (void)source;
    (void)origin;
    cli_fail(error);
    return -1;
}

/* ---- Handing over ---------------------------------------------------------------------------- */

static int ended(struct walk *walk, int rc)
{
    walk->ended = walk->ended || rc != 0;
    return rc;
}

static int failed(struct walk *walk, const char *source, const struct dbc_error *error)
{
    struct cli_origin origin = origin_in(walk, source);

    return ended(walk, walk->each->failed(walk->each->ctx, source, error, &origin));
}

static int hand_over(struct walk *walk, struct cli_host *host, const char *uuid, const char *damage)
{
    const struct cli_about about = { .uuid = uuid == NULL ? "" : uuid,
                                     .damage = damage == NULL ? "" : damage,
                                     .origin = origin_in(walk, host->file) };
    int rc = walk->each->host(walk->each->ctx, host, &about);

    cli_host_release(host);
    return ended(walk, rc);
}

/* Finds the host that the options name; *ret is SIZE_MAX when the pool does not have it.  Returns
 * 0, or -1 when that ends the walk. */
static int named_host(struct walk *walk, const struct cli_finding *finding, size_t *ret)
{
    if (walk->each->strict) {
        *ret = cli_pick_host(&walk->pick, finding);
        return ended(walk, *ret == SIZE_MAX ? -1 : 0);
    }
    *ret = dbc_statedb_find_host(finding->statedb, walk->pick.options->host);
    return 0;
}

static int pool_hosts(struct walk *walk, const struct cli_finding *finding)
{
    const char *asked = walk->pick.options->host;
    size_t n = dbc_statedb_n_hosts(finding->statedb), only = SIZE_MAX;
    int rc = asked == NULL ? 0 : named_host(walk, finding, &only);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        struct cli_host host = { 0 };
        struct dbc_error err = DBC_ERROR_INIT;

        if (asked != NULL && i != only) {
            continue;
        }
        rc = cli_made_of_pool(&walk->pick, finding, i, &host, &err) == 0
                 ? hand_over(walk, &host, host.uuid, finding->damage)
                 : failed(walk, finding->path, &err);
    }
    return rc;
}

static int plain_host(struct walk *walk, struct cli_finding *finding)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct cli_host host = { 0 };
    char *uuid = NULL;
    int rc = -1;

    if (cli_made_plain(&walk->pick, finding, &host, &err) != 0) {
        return failed(walk, finding->path, &err);
    }
    uuid = cli_pick_uuid(&walk->pick, finding->member);
    rc = hand_over(walk, &host, uuid, finding->damage);
    free(uuid);
    return rc;
}

static int hosts_of(struct walk *walk, struct cli_finding *finding)
{
    if (walk->each->strict) {
        cli_pick_say_taken(&walk->pick, finding);
    }
    return finding->format == CLI_FORMAT_STATEDB ? pool_hosts(walk, finding)
                                                 : plain_host(walk, finding);
}

static int settle_one(struct walk *walk, struct cli_finding *finding)
{
    for (size_t i = 0; i < finding->warnings.n; i++) {
        cli_warning("%s", finding->warnings.v[i]);
    }
    if (finding->warnings.failed) {
        dbc_fail_nomem(&finding->error);
    }
    return finding->error.code != DBC_OK ? failed(walk, finding->path, &finding->error)
                                         : hosts_of(walk, finding);
}

static void drop(struct walk *walk)
{
    for (size_t i = 0; i < walk->n; i++) {
        cli_finding_release(&walk->waiting[i]);
    }
    walk->n = 0;
}

/* Hands over the hosts of the findings that wait. */
static int settle(struct walk *walk)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < walk->n; i++) {
        rc = settle_one(walk, &walk->waiting[i]);
        cli_around_forget(&walk->pick.findings.around, walk->waiting[i].member);
    }
    drop(walk);
    return rc;
}

/* Returns all ranks up to this one. */
static unsigned ranks_to(unsigned rank)
{
    return rank * 2 - 1;
}

/* Takes a rank that is better than all before, which do not count any more. */
static void prefer(struct walk *walk, unsigned rank)
{
    struct cli_findings *findings = &walk->pick.findings;

    drop(walk);
    walk->best = rank;
    walk->again = false;
    walk->certain = rank == CLI_FORMAT_CACHE;
    findings->ranks = findings->member == NULL ? ranks_to(rank) : 0;
}

/* Passes over one more finding of a rank that may not count; if it does, FILE is read again. */
static void pass_over(struct walk *walk)
{
    struct cli_findings *findings = &walk->pick.findings;

    drop(walk);
    walk->again = true;
    findings->ranks = findings->member == NULL ? ranks_to(walk->best / 2) : 0;
}

static bool is_pipe(const struct walk *walk)
{
    return !walk->folder && walk->origin.bytes < 0;
}

/* A cli_take_fn. */
static int take(void *ctx, struct cli_finding *finding, struct dbc_error *err)
{
    struct walk *walk = ctx;
    unsigned rank = finding->rank == 0 ? cli_pick_rank(finding) : finding->rank;

    if (rank < walk->best) {
        prefer(walk, rank);
    } else if (rank > walk->best) {
        return 0;
    } else if (walk->certain) {
        if (settle(walk) != 0) {
            return -1;
        }
    } else if (!walk->each->keeps || !is_pipe(walk)) {
        pass_over(walk);
        return 0;
    }
    if (walk->n == CLI_LIMIT_FINDINGS) {
        return dbc_fail(err, DBC_ELIMIT, TOO_MANY, finding->path, CLI_LIMIT_FINDINGS);
    }
    if (!DBC_GROW(walk->waiting, walk->n, walk->cap)) {
        return dbc_fail_nomem(err);
    }
    walk->waiting[walk->n++] = *finding;
    *finding = (struct cli_finding){ 0 };
    return 0;
}

/* ---- Walking --------------------------------------------------------------------------------- */

static int search_file(struct walk *walk, struct dbc_error *err)
{
    const char *file = walk->pick.wanted->file;
    int in = STDIN_FILENO;
    struct dbc_stream stream = dbc_stream_of_fd(&in, "standard input");

    if (walk->folder) {
        return cli_findings_folder(&walk->pick.findings, file, err);
    }
    return strcmp(file, "-") == 0 ? cli_findings_stream(&walk->pick.findings, &stream, err)
                                  : cli_findings_file(&walk->pick.findings, file, err);
}

/* Reads FILE once; what an earlier pass has found out stays known. */
static int pass(struct walk *walk, struct dbc_error *err)
{
    cli_around_release(&walk->pick.findings.around);
    if (search_file(walk, err) != 0) {
        return -1;
    }
    return walk->again && !walk->certain ? 0 : settle(walk);
}

static int refuse_nothing(const struct walk *walk, struct dbc_error *err)
{
    const char *file = walk->pick.wanted->file, *member = walk->pick.options->member;

    if (member != NULL) {
        return dbc_fail(err, DBC_ENOENT, "%s: no file in it is %s", file, member);
    }
    return dbc_fail(err, DBC_ENOENT, "%s: no network.dbcache, state.db or networkd.db in it", file);
}

/* Reads FILE a second time and takes all findings of the rank that counts. */
static int pass_again(struct walk *walk, struct dbc_error *err)
{
    if (is_pipe(walk)) {
        return dbc_fail(err, DBC_EUNSUPPORTED,
                        "%s: no network.dbcache in it; for the several databases that it has it is "
                        "read again, which a pipe cannot be: save it as a file first",
                        walk->pick.wanted->file);
    }
    walk->pick.findings.ranks = walk->pick.findings.member == NULL ? walk->best : 0;
    walk->certain = true;
    return pass(walk, err);
}

static int search(struct walk *walk, struct dbc_error *err)
{
    struct cli_findings *findings = &walk->pick.findings;

    if (walk->folder &&
        (cli_findings_root(findings, walk->pick.wanted->file, err) != 0 || settle(walk) != 0)) {
        return -1;
    }
    if (findings->found > 0) {
        return 0;
    }
    if (pass(walk, err) != 0) {
        return -1;
    }
    if (findings->found == 0) {
        return refuse_nothing(walk, err);
    }
    return walk->again ? pass_again(walk, err) : 0;
}

static int own_host(const struct cli_options *options, const struct cli_each *each)
{
    const struct cli_wanted wanted = { .formats = cli_formats_of(NULL) };
    const struct cli_about about = { .uuid = "", .damage = "", .origin = origin_of("-") };
    struct cli_host host = { 0 };
    int rc = cli_input_host(options, &wanted, &host);

    if (rc == 0) {
        rc = each->host(each->ctx, &host, &about);
        cli_host_release(&host);
    }
    return rc;
}

int cli_input_each(const struct cli_options *options, const char *file, const struct cli_each *each)
{
    const struct cli_wanted wanted = { .file = file, .formats = cli_formats_of(file) };
    struct walk walk = { .pick = { .options = options, .wanted = &wanted },
                         .each = each,
                         .origin = origin_of(file == NULL ? "-" : file),
                         .folder = file != NULL && dbc_file_is_folder(file),
                         .best = UINT_MAX };
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = 0;

    if (file == NULL) {
        return own_host(options, each);
    }
    cli_findings_init(&walk.pick.findings, wanted.formats, options->member);
    walk.pick.findings.take = take;
    walk.pick.findings.ctx = &walk;
    if (search(&walk, &err) != 0 && !walk.ended) {
        rc = settle(&walk) == 0 ? failed(&walk, file, &err) : -1;
    }
    drop(&walk);
    free(walk.waiting);
    cli_findings_release(&walk.pick.findings);
    return walk.ended ? -1 : rc;
}

/* ---- All hosts at once ----------------------------------------------------------------------- */

struct keeping {
    struct cli_hosts *hosts;
    size_t files; /* in the archive or folder in hand, besides databases of pools */
};

/* `host` of a struct cli_each. */
static int keep_host(void *ctx, struct cli_host *host, const struct cli_about *about)
{
    struct keeping *keeping = ctx;
    struct cli_hosts *hosts = keeping->hosts;

    (void)about;
    keeping->files += host->format != CLI_FORMAT_STATEDB;
    if (keeping->files > CLI_LIMIT_FINDINGS) {
        cli_error(TOO_MANY, host->file, CLI_LIMIT_FINDINGS);
        return -1;
    }
    if (!DBC_GROW(hosts->v, hosts->n, hosts->cap)) {
        cli_fail_nomem();
        return -1;
    }
    hosts->v[hosts->n++] = *host;
    *host = (struct cli_host){ 0 };
    return 0;
}

int cli_input_hosts(const struct cli_options *options, char *const *files, size_t n,
                    struct cli_hosts *ret)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && (i < n || i == 0); i++) {
        struct keeping keeping = { .hosts = ret };
        const struct cli_each each = { keep_host, cli_each_refuse, &keeping, true, true };
        rc = cli_input_each(options, n == 0 ? NULL : files[i], &each);
    }
    return rc;
}

void cli_hosts_release(struct cli_hosts *hosts)
{
    for (size_t i = 0; i < hosts->n; i++) {
        cli_host_release(&hosts->v[i]);
    }
    free(hosts->v);
    *hosts = (struct cli_hosts){ 0 };
}
