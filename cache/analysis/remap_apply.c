/* remap_apply.c - the records say which NIC of the host each PIF is: NICs first, then the bonds of
 * them, then the VLANs on both (remap.h). */
#include <stdlib.h>
#include <string.h>

#include "analysis/label.h"
#include "analysis/remap.h"
#include "base/error.h"
#include "base/grow.h"
#include "model/topology.h"

/* What a PIF was and is to be. */
struct becomes {
    const struct dbc_pif *pif;
    const char *device, *MAC;         /* before */
    const char *new_device, *new_MAC; /* the same pointers when nothing changes */
    bool gone;                        /* a NIC that is not there any more */
};

struct applying {
    struct dbc_db *db;
    struct dbc_remap *remap;
    struct becomes *v; /* of each PIF, in the order of the records */
    size_t n;
    struct dbc_hash by_ref; /* PIF's reference -> its struct becomes */
    struct dbc_error *err;
};

static struct becomes *becomes_of(const struct applying *a, const struct dbc_pif *pif)
{
    return dbc_hash_get(&a->by_ref, pif->rec.ref);
}

/* An invalid MAC is equal to no other. */
static bool same_mac(const char *x, const char *y)
{
    char a[18], b[18];

    return dbc_parse_mac(x, a) && dbc_parse_mac(y, b) && strcmp(a, b) == 0;
}

/* ---- What becomes of each ------------------------------------------------------------------ */

static int start(struct applying *a)
{
    a->v = calloc(a->db->of[DBC_PIF].n + 1, sizeof *a->v);
    if (a->v == NULL) {
        return dbc_fail_nomem(a->err);
    }
    for (const struct dbc_pif *pif = NULL; (pif = dbc_db_pif_at(a->db, a->n)) != NULL; a->n++) {
        a->v[a->n] = (struct becomes){ .pif = pif,
                                       .device = pif->device,
                                       .MAC = pif->MAC,
                                       .new_device = pif->device,
                                       .new_MAC = pif->MAC };
        if (dbc_hash_put(&a->by_ref, pif->rec.ref, &a->v[a->n], true) != 0) {
            return dbc_fail_nomem(a->err);
        }
    }
    return 0;
}

static void plan_nics(struct applying *a)
{
    for (size_t i = 0; i < a->remap->n; i++) {
        const struct dbc_remap_row *row = &a->remap->v[i];
        struct becomes *b = becomes_of(a, row->pif);
        b->new_device = strcmp(row->now, b->device) == 0 ? b->device : row->now;
        b->gone = row->nic == NULL;
        if (row->nic != NULL && !same_mac(row->nic->mac, b->MAC)) {
            b->new_MAC = row->nic->mac;
        }
    }
}

/* *same is the slave whose MAC the bond has, *there the first slave whose NIC is there; else NULL.
 */
static void find_slaves(const struct applying *a, const struct dbc_pifs *slaves, const char *mac,
                        const struct becomes **same, const struct becomes **there)
{
    *same = *there = NULL;
    for (size_t i = 0; i < slaves->n; i++) {
        const struct becomes *slave = becomes_of(a, slaves->v[i]);
        if (*same == NULL && same_mac(slave->MAC, mac)) {
            *same = slave;
        }
        if (*there == NULL && !slave->gone) {
            *there = slave;
        }
    }
}

/* A bond keeps a MAC that is no slave's, since somebody chose it. */
static int plan_bond(struct applying *a, struct becomes *bond)
{
    struct dbc_pifs slaves = DBC_PIFS_INIT;
    const struct becomes *same = NULL, *there = NULL;
    struct dbc_error why = DBC_ERROR_INIT;

    if (dbc_bond_slaves(a->db, bond->pif, &slaves, &why) != 0) {
        dbc_pifs_release(&slaves);
        return why.code == DBC_ENOMEM ? dbc_fail_nomem(a->err) : 0; /* check reports the rest */
    }
    find_slaves(a, &slaves, bond->MAC, &same, &there);
    dbc_pifs_release(&slaves);
    if (same != NULL && same->gone) {
        same = there;
    }
    if (same != NULL && !same_mac(same->new_MAC, bond->MAC)) {
        bond->new_MAC = same->new_MAC;
    }
    return 0;
}

static void plan_vlan(struct applying *a, struct becomes *vlan)
{
    const struct dbc_pif *slave = dbc_vlan_slave(a->db, vlan->pif);
    const struct becomes *below = slave == NULL ? NULL : becomes_of(a, slave);

    if (below == NULL) {
        return;
    }
    if (below->new_device != below->device && strcmp(vlan->device, below->device) == 0) {
        vlan->new_device = below->new_device;
    }
    if (same_mac(vlan->MAC, below->MAC) && !same_mac(below->new_MAC, vlan->MAC)) {
        vlan->new_MAC = below->new_MAC;
    }
}

static int plan_all(struct applying *a)
{
    plan_nics(a);
    for (size_t i = 0; i < a->n; i++) {
        if (dbc_pif_is_bond(a->db, a->v[i].pif) && plan_bond(a, &a->v[i]) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < a->n; i++) {
        if (dbc_pif_is_vlan(a->v[i].pif)) {
            plan_vlan(a, &a->v[i]);
        }
    }
    return 0;
}

/* No two PIFs may get one name; VLANs have the name of the PIF below. */
static int check_names(const struct applying *a)
{
    struct dbc_hash names = DBC_HASH_INIT;
    char x[DBC_LABEL_SIZE], y[DBC_LABEL_SIZE];
    int rc = 0;

    for (size_t i = 0; i < a->n && rc == 0; i++) {
        struct becomes *b = &a->v[i];
        const struct becomes *other = NULL;
        if (dbc_pif_is_vlan(b->pif) || *b->new_device == '\0') {
            continue;
        }
        other = dbc_hash_get(&names, b->new_device);
        if (other != NULL && (b->new_device != b->device || other->new_device != other->device)) {
            rc = dbc_fail(a->err, DBC_ECONFLICT, "both %s and %s would be called %s",
                          dbc_label(a->db, &other->pif->rec, x), dbc_label(a->db, &b->pif->rec, y),
                          b->new_device);
        } else if (dbc_hash_put(&names, b->new_device, b, false) != 0) {
            rc = dbc_fail_nomem(a->err);
        }
    }
    dbc_hash_release(&names);
    return rc;
}

/* ---- Changing ------------------------------------------------------------------------------ */

/* Labels contain device names, so all changes are noted before the first is made. */
static int note(struct applying *a, const struct becomes *b, const char *field, const char *before,
                const char *after)
{
    struct dbc_remap *out = a->remap;
    char label[DBC_LABEL_SIZE];
    const char *who = NULL;

    if (before == after) {
        return 0;
    }
    who = dbc_arena_strdup(&out->arena, dbc_label(a->db, &b->pif->rec, label));
    after = dbc_arena_strdup(&out->arena, after);
    if (who == NULL || after == NULL || !DBC_GROW(out->changes, out->n_changes, out->cap_changes)) {
        return dbc_fail_nomem(a->err);
    }
    out->changes[out->n_changes++] =
        (struct dbc_remap_change){ &b->pif->rec, who, field, before, after };
    return 0;
}

static int note_all(struct applying *a)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct becomes *b = &a->v[i];
        if (note(a, b, "device", b->device, b->new_device) != 0 ||
            note(a, b, "MAC", b->MAC, b->new_MAC) != 0) {
            return -1;
        }
    }
    return 0;
}

static int change_all(struct applying *a)
{
    for (size_t i = 0; i < a->remap->n_changes; i++) {
        const struct dbc_remap_change *change = &a->remap->changes[i];
        if (dbc_record_set(a->db, dbc_db_edit(a->db, change->rec),
                           dbc_schema_field(DBC_PIF, change->field), change->after, NULL,
                           a->err) != 0) {
            return -1;
        }
    }
    return 0;
}

int dbc_remap_apply(struct dbc_db *db, struct dbc_remap *remap, struct dbc_error *err)
{
    struct applying a = { .db = db, .remap = remap, .err = err };
    int rc = -1;

    if (remap->n_unclear > 0) {
        return dbc_fail(err, DBC_EINVAL, "of %zu PIFs it is unclear which NIC they are",
                        remap->n_unclear);
    }
    if (start(&a) == 0 && plan_all(&a) == 0 && check_names(&a) == 0 && note_all(&a) == 0) {
        rc = change_all(&a);
    }
    dbc_hash_release(&a.by_ref);
    free(a.v);
    return rc;
}
