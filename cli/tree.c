/* tree.c - decides which PIF is printed below which (tree.h).  cache/analysis/links.h follows the
 * records' references; whatever these are, the result is trees without circles. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/links.h"
#include "model/topology.h"

static size_t index_of(const struct dbc_links *links, const struct dbc_record *pif)
{
    return (size_t)(dbc_links_node(links, pif) - links->nodes) - links->first[DBC_PIF];
}

static size_t index_of_ref(const struct dbc_db *db, const struct dbc_links *links, const char *ref)
{
    const struct dbc_pif *pif = dbc_db_pif(db, ref);

    return pif == NULL ? CLI_TREE_NONE : index_of(links, &pif->rec);
}

static enum cli_role role_of(const struct dbc_node *node, const struct dbc_pif *pif)
{
    if (dbc_pif_is_vlan(pif)) {
        return CLI_VLAN;
    }
    if (node->bond != NULL) {
        return CLI_BOND;
    }
    if (node->tunnel) {
        return CLI_TUNNEL;
    }
    return node->slave_of != NULL ? CLI_SLAVE : CLI_NIC;
}

static void place_pif(const struct dbc_db *db, const struct dbc_links *links,
                      struct cli_tree_node *place, const struct dbc_node *node)
{
    *place = (struct cli_tree_node){ .pif = (const void *)node->rec,
                                     .parent = CLI_TREE_NONE,
                                     .first = CLI_TREE_NONE,
                                     .next = CLI_TREE_NONE };
    place->role = role_of(node, place->pif);
    if (place->role == CLI_VLAN && node->parent != NULL) {
        place->parent = index_of(links, &node->parent->rec);
    } else if (node->slave_of != NULL) {
        place->parent = index_of_ref(db, links, node->slave_of->master);
    }
}

/* Places slaves that only the bond's record names, and tunnels. */
static void place_others(const struct dbc_db *db, const struct dbc_links *links,
                         struct cli_tree *tree)
{
    for (size_t i = 0; i < db->of[DBC_BOND].n; i++) {
        const struct dbc_bond *bond = (const void *)db->of[DBC_BOND].v[i];
        size_t master = index_of_ref(db, links, bond->master);
        for (size_t k = 0; k < bond->slaves.n; k++) {
            size_t slave = index_of_ref(db, links, bond->slaves.v[k]);
            if (slave != CLI_TREE_NONE && tree->v[slave].parent == CLI_TREE_NONE) {
                tree->v[slave].parent = master;
                tree->v[slave].role =
                    tree->v[slave].role == CLI_NIC ? CLI_SLAVE : tree->v[slave].role;
            }
        }
    }
    for (size_t i = 0; i < db->of[DBC_TUNNEL].n; i++) {
        const struct dbc_tunnel *tunnel = (const void *)db->of[DBC_TUNNEL].v[i];
        size_t access = index_of_ref(db, links, tunnel->access_PIF);
        if (access != CLI_TREE_NONE && tree->v[access].parent == CLI_TREE_NONE) {
            tree->v[access].parent = index_of_ref(db, links, tunnel->transport_PIF);
        }
    }
}

/* Walks from each PIF upwards and marks the nodes with its number; a walk that meets its own number
 * is in a circle, which is cut. */
static int cut_circles(struct cli_tree *tree)
{
    size_t *stamps = calloc(tree->n + 1, sizeof *stamps);

    if (stamps == NULL) {
        return -1;
    }
    for (size_t i = 0; i < tree->n; i++) {
        size_t at = i;
        while (stamps[at] == 0) {
            stamps[at] = i + 1;
            size_t up = tree->v[at].parent;
            if (up != CLI_TREE_NONE && stamps[up] == i + 1) {
                tree->v[at].parent = up = CLI_TREE_NONE;
            }
            if (up == CLI_TREE_NONE) {
                break;
            }
            at = up;
        }
    }
    free(stamps);
    return 0;
}

/* Links nodes to their parents, backwards, so that children are in the order of the source. */
static void hang(struct cli_tree *tree)
{
    for (size_t i = tree->n; i-- > 0;) {
        size_t parent = tree->v[i].parent;
        if (parent != CLI_TREE_NONE) {
            tree->v[i].next = tree->v[parent].first;
            tree->v[parent].first = i;
        }
    }
}

int cli_tree_make(const struct dbc_db *db, struct cli_tree *ret)
{
    struct dbc_links links = DBC_LINKS_INIT;
    int rc = -1;

    *ret = (struct cli_tree){ calloc(db->of[DBC_PIF].n + 1, sizeof *ret->v), db->of[DBC_PIF].n };
    if (ret->v != NULL && dbc_links_make(db, &links, NULL) == 0) {
        for (size_t i = 0; i < ret->n; i++) {
            place_pif(db, &links, &ret->v[i], &links.nodes[links.first[DBC_PIF] + i]);
        }
        place_others(db, &links, ret);
        rc = cut_circles(ret);
        dbc_links_release(&links);
    }
    if (rc == 0) {
        hang(ret);
    } else {
        cli_tree_release(ret);
    }
    return rc;
}

void cli_tree_release(struct cli_tree *tree)
{
    free(tree->v);
    *tree = (struct cli_tree){ NULL, 0 };
}

static size_t next_root(const struct cli_tree *tree, size_t from)
{
    while (from < tree->n && tree->v[from].parent != CLI_TREE_NONE) {
        from++;
    }
    return from < tree->n ? from : CLI_TREE_NONE;
}

size_t cli_tree_next(const struct cli_tree *tree, size_t at, size_t *depth)
{
    if (at == CLI_TREE_NONE) {
        *depth = 0;
        return next_root(tree, 0);
    }
    if (tree->v[at].first != CLI_TREE_NONE) {
        ++*depth;
        return tree->v[at].first;
    }
    while (tree->v[at].next == CLI_TREE_NONE && tree->v[at].parent != CLI_TREE_NONE) {
        at = tree->v[at].parent;
        --*depth;
    }
    return tree->v[at].parent == CLI_TREE_NONE ? next_root(tree, at + 1) : tree->v[at].next;
}
