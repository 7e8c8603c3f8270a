/* ifcfg_parse.h - the KEY=VALUE lines of ifcfg files and etc/sysconfig/network, read without a
 * shell.
 *
 * Red Hat's scripts source these files as root; this parser takes the part of the shell's grammar
 * that every real reader takes alike, and nothing that a shell would expand or run:
 *     KEY=word      no blank, quote, backslash, $ ` ; & | < > ( )
 *     KEY='text'    anything but '
 *     KEY="text"    anything but " \ $ `
 * each followed by nothing, blanks, or a blank and a comment.  Of several lines with one key the
 * last counts.  What comes out is still unchecked text: device.h is the door.
 */
#ifndef IFR_IFCFG_PARSE_H
#define IFR_IFCFG_PARSE_H

#include <stdbool.h>

#include "base/log.h"

#define IFR_KEYS_MAX 512 /* lines with a key in one file; DBC_ELIMIT above */

struct ifr_key {
    char *name;
    char *value;   /* NULL: the line has this key, with a value that is not taken */
    unsigned line; /* from 1 */
};

struct ifr_keys {
    struct ifr_key *v;
    size_t n, cap;
};

#define IFR_KEYS_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

/* Reads `len` bytes; `file` names them in messages.  A line that is no KEY=VALUE, and a value that
 * is not taken, is a warning in `log`.  -1: DBC_EPARSE when a quote stays open or a line continues
 * on the next (a shell would read the rest of the file differently, so none of it is used);
 * DBC_ELIMIT; DBC_ENOMEM.  `ret` must be fresh; release it in either case. */
int ifr_keys_parse(const char *file, const char *data, size_t len, struct ifr_keys *ret,
                   const struct dbc_log *log, struct dbc_error *err);
void ifr_keys_release(struct ifr_keys *keys);

/* The last line with this key; NULL when there is none. */
const struct ifr_key *ifr_keys_find(const struct ifr_keys *keys, const char *name);

#endif
