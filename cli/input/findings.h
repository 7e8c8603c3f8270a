/* findings.h - everything in a file, folder or archive that could be a host's network; pick.c
 * picks. A file counts by its content; inside a folder or an archive only the names that XenServer,
 * its successors and their bug reports use are looked at, or those that --member asks for. */
#ifndef CLI_INPUT_FINDINGS_H
#define CLI_INPUT_FINDINGS_H

#include "around.h"
#include "base/strvec.h"
#include "hosts.h"
#include "statedb/statedb.h"

#define CLI_LIMIT_FINDINGS 4096 /* caches and databases of one archive or folder */
#define CLI_LIMIT_WALK 50000    /* files of one folder */
#define CLI_LIMIT_WALK_DEPTH 12 /* folders inside each other */

/* One file that may be what is wanted, as far as it could be read. */
struct cli_finding {
    char *path;   /* "FILE", "FOLDER/MEMBER", "ARCHIVE:MEMBER" */
    char *member; /* what to give to --member; "" for a file by itself */
    enum cli_format format;
    bool spare;                  /* a backup, which counts where nothing else of its kind is */
    unsigned rank;               /* by its name, see cli_finding_rank; 0: its name says nothing */
    struct dbc_db *db;           /* CLI_FORMAT_CACHE */
    struct dbc_statedb *statedb; /* CLI_FORMAT_STATEDB */
    struct dbc_buf text;         /* CLI_FORMAT_NETWORKD */
    struct dbc_strvec warnings;  /* of reading it */
    char *damage;                /* the one that says that its rest is lost; NULL: it is whole */
    struct dbc_error error;      /* why it could not be read */
};

/* Gets a finding at once and may take out of it what it wants to keep.  -1 with *err ends the
 * search. */
typedef int cli_take_fn(void *ctx, struct cli_finding *finding, struct dbc_error *err);

struct cli_findings {
    unsigned formats;   /* that are wanted */
    const char *member; /* NULL: the usual names */
    bool one;           /* of each kind the first is read; several only have to be listed */
    bool spare;         /* the file in hand is a backup */
    unsigned rank;      /* of the file in hand, by its name */
    cli_take_fn *take;  /* NULL: findings are kept in `v`; else they are handed over to this */
    void *ctx;          /* its first argument */
    unsigned ranks;     /* 0: names of every rank; else of these alone, see cli_finding_rank */
    size_t found;       /* files that were read, handed over or not */
    struct cli_finding *v;
    size_t n, cap;
    struct cli_around around; /* inventories, and ifcfg files when CLI_FORMAT_IFCFG is wanted */
};

/* How far back a finding stands: less is better.  Its format, or more than all of them for a
 * backup. */
#define CLI_RANK_SPARE (CLI_FORMAT_IFCFG * 2u)
unsigned cli_finding_rank(enum cli_format format, bool spare);

void cli_findings_init(struct cli_findings *findings, unsigned formats, const char *member);
void cli_findings_release(struct cli_findings *findings);
void cli_finding_release(struct cli_finding *finding); /* of one that was handed over */

/* Each adds what it finds; a file that cannot be read is a finding with an error.  -1: the search
 * itself failed, DBC_ENOENT, DBC_EIO, DBC_ELIMIT, DBC_ENOMEM, or what the archive says. */
int cli_findings_stream(struct cli_findings *findings, const struct dbc_stream *stream,
                        struct dbc_error *err);
int cli_findings_file(struct cli_findings *findings, const char *path, struct dbc_error *err);
/* The places below a host's root where the wanted formats belong; finding nothing is fine. */
int cli_findings_root(struct cli_findings *findings, const char *prefix, struct dbc_error *err);
/* All of a folder, whatever it is: an unpacked bug report. */
int cli_findings_folder(struct cli_findings *findings, const char *folder, struct dbc_error *err);

#endif
