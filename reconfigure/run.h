/* run.h - one run from beginning to end, for reconfigure.c, which has one request, and several.c,
 * which has more; nobody else includes it. */
#ifndef IFR_RUN_H
#define IFR_RUN_H

#include "reconfigure/action.h"
#include "reconfigure/confirm.h"
#include "reconfigure/plan/apply.h"
#include "reconfigure/reconfigure.h"

/* A request on its way. */
struct run {
    const struct ifr_request *request;
    const struct ifr_host *host;
    struct ifr_facts *facts;
    struct dbc_db *db;
    bool damaged;    /* of the cache only the records before the damage are there */
    bool from_cache; /* the records are the cache's, since XAPI could not be asked */
    struct ifr_live live;
    struct ifr_state seen;
    struct ifr_plan plan;
    struct ifr_planner planner;
    const char *device;         /* the bridge of the PIF in hand */
    struct ifr_pending pending; /* --confirm: the record of this change */
    struct dbc_buf save;        /* --confirm: the cache as it is to be */
    struct dbc_strvec *failed;  /* gets the devices that did not come up; may be NULL */
};

/* `run` is fresh but for its host; close it in any case. */
int ifr_run_open(struct run *run, struct dbc_error *err);
void ifr_run_close(struct run *run);
/* What the planner goes by from now on. */
void ifr_run_take_request(struct run *run, const struct ifr_request *request);

/* The host's lock, to be dropped by the caller; and under it what a killed run left. */
int ifr_run_lock(const struct run *run, int *ret, struct dbc_error *err);
void ifr_run_clean(const struct run *run);

/* The request in hand is announced, or refused for its name. */
int ifr_run_begin_forced(const struct run *run, struct dbc_error *err);
int ifr_run_read_cache(struct run *run, struct dbc_error *err);
/* The PIF that the request names.  An error says in which file something is missing. */
const struct dbc_pif *ifr_run_find_pif(const struct run *run, struct dbc_error *err);
/* A PVS host runs over its boot device: that is left alone. */
int ifr_run_is_boot_device(const struct run *run, const struct dbc_pif *pif, bool *ret,
                           struct dbc_error *err);
int ifr_run_choose_datapath(struct run *run, struct dbc_error *err);
/* What can be seen of the host, read anew.  Blind where the datapath itself cannot be. */
int ifr_run_observe(struct run *run, struct dbc_error *err);
int ifr_run_apply(struct run *run, struct dbc_error *err);
/* Plans the request in hand by itself and carries it out. */
int ifr_run_carry_out_forced(struct run *run, struct dbc_buf *shown, struct dbc_error *err);

#endif
