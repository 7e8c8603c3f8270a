/* run.c - the parts of a run (run.h): the host and the request, the lock, the observed state, and
 * the walk of a plan. */
#include "reconfigure/run.h"

#include "base/valid.h"
#include "reconfigure/lock.h"

/* ---- Open and closed ------------------------------------------------------------------------ */

int ifr_run_open(struct run *run, struct dbc_error *err)
{
    run->lock = -1;
    run->facts = ifr_facts_new(run->host->prefix, run->host->runner, run->host->log, err);
    run->planner.facts = run->facts;
    run->planner.plan = &run->plan;
    return run->facts ? 0 : -1;
}

void ifr_run_take_request(struct run *run, const struct ifr_request *request)
{
    run->request = request;
    run->planner.force = request->bridge != NULL;
    run->planner.management = request->management;
    run->planner.take_over = request->take_over;
    run->planner.verify = !request->no_verify;
    run->planner.log = request->dry_run == IFR_DO ? run->host->log : NULL;
}

void ifr_run_close(struct run *run)
{
    dbc_lock_drop(run->lock);
    ifr_plan_release(&run->plan);
    ifr_state_release(&run->seen);
    ifr_live_close(&run->live);
    ifr_pending_release(&run->pending);
    dbc_strvec_release(&run->bridges);
    dbc_buf_release(&run->save);
    dbc_db_free(run->db);
    ifr_facts_free(run->facts);
}

int ifr_run_alone(struct run *run, struct dbc_error *err)
{
    if (run->lock < 0) {
        run->lock = ifr_lock_host(run->host, run->facts, err);
    }
    if (run->lock < 0) {
        return -1;
    }
    ifr_lock_clean(run->facts, run->host->log);
    return ifr_confirm_settle(run->host, run->facts, err);
}

/* ---- The request ---------------------------------------------------------------------------- */

const char *ifr_verb_name(enum ifr_verb verb)
{
    static const char *const names[] = { "up", "down", "rewrite" };

    return names[verb];
}

int ifr_run_begin_forced(const struct run *run, struct dbc_error *err)
{
    const struct ifr_request *request = run->request;
    if (!dbc_valid_ifname(request->bridge)) {
        return dbc_fail(err, DBC_EINVAL,
                        "--force: \"%s\" is no bridge name (1 to %d of A-Z a-z 0-9 . _ -)",
                        request->bridge, DBC_IFNAME_MAX);
    }
    dbc_logf(run->host->log, DBC_LOG_INFO, "Force interface %s %s", request->bridge,
             ifr_verb_name(request->verb));
    return 0;
}

/* ---- The host ------------------------------------------------------------------------------- */

int ifr_run_choose_datapath(struct run *run, struct dbc_error *err)
{
    bool vswitch = false;
    if (ifr_facts_datapath(run->facts, &vswitch, err) < 0) {
        return -1;
    }
    run->planner.datapath = vswitch ? &ifr_datapath_vswitch : &ifr_datapath_bridge;
    return 0;
}

int ifr_run_observe(struct run *run, struct dbc_error *err)
{
    bool vswitch = run->planner.datapath->is_vswitch;

    run->planner.seen = NULL;
    ifr_state_release(&run->seen);
    ifr_live_close(&run->live);
    if (ifr_live_open(run->facts, vswitch, &run->live, err) < 0) {
        return -1;
    }
    if (vswitch ? run->live.ovs == NULL : run->live.kernel == NULL) {
        return 0;
    }
    if (ifr_observe(&run->live, &run->seen, err) < 0) {
        return -1;
    }
    run->planner.live = &run->live;
    run->planner.seen = &run->seen;
    return 0;
}

int ifr_run_is_boot_device(const struct run *run, const struct dbc_pif *pif, bool *ret,
                           struct dbc_error *err)
{
    if (ifr_facts_boot_device(run->facts, pif->MAC, ret, err) < 0) {
        return -1;
    }
    if (*ret) {
        dbc_logf(run->host->log, DBC_LOG_INFO, "Skipping PVS device %s (%s)", pif->device,
                 pif->MAC);
    }
    return 0;
}

/* ---- The walk ------------------------------------------------------------------------------- */

/* Saves the way back of a change that must be confirmed, before and while it happens. */
static int keep_pending(void *ctx, const struct ifr_undo *undo, struct dbc_error *err)
{
    struct run *run = ctx;

    if (run->bridges.failed) {
        return dbc_fail_nomem(err);
    }
    return run->pending.json
               ? ifr_confirm_keep(run->facts, &run->pending, undo, err)
               : ifr_confirm_arm(run->facts, run->request, &run->bridges, undo, &run->pending, err);
}

/* Of several interfaces only some did not come up; the others wait for the confirmation. */
static bool others_are_up(const struct run *run)
{
    return run->stays && run->failed && run->failed->n > 0 && run->failed->n < run->bridges.n;
}

/* After the walk: starts the time for the confirmation, or takes back what is left of a change that
 * failed. */
static int settle_pending(struct run *run, int rc, struct dbc_error *err)
{
    const char *save = run->save.len > 0 ? run->save.data : NULL;
    struct dbc_error why = DBC_ERROR_INIT;

    if (!run->pending.json) {
        return rc;
    }
    if (rc < 0 && !others_are_up(run)) {
        ifr_confirm_failed(run->host, run->facts, &run->pending, err);
    } else if (ifr_confirm_applied(run->host, run->facts, &run->pending, run->request->confirm_s,
                                   save, &why) < 0) {
        dbc_log_error(run->host->log, &why);
        rc = rc < 0 ? rc : dbc_fail(err, why.code, "%s", why.text);
    }
    return rc;
}

int ifr_run_refuse_confirm(struct dbc_error *err)
{
    return dbc_fail(err, DBC_EUNSUPPORTED,
                    "--confirm needs a host that can be observed, to know the way back");
}

static int begin_confirm(struct run *run, struct dbc_error *err)
{
    if (!run->planner.seen || !run->live.kernel) {
        return ifr_run_refuse_confirm(err);
    }
    return ifr_plan_defer_save(&run->plan, &run->save, err);
}

int ifr_run_apply(struct run *run, struct dbc_error *err)
{
    struct ifr_apply_host host = { .prefix = run->host->prefix,
                                   .facts = run->facts,
                                   .runner = run->host->runner,
                                   .log = run->host->log,
                                   .live = run->planner.seen ? &run->live : NULL,
                                   .seen = run->planner.seen,
                                   .failed = run->failed,
                                   .stays = &run->stays,
                                   .stop = run->host->stop };
    bool changes = false;

    if (run->planner.seen) {
        ifr_plan_keep_differing_files(&run->plan, run->facts);
    }
    changes = ifr_plan_changes(&run->plan, run->facts);
    if (run->host->changed) {
        *run->host->changed = *run->host->changed || changes;
    }
    run->stays = false;
    if (run->request->confirm_s > 0 && changes) {
        host.keep = keep_pending;
        host.keep_ctx = run;
        if (begin_confirm(run, err) < 0) {
            return -1;
        }
    }
    return settle_pending(run, ifr_apply(&run->plan, &host, err), err);
}
