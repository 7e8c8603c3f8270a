/* drop.c - a record that goes (database.h). */
#include "model/database.h"

#include <string.h>

#include "base/error.h"

/* The index by reference without `rec`. */
static int index_others(const struct dbc_records *list, const struct dbc_record *rec,
                        struct dbc_hash *ret)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i] != rec && dbc_hash_put(ret, list->v[i]->ref, list->v[i], false) != 0) {
            return -1;
        }
    }
    return 0;
}

static void take_out(struct dbc_records *list, const struct dbc_record *rec)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i] != rec) {
            list->v[n++] = list->v[i];
        }
    }
    list->n = n;
}

int dbc_db_drop(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err)
{
    struct dbc_records *list = &db->of[rec->class_];
    struct dbc_hash others = DBC_HASH_INIT;

    if (index_others(list, rec, &others) != 0) {
        dbc_hash_release(&others);
        return dbc_fail_nomem(err);
    }
    dbc_hash_release(&db->by_ref[rec->class_]);
    db->by_ref[rec->class_] = others;
    take_out(list, rec);
    return dbc_db_index(db, err);
}
