/* import.h - what the parts of dbc_ifcfg_read share; private to ifcfg/.  They run in this order:
 *     read.c        takes the files in the order of their names
 *     device.c      makes a device of each ifcfg file, with options.c and routes.c, and checks
 *                   every value
 *     links.c       ties devices together by their names, and makes up missing ones
 *     management.c  finds the device with the management address
 *     build.c       writes the records
 *
 * Running out of memory is sticky: `failed` stays set, texts read as "", and read.c checks it after
 * each part. */
#ifndef DBC_IFCFG_IMPORT_H
#define DBC_IFCFG_IMPORT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/valid.h"
#include "base/warnings.h"
#include "ifcfg/ifcfg.h"
#include "ifcfg/parse.h"

typedef char dbc_ifcfg_name[DBC_IFNAME_MAX + 1]; /* an interface's; "" where there is none */

enum dbc_ifcfg_kind { DBC_IFCFG_NIC, DBC_IFCFG_BOND, DBC_IFCFG_VLAN, DBC_IFCFG_BRIDGE };
enum dbc_ifcfg_mode { DBC_IFCFG_NONE, DBC_IFCFG_DHCP, DBC_IFCFG_STATIC };

/* The address in a device's file; texts are parsed and printed again, "" where there is none. */
struct dbc_ifcfg_address {
    enum dbc_ifcfg_mode mode;
    char ip[16], netmask[16], gateway[16];
    const char *dns;    /* addresses, ',' between */
    const char *domain; /* names, ',' between */
    const char *routes; /* NET/LEN/GATEWAY, ',' between */
    bool no_peerdns, no_defroute;
    const char *ipv6_mode; /* the word of a PIF; "": none */
    const char *ipv6;      /* ADDRESS/LENGTH, ',' between */
    char ipv6_gateway[DBC_IPV6_SIZE];
};

enum dbc_ifcfg_ipv6 {
    DBC_IFCFG_IPV6INIT,
    DBC_IFCFG_IPV6_AUTOCONF,
    DBC_IFCFG_DHCPV6C,
    DBC_IFCFG_IPV6ADDR,
    DBC_IFCFG_IPV6ADDR_SECONDARIES,
    DBC_IFCFG_IPV6_DEFAULTGW,
    DBC_IFCFG_N_IPV6
};

#define DBC_IFCFG_OPTIONS_MAX 24 /* more than there are bond-* and ethtool-* keys */

struct dbc_ifcfg_device {
    const char *file; /* "ifcfg-eth0"; "" for one that was made up */
    dbc_ifcfg_name name;
    enum dbc_ifcfg_kind kind;
    bool dropped; /* no record can describe it */
    dbc_ifcfg_name bridge, master, parent, pifdev;
    unsigned tag; /* of a VLAN */
    char mac[18];
    unsigned mtu; /* 0: not said */
    struct dbc_ifcfg_address address;
    struct dbc_pair option[DBC_IFCFG_OPTIONS_MAX]; /* other_config keys; a key stands once */
    size_t n_options;
    bool has_bonding; /* its file has BONDING_OPTS */

    struct dbc_ifcfg_device *next; /* of all devices */
    /* Set by links.c: the devices that it is part of, and those that are part of it. */
    struct dbc_ifcfg_device *network, *bond, *base;
    struct dbc_ifcfg_list {
        struct dbc_ifcfg_device *first, *last;
    } ports, slaves, vlans;
    struct dbc_ifcfg_device *next_port, *next_slave, *next_vlan;
};

struct dbc_ifcfg_import {
    struct dbc_warnings warnings;
    dbc_loss_fn *loss;
    void *ctx;
    struct dbc_arena arena;
    struct dbc_hash by_name; /* devices */
    struct dbc_hash by_file; /* the same by the NAME of ifcfg-NAME */
    struct dbc_ifcfg_device *first, *last;
    struct dbc_ifcfg_device *management; /* the device of the management PIF; NULL: none */
    dbc_ifcfg_name gatewaydev, dnsdev;
    bool failed; /* out of memory */
};

/* import.c: */
void dbc_ifcfg_warn(struct dbc_ifcfg_import *im, const char *file, unsigned line, const char *fmt,
                    ...) DBC_PRINTF(4, 5);
void dbc_ifcfg_tell(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *what,
                    const char *field, const char *value, const char *why);
/* The same with "CLASS NAME" as `what`, for example "pif eth0". */
void dbc_ifcfg_tell_of(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *class_,
                       const char *name, const char *field, const char *value, const char *why);
void dbc_ifcfg_tell_key(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *file,
                        const struct dbc_ifcfg_key *key, const char *why);
/* Returns a copy in the arena; "" when out of memory. */
const char *dbc_ifcfg_text(struct dbc_ifcfg_import *im, const char *text);
/* The same for a buffer's text; releases the buffer. */
const char *dbc_ifcfg_take(struct dbc_ifcfg_import *im, struct dbc_buf *buf);
/* Returns the device with this name, or NULL. */
struct dbc_ifcfg_device *dbc_ifcfg_find(const struct dbc_ifcfg_import *im, const char *name);
/* Returns a device that is in no list yet; NULL when out of memory. */
struct dbc_ifcfg_device *dbc_ifcfg_device_new(struct dbc_ifcfg_import *im, const char *name,
                                              enum dbc_ifcfg_kind kind);
void dbc_ifcfg_add(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev);
/* Reads KEY=VALUE lines; false when they cannot be used. */
bool dbc_ifcfg_parse(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file,
                     struct dbc_ifcfg_keys *ret);

/* device.c: returns the device of an ifcfg file, or NULL when the file gives none; what it loses
 * has been reported. */
struct dbc_ifcfg_device *dbc_ifcfg_device_read(struct dbc_ifcfg_import *im,
                                               const struct dbc_ifcfg_file *file);
/* Splits a name like "eth0.100"; false for any other. */
bool dbc_ifcfg_split_vlan(const char *name, dbc_ifcfg_name parent, unsigned *tag);
/* Whether the name is `stem` and a number. */
bool dbc_ifcfg_is_numbered(const char *name, const char *stem);

/* ipv6.c: the names of the keys, and setting the device's address from a file's keys, each NULL
 * where it is missing or empty.  Keys that do not fit the PIF's one mode are reported as lost. */
extern const char *const dbc_ifcfg_ipv6_keys[DBC_IFCFG_N_IPV6];
void dbc_ifcfg_ipv6(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                    const struct dbc_ifcfg_key *const keys[DBC_IFCFG_N_IPV6]);

/* options.c: */
void dbc_ifcfg_bonding(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                       const struct dbc_ifcfg_key *key);
void dbc_ifcfg_ethtool(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                       const struct dbc_ifcfg_key *key);

/* routes.c: adds a route file's routes to `dev`. */
void dbc_ifcfg_routes(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                      const struct dbc_ifcfg_file *file);

/* links.c: */
void dbc_ifcfg_link(struct dbc_ifcfg_import *im);
/* Returns the address of the network that `dev` is in, which belongs to the network's first PIF;
 * NULL when `dev` is another PIF, or a bond's slave. */
const struct dbc_ifcfg_address *dbc_ifcfg_address_of(const struct dbc_ifcfg_device *dev);

/* management.c: */
void dbc_ifcfg_find_management(struct dbc_ifcfg_import *im, const char *management);
/* Whether `name` is that of the device with the address of `dev`, or of `dev` itself. */
bool dbc_ifcfg_is_ipdev(const struct dbc_ifcfg_device *dev, const char *name);

/* build.c: */
int dbc_ifcfg_build(struct dbc_ifcfg_import *im, struct dbc_db *db, struct dbc_error *err);

#endif
