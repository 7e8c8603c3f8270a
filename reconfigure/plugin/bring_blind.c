/* bring_blind.c - changes Open vSwitch by commands, where its database has no socket (bring.h):
 * adds the flows, runs the transaction, adds the flows again, and removes the old manager's
 * certificate last.
 *
 * The first time shows whether Open vSwitch accepts the flows while management still works without
 * them.  The second time is needed since a bridge whose fail mode changes forgets its flows. */
#include <string.h>

#include "reconfigure/datapath/vsctl.h"
#include "reconfigure/plan/flows.h"
#include "reconfigure/plugin/bring.h"
#include "reconfigure/plugin/change.h"
#include "reconfigure/plugin/ovs.h"

/* A change in progress. */
struct work {
    const struct ifr_bring *bring;
    struct ifr_plugin_change change;
    struct dbc_strvec words, flows; /* for one call of ovs-vsctl; for ovs-ofctl */
    struct ifr_old_ca ca;
};

/* ---- Flows ---------------------------------------------------------------------------------- */

static int make_flows(struct work *work, struct dbc_error *err)
{
    const struct ifr_plugin_change *change = &work->change;
    struct dbc_strvec ofports = DBC_STRVEC_INIT;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < change->nics.n; i++) {
        rc = ifr_ovs_ofport(work->bring->host, change->nics.v[i], &ofports, err);
    }
    if (rc == 0 && ofports.n == 0) {
        rc = dbc_fail(err, DBC_ECOMMAND,
                      "%s carries management and is to be secure, but Open vSwitch has no port for "
                      "any of its NICs",
                      change->guarded.data);
    }
    if (rc == 0) {
        ifr_flows(change->mac, &ofports, &work->flows);
        rc = work->flows.failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_strvec_release(&ofports);
    return rc;
}

static int add_flows(const struct work *work, struct ifr_reply *reply, struct dbc_error *err)
{
    const struct ifr_host *host = work->bring->host;
    const char *bridge = dbc_buf_str(&work->change.guarded);
    int status = 0;

    for (size_t i = 0; i < work->flows.n; i++) {
        if (ifr_ovs_add_flow(host, bridge, work->flows.v[i], &status, err) == 0) {
            continue;
        }
        if (err->code == DBC_ECOMMAND) {
            dbc_log_error(host->log, err);
            dbc_strvec_push(&reply->failure, "VSWITCH_ADD_FLOW_FAILURE");
            dbc_strvec_pushf(&reply->failure, "%d", status);
            dbc_strvec_pushl(&reply->failure, bridge, work->flows.v[i], NULL);
        }
        return -1;
    }
    return 0;
}

/* Without these flows a secure bridge drops everything, so it is made standalone again. */
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

static int change_all(const struct work *work, struct ifr_reply *reply, struct dbc_error *err)
{
    const struct ifr_host *host = work->bring->host;
    struct dbc_buf words = DBC_BUF_INIT;
    int status = 0;

    if (ifr_ovs_change(host, &work->words, &status, err) == 0) {
        return 0;
    }
    if (err->code == DBC_ECOMMAND) {
        dbc_log_error(host->log, err);
        dbc_strvec_join(&work->words, &words);
        dbc_strvec_push(&reply->failure, "VSWITCH_CONFIG_MOD_FAILURE");
        dbc_strvec_pushf(&reply->failure, "%d", status);
        dbc_strvec_push(&reply->failure, dbc_buf_str(&words));
        dbc_buf_release(&words);
    }
    return -1;
}

/* Works out the change from the present state of Open vSwitch. */
static int look(struct work *work, struct dbc_error *err)
{
    struct ifr_state seen = { 0 };
    int rc = ifr_ovs_read(work->bring->host, &seen, err);

    if (rc == 0) {
        rc = ifr_plugin_change_plan(work->bring->host, work->bring->wanted, &seen, &work->change,
                                    err);
    }
    if (rc == 0) {
        ifr_vsctl_words(&work->change.wanted, &work->words);
        rc = work->words.failed ? dbc_fail_nomem(err) : 0;
    }
    ifr_state_release(&seen);
    return rc;
}

static void forget(struct work *work)
{
    ifr_plugin_change_release(&work->change);
    dbc_strvec_release(&work->words);
    dbc_strvec_release(&work->flows);
    dbc_buf_release(&work->ca.path);
}

/* Returns whether a transaction that failed took effect all the same: when ovs-vswitchd does not
 * answer, ovs-vsctl gives up after the database has changed. */
static bool took_effect(const struct work *work)
{
    struct work rest = { .bring = work->bring };
    bool done = look(&rest, NULL) == 0 && rest.words.n == 0;

    forget(&rest);
    return done;
}

/* Does what must follow the transaction. */
static int settle(const struct work *work, struct ifr_reply *reply, struct dbc_error *err)
{
    int rc = add_flows(work, reply, err);

    if (rc < 0) {
        make_standalone(work->bring->host, work->change.guarded.data);
    }
    if (work->change.new_manager && ifr_old_ca_forget(work->bring->host, &work->ca, err) < 0) {
        rc = -1;
    }
    return rc;
}

static int transact(const struct work *work, struct dbc_error *err)
{
    struct ifr_reply second = { 0 };
    struct dbc_error why = DBC_ERROR_INIT;

    if (change_all(work, work->bring->reply, err) == 0) {
        return settle(work, work->bring->reply, err);
    }
    if (took_effect(work) && settle(work, &second, &why) < 0) {
        /* The first failure is the one to report. */
        dbc_log_error(work->bring->host->log, &why);
    }
    ifr_reply_release(&second);
    return -1;
}

static int update(struct work *work, struct dbc_error *err)
{
    const struct ifr_plugin_change *change = &work->change;
    int rc = look(work, err);

    if (rc == 0 && change->guarded.len > 0 && change->nics.n > 0) {
        rc = make_flows(work, err);
    } else if (rc == 0 && change->guarded.len > 0) {
        dbc_logf(work->bring->host->log, DBC_LOG_WARNING,
                 "%s carries management and becomes secure, but has no NIC", change->guarded.data);
    }
    if (rc == 0 && work->words.n > 0) {
        rc = ifr_old_ca_find(work->bring->host, &work->ca, err);
        rc = rc < 0 ? rc : add_flows(work, work->bring->reply, err);
        rc = rc < 0 ? rc : transact(work, err);
    }
    if (rc == 0) {
        dbc_buf_adds(&work->bring->reply->value, dbc_buf_str(&change->said));
    }
    return rc;
}

static int reset(const struct ifr_bring *bring, struct dbc_error *err)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;
    int status = 0, rc = -1;

    dbc_strvec_push(&words, "emer-reset");
    rc = ifr_ovs_change(bring->host, &words, &status, err);
    if (rc < 0 && err->code == DBC_ECOMMAND) {
        dbc_log_error(bring->host->log, err);
        dbc_strvec_push(&bring->reply->failure, "VSWITCH_EMER_RESET_FAILURE");
        dbc_strvec_pushf(&bring->reply->failure, "%d", status);
    }
    dbc_strvec_release(&words);
    return rc;
}

int ifr_bring_blind(const struct ifr_bring *bring, struct dbc_error *err)
{
    struct work work = { .bring = bring };
    int rc = bring->wanted != NULL ? update(&work, err) : reset(bring, err);

    forget(&work);
    return rc;
}
