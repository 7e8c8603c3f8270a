/* vswitch.c - PIFs as Open vSwitch bridges (datapath.h).  vswitch_wanted.c says what should be
 * there; here it becomes steps: one transaction that carries a whole change, the devices below and
 * above it, and the flows that keep management reachable. */
#include "reconfigure/datapath/vswitch_wanted.h"

#include <stdlib.h>
#include <string.h>

#include "reconfigure/datapath/ethtool.h"
#include "reconfigure/datapath/in_use.h"
#include "reconfigure/datapath/ipdev.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"
#include "reconfigure/datapath/vsctl.h"

void ifr_work_release(struct ifr_work *work)
{
    dbc_pifs_release(&work->nics);
    dbc_strvec_release(&work->take_down);
    dbc_strvec_release(&work->raise);
}

static void vswitch_ipdev_type(struct ifr_planner *p, const struct dbc_pif *pif,
                               struct dbc_buf *ifcfg)
{
    (void)p;
    (void)pif;
    dbc_buf_adds(ifcfg, "TYPE=Ethernet\n");
}

/* ---- Management on a secure bridge -------------------------------------------------------- */

/* Returns `base` or the VLAN on it that carries management, or NULL. */
static const struct dbc_pif *management_on(const struct ifr_planner *p, const struct dbc_pif *base)
{
    const struct dbc_pif *found = base->management ? base : NULL, *pif = NULL;

    for (size_t i = 0; found == NULL && (pif = dbc_db_pif_at(p->db, i)) != NULL; i++) {
        found = pif->management && dbc_vlan_slave(p->db, pif) == base ? pif : NULL;
    }
    return found;
}

/* Logs the notes so far before it asks Open vSwitch, as the old program did. */
static int ask_fail_mode(struct ifr_planner *p, const char *bridge, struct dbc_buf *ret,
                         struct dbc_error *err)
{
    const struct ifr_state *seen = ifr_seen(p, IFR_BRIDGE);

    if (seen != NULL) {
        const struct ifr_object *now = ifr_state_find(seen, IFR_BRIDGE, bridge);
        dbc_buf_adds(ret, ifr_object_get(now, IFR_BRIDGE_FAIL_MODE));
        return 0;
    }
    if (p->log != NULL) {
        ifr_plan_flush_notes(p->plan, p->log);
    }
    return ifr_facts_ovs_fail_mode(p->facts, bridge, ret, err);
}

/* A secure bridge drops everything until a controller adds flows; management must not depend on
 * that.  A bridge that is secure already has its flows. */
static int plan_guard(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    const char *bridge = dbc_pif_bridge(p->db, work->base);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_BRIDGE, bridge);
    struct dbc_buf now = DBC_BUF_INIT;
    int ret = 0;

    if (strcmp(ifr_object_get(wanted, IFR_BRIDGE_FAIL_MODE), "secure") != 0) {
        return 0;
    }
    work->manager = management_on(p, work->base);
    if (work->manager != NULL && work->nics.n > 0 && work->mac[0] != '\0') {
        ret = ask_fail_mode(p, bridge, &now, err);
        work->guard = true;
        work->turns_secure = strcmp(dbc_buf_str(&now), "secure") != 0;
    }
    dbc_buf_release(&now);
    return ret;
}

static int vswitch_prepare(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    if (ifr_bridge_name_is_free(p, dbc_pif_bridge(p->db, work->base), err) < 0 ||
        ifr_bridge_name_is_free(p, dbc_pif_bridge(p->db, work->pif), err) < 0 ||
        ifr_vswitch_clear_the_way(p, work, err) < 0 || ifr_want_bridge(p, work, err) < 0 ||
        plan_guard(p, work, err) < 0) {
        return -1;
    }
    return work->pif != work->base ? ifr_want_vlan(p, work, err) : 0;
}

/* ---- Up and down -------------------------------------------------------------------------- */

/* XAPI brings a bond or a slave up without bringing the other down first. */
static void down_bridges(struct ifr_planner *p, const struct dbc_pifs *pifs, const char *kind)
{
    for (size_t i = 0; i < pifs->n; i++) {
        const char *bridge = ifr_bridge(p, pifs->v[i]);
        if (!ifr_may_have_address(p, bridge)) {
            continue;
        }
        ifr_plan_note(p->plan, "action_up: bring down bond %s %s", kind, pifs->v[i]->device);
        if (*bridge != '\0') {
            (void)ifr_plan_ifdown(p, bridge);
        }
    }
}

static int vswitch_bring_down_existing(struct ifr_planner *p, struct ifr_work *work,
                                       struct dbc_error *err)
{
    const struct dbc_pif *pif = work->pif;
    struct dbc_pifs masters = DBC_PIFS_INIT, slaves = DBC_PIFS_INIT;
    int ret = -1;

    if (dbc_bond_masters(p->db, pif, &masters, err) == 0 &&
        dbc_bond_slaves(p->db, pif, &slaves, err) == 0) {
        down_bridges(p, &masters, "master");
        down_bridges(p, &slaves, "slave");
        ret = 0;
    }
    dbc_pifs_release(&masters);
    dbc_pifs_release(&slaves);
    return ret;
}

/* ovs-vswitchd enables a bond's slaves by their carrier, which a NIC that is down never has.  So
 * NICs are up before they become ports. */
static void nics_up(struct ifr_planner *p, const struct ifr_work *work)
{
    bool bond = dbc_pif_is_bond(p->db, work->base);
    unsigned mtu = bond ? ifr_mtu_of(p, work->base, &work->base->other_config, "PIF") : 0;

    for (size_t i = 0; i < work->nics.n; i++) {
        const struct dbc_pif *nic = work->nics.v[i];
        struct ifr_ethtool ethtool = { 0 };
        if (!bond) {
            mtu = ifr_mtu_of(p, nic, &nic->other_config, "PIF");
        }
        ifr_plan_nic_up(p, nic->device, mtu, work->nics.n == 1);
        ifr_ethtool_parse(p, &nic->other_config, true, &ethtool);
        ifr_ethtool_plan(p, nic->device, &ethtool);
        ifr_ethtool_release(&ethtool);
    }
}

static void plan_flows(struct ifr_planner *p, const struct ifr_work *work)
{
    struct ifr_flows_wanted flows = { .bridge = dbc_pif_bridge(p->db, work->base),
                                      .mac = work->mac,
                                      .live = ifr_seen(p, IFR_BRIDGE) != NULL };
    struct dbc_strvec ports = DBC_STRVEC_INIT;

    for (size_t i = 0; i < work->nics.n; i++) {
        dbc_strvec_push(&ports, work->nics.v[i]->device);
    }
    if (flows.live && work->manager != work->base) {
        flows.vlan_device = dbc_pif_bridge(p->db, work->manager);
        flows.tag = work->manager->VLAN.value;
    }
    ifr_plan_flows(p->plan, &flows, &ports);
    dbc_strvec_release(&ports);
}

/* Blind: one ovs-vsctl that leads there from any state. */
static int plan_blind(struct ifr_planner *p, const struct ifr_work *work)
{
    struct dbc_strvec words = DBC_STRVEC_INIT;

    ifr_vsctl_words(&p->plan->wanted, &words);
    ifr_vsctl_plan(p, &words);
    if (work != NULL && work->guard && work->turns_secure) {
        plan_flows(p, work);
    }
    dbc_strvec_release(&words);
    return 0;
}

/* Whether the bridge of the management PIF is there when the plan is done; a VLAN's may not be. */
static bool manager_is_there(const struct ifr_planner *p, const struct ifr_work *work)
{
    const char *bridge = dbc_pif_bridge(p->db, work->manager);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_BRIDGE, bridge);

    return wanted != NULL ? !wanted->absent : ifr_bridge_is_there(p, work->manager);
}

/* Whether flows must be added: existing ones name ports by number, so new ports need new flows. */
static bool needs_flows(const struct ifr_planner *p, const struct ifr_work *work,
                        const struct ifr_changes *changes)
{
    const char *bridge = dbc_pif_bridge(p->db, work->base);
    const char *manager = work->guard ? dbc_pif_bridge(p->db, work->manager) : "";

    if (!work->guard || !manager_is_there(p, work)) {
        return false;
    }
    for (size_t i = 0; i < changes->n; i++) {
        const struct ifr_object *object = changes->v[i].after;
        bool port = object->kind == IFR_PORT &&
                    strcmp(ifr_object_get(object, IFR_PORT_BRIDGE), bridge) == 0;
        if (port || strcmp(object->name, manager) == 0 || strcmp(object->name, bridge) == 0) {
            return true;
        }
    }
    return false;
}

/* Flows are added before a bridge turns secure to see that the switch accepts them while management
 * still works without.  The bridge forgets them when its fail mode changes, so they are added again
 * after it. */
static int plan_seen(struct ifr_planner *p, const struct ifr_work *works, size_t n,
                     struct dbc_error *err)
{
    struct ifr_changes changes = { 0 };
    int rc = ifr_diff_states(ifr_seen(p, IFR_BRIDGE), &p->plan->wanted, &changes, err);

    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (works[i].turns_secure && ifr_bridge_is_there(p, works[i].base) &&
            ifr_bridge_is_there(p, works[i].manager) && needs_flows(p, &works[i], &changes)) {
            plan_flows(p, &works[i]);
        }
    }
    if (rc == 0) {
        rc = ifr_plan_ovsdb(p->plan, p->seen, &changes, NULL, err);
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        if (needs_flows(p, &works[i], &changes)) {
            plan_flows(p, &works[i]);
        }
    }
    ifr_changes_release(&changes);
    return rc;
}

static int plan_switch(struct ifr_planner *p, const struct ifr_work *works, size_t n,
                       struct dbc_error *err)
{
    return ifr_seen(p, IFR_BRIDGE) != NULL ? plan_seen(p, works, n, err)
                                           : plan_blind(p, n > 0 ? works : NULL);
}

static int vswitch_configure(struct ifr_planner *p, const struct ifr_work *works, size_t n,
                             struct dbc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < works[i].take_down.n; k++) {
            ifr_plan_link_down(p, works[i].take_down.v[k]);
        }
        nics_up(p, &works[i]);
        if (ifr_filled(NULL, &works[i].take_down, err) < 0) {
            return -1;
        }
    }
    return plan_switch(p, works, n, err);
}

static int vswitch_post(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    for (size_t i = 0; i < work->raise.n; i++) {
        if (ifr_seen(p, IFR_LINK) != NULL && ifr_link_is_up(p, work->raise.v[i])) {
            continue;
        }
        ifr_plan_note(p->plan, "action_up: bring up %s", work->raise.v[i]);
        ifr_plan_touch(p->plan, work->raise.v[i]);
        (void)ifr_plan_command(p->plan, IFR_WARN, "/sbin/ip", "link", "set", work->raise.v[i], "up",
                               NULL);
    }
    return ifr_filled(NULL, &work->raise, err);
}

/* *ret: the datapath below a VLAN stays, since its own PIF or another VLAN is attached. */
static int vlan_leaves_datapath(struct ifr_planner *p, const struct dbc_pif *base, bool *ret,
                                struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    int status = dbc_vlan_masters(p->db, base, &masters, err);

    *ret = ifr_attached(p, base);
    if (*ret) {
        ifr_plan_note(p->plan, "action_down: vlan slave is currently attached");
    }
    for (size_t i = 0; i < masters.n && !(p->several && *ret); i++) {
        if (ifr_attached(p, masters.v[i])) {
            ifr_plan_note(p->plan, "action_down: vlan slave has other master: %s",
                          dbc_pif_netdev(masters.v[i], netdev));
            *ret = true;
        }
    }
    if (status == 0 && !*ret) {
        ifr_plan_note(p->plan, "action_down: no more masters, bring down slave %s",
                      dbc_pif_bridge(p->db, base));
    }
    dbc_pifs_release(&masters);
    return status;
}

/* *ret: the datapath stays, since VLANs on it are attached. */
static int vlans_keep_datapath(struct ifr_planner *p, const struct dbc_pif *base, bool *ret,
                               struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    struct dbc_buf tags = DBC_BUF_INIT;
    int status = dbc_vlan_masters(p->db, base, &masters, err);

    for (size_t i = 0; i < masters.n; i++) {
        if (ifr_attached(p, masters.v[i])) {
            dbc_buf_addf(&tags, "%s'%s'", tags.len > 0 ? ", " : "", masters.v[i]->VLAN.text);
        }
    }
    *ret = tags.len > 0;
    if (*ret) {
        ifr_plan_note(p->plan, "Leaving datapath %s up due to currently attached VLAN masters [%s]",
                      dbc_pif_bridge(p->db, base), dbc_buf_str(&tags));
    }
    if (status == 0) {
        status = ifr_filled(&tags, NULL, err);
    }
    dbc_buf_release(&tags);
    dbc_pifs_release(&masters);
    return status;
}

static int delete_bridge(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    ifr_plan_touch(p->plan, dbc_pif_bridge(p->db, pif));
    ifr_plan_note(p->plan, "deconfigure_bridge: bridge           - %s", dbc_pif_bridge(p->db, pif));
    return ifr_want_absent(p, IFR_BRIDGE, dbc_pif_bridge(p->db, pif), err);
}

/* Sets *ret when somebody uses the datapath, whom the records may not know. */
static int in_use_keeps_datapath(struct ifr_planner *p, const struct dbc_pif *pif,
                                 const struct dbc_pif *base, bool *ret, struct dbc_error *err)
{
    struct dbc_buf who = DBC_BUF_INIT;
    int rc = 0;

    ifr_bridge_user(p, base, pif, !ifr_takes_down(p, dbc_pif_bridge(p->db, base)), &who);
    rc = ifr_filled(&who, NULL, err);
    if (rc == 0 && who.len > 0 && !*ret) {
        ifr_plan_note(p->plan, "Leaving datapath %s up: it is in use by %s",
                      dbc_pif_bridge(p->db, base), dbc_buf_str(&who));
    }
    *ret = *ret || who.len > 0;
    dbc_buf_release(&who);
    return rc;
}

static int delete_datapath(struct ifr_planner *p, const struct dbc_pif *base, struct dbc_error *err)
{
    struct dbc_pifs nics = DBC_PIFS_INIT;
    int ret = dbc_physical_pifs(p->db, base, &nics, err);

    if (ret == 0) {
        ret = delete_bridge(p, base, err);
    }
    if (ret == 0) {
        ifr_note_pifs(p, &nics, "action_down: bring down physical devices");
        for (size_t i = 0; i < nics.n; i++) {
            ifr_plan_link_down(p, nics.v[i]->device);
        }
    }
    dbc_pifs_release(&nics);
    return ret;
}

static int bring_down_pif(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    const struct dbc_pif *base = dbc_datapath_pif(p->db, pif, err);
    bool keep = false;
    int ret = -1;

    if (base == NULL) {
        return -1;
    }
    ifr_plan_note(p->plan, "deconfigure ipdev %s on %s", dbc_pif_bridge(p->db, pif),
                  dbc_pif_bridge(p->db, base));
    if (ifr_want_absent(p, IFR_PORT, dbc_pif_bridge(p->db, pif), err) < 0) {
        return -1;
    }
    if (pif != base) {
        ret = delete_bridge(p, pif, err);
        ret = ret < 0 ? ret : vlan_leaves_datapath(p, base, &keep, err);
    } else {
        ret = vlans_keep_datapath(p, base, &keep, err);
    }
    if (ret == 0) {
        ret = in_use_keeps_datapath(p, pif, base, &keep, err);
    }
    if (ret == 0 && !keep) {
        ret = delete_datapath(p, base, err);
    } else if (ret == 0 && pif == base) {
        ret = ifr_ipdev_return_others(p, pif, err);
    }
    return ret;
}

static int vswitch_bring_down(struct ifr_planner *p, const struct dbc_pifs *pifs,
                              struct dbc_error *err)
{
    for (size_t i = 0; i < pifs->n; i++) {
        if (ifr_take_down(p, pifs->v[i], err) < 0 || bring_down_pif(p, pifs->v[i], err) < 0) {
            return -1;
        }
    }
    return plan_switch(p, NULL, 0, err);
}

/* Uuids change when a host joins or leaves a pool.  At shutdown Open vSwitch may be gone already.
 */
static int vswitch_rewrite(struct ifr_planner *p, struct dbc_error *err)
{
    const struct dbc_pif *pif = NULL;

    if (!ifr_facts_ovs_running(p->facts)) {
        return 0;
    }
    for (size_t i = 0; (pif = dbc_db_pif_at(p->db, i)) != NULL; i++) {
        if (ifr_attached(p, pif) && !dbc_pif_is_vlan(pif) && *ifr_bridge(p, pif) != '\0') {
            struct ifr_object *bridge = ifr_want(p, IFR_BRIDGE, ifr_bridge(p, pif), err);
            if (bridge == NULL) {
                return -1;
            }
            ifr_want_networks(p, pif, bridge);
        }
    }
    return plan_switch(p, NULL, 0, err);
}

const struct ifr_datapath ifr_datapath_vswitch = {
    .name = "Vswitch",
    .is_vswitch = true,
    .check = ifr_check_pif,
    .ipdev_type = vswitch_ipdev_type,
    .prepare = vswitch_prepare,
    .bring_down_existing = vswitch_bring_down_existing,
    .configure = vswitch_configure,
    .post = vswitch_post,
    .bring_down = vswitch_bring_down,
    .rewrite = vswitch_rewrite,
};
