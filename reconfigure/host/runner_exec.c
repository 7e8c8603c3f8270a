/* runner_exec.c - the runner (runner.h) that really runs commands: the only file of the project
 * that starts programs.
 *
 * A child gets its own process group, so that a late command is ended with everything it started.
 * It reports a failed exec through a pipe that closes on exec, so that "not installed" differs from
 * "exited with 127".  We wait for the child itself, never for its output to end: a daemon that it
 * leaves behind may keep the pipe open for ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "reconfigure/host/runner.h"

#define DEFAULT_PATH "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
#define CLOSE_ON_EXEC_FLAG (1u << 2) /* CLOSE_RANGE_CLOEXEC of newer kernels */
#define HIGHEST_FD 65536             /* where close_range is missing */
#define POLL_MS 10                   /* between two looks at the child where pidfds are missing */

struct executor {
    struct ifr_runner base; /* first: an executor is a runner */
    char *prefix;
    struct dbc_strvec env;
};

/* A command that runs. */
struct child {
    pid_t pid;
    int pidfd;   /* -1 on kernels without */
    int exec_fd; /* errno of a failed exec */
    int out_fd;  /* its stdout, or -1 */
    bool reaped;
    int wait_status;
};

#define CHILD_INIT                                                                                 \
    {                                                                                              \
        .pid = -1, .pidfd = -1, .exec_fd = -1, .out_fd = -1                                        \
    }

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

/* ---- In the child, between fork and exec: only async-signal-safe calls. -------------------- */

static void child_signals(void)
{
    struct sigaction plain = { .sa_handler = SIG_DFL };
    for (int sig = 1; sig < NSIG; sig++) {
        sigaction(sig, &plain, NULL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Marks descriptors to be closed on exec: the pipe for a failed exec is needed until then. */
static void child_close_others(void)
{
    struct rlimit limit = { 0 };
    int end = HIGHEST_FD;
#ifdef SYS_close_range
    if (syscall(SYS_close_range, 3u, ~0u, CLOSE_ON_EXEC_FLAG) == 0) {
        return;
    }
#endif
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < HIGHEST_FD) {
        end = (int)limit.rlim_cur;
    }
    for (int fd = 3; fd < end; fd++) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
}

static _Noreturn void child_main(int null_fd, int out_fd, int exec_fd, char *const *argv,
                                 char *const *env)
{
    setpgid(0, 0);
    child_signals();
    if (dup2(null_fd, 0) >= 0 && dup2(out_fd >= 0 ? out_fd : null_fd, 1) >= 0) {
        child_close_others();
        execve(argv[0], argv, env);
    }
    int failure = errno;
    ssize_t ignored = write(exec_fd, &failure, sizeof failure);
    (void)ignored;
    _exit(127);
}

/* ---- Starting. ------------------------------------------------------------------------------ */

static int start_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0u);
#else
    (void)pid;
    return -1;
#endif
}

/* 0 once the command runs; an errno when it could not be started. */
static int start(struct child *child, bool capture, char *const *argv, char *const *env)
{
    int failure = 0, null_fd = -1;
    int out[2] = { -1, -1 }, report[2] = { -1, -1 };

    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null_fd < 0 || pipe2(report, O_CLOEXEC) < 0 || (capture && pipe2(out, O_CLOEXEC) < 0)) {
        failure = errno;
        goto out;
    }
    child->pid = fork();
    if (child->pid == 0) {
        child_main(null_fd, out[1], report[1], argv, env);
    }
    if (child->pid < 0) {
        failure = errno;
        goto out;
    }
    setpgid(child->pid, child->pid); /* the child does it too; either may come first */
    child->pidfd = start_pidfd(child->pid);
    child->exec_fd = report[0];
    child->out_fd = out[0];
    report[0] = out[0] = -1;
    if (child->out_fd >= 0) {
        fcntl(child->out_fd, F_SETFL, O_NONBLOCK);
    }
out:
    close_fd(&null_fd);
    close_fd(&report[0]);
    close_fd(&report[1]);
    close_fd(&out[0]);
    close_fd(&out[1]);
    return failure;
}

/* Waits until the exec succeeded or failed; returns 0, or its errno. */
static int exec_failure(struct child *child)
{
    int failure = 0;
    ssize_t n = -1;
    do {
        n = read(child->exec_fd, &failure, sizeof failure);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof failure ? failure : 0;
}

/* ---- Waiting. ------------------------------------------------------------------------------- */

/* Reads what is in the pipe now, and closes it at its end.  Bytes above the limit are dropped, so
 * that the child never blocks on a full pipe. */
static void take_output(struct child *child, struct dbc_buf *out)
{
    char chunk[4096];
    ssize_t n = 0;
    while (child->out_fd >= 0) {
        n = read(child->out_fd, chunk, sizeof chunk);
        if (n > 0) {
            size_t room = out->len < IFR_OUTPUT_MAX ? IFR_OUTPUT_MAX - out->len : 0;
            dbc_buf_add(out, chunk, (size_t)n < room ? (size_t)n : room);
            if (room == 0) {
                return; /* one chunk a call, so that endless output does not hide the deadline */
            }
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else {
            if (n == 0 || errno != EAGAIN) {
                close_fd(&child->out_fd);
            }
            return;
        }
    }
}

/* Returns whether it has ended.  Leaves it unreaped, so that its group's number is not reused. */
static bool has_ended(const struct child *child)
{
    siginfo_t info = { 0 };
    int rc = -1;
    do {
        rc = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
    } while (rc < 0 && errno == EINTR);
    return rc < 0 || info.si_pid == child->pid;
}

/* Waits until the child has ended (true) or the deadline has passed (false). */
static bool wait_until(struct child *child, int64_t deadline, struct dbc_buf *out)
{
    for (;;) {
        bool ended = has_ended(child);
        take_output(child, out);
        int64_t left = deadline - dbc_now_ms();
        if (ended || left <= 0) {
            return ended;
        }
        if (left > INT32_MAX) {
            left = INT32_MAX;
        }
        struct pollfd fds[2] = {
            { .fd = child->pidfd, .events = POLLIN },
            { .fd = child->out_fd, .events = POLLIN },
        };
        int timeout = (int)left;
        if (child->pidfd < 0 && timeout > POLL_MS) {
            timeout = POLL_MS;
        }
        poll(fds, 2, timeout);
    }
}

static void reap(struct child *child)
{
    pid_t got = -1;
    do {
        got = waitpid(child->pid, &child->wait_status, 0);
    } while (got < 0 && errno == EINTR);
    child->reaped = got == child->pid;
}

/* Ends a late command, with SIGTERM and after a while with SIGKILL. */
static void end_group(struct child *child, struct dbc_buf *out)
{
    kill(-child->pid, SIGTERM);
    wait_until(child, dbc_now_ms() + IFR_KILL_GRACE, out);
    kill(-child->pid, SIGKILL);
}

static void supervise(struct child *child, unsigned deadline_ms, struct ifr_result *result)
{
    bool ended = wait_until(child, dbc_now_ms() + deadline_ms, &result->out);
    if (!ended) {
        end_group(child, &result->out);
    }
    reap(child);
    if (!ended) {
        result->ended = IFR_TIMED_OUT;
    } else if (!child->reaped) {
        result->ended = IFR_NOT_RUN; /* its exit status is lost: other code has reaped it */
        result->status = ECHILD;
    } else if (WIFSIGNALED(child->wait_status)) {
        result->ended = IFR_SIGNALED;
        result->status = WTERMSIG(child->wait_status);
    } else {
        result->ended = IFR_EXITED;
        result->status = WEXITSTATUS(child->wait_status);
    }
}

/* ---- The runner. ---------------------------------------------------------------------------- */

static void not_started(const char *path, int failure, struct ifr_result *result)
{
    bool missing = failure == ENOENT && access(path, F_OK) != 0;
    result->ended = missing ? IFR_NOT_FOUND : IFR_NOT_RUN;
    result->status = failure;
}

static void run_vectors(const struct ifr_command *cmd, char *const *argv, char *const *env,
                        struct ifr_result *result)
{
    struct child child = CHILD_INIT;
    int failure = start(&child, cmd->capture, argv, env);
    if (failure == 0) {
        failure = exec_failure(&child);
        if (failure == 0) {
            supervise(&child, cmd->deadline_ms ? cmd->deadline_ms : IFR_DEADLINE_LINK, result);
        } else {
            reap(&child);
        }
    }
    if (failure != 0) {
        not_started(argv[0], failure, result);
    }
    close_fd(&child.pidfd);
    close_fd(&child.exec_fd);
    close_fd(&child.out_fd);
}

/* Returns the length of the name in "NAME=VALUE" or "NAME+=VALUE". */
static size_t name_length(const char *assignment)
{
    size_t len = strcspn(assignment, "=");
    return len > 0 && assignment[len - 1] == '+' ? len - 1 : len;
}

static bool same_name(const char *a, const char *b)
{
    size_t len = name_length(a);
    return len == name_length(b) && strncmp(a, b, len) == 0;
}

/* Returns the first of `list` with the name of `assignment`, or NULL. */
static const char *find_name(const char *const *list, const char *assignment)
{
    for (size_t i = 0; list && list[i]; i++) {
        if (same_name(list[i], assignment)) {
            return list[i];
        }
    }
    return NULL;
}

/* Appends the base environment with the command's additions. */
static void build_env(const struct dbc_strvec *base, const char *const *more,
                      struct dbc_strvec *ret)
{
    for (size_t i = 0; i < base->n; i++) {
        if (!find_name(more, base->v[i])) {
            dbc_strvec_push(ret, base->v[i]);
        }
    }
    for (size_t i = 0; more && more[i]; i++) {
        size_t name = name_length(more[i]);
        const char *value = more[i] + strcspn(more[i], "=") + 1;
        const char *old = find_name((const char *const *)base->v, more[i]);
        bool append = more[i][name] == '+' && old;
        dbc_strvec_pushf(ret, "%.*s=%s%s", (int)name, more[i], append ? old + name + 1 : "", value);
    }
}

static int exec_run(struct ifr_runner *self, const struct ifr_command *cmd,
                    struct ifr_result *result, struct dbc_error *err)
{
    const struct executor *executor = (const struct executor *)self;
    struct dbc_strvec argv = DBC_STRVEC_INIT, env = DBC_STRVEC_INIT;
    char *no_env[] = { NULL };
    int rc = -1;

    dbc_strvec_pushf(&argv, "%s%s", executor->prefix, cmd->argv[0]);
    for (size_t i = 1; cmd->argv[i]; i++) {
        dbc_strvec_push(&argv, cmd->argv[i]);
    }
    build_env(&executor->env, cmd->env, &env);
    if (argv.failed || env.failed) {
        dbc_fail_nomem(err);
        goto out;
    }
    result->status = 0;
    run_vectors(cmd, argv.v, env.v ? env.v : no_env, result);
    rc = result->out.failed ? dbc_fail_nomem(err) : 0;
out:
    dbc_strvec_release(&argv);
    dbc_strvec_release(&env);
    return rc;
}

/* ---- A process that outlives us. ------------------------------------------------------------ */

#define OURSELVES "/proc/self/exe"

/* Runs in a child and forks again: the grandchild leads no session, so it never gets a terminal. */
static _Noreturn void detached_main(int null_fd, int exec_fd, char *const *argv, char *const *env)
{
    int failure = 0;
    ssize_t ignored = 0;

    if (setsid() >= 0 && chdir("/") == 0) {
        pid_t pid = fork();
        if (pid > 0) {
            _exit(0);
        }
        child_signals();
        if (pid == 0 && dup2(null_fd, 0) >= 0 && dup2(null_fd, 1) >= 0 && dup2(null_fd, 2) >= 0) {
            child_close_others();
            execve(OURSELVES, argv, env);
        }
    }
    failure = errno;
    ignored = write(exec_fd, &failure, sizeof failure);
    (void)ignored;
    _exit(127);
}

static int start_detached(struct child *child, char *const *argv, char *const *env)
{
    int report[2] = { -1, -1 }, failure = 0;
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null_fd < 0 || pipe2(report, O_CLOEXEC) < 0) {
        failure = errno;
        goto out;
    }
    child->pid = fork();
    if (child->pid == 0) {
        detached_main(null_fd, report[1], argv, env);
    }
    if (child->pid < 0) {
        failure = errno;
        goto out;
    }
    close_fd(&report[1]); /* ours would keep exec_failure waiting */
    child->exec_fd = report[0];
    failure = exec_failure(child);
    reap(child);
out:
    close_fd(&null_fd);
    close_fd(&report[0]);
    close_fd(&report[1]);
    return failure;
}

static int exec_detach(struct ifr_runner *self, const char *const *argv, struct dbc_error *err)
{
    const struct executor *executor = (const struct executor *)self;
    struct child child = CHILD_INIT;
    struct dbc_strvec copy = DBC_STRVEC_INIT;
    char *no_env[] = { NULL };
    int failure = 0;

    for (size_t i = 0; argv[i]; i++) {
        dbc_strvec_push(&copy, argv[i]);
    }
    if (copy.failed) {
        dbc_strvec_release(&copy);
        return dbc_fail_nomem(err);
    }
    failure = start_detached(&child, copy.v, executor->env.v ? executor->env.v : no_env);
    dbc_strvec_release(&copy);
    return failure == 0 ? 0 : dbc_fail_errno(err, failure, "cannot start %s", argv[0]);
}

static void exec_free(struct ifr_runner *self)
{
    struct executor *executor = (struct executor *)self;
    dbc_strvec_release(&executor->env);
    free(executor->prefix);
    free(executor);
}

struct ifr_runner *ifr_runner_exec_new(const char *prefix, char *const *base_env,
                                       struct dbc_error *err)
{
    bool has_path = false;
    struct executor *executor = calloc(1, sizeof *executor);
    if (!executor) {
        dbc_fail_nomem(err);
        return NULL;
    }
    executor->base.run = exec_run;
    executor->base.detach = exec_detach;
    executor->base.free = exec_free;
    executor->prefix = strdup(prefix);
    for (size_t i = 0; base_env && base_env[i]; i++) {
        if (strchr(base_env[i], '=')) { /* a parent may pass anything */
            has_path = has_path || same_name(base_env[i], "PATH=");
            dbc_strvec_push(&executor->env, base_env[i]);
        }
    }
    if (!has_path) {
        dbc_strvec_push(&executor->env, DEFAULT_PATH);
    }
    if (!executor->prefix || executor->env.failed) {
        exec_free(&executor->base);
        dbc_fail_nomem(err);
        return NULL;
    }
    return &executor->base;
}
