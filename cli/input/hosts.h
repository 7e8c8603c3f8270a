/* hosts.h - reads the records of the hosts that FILE has.  FILE is a file of one of the known
 * formats, compressed or not, standard input, a folder or an archive.  The library reads the
 * formats themselves. */
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

/* Returns the format's name, for example "state.db". */
const char *cli_format_name(enum cli_format format);
/* Returns the formats of FILE for a verb that takes any; NULL means this host's own cache. */
unsigned cli_formats_of(const char *file);

struct cli_wanted {
    const char *file;  /* NULL: this host's own, in its usual place */
    unsigned formats;  /* enum cli_format, or-ed: those that a file may have, and that are searched
                          for in a folder or archive, in the order of their values */
    dbc_loss_fn *loss; /* NULL: losses are not reported */
    void *ctx;
};

/* One host's records and where they are from. */
struct cli_host {
    char *name; /* for the column `host` of queries: the file's name, or the host's in its pool */
    char *file; /* "FILE", "ARCHIVE:MEMBER" */
    enum cli_format format;
    /* Of a state.db only: */
    char *uuid;         /* of the host; NULL otherwise */
    bool slave;         /* not the pool's master: the file may be an old copy */
    int64_t generation; /* of the database; -1 where it does not say */
    struct dbc_db *db;
};

/* Reads exactly one host; options->host and options->member choose among several.  Warnings go to
 * stderr; one of them says that a slave's state.db may be old.  Returns 0, or -1 after a message;
 * *ret holds nothing then. */
int cli_input_host(const struct cli_options *options, const struct cli_wanted *wanted,
                   struct cli_host *ret);
void cli_host_release(struct cli_host *host);

#endif
