/* cache.h - finds and reads the cache that a verb changes, and writes it back.  command.h has what
 * all verbs share. */
#ifndef CLI_INPUT_CACHE_H
#define CLI_INPUT_CACHE_H

#include "base/buf.h"
#include "cli/command.h"

/* A cache that a verb changes: read, changed in memory, replaced as a whole. */
struct cli_edit {
    struct dbc_db *db;
    char *path;            /* of the file */
    struct dbc_buf bytes;  /* the file's bytes when it was opened */
    struct dbc_buf before; /* its records then, in canonical form */
    bool damaged;          /* the file is damaged; `db` has the whole records before that */
    int lock;              /* the host's, when the file is the host's own; -1 otherwise */
};

#define CLI_EDIT_INIT ((struct cli_edit){ .lock = -1 })

enum {
    CLI_EDIT_DRY_RUN = 1, /* takes no lock: cli_edit_save will not be called */
    CLI_EDIT_FORCE = 2    /* opens a damaged file, too, and gives up what is behind the damage */
};

/* Opens FILE for a change, as cli_load, but only a plain network.dbcache, which can be replaced.
 * Returns CLI_OK, and the caller closes `edit`; else a status after a message, with nothing to
 * close. */
int cli_edit_open(const struct cli_options *options, const char *file, unsigned flags,
                  struct cli_edit *edit);
/* Replaces the file atomically, unless it has these records in canonical form already.  The history
 * keeps the old file; `reason` says there what was done ("repair").  Returns CLI_OK, or CLI_FAILED
 * after a message. */
int cli_edit_save(struct cli_edit *edit, const char *reason);
/* Prints what saving would change, as lines with - and +; nothing when nothing would. */
int cli_edit_print_diff(const struct cli_edit *edit);
/* The same of any two texts, below `above`. */
int cli_print_diff(const struct dbc_buf *before, const struct dbc_buf *after, const char *above);
void cli_edit_close(struct cli_edit *edit);

bool cli_same_file(const char *a, const char *b); /* neither need exist */
/* A history belongs to the network.dbcache in its folder; other files there are copies. */
bool cli_has_history(const char *path);
/* Returns the path of the cache of the host whose root is `prefix`, which need not exist; the
 * caller frees it.  NULL with *err. */
char *cli_own_cache(const char *prefix, struct dbc_error *err);
/* Returns the path of the cache that `file` means: a cache, a folder that is a host's root, or NULL
 * for the host of the options.  *prefix gets the root of its host.  The caller frees both; both are
 * NULL with *err. */
char *cli_cache_of(const struct cli_options *options, const char *file, char **prefix,
                   struct dbc_error *err);
/* Takes the lock of the host below `prefix` before a change of `path`, if that is the host's own
 * cache, since interface-reconfigure writes it, too; otherwise *lock stays as it is.  Returns 0, or
 * -1 with *err; DBC_EBUSY names the holder. */
int cli_lock(const char *path, const char *prefix, int *lock, struct dbc_error *err);

/* Whether the last argument is FILE: "-", a path with '/', or a file or folder that exists.  Other
 * words are names of records. */
bool cli_is_file(const char *word);

#endif
