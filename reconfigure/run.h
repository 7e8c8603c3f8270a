/* run.h - one run from beginning to end: what it is made of (run.c) and its records (records.c),
 * for reconfigure.c, which has one request, and several.c, which has more. */
#ifndef IFR_RUN_H
#define IFR_RUN_H

#include "reconfigure/confirm.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/plan/apply.h"
#include "reconfigure/reconfigure.h"

/* A request on its way. */
struct run {
    const struct ifr_request *request;
    const struct ifr_host *host;
    struct ifr_facts *facts;
    int lock; /* -1: not ours */
    struct dbc_db *db;
    bool damaged;    /* of the cache only the records before the damage are there */
    bool from_cache; /* the records are the cache's, since XAPI could not be asked */
    struct ifr_live live;
    struct ifr_state seen;
    struct ifr_plan plan;
    struct ifr_planner planner;
    struct dbc_strvec bridges;   /* of the PIFs in hand; probes go through the first */
    struct ifr_pending pending;  /* --confirm: the record of this change */
    struct dbc_buf save;         /* --confirm: the cache as it is to be */
    struct ifr_failures *failed; /* gets the devices that did not come up; may be NULL */
    bool stays;                  /* it failed, and what it had done by then is there */
    struct batch *batch;         /* several.c's */
};

/* `run` is fresh but for its host; close it in any case. */
int ifr_run_open(struct run *run, struct dbc_error *err);
void ifr_run_close(struct run *run);
/* Takes the host's lock unless it is ours already, and settles what a killed run left.  DBC_EBUSY:
 * another run has the lock, or a change waits to be confirmed. */
int ifr_run_alone(struct run *run, struct dbc_error *err);
/* What the planner goes by from now on. */
void ifr_run_take_request(struct run *run, const struct ifr_request *request);

const char *ifr_verb_name(enum ifr_verb verb); /* "up" */
/* The request in hand is announced, or refused for its name. */
int ifr_run_begin_forced(const struct run *run, struct dbc_error *err);
/* A PVS host runs over its boot device: that is left alone. */
int ifr_run_is_boot_device(const struct run *run, const struct dbc_pif *pif, bool *ret,
                           struct dbc_error *err);
int ifr_run_choose_datapath(struct run *run, struct dbc_error *err);
/* What can be seen of the host, read anew.  Blind where the datapath itself cannot be. */
int ifr_run_observe(struct run *run, struct dbc_error *err);
/* --confirm is refused, since the way back is not known. */
int ifr_run_refuse_confirm(struct dbc_error *err);
/* Carries the plan out.  A file that is right already is not replaced where everything else is
 * looked at as well. */
int ifr_run_apply(struct run *run, struct dbc_error *err);
/* What appends to run->plan, after it was emptied. */
typedef int ifr_plan_fn(struct run *run, struct dbc_error *err);
/* Plans and carries out, again when somebody else changed Open vSwitch in between; a save of the
 * cache is kept in its history (reconfigure.c). */
int ifr_run_carry_out(struct run *run, ifr_plan_fn *plan, struct dbc_buf *shown,
                      struct dbc_error *err);
/* The request in hand by itself; the records are there. */
ifr_plan_fn ifr_run_plan_request;

/* ---- Records (records.c) ------------------------------------------------------------------- */

int ifr_run_read_cache(struct run *run, struct dbc_error *err);
/* The newest good snapshot instead of a cache that cannot be used. */
bool ifr_run_use_history(struct run *run);
/* XAPI's records and then the lock, since a XAPI that takes its time should keep nobody else
 * waiting; or the decision to go on from the cache.  A dry run takes no lock. */
int ifr_run_ask(struct run *run, struct dbc_error *err);
/* The PIF that the request names by its bridge.  An error says in which file something is missing.
 */
const struct dbc_pif *ifr_run_find_pif(const struct run *run, struct dbc_error *err);
/* The PIF that the request names to XAPI, announced. */
const struct dbc_pif *ifr_run_find_pif_in_hand(const struct run *run, struct dbc_error *err);

#endif
