/* each.c - see each.h.  A finding waits until the next one comes or the file ends: by then the
 * inventory of its host has passed by, which stands behind it as often as in front. */
#include "each.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "made.h"

struct walk {
    struct cli_pick pick;
    const struct cli_each *each;
    struct cli_origin origin; /* of FILE, when that is no folder */
    bool folder, ended;       /* `ended`: one of the functions said so */
    bool waits;
    struct cli_finding waiting;
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

/* What is inside of an archive is as old as that: its own time says when its host saved it, which
 * may have been years before somebody looked. */
static struct cli_origin origin_in(const struct walk *walk, const char *path)
{
    return walk->folder ? origin_of(path) : walk->origin;
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

static int pool_hosts(struct walk *walk, const struct cli_finding *finding)
{
    const char *asked = walk->pick.options->host;
    size_t n = dbc_statedb_n_hosts(finding->statedb);
    size_t only = asked == NULL ? SIZE_MAX : dbc_statedb_find_host(finding->statedb, asked);
    int rc = 0;

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

/* The finding that waits. */
static int settle(struct walk *walk)
{
    struct cli_finding *finding = &walk->waiting;
    int rc = 0;

    if (!walk->waits) {
        return 0;
    }
    walk->waits = false;
    for (size_t i = 0; i < finding->warnings.n; i++) {
        cli_warning("%s", finding->warnings.v[i]);
    }
    if (finding->warnings.failed) {
        dbc_fail_nomem(&finding->error);
    }
    if (finding->error.code != DBC_OK) {
        rc = failed(walk, finding->path, &finding->error);
    } else {
        rc = finding->format == CLI_FORMAT_STATEDB ? pool_hosts(walk, finding)
                                                   : plain_host(walk, finding);
    }
    cli_around_forget(&walk->pick.findings.around, finding->member);
    cli_finding_release(finding);
    return rc;
}

/* A cli_take_fn. */
static int take(void *ctx, struct cli_finding *finding, struct dbc_error *err)
{
    struct walk *walk = ctx;

    if (settle(walk) != 0) {
        return -1;
    }
    (void)err;
    walk->waiting = *finding;
    walk->waits = true;
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

/* One time through FILE for what stands so far back; 0 for names of any rank. */
static int pass(struct walk *walk, unsigned rank, struct dbc_error *err)
{
    walk->pick.findings.rank = rank;
    cli_around_release(&walk->pick.findings.around);
    if (search_file(walk, err) != 0) {
        return -1;
    }
    return settle(walk);
}

/* The nearest rank behind this one that has been passed over; 0: none. */
static unsigned next_rank(unsigned others, unsigned rank)
{
    for (unsigned next = rank * 2; next <= CLI_RANK_SPARE; next *= 2) {
        if ((others & next) != 0) {
            return next;
        }
    }
    return 0;
}

static int search(struct walk *walk, struct dbc_error *err)
{
    struct cli_findings *findings = &walk->pick.findings;
    const char *file = walk->pick.wanted->file;
    unsigned rank = walk->pick.options->member == NULL ? CLI_FORMAT_CACHE : 0;

    if (walk->folder && (cli_findings_root(findings, file, err) != 0 || settle(walk) != 0)) {
        return -1;
    }
    while (findings->found == 0) {
        if (pass(walk, rank, err) != 0) {
            return -1;
        }
        rank = next_rank(findings->others, rank);
        if (findings->found == 0 && rank == 0) {
            return dbc_fail(err, DBC_ENOENT,
                            "%s: no network.dbcache, state.db or networkd.db in it", file);
        }
        if (findings->found == 0 && !walk->folder && walk->origin.bytes < 0) {
            return dbc_fail(err, DBC_EUNSUPPORTED,
                            "%s: no network.dbcache in it; for what else it has it is read again, "
                            "which a pipe cannot be: save it as a file first",
                            file);
        }
    }
    return 0;
}

int cli_input_each(const struct cli_options *options, const char *file, const struct cli_each *each)
{
    const struct cli_wanted wanted = { .file = file, .formats = cli_formats_of(file) };
    struct walk walk = { .pick = { .options = options, .wanted = &wanted },
                         .each = each,
                         .origin = origin_of(file),
                         .folder = dbc_file_is_folder(file) };
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = 0;

    cli_findings_init(&walk.pick.findings, wanted.formats, options->member);
    walk.pick.findings.take = take;
    walk.pick.findings.ctx = &walk;
    if (search(&walk, &err) != 0 && !walk.ended) {
        rc = settle(&walk) == 0 ? failed(&walk, file, &err) : -1;
    }
    cli_findings_release(&walk.pick.findings);
    return walk.ended ? -1 : rc;
}
