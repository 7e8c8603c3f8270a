/* reconfigure.c - one request from beginning to end (reconfigure.h): the lock, the records, the
 * plan, which is then carried out or printed.  What a plan holds is decided in action.c. */
#include "reconfigure/reconfigure.h"

#include "reconfigure/action.h"
#include "reconfigure/history.h"
#include "reconfigure/run.h"

/* ---- The plan. ------------------------------------------------------------------------------ */

/* Plans `up` or `down` of one PIF. */
static int plan_pif(struct run *run, const struct dbc_pif *pif, struct dbc_error *err)
{
    struct ifr_planner *p = &run->planner;
    const struct ifr_item item = { pif, run->request->management };

    if (ifr_run_choose_datapath(run, err) < 0 || p->datapath->check(p, pif, err) < 0) {
        return -1;
    }
    dbc_strvec_release(&run->bridges);
    dbc_strvec_push(&run->bridges, dbc_pif_bridge(run->db, pif));
    ifr_plan_flush_notes(&run->plan, run->host->log);
    dbc_logf(run->host->log, DBC_LOG_INFO, "Configured for %s datapath", p->datapath->name);
    if (ifr_run_observe(run, err) < 0) {
        return -1;
    }
    return run->request->verb == IFR_UP ? ifr_plan_up(p, &item, 1, err)
                                        : ifr_plan_down(p, &item, 1, err);
}

/* Plans a request with --force BRIDGE, without XAPI. */
static int plan_forced(struct run *run, struct dbc_error *err)
{
    const struct dbc_pif *pif = NULL;
    bool boot_device = false;
    if (run->request->verb == IFR_REWRITE) {
        return ifr_plan_force_rewrite(&run->planner, run->request, err);
    }
    if (!run->db && ifr_run_read_cache(run, err) < 0) {
        return -1;
    }
    pif = ifr_run_find_pif(run, err);
    if (!pif && run->damaged && ifr_run_use_history(run)) {
        dbc_error_clear(err);
        pif = ifr_run_find_pif(run, err);
    }
    if (!pif) {
        return -1;
    }
    if (ifr_run_is_boot_device(run, pif, &boot_device, err) < 0) {
        return -1;
    }
    return boot_device ? 0 : plan_pif(run, pif, err);
}

/* Plans `up` or `down` of the PIF that the request names to XAPI. */
static int plan_in_hand(struct run *run, struct dbc_error *err)
{
    const struct dbc_pif *pif = ifr_run_find_pif_in_hand(run, err);
    bool boot_device = false;
    if (!pif || ifr_run_is_boot_device(run, pif, &boot_device, err) < 0) {
        return -1;
    }
    return boot_device ? 0 : plan_pif(run, pif, err);
}

static int plan_rewrite(struct run *run, struct dbc_error *err)
{
    return ifr_run_choose_datapath(run, err) < 0 || ifr_run_observe(run, err) < 0
               ? -1
               : ifr_plan_rewrite(&run->planner, err);
}

/* Plans a request from XAPI's records, and the save of the cache, which the next boot needs. */
static int plan_from_records(struct run *run, struct dbc_error *err)
{
    int rc = run->request->verb == IFR_REWRITE ? plan_rewrite(run, err) : plan_in_hand(run, err);
    if (rc == 0 && !run->from_cache) {
        ifr_plan_save(&run->plan, ifr_facts_cache_path(run->facts), run->db);
    }
    return rc;
}

int ifr_run_plan_request(struct run *run, struct dbc_error *err)
{
    return run->request->bridge ? plan_forced(run, err) : plan_from_records(run, err);
}

/* The request in a few words, for people. */
static const char *subject(const struct ifr_request *request)
{
    if (request->bridge) {
        return request->bridge;
    }
    return request->pif ? request->pif : request->pif_uuid;
}

/* "up xenbr0", "up of 3 interfaces" */
static void describe(const struct run *run, struct dbc_buf *out)
{
    dbc_buf_adds(out, ifr_verb_name(run->request->verb));
    if (run->bridges.n > 1) {
        dbc_buf_addf(out, " of %zu interfaces", run->bridges.n);
    } else if (subject(run->request)) {
        dbc_buf_addf(out, " %s", subject(run->request));
    }
}

/* Prints the plan, or carries it out. */
static int finish(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    run->plan.restores = run->planner.seen != NULL && run->live.kernel != NULL;
    switch (run->request->dry_run) {
    case IFR_DO:
        break;
    case IFR_DRY_RUN:
        dbc_buf_adds(shown, "Dry run of \"");
        if (subject(run->request)) {
            dbc_buf_add_printable(shown, subject(run->request));
            dbc_buf_addc(shown, ' ');
        }
        dbc_buf_addf(shown, "%s\": nothing is changed.\n\n", ifr_verb_name(run->request->verb));
        return ifr_plan_print(&run->plan, run->facts, shown, err);
    case IFR_DRY_RUN_JSON:
        return ifr_plan_print_json(&run->plan, run->facts, shown, err);
    }
    return ifr_run_apply(run, err);
}

/* Returns whether the plan replaces the cache.  Of --force only rewrite does. */
static bool saves(const struct run *run)
{
    bool from_records = run->request->bridge ? run->request->verb == IFR_REWRITE : !run->from_cache;
    return run->request->dry_run == IFR_DO && from_records && run->request->confirm_s == 0;
}

/* Keeps the snapshot last, so that the network does not wait for it.  A run that fails may have
 * saved the cache too. */
static int finish_and_keep(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    struct dbc_buf before = DBC_BUF_INIT, reason = DBC_BUF_INIT;
    bool keeps = saves(run);
    int rc = -1;

    if (keeps) {
        ifr_history_before(run->facts, &before);
    }
    rc = finish(run, shown, err);
    if (keeps && (rc == 0 || ifr_history_differs(run->facts, &before))) {
        describe(run, &reason);
        ifr_history_save(run->facts, run->host->log, &before, dbc_buf_str(&reason));
    }
    dbc_buf_release(&before);
    dbc_buf_release(&reason);
    return rc;
}

int ifr_run_carry_out(struct run *run, ifr_plan_fn *plan, struct dbc_buf *shown,
                      struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    unsigned tries = 0;
    int rc = 0;

    do {
        ifr_plan_release(&run->plan);
        dbc_error_clear(&why);
        rc = plan(run, &why);
        if (rc < 0) {
            ifr_plan_flush_notes(&run->plan, run->host->log);
            break;
        }
        rc = finish_and_keep(run, shown, &why);
    } while (rc < 0 && ifr_try_again(&tries, &why, run->host->log));
    if (rc < 0 && err) {
        *err = why;
    }
    return rc;
}

static int run_forced(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    if (ifr_run_begin_forced(run, err) < 0 ||
        (run->request->dry_run == IFR_DO && ifr_run_alone(run, err) < 0)) {
        return -1;
    }
    return ifr_run_carry_out(run, plan_forced, shown, err);
}

/* Everything but --force starts at XAPI. */
static int run_from_xapi(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    return ifr_run_ask(run, err) < 0 ? -1 : ifr_run_carry_out(run, plan_from_records, shown, err);
}

int ifr_reconfigure(const struct ifr_request *request, const struct ifr_host *host,
                    struct dbc_buf *shown, struct dbc_error *err)
{
    struct run run = { .host = host };
    int rc = -1;

    if (ifr_run_open(&run, err) < 0) {
        return -1;
    }
    ifr_run_take_request(&run, request);
    rc = request->bridge ? run_forced(&run, shown, err) : run_from_xapi(&run, shown, err);
    ifr_run_close(&run);
    return rc;
}
