/* links.c - follows every reference of a database; for rule.h's rules.  Records are found again by
 * their address in a table of its own: addresses are not a stranger's choice, so they need no keyed
 * hash. */
#include "analysis/links.h"

#include <stdlib.h>

#include "base/valid.h"
#include "model/topology.h"

/* ---- Nodes -------------------------------------------------------------------------------- */

static size_t slot_of(const struct dbc_links *links, const struct dbc_record *rec)
{
    uint64_t mixed = (uint64_t)(uintptr_t)rec * 0x9e3779b97f4a7c15u;

    return (size_t)(mixed >> 32) & links->mask;
}

struct dbc_node *dbc_links_node(const struct dbc_links *links, const struct dbc_record *rec)
{
    size_t slot = slot_of(links, rec);

    while (links->nodes[links->slots[slot] - 1].rec != rec) {
        slot = (slot + 1) & links->mask;
    }
    return &links->nodes[links->slots[slot] - 1];
}

static void place(struct dbc_links *links, size_t node)
{
    size_t slot = slot_of(links, links->nodes[node].rec);

    while (links->slots[slot] != 0) {
        slot = (slot + 1) & links->mask;
    }
    links->slots[slot] = (uint32_t)node + 1;
}

static const char *netdev_of(struct dbc_links *links, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = (const void *)rec;
    char name[DBC_NETDEV_NAME_SIZE];

    if (rec->class_ != DBC_PIF) {
        return "";
    }
    return dbc_pif_is_vlan(pif) ? dbc_arena_strdup(&links->arena, dbc_pif_netdev(pif, name))
                                : pif->device;
}

static int make_nodes(const struct dbc_db *db, struct dbc_links *links)
{
    size_t cap = 16;

    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        links->first[class_] = links->n_nodes;
        links->n_nodes += db->of[class_].n;
    }
    while (cap < links->n_nodes * 2) {
        cap *= 2;
    }
    links->mask = cap - 1;
    links->slots = calloc(cap, sizeof *links->slots);
    links->nodes = calloc(links->n_nodes + 1, sizeof *links->nodes);
    if (links->slots == NULL || links->nodes == NULL) {
        return -1;
    }
    for (size_t class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        for (size_t i = 0; i < db->of[class_].n; i++) {
            struct dbc_node *node = &links->nodes[links->first[class_] + i];
            node->rec = db->of[class_].v[i];
            node->netdev = netdev_of(links, node->rec);
            if (node->netdev == NULL) {
                return -1;
            }
            place(links, links->first[class_] + i);
        }
    }
    return 0;
}

/* ---- Links -------------------------------------------------------------------------------- */

static void note_pif(struct dbc_node *node, const struct dbc_link *link)
{
    switch (link->field->offset) {
    case offsetof(struct dbc_pif, network):
        node->network = (const void *)link->to;
        break;
    case offsetof(struct dbc_pif, VLAN_master_of):
        node->vlan = (const void *)link->to;
        break;
    case offsetof(struct dbc_pif, bond_slave_of):
        node->slave_of = (const void *)link->to;
        break;
    case offsetof(struct dbc_pif, bond_master_of):
        node->bond = node->bond == NULL ? (const void *)link->to : node->bond;
        break;
    case offsetof(struct dbc_pif, tunnel_access_PIF_of):
        node->tunnel = node->tunnel || link->to != NULL;
        break;
    default:
        break;
    }
}

static struct dbc_record *follow(const struct dbc_db *db, struct dbc_links *links,
                                 struct dbc_node *node, const struct dbc_field *field,
                                 const char *ref)
{
    struct dbc_record *to = dbc_hash_get(&db->by_ref[field->target], ref);

    links->v[links->n] = (struct dbc_link){ node->rec, field, ref, to };
    if (node->rec->class_ == DBC_PIF) {
        note_pif(node, &links->v[links->n]);
    } else if (node->rec->class_ == DBC_VLAN &&
               field->offset == offsetof(struct dbc_vlan, tagged_PIF)) {
        node->parent = (const void *)to;
    }
    links->n++;
    return to;
}

static void follow_all(const struct dbc_db *db, struct dbc_links *links, struct dbc_node *node)
{
    const struct dbc_class_info *info = dbc_schema_class(node->rec->class_);
    size_t n = 0;

    for (size_t i = 0; i < info->n_fields; i++) {
        const struct dbc_field *field = &info->fields[i];
        if (field->kind == DBC_KIND_REF) {
            const char *const *ref = dbc_field_of(node->rec, field);
            if (*ref != field->missing && !dbc_ref_is_null(*ref)) {
                node->single[n] = follow(db, links, node, field, *ref);
            }
            n++;
        } else if (field->kind == DBC_KIND_REFS) {
            const struct dbc_refs *list = dbc_field_of(node->rec, field);
            for (size_t k = 0; k < list->n; k++) {
                (void)follow(db, links, node, field, list->v[k]);
            }
        }
    }
}

/* An upper bound: null references count. */
static size_t count_refs(const struct dbc_db *db)
{
    size_t n = 0;

    for (size_t class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        const struct dbc_class_info *info = dbc_schema_class((enum dbc_class)class_);
        for (size_t k = 0; k < info->n_fields; k++) {
            const struct dbc_field *field = &info->fields[k];
            n += field->kind == DBC_KIND_REF ? db->of[class_].n : 0;
            for (size_t i = 0; i < db->of[class_].n && field->kind == DBC_KIND_REFS; i++) {
                const struct dbc_refs *list = dbc_field_of(db->of[class_].v[i], field);
                n += list->n;
            }
        }
    }
    return n;
}

static int make_links(const struct dbc_db *db, struct dbc_links *links)
{
    links->v = calloc(count_refs(db) + 1, sizeof *links->v);
    if (links->v == NULL) {
        return -1;
    }
    for (size_t i = 0; i < links->n_nodes; i++) {
        follow_all(db, links, &links->nodes[i]);
    }
    for (size_t i = 0; i < db->of[DBC_PIF].n; i++) {
        struct dbc_node *node = &links->nodes[links->first[DBC_PIF] + i];
        if (node->vlan != NULL && dbc_pif_is_vlan((const void *)node->rec)) {
            node->parent = dbc_links_node(links, &node->vlan->rec)->parent;
        }
    }
    return 0;
}

int dbc_links_make(const struct dbc_db *db, struct dbc_links *ret, struct dbc_error *err)
{
    *ret = DBC_LINKS_INIT;
    if (make_nodes(db, ret) != 0 || make_links(db, ret) != 0) {
        dbc_links_release(ret);
        return dbc_fail_nomem(err);
    }
    return 0;
}

void dbc_links_release(struct dbc_links *links)
{
    free(links->v);
    free(links->nodes);
    free(links->slots);
    dbc_arena_release(&links->arena);
    *links = DBC_LINKS_INIT;
}
