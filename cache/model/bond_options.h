/* bond_options.h - how a bond shares its load.  XAPI has this in fields of the bond since 6.0, a
 * cache in other_config of the bond's master. */
#ifndef DBC_MODEL_BOND_OPTIONS_H
#define DBC_MODEL_BOND_OPTIONS_H

#include "model/database.h"

#define DBC_BOND_MODE_USUAL "balance-slb"          /* of a master without a bond-mode */
#define DBC_BOND_HASHING_USUAL "src_mac"           /* likewise */
#define DBC_BOND_HASHING_FIELD "hashing_algorithm" /* of Bond.properties */

/* Copies Bond.mode and the hashing_algorithm of Bond.properties to the keys `bond-mode` and
 * `bond-hashing-algorithm` of the bond's master.  A key that the PIF has already stays: it wins for
 * XAPI, too.  The usual values, an algorithm for a mode other than "lacp", and a value that is not
 * valid (dbc_valid_option) are not copied, so that the cache of a host without such bonds stays as
 * it was.  A master that is not in the database is no error.  Returns 0, or -1: DBC_ENOMEM,
 * DBC_ELIMIT. */
int dbc_bond_take_options(struct dbc_db *db, const struct dbc_bond *bond, struct dbc_error *err);

#endif
