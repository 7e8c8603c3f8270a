/* command.h - what the verbs of dbcache(1) share: the table of verbs, the options that all take,
 * loading the host that FILE stands for, and output.  Each verb has its own file, cmd_NAME.c. */
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
    /* For --help, after "Usage: dbcache ": the arguments, an empty line, and a line for each of the
     * verb's own options, "  --name WORD   what it does".  completion reads the options here. */
    const char *usage;
    bool writes; /* changes a file or the history */
    int (*run)(const struct cli_options *options, int argc, char **argv); /* argv[0]: the verb */
};

/* Each is at the end of its cmd_NAME.c. */
extern const struct cli_command cli_verb_check, cli_verb_completion, cli_verb_diff, cli_verb_export,
    cli_verb_format, cli_verb_graph, cli_verb_history, cli_verb_import, cli_verb_query,
    cli_verb_remap, cli_verb_repair, cli_verb_report, cli_verb_set, cli_verb_show, cli_verb_status;
extern const struct cli_command *const cli_commands[]; /* sorted by name; ended by NULL */

/* The options that all verbs take, in the form of `usage`. */
extern const char cli_common_usage[];

/* getopt_long for a verb without short options: the next option's `val`; -1 when only arguments are
 * left, from optind on; '?' after the user has been told what is wrong: return CLI_USAGE.  argv is
 * permuted. */
int cli_getopt(const char *verb, int argc, char **argv, const struct option *longs);

/* ---- The host's records ---------------------------------------------------------------------- */

/* Loads one host's records from FILE (see input/hosts.h), or from the host's own cache when it is
 * NULL.  Warnings go to stderr.  The caller frees the result.  NULL after a message. */
struct dbc_db *cli_load(const struct cli_options *options, const char *file);

/* ---- Messages -------------------------------------------------------------------------------- */

/* Prints "dbcache: TEXT" on stderr, in red on a terminal. */
void cli_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Prints "dbcache: warning: TEXT" likewise, in yellow. */
void cli_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void cli_print_warning(void *ctx, const struct dbc_error *warning); /* a dbc_warning_fn */
int cli_fail(const struct dbc_error *err); /* prints it; returns CLI_FAILED */
int cli_fail_nomem(void);                  /* prints "out of memory"; returns CLI_FAILED */
/* Prints what is wrong with the words of a verb (NULL: of the program); returns CLI_USAGE. */
int cli_usage(const char *verb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- Output for people ----------------------------------------------------------------------- */

/* Notes that something could not be printed for lack of memory: the program says so at its end and
 * fails.  JSON values and the functions below call it by themselves. */
void cli_lost(void);
bool cli_is_lost(void);

enum cli_style { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_GOOD, CLI_WARN, CLI_BAD, CLI_N_STYLES };

enum cli_when { CLI_AUTO, CLI_ALWAYS, CLI_NEVER };
/* To be called once, before anything is printed.  Returns whether stdout gets colour. */
bool cli_output_setup(enum cli_when colour);
/* Whether the user's locale has UTF-8. */
bool cli_utf8(void);
/* Prints a text in its style, or without one when there is no colour; control characters are
 * escaped. */
void cli_put(enum cli_style style, const char *text);
/* Prints a text for programs as it is, with a line's end, and frees it.  Returns CLI_OK, or
 * CLI_FAILED after a message when memory ran out; the main program reports failed writes. */
int cli_print_line(FILE *out, struct dbc_buf *text);

/* A table with aligned columns: cells are collected, and the widths found at the end.  Texts are
 * escaped.  cli_table_print reports a lack of memory; `table` may be NULL in all functions. */
struct cli_table;
struct cli_table *cli_table_new(void);
void cli_table_cell(struct cli_table *table, const char *text);
void cli_table_styled(struct cli_table *table, enum cli_style style, const char *text);
/* The same from a buffer, which is cleared for the next cell. */
void cli_table_take(struct cli_table *table, enum cli_style style, struct dbc_buf *text);
/* Adds a row of bold cells, ended by NULL. */
void cli_table_head(struct cli_table *table, ...) __attribute__((sentinel));
void cli_table_row(struct cli_table *table);             /* ends a row */
int cli_table_print(struct cli_table *table, FILE *out); /* also frees it; -1: out of memory */

#endif
