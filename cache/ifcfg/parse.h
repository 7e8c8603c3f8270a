/* parse.h - the KEY=VALUE lines of ifcfg files and etc/sysconfig/network, read without a shell. Our
 * own ifup acts on them, ifcfg.h makes records of them.
 *
 * Red Hat's scripts source these files as root; this parser takes the part of the shell's grammar
 * that every real reader takes alike, and nothing that a shell would expand or run:
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
    char *value;   /* NULL: the line has this key, with a value that is not taken */
    unsigned line; /* from 1 */
};

struct dbc_ifcfg_keys {
    struct dbc_ifcfg_key *v;
    size_t n, cap;
};

#define DBC_IFCFG_KEYS_INIT                                                                        \
    {                                                                                              \
        0                                                                                          \
    }

/* Reads `len` bytes; `file` names them in messages.  A line that is no KEY=VALUE, and a value that
 * is not taken, is a warning (`warn` may be NULL).  -1: DBC_EPARSE when a quote stays open or a
 * line continues on the next (a shell would read the rest of the file differently, so none of it is
 * used); DBC_ELIMIT; DBC_ENOMEM.  `ret` must be fresh; release it in either case. */
int dbc_ifcfg_keys_parse(const char *file, const char *data, size_t len, struct dbc_ifcfg_keys *ret,
                         dbc_warning_fn *warn, void *ctx, struct dbc_error *err);
void dbc_ifcfg_keys_release(struct dbc_ifcfg_keys *keys);

/* The last line with this key; NULL when there is none. */
const struct dbc_ifcfg_key *dbc_ifcfg_keys_find(const struct dbc_ifcfg_keys *keys,
                                                const char *name);

#endif
