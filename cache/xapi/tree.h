/* tree.h - a small answer as a tree of values, for single calls: a reference, a pool's settings. */
#ifndef DBC_XAPI_TREE_H
#define DBC_XAPI_TREE_H

#include "base/arena.h"
#include "xapi/value.h"

/* Bytes of memory of one tree.  A pool's record takes some 20 KiB. */
#define DBC_XAPI_TREE_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct dbc_xapi_value {
    enum dbc_xapi_kind kind;
    const char *name;                          /* of a member of a struct; "" elsewhere */
    const char *text;                          /* of a scalar; "" elsewhere */
    const struct dbc_xapi_value *first, *next; /* the first value inside; the one after this */
};

struct dbc_xapi_tree {
    struct dbc_arena arena;
    struct dbc_xapi_value *root; /* NULL: no value came */
    /* While it is built: */
    struct dbc_xapi_value *open[DBC_XAPI_DEPTH_MAX], *last[DBC_XAPI_DEPTH_MAX];
    size_t depth;
    const char *name;
};

#define DBC_XAPI_TREE_INIT ((struct dbc_xapi_tree){ 0 })

/* ctx: a struct dbc_xapi_tree, empty at first.  DBC_ELIMIT: DBC_XAPI_TREE_BYTES_MAX; DBC_ENOMEM. */
extern const struct dbc_xapi_sink dbc_xapi_tree_sink;

void dbc_xapi_tree_release(struct dbc_xapi_tree *tree); /* makes it DBC_XAPI_TREE_INIT */

/* Returns the member of a struct; NULL when there is none, or `value` is no struct or NULL. */
const struct dbc_xapi_value *dbc_xapi_member(const struct dbc_xapi_value *value, const char *name);
/* Returns the text of a scalar; "" for another value or NULL. */
const char *dbc_xapi_text(const struct dbc_xapi_value *value);

#endif
