/* sync.h - ovs-xapi-sync: external_ids of Open vSwitch's bridges and interfaces, and of internal
 * networks fail mode and in-band, in step with XAPI.
 *
 * One loop over sockets: the database tells of changes, XAPI answers and tells of events, and
 * ovs-appctl asks.  Nothing is polled, and only rows that changed are looked at. */
#ifndef IFR_SYNC_SYNC_H
#define IFR_SYNC_SYNC_H

#include <signal.h>
#include <stdbool.h>

#include "base/log.h"

#define IFR_SYNC_DB_DEADLINE 5000  /* ms, for a request to ovsdb-server */
#define IFR_SYNC_DB_PAUSE 500      /* ms after a connection failed; doubled, */
#define IFR_SYNC_DB_PAUSE_MAX 8000 /* up to this */
#define IFR_SYNC_COOKIE_PAUSE 1000 /* ms between two looks for XAPI's mark */
#define IFR_SYNC_ROWS 256          /* of one transaction */

/* Strings are borrowed; all paths are whole ones. */
struct ifr_sync_options {
    const char *database;              /* ovsdb-server's socket */
    const char *const *xapi;           /* XAPI's sockets, tried in order, ended by NULL */
    const char *xapi_ready;            /* XAPI is asked once this file is there; NULL: at once */
    const char *control;               /* the socket for ovs-appctl; NULL: none */
    const char *version;               /* what `version` answers */
    unsigned timeout_ms;               /* of one question to XAPI; 0: DBC_XAPI_TIMEOUT_MS */
    bool once;                         /* bring all in step, then end */
    const volatile sig_atomic_t *stop; /* a signal that ends the loop; 0: none came */
    const struct dbc_log *log;
    void *ctx;
    void (*listens)(void *ctx);   /* the control socket is there; may be NULL */
    void (*ready)(void *ctx);     /* and the rows of the database are known; may be NULL */
    void (*ends)(void *ctx);      /* the database is left alone from now on; may be NULL */
    int (*reopen_log)(void *ctx); /* `vlog/reopen`; -1: it failed; may be NULL */
};

/* Runs until `exit`, a signal, or, once, until all is in step.  -1, when once: what kept it from
 * that (the database: as ifr_ovsdb_open; XAPI: DBC_EIO, said before in the log); else: no memory,
 * or the control socket cannot be made. */
int ifr_sync_run(const struct ifr_sync_options *options, struct dbc_error *err);

#endif
