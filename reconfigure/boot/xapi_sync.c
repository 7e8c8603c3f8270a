/* xapi_sync.c - starts, stops and asks ovs-xapi-sync (xapi_sync.h). */
#include "reconfigure/boot/xapi_sync.h"

#include <string.h>

#ifndef IFR_XAPI_SYNC
#define IFR_XAPI_SYNC "/usr/sbin/ovs-xapi-sync"
#endif
#define NAME "ovs-xapi-sync"

/* Returns its pid, or 0.  The pid in the file may belong to another program by now. */
static pid_t find(const struct ifr_facts *facts)
{
    pid_t pid = ifr_facts_pid(facts, IFR_XAPI_SYNC_PID);
    struct dbc_buf text = DBC_BUF_INIT;
    bool runs =
        ifr_facts_cmdline(facts, pid, &text) && strcmp(ifr_program_name(text.data), NAME) == 0;

    dbc_buf_release(&text);
    return runs ? pid : 0;
}

static void run(const struct ifr_host *host, const struct dbc_strvec *argv)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_boot_run(host, argv, IFR_DEADLINE_XAPI_SYNC, &why) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s", why.text);
    }
}

void ifr_xapi_sync_start(const struct ifr_host *host, const struct ifr_facts *facts)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;

    if (ifr_facts_executable(facts, IFR_XAPI_SYNC) && find(facts) == 0) {
        dbc_strvec_pushl(&argv, IFR_XAPI_SYNC, "--detach", "--monitor", "--pidfile", "--log-file",
                         "unix:/var/run/openvswitch/db.sock", NULL);
        run(host, &argv);
    }
    dbc_strvec_release(&argv);
}

static void push_command(struct dbc_strvec *argv, const char *command)
{
    dbc_strvec_pushl(argv, "/usr/bin/ovs-appctl", "--timeout=20", "-t", NAME, command, NULL);
}

void ifr_xapi_sync_stop(const struct ifr_host *host, const struct ifr_facts *facts)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;

    if (find(facts) != 0) {
        push_command(&argv, "exit");
        run(host, &argv);
    }
    dbc_strvec_release(&argv);
}

int ifr_xapi_sync_reload(const struct ifr_host *host, const struct ifr_facts *facts,
                         struct dbc_error *err)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    int rc = -1;

    if (find(facts) == 0) {
        return dbc_fail(err, DBC_ENOENT, NAME " does not run");
    }
    push_command(&argv, "flush-cache");
    rc = ifr_boot_run(host, &argv, IFR_DEADLINE_XAPI_SYNC, err);
    dbc_strvec_release(&argv);
    return rc;
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
