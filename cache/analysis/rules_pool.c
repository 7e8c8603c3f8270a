/* rules_pool.c - the rules on the hosts of a pool together; pool.c looks for what they say. */
#include "analysis/rule.h"

static const struct dbc_rule rules[] = {
    [DBC_POOL_MTU] = { "pool-mtu", DBC_SEVERITY_WARNING, DBC_IN_HOSTS,
                       "A network's MTU is another one than on the pool's other hosts",
                       "Large frames that the others send are lost on the way to this host, and "
                       "VMs "
                       "stall when they move here.",
                       "Set one MTU for the network, and renew the caches.", NULL },
    [DBC_POOL_TAG] = { "pool-vlan-tag", DBC_SEVERITY_ERROR, DBC_IN_HOSTS,
                       "A network has another VLAN tag than on the pool's other hosts",
                       "A VM that moves here is in another VLAN, and cannot be reached.",
                       "Correct the VLAN of the host that differs.", NULL },
    [DBC_POOL_BOND_MODE] = { "pool-bond-mode", DBC_SEVERITY_WARNING, DBC_IN_HOSTS,
                             "A bond has another mode than on the pool's other hosts",
                             "The switch is usually set up alike for all hosts: a mode that does "
                             "not fit loses traffic.",
                             "Set one bond-mode for all hosts.", NULL },
    [DBC_POOL_BOND_SLAVES] = { "pool-bond-slaves", DBC_SEVERITY_WARNING, DBC_IN_HOSTS,
                               "A bond has another number of slaves than on the pool's other hosts",
                               "A bond of one NIC is down when that is.",
                               "Add the NIC that is missing, or the record of it.", NULL },
    [DBC_POOL_MISSING] = { "pool-network-missing", DBC_SEVERITY_WARNING, DBC_IN_HOSTS,
                           "Most hosts of the pool have a PIF on a network, this one has none",
                           "VMs that need the network cannot start here, nor move here.",
                           "Make the PIF, or check the cabling and the cache of this host.", NULL },
    [DBC_POOL_MANAGEMENT] = { "pool-management", DBC_SEVERITY_WARNING, DBC_IN_HOSTS,
                              "Management is on another network than on the pool's other hosts",
                              "The hosts must reach each other's management addresses.",
                              "Move management to the network of the others.", NULL },
    [DBC_POOL_SUBNET] = { "pool-subnet", DBC_SEVERITY_WARNING, DBC_IN_HOSTS,
                          "The management address is in another subnet than the others'",
                          "The hosts of a pool then need a router between them, which pools do not "
                          "expect.",
                          "Correct the address or the netmask.", NULL },
    [DBC_POOL_DNS] = { "pool-dns", DBC_SEVERITY_WARNING, DBC_IN_HOSTS,
                       "Management has other name servers than on the pool's other hosts",
                       "What one host finds by name another one may not.",
                       "Set the same name servers everywhere.", NULL },
    [DBC_POOL_ADDRESS] = { "pool-address", DBC_SEVERITY_ERROR, DBC_IN_HOSTS,
                           "Two hosts have one IP address",
                           "One of them takes the other's traffic, in turns.",
                           "Give one of them another address.", NULL },
    [DBC_POOL_MAC] = { "pool-mac", DBC_SEVERITY_ERROR, DBC_IN_HOSTS,
                       "NICs of two hosts have one MAC",
                       "A switch sends to the one that it heard last. Usually a cache was copied "
                       "from one host to the other.",
                       "Put in the MACs that `ip link` shows on the host.", NULL },
};

DBC_RULE_TABLE(dbc_rules_pool, rules);
