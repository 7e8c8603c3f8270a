/* daemon.c - goes to the background and watches a child (daemon.h).  It forks only itself; the
 * runner runs all commands. */
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "program.h"

/* ---- The background -------------------------------------------------------------------------- */

/* Waits in the first process for the message that the work begins, or for the child's end. */
static int wait_in_front(int from, pid_t child)
{
    char word = 0;
    int status = 0;
    ssize_t n = 0;

    do {
        n = read(from, &word, 1);
    } while (n < 0 && errno == EINTR);
    if (n == 1) {
        return EXIT_SUCCESS;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : EXIT_FAILURE;
}

static int go_back(struct daemon *daemon)
{
    int ends[2];
    pid_t child = -1;

    if (pipe2(ends, O_CLOEXEC) != 0 || (child = fork()) < 0) {
        perror("cannot go to the background");
        return EXIT_FAILURE;
    }
    if (child > 0) {
        close(ends[1]);
        return wait_in_front(ends[0], child);
    }
    close(ends[0]);
    daemon->told = ends[1];
    setsid();
    return -1;
}

/* Closes the output: a program that reads it would otherwise wait for the daemon's end. */
static void leave_terminal(void)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int i = 0; fd >= 0 && i <= 2; i++) {
        dup2(fd, i);
    }
    if (fd > 2) {
        close(fd);
    }
    if (chdir("/") != 0) {
        return; /* the only effect is that the start folder stays in use */
    }
}

void daemon_listens(struct daemon *daemon)
{
    if (daemon->told >= 0) {
        if (write(daemon->told, "1", 1) != 1) {
            /* the other process has ended */
        }
        close(daemon->told);
        daemon->told = -1;
    }
    if (daemon->detach) {
        leave_terminal();
    }
}

/* ---- The watch ------------------------------------------------------------------------------- */

/* Whether a process with this status is started again: it is when a signal has ended it that does
 * not ask for an end. */
static bool starts_again(int status)
{
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    return signal != 0 && signal != SIGTERM && signal != SIGINT && signal != SIGHUP;
}

/* Waits for the child's end; passes a signal that asks for ours on to it. */
static int watch(pid_t child, const volatile sig_atomic_t *stop)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        if (*stop != 0) {
            kill(child, SIGTERM);
        }
    }
    return status;
}

/* Waits until DAEMON_RESTART_S after the last start. */
static void take_breath(int64_t started)
{
    int64_t left = started + DAEMON_RESTART_S * INT64_C(1000) - dbc_now_ms();

    if (left > 0) {
        dbc_sleep_ms(left);
    }
}

static int watch_over(struct daemon *daemon)
{
    const volatile sig_atomic_t *stop = program_watch_stop();
    int status = 0;

    for (bool first = true; first || (starts_again(status) && *stop == 0); first = false) {
        int64_t started = dbc_now_ms();
        pid_t child = fork();
        if (child == 0) {
            return -1;
        }
        if (child < 0) {
            perror("cannot start what is to be watched over");
            return EXIT_FAILURE;
        }
        if (daemon->detach) {
            leave_terminal();
        }
        status = watch(child, stop);
        if (daemon->told >= 0) { /* the first child has written to it, or none will */
            close(daemon->told);
            daemon->told = -1;
        }
        if (starts_again(status) && *stop == 0) {
            take_breath(started);
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

int daemon_begin(struct daemon *daemon)
{
    int status = -1;

    daemon->told = daemon->lock = -1;
    if (daemon->detach) {
        status = go_back(daemon);
    }
    return status < 0 && daemon->monitor ? watch_over(daemon) : status;
}

/* ---- The pid file ---------------------------------------------------------------------------- */

/* Whether the process that wrote the file still lives: it has the file locked until its end. */
static bool another_runs(const char *path)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool runs = fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;

    if (runs) {
        fprintf(stderr, "%s: already running as pid %ld\n", path, (long)lock.l_pid);
    }
    if (fd >= 0) {
        close(fd);
    }
    return runs;
}

int daemon_write_pid(struct daemon *daemon)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct dbc_error err = DBC_ERROR_INIT;
    char text[32];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (daemon->pidfile == NULL) {
        return 0;
    }
    if (another_runs(daemon->pidfile)) {
        return -1;
    }
    if (dbc_file_replace(daemon->pidfile, text, (size_t)len, 0644, &err) != 0) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    daemon->lock = open(daemon->pidfile, O_RDWR | O_CLOEXEC);
    if (daemon->lock < 0 || fcntl(daemon->lock, F_SETLK, &lock) != 0) {
        perror(daemon->pidfile);
        return -1;
    }
    return 0;
}

void daemon_end(struct daemon *daemon)
{
    if (daemon->lock >= 0) {
        unlink(daemon->pidfile);
        close(daemon->lock);
        daemon->lock = -1;
    }
}

/* ---- systemd --------------------------------------------------------------------------------- */

void daemon_notify(const char *socket_path, const char *state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = socket_path != NULL ? strlen(socket_path) : 0;
    int fd = -1;

    if (len < 2 || len >= sizeof address.sun_path) {
        return;
    }
    memcpy(address.sun_path, socket_path, len);
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0';
    }
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    /* It does not matter to us when systemd does not listen. */
    if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
               (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0) {
        perror(socket_path);
    }
    close(fd);
}
