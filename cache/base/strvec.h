/* strvec.h - a NULL-terminated vector of strings that it owns: argv, lists of names.  Failure is
 * sticky as in buf.h. */
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

#define DBC_STRVEC_INIT                                                                            \
    {                                                                                              \
        0                                                                                          \
    }

void dbc_strvec_push(struct dbc_strvec *vec, const char *text);
void dbc_strvec_pushf(struct dbc_strvec *vec, const char *fmt, ...) DBC_PRINTF(2, 3);
/* Frees text on failure; NULL counts as an allocation that failed. */
void dbc_strvec_push_take(struct dbc_strvec *vec, char *text);
/* Any number of strings, ended by NULL. */
void dbc_strvec_pushl(struct dbc_strvec *vec, ...) __attribute__((sentinel));
/* A failed `from` makes `vec` failed. */
void dbc_strvec_push_all(struct dbc_strvec *vec, const struct dbc_strvec *from);
/* The words of `text`, which any number of the bytes in `blank` may be between. */
void dbc_strvec_split(struct dbc_strvec *vec, const char *text, const char *blank);
/* All of them with a blank between, as text for a log. */
void dbc_strvec_join(const struct dbc_strvec *vec, struct dbc_buf *out);
/* Pushes the text unless it is in `known`, which gets it; for vectors that are long.  Release
 * both. */
void dbc_strvec_push_once(struct dbc_strvec *vec, struct dbc_hash *known, const char *text);
bool dbc_strvec_has(const struct dbc_strvec *vec, const char *text);
void dbc_strvec_clear(struct dbc_strvec *vec);
void dbc_strvec_release(struct dbc_strvec *vec);

#endif
