/* program.h - the state in which every program starts, and the functions that write its log.  Only
 * for cli/, which alone prints. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include <signal.h>

#include "base/log.h"

/* Sets a known state, whatever the caller left: descriptors 0 to 2 open, umask, signals.  Returns
 * 0, or -1 when the descriptors cannot be opened. */
int program_settle(void);

/* From now on SIGINT, SIGTERM and SIGHUP do not end the program, unless they were ignored already.
 * Returns the place of the last one's number, 0 before the first. */
const volatile sig_atomic_t *program_catch_stop(void);
/* The same, and a signal interrupts system calls (EINTR). */
const volatile sig_atomic_t *program_watch_stop(void);

/* Returns the last part of argv[0], or `otherwise` when there is none. */
const char *program_name(const char *argv0, const char *otherwise);

/* Returns the root prefix without '/' at its end, since the paths behind it begin with one; the
 * caller frees it.  NULL when out of memory. */
char *program_prefix(const char *given);

/* Functions for a struct dbc_log. */
void program_to_syslog(void *ctx, enum dbc_level level, const char *text);
void program_to_stderr(void *ctx, enum dbc_level level, const char *text);

#endif
