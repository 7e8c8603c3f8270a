/* run.h - the parts of a run (run.c) and its records (records.c).  reconfigure.c puts them in order
 * for one request, several.c for several. */
#ifndef IFR_RUN_H
#define IFR_RUN_H

#include "reconfigure/confirm.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/plan/apply.h"
#include "reconfigure/reconfigure.h"

struct run {
    const struct ifr_request *request;
    const struct ifr_host *host;
    struct ifr_facts *facts;
    int lock; /* -1: not taken */
    struct dbc_db *db;
    bool damaged;    /* the cache has only the records before its damage */
    bool from_cache; /* the records are the cache's, since XAPI could not be asked */
    struct ifr_live live;
    struct ifr_state seen;
    struct ifr_plan plan;
    struct ifr_planner planner;
    struct dbc_strvec bridges;   /* of the request's PIFs; probes go through the first */
    struct ifr_pending pending;  /* --confirm: the record of this change */
    struct dbc_buf save;         /* --confirm: the cache that the confirmation will save */
    struct ifr_failures *failed; /* gets the devices that did not come up; may be NULL */
    bool stays;                  /* the walk failed, and what it had done stays */
    struct batch *batch;         /* several.c's */
};

/* Where nothing else is said, functions return 0, or -1 with the errors of reconfigure.h. */

/* `run` is zero but for its host and its plan; close it in any case. */
int ifr_run_open(struct run *run, struct dbc_error *err);
void ifr_run_close(struct run *run);
/* Takes the host's lock unless this run has it, and settles what a killed run left.  DBC_EBUSY:
 * another run has the lock, or a change waits to be confirmed. */
int ifr_run_alone(struct run *run, struct dbc_error *err);
/* Makes `request` the one that the run and its planner work on. */
void ifr_run_take_request(struct run *run, const struct ifr_request *request);

const char *ifr_verb_name(enum ifr_verb verb); /* "up" */
/* Logs a request with --force.  DBC_EINVAL: its bridge name is not valid. */
int ifr_run_begin_forced(const struct run *run, struct dbc_error *err);
/* *ret: a PVS host booted over the PIF's NIC, which must be left alone; logged. */
int ifr_run_is_boot_device(const struct run *run, const struct dbc_pif *pif, bool *ret,
                           struct dbc_error *err);
int ifr_run_choose_datapath(struct run *run, struct dbc_error *err);
/* Observes the host anew.  Where its datapath cannot be observed, planner.seen is NULL: the run is
 * blind. */
int ifr_run_observe(struct run *run, struct dbc_error *err);
/* Returns -1: --confirm is refused, since the way back would not be known. */
int ifr_run_refuse_confirm(struct dbc_error *err);
/* Carries the plan out.  Where the host is observed, files that have their new bytes already are
 * not replaced. */
int ifr_run_apply(struct run *run, struct dbc_error *err);
/* Appends to run->plan, which is empty. */
typedef int ifr_plan_fn(struct run *run, struct dbc_error *err);
/* Plans and carries out, again when somebody else changed Open vSwitch in between.  After a run
 * that succeeded, a saved cache is kept in the history.  `shown` gets a dry run. */
int ifr_run_carry_out(struct run *run, ifr_plan_fn *plan, struct dbc_buf *shown,
                      struct dbc_error *err);
/* Plans the request by itself; XAPI's records must have been read. */
ifr_plan_fn ifr_run_plan_request;

/* ---- Records (records.c) ------------------------------------------------------------------- */

/* Reads the cache, or takes the newest good snapshot where the cache cannot be read. */
int ifr_run_read_cache(struct run *run, struct dbc_error *err);
/* Replaces the records by the newest good snapshot; false: there is none. */
bool ifr_run_use_history(struct run *run);
/* Gets XAPI's records and then takes the lock, so that nobody else waits for a slow XAPI.  Where
 * the request allows it, the cache is read when XAPI cannot be asked.  A dry run takes no lock. */
int ifr_run_ask(struct run *run, struct dbc_error *err);
/* Returns the PIF that the request names by its bridge; or NULL, and the error names the cache. */
const struct dbc_pif *ifr_run_find_pif(const struct run *run, struct dbc_error *err);
/* Returns the PIF that the request names to XAPI, and logs it; or NULL with DBC_ENOENT. */
const struct dbc_pif *ifr_run_find_pif_in_hand(const struct run *run, struct dbc_error *err);

#endif
