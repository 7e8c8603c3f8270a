/* several.c - several interfaces in one run (reconfigure.h): one plan where the host can be
 * observed, else one interface after the other. */
#include <stdlib.h>
#include <string.h>

#include "reconfigure/action.h"
#include "reconfigure/run.h"

/* The requests of a run, and what has become of each. */
struct batch {
    struct run *run;
    const struct ifr_request *requests;
    size_t n;
    bool *told;                    /* `done` was called for it */
    struct ifr_item *items;        /* those that can be planned together */
    const struct ifr_request **of; /* ... and the request of each */
    size_t n_items;
    bool skipped; /* an interface is the boot device, but the cache must be saved */
    bool looked;  /* the host was observed for the next plan */
    ifr_done_fn *done;
    void *ctx;
    struct dbc_error first; /* the first failure */
};

static void tell(struct batch *batch, const struct ifr_request *request,
                 const struct dbc_error *why)
{
    batch->told[request - batch->requests] = true;
    batch->done(batch->ctx, request, why);
    if (why && batch->first.code == DBC_OK) {
        batch->first = *why;
    }
}

static const char *bridge_of(const struct batch *batch, size_t i)
{
    return dbc_pif_bridge(batch->run->db, batch->items[i].pif);
}

/* ---- One plan ------------------------------------------------------------------------------- */

/* Logs nothing while it plans.  A plan that fails is released. */
static int plan_items(struct run *run, const struct ifr_item *items, size_t n,
                      struct dbc_error *err)
{
    const struct dbc_log *log = run->planner.log;
    int rc = 0;

    run->planner.log = NULL;
    rc = run->request->verb == IFR_UP ? ifr_plan_up(&run->planner, items, n, err)
                                      : ifr_plan_down(&run->planner, items, n, err);
    run->planner.log = log;
    if (rc < 0) {
        ifr_plan_release(&run->plan);
    }
    return rc;
}

static int add_item(struct batch *batch, const struct ifr_request *request, struct dbc_error *err)
{
    struct run *run = batch->run;
    struct ifr_item item = { NULL, request->management };
    bool boot_device = false;

    ifr_run_take_request(run, request);
    if (request->bridge && ifr_run_begin_forced(run, err) < 0) {
        return -1;
    }
    item.pif = request->bridge ? ifr_run_find_pif(run, err) : ifr_run_find_pif_in_hand(run, err);
    if (!item.pif || ifr_run_is_boot_device(run, item.pif, &boot_device, err) < 0) {
        return -1;
    }
    if (boot_device) {
        batch->skipped = batch->skipped || !request->bridge;
        tell(batch, request, NULL);
        return 0;
    }
    batch->of[batch->n_items] = request;
    batch->items[batch->n_items++] = item;
    return 0;
}

static void collect(struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        if (!batch->told[i] && add_item(batch, &batch->requests[i], &why) < 0) {
            tell(batch, &batch->requests[i], &why);
        }
    }
}

/* Leaves out, and reports, the interfaces that cannot even be planned by themselves. */
static void drop_bad(struct batch *batch)
{
    size_t n = batch->n_items;

    batch->n_items = 0;
    for (size_t i = 0; i < n; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        if (plan_items(batch->run, &batch->items[i], 1, &why) < 0) {
            tell(batch, batch->of[i], &why);
        } else {
            ifr_plan_release(&batch->run->plan);
            batch->of[batch->n_items] = batch->of[i];
            batch->items[batch->n_items++] = batch->items[i];
        }
    }
}

static int plan_all(struct batch *batch, struct dbc_error *err)
{
    size_t n = batch->n_items;

    if (n == 0 || plan_items(batch->run, batch->items, n, err) == 0) {
        return 0;
    }
    drop_bad(batch);
    if (batch->n_items == 0) {
        return 0;
    }
    return batch->n_items == n ? -1 : plan_items(batch->run, batch->items, batch->n_items, err);
}

/* Names the bridges.  The first is the one for probes: management's, or the first that changes. */
static void name_bridges(struct batch *batch)
{
    struct run *run = batch->run;
    size_t n = batch->n_items, first = n;

    for (size_t i = 0; i < n && (first == n || !batch->items[first].management); i++) {
        bool changes = dbc_hash_get(&run->plan.is_touched, bridge_of(batch, i)) != NULL;
        first = batch->items[i].management || (changes && first == n) ? i : first;
    }
    first = first == n ? 0 : first;
    dbc_strvec_release(&run->bridges);
    for (size_t i = 0; i < n; i++) {
        dbc_strvec_push(&run->bridges, bridge_of(batch, i == 0 ? first : i <= first ? i - 1 : i));
    }
}

static int plan_batch(struct run *run, struct dbc_error *err)
{
    struct batch *batch = run->batch;

    if ((!batch->looked && ifr_run_observe(run, err) < 0) || plan_all(batch, err) < 0) {
        return -1;
    }
    batch->looked = false;
    dbc_logf(run->host->log, DBC_LOG_INFO, "Configured for %s datapath",
             run->planner.datapath->name);
    name_bridges(batch);
    if (!run->request->bridge && !run->from_cache && batch->n_items + batch->skipped > 0) {
        ifr_plan_save(&run->plan, ifr_facts_cache_path(run->facts), run->db);
    }
    return 0;
}

/* ---- What has become of each ---------------------------------------------------------------- */

/* Returns whether `up` or `down` would leave the interface as it is now. */
static bool is_right(struct batch *batch, size_t i)
{
    struct run *run = batch->run;
    bool right = run->planner.seen && plan_items(run, &batch->items[i], 1, NULL) == 0 &&
                 !ifr_plan_changes(&run->plan, run->facts);

    ifr_plan_release(&run->plan);
    return right;
}

/* After a plan that came to its end with failures.  A failure that names no interface is found by
 * observing the host again.  Interfaces that are not right are left for one_by_one(), unless
 * --confirm allows only one plan. */
static void tell_by_look(struct batch *batch, const struct ifr_failures *failed,
                         const struct dbc_error *why)
{
    size_t bad = 0;

    ifr_plan_release(&batch->run->plan);
    if (ifr_run_observe(batch->run, NULL) < 0) {
        batch->run->planner.seen = NULL;
    }
    for (size_t i = 0; i < batch->n_items; i++) {
        const struct dbc_error *its = ifr_failures_of(failed, bridge_of(batch, i));
        bool right = !its && is_right(batch, i);
        bad += !right;
        if (right || its || batch->of[i]->confirm_s > 0) {
            tell(batch, batch->of[i], right ? NULL : its ? its : why);
        }
    }
    if (bad == 0 && batch->first.code == DBC_OK) {
        batch->first = *why; /* a failure of all: the cache could not be saved */
    }
}

static void tell_rest(struct batch *batch, const struct dbc_error *why)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (!batch->told[i]) {
            tell(batch, &batch->requests[i], why);
        }
    }
}

/* ---- Together ------------------------------------------------------------------------------- */

/* Carries out one plan for all.  After -1 the host is as before, and nothing was reported. */
static int carry_out_together(struct batch *batch, struct dbc_error *err)
{
    struct run *run = batch->run;
    struct ifr_failures failed = { 0 };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = 0;

    run->failed = &failed;
    rc = ifr_run_carry_out(run, plan_batch, NULL, &why);
    run->failed = NULL;
    if (rc == 0) {
        tell_rest(batch, NULL);
    } else if (run->stays) {
        tell_by_look(batch, &failed, &why);
        rc = 0;
    } else if (err) {
        *err = why;
    }
    ifr_plan_release(&run->plan);
    ifr_failures_release(&failed);
    return rc;
}

/* Returns -1 when the interfaces are still to be tried one by one. */
static int try_together(struct batch *batch, struct dbc_error *err)
{
    struct run *run = batch->run;
    int rc = -1;

    ifr_run_take_request(run, &batch->requests[0]);
    if (ifr_run_choose_datapath(run, err) < 0 || ifr_run_observe(run, err) < 0) {
        return -1;
    }
    if (!run->planner.seen) {
        return ifr_run_refuse_confirm(err); /* without --confirm: one by one */
    }
    run->planner.several = batch->looked = true;
    run->batch = batch;
    collect(batch);
    rc = batch->n_items > 0 || batch->skipped ? carry_out_together(batch, err) : 0;
    run->planner.several = false;
    if (rc < 0) {
        dbc_log_error(run->host->log, err);
        dbc_logf(run->host->log, DBC_LOG_WARNING, "not all at once: %s",
                 run->request->confirm_s > 0 ? "so none of them, because of --confirm"
                                             : "each interface by itself");
    }
    return rc;
}

/* ---- One by one ----------------------------------------------------------------------------- */

static int do_one(struct run *run, struct dbc_error *err)
{
    if (run->request->bridge && ifr_run_begin_forced(run, err) < 0) {
        return -1;
    }
    return ifr_run_carry_out(run, ifr_run_plan_request, NULL, err);
}

static void one_by_one(struct batch *batch)
{
    struct run *run = batch->run;

    for (size_t i = 0; i < batch->n; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        if (!batch->told[i]) {
            ifr_run_take_request(run, &batch->requests[i]);
            tell(batch, &batch->requests[i], do_one(run, &why) < 0 ? &why : NULL);
            ifr_plan_release(&run->plan);
        }
    }
}

/* With --confirm there is only the one plan, since there is one way back. */
static void do_all(struct batch *batch)
{
    bool confirm = batch->requests[0].confirm_s > 0;
    struct dbc_error why = DBC_ERROR_INIT;

    if (batch->n > 1 && try_together(batch, &why) < 0 && confirm) {
        tell_rest(batch, &why);
    }
    one_by_one(batch);
}

static int run_batch(struct batch *batch, struct dbc_error *err)
{
    batch->told = calloc(batch->n, sizeof *batch->told);
    batch->items = calloc(batch->n, sizeof *batch->items);
    batch->of = calloc(batch->n, sizeof *batch->of);
    if (!batch->told || !batch->items || !batch->of) {
        dbc_fail_nomem(&batch->first);
    } else {
        do_all(batch);
    }
    free(batch->told);
    free(batch->items);
    free(batch->of);
    if (batch->first.code != DBC_OK && err) {
        *err = batch->first;
    }
    return batch->first.code == DBC_OK ? 0 : -1;
}

/* Takes the lock and reads the records, once for all. */
static int begin(struct run *run, const struct ifr_request *request, struct dbc_error *err)
{
    if (ifr_run_open(run, err) < 0) {
        return -1;
    }
    ifr_run_take_request(run, request);
    if (!request->bridge) {
        return ifr_run_ask(run, err);
    }
    return ifr_run_alone(run, err) < 0 ? -1 : ifr_run_read_cache(run, err);
}

int ifr_reconfigure_each(const struct ifr_request *requests, size_t n, const struct ifr_host *host,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err)
{
    struct run run = { .host = host };
    struct batch batch = { .run = &run, .requests = requests, .n = n, .done = done, .ctx = ctx };
    int rc = begin(&run, requests, err);

    if (rc == 0) {
        rc = run_batch(&batch, err);
    }
    ifr_run_close(&run);
    return rc;
}
