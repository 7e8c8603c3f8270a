/* xapi_sync.c - starts, stops and asks ovs-xapi-sync (xapi_sync.h). */
#include "reconfigure/boot/xapi_sync.h"

#include <string.h>

#ifndef IFR_XAPI_SYNC
#define IFR_XAPI_SYNC "/usr/sbin/ovs-xapi-sync"
#endif
#define NAME "ovs-xapi-sync"
#define APPCTL "/usr/bin/ovs-appctl", "--timeout=20", "-t", NAME

static pid_t find(const struct ifr_facts *facts)
{
    return ifr_facts_daemon(facts, IFR_XAPI_SYNC_PID, NAME);
}

void ifr_xapi_sync_start(const struct ifr_host *host, const struct ifr_facts *facts)
{
    const char *const argv[] = { IFR_XAPI_SYNC, "--detach",   "--monitor",
                                 "--pidfile",   "--log-file", "unix:/var/run/openvswitch/db.sock",
                                 NULL };

    if (ifr_facts_executable(facts, IFR_XAPI_SYNC) && find(facts) == 0) {
        ifr_boot_try(host, argv, IFR_DEADLINE_XAPI_SYNC);
    }
}

void ifr_xapi_sync_stop(const struct ifr_host *host, const struct ifr_facts *facts)
{
    const char *const argv[] = { APPCTL, "exit", NULL };

    if (find(facts) != 0) {
        ifr_boot_try(host, argv, IFR_DEADLINE_XAPI_SYNC);
    }
}

int ifr_xapi_sync_reload(const struct ifr_host *host, const struct ifr_facts *facts,
                         struct dbc_error *err)
{
    const char *const argv[] = { APPCTL, "flush-cache", NULL };

    if (find(facts) == 0) {
        return dbc_fail(err, DBC_ENOENT, NAME " does not run");
    }
    return ifr_boot_run(host, argv, IFR_DEADLINE_XAPI_SYNC, err);
}

enum ifr_status ifr_xapi_sync_status(const struct ifr_facts *facts, struct dbc_buf *text)
{
    pid_t pid = find(facts);

    if (pid != 0) {
        dbc_buf_addf(text, NAME " is running with pid %ld\n", (long)pid);
        return IFR_STATUS_RUNNING;
    }
    if (!ifr_facts_executable(facts, IFR_XAPI_SYNC)) {
        return IFR_STATUS_RUNNING;
    }
    dbc_buf_adds(text, NAME " is not running\n");
    return ifr_facts_file_exists(facts, IFR_XAPI_SYNC_PID) ? IFR_STATUS_DEAD : IFR_STATUS_STOPPED;
}
