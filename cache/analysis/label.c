/* label.c - what people call a record; below check, diff and graph. */
#include "analysis/label.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/valid.h"
#include "model/topology.h"

/* Returns the netdev name of the PIF of a bond, VLAN or tunnel, or "". */
static const char *stands_for(const struct dbc_db *db, const char *ref,
                              char name[DBC_NETDEV_NAME_SIZE])
{
    const struct dbc_pif *pif = dbc_db_pif(db, ref);

    return pif == NULL ? "" : dbc_pif_netdev(pif, name);
}

const char *dbc_place_name(const struct dbc_db *db, const struct dbc_record *rec,
                           char name[DBC_NETDEV_NAME_SIZE])
{
    switch (rec->class_) {
    case DBC_PIF:
        return dbc_pif_netdev((const void *)rec, name);
    case DBC_BOND:
        return stands_for(db, ((const struct dbc_bond *)(const void *)rec)->master, name);
    case DBC_VLAN:
        return stands_for(db, ((const struct dbc_vlan *)(const void *)rec)->untagged_PIF, name);
    case DBC_TUNNEL:
        return stands_for(db, ((const struct dbc_tunnel *)(const void *)rec)->access_PIF, name);
    case DBC_NETWORK:
        return ((const struct dbc_network *)(const void *)rec)->bridge;
    case DBC_POOL:
    case DBC_N_CLASSES:
        break;
    }
    return "";
}

static const char *other_name(const struct dbc_record *rec)
{
    const char *uuid = dbc_record_uuid(rec);

    if (rec->class_ == DBC_POOL) {
        return "";
    }
    return *uuid == '\0' ? rec->ref : uuid;
}

const char *dbc_label(const struct dbc_db *db, const struct dbc_record *rec,
                      char out[DBC_LABEL_SIZE])
{
    char buffer[DBC_NETDEV_NAME_SIZE];
    const char *name = dbc_place_name(db, rec, buffer);
    size_t used = 0;

    if (*name == '\0') {
        name = other_name(rec);
    }
    used = dbc_printable(out, DBC_LABEL_SIZE, dbc_schema_class(rec->class_)->name);
    if (*name != '\0') {
        out[used++] = ' ';
        dbc_printable(out + used, DBC_LABEL_SIZE - used, name);
    }
    return out;
}

const char *dbc_label_ref(const struct dbc_db *db, enum dbc_class target, const char *ref,
                          char out[DBC_LABEL_SIZE])
{
    const struct dbc_record *rec = dbc_hash_get(&db->by_ref[target], ref);

    if (rec != NULL) {
        return dbc_label(db, rec, out);
    }
    dbc_printable(out, DBC_LABEL_SIZE, dbc_ref_is_null(ref) ? "none" : ref);
    return out;
}
