/* label.h - what people call a record: by its device or bridge, not by its reference.  For check,
 * diff and graph. */
#ifndef DBC_ANALYSIS_LABEL_H
#define DBC_ANALYSIS_LABEL_H

#include "model/database.h"

#define DBC_LABEL_SIZE 96

/* "pif eth0.12", "network xenbr0", "bond bond0", "vlan eth0.12", "tunnel tunnel0", "pool": a bond,
 * VLAN or tunnel is named after the PIF that stands for it.  Where that is missing the uuid, else
 * the reference.  Escaped for a terminal and cut; in `out`, which is returned. */
const char *dbc_label(const struct dbc_db *db, const struct dbc_record *rec,
                      char out[DBC_LABEL_SIZE]);
/* What a reference of this class leads to: its label, "none" for a null one, else the reference
 * itself. */
const char *dbc_label_ref(const struct dbc_db *db, enum dbc_class target, const char *ref,
                          char out[DBC_LABEL_SIZE]);

#endif
