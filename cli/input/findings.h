/* findings.h - finds everything in a file, folder or archive that could be a host's network; pick.c
 * chooses among it.  A file's format is found from its content.  In a folder or an archive only
 * files are read that have the names of XenServer, its successors and their bug reports, or the
 * name that --member asks for. */
#ifndef CLI_INPUT_FINDINGS_H
#define CLI_INPUT_FINDINGS_H

#include "around.h"
#include "base/strvec.h"
#include "hosts.h"
#include "statedb/statedb.h"

#define CLI_LIMIT_FINDINGS 4096 /* caches and databases of one archive or folder */
#define CLI_LIMIT_WALK 50000    /* files of one folder */
#define CLI_LIMIT_WALK_DEPTH 12 /* nested folders */

/* One file that may be the wanted one, as far as it could be read. */
struct cli_finding {
    char *path;   /* "FILE", "FOLDER/MEMBER", "ARCHIVE:MEMBER" */
    char *member; /* the value for --member; "" for a file by itself */
    enum cli_format format;
    bool spare;                  /* a backup, for when there is no other file */
    unsigned rank;               /* by its name, see cli_finding_rank; 0: not by its name */
    struct dbc_db *db;           /* CLI_FORMAT_CACHE */
    struct dbc_statedb *statedb; /* CLI_FORMAT_STATEDB */
    struct dbc_buf text;         /* CLI_FORMAT_NETWORKD */
    struct dbc_strvec warnings;  /* from reading it */
    char *damage;                /* the warning that its rest is lost; NULL: it is whole */
    struct dbc_error error;      /* why it could not be read */
};

/* Receives a finding as soon as it is read, and may take out of it what it keeps.  -1 ends the
 * search. */
typedef int cli_take_fn(void *ctx, struct cli_finding *finding, struct dbc_error *err);

struct cli_findings {
    unsigned formats;   /* wanted ones */
    const char *member; /* NULL: the usual names */
    bool one;           /* only the first of each kind is read; further ones are only listed */
    bool spare;         /* the current file is a backup */
    unsigned rank;      /* of the current file, by its name */
    cli_take_fn *take;  /* receives the findings; NULL: they are kept in `v` */
    void *ctx;          /* its first argument */
    unsigned ranks;     /* the only ranks that count, or-ed, see cli_finding_rank; 0: all */
    size_t found;       /* files that were read, handed over or not */
    struct cli_finding *v;
    size_t n, cap;
    struct cli_around around; /* inventories, and ifcfg files when CLI_FORMAT_IFCFG is wanted */
};

/* A finding's rank: less is better.  It is one bit: the format's, or a higher one for a backup. */
#define CLI_RANK_SPARE (CLI_FORMAT_IFCFG * 2u)
unsigned cli_finding_rank(enum cli_format format, bool spare);

void cli_findings_init(struct cli_findings *findings, unsigned formats, const char *member);
void cli_findings_release(struct cli_findings *findings);
void cli_finding_release(struct cli_finding *finding); /* one that was handed over */

/* Each adds what it finds; a file that cannot be read is a finding with an error.  Returns 0, or -1
 * when the search itself failed: DBC_ENOENT, DBC_EIO, DBC_ELIMIT, DBC_ENOMEM, as the archive fails,
 * or as `take` does. */
int cli_findings_stream(struct cli_findings *findings, const struct dbc_stream *stream,
                        struct dbc_error *err);
int cli_findings_file(struct cli_findings *findings, const char *path, struct dbc_error *err);
/* Looks in the usual places below a host's root; finding nothing there is no error. */
int cli_findings_root(struct cli_findings *findings, const char *prefix, struct dbc_error *err);
/* Looks in the whole of any folder, for example an unpacked bug report. */
int cli_findings_folder(struct cli_findings *findings, const char *folder, struct dbc_error *err);

#endif
