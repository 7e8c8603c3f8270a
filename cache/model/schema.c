/* schema.c - THE TABLE.  One row a field, in the order of writing: <MAC> comes before <device>
 * because the installers' line scanners fail on the reverse.  Everything that handles fields by
 * name reads this file's tables through schema.h. */
#include "model/schema.h"

#include <string.h>

#include "base/valid.h"

#define TEXT(type, member, text, flags, doc)                                                       \
    {                                                                                              \
        CLASS, #member, #member, DBC_KIND_TEXT, offsetof(struct type, member), flags, NULL,        \
            DBC_N_CLASSES, text, doc                                                               \
    }
#define TEXT_AS(type, member, xapi, text, flags, doc)                                              \
    {                                                                                              \
        CLASS, #member, xapi, DBC_KIND_TEXT, offsetof(struct type, member), flags, NULL,           \
            DBC_N_CLASSES, text, doc                                                               \
    }
#define BOOL(type, member, flags, doc)                                                             \
    {                                                                                              \
        CLASS, #member, #member, DBC_KIND_BOOL, offsetof(struct type, member), flags, NULL,        \
            DBC_N_CLASSES, "False", doc                                                            \
    }
#define INT(type, member, text, flags, doc)                                                        \
    {                                                                                              \
        CLASS, #member, #member, DBC_KIND_INT, offsetof(struct type, member), flags, NULL,         \
            DBC_N_CLASSES, text, doc                                                               \
    }
#define REF(type, member, target, doc)                                                             \
    {                                                                                              \
        CLASS, #member, #member, DBC_KIND_REF, offsetof(struct type, member), 0, NULL, target,     \
            DBC_NULL_REF, doc                                                                      \
    }
#define REFS(type, member, item, target, flags, doc)                                               \
    {                                                                                              \
        CLASS, #member, #member, DBC_KIND_REFS, offsetof(struct type, member), flags, item,        \
            target, "", doc                                                                        \
    }
#define MAP(type, member, doc)                                                                     \
    {                                                                                              \
        CLASS, #member, #member, DBC_KIND_MAP, offsetof(struct type, member), 0, NULL,             \
            DBC_N_CLASSES, "", doc                                                                 \
    }

#define CLASS DBC_PIF
static const struct dbc_field pif_fields[] = {
    TEXT(dbc_pif, uuid, "", 0, "XAPI's uuid, or an invented name in an installer's first cache."),
    BOOL(dbc_pif, management, 0, "Carries the host's management traffic."),
    REF(dbc_pif, network, DBC_NETWORK,
        "The network that the PIF is on; its bridge is made for it."),
    TEXT(dbc_pif, MAC, "", 0, "Hardware address; 'x', 'None' or empty when it is unknown."),
    TEXT(dbc_pif, device, "", 0, "Name of the network device, without a VLAN's tag."),
    REFS(dbc_pif, bond_master_of, "slave", DBC_BOND, 0, "The bond that this PIF stands for."),
    REF(dbc_pif, bond_slave_of, DBC_BOND, "The bond that this PIF is a slave of."),
    INT(dbc_pif, VLAN, "-1", 0, "VLAN tag; -1 for an untagged PIF."),
    REF(dbc_pif, VLAN_master_of, DBC_VLAN, "The VLAN that this PIF stands for."),
    REFS(dbc_pif, VLAN_slave_of, "master", DBC_VLAN, 0, "The VLANs that this PIF carries."),
    REFS(dbc_pif, tunnel_access_PIF_of, "pif", DBC_TUNNEL, 0, "The tunnel that ends in this PIF."),
    REFS(dbc_pif, tunnel_transport_PIF_of, "pif", DBC_TUNNEL, 0,
         "The tunnels whose packets this PIF carries."),
    TEXT(dbc_pif, ip_configuration_mode, "", 0, "DHCP, Static or None."),
    TEXT(dbc_pif, IP, "", 0, "IPv4 address, dotted quad, of a static PIF."),
    TEXT(dbc_pif, netmask, "", 0, "IPv4 netmask, dotted quad."),
    TEXT(dbc_pif, gateway, "", 0, "IPv4 gateway; empty for none."),
    TEXT(dbc_pif, DNS, "", 0, "Name servers, comma separated."),
    MAP(dbc_pif, other_config, "Further settings, by the keys that a save keeps."),
    BOOL(dbc_pif, currently_attached, DBC_FIELD_OPTIONAL,
         "Whether the PIF was up when the cache was saved."),
    TEXT(dbc_pif, ipv6_configuration_mode, "None", DBC_FIELD_OPTIONAL | DBC_FIELD_IPV6,
         "DHCP, Static, Autoconf or None."),
    TEXT(dbc_pif, IPv6, "", DBC_FIELD_OPTIONAL | DBC_FIELD_IPV6 | DBC_FIELD_LIST,
         "IPv6 addresses with prefix lengths of a static PIF, comma separated."),
    TEXT_AS(dbc_pif, IPv6_gateway, "ipv6_gateway", "", DBC_FIELD_OPTIONAL | DBC_FIELD_IPV6,
            "IPv6 gateway; empty for none."),
    TEXT(dbc_pif, primary_address_type, "IPv4", DBC_FIELD_OPTIONAL | DBC_FIELD_IPV6,
         "IPv4 or IPv6: which of a PIF's addresses management means."),
};
#undef CLASS

#define CLASS DBC_BOND
static const struct dbc_field bond_fields[] = {
    TEXT(dbc_bond, uuid, "", 0, "XAPI's uuid, or an installer's invented name."),
    REF(dbc_bond, master, DBC_PIF, "The PIF that stands for the bond."),
    REFS(dbc_bond, slaves, "slave", DBC_PIF, 0, "The PIFs that are bonded."),
    /* XAPI's alone: */
    TEXT(dbc_bond, mode, "balance-slb", 0,
         "How the bond shares its load: what bond-mode is to a cache."),
    MAP(dbc_bond, properties, "Further options of the bond, by XAPI's names."),
};
#undef CLASS

#define CLASS DBC_VLAN
static const struct dbc_field vlan_fields[] = {
    TEXT(dbc_vlan, uuid, "", 0, "XAPI's uuid."),
    REF(dbc_vlan, tagged_PIF, DBC_PIF, "The PIF that carries the VLAN, where packets are tagged."),
    REF(dbc_vlan, untagged_PIF, DBC_PIF, "The PIF that stands for the VLAN."),
};
#undef CLASS

#define CLASS DBC_TUNNEL
static const struct dbc_field tunnel_fields[] = {
    TEXT(dbc_tunnel, uuid, "", 0, "XAPI's uuid."),
    REF(dbc_tunnel, access_PIF, DBC_PIF, "The PIF that stands for the tunnel."),
    REF(dbc_tunnel, transport_PIF, DBC_PIF, "The PIF that carries the tunnel's packets."),
};
#undef CLASS

#define CLASS DBC_NETWORK
static const struct dbc_field network_fields[] = {
    TEXT(dbc_network, uuid, "", 0, "XAPI's uuid, or an installer's invented name."),
    TEXT(dbc_network, bridge, "", 0, "Name of the bridge; empty for a bridgeless network."),
    REFS(dbc_network, PIFs, "PIF", DBC_PIF, DBC_FIELD_HOST, "This host's PIFs on the network."),
    INT(dbc_network, MTU, "1500", DBC_FIELD_OPTIONAL, "MTU in bytes; older caches have none."),
    MAP(dbc_network, other_config, "Further settings, by the keys that a save keeps."),
    /* XAPI's alone: */
    TEXT(dbc_network, purpose, "", DBC_FIELD_LIST,
         "What the network is for besides VMs: nbd, insecure_nbd."),
};
#undef CLASS

#define CLASS DBC_POOL
static const struct dbc_field pool_fields[] = {
    MAP(dbc_pool, other_config, "Further settings, by the keys that a save keeps."),
    /* XAPI's alone: */
    BOOL(dbc_pool, igmp_snooping_enabled, 0, "Bridges send multicasts only to ports that joined."),
};
#undef CLASS

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* The last `alone` rows are fields that only XAPI has. */
#define INFO(name, xapi, alone)                                                                    \
    {                                                                                              \
#name, xapi, sizeof(struct dbc_##name), name##_fields, COUNT(name##_fields) - (alone),     \
            COUNT(name##_fields)                                                                   \
    }

static const struct dbc_class_info classes[DBC_N_CLASSES] = {
    [DBC_PIF] = INFO(pif, "PIF", 0),
    [DBC_BOND] = INFO(bond, "Bond", 2),
    [DBC_VLAN] = INFO(vlan, "VLAN", 0),
    [DBC_TUNNEL] = INFO(tunnel, "tunnel", 0),
    [DBC_NETWORK] = INFO(network, "network", 1),
    [DBC_POOL] = INFO(pool, "pool", 1),
};

const struct dbc_relation dbc_relations[DBC_N_RELATIONS] = {
    [DBC_RELATION_NETWORK] = { DBC_PIF, "network", DBC_NETWORK, "PIFs" },
    [DBC_RELATION_SLAVE] = { DBC_PIF, "bond_slave_of", DBC_BOND, "slaves" },
    [DBC_RELATION_MASTER] = { DBC_BOND, "master", DBC_PIF, "bond_master_of" },
    [DBC_RELATION_VLAN] = { DBC_VLAN, "tagged_PIF", DBC_PIF, "VLAN_slave_of" },
    [DBC_RELATION_ACCESS] = { DBC_TUNNEL, "access_PIF", DBC_PIF, "tunnel_access_PIF_of" },
    [DBC_RELATION_TRANSPORT] = { DBC_TUNNEL, "transport_PIF", DBC_PIF, "tunnel_transport_PIF_of" },
};

#define ETHTOOL_KEYS(class_)                                                                       \
    { class_, "ethtool-autoneg", "on|off", "Auto-negotiation." },                                  \
        { class_, "ethtool-speed", "Mbit/s", "Link speed." },                                      \
        { class_, "ethtool-duplex", "half|full", "Duplex mode." },                                 \
        { class_, "ethtool-rx", "on|off", "Offload of receive checksums." },                       \
        { class_, "ethtool-tx", "on|off", "Offload of transmit checksums." },                      \
        { class_, "ethtool-sg", "on|off", "Scatter-gather." },                                     \
        { class_, "ethtool-tso", "on|off", "TCP segmentation offload." },                          \
        { class_, "ethtool-ufo", "on|off", "UDP fragmentation offload." },                         \
        { class_, "ethtool-gso", "on|off", "Generic segmentation offload." },                      \
        { class_, "ethtool-gro", "on|off", "Generic receive offload." },                           \
    {                                                                                              \
        class_, "ethtool-lro", "on|off", "Large receive offload."                                  \
    }

static const struct dbc_config_key config_keys[] = {
    { DBC_PIF, "domain", "names, ',' between", "Search domains." },
    { DBC_PIF, "peerdns", "true|false", "This PIF's name servers are the host's." },
    { DBC_PIF, "defaultroute", "true|false", "The default route goes through this PIF." },
    { DBC_PIF, "mtu", "bytes", "MTU of the PIF's devices instead of its network's." },
    { DBC_PIF, "static-routes", "NET/LEN/GW, ',' between", "Routes through this PIF." },
    { DBC_PIF, "bond-mode", "balance-slb|active-backup|lacp|...", "How the bond shares its load." },
    { DBC_PIF, "bond-miimon", "ms", "How often a slave's link is looked at." },
    { DBC_PIF, "bond-downdelay", "ms", "How long a lost link must last to count." },
    { DBC_PIF, "bond-updelay", "ms", "How long a regained link must last to count." },
    { DBC_PIF, "bond-use_carrier", "0|1", "Look at the carrier instead of asking by MII." },
    { DBC_PIF, "bond-hashing-algorithm", "src_mac|tcpudp_ports", "What LACP balances by." },
    { DBC_PIF, "vlan-bug-workaround", "true|false", "For NIC drivers that break VLAN offload." },
    ETHTOOL_KEYS(DBC_PIF),
    { DBC_NETWORK, "mtu", "bytes", "MTU of the bridge instead of the network's." },
    { DBC_NETWORK, "static-routes", "NET/LEN/GW, ',' between", "Routes through the bridge." },
    { DBC_NETWORK, "vswitch-controller-fail-mode", "standalone|secure",
      "What the bridge does without a controller, instead of what the pool says." },
    { DBC_NETWORK, "vswitch-disable-in-band", "true|false", "No in-band control on the bridge." },
    ETHTOOL_KEYS(DBC_NETWORK),
    { DBC_POOL, "vswitch-controller-fail-mode", "standalone|secure",
      "What every bridge does without a controller." },
};

const struct dbc_class_info *dbc_schema_class(enum dbc_class class_)
{
    return &classes[class_];
}

enum dbc_class dbc_schema_class_by_name(const char *name)
{
    for (int i = 0; i < DBC_N_CLASSES; i++) {
        if (strcmp(classes[i].name, name) == 0) {
            return (enum dbc_class)i;
        }
    }
    return DBC_N_CLASSES;
}

const struct dbc_field *dbc_schema_field(enum dbc_class class_, const char *name)
{
    const struct dbc_class_info *info = &classes[class_];

    for (size_t i = 0; i < info->n_fields; i++) {
        if (info->fields[i].name[0] == name[0] && strcmp(info->fields[i].name, name) == 0) {
            return &info->fields[i];
        }
    }
    return NULL;
}

const struct dbc_field *dbc_schema_xapi_field(enum dbc_class class_, const char *name)
{
    const struct dbc_class_info *info = &classes[class_];

    for (size_t i = 0; i < info->n_known; i++) {
        if (info->fields[i].xapi[0] == name[0] && strcmp(info->fields[i].xapi, name) == 0) {
            return &info->fields[i];
        }
    }
    return NULL;
}

const char *dbc_record_uuid(const struct dbc_record *rec)
{
    const struct dbc_field *field = dbc_schema_field(rec->class_, "uuid");

    return field == NULL ? "" : dbc_field_text(rec, field);
}

size_t dbc_schema_field_index(const struct dbc_field *field)
{
    return (size_t)(field - classes[field->class_].fields);
}

const struct dbc_config_key *dbc_schema_config_keys(size_t *n)
{
    *n = COUNT(config_keys);
    return config_keys;
}

bool dbc_schema_keeps_key(enum dbc_class class_, const char *key)
{
    for (size_t i = 0; i < COUNT(config_keys); i++) {
        if (config_keys[i].class_ == class_ && strcmp(config_keys[i].name, key) == 0) {
            return true;
        }
    }
    return false;
}

bool dbc_schema_wants_key(const struct dbc_field *map, const char *key)
{
    const struct dbc_class_info *info = &classes[map->class_];

    return dbc_schema_field_index(map) >= info->n_fields || dbc_schema_keeps_key(map->class_, key);
}
