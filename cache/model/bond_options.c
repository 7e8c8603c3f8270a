/* bond_options.c - copies fields of XAPI's bonds to keys of their masters (bond_options.h). */
#include "model/bond_options.h"

#include <string.h>

#include "base/valid.h"
#include "model/schema.h"

/* Sets the key, unless the value is usual or not valid, or the PIF has the key. */
static int take(struct dbc_db *db, const struct dbc_pif *pif, const char *key, const char *value,
                const char *usual, struct dbc_error *err)
{
    return !dbc_valid_option(value) || strcmp(value, usual) == 0 ||
                   dbc_map_get(&pif->other_config, key) != NULL
               ? 0
               : dbc_record_set_key(db, dbc_db_edit(db, &pif->rec),
                                    dbc_schema_field(DBC_PIF, "other_config"), key, value, err);
}

int dbc_bond_take_options(struct dbc_db *db, const struct dbc_bond *bond, struct dbc_error *err)
{
    const struct dbc_pif *pif = dbc_db_pif(db, bond->master);
    const char *now = NULL;

    if (pif == NULL) {
        return 0;
    }
    if (take(db, pif, "bond-mode", bond->mode, DBC_BOND_MODE_USUAL, err) != 0) {
        return -1;
    }
    now = dbc_map_get(&pif->other_config, "bond-mode");
    return now == NULL || strcmp(now, "lacp") != 0
               ? 0
               : take(db, pif, "bond-hashing-algorithm",
                      dbc_map_get(&bond->properties, DBC_BOND_HASHING_FIELD),
                      DBC_BOND_HASHING_USUAL, err);
}
