/* bond_options.h - how a bond shares its load, as XAPI says it from 6.0 on: in fields of the bond.
 * A cache says it in other_config of the PIF that stands for the bond, so that is where it goes. */
#ifndef DBC_MODEL_BOND_OPTIONS_H
#define DBC_MODEL_BOND_OPTIONS_H

#include "model/database.h"

#define DBC_BOND_MODE_USUAL "balance-slb"          /* a PIF that says nothing means this, */
#define DBC_BOND_HASHING_USUAL "src_mac"           /* and this */
#define DBC_BOND_HASHING_FIELD "hashing_algorithm" /* of Bond.properties */

/* Bond.mode and the hashing_algorithm of Bond.properties become `bond-mode` and
 * `bond-hashing-algorithm` of the PIF that is the bond's master, unless the PIF has that key
 * already, which goes before the bond's own for XAPI as well.  What is usual adds
 * nothing, nor does an algorithm for a mode that has no choice of one (all but "lacp"), nor a value
 * that is none (dbc_valid_option); so the cache of a host without such bonds stays as it was.  A
 * master that the database does not have is no error.  DBC_ENOMEM, DBC_ELIMIT. */
int dbc_bond_take_options(struct dbc_db *db, const struct dbc_bond *bond, struct dbc_error *err);

#endif
