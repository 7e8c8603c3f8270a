/* update.c - the order of the work (update.h): XAPI and Open vSwitch are asked first, so that
 * nothing is changed when one of them does not answer; then flows, the transaction, flows again,
 * and the certificate of the old manager last.
 *
 * Flows twice: those before show that Open vSwitch takes them while management still works without;
 * but a bridge whose fail mode changes forgets its flows, so those after are the ones that stay. */
#include "reconfigure/plugin/update.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "reconfigure/host/facts.h"
#include "reconfigure/plan/flows.h"
#include "reconfigure/plugin/change.h"

/* Where this project's own program is; the tests put a prefix before it. */
#ifndef IFR_RECONFIGURE
#define IFR_RECONFIGURE "/usr/local/sbin/interface-reconfigure"
#endif

/* ---- Flows ---------------------------------------------------------------------------------- */

static int make_flows(const struct ifr_host *host, const struct ifr_plugin_change *change,
                      struct dbc_strvec *flows, struct dbc_error *err)
{
    struct dbc_strvec ofports = DBC_STRVEC_INIT, vlan = DBC_STRVEC_INIT;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < change->nics.n; i++) {
        rc = ifr_ovs_ofport(host, change->nics.v[i], &ofports, err);
    }
    if (rc == 0 && ofports.n == 0) {
        rc = dbc_fail(err, DBC_ECOMMAND,
                      "%s carries management and is to be secure, but Open vSwitch has no port for "
                      "any of its NICs",
                      change->guarded.data);
    }
    if (rc == 0 && change->live && change->vlan_device.len > 0) {
        rc = ifr_ovs_ofport(host, change->vlan_device.data, &vlan, err);
    }
    if (rc == 0 && !change->live) {
        ifr_flows(change->mac, &ofports, flows);
        rc = flows->failed ? dbc_fail_nomem(err) : 0;
    } else if (rc == 0) {
        ifr_flows_live(vlan.n > 0 ? vlan.v[0] : "LOCAL", change->mac,
                       vlan.n > 0 ? change->vlan_tag : -1, &ofports, flows);
        rc = flows->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_strvec_release(&vlan);
    dbc_strvec_release(&ofports);
    return rc;
}

static int add_flows(const struct ifr_host *host, const struct ifr_plugin_change *change,
                     const struct dbc_strvec *flows, struct ifr_reply *reply, struct dbc_error *err)
{
    int status = 0;

    for (size_t i = 0; i < flows->n; i++) {
        if (ifr_ovs_add_flow(host, change->guarded.data, flows->v[i], &status, err) == 0) {
            continue;
        }
        if (err->code == DBC_ECOMMAND) {
            dbc_log_error(host->log, err);
            dbc_strvec_push(&reply->failure, "VSWITCH_ADD_FLOW_FAILURE");
            dbc_strvec_pushf(&reply->failure, "%d", status);
            dbc_strvec_pushl(&reply->failure, change->guarded.data, flows->v[i], NULL);
        }
        return -1;
    }
    return 0;
}

/* A secure bridge without these flows drops everything: better one that forwards. */
static void make_standalone(const struct ifr_host *host, const char *bridge)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int status = 0;

    dbc_strvec_pushl(&words, "set", "Bridge", bridge, "fail_mode=standalone", NULL);
    if (ifr_ovs_change(host, &words, &status, &err) < 0) {
        dbc_log_error(host->log, &err);
    }
    dbc_strvec_release(&words);
}

/* ---- The transaction ------------------------------------------------------------------------ */

static int change_all(const struct ifr_host *host, const struct ifr_plugin_change *change,
                      struct ifr_reply *reply, struct dbc_error *err)
{
    struct dbc_buf words = DBC_BUF_INIT;
    int status = 0;

    if (ifr_ovs_change(host, &change->words, &status, err) == 0) {
        return 0;
    }
    if (err->code == DBC_ECOMMAND) {
        dbc_log_error(host->log, err);
        for (size_t i = 0; i < change->words.n; i++) {
            dbc_buf_addf(&words, "%s%s", i > 0 ? " " : "", change->words.v[i]);
        }
        dbc_strvec_push(&reply->failure, "VSWITCH_CONFIG_MOD_FAILURE");
        dbc_strvec_pushf(&reply->failure, "%d", status);
        dbc_strvec_push(&reply->failure, dbc_buf_str(&words));
        dbc_buf_release(&words);
    }
    return -1;
}

/* Whether all is as wanted after a transaction that was reported as failed: when ovs-vswitchd does
 * not answer, ovs-vsctl gives up after the database has changed. */
static bool took_effect(const struct ifr_host *host, const struct ifr_wanted *wanted)
{
    struct ifr_ovs ovs = IFR_OVS_INIT;
    struct ifr_plugin_change rest = IFR_PLUGIN_CHANGE_INIT;
    bool done = ifr_ovs_read(host, &ovs, NULL) == 0 &&
                ifr_plugin_change_plan(host, wanted, &ovs, &rest, NULL) == 0 && rest.words.n == 0;

    ifr_plugin_change_release(&rest);
    ifr_ovs_release(&ovs);
    return done;
}

/* The certificate learnt from the manager of before.  When there is none, Open vSwitch may learn
 * the new manager's while the transaction still runs, and that one is to stay. */
struct old_ca {
    struct dbc_buf path;
    bool exists;
};

static int find_old_ca(const struct ifr_host *host, struct old_ca *ca, struct dbc_error *err)
{
    dbc_buf_addf(&ca->path, "%s" IFR_LEARNT_CA, host->prefix);
    if (ca->path.failed) {
        return dbc_fail_nomem(err);
    }
    ca->exists = access(ca->path.data, F_OK) == 0;
    return 0;
}

/* Without it the next connection teaches Open vSwitch the certificate of the new manager. */
static int forget_ca(const struct ifr_host *host, const struct old_ca *ca, struct dbc_error *err)
{
    if (!ca->exists) {
        return 0;
    }
    if (unlink(ca->path.data) < 0 && errno != ENOENT) {
        return dbc_fail_errno(err, errno, "cannot remove %s", ca->path.data);
    }
    dbc_logf(host->log, DBC_LOG_INFO, "Removed %s, the old manager's", ca->path.data);
    return 0;
}

/* What the database's new state calls for. */
static int settle(const struct ifr_host *host, const struct ifr_plugin_change *change,
                  const struct dbc_strvec *flows, const struct old_ca *ca, struct ifr_reply *reply,
                  struct dbc_error *err)
{
    int rc = add_flows(host, change, flows, reply, err);

    if (rc < 0) {
        make_standalone(host, change->guarded.data);
    }
    if (change->new_manager && forget_ca(host, ca, err) < 0) {
        rc = -1;
    }
    return rc;
}

static int transact(const struct ifr_host *host, const struct ifr_wanted *wanted,
                    const struct ifr_plugin_change *change, const struct dbc_strvec *flows,
                    const struct old_ca *ca, struct ifr_reply *reply, struct dbc_error *err)
{
    struct ifr_reply second = IFR_REPLY_INIT;
    struct dbc_error why = DBC_ERROR_INIT;

    if (change_all(host, change, reply, err) == 0) {
        return settle(host, change, flows, ca, reply, err);
    }
    if (took_effect(host, wanted) && settle(host, change, flows, ca, &second, &why) < 0) {
        dbc_log_error(host->log, &why); /* the first failure is the one to report */
    }
    ifr_reply_release(&second);
    return -1;
}

static int carry_out(const struct ifr_host *host, const struct ifr_wanted *wanted,
                     const struct ifr_plugin_change *change, const struct dbc_strvec *flows,
                     struct ifr_reply *reply, struct dbc_error *err)
{
    struct old_ca ca = { .path = DBC_BUF_INIT };
    int rc = find_old_ca(host, &ca, err);

    if (rc == 0) {
        rc = add_flows(host, change, flows, reply, err);
    }
    if (rc == 0) {
        rc = transact(host, wanted, change, flows, &ca, reply, err);
    }
    dbc_buf_release(&ca.path);
    return rc;
}

static int work(const struct ifr_host *host, const struct ifr_wanted *wanted,
                const struct ifr_plugin_change *change, struct ifr_reply *reply,
                struct dbc_error *err)
{
    struct dbc_strvec flows = DBC_STRVEC_INIT;
    int rc = 0;

    if (change->guarded.len > 0 && change->nics.n > 0) {
        rc = make_flows(host, change, &flows, err);
    } else if (change->guarded.len > 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s carries management and turns secure, with no NIC",
                 change->guarded.data);
    }
    if (rc == 0 && change->words.n > 0) {
        rc = carry_out(host, wanted, change, &flows, reply, err);
    }
    if (rc == 0) {
        dbc_buf_adds(&reply->value, dbc_buf_str(&change->said));
    }
    dbc_strvec_release(&flows);
    return rc;
}

int ifr_plugin_bring(const struct ifr_host *host, const struct ifr_wanted *wanted,
                     struct ifr_reply *reply, struct dbc_error *err)
{
    struct ifr_ovs ovs = IFR_OVS_INIT;
    struct ifr_plugin_change change = IFR_PLUGIN_CHANGE_INIT;
    int rc = ifr_ovs_read(host, &ovs, err);

    if (rc == 0) {
        rc = ifr_plugin_change_plan(host, wanted, &ovs, &change, err);
    }
    if (rc == 0) {
        rc = work(host, wanted, &change, reply, err);
    }
    ifr_plugin_change_release(&change);
    ifr_ovs_release(&ovs);
    return rc;
}

/* ---- The functions -------------------------------------------------------------------------- */

/* The cache and the bridges' network uuids are right again after the host joined or left a pool. As
 * a program of its own: it has its own session, its own lock and its own way to fail. */
static int rewrite(const struct ifr_host *host, struct dbc_error *err)
{
    const char *const argv[] = { IFR_RECONFIGURE, "rewrite", NULL };
    const struct ifr_command cmd = { .argv = argv, .deadline_ms = IFR_DEADLINE_REWRITE };
    struct ifr_result result = IFR_RESULT_INIT;
    struct dbc_buf how = DBC_BUF_INIT;
    int rc = host->runner->run(host->runner, &cmd, &result, err);

    if (rc == 0 && !ifr_succeeded(&result)) {
        ifr_describe(&result, &how);
        dbc_logf(host->log, DBC_LOG_WARNING, "%s rewrite %s", argv[0], dbc_buf_str(&how));
    }
    dbc_buf_release(&result.out);
    dbc_buf_release(&how);
    return rc;
}

static int uses_ovs(const struct ifr_host *host, bool *uses, struct dbc_error *err)
{
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    enum ifr_datapath_kind kind = IFR_DATAPATH_VSWITCH;
    int rc = facts != NULL ? ifr_facts_datapath(facts, &kind, err) : -1;

    *uses = kind == IFR_DATAPATH_VSWITCH;
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
    struct ifr_wanted wanted = IFR_WANTED_INIT;
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
    struct dbc_strvec words = DBC_STRVEC_INIT;
    int status = 0, rc = -1;

    (void)session;
    dbc_strvec_push(&words, "emer-reset");
    rc = ifr_ovs_change(plugin->host, &words, &status, err);
    if (rc == 0) {
        dbc_buf_adds(&reply->value, "Successfully reset configuration");
    } else if (err->code == DBC_ECOMMAND) {
        dbc_log_error(plugin->host->log, err);
        dbc_strvec_push(&reply->failure, "VSWITCH_EMER_RESET_FAILURE");
        dbc_strvec_pushf(&reply->failure, "%d", status);
    }
    dbc_strvec_release(&words);
    return rc;
}

const struct ifr_plugin_function ifr_plugin_functions[] = {
    { "update", update },
    { "emergency_reset", emergency_reset },
    { NULL, NULL },
};
