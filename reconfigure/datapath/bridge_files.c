/* bridge_files.c - the ifcfg files of the devices below a Linux bridge (bridge_priv.h); ipdev.c has
 * the bridge's own. */
#include <string.h>

#include "reconfigure/datapath/address.h"
#include "reconfigure/datapath/bond.h"
#include "reconfigure/datapath/bridge_priv.h"
#include "reconfigure/datapath/ethtool.h"
#include "reconfigure/datapath/ifcfg.h"
#include "reconfigure/datapath/netdev.h"

static void add_settings(struct ifr_planner *p, const struct dbc_pif *pif, bool nic,
                         const char *whose, struct dbc_buf *ifcfg)
{
    struct ifr_ethtool ethtool = { 0 };

    ifr_ethtool_parse(p, &pif->other_config, nic, &ethtool);
    ifr_ethtool_ifcfg(&ethtool, ifcfg);
    ifr_ethtool_release(&ethtool);
    dbc_buf_addf(ifcfg, "MTU=%u\n", ifr_mtu_of(p, pif, &pif->other_config, whose));
}

static void begin_file(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg)
{
    char netdev[DBC_NETDEV_NAME_SIZE];

    ifr_plan_note(p->plan, "Configuring %s (%s)", dbc_pif_netdev(pif, netdev), pif->MAC);
    ifr_ifcfg_begin(ifcfg, netdev);
}

static void add_bridge(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg)
{
    const char *bridge = ifr_bridge(p, pif);

    if (*bridge != '\0') {
        dbc_buf_addf(ifcfg, "BRIDGE=%s\n", bridge);
    }
}

/* `bond`: the bond that the NIC is in, or NULL. */
static int nic_file(struct ifr_planner *p, const struct dbc_pif *nic, const struct dbc_pif *bond,
                    struct dbc_error *err)
{
    struct dbc_buf ifcfg = DBC_BUF_INIT;
    int ret = 0;

    ifr_plan_note(p->plan, "Configuring physical interface %s", nic->device);
    begin_file(p, nic, &ifcfg);
    dbc_buf_adds(&ifcfg, "TYPE=Ethernet\n");
    add_settings(p, nic, true, "PIF", &ifcfg);
    if (bond != NULL) {
        dbc_buf_addf(&ifcfg, "MASTER=%s\nSLAVE=yes\n", bond->device);
    } else {
        add_bridge(p, nic, &ifcfg);
    }
    ret = ifr_ifcfg_file(p, nic->device, &ifcfg, err);
    dbc_buf_release(&ifcfg);
    return ret;
}

static bool has_file(const struct ifr_planner *p, const char *device)
{
    char path[64];

    ifr_address_path(0, device, path);
    return ifr_facts_file_exists(p->facts, path);
}

/* Plans new files for NICs that leave the bond: with the old ones ifup of the bond would take them
 * again. */
static int foreign_files(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    const struct ifr_object *foreign = NULL;
    const struct dbc_pif *pif = NULL;

    for (size_t at = 0; (foreign = ifr_bridge_foreign_slave(p, work, &at)) != NULL;) {
        for (size_t i = 0; (pif = dbc_db_pif_at(p->db, i)) != NULL; i++) {
            if (!dbc_pif_is_vlan(pif) && strcmp(pif->device, foreign->name) == 0 &&
                has_file(p, pif->device) && nic_file(p, pif, NULL, err) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

static int bond_files(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    const struct dbc_pif *bond = work->base;
    struct dbc_buf ifcfg = DBC_BUF_INIT;
    int ret = 0;

    begin_file(p, bond, &ifcfg);
    if (work->mac[0] != '\0') {
        dbc_buf_addf(&ifcfg, "MACADDR=%s\n", work->mac);
    }
    for (size_t i = 0; i < work->nics.n && ret == 0; i++) {
        ret = nic_file(p, work->nics.v[i], bond, err);
    }
    if (ret == 0) {
        ret = foreign_files(p, work, err);
    }
    if (ret == 0) {
        add_settings(p, bond, false, "Bond-PIF", &ifcfg);
        ifr_bond_ifcfg(p, bond, &ifcfg);
        add_bridge(p, bond, &ifcfg);
        ret = ifr_ifcfg_file(p, bond->device, &ifcfg, err);
    }
    dbc_buf_release(&ifcfg);
    return ret;
}

static int vlan_file(struct ifr_planner *p, const struct dbc_pif *vlan, struct dbc_error *err)
{
    struct dbc_buf ifcfg = DBC_BUF_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    int ret = 0;

    begin_file(p, vlan, &ifcfg);
    dbc_buf_adds(&ifcfg, "VLAN=yes\n");
    add_settings(p, vlan, false, "VLAN-PIF", &ifcfg);
    add_bridge(p, vlan, &ifcfg);
    ret = ifr_ifcfg_file(p, dbc_pif_netdev(vlan, netdev), &ifcfg, err);
    dbc_buf_release(&ifcfg);
    return ret;
}

int ifr_bridge_files(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err)
{
    int ret = dbc_pif_is_bond(p->db, work->base) ? bond_files(p, work, err)
                                                 : nic_file(p, work->base, NULL, err);

    return ret == 0 && work->pif != work->base ? vlan_file(p, work->pif, err) : ret;
}
