/* command.h - what the verbs of dbcache(1) share: the table of verbs, the options that all take,
 * and loading the host that FILE stands for.  One verb a file, cmd_NAME.c. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "model/database.h"

struct option; /* getopt.h */

/* Exit statuses; a verb may give 1 and 2 meanings of its own (check, diff), which its usage says.
 */
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
    const char *root_prefix; /* --root-prefix=DIR without '/' at its end; "" otherwise */
    const char *host;        /* --host=UUID: which host of a pool; NULL when not given */
    const char *member;      /* --member=NAME: which file of an archive or folder; NULL likewise */
};

struct cli_command {
    const char *name;
    const char *summary; /* one line for the list, without a full stop */
    /* For --help, after "Usage: dbcache ": the arguments, an empty line, a line for each option of
     * the verb's own, "  --name WORD   what it does".  completion takes the options from here. */
    const char *usage;
    bool writes; /* changes a file or the history */
    int (*run)(const struct cli_options *options, int argc, char **argv); /* argv[0]: the verb */
};

extern const struct cli_command cli_commands[]; /* sorted by name; ends with name NULL */
const struct cli_command *cli_find_command(const char *name); /* NULL: there is none */

/* The options that all verbs take, as usage has them. */
extern const char cli_common_usage[];

/* getopt_long for a verb without short options: the next option's `val`; -1 when only arguments are
 * left, from optind on; '?' after the user has been told what is wrong: return CLI_USAGE.  argv is
 * permuted. */
int cli_getopt(const char *verb, int argc, char **argv, const struct option *longs);

/* ---- The host's records ---------------------------------------------------------------------- */

/* What FILE stands for: a network.dbcache of any dialect, "-", or a folder that is a root tree.
 * NULL: the host's own cache.  Warnings go to stderr.  NULL after an error has been printed. */
struct dbc_db *cli_load(const struct cli_options *options, const char *file);

/* ---- Messages -------------------------------------------------------------------------------- */

/* "dbcache: TEXT" on stderr, in red on a terminal. */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* "dbcache: warning: TEXT" likewise, in yellow. */
void cli_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_print_warning(void *ctx, const struct dbc_error *warning); /* a dbc_warning_fn */
int cli_fail(const struct dbc_error *err); /* prints it; returns CLI_FAILED */
int cli_fail_nomem(void);                  /* likewise */
int cli_usage(const struct cli_command *command, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* returns CLI_USAGE */

/* ---- Output for people ----------------------------------------------------------------------- */

/* Something that was to be printed is not, for lack of memory: said at the end of the program,
 * which fails then.  JSON values and the functions below call it by themselves. */
void cli_lost(void);
bool cli_is_lost(void);

enum cli_style { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_GOOD, CLI_WARN, CLI_BAD, CLI_N_STYLES };

enum cli_when { CLI_AUTO, CLI_ALWAYS, CLI_NEVER };
/* Once, before anything is printed: whether stdout gets colour is also the answer. */
bool cli_output_setup(enum cli_when colour);
/* Do the reader's locale and terminal have more than ASCII? */
bool cli_utf8(void);
/* A text with its style, control characters escaped.  Nothing but the text without colour. */
void cli_put(enum cli_style style, const char *text);
/* What a program is to read, as it is, with a line's end.  Frees `text`.  CLI_FAILED after lack of
 * memory has been told; what could not be written is told by the main program. */
int cli_print_line(FILE *out, struct dbc_buf *text);

/* Aligned columns: cells are collected, widths found at the end.  Texts are escaped.  Running out
 * of memory is told by cli_table_print; NULL as table is fine. */
struct cli_table;
struct cli_table *cli_table_new(void);
void cli_table_cell(struct cli_table *table, const char *text);
void cli_table_styled(struct cli_table *table, enum cli_style style, const char *text);
/* The same from a buffer, which is cleared for the next cell. */
void cli_table_take(struct cli_table *table, enum cli_style style, struct dbc_buf *text);
/* Bold cells, the end of the row included; ended by NULL. */
void cli_table_head(struct cli_table *table, ...) __attribute__((sentinel));
void cli_table_row(struct cli_table *table);             /* ends a row */
int cli_table_print(struct cli_table *table, FILE *out); /* and frees it; -1: out of memory */

#endif
