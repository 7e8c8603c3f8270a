/* ipdev.c - configuring the ipdev (the bridge, on either datapath); called by action.c. */
#include "reconfigure/datapath/ipdev.h"

#include <stdio.h>

#include "base/valid.h"
#include "reconfigure/datapath/datapath.h"
#include "reconfigure/datapath/ethtool.h"
#include "reconfigure/datapath/ifcfg.h"
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
    struct ifr_ethtool ethtool = IFR_ETHTOOL_INIT;

    ifr_ethtool_parse(p, config, false, &ethtool);
    ifr_ethtool_ifcfg(&ethtool, ifcfg);
    dbc_buf_addf(ifcfg, "MTU=%u\n", ifr_mtu(p, pif, config, "Network"));
    ifr_ethtool_release(&ethtool);
}

int ifr_ipdev_files(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg,
                    struct dbc_error *err)
{
    const char *ipdev = dbc_pif_bridge(p->db, pif);

    ifr_plan_note(p->plan, "Configuring %s using %s configuration", ipdev,
                  pif->ip_configuration_mode);
    ifr_ifcfg_begin(ifcfg, ipdev);
    dbc_buf_adds(ifcfg, "NOZEROCONF=yes\n");
    p->datapath->ipdev_type(p, pif, ifcfg);
    if (ifr_ifcfg_address(p, pif, ifcfg, err) < 0) {
        return -1;
    }
    network_settings(p, pif, ifcfg);
    ifr_ifcfg_names(p, pif, ifcfg);
    if (ifr_route_file(p, ipdev, dbc_pif_network(p->db, pif), err) < 0) {
        return -1;
    }
    return ifr_sysconfig_plan(p, pif, ipdev, err);
}

/* Undone by ifdown, so that no DHCP client of the new configuration stays when the old one comes
 * back; with force nothing was brought down before, and what has an address keeps it. */
void ifr_ipdev_up(struct ifr_planner *p, const char *ipdev)
{
    bool own = false, firstboot = ifr_facts_firstboot(p->facts);
    const char *ifup = ifr_facts_ifup(p->facts, &own);
    struct ifr_step *step =
        ifr_plan_command(p->plan, p->fresh ? IFR_FAIL_KEEP : IFR_FATAL, ifup, NULL);

    if (firstboot && own) {
        dbc_strvec_pushf(&step->argv, "--timeout=%d", FIRSTBOOT_DHCP_SECONDS);
    } else if (firstboot) {
        step->dhcp_timeout = FIRSTBOOT_DHCP_SECONDS;
    }
    dbc_strvec_push(&step->argv, ipdev);
    if (!p->force) {
        dbc_strvec_pushl(&step->undo, ifr_facts_ifdown(p->facts, &own), ipdev, NULL);
    }
    step->deadline_ms = firstboot ? IFR_DEADLINE_IFUP_FIRSTBOOT : IFR_DEADLINE_IFUP;
}

void ifr_ipdev_down(struct ifr_planner *p, const char *ipdev)
{
    char path[64 + DBC_IFNAME_MAX];

    if (!ifr_facts_netdev_exists(p->facts, ipdev)) {
        ifr_plan_note(p->plan, "ifdown: device %s does not exist, ignoring", ipdev);
        return;
    }
    snprintf(path, sizeof path, "/etc/sysconfig/network-scripts/ifcfg-%s", ipdev);
    if (ifr_facts_file_exists(p->facts, path)) {
        (void)ifr_plan_ifdown(p, ipdev);
    } else {
        ifr_plan_link_down(p, ipdev);
    }
}
