/* vlog.h - the log of a daemon as Open vSwitch's have it: console, syslog and a file, each with a
 * level of its own, told by options -v[MODULE:]DESTINATION:LEVEL. */
#ifndef CLI_VLOG_H
#define CLI_VLOG_H

#include <stdbool.h>
#include <stdio.h>

#include "base/log.h"

enum vlog_destination { VLOG_CONSOLE, VLOG_SYSLOG, VLOG_FILE, VLOG_N_DESTINATIONS };

struct vlog {
    int level[VLOG_N_DESTINATIONS]; /* the least that is shown: an enum dbc_level; more: nothing */
    const char *path;               /* of the file; NULL: none */
    FILE *file;
    const char *name; /* of the program, for the file */
    unsigned n;       /* lines so far */
};

/* Warnings to the console, everything to syslog and the file. */
void vlog_init(struct vlog *log, const char *name);
/* The text of one option -v; "" means everything, everywhere.  False: it says nothing. */
bool vlog_parse(struct vlog *log, const char *text);
/* Opens the file, if there is to be one, or opens it again; -1 with errno. */
int vlog_open(struct vlog *log);
void vlog_close(struct vlog *log);
/* A sink for a struct dbc_log; `ctx` is a struct vlog. */
void vlog_line(void *ctx, enum dbc_level level, const char *text);

#endif
