/* reconfigure.c - one request from beginning to end (reconfigure.h): the lock, the records, the
 * plan, and its walk or its picture.  What a plan holds is decided in action.c. */
#include "reconfigure/reconfigure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/valid.h"
#include "reconfigure/action.h"
#include "reconfigure/apply.h"
#include "xml/reader.h"

#define XAPI_SOCKET "/var/lib/xcp/xapi"
#define XAPI_SOCKET_OLD "/var/xapi/xapi"
#define SCRIPTS_FOLDER "/etc/sysconfig/network-scripts"

/* A request on its way. */
struct run {
    const struct ifr_request *request;
    const struct ifr_host *host;
    struct ifr_facts *facts;
    struct dbc_db *db;
    struct ifr_plan plan;
    struct ifr_planner planner;
};

static const char *verb_name(enum ifr_verb verb)
{
    switch (verb) {
    case IFR_UP:
        return "up";
    case IFR_DOWN:
        return "down";
    case IFR_REWRITE:
        return "rewrite";
    }
    return "";
}

/* ---- Alone on the host. --------------------------------------------------------------------- */

static int take_lock(const struct run *run, int *ret, struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    unsigned wait = run->host->lock_wait_ms ? run->host->lock_wait_ms : IFR_LOCK_WAIT;
    int rc = ifr_facts_path(run->facts, IFR_LOCK_PATH, &path, err);
    if (rc == 0) {
        *ret = dbc_lock_take(path.data, (int)wait, err);
        rc = *ret < 0 ? -1 : 0;
    }
    dbc_buf_release(&path);
    return rc;
}

/* Leftovers of a killed run in one folder.  They do no harm but to tidiness, so neither does a
 * folder that cannot be cleaned. */
static void clean_folder(const struct run *run, const char *folder, const char *only)
{
    struct dbc_buf path = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    if (ifr_facts_path(run->facts, folder, &path, &err) < 0 ||
        dbc_file_clean(path.data, only, &err) < 0) {
        if (err.code != DBC_ENOENT) {
            dbc_log_error(run->host->log, &err);
        }
    }
    dbc_buf_release(&path);
}

static void clean(const struct run *run)
{
    const char *cache = ifr_facts_cache_path(run->facts);
    const char *name = strrchr(cache, '/') + 1;
    char *folder = strndup(cache, (size_t)(name - cache - 1));
    clean_folder(run, "/etc/sysconfig", "network");
    clean_folder(run, SCRIPTS_FOLDER, NULL);
    if (folder) {
        clean_folder(run, folder, name);
    }
    free(folder);
}

/* ---- Records. ------------------------------------------------------------------------------- */

static void log_warning(void *ctx, const struct dbc_error *warning)
{
    const struct run *run = ctx;
    dbc_log_error(run->host->log, warning);
}

static int read_cache(struct run *run, struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    const char *cache = ifr_facts_cache_path(run->facts);

    dbc_logf(run->host->log, DBC_LOG_INFO, "Loading xapi database cache from %s", cache);
    if (ifr_facts_path(run->facts, cache, &path, err) == 0) {
        run->db = dbc_xml_read_file(path.data, log_warning, run, err);
    }
    dbc_buf_release(&path);
    run->planner.db = run->db;
    return run->db ? 0 : -1;
}

/* The PIF that the request names.  An error says in which file something is missing. */
static const struct dbc_pif *find_pif(const struct run *run, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    const struct dbc_pif *pif = dbc_pif_by_bridge(run->db, run->request->bridge, &why);
    if (!pif && !why.file[0]) {
        dbc_fail_at(err, why.code, ifr_facts_cache_path(run->facts), 0, 0, "%s", why.text);
    } else if (!pif && err) {
        *err = why;
    }
    return pif;
}

/* ---- The plan. ------------------------------------------------------------------------------ */

static int choose_datapath(struct run *run, struct dbc_error *err)
{
    enum ifr_datapath_kind kind = IFR_DATAPATH_BRIDGE;
    if (ifr_facts_datapath(run->facts, &kind, err) < 0) {
        return -1;
    }
    switch (kind) {
    case IFR_DATAPATH_BRIDGE:
        run->planner.datapath = &ifr_datapath_bridge;
        break;
    case IFR_DATAPATH_VSWITCH:
        run->planner.datapath = &ifr_datapath_vswitch;
        break;
    }
    return 0;
}

/* Up or down of one PIF: refused, or planned. */
static int plan_pif(struct run *run, const struct dbc_pif *pif, struct dbc_error *err)
{
    struct ifr_planner *p = &run->planner;
    char ipdev[DBC_NETDEV_NAME_SIZE];

    if (choose_datapath(run, err) < 0 || p->datapath->check(p, pif, err) < 0) {
        return -1;
    }
    ifr_plan_flush_notes(&run->plan, run->host->log);
    dbc_logf(run->host->log, DBC_LOG_INFO, "Configured for %s datapath", p->datapath->name);
    p->fresh = !ifr_facts_netdev_exists(run->facts, dbc_pif_ipdev(run->db, pif, ipdev));
    return run->request->verb == IFR_UP ? ifr_plan_up(p, pif, err) : ifr_plan_down(p, pif, err);
}

/* --force BRIDGE: what the plan is made of, without XAPI. */
static int plan_forced(struct run *run, struct dbc_error *err)
{
    const struct dbc_pif *pif = NULL;
    bool boot_device = false;
    if (run->request->verb == IFR_REWRITE) {
        return ifr_plan_force_rewrite(&run->planner, run->request, err);
    }
    if (!run->db && read_cache(run, err) < 0) {
        return -1;
    }
    pif = find_pif(run, err);
    if (!pif) {
        return -1;
    }
    if (ifr_facts_boot_device(run->facts, pif->MAC, &boot_device, err) < 0) {
        return -1;
    }
    if (boot_device) {
        dbc_logf(run->host->log, DBC_LOG_INFO, "Skipping PVS device %s (%s)", pif->device,
                 pif->MAC);
        return 0;
    }
    return plan_pif(run, pif, err);
}

/* Shows the plan, or carries it out. */
static int finish(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    switch (run->request->dry_run) {
    case IFR_DO:
        break;
    case IFR_DRY_RUN:
        dbc_buf_addf(shown, "Dry run of \"%s %s\": nothing is changed.\n\n", run->request->bridge,
                     verb_name(run->request->verb));
        return ifr_plan_print(&run->plan, run->facts, shown, err);
    case IFR_DRY_RUN_JSON:
        return ifr_plan_print_json(&run->plan, run->facts, shown, err);
    }
    return ifr_apply(&run->plan, run->host->prefix, run->facts, run->host->runner, run->host->log,
                     err);
}

/* The request in hand is announced, or refused for its name. */
static int begin_forced(const struct run *run, struct dbc_error *err)
{
    const struct ifr_request *request = run->request;
    if (!dbc_valid_ifname(request->bridge)) {
        return dbc_fail(err, DBC_EINVAL,
                        "--force: \"%s\" is no bridge name (1 to %d of A-Z a-z 0-9 . _ -)",
                        request->bridge, DBC_IFNAME_MAX);
    }
    dbc_logf(run->host->log, DBC_LOG_INFO, "Force interface %s %s", request->bridge,
             verb_name(request->verb));
    return 0;
}

static int carry_out_forced(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    if (plan_forced(run, err) < 0) {
        ifr_plan_flush_notes(&run->plan, run->host->log);
        return -1;
    }
    return finish(run, shown, err);
}

static int run_forced(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    int lock = -1, rc = -1;

    if (begin_forced(run, err) < 0) {
        return -1;
    }
    if (run->request->dry_run == IFR_DO) {
        if (take_lock(run, &lock, err) < 0) {
            return -1;
        }
        clean(run);
    }
    rc = carry_out_forced(run, shown, err);
    dbc_lock_drop(lock);
    return rc;
}

/* Everything but --force starts at XAPI. */
static int run_xapi(const struct run *run, struct dbc_error *err)
{
    const char *sockets[] = { XAPI_SOCKET, XAPI_SOCKET_OLD };
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
        if (ifr_facts_file_exists(run->facts, sockets[i])) {
            return dbc_fail(err, DBC_EUNSUPPORTED,
                            "cannot reach XAPI: %s is there, but this version speaks to the cache "
                            "only (--force BRIDGE)",
                            sockets[i]);
        }
    }
    return dbc_fail(err, DBC_ENOENT, "cannot reach XAPI: no socket %s or %s", XAPI_SOCKET,
                    XAPI_SOCKET_OLD);
}

/* `run` is fresh but for its host. */
static int open_run(struct run *run, struct dbc_error *err)
{
    run->facts = ifr_facts_new(run->host->prefix, run->host->runner, run->host->log, err);
    run->planner.facts = run->facts;
    run->planner.plan = &run->plan;
    return run->facts ? 0 : -1;
}

static void take_request(struct run *run, const struct ifr_request *request)
{
    run->request = request;
    run->planner.force = request->bridge != NULL;
    run->planner.management = request->management;
}

static void close_run(struct run *run)
{
    ifr_plan_release(&run->plan);
    dbc_db_free(run->db);
    ifr_facts_free(run->facts);
}

int ifr_reconfigure(const struct ifr_request *request, const struct ifr_host *host,
                    struct dbc_buf *shown, struct dbc_error *err)
{
    struct run run = { .host = host, .plan = IFR_PLAN_INIT };
    int rc = -1;

    if (open_run(&run, err) < 0) {
        return -1;
    }
    take_request(&run, request);
    rc = request->bridge ? run_forced(&run, shown, err) : run_xapi(&run, err);
    close_run(&run);
    return rc;
}

/* ---- Several in one go. --------------------------------------------------------------------- */

/* One of several, with a plan of its own. */
static int run_one(struct run *run, const struct ifr_request *request, struct dbc_error *err)
{
    int rc = -1;
    take_request(run, request);
    rc = begin_forced(run, err);
    if (rc == 0) {
        rc = carry_out_forced(run, NULL, err);
    }
    ifr_plan_release(&run->plan);
    return rc;
}

int ifr_reconfigure_each(const struct ifr_request *requests, size_t n, const struct ifr_host *host,
                         ifr_done_fn *done, void *ctx, struct dbc_error *err)
{
    struct run run = { .host = host, .plan = IFR_PLAN_INIT };
    int lock = -1, rc = -1;

    if (open_run(&run, err) < 0 || take_lock(&run, &lock, err) < 0) {
        goto out;
    }
    clean(&run);
    if (read_cache(&run, err) < 0) {
        goto out;
    }
    rc = 0;
    for (size_t i = 0; i < n; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        int one = run_one(&run, &requests[i], &why);
        done(ctx, &requests[i], one < 0 ? &why : NULL);
        if (one < 0) {
            rc = -1;
        }
        if (one < 0 && err && err->code == DBC_OK) {
            *err = why;
        }
    }
out:
    dbc_lock_drop(lock);
    close_run(&run);
    return rc;
}
