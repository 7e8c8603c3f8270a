/* cache.h - reading the host that a verb is about, and, for the verbs that change one, writing it
 * back.  command.h has what all verbs share. */
#ifndef CLI_INPUT_CACHE_H
#define CLI_INPUT_CACHE_H

#include "base/buf.h"
#include "cli/command.h"

/* A cache that a verb changes: read, changed in memory, replaced as a whole. */
struct cli_edit {
    struct dbc_db *db;
    char *path;            /* of the file */
    struct dbc_buf bytes;  /* that it held */
    struct dbc_buf before; /* its records in canonical form, as they were */
    bool damaged;          /* it ended in damage; the whole records before that are in `db` */
    int lock;              /* the host's, when the file is the host's own; -1 otherwise */
};

#define CLI_EDIT_INIT                                                                              \
    {                                                                                              \
        .lock = -1                                                                                 \
    }

enum {
    CLI_EDIT_DRY_RUN = 1, /* cli_edit_save is not going to be called: no lock */
    CLI_EDIT_FORCE = 2    /* a damaged file, too: what is behind the damage is given up */
};

/* FILE as for cli_load, but only what can be replaced: a network.dbcache, plain.  CLI_OK; else the
 * user has been told and `edit` holds nothing. */
int cli_edit_open(const struct cli_options *options, const char *file, unsigned flags,
                  struct cli_edit *edit);
/* Replaces the file, atomically, unless it is as it should be already.  The old file is kept
 * in the history; `reason` says there what was done ("repair").  CLI_OK or CLI_FAILED after a
 * message. */
int cli_edit_save(struct cli_edit *edit, const char *reason);
/* What saving would change, as lines with - and +; nothing for nothing. */
int cli_edit_print_diff(const struct cli_edit *edit);
void cli_edit_close(struct cli_edit *edit);

bool cli_same_file(const char *a, const char *b); /* neither need exist */
/* A history belongs to the network.dbcache in its folder; other files there are copies. */
bool cli_has_history(const char *path);
/* The path of the cache of the host whose root is `prefix`, malloc'd; it may not exist.  NULL with
 * *err. */
char *cli_own_cache(const char *prefix, struct dbc_error *err);
/* Where `file` leads when it is a cache or the folder that is a host's root (NULL: the host that
 * the options mean); *prefix the root of the host that it belongs to.  Both malloc'd, or both NULL
 * with *err. */
char *cli_cache_of(const struct cli_options *options, const char *file, char **prefix,
                   struct dbc_error *err);
/* Before a change of `path`: takes the lock of the host below `prefix` where the file is that
 * host's own, since interface-reconfigure writes it, too; *lock is left alone where it is not.
 * DBC_EBUSY names who has it. */
int cli_lock(const char *path, const char *prefix, int *lock, struct dbc_error *err);

/* The last argument as FILE: true for "-", for a path with '/', for a file or folder that exists.
 * Other words are names of records. */
bool cli_is_file(const char *word);

#endif
