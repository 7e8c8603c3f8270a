/* program.c - sets the state in which every program starts, and writes its log (program.h). */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

/* The caller may have closed descriptors 0 to 2; a file that is opened later would get such a
 * number and the program's output. */
static int open_standard_files(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) != fd) {
            return -1;
        }
    }
    return 0;
}

int program_settle(void)
{
    struct sigaction plain = { .sa_handler = SIG_DFL }, ignore = { .sa_handler = SIG_IGN };
    if (open_standard_files() < 0) {
        return -1;
    }
    umask(022);
    /* With SIGCHLD ignored, as a caller may leave it, the status of a command would be lost. */
    sigaction(SIGCHLD, &plain, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    /* A file at its size limit (ulimit -f) is a failed write, like a full disk. */
    sigaction(SIGXFSZ, &ignore, NULL);
    return 0;
}

static volatile sig_atomic_t stop_signal;

static void note_stop(int signal)
{
    stop_signal = signal;
}

static const volatile sig_atomic_t *catch_stop(int flags)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction action = { .sa_handler = note_stop, .sa_flags = flags };
    struct sigaction old;

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        /* A signal that is ignored stays so: nohup ignores SIGHUP for its child. */
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
    return &stop_signal;
}

const volatile sig_atomic_t *program_catch_stop(void)
{
    return catch_stop(SA_RESTART);
}

const volatile sig_atomic_t *program_watch_stop(void)
{
    return catch_stop(0);
}

const char *program_name(const char *argv0, const char *otherwise)
{
    const char *slash = argv0 ? strrchr(argv0, '/') : NULL;
    if (slash) {
        return slash + 1;
    }
    return argv0 ? argv0 : otherwise;
}

char *program_prefix(const char *given)
{
    size_t len = strlen(given);
    while (len > 0 && given[len - 1] == '/') {
        len--;
    }
    return strndup(given, len);
}

static int to_priority(enum dbc_level level)
{
    switch (level) {
    case DBC_LOG_INFO:
        return LOG_INFO;
    case DBC_LOG_WARNING:
        return LOG_WARNING;
    case DBC_LOG_ERROR:
        return LOG_ERR;
    }
    return LOG_ERR;
}

void program_to_syslog(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    syslog(to_priority(level), "%s", text);
}

void program_to_stderr(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    (void)level;
    fprintf(stderr, "%s\n", text);
}
