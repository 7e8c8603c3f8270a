/* rules_refs.c - rules on references: that they lead somewhere, to the right class, and back.  A
 * missing parent of a VLAN is in rules_vlan.c, a missing slave in rules_bond.c. */
#include <stddef.h>
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"

/* ---- Each reference ----------------------------------------------------------------------- */

/* Returns the class of the record with this reference; DBC_N_CLASSES: there is none. */
static enum dbc_class class_of(const struct dbc_db *db, const char *ref)
{
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        if (dbc_hash_get(&db->by_ref[i], ref) != NULL) {
            return (enum dbc_class)i;
        }
    }
    return DBC_N_CLASSES;
}

/* Whether a rule of its own reports this reference when it leads nowhere. */
static bool is_special(const struct dbc_link *link)
{
    const char *name = link->field->name;

    switch (link->from->class_) {
    case DBC_PIF:
        return strcmp(name, "network") == 0 ||
               (strcmp(name, "VLAN_master_of") == 0 && dbc_pif_is_vlan(dbc_as_pif(link->from)));
    case DBC_BOND:
        return strcmp(name, "slaves") == 0;
    case DBC_VLAN:
        return strcmp(name, "tagged_PIF") == 0;
    case DBC_TUNNEL:
    case DBC_NETWORK:
    case DBC_POOL:
    case DBC_N_CLASSES:
        break;
    }
    return false;
}

static void dangling(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    for (size_t i = 0; i < c->links.n; i++) {
        const struct dbc_link *link = &c->links.v[i];
        if (link->to == NULL && !is_special(link) && class_of(c->db, link->ref) == DBC_N_CLASSES) {
            dbc_found(c, link->from, link->field->name, link->ref, "%s of %s: found no record '%s'",
                      link->field->name, dbc_who(c, link->from), dbc_quote(c, link->ref));
        }
    }
}

static void wrong_class(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    for (size_t i = 0; i < c->links.n; i++) {
        const struct dbc_link *link = &c->links.v[i];
        enum dbc_class found = link->to == NULL ? class_of(c->db, link->ref) : DBC_N_CLASSES;
        if (found != DBC_N_CLASSES) {
            dbc_found(c, link->from, link->field->name, link->ref,
                      "%s of %s: expected a %s, found the %s '%s'", link->field->name,
                      dbc_who(c, link->from), dbc_schema_class(link->field->target)->name,
                      dbc_schema_class(found)->name, dbc_quote(c, link->ref));
        }
    }
}

static void network_missing(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if (c->node->network != NULL) {
        return;
    }
    if (dbc_ref_is_null(pif->network)) {
        dbc_found(c, rec, "network", pif->network, "%s is on no network", dbc_who(c, rec));
    } else {
        dbc_found(c, rec, "network", pif->network, "network of %s: found no network '%s'",
                  dbc_who(c, rec), dbc_quote(c, pif->network));
    }
}

/* The links of a list are neighbours.  A record that was seen after the list's first link is there
 * twice. */
static void repeated(struct dbc_check *c, const struct dbc_record *rec)
{
    size_t start = 0;

    (void)rec;
    for (size_t i = 0; i < c->links.n; i++) {
        const struct dbc_link *link = &c->links.v[i], *first = &c->links.v[start];
        struct dbc_node *node = NULL;
        if (link->field->kind != DBC_KIND_REFS || link->to == NULL) {
            continue;
        }
        node = dbc_node(c, link->to);
        if (link->from != first->from || link->field != first->field) {
            start = i;
        }
        if (node->seen > start) {
            dbc_found(c, link->from, link->field->name, link->ref, "%s of %s holds %s again",
                      link->field->name, dbc_who(c, link->from), dbc_who(c, link->to));
        }
        node->seen = i + 1;
    }
}

/* ---- There and back ----------------------------------------------------------------------- */

const char *const dbc_relation_rules[DBC_N_RELATIONS] = {
    [DBC_RELATION_NETWORK] = "one-sided-network",    [DBC_RELATION_SLAVE] = "one-sided-bond-slave",
    [DBC_RELATION_MASTER] = "one-sided-bond-master", [DBC_RELATION_VLAN] = "one-sided-vlan-parent",
    [DBC_RELATION_ACCESS] = "one-sided-tunnel",      [DBC_RELATION_TRANSPORT] = "one-sided-tunnel",
};

/* The place of a field among the REF fields of its class. */
static size_t single_of(const struct dbc_field *field)
{
    const struct dbc_field *fields = dbc_schema_class(field->class_)->fields;
    size_t n = 0;

    for (; fields < field; fields++) {
        n += fields->kind == DBC_KIND_REF;
    }
    return n;
}

/* Reports items whose field names another owner, and marks the members that their owner lists. */
static void check_lists(struct dbc_check *c, const struct dbc_field *field,
                        const struct dbc_field *list, unsigned bit)
{
    size_t single = single_of(field);

    for (size_t i = 0; i < c->links.n; i++) {
        const struct dbc_link *link = &c->links.v[i];
        if (link->field != list || link->to == NULL) {
            continue;
        }
        if (dbc_node(c, link->to)->single[single] == link->from) {
            dbc_node(c, link->to)->listed |= bit;
        } else {
            dbc_found(c, link->from, list->name, link->ref, "%s lists %s in %s, whose %s is %s",
                      dbc_who(c, link->from), dbc_who(c, link->to), list->name, field->name,
                      dbc_who_ref(c, list->class_, dbc_field_text(link->to, field)));
        }
    }
}

/* Reports also members whose owner does not list them. */
static void check_relation(struct dbc_check *c, size_t place)
{
    const struct dbc_relation *r = &dbc_relations[place];
    const struct dbc_field *field = dbc_schema_field(r->class_, r->field);

    check_lists(c, field, dbc_schema_field(r->owner, r->list), 1u << place);
    for (size_t i = 0; i < c->links.n; i++) {
        const struct dbc_link *link = &c->links.v[i];
        if (link->field == field && link->to != NULL &&
            (dbc_node(c, link->from)->listed >> place & 1) == 0) {
            dbc_found(c, link->from, r->field, link->ref,
                      "%s of %s is %s, which does not list it in %s", r->field,
                      dbc_who(c, link->from), dbc_who(c, link->to), r->list);
        }
    }
}

/* Checks the relations that the rule in hand is about. */
static void one_sided(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    for (size_t i = 0; i < DBC_N_RELATIONS; i++) {
        if (strcmp(dbc_relation_rules[i], c->rule->id) == 0) {
            check_relation(c, i);
        }
    }
}

/* untagged_PIF and VLAN_master_of are single references that must name each other. */
static void one_sided_vlan_pif(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    for (size_t i = 0; i < c->links.n; i++) {
        const struct dbc_link *link = &c->links.v[i];
        const char *back = "";
        if (link->to == NULL) {
            continue;
        }
        if (link->from->class_ == DBC_VLAN &&
            link->field->offset == offsetof(struct dbc_vlan, untagged_PIF)) {
            back = dbc_as_pif(link->to)->VLAN_master_of;
        } else if (link->from->class_ == DBC_PIF &&
                   link->field->offset == offsetof(struct dbc_pif, VLAN_master_of)) {
            back = ((const struct dbc_vlan *)(const void *)link->to)->untagged_PIF;
        } else {
            continue;
        }
        if (strcmp(back, link->from->ref) != 0) {
            dbc_found(c, link->from, link->field->name, link->ref,
                      "%s of %s is %s, which names another", link->field->name,
                      dbc_who(c, link->from), dbc_who(c, link->to));
        }
    }
}

/* ---- The table ---------------------------------------------------------------------------- */

static const struct dbc_rule rules[] = {
    { "dangling-reference", DBC_SEVERITY_WARNING, 0, "A reference to nothing",
      "It reads as none. Records that were removed by hand, or a file that was cut off, leave "
      "these "
      "behind.",
      "Remove the reference, or restore the record from an earlier cache.", dangling },
    { "wrong-class-reference", DBC_SEVERITY_WARNING, 0, "A reference to a record of another class",
      "It reads as none here; old versions took whatever record had the reference.",
      "Put in the reference of a record of the right class.", wrong_class },
    { "network-missing", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A PIF's network is missing",
      "The PIF has no bridge then, and is refused: it can be brought neither up nor down.",
      "Restore the network's record, or set the PIF's network to one that exists.",
      network_missing },
    { "repeated-reference", DBC_SEVERITY_WARNING, 0, "A list names one record twice",
      "It counts once. The list was edited by hand or merged.", "Remove the second one.",
      repeated },
    { "one-sided-network", DBC_SEVERITY_ERROR, 0, "PIF and network disagree",
      "interface-reconfigure --force BRIDGE takes the first PIF of the network's list; the PIF's "
      "own field says which bridge it gets. When they disagree a bridge is not found, or the wrong "
      "one comes up.",
      "Make network.PIFs and pif.network name each other.", one_sided },
    { "one-sided-bond-slave", DBC_SEVERITY_WARNING, 0, "Bond and slave disagree",
      "The bond is made of its own list, but what must go before a slave can be used is seen from "
      "the slave's field.",
      "Make bond.slaves and pif.bond_slave_of name each other.", one_sided },
    { "one-sided-bond-master", DBC_SEVERITY_ERROR, 0,
      "Bond and the PIF that stands for it disagree",
      "A PIF whose bond_master_of is empty is taken for a NIC: no bond is made, and the device "
      "does "
      "not exist.",
      "Make bond.master and pif.bond_master_of name each other.", one_sided },
    { "one-sided-vlan-parent", DBC_SEVERITY_WARNING, 0, "VLAN and the PIF it stands on disagree",
      "Bringing the parent down looks at its own list, so a VLAN in use is overlooked.",
      "Make vlan.tagged_PIF and pif.VLAN_slave_of name each other.", one_sided },
    { "one-sided-vlan-pif", DBC_SEVERITY_WARNING, 0, "VLAN and the PIF that stands for it disagree",
      "Going up from the NIC gives another PIF than going down from the VLAN.",
      "Make vlan.untagged_PIF and pif.VLAN_master_of name each other.", one_sided_vlan_pif },
    { "one-sided-tunnel", DBC_SEVERITY_WARNING, 0, "Tunnel and its PIFs disagree",
      "A PIF is known as a tunnel's end by its own list only; without it, it is taken for a NIC.",
      "Make the tunnel's access_PIF and transport_PIF and the lists of those PIFs name each other.",
      one_sided },
};

DBC_RULE_TABLE(dbc_rules_refs, rules);
