/* decode.h - what an attribute of a row says, in the two layers that lie below XML's own: the
 * protection of white space ("xml_spaces"), then the s-expression of a set or a map.  Both work in
 * place, since neither makes a text longer.  Below read.c; knows no tables. */
#ifndef DBC_STATEDB_DECODE_H
#define DBC_STATEDB_DECODE_H

#include <stddef.h>

/* "%." is a blank, "%_" two (older writers), "%t" "%n" "%r" what they are in C, "%%" one '%'; any
 * other '%' stands for itself.  Returns the new length; text[length] becomes '\0', so there must be
 * room for it. */
size_t dbc_statedb_unprotect(char *text, size_t len);

typedef void dbc_statedb_item_fn(void *ctx, const char *item, size_t len);
typedef void dbc_statedb_pair_fn(void *ctx, const char *key, const char *value, size_t len);

/* ('a' 'b') and (('k' 'v') ('k2' 'v2')), each item told as it comes, with a NUL behind it; `len` is
 * the value's.  An item that is itself a set or map is one text, to be decoded again.  The empty
 * text is an empty set or map.  `text` needs a NUL at its end and is overwritten.
 * NULL, or what was expected where it was not found; then what has been told does not count. */
const char *dbc_statedb_set(char *text, dbc_statedb_item_fn *tell, void *ctx);
const char *dbc_statedb_map(char *text, dbc_statedb_pair_fn *tell, void *ctx);

#endif
