/* write.h - looking at the rows that changed and writing what they lack. */
#ifndef IFR_SYNC_WRITE_H
#define IFR_SYNC_WRITE_H

#include "reconfigure/host/ovsdb.h"
#include "reconfigure/sync/ask.h"

struct ifr_sync_writer {
    struct ifr_sync_rows *rows; /* borrowed, as the others */
    struct ifr_sync_ask *ask;
    const struct dbc_log *log;
    unsigned deadline_ms;  /* of one transaction */
    bool one_by_one;       /* the database refused several at once */
    int64_t not_before;    /* dbc_now_ms */
    uint64_t transactions; /* done */
};

/* Looks at up to IFR_SYNC_ROWS rows and writes what they lack in one transaction.  0: done, or to
 * be done again later; -1: the connection is of no use any more, or no memory; no row is lost. */
int ifr_sync_write(struct ifr_sync_writer *writer, struct ifr_ovsdb *db, struct dbc_error *err);
bool ifr_sync_has_changed(const struct ifr_sync_writer *writer);

#endif
