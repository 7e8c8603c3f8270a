/* find.c - finds records of a database by class and place, reference, uuid or bridge (database.h
 * and dbcache.h). */
#include "model/database.h"

#include <string.h>

#include "base/error.h"
#include "base/valid.h"

int dbc_db_index(struct dbc_db *db, struct dbc_error *err)
{
    const struct dbc_records *networks = &db->of[DBC_NETWORK];
    struct dbc_hash by_bridge = DBC_HASH_INIT;

    for (size_t i = 0; i < networks->n; i++) {
        const char *bridge = ((struct dbc_network *)networks->v[i])->bridge;

        if (bridge[0] != '\0' && dbc_hash_put(&by_bridge, bridge, networks->v[i], false) != 0) {
            dbc_hash_release(&by_bridge);
            return dbc_fail_nomem(err);
        }
    }
    dbc_hash_release(&db->by_bridge);
    db->by_bridge = by_bridge;
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        dbc_hash_release(&db->by_uuid[i]);
    }
    return 0;
}

size_t dbc_db_count(const struct dbc_db *db, enum dbc_class class_)
{
    return db->of[class_].n;
}

const struct dbc_record *dbc_db_at(const struct dbc_db *db, enum dbc_class class_, size_t i)
{
    return i < db->of[class_].n ? db->of[class_].v[i] : NULL;
}

static const struct dbc_record *by_ref(const struct dbc_db *db, enum dbc_class class_,
                                       const char *ref)
{
    return dbc_hash_get(&db->by_ref[class_], ref);
}

const struct dbc_record *dbc_db_find_ref(const struct dbc_db *db, const char *ref)
{
    const struct dbc_record *rec = NULL;

    for (int i = 0; i < DBC_N_CLASSES && rec == NULL; i++) {
        rec = by_ref(db, (enum dbc_class)i, ref);
    }
    return rec;
}

/* The boot path needs no uuids, so the first search for one makes this index.  False: no memory;
 * then the list must be searched. */
static bool index_uuids(const struct dbc_db *db, enum dbc_class class_,
                        const struct dbc_field *field)
{
    const struct dbc_records *list = &db->of[class_];
    struct dbc_hash *index = &db->by_uuid[class_];

    if (index->n > 0) {
        return true;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (dbc_hash_put(index, dbc_field_text(list->v[i], field), list->v[i], false) != 0) {
            dbc_hash_release(index);
            return false;
        }
    }
    return true;
}

const struct dbc_record *dbc_db_find_uuid(const struct dbc_db *db, enum dbc_class class_,
                                          const char *uuid)
{
    const struct dbc_field *field = dbc_schema_field(class_, "uuid");
    const struct dbc_records *list = &db->of[class_];

    if (field == NULL) {
        return NULL;
    }
    if (index_uuids(db, class_, field)) {
        return dbc_hash_get(&db->by_uuid[class_], uuid);
    }
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(dbc_field_text(list->v[i], field), uuid) == 0) {
            return list->v[i];
        }
    }
    return NULL;
}

const struct dbc_record *dbc_db_find_bridge(const struct dbc_db *db, const char *bridge)
{
    return dbc_hash_get(&db->by_bridge, bridge);
}

/* The struct of each class starts with its struct dbc_record, so C allows these casts. */
const struct dbc_pif *dbc_db_pif(const struct dbc_db *db, const char *ref)
{
    return (const struct dbc_pif *)by_ref(db, DBC_PIF, ref);
}

const struct dbc_bond *dbc_db_bond(const struct dbc_db *db, const char *ref)
{
    return (const struct dbc_bond *)by_ref(db, DBC_BOND, ref);
}

const struct dbc_vlan *dbc_db_vlan(const struct dbc_db *db, const char *ref)
{
    return (const struct dbc_vlan *)by_ref(db, DBC_VLAN, ref);
}

const struct dbc_tunnel *dbc_db_tunnel(const struct dbc_db *db, const char *ref)
{
    return (const struct dbc_tunnel *)by_ref(db, DBC_TUNNEL, ref);
}

const struct dbc_network *dbc_db_network(const struct dbc_db *db, const char *ref)
{
    return (const struct dbc_network *)by_ref(db, DBC_NETWORK, ref);
}

const struct dbc_pif *dbc_db_pif_at(const struct dbc_db *db, size_t i)
{
    return (const struct dbc_pif *)dbc_db_at(db, DBC_PIF, i);
}

const struct dbc_network *dbc_db_network_at(const struct dbc_db *db, size_t i)
{
    return (const struct dbc_network *)dbc_db_at(db, DBC_NETWORK, i);
}

const struct dbc_pool *dbc_db_pool(const struct dbc_db *db)
{
    return (const struct dbc_pool *)dbc_db_at(db, DBC_POOL, 0);
}

const struct dbc_network *dbc_db_network_by_bridge(const struct dbc_db *db, const char *bridge)
{
    return (const struct dbc_network *)dbc_db_find_bridge(db, bridge);
}
