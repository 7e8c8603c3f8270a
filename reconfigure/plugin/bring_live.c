/* bring_live.c - changes Open vSwitch through its database's socket (bring.h), with a plan: flows,
 * one transaction that asserts what was read, flows again.  The plan's own undo takes a failed
 * change back.  The old manager's certificate is removed last. */
#include <stdlib.h>
#include <string.h>

#include "reconfigure/confirm.h"
#include "reconfigure/lock.h"
#include "reconfigure/plan/apply.h"
#include "reconfigure/plugin/bring.h"
#include "reconfigure/plugin/change.h"

/* A change in progress. */
struct work {
    const struct ifr_bring *bring;
    struct ifr_live *live;
    struct ifr_state seen;
    struct ifr_plugin_change change;
    struct ifr_plan plan;
    int lock; /* -1: not taken */
};

static void forget(struct work *work)
{
    ifr_plan_release(&work->plan);
    ifr_plugin_change_release(&work->change);
    ifr_state_release(&work->seen);
    work->change = (struct ifr_plugin_change){ 0 };
}

/* ---- The plan ------------------------------------------------------------------------------- */

static bool has_port(const struct work *work, const char *interface)
{
    const struct ifr_object *object = ifr_state_find(&work->seen, IFR_INTERFACE, interface);

    return strtol(ifr_object_get(object, IFR_INTERFACE_OFPORT), NULL, 10) > 0;
}

/* Collects the NICs that the switch could open; another one carries no traffic. */
static int find_ports(const struct work *work, struct dbc_strvec *ports, struct dbc_error *err)
{
    const struct ifr_plugin_change *change = &work->change;

    for (size_t i = 0; i < change->nics.n; i++) {
        if (has_port(work, change->nics.v[i])) {
            dbc_strvec_push(ports, change->nics.v[i]);
        } else {
            dbc_logf(work->bring->host->log, DBC_LOG_WARNING, "Open vSwitch has no port for %s",
                     change->nics.v[i]);
        }
    }
    if (ports->n == 0) {
        return dbc_fail(err, DBC_ECOMMAND,
                        "%s carries management and is to be secure, but Open vSwitch has no port "
                        "for any of its NICs",
                        change->guarded.data);
    }
    return 0;
}

static void plan_flows(struct work *work, const struct dbc_strvec *ports)
{
    const struct ifr_plugin_change *change = &work->change;
    const char *vlan_device = dbc_buf_str(&change->vlan_device);
    const struct ifr_flows_wanted flows = {
        .bridge = dbc_buf_str(&change->guarded),
        .mac = change->mac,
        .vlan_device = has_port(work, vlan_device) ? vlan_device : NULL,
        .tag = change->vlan_tag,
        .live = true,
    };

    if (ports->n > 0) {
        ifr_plan_flows(&work->plan, &flows, ports);
    }
}

static int plan_steps(struct work *work, const struct ifr_changes *changes,
                      const struct ifr_edits *reset, struct dbc_error *err)
{
    struct dbc_strvec ports = DBC_STRVEC_INIT;
    int rc = work->change.guarded.len > 0 ? find_ports(work, &ports, err) : 0;

    if (rc == 0) {
        plan_flows(work, &ports);
        rc = ifr_plan_ovsdb(&work->plan, &work->seen, changes, reset, err);
        plan_flows(work, &ports);
    }
    dbc_strvec_release(&ports);
    return rc;
}

/* Makes the plan, which has no steps when nothing differs. */
static int plan_change(struct work *work, struct dbc_error *err)
{
    bool forgets = work->bring->wanted == NULL || work->change.new_manager;
    struct ifr_edits reset = { 0 };
    struct ifr_changes changes = { 0 };
    int rc = 0;

    if (forgets && (ifr_plugin_want_reset(&work->seen, &work->change.wanted, err) < 0 ||
                    ifr_edits_reset(work->live->ovs, &reset, err) < 0)) {
        rc = -1;
    }
    work->plan.wanted = work->change.wanted;
    work->change.wanted = (struct ifr_state){ 0 };
    if (rc == 0) {
        rc = ifr_diff_states(&work->seen, &work->plan.wanted, &changes, err);
    }
    if (rc == 0 && (changes.n > 0 || json_array_size(reset.list) > 0)) {
        rc = plan_steps(work, &changes, &reset, err);
    }
    ifr_changes_release(&changes);
    ifr_edits_release(&reset);
    return rc < 0 ? rc : ifr_plan_check(&work->plan, err);
}

static int look(struct work *work, struct dbc_error *err)
{
    const struct ifr_bring *bring = work->bring;

    forget(work);
    if (ifr_observe(work->live, &work->seen, err) < 0 ||
        (bring->wanted != NULL &&
         ifr_plugin_change_plan(bring->host, bring->wanted, &work->seen, &work->change, err) < 0)) {
        return -1;
    }
    return plan_change(work, err);
}

/* ---- The change ----------------------------------------------------------------------------- */

/* Takes the host's lock, once.  DBC_EBUSY when a change waits for its confirmation. */
static int be_alone(struct work *work, struct dbc_error *err)
{
    const struct ifr_bring *bring = work->bring;

    if (work->lock < 0) {
        work->lock = ifr_lock_host(bring->host, bring->facts, err);
        return work->lock < 0 ? -1 : ifr_confirm_settle(bring->host, bring->facts, err);
    }
    return 0;
}

/* Gives the failure of a step the code by which XAPI knows it. */
static void reply_failure(const struct ifr_bring *bring, const struct ifr_step *step,
                          const struct dbc_error *why)
{
    struct dbc_strvec *failure = &bring->reply->failure;

    if (why->code == DBC_ENOMEM || step == NULL) {
        return;
    }
    dbc_log_error(bring->host->log, why);
    if (bring->wanted == NULL) {
        dbc_strvec_pushl(failure, "VSWITCH_EMER_RESET_FAILURE", "1", NULL);
    } else if (step->kind == IFR_STEP_FLOWS) {
        dbc_strvec_pushl(failure, "VSWITCH_ADD_FLOW_FAILURE", "1", step->path, why->text, NULL);
    } else {
        dbc_strvec_pushl(failure, "VSWITCH_CONFIG_MOD_FAILURE", "1", why->text, NULL);
    }
}

static int apply(struct work *work, const struct ifr_step **failed_at, struct dbc_error *err)
{
    const struct ifr_host *host = work->bring->host;
    const struct ifr_apply_host apply_host = { .prefix = host->prefix,
                                               .facts = work->bring->facts,
                                               .runner = host->runner,
                                               .log = host->log,
                                               .comment = "openvswitch-cfg-update",
                                               .live = work->live,
                                               .seen = &work->seen,
                                               .failed_at = failed_at,
                                               .stop = host->stop };

    return ifr_apply(&work->plan, &apply_host, err);
}

/* Tries again when somebody else changed Open vSwitch in between. */
static int apply_until_done(struct work *work, const struct ifr_step **failed_at,
                            struct dbc_error *err)
{
    unsigned tries = 0;
    int rc = look(work, err);

    while (rc == 0 && work->plan.n_steps > 0) {
        rc = be_alone(work, err) < 0 ? -1 : apply(work, failed_at, err);
        if (rc == 0 || *failed_at == NULL || !ifr_try_again(&tries, err, work->bring->host->log)) {
            break;
        }
        dbc_error_clear(err);
        *failed_at = NULL;
        rc = look(work, err);
    }
    return rc;
}

static int carry_out(struct work *work, struct dbc_error *err)
{
    const struct ifr_step *failed_at = NULL;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = apply_until_done(work, &failed_at, &why);

    if (rc < 0) {
        reply_failure(work->bring, failed_at, &why);
        *err = why;
    }
    return rc;
}

static int update(struct work *work, struct dbc_error *err)
{
    const struct ifr_host *host = work->bring->host;
    struct ifr_old_ca ca = { 0 };
    int rc = ifr_old_ca_find(host, &ca, err);

    rc = rc < 0 ? rc : carry_out(work, err);
    if (rc == 0 && work->change.new_manager) {
        rc = ifr_old_ca_forget(host, &ca, err);
    }
    if (rc == 0) {
        dbc_buf_adds(&work->bring->reply->value, dbc_buf_str(&work->change.said));
    }
    dbc_buf_release(&ca.path);
    return rc;
}

int ifr_bring_live(const struct ifr_bring *bring, struct ifr_live *live, struct dbc_error *err)
{
    struct work work = { .bring = bring, .live = live, .lock = -1 };
    int rc = bring->wanted != NULL ? update(&work, err) : carry_out(&work, err);

    forget(&work);
    dbc_lock_drop(work.lock);
    return rc;
}
