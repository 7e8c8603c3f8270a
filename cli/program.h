/* program.h - what a program does before it does anything, and where its log goes.  For cli/ alone:
 * the one place below main() that prints. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include <signal.h>

#include "base/log.h"

/* A known state, whatever the caller left: descriptors 0 to 2 open, umask, signals.  -1: even that
 * is impossible. */
int program_settle(void);

/* From now on SIGINT, SIGTERM and SIGHUP do not end the program: their number is in what is
 * returned, 0 before. */
const volatile sig_atomic_t *program_catch_stop(void);
/* The same, and a signal ends what the program waits for with EINTR. */
const volatile sig_atomic_t *program_watch_stop(void);

/* The last part of argv[0]; `otherwise` when there is none. */
const char *program_name(const char *argv0, const char *otherwise);

/* The root prefix without '/' at its end, malloc'd: paths that follow bring theirs.  NULL: no
 * memory. */
char *program_prefix(const char *given);

/* Sinks for a struct dbc_log. */
void program_to_syslog(void *ctx, enum dbc_level level, const char *text);
void program_to_stderr(void *ctx, enum dbc_level level, const char *text);

#endif
