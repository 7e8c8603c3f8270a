/* tree.h - a host's PIFs as a forest: a bond above its slaves, a VLAN or tunnel above what carries
 * it, in the order of the source.  For show. */
#ifndef CLI_TREE_H
#define CLI_TREE_H

#include "model/database.h"

#define CLI_TREE_NONE SIZE_MAX

enum cli_role { CLI_NIC, CLI_SLAVE, CLI_BOND, CLI_VLAN, CLI_TUNNEL };

struct cli_tree_node {
    const struct dbc_pif *pif;
    enum cli_role role;
    size_t parent; /* what it is printed below; CLI_TREE_NONE: a root */
    size_t first;  /* its first child */
    size_t next;   /* the next child of its parent */
};

struct cli_tree {
    struct cli_tree_node *v; /* one a PIF, in the database's order */
    size_t n;
};

/* Circles are cut, so that every PIF hangs below a root.  0, or -1 without memory. */
int cli_tree_make(const struct dbc_db *db, struct cli_tree *ret);
void cli_tree_release(struct cli_tree *tree);

/* The nodes from top to bottom: the one after `at`; CLI_TREE_NONE gives the first, and is the end.
 * *depth is kept up to date, starting from 0. */
size_t cli_tree_next(const struct cli_tree *tree, size_t at, size_t *depth);

#endif
