/* each.h - the hosts of FILE one after the other, each as soon as it has been read and gone when
 * the next one comes: for a verb that takes any number of files, archives and pool dumps.  hosts.h
 * has the hosts of FILE all at once.
 *
 * What counts in an archive or a folder is what counts for hosts.h: every network.dbcache; where
 * there is none every state.db, then every networkd.db, then backups.  So an archive without a
 * cache is read once more for each. */
#ifndef CLI_INPUT_EACH_H
#define CLI_INPUT_EACH_H

#include <time.h>

#include "hosts.h"

/* The file that something was read from: FILE itself, or the one in a folder. */
struct cli_origin {
    struct timespec
        changed;   /* when its bytes last changed; tv_sec -1: nobody knows, as of a pipe */
    int64_t bytes; /* its size; -1 likewise */
};

/* A host beside its records. */
struct cli_about {
    const char *uuid; /* its own, from a state.db or the inventory that lies around; "": unknown */
    const char *damage; /* why the records behind these are lost; "": the file is whole */
    struct cli_origin origin;
};

/* What is done with each; their arguments are valid during the call.  -1 ends the walk. */
struct cli_each {
    int (*host)(void *ctx, const struct cli_host *host, const struct cli_about *about);
    /* A file that cannot be read, or the rest of one.  The others go on. */
    int (*failed)(void *ctx, const char *source, const struct dbc_error *error,
                  const struct cli_origin *origin);
    void *ctx;
};

/* 0, or -1 when one of the functions returned that.  `file` is never NULL.  Warnings go to stderr.
 * Several threads may walk at the same time, each its own file. */
int cli_input_each(const struct cli_options *options, const char *file,
                   const struct cli_each *each);

#endif
