/* bridge.c - PIFs as Linux bridges (datapath.h).  ifup and ifdown make and remove the devices; we
 * write their files and call them in the right order: up the port before the bridge, down the port
 * after it, since `ifdown PORT` deletes an empty bridge that is down. */
#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/bridge_priv.h"
#include "reconfigure/datapath/in_use.h"
#include "reconfigure/datapath/ipdev.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"

#define BOND_DESTROY_ATTEMPTS 10

static int bridge_check(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (dbc_pif_is_tunnel(p->db, pif)) {
        return dbc_fail(err, DBC_EUNSUPPORTED, "Tunnel PIFs are not supported in Bridge mode");
    }
    if (ifr_check_pif(p, pif, err) < 0) {
        return -1;
    }
    /* The name of a tunnel's device has not been checked, and a VLAN gets a file for it. */
    if (dbc_pif_is_tunnel(p->db, dbc_datapath_pif(p->db, pif, NULL))) {
        return dbc_fail(err, DBC_EUNSUPPORTED,
                        "PIF %s (%s) is a VLAN on a tunnel, which Bridge mode does not support",
                        pif->uuid, pif->device);
    }
    if (!dbc_valid_ifname(dbc_pif_netdev(pif, netdev))) {
        return dbc_fail(err, DBC_EINVAL, "device \"%s\" of PIF %s is not a device name", netdev,
                        pif->uuid);
    }
    return 0;
}

static void bridge_ipdev_type(struct ifr_planner *p, const struct dbc_pif *pif,
                              struct dbc_buf *ifcfg)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    (void)p;
    dbc_buf_addf(ifcfg, "TYPE=Bridge\nDELAY=0\nSTP=off\nPIFDEV=%s\n", dbc_pif_netdev(pif, netdev));
}

static int bridge_prepare(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    if (ifr_bridge_name_is_free(p, dbc_pif_bridge(p->db, work->pif), err) < 0) {
        return -1;
    }
    return ifr_bridge_files(p, work, err) < 0 ? -1 : ifr_bridge_want(p, work, err);
}

/* ---- Down --------------------------------------------------------------------------------- */

/* Plans ifdown of a device below the ipdev, unless an earlier ifdown has removed it. */
static void netdev_down(struct ifr_planner *p, const char *device)
{
    struct ifr_step *step = NULL;
    char absent[128];

    snprintf(absent, sizeof absent, "netdev: down: device %s does not exist, ignoring", device);
    if (!ifr_facts_netdev_exists(p->facts, device)) {
        ifr_plan_note(p->plan, "%s", absent);
        return;
    }
    step = ifr_plan_ifdown(p, device);
    ifr_step_only_if(step, device, absent);
}

/* Also used for a slave's bridge, which has the slave's MAC and maybe an address. */
static void destroy_bridge(struct ifr_planner *p, const struct dbc_pif *pif)
{
    const char *bridge = ifr_bridge(p, pif);
    char absent[128];

    if (*bridge == '\0') {
        return;
    }
    snprintf(absent, sizeof absent, "destroy_bridge: bridge %s does not exist, ignoring", bridge);
    if (!ifr_facts_netdev_exists(p->facts, bridge)) {
        ifr_plan_note(p->plan, "%s", absent);
        return;
    }
    ifr_step_only_if(ifr_plan_note(p->plan, "Destroy bridge %s", bridge), bridge, absent);
    ifr_step_only_if(ifr_plan_ifdown(p, bridge), bridge, NULL);
    ifr_plan_remove_device(p, "/usr/sbin/brctl", "delbr", bridge, NULL);
}

static void destroy_vlan(struct ifr_planner *p, const char *device)
{
    char absent[128];

    snprintf(absent, sizeof absent, "vconfig del: vlan %s does not exist, ignoring", device);
    if (ifr_facts_netdev_exists(p->facts, device)) {
        ifr_plan_remove_device(p, "/sbin/vconfig", "rem", device, absent);
    } else {
        ifr_plan_note(p->plan, "%s", absent);
    }
}

/* Tries several times, since slaves that just left may hold the bond for a moment. */
static int destroy_bond(struct ifr_planner *p, const char *bond, struct dbc_error *err)
{
    char text[DBC_IFNAME_MAX + 2];
    bool exists = false;

    if (ifr_facts_bond_exists(p->facts, bond, &exists, err) < 0) {
        return -1;
    }
    if (!exists) {
        ifr_plan_note(p->plan, "bond master %s does not exist, not destroying", bond);
        return 0;
    }
    ifr_touch_dependents(p, bond);
    snprintf(text, sizeof text, "-%s", bond);
    ifr_plan_sysfs(p->plan, IFR_WARN, IFR_BONDING_MASTERS, text)->attempts = BOND_DESTROY_ATTEMPTS;
    return 0;
}

static const struct dbc_pif *by_device(const struct dbc_pifs *list, const char *device)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->v[i]->device, device) == 0) {
            return list->v[i];
        }
    }
    return NULL;
}

/* Appends a bond's slaves in the order in which they go down: the kernel's, last first (the bond
 * has the first one's MAC), then those that only the records have. */
static int slaves_to_down(struct ifr_planner *p, const struct dbc_pif *bond, struct dbc_pifs *ret,
                          struct dbc_error *err)
{
    struct dbc_pifs recorded = DBC_PIFS_INIT;
    struct dbc_strvec kernel = DBC_STRVEC_INIT;
    int status = -1;

    if (dbc_bond_slaves(p->db, bond, &recorded, err) < 0 ||
        (recorded.n > 0 && ifr_facts_bond_slaves(p->facts, bond->device, &kernel, err) < 0)) {
        goto out;
    }
    for (size_t i = kernel.n; i > 0; i--) {
        const struct dbc_pif *slave = by_device(&recorded, kernel.v[i - 1]);
        if (slave == NULL) {
            ifr_plan_note(p->plan, "%s is a slave of %s, but not in the records: left alone",
                          kernel.v[i - 1], bond->device);
        } else if (dbc_pifs_push(ret, slave, err) < 0) {
            goto out;
        }
    }
    for (size_t i = 0; i < recorded.n; i++) {
        if (!dbc_pifs_has(ret, recorded.v[i]) && dbc_pifs_push(ret, recorded.v[i], err) < 0) {
            goto out;
        }
    }
    status = 0;
out:
    dbc_pifs_release(&recorded);
    dbc_strvec_release(&kernel);
    return status;
}

/* Takes down a NIC or bond, and what is below it. */
static int down_port(struct ifr_planner *p, const struct dbc_pif *pif, bool destroy,
                     struct dbc_error *err)
{
    struct dbc_pifs slaves = DBC_PIFS_INIT;
    int ret = slaves_to_down(p, pif, &slaves, err);

    if (ret < 0) {
        goto out;
    }
    ifr_note_pifs(p, &slaves, "bond slaves of %s", pif->device);
    for (size_t i = 0; i < slaves.n; i++) {
        ifr_plan_note(p->plan, "bring down bond slave %s", slaves.v[i]->device);
        netdev_down(p, slaves.v[i]->device);
        destroy_bridge(p, slaves.v[i]);
    }
    ifr_plan_note(p->plan, "Bring interface %s down", pif->device);
    netdev_down(p, pif->device);
    if (destroy) {
        ret = dbc_pif_is_bond(p->db, pif) ? destroy_bond(p, pif->device, err) : 0;
        destroy_bridge(p, pif);
    }
out:
    dbc_pifs_release(&slaves);
    return ret;
}

/* *ret: the device below the VLAN stays, since its own PIF or another VLAN is attached. */
static int vlan_leaves_port(struct ifr_planner *p, const struct dbc_pif *vlan,
                            const struct dbc_pif *base, bool *ret, struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    int status = dbc_vlan_masters(p->db, base, &masters, err);

    *ret = ifr_attached(p, base);
    if (*ret) {
        ifr_plan_note(p->plan, "bring_down_interface: vlan slave is currently attached");
    }
    for (size_t i = 0; i < masters.n && !*ret; i++) {
        if (masters.v[i] != vlan && ifr_attached(p, masters.v[i])) {
            ifr_plan_note(p->plan, "bring_down_interface: vlan slave has other master");
            *ret = true;
        }
    }
    dbc_pifs_release(&masters);
    return status;
}

static int down_vlan(struct ifr_planner *p, const struct dbc_pif *vlan, bool destroy,
                     struct dbc_error *err)
{
    const struct dbc_pif *base = dbc_datapath_pif(p->db, vlan, err);
    char netdev[DBC_NETDEV_NAME_SIZE];
    bool keep = false;

    if (base == NULL) {
        return -1;
    }
    ifr_plan_note(p->plan, "bring_down_interface: %s is a VLAN", dbc_pif_netdev(vlan, netdev));
    netdev_down(p, netdev);
    if (!destroy) {
        return 0;
    }
    destroy_vlan(p, netdev);
    destroy_bridge(p, vlan);
    if (vlan_leaves_port(p, vlan, base, &keep, err) < 0) {
        return -1;
    }
    if (keep) {
        return 0;
    }
    ifr_plan_note(p->plan, "bring_down_interface: no more masters, bring down vlan slave %s",
                  base->device);
    return down_port(p, base, true, err);
}

static bool any_attached(const struct ifr_planner *p, const struct dbc_pifs *pifs)
{
    for (size_t i = 0; i < pifs->n; i++) {
        if (ifr_attached(p, pifs->v[i])) {
            return true;
        }
    }
    return false;
}

/* `destroy`: bridge, bond and VLAN devices are also removed. */
static int bring_down_interface(struct ifr_planner *p, const struct dbc_pif *pif, bool destroy,
                                struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    int ret = 0;

    if (dbc_pif_is_vlan(pif)) {
        return down_vlan(p, pif, destroy, err);
    }
    ret = dbc_vlan_masters(p->db, pif, &masters, err);
    if (ret == 0) {
        ifr_note_pifs(p, &masters, "vlan masters of %s", pif->device);
    }
    if (ret == 0 && any_attached(p, &masters)) {
        ifr_plan_note(p->plan, "Leaving %s up due to currently attached VLAN masters", pif->device);
    } else if (ret == 0) {
        ret = down_port(p, pif, destroy, err);
    }
    dbc_pifs_release(&masters);
    return ret;
}

/* VLAN devices go down with the device below; bridge_post brings them up again. */
static int down_vlan_masters(struct ifr_planner *p, const struct dbc_pif *pif,
                             struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    int ret = dbc_vlan_masters(p->db, pif, &masters, err);

    for (size_t i = 0; i < masters.n; i++) {
        ifr_plan_note(p->plan, "action_up: bring down vlan master %s",
                      dbc_pif_netdev(masters.v[i], netdev));
        netdev_down(p, netdev);
    }
    dbc_pifs_release(&masters);
    return ret;
}

/* Takes down the bonds and bridges that have one of our NICs.  Fails when one is in use and the
 * request comes from the cache. */
static int free_nics(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    int ret = 0;

    for (size_t i = 0; i < work->nics.n && ret == 0; i++) {
        const struct dbc_pif *holder = ifr_bridge_holder(p, work, work->nics.v[i]);
        if (holder == NULL) {
            continue;
        }
        ret = ifr_may_go(p, holder, err);
        if (ret == 0) {
            ifr_plan_note(p->plan, "action_up: bring down %s", holder->device);
            ret = bring_down_interface(p, holder, true, err);
        }
    }
    return ret;
}

/* XAPI brings a bond's slave up without bringing the bond down first. */
static int bridge_bring_down_existing(struct ifr_planner *p, struct ifr_work *work,
                                      struct dbc_error *err)
{
    const struct dbc_pif *pif = work->pif;
    struct dbc_pifs masters = DBC_PIFS_INIT;
    int ret = 0;

    if (ifr_seen(p, IFR_LINK) != NULL && (work->right || p->force)) {
        return work->right ? 0 : free_nics(p, work, err);
    }
    ret = down_vlan_masters(p, pif, err);
    if (ret == 0) {
        ret = dbc_bond_masters(p->db, pif, &masters, err);
    }
    for (size_t i = 0; i < masters.n && ret == 0; i++) {
        ifr_plan_note(p->plan, "action_up: bring down bond master %s", masters.v[i]->device);
        ret = bring_down_interface(p, masters.v[i], true, err);
    }
    if (ret == 0) {
        ret = bring_down_interface(p, pif, false, err);
    }
    dbc_pifs_release(&masters);
    return ret;
}

/* *ret: somebody uses the bridge, so it stays. */
static int is_used(struct ifr_planner *p, const struct dbc_pif *pif, bool *ret,
                   struct dbc_error *err)
{
    struct dbc_buf who = DBC_BUF_INIT;
    int rc = 0;

    ifr_bridge_user(p, pif, NULL, false, &who);
    rc = ifr_filled(&who, NULL, err);
    *ret = who.len > 0;
    if (rc == 0 && *ret) {
        ifr_plan_note(p->plan, "Leaving %s up: its bridge is in use by %s", pif->device,
                      dbc_buf_str(&who));
    }
    dbc_buf_release(&who);
    return rc;
}

static int bring_down_pif(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    bool used = false;

    if (ifr_seen(p, IFR_LINK) != NULL && !dbc_pif_is_vlan(pif) && is_used(p, pif, &used, err) < 0) {
        return -1;
    }
    return used ? ifr_ipdev_return_others(p, pif, err) : bring_down_interface(p, pif, true, err);
}

static int bridge_bring_down(struct ifr_planner *p, const struct dbc_pifs *pifs,
                             struct dbc_error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < pifs->n; i++) {
        rc = ifr_take_down(p, pifs->v[i], err);
        rc = rc < 0 ? rc : bring_down_pif(p, pifs->v[i], err);
    }
    return rc;
}

/* ---- Up ----------------------------------------------------------------------------------- */

static int bridge_configure(struct ifr_planner *p, const struct ifr_work *works, size_t n,
                            struct dbc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (ifr_bridge_up(p, &works[i], err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int bridge_post(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    struct dbc_pifs masters = DBC_PIFS_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    int ret = dbc_vlan_masters(p->db, work->pif, &masters, err);

    for (size_t i = 0; i < masters.n; i++) {
        if (ifr_attached(p, masters.v[i]) && !work->right) {
            ifr_plan_note(p->plan, "action_up: bring up %s", dbc_pif_netdev(masters.v[i], netdev));
            ifr_plan_ifup(p, netdev);
        }
    }
    dbc_pifs_release(&masters);
    return ret;
}

const struct ifr_datapath ifr_datapath_bridge = {
    .name = "Bridge",
    .check = bridge_check,
    .ipdev_type = bridge_ipdev_type,
    .prepare = bridge_prepare,
    .bring_down_existing = bridge_bring_down_existing,
    .configure = bridge_configure,
    .post = bridge_post,
    .bring_down = bridge_bring_down,
};
