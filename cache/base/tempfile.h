/* tempfile.h - the steps of a safe replacement, shared by file.c (which has the code), fileset.c
 * and lock.c.  Private to base/: everybody else uses file.h and fileset.h. */
#ifndef DBC_BASE_TEMPFILE_H
#define DBC_BASE_TEMPFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

#define DBC_TEMP_TRIES 100   /* names that are taken already before giving up */
#define DBC_SYMLINK_MAX 40   /* links followed from a path to its target, as the kernel does */
#define DBC_FOLDER_MODE 0755 /* of folders that are made on the way to a file */

/* Where a file lives once symlinks are followed.  The folder stays open, so that all steps happen
 * in the same one whatever is renamed meanwhile. */
struct dbc_place {
    const char *path; /* for messages; borrowed */
    int dir;
    dev_t dev; /* of the folder */
    ino_t ino;
    char name[NAME_MAX + 1];
    bool exists; /* then these are the old file's: */
    mode_t mode;
    uid_t uid;
    gid_t gid;
};

/* DBC_ENOENT when the folder is missing, DBC_EINVAL when a file is there that is not regular.
 * Nothing is left open on failure. */
int dbc_place_open(struct dbc_place *place, const char *path, struct dbc_error *err);
void dbc_place_close(struct dbc_place *place);
/* Makes renames, links and removals in the folder last. */
int dbc_place_sync(const struct dbc_place *place, struct dbc_error *err);

/* ".NAME.dbc-XXXXXX", unpredictable; ENAMETOOLONG (-1) when that is longer than a name may be. */
int dbc_temp_name(const struct dbc_place *place, char temp[NAME_MAX + 1]);
/* A new file beside, written, synced and closed, with owner and mode of the old file or with `mode`
 * if there is none.  Its name goes to `temp`; on failure there is no file and temp is "". */
int dbc_temp_write(const struct dbc_place *place, const void *data, size_t len, mode_t mode,
                   char temp[NAME_MAX + 1], struct dbc_error *err);

/* Makes the missing folders above `path`; the first `keep` bytes of it are not touched. */
int dbc_make_folders(const char *path, size_t keep, struct dbc_error *err);

#endif
