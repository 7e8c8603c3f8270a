/* state.h - the network of a host as data: what was observed, and what is wanted.  Both are the
 * same type, so that one comparison (diff.h) gives what is to be changed.
 *
 * A state is a list of objects.  An object has a kind, a name, and the attributes that the table of
 * its kind has (ifr_attributes).  Every attribute is a text.  NULL means unknown: in an observed
 * state it could not be read, in a wanted one the request does not care.  "" means that there is
 * none.  A set is its members in any order, each once, with one character between: a blank, ';'
 * for networks, '\n' for addresses and routes, which have blanks themselves.
 *
 * In a wanted state an object may be wanted absent. */
#ifndef IFR_STATE_STATE_H
#define IFR_STATE_STATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/strvec.h"
#include "reconfigure/host/netlink.h"

enum ifr_kind {
    IFR_SWITCH,    /* Open vSwitch as a whole; its name is IFR_THE_SWITCH */
    IFR_BRIDGE,    /* of Open vSwitch, real or fake (a VLAN) */
    IFR_PORT,      /* of Open vSwitch: a NIC, a bond, a VM's; not a bridge's own */
    IFR_INTERFACE, /* of Open vSwitch */
    IFR_LINK,      /* a device of the kernel, with its addresses and routes */
    IFR_FILE,      /* below the prefix */
    IFR_N_KINDS
};

#define IFR_THE_SWITCH "Open_vSwitch"

enum ifr_switch_attribute {
    IFR_SWITCH_MANAGERS, /* targets; a change also resets what managers have set */
    IFR_SWITCH_KEY,      /* from here on files of TLS */
    IFR_SWITCH_CERTIFICATE,
    IFR_SWITCH_CA,
    IFR_SWITCH_BOOTSTRAP, /* "true": the CA file is learnt at the first connection */
    IFR_N_SWITCH
};
enum ifr_bridge_attribute {
    IFR_BRIDGE_PARENT, /* the real bridge that this VLAN is on; "": a real bridge */
    IFR_BRIDGE_TAG,    /* "": none */
    IFR_BRIDGE_HWADDR,
    IFR_BRIDGE_FAIL_MODE,
    IFR_BRIDGE_IN_BAND,  /* disable-in-band */
    IFR_BRIDGE_SNOOPING, /* multicast snooping */
    IFR_BRIDGE_NETWORKS, /* xs-network-uuids: all networks of a device */
    IFR_BRIDGE_NETWORK,  /* the same key of a fake bridge: a set that has its VLAN's network */
    IFR_BRIDGE_MAC,      /* of a fake bridge's interface */
    IFR_N_BRIDGE
};
enum ifr_port_attribute {
    IFR_PORT_BRIDGE, /* the real bridge that has it */
    IFR_PORT_TAG,
    IFR_PORT_INTERFACES,
    IFR_PORT_FAKE_INTERFACE,
    IFR_PORT_MAC,
    IFR_PORT_DOWNDELAY,
    IFR_PORT_MIIMON,
    IFR_PORT_UPDELAY,
    IFR_PORT_DETECT_MODE,
    IFR_PORT_LACP,
    IFR_PORT_BOND_MODE,
    IFR_N_PORT
};
enum ifr_interface_attribute {
    IFR_INTERFACE_PORT,
    IFR_INTERFACE_TYPE, /* "": a device of the system; "internal", "gre", ... */
    IFR_INTERFACE_OFPORT,
    IFR_INTERFACE_ERROR,
    IFR_N_INTERFACE
};
enum ifr_link_attribute {
    IFR_LINK_TYPE,   /* "bridge", "bond", "vlan", "" for a NIC, ... */
    IFR_LINK_MASTER, /* its bridge or bond */
    IFR_LINK_PARENT, /* of a VLAN: the device below */
    IFR_LINK_TAG,
    IFR_LINK_MAC,
    IFR_LINK_MTU,
    IFR_LINK_STATE, /* "up", "down" */
    IFR_LINK_CARRIER,
    IFR_LINK_STP,
    IFR_LINK_DELAY,
    IFR_LINK_BOND_MODE,
    IFR_LINK_MIIMON,
    IFR_LINK_UPDELAY,
    IFR_LINK_DOWNDELAY,
    IFR_LINK_USE_CARRIER,
    IFR_LINK_HASH_POLICY,
    IFR_LINK_OFFLOADS,  /* "gro=off lro=off ...": speed, duplex, autoneg and offloads */
    IFR_LINK_ADDRESSES, /* one a line */
    IFR_LINK_ROUTES,    /* one a line */
    IFR_LINK_CLIENT,    /* the DHCP client that works on it: "dhclient", "udhcpc"; "": none */
    IFR_LINK_CLIENT6,   /* the same for DHCPv6 */
    IFR_LINK_IPV6,      /* "accept_ra=1 ...": settings of IPv6, as host/ipv6.h has them */
    IFR_N_LINK
};
enum ifr_file_attribute { IFR_FILE_TEXT, IFR_FILE_MODE, IFR_FILE_OWNER, IFR_N_FILE };

/* As a wanted value: any value but "". */
#define IFR_ANY "*"
/* As a wanted member of addresses: any IPv4 address, or any IPv6 address that is not link-local
 * (the kernel makes those). */
#define IFR_ANY_IPV4 "*.*"
#define IFR_ANY_IPV6 "*:*"

#define IFR_ATTRIBUTES_MAX 22 /* of one kind */

/* One row of the table of attributes. */
struct ifr_attribute {
    const char *name; /* in messages, tables and JSON */
    char between;     /* of a set: the character between members; 0: no set */
    bool within;      /* of a set: each wanted member must be the first words of a member; other
                       * members are not ours */
    /* The column of Open vSwitch's database that has it, and the key where the column is a map.
     * NULL: no single column has it. */
    const char *column, *key;
    char type;                     /* of the column: 'i' integer, 'b' boolean, 0 text */
    struct ifr_link_option option; /* of a device, set by netlink; its kind NULL: none */
};
/* An attribute in a set of attributes. */
#define IFR_BIT(attribute) (UINT32_C(1) << (attribute))
const struct ifr_attribute *ifr_attributes(enum ifr_kind kind);
size_t ifr_n_attributes(enum ifr_kind kind);
/* Returns "switch", "bridge", "port", "interface", "device" or "file". */
const char *ifr_kind_name(enum ifr_kind kind);

struct ifr_object {
    enum ifr_kind kind;
    bool absent;       /* wanted: it must not be there */
    bool only_if_seen; /* wanted: only where the host can be observed */
    const char *name;  /* a file's is its path */
    /* Observed, of Open vSwitch: the UUID of its row, and the row as it was read (JSON; NULL for an
     * interface).  A fake bridge has the row of its Port. */
    char uuid[37];
    const char *row;
    const char *v[IFR_ATTRIBUTES_MAX];
};

struct ifr_state {
    struct ifr_object **objects; /* in the order of adding */
    size_t n, cap;
    struct dbc_hash by_name[IFR_N_KINDS];
    bool known[IFR_N_KINDS]; /* observed: whether this kind could be read */
    char ovs_uuid[37];       /* observed: the row of Open_vSwitch */
    /* Observed by the first ifr_observe_device: device -> its DHCP client, for IPv4 and IPv6. */
    struct dbc_hash clients, clients6;
    bool clients_known;
    struct dbc_arena arena;
    bool failed;               /* out of memory while it was filled: sticky */
    struct ifr_object scratch; /* handed out after a failed allocation */
};

void ifr_state_release(struct ifr_state *state);
/* Returns 0, or -1 with DBC_ENOMEM when filling failed anywhere. */
int ifr_state_check(const struct ifr_state *state, struct dbc_error *err);

/* Returns the object of this kind and name, or NULL.  `state` may be NULL. */
struct ifr_object *ifr_state_find(const struct ifr_state *state, enum ifr_kind kind,
                                  const char *name);
/* The same, but makes an object that is not there, with every attribute unknown.  Never NULL: after
 * a failed allocation it returns an object that is in no state. */
struct ifr_object *ifr_state_add(struct ifr_state *state, enum ifr_kind kind, const char *name);
/* Returns a copy that lives as long as the state; NULL when out of memory. */
const char *ifr_state_text(struct ifr_state *state, const char *text);
/* Sets an attribute to a copy of `text`; NULL: unknown. */
void ifr_state_set(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                   const char *text);
void ifr_state_setf(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                    const char *fmt, ...) DBC_PRINTF(4, 5);
/* Adds a member to a set unless it is there.  An unknown set counts as empty. */
void ifr_state_add_member(struct ifr_state *state, struct ifr_object *object, unsigned attribute,
                          const char *member);
/* Returns an attribute; "" when it is unknown or `object` is NULL. */
const char *ifr_object_get(const struct ifr_object *object, unsigned attribute);
/* Whether the set has `member`. */
bool ifr_object_has(const struct ifr_object *object, unsigned attribute, const char *member);
/* Whether a member is `words`, or begins with it and a blank. */
bool ifr_set_has_words(const char *set, char between, const char *words);
/* Whether devices of this type (IFR_LINK_TYPE) are made and deleted: bridges, bonds and VLANs. */
bool ifr_type_is_made(const char *type);
/* Whether devices of this type are NICs; a veth counts as one. */
bool ifr_type_is_nic(const char *type);
/* Whether an address or route is of IPv6. */
bool ifr_member_is_ipv6(const char *member);
/* Whether an address is link-local. */
bool ifr_member_is_link_local(const char *member);
/* Whether an address has a lifetime, which a router or a server gave it. */
bool ifr_member_is_lent(const char *member);
/* Whether the set of addresses has `member` or, for IFR_ANY_IPV4 and IFR_ANY_IPV6, any of that
 * kind. */
bool ifr_addresses_have(const char *addresses, const char *member);
/* Whether both sets have the same members. */
bool ifr_set_equal(const char *a, const char *b, char between);
/* Copies the next member of *set to `out`, cut to its size, and moves *set on; false at the end. */
#define IFR_MEMBER_MAX 512
bool ifr_set_next(const char **set, char between, char out[IFR_MEMBER_MAX]);

#endif
