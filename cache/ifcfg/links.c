/* links.c - ties devices together by their names: ports to bridges, slaves to bonds, VLANs to the
 * devices below them (import.h).  It makes up devices that the files name but do not have, and cuts
 * ties that no record can describe.
 *
 * A slave is a NIC, a VLAN stands on a NIC or a bond, and a bridge is part of nothing, so no walk
 * follows more than one tie.  Ties that would make a cycle are cut. */
#include <stdio.h>
#include <string.h>

#include "ifcfg/import.h"

const struct dbc_ifcfg_address *dbc_ifcfg_address_of(const struct dbc_ifcfg_device *dev)
{
    return dev->network != NULL && dev->network->ports.first == dev && dev->bond == NULL
               ? &dev->network->address
               : NULL;
}

static const char *class_of(const struct dbc_ifcfg_device *dev)
{
    return dev->kind == DBC_IFCFG_BRIDGE ? "bridge" : "pif";
}

static void tell(struct dbc_ifcfg_import *im, enum dbc_loss_kind kind,
                 const struct dbc_ifcfg_device *dev, const char *field, const char *value,
                 const char *why)
{
    dbc_ifcfg_tell_of(im, kind, class_of(dev), dev->name, field, value, why);
}

static struct dbc_ifcfg_device *make_up(struct dbc_ifcfg_import *im, const char *name,
                                        enum dbc_ifcfg_kind kind)
{
    struct dbc_ifcfg_device *dev = dbc_ifcfg_device_new(im, name, kind);

    if (dev != NULL) {
        dbc_ifcfg_add(im, dev);
    }
    return dev;
}

/* Returns the device that another one calls its bridge or bond, made up when no file has it.  NULL
 * when it is something else, or when out of memory. */
static struct dbc_ifcfg_device *as(struct dbc_ifcfg_import *im, const char *name,
                                   enum dbc_ifcfg_kind kind)
{
    struct dbc_ifcfg_device *dev = dbc_ifcfg_find(im, name);

    if (dev == NULL) {
        dev = make_up(im, name, kind);
        if (dev != NULL && kind == DBC_IFCFG_BRIDGE) {
            tell(im, DBC_ASSUMED, dev, "ip_configuration_mode", "None", "it has no ifcfg file");
        }
    } else if (dev->kind == DBC_IFCFG_NIC) {
        dev->kind = kind;
    }
    return dev != NULL && dev->kind == kind ? dev : NULL;
}

/* Makes each device what others call it, a bond or a bridge, before any are tied together. */
static void settle_kinds(struct dbc_ifcfg_import *im)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (d->master[0] != '\0' && as(im, d->master, DBC_IFCFG_BOND) == NULL) {
            tell(im, DBC_LOST, d, "MASTER", d->master, "that device is no bond");
            d->master[0] = '\0';
        }
    }
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        const char *why = NULL;
        if (d->bridge[0] == '\0') {
            continue;
        }
        if (d->master[0] != '\0' && d->kind == DBC_IFCFG_NIC) {
            why = "a slave of a bond is no port of a bridge";
        } else if (as(im, d->bridge, DBC_IFCFG_BRIDGE) == NULL) {
            why = "that device is no bridge";
        }
        if (why != NULL) {
            tell(im, DBC_LOST, d, "BRIDGE", d->bridge, why);
            d->bridge[0] = '\0';
        }
    }
}

/* ---- Bonds ---------------------------------------------------------------------------------- */

static void enslave(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *d)
{
    struct dbc_ifcfg_device *bond = dbc_ifcfg_find(im, d->master);

    if (d->kind != DBC_IFCFG_NIC) {
        tell(im, DBC_LOST, d, "MASTER", d->master, "a bond's slaves are NICs");
        return;
    }
    d->bond = bond;
    if (bond->slaves.last == NULL) {
        bond->slaves.first = d;
    } else {
        bond->slaves.last->next_slave = d;
    }
    bond->slaves.last = d;
}

static void check_bond(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_device *bond)
{
    if (!bond->has_bonding) {
        tell(im, DBC_ASSUMED, bond, "BONDING_OPTS", "",
             "the files have none; the bond gets a cache's defaults");
    }
    if (bond->slaves.first == NULL) {
        tell(im, DBC_LOST, bond, "slaves", "", "no file says that it is a slave of the bond");
    }
}

static void tie_bonds(struct dbc_ifcfg_import *im)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (d->master[0] != '\0') {
            enslave(im, d);
        }
    }
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (d->kind == DBC_IFCFG_BOND) {
            check_bond(im, d);
        }
    }
}

/* ---- VLANs ---------------------------------------------------------------------------------- */

static void tie_vlan(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *d)
{
    struct dbc_ifcfg_device *base = dbc_ifcfg_find(im, d->parent);

    if (base == NULL) { /* a VLAN like vlan5 has got another name by now */
        base = dbc_hash_get(&im->by_file, d->parent);
    }
    if (base == NULL) {
        base = make_up(im, d->parent, DBC_IFCFG_NIC);
        if (base == NULL) {
            return;
        }
        tell(im, DBC_ASSUMED, base, "", "", "it has no ifcfg file, but a VLAN stands on it");
    }
    if (base->kind != DBC_IFCFG_NIC && base->kind != DBC_IFCFG_BOND) {
        tell(im, DBC_LOST, d, "", "", "a VLAN stands on a NIC or a bond");
        d->dropped = true;
        return;
    }
    d->base = base;
    if (base->vlans.last == NULL) {
        base->vlans.first = d;
    } else {
        base->vlans.last->next_vlan = d;
    }
    base->vlans.last = d;
}

static void tie_vlans(struct dbc_ifcfg_import *im)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (d->kind == DBC_IFCFG_VLAN) {
            tie_vlan(im, d);
        }
    }
}

/* ---- Bridges -------------------------------------------------------------------------------- */

/* Adds a port to a bridge.  The port that PIFDEV names comes first: it has the address. */
static void attach(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *bridge,
                   struct dbc_ifcfg_device *port)
{
    struct dbc_ifcfg_list *ports = &bridge->ports;

    port->network = bridge;
    if (ports->first == NULL) {
        ports->first = ports->last = port;
        return;
    }
    tell(im, DBC_CHANGED, bridge, "PIFs", port->name,
         "interface-reconfigure brings up one PIF of a bridge");
    if (strcmp(port->name, bridge->pifdev) == 0) {
        port->next_port = ports->first;
        ports->first = port;
    } else {
        ports->last->next_port = port;
        ports->last = port;
    }
}

static void tie_ports(struct dbc_ifcfg_import *im)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (d->bridge[0] == '\0' || d->dropped) {
            continue;
        }
        if (d->kind == DBC_IFCFG_BRIDGE) {
            tell(im, DBC_LOST, d, "BRIDGE", d->bridge, "a bridge is no port of another");
        } else {
            attach(im, dbc_ifcfg_find(im, d->bridge), d);
        }
    }
}

/* Returns the device with this name, made up when no file has it.  NULL when it cannot be the port
 * of another bridge, or when out of memory. */
static struct dbc_ifcfg_device *find_port(struct dbc_ifcfg_import *im, const char *name)
{
    struct dbc_ifcfg_device *dev = dbc_ifcfg_find(im, name);
    dbc_ifcfg_name parent = "";
    unsigned tag = 0;

    if (dev != NULL) {
        return dev->kind == DBC_IFCFG_BRIDGE || dev->network != NULL || dev->dropped ? NULL : dev;
    }
    if (!dbc_ifcfg_split_vlan(name, parent, &tag)) {
        return make_up(im, name, DBC_IFCFG_NIC);
    }
    dev = make_up(im, name, DBC_IFCFG_VLAN);
    if (dev != NULL) {
        memcpy(dev->parent, parent, sizeof dev->parent);
        dev->tag = tag;
        tie_vlan(im, dev);
    }
    return dev != NULL && !dev->dropped ? dev : NULL;
}

static void lose(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_device *dev, const char *field,
                 const char *value, const char *why)
{
    if (*value != '\0') {
        tell(im, DBC_LOST, dev, field, value, why);
    }
}

/* Reports an address as lost, but not its routes, which are the network's. */
static void lose_address(struct dbc_ifcfg_import *im, const struct dbc_ifcfg_device *dev,
                         const char *why)
{
    const struct dbc_ifcfg_address *a = &dev->address;

    lose(im, dev, "BOOTPROTO", a->mode == DBC_IFCFG_DHCP ? "dhcp" : "", why);
    lose(im, dev, "IPADDR", a->ip, why);
    lose(im, dev, "NETMASK", a->netmask, why);
    lose(im, dev, "GATEWAY", a->gateway, why);
    lose(im, dev, "DNS", a->dns, why);
    lose(im, dev, "DOMAIN", a->domain, why);
    lose(im, dev, "IPV6INIT", a->ipv6_mode[0] != '\0' ? "yes" : "", why);
    lose(im, dev, "IPV6ADDR", a->ipv6, why);
    lose(im, dev, "IPV6_DEFAULTGW", a->ipv6_gateway, why);
}

/* Finds the port of a bridge that no file names in BRIDGE: by PIFDEV, else by XAPI's names. */
static void find_port_of(struct dbc_ifcfg_import *im, struct dbc_ifcfg_device *bridge)
{
    struct dbc_ifcfg_device *port = NULL;
    char name[sizeof "eth" + DBC_IFNAME_MAX] = "";

    if (bridge->pifdev[0] != '\0') {
        port = find_port(im, bridge->pifdev);
    } else if (dbc_ifcfg_is_numbered(bridge->name, "xenbr")) {
        snprintf(name, sizeof name, "eth%s", bridge->name + strlen("xenbr"));
        port = find_port(im, name);
    }
    if (port == NULL) {
        tell(im, DBC_LOST, bridge, "PIFs", "",
             "the files do not say what the bridge stands on; set its PIF by hand");
        lose_address(im, bridge, "it is a PIF's, and the bridge has none");
        return;
    }
    if (name[0] != '\0') {
        tell(im, DBC_ASSUMED, bridge, "PIFs", port->name,
             "the files do not say what the bridge stands on, but its name does");
    }
    attach(im, bridge, port);
}

static void tie_lone_bridges(struct dbc_ifcfg_import *im)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (d->kind == DBC_IFCFG_BRIDGE && d->ports.first == NULL) {
            find_port_of(im, d);
        }
    }
}

/* Makes a bridge with XAPI's name for the bridge of a device.  NULL when the name is taken or too
 * long, or when out of memory. */
static struct dbc_ifcfg_device *make_bridge(struct dbc_ifcfg_import *im,
                                            const struct dbc_ifcfg_device *dev)
{
    bool eth = dbc_ifcfg_is_numbered(dev->name, "eth");
    char name[sizeof "xenbr" + DBC_IFNAME_MAX];

    snprintf(name, sizeof name, "%s%s", eth ? "xenbr" : "br", dev->name + (eth ? 3 : 0));
    if (!dbc_valid_ifname(name) || dbc_ifcfg_find(im, name) != NULL) {
        tell(im, DBC_LOST, dev, "network", name,
             "no file names a bridge for it, and this name is not free or too long");
        return NULL;
    }
    tell(im, DBC_ASSUMED, dev, "network", name, "no file names a bridge for it");
    return make_up(im, name, DBC_IFCFG_BRIDGE);
}

static void tie_homeless(struct dbc_ifcfg_import *im)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        struct dbc_ifcfg_device *bridge = NULL;
        if (d->kind == DBC_IFCFG_BRIDGE || d->dropped || d->network != NULL) {
            continue;
        }
        bridge = make_bridge(im, d);
        if (bridge != NULL) {
            attach(im, bridge, d);
            bridge->address = d->address;
            d->address = (struct dbc_ifcfg_address){
                .dns = "", .domain = "", .routes = "", .ipv6 = "", .ipv6_mode = ""
            };
        }
    }
}

/* Reports addresses in the files of devices that do not carry the address of a PIF. */
static void lose_misplaced(struct dbc_ifcfg_import *im)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (d->kind != DBC_IFCFG_BRIDGE) {
            const char *why = d->bond != NULL ? "a slave of a bond has no address"
                                              : "the address is that of its bridge";
            lose_address(im, d, why);
            lose(im, d, "routes", d->address.routes, why);
        } else if (d->ports.first != NULL && d->ports.first->bond != NULL) {
            lose_address(im, d, "its NIC is a slave of a bond");
        }
    }
}

void dbc_ifcfg_link(struct dbc_ifcfg_import *im)
{
    settle_kinds(im);
    if (im->failed) {
        return; /* a device that others name may be missing */
    }
    tie_bonds(im);
    tie_vlans(im);
    tie_ports(im);
    tie_lone_bridges(im);
    tie_homeless(im);
    lose_misplaced(im);
}
