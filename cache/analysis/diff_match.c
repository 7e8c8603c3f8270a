/* diff_match.c - pairs the records of two databases in three rounds, the surest sign first; each
 * round looks at what the rounds before left over. */
#include "analysis/diff_match.h"

#include <stdio.h>
#include <string.h>

#include "analysis/label.h"
#include "base/buf.h"
#include "model/schema.h"
#include "model/topology.h"

struct round {
    const struct dbc_db *old_db, *new_db;
    struct dbc_match *match;
    bool failed;
};

static void pair(struct round *r, const struct dbc_record *old_rec,
                 const struct dbc_record *new_rec, enum dbc_matched_by by)
{
    struct dbc_pair_of_records *p = dbc_arena_alloc(&r->match->arena, sizeof *p);

    if (p == NULL ||
        dbc_hash_put(&r->match->of_old[old_rec->class_], old_rec->ref, p, false) != 0 ||
        dbc_hash_put(&r->match->of_new[new_rec->class_], new_rec->ref, p, false) != 0) {
        r->failed = true;
        return;
    }
    *p = (struct dbc_pair_of_records){ old_rec, new_rec, by };
    r->match->has_other_refs = r->match->has_other_refs || by != DBC_BY_REF;
}

static bool is_left(const struct dbc_hash *paired, const struct dbc_record *rec)
{
    return dbc_hash_get(&paired[rec->class_], rec->ref) == NULL;
}

static void by_ref(struct round *r, enum dbc_class class_)
{
    for (size_t i = 0; i < r->old_db->of[class_].n && !r->failed; i++) {
        const struct dbc_record *old_rec = r->old_db->of[class_].v[i];
        const struct dbc_record *new_rec = dbc_hash_get(&r->new_db->by_ref[class_], old_rec->ref);
        if (new_rec != NULL) {
            pair(r, old_rec, new_rec, DBC_BY_REF);
        }
    }
}

/* ---- Keys of records; "" where a record has none ------------------------------------------- */

/* A PIF's netdev name says device and tag. */
static const char *key_of(const struct dbc_db *db, const struct dbc_record *rec,
                          enum dbc_matched_by by, char out[DBC_NETDEV_NAME_SIZE])
{
    if (by == DBC_BY_UUID) {
        return dbc_record_uuid(rec);
    }
    return rec->class_ == DBC_POOL ? "pool" : dbc_place_name(db, rec, out);
}

/* Indexes the new records that have no partner yet; the first record with a key wins. */
static void index_left(struct round *r, enum dbc_class class_, enum dbc_matched_by by,
                       struct dbc_hash *index)
{
    for (size_t i = 0; i < r->new_db->of[class_].n && !r->failed; i++) {
        struct dbc_record *rec = r->new_db->of[class_].v[i];
        char buffer[DBC_NETDEV_NAME_SIZE];
        const char *key = key_of(r->new_db, rec, by, buffer);
        if (*key == '\0' || !is_left(r->match->of_new, rec)) {
            continue;
        }
        key = dbc_arena_strdup(&r->match->arena, key);
        r->failed = key == NULL || dbc_hash_put(index, key, rec, false) != 0;
    }
}

static void by_key(struct round *r, enum dbc_class class_, enum dbc_matched_by by)
{
    struct dbc_hash index = DBC_HASH_INIT;

    index_left(r, class_, by, &index);
    for (size_t i = 0; i < r->old_db->of[class_].n && !r->failed; i++) {
        const struct dbc_record *rec = r->old_db->of[class_].v[i], *found = NULL;
        char buffer[DBC_NETDEV_NAME_SIZE];
        if (!is_left(r->match->of_old, rec)) {
            continue;
        }
        found = dbc_hash_get(&index, key_of(r->old_db, rec, by, buffer));
        if (found != NULL && is_left(r->match->of_new, found)) {
            pair(r, rec, found, by);
        }
    }
    dbc_hash_release(&index);
}

int dbc_match(const struct dbc_db *old_db, const struct dbc_db *new_db, struct dbc_match *ret,
              struct dbc_error *err)
{
    struct round r = { old_db, new_db, ret, false };

    for (int class_ = 0; class_ < DBC_N_CLASSES; class_++) {
        by_ref(&r, (enum dbc_class)class_);
        by_key(&r, (enum dbc_class)class_, DBC_BY_UUID);
        by_key(&r, (enum dbc_class)class_, DBC_BY_PLACE);
    }
    if (r.failed) {
        dbc_match_release(ret);
        return dbc_fail_nomem(err);
    }
    return 0;
}

void dbc_match_release(struct dbc_match *match)
{
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        dbc_hash_release(&match->of_old[i]);
        dbc_hash_release(&match->of_new[i]);
    }
    dbc_arena_release(&match->arena);
    *match = DBC_MATCH_INIT;
}
