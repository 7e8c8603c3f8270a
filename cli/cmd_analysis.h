/* cmd_analysis.h - the verbs that look at records as a whole: check, diff, graph and report, with
 * what the table of verbs says of them. */
#ifndef CLI_CMD_ANALYSIS_H
#define CLI_CMD_ANALYSIS_H

#include "command.h"

#define CLI_CHECK_SUMMARY "look for what is wrong with a host's network, or a pool's"
#define CLI_CHECK_USAGE                                                                            \
    "check [FILE]...\n"                                                                            \
    "       dbcache check --list\n"                                                                \
    "       dbcache check --explain RULE\n"                                                        \
    "\n"                                                                                           \
    "  --list            every rule: severity, name, title\n"                                      \
    "  --explain RULE    what a rule looks for, why it matters, what to do\n"                      \
    "\n"                                                                                           \
    "Exit status: 0 nothing found, 1 warnings, 2 errors or a file that cannot be read.\n"

#define CLI_DIFF_SUMMARY "compare two hosts or two states, record by record"
#define CLI_DIFF_USAGE                                                                             \
    "diff OLD NEW\n"                                                                               \
    "\n"                                                                                           \
    "  --uuid            also the uuids of records that are the same by device or bridge only\n"   \
    "\n"                                                                                           \
    "Exit status: 0 the same, 1 different, 2 a file that cannot be read.\n"

#define CLI_GRAPH_SUMMARY "draw a host's network"
#define CLI_GRAPH_USAGE                                                                            \
    "graph [FILE]\n"                                                                               \
    "\n"                                                                                           \
    "  --format FORMAT   dot (unless told otherwise), svg or png; the last two need Graphviz\n"    \
    "  -o, --output FILE where to write it, instead of the standard output\n"

#define CLI_REPORT_SUMMARY "make a page of HTML about one host or many"
#define CLI_REPORT_USAGE                                                                           \
    "report [FILE]...\n"                                                                           \
    "\n"                                                                                           \
    "  --status          with what differs on the host that runs; for one host\n"                  \
    "  -o, --output FILE where to write it, instead of the standard output\n"

int cli_cmd_check(const struct cli_options *options, int argc, char **argv);
int cli_cmd_diff(const struct cli_options *options, int argc, char **argv);
int cli_cmd_graph(const struct cli_options *options, int argc, char **argv);
int cli_cmd_report(const struct cli_options *options, int argc, char **argv);

/* Prints the differences as the verb diff does, and returns its exit status.  With `identity` also
 * the uuids of records that are the same by device or bridge only. */
int cli_diff_databases(const struct cli_options *options, const struct dbc_db *old_db,
                       const struct dbc_db *new_db, bool identity);

#endif
