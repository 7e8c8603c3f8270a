/* netlink.h - the kernel's network through rtnetlink (libmnl): dumps of links, addresses and
 * routes, and single changes, each acknowledged.
 *
 * What is read can be written back: an address or route has a text form that holds everything that
 * is needed to add it again. */
#ifndef IFR_HOST_NETLINK_H
#define IFR_HOST_NETLINK_H

#include <linux/if_link.h>
#include <net/if.h>
#include <stdint.h>

#include "base/buf.h"

#define IFR_NETLINK_DEADLINE 5000 /* ms, for one dump or one change */

struct ifr_netlink;

/* Returns 0 and *ret, which the caller closes; or -1: DBC_EIO, DBC_ENOMEM. */
int ifr_netlink_open(struct ifr_netlink **ret, struct dbc_error *err);
void ifr_netlink_close(struct ifr_netlink *nl); /* NULL is fine */

/* ---- What there is ------------------------------------------------------------------------- */

#define IFR_LINK_OPTIONS (IFLA_BOND_XMIT_HASH_POLICY + 1) /* attributes that are read */

/* A device.  Numbers that the kernel did not give are -1, texts "".  A name may hold any byte but
 * '/', ':' and white space, so it may be no UTF-8 and must be escaped for a terminal. */
struct ifr_link {
    int index;
    char name[IFNAMSIZ];
    char kind[16]; /* "bridge", "bond", "vlan", "veth", "tun", "openvswitch", ...; "" for a NIC */
    char mac[18];  /* lower case */
    unsigned mtu;
    bool up;      /* IFF_UP */
    bool carrier; /* IFF_LOWER_UP */
    int master;   /* index of its bridge or bond, or of Open vSwitch's datapath; 0: none */
    int parent;   /* VLAN: index of the device below; 0: none, or in another namespace */
    int vlan_tag;
    int option[IFR_LINK_OPTIONS]; /* bridge, bond: by its attribute of IFLA_INFO_DATA */
};

#define IFR_LINK_INIT                                                                              \
    {                                                                                              \
        .mtu = (unsigned)-1, .vlan_tag = -1                                                        \
    }

struct ifr_net_address {
    int index;                                     /* of its device */
    int family;                                    /* AF_INET, AF_INET6 */
    unsigned char ip[16], peer[16], broadcast[16]; /* network byte order; 4 bytes for AF_INET */
    unsigned prefix;
    unsigned scope;            /* RT_SCOPE_* */
    uint32_t flags;            /* IFA_F_* */
    uint32_t valid, preferred; /* seconds; UINT32_MAX: for ever */
    uint32_t metric;           /* of the route that the kernel makes with it; 0: its default */
    bool has_broadcast, has_peer;
    char label[IFNAMSIZ];
};

struct ifr_net_route {
    /* Of the outgoing device.  0: there is none, or the fields here do not describe the whole route
     * (several next hops, a gateway of another family, a type of service, ...), so that it cannot
     * be added again from them. */
    int index;
    int family;
    unsigned char to[16], gateway[16], source[16];
    unsigned prefix; /* 0: the default route */
    bool has_gateway, has_source;
    uint32_t table, priority, mtu;
    unsigned scope, protocol, type; /* RT_SCOPE_*, RTPROT_*, RTN_* */
    uint32_t flags;                 /* RTNH_F_ONLINK */
};

/* Called for each object, which is borrowed.  Returns 0, or -1 with *err to end the dump. */
typedef int ifr_link_fn(void *ctx, const struct ifr_link *link, struct dbc_error *err);
typedef int ifr_net_address_fn(void *ctx, const struct ifr_net_address *address,
                               struct dbc_error *err);
typedef int ifr_net_route_fn(void *ctx, const struct ifr_net_route *route, struct dbc_error *err);

/* Read all devices of this network namespace, all addresses, or all routes but those of the table
 * `local`, of IPv4 and IPv6.  `fn` is called after all are read.  A dump that was interrupted is
 * repeated up to three times, then it fails with DBC_ECONFLICT.  They return 0, or -1 with that,
 * DBC_EIO, DBC_ETIMEOUT, DBC_EPARSE, DBC_ELIMIT (more than 262,144), DBC_ENOMEM or the error of
 * `fn`. */
int ifr_netlink_links(struct ifr_netlink *nl, ifr_link_fn *fn, void *ctx, struct dbc_error *err);
int ifr_netlink_addresses(struct ifr_netlink *nl, ifr_net_address_fn *fn, void *ctx,
                          struct dbc_error *err);
int ifr_netlink_routes(struct ifr_netlink *nl, ifr_net_route_fn *fn, void *ctx,
                       struct dbc_error *err);

/* The text forms are one line of printable ASCII, without the device.  Parsing takes only what
 * formatting makes; for anything else it returns false and *ret is zero.  What is parsed equals
 * what was formatted in everything that adding it uses, but for lifetimes.
 *
 *     IP/PREFIX [peer IP] [brd IP] scope SCOPE [metric N] [label NAME] [nodad] [home] [mngtmpaddr]
 *         [noprefixroute] [autojoin] [dynamic|deprecated]
 *     default|IP/PREFIX [via IP] [onlink] [metric N] [src IP] [mtu N] [table N] [proto PROTO]
 *         [scope SCOPE] [type TYPE]
 *
 * "192.0.2.5/24 brd 192.0.2.255 scope global", "2001:db8::5/64 scope global dynamic".  A label
 * without a ':' is the device's name and is left out.  A "dynamic" address has a lifetime, which
 * changes by itself and is left out; parsed, its lifetimes are 0, and adding it gives it no end.
 * "deprecated" is valid for ever and never preferred.
 *
 * "default via 192.0.2.1 proto boot", "198.51.100.0/24 via 192.0.2.9 metric 100 src 192.0.2.5".
 * IPv6's default route is "::/0".  Metric 0, table main, scope global, proto 0 and type unicast are
 * left out. */
#define IFR_NET_TEXT_MAX 512 /* bytes of a text form with its NUL; a longer one does not parse */
void ifr_net_address_format(const struct ifr_net_address *address, struct dbc_buf *out);
bool ifr_net_address_parse(const char *text, struct ifr_net_address *ret);
void ifr_net_route_format(const struct ifr_net_route *route, struct dbc_buf *out);
bool ifr_net_route_parse(const char *text, struct ifr_net_route *ret);

/* ---- Changing one thing --------------------------------------------------------------------
 *
 * All return 0, or -1: DBC_ENOENT when the device does not exist; DBC_EIO when the kernel refuses,
 * with sys_errno and a text that names device and value; DBC_EINVAL for a name or value that no
 * device can have; DBC_ETIMEOUT, after which the change may have been made; DBC_EPARSE; DBC_ENOMEM.
 */

int ifr_netlink_set_up(struct ifr_netlink *nl, const char *device, bool up, struct dbc_error *err);
/* Sets the flags (IFF_UP, IFF_NOARP, IFF_MULTICAST) that are in `mask` as they are in `flags`. */
int ifr_netlink_set_flags(struct ifr_netlink *nl, const char *device, unsigned flags, unsigned mask,
                          struct dbc_error *err);
int ifr_netlink_set_mtu(struct ifr_netlink *nl, const char *device, unsigned mtu,
                        struct dbc_error *err);
int ifr_netlink_set_mac(struct ifr_netlink *nl, const char *device, const char *mac,
                        struct dbc_error *err);
/* `master` is a bridge or bond; "" takes the device out of its master. */
int ifr_netlink_set_master(struct ifr_netlink *nl, const char *device, const char *master,
                           struct dbc_error *err);
/* An option of a bridge or bond: an attribute of IFLA_INFO_DATA. */
struct ifr_link_option {
    const char *kind; /* "bridge", "bond" */
    uint16_t type;
    unsigned size; /* of its number, in bytes: 1 or 4 */
};
/* Sets one option.  A bond's mode can change only while it is down and has no NICs. */
int ifr_netlink_set_option(struct ifr_netlink *nl, const char *device,
                           const struct ifr_link_option *option, uint32_t value,
                           struct dbc_error *err);
/* Makes a bridge, bond or VLAN device as `link` describes it (name, kind, mac, mtu; of a VLAN
 * `parent`, by index, and tag).  It is down.  What is "" or an MTU of -1 or 0 is the kernel's
 * choice, as are all options.  DBC_EINVAL also for another kind, and for a VLAN without a parent or
 * tag. */
int ifr_netlink_create(struct ifr_netlink *nl, const struct ifr_link *link, struct dbc_error *err);
int ifr_netlink_delete(struct ifr_netlink *nl, const char *device, struct dbc_error *err);
/* The `index` of the address or route is not used.  Adding what exists and deleting what does not
 * are successes.  An address with a lifetime of 0 is added without an end.  A route is added beside
 * others to the same destination; `device` is "" for a type without one (blackhole, unreachable,
 * prohibit, throw). */
int ifr_netlink_add_address(struct ifr_netlink *nl, const char *device,
                            const struct ifr_net_address *address, struct dbc_error *err);
int ifr_netlink_del_address(struct ifr_netlink *nl, const char *device,
                            const struct ifr_net_address *address, struct dbc_error *err);
int ifr_netlink_add_route(struct ifr_netlink *nl, const char *device,
                          const struct ifr_net_route *route, struct dbc_error *err);
int ifr_netlink_del_route(struct ifr_netlink *nl, const char *device,
                          const struct ifr_net_route *route, struct dbc_error *err);

/* ---- Offloads and speed (ethtool's ioctl) -------------------------------------------------- */

/* What `ethtool -s` and `-K` set.  Names (ifr_ethtool_names) and values are those of other_config:
 * "on", "off", a number, "half", "full"; "" where the driver does not tell. */
enum ifr_ethtool_name {
    IFR_ETHTOOL_SPEED,
    IFR_ETHTOOL_DUPLEX,
    IFR_ETHTOOL_AUTONEG,
    IFR_ETHTOOL_RX,
    IFR_ETHTOOL_TX,
    IFR_ETHTOOL_SG,
    IFR_ETHTOOL_TSO,
    IFR_ETHTOOL_UFO,
    IFR_ETHTOOL_GSO,
    IFR_ETHTOOL_GRO,
    IFR_ETHTOOL_LRO,
    IFR_N_ETHTOOL
};
struct ifr_ethtool_values {
    char v[IFR_N_ETHTOOL][12];
};
extern const char *const ifr_ethtool_names[IFR_N_ETHTOOL]; /* "speed", "duplex", ... "lro" */
/* Reads them.  Returns false when the device does not exist. */
bool ifr_netlink_ethtool(struct ifr_netlink *nl, const char *device,
                         struct ifr_ethtool_values *ret);
/* Sets one of rx, tx, sg, tso, ufo, gso and gro.  Returns 0, or -1: DBC_ENOENT when the device does
 * not exist; DBC_EIO when its driver cannot set it, or for another name. */
int ifr_netlink_set_offload(struct ifr_netlink *nl, const char *device, enum ifr_ethtool_name name,
                            bool on, struct dbc_error *err);
/* Sets `out` to the permanent MAC of the device, which it keeps while it shows another one, as in a
 * bond.  Returns false, and `out` stays as it was, when the device does not exist or its driver
 * does not tell. */
bool ifr_netlink_permanent_mac(struct ifr_netlink *nl, const char *device, char out[18]);

#endif
