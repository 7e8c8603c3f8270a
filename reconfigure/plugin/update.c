/* update.c - the order of the work (update.h): interface-reconfigure renews the cache, XAPI is
 * asked, and only then Open vSwitch is changed (bring.h), so that it stays as it is when XAPI does
 * not answer. */
#include "reconfigure/plugin/update.h"

#include "reconfigure/host/facts.h"
#include "reconfigure/plugin/bring.h"

/* Where this project's own program is; CMake sets it to the folder of the installation. */
#ifndef IFR_RECONFIGURE
#define IFR_RECONFIGURE "/usr/local/sbin/interface-reconfigure"
#endif

/* ---- The functions -------------------------------------------------------------------------- */

/* Renews the cache and the bridges' network uuids, which are wrong after the host joined or left a
 * pool.  A separate program does it, with its own session and lock.  Its failure is only logged. */
static int rewrite(const struct ifr_host *host, struct dbc_error *err)
{
    const char *const argv[] = { IFR_RECONFIGURE, "rewrite", NULL };
    const struct ifr_command cmd = { .argv = argv, .deadline_ms = IFR_DEADLINE_REWRITE };
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_command_run(host->runner, &cmd, &why) == 0) {
        return 0;
    }
    if (why.code == DBC_ENOMEM) {
        return dbc_fail_nomem(err);
    }
    dbc_logf(host->log, DBC_LOG_WARNING, "%s", why.text);
    return 0;
}

static int uses_ovs(const struct ifr_host *host, bool *uses, struct dbc_error *err)
{
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    int rc = facts != NULL ? ifr_facts_datapath(facts, uses, err) : -1;

    ifr_facts_free(facts);
    return rc;
}

static int ask_xapi(const struct ifr_plugin *plugin, const char *session, struct ifr_wanted *wanted,
                    struct ifr_reply *reply, struct dbc_error *err)
{
    struct dbc_strvec sockets = DBC_STRVEC_INIT;
    struct ifr_xapi xapi = { .session = session, .timeout_ms = plugin->timeout_ms };
    int rc = -1;

    dbc_strvec_pushf(&sockets, "%s/var/lib/xcp/xapi", plugin->host->prefix);
    dbc_strvec_pushf(&sockets, "%s/var/xapi/xapi", plugin->host->prefix);
    xapi.sockets = (const char *const *)sockets.v;
    rc = sockets.failed ? dbc_fail_nomem(err)
                        : ifr_wanted_read(plugin->host, &xapi, wanted, reply, err);
    dbc_strvec_release(&sockets);
    return rc;
}

static int update(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    const struct ifr_plugin *plugin = ctx;
    struct ifr_wanted wanted = { 0 };
    bool ovs = false;

    if (rewrite(plugin->host, err) < 0 || uses_ovs(plugin->host, &ovs, err) < 0) {
        return -1;
    }
    if (!ovs) {
        dbc_logf(plugin->host->log, DBC_LOG_INFO, "Open vSwitch is not used on this host");
        dbc_buf_adds(&reply->value, "No change to configuration");
        return 0;
    }
    int rc = ask_xapi(plugin, session, &wanted, reply, err);
    if (rc == 0) {
        rc = ifr_plugin_bring(plugin->host, &wanted, reply, err);
    }
    ifr_wanted_release(&wanted);
    return rc;
}

static int emergency_reset(void *ctx, const char *session, struct ifr_reply *reply,
                           struct dbc_error *err)
{
    const struct ifr_plugin *plugin = ctx;
    int rc = ifr_plugin_reset(plugin->host, reply, err);

    (void)session;
    if (rc == 0) {
        dbc_buf_adds(&reply->value, "Successfully reset configuration");
    }
    return rc;
}

const struct ifr_plugin_function ifr_plugin_functions[] = {
    { "update", update },
    { "emergency_reset", emergency_reset },
    { NULL, NULL },
};
