/* file.h - reading a whole file and replacing one safely.  Only this and fileset.h create, rename
 * or remove configuration files.  Functions that return an int return 0, or -1 with *err, unless
 * they say otherwise. */
#ifndef DBC_BASE_FILE_H
#define DBC_BASE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

bool dbc_file_is_folder(const char *path);
/* Opens a regular file for reading, or with `pipes` a FIFO as well.  Opening a FIFO or a device
 * never blocks; reading from a FIFO does.  Returns a descriptor that the caller closes, or -1:
 * DBC_ENOENT when the file is missing; DBC_EINVAL for folders, devices, sockets and, without
 * `pipes`, FIFOs; DBC_EIO; DBC_ENOMEM. */
int dbc_file_open(const char *path, bool pipes, struct dbc_error *err);
/* Appends the bytes of a regular file to `out`, at most `max` of them.  Fails as dbc_file_open does
 * without `pipes`, and with DBC_ELIMIT when the file is larger.  On failure `out` keeps what it had
 * before; after DBC_ENOMEM it may be `failed`. */
int dbc_file_read(const char *path, size_t max, struct dbc_buf *out, struct dbc_error *err);

/* Replaces `path` by a file with these bytes.  It writes a temporary file with an unpredictable
 * name beside it, gives it mode and owner of the old file (or exactly `mode` when there was none),
 * syncs it, renames it and syncs the folder.  Where `path` is a symlink all this happens to its
 * target.  DBC_ENOENT when the folder is missing; DBC_EINVAL when a file is there that is not
 * regular, or `path` ends in no name; DBC_EIO; DBC_ENOMEM.  On failure the old file is untouched
 * and no temporary file stays.  Only when the sync of the folder fails the new file is in place
 * already, whole; it may not survive a power cut, and the error says so. */
int dbc_file_replace(const char *path, const void *data, size_t len, mode_t mode,
                     struct dbc_error *err);

/* The same for a text that does not fit into memory: begin, write any number of times, then finish,
 * or drop the writer where something failed.  `path` is the old file until finish renames the new
 * one. */
struct dbc_file_writer;
/* Returns a writer for the caller to finish or drop; `path` is copied.  NULL: as dbc_file_replace
 * fails before the rename. */
struct dbc_file_writer *dbc_file_begin(const char *path, mode_t mode, struct dbc_error *err);
/* DBC_EIO or DBC_ENOMEM: drop the writer. */
int dbc_file_write(struct dbc_file_writer *writer, const void *data, size_t len,
                   struct dbc_error *err);
/* Does everything but the rename, once and after the last write, so that a full disk is found out
 * here.  Needed only for several files that appear together; finish does it otherwise.  DBC_EIO or
 * DBC_ENOMEM: drop the writer. */
int dbc_file_settle(struct dbc_file_writer *writer, struct dbc_error *err);
/* Renames the new file into place and frees the writer, also on failure.  Fails as
 * dbc_file_replace. */
int dbc_file_finish(struct dbc_file_writer *writer, struct dbc_error *err);
/* Removes the temporary file and frees the writer, which may be NULL. */
void dbc_file_drop(struct dbc_file_writer *writer);

/* Removes what a killed run left in the folder: regular files with the names that this file and
 * fileset.h give (".NAME.dbc-XXXXXX"), and the old program's ".NAME.xapi-new" and ".NAME.xapi-old".
 * The last becomes NAME again where a crash of that program left no NAME.  `only` (may be NULL)
 * limits this to one NAME.  Call it under the host's lock.  The leftovers of a file that is a
 * symlink are in its target's folder.  A missing folder is no error; otherwise DBC_EIO or
 * DBC_ENOMEM, the first failure of several: it goes on after each. */
int dbc_file_clean(const char *folder, const char *only, struct dbc_error *err);

#endif
