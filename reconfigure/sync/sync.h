/* sync.h - ovs-xapi-sync: keeps external_ids of Open vSwitch's bridges and interfaces in step with
 * XAPI, and sets each bridge's fail mode and disable-in-band once.
 *
 * One loop serves all sockets: the database reports changes, XAPI answers and reports events, and
 * ovs-appctl sends commands.  Only rows that changed are looked at.  Nothing is polled, but for the
 * file that says that XAPI has started. */
#ifndef IFR_SYNC_SYNC_H
#define IFR_SYNC_SYNC_H

#include <signal.h>
#include <stdbool.h>

#include "base/log.h"

#define IFR_SYNC_DB_DEADLINE 5000  /* ms, for a request to ovsdb-server */
#define IFR_SYNC_DB_PAUSE 500      /* ms after a connection failed; doubled, */
#define IFR_SYNC_DB_PAUSE_MAX 8000 /* up to this */
#define IFR_SYNC_COOKIE_PAUSE 1000 /* ms between two looks for `xapi_ready` */
#define IFR_SYNC_ROWS 256          /* in one transaction */

/* Strings are borrowed; all paths are absolute. */
struct ifr_sync_options {
    const char *database;              /* ovsdb-server's socket */
    const char *const *xapi;           /* XAPI's sockets, tried in order, ended by NULL */
    const char *xapi_ready;            /* XAPI is asked once this file is there; NULL: at once */
    const char *control;               /* the socket for ovs-appctl; NULL: none */
    const char *version;               /* what `version` answers */
    unsigned timeout_ms;               /* of one call to XAPI; 0: DBC_XAPI_TIMEOUT_MS */
    bool once;                         /* bring all rows in step, then end */
    const volatile sig_atomic_t *stop; /* the signal that ends the loop; 0: none came */
    const struct dbc_log *log;
    void *ctx;
    /* Each of these may be NULL: */
    void (*listens)(void *ctx);   /* called when the control socket is there */
    void (*ready)(void *ctx);     /* called when the rows of the database are known at first */
    void (*ends)(void *ctx);      /* called when the loop has ended: nothing is written any more */
    int (*reopen_log)(void *ctx); /* for `vlog/reopen`; returns 0 or -1 */
};

/* Runs until the command `exit` or a signal, or with `once` until all rows are in step.  Returns 0,
 * or -1: the control socket could not be made (as ifr_unixctl_open); with `once` also DBC_EIO, when
 * the database or XAPI does not answer, which the log explains. */
int ifr_sync_run(const struct ifr_sync_options *options, struct dbc_error *err);

#endif
