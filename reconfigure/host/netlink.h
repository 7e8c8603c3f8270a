/* netlink.h - the kernel's network through rtnetlink (libmnl): links, addresses and routes read in
 * three dumps, and single changes, each acknowledged.
 *
 * What is read can be written back: an address or route has a text form that names everything that
 * is needed to make it again, and ifr_netlink_add_address takes it. */
#ifndef IFR_HOST_NETLINK_H
#define IFR_HOST_NETLINK_H

#include <net/if.h>
#include <stdint.h>

#include "base/buf.h"

#define IFR_NETLINK_DEADLINE 5000 /* ms, for one dump or one change */

struct ifr_netlink;

/* DBC_EIO, DBC_ENOMEM. */
int ifr_netlink_open(struct ifr_netlink **ret, struct dbc_error *err);
void ifr_netlink_close(struct ifr_netlink *nl); /* NULL is fine */

/* ---- What there is ------------------------------------------------------------------------- */

/* A device.  Numbers that the kernel did not say are -1, texts "".  A name may hold any byte but
 * '/', ':' and white space: it is no UTF-8, and not fit for a terminal as it is. */
struct ifr_link {
    int index;
    char name[IFNAMSIZ];
    char kind[16]; /* "bridge", "bond", "vlan", "veth", "tun", "openvswitch", ...; "" for a NIC */
    char mac[18];  /* lower case */
    unsigned mtu;
    bool up;      /* IFF_UP: set up by somebody */
    bool carrier; /* IFF_LOWER_UP */
    int master;   /* index of its bridge or bond, or of Open vSwitch's datapath; 0: none */
    int parent;   /* VLAN: index of the device below; 0: none, or in another namespace */
    int vlan_tag;
    int stp, forward_delay;                                 /* bridge; delay in 1/100 s */
    int bond_mode, miimon, updelay, downdelay, use_carrier; /* bond; milliseconds */
    int xmit_hash_policy, lacp_rate;
};

#define IFR_LINK_INIT                                                                              \
    {                                                                                              \
        .mtu = (unsigned)-1, .vlan_tag = -1, .stp = -1, .forward_delay = -1, .bond_mode = -1,      \
        .miimon = -1, .updelay = -1, .downdelay = -1, .use_carrier = -1, .xmit_hash_policy = -1,   \
        .lacp_rate = -1                                                                            \
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
    /* Of the device that it leaves by.  0: it has none, or the fields here do not say all of it
     * (several ways, a gateway of another family, a type of service, ...).  Then it cannot be
     * made again from them. */
    int index;
    int family;
    unsigned char to[16], gateway[16], source[16];
    unsigned prefix; /* 0: the default route */
    bool has_gateway, has_source;
    uint32_t table, priority, mtu;
    unsigned scope, protocol, type; /* RT_SCOPE_*, RTPROT_*, RTN_* */
    uint32_t flags;                 /* RTNH_F_ONLINK */
};

/* Called for each; 0, or -1 with *err to end the dump. */
typedef int ifr_link_fn(void *ctx, const struct ifr_link *link, struct dbc_error *err);
typedef int ifr_net_address_fn(void *ctx, const struct ifr_net_address *address,
                               struct dbc_error *err);
typedef int ifr_net_route_fn(void *ctx, const struct ifr_net_route *route, struct dbc_error *err);

/* All devices of this network namespace, all addresses, all routes of the tables main and beyond
 * (not `local`), both families.  `fn` is called when all are read.  A dump that the kernel says was
 * interrupted is made again, up to three times; DBC_ECONFLICT then.  DBC_EIO, DBC_ETIMEOUT,
 * DBC_EPARSE, DBC_ELIMIT (more than 262,144), DBC_ENOMEM. */
int ifr_netlink_links(struct ifr_netlink *nl, ifr_link_fn *fn, void *ctx, struct dbc_error *err);
int ifr_netlink_addresses(struct ifr_netlink *nl, ifr_net_address_fn *fn, void *ctx,
                          struct dbc_error *err);
int ifr_netlink_routes(struct ifr_netlink *nl, ifr_net_route_fn *fn, void *ctx,
                       struct dbc_error *err);

/* The text forms: one line of printable ASCII; the device is not part of it.  Parsing takes what
 * formatting gives, and fails (false, *ret is zero) for anything else.  What is parsed is equal to
 * what was formatted in all that adding uses.
 *
 *     IP/PREFIX [peer IP] [brd IP] scope SCOPE [metric N] [label NAME] [nodad] [home] [mngtmpaddr]
 *         [noprefixroute] [autojoin] [dynamic|deprecated]
 *     default|IP/PREFIX [via IP] [onlink] [metric N] [src IP] [mtu N] [table N] [proto PROTO]
 *         [scope SCOPE] [type TYPE]
 *
 * "192.0.2.5/24 brd 192.0.2.255 scope global", "2001:db8::5/64 scope global dynamic".  The label is
 * left out unless it has a ':', since it is the device's name then.  "dynamic" has a lifetime: the
 * numbers change by themselves and are left out, so it is added without an end.  Parsed, its
 * lifetimes are 0.  "deprecated" is valid for ever and never preferred.
 *
 * "default via 192.0.2.1 proto boot", "198.51.100.0/24 via 192.0.2.9 metric 100 src 192.0.2.5".
 * IPv6's default route is "::/0".  Metric 0, table main, scope global, proto 0 and type unicast are
 * left out. */
#define IFR_NET_TEXT_MAX 512 /* bytes of a text form with its NUL; a longer one does not parse */
void ifr_net_address_format(const struct ifr_net_address *address, struct dbc_buf *out);
bool ifr_net_address_parse(const char *text, struct ifr_net_address *ret);
void ifr_net_route_format(const struct ifr_net_route *route, struct dbc_buf *out);
bool ifr_net_route_parse(const char *text, struct ifr_net_route *ret);

/* ---- Changing one thing -------------------------------------------------------------------- */

/* All return 0, or -1 with the kernel's reason: DBC_ENOENT when the device is gone, else DBC_EIO
 * with sys_errno and a text that names device and value; DBC_EINVAL for a name or value that no
 * device can have; DBC_ETIMEOUT, DBC_ENOMEM.  After DBC_ETIMEOUT the change may have been made. */
int ifr_netlink_set_up(struct ifr_netlink *nl, const char *device, bool up, struct dbc_error *err);
/* The flags (IFF_UP, IFF_NOARP, IFF_MULTICAST) that are in `mask` become as in `flags`. */
int ifr_netlink_set_flags(struct ifr_netlink *nl, const char *device, unsigned flags, unsigned mask,
                          struct dbc_error *err);
int ifr_netlink_set_mtu(struct ifr_netlink *nl, const char *device, unsigned mtu,
                        struct dbc_error *err);
int ifr_netlink_set_mac(struct ifr_netlink *nl, const char *device, const char *mac,
                        struct dbc_error *err);
/* `master` "": out of whatever it is in. */
int ifr_netlink_set_master(struct ifr_netlink *nl, const char *device, const char *master,
                           struct dbc_error *err);
/* An option of devices of a kind: an attribute of IFLA_INFO_DATA. */
struct ifr_link_option {
    const char *kind; /* "bridge", "bond" */
    uint16_t type;
    unsigned size; /* of its number, in bytes: 1 or 4 */
};
/* Sets one of a device that is there.  A bond's mode changes only while it is down and has no NICs.
 */
int ifr_netlink_set_option(struct ifr_netlink *nl, const char *device,
                           const struct ifr_link_option *option, uint32_t value,
                           struct dbc_error *err);
/* Makes a bridge, bond or VLAN device as `link` describes it (name, kind, mac, mtu, and what its
 * kind has; `parent` by index).  It is down.  What is -1, "" or an MTU of 0 is the kernel's choice.
 * DBC_EINVAL: a kind that is none of these.  A kernel that is too old for an attribute of bridge or
 * bond leaves it out without a word. */
int ifr_netlink_create(struct ifr_netlink *nl, const struct ifr_link *link, struct dbc_error *err);
int ifr_netlink_delete(struct ifr_netlink *nl, const char *device, struct dbc_error *err);
/* The address's or route's own `index` is not used.  What is there already, or gone already, is no
 * failure.  An address of which no lifetime is known (0) is added without an end.  A route is added
 * beside others to the same destination; `device` "" is for a type without one (blackhole,
 * unreachable, prohibit, throw). */
int ifr_netlink_add_address(struct ifr_netlink *nl, const char *device,
                            const struct ifr_net_address *address, struct dbc_error *err);
int ifr_netlink_del_address(struct ifr_netlink *nl, const char *device,
                            const struct ifr_net_address *address, struct dbc_error *err);
int ifr_netlink_add_route(struct ifr_netlink *nl, const char *device,
                          const struct ifr_net_route *route, struct dbc_error *err);
int ifr_netlink_del_route(struct ifr_netlink *nl, const char *device,
                          const struct ifr_net_route *route, struct dbc_error *err);

/* ---- Offloads and speed (ethtool's ioctl) -------------------------------------------------- */

/* What `ethtool -s` and `-K` set, in other_config's words: value "on", "off", a number, "half",
 * "full"; "" where the driver does not say.  Names as in IFR_ETHTOOL_NAMES. */
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
/* False when there is no such device. */
bool ifr_netlink_ethtool(struct ifr_netlink *nl, const char *device,
                         struct ifr_ethtool_values *ret);
/* Sets one of rx, tx, sg, tso, ufo, gso and gro.  DBC_ENOENT: no such device; DBC_EIO: its driver
 * has no such switch, or refuses. */
int ifr_netlink_set_offload(struct ifr_netlink *nl, const char *device, enum ifr_ethtool_name name,
                            bool on, struct dbc_error *err);
/* The MAC that the device was made with, which it keeps while it shows another one, as in a bond.
 * False: there is no such device, or its driver does not say; `out` stays as it was. */
bool ifr_netlink_permanent_mac(struct ifr_netlink *nl, const char *device, char out[18]);

#endif
