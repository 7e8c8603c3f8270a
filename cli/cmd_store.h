/* cmd_store.h - the verbs that ask records and keep their past: query and history, with what the
 * table of verbs says of them, and how the verbs that change a cache write its history. */
#ifndef CLI_CMD_STORE_H
#define CLI_CMD_STORE_H

#include "base/buf.h"
#include "command.h"

#define CLI_QUERY_SUMMARY "ask one host or many in SQL"
#define CLI_QUERY_USAGE                                                                            \
    "query SQL [FILE]...\n"                                                                        \
    "       dbcache query --tables\n"                                                              \
    "\n"                                                                                           \
    "  --csv               as --output=csv\n"                                                      \
    "  --timeout=SECONDS   give up after so long (10)\n"                                           \
    "  --limit=ROWS        print so many rows at most (100000)\n"                                  \
    "  --output=FORMAT     table, csv, json (as --json), or jsonl: an object a line\n"             \
    "  --tables            print the tables and their columns\n"                                   \
    "\n"                                                                                           \
    "Exit status: 0 done, 1 rows beyond the limit were left out, 2 failed.\n"

#define CLI_HISTORY_SUMMARY "what a cache was, and how to get it back"
#define CLI_HISTORY_USAGE                                                                          \
    "history list\n"                                                                               \
    "       dbcache history show|restore ID\n"                                                     \
    "       dbcache history diff [ID [ID]]\n"                                                      \
    "       dbcache history gc\n"                                                                  \
    "\n"                                                                                           \
    "  ID is a number of the list, or newest; diff compares the newest snapshot, or that with\n"   \
    "  the number, with the cache, or two snapshots.\n"                                            \
    "\n"                                                                                           \
    "  --file=FILE         the cache (or root folder) whose history is meant; unless told\n"       \
    "                      otherwise, this host's own\n"                                           \
    "  --uuid              diff: also the uuids of records that are the same by device or "        \
    "bridge\n"                                                                                     \
    "  --keep=COUNT        gc: keep so many snapshots (200)\n"                                     \
    "  --days=DAYS         gc: of these, the ones of so many days (366)\n"                         \
    "\n"                                                                                           \
    "Exit status: 0 done, 2 failed; diff: 0 the same, 1 different, 2 failed.\n"

int cli_cmd_query(const struct cli_options *options, int argc, char **argv);
int cli_cmd_history(const struct cli_options *options, int argc, char **argv);

/* Called after a cache was replaced: saves in its history the bytes that it had, unless `before` is
 * empty, and those that it has now.  `reason` says what was done, "set pif eth0 IP".  A failure is
 * a warning on stderr. */
void cli_history_keep(const char *cache_path, const struct dbc_buf *before, const char *reason);

#endif
