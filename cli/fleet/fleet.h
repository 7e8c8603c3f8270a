/* fleet.h - dbcache export for engines: the records of any number of hosts as rows. */
#ifndef CLI_FLEET_FLEET_H
#define CLI_FLEET_FLEET_H

#include "cli/command.h"
#include "rows.h"
#include "tables.h"

#define CLI_JOBS_MAX 64u

struct cli_fleet {
    const struct cli_options *options;
    enum cli_row_format format;
    unsigned tables;    /* a bit for each */
    const char *output; /* a file or folder; NULL: the standard output */
    const char *list; /* NULL, or a file with the names of files, one a line; "-": standard input */
    const char *since; /* an earlier run's folder, or the file with its state, which is written
                          anew; NULL: everything is new */
    unsigned jobs;     /* 0: one for each processor */
    char *const *files;
    size_t n;
};

/* Exports all hosts.  Returns CLI_OK; CLI_DIFFERENT when some files could not be read, which the
 * table host names; CLI_FAILED after a message, with no export or a part of one on the standard
 * output. */
int cli_fleet_export(const struct cli_fleet *fleet);

#endif
