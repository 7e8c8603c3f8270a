/* fileset.h - several files that change together.
 *
 *     stage   writes each new text to a temporary file beside its target; nothing is live yet
 *     apply   renames each into place; the old file, if there was one, stays beside it as a hard
 *             link; at every instant the target is the old or the new file
 *     commit  removes the old links      or   revert  renames the old files back
 *
 * Existing files keep their mode and owner; new files get the mode given.  What a step did is on
 * the disk when it returns.  A run that is killed leaves every target whole; dbc_file_clean removes
 * the rest.  Where the file system has no hard links the old file is kept as a copy.  Steps take
 * the files in the order in which they were added; all but stage log one line for each.
 *
 * Functions that return an int return 0, or -1 with *err: besides the codes that they name,
 * DBC_EIO, DBC_ENOENT or DBC_ENOMEM. */
#ifndef DBC_BASE_FILESET_H
#define DBC_BASE_FILESET_H

#include <sys/types.h>

#include "base/error.h"
#include "base/log.h"

struct dbc_fileset;

/* Returns an empty set for the caller to free; NULL with DBC_ENOMEM.  `prefix` ("" for none) is an
 * existing folder without '/' at its end and is copied; `log` (may be NULL) must outlive the set.
 * Log lines name paths without `prefix` ("Applying changes to PATH configuration", "Reverting ...",
 * "Committing ..."). */
struct dbc_fileset *dbc_fileset_new(const char *prefix, const struct dbc_log *log,
                                    struct dbc_error *err);
/* Adds a file; `path` (below the prefix, starting with '/') and the data are copied.  DBC_EINVAL
 * for a path that dbc_valid_path (valid.h) refuses. */
int dbc_fileset_add(struct dbc_fileset *set, const char *path, const void *data, size_t len,
                    mode_t mode, struct dbc_error *err);
/* Makes missing folders below the prefix (0755), too; they stay whatever follows.  DBC_EINVAL when
 * two paths lead to one file, or a target is no regular file. */
int dbc_fileset_stage(struct dbc_fileset *set, struct dbc_error *err);
/* On failure the files applied so far stay applied: call revert.  DBC_ELIMIT when an old file is
 * too large to be copied where there are no hard links. */
int dbc_fileset_apply(struct dbc_fileset *set, struct dbc_error *err);
/* Puts every applied file back, which needs no room on the disk, and removes those that did not
 * exist before.  Goes on after a failure and reports the first. */
int dbc_fileset_revert(struct dbc_fileset *set, struct dbc_error *err);
/* Goes on after a failure and reports the first: the new files are in place anyway. */
int dbc_fileset_commit(struct dbc_fileset *set, struct dbc_error *err);
/* Frees the set (may be NULL) and removes temporary files that were never applied.  Files that were
 * applied, but neither committed nor reverted, stay with their old links, as after a kill. */
void dbc_fileset_free(struct dbc_fileset *set);

#endif
