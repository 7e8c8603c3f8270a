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
    unsigned tables;    /* bit of each */
    const char *output; /* a file or folder; NULL: the standard output */
    const char *list;   /* a file with the names of files, one a line; "-": standard input; NULL */
    const char *since;  /* an earlier run's folder, or the file with its state, which is written
                           anew;  NULL: everything is new */
    unsigned jobs;      /* 0: one for each processor */
    char *const *files;
    size_t n;
};

/* Exports them.  CLI_OK; CLI_DIFFERENT: some could not be read, and the table host says which;
 * CLI_FAILED after a message: there is no export, or half of one on the standard output. */
int cli_fleet_export(const struct cli_fleet *fleet);

#endif
