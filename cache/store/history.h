/* history.h - past states of network.dbcache, one snapshot for each save, in an SQLite file beside
 * it.  A caller first puts the new file into place and then saves its bytes here.  A history that
 * is broken, read-only or of a later release is a warning to the caller and never its failure.
 *
 * A snapshot is the file's bytes, whatever they are, cut into chunks that are addressed by their
 * SHA-256 and compressed one by one: a changed record costs one or two more chunks.  Several
 * processes may write.  A process that is killed, or a power cut, leaves the history as it was.
 *
 * Functions that return an int return 0, or -1 with *err.  Besides the codes that they name, all
 * may fail with DBC_EBUSY, another process has been writing for DBC_HISTORY_WAIT_MS; DBC_EPARSE,
 * the file or a snapshot is damaged; DBC_EIO; DBC_ENOMEM. */
#ifndef DBC_STORE_HISTORY_H
#define DBC_STORE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define DBC_HISTORY_NAME "dbcache-history.db" /* in the folder of the cache */
#define DBC_HISTORY_WAIT_MS 2000
/* How many snapshots a save keeps and for how long; dbc_history_gc may keep fewer. */
#define DBC_HISTORY_KEEP_COUNT 200
#define DBC_HISTORY_KEEP_DAYS 366
#define DBC_LIMIT_HISTORY_WORDS                                                                    \
    512u /* bytes of a program's name or a reason; longer ones are cut */

struct dbc_history;

struct dbc_snapshot {
    int64_t id;   /* grows with each snapshot */
    int64_t time; /* seconds since 1970 */
    uint64_t size;
    char hash[65];                /* SHA-256 of the bytes, in hex */
    const char *program, *reason; /* which program saved it, and why; borrowed */
};

/* A snapshot to save.  All is borrowed. */
struct dbc_history_entry {
    const void *data;
    size_t len;
    const char *program, *reason;
    int64_t time; /* 0: now */
};

/* Returns the path of the history that belongs to a cache's path; the caller frees it.  NULL when
 * out of memory. */
char *dbc_history_path(const char *cache_path);

/* Opens a history; *ret is the caller's to close.  For `writing`, a missing file is made and an
 * older one is brought up to date.  DBC_ENOENT when reading a history that does not exist or is
 * empty; DBC_EINVAL for another kind of file; DBC_EUNSUPPORTED when a later release wrote it, which
 * leaves it as it is. */
int dbc_history_open(const char *path, bool writing, struct dbc_history **ret,
                     struct dbc_error *err);
/* `history` may be NULL. */
void dbc_history_close(struct dbc_history *history);

/* Adds a snapshot, unless the newest one has the same bytes, and drops those beyond
 * DBC_HISTORY_KEEP_*.  *ret (may be NULL) gets the number of the snapshot with these bytes.
 * DBC_ELIMIT above DBC_LIMIT_FILE_BYTES. */
int dbc_history_save(struct dbc_history *history, const struct dbc_history_entry *entry,
                     int64_t *ret, struct dbc_error *err);

/* Calls `each` for every snapshot, newest first, until it returns something else than 0, which is
 * returned then.  The snapshot and its texts are valid during the call only. */
typedef int dbc_snapshot_fn(void *ctx, const struct dbc_snapshot *snapshot);
int dbc_history_list(struct dbc_history *history, dbc_snapshot_fn *each, void *ctx,
                     struct dbc_error *err);

/* Appends the bytes of snapshot `id` to `out` and checks them against its hash; on failure `out`
 * keeps what it had before.  DBC_ENOENT when there is no such snapshot. */
int dbc_history_get(struct dbc_history *history, int64_t id, struct dbc_buf *out,
                    struct dbc_error *err);
/* Appends the bytes of the newest snapshot that is not damaged and, unless `before` is 0, older
 * than snapshot `before`.  *id gets its number, *when its time.  DBC_ENOENT when there is none. */
int dbc_history_newest(struct dbc_history *history, int64_t before, struct dbc_buf *out,
                       int64_t *id, int64_t *when, struct dbc_error *err);

/* Drops all snapshots except the newest `count`, and of these the ones older than `days`; the
 * newest always stays.  The freed space goes back to the file system.  *removed (may be NULL) gets
 * the number of snapshots dropped. */
int dbc_history_gc(struct dbc_history *history, unsigned count, unsigned days, unsigned *removed,
                   struct dbc_error *err);

#endif
