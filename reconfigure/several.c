/* several.c - several bridges from the cache in one run (reconfigure.h): as one plan where the host
 * can be observed, else one after the other. */
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
    ifr_done_fn *done;
    void *ctx;
    struct dbc_error first; /* failure */
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

/* ---- Together ------------------------------------------------------------------------------- */

/* A plan that fails is forgotten, and says nothing. */
static int plan_items(struct run *run, const struct ifr_item *items, size_t n,
                      struct dbc_error *err)
{
    const struct dbc_log *log = run->planner.log;
    int rc = 0;

    run->planner.log = NULL;
    rc = ifr_plan_up(&run->planner, items, n, err);
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
    if (ifr_run_begin_forced(run, err) < 0) {
        return -1;
    }
    item.pif = ifr_run_find_pif(run, err);
    if (!item.pif || ifr_run_is_boot_device(run, item.pif, &boot_device, err) < 0) {
        return -1;
    }
    if (boot_device) {
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

/* Those that cannot be done by themselves are told so, and left out. */
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

static int plan_together(struct batch *batch, struct dbc_error *err)
{
    size_t n = batch->n_items;

    if (plan_items(batch->run, batch->items, n, err) == 0) {
        return 0;
    }
    drop_bad(batch);
    if (batch->n_items == 0) {
        return 0;
    }
    return batch->n_items == n ? -1 : plan_items(batch->run, batch->items, batch->n_items, err);
}

/* All is done but for the devices in `failed`. */
static void tell_all(struct batch *batch, const struct dbc_strvec *failed,
                     const struct dbc_error *why)
{
    for (size_t i = 0; i < batch->n_items; i++) {
        bool bad = dbc_strvec_has(failed, batch->of[i]->bridge);
        tell(batch, batch->of[i], bad ? why : NULL);
    }
}

/* One plan for all; true when each has been told of. */
static bool carry_out_together(struct batch *batch)
{
    struct run *run = batch->run;
    struct dbc_strvec failed = DBC_STRVEC_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = plan_together(batch, &why);

    run->failed = &failed;
    if (rc == 0 && batch->n_items > 0) {
        dbc_logf(run->host->log, DBC_LOG_INFO, "Configured for %s datapath",
                 run->planner.datapath->name);
        rc = ifr_run_apply(run, &why);
    }
    run->failed = NULL;
    ifr_plan_release(&run->plan);
    if (rc == 0 || failed.n > 0) {
        tell_all(batch, &failed, &why);
        rc = 0;
    } else {
        dbc_log_error(run->host->log, &why);
        dbc_logf(run->host->log, DBC_LOG_WARNING,
                 "not all at once: each interface is brought up by itself");
    }
    dbc_strvec_release(&failed);
    return rc == 0;
}

static bool only_up(const struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        if (batch->requests[i].verb != IFR_UP) {
            return false;
        }
    }
    return batch->n > 1;
}

/* What cannot be done together is left for one_by_one. */
static void try_together(struct batch *batch)
{
    struct run *run = batch->run;
    struct dbc_error why = DBC_ERROR_INIT;

    if (!only_up(batch)) {
        return;
    }
    ifr_run_take_request(run, &batch->requests[0]);
    run->planner.several = true;
    if (ifr_run_choose_datapath(run, &why) == 0 && ifr_run_observe(run, &why) == 0 &&
        run->planner.seen) {
        collect(batch);
        (void)(batch->n_items == 0 || carry_out_together(batch));
    }
    run->planner.several = false;
}

/* ---- One by one ----------------------------------------------------------------------------- */

static void one_by_one(struct batch *batch)
{
    struct run *run = batch->run;

    for (size_t i = 0; i < batch->n; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        int rc = -1;
        if (batch->told[i]) {
            continue;
        }
        ifr_run_take_request(run, &batch->requests[i]);
        rc = ifr_run_begin_forced(run, &why);
        if (rc == 0) {
            rc = ifr_run_carry_out_forced(run, NULL, &why);
        }
        tell(batch, &batch->requests[i], rc < 0 ? &why : NULL);
        ifr_plan_release(&run->plan);
    }
}

static int run_batch(struct batch *batch, struct dbc_error *err)
{
    batch->told = calloc(batch->n, sizeof *batch->told);
    batch->items = calloc(batch->n, sizeof *batch->items);
    batch->of = calloc(batch->n, sizeof *batch->of);
    if (!batch->told || !batch->items || !batch->of) {
        dbc_fail_nomem(&batch->first);
    } else {
        try_together(batch);
        one_by_one(batch);
    }
    free(batch->told);
    free(batch->items);
    free(batch->of);
    if (batch->first.code != DBC_OK && err) {
        *err = batch->first;
    }
    return batch->first.code == DBC_OK ? 0 : -1;
}

int ifr_reconfigure_each(const struct ifr_request *requests, size_t n, const struct ifr_host *host,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err)
{
    struct run run = { .host = host, .plan = IFR_PLAN_INIT };
    struct batch batch = { .run = &run, .requests = requests, .n = n, .done = done, .ctx = ctx };
    int rc = -1;

    if (ifr_run_open(&run, err) == 0 && ifr_run_alone(&run, err) == 0 &&
        ifr_run_read_cache(&run, err) == 0) {
        rc = n > 0 ? run_batch(&batch, err) : 0;
    }
    ifr_run_close(&run);
    return rc;
}
