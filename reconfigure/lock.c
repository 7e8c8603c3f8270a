/* lock.c - the host's lock, and the removal of what a killed run left (lock.h). */
#include "reconfigure/lock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

int ifr_lock_take(const struct ifr_facts *facts, unsigned wait_ms, struct dbc_error *err)
{
    char path[PATH_MAX];

    return ifr_facts_path(facts, IFR_LOCK_PATH, path, err) < 0
               ? -1
               : dbc_lock_take(path, (int)wait_ms, err);
}

int ifr_lock_host(const struct ifr_host *host, const struct ifr_facts *facts, struct dbc_error *err)
{
    return ifr_lock_take(facts, host->lock_wait_ms ? host->lock_wait_ms : IFR_LOCK_WAIT, err);
}

struct timespec ifr_lock_taken(const struct ifr_facts *facts)
{
    char path[PATH_MAX];
    struct stat st = { 0 };

    if (ifr_facts_path(facts, IFR_LOCK_PATH, path, NULL) < 0 || stat(path, &st) < 0) {
        st.st_mtim = (struct timespec){ 0 };
    }
    return st.st_mtim;
}

static void clean_folder(const struct ifr_facts *facts, const char *folder, const char *only,
                         const struct dbc_log *log)
{
    char path[PATH_MAX];
    struct dbc_error err = DBC_ERROR_INIT;

    if ((ifr_facts_path(facts, folder, path, &err) < 0 || dbc_file_clean(path, only, &err) < 0) &&
        err.code != DBC_ENOENT) {
        dbc_log_error(log, &err);
    }
}

void ifr_lock_clean(const struct ifr_facts *facts, const struct dbc_log *log)
{
    const char *cache = ifr_facts_cache_path(facts);
    const char *name = strrchr(cache, '/') + 1;
    char *folder = strndup(cache, (size_t)(name - cache - 1));

    clean_folder(facts, "/etc/sysconfig", "network", log);
    clean_folder(facts, IFR_SCRIPTS, NULL, log);
    if (folder) {
        clean_folder(facts, folder, name, log);
    }
    free(folder);
}
