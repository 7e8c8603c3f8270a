/* history.h - what network.dbcache was: each state that somebody saved, in an SQLite file beside
 * it.  A caller puts the new bytes into place first and hands them over then; a history that is
 * broken, read-only or of a later release is the caller's warning and never its failure.
 *
 * A snapshot is the file's bytes, whatever they are, cut into chunks that are addressed by their
 * SHA-256 and compressed one by one: a changed record costs one or two chunks more.  Several
 * processes may write; a killed one or a pulled plug leaves the history as it was before.
 *
 * In all errors: DBC_EBUSY, another process is writing (after DBC_HISTORY_WAIT_MS); DBC_EPARSE, the
 * file or a snapshot is damaged; DBC_EIO; DBC_ENOMEM. */
#ifndef DBC_STORE_HISTORY_H
#define DBC_STORE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define DBC_HISTORY_NAME "dbcache-history.db" /* in the folder of the cache */
#define DBC_HISTORY_WAIT_MS 2000
/* What a save keeps of the past; dbc_history_gc may keep less. */
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
    const char *program, *reason; /* who saved it, and why; valid as long as its function says */
};

/* What is to be saved.  All borrowed. */
struct dbc_history_entry {
    const void *data;
    size_t len;
    const char *program, *reason;
    int64_t time; /* 0: now */
};

/* The history's path for a cache's: malloc'd, or NULL without memory. */
char *dbc_history_path(const char *cache_path);

/* Opens for reading, or for `writing`, when a missing or older file is made or brought up to date.
 * DBC_ENOENT: there is none, or nobody has written into it; DBC_EINVAL: it is another kind of file;
 * DBC_EUNSUPPORTED: a later release wrote it, and it stays as it is. */
int dbc_history_open(const char *path, bool writing, struct dbc_history **ret,
                     struct dbc_error *err);
void dbc_history_close(struct dbc_history *history);

/* Adds a snapshot and drops what is beyond DBC_HISTORY_KEEP_*.  Bytes that the newest snapshot has
 * already add nothing.  *ret (may be NULL) gets its number.  DBC_ELIMIT above
 * DBC_LIMIT_FILE_BYTES. */
int dbc_history_save(struct dbc_history *history, const struct dbc_history_entry *entry,
                     int64_t *ret, struct dbc_error *err);

/* Calls `each`, newest first, until it returns something else than 0, which is returned then.  The
 * snapshot is valid during the call. */
typedef int dbc_snapshot_fn(void *ctx, const struct dbc_snapshot *snapshot);
int dbc_history_list(struct dbc_history *history, dbc_snapshot_fn *each, void *ctx,
                     struct dbc_error *err);

/* Appends the bytes of snapshot `id`, which are checked against its hash.  DBC_ENOENT: there is no
 * such snapshot. */
int dbc_history_get(struct dbc_history *history, int64_t id, struct dbc_buf *out,
                    struct dbc_error *err);
/* The newest one that is not damaged, before snapshot `before` (0: of all).  *id gets its number,
 * *when its time.  DBC_ENOENT: there is none. */
int dbc_history_newest(struct dbc_history *history, int64_t before, struct dbc_buf *out,
                       int64_t *id, int64_t *when, struct dbc_error *err);

/* Drops all but the newest `count` snapshots, of these the ones older than `days`, never the newest
 * one, and gives the room back to the file system.  *removed gets the number of those dropped. */
int dbc_history_gc(struct dbc_history *history, unsigned count, unsigned days, unsigned *removed,
                   struct dbc_error *err);

#endif
