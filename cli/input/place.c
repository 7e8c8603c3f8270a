/* place.c - looks at and replaces a cache (place.h).  The lock is held only while it is written:
 * making the records may take as long as XAPI or a large archive does, and the boot sequence waits
 * for the same lock. */
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/lock.h"
#include "cache.h"
#include "cli/keep.h"
#include "xml/reader.h"
#include "xml/writer.h"

#define MODE 0644

/* ---- Which file ------------------------------------------------------------------------------ */

static int resolve(const struct cli_options *options, const char *path, struct cli_place *target,
                   struct dbc_error *err)
{
    char *own = cli_own_cache(options->root_prefix, err);

    if (own == NULL) {
        return -1;
    }
    target->prefix = options->root_prefix;
    target->own = path == NULL || cli_same_file(path, own);
    target->path = path == NULL ? own : strdup(path);
    if (path != NULL) {
        free(own);
    }
    return target->path == NULL ? dbc_fail_nomem(err) : 0;
}

/* Fails when the cache's folder does not exist: taking the lock would make folders below a prefix
 * that may be wrong. */
static int need_folder(const struct cli_place *target, struct dbc_error *err)
{
    const char *slash = strrchr(target->path, '/');
    char *folder = slash == NULL           ? strdup(".")
                   : slash == target->path ? strdup("/")
                                           : strndup(target->path, (size_t)(slash - target->path));
    struct stat st;
    int rc = 0;

    if (folder == NULL) {
        return dbc_fail_nomem(err);
    }
    if (stat(folder, &st) != 0) {
        rc = dbc_fail_errno(err, errno,
                            "%s: no folder for the cache; --output=FILE writes elsewhere", folder);
    }
    free(folder);
    return rc;
}

/* ---- Content --------------------------------------------------------------------------------- */

static void note_damage(void *ctx, const struct dbc_error *warning)
{
    bool *damaged = ctx;

    *damaged = *damaged || warning->code != DBC_EINVAL;
}

static int look(struct cli_place *target, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    bool damaged = false;
    struct dbc_db *db = dbc_xml_read_memory(target->path, dbc_buf_str(&target->bytes),
                                            target->bytes.len, note_damage, &damaged, &why);
    int rc = 0;

    if (db == NULL) {
        target->state = cli_has_history(target->path) ? CLI_PLACE_DAMAGED : CLI_PLACE_OTHER;
        return why.code == DBC_ENOMEM ? dbc_fail_nomem(err) : 0;
    }
    target->state = damaged                  ? CLI_PLACE_DAMAGED
                    : db->of[DBC_PIF].n == 0 ? CLI_PLACE_FREE
                                             : CLI_PLACE_CACHE;
    rc = dbc_xml_format(db, &target->before, err);
    dbc_db_free(db);
    return rc;
}

/* Reads a file; a missing one has no bytes. */
static int read_bytes(const char *path, struct dbc_buf *out, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (dbc_file_read(path, DBC_LIMIT_FILE_BYTES, out, &why) != 0 && why.code != DBC_ENOENT) {
        *err = why;
        return -1;
    }
    return 0;
}

int cli_place_open(const struct cli_options *options, const char *path, struct cli_place *target)
{
    struct dbc_error err = DBC_ERROR_INIT;

    *target = CLI_PLACE_INIT;
    if (resolve(options, path, target, &err) != 0 || need_folder(target, &err) != 0 ||
        read_bytes(target->path, &target->bytes, &err) != 0 ||
        (target->bytes.len > 0 && look(target, &err) != 0)) {
        return cli_fail(&err);
    }
    return CLI_OK;
}

/* ---- Writing --------------------------------------------------------------------------------- */

bool cli_place_holds(const struct cli_place *target, const struct dbc_buf *text)
{
    return target->bytes.len == text->len &&
           memcmp(dbc_buf_str(&target->bytes), dbc_buf_str(text), text->len) == 0;
}

static int still_the_same(const struct cli_place *target, struct dbc_error *err)
{
    struct dbc_buf now = DBC_BUF_INIT;
    int rc = read_bytes(target->path, &now, err);

    if (rc == 0 && !cli_place_holds(target, &now)) {
        rc = dbc_fail_at(err, DBC_EBUSY, target->path, 0, 0,
                         "another program wrote it meanwhile: nothing was changed; look at it, "
                         "then try again");
    }
    dbc_buf_release(&now);
    return rc;
}

int cli_place_write(const struct cli_place *target, const struct dbc_buf *text, const char *reason,
                    struct dbc_error *err)
{
    int lock = -1, rc = -1;

    if (cli_lock(target->path, target->prefix, &lock, err) == 0 &&
        still_the_same(target, err) == 0) {
        rc = dbc_file_replace(target->path, text->data, text->len, MODE, err);
    }
    if (rc == 0 && cli_has_history(target->path)) {
        cli_history_keep(target->path, &target->bytes, reason);
    }
    dbc_lock_drop(lock);
    return rc;
}

void cli_place_close(struct cli_place *target)
{
    free(target->path);
    dbc_buf_release(&target->bytes);
    dbc_buf_release(&target->before);
    *target = CLI_PLACE_INIT;
}
