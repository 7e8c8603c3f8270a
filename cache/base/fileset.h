/* fileset.h - several files that change together.
 *
 *     stage   every new text goes to a temporary file beside its target; nothing is live yet
 *     apply   each is renamed into place; the old file stays beside as a hard link (or is noted as
 *             absent); at every instant the target is the old or the new file
 *     commit  the old links go           or   revert  the old files are renamed back
 *
 * Modes and owners of existing files are kept; new files get the mode given.  What a step did is on
 * the disk when it returns.  Killed at any point, the targets are whole; dbc_file_clean clears the
 * rest.  Where the file system has no hard links the old file is kept as a copy.  Each step but
 * staging goes through the files in the order of adding and logs one line for each.
 */
#ifndef DBC_BASE_FILESET_H
#define DBC_BASE_FILESET_H

#include <sys/types.h>

#include "base/error.h"
#include "base/log.h"

struct dbc_fileset;

/* `prefix` ("" for none) is an existing folder without '/' at its end; `log` (borrowed, may be
 * NULL) must outlive the set.  Log lines name paths without `prefix` ("Applying changes to PATH
 * configuration", "Reverting ...", "Committing ..."). */
struct dbc_fileset *dbc_fileset_new(const char *prefix, const struct dbc_log *log,
                                    struct dbc_error *err);
/* `path` is below the prefix, starting with '/'; one with "." or ".." parts, control characters or
 * bytes that are not UTF-8 is refused (DBC_EINVAL).  The data is copied. */
int dbc_fileset_add(struct dbc_fileset *set, const char *path, const void *data, size_t len,
                    mode_t mode, struct dbc_error *err);
/* Makes missing folders below the prefix (0755), which stay whatever follows.  DBC_EINVAL when two
 * paths lead to one file, or a target is no regular file. */
int dbc_fileset_stage(struct dbc_fileset *set, struct dbc_error *err);
/* On failure the files applied so far stay applied: call revert. */
int dbc_fileset_apply(struct dbc_fileset *set, struct dbc_error *err);
/* Puts every applied file back, needing no room on the disk, and removes those that did not exist;
 * goes on after a failure and reports the first. */
int dbc_fileset_revert(struct dbc_fileset *set, struct dbc_error *err);
/* Goes on after a failure likewise: the new files are in place anyway. */
int dbc_fileset_commit(struct dbc_fileset *set, struct dbc_error *err);
/* Removes temporary files that were staged and never applied.  Of applied files that were neither
 * committed nor put back it removes nothing: new and old file stay, as after a kill. */
void dbc_fileset_free(struct dbc_fileset *set);

#endif
