/* fail_calls.h - makes a system call of the code under test fail, fall short, or end the process.
 * The functions here take precedence over the C library's when a test program is linked. */
#ifndef TESTS_UNIT_FAIL_CALLS_H
#define TESTS_UNIT_FAIL_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED 99 /* exit status of a process that ended at a call */

static struct {
    enum { FAULT_NONE, FAULT_FAIL, FAULT_ALWAYS, FAULT_KILL, FAULT_SHORT } kind;
    const char *call; /* NULL: any of them */
    long left;        /* calls until the one that fails */
    int errnum;
    bool hit;
} fault;

static inline bool fault_now(const char *call)
{
    if (fault.kind == FAULT_NONE || fault.kind == FAULT_SHORT ||
        (fault.call != NULL && strcmp(fault.call, call) != 0)) {
        return false;
    }
    if (fault.kind != FAULT_ALWAYS && fault.left-- != 0) {
        return false;
    }
    if (fault.kind == FAULT_KILL) {
        _exit(KILLED);
    }
    fault.hit = true;
    errno = fault.errnum;
    return true;
}

static inline void fail_call(const char *call, long nth, int errnum)
{
    fault.kind = FAULT_FAIL;
    fault.call = call;
    fault.left = nth;
    fault.errnum = errnum;
    fault.hit = false;
}

/* Turns it off; true if it happened. */
static inline bool fault_hit(void)
{
    fault.kind = FAULT_NONE;
    return fault.hit;
}

/* Every second read or write is interrupted, the others move one byte. */
static inline size_t fault_shorten(size_t len, bool *interrupted)
{
    *interrupted = fault.kind == FAULT_SHORT && fault.left++ % 2 == 0;
    return fault.kind == FAULT_SHORT && len > 1 ? 1 : len;
}

ssize_t write(int fd, const void *data, size_t len)
{
    bool interrupted = false;
    size_t part = fault_shorten(len, &interrupted);

    if (interrupted) {
        errno = EINTR;
    }
    return interrupted || fault_now("write") ? -1 : syscall(SYS_write, fd, data, part);
}

ssize_t read(int fd, void *data, size_t len)
{
    bool interrupted = false;
    size_t part = fault_shorten(len, &interrupted);

    if (interrupted) {
        errno = EINTR;
    }
    return interrupted || fault_now("read") ? -1 : syscall(SYS_read, fd, data, part);
}

int openat(int dir, const char *path, int flags, ...)
{
    va_list args;
    mode_t mode = 0;

    va_start(args, flags);
    if ((flags & O_CREAT) != 0) {
        mode = va_arg(args, mode_t);
    }
    va_end(args);
    return fault_now("openat") ? -1 : (int)syscall(SYS_openat, dir, path, flags, mode);
}

int close(int fd)
{
    int status = (int)syscall(SYS_close, fd);

    return fault_now("close") ? -1 : status;
}

int fsync(int fd)
{
    return fault_now("fsync") ? -1 : (int)syscall(SYS_fsync, fd);
}

int fchown(int fd, uid_t uid, gid_t gid)
{
    return fault_now("fchown") ? -1 : (int)syscall(SYS_fchown, fd, uid, gid);
}

int fchmod(int fd, mode_t mode)
{
    return fault_now("fchmod") ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

int mkdir(const char *path, mode_t mode)
{
    return fault_now("mkdir") ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return fault_now("renameat") ? -1 : (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    return fault_now("linkat") ? -1 : (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}

int unlinkat(int dir, const char *path, int flags)
{
    return fault_now("unlinkat") ? -1 : (int)syscall(SYS_unlinkat, dir, path, flags);
}

/* Runs `work` in a process of its own, which ends at its nth call; returns its exit status, or -1.
 */
static inline int run_killed(int (*work)(const void *), const void *arg, long nth)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        fail_call(NULL, nth, 0);
        fault.kind = FAULT_KILL;
        status = work(arg);
        fault.kind = FAULT_NONE;
        _exit(status == 0 ? 0 : 1);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
        return -1;
    }
    return WEXITSTATUS(status);
}

#endif
