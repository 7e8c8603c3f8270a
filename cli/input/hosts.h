/* hosts.h - what FILE is, and where in it a host's records are: a plain file of one of the known
 * formats, compressed or not, standard input, a folder that is a host's root, or an archive of one.
 * cache.c and the verb import ask here; the formats themselves are the library's. */
#ifndef CLI_INPUT_HOSTS_H
#define CLI_INPUT_HOSTS_H

#include "cli/command.h"
#include "model/loss.h"

enum cli_format {
    CLI_FORMAT_CACHE = DBC_FORMAT_CACHE,       /* network.dbcache */
    CLI_FORMAT_STATEDB = DBC_FORMAT_STATEDB,   /* state.db, a pool dump */
    CLI_FORMAT_NETWORKD = DBC_FORMAT_NETWORKD, /* networkd.db */
    CLI_FORMAT_IFCFG = 8                       /* a folder with ifcfg files in it */
};

/* "state.db", and so on. */
const char *cli_format_name(enum cli_format format);
/* What FILE may be for a verb that takes any; without one, NULL, this host's cache is meant. */
unsigned cli_formats_of(const char *file);

struct cli_wanted {
    const char *file;  /* NULL: this host's own, in its usual place */
    unsigned formats;  /* enum cli_format, or-ed: what is looked for in a folder or archive, in the
                          order of their values, and what a file may be */
    dbc_loss_fn *loss; /* NULL: losses are of no interest */
    void *ctx;
};

/* One host's records and where they are from. */
struct cli_host {
    char *name; /* for the column `host` of queries: the file's name or what a pool calls it */
    char *file; /* "FILE", "ARCHIVE:MEMBER" */
    enum cli_format format;
    /* Of a state.db only: */
    char *uuid;         /* of the host; NULL otherwise */
    bool slave;         /* not the pool's master: the file may be an old copy */
    int64_t generation; /* of the database; -1 where it does not say */
    struct dbc_db *db;
};

struct cli_hosts {
    struct cli_host *v;
    size_t n, cap;
};

/* Exactly one host: options->host and options->member say which where there are several.  0, or
 * -1 after the user has been told; then nothing is in *ret.  Warnings go to stderr, that a slave's
 * state.db may be old among them. */
int cli_input_host(const struct cli_options *options, const struct cli_wanted *wanted,
                   struct cli_host *ret);
void cli_host_release(struct cli_host *host);

/* All of them: every host of a pool's dump, every cache of an archive that the options do not rule
 * out, of `n` files of any format, or this host's own cache where n is 0.  0, or -1 after the user
 * has been told; release *ret in any case. */
int cli_input_hosts(const struct cli_options *options, char *const *files, size_t n,
                    struct cli_hosts *ret);
void cli_hosts_release(struct cli_hosts *hosts);

#endif
