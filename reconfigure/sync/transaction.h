/* transaction.h - changes of rows as one transaction of Open vSwitch's database.  It asserts the
 * rows that the changes depend on: if somebody has changed them, nothing is written. */
#ifndef IFR_SYNC_TRANSACTION_H
#define IFR_SYNC_TRANSACTION_H

#include "reconfigure/sync/wanted.h"

#define IFR_SYNC_COMMENT "ovs-xapi-sync: Updating records from XAPI"

struct ifr_sync_transaction {
    json_t *waits, *edits;
    bool failed; /* no memory */
};

/* Each begin needs one end, also after a failure. */
void ifr_sync_transaction_begin(struct ifr_sync_transaction *transaction);
/* Adds a change, and the assertions for it; without edits nothing. */
void ifr_sync_transaction_add(struct ifr_sync_transaction *transaction,
                              const struct ifr_sync_row *row, const struct ifr_sync_change *change);
/* Returns the operations for ifr_ovsdb_transact, which the caller decrefs; NULL: no memory. */
json_t *ifr_sync_transaction_end(struct ifr_sync_transaction *transaction);

/* Returns whether the change has no edits. */
bool ifr_sync_change_is_none(const struct ifr_sync_change *change);

#endif
