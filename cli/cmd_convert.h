/* cmd_convert.h - the verbs that turn other formats into a cache and a cache into others, import
 * and export, with what the table of verbs says of them. */
#ifndef CLI_CMD_CONVERT_H
#define CLI_CMD_CONVERT_H

#include "command.h"

#define CLI_EXPORT_SUMMARY "write hosts' records in another format"
#define CLI_EXPORT_USAGE                                                                           \
    "export --to=FORMAT [FILE]\n"                                                                  \
    "       dbcache export --to=jsonl|csv [--table=TABLE,...] FILE...\n"                           \
    "\n"                                                                                           \
    "  --to=FORMAT         networkd.db (xcp-networkd's database), json (every field), or sql (a\n" \
    "                      script for sqlite3); of many hosts jsonl or csv, a row a record\n"      \
    "  --output=FILE       write FILE instead of the standard output; never a network.dbcache.\n"  \
    "                      Rows may go to a folder, a file a table\n"                              \
    "  --for-release=N.N   networkd.db: in the shape of this release of XenServer, 6.1 to 7.4 "    \
    "or\n"                                                                                         \
    "                      later (the latest)\n"                                                   \
    "  --table=TABLE,...   rows of these alone: pif, bond, vlan, tunnel, network, pool, "          \
    "members,\n"                                                                                   \
    "                      other_config, finding, host\n"                                          \
    "  --jobs=N            threads that read files; one for each processor unless given.  With "   \
    "1\n"                                                                                          \
    "                      the order of the rows is that of the files\n"                           \
    "  --schema=ENGINE     print the statements that make the tables in postgresql, clickhouse\n"  \
    "                      or duckdb\n"                                                            \
    "  --files-from=LIST   files whose names LIST has, one a line; - is standard input\n"          \
    "  --since=STATE       leave out what has not changed since the run that kept its state in "   \
    "this\n"                                                                                       \
    "                      file, which is written anew, or wrote this folder\n"                    \
    "\n"                                                                                           \
    "What a format for one host cannot say is listed, with --json as JSON: on the standard\n"      \
    "output, or the standard error when the export itself goes there.\n"                           \
    "Exit status: 0 done, whatever could not be said, 1 some files of many could not be read, 2\n" \
    "failed.\n"

#define CLI_IMPORT_SUMMARY "make a cache from what else is left"
#define CLI_IMPORT_USAGE                                                                           \
    "import --from=FORMAT [SOURCE]\n"                                                              \
    "\n"                                                                                           \
    "  SOURCE is a file of the format, a host's root folder, an archive of one, or -; for xapi,\n" \
    "  its socket.  Without one, this host's own.\n"                                               \
    "\n"                                                                                           \
    "  --from=FORMAT       xapi (XAPI, which must run), state.db (its database), networkd.db\n"    \
    "                      (xcp-networkd's), or ifcfg (files of network-scripts)\n"                \
    "  --output=FILE       write FILE, or - for the standard output, instead of the host's "       \
    "cache\n"                                                                                      \
    "  --force             replace a cache that can be read, or a FILE that is there\n"            \
    "  --dry-run           change nothing, print the difference\n"                                 \
    "\n"                                                                                           \
    "What the cache cannot say, and what was assumed, is listed.\n"                                \
    "Exit status: 0 done, whatever could not be said, 2 failed.\n"

int cli_cmd_export(const struct cli_options *options, int argc, char **argv);
int cli_cmd_import(const struct cli_options *options, int argc, char **argv);

#endif
