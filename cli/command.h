/* command.h - what the verbs of dbcache(1) share: the table of verbs, the options that all take, and
 * loading the host that FILE stands for.  One verb a file, cmd_NAME.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "model/database.h"

/* Exit statuses; a verb may give 1 and 2 meanings of its own (check, diff), which its usage says. */
enum {
    CLI_OK = 0,
    CLI_DIFFERENT = 1, /* diff, status: not the same; check: warnings */
    CLI_FAILED = 2,    /* the input or the host refused; check: errors */
    CLI_USAGE = 64     /* wrong usage: message on stderr and `For help use --help.` */
};

/* Options before or after the verb's own, taken out of argv by the main program. */
struct cli_options {
    bool json;               /* --json */
    bool colour;             /* a terminal, no NO_COLOR, or --color */
    const char *member;      /* --member=PATH of an archive with several caches */
    const char *host;        /* --host=UUID of a state.db or pool dump */
    const char *root_prefix; /* --root-prefix=DIR; "" otherwise */
};

struct cli_command {
    const char *name;
    const char *summary; /* one line for the list */
    const char *usage;   /* after "usage: dbcache ", then the options of the verb, for --help */
    bool writes;         /* changes a file or the history */
    int (*run)(const struct cli_options *options, int argc, char **argv); /* argv[0]: the verb */
};

extern const struct cli_command cli_commands[]; /* sorted by name; ends with name NULL */

/* What FILE stands for: a network.dbcache of any dialect, gzip or plain; a state.db or pool dump; a
 * networkd.db; "-"; a folder that is a root tree; a bug report's archive.  NULL: the host's own
 * cache.  Warnings go to stderr.  NULL after an error has been printed. */
struct dbc_db *cli_load(const struct cli_options *options, const char *file);

/* "dbcache: TEXT" on stderr, in red on a terminal. */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int cli_fail(const struct dbc_error *err); /* prints it; returns CLI_FAILED */
int cli_usage(const struct cli_command *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Aligned columns for people: cells are collected, widths found at the end. */
struct cli_table;
struct cli_table *cli_table_new(void);
void cli_table_cell(struct cli_table *table, const char *text);
void cli_table_row(struct cli_table *table); /* ends a row */
int cli_table_print(struct cli_table *table, FILE *out); /* and frees it; -1: out of memory */

#endif
