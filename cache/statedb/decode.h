/* decode.h - decodes the attributes of a row, which have two layers below XML's own: the protection
 * of white space ("xml_spaces"), then the s-expression of a set or a map.  Both are decoded in
 * place, since no text gets longer.  Knows no tables. */
#ifndef DBC_STATEDB_DECODE_H
#define DBC_STATEDB_DECODE_H

#include <stddef.h>

/* "%." is a blank, "%_" two (older writers), "%t" "%n" "%r" what they are in C, "%%" one '%'; any
 * other '%' means itself.  Returns the new length; text[length] becomes '\0', so there must be room
 * for it. */
size_t dbc_statedb_unprotect(char *text, size_t len);

typedef void dbc_statedb_item_fn(void *ctx, const char *item, size_t len);
typedef void dbc_statedb_pair_fn(void *ctx, const char *key, const char *value, size_t len);

/* Decode a set, ('a' 'b'), or a map, (('k' 'v') ('k2' 'v2')).  `tell` gets each item, valid during
 * the call, with a NUL after it; `len` is that of the item or value.  An item that is itself a set
 * or map is one text, to be decoded again.  The empty text is an empty set or map.  `text` must end
 * with a NUL and is overwritten.  Return NULL, or what was expected and not found; then no item
 * counts. */
const char *dbc_statedb_set(char *text, dbc_statedb_item_fn *tell, void *ctx);
const char *dbc_statedb_map(char *text, dbc_statedb_pair_fn *tell, void *ctx);

#endif
