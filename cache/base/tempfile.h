/* tempfile.h - the steps of a safe replacement, shared by file.c (which has the code), fileset.c
 * and lock.c.  Private to base/: everybody else uses file.h and fileset.h. */
#ifndef DBC_BASE_TEMPFILE_H
#define DBC_BASE_TEMPFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

#define DBC_TEMP_TRIES 100   /* names that may be taken already before it gives up */
#define DBC_SYMLINK_MAX 40   /* links followed from a path to its target, as the kernel does */
#define DBC_FOLDER_MODE 0755 /* of folders that are made on the way to a file */

/* Where a file is once symlinks are followed.  The folder stays open, so that all steps happen in
 * the same folder even if it is renamed meanwhile. */
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

/* Finds the place of `path`, which must outlive it, for dbc_place_close.  Returns 0, or -1 with
 * nothing left open: DBC_ENOENT when the folder is missing; DBC_EINVAL when a file is there that is
 * not regular, or `path` ends in no name; DBC_EIO; DBC_ENOMEM. */
int dbc_place_open(struct dbc_place *place, const char *path, struct dbc_error *err);
void dbc_place_close(struct dbc_place *place);
/* Makes the renames, links and removals in the folder survive a power cut.  Returns 0, or -1 with
 * DBC_EIO. */
int dbc_place_sync(const struct dbc_place *place, struct dbc_error *err);

/* Makes an unpredictable name, ".NAME.dbc-XXXXXX".  Returns 0, or -1 with errno ENAMETOOLONG. */
int dbc_temp_name(const struct dbc_place *place, char temp[NAME_MAX + 1]);
/* Writes, syncs and closes a new file in the folder, with owner and mode of the old file, or with
 * `mode` if there is none.  Its name goes to `temp`.  Returns 0, or -1 with DBC_EIO, DBC_ENOENT or
 * DBC_ENOMEM: there is no file then, and `temp` is "". */
int dbc_temp_write(const struct dbc_place *place, const void *data, size_t len, mode_t mode,
                   char temp[NAME_MAX + 1], struct dbc_error *err);

/* Makes the missing folders above `path`, but none whose own path is shorter than `keep` bytes.
 * Returns 0, or -1 with DBC_EIO, DBC_ENOENT or DBC_ENOMEM. */
int dbc_make_folders(const char *path, size_t keep, struct dbc_error *err);

#endif
