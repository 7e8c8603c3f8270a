/* change.c - compares what XAPI wants with what Open vSwitch has (change.h): the manager first,
 * since a new one resets the bridges, then bridge by bridge. */
#include "reconfigure/plugin/change.h"

#include <string.h>

#include "base/valid.h"
#include "model/topology.h"
#include "reconfigure/datapath/failmode.h"

/* ---- The manager ---------------------------------------------------------------------------- */

static const struct ifr_object *switch_of(const struct ifr_state *seen)
{
    return ifr_state_find(seen, IFR_SWITCH, IFR_THE_SWITCH);
}

static bool has_manager(const struct ifr_state *seen, const struct ifr_manager *wanted)
{
    const char *targets = ifr_object_get(switch_of(seen), IFR_SWITCH_MANAGERS);
    char target[IFR_MEMBER_MAX];
    struct ifr_manager manager;

    while (ifr_set_next(&targets, ' ', target)) {
        if (ifr_manager_parse(target, &manager) && ifr_manager_equal(&manager, wanted)) {
            return true;
        }
    }
    return false;
}

/* Wants a switch without managers and certificates. */
static struct ifr_object *want_none(struct ifr_state *wanted)
{
    struct ifr_object *object = ifr_state_add(wanted, IFR_SWITCH, IFR_THE_SWITCH);

    for (unsigned i = 0; i < IFR_N_SWITCH; i++) {
        ifr_state_set(wanted, object, i, "");
    }
    return object;
}

static void want_ssl(const char *prefix, const struct ifr_manager *manager,
                     struct ifr_state *wanted, struct ifr_object *object)
{
    bool passive = manager->kind == IFR_MANAGER_PSSL;

    ifr_state_setf(wanted, object, IFR_SWITCH_KEY, "%s" IFR_HOST_CERT, prefix);
    ifr_state_setf(wanted, object, IFR_SWITCH_CERTIFICATE, "%s" IFR_HOST_CERT, prefix);
    ifr_state_setf(wanted, object, IFR_SWITCH_CA, "%s%s", prefix,
                   passive ? IFR_GIVEN_CA : IFR_LEARNT_CA);
    ifr_state_set(wanted, object, IFR_SWITCH_BOOTSTRAP, passive ? "" : "true");
}

static void plan_manager(const struct ifr_host *host, const struct ifr_wanted *wanted,
                         const struct ifr_state *seen, struct ifr_plugin_change *change)
{
    bool none = wanted->manager.kind == IFR_MANAGER_NONE;
    struct dbc_buf target = DBC_BUF_INIT;
    struct ifr_object *object = NULL;

    if (none ? *ifr_object_get(switch_of(seen), IFR_SWITCH_MANAGERS) == '\0'
             : has_manager(seen, &wanted->manager)) {
        return;
    }
    change->new_manager = true;
    object = want_none(&change->wanted);
    if (none) {
        dbc_buf_adds(&change->said, "Successfully removed controller config.  ");
        return;
    }
    ifr_manager_target(&wanted->manager, &target);
    want_ssl(host->prefix, &wanted->manager, &change->wanted, object);
    ifr_state_set(&change->wanted, object, IFR_SWITCH_MANAGERS, dbc_buf_str(&target));
    dbc_buf_addf(&change->said, "Successfully set controller to %s.  ",
                 wanted->has_port ? dbc_buf_str(&target) : wanted->manager.host);
    change->said.failed = change->said.failed || target.failed;
    dbc_buf_release(&target);
}

/* ---- How management is reached -------------------------------------------------------------- */

static int take_nics(const struct dbc_db *db, const struct dbc_pif *base,
                     struct ifr_plugin_change *change, struct dbc_error *err)
{
    struct dbc_pifs nics = DBC_PIFS_INIT;
    int rc = dbc_physical_pifs(db, base, &nics, err);

    for (size_t i = 0; rc == 0 && i < nics.n; i++) {
        if (dbc_valid_ifname(nics.v[i]->device)) {
            dbc_strvec_push(&change->nics, nics.v[i]->device);
        } else {
            rc = dbc_fail(err, DBC_EINVAL, "device \"%s\" of PIF %s is no device's name",
                          nics.v[i]->device, nics.v[i]->rec.ref);
        }
    }
    dbc_pifs_release(&nics);
    return rc;
}

/* If management uses this bridge, which turns secure, notes its NICs and its MAC.  The database has
 * only this host's PIFs, so the management PIF is this host's. */
static int guard(const struct ifr_wanted *wanted, const struct ifr_object *bridge,
                 struct ifr_plugin_change *change, struct dbc_error *err)
{
    const struct dbc_pif *pif = dbc_management_pif(wanted->db);
    const struct dbc_pif *base = pif != NULL ? dbc_datapath_pif(wanted->db, pif, err) : NULL;

    if (pif == NULL) {
        return 0;
    }
    if (base == NULL) {
        return -1;
    }
    if (strcmp(dbc_pif_bridge(wanted->db, base), bridge->name) != 0) {
        return 0;
    }
    if (!dbc_parse_mac(ifr_object_get(bridge, IFR_BRIDGE_HWADDR), change->mac) &&
        !dbc_parse_mac(base->MAC, change->mac)) {
        return dbc_fail(err, DBC_EINVAL, "neither %s nor its PIF %s has a MAC address",
                        bridge->name, base->rec.ref);
    }
    dbc_buf_adds(&change->guarded, bridge->name);
    if (base != pif) {
        dbc_buf_adds(&change->vlan_device, dbc_pif_bridge(wanted->db, pif));
        change->vlan_tag = pif->VLAN.value;
    }
    return take_nics(wanted->db, base, change, err);
}

/* ---- Bridges -------------------------------------------------------------------------------- */

/* Returns whether the attribute of the bridge changes.  With a new manager the reset clears it
 * first. */
static bool want_attribute(struct ifr_plugin_change *change, const struct ifr_object *bridge,
                           unsigned attribute, const char *value)
{
    const char *has = change->new_manager ? "" : ifr_object_get(bridge, attribute);

    if (strcmp(value, has) == 0) {
        return false;
    }
    ifr_state_set(&change->wanted, ifr_state_add(&change->wanted, IFR_BRIDGE, bridge->name),
                  attribute, value);
    return true;
}

/* Returns whether disable-in-band changes. */
static bool plan_in_band(const struct dbc_network *network, const struct ifr_object *bridge,
                         struct ifr_plugin_change *change)
{
    const char *wanted = dbc_map_get(&network->other_config, "vswitch-disable-in-band");

    wanted = wanted != NULL ? wanted : "";
    if (wanted[0] != '\0' && strcmp(wanted, "true") != 0 && strcmp(wanted, "false") != 0) {
        dbc_buf_addf(&change->said,
                     "\"%s\" is an invalid value for vswitch-disable-in-band on %s  ", wanted,
                     bridge->name);
        return false;
    }
    return want_attribute(change, bridge, IFR_BRIDGE_IN_BAND, wanted);
}

/* Sets *changed if fail_mode changes. */
static int plan_fail_mode(const struct ifr_wanted *wanted, const struct dbc_network *network,
                          const struct ifr_object *bridge, struct ifr_plugin_change *change,
                          bool *changed, struct dbc_error *err)
{
    const char *mode = ifr_fail_mode(wanted->db, network);

    if (!want_attribute(change, bridge, IFR_BRIDGE_FAIL_MODE, mode)) {
        return 0;
    }
    *changed = true;
    return strcmp(mode, "secure") == 0 ? guard(wanted, bridge, change, err) : 0;
}

/* Returns the network that names this bridge.  Logs and returns NULL when XAPI has none. */
static const struct dbc_network *network_of(const struct ifr_host *host,
                                            const struct ifr_wanted *wanted,
                                            const struct ifr_object *bridge)
{
    const struct dbc_network *network = NULL;

    if (dbc_valid_ifname(bridge->name)) {
        network = dbc_db_network_by_bridge(wanted->db, bridge->name);
    }
    if (network == NULL) {
        dbc_logf(host->log, DBC_LOG_INFO, "XAPI does not know bridge %s: it stays as it is",
                 bridge->name);
    }
    return network;
}

static bool is_real_bridge(const struct ifr_object *object)
{
    return object->kind == IFR_BRIDGE && *ifr_object_get(object, IFR_BRIDGE_PARENT) == '\0';
}

static int plan_bridges(const struct ifr_host *host, const struct ifr_wanted *wanted,
                        const struct ifr_state *seen, struct ifr_plugin_change *change,
                        struct dbc_error *err)
{
    bool in_band = false, fail_mode = false;

    for (size_t i = 0; i < seen->n; i++) {
        const struct ifr_object *bridge = seen->objects[i];
        const struct dbc_network *network =
            is_real_bridge(bridge) ? network_of(host, wanted, bridge) : NULL;
        if (network == NULL) {
            continue;
        }
        in_band = plan_in_band(network, bridge, change) || in_band;
        if (plan_fail_mode(wanted, network, bridge, change, &fail_mode, err) < 0) {
            return -1;
        }
    }
    dbc_buf_adds(&change->said, in_band ? "Updated in-band management.  " : "");
    dbc_buf_adds(&change->said, fail_mode ? "Updated fail_mode.  " : "");
    return 0;
}

int ifr_plugin_change_plan(const struct ifr_host *host, const struct ifr_wanted *wanted,
                           const struct ifr_state *seen, struct ifr_plugin_change *change,
                           struct dbc_error *err)
{
    plan_manager(host, wanted, seen, change);
    if (plan_bridges(host, wanted, seen, change, err) < 0) {
        return -1;
    }
    if (change->said.len == 0) {
        dbc_buf_adds(&change->said, "No change to configuration");
    }
    if (change->said.failed || change->guarded.failed || change->vlan_device.failed ||
        change->nics.failed) {
        return dbc_fail_nomem(err);
    }
    return ifr_state_check(&change->wanted, err);
}

int ifr_plugin_want_reset(const struct ifr_state *seen, struct ifr_state *wanted,
                          struct dbc_error *err)
{
    static const unsigned forgotten[] = { IFR_BRIDGE_FAIL_MODE, IFR_BRIDGE_IN_BAND };

    if (ifr_state_find(wanted, IFR_SWITCH, IFR_THE_SWITCH) == NULL) {
        (void)want_none(wanted);
    }
    for (size_t i = 0; i < seen->n; i++) {
        struct ifr_object *bridge = NULL;
        if (!is_real_bridge(seen->objects[i])) {
            continue;
        }
        bridge = ifr_state_add(wanted, IFR_BRIDGE, seen->objects[i]->name);
        for (size_t k = 0; k < sizeof forgotten / sizeof forgotten[0]; k++) {
            if (bridge->v[forgotten[k]] == NULL) {
                ifr_state_set(wanted, bridge, forgotten[k], "");
            }
        }
    }
    return ifr_state_check(wanted, err);
}

void ifr_plugin_change_release(struct ifr_plugin_change *change)
{
    ifr_state_release(&change->wanted);
    dbc_strvec_release(&change->nics);
    dbc_buf_release(&change->said);
    dbc_buf_release(&change->guarded);
    dbc_buf_release(&change->vlan_device);
}
