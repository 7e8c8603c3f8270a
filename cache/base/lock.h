/* lock.h - a lock between processes, which the kernel drops when its holder dies. */
#ifndef DBC_BASE_LOCK_H
#define DBC_BASE_LOCK_H

#include "base/error.h"

/* Takes an exclusive lock on the file `path` and waits for it up to `wait_ms` (0: one try).  Makes
 * the file (mode 0600) and the folders above it when they are missing, and writes this process's
 * pid into it; the pid serves messages only, so a full disk is no failure.  The lock is flock(2)'s
 * and keeps out other parts of the same process, too.  Returns a close-on-exec descriptor for
 * dbc_lock_drop, or -1: DBC_EBUSY, whose text names the holder where its pid can be read;
 * DBC_EINVAL when `path` is a FIFO or a device; DBC_EIO when it is a folder, a socket or a symlink;
 * DBC_EIO, DBC_ENOENT or DBC_ENOMEM when the system refuses. */
int dbc_lock_take(const char *path, int wait_ms, struct dbc_error *err);
/* Drops the lock and closes the descriptor; does nothing for -1. */
void dbc_lock_drop(int fd);

#endif
