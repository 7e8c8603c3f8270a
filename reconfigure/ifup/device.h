/* device.h - what one ifcfg file asks for, checked: the door between text (ifcfg/parse.h) and the
 * code that acts on it (ifup.h and its helpers).  Behind this door every name is a valid interface
 * name, every address was parsed, every word fits an argv.
 */
#ifndef IFR_IFUP_DEVICE_H
#define IFR_IFUP_DEVICE_H

#include <stdint.h>

#include "base/strvec.h"
#include "base/valid.h"
#include "ifcfg/parse.h"
#include "reconfigure/host/facts.h"

#define IFR_DNS_MAX 16     /* DNS1 to DNS16 */
#define IFR_DOMAIN_MAX 255 /* as dbc_valid_domain */

typedef char ifr_ifname[DBC_IFNAME_MAX + 1]; /* "" where there is none */

struct ifr_device {
    ifr_ifname name;   /* DEVICE, which must be the file's own name */
    bool is_bridge;    /* TYPE=Bridge */
    int delay;         /* DELAY: seconds, -1 when not given */
    int stp;           /* STP: 0, 1, or -1 when not given */
    ifr_ifname bridge; /* BRIDGE: the bridge that it is a port of */
    ifr_ifname master; /* MASTER, where SLAVE=yes */
    bool is_slave;     /* SLAVE=yes */
    bool is_vlan;      /* VLAN=yes; the name gives parent and tag */
    ifr_ifname vlan_parent;
    unsigned vlan_tag;
    bool is_bond;              /* has BONDING_OPTS */
    struct dbc_strvec bonding; /* "option=value" words, option [a-z0-9_]+ */
    struct dbc_strvec ethtool; /* words for ethtool -s */
    struct dbc_strvec offload; /* words for ethtool -K */
    char mac[18];              /* MACADDR or "" */
    unsigned mtu;              /* 0: not given */
    bool dhcp;                 /* BOOTPROTO=dhcp */
    bool persistent;           /* PERSISTENT_DHCLIENT=yes */
    bool has_ip;               /* IPADDR with NETMASK (or the mask of its class) */
    uint32_t ip;               /* network byte order */
    unsigned prefix;           /* 0 to 32 */
    bool has_gateway;
    uint32_t gateway;
    bool ipv6;                        /* IPV6INIT=yes; without it the members below mean nothing */
    bool autoconf;                    /* IPV6_AUTOCONF=yes, or not given */
    bool dhcp6;                       /* DHCPV6C=yes */
    struct dbc_strvec ipv6_addresses; /* ADDRESS/LENGTH in its one text; IPV6ADDR comes first */
    char ipv6_gateway[DBC_IPV6_SIZE]; /* IPV6_DEFAULTGW without its zone; "": none */
    struct dbc_strvec dns;            /* addresses, IPv4 and IPv6 */
    char domain[IFR_DOMAIN_MAX + 1];
};

#define IFR_DEVICE_INIT                                                                            \
    {                                                                                              \
        .delay = -1, .stp = -1, .autoconf = true                                                   \
    }

/* etc/sysconfig/network: which device owns the default route and resolv.conf ("": any may). */
struct ifr_owners {
    ifr_ifname gatewaydev;
    ifr_ifname ipv6_gatewaydev; /* IPV6_DEFAULTDEV */
    ifr_ifname dnsdev;
};

/* Reads ifcfg-NAME; `name` is unchecked.  `dev` must be IFR_DEVICE_INIT; the caller releases it in
 * either case.  A bad value is a warning and is left out where the device works without it; else
 * DBC_EINVAL names file, line, key and value.  Unknown keys are ignored.  Returns 0, or -1 with
 * that, DBC_ENOENT (no such file), or as ifr_facts_read and dbc_ifcfg_keys_parse fail. */
int ifr_device_load(const struct ifr_facts *facts, const char *name, struct ifr_device *dev,
                    const struct dbc_log *log, struct dbc_error *err);
/* The same from keys in memory; messages call them `file`. */
int ifr_device_check(const char *file, const struct dbc_ifcfg_keys *keys, const char *name,
                     struct ifr_device *dev, const struct dbc_log *log, struct dbc_error *err);
void ifr_device_release(struct ifr_device *dev);

/* Reads them.  Where the file is missing, or damaged (a warning), all are "". */
void ifr_owners_load(const struct ifr_facts *facts, struct ifr_owners *ret,
                     const struct dbc_log *log);

/* Appends to `ret` the devices whose ifcfg file says SLAVE=yes and MASTER=`bond`, in alphabetical
 * order.  A file that cannot be used is a warning.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_bond_members(const struct ifr_facts *facts, const char *bond, struct dbc_strvec *ret,
                     const struct dbc_log *log, struct dbc_error *err);

#endif
