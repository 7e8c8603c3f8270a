/* history.c - loads and calls the module that keeps the cache's history (history.h). */
#include "reconfigure/history.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/limits.h"
#include "store/module.h"
#include "xml/reader.h"

/* Found by the run path of the program, as from_xapi.c's. */
#define MODULE "dbcache-history.so"
#define PROGRAM "interface-reconfigure"

/* Where the cache and its history are. */
struct place {
    char cache[PATH_MAX];
    char *history;
};

static int find_place(const struct ifr_facts *facts, struct place *place, struct dbc_error *err)
{
    if (ifr_facts_path(facts, ifr_facts_cache_path(facts), place->cache, err) < 0) {
        return -1;
    }
    place->history = dbc_history_path(place->cache);
    return place->history ? 0 : dbc_fail_nomem(err);
}

/* A missing module is no fault of the host's; anything else is worth a warning. */
static void log_failure(const struct dbc_log *log, const struct dbc_error *err)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];
    enum dbc_level level = err->code == DBC_ENOENT ? DBC_LOG_INFO : DBC_LOG_WARNING;

    dbc_logf(log, level, "No history of the cache: %s", dbc_error_string(err, text, sizeof text));
}

void ifr_history_before(const struct ifr_facts *facts, struct dbc_buf *out)
{
    char path[PATH_MAX];

    if (ifr_facts_path(facts, ifr_facts_cache_path(facts), path, NULL) == 0) {
        dbc_file_read(path, DBC_LIMIT_FILE_BYTES, out, NULL);
    }
}

bool ifr_history_differs(const struct ifr_facts *facts, const struct dbc_buf *before)
{
    struct dbc_buf now = DBC_BUF_INIT;
    bool differs = false;

    ifr_history_before(facts, &now);
    differs =
        now.len != before->len || memcmp(dbc_buf_str(&now), dbc_buf_str(before), now.len) != 0;
    dbc_buf_release(&now);
    return differs;
}

static int save(const struct dbc_history_module *module, const char *path,
                const struct dbc_buf *data, const char *reason, struct dbc_error *err)
{
    struct dbc_history_entry entry = {
        .data = dbc_buf_str(data), .len = data->len, .program = PROGRAM, .reason = reason
    };

    return data->len == 0 ? 0 : module->save(path, &entry, err);
}

void ifr_history_save(const struct ifr_facts *facts, const struct dbc_log *log,
                      const struct dbc_buf *before, const char *reason)
{
    const struct dbc_history_module *module = NULL;
    struct place place = { .history = NULL };
    struct dbc_buf now = DBC_BUF_INIT, found = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = find_place(facts, &place, &err);

    if (rc == 0) {
        module = dbc_history_load(MODULE, &err);
        rc = module ? dbc_file_read(place.cache, DBC_LIMIT_FILE_BYTES, &now, &err) : -1;
    }
    if (rc == 0) {
        dbc_buf_addf(&found, "before: %s", reason);
        rc = save(module, place.history, before, dbc_buf_str(&found), &err);
    }
    if (rc == 0) {
        rc = save(module, place.history, &now, reason, &err);
    }
    if (rc < 0) {
        log_failure(log, &err);
    }
    free(place.history);
    dbc_buf_release(&now);
    dbc_buf_release(&found);
}

/* ---- The newest snapshot -------------------------------------------------------------------- */

static void note_damage(void *ctx, const struct dbc_error *warning)
{
    bool *damaged = ctx;

    *damaged = *damaged || warning->code != DBC_EINVAL;
}

/* Returns the snapshot's records, or NULL when it is damaged. */
static struct dbc_db *parse(const char *path, const struct dbc_buf *text)
{
    bool damaged = false;
    struct dbc_db *db =
        dbc_xml_read_memory(path, dbc_buf_str(text), text->len, note_damage, &damaged, NULL);

    if (damaged) {
        dbc_db_free(db);
        db = NULL;
    }
    return db;
}

static void log_snapshot(const struct dbc_log *log, const char *path, int64_t id, int64_t when)
{
    time_t at = (time_t)when;
    struct tm tm;
    char text[64] = "at an unknown time";

    if (gmtime_r(&at, &tm)) {
        strftime(text, sizeof text, "on %Y-%m-%d at %H:%M:%S UTC", &tm);
    }
    dbc_logf(log, DBC_LOG_WARNING,
             "The cache cannot be used: going on from snapshot %lld of %s, saved %s", (long long)id,
             path, text);
}

/* Tries the snapshots from the newest on, since a damaged cache may have been saved. */
static struct dbc_db *find_whole(const struct dbc_history_module *module, const char *path,
                                 const struct dbc_log *log, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_db *db = NULL;
    int64_t id = 0, when = 0;

    while (!db && module->newest(path, id, &text, &id, &when, err) == 0) {
        db = parse(path, &text);
        dbc_buf_clear(&text);
    }
    if (db) {
        log_snapshot(log, path, id, when);
    }
    dbc_buf_release(&text);
    return db;
}

struct dbc_db *ifr_history_newest(const struct ifr_facts *facts, const struct dbc_log *log)
{
    const struct dbc_history_module *module = NULL;
    struct place place = { .history = NULL };
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = NULL;

    if (find_place(facts, &place, &err) == 0) {
        module = dbc_history_load(MODULE, &err);
    }
    if (module) {
        db = find_whole(module, place.history, log, &err);
    }
    if (!db && err.code != DBC_ENOENT) { /* without a history the cache's own error is enough */
        log_failure(log, &err);
    }
    free(place.history);
    return db;
}
