/* change.c - compares what is wanted with what is (change.h): the manager first, since changing it
 * resets the bridges, then bridge by bridge. */
#include "reconfigure/plugin/change.h"

#include <string.h>

#include "base/valid.h"
#include "model/topology.h"
#include "reconfigure/datapath/failmode.h"
#include "reconfigure/datapath/vsctl.h"

/* ---- The manager ---------------------------------------------------------------------------- */

static bool has_manager(const struct ifr_ovs *ovs, const struct ifr_manager *wanted)
{
    struct ifr_manager manager;

    for (size_t i = 0; i < ovs->managers.n; i++) {
        if (ifr_manager_parse(ovs->managers.v[i], &manager) &&
            ifr_manager_equal(&manager, wanted)) {
            return true;
        }
    }
    return false;
}

static void set_ssl(const char *prefix, const struct ifr_manager *manager, struct dbc_strvec *words)
{
    bool passive = manager->kind == IFR_MANAGER_PSSL;

    dbc_strvec_push(words, "--");
    if (!passive) {
        dbc_strvec_push(words, "--bootstrap");
    }
    dbc_strvec_push(words, "set-ssl");
    dbc_strvec_pushf(words, "%s" IFR_HOST_CERT, prefix);
    dbc_strvec_pushf(words, "%s" IFR_HOST_CERT, prefix);
    dbc_strvec_pushf(words, "%s%s", prefix, passive ? IFR_GIVEN_CA : IFR_LEARNT_CA);
}

/* All in one transaction: Open vSwitch has the old manager or the new one, and never none. */
static void plan_manager(const struct ifr_host *host, const struct ifr_wanted *wanted,
                         const struct ifr_ovs *ovs, struct ifr_plugin_change *change)
{
    bool none = wanted->manager.kind == IFR_MANAGER_NONE;
    struct dbc_buf target = DBC_BUF_INIT;

    if (none ? ovs->managers.n == 0 : has_manager(ovs, &wanted->manager)) {
        return;
    }
    change->new_manager = true;
    dbc_strvec_pushl(&change->words, "--", "emer-reset", "--", "del-manager", "--", "del-ssl",
                     NULL);
    if (none) {
        dbc_buf_adds(&change->said, "Successfully removed controller config.  ");
        return;
    }
    ifr_manager_target(&wanted->manager, &target);
    set_ssl(host->prefix, &wanted->manager, &change->words);
    dbc_strvec_pushl(&change->words, "--", "set-manager", dbc_buf_str(&target), NULL);
    dbc_buf_addf(&change->said, "Successfully set controller to %s.  ",
                 wanted->has_port ? dbc_buf_str(&target) : wanted->manager.host);
    change->words.failed = change->words.failed || target.failed;
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

/* When this bridge, which turns secure, is the one that management needs: by which NICs, and with
 * which address.  Only this host's PIFs are in the database. */
static int guard(const struct ifr_wanted *wanted, const struct ifr_ovs_bridge *bridge,
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
    if (!dbc_parse_mac(bridge->hwaddr, change->mac) && !dbc_parse_mac(base->MAC, change->mac)) {
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

/* Whether disable-in-band changes. */
static bool plan_in_band(const struct dbc_network *network, const struct ifr_ovs_bridge *bridge,
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
    if (strcmp(wanted, change->new_manager ? "" : bridge->disable_in_band) == 0) {
        return false;
    }
    if (wanted[0] == '\0') {
        ifr_vsctl_remove(&change->words, "Bridge", bridge->name, "other_config", "disable-in-band");
    } else {
        ifr_vsctl_set(&change->words, "Bridge", bridge->name);
        ifr_vsctl_column(&change->words, "other_config:disable-in-band", wanted);
    }
    return true;
}

/* Whether fail_mode changes. */
static int plan_fail_mode(const struct ifr_wanted *wanted, const struct dbc_network *network,
                          const struct ifr_ovs_bridge *bridge, struct ifr_plugin_change *change,
                          bool *changed, struct dbc_error *err)
{
    const char *mode = ifr_fail_mode(wanted->db, network);

    if (strcmp(mode, change->new_manager ? "" : bridge->fail_mode) == 0) {
        return 0;
    }
    *changed = true;
    ifr_vsctl_set(&change->words, "Bridge", bridge->name);
    ifr_vsctl_column(&change->words, "fail_mode", mode);
    return strcmp(mode, "secure") == 0 ? guard(wanted, bridge, change, err) : 0;
}

/* XAPI's networks may name anything; what Open vSwitch has is a device's name. */
static const struct dbc_network *network_of(const struct ifr_host *host,
                                            const struct ifr_wanted *wanted,
                                            const struct ifr_ovs_bridge *bridge)
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

static int plan_bridges(const struct ifr_host *host, const struct ifr_wanted *wanted,
                        const struct ifr_ovs *ovs, struct ifr_plugin_change *change,
                        struct dbc_error *err)
{
    bool in_band = false, fail_mode = false;

    for (size_t i = 0; i < ovs->n_bridges; i++) {
        const struct ifr_ovs_bridge *bridge = &ovs->bridges[i];
        const struct dbc_network *network = network_of(host, wanted, bridge);
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
                           const struct ifr_ovs *ovs, struct ifr_plugin_change *change,
                           struct dbc_error *err)
{
    change->live = ovs->live;
    plan_manager(host, wanted, ovs, change);
    if (plan_bridges(host, wanted, ovs, change, err) < 0) {
        return -1;
    }
    if (change->said.len == 0) {
        dbc_buf_adds(&change->said, "No change to configuration");
    }
    return change->words.failed || change->said.failed || change->guarded.failed ||
                   change->vlan_device.failed || change->nics.failed
               ? dbc_fail_nomem(err)
               : 0;
}

void ifr_plugin_change_release(struct ifr_plugin_change *change)
{
    dbc_strvec_release(&change->words);
    dbc_strvec_release(&change->nics);
    dbc_buf_release(&change->said);
    dbc_buf_release(&change->guarded);
    dbc_buf_release(&change->vlan_device);
}
