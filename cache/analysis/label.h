/* label.h - what people call a record: by its device or bridge, not by its reference.  For check,
 * diff and graph. */
#ifndef DBC_ANALYSIS_LABEL_H
#define DBC_ANALYSIS_LABEL_H

#include "model/topology.h"

#define DBC_LABEL_SIZE 96

/* Returns the name of the device that a PIF is or that a bond, VLAN or tunnel stands on, or of a
 * network's bridge; "" for a pool.  It may be in `name`. */
const char *dbc_place_name(const struct dbc_db *db, const struct dbc_record *rec,
                           char name[DBC_NETDEV_NAME_SIZE]);
/* Returns `out` with "pif eth0.12", "network xenbr0", "bond bond0", "vlan eth0.12", "tunnel
 * tunnel0" or "pool", escaped for a terminal and cut.  A bond, VLAN or tunnel has the name of its
 * PIF; a record without a name its uuid, else its reference. */
const char *dbc_label(const struct dbc_db *db, const struct dbc_record *rec,
                      char out[DBC_LABEL_SIZE]);
/* Returns `out` with the label of the record that a reference of this class leads to; "none" for a
 * null one; else the reference itself. */
const char *dbc_label_ref(const struct dbc_db *db, enum dbc_class target, const char *ref,
                          char out[DBC_LABEL_SIZE]);

#endif
