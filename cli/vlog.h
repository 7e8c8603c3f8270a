/* vlog.h - a daemon's log like Open vSwitch's: console, syslog and a file, each with its own level,
 * set by options -v[MODULE:]DESTINATION:LEVEL. */
#ifndef CLI_VLOG_H
#define CLI_VLOG_H

#include <stdbool.h>
#include <stdio.h>

#include "base/log.h"

enum vlog_destination { VLOG_CONSOLE, VLOG_SYSLOG, VLOG_FILE, VLOG_N_DESTINATIONS };

struct vlog {
    int level[VLOG_N_DESTINATIONS]; /* the least enum dbc_level that is shown; above all: nothing */
    const char *path;               /* of the file; NULL: none */
    FILE *file;
    const char *name; /* of the program, for the file */
    unsigned n;       /* lines so far */
};

/* Sets the defaults: warnings to the console, everything to syslog and the file. */
void vlog_init(struct vlog *log, const char *name);
/* Takes the text of one option -v; "" means everything, everywhere.  False when it is invalid. */
bool vlog_parse(struct vlog *log, const char *text);
/* Opens the file, or opens it again; does nothing without a path.  Returns 0, or -1 with errno. */
int vlog_open(struct vlog *log);
void vlog_close(struct vlog *log);
/* A function for a struct dbc_log; `ctx` is a struct vlog. */
void vlog_line(void *ctx, enum dbc_level level, const char *text);

#endif
