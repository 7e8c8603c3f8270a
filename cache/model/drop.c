/* drop.c - takes a record out of a database (database.h). */
#include "model/database.h"

#include <string.h>

#include "base/error.h"

/* Indexes the records but `rec` by reference. */
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

static void take_out(struct dbc_records *list, size_t at)
{
    list->n--;
    memmove(&list->v[at], &list->v[at + 1], (list->n - at) * sizeof list->v[0]);
}

static void put_back(struct dbc_records *list, size_t at, struct dbc_record *rec)
{
    memmove(&list->v[at + 1], &list->v[at], (list->n - at) * sizeof list->v[0]);
    list->v[at] = rec;
    list->n++;
}

int dbc_db_drop(struct dbc_db *db, const struct dbc_record *rec, struct dbc_error *err)
{
    struct dbc_records *list = &db->of[rec->class_];
    struct dbc_hash others = DBC_HASH_INIT;
    struct dbc_record *mine = dbc_db_edit(db, rec);
    size_t at = 0;

    if (index_others(list, rec, &others) != 0) {
        dbc_hash_release(&others);
        return dbc_fail_nomem(err);
    }
    while (list->v[at] != rec) {
        at++;
    }
    take_out(list, at);
    if (dbc_db_index(db, err) != 0) {
        put_back(list, at, mine);
        dbc_hash_release(&others);
        return -1;
    }
    dbc_hash_release(&db->by_ref[rec->class_]);
    db->by_ref[rec->class_] = others;
    return 0;
}
