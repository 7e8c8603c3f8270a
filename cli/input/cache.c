/* cache.c - decides which file FILE means and which host's lock it needs (command.h, cache.h).  The
 * library reads and writes it. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/lock.h"
#include "cli/keep.h"
#include "cli/program.h"
#include "findings.h"
#include "hosts.h"
#include "reconfigure/confirm.h"
#include "reconfigure/lock.h"
#include "reconfigure/plan/plan_diff.h"
#include "source/known.h"
#include "xml/reader.h"
#include "xml/writer.h"

#define LOCK_WAIT 10000 /* ms; a person waits for the program */

struct reading {
    bool damaged; /* a warning said that the rest of the file is lost */
};

static void warn(void *ctx, const struct dbc_error *warning)
{
    struct reading *reading = ctx;

    reading->damaged = reading->damaged || warning->code != DBC_EINVAL;
    cli_print_warning(NULL, warning);
}

/* ---- Which file ------------------------------------------------------------------------------ */

bool cli_is_file(const char *word)
{
    struct stat st;

    return strcmp(word, "-") == 0 || strchr(word, '/') != NULL || stat(word, &st) == 0;
}

char *cli_own_cache(const char *prefix, struct dbc_error *err)
{
    struct ifr_facts *facts = ifr_facts_new(prefix, NULL, NULL, err);
    char path[PATH_MAX];
    int rc = facts == NULL ? -1 : ifr_facts_path(facts, ifr_facts_cache_path(facts), path, err);

    ifr_facts_free(facts);
    return rc == 0 ? strdup(path) : NULL;
}

char *cli_cache_of(const struct cli_options *options, const char *file, char **prefix,
                   struct dbc_error *err)
{
    bool tree = file != NULL && dbc_file_is_folder(file);
    char *path = NULL;

    *prefix = tree ? program_prefix(file) : strdup(options->root_prefix);
    if (*prefix != NULL) {
        path = file == NULL || tree ? cli_own_cache(*prefix, err) : strdup(file);
    }
    if (path == NULL) {
        dbc_fail_nomem(err); /* an earlier error stays */
        free(*prefix);
        *prefix = NULL;
    }
    return path;
}

/* ---- Reading --------------------------------------------------------------------------------- */

struct dbc_db *cli_load(const struct cli_options *options, const char *file)
{
    struct cli_wanted wanted = { .file = file, .formats = cli_formats_of(file) };
    struct cli_host host = { 0 };
    struct dbc_db *db = NULL;

    if (cli_input_host(options, &wanted, &host) == 0) {
        db = host.db;
        host.db = NULL;
        cli_host_release(&host);
    }
    return db;
}

/* ---- Changing -------------------------------------------------------------------------------- */

bool cli_same_file(const char *a, const char *b)
{
    struct stat x, y;

    return strcmp(a, b) == 0 ||
           (stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* Refuses while a change of the host waits for its confirmation: going back restores the cache. */
static int lock_host(const char *prefix, int *lock, struct dbc_error *err)
{
    struct ifr_facts *facts = ifr_facts_new(prefix, NULL, NULL, err);
    int rc = -1;

    if (facts != NULL) {
        *lock = ifr_lock_take(facts, LOCK_WAIT, err);
        rc = *lock < 0 ? -1 : ifr_confirm_check(facts, err);
    }
    ifr_facts_free(facts);
    return rc;
}

int cli_lock(const char *path, const char *prefix, int *lock, struct dbc_error *err)
{
    char *own = cli_own_cache(prefix, err);
    int rc = own == NULL ? dbc_fail_nomem(err) : 0;

    if (rc == 0 && cli_same_file(path, own)) {
        rc = lock_host(prefix, lock, err);
    }
    free(own);
    return rc;
}

/* Refuses everything but a plain network.dbcache: no other file can be written back. */
static int check_kind(const struct cli_edit *edit, struct dbc_error *err)
{
    const char *head = dbc_buf_str(&edit->bytes);
    size_t len = edit->bytes.len;

    if (!dbc_looks_packed(head, len) && dbc_looks_like(head, len) == DBC_FORMAT_CACHE) {
        return 0;
    }
    return dbc_fail_at(err, DBC_EUNSUPPORTED, edit->path, 0, 0,
                       "only a network.dbcache that is not packed can be changed; dbcache import, "
                       "or dbcache format, makes one from this");
}

static int read_for_change(struct cli_edit *edit, unsigned flags, struct dbc_error *err)
{
    struct reading reading = { 0 };

    if (dbc_file_read(edit->path, DBC_LIMIT_FILE_BYTES, &edit->bytes, err) != 0) {
        return -1;
    }
    if (check_kind(edit, err) != 0) {
        return -1;
    }
    edit->db = dbc_xml_read_memory(edit->path, dbc_buf_str(&edit->bytes), edit->bytes.len, warn,
                                   &reading, err);
    if (edit->db == NULL) {
        return -1;
    }
    edit->damaged = reading.damaged;
    if (reading.damaged && (flags & CLI_EDIT_FORCE) == 0) {
        return dbc_fail_at(err, DBC_EPARSE, edit->path, 0, 0,
                           "damaged: writing it would give up what is behind the damage; "
                           "--force does");
    }
    return dbc_xml_format(edit->db, &edit->before, err);
}

int cli_edit_open(const struct cli_options *options, const char *file, unsigned flags,
                  struct cli_edit *edit)
{
    struct dbc_error err = DBC_ERROR_INIT;
    char *prefix = NULL;
    int rc = -1;

    *edit = CLI_EDIT_INIT;
    if (file != NULL && strcmp(file, "-") == 0) {
        cli_error("standard input cannot be changed in place: give a file");
        return CLI_FAILED;
    }
    edit->path = cli_cache_of(options, file, &prefix, &err);
    if (edit->path != NULL &&
        ((flags & CLI_EDIT_DRY_RUN) != 0 || cli_lock(edit->path, prefix, &edit->lock, &err) == 0)) {
        rc = read_for_change(edit, flags, &err);
    }
    free(prefix);
    if (rc != 0) {
        cli_edit_close(edit);
        return cli_fail(&err);
    }
    return CLI_OK;
}

bool cli_has_history(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strcmp(slash == NULL ? path : slash + 1, "network.dbcache") == 0;
}

int cli_edit_save(struct cli_edit *edit, const char *reason)
{
    struct dbc_error err = DBC_ERROR_INIT;
    bool changed = false;

    if (dbc_xml_write_file(edit->db, edit->path, &changed, &err) != 0) {
        return cli_fail(&err);
    }
    if (changed && cli_has_history(edit->path)) {
        cli_history_keep(edit->path, &edit->bytes, reason);
    }
    return CLI_OK;
}

int cli_print_diff(const struct dbc_buf *before, const struct dbc_buf *after, const char *above)
{
    struct dbc_buf shown = DBC_BUF_INIT;
    int status = CLI_OK;

    ifr_diff(dbc_buf_str(before), dbc_buf_str(after), 0, &shown);
    if (shown.failed) {
        status = cli_fail_nomem();
    }
    printf("%s%s", shown.len == 0 ? "" : above, dbc_buf_str(&shown));
    dbc_buf_release(&shown);
    return status;
}

int cli_edit_print_diff(const struct cli_edit *edit)
{
    struct dbc_buf after = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int status = dbc_xml_format(edit->db, &after, &err) != 0
                     ? cli_fail(&err)
                     : cli_print_diff(&edit->before, &after, "");

    dbc_buf_release(&after);
    return status;
}

void cli_edit_close(struct cli_edit *edit)
{
    dbc_db_free(edit->db);
    dbc_buf_release(&edit->bytes);
    dbc_buf_release(&edit->before);
    dbc_lock_drop(edit->lock);
    free(edit->path);
    *edit = CLI_EDIT_INIT;
}
