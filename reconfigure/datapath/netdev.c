/* netdev.c - devices below the bridge, for both datapaths; ipdev.c is for the bridge's device. */
#include "reconfigure/datapath/netdev.h"

#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/state/diff.h"

#define MTU_STANDARD 1500

/* A NIC that is in a kernel bond shows the bond's MAC, not its own. */
static bool enslaved(const struct ifr_planner *p, const char *device)
{
    struct dbc_strvec masters = DBC_STRVEC_INIT, slaves = DBC_STRVEC_INIT;
    bool found = false;

    (void)ifr_facts_bond_masters(p->facts, &masters, NULL);
    for (size_t i = 0; i < masters.n && !found; i++) {
        dbc_strvec_clear(&slaves);
        (void)ifr_facts_bond_slaves(p->facts, masters.v[i], &slaves, NULL);
        found = dbc_strvec_has(&slaves, device);
    }
    dbc_strvec_release(&masters);
    dbc_strvec_release(&slaves);
    return found;
}

/* True when the PIF's NIC is there; else the text of *err helps to find it. */
static bool nic_there(const struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    char recorded[18] = "", found[18] = "", elsewhere[DBC_IFNAME_MAX + 1] = "";
    char netdev[DBC_NETDEV_NAME_SIZE];
    const char *state = "does not exist";
    bool known = dbc_parse_mac(pif->MAC, recorded);
    bool exists = ifr_facts_netdev_exists(p->facts, pif->device);

    /* A VLAN tag that is no number is part of the name that files get. */
    if (!dbc_valid_ifname(pif->device) || !dbc_valid_ifname(dbc_pif_netdev(pif, netdev))) {
        (void)dbc_fail(err, DBC_EINVAL, "device \"%s\" of PIF %s is not a device name",
                       dbc_pif_netdev(pif, netdev), pif->uuid);
        return false;
    }
    ifr_facts_netdev_mac(p->facts, pif->device, found);
    if (exists && (!known || strcmp(recorded, found) == 0 || enslaved(p, pif->device))) {
        return true;
    }
    if (known && !ifr_facts_netdev_by_mac(p->facts, recorded, elsewhere)) {
        elsewhere[0] = '\0';
    }
    if (exists) {
        state = *found != '\0' ? "has MAC " : "has no MAC";
    }
    (void)dbc_fail(err, DBC_ENOENT,
                   "device %s of PIF %s %s%s; its recorded MAC %s is %s%s now; "
                   "dbcache remap tells the cache which NIC is which",
                   pif->device, pif->uuid, state, found, known ? recorded : pif->MAC,
                   *elsewhere ? "that of " : "on no device", elsewhere);
    return false;
}

/* Appends those of `all` that are there.  *missing is the error of the first that is not. */
static int keep_present(struct ifr_planner *p, const struct dbc_pifs *all, struct dbc_pifs *ret,
                        struct dbc_error *missing, struct dbc_error *err)
{
    for (size_t i = 0; i < all->n; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        if (nic_there(p, all->v[i], &why)) {
            if (dbc_pifs_push(ret, all->v[i], err) < 0) {
                return -1;
            }
            continue;
        }
        if (all->n > 1) {
            ifr_plan_note(p->plan, "Warning: bond slave left out: %s", why.text);
        }
        if (missing->code == DBC_OK) {
            *missing = why;
        }
    }
    return 0;
}

int ifr_nics(struct ifr_planner *p, const struct dbc_pif *base, struct dbc_pifs *ret,
             struct dbc_error *err)
{
    struct dbc_pifs all = DBC_PIFS_INIT;
    struct dbc_error missing = DBC_ERROR_INIT;
    int status = -1;

    if (dbc_physical_pifs(p->db, base, &all, err) < 0 ||
        keep_present(p, &all, ret, &missing, err) < 0) {
        goto out;
    }
    if (ret->n == 0 && missing.code != DBC_OK) {
        (void)dbc_fail(err, missing.code, "%s", missing.text);
        goto out;
    }
    if (ret->n == 0 && dbc_pif_is_bond(p->db, base)) {
        (void)dbc_fail(err, DBC_ECONFLICT, "bond %s (PIF %s) has no slaves", base->device,
                       base->uuid);
        goto out;
    }
    status = 0;
out:
    dbc_pifs_release(&all);
    return status;
}

void ifr_mac(const struct ifr_planner *p, const struct dbc_pif *pif, const struct dbc_pifs *nics,
             char out[18])
{
    if (dbc_parse_mac(pif->MAC, out)) {
        return;
    }
    out[0] = '\0';
    for (size_t i = 0; i < nics->n && out[0] == '\0'; i++) {
        ifr_facts_netdev_mac(p->facts, nics->v[i]->device, out);
    }
}

unsigned ifr_mtu_of(struct ifr_planner *p, const struct dbc_pif *pif,
                    const struct dbc_map *other_config, const char *whose)
{
    const struct dbc_network *network = dbc_pif_network(p->db, pif);
    const char *override = dbc_map_get(other_config, "mtu");
    unsigned mtu = MTU_STANDARD;

    if (network != NULL && *network->MTU.text != '\0' && !dbc_parse_mtu(network->MTU.text, &mtu)) {
        ifr_plan_note(p->plan, "Invalid value for Network.MTU = %s", network->MTU.text);
    }
    if (override != NULL) {
        ifr_plan_note(p->plan, "Override Network.MTU setting on bridge %s from %s.MTU is %u",
                      dbc_pif_bridge(p->db, pif), whose, mtu);
        if (!dbc_parse_mtu(override, &mtu)) {
            ifr_plan_note(p->plan, "Invalid value for mtu = %s", override);
        }
    }
    return mtu;
}

void ifr_plan_link_down(struct ifr_planner *p, const char *device)
{
    struct ifr_step *step = NULL;

    ifr_plan_touch(p->plan, device);
    if (!ifr_facts_netdev_exists(p->facts, device)) {
        ifr_plan_note(p->plan, "netdev: down: device %s does not exist, ignoring", device);
        return;
    }
    step = ifr_plan_command(p->plan, IFR_WARN, "/sbin/ip", "link", "set", device, "down", NULL);
    if (ifr_facts_netdev_is_up(p->facts, device)) {
        dbc_strvec_pushl(&step->undo, "/sbin/ip", "link", "set", device, "up", NULL);
    }
}

static void nic_up_blind(struct ifr_planner *p, const char *device, unsigned mtu, bool sole)
{
    struct ifr_step *step = ifr_plan_command(p->plan, sole ? IFR_FATAL : IFR_WARN, "/sbin/ip",
                                             "link", "set", device, "up", "mtu", NULL);

    dbc_strvec_pushf(&step->argv, "%u", mtu);
    dbc_strvec_pushl(&step->fallback, "/sbin/ip", "link", "set", device, "up", NULL);
}

/* Wants the MAC that was seen, to notice another NIC that gets the name during this run.  A NIC in
 * a bond of the kernel shows the bond's MAC. */
static void want_same_nic(struct ifr_planner *p, const struct ifr_object *seen,
                          struct ifr_object *wanted)
{
    const char *master = ifr_object_get(seen, IFR_LINK_MASTER);

    if (*master == '\0' || strcmp(master, "ovs-system") == 0) {
        ifr_state_set(&p->plan->wanted, wanted, IFR_LINK_MAC, seen->v[IFR_LINK_MAC]);
    }
}

/* A NIC that refuses the MTU is noticed when the host is observed again. */
void ifr_plan_nic_up(struct ifr_planner *p, const char *device, unsigned mtu, bool sole)
{
    const struct ifr_object *seen = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, device);
    struct ifr_object *wanted = NULL;

    if (seen == NULL) {
        nic_up_blind(p, device, mtu, sole);
        return;
    }
    wanted = ifr_state_add(&p->plan->wanted, IFR_LINK, device);
    ifr_state_set(&p->plan->wanted, wanted, IFR_LINK_STATE, "up");
    ifr_state_setf(&p->plan->wanted, wanted, IFR_LINK_MTU, "%u", mtu);
    want_same_nic(p, seen, wanted);
    if (ifr_object_differs(seen, wanted) != 0) {
        ifr_plan_link(p->plan, sole ? IFR_FATAL : IFR_WARN, device, "up", mtu);
    }
}

void ifr_plan_ifup(struct ifr_planner *p, const char *device)
{
    bool own = false;
    struct ifr_step *step =
        ifr_plan_command(p->plan, IFR_WARN, ifr_facts_ifup(p->facts, &own), device, NULL);

    ifr_plan_touch(p->plan, device);
    step->deadline_ms = IFR_DEADLINE_IFUP;
}

struct ifr_step *ifr_plan_ifdown(struct ifr_planner *p, const char *device)
{
    bool own = false;
    struct ifr_step *step =
        ifr_plan_command(p->plan, IFR_WARN, ifr_facts_ifdown(p->facts, &own), device, NULL);

    ifr_plan_touch(p->plan, device);
    p->tears_down = p->tears_down || ifr_link_serves(p, device);
    step->deadline_ms = IFR_DEADLINE_IFDOWN;
    if (ifr_facts_netdev_exists(p->facts, device)) {
        dbc_strvec_pushl(&step->undo, ifr_facts_ifup(p->facts, &own), device, NULL);
    }
    return step;
}

void ifr_plan_remove_device(struct ifr_planner *p, const char *tool, const char *verb,
                            const char *device, const char *absent)
{
    struct ifr_step *step = NULL;

    ifr_plan_touch(p->plan, device);
    ifr_touch_dependents(p, device);
    if (ifr_facts_executable(p->facts, tool)) {
        step = ifr_plan_command(p->plan, IFR_WARN, tool, verb, device, NULL);
    } else {
        step = ifr_plan_command(p->plan, IFR_WARN, "/sbin/ip", "link", "del", device, NULL);
    }
    ifr_step_only_if(step, device, absent);
}
