/* rules_refs.c - rules on references: that they lead somewhere, to the right class, and back.  What a
 * missing VLAN, bond or network means for an interface is in rules_vlan.c and rules_bond.c. */
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"

/* ---- Each reference ----------------------------------------------------------------------- */

/* Calls `use` with every reference of the record that is not null. */
static void each_ref(struct dbc_check *c, const struct dbc_record *rec,
                     void (*use)(struct dbc_check *c, const struct dbc_record *rec,
                                 const struct dbc_field *field, const char *ref))
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    for (size_t i = 0; i < info->n_fields; i++) {
        const struct dbc_field *field = &info->fields[i];
        if (field->kind == DBC_KIND_REF) {
            const char *const *ref = dbc_field_of(rec, field);
            if (!dbc_ref_is_null(*ref)) {
                use(c, rec, field, *ref);
            }
        } else if (field->kind == DBC_KIND_REFS) {
            const struct dbc_refs *list = dbc_field_of(rec, field);
            for (size_t k = 0; k < list->n; k++) {
                use(c, rec, field, list->v[k]);
            }
        }
    }
}

/* Any class; DBC_N_CLASSES: none. */
static enum dbc_class class_of(const struct dbc_db *db, const char *ref)
{
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        if (dbc_hash_get(&db->by_ref[i], ref) != NULL) {
            return (enum dbc_class)i;
        }
    }
    return DBC_N_CLASSES;
}

/* Has a rule of its own, which says what comes of it. */
static bool is_special(const struct dbc_record *rec, const struct dbc_field *field)
{
    if (rec->class_ == DBC_PIF) {
        return strcmp(field->name, "network") == 0 ||
               (strcmp(field->name, "VLAN_master_of") == 0 && dbc_pif_is_vlan(dbc_as_pif(rec)));
    }
    return (rec->class_ == DBC_BOND && strcmp(field->name, "slaves") == 0) ||
           (rec->class_ == DBC_VLAN && strcmp(field->name, "tagged_PIF") == 0);
}

static void use_dangling(struct dbc_check *c, const struct dbc_record *rec,
                         const struct dbc_field *field, const char *ref)
{
    if (dbc_hash_get(&c->db->by_ref[field->target], ref) == NULL && !is_special(rec, field) &&
        class_of(c->db, ref) == DBC_N_CLASSES) {
        dbc_found(c, rec, field->name, ref, "%s of %s: found no record '%s'", field->name,
                  dbc_who(c, rec), dbc_quote(c, ref));
    }
}

static void dangling(struct dbc_check *c, const struct dbc_record *rec)
{
    each_ref(c, rec, use_dangling);
}

static void use_wrong_class(struct dbc_check *c, const struct dbc_record *rec,
                            const struct dbc_field *field, const char *ref)
{
    enum dbc_class found = DBC_N_CLASSES;

    if (dbc_hash_get(&c->db->by_ref[field->target], ref) != NULL) {
        return;
    }
    found = class_of(c->db, ref);
    if (found != DBC_N_CLASSES) {
        dbc_found(c, rec, field->name, ref, "%s of %s: expected a %s, found the %s '%s'",
                  field->name, dbc_who(c, rec), dbc_schema_class(field->target)->name,
                  dbc_schema_class(found)->name, dbc_quote(c, ref));
    }
}

static void wrong_class(struct dbc_check *c, const struct dbc_record *rec)
{
    each_ref(c, rec, use_wrong_class);
}

/* Without a network there is no bridge. */
static void network_missing(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);

    if (dbc_ref_is_null(pif->network)) {
        dbc_found(c, rec, "network", pif->network, "%s is on no network", dbc_who(c, rec));
    } else if (class_of(c->db, pif->network) == DBC_N_CLASSES) {
        dbc_found(c, rec, "network", pif->network, "network of %s: found no record '%s'",
                  dbc_who(c, rec), dbc_quote(c, pif->network));
    }
}

static void find_repeated(struct dbc_check *c, const struct dbc_record *rec,
                          const struct dbc_field *field, const struct dbc_refs *list)
{
    struct dbc_hash seen = DBC_HASH_INIT;

    for (size_t i = 0; i < list->n && !c->failed; i++) {
        if (dbc_hash_get(&seen, list->v[i]) != NULL) {
            dbc_found(c, rec, field->name, list->v[i], "%s of %s holds '%s' more than once",
                      field->name, dbc_who(c, rec), dbc_quote(c, list->v[i]));
        } else if (dbc_hash_put(&seen, list->v[i], &seen, false) != 0) {
            c->failed = true;
        }
    }
    dbc_hash_release(&seen);
}

static void repeated(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_class_info *info = dbc_schema_class(rec->class_);

    for (size_t i = 0; i < info->n_fields; i++) {
        const struct dbc_refs *list = dbc_field_of(rec, &info->fields[i]);
        if (info->fields[i].kind == DBC_KIND_REFS && list->n > 1) {
            find_repeated(c, rec, &info->fields[i], list);
        }
    }
}

/* ---- There and back ----------------------------------------------------------------------- */

/* `field` of one class names the owner, whose `list` names it back. */
struct relation {
    enum dbc_class class_;
    const char *field;
    enum dbc_class owner;
    const char *list;
};

static const char *ref_of(const struct dbc_record *rec, const struct dbc_field *field)
{
    const char *const *ref = dbc_field_of(rec, field);

    return *ref;
}

/* What the owners' lists say and the members do not.  Members that are listed rightly go into
 * `listed`. */
static void check_lists(struct dbc_check *c, const struct relation *r, struct dbc_hash *listed)
{
    const struct dbc_field *field = dbc_schema_field(r->class_, r->field);
    const struct dbc_field *list_field = dbc_schema_field(r->owner, r->list);

    for (size_t i = 0; i < c->db->of[r->owner].n; i++) {
        const struct dbc_record *owner = c->db->of[r->owner].v[i];
        const struct dbc_refs *list = dbc_field_of(owner, list_field);
        for (size_t k = 0; k < list->n && !c->failed; k++) {
            struct dbc_record *member = dbc_hash_get(&c->db->by_ref[r->class_], list->v[k]);
            if (member == NULL) {
                continue;
            }
            if (strcmp(ref_of(member, field), owner->ref) == 0) {
                c->failed = dbc_hash_put(listed, member->ref, member, false) != 0;
                continue;
            }
            dbc_found(c, owner, r->list, list->v[k], "%s lists %s in %s, whose %s is %s",
                      dbc_who(c, owner), dbc_who(c, member), r->list, r->field,
                      dbc_label_ref(c->db, r->owner, ref_of(member, field),
                                    c->quotes[c->next_quote++ % DBC_QUOTES]));
        }
    }
}

/* What the members say and no list does. */
static void check_members(struct dbc_check *c, const struct relation *r,
                          const struct dbc_hash *listed)
{
    const struct dbc_field *field = dbc_schema_field(r->class_, r->field);

    for (size_t i = 0; i < c->db->of[r->class_].n && !c->failed; i++) {
        const struct dbc_record *member = c->db->of[r->class_].v[i];
        const char *ref = ref_of(member, field);
        const struct dbc_record *owner =
            dbc_ref_is_null(ref) ? NULL : dbc_hash_get(&c->db->by_ref[r->owner], ref);

        if (owner != NULL && dbc_hash_get(listed, member->ref) == NULL) {
            dbc_found(c, member, r->field, ref, "%s of %s is %s, which does not list it in %s",
                      r->field, dbc_who(c, member), dbc_who(c, owner), r->list);
        }
    }
}

static void check_relation(struct dbc_check *c, const struct relation *r)
{
    struct dbc_hash listed = DBC_HASH_INIT;

    check_lists(c, r, &listed);
    check_members(c, r, &listed);
    dbc_hash_release(&listed);
}

static void one_sided_network(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    check_relation(c, &(struct relation){ DBC_PIF, "network", DBC_NETWORK, "PIFs" });
}

static void one_sided_slave(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    check_relation(c, &(struct relation){ DBC_PIF, "bond_slave_of", DBC_BOND, "slaves" });
}

static void one_sided_master(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    check_relation(c, &(struct relation){ DBC_BOND, "master", DBC_PIF, "bond_master_of" });
}

static void one_sided_vlan(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    check_relation(c, &(struct relation){ DBC_VLAN, "tagged_PIF", DBC_PIF, "VLAN_slave_of" });
}

static void one_sided_tunnel(struct dbc_check *c, const struct dbc_record *rec)
{
    (void)rec;
    check_relation(
        c, &(struct relation){ DBC_TUNNEL, "access_PIF", DBC_PIF, "tunnel_access_PIF_of" });
    check_relation(
        c, &(struct relation){ DBC_TUNNEL, "transport_PIF", DBC_PIF, "tunnel_transport_PIF_of" });
}

/* untagged_PIF and VLAN_master_of are single on both sides. */
static void one_sided_vlan_pif(struct dbc_check *c, const struct dbc_record *rec)
{
    if (rec->class_ == DBC_VLAN) {
        const struct dbc_vlan *vlan = (const void *)rec;
        const struct dbc_pif *pif = dbc_db_pif(c->db, vlan->untagged_PIF);
        if (pif != NULL && strcmp(pif->VLAN_master_of, rec->ref) != 0) {
            dbc_found(c, rec, "untagged_PIF", vlan->untagged_PIF,
                      "%s says that %s stands for it, whose VLAN_master_of is another",
                      dbc_who(c, rec), dbc_who(c, &pif->rec));
        }
    } else {
        const struct dbc_pif *pif = dbc_as_pif(rec);
        const struct dbc_vlan *vlan = dbc_db_vlan(c->db, pif->VLAN_master_of);
        if (vlan != NULL && strcmp(vlan->untagged_PIF, rec->ref) != 0) {
            dbc_found(c, rec, "VLAN_master_of", pif->VLAN_master_of,
                      "%s stands for a VLAN whose untagged_PIF is another", dbc_who(c, rec));
        }
    }
}

/* ---- The table ---------------------------------------------------------------------------- */

static const struct dbc_rule rules[] = {
    { "dangling-reference", DBC_SEVERITY_WARNING, DBC_IN_ALL, "A reference to nothing",
      "It reads as none. Records that were removed by hand, or a file that was cut off, leave these "
      "behind.",
      "Remove the reference, or restore the record from an earlier cache.", dangling },
    { "wrong-class-reference", DBC_SEVERITY_WARNING, DBC_IN_ALL,
      "A reference to a record of another class",
      "It reads as none here; old versions took whatever record had the reference.",
      "Put in the reference of a record of the right class.", wrong_class },
    { "network-missing", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A PIF's network is missing",
      "The PIF has no bridge then, and is refused: it can be brought neither up nor down.",
      "Restore the network's record, or set the PIF's network to one that exists.",
      network_missing },
    { "repeated-reference", DBC_SEVERITY_WARNING, DBC_IN_ALL, "A list names one record twice",
      "It counts once. The list was edited by hand or merged.", "Remove the second one.",
      repeated },
    { "one-sided-network", DBC_SEVERITY_ERROR, 0, "PIF and network disagree",
      "interface-reconfigure --force BRIDGE takes the first PIF of the network's list; the PIF's "
      "own field says which bridge it gets. When they disagree a bridge is not found, or the wrong "
      "one comes up.",
      "Make network.PIFs and pif.network name each other.", one_sided_network },
    { "one-sided-bond-slave", DBC_SEVERITY_WARNING, 0, "Bond and slave disagree",
      "The bond is made of its own list, but what must go before a slave can be used is seen from "
      "the slave's field.",
      "Make bond.slaves and pif.bond_slave_of name each other.", one_sided_slave },
    { "one-sided-bond-master", DBC_SEVERITY_ERROR, 0, "Bond and the PIF that stands for it disagree",
      "A PIF whose bond_master_of is empty is taken for a NIC: no bond is made, and the device does "
      "not exist.",
      "Make bond.master and pif.bond_master_of name each other.", one_sided_master },
    { "one-sided-vlan-parent", DBC_SEVERITY_WARNING, 0, "VLAN and the PIF it stands on disagree",
      "Bringing the parent down looks at its own list, so a VLAN in use is overlooked.",
      "Make vlan.tagged_PIF and pif.VLAN_slave_of name each other.", one_sided_vlan },
    { "one-sided-vlan-pif", DBC_SEVERITY_WARNING, DBC_IN_VLAN | DBC_IN_PIF,
      "VLAN and the PIF that stands for it disagree",
      "Going up from the NIC gives another PIF than going down from the VLAN.",
      "Make vlan.untagged_PIF and pif.VLAN_master_of name each other.", one_sided_vlan_pif },
    { "one-sided-tunnel", DBC_SEVERITY_WARNING, 0, "Tunnel and its PIFs disagree",
      "A PIF is known as a tunnel's end by its own list only; without it, it is taken for a NIC.",
      "Make the tunnel's access_PIF and transport_PIF and the lists of those PIFs name each other.",
      one_sided_tunnel },
};

DBC_RULE_TABLE(dbc_rules_refs, rules);
