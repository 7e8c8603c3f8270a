/* tree.h - a host's PIFs as trees, for the verb show: a bond above its slaves, a VLAN or tunnel
 * above the PIF that carries it, in the order of the source. */
#ifndef CLI_TREE_H
#define CLI_TREE_H

#include "model/database.h"

#define CLI_TREE_NONE SIZE_MAX

enum cli_role { CLI_NIC, CLI_SLAVE, CLI_BOND, CLI_VLAN, CLI_TUNNEL };

struct cli_tree_node {
    const struct dbc_pif *pif;
    enum cli_role role;
    size_t parent; /* the node that it is printed below; CLI_TREE_NONE: it is a root */
    size_t first;  /* its first child */
    size_t next;   /* the next child of its parent */
};

struct cli_tree {
    struct cli_tree_node *v; /* one a PIF, in the database's order */
    size_t n;
};

/* Makes the trees; circles are cut, so that every PIF is below a root.  Returns 0, or -1 when out
 * of memory. */
int cli_tree_make(const struct dbc_db *db, struct cli_tree *ret);
void cli_tree_release(struct cli_tree *tree);

/* Returns the node after `at` from top to bottom; CLI_TREE_NONE gives the first and means the end.
 * *depth must be 0 at the start and is kept up to date. */
size_t cli_tree_next(const struct cli_tree *tree, size_t at, size_t *depth);

#endif
