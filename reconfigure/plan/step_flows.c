/* step_flows.c - the step that adds the flows which keep management reachable (step.h): they name
 * OpenFlow ports, which only the switch knows. */
#include "reconfigure/plan/flows.h"
#include "reconfigure/plan/step.h"

/* ---- Ports ---------------------------------------------------------------------------------- */

/* Pushes the OpenFlow port of an interface to `ofports`.  For a NIC that the switch could not open
 * ovs-vsctl exits with 0 and prints -1. */
static int blind_ofport(const struct ifr_walk *walk, const char *port, struct dbc_strvec *ofports,
                        struct dbc_error *err)
{
    const char *const argv[] = {
        "/usr/bin/ovs-vsctl", "-vconsole:off", "get", "interface", port, "ofport", NULL
    };
    struct dbc_buf answer = DBC_BUF_INIT;
    int rc = ifr_step_ask(walk, argv, &answer, err);

    if (rc == 0 && (!answer.data || !ifr_flows_ofport(answer.data))) {
        rc = dbc_fail(err, DBC_ECOMMAND, "Open vSwitch has no port for %s (ofport is \"%s\")", port,
                      dbc_buf_str(&answer));
    } else if (rc == 0) {
        dbc_strvec_push(ofports, answer.data);
        rc = ofports->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_buf_release(&answer);
    return rc;
}

static int take_ofport(void *ctx, size_t op, const json_t *row, struct dbc_error *err)
{
    (void)op;
    (void)err;
    *(json_int_t *)ctx = ifr_ovsdb_integer(json_object_get(row, "ofport"), -1);
    return 0;
}

static int live_ofport(struct ifr_walk *walk, const char *interface, struct dbc_strvec *ofports,
                       struct dbc_error *err)
{
    json_int_t number = -1;
    json_t *select = json_pack("[{s:s, s:s, s:[[s, s, s]], s:[s]}]", "op", "select", "table",
                               "Interface", "where", "name", "==", interface, "columns", "ofport");
    int rc = ifr_ovsdb_ask(walk->live->ovs, select, take_ofport, &number, err);

    if (rc == 0 && number <= 0) {
        rc = dbc_fail(err, DBC_ECOMMAND, "Open vSwitch has no port for %s", interface);
    } else if (rc == 0) {
        dbc_strvec_pushf(ofports, "%" JSON_INTEGER_FORMAT, number);
    }
    return rc;
}

static int collect_ofports(struct ifr_walk *walk, const struct ifr_step *step,
                           struct dbc_strvec *ofports, struct dbc_error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < step->ports.n; i++) {
        rc = step->live ? live_ofport(walk, step->ports.v[i], ofports, err)
                        : blind_ofport(walk, step->ports.v[i], ofports, err);
    }
    return rc;
}

/* Management may be on a VLAN, whose internal device has a port of its own. */
static int make_live_flows(struct ifr_walk *walk, const struct ifr_step *step,
                           const struct dbc_strvec *ofports, struct dbc_strvec *flows,
                           struct dbc_error *err)
{
    struct dbc_strvec host = DBC_STRVEC_INIT;
    int rc = 0;

    if (step->device != NULL) {
        rc = live_ofport(walk, step->device, &host, err);
    } else {
        dbc_strvec_push(&host, "LOCAL");
    }
    if (rc == 0) {
        ifr_flows_live(host.n > 0 ? host.v[0] : "", step->text, step->vlan_tag, ofports, flows);
        flows->failed = flows->failed || host.failed;
    }
    dbc_strvec_release(&host);
    return rc;
}

static int make_flows(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_strvec *flows,
                      struct dbc_error *err)
{
    struct dbc_strvec ofports = DBC_STRVEC_INIT;
    int rc = collect_ofports(walk, step, &ofports, err);

    if (rc == 0 && step->live) {
        rc = make_live_flows(walk, step, &ofports, flows, err);
    } else if (rc == 0) {
        ifr_flows(step->text, &ofports, flows);
    }
    dbc_strvec_release(&ofports);
    return rc == 0 && flows->failed ? dbc_fail_nomem(err) : rc;
}

/* ---- The way back --------------------------------------------------------------------------- */

/* The flows name ports by name, since the ports of a bridge that is made again may have other
 * numbers. */
int ifr_step_note_flows(struct ifr_walk *walk, const char *bridge, struct dbc_error *err)
{
    const char *const argv[] = { "/usr/bin/ovs-ofctl", "--names", "--no-stats",
                                 "dump-flows",         bridge,    NULL };
    struct dbc_buf flows = DBC_BUF_INIT;
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = 0;

    if (ifr_facts_netdev_exists(walk->facts, bridge) &&
        ifr_step_ask(walk, argv, &flows, &why) == 0) {
        rc = ifr_undo_flows(walk->undo, bridge, dbc_buf_str(&flows), err);
    }
    dbc_buf_release(&flows);
    return rc;
}

/* Notes the way back before the first flow is added. */
static int note_added(struct ifr_walk *walk, const struct ifr_step *step,
                      const struct dbc_strvec *flows, struct dbc_error *err)
{
    int rc = 0;

    if (walk->undo == NULL) {
        return 0;
    }
    rc = ifr_step_note_flows(walk, step->path, err);
    for (size_t i = 0; rc == 0 && i < flows->n; i++) {
        rc = ifr_undo_added_flow(walk->undo, step->path, flows->v[i], err);
    }
    return rc < 0 ? rc : ifr_walk_keep(walk, err);
}

/* ---- Flows ---------------------------------------------------------------------------------- */

static int add_flow(const struct ifr_walk *walk, const char *bridge, const char *flow,
                    struct dbc_error *err)
{
    const char *const argv[] = { "/usr/bin/ovs-ofctl", "add-flow", bridge, flow, NULL };

    return ifr_step_run(walk, argv, IFR_DEADLINE_QUERY, err);
}

/* A secure bridge without these flows drops everything; a standalone one forwards. */
static void make_standalone(const struct ifr_walk *walk, const char *bridge)
{
    const char *const argv[] = {
        "/usr/bin/ovs-vsctl", "--timeout=20", "set", "Bridge", bridge, "fail_mode=standalone", NULL
    };
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_step_run(walk, argv, IFR_DEADLINE_VSCTL, &err) < 0) {
        dbc_log_error(walk->log, &err);
    }
}

int ifr_step_flows_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct dbc_strvec flows = DBC_STRVEC_INIT;
    int rc = make_flows(walk, step, &flows, err);

    rc = rc < 0 ? rc : note_added(walk, step, &flows, err);

    for (size_t i = 0; rc == 0 && i < flows.n; i++) {
        rc = add_flow(walk, step->path, flows.v[i], err);
    }
    if (rc < 0 && walk->undo == NULL) {
        make_standalone(walk, step->path);
    }
    dbc_strvec_release(&flows);
    return rc;
}
