/* reconfigure.h - the public face of the reconfigure library: carries out a request, or prints its
 * plan.  interface-reconfigure(8) calls it after reading its options. */
#ifndef IFR_RECONFIGURE_H
#define IFR_RECONFIGURE_H

#include <signal.h>

#include "base/log.h"
#include "reconfigure/host/runner.h"

enum ifr_verb { IFR_UP, IFR_DOWN, IFR_REWRITE };

enum ifr_dry_run { IFR_DO, IFR_DRY_RUN, IFR_DRY_RUN_JSON };

#define IFR_PROBES_MAX 8

/* Strings are borrowed; NULL means: not given. */
struct ifr_request {
    enum ifr_verb verb;
    const char *bridge;   /* --force BRIDGE: from the cache, XAPI is not asked */
    const char *session;  /* --session with --pif */
    const char *pif;      /* its reference */
    const char *pif_uuid; /* --pif-uuid */
    bool management;      /* --management */
    /* For all but --force: */
    const char *xapi_socket; /* below the prefix, or with it; NULL: XAPI's usual places */
    unsigned timeout_ms;     /* for one fetch from XAPI; 0: DBC_XAPI_TIMEOUT_MS */
    bool fallback_cache;     /* without XAPI go on from the cache, which is then not saved */
    /* For all: */
    bool take_over;     /* what is in the way goes, even when it is in use */
    bool no_verify;     /* the host is not observed again in the end */
    unsigned confirm_s; /* seconds until the change goes back unless confirmed; 0: it stays */
    const char *probes[IFR_PROBES_MAX]; /* addresses whose answers confirm the change */
    size_t n_probes;
    enum ifr_dry_run dry_run;
    /* --force BRIDGE rewrite */
    const char *device, *mac, *mode, *ip, *netmask, *gateway;
};

/* The host that the request is about; all borrowed. */
struct ifr_host {
    const char *prefix; /* put before every path read, written or executed; "" for this host */
    struct ifr_runner *runner;
    const struct dbc_log *log;
    unsigned lock_wait_ms; /* 0: IFR_LOCK_WAIT */
    /* Not 0: a signal that asks to stop and go back; may be NULL. */
    const volatile sig_atomic_t *stop;
    bool *changed; /* set when a run changes something; may be NULL */
    /* The host is booting: a record of --confirm that cannot be used is logged and stops nothing,
     * since there may be no other way to reach the host. */
    bool comes_up;
    bool *left; /* set when a change was taken back, but not all of it; may be NULL */
};

#define IFR_LOCK_PATH "/var/lock/interface-reconfigure.lock"
#define IFR_LOCK_WAIT 60000 /* ms */

/* Carries out the request.  `shown` gets the plan of a dry run and stays as it is otherwise.
 * Returns 0, or -1:
 * DBC_ENOENT        no such bridge or PIF, no cache, or no XAPI
 * DBC_EINVAL        a value that cannot be used
 * DBC_ECONFLICT     records that contradict each other, a name that something else on the host has,
 *                   or Open vSwitch was changed by somebody else at every attempt
 * DBC_EBUSY         another run holds the lock, a change waits to be confirmed, or what is in the
 *                   way is in use
 * DBC_ECOMMAND      a command failed, XAPI refused a call, the host is not as wanted, or a signal
 * DBC_EUNSUPPORTED  --confirm on a host that cannot be observed, or no module for XAPI
 * DBC_ETIMEOUT, DBC_EPARSE, DBC_ELIMIT, DBC_EIO, DBC_ENOMEM. */
int ifr_reconfigure(const struct ifr_request *request, const struct ifr_host *host,
                    struct dbc_buf *shown, struct dbc_error *err);

/* Called when one of several requests has ended; `err` is NULL after a success. */
typedef void ifr_done_fn(void *ctx, const struct ifr_request *request, const struct dbc_error *err);

/* Carries out several `up` or several `down` as one run: the lock is taken once, XAPI asked or the
 * cache read once.  `n` is at least 1; the requests differ only in their interface and in
 * `management`, and none is a dry run.
 *
 * Where the host can be observed all are one plan: one set of files, one transaction, addresses at
 * the same time, one save.  Else, and where that fails, each is planned and carried out by itself,
 * and one that fails does not stop the others.  With confirm_s there is only the one plan, since
 * there is one way back.
 *
 * Returns 0 when all are done; or -1 with the first failure.  When `done` was not called then, none
 * was tried: there is no lock, no cache, no XAPI or no memory. */
int ifr_reconfigure_each(const struct ifr_request *requests, size_t n, const struct ifr_host *host,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err);

#endif
