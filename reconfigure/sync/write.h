/* write.h - looks at the rows that changed and writes what they lack into the database. */
#ifndef IFR_SYNC_WRITE_H
#define IFR_SYNC_WRITE_H

#include "reconfigure/host/ovsdb.h"
#include "reconfigure/sync/ask.h"

struct ifr_sync_writer {
    struct ifr_sync_rows *rows; /* borrowed, as `ask` and `log` */
    struct ifr_sync_ask *ask;
    const struct dbc_log *log;
    unsigned deadline_ms;  /* of one transaction */
    bool one_by_one;       /* the database refused several at once */
    int64_t not_before;    /* dbc_now_ms: nothing is written earlier */
    uint64_t transactions; /* done so far */
};

/* Looks at up to IFR_SYNC_ROWS rows and writes what they lack in one transaction.  Returns 0, also
 * when the rows have changed meanwhile or the database refuses them; or -1 when the connection
 * cannot be used any more, or with DBC_ENOMEM.  Rows that were not written are tried again; one
 * that is refused by itself only when it has changed. */
int ifr_sync_write(struct ifr_sync_writer *writer, struct ifr_ovsdb *db, struct dbc_error *err);
/* Returns whether rows have to be looked at. */
bool ifr_sync_has_changed(const struct ifr_sync_writer *writer);

#endif
