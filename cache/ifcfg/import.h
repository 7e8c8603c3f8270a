/* import.h - what the parts of dbc_ifcfg_read share; private to ifcfg/.  In this order:
 *     read.c        takes the files, in the order of their names
 *     device.c      makes a device of each ifcfg file, with options.c and routes.c: every value is
 *                   checked here
 *     links.c       ties devices by the names that they go by, and makes up what is missing
 *     management.c  finds the device with the management address
 *     build.c       writes the records
 *
 * Running out of memory is sticky: `failed` stays set, texts read as "", and read.c looks at the
 * end of each part. */
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

/* What the file of an ipdev says; texts are parsed and printed again, "" where there is none. */
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
    bool dropped; /* no record can say it */
    dbc_ifcfg_name bridge, master, parent, pifdev;
    unsigned tag; /* of a VLAN */
    char mac[18];
    unsigned mtu; /* 0: not said */
    struct dbc_ifcfg_address address;
    struct dbc_pair option[DBC_IFCFG_OPTIONS_MAX]; /* other_config keys; a key stands once */
    size_t n_options;
    bool has_bonding; /* had BONDING_OPTS */

    struct dbc_ifcfg_device *next; /* of all */
    /* From links.c: what it is part of, and what is part of it. */
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
    struct dbc_ifcfg_device *management; /* whose PIF it is; NULL: nobody's */
    dbc_ifcfg_name gatewaydev, dnsdev;
    bool failed; /* no memory */
};

/* import.c: */
void dbc_ifcfg_warn(struct dbc_ifcfg_import *im, const char *file, unsigned line, const char *fmt,
                    ...) DBC_PRINTF(4, 5);
void dbc_ifcfg_tell(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *what,
                    const char *field, const char *value, const char *why);
/* The same of "CLASS NAME", as in "pif eth0". */
void dbc_ifcfg_tell_of(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *class_,
                       const char *name, const char *field, const char *value, const char *why);
void dbc_ifcfg_tell_key(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind, const char *file,
                        const struct dbc_ifcfg_key *key, const char *why);
/* A copy in the arena; "" when out of memory. */
const char *dbc_ifcfg_text(struct dbc_ifcfg_import *im, const char *text);
/* Of a buffer, which is released. */
const char *dbc_ifcfg_take(struct dbc_ifcfg_import *im, struct dbc_buf *buf);
struct dbc_ifcfg_device *dbc_ifcfg_find(const struct dbc_ifcfg_import *im, const char *name);
/* A device that is in no list yet; NULL when out of memory. */
struct dbc_ifcfg_device *dbc_ifcfg_device_new(struct dbc_ifcfg_import *im, const char *name,
                                              enum dbc_ifcfg_kind kind);
void dbc_ifcfg_add(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev);
/* Reads KEY=VALUE lines; false when they cannot be used. */
bool dbc_ifcfg_parse(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_file *file,
                     struct dbc_ifcfg_keys *ret);

/* device.c: the device of an ifcfg file; NULL when there is none in it, which has been told. */
struct dbc_ifcfg_device *dbc_ifcfg_device_read(struct dbc_ifcfg_import *im,
                                               const struct dbc_ifcfg_file *file);
/* "eth0.100"; false when the name is no such. */
bool dbc_ifcfg_split_vlan(const char *name, dbc_ifcfg_name parent, unsigned *tag);
/* `stem` and a number? */
bool dbc_ifcfg_is_numbered(const char *name, const char *stem);

/* ipv6.c: the names of the keys, and what those of a file, each NULL where it has none or nothing
 * in it, make of the device's address.  What a PIF cannot say beside its mode is told as lost. */
extern const char *const dbc_ifcfg_ipv6_keys[DBC_IFCFG_N_IPV6];
void dbc_ifcfg_ipv6(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                    const struct dbc_ifcfg_key *const keys[DBC_IFCFG_N_IPV6]);

/* options.c: */
void dbc_ifcfg_bonding(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                       const struct dbc_ifcfg_key *key);
void dbc_ifcfg_ethtool(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                       const struct dbc_ifcfg_key *key);

/* routes.c: a route file's routes for `dev`. */
void dbc_ifcfg_routes(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *dev,
                      const struct dbc_ifcfg_file *file);

/* links.c: */
void dbc_ifcfg_link(struct dbc_ifcfg_import *im);
/* What counts of addresses is in the file of the network, for its first PIF; NULL: none for `dev`.
 */
const struct dbc_ifcfg_address *dbc_ifcfg_address_of(const struct dbc_ifcfg_device *dev);

/* management.c: */
void dbc_ifcfg_find_management(struct dbc_ifcfg_import *im, const char *management);
/* Is it the ipdev of `dev`, or `dev` itself? */
bool dbc_ifcfg_is_ipdev(const struct dbc_ifcfg_device *dev, const char *name);

/* build.c: */
int dbc_ifcfg_build(struct dbc_ifcfg_import *im, struct dbc_db *db, struct dbc_error *err);

#endif
