/* rules_mtu.c - rules on MTUs: invalid ones, and those that do not fit each other.  An MTU comes,
 * as in interface-reconfigure, from an override in other_config, else the network, else it is 1500.
 */
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"

#define MTU_STANDARD 1500
#define GRE_OVERHEAD                                                                               \
    42 /* outer Ethernet is not counted: IP 20, GRE with key 8, inner Ethernet 14 */

/* `config` may override it: the PIF's other_config for devices, the network's for the bridge. */
static unsigned mtu_of(const struct dbc_network *network, const struct dbc_map *config)
{
    const char *override = dbc_map_get(config, "mtu");
    unsigned mtu = MTU_STANDARD;

    if (network != NULL) {
        (void)dbc_parse_mtu(network->MTU.text, &mtu);
    }
    if (override != NULL) {
        (void)dbc_parse_mtu(override, &mtu);
    }
    return mtu;
}

static unsigned device_mtu(const struct dbc_check *c, const struct dbc_pif *pif)
{
    return mtu_of(dbc_node(c, &pif->rec)->network, &pif->other_config);
}

static unsigned bridge_mtu(const struct dbc_check *c, const struct dbc_pif *pif)
{
    const struct dbc_network *network = dbc_node(c, &pif->rec)->network;
    struct dbc_node *node = network == NULL ? NULL : dbc_node(c, &network->rec);

    if (node == NULL) {
        return MTU_STANDARD;
    }
    if (node->mtu == 0) {
        node->mtu = mtu_of(network, &network->other_config);
    }
    return node->mtu;
}

static void syntax(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *text = dbc_as_network(rec)->MTU.text;
    unsigned mtu = 0;

    if (*text != '\0' && !dbc_parse_mtu(text, &mtu)) {
        dbc_found(c, rec, "MTU", text, "expected a number of %d to %d, found '%s'", DBC_MTU_MIN,
                  DBC_MTU_MAX, dbc_quote(c, text));
    }
}

static void override(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pair *pair = dbc_map_find(dbc_config_of(rec), "mtu");
    unsigned mtu = 0;

    if (pair != NULL && !dbc_parse_mtu(pair->value, &mtu)) {
        dbc_found_key(c, rec, pair, "expected a number of %d to %d, found '%s'", DBC_MTU_MIN,
                      DBC_MTU_MAX, dbc_quote(c, pair->value));
    }
}

static void vlan(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec), *parent = c->node->parent;
    unsigned mtu = 0, below = 0;

    if (parent == NULL || parent == pif) {
        return;
    }
    mtu = device_mtu(c, pif);
    below = bridge_mtu(c, pif);
    mtu = below > mtu ? below : mtu;
    below = device_mtu(c, parent);
    if (mtu > below) {
        dbc_found(c, rec, "", NULL, "%s has an MTU of %u, %s below it one of %u", dbc_who(c, rec),
                  mtu, dbc_who(c, &parent->rec), below);
    }
}

static void bond(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_bond *bond = dbc_as_bond(rec);
    const struct dbc_pif *master = dbc_db_pif(c->db, bond->master);
    unsigned mtu = 0;

    if (master == NULL) {
        return;
    }
    mtu = device_mtu(c, master);
    for (size_t i = 0; i < bond->slaves.n; i++) {
        const struct dbc_pif *slave = dbc_db_pif(c->db, bond->slaves.v[i]);
        unsigned own = slave == NULL ? mtu : device_mtu(c, slave);
        if (own != mtu) {
            dbc_found(c, rec, "slaves", bond->slaves.v[i],
                      "slave %s has an MTU of %u, %s one of %u", dbc_who(c, &slave->rec), own,
                      dbc_who(c, rec), mtu);
        }
    }
}

static void bridge(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    unsigned above = 0, below = 0;

    if (dbc_pif_is_vlan(pif) || c->node->tunnel || c->node->network == NULL) {
        return;
    }
    above = bridge_mtu(c, pif);
    below = device_mtu(c, pif);
    if (above > below) {
        dbc_found(c, rec, "", NULL, "the bridge of %s has an MTU of %u, its device one of %u",
                  dbc_who(c, rec), above, below);
    }
}

static void tunnel(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_tunnel *tunnel = (const void *)rec;
    const struct dbc_pif *access = dbc_db_pif(c->db, tunnel->access_PIF);
    const struct dbc_pif *transport = dbc_db_pif(c->db, tunnel->transport_PIF);

    if (access != NULL && transport != NULL && access != transport &&
        bridge_mtu(c, access) + GRE_OVERHEAD > device_mtu(c, transport)) {
        dbc_found(c, rec, "", NULL, "%s has an MTU of %u and needs %u more, %s has %u",
                  dbc_who(c, rec), bridge_mtu(c, access), GRE_OVERHEAD, dbc_who(c, &transport->rec),
                  device_mtu(c, transport));
    }
}

static const struct dbc_rule rules[] = {
    { "mtu-syntax", DBC_SEVERITY_WARNING, DBC_IN_NETWORK, "A network's MTU is no MTU",
      "1500 is used instead.", "Set MTU to what the switches can carry, in digits.", syntax },
    { "mtu-override", DBC_SEVERITY_WARNING, DBC_IN_PIF | DBC_IN_NETWORK,
      "An MTU in other_config is no MTU", "It is ignored, and the network's MTU used.",
      "Set other_config:mtu to digits alone, or remove it.", override },
    { "mtu-vlan", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A VLAN's MTU is above its parent's",
      "The kernel refuses it, or packets that long are dropped below: ping works, copying hangs.",
      "Raise the MTU of the parent's network, or lower the VLAN's.", vlan },
    { "mtu-bond", DBC_SEVERITY_WARNING, DBC_IN_BOND, "A bond and a slave have different MTUs",
      "The bond's MTU is used for all slaves; the slave's own is not.",
      "Give the slaves' networks the MTU of the bond's.", bond },
    { "mtu-bridge", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A bridge's MTU is above its device's",
      "Packets that long are dropped at the device: ping works, copying hangs.",
      "Give network and PIF one MTU.", bridge },
    { "mtu-tunnel", DBC_SEVERITY_WARNING, DBC_IN_TUNNEL,
      "A tunnel's MTU leaves no room for its headers",
      "Each packet grows by 42 bytes in the tunnel; full ones are cut in two or dropped.",
      "Set the tunnel network's MTU 42 or more below the transport's (1458 below 1500).", tunnel },
};

DBC_RULE_TABLE(dbc_rules_mtu, rules);
