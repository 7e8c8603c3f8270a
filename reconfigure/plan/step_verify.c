/* step_verify.c - the step that looks at the host again (step.h): what differs from what the plan
 * leads to is a failure that names it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "reconfigure/plan/step.h"
#include "reconfigure/state/diff.h"

/* Devices of Open vSwitch follow their ports' MTU and MAC a moment after the database. */
#define ATTEMPTS 20
#define PAUSE_MS 100

static int look(struct ifr_walk *walk, struct ifr_state *now, struct ifr_changes *rest,
                struct dbc_error *err)
{
    ifr_changes_release(rest);
    ifr_state_release(now);
    if (ifr_observe(walk->live, now, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < walk->plan->wanted.n; i++) {
        const struct ifr_object *object = walk->plan->wanted.objects[i];
        if (object->kind == IFR_LINK && object->v[IFR_LINK_CLIENT] != NULL) {
            ifr_observe_device(walk->live, walk->facts, now, object->name);
        }
    }
    return ifr_diff_states(now, &walk->plan->wanted, rest, err);
}

/* "xapi3: MTU is 1500, should be 9000" */
static void describe(const struct ifr_walk *walk, const struct ifr_change *change,
                     unsigned attribute, struct dbc_buf *out)
{
    size_t n = 0;
    const struct ifr_attribute *row = &ifr_attributes(change->after->kind, &n)[attribute];
    const char *is = ifr_object_get(change->before, attribute);
    const char *wanted = ifr_object_get(change->after, attribute);

    dbc_buf_addf(out, "%s: %s is ", change->after->name, row->name);
    dbc_buf_add_printable(out, *is != '\0' ? is : "none");
    dbc_buf_adds(out, ", should be ");
    dbc_buf_add_printable(out, strcmp(wanted, IFR_ANY) == 0 ? "there"
                               : *wanted != '\0'            ? wanted
                                                            : "none");
    if (change->after->kind == IFR_LINK && attribute == IFR_LINK_MTU && walk->refusing.n > 0) {
        dbc_buf_addf(out, ": NIC %s refuses it", walk->refusing.v[0]);
    }
}

static void log_change(const struct ifr_walk *walk, const struct ifr_change *change,
                       struct dbc_buf *first)
{
    struct dbc_buf line = DBC_BUF_INIT;

    for (unsigned i = 0; i < IFR_ATTRIBUTES_MAX; i++) {
        dbc_buf_clear(&line);
        if (change->verb == IFR_SET && (change->differs >> i & 1) != 0) {
            describe(walk, change, i, &line);
        } else if (change->verb != IFR_SET && i == 0) {
            dbc_buf_addf(&line, "%s %s %s", ifr_kind_name(change->after->kind), change->after->name,
                         change->verb == IFR_CREATE ? "is not there" : "is still there");
        } else {
            continue;
        }
        dbc_logf(walk->log, DBC_LOG_ERROR, "%s", dbc_buf_str(&line));
        if (first->len == 0) {
            dbc_buf_adds(first, dbc_buf_str(&line));
        }
    }
    dbc_buf_release(&line);
}

/* Nothing but MTUs that a NIC refused: this is told at the end of the run and undoes nothing. */
static bool is_refused_mtu(const struct ifr_walk *walk, const struct ifr_changes *rest)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->v[i].after->kind != IFR_LINK || rest->v[i].verb != IFR_SET ||
            rest->v[i].differs != UINT32_C(1) << IFR_LINK_MTU) {
            return false;
        }
    }
    return walk->refusing.n > 0;
}

static int report(struct ifr_walk *walk, const struct ifr_changes *rest, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    struct dbc_buf first = DBC_BUF_INIT;

    for (size_t i = 0; i < rest->n; i++) {
        log_change(walk, &rest->v[i], &first);
    }
    dbc_fail(&why, DBC_ECOMMAND, "%s", dbc_buf_str(&first));
    dbc_buf_release(&first);
    if (is_refused_mtu(walk, rest)) {
        walk->late = why;
        return 0;
    }
    if (err != NULL) {
        *err = why;
    }
    return -1;
}

int ifr_step_verify_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct ifr_state now = IFR_STATE_INIT;
    struct ifr_changes rest = IFR_CHANGES_INIT;
    int rc = -1;

    (void)step;
    if (!ifr_plan_changes(walk->plan, walk->facts)) {
        return 0; /* all that was seen was as wanted, and nothing has touched it */
    }
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        rc = look(walk, &now, &rest, err);
        if (rc < 0 || rest.n == 0 || is_refused_mtu(walk, &rest)) {
            break;
        }
        dbc_sleep_ms(PAUSE_MS);
    }
    if (rc == 0 && rest.n > 0) {
        rc = report(walk, &rest, err);
    }
    ifr_changes_release(&rest);
    ifr_state_release(&now);
    return rc;
}
