/* findings.c - finds and reads files (findings.h).  A file from a folder or an archive comes as a
 * name and a stream (consider()).  Its format is found from its first bytes, and it is read at
 * once, since an archive can be read only once. */
#include "findings.h"

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/peek.h"
#include "base/error.h"
#include "base/file.h"
#include "base/grow.h"
#include "networkd/networkd.h"
#include "source/known.h"
#include "xml/reader.h"

/* ---- Names ----------------------------------------------------------------------------------- */

static bool is_member(const char *wanted, const char *path)
{
    return fnmatch(wanted, path, 0) == 0 || dbc_is_below(path, wanted);
}

/* What a file in a folder or an archive is for the search, by its name. */
enum role { NOTHING, INVENTORY, SCRIPT, CANDIDATE, SPARE };

unsigned cli_finding_rank(enum cli_format format, bool spare)
{
    return spare ? CLI_RANK_SPARE : format;
}

static enum role role_of_rank(struct cli_findings *findings, enum cli_format format, bool spare)
{
    unsigned rank = cli_finding_rank(format, spare);

    if (findings->ranks != 0 && (findings->ranks & rank) == 0) {
        return NOTHING;
    }
    findings->rank = rank;
    return spare ? SPARE : CANDIDATE;
}

static enum role role_of(struct cli_findings *findings, const char *path)
{
    bool asked = findings->member == NULL || is_member(findings->member, path);
    const struct dbc_usual *usual = NULL;

    findings->rank = 0;
    if (cli_is_inventory(path)) {
        return INVENTORY;
    }
    if (findings->formats == CLI_FORMAT_IFCFG) {
        return asked && cli_is_script(path) ? SCRIPT : NOTHING;
    }
    if (findings->member != NULL) {
        return asked ? CANDIDATE : NOTHING;
    }
    usual = dbc_usual_name(path);
    if (usual == NULL || (findings->formats & usual->format) == 0) {
        return NOTHING;
    }
    return role_of_rank(findings, (enum cli_format)usual->format, usual->spare);
}

/* ---- Findings -------------------------------------------------------------------------------- */

void cli_findings_init(struct cli_findings *findings, unsigned formats, const char *member)
{
    *findings = (struct cli_findings){ .formats = formats, .member = member };
}

void cli_finding_release(struct cli_finding *finding)
{
    free(finding->path);
    free(finding->member);
    dbc_db_free(finding->db);
    dbc_statedb_free(finding->statedb);
    dbc_buf_release(&finding->text);
    dbc_strvec_release(&finding->warnings);
    free(finding->damage);
}

void cli_findings_release(struct cli_findings *findings)
{
    for (size_t i = 0; i < findings->n; i++) {
        cli_finding_release(&findings->v[i]);
    }
    cli_around_release(&findings->around);
    free(findings->v);
    cli_findings_init(findings, 0, NULL);
}

static struct cli_finding *add_finding(struct cli_findings *findings, const char *path,
                                       const char *member, struct dbc_error *err)
{
    struct cli_finding *finding = NULL;

    if (findings->n == CLI_LIMIT_FINDINGS) {
        dbc_fail(err, DBC_ELIMIT, "%s: more than %d files to choose from; --member says which",
                 path, CLI_LIMIT_FINDINGS);
        return NULL;
    }
    if (!DBC_GROW(findings->v, findings->n, findings->cap)) {
        dbc_fail_nomem(err);
        return NULL;
    }
    finding = &findings->v[findings->n];
    *finding = (struct cli_finding){ .path = strdup(path),
                                     .member = strdup(member),
                                     .spare = findings->spare,
                                     .rank = findings->rank };
    if (finding->path == NULL || finding->member == NULL) {
        cli_finding_release(finding);
        dbc_fail_nomem(err);
        return NULL;
    }
    findings->n++;
    findings->found++;
    return finding;
}

/* Hands over the last finding, which has been read. */
static int hand_over(struct cli_findings *findings, struct dbc_error *err)
{
    struct cli_finding *finding = &findings->v[findings->n - 1];
    int rc = 0;

    if (findings->take == NULL) {
        return 0;
    }
    rc = findings->take(findings->ctx, finding, err);
    cli_finding_release(finding);
    findings->n--;
    return rc;
}

static void keep_warning(void *ctx, const struct dbc_error *warning)
{
    struct cli_finding *finding = ctx;
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];

    dbc_strvec_push(&finding->warnings, dbc_error_string(warning, text, sizeof text));
    if (warning->code != DBC_EINVAL && finding->damage == NULL) {
        finding->damage = strdup(text);
        finding->warnings.failed = finding->warnings.failed || finding->damage == NULL;
    }
}

/* Whether a file of this kind has been read: with `one`, only one of each is kept in memory. */
static bool has_earlier(const struct cli_findings *findings, const struct cli_finding *finding)
{
    for (const struct cli_finding *f = findings->v; f < finding; f++) {
        if (f->format == finding->format && f->spare == finding->spare) {
            return true;
        }
    }
    return false;
}

/* Reads the file into the finding, which gets the error when that fails. */
static void read_finding(const struct cli_findings *findings, struct cli_finding *finding,
                         const struct dbc_peek *peek)
{
    struct dbc_error *err = &finding->error;

    finding->format = (enum cli_format)dbc_looks_like(peek->head, peek->len);
    if (findings->one && has_earlier(findings, finding)) {
        return;
    }
    switch (finding->format) {
    case CLI_FORMAT_CACHE:
        finding->db = dbc_xml_read_stream(&peek->stream, keep_warning, finding, err);
        break;
    case CLI_FORMAT_STATEDB:
        finding->statedb = dbc_statedb_read(&peek->stream, keep_warning, finding, err);
        break;
    case CLI_FORMAT_NETWORKD:
        dbc_stream_read_all(&peek->stream, DBC_LIMIT_NETWORKD_BYTES, &finding->text, err);
        break;
    case CLI_FORMAT_IFCFG:
        break; /* known by its name, not by its content */
    }
}

/* ---- Files as they come ---------------------------------------------------------------------- */

/* Reads a compressed file inside of a folder or an archive. */
static int unpack_one(struct cli_findings *findings, const char *path, const char *member,
                      const struct dbc_stream *stream, struct dbc_error *err)
{
    struct dbc_archive *archive = dbc_archive_open(stream, err);
    struct dbc_member inner = { 0 };
    struct dbc_stream bytes = { 0 };
    struct cli_finding *finding = NULL;
    struct dbc_error why = DBC_ERROR_INIT;
    struct dbc_peek peek;
    int rc = -1, found = archive == NULL ? -1 : dbc_archive_next(archive, &inner, &why);

    if (archive == NULL || (finding = add_finding(findings, path, member, err)) == NULL) {
        goto out;
    }
    if (found == 1 && inner.path[0] == '\0') {
        bytes = dbc_archive_stream(archive, finding->path);
        if (dbc_peek_open(&peek, &bytes, &finding->error) == 0) {
            read_finding(findings, finding, &peek);
        }
    } else if (found < 0) {
        finding->error = why;
    } else {
        dbc_fail_at(&finding->error, DBC_EUNSUPPORTED, path, 0, 0,
                    "an archive inside of an archive is not looked into: unpack it first");
    }
    rc = hand_over(findings, err);
out:
    dbc_archive_close(archive);
    return rc;
}

/* Reads what is neither packed nor an archive, behind the bytes that were looked at. */
static int read_plain(struct cli_findings *findings, const char *path, const char *member,
                      const struct dbc_peek *peek, struct dbc_error *err)
{
    struct cli_finding *finding = add_finding(findings, path, member, err);

    if (finding == NULL) {
        return -1;
    }
    read_finding(findings, finding, peek);
    return hand_over(findings, err);
}

static int read_member(struct cli_findings *findings, const char *path, const char *member,
                       const struct dbc_stream *stream, struct dbc_error *err)
{
    struct dbc_peek peek;

    if (dbc_peek_open(&peek, stream, err) != 0) {
        return -1;
    }
    return dbc_looks_packed(peek.head, peek.len)
               ? unpack_one(findings, path, member, &peek.stream, err)
               : read_plain(findings, path, member, &peek, err);
}

/* Reads a file of a folder or an archive by its role.  -1 only when the search cannot go on. */
static int consider(struct cli_findings *findings, enum role role, const char *path,
                    const char *member, const struct dbc_stream *stream, struct dbc_error *err)
{
    int rc = 0;

    switch (role) {
    case NOTHING:
        return 0;
    case INVENTORY:
        return cli_around_add_inventory(&findings->around, path, member, stream, err);
    case SCRIPT:
        return cli_around_add_script(&findings->around, path, member, stream, err);
    case CANDIDATE:
    case SPARE:
        break;
    }
    findings->spare = role == SPARE;
    rc = read_member(findings, path, member, stream, err);
    findings->spare = false;
    return rc;
}

/* Reads a member, but none whose name leads out of the archive. */
static int consider_member(struct cli_findings *findings, struct dbc_archive *archive,
                           const struct dbc_member *member, const char *name, struct dbc_error *err)
{
    enum role role = role_of(findings, member->path);
    struct dbc_buf path = DBC_BUF_INIT;
    int rc = -1;

    if (member->outside && role != NOTHING) {
        cli_warning("%s: %s leads out of the archive and is left out", name, member->path);
    }
    if (member->outside || role == NOTHING) {
        return 0;
    }
    dbc_buf_addf(&path, "%s:%s", name, member->path);
    if (path.failed) {
        dbc_fail_nomem(err);
    } else {
        struct dbc_stream bytes = dbc_archive_stream(archive, dbc_buf_str(&path));
        rc = consider(findings, role, dbc_buf_str(&path), member->path, &bytes, err);
    }
    dbc_buf_release(&path);
    return rc;
}

static int search_packed(struct cli_findings *findings, const struct dbc_stream *stream,
                         struct dbc_error *err)
{
    struct dbc_archive *archive = dbc_archive_open(stream, err);
    struct dbc_member member = { 0 };
    int rc = archive == NULL ? -1 : 0, found = 0;

    while (rc == 0 && (found = dbc_archive_next(archive, &member, err)) == 1) {
        if (member.path[0] == '\0') {
            struct dbc_stream bytes = dbc_archive_stream(archive, stream->name);
            rc = read_member(findings, stream->name, "", &bytes, err);
            break;
        }
        rc = consider_member(findings, archive, &member, stream->name, err);
    }
    dbc_archive_close(archive);
    return rc != 0 || found < 0 ? -1 : 0;
}

int cli_findings_stream(struct cli_findings *findings, const struct dbc_stream *stream,
                        struct dbc_error *err)
{
    struct dbc_peek peek;

    if (dbc_peek_open(&peek, stream, err) != 0) {
        return -1;
    }
    return dbc_looks_packed(peek.head, peek.len)
               ? search_packed(findings, &peek.stream, err)
               : read_plain(findings, stream->name, "", &peek, err);
}

/* ---- Files and folders ----------------------------------------------------------------------- */

int cli_findings_file(struct cli_findings *findings, const char *path, struct dbc_error *err)
{
    int fd = dbc_file_open(path, true, err), rc = -1; /* pipes, too: a shell's <(COMMAND) */
    struct dbc_stream stream = dbc_stream_of_fd(&fd, path);

    if (fd >= 0) {
        rc = cli_findings_stream(findings, &stream, err);
        close(fd);
    }
    return rc;
}

static int consider_file(struct cli_findings *findings, const char *path, const char *member,
                         struct dbc_error *err)
{
    enum role role = role_of(findings, member);
    int fd = role == NOTHING ? -1 : dbc_file_open(path, false, err), rc = role == NOTHING ? 0 : -1;
    struct dbc_stream stream = dbc_stream_of_fd(&fd, path);

    if (fd >= 0) {
        rc = consider(findings, role, path, member, &stream, err);
        close(fd);
    }
    return rc;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Warns of a folder or file that cannot be read, since the wanted file may be there. */
static int check_entry(const FTSENT *entry, struct dbc_error *err)
{
    if (entry->fts_info != FTS_DNR && entry->fts_info != FTS_NS && entry->fts_info != FTS_ERR) {
        return 0;
    }
    if (entry->fts_errno == ENOMEM) {
        return dbc_fail_nomem(err);
    }
    cli_warning("%s: cannot look into it: %s", entry->fts_path, strerror(entry->fts_errno));
    return 0;
}

/* Looks at all files of a folder; does not follow links or enter other file systems. */
static int walk(struct cli_findings *findings, FTS *fts, size_t root_len, struct dbc_error *err)
{
    FTSENT *entry = NULL;
    size_t n = 0;

    while ((errno = 0, entry = fts_read(fts)) != NULL) {
        if (++n > CLI_LIMIT_WALK) {
            return dbc_fail(err, DBC_ELIMIT, "%s: more than %d files; name the one that is meant",
                            fts->fts_array == NULL ? "" : entry->fts_path, CLI_LIMIT_WALK);
        }
        if (check_entry(entry, err) != 0) {
            return -1;
        }
        if (entry->fts_info == FTS_D && entry->fts_level > CLI_LIMIT_WALK_DEPTH) {
            fts_set(fts, entry, FTS_SKIP);
        }
        if (entry->fts_info == FTS_F &&
            consider_file(findings, entry->fts_path, entry->fts_path + root_len, err) != 0) {
            return -1;
        }
    }
    return errno == 0 ? 0 : dbc_fail_errno(err, errno, "cannot look into the folder");
}

/* Returns the length of the folder's name and the '/' behind it, which members do not have. */
static size_t root_length(const char *folder)
{
    size_t len = strlen(folder);

    return len > 0 && folder[len - 1] == '/' ? len : len + 1;
}

int cli_findings_folder(struct cli_findings *findings, const char *folder, struct dbc_error *err)
{
    char *root = strdup(folder), *roots[] = { root, NULL };
    FTS *fts = NULL;
    int rc = -1;

    if (root == NULL) {
        return dbc_fail_nomem(err);
    }
    fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name);
    if (fts == NULL) {
        dbc_fail_errno(err, errno, "%s: cannot look into the folder", folder);
    } else {
        rc = walk(findings, fts, root_length(folder), err);
        fts_close(fts);
    }
    free(root);
    return rc;
}

/* ---- A host's root --------------------------------------------------------------------------- */

/* The usual places, the best first: the first that is there makes the rest uninteresting.  An
 * upgraded host has both folders, and one of them may be a symbolic link. */
static const struct {
    const char *path;
    enum cli_format format;
} usual_places[] = {
    { "var/xapi/network.dbcache", CLI_FORMAT_CACHE },
    { "var/lib/xcp/network.dbcache", CLI_FORMAT_CACHE },
    { "var/xapi/state.db", CLI_FORMAT_STATEDB },
    { "var/lib/xcp/state.db", CLI_FORMAT_STATEDB },
    { "var/lib/xcp/networkd.db", CLI_FORMAT_NETWORKD },
    { "var/xapi/networkd.db", CLI_FORMAT_NETWORKD },
    { "var/lib/xcp/network.dbcache.bak", CLI_FORMAT_CACHE },
    { "var/xapi/network.dbcache.bak", CLI_FORMAT_CACHE },
};

#define SCRIPTS "etc/sysconfig/network-scripts"

/* Looks at a file of the host or, of SCRIPTS, at all files of the folder. */
static int search_place(struct cli_findings *findings, const char *prefix, const char *place,
                        struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    struct stat st;
    int rc = 0;

    dbc_buf_addf(&path, "%s/%s", prefix, place);
    if (path.failed) {
        rc = dbc_fail_nomem(err);
    } else if (stat(dbc_buf_str(&path), &st) == 0) {
        rc = strcmp(place, SCRIPTS) == 0 ? cli_findings_folder(findings, path.data, err)
                                         : consider_file(findings, path.data, place, err);
    }
    dbc_buf_release(&path);
    return rc;
}

int cli_findings_root(struct cli_findings *findings, const char *prefix, struct dbc_error *err)
{
    int rc = search_place(findings, prefix, "etc/xensource-inventory", err);

    if (rc == 0) {
        rc = search_place(findings, prefix, "etc/xcp/inventory", err);
    }
    for (size_t i = 0; rc == 0 && i < sizeof usual_places / sizeof usual_places[0]; i++) {
        if (findings->found == 0 && (findings->formats & usual_places[i].format) != 0) {
            rc = search_place(findings, prefix, usual_places[i].path, err);
        }
    }
    if (rc == 0 && (findings->formats & CLI_FORMAT_IFCFG) != 0) {
        rc = search_place(findings, prefix, "etc/sysconfig/network", err);
    }
    if (rc == 0 && (findings->formats & CLI_FORMAT_IFCFG) != 0) {
        rc = search_place(findings, prefix, SCRIPTS, err);
    }
    return rc;
}
