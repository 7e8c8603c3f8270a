/* step_live.c - the step kinds that change Open vSwitch's database, and devices by netlink
 * (step.h).  Addresses and routes are in step_address.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/plan/step.h"
#include "reconfigure/state/edits_undo.h"
#include "reconfigure/state/options.h"

/* ---- Open vSwitch --------------------------------------------------------------------------- */

/* Notes the flows of the bridges that are deleted. */
static int note_flows(struct ifr_walk *walk, const json_t *rows, struct dbc_error *err)
{
    const char *uuid = NULL;
    json_t *row = NULL;
    int rc = 0;

    json_object_foreach(json_object_get(rows, "Bridge"), uuid, row)
    {
        const char *bridge = json_string_value(json_object_get(row, "name"));
        if (rc == 0 && bridge != NULL) {
            rc = ifr_step_note_flows(walk, bridge, err);
        }
    }
    return rc;
}

/* Notes the way back, before the transaction is sent. */
static int note_edits(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    json_t *rows = NULL;
    int rc = ifr_edits_backup(walk->live->ovs, step->edits.list, &rows, err);

    if (rc == 0 && walk->undo != NULL) {
        rc = ifr_undo_edits(walk->undo, step->edits.list, rows, walk->plan->ovs_uuid, err);
    }
    if (rc == 0 && walk->undo != NULL) {
        rc = note_flows(walk, rows, err);
    }
    json_decref(rows);
    return rc < 0 ? rc : ifr_walk_keep(walk, err);
}

/* Returns whether the rows are as they were read.  Then nothing was changed. */
static bool is_untouched(const struct ifr_walk *walk, const json_t *waits)
{
    return json_array_size(waits) > 0 &&
           ifr_ovsdb_transact(walk->live->ovs, waits, IFR_OVSDB_DEADLINE, NULL, NULL, NULL, NULL) ==
               0;
}

/* *ret: the database has all that the plan wants. */
static int is_there(const struct ifr_walk *walk, bool *ret, struct dbc_error *err)
{
    struct ifr_state now = { 0 };
    struct ifr_changes rest = { 0 };
    int rc = ifr_observe(&(struct ifr_live){ .ovs = walk->live->ovs }, &now, err);

    if (rc == 0) {
        rc = ifr_diff_states(&now, &walk->plan->wanted, &rest, err);
    }
    *ret = rc == 0 && rest.n == 0;
    ifr_changes_release(&rest);
    ifr_state_release(&now);
    return rc;
}

/* After a lost answer: reads again whether the transaction took effect.  Returns 1 when it did, and
 * `refused` as ifr_edits_run would have set it; 0 when it did not; -1 with *err. */
static int settle_doubt(struct ifr_walk *walk, const struct ifr_edits *edits,
                        struct dbc_buf *refused, struct dbc_error *err)
{
    bool there = false;
    int rc = ifr_live_connect_again(walk->live, walk->facts, err);

    if (rc == 0 && is_untouched(walk, edits->waits)) {
        return 0;
    }
    if (rc == 0) {
        rc = is_there(walk, &there, err);
    }
    if (rc < 0 || !there) {
        return rc;
    }
    return ifr_edits_resolve_by_name(walk->live->ovs, edits->list, NULL, err) < 0 ||
                   ifr_edits_wait(walk->live->ovs, edits->list, refused, err) < 0
               ? -1
               : 1;
}

/* The answer was lost, or reports a failure that need not be the transaction's. */
static bool may_have_taken_effect(const struct ifr_walk *walk, const struct dbc_error *why)
{
    return ifr_ovsdb_in_doubt(walk->live->ovs) || why->code == DBC_ECOMMAND;
}

/* A port that the switch could not open carries nothing, so that is a failure. */
static int transact(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct dbc_buf refused = DBC_BUF_INIT;
    struct dbc_error doubt = DBC_ERROR_INIT;
    const char *comment = walk->host->comment ? walk->host->comment : "interface-reconfigure";
    int rc =
        ifr_edits_run(walk->live->ovs, &step->edits, walk->plan->ovs_uuid, comment, &refused, err);

    if (rc < 0 && may_have_taken_effect(walk, err) &&
        settle_doubt(walk, &step->edits, &refused, &doubt) == 1) {
        dbc_logf(walk->log, DBC_LOG_WARNING, "%s; but the change is there", err->text);
        rc = 0;
    }
    if (rc == 0 && refused.len > 0) {
        rc = dbc_fail(err, DBC_ECOMMAND, "Open vSwitch could not open %s", dbc_buf_str(&refused));
    }
    dbc_buf_release(&refused);
    return rc;
}

int ifr_step_ovsdb_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (!ifr_facts_vswitchd_runs(walk->facts)) {
        return dbc_fail(err, DBC_ECOMMAND,
                        "ovs-vswitchd is not running, so a change of its database would have no "
                        "effect; start it first");
    }
    if (note_edits(walk, step, err) < 0) {
        return -1;
    }
    if (transact(walk, step, &why) == 0) {
        return ifr_walk_keep(walk, err); /* its new rows have UUIDs now */
    }
    if (err != NULL) {
        *err = why;
    }
    return -1;
}

/* Used where only the database is observed, not the kernel. */
int ifr_step_ovsdb_undo(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct dbc_strvec left = DBC_STRVEC_INIT;
    json_t *rows = json_object();
    int rc =
        ifr_edits_undo(walk->live->ovs, step->edits.list, rows, walk->plan->ovs_uuid, &left, err);

    ifr_undo_log_left(walk->log, &left);
    json_decref(rows);
    dbc_strvec_release(&left);
    return rc;
}

/* ---- Devices -------------------------------------------------------------------------------- */

/* A NIC that refuses its MTU comes up without it: the run goes on and fails at its end. */
static void refuse_mtu(struct ifr_walk *walk, const struct ifr_step *step,
                       const struct dbc_error *why)
{
    dbc_logf(walk->log, DBC_LOG_WARNING, "%s does not take MTU %u: %s", step->path, step->mtu,
             why->text);
    dbc_strvec_push(&walk->refusing, step->path);
    if (walk->late.code == DBC_OK) {
        walk->late = *why;
    }
}

static int set_options(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    const struct ifr_attribute *rows = ifr_attributes(IFR_LINK);
    const char *values[IFR_ATTRIBUTES_MAX] = { NULL };

    for (size_t i = 0; i + 1 < step->options.n; i += 2) {
        for (size_t k = 0; k < IFR_N_LINK; k++) {
            if (strcmp(rows[k].name, step->options.v[i]) == 0) {
                values[k] = step->options.v[i + 1];
            }
        }
    }
    return ifr_options_set(walk->live->kernel, step->path, values, UINT32_MAX, err);
}

int ifr_step_link_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (step->text != NULL && ifr_netlink_set_up(walk->live->kernel, step->path,
                                                 strcmp(step->text, "up") == 0, err) < 0) {
        return -1;
    }
    if (step->mtu > 0 && ifr_netlink_set_mtu(walk->live->kernel, step->path, step->mtu, &why) < 0) {
        refuse_mtu(walk, step, &why);
    }
    return step->options.n > 0 ? set_options(walk, step, err) : 0;
}
