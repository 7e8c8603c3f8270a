/* records.c - the records of a run: from the cache, its history or XAPI (run.h). */
#include <string.h>

#include "reconfigure/from_xapi.h"
#include "reconfigure/history.h"
#include "reconfigure/lock.h"
#include "reconfigure/run.h"
#include "xml/reader.h"

static void log_warning(void *ctx, const struct dbc_error *warning)
{
    struct run *run = ctx;
    run->damaged = run->damaged || warning->code != DBC_EINVAL;
    dbc_log_error(run->host->log, warning);
}

bool ifr_run_use_history(struct run *run)
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
    char path[PATH_MAX];
    struct dbc_error why = DBC_ERROR_INIT;
    const char *cache = ifr_facts_cache_path(run->facts);

    dbc_logf(run->host->log, DBC_LOG_INFO, "Loading xapi database cache from %s", cache);
    if (ifr_facts_path(run->facts, cache, path, &why) == 0) {
        run->db = dbc_xml_read_file(path, log_warning, run, &why);
    }
    run->planner.db = run->db;
    if (!run->db && why.code != DBC_ENOMEM && ifr_run_use_history(run)) {
        dbc_log_error(run->host->log, &why);
    }
    if (!run->db && err) {
        *err = why;
    }
    return run->db ? 0 : -1;
}

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

const struct dbc_pif *ifr_run_find_pif_in_hand(const struct run *run, struct dbc_error *err)
{
    const struct ifr_request *request = run->request;
    const char *name = request->pif ? request->pif : request->pif_uuid;
    const struct dbc_pif *pif = NULL;
    char netdev[DBC_NETDEV_NAME_SIZE];
    if (request->pif) {
        pif = dbc_db_pif(run->db, name);
    } else {
        pif = (const struct dbc_pif *)dbc_db_find_uuid(run->db, DBC_PIF, name);
    }
    if (!pif) {
        dbc_fail(err, DBC_ENOENT, "%s knows no PIF %s on this host",
                 run->from_cache ? ifr_facts_cache_path(run->facts) : "XAPI", name);
        return NULL;
    }
    dbc_logf(run->host->log, DBC_LOG_INFO, "Bring %s PIF %s: %s configured as %s",
             ifr_verb_name(request->verb), pif->uuid, dbc_pif_netdev(pif, netdev),
             pif->ip_configuration_mode);
    return pif;
}

/* Gets XAPI's records, or decides to go on from the cache. */
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

/* Takes the lock if it is free and nobody took it while XAPI was asked. */
static bool lock_at_once(struct run *run, struct timespec before)
{
    struct timespec after = ifr_lock_taken(run->facts);

    if (before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec) {
        run->lock = ifr_lock_take(run->facts, 0, NULL);
    }
    return run->lock >= 0;
}

/* When somebody else had the lock meanwhile, the records may be older than what that run did and
 * saved.  Then XAPI, which has just answered, is asked again under the lock. */
int ifr_run_ask(struct run *run, struct dbc_error *err)
{
    struct timespec before = ifr_lock_taken(run->facts);
    bool dry = run->request->dry_run != IFR_DO, again = false;

    if (ask_xapi(run, err) < 0) {
        return -1;
    }
    again = !dry && !lock_at_once(run, before);
    if (!dry && ifr_run_alone(run, err) < 0) {
        return -1;
    }
    if (again && !run->from_cache) {
        dbc_db_free(run->db);
        run->db = NULL;
        if (ask_xapi(run, err) < 0) {
            return -1;
        }
    }
    return run->from_cache ? ifr_run_read_cache(run, err) : 0;
}
