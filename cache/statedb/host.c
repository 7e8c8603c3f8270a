/* host.c - makes records of the rows of one host: their fields, and the lists that follow from the
 * other side.  The result is what a save from XAPI would have (cache/xapi). */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "model/bond_options.h"
#include "model/ipv6.h"
#include "statedb/statedb_priv.h"

struct link {
    struct dbc_record *to;
    size_t number; /* of its row */
    const char *ref;
};

struct links {
    struct link *v;
    size_t n, cap;
};

struct making {
    const struct dbc_stage *stage;
    uint32_t host;
    struct dbc_db *db;
    struct links links; /* of the relation in hand */
    const char **refs;  /* of the list in hand; as long as links */
};

/* ---- Records ------------------------------------------------------------------------------ */

static int set_map(struct making *m, struct dbc_record *rec, const struct dbc_field *field,
                   const char *text, struct dbc_error *err)
{
    const char *at = text, *value = NULL;
    struct dbc_pair *pairs = NULL;
    size_t n = 0;
    int status = 0;

    while (dbc_stage_pair(&at, &value) != NULL) {
        n++;
    }
    pairs = n == 0 ? NULL : calloc(n, sizeof *pairs);
    if (n > 0 && pairs == NULL) {
        return dbc_fail_nomem(err);
    }
    at = text;
    for (size_t i = 0; i < n; i++) {
        pairs[i].key = dbc_stage_pair(&at, &pairs[i].value);
    }
    status = dbc_record_set_map(m->db, rec, field, pairs, n, err);
    free(pairs);
    return status;
}

static int set_field(struct making *m, struct dbc_record *rec, const struct dbc_stage_row *row,
                     const struct dbc_field *field, struct dbc_error *err)
{
    uint32_t place = dbc_stage_cell(m->stage, row, (unsigned)dbc_schema_field_index(field));
    char unpacked[DBC_STAGE_UNIQUE_SIZE];
    const char *text = field->missing;

    if (field->kind == DBC_KIND_MAP) {
        return set_map(m, rec, field, dbc_stage_text(m->stage, place), err);
    }
    if (place != 0) {
        text = dbc_statedb_is_unique(field) ? dbc_stage_unique(m->stage, place, unpacked)
                                            : dbc_stage_text(m->stage, place);
    }
    return dbc_record_set(m->db, rec, field, text, NULL, err);
}

static int add_record(struct making *m, const struct dbc_stage_row *row, struct dbc_error *err)
{
    const struct dbc_class_info *info = dbc_schema_class((enum dbc_class)row->table);
    struct dbc_record *rec =
        dbc_db_make(m->db, (enum dbc_class)row->table, dbc_stage_text(m->stage, row->ref), err);

    if (rec == NULL) {
        return -1;
    }
    for (size_t i = 0; i < info->n_known && i < DBC_COLUMN_FIELDS; i++) {
        if ((row->seen >> i & 1) != 0 && set_field(m, rec, row, &info->fields[i], err) != 0) {
            return -1;
        }
    }
    if (rec->class_ == DBC_PIF && dbc_pif_settle_ipv6(m->db, (struct dbc_pif *)rec, err) != 0) {
        return -1;
    }
    return dbc_db_put(m->db, rec, NULL, err) == NULL ? -1 : 0;
}

static int add_records(struct making *m, unsigned table, struct dbc_error *err)
{
    const struct dbc_stage_row *row = dbc_stage_first(m->stage, table);

    for (; row != NULL; row = dbc_stage_next(m->stage, row)) {
        if (dbc_stage_is_of(m->stage, row, m->host) && add_record(m, row, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- Lists -------------------------------------------------------------------------------- */

/* The record to which the row is linked, if it is of this host, or NULL. */
static struct dbc_record *target(const struct making *m, const struct dbc_stage_row *row,
                                 unsigned column, enum dbc_class class_)
{
    const struct dbc_stage_row *to =
        dbc_stage_row(m->stage, class_, dbc_stage_cell(m->stage, row, column));

    return to == NULL || !dbc_stage_is_of(m->stage, to, m->host)
               ? NULL
               : dbc_hash_get(&m->db->by_ref[class_], dbc_stage_text(m->stage, to->ref));
}

static int add_link(struct making *m, struct link link, struct dbc_error *err)
{
    struct links *links = &m->links;

    if (!DBC_GROW(links->v, links->n, links->cap)) {
        return dbc_fail_nomem(err);
    }
    links->v[links->n++] = link;
    return 0;
}

/* Collects the links of one relation.  A network's PIFs are only those of this host. */
static int collect(struct making *m, const struct dbc_relation *relation,
                   const struct dbc_field *list, struct dbc_error *err)
{
    const struct dbc_stage_row *row = dbc_stage_first(m->stage, relation->class_);
    unsigned column =
        (unsigned)dbc_schema_field_index(dbc_schema_field(relation->class_, relation->field));
    size_t number = 0;

    m->links.n = 0;
    for (; row != NULL; row = dbc_stage_next(m->stage, row)) {
        struct dbc_record *to = target(m, row, column, relation->owner);
        bool ours = to != NULL && ((list->flags & DBC_FIELD_HOST) == 0 ||
                                   dbc_stage_is_of(m->stage, row, m->host));
        struct link link = { to, number++, dbc_stage_text(m->stage, row->ref) };

        if (ours && add_link(m, link, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Orders links by record, and then the last row first, since XAPI puts each in front of the others
 * when it reads its file. */
static int compare(const void *a, const void *b)
{
    const struct link *x = a, *y = b;

    if (x->to != y->to) {
        return (uintptr_t)x->to < (uintptr_t)y->to ? -1 : 1;
    }
    return x->number > y->number ? -1 : 1;
}

/* Sets the list of one record, whose links start at the i-th.  Returns the next record's first
 * link, or SIZE_MAX for an error. */
static size_t set_list(struct making *m, const struct dbc_field *list, size_t i,
                       struct dbc_error *err)
{
    const struct link *v = m->links.v;
    size_t n = 0;

    while (i + n < m->links.n && v[i + n].to == v[i].to) {
        m->refs[n] = v[i + n].ref;
        n++;
    }
    return dbc_record_set_list(m->db, v[i].to, list, m->refs, n, err) == 0 ? i + n : SIZE_MAX;
}

static int set_lists(struct making *m, const struct dbc_field *list, struct dbc_error *err)
{
    const struct dbc_records *all = &m->db->of[list->class_];
    size_t i = 0;

    for (size_t k = 0; k < all->n; k++) {
        if (dbc_record_set_list(m->db, all->v[k], list, NULL, 0, err) != 0) {
            return -1;
        }
    }
    if (m->links.n == 0) {
        return 0;
    }
    free(m->refs);
    m->refs = calloc(m->links.n, sizeof *m->refs);
    if (m->refs == NULL) {
        return dbc_fail_nomem(err);
    }
    qsort(m->links.v, m->links.n, sizeof *m->links.v, compare);
    while (i < m->links.n) {
        i = set_list(m, list, i, err);
    }
    return i == SIZE_MAX ? -1 : 0;
}

static int add_lists(struct making *m, struct dbc_error *err)
{
    for (size_t i = 0; i < DBC_N_RELATIONS; i++) {
        const struct dbc_relation *relation = &dbc_relations[i];
        const struct dbc_field *list = dbc_schema_field(relation->owner, relation->list);

        /* A release without the table has no such field either. */
        if (m->stage->tables[relation->class_].known &&
            (collect(m, relation, list, err) != 0 || set_lists(m, list, err) != 0)) {
            return -1;
        }
    }
    return 0;
}

/* ---- Bonds -------------------------------------------------------------------------------- */

static int add_bond_options(struct making *m, struct dbc_error *err)
{
    const struct dbc_records *bonds = &m->db->of[DBC_BOND];
    int status = 0;

    for (size_t i = 0; i < bonds->n && status == 0; i++) {
        status = dbc_bond_take_options(m->db, (const struct dbc_bond *)bonds->v[i], err);
    }
    return status;
}

struct dbc_db *dbc_statedb_host_db(const struct dbc_statedb *statedb, size_t host,
                                   dbc_loss_fn *loss, void *ctx, struct dbc_error *err)
{
    struct making m = { .stage = &statedb->stage, .db = dbc_db_new(err) };
    int status = m.db == NULL ? -1 : dbc_db_set_source(m.db, statedb->name, err);

    m.host = dbc_stage_find(m.stage, statedb->hosts[host].ref);
    for (unsigned table = 0; status == 0 && table < DBC_N_CLASSES; table++) {
        status = add_records(&m, table, err);
    }
    if (status == 0 && (add_lists(&m, err) != 0 || add_bond_options(&m, err) != 0 ||
                        dbc_db_index(m.db, err) != 0)) {
        status = -1;
    }
    free(m.links.v);
    free(m.refs);
    if (status != 0) {
        dbc_db_free(m.db);
        return NULL;
    }
    if (loss != NULL) {
        dbc_statedb_losses(m.stage, m.host, m.db, loss, ctx);
    }
    return m.db;
}
