/* wanted.h - what a row must have, given the other rows and what XAPI said: the one place that
 * knows what the keys mean.  Decides only; transaction.h writes. */
#ifndef IFR_SYNC_WANTED_H
#define IFR_SYNC_WANTED_H

#include "reconfigure/sync/rows.h"

#define IFR_SYNC_EDITS_MAX 8 /* of one row: a tap has seven */

/* A key of a map column. */
struct ifr_sync_edit {
    bool other; /* of other_config, not of external_ids */
    const char *key;
    const char *value; /* NULL: the key goes */
};

/* What of a row is not as it must be.  Texts are borrowed from the rows and answers. */
struct ifr_sync_change {
    struct ifr_sync_edit edit[IFR_SYNC_EDITS_MAX];
    size_t n;
    const char *fail_mode;             /* NULL: it stays */
    const struct ifr_sync_row *source; /* another row that was read for this; NULL: none */
    const char *bad_in_band;           /* a setting of XAPI's that is none; NULL */
    bool waits;                        /* what XAPI says is missing */
    bool settles;                      /* the bridge is set up by this */
};

/* `away`: XAPI was asked and did not answer, so a key that is missing gets what it would have
 * without an answer; one that is there stays.  Holds the answers that the row needs: those not
 * known yet are to be asked.  -1: DBC_ENOMEM. */
int ifr_sync_want(struct ifr_sync_rows *rows, struct ifr_sync_row *row, bool away,
                  struct ifr_sync_change *change, struct dbc_error *err);

#endif
