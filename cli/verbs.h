/* verbs.h - the verbs that show and change a cache, one in each cmd_NAME.c, and what the table in
 * dbcache.c says of them.  The verbs of other files have headers of their own. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "command.h"

#define CLI_COMPLETION_SUMMARY "print what a shell needs to complete dbcache's command line"
#define CLI_COMPLETION_USAGE                                                                       \
    "completion bash|zsh\n"                                                                        \
    "\n"                                                                                           \
    "  In ~/.bashrc: source <(dbcache completion bash); for zsh, write it to a file named\n"       \
    "  _dbcache in a folder of $fpath.\n"

#define CLI_FORMAT_SUMMARY "write a cache anew, in the form that every reader takes"
#define CLI_FORMAT_USAGE                                                                           \
    "format [FILE]\n"                                                                              \
    "\n"                                                                                           \
    "  --in-place          replace the file, atomically, instead of printing\n"                    \
    "  --force             a damaged file, too: what is behind the damage is given up\n"

#define CLI_REMAP_SUMMARY "tell the cache which NIC of the host is which now"
#define CLI_REMAP_USAGE                                                                            \
    "remap [FILE]\n"                                                                               \
    "\n"                                                                                           \
    "  A NIC of the cache is the one of the host with its MAC, else with its name, else the\n"     \
    "  next in the order of the PCI bus.  What is not clear is refused.\n"                         \
    "\n"                                                                                           \
    "  --map=DEVICE=DEVICE the cache's NIC and the host's that it is; nothing behind the second\n" \
    "                      = for one that is gone; may stand several times\n"                      \
    "  --nics=FILE         the host's NICs, a line each: MAC DEVICE PCI\n"                         \
    "  --dry-run           change nothing, print the mapping and the difference\n"                 \
    "  --force             even if check finds a new error, and for a damaged file\n"

#define CLI_REPAIR_SUMMARY "mend what check finds and only one answer fits"
#define CLI_REPAIR_USAGE                                                                           \
    "repair [FILE]\n"                                                                              \
    "\n"                                                                                           \
    "  --dry-run           only list what would be done, and print the difference\n"               \
    "  --force             a damaged file, too: what is behind the damage is given up\n"           \
    "\n"                                                                                           \
    "Exit status: as of check, for what is left: 0 nothing, 1 warnings, 2 errors, or failed.\n"

#define CLI_SET_SUMMARY "change fields of one record"
#define CLI_SET_USAGE                                                                              \
    "set CLASS NAME FIELD VALUE [FIELD VALUE]... [FILE]\n"                                         \
    "       dbcache set CLASS NAME --unset=FIELD [FILE]\n"                                         \
    "\n"                                                                                           \
    "  CLASS is pif, bond, vlan, tunnel, network or pool (which has no NAME); NAME a device, a\n"  \
    "  bridge, a uuid or a reference; FIELD a field of the class, or other_config:KEY.\n"          \
    "\n"                                                                                           \
    "  --unset=FIELD       take the field or key away; may stand several times\n"                  \
    "  --dry-run           change nothing, print the difference\n"                                 \
    "  --force             even if check finds a new error, for a key that no save keeps, and\n"   \
    "                      for a damaged file\n"

#define CLI_SHOW_SUMMARY "show a host's network, or one record in full"
#define CLI_SHOW_USAGE                                                                             \
    "show [FILE]\n"                                                                                \
    "       dbcache show CLASS [FILE]\n"                                                           \
    "       dbcache show [CLASS] NAME [FILE]\n"                                                    \
    "\n"                                                                                           \
    "  CLASS is pif, bond, vlan, tunnel, network or pool; NAME a device, a bridge, a uuid or a\n"  \
    "  reference.  A word with a / in it, or that is a file, is FILE.\n"

#define CLI_STATUS_SUMMARY "compare the cache with the running host"
#define CLI_STATUS_USAGE                                                                           \
    "status [FILE]\n"                                                                              \
    "\n"                                                                                           \
    "  --all               also the PIFs that nobody asked to be up\n"                             \
    "\n"                                                                                           \
    "Exit status: 0 the host is as it should be, 1 it is not, 2 failed.\n"

int cli_cmd_completion(const struct cli_options *options, int argc, char **argv);
int cli_cmd_format(const struct cli_options *options, int argc, char **argv);
int cli_cmd_remap(const struct cli_options *options, int argc, char **argv);
int cli_cmd_repair(const struct cli_options *options, int argc, char **argv);
int cli_cmd_set(const struct cli_options *options, int argc, char **argv);
int cli_cmd_show(const struct cli_options *options, int argc, char **argv);
int cli_cmd_status(const struct cli_options *options, int argc, char **argv);

#endif
