/* lock.h - one program at a time, across processes; the kernel drops it when the holder dies. */
#ifndef DBC_BASE_LOCK_H
#define DBC_BASE_LOCK_H

#include "base/error.h"

/* Takes an exclusive lock on `path` (made with mode 0600, folders above too when missing), waits up
 * to `wait_ms` (0: one try), and writes this pid into it (for messages only: a full disk is no
 * failure).  The lock is flock(2)'s, so it also keeps out another part of the same process.
 * Returns the descriptor (close-on-exec), or -1: DBC_EBUSY names the holder's pid and program,
 * DBC_EINVAL when `path` is no regular file. */
int dbc_lock_take(const char *path, int wait_ms, struct dbc_error *err);
void dbc_lock_drop(int fd); /* -1 is fine */

#endif
