/* step_verify.c - the step that observes the host again (step.h).  Any difference from the wanted
 * state is a failure that names it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "reconfigure/plan/step.h"
#include "reconfigure/state/diff.h"

/* Devices of Open vSwitch follow their ports' MTU and MAC a moment after the database. */
#define ATTEMPTS 20
#define PAUSE_MS 100

/* Returns whether a missing address may come later: from a DHCP server whose client is running, or
 * from a router that the kernel listens to. */
static bool may_come(const struct ifr_object *seen, const char *member)
{
    if (strcmp(member, IFR_ANY_IPV4) == 0) {
        return *ifr_object_get(seen, IFR_LINK_CLIENT) != '\0';
    }
    return strcmp(member, IFR_ANY_IPV6) == 0 &&
           (*ifr_object_get(seen, IFR_LINK_CLIENT6) != '\0' ||
            ifr_object_has(seen, IFR_LINK_IPV6, "routers=heard"));
}

static bool lacks_only_answers(const struct ifr_change *change)
{
    const char *wanted = ifr_object_get(change->after, IFR_LINK_ADDRESSES);
    const char *seen = ifr_object_get(change->before, IFR_LINK_ADDRESSES);
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&wanted, '\n', member)) {
        if (!ifr_addresses_have(seen, member) && !may_come(change->before, member)) {
            return false;
        }
    }
    return true;
}

/* A missing address that may come later is no difference. */
static void leave_to_clients(struct ifr_changes *rest)
{
    size_t kept = 0;

    for (size_t i = 0; i < rest->n; i++) {
        struct ifr_change change = rest->v[i];
        if (change.verb == IFR_SET && change.after->kind == IFR_LINK &&
            lacks_only_answers(&change)) {
            change.differs &= ~IFR_BIT(IFR_LINK_ADDRESSES);
        }
        if (change.verb != IFR_SET || change.differs != 0) {
            rest->v[kept++] = change;
        }
    }
    rest->n = kept;
}

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
    if (ifr_diff_states(now, &walk->plan->wanted, rest, err) < 0) {
        return -1;
    }
    leave_to_clients(rest);
    return 0;
}

static unsigned long mtu_of(const struct ifr_state *now, const char *device)
{
    return strtoul(ifr_object_get(ifr_state_find(now, IFR_LINK, device), IFR_LINK_MTU), NULL, 10);
}

/* Returns whether `one` is a port of this bridge, of the kernel's or of Open vSwitch's.  Internal
 * ports do not count: their MTU follows the others. */
static bool is_port_of(const struct ifr_state *now, const struct ifr_object *one,
                       const char *device)
{
    const struct ifr_object *bridge = ifr_state_find(now, IFR_BRIDGE, device), *port = NULL;
    const char *parent = ifr_object_get(bridge, IFR_BRIDGE_PARENT);

    if (one->kind == IFR_LINK) {
        return strcmp(ifr_object_get(one, IFR_LINK_MASTER), device) == 0;
    }
    if (one->kind != IFR_INTERFACE || *ifr_object_get(one, IFR_INTERFACE_TYPE) != '\0') {
        return false;
    }
    port = ifr_state_find(now, IFR_PORT, ifr_object_get(one, IFR_INTERFACE_PORT));
    return strcmp(ifr_object_get(port, IFR_PORT_BRIDGE), *parent != '\0' ? parent : device) == 0;
}

/* Returns the device that limits this one's MTU: a VLAN's parent, or the port with the smallest
 * MTU; NULL when there is none. */
static const char *smallest_below(const struct ifr_state *now, const char *device)
{
    const struct ifr_object *link = ifr_state_find(now, IFR_LINK, device);
    const char *ret = NULL;

    if (*ifr_object_get(link, IFR_LINK_PARENT) != '\0') {
        return ifr_object_get(link, IFR_LINK_PARENT);
    }
    for (size_t i = 0; i < now->n; i++) {
        const char *name = now->objects[i]->name;
        if (is_port_of(now, now->objects[i], device) &&
            (ret == NULL || mtu_of(now, name) < mtu_of(now, ret))) {
            ret = name;
        }
    }
    return ret;
}

static void describe_mtu(const struct ifr_walk *walk, const struct ifr_state *now,
                         const struct ifr_change *change, struct dbc_buf *out)
{
    const char *below = smallest_below(now, change->after->name);
    unsigned long wanted = strtoul(ifr_object_get(change->after, IFR_LINK_MTU), NULL, 10);

    if (walk->refusing.n > 0) {
        dbc_buf_addf(out, ": NIC %s refuses it", walk->refusing.v[0]);
    } else if (below != NULL && mtu_of(now, below) < wanted) {
        dbc_buf_addf(out, ": %s below it has %lu", below, mtu_of(now, below));
    }
}

/* "xapi3: MTU is 1500, should be 9000" */
static void describe(const struct ifr_walk *walk, const struct ifr_state *now,
                     const struct ifr_change *change, unsigned attribute, struct dbc_buf *out)
{
    const struct ifr_attribute *row = &ifr_attributes(change->after->kind)[attribute];
    const char *is = ifr_object_get(change->before, attribute);
    const char *wanted = ifr_object_get(change->after, attribute);

    dbc_buf_addf(out, "%s: %s is ", change->after->name, row->name);
    dbc_buf_add_printable(out, *is != '\0' ? is : "none");
    dbc_buf_adds(out, ", should be ");
    dbc_buf_add_printable(out, *wanted == *IFR_ANY ? "there" : *wanted != '\0' ? wanted : "none");
    if (change->after->kind == IFR_LINK && attribute == IFR_LINK_MTU) {
        describe_mtu(walk, now, change, out);
    }
}

static void log_change(const struct ifr_walk *walk, const struct ifr_state *now,
                       const struct ifr_change *change, struct dbc_buf *first)
{
    struct dbc_buf line = DBC_BUF_INIT;

    for (unsigned i = 0; i < IFR_ATTRIBUTES_MAX; i++) {
        dbc_buf_clear(&line);
        if (change->verb == IFR_SET && (change->differs >> i & 1) != 0) {
            describe(walk, now, change, i, &line);
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

/* Returns whether only MTUs differ: a NIC refused one, or a device below has a smaller one.  The
 * run then fails at its end, and nothing is undone. */
static bool only_mtus(const struct ifr_changes *rest)
{
    for (size_t i = 0; i < rest->n; i++) {
        if (rest->v[i].after->kind != IFR_LINK || rest->v[i].verb != IFR_SET ||
            rest->v[i].differs != IFR_BIT(IFR_LINK_MTU)) {
            return false;
        }
    }
    return true;
}

static int report(struct ifr_walk *walk, const struct ifr_state *now,
                  const struct ifr_changes *rest, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    struct dbc_buf first = DBC_BUF_INIT;

    for (size_t i = 0; i < rest->n; i++) {
        log_change(walk, now, &rest->v[i], &first);
    }
    dbc_fail(&why, DBC_ECOMMAND, "%s", dbc_buf_str(&first));
    dbc_buf_release(&first);
    if (only_mtus(rest)) {
        walk->late = walk->late.code == DBC_OK || walk->refusing.n > 0 ? why : walk->late;
        return 0;
    }
    if (err != NULL) {
        *err = why;
    }
    return -1;
}

int ifr_step_verify_apply(struct ifr_walk *walk, const struct ifr_step *step, struct dbc_error *err)
{
    struct ifr_state now = { 0 };
    struct ifr_changes rest = { 0 };
    int rc = -1;

    (void)step;
    if (!ifr_plan_changes(walk->plan, walk->facts)) {
        return 0; /* the host was as wanted, and nothing has changed it */
    }
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        rc = look(walk, &now, &rest, err);
        if (rc < 0 || rest.n == 0 || (walk->refusing.n > 0 && only_mtus(&rest))) {
            break;
        }
        dbc_sleep_ms(PAUSE_MS);
    }
    if (rc == 0 && rest.n > 0) {
        rc = report(walk, &now, &rest, err);
    }
    ifr_changes_release(&rest);
    ifr_state_release(&now);
    return rc;
}
