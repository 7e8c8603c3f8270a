/* undo.c - the order of going back, and the way back of Open vSwitch (undo.h). */
#include "reconfigure/plan/undo.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "reconfigure/plan/flows.h"
#include "reconfigure/plan/undo_priv.h"
#include "reconfigure/state/edits_undo.h"

#define OVS_PATIENCE_MS 5000
#define OVS_POLL_MS 100

/* Replaces the names of new rows by their UUIDs, in the saved record too. */
static int resolve(struct ifr_back *back, json_t *edits, struct dbc_error *err)
{
    if (!ifr_edits_have_names(edits)) {
        return 0;
    }
    if (ifr_edits_resolve_by_name(back->live.ovs, edits, json_object_get(back->record, "rows"),
                                  err) < 0) {
        return -1;
    }
    ifr_back_keep(back);
    return 0;
}

static int undo_edits(struct ifr_back *back, json_t *edits, struct dbc_error *err)
{
    const json_t *rows = json_object_get(back->record, "rows");
    const char *root = json_string_value(json_object_get(back->record, "root"));

    if (back->live.ovs == NULL) {
        *err = back->no_ovs;
        return -1;
    }
    return resolve(back, edits, err) < 0 ||
                   ifr_edits_undo(back->live.ovs, edits, rows, root, back->left, err) < 0
               ? -1
               : 0;
}

/* The connection broke, or somebody else changed a row in between, or the answer reports a failure
 * that need not be the transaction's. */
static bool may_work_again(const struct ifr_back *back, const struct dbc_error *why)
{
    return back->live.ovs != NULL && (ifr_ovsdb_in_doubt(back->live.ovs) || why->code == DBC_EIO ||
                                      why->code == DBC_ECONFLICT || why->code == DBC_ECOMMAND);
}

/* Tries twice if need be, the second time on a new connection.  What is done already is not done
 * again. */
static void back_ovs(struct ifr_back *back)
{
    json_t *edits = json_object_get(back->record, "edits");
    struct dbc_error err = DBC_ERROR_INIT, why = DBC_ERROR_INIT;
    int rc = 0;

    if (edits == NULL) {
        return;
    }
    rc = undo_edits(back, edits, &err);
    if (rc < 0 && may_work_again(back, &err) &&
        ifr_live_connect_again(&back->live, back->host->facts, &why) == 0) {
        dbc_logf(back->host->log, DBC_LOG_WARNING, "%s: asking again", err.text);
        dbc_error_clear(&err);
        rc = undo_edits(back, edits, &err);
    }
    if (rc < 0) {
        ifr_back_failed(back, "Open vSwitch", &err);
    }
}

/* Adds one bridge's flows, from a private file that ovs-ofctl reads. */
static int add_flows(struct ifr_back *back, const char *bridge, const char *flows,
                     struct dbc_error *err)
{
    char path[PATH_MAX];
    const char *const argv[] = { "/usr/bin/ovs-ofctl", "add-flows", bridge, path, NULL };
    int rc = 0;

    if (ifr_facts_temporary(back->host->facts, "/var/run/ifr-flows.XXXXXX", flows, path, NULL) <
        0) {
        return dbc_fail(err, DBC_EIO, "cannot write the flows of %s", bridge);
    }
    if (!ifr_command_succeeds(back->host->runner, argv, IFR_DEADLINE_QUERY)) {
        rc = dbc_fail(err, DBC_ECOMMAND, "the flows of %s could not be added", bridge);
    }
    unlink(path);
    return rc;
}

/* The flow is one of flows.h. */
static void delete_flow(struct ifr_back *back, const char *bridge, const char *flow)
{
    const char *match = flow + strlen(IFR_FLOW_ADDING);
    const char *end = strstr(match, ",actions=");
    struct dbc_buf text = DBC_BUF_INIT;

    dbc_buf_add(&text, match, end != NULL ? (size_t)(end - match) : strlen(match));
    const char *const argv[] = { "/usr/bin/ovs-ofctl", "--strict", "del-flows", bridge,
                                 dbc_buf_str(&text),   NULL };
    (void)ifr_command_succeeds(back->host->runner, argv, IFR_DEADLINE_QUERY);
    dbc_buf_release(&text);
}

static void delete_added(struct ifr_back *back)
{
    const char *bridge = NULL;
    json_t *flows = NULL;

    json_object_foreach(json_object_get(back->record, "added"), bridge, flows)
    {
        for (size_t i = 0; i < json_array_size(flows); i++) {
            delete_flow(back, bridge, json_string_value(json_array_get(flows, i)));
        }
    }
}

/* Deletes the flows that the run added, then adds the old ones, so that a flow that was there
 * before and was added again stays. */
static void back_flows(struct ifr_back *back)
{
    const char *bridge = NULL;
    json_t *flows = NULL;

    delete_added(back);
    json_object_foreach(json_object_get(back->record, "flows"), bridge, flows)
    {
        struct dbc_error err = DBC_ERROR_INIT;
        if (*json_string_value(flows) != '\0' &&
            add_flows(back, bridge, json_string_value(flows), &err) < 0) {
            ifr_back_failed(back, bridge, &err);
        }
    }
}

/* Waits for a database that is just being restarted. */
static void open_ovs(struct ifr_back *back)
{
    int64_t until = dbc_now_ms() + OVS_PATIENCE_MS;

    while (ifr_live_connect_again(&back->live, back->host->facts, &back->no_ovs) < 0 ||
           back->live.ovs == NULL) {
        if (dbc_now_ms() >= until) {
            break;
        }
        dbc_error_clear(&back->no_ovs);
        dbc_sleep_ms(OVS_POLL_MS);
    }
    if (back->live.ovs == NULL && back->no_ovs.code == DBC_OK) {
        dbc_fail(&back->no_ovs, DBC_ENOENT, "there is no " IFR_OVSDB_SOCKET);
    }
}

static void open_host(struct ifr_back *back)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_live_open(back->host->facts, false, &back->live, &err) < 0) {
        ifr_back_failed(back, "the host cannot be observed", &err);
    }
    if (json_object_get(back->record, "edits") != NULL) {
        open_ovs(back);
    }
}

void ifr_undo_log_left(const struct dbc_log *log, const struct dbc_strvec *left)
{
    for (size_t i = 0; i < left->n; i++) {
        dbc_logf(log, DBC_LOG_ERROR, "not restored: %s", left->v[i]);
    }
}

int ifr_undo_run(const struct ifr_undo *undo, const struct ifr_undo_host *host, const char *first,
                 struct dbc_strvec *left, struct dbc_error *err)
{
    struct ifr_back back = {
        .undo = undo, .record = undo->record, .host = host, .first = first, .left = left
    };

    open_host(&back);
    ifr_back_find_foreign(&back);
    ifr_back_files(&back);
    back_ovs(&back);
    ifr_back_devices(&back);
    ifr_back_clients(&back);
    back_flows(&back);
    ifr_back_compare(&back);
    ifr_live_close(&back.live);
    if (left->failed) {
        return dbc_fail_nomem(err);
    }
    if (back.failure.code != DBC_OK && err != NULL) {
        *err = back.failure;
    }
    return back.failure.code == DBC_OK ? 0 : -1;
}
