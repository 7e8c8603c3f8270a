/* each.h - reads the hosts of FILE one after the other and frees each before the next, for a verb
 * that takes any number of files, archives and pool dumps; or keeps them all.  hosts.h reads one.
 *
 * In an archive or a folder the same files count as for hosts.h: every network.dbcache; where there
 * is none, every state.db, then every networkd.db, then backups.  An archive without a cache that
 * has several files of the next kind is read a second time for these. */
#ifndef CLI_INPUT_EACH_H
#define CLI_INPUT_EACH_H

#include <time.h>

#include "hosts.h"

/* The file that a host was read from: FILE itself, or one in a folder. */
struct cli_origin {
    struct timespec changed; /* when its bytes last changed; tv_sec -1: unknown, as for a pipe */
    int64_t bytes;           /* its size; -1 likewise */
};

/* What is known about a host besides its records. */
struct cli_about {
    const char *uuid;   /* the host's, from a state.db or its inventory; "": unknown */
    const char *damage; /* why the records behind these are lost; "": the file is whole */
    struct cli_origin origin;
};

/* Functions that receive the hosts and failures; their arguments are valid during the call only.
 * -1 ends the walk. */
struct cli_each {
    /* A host.  What the function takes out of *host it sets to NULL there; to take all of it, it
     * sets *host to { 0 }. */
    int (*host)(void *ctx, struct cli_host *host, const struct cli_about *about);
    /* A file, or the rest of one, that cannot be read.  The walk goes on with the others. */
    int (*failed)(void *ctx, const char *source, const struct dbc_error *error,
                  const struct cli_origin *origin);
    void *ctx;
    bool strict; /* a pool without the host that the options name ends the walk after a message, and
                    a warning says which other file is used where there is no network.dbcache */
    bool keeps; /* all hosts are kept in memory, so that the several databases of an archive without
                   a cache may be, too: it may come through a pipe */
};

/* A function for `failed` that prints the error and ends the walk. */
int cli_each_refuse(void *ctx, const char *source, const struct dbc_error *error,
                    const struct cli_origin *origin);

/* Walks through `file`, or through this host's own cache when it is NULL; when that cannot be read
 * the walk ends after a message.  Warnings go to stderr.  Returns 0, or -1 when the walk was ended.
 * Several threads may walk at the same time, each its own file. */
int cli_input_each(const struct cli_options *options, const char *file,
                   const struct cli_each *each);

struct cli_hosts {
    struct cli_host *v;
    size_t n, cap;
};

/* Reads all hosts of `n` files, or this host's own cache when n is 0; the walk is strict.  Of one
 * archive or folder CLI_LIMIT_FINDINGS files count at most.  Returns 0, or -1 after a message; the
 * caller releases *ret in either case. */
int cli_input_hosts(const struct cli_options *options, char *const *files, size_t n,
                    struct cli_hosts *ret);
void cli_hosts_release(struct cli_hosts *hosts);

#endif
