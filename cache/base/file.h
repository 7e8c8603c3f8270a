/* file.h - reading a whole file and replacing one safely.  With fileset.h the only places that
 * create, rename or unlink configuration files. */
#ifndef DBC_BASE_FILE_H
#define DBC_BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

bool dbc_file_is_folder(const char *path);
/* Opens a regular file for reading, or with `pipes` a FIFO as well; the caller closes it.  -1:
 * DBC_ENOENT when missing, DBC_EINVAL for folders, devices, sockets and, without `pipes`, FIFOs,
 * DBC_EIO.  Opening a FIFO or a device never blocks; reading from a FIFO does. */
int dbc_file_open(const char *path, bool pipes, struct dbc_error *err);
/* Appends the file's bytes to `out`.  DBC_ELIMIT above `max` bytes; DBC_ENOENT when missing;
 * folders, devices, FIFOs and sockets are refused (DBC_EINVAL), and opening one never blocks.  On
 * failure `out` has what it had before. */
int dbc_file_read(const char *path, size_t max, struct dbc_buf *out, struct dbc_error *err);

/* Replaces `path` (a symlink is followed to its target, whose folder gets the temporary file):
 * temporary file beside with O_EXCL and an unpredictable name, written, mode and owner of the old
 * file (or exactly `mode` when there was none), fsync, rename, fsync of the folder.  Makes no
 * folders (DBC_ENOENT); refuses to replace what is no regular file (DBC_EINVAL).  On failure the
 * old file is untouched and no temporary file stays; only when the folder's fsync fails the new
 * file is there already, whole, but may not survive a power cut, and the error says so. */
int dbc_file_replace(const char *path, const void *data, size_t len, mode_t mode,
                     struct dbc_error *err);

/* The same for a text that does not fit into memory: begin, write any number of times, then finish,
 * or drop where something failed.  Nothing is seen under `path` until finish has renamed it. */
struct dbc_file_writer;
/* NULL: as dbc_file_replace fails.  `path` is copied. */
struct dbc_file_writer *dbc_file_begin(const char *path, mode_t mode, struct dbc_error *err);
int dbc_file_write(struct dbc_file_writer *writer, const void *data, size_t len,
                   struct dbc_error *err);
/* Everything but the rename: what can fail for lack of room fails here.  For several files that
 * appear together; finish does it otherwise. */
int dbc_file_settle(struct dbc_file_writer *writer, struct dbc_error *err);
/* Frees the writer, also when it fails; then the old file is untouched. */
int dbc_file_finish(struct dbc_file_writer *writer, struct dbc_error *err);
/* Removes the temporary file and frees the writer, which may be NULL. */
void dbc_file_drop(struct dbc_file_writer *writer);

/* Removes what a killed run left in the folder: regular files named as dbc_file_replace and
 * fileset.h name theirs (".NAME.dbc-XXXXXX"), and the old program's ".NAME.xapi-new" and
 * ".NAME.xapi-old"; the last becomes NAME again where a crash of that program left no NAME.
 * `only` (may be NULL) limits this to NAME.  A missing folder is clean.  Goes on
 * after a failure and reports the first.  Call it under the host's lock; of a file that is a
 * symlink the leftovers are in its target's folder. */
int dbc_file_clean(const char *folder, const char *only, struct dbc_error *err);

#endif
