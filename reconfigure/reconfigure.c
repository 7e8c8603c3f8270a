/* reconfigure.c - one request from beginning to end (reconfigure.h): the lock, the records, the
 * plan, and its walk or its picture.  What a plan holds is decided in action.c; from_xapi.c asks
 * XAPI.
 */
#include "reconfigure/reconfigure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/valid.h"
#include "reconfigure/action.h"
#include "reconfigure/from_xapi.h"
#include "reconfigure/history.h"
#include "reconfigure/plan/apply.h"
#include "reconfigure/run.h"
#include "xml/reader.h"

#define TRIES 3 /* when somebody else changes Open vSwitch between observing and changing it */

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

static int take_lock_within(const struct run *run, unsigned wait, int *ret, struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    int rc = ifr_facts_path(run->facts, IFR_LOCK_PATH, &path, err);
    if (rc == 0) {
        *ret = dbc_lock_take(path.data, (int)wait, err);
        rc = *ret < 0 ? -1 : 0;
    }
    dbc_buf_release(&path);
    return rc;
}

int ifr_run_lock(const struct run *run, int *ret, struct dbc_error *err)
{
    unsigned wait = run->host->lock_wait_ms ? run->host->lock_wait_ms : IFR_LOCK_WAIT;
    return take_lock_within(run, wait, ret, err);
}

/* When the lock was last taken, since who takes it writes into it; zero when it never was. */
static struct timespec lock_taken(const struct run *run)
{
    struct dbc_buf path = DBC_BUF_INIT;
    struct stat st = { 0 };
    if (ifr_facts_path(run->facts, IFR_LOCK_PATH, &path, NULL) < 0 || stat(path.data, &st) < 0) {
        st.st_mtim = (struct timespec){ 0 };
    }
    dbc_buf_release(&path);
    return st.st_mtim;
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

void ifr_run_clean(const struct run *run)
{
    const char *cache = ifr_facts_cache_path(run->facts);
    const char *name = strrchr(cache, '/') + 1;
    char *folder = strndup(cache, (size_t)(name - cache - 1));
    clean_folder(run, "/etc/sysconfig", "network");
    clean_folder(run, IFR_SCRIPTS, NULL);
    if (folder) {
        clean_folder(run, folder, name);
    }
    free(folder);
}

/* ---- Records. ------------------------------------------------------------------------------- */

static void log_warning(void *ctx, const struct dbc_error *warning)
{
    struct run *run = ctx;
    run->damaged = run->damaged || warning->code != DBC_EINVAL;
    dbc_log_error(run->host->log, warning);
}

/* The newest good snapshot instead of a cache that cannot be used. */
static bool use_history(struct run *run)
{
    struct dbc_db *db = ifr_history_newest(run->facts, run->host->log);
    if (db) {
        dbc_db_free(run->db);
        run->db = db;
        run->planner.db = db;
        run->damaged = false;
    }
    return db != NULL;
}

int ifr_run_read_cache(struct run *run, struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    const char *cache = ifr_facts_cache_path(run->facts);

    dbc_logf(run->host->log, DBC_LOG_INFO, "Loading xapi database cache from %s", cache);
    if (ifr_facts_path(run->facts, cache, &path, &why) == 0) {
        run->db = dbc_xml_read_file(path.data, log_warning, run, &why);
    }
    dbc_buf_release(&path);
    run->planner.db = run->db;
    if (!run->db && why.code != DBC_ENOMEM && use_history(run)) {
        dbc_log_error(run->host->log, &why);
    }
    if (!run->db && err) {
        *err = why;
    }
    return run->db ? 0 : -1;
}

/* The PIF that the request names.  An error says in which file something is missing. */
const struct dbc_pif *ifr_run_find_pif(const struct run *run, struct dbc_error *err)
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

/* The PIF that the request names to XAPI. */
static const struct dbc_pif *find_pif_in_hand(const struct run *run, struct dbc_error *err)
{
    const struct ifr_request *request = run->request;
    const char *name = request->pif ? request->pif : request->pif_uuid;
    const struct dbc_pif *pif = NULL;
    if (request->pif) {
        pif = dbc_db_pif(run->db, name);
    } else {
        pif = (const struct dbc_pif *)dbc_db_find_uuid(run->db, DBC_PIF, name);
    }
    if (!pif) {
        dbc_fail(err, DBC_ENOENT, "%s knows no PIF %s on this host",
                 run->from_cache ? ifr_facts_cache_path(run->facts) : "XAPI", name);
    }
    return pif;
}

/* The records as XAPI has them now, or the decision to go on from the cache. */
static int ask_xapi(struct run *run, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = ifr_from_xapi(run->request, run->facts, run->host->log, &run->db, &why);
    if (rc < 0 && run->request->fallback_cache && why.code != DBC_ENOMEM) {
        dbc_log_error(run->host->log, &why);
        dbc_logf(run->host->log, DBC_LOG_WARNING,
                 "XAPI cannot be asked: going on from the cache, which will not be saved");
        run->from_cache = true;
        rc = 0;
    }
    if (rc < 0 && err) {
        *err = why;
    }
    run->planner.db = run->db;
    return rc;
}

/* Records, and then the lock, since a XAPI that takes its time should keep nobody else waiting.
 * When somebody else had the lock meanwhile the records may be older than what that run did and
 * saved: XAPI is asked once more, under the lock, having just shown that it answers. */
static int get_records(struct run *run, int *lock, struct dbc_error *err)
{
    struct timespec before = lock_taken(run), after = { 0 };

    if (ask_xapi(run, err) < 0) {
        return -1;
    }
    if (run->request->dry_run == IFR_DO) {
        after = lock_taken(run);
        bool alone = before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec &&
                     take_lock_within(run, 0, lock, NULL) == 0;
        if (!alone && ifr_run_lock(run, lock, err) < 0) {
            return -1;
        }
        if (!alone && !run->from_cache) {
            dbc_db_free(run->db);
            run->db = NULL;
            if (ask_xapi(run, err) < 0) {
                return -1;
            }
        }
    }
    return run->from_cache ? ifr_run_read_cache(run, err) : 0;
}

/* ---- The plan. ------------------------------------------------------------------------------ */

int ifr_run_choose_datapath(struct run *run, struct dbc_error *err)
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

/* What can be seen of the host, read anew.  Blind where the datapath itself cannot be. */
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

/* Up or down of one PIF: refused, or planned. */
static int plan_pif(struct run *run, const struct dbc_pif *pif, struct dbc_error *err)
{
    struct ifr_planner *p = &run->planner;
    const struct ifr_item item = { pif, run->request->management };

    if (ifr_run_choose_datapath(run, err) < 0 || p->datapath->check(p, pif, err) < 0) {
        return -1;
    }
    run->device = dbc_pif_bridge(run->db, pif);
    ifr_plan_flush_notes(&run->plan, run->host->log);
    dbc_logf(run->host->log, DBC_LOG_INFO, "Configured for %s datapath", p->datapath->name);
    if (ifr_run_observe(run, err) < 0) {
        return -1;
    }
    return run->request->verb == IFR_UP ? ifr_plan_up(p, &item, 1, err)
                                        : ifr_plan_down(p, pif, err);
}

/* A PVS host runs over its boot device: that is left alone. */
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

/* --force BRIDGE: what the plan is made of, without XAPI. */
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
    if (!pif && run->damaged && use_history(run)) {
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

/* Up or down of the PIF in hand. */
static int plan_in_hand(struct run *run, struct dbc_error *err)
{
    const struct dbc_pif *pif = find_pif_in_hand(run, err);
    char netdev[DBC_NETDEV_NAME_SIZE];
    bool boot_device = false;
    if (!pif) {
        return -1;
    }
    dbc_logf(run->host->log, DBC_LOG_INFO, "Bring %s PIF %s: %s configured as %s",
             verb_name(run->request->verb), pif->uuid, dbc_pif_netdev(pif, netdev),
             pif->ip_configuration_mode);
    if (ifr_run_is_boot_device(run, pif, &boot_device, err) < 0) {
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

/* From XAPI's records: the action, and the cache as it will be needed at the next boot. */
static int plan_from_records(struct run *run, struct dbc_error *err)
{
    int rc = run->request->verb == IFR_REWRITE ? plan_rewrite(run, err) : plan_in_hand(run, err);
    if (rc == 0 && !run->from_cache) {
        ifr_plan_save(&run->plan, ifr_facts_cache_path(run->facts), run->db);
    }
    return rc;
}

/* The request in a few words, for people. */
static const char *subject(const struct ifr_request *request)
{
    if (request->bridge) {
        return request->bridge;
    }
    return request->pif ? request->pif : request->pif_uuid;
}

/* The way back of a change that must be confirmed, made to last before and while it happens. */
static int keep_pending(void *ctx, const struct ifr_undo *undo, struct dbc_error *err)
{
    struct run *run = ctx;
    const char *device = run->request->bridge ? run->request->bridge : run->device;

    return run->pending.json
               ? ifr_confirm_keep(run->facts, &run->pending, undo, err)
               : ifr_confirm_arm(run->facts, run->request, device, undo, &run->pending, err);
}

/* The plan is done, or undone: the time for the confirmation starts, or the record is history. */
static int settle_pending(struct run *run, int rc, struct dbc_error *err)
{
    const char *save = run->save.len > 0 ? run->save.data : NULL;

    if (!run->pending.json) {
        return rc;
    }
    if (rc == 0) {
        return ifr_confirm_applied(run->host, run->facts, &run->pending, run->request->confirm_s,
                                   save, err);
    }
    ifr_confirm_forget(run->facts, run->host->log);
    return rc;
}

static int check_confirm(struct run *run, struct dbc_error *err)
{
    if (run->request->confirm_s == 0) {
        return 0;
    }
    if (!run->planner.seen || !run->live.kernel) {
        return dbc_fail(err, DBC_EUNSUPPORTED,
                        "--confirm needs a host that can be observed, to know the way back");
    }
    return ifr_plan_defer_save(&run->plan, &run->save, err);
}

/* Carries the plan out.  A file that is right already is not replaced where everything else is
 * looked at as well. */
int ifr_run_apply(struct run *run, struct dbc_error *err)
{
    struct ifr_apply_host host = { .prefix = run->host->prefix,
                                   .facts = run->facts,
                                   .runner = run->host->runner,
                                   .log = run->host->log,
                                   .live = run->planner.seen ? &run->live : NULL,
                                   .seen = run->planner.seen,
                                   .failed = run->failed,
                                   .stop = run->host->stop };
    bool changes = false;

    if (run->planner.seen) {
        ifr_plan_keep_differing_files(&run->plan, run->facts);
    }
    changes = ifr_plan_changes(&run->plan, run->facts);
    if (run->host->changed) {
        *run->host->changed = *run->host->changed || changes;
    }
    if (check_confirm(run, err) < 0) {
        return -1;
    }
    if (run->request->confirm_s > 0 && changes) {
        host.keep = keep_pending;
        host.keep_ctx = run;
    }
    return settle_pending(run, ifr_apply(&run->plan, &host, err), err);
}

/* Shows the plan, or carries it out. */
static int finish(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    switch (run->request->dry_run) {
    case IFR_DO:
        break;
    case IFR_DRY_RUN:
        dbc_buf_adds(shown, "Dry run of \"");
        if (subject(run->request)) {
            dbc_buf_add_printable(shown, subject(run->request));
            dbc_buf_addc(shown, ' ');
        }
        dbc_buf_addf(shown, "%s\": nothing is changed.\n\n", verb_name(run->request->verb));
        return ifr_plan_print(&run->plan, run->facts, shown, err);
    case IFR_DRY_RUN_JSON:
        return ifr_plan_print_json(&run->plan, run->facts, shown, err);
    }
    return ifr_run_apply(run, err);
}

/* Does the plan replace the cache?  Of --force only rewrite does. */
static bool saves(const struct run *run)
{
    bool from_records = run->request->bridge ? run->request->verb == IFR_REWRITE : !run->from_cache;
    return run->request->dry_run == IFR_DO && from_records && run->request->confirm_s == 0;
}

/* Behind the save, its snapshot: nothing waits for it but our end. */
static int finish_and_keep(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    struct dbc_buf before = DBC_BUF_INIT, reason = DBC_BUF_INIT;
    bool keeps = saves(run);
    int rc = -1;

    if (keeps) {
        ifr_history_before(run->facts, &before);
    }
    rc = finish(run, shown, err);
    if (keeps && rc == 0) {
        dbc_buf_addf(&reason, "%s%s%s", verb_name(run->request->verb),
                     subject(run->request) ? " " : "",
                     subject(run->request) ? subject(run->request) : "");
        ifr_history_save(run->facts, run->host->log, &before, dbc_buf_str(&reason));
    }
    dbc_buf_release(&before);
    dbc_buf_release(&reason);
    return rc;
}

/* The request in hand is announced, or refused for its name. */
int ifr_run_begin_forced(const struct run *run, struct dbc_error *err)
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

/* Plans and carries out, again when somebody else changed Open vSwitch in between. */
static int carry_out(struct run *run, int (*plan)(struct run *run, struct dbc_error *err),
                     struct dbc_buf *shown, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = -1;

    for (unsigned i = 0; i < TRIES; i++) {
        dbc_error_clear(&why);
        if (plan(run, &why) < 0) {
            ifr_plan_flush_notes(&run->plan, run->host->log);
            break;
        }
        rc = finish_and_keep(run, shown, &why);
        if (rc == 0 || why.code != DBC_ECONFLICT) {
            break;
        }
        dbc_logf(run->host->log, DBC_LOG_WARNING,
                 "somebody else changed Open vSwitch meanwhile: %s",
                 i + 1 < TRIES ? "looking again" : "giving up");
        ifr_plan_release(&run->plan);
    }
    if (rc < 0 && err) {
        *err = why;
    }
    return rc;
}

int ifr_run_carry_out_forced(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    return carry_out(run, plan_forced, shown, err);
}

static int run_forced(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    int lock = -1, rc = -1;

    if (ifr_run_begin_forced(run, err) < 0) {
        return -1;
    }
    if (run->request->dry_run == IFR_DO) {
        if (ifr_run_lock(run, &lock, err) < 0) {
            return -1;
        }
        ifr_run_clean(run);
        if (ifr_confirm_settle(run->host, run->facts, err) < 0) {
            dbc_lock_drop(lock);
            return -1;
        }
    }
    rc = ifr_run_carry_out_forced(run, shown, err);
    dbc_lock_drop(lock);
    return rc;
}

/* Everything but --force starts at XAPI. */
static int run_from_xapi(struct run *run, struct dbc_buf *shown, struct dbc_error *err)
{
    int lock = -1, rc = -1;

    if (get_records(run, &lock, err) == 0) {
        rc = 0;
        if (lock >= 0) {
            ifr_run_clean(run);
            rc = ifr_confirm_settle(run->host, run->facts, err);
        }
        rc = rc < 0 ? rc : carry_out(run, plan_from_records, shown, err);
    }
    dbc_lock_drop(lock);
    return rc;
}

/* `run` is fresh but for its host. */
int ifr_run_open(struct run *run, struct dbc_error *err)
{
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
    ifr_plan_release(&run->plan);
    ifr_state_release(&run->seen);
    ifr_live_close(&run->live);
    ifr_pending_release(&run->pending);
    dbc_buf_release(&run->save);
    dbc_db_free(run->db);
    ifr_facts_free(run->facts);
}

int ifr_reconfigure(const struct ifr_request *request, const struct ifr_host *host,
                    struct dbc_buf *shown, struct dbc_error *err)
{
    struct run run = { .host = host, .plan = IFR_PLAN_INIT };
    int rc = -1;

    if (ifr_run_open(&run, err) < 0) {
        return -1;
    }
    ifr_run_take_request(&run, request);
    rc = request->bridge ? run_forced(&run, shown, err) : run_from_xapi(&run, shown, err);
    ifr_run_close(&run);
    return rc;
}
