/* remap.c - which NIC of the host each PIF is (remap.h); remap_apply.c changes the records. */
#include "analysis/remap.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/grow.h"
#include "model/topology.h"

struct mapping {
    struct dbc_remap *out;
    const struct dbc_nics *nics;
    bool *taken; /* each NIC: some PIF's */
    struct dbc_error *err;
    bool failed; /* *err says why */
};

const char *dbc_remap_why_name(enum dbc_remap_why why)
{
    static const char *const names[DBC_REMAP_N_WHYS] = {
        [DBC_REMAP_UNCLEAR] = "unclear", [DBC_REMAP_TOLD] = "told",   [DBC_REMAP_MAC] = "mac",
        [DBC_REMAP_NAME] = "name",       [DBC_REMAP_ORDER] = "order", [DBC_REMAP_GONE] = "gone",
    };

    return names[why];
}

/* ---- The PIFs that are NICs ---------------------------------------------------------------- */

static bool is_nic(const struct dbc_db *db, const struct dbc_pif *pif)
{
    return !dbc_pif_is_vlan(pif) && !dbc_pif_is_bond(db, pif) && !dbc_pif_is_tunnel(db, pif);
}

/* "eth2" before "eth10". */
static int compare_rows(const void *a, const void *b)
{
    const struct dbc_remap_row *x = a, *y = b;

    return strverscmp(x->device, y->device);
}

static int collect_pifs(struct mapping *m, const struct dbc_db *db)
{
    const struct dbc_pif *pif = NULL;
    size_t cap = 0;

    for (size_t i = 0; (pif = dbc_db_pif_at(db, i)) != NULL; i++) {
        if (!is_nic(db, pif)) {
            continue;
        }
        if (m->out->n >= DBC_LIMIT_NICS) {
            return dbc_fail(m->err, DBC_ELIMIT, "%s: more than %d PIFs that are NICs", db->source,
                            DBC_LIMIT_NICS);
        }
        if (!DBC_GROW(m->out->v, m->out->n, cap)) {
            return dbc_fail_nomem(m->err);
        }
        m->out->v[m->out->n++] = (struct dbc_remap_row){
            .pif = pif, .device = pif->device, .MAC = pif->MAC, .now = pif->device
        };
    }
    if (m->out->n > 0) {
        qsort(m->out->v, m->out->n, sizeof *m->out->v, compare_rows);
    }
    return 0;
}

static int check_devices(struct mapping *m, const struct dbc_db *db)
{
    for (size_t i = 1; i < m->out->n; i++) {
        const struct dbc_remap_row *a = &m->out->v[i - 1], *b = &m->out->v[i];
        if (strcmp(a->device, b->device) == 0) {
            return dbc_fail(m->err, DBC_ECONFLICT,
                            "%s: both %s (line %u) and %s (line %u) are the NIC %s", db->source,
                            a->pif->rec.ref, a->pif->rec.line, b->pif->rec.ref, b->pif->rec.line,
                            a->device);
        }
    }
    return 0;
}

static struct dbc_remap_row *find_row(const struct dbc_remap *remap, const char *device)
{
    for (size_t i = 0; i < remap->n; i++) {
        if (strcmp(remap->v[i].device, device) == 0) {
            return &remap->v[i];
        }
    }
    return NULL;
}

/* ---- Deciding ------------------------------------------------------------------------------ */

/* Nothing is decided or said of it yet. */
static bool is_open(const struct dbc_remap_row *row)
{
    return row->why == DBC_REMAP_UNCLEAR && row->doubt == NULL;
}

static void decide(struct mapping *m, struct dbc_remap_row *row, const struct dbc_nic *nic,
                   enum dbc_remap_why why)
{
    row->nic = nic;
    row->why = why;
    m->taken[nic - m->nics->v] = true;
}

static void doubt(struct mapping *m, struct dbc_remap_row *row, struct dbc_buf *text)
{
    row->doubt = text->failed ? NULL : dbc_arena_strdup(&m->out->arena, dbc_buf_str(text));
    dbc_buf_clear(text);
    if (row->doubt == NULL) {
        m->failed = true;
        dbc_fail_nomem(m->err);
    }
}

static int take_told(struct mapping *m, const struct dbc_remap_told *told)
{
    struct dbc_remap_row *row = find_row(m->out, told->from);
    const struct dbc_nic *nic = dbc_nics_find(m->nics, told->to);

    if (row == NULL) {
        return dbc_fail(m->err, DBC_EINVAL, "%s=%s: the cache has no NIC %s", told->from, told->to,
                        told->from);
    }
    if (nic == NULL && *told->to != '\0') {
        return dbc_fail(m->err, DBC_EINVAL, "%s=%s: the host has no NIC %s", told->from, told->to,
                        told->to);
    }
    if (row->why != DBC_REMAP_UNCLEAR || (nic != NULL && m->taken[nic - m->nics->v])) {
        return dbc_fail(m->err, DBC_EINVAL, "%s=%s: %s was mapped already", told->from, told->to,
                        row->why != DBC_REMAP_UNCLEAR ? told->from : told->to);
    }
    if (nic == NULL) {
        row->why = DBC_REMAP_GONE;
    } else {
        decide(m, row, nic, DBC_REMAP_TOLD);
    }
    return 0;
}

static bool has_mac(const struct dbc_remap_row *row, const char *mac)
{
    char own[18];

    return dbc_parse_mac(row->MAC, own) && strcmp(own, mac) == 0;
}

static bool is_free(const struct mapping *m, size_t i)
{
    return !m->taken[i];
}

static void match_both(struct mapping *m)
{
    for (size_t i = 0; i < m->out->n; i++) {
        struct dbc_remap_row *row = &m->out->v[i];
        const struct dbc_nic *nic = dbc_nics_find(m->nics, row->device);
        if (is_open(row) && nic != NULL && !m->taken[nic - m->nics->v] && has_mac(row, nic->mac)) {
            decide(m, row, nic, DBC_REMAP_MAC);
        }
    }
}

/* A MAC that several NICs or PIFs have decides nothing. */
static void match_mac(struct mapping *m, struct dbc_remap_row *row, struct dbc_buf *text)
{
    const struct dbc_nic *found = NULL;
    size_t nics = 0, pifs = 0;

    for (size_t i = 0; i < m->nics->n; i++) {
        if (is_free(m, i) && has_mac(row, m->nics->v[i].mac)) {
            dbc_buf_addf(text, "%s%s", nics == 0 ? "" : " and ", m->nics->v[i].device);
            found = &m->nics->v[i];
            nics++;
        }
    }
    for (size_t i = 0; i < m->out->n && found != NULL; i++) {
        const struct dbc_remap_row *other = &m->out->v[i];
        pifs += other->why == DBC_REMAP_UNCLEAR && has_mac(other, found->mac);
    }
    if (nics == 1 && pifs == 1) {
        decide(m, row, found, DBC_REMAP_MAC);
    } else if (nics > 0) {
        dbc_buf_addf(text, " of the host and %zu PIF%s of the cache have MAC %s", pifs,
                     pifs == 1 ? "" : "s", found->mac);
        doubt(m, row, text);
    }
    dbc_buf_clear(text);
}

static void match_name(struct mapping *m, struct dbc_remap_row *row)
{
    const struct dbc_nic *nic = dbc_nics_find(m->nics, row->device);

    if (nic != NULL && !m->taken[nic - m->nics->v]) {
        decide(m, row, nic, DBC_REMAP_NAME);
    }
}

/* ---- The order of the bus ------------------------------------------------------------------ */

static int compare_order(const void *a, const void *b)
{
    const struct dbc_nic *x = *(const struct dbc_nic *const *)a;
    const struct dbc_nic *y = *(const struct dbc_nic *const *)b;

    return (x->pci_order > y->pci_order) - (x->pci_order < y->pci_order);
}

/* Puts the NICs of no PIF into `v`, in the order of the bus, and returns their number. */
static size_t free_nics(const struct mapping *m, const struct dbc_nic **v)
{
    size_t n = 0;

    for (size_t i = 0; i < m->nics->n; i++) {
        if (is_free(m, i)) {
            v[n++] = &m->nics->v[i];
        }
    }
    if (n > 0) {
        qsort(v, n, sizeof *v, compare_order);
    }
    return n;
}

static size_t count_open(const struct mapping *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->out->n; i++) {
        n += is_open(&m->out->v[i]);
    }
    return n;
}

/* Appends why the order of these NICs cannot decide; nothing when it can. */
static void why_not(const struct dbc_nic *const *v, size_t n, size_t n_open, struct dbc_buf *text)
{
    if (n_open != n) {
        dbc_buf_addf(text, "%zu PIF%s and %zu NIC%s of the host are left", n_open,
                     n_open == 1 ? "" : "s", n, n == 1 ? "" : "s");
        return;
    }
    for (size_t i = 0; i + 1 < n && text->len == 0; i++) {
        if (v[i]->pci_order == 0) {
            dbc_buf_addf(text, "%s has no place on the PCI bus", v[i]->device);
        } else if (v[i]->pci_order == v[i + 1]->pci_order) {
            dbc_buf_addf(text, "%s and %s have one place on the PCI bus", v[i]->device,
                         v[i + 1]->device);
        }
    }
}

static void match_order(struct mapping *m, const struct dbc_nic **v, struct dbc_buf *text)
{
    size_t n = free_nics(m, v), n_open = count_open(m), at = 0;
    struct dbc_buf reason = DBC_BUF_INIT;

    why_not(v, n, n_open, &reason);
    m->failed = m->failed || reason.failed;
    for (size_t i = 0; i < m->out->n && !m->failed; i++) {
        struct dbc_remap_row *row = &m->out->v[i];
        if (!is_open(row)) {
            continue;
        }
        if (n == 0) {
            row->why = DBC_REMAP_GONE;
        } else if (reason.len > 0) {
            dbc_buf_adds(text, dbc_buf_str(&reason));
            doubt(m, row, text);
        } else {
            decide(m, row, v[at++], DBC_REMAP_ORDER);
        }
    }
    dbc_buf_release(&reason);
}

/* ---- Names --------------------------------------------------------------------------------- */

/* Returns the PIF whose NIC has this name, or NULL. */
static const struct dbc_remap_row *new_owner(const struct dbc_remap *remap, const char *name)
{
    for (size_t i = 0; i < remap->n; i++) {
        if (remap->v[i].nic != NULL && strcmp(remap->v[i].nic->device, name) == 0) {
            return &remap->v[i];
        }
    }
    return NULL;
}

/* A PIF without a NIC keeps its name unless another PIF takes it.  Then it gets that PIF's old
 * name, or, when a third PIF takes that, the third one's, and so on.  The walk ends since all names
 * differ. */
static void name_all(struct dbc_remap *remap)
{
    for (size_t i = 0; i < remap->n; i++) {
        struct dbc_remap_row *row = &remap->v[i];
        const struct dbc_remap_row *owner = NULL;
        if (row->nic != NULL) {
            row->now = row->nic->device;
            continue;
        }
        owner = row->why == DBC_REMAP_GONE ? new_owner(remap, row->now) : NULL;
        for (size_t steps = 0; owner != NULL && steps < remap->n; steps++) {
            row->now = owner->device;
            owner = new_owner(remap, row->now);
        }
    }
}

static int list_left(struct mapping *m)
{
    struct dbc_remap *out = m->out;

    out->left = dbc_arena_alloc(&out->arena, m->nics->n * sizeof *out->left);
    if (out->left == NULL) {
        return dbc_fail_nomem(m->err);
    }
    for (size_t i = 0; i < m->nics->n; i++) {
        if (is_free(m, i)) {
            out->left[out->n_left++] = &m->nics->v[i];
        }
    }
    for (size_t i = 0; i < out->n; i++) {
        out->n_unclear += out->v[i].why == DBC_REMAP_UNCLEAR;
    }
    return 0;
}

/* ---- The whole ----------------------------------------------------------------------------- */

static int decide_all(struct mapping *m, const struct dbc_nic **v)
{
    struct dbc_buf text = DBC_BUF_INIT;

    match_both(m);
    for (size_t i = 0; i < m->out->n && !m->failed; i++) {
        if (is_open(&m->out->v[i])) {
            match_mac(m, &m->out->v[i], &text);
        }
    }
    for (size_t i = 0; i < m->out->n; i++) {
        if (is_open(&m->out->v[i])) {
            match_name(m, &m->out->v[i]);
        }
    }
    match_order(m, v, &text);
    dbc_buf_release(&text);
    name_all(m->out);
    return m->failed ? dbc_fail_nomem(m->err) : list_left(m);
}

static int map_all(struct mapping *m, const struct dbc_db *db, const struct dbc_remap_told *told,
                   size_t n_told)
{
    const struct dbc_nic **v = calloc(m->nics->n + 1, sizeof *v);
    int rc = v == NULL || m->taken == NULL ? dbc_fail_nomem(m->err) : collect_pifs(m, db);

    rc = rc == 0 ? check_devices(m, db) : rc;
    for (size_t i = 0; i < n_told && rc == 0; i++) {
        rc = take_told(m, &told[i]);
    }
    rc = rc == 0 ? decide_all(m, v) : rc;
    free(v);
    return rc;
}

int dbc_remap(const struct dbc_db *db, const struct dbc_nics *nics,
              const struct dbc_remap_told *told, size_t n_told, struct dbc_remap *ret,
              struct dbc_error *err)
{
    struct mapping m = { .out = ret, .nics = nics, .err = err };
    int rc = 0;

    *ret = DBC_REMAP_INIT;
    m.taken = calloc(nics->n + 1, sizeof *m.taken);
    rc = map_all(&m, db, told, n_told);
    free(m.taken);
    if (rc != 0) {
        dbc_remap_release(ret);
    }
    return rc;
}

void dbc_remap_release(struct dbc_remap *remap)
{
    free(remap->v);
    free(remap->changes);
    dbc_arena_release(&remap->arena);
    *remap = DBC_REMAP_INIT;
}
