/* live.c - the observed host's answers to planning functions (live.h). */
#include "reconfigure/datapath/live.h"

#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/state/diff.h"
#include "reconfigure/state/options.h"

const struct ifr_state *ifr_seen(const struct ifr_planner *p, enum ifr_kind kind)
{
    return p->seen != NULL && p->seen->known[kind] ? p->seen : NULL;
}

/* ---- What is wanted ------------------------------------------------------------------------- */

static int contradiction(const struct ifr_object *object, struct dbc_error *err)
{
    return dbc_fail(err, DBC_ECONFLICT,
                    "%s %s would have to be there and gone at once: bring up one of the interfaces "
                    "that need it at a time",
                    ifr_kind_name(object->kind), object->name);
}

struct ifr_object *ifr_want(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                            struct dbc_error *err)
{
    struct ifr_object *object = ifr_state_add(&p->plan->wanted, kind, name);

    if (object->absent) {
        (void)contradiction(object, err);
        return NULL;
    }
    return object;
}

int ifr_want_absent(struct ifr_planner *p, enum ifr_kind kind, const char *name,
                    struct dbc_error *err)
{
    const struct ifr_object *object = ifr_state_find(&p->plan->wanted, kind, name);

    if (object != NULL && !object->absent) {
        return contradiction(object, err);
    }
    ifr_state_add(&p->plan->wanted, kind, name)->absent = true;
    return 0;
}

/* ---- Bridges -------------------------------------------------------------------------------- */

bool ifr_bridge_is_there(const struct ifr_planner *p, const struct dbc_pif *pif)
{
    const char *bridge = dbc_pif_bridge(p->db, pif);
    const struct ifr_state *seen = ifr_seen(p, IFR_BRIDGE);
    const struct ifr_object *link = NULL;

    if (*bridge == '\0') {
        return false;
    }
    if (p->datapath->is_vswitch) {
        return ifr_state_find(seen, IFR_BRIDGE, bridge) != NULL;
    }
    link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, bridge);
    return link != NULL && strcmp(ifr_object_get(link, IFR_LINK_TYPE), "bridge") == 0;
}

int ifr_take_down(const struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    const char *bridge = dbc_pif_bridge(p->db, pif);

    return dbc_hash_put(&p->plan->goes, bridge, p->plan, true) < 0 ? dbc_fail_nomem(err) : 0;
}

bool ifr_takes_down(const struct ifr_planner *p, const char *bridge)
{
    return dbc_hash_get(&p->plan->goes, bridge) != NULL;
}

bool ifr_attached(const struct ifr_planner *p, const struct dbc_pif *pif)
{
    if (ifr_takes_down(p, dbc_pif_bridge(p->db, pif))) {
        return false;
    }
    return p->force ? ifr_bridge_is_there(p, pif) : pif->currently_attached;
}

bool ifr_bridge_is_remade(const struct ifr_planner *p, const char *bridge)
{
    const struct ifr_object *seen = ifr_state_find(ifr_seen(p, IFR_BRIDGE), IFR_BRIDGE, bridge);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_BRIDGE, bridge);

    if (ifr_seen(p, IFR_BRIDGE) == NULL || wanted == NULL) {
        return false;
    }
    return seen == NULL || strcmp(ifr_object_get(seen, IFR_BRIDGE_PARENT),
                                  ifr_object_get(wanted, IFR_BRIDGE_PARENT)) != 0;
}

bool ifr_ipdev_is_fresh(const struct ifr_planner *p, const char *ipdev)
{
    if (p->tears_down) {
        return false;
    }
    for (size_t i = 0; i < p->plan->wanted.n; i++) {
        const struct ifr_object *object = p->plan->wanted.objects[i];
        if (object->absent && ifr_state_find(p->seen, object->kind, object->name) != NULL) {
            return false;
        }
    }
    return !ifr_facts_netdev_exists(p->facts, ipdev);
}

/* ---- Whose name it is ----------------------------------------------------------------------- */

/* Whether the datapath makes devices of this type. */
static bool is_of_datapath(const struct ifr_planner *p, const char *type)
{
    if (p->datapath->is_vswitch) {
        return strcmp(type, "openvswitch") == 0 || strcmp(type, "tun") == 0;
    }
    return strcmp(type, "bridge") == 0;
}

int ifr_bridge_name_is_free(const struct ifr_planner *p, const char *bridge, struct dbc_error *err)
{
    const struct ifr_object *link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, bridge);
    const struct ifr_object *interface =
        ifr_state_find(ifr_seen(p, IFR_INTERFACE), IFR_INTERFACE, bridge);
    const char *type = ifr_object_get(link, IFR_LINK_TYPE);

    if (ifr_state_find(ifr_seen(p, IFR_BRIDGE), IFR_BRIDGE, bridge) != NULL) {
        return 0;
    }
    if (interface != NULL) {
        return dbc_fail(err, DBC_ECONFLICT,
                        "port %s of Open vSwitch has the name of bridge %s; nothing was changed. "
                        "Remove it with `ovs-vsctl del-port`",
                        ifr_object_get(interface, IFR_INTERFACE_PORT), bridge);
    }
    if (link != NULL && !is_of_datapath(p, type)) {
        return dbc_fail(err, DBC_ECONFLICT,
                        "device %s is there already and no bridge of this datapath (%s); nothing "
                        "was changed. Remove it with `ip link del`, or rename it",
                        bridge, *type != '\0' ? type : "a NIC");
    }
    return 0;
}

/* ---- Devices -------------------------------------------------------------------------------- */

bool ifr_link_is_up(const struct ifr_planner *p, const char *device)
{
    const struct ifr_object *link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, device);

    if (ifr_seen(p, IFR_LINK) == NULL) {
        return ifr_facts_netdev_is_up(p->facts, device);
    }
    return strcmp(ifr_object_get(link, IFR_LINK_STATE), "up") == 0;
}

bool ifr_may_have_address(struct ifr_planner *p, const char *device)
{
    const struct ifr_object *link = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, device);

    if (ifr_seen(p, IFR_LINK) == NULL) {
        return true;
    }
    ifr_observe_device(p->live, p->facts, p->seen, device);
    return *ifr_object_get(link, IFR_LINK_ADDRESSES) != '\0' ||
           *ifr_object_get(link, IFR_LINK_CLIENT) != '\0' ||
           *ifr_object_get(link, IFR_LINK_CLIENT6) != '\0';
}

bool ifr_link_exists(const struct ifr_planner *p, const char *device)
{
    if (ifr_seen(p, IFR_LINK) == NULL) {
        return ifr_facts_netdev_exists(p->facts, device);
    }
    return ifr_state_find(p->seen, IFR_LINK, device) != NULL;
}

uint32_t ifr_link_differs(const struct ifr_planner *p, const char *device)
{
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, device);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, device);

    return seen == NULL || wanted == NULL || ifr_bridge_is_remade(p, device)
               ? UINT32_MAX
               : ifr_object_differs(seen, wanted);
}

bool ifr_link_serves(const struct ifr_planner *p, const char *device)
{
    const struct ifr_object *seen = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, device);

    return ifr_type_is_made(ifr_object_get(seen, IFR_LINK_TYPE)) ||
           *ifr_object_get(seen, IFR_LINK_MASTER) != '\0' ||
           *ifr_object_get(seen, IFR_LINK_ADDRESSES) != '\0';
}

void ifr_touch_dependents(struct ifr_planner *p, const char *device)
{
    const struct ifr_state *seen = ifr_seen(p, IFR_LINK);

    for (size_t i = 0; seen != NULL && i < seen->n; i++) {
        const struct ifr_object *one = seen->objects[i];
        if (one->kind != IFR_LINK) {
            continue;
        }
        if (strcmp(ifr_object_get(one, IFR_LINK_MASTER), device) == 0 ||
            strcmp(ifr_object_get(one, IFR_LINK_PARENT), device) == 0) {
            ifr_plan_touch(p->plan, one->name);
        }
    }
}

uint32_t ifr_link_set_at_once(void)
{
    return IFR_BIT(IFR_LINK_STATE) | IFR_BIT(IFR_LINK_MTU) | ifr_options_at_work();
}

static uint32_t options_that_differ(const struct ifr_planner *p, const char *device)
{
    uint32_t differs = ifr_link_differs(p, device);

    return differs == UINT32_MAX
               ? 0
               : ifr_options_with_delays(differs & ifr_options_at_work()) & ifr_options_at_work();
}

void ifr_plan_link_up(struct ifr_planner *p, enum ifr_on_failure on_failure, const char *device)
{
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, device);
    uint32_t options = options_that_differ(p, device);
    struct ifr_step *step = NULL;
    uint64_t mtu = 0;
    const struct ifr_attribute *rows = ifr_attributes(IFR_LINK);

    (void)dbc_parse_uint(ifr_object_get(wanted, IFR_LINK_MTU), DBC_MTU_MAX, &mtu);
    step = ifr_plan_link(p->plan, on_failure, device, "up", (unsigned)mtu);
    for (size_t i = 0; i < IFR_N_LINK; i++) {
        if ((options & IFR_BIT(i)) != 0 && wanted->v[i] != NULL) {
            dbc_strvec_pushl(&step->options, rows[i].name, wanted->v[i], NULL);
        }
    }
}
