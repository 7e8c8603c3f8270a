/* transaction.h - changes of rows as one transaction of Open vSwitch's database, which asserts all
 * that they were decided from: if somebody changed it meanwhile nothing is written. */
#ifndef IFR_SYNC_TRANSACTION_H
#define IFR_SYNC_TRANSACTION_H

#include "reconfigure/sync/wanted.h"

#define IFR_SYNC_COMMENT "ovs-xapi-sync: Updating records from XAPI"

struct ifr_sync_transaction {
    json_t *waits, *edits;
    bool failed; /* no memory */
};

void ifr_sync_transaction_begin(struct ifr_sync_transaction *transaction);
/* A change without edits adds nothing. */
void ifr_sync_transaction_add(struct ifr_sync_transaction *transaction,
                              const struct ifr_sync_row *row, const struct ifr_sync_change *change);
/* The operations, for ifr_ovsdb_transact; the caller decrefs them.  NULL: no memory. */
json_t *ifr_sync_transaction_end(struct ifr_sync_transaction *transaction);

bool ifr_sync_change_is_none(const struct ifr_sync_change *change);

#endif
