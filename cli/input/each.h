/* each.h - the hosts of FILE one after the other, each as soon as it has been read and gone when
 * the next one comes: for a verb that takes any number of files, archives and pool dumps.  hosts.h
 * has the hosts of FILE all at once.
 *
 * What counts in an archive or a folder is what counts for hosts.h: every network.dbcache; where
 * there is none every state.db, then every networkd.db, then backups.  An archive without a cache
 * that has several of the next kind is read once more for these. */
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
    /* What it takes out of *host it sets to NULL there, as all of it: { 0 }. */
    int (*host)(void *ctx, struct cli_host *host, const struct cli_about *about);
    /* A file that cannot be read, or the rest of one.  The others go on. */
    int (*failed)(void *ctx, const char *source, const struct dbc_error *error,
                  const struct cli_origin *origin);
    void *ctx;
    bool strict; /* a pool without the host that the options name ends the walk after a message, and
                    a warning tells what was taken for want of a network.dbcache */
};

/* `failed` of a walk that ends with the first failure, after a message. */
int cli_each_refuse(void *ctx, const char *source, const struct dbc_error *error,
                    const struct cli_origin *origin);

/* 0, or -1 when one of the functions returned that.  `file` NULL: this host's own cache; where that
 * cannot be read the walk ends after a message.  Warnings go to stderr.
 * Several threads may walk at the same time, each its own file. */
int cli_input_each(const struct cli_options *options, const char *file,
                   const struct cli_each *each);

#endif
