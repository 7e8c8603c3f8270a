/* fileset.c - several files that change together: every ifcfg, route and network file of one run.
 * It uses file.c's steps (tempfile.h).  The old file stays beside the new one as a hard link until
 * the commit, so that reverting is one rename and needs no space on a full disk. */
#include "base/fileset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/grow.h"
#include "base/limits.h"
#include "base/tempfile.h"
#include "base/valid.h"

enum state { ADDED, STAGED, APPLIED, DONE };

struct item {
    char *full; /* prefix and path */
    void *data;
    size_t len;
    mode_t mode;
    enum state state;
    struct dbc_place place;    /* open from stage on */
    char temp[NAME_MAX + 1];   /* the new file while STAGED */
    char backup[NAME_MAX + 1]; /* the old file while APPLIED; "" if there was none */
};

struct dbc_fileset {
    char *prefix;
    const struct dbc_log *log;
    struct item *items;
    size_t n, cap;
};

struct dbc_fileset *dbc_fileset_new(const char *prefix, const struct dbc_log *log,
                                    struct dbc_error *err)
{
    struct dbc_fileset *set = calloc(1, sizeof *set);
    char *copy = strdup(prefix);

    if (set == NULL || copy == NULL) {
        dbc_fail_nomem(err);
        free(set);
        free(copy);
        return NULL;
    }
    set->prefix = copy;
    set->log = log;
    return set;
}

static void log_change(const struct dbc_fileset *set, const char *what, const struct item *item)
{
    dbc_logf(set->log, DBC_LOG_INFO, "%s changes to %s configuration", what,
             item->full + strlen(set->prefix));
}

static struct item *new_item(struct dbc_fileset *set)
{
    if (!DBC_GROW(set->items, set->n, set->cap)) {
        return NULL;
    }
    set->items[set->n] = (struct item){ .state = ADDED, .place = { .dir = -1 } };
    return &set->items[set->n];
}

int dbc_fileset_add(struct dbc_fileset *set, const char *path, const void *data, size_t len,
                    mode_t mode, struct dbc_error *err)
{
    struct item *item = NULL;

    if (!dbc_valid_path(path)) {
        return dbc_fail(err, DBC_EINVAL, "%s: not the path of a file below the root",
                        path == NULL ? "NULL" : path);
    }
    item = new_item(set);
    if (item == NULL) {
        return dbc_fail_nomem(err);
    }
    if (asprintf(&item->full, "%s%s", set->prefix, path) < 0) {
        item->full = NULL;
    }
    item->data = malloc(len + 1);
    if (item->full == NULL || item->data == NULL) {
        free(item->full);
        free(item->data);
        return dbc_fail_nomem(err);
    }
    if (len > 0) {
        memcpy(item->data, data, len);
    }
    item->len = len;
    item->mode = mode;
    set->n++;
    return 0;
}

/* False when an earlier path leads to the same file, which could not be reverted in order. */
static bool is_new_place(const struct dbc_fileset *set, const struct item *item)
{
    for (const struct item *other = set->items; other < item; other++) {
        if (other->place.dev == item->place.dev && other->place.ino == item->place.ino &&
            strcmp(other->place.name, item->place.name) == 0) {
            return false;
        }
    }
    return true;
}

typedef int one_fn(const struct dbc_fileset *set, struct item *item, struct dbc_error *err);

/* Calls `one` for the files in this state.  It ends at the first failure, or with `all` goes on. */
static int each(struct dbc_fileset *set, enum state state, one_fn *one, bool all,
                struct dbc_error *err)
{
    int status = 0;

    for (size_t i = 0; i < set->n && (all || status == 0); i++) {
        if (set->items[i].state == state && one(set, &set->items[i], err) != 0) {
            status = -1;
        }
    }
    return status;
}

static int stage_one(const struct dbc_fileset *set, struct item *item, struct dbc_error *err)
{
    if (dbc_make_folders(item->full, strlen(set->prefix) + 1, err) != 0 ||
        dbc_place_open(&item->place, item->full, err) != 0) {
        return -1;
    }
    if (!is_new_place(set, item)) {
        dbc_fail_at(err, DBC_EINVAL, item->full, 0, 0, "changed twice in one set of files");
        goto fail;
    }
    if (dbc_temp_write(&item->place, item->data, item->len, item->mode, item->temp, err) == 0) {
        item->state = STAGED;
        return 0;
    }
fail:
    dbc_place_close(&item->place);
    return -1;
}

int dbc_fileset_stage(struct dbc_fileset *set, struct dbc_error *err)
{
    return each(set, ADDED, stage_one, false, err);
}

/* For file systems without hard links. */
static int copy_old(struct item *item, struct dbc_error *err)
{
    struct dbc_buf old = DBC_BUF_INIT;
    int status = -1;

    if (faccessat(item->place.dir, item->place.name, F_OK, AT_SYMLINK_NOFOLLOW) != 0 &&
        errno == ENOENT) {
        item->backup[0] = '\0';
        return 0;
    }
    status = dbc_file_read(item->full, DBC_LIMIT_FILE_BYTES, &old, err);
    if (status == 0) {
        status = dbc_temp_write(&item->place, old.data, old.len, item->mode, item->backup, err);
    }
    dbc_buf_release(&old);
    return status;
}

static bool no_links_here(int errnum)
{
    return errnum == EPERM || errnum == EOPNOTSUPP || errnum == ENOSYS || errnum == EMLINK;
}

static int keep_old(struct item *item, struct dbc_error *err)
{
    const struct dbc_place *place = &item->place;

    for (int i = 0; i < DBC_TEMP_TRIES; i++) {
        if (dbc_temp_name(place, item->backup) != 0) {
            break;
        }
        if (linkat(place->dir, place->name, place->dir, item->backup, 0) == 0) {
            return 0;
        }
        if (errno == ENOENT) {
            item->backup[0] = '\0';
            return 0;
        }
        if (no_links_here(errno)) {
            return copy_old(item, err);
        }
        if (errno != EEXIST) {
            break;
        }
    }
    item->backup[0] = '\0';
    return dbc_fail_errno(err, errno, "cannot keep the old %s", item->full);
}

static int apply_one(const struct dbc_fileset *set, struct item *item, struct dbc_error *err)
{
    const struct dbc_place *place = &item->place;

    log_change(set, "Applying", item);
    if (keep_old(item, err) != 0) {
        return -1;
    }
    if (renameat(place->dir, item->temp, place->dir, place->name) != 0) {
        dbc_fail_errno(err, errno, "cannot replace %s", item->full);
        if (item->backup[0] != '\0') {
            unlinkat(place->dir, item->backup, 0);
            item->backup[0] = '\0';
        }
        return -1;
    }
    item->state = APPLIED;
    return dbc_place_sync(place, err);
}

int dbc_fileset_apply(struct dbc_fileset *set, struct dbc_error *err)
{
    return each(set, STAGED, apply_one, false, err);
}

/* A backup that cannot be renamed back stays: it is the only copy of the old file. */
static int revert_one(const struct dbc_fileset *set, struct item *item, struct dbc_error *err)
{
    const struct dbc_place *place = &item->place;

    log_change(set, "Reverting", item);
    if (item->backup[0] == '\0') {
        if (unlinkat(place->dir, place->name, 0) != 0 && errno != ENOENT) {
            return dbc_fail_errno(err, errno, "cannot remove the new %s", item->full);
        }
    } else if (renameat(place->dir, item->backup, place->dir, place->name) != 0) {
        return dbc_fail_errno(err, errno, "cannot put back the old %s, which is %s beside it",
                              item->full, item->backup);
    }
    item->state = DONE;
    return dbc_place_sync(place, err);
}

static int commit_one(const struct dbc_fileset *set, struct item *item, struct dbc_error *err)
{
    const struct dbc_place *place = &item->place;

    log_change(set, "Committing", item);
    item->state = DONE;
    if (item->backup[0] == '\0') {
        return 0;
    }
    if (unlinkat(place->dir, item->backup, 0) != 0 && errno != ENOENT) {
        return dbc_fail_errno(err, errno, "cannot remove the old %s, which is %s beside it",
                              item->full, item->backup);
    }
    return dbc_place_sync(place, err);
}

int dbc_fileset_revert(struct dbc_fileset *set, struct dbc_error *err)
{
    return each(set, APPLIED, revert_one, true, err);
}

int dbc_fileset_commit(struct dbc_fileset *set, struct dbc_error *err)
{
    return each(set, APPLIED, commit_one, true, err);
}

void dbc_fileset_free(struct dbc_fileset *set)
{
    if (set == NULL) {
        return;
    }
    for (size_t i = 0; i < set->n; i++) {
        struct item *item = &set->items[i];
        if (item->state == STAGED) {
            unlinkat(item->place.dir, item->temp, 0);
        }
        dbc_place_close(&item->place);
        free(item->full);
        free(item->data);
    }
    free(set->items);
    free(set->prefix);
    free(set);
}
