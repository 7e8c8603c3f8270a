/* around.h - small files that belong to a host in a folder or an archive: its inventory and its
 * ifcfg files.  Each has the root folder of its host, since a folder of bug reports has several
 * hosts.  findings.c adds them, pick.c asks for them. */
#ifndef CLI_INPUT_AROUND_H
#define CLI_INPUT_AROUND_H

#include "base/buf.h"
#include "base/stream.h"
#include "base/strvec.h"
#include "ifcfg/ifcfg.h"

#define CLI_LIMIT_INVENTORIES 4096     /* hosts of one archive or folder */
#define CLI_LIMIT_INVENTORY (1u << 20) /* bytes; an ifcfg file may have as many */

/* `root` of both is the part of the member's name in front of etc/, "" or with '/' at its end; for
 * a file in another place it is the file's folder. */
struct cli_inventory {
    char *root;
    struct dbc_buf text;
};

struct cli_script {
    char *root;
    char *folder; /* the script's folder as a user would name it, with '/' at its end */
    struct dbc_ifcfg_file file;
};

struct cli_around {
    struct cli_inventory *inventories;
    size_t n_inventories, cap_inventories;
    struct cli_script *scripts;
    size_t n_scripts, cap_scripts;
};

bool cli_is_inventory(const char *member);
/* Whether the member is a file for dbc_ifcfg_read. */
bool cli_is_script(const char *member);

/* Each reads and adds a file; `path` is for people, `member` its name in the folder or archive.
 * Returns 0, or -1: DBC_ELIMIT, DBC_ENOMEM, or as the stream fails. */
int cli_around_add_inventory(struct cli_around *around, const char *path, const char *member,
                             const struct dbc_stream *stream, struct dbc_error *err);
int cli_around_add_script(struct cli_around *around, const char *path, const char *member,
                          const struct dbc_stream *stream, struct dbc_error *err);
void cli_around_release(struct cli_around *around);

/* Drops the inventory of the host that has this member, for a walk through more hosts than
 * CLI_LIMIT_INVENTORIES.  An inventory with the root "" stays. */
void cli_around_forget(struct cli_around *around, const char *member);

/* Returns the inventory of the host that has this member, the nearest above it, and of two with the
 * same root the first; NULL when there is none.  It is valid until something is added. */
const struct dbc_buf *cli_around_inventory(const struct cli_around *around, const char *member);
/* Appends the roots of the hosts that have scripts, each once.  A root below another one is left
 * out, since its files are taken for copies.  May fail as a strvec does. */
void cli_around_script_roots(const struct cli_around *around, struct dbc_strvec *roots);

#endif
