/* repair_links.c - makes references and the lists on their other side agree (repair.h).
 *
 * XAPI makes each list from the fields that name its owner, so the field decides.  A list decides
 * where the field leads nowhere and no other list has the record. */
#include <stdlib.h>
#include <string.h>

#include "analysis/label.h"
#include "analysis/mend.h"
#include "analysis/rule.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/valid.h"
#include "model/topology.h"

/* The rules that a change by one of dbc_relations answers, besides dbc_relation_rules. */
static const struct rules {
    const char *field; /* for a field that leads nowhere */
    const char *item;  /* for an item that leads nowhere */
} rules[DBC_N_RELATIONS] = {
    [DBC_RELATION_NETWORK] = { "network-missing", "dangling-reference" },
    [DBC_RELATION_SLAVE] = { "one-sided-bond-slave", "bond-slave-missing" },
    [DBC_RELATION_MASTER] = { "one-sided-bond-master", "dangling-reference" },
    [DBC_RELATION_VLAN] = { "vlan-parent-missing", "dangling-reference" },
    [DBC_RELATION_ACCESS] = { "one-sided-tunnel", "dangling-reference" },
    [DBC_RELATION_TRANSPORT] = { "one-sided-tunnel", "dangling-reference" },
};

static bool leads_to(const struct dbc_db *db, enum dbc_class class_, const char *ref)
{
    return dbc_hash_get(&db->by_ref[class_], ref) != NULL;
}

static void set_ref(struct dbc_mender *m, const struct dbc_record *rec, const char *field,
                    const struct dbc_record *to, const char *rule)
{
    char who[DBC_LABEL_SIZE], whom[DBC_LABEL_SIZE];

    dbc_mend_set(m, rec, field, to == NULL ? DBC_NULL_REF : to->ref);
    dbc_mended(m, rule, rec, field, "%s of %s: set to %s", field, dbc_label(m->db, rec, who),
               to == NULL ? "none" : dbc_label(m->db, to, whom));
}

/* ---- One relation ---------------------------------------------------------------------------- */

/* What the lists say of one member. */
struct claim {
    const struct dbc_record *member;
    const struct dbc_record *owner; /* the first owner that lists it */
    const struct dbc_record *seen;  /* the last owner in whose list it was found */
    size_t lists;                   /* how many lists have it */
    bool agreed;                    /* the owner in its field lists it */
    struct claim *next;             /* of the same owner: to be added to its list */
};

/* What is to be added to one owner's list. */
struct addition {
    struct claim *first, *last;
    size_t n;
};

struct work {
    struct dbc_mender *m;
    const struct dbc_relation *relation;
    const char *rule; /* for a side that lacks the other */
    const struct rules *rules;
    const struct dbc_field *field, *list;
    struct claim *claims;       /* one a member */
    struct addition *additions; /* one an owner */
    struct dbc_hash of_member;  /* reference -> claim */
    struct dbc_hash of_owner;   /* reference -> addition */
};

static const struct dbc_refs *list_of(const struct work *w, size_t owner)
{
    return dbc_field_of(w->m->db->of[w->relation->owner].v[owner], w->list);
}

static void open_work(struct work *w)
{
    const struct dbc_records *members = &w->m->db->of[w->relation->class_];
    const struct dbc_records *owners = &w->m->db->of[w->relation->owner];
    bool ok = false;

    w->claims = calloc(members->n + 1, sizeof *w->claims);
    w->additions = calloc(owners->n + 1, sizeof *w->additions);
    ok = w->claims != NULL && w->additions != NULL;
    for (size_t i = 0; ok && i < members->n; i++) {
        w->claims[i].member = members->v[i];
        ok = dbc_hash_put(&w->of_member, members->v[i]->ref, &w->claims[i], true) == 0;
    }
    for (size_t i = 0; ok && i < owners->n; i++) {
        ok = dbc_hash_put(&w->of_owner, owners->v[i]->ref, &w->additions[i], true) == 0;
    }
    if (!ok) {
        w->m->failed = true;
        dbc_fail_nomem(w->m->err);
    }
}

static void close_work(struct work *w)
{
    dbc_hash_release(&w->of_member);
    dbc_hash_release(&w->of_owner);
    free(w->claims);
    free(w->additions);
}

static void read_lists(struct work *w)
{
    const struct dbc_records *owners = &w->m->db->of[w->relation->owner];

    for (size_t i = 0; i < owners->n; i++) {
        const struct dbc_refs *list = list_of(w, i);
        for (size_t k = 0; k < list->n; k++) {
            struct claim *claim = dbc_hash_get(&w->of_member, list->v[k]);
            if (claim == NULL || claim->seen == owners->v[i]) {
                continue;
            }
            claim->seen = owners->v[i];
            claim->owner = claim->owner == NULL ? owners->v[i] : claim->owner;
            claim->lists++;
            claim->agreed = claim->agreed ||
                            strcmp(dbc_field_text(claim->member, w->field), owners->v[i]->ref) == 0;
        }
    }
}

/* Sets a bond_slave_of to none that leads nowhere while no list has the PIF. */
static void drop_field(struct work *w, const struct claim *claim)
{
    const char *ref = dbc_field_text(claim->member, w->field);
    bool elsewhere = dbc_db_find_ref(w->m->db, ref) != NULL;

    /* The other fields stay: the reference may help to find what is missing. */
    if (!dbc_ref_is_null(ref) && strcmp(w->relation->field, "bond_slave_of") == 0) {
        set_ref(w->m, claim->member, w->relation->field, NULL,
                elsewhere ? "wrong-class-reference" : "dangling-reference");
    }
}

static void add_later(struct work *w, struct claim *claim)
{
    struct addition *addition = dbc_hash_get(&w->of_owner, dbc_field_text(claim->member, w->field));

    if (addition->last == NULL) {
        addition->first = claim;
    } else {
        addition->last->next = claim;
    }
    addition->last = claim;
    addition->n++;
}

static void mend_fields(struct work *w)
{
    size_t n = w->m->db->of[w->relation->class_].n;

    for (size_t i = 0; i < n && !w->m->failed; i++) {
        struct claim *claim = &w->claims[i];
        bool leads =
            leads_to(w->m->db, w->relation->owner, dbc_field_text(claim->member, w->field));
        if (!leads && claim->lists == 1) {
            set_ref(w->m, claim->member, w->relation->field, claim->owner, w->rules->field);
            claim->agreed = true;
        } else if (!leads && claim->lists == 0) {
            drop_field(w, claim);
        } else if (leads && claim->lists == 0) {
            add_later(w, claim);
        }
    }
}

/* Returns the id of the rule by which an item is removed; NULL: it stays. */
static const char *why_not(const struct work *w, const struct dbc_record *owner, const char *ref)
{
    struct claim *claim = dbc_hash_get(&w->of_member, ref);

    if (claim == NULL) {
        if (dbc_ref_is_null(ref)) {
            return w->rules->item;
        }
        return dbc_db_find_ref(w->m->db, ref) == NULL ? w->rules->item : "wrong-class-reference";
    }
    if (claim->seen == owner) {
        return "repeated-reference";
    }
    claim->seen = owner;
    return claim->agreed && strcmp(dbc_field_text(claim->member, w->field), owner->ref) != 0
               ? w->rule
               : NULL;
}

static void note(struct work *w, const char *rule, const struct dbc_record *owner, const char *what,
                 const char *ref)
{
    char who[DBC_LABEL_SIZE], whom[DBC_LABEL_SIZE];

    dbc_mended(w->m, rule, owner, w->relation->list, "%s of %s: %s %s", w->relation->list,
               dbc_label(w->m->db, owner, who), what,
               dbc_label_ref(w->m->db, w->relation->class_, ref, whom));
}

/* Puts the new list into `refs`, which has room for all.  True when it differs from the old one. */
static bool make_list(struct work *w, size_t i, const char **refs, size_t *n)
{
    const struct dbc_record *owner = w->m->db->of[w->relation->owner].v[i];
    const struct dbc_refs *list = list_of(w, i);
    bool changed = false;

    *n = 0;
    for (size_t k = 0; k < list->n; k++) {
        const char *rule = why_not(w, owner, list->v[k]);
        if (rule == NULL) {
            refs[(*n)++] = list->v[k];
        } else {
            note(w, rule, owner, "removed", list->v[k]);
            changed = true;
        }
    }
    for (struct claim *c = w->additions[i].first; c != NULL && *n < DBC_LIMIT_LIST; c = c->next) {
        refs[(*n)++] = c->member->ref;
        note(w, w->rule, owner, "added", c->member->ref);
        changed = true;
    }
    return changed;
}

static void mend_lists(struct work *w)
{
    const struct dbc_records *owners = &w->m->db->of[w->relation->owner];

    for (size_t i = 0; i < w->m->db->of[w->relation->class_].n; i++) {
        w->claims[i].seen = NULL;
    }
    for (size_t i = 0; i < owners->n && !w->m->failed; i++) {
        size_t room = list_of(w, i)->n + w->additions[i].n, n = 0;
        const char **refs = room == 0 ? NULL : calloc(room, sizeof *refs);
        if (room > 0 && refs == NULL) {
            w->m->failed = true;
            dbc_fail_nomem(w->m->err);
        } else if (room > 0 && make_list(w, i, refs, &n) &&
                   dbc_record_set_list(w->m->db, owners->v[i], w->list, refs, n, w->m->err) != 0) {
            w->m->failed = true;
        }
        free(refs);
    }
}

static void mend_relation(struct dbc_mender *m, size_t i)
{
    const struct dbc_relation *relation = &dbc_relations[i];
    struct work w = { .m = m,
                      .relation = relation,
                      .rule = dbc_relation_rules[i],
                      .rules = &rules[i],
                      .field = dbc_schema_field(relation->class_, relation->field),
                      .list = dbc_schema_field(relation->owner, relation->list) };

    open_work(&w);
    if (!m->failed) {
        read_lists(&w);
        mend_fields(&w);
        mend_lists(&w);
    }
    close_work(&w);
}

/* ---- VLANs and the PIFs that stand for them: one field on each side -------------------------- */

/* For each reference the only record whose field has it.  Several records count as none. */
struct single {
    struct dbc_hash of; /* reference -> record */
    char several;       /* its address is the value for several records */
};

static void read_singles(struct dbc_mender *m, enum dbc_class class_, const char *name,
                         struct single *ret)
{
    const struct dbc_field *field = dbc_schema_field(class_, name);

    for (size_t i = 0; i < m->db->of[class_].n && !m->failed; i++) {
        struct dbc_record *rec = m->db->of[class_].v[i];
        const char *ref = dbc_field_text(rec, field);
        void *value = dbc_hash_get(&ret->of, ref) == NULL ? (void *)rec : (void *)&ret->several;
        if (dbc_hash_put(&ret->of, ref, value, true) != 0) {
            m->failed = true;
            dbc_fail_nomem(m->err);
        }
    }
}

static const struct dbc_record *the_single(const struct single *singles, const char *ref)
{
    const void *found = dbc_hash_get(&singles->of, ref);

    return found == &singles->several ? NULL : found;
}

/* Whether the VLAN and the PIF name each other. */
static bool is_pair(const struct dbc_vlan *vlan, const struct dbc_pif *pif)
{
    return vlan != NULL && pif != NULL && strcmp(vlan->untagged_PIF, pif->rec.ref) == 0 &&
           strcmp(pif->VLAN_master_of, vlan->rec.ref) == 0;
}

/* Whether the VLAN that the PIF names is missing or paired with another PIF.  Then the only VLAN
 * that names this PIF is right. */
static bool is_free_pif(const struct dbc_db *db, const struct dbc_pif *pif)
{
    const struct dbc_vlan *vlan = dbc_db_vlan(db, pif->VLAN_master_of);

    return vlan == NULL ||
           (!is_pair(vlan, pif) && is_pair(vlan, dbc_db_pif(db, vlan->untagged_PIF)));
}

static bool is_free_vlan(const struct dbc_db *db, const struct dbc_vlan *vlan)
{
    const struct dbc_pif *pif = dbc_db_pif(db, vlan->untagged_PIF);

    return pif == NULL ||
           (!is_pair(vlan, pif) && is_pair(dbc_db_vlan(db, pif->VLAN_master_of), pif));
}

static void mend_pif_of_vlan(struct dbc_mender *m, const struct single *vlans,
                             const struct dbc_pif *pif)
{
    const struct dbc_record *vlan = the_single(vlans, pif->rec.ref);
    bool leads = dbc_db_vlan(m->db, pif->VLAN_master_of) != NULL;

    if (vlan != NULL && is_free_pif(m->db, pif)) {
        set_ref(m, &pif->rec, "VLAN_master_of", vlan,
                leads || !dbc_pif_is_vlan(pif) ? "one-sided-vlan-pif" : "vlan-parent-missing");
    } else if (!leads && !dbc_pif_is_vlan(pif) && !dbc_ref_is_null(pif->VLAN_master_of)) {
        set_ref(m, &pif->rec, "VLAN_master_of", NULL,
                dbc_db_find_ref(m->db, pif->VLAN_master_of) == NULL ? "dangling-reference"
                                                                    : "wrong-class-reference");
    }
}

static void mend_vlan_pairs(struct dbc_mender *m)
{
    struct single vlans = { .several = 0 }, pifs = { .several = 0 };
    const struct dbc_records *list = &m->db->of[DBC_VLAN];

    read_singles(m, DBC_VLAN, "untagged_PIF", &vlans);
    read_singles(m, DBC_PIF, "VLAN_master_of", &pifs);
    for (size_t i = 0; i < m->db->of[DBC_PIF].n && !m->failed; i++) {
        mend_pif_of_vlan(m, &vlans, dbc_db_pif_at(m->db, i));
    }
    for (size_t i = 0; i < list->n && !m->failed; i++) {
        const struct dbc_vlan *vlan = (const void *)list->v[i];
        const struct dbc_record *pif = the_single(&pifs, vlan->rec.ref);
        if (pif != NULL && is_free_vlan(m->db, vlan)) {
            set_ref(m, &vlan->rec, "untagged_PIF", pif, "one-sided-vlan-pif");
        }
    }
    dbc_hash_release(&vlans.of);
    dbc_hash_release(&pifs.of);
}

/* A VLAN without a parent gets the only untagged PIF that has the device of the VLAN's PIF. */
static void mend_vlan_parents(struct dbc_mender *m)
{
    struct single untagged = { .several = 0 };
    const struct dbc_pif *pif = NULL;

    for (size_t i = 0; (pif = dbc_db_pif_at(m->db, i)) != NULL && !m->failed; i++) {
        struct dbc_record *rec = m->db->of[DBC_PIF].v[i];
        bool known = dbc_hash_get(&untagged.of, pif->device) != NULL;
        if (!dbc_pif_is_vlan(pif) && *pif->device != '\0' &&
            dbc_hash_put(&untagged.of, pif->device, known ? (void *)&untagged.several : (void *)rec,
                         true) != 0) {
            m->failed = true;
            dbc_fail_nomem(m->err);
        }
    }
    for (size_t i = 0; i < m->db->of[DBC_VLAN].n && !m->failed; i++) {
        const struct dbc_vlan *vlan = (const void *)m->db->of[DBC_VLAN].v[i];
        const struct dbc_record *parent = NULL;
        pif = dbc_db_pif(m->db, vlan->untagged_PIF);
        if (pif != NULL && dbc_db_pif(m->db, vlan->tagged_PIF) == NULL) {
            parent = the_single(&untagged, pif->device);
        }
        if (parent != NULL && parent != &pif->rec) {
            set_ref(m, &vlan->rec, "tagged_PIF", parent, "vlan-parent-missing");
        }
    }
    dbc_hash_release(&untagged.of);
}

void dbc_mend_links(struct dbc_mender *m)
{
    mend_vlan_pairs(m);
    for (size_t i = 0; i < DBC_N_RELATIONS && !m->failed; i++) {
        if (dbc_relations[i].class_ == DBC_VLAN) {
            mend_relation(m, i); /* a PIF that lists the VLAN comes before its device */
            mend_vlan_parents(m);
        }
        mend_relation(m, i);
    }
}

/* ---- For changes of single fields ------------------------------------------------------------ */

const struct dbc_field *dbc_list_follows(const struct dbc_field *list)
{
    for (size_t i = 0; i < DBC_N_RELATIONS; i++) {
        if (dbc_relations[i].owner == list->class_ &&
            strcmp(dbc_relations[i].list, list->name) == 0) {
            return dbc_schema_field(dbc_relations[i].class_, dbc_relations[i].field);
        }
    }
    return NULL;
}

/* Takes `ref` out of the owner's list, or (`in`) puts it at the end. */
static int relist(struct dbc_db *db, struct dbc_record *owner, const struct dbc_field *field,
                  const char *ref, bool in, struct dbc_error *err)
{
    const struct dbc_refs *list = dbc_field_of(owner, field);
    const char **refs = calloc(list->n + 1, sizeof *refs);
    size_t n = 0;
    int rc = 0;

    if (refs == NULL) {
        return dbc_fail_nomem(err);
    }
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->v[i], ref) != 0) {
            refs[n++] = list->v[i];
        }
    }
    if (in) {
        refs[n++] = ref;
    }
    if (n != list->n || in) {
        rc = dbc_record_set_list(db, owner, field, refs, n, err);
    }
    free(refs);
    return rc;
}

int dbc_set_reference(struct dbc_db *db, const struct dbc_record *rec,
                      const struct dbc_field *field, const char *ref, struct dbc_error *err)
{
    struct dbc_record *old_owner = NULL, *new_owner = NULL, *own = dbc_db_edit(db, rec);
    const struct dbc_field *list = NULL;

    if (field->kind != DBC_KIND_REF) {
        return dbc_fail(err, DBC_EINVAL, "%s: no field with one reference", field->name);
    }
    for (size_t i = 0; i < DBC_N_RELATIONS; i++) {
        if (dbc_relations[i].class_ == field->class_ &&
            strcmp(dbc_relations[i].field, field->name) == 0) {
            list = dbc_schema_field(dbc_relations[i].owner, dbc_relations[i].list);
        }
    }
    if (list != NULL) {
        old_owner = dbc_hash_get(&db->by_ref[field->target], dbc_field_text(rec, field));
        new_owner = dbc_hash_get(&db->by_ref[field->target], ref);
    }
    if (old_owner != new_owner) { /* a full list fails before anything is changed */
        if (new_owner != NULL && relist(db, new_owner, list, rec->ref, true, err) != 0) {
            return -1;
        }
        if (old_owner != NULL && relist(db, old_owner, list, rec->ref, false, err) != 0) {
            return -1;
        }
    }
    return dbc_record_set(db, own, field, ref, NULL, err);
}
