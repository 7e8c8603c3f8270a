/* parse.h - reads the KEY=VALUE lines of ifcfg files and etc/sysconfig/network without a shell.
 * Our own ifup acts on them, ifcfg.h makes records of them.
 *
 * Red Hat's scripts source these files as root.  This parser accepts the part of the shell's
 * grammar that all real readers read alike, and nothing that a shell would expand or run:
 *     KEY=word      no blank, quote, backslash, $ ` ; & | < > ( )
 *     KEY='text'    anything but '
 *     KEY="text"    anything but " \ $ `
 * each followed by nothing, blanks, or a blank and a comment.  Of several lines with one key the
 * last counts.  What comes out is still unchecked text: base/valid.h is the door.
 */
#ifndef DBC_IFCFG_PARSE_H
#define DBC_IFCFG_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define DBC_LIMIT_IFCFG_KEYS 512 /* lines with a key in one file; DBC_ELIMIT above */

struct dbc_ifcfg_key {
    char *name;
    char *value;   /* NULL: the line's value is not accepted */
    unsigned line; /* from 1 */
};

struct dbc_ifcfg_keys {
    struct dbc_ifcfg_key *v;
    size_t n, cap;
};

#define DBC_IFCFG_KEYS_INIT ((struct dbc_ifcfg_keys){ 0 })

/* Reads `len` bytes into `ret`, which must be fresh; the caller releases it in either case.
 * Messages call the bytes `file`.  Warns of each line that is not KEY=VALUE and of each value that
 * is not accepted; `warn` may be NULL.  Returns 0, or -1: DBC_EPARSE when a quote stays open or a
 * line continues on the next (a shell would read the rest of the file differently, so none of it is
 * used), or for a NUL byte; DBC_ELIMIT; DBC_ENOMEM. */
int dbc_ifcfg_keys_parse(const char *file, const char *data, size_t len, struct dbc_ifcfg_keys *ret,
                         dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
void dbc_ifcfg_keys_release(struct dbc_ifcfg_keys *keys);

/* Returns the last line with this key, or NULL. */
const struct dbc_ifcfg_key *dbc_ifcfg_keys_find(const struct dbc_ifcfg_keys *keys,
                                                const char *name);

#endif
