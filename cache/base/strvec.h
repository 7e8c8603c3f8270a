/* strvec.h - a NULL-terminated vector of strings, which it owns: an argv, a list of names.  Failure
 * is sticky as in buf.h. */
#ifndef DBC_BASE_STRVEC_H
#define DBC_BASE_STRVEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/hash.h"

struct dbc_strvec {
    char **v; /* v[n] is NULL; v itself is NULL when fresh */
    size_t n, cap;
    bool failed;
};

#define DBC_STRVEC_INIT ((struct dbc_strvec){ 0 })

/* Appends a copy of the text, or what a format string makes. */
void dbc_strvec_push(struct dbc_strvec *vec, const char *text);
void dbc_strvec_pushf(struct dbc_strvec *vec, const char *fmt, ...) DBC_PRINTF(2, 3);
/* Appends `text` itself, which is malloc'd and freed on failure.  NULL counts as a failed
 * allocation. */
void dbc_strvec_push_take(struct dbc_strvec *vec, char *text);
/* Appends copies of any number of strings, ended by NULL. */
void dbc_strvec_pushl(struct dbc_strvec *vec, ...) __attribute__((sentinel));
/* Appends copies of all strings of `from`; a failed `from` makes `vec` failed. */
void dbc_strvec_push_all(struct dbc_strvec *vec, const struct dbc_strvec *from);
/* Appends the words of `text`, separated by any number of the bytes in `blank`. */
void dbc_strvec_split(struct dbc_strvec *vec, const char *text, const char *blank);
/* Adds all strings to `out` as text for a log: escaped, a blank between. */
void dbc_strvec_join(const struct dbc_strvec *vec, struct dbc_buf *out);
/* Appends a copy of the text and enters it into `known`, unless it is there already; faster than
 * dbc_strvec_has in a long vector.  `known` borrows the copies: release it with the vector. */
void dbc_strvec_push_once(struct dbc_strvec *vec, struct dbc_hash *known, const char *text);
bool dbc_strvec_has(const struct dbc_strvec *vec, const char *text);
/* Frees the strings and resets `failed`; keeps the vector's own memory. */
void dbc_strvec_clear(struct dbc_strvec *vec);
/* Frees everything; the vector is as DBC_STRVEC_INIT made it. */
void dbc_strvec_release(struct dbc_strvec *vec);

#endif
