/* lock.c - a lock by flock(2) on a file.  The file has the holder's pid in it, so that a program
 * that is refused can name the holder; the lock itself never depends on that text. */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/tempfile.h"
#include "base/valid.h"

#define POLL_MS 20
#define COMM_MAX 64 /* the kernel's program names have 15 characters */

static int open_file(const char *path, struct dbc_error *err)
{
    struct stat st = { 0 };
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);

    if (fd < 0 || fstat(fd, &st) != 0) {
        dbc_fail_errno(err, errno, "cannot open the lock %s", path);
    } else if (!S_ISREG(st.st_mode)) {
        dbc_fail_at(err, DBC_EINVAL, path, 0, 0, "not a lock: expected a regular file");
    } else {
        return fd;
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

/* False when the file has been removed meanwhile: a lock on it would keep nobody out. */
static bool is_file_at(int fd, const char *path)
{
    struct stat ours = { 0 }, there = { 0 };

    return fstat(fd, &ours) == 0 && lstat(path, &there) == 0 && ours.st_dev == there.st_dev &&
           ours.st_ino == there.st_ino;
}

/* Returns 0 when the lock is taken, 1 to try again later, or -1 with *err. */
static int try_lock(const char *path, int *fd, struct dbc_error *err)
{
    if (*fd < 0) {
        *fd = open_file(path, err);
        if (*fd < 0) {
            return -1;
        }
    }
    if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK || errno == EINTR) {
            return 1;
        }
        return dbc_fail_errno(err, errno, "cannot lock %s", path);
    }
    if (!is_file_at(*fd, path)) {
        close(*fd);
        *fd = -1;
        return 1;
    }
    return 0;
}

/* Writes the pid, for messages only, so a full disk is no reason to stop.  The file is emptied
 * first: no pid is better than that of an earlier holder. */
static bool note_holder(int fd)
{
    char text[24] = "";
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) == len;
}

/* Returns the pid in the file if such a process lives, else 0. */
static pid_t read_holder(int fd)
{
    char text[24] = "";
    int pid = 0;
    ssize_t n = pread(fd, text, sizeof text - 1, 0);

    if (n <= 0) {
        return 0;
    }
    text[strcspn(text, "\n")] = '\0';
    if (!dbc_parse_int(text, 1, INT32_MAX, &pid) || (kill(pid, 0) != 0 && errno == ESRCH)) {
        return 0;
    }
    return pid;
}

static int fail_busy(const char *path, int fd, int wait_ms, struct dbc_error *err)
{
    struct dbc_buf comm = DBC_BUF_INIT;
    pid_t pid = fd < 0 ? 0 : read_holder(fd);
    char file[32] = "", holder[COMM_MAX + 32] = "another program";

    snprintf(file, sizeof file, "/proc/%ld/comm", (long)pid);
    if (pid != 0 && dbc_file_read(file, COMM_MAX, &comm, NULL) == 0) {
        snprintf(holder, sizeof holder, "process %ld (%.*s)", (long)pid,
                 (int)strcspn(dbc_buf_str(&comm), "\n"), dbc_buf_str(&comm));
    } else if (pid != 0) {
        snprintf(holder, sizeof holder, "process %ld", (long)pid);
    }
    dbc_buf_release(&comm);
    return dbc_fail(err, DBC_EBUSY,
                    "%s is locked by %s; waited %d ms for it, try again when it has ended", path,
                    holder, wait_ms);
}

int dbc_lock_take(const char *path, int wait_ms, struct dbc_error *err)
{
    int64_t deadline = dbc_now_ms() + (wait_ms > 0 ? wait_ms : 0);
    int fd = -1, status = dbc_make_folders(path, 0, err);

    if (status != 0) {
        return -1;
    }
    while ((status = try_lock(path, &fd, err)) > 0) {
        int64_t left = deadline - dbc_now_ms();
        if (left <= 0) {
            status = fail_busy(path, fd, wait_ms, err);
            break;
        }
        dbc_sleep_ms(left < POLL_MS ? left : POLL_MS);
    }
    if (status == 0) {
        note_holder(fd);
        return fd;
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

void dbc_lock_drop(int fd)
{
    if (fd >= 0) {
        flock(fd, LOCK_UN); /* close alone would leave the lock to a child that has yet to exec */
        close(fd);
    }
}
