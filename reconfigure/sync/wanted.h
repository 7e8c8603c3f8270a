/* wanted.h - what a row must have, given the other rows and XAPI's answers.  Only this module knows
 * what the keys mean.  It decides; transaction.h writes. */
#ifndef IFR_SYNC_WANTED_H
#define IFR_SYNC_WANTED_H

#include "reconfigure/sync/rows.h"

#define IFR_SYNC_EDITS_MAX 8 /* of one row: a tap has seven */

/* A key of a map column. */
struct ifr_sync_edit {
    bool other; /* of other_config, not of external_ids */
    const char *key;
    const char *value; /* NULL: the key is removed */
};

/* What has to change in a row.  Texts are borrowed from the rows and answers. */
struct ifr_sync_change {
    struct ifr_sync_edit edit[IFR_SYNC_EDITS_MAX];
    size_t n;
    const char *fail_mode;             /* NULL: it stays */
    const struct ifr_sync_row *source; /* another row that this depends on; NULL: none */
    const char *bad_in_band;           /* XAPI's invalid disable-in-band; NULL: none */
    bool waits;                        /* an answer of XAPI's is missing */
    bool settles;                      /* the change sets the bridge up */
};

/* Works out the change of a row, and makes the row hold the answers that it needs; unknown ones are
 * then asked for.  With `away`, XAPI does not answer: a key that waits for an answer gets its
 * default if it is missing, and else stays.  Returns 0, or -1: DBC_ENOMEM. */
int ifr_sync_want(struct ifr_sync_rows *rows, struct ifr_sync_row *row, bool away,
                  struct ifr_sync_change *change, struct dbc_error *err);

#endif
