/* reconfigure.h - the public face of the reconfigure library: one request in, the host configured
 * (or a plan printed) out.  This is what interface-reconfigure(8) calls after reading its options.
 */
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
    const char *bridge;  /* --force BRIDGE: from the cache, XAPI is not asked */
    const char *session; /* --session with --pif */
    const char *pif;
    const char *pif_uuid; /* --pif-uuid */
    bool management;      /* --management */
    /* For all but --force: */
    const char *xapi_socket; /* below the prefix, or with it; NULL: XAPI's usual places */
    unsigned timeout_ms;     /* for all that XAPI is asked; 0: DBC_XAPI_TIMEOUT_MS */
    bool fallback_cache; /* when XAPI cannot be asked: from the cache, which is not saved then */
    bool take_over;      /* what is in the way goes, even when it is in use */
    bool no_verify;      /* the host is not looked at again in the end */
    unsigned confirm_s;  /* go back unless confirmed within this time; 0: no such thing */
    const char *probes[IFR_PROBES_MAX]; /* addresses whose answer confirms */
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
    /* It comes up, and there may be no other way to it: a record of --confirm that cannot be used
     * is logged and keeps nobody. */
    bool comes_up;
    bool *left; /* set when a change was taken back, but not all of it; may be NULL */
};

#define IFR_LOCK_PATH "/var/lock/interface-reconfigure.lock"
#define IFR_LOCK_WAIT 60000

/* 0: done.  -1: failed; *err says why (DBC_ENOENT: no such bridge, PIF or cache, or no XAPI;
 * DBC_EINVAL: a value that cannot be used; DBC_ECONFLICT: records that contradict each other;
 * DBC_EBUSY: another run holds the lock; DBC_ECOMMAND: a command failed, or XAPI refused a call;
 * those of xapi/source.h; DBC_EUNSUPPORTED; DBC_EIO; DBC_ENOMEM).
 * `shown` gets the plan of a dry run and stays empty otherwise. */
int ifr_reconfigure(const struct ifr_request *request, const struct ifr_host *host,
                    struct dbc_buf *shown, struct dbc_error *err);

/* One of several has ended; `err` is NULL when it is done. */
typedef void ifr_done_fn(void *ctx, const struct ifr_request *request, const struct dbc_error *err);

/* Several `up` or several `down` (1 or more, none a dry run), which differ in their interface and
 * in `management` only, as one run: the lock is taken once, XAPI asked or the cache read once.
 * Where the host can be observed several `up` are one plan: one set of files, one transaction,
 * addresses at the same time, one save.  Else, and where that fails, each is planned when its turn
 * comes and carried out by itself; but not with confirm_s: all that is done then is one plan with
 * one way back.  One that fails does not stop the others.  0: all are done.  -1: *err is the first
 * failure; when `done` was not called, none was tried (no lock, no cache, no XAPI). */
int ifr_reconfigure_each(const struct ifr_request *requests, size_t n, const struct ifr_host *host,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err);

#endif
