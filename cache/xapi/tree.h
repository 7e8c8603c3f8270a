/* tree.h - a small answer as a tree of values, for single calls whose result is no table of
 * records: a reference, a pool's settings, a list of names. */
#ifndef DBC_XAPI_TREE_H
#define DBC_XAPI_TREE_H

#include "base/arena.h"
#include "xapi/value.h"

/* Memory of one tree.  A pool's record takes some 20 KiB. */
#define DBC_XAPI_TREE_BYTES_MAX ((size_t)4 * 1024 * 1024)

struct dbc_xapi_value {
    enum dbc_xapi_kind kind;
    const char *name;                          /* of a member of a struct; "" elsewhere */
    const char *text;                          /* of a scalar; "" elsewhere */
    const struct dbc_xapi_value *first, *next; /* what is inside; what follows */
};

struct dbc_xapi_tree {
    struct dbc_arena arena;
    struct dbc_xapi_value *root; /* NULL: no value came */
    /* While it is built: */
    struct dbc_xapi_value *open[DBC_XAPI_DEPTH_MAX], *last[DBC_XAPI_DEPTH_MAX];
    size_t depth;
    const char *name;
};

#define DBC_XAPI_TREE_INIT                                                                         \
    {                                                                                              \
        .arena = DBC_ARENA_INIT                                                                    \
    }

/* ctx: a struct dbc_xapi_tree.  DBC_ELIMIT: DBC_XAPI_TREE_BYTES_MAX. */
extern const struct dbc_xapi_sink dbc_xapi_tree_sink;

void dbc_xapi_tree_release(struct dbc_xapi_tree *tree); /* as DBC_XAPI_TREE_INIT */

/* All take NULL: a value that is not there. */
const struct dbc_xapi_value *dbc_xapi_member(const struct dbc_xapi_value *value, const char *name);
const char *dbc_xapi_text(const struct dbc_xapi_value *value); /* "": no scalar, or empty */

#endif
