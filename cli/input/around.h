/* around.h - the small files around a host's network, in a folder or an archive: its inventory and
 * its ifcfg files, each with the root folder of the host that it is of, since a folder of bug
 * reports has several hosts.  findings.c gathers, pick.c asks. */
#ifndef CLI_INPUT_AROUND_H
#define CLI_INPUT_AROUND_H

#include "base/buf.h"
#include "base/stream.h"
#include "base/strvec.h"
#include "ifcfg/ifcfg.h"

#define CLI_LIMIT_INVENTORIES 4096     /* hosts of one archive or folder */
#define CLI_LIMIT_INVENTORY (1u << 20) /* bytes; an ifcfg file may have as many */

/* `root` of both: the part of the member's name in front of etc/, "" or with '/' at its end; of a
 * file elsewhere that of the folder that it lies in. */
struct cli_inventory {
    char *root;
    struct dbc_buf text;
};

struct cli_script {
    char *root;
    char *folder; /* where it lies, as a user would say it, '/' at its end */
    struct dbc_ifcfg_file file;
};

struct cli_around {
    struct cli_inventory *inventories;
    size_t n_inventories, cap_inventories;
    struct cli_script *scripts;
    size_t n_scripts, cap_scripts;
};

/* True when `path` is `end`, or ends with a slash and `end`. */
bool cli_is_below(const char *path, const char *end);
bool cli_is_inventory(const char *member);
/* What dbc_ifcfg_read takes. */
bool cli_is_script(const char *member);

/* 0, or -1: DBC_ELIMIT, DBC_ENOMEM, what the stream says.  `path` is for people, `member` the name
 * in the folder or archive. */
int cli_around_add_inventory(struct cli_around *around, const char *path, const char *member,
                             const struct dbc_stream *stream, struct dbc_error *err);
int cli_around_add_script(struct cli_around *around, const char *path, const char *member,
                          const struct dbc_stream *stream, struct dbc_error *err);
void cli_around_release(struct cli_around *around);

/* Drops the inventory of the host that has this member, when that is not the only host there: for a
 * walk through more hosts than CLI_LIMIT_INVENTORIES. */
void cli_around_forget(struct cli_around *around, const char *member);

/* The inventory of the host that has this member: of those above it the nearest, and of two of one
 * host the first.  NULL: there is none. */
const struct dbc_buf *cli_around_inventory(const struct cli_around *around, const char *member);
/* The roots of the hosts that have scripts, each once; those deeper down below one of them are left
 * out, as copies of its files.  May fail as a strvec does. */
void cli_around_script_roots(const struct cli_around *around, struct dbc_strvec *roots);

#endif
