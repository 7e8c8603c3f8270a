/* ipdev.c - configuring the ipdev (the bridge, on either datapath); called by action.c. */
#include "reconfigure/datapath/ipdev.h"

#include <stdio.h>
#include <string.h>

#include "base/valid.h"
#include "reconfigure/datapath/address.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/ethtool.h"
#include "reconfigure/datapath/ifcfg.h"
#include "reconfigure/datapath/ipv6.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"
#include "reconfigure/datapath/sysconfig.h"

#define FIRSTBOOT_DHCP_SECONDS 240

/* ETHTOOL_* and MTU come from the network, not from the PIF: the ipdev is the bridge. */
static void network_settings(struct ifr_planner *p, const struct dbc_pif *pif,
                             struct dbc_buf *ifcfg)
{
    static const struct dbc_map nothing = { 0 };
    const struct dbc_network *network = dbc_pif_network(p->db, pif);
    const struct dbc_map *config = network != NULL ? &network->other_config : &nothing;
    struct ifr_ethtool ethtool = { 0 };

    ifr_ethtool_parse(p, config, false, &ethtool);
    ifr_ethtool_ifcfg(&ethtool, ifcfg);
    dbc_buf_addf(ifcfg, "MTU=%u\n", ifr_mtu_of(p, pif, config, "Network"));
    ifr_ethtool_release(&ethtool);
}

int ifr_ipdev_files(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg,
                    struct dbc_error *err)
{
    const char *ipdev = dbc_pif_bridge(p->db, pif);
    bool routes_ipv6 = false;

    if (dbc_pif_wants_ipv6(pif) && ifr_sysconfig_owns_ipv6(p, pif, &routes_ipv6, err) < 0) {
        return -1;
    }
    ifr_plan_note(p->plan, "Configuring %s using %s configuration", ipdev,
                  pif->ip_configuration_mode);
    ifr_ifcfg_begin(ifcfg, ipdev);
    dbc_buf_adds(ifcfg, "NOZEROCONF=yes\n");
    p->datapath->ipdev_type(p, pif, ifcfg);
    if (ifr_ifcfg_address(p, pif, ifcfg, err) < 0 ||
        ifr_ifcfg_ipv6(p, pif, routes_ipv6, ifcfg, err) < 0) {
        return -1;
    }
    network_settings(p, pif, ifcfg);
    ifr_ifcfg_names(p, pif, ifcfg);
    if (ifr_route_file(p, ipdev, dbc_pif_network(p->db, pif), err) < 0) {
        return -1;
    }
    return ifr_sysconfig_plan(p, pif, ipdev, routes_ipv6, err);
}

/* ---- What is wanted ----------------------------------------------------------------------- */

int ifr_ipdev_want(struct ifr_planner *p, const char *ipdev, struct dbc_error *err)
{
    if (p->seen == NULL) {
        return 0;
    }
    ifr_observe_device(p->live, p->facts, p->seen, ipdev);
    return ifr_address_of_ipdev(p, ipdev, true, &p->plan->wanted, err);
}

/* Appends the lines that are not about IPv6. */
static void add_other_lines(const char *text, struct dbc_buf *out)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        len += text[len] == '\n';
        if (strncmp(text, "IPV6", 4) != 0 && strncmp(text, "DHCPV6C=", 8) != 0) {
            dbc_buf_add(out, text, len);
        }
        text += len;
    }
}

static bool differs_without_ipv6(const struct ifr_planner *p, const char *path)
{
    struct dbc_buf old = DBC_BUF_INIT, before = DBC_BUF_INIT, after = DBC_BUF_INIT;
    const struct ifr_file_change *file = ifr_plan_find_file(p->plan, path);
    bool ret = true;

    if (file != NULL && ifr_facts_read(p->facts, path, &old, NULL) == 0) {
        add_other_lines(dbc_buf_str(&old), &before);
        add_other_lines(file->data, &after);
        ret =
            before.failed || after.failed || strcmp(dbc_buf_str(&before), dbc_buf_str(&after)) != 0;
    }
    dbc_buf_release(&old);
    dbc_buf_release(&before);
    dbc_buf_release(&after);
    return ret;
}

/* `ipv4`: whether the files differ in more than IPv6, so that a DHCP client of IPv4 must start
 * anew. */
static bool files_differ(const struct ifr_planner *p, const char *ipdev, bool ipv4)
{
    char path[64];

    for (size_t i = 0; i < IFR_ADDRESS_FILES; i++) {
        ifr_address_path(i, ipdev, path);
        if (ifr_plan_file_differs(p->plan, p->facts, path) &&
            (!ipv4 || differs_without_ipv6(p, path))) {
            return true;
        }
    }
    return false;
}

/* ---- Up ----------------------------------------------------------------------------------- */

/* ifdown undoes it, so that no DHCP client of the new configuration stays when the old one comes
 * back.  With force there is no undo: a device that has an address keeps it. */
static void plan_ifup(struct ifr_planner *p, const char *ipdev)
{
    bool own = false, firstboot = ifr_facts_firstboot(p->facts);
    const char *ifup = ifr_facts_ifup(p->facts, &own);
    bool fresh = ifr_ipdev_is_fresh(p, ipdev);
    struct ifr_step *step = ifr_plan_command(p->plan,
                                             p->several ? IFR_FAIL_LATE
                                             : fresh    ? IFR_FAIL_KEEP
                                                        : IFR_FATAL,
                                             ifup, NULL);

    if (firstboot && own) {
        dbc_strvec_pushf(&step->argv, "--timeout=%d", FIRSTBOOT_DHCP_SECONDS);
    } else if (firstboot) {
        step->dhcp_timeout = FIRSTBOOT_DHCP_SECONDS;
    }
    dbc_strvec_push(&step->argv, ipdev);
    if (!p->force) {
        dbc_strvec_pushl(&step->undo, ifr_facts_ifdown(p->facts, &own), ipdev, NULL);
    }
    ifr_plan_touch(p->plan, ipdev);
    step->parallel = true;
    step->deadline_ms = firstboot ? IFR_DEADLINE_IFUP_FIRSTBOOT : IFR_DEADLINE_IFUP;
}

static void forget_client(struct ifr_planner *p, const struct ifr_object *device,
                          unsigned attribute, const char *what)
{
    const char *client = ifr_object_get(device, attribute);

    if (*client != '\0') {
        ifr_plan_forget(p->plan, device->name, what, client);
    }
}

/* Ends a DHCPv6 client when the files have no IPv6 any more, and removes its addresses.  Where
 * another mode of IPv6 follows, ifup does the same. */
static void forget_client6(struct ifr_planner *p, const struct ifr_object *device)
{
    const char *addresses = ifr_object_get(device, IFR_LINK_ADDRESSES);
    char member[IFR_MEMBER_MAX];

    forget_client(p, device, IFR_LINK_CLIENT6, "client6");
    while (ifr_set_next(&addresses, '\n', member)) {
        if (ifr_member_is_ipv6(member) && strstr(member, " dynamic") != NULL &&
            strstr(member, " mngtmpaddr") == NULL) {
            ifr_plan_forget(p->plan, device->name, "address", member);
        }
    }
}

/* Removes addresses and routes that the old files gave and the new ones do not. */
static void forget_old(struct ifr_planner *p, const char *ipdev)
{
    static const struct {
        unsigned attribute;
        const char *what;
    } kinds[] = { { IFR_LINK_ROUTES, "route" }, { IFR_LINK_ADDRESSES, "address" } };
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, ipdev);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, ipdev);
    struct ifr_state before = { 0 };
    const struct ifr_object *old = NULL;
    char member[IFR_MEMBER_MAX];

    if (ifr_address_of_ipdev(p, ipdev, false, &before, NULL) < 0) {
        p->plan->failed = true;
    }
    old = ifr_state_find(&before, IFR_LINK, ipdev);
    for (size_t i = 0; i < 2; i++) {
        const char *set = ifr_object_get(old, kinds[i].attribute);
        while (seen != NULL && ifr_set_next(&set, '\n', member)) {
            if (!ifr_object_has(wanted, kinds[i].attribute, member) &&
                ifr_set_has_words(ifr_object_get(seen, kinds[i].attribute), '\n', member)) {
                ifr_plan_forget(p->plan, ipdev, kinds[i].what, member);
            }
        }
    }
    if (seen != NULL && *ifr_object_get(old, IFR_LINK_CLIENT6) != '\0' &&
        wanted->v[IFR_LINK_CLIENT6] == NULL) {
        forget_client6(p, seen);
    }
    ifr_state_release(&before);
}

static bool has_no_address(const struct ifr_planner *p, const char *ipdev)
{
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, ipdev);
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, ipdev);

    return wanted != NULL && *ifr_object_get(wanted, IFR_LINK_ADDRESSES) == '\0' &&
           *ifr_object_get(wanted, IFR_LINK_ROUTES) == '\0' &&
           *ifr_object_get(seen, IFR_LINK_CLIENT) == '\0' && p->datapath->is_vswitch;
}

void ifr_ipdev_up(struct ifr_planner *p, const char *ipdev)
{
    const uint32_t at_once = ifr_link_set_at_once();
    uint32_t differs = 0;
    bool files = false;

    if (p->seen == NULL || ifr_seen(p, IFR_LINK) == NULL) {
        plan_ifup(p, ipdev);
        return;
    }
    differs = ifr_link_differs(p, ipdev);
    files = files_differ(p, ipdev, false);
    if (differs == 0 && !files) {
        return;
    }
    if (has_no_address(p, ipdev) || (!files && (differs & ~at_once) == 0)) {
        if ((differs & at_once) != 0) {
            ifr_plan_link_up(p, IFR_FAIL_LATE, ipdev);
        }
    } else {
        plan_ifup(p, ipdev);
    }
    forget_old(p, ipdev);
}

static bool has_family(const struct ifr_object *wanted, bool ipv6)
{
    const char *addresses = ifr_object_get(wanted, IFR_LINK_ADDRESSES);
    char member[IFR_MEMBER_MAX];

    while (ifr_set_next(&addresses, '\n', member)) {
        if (ifr_member_is_ipv6(member) == ipv6) {
            return true;
        }
    }
    return false;
}

/* An initrd, or an old file, may have given a port of the bridge the address and a DHCP client; the
 * bridge has them now.  `wanted` is the bridge's device: IPv4 or IPv6 stays on the port where the
 * bridge has no address of that kind. */
static void forget_port(struct ifr_planner *p, const char *port, const struct ifr_object *wanted)
{
    const struct ifr_object *seen = ifr_state_find(p->seen, IFR_LINK, port);
    bool ipv4 = has_family(wanted, false), ipv6 = has_family(wanted, true);
    const char *addresses = NULL;
    char member[IFR_MEMBER_MAX];

    if (seen == NULL) {
        return;
    }
    ifr_observe_device(p->live, p->facts, p->seen, port);
    addresses = ifr_object_get(seen, IFR_LINK_ADDRESSES);
    if (ipv4) {
        forget_client(p, seen, IFR_LINK_CLIENT, "client");
    }
    if (ipv6) {
        forget_client(p, seen, IFR_LINK_CLIENT6, "client6");
    }
    while (ifr_set_next(&addresses, '\n', member)) {
        if (ifr_member_is_ipv6(member) ? ipv6 && !ifr_member_is_link_local(member) : ipv4) {
            ifr_plan_forget(p->plan, port, "address", member);
        }
    }
}

void ifr_ipdev_take_over(struct ifr_planner *p, const struct ifr_work *work)
{
    const char *ipdev = dbc_pif_bridge(p->db, work->pif);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, ipdev);
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (ifr_seen(p, IFR_LINK) == NULL || *ifr_object_get(wanted, IFR_LINK_ADDRESSES) == '\0') {
        return;
    }
    dbc_pif_netdev(work->pif, netdev);
    for (size_t i = 0; work->pif == work->base && i < work->nics.n; i++) {
        forget_port(p, work->nics.v[i]->device, wanted);
    }
    if (work->pif != work->base || dbc_pif_is_bond(p->db, work->base)) {
        forget_port(p, netdev, wanted);
    }
}

void ifr_ipdev_make_way(struct ifr_planner *p, const char *ipdev)
{
    const struct ifr_object *seen = ifr_state_find(ifr_seen(p, IFR_LINK), IFR_LINK, ipdev);
    const struct ifr_object *wanted = ifr_state_find(&p->plan->wanted, IFR_LINK, ipdev);

    if (ifr_seen(p, IFR_LINK) == NULL) {
        if (!p->force) {
            ifr_ipdev_down(p, ipdev);
        }
        return;
    }
    bool client = *ifr_object_get(seen, IFR_LINK_CLIENT) != '\0';
    bool client6 = *ifr_object_get(seen, IFR_LINK_CLIENT6) != '\0';

    /* Without a new bridge, ifup ends a DHCPv6 client or starts it anew. */
    if (((client || client6) && ifr_bridge_is_remade(p, ipdev)) ||
        (client &&
         (*ifr_object_get(wanted, IFR_LINK_CLIENT) == '\0' || files_differ(p, ipdev, true)))) {
        ifr_ipdev_down(p, ipdev);
    }
}

/* ---- Down --------------------------------------------------------------------------------- */

/* Plans `ip addr|route replace WORDS dev IPDEV` for each line of `lines`. */
static void plan_replace(struct ifr_planner *p, const char *ipdev, const char *what,
                         const char *lines)
{
    char line[IFR_MEMBER_MAX], word[IFR_MEMBER_MAX];

    while (ifr_set_next(&lines, '\n', line)) {
        const char *words = line;
        struct ifr_step *step =
            ifr_plan_command(p->plan, IFR_WARN, "/sbin/ip", what, "replace", NULL);
        while (ifr_set_next(&words, ' ', word)) {
            dbc_strvec_push(&step->argv, word);
        }
        dbc_strvec_pushl(&step->argv, "dev", ipdev, NULL);
    }
}

int ifr_ipdev_return_others(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    const char *ipdev = dbc_pif_bridge(p->db, pif);
    struct dbc_buf addresses = DBC_BUF_INIT, routes = DBC_BUF_INIT;
    int rc = ifr_address_of_others(p, pif, IFR_LINK_ADDRESSES, &addresses, err);

    if (rc == 0 && addresses.len > 0) {
        rc = ifr_address_of_others(p, pif, IFR_LINK_ROUTES, &routes, err);
        (void)ifr_plan_command(p->plan, IFR_WARN, "/sbin/ip", "link", "set", ipdev, "up", NULL);
        plan_replace(p, ipdev, "addr", dbc_buf_str(&addresses));
        plan_replace(p, ipdev, "route", dbc_buf_str(&routes));
    }
    dbc_buf_release(&addresses);
    dbc_buf_release(&routes);
    return rc;
}

void ifr_ipdev_down(struct ifr_planner *p, const char *ipdev)
{
    char path[64];

    ifr_plan_touch(p->plan, ipdev);
    if (!ifr_facts_netdev_exists(p->facts, ipdev)) {
        ifr_plan_note(p->plan, "ifdown: device %s does not exist, ignoring", ipdev);
        return;
    }
    ifr_address_path(0, ipdev, path);
    if (ifr_facts_file_exists(p->facts, path)) {
        (void)ifr_plan_ifdown(p, ipdev);
    } else {
        ifr_plan_link_down(p, ipdev);
    }
}
