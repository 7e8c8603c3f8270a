/* build.c - makes records of the devices that links.c has tied together (import.h).  References and
 * uuids are made from names, as the installers make the uuids of a first cache, so the same files
 * give the same records. */
#include <stdio.h>
#include <string.h>

#include "base/strvec.h"
#include "ifcfg/import.h"

#define REF_PREFIX "OpaqueRef:"
#define UUID_SIZE (4 * DBC_IFNAME_MAX + sizeof "Network")
#define REF_SIZE (sizeof REF_PREFIX + UUID_SIZE)
#define VLAN_MAC "fe:ff:ff:ff:ff:ff" /* XAPI's, for every VLAN */
#define MTU_STANDARD 1500            /* of a cache without a Network.MTU */

/* The record that is being built; a failure is sticky. */
struct build {
    struct dbc_ifcfg_import *im;
    struct dbc_db *db;
    struct dbc_record *rec;
    struct dbc_error *err;
    bool failed;
};

/* ---- Records -------------------------------------------------------------------------------- */

/* A network's uuid reaches Open vSwitch, which takes letters, digits and '-' only. */
static void make_uuid(enum dbc_class class_, const char *name, char out[UUID_SIZE])
{
    static const char *const endings[DBC_N_CLASSES] = {
        [DBC_PIF] = "Pif", [DBC_BOND] = "Bond", [DBC_VLAN] = "Vlan", [DBC_NETWORK] = "Network"
    };
    size_t n = 0;

    for (; *name != '\0'; name++) {
        bool escape = class_ == DBC_NETWORK && strchr("._-", *name) != NULL;
        n += (size_t)snprintf(out + n, UUID_SIZE - n, escape ? "-%02x" : "%c", (unsigned)*name);
    }
    snprintf(out + n, UUID_SIZE - n, "%s", endings[class_]);
}

static const char *make_ref(enum dbc_class class_, const char *name, char out[REF_SIZE])
{
    char uuid[UUID_SIZE];

    make_uuid(class_, name, uuid);
    snprintf(out, REF_SIZE, REF_PREFIX "%s", uuid);
    return out;
}

static void set(struct build *b, const char *field, const char *text)
{
    const struct dbc_field *f = NULL;

    if (!b->failed) {
        f = dbc_schema_field(b->rec->class_, field);
        b->failed = dbc_record_set(b->db, b->rec, f, text, NULL, b->err) < 0;
    }
}

static void set_ref(struct build *b, const char *field, enum dbc_class class_, const char *name)
{
    char ref[REF_SIZE];

    set(b, field, make_ref(class_, name, ref));
}

static void add_ref(struct dbc_strvec *refs, enum dbc_class class_, const char *name)
{
    char ref[REF_SIZE];

    dbc_strvec_push(refs, make_ref(class_, name, ref));
}

/* Releases `refs`. */
static void set_refs(struct build *b, const char *field, struct dbc_strvec *refs)
{
    if (refs->failed && !b->failed) {
        b->failed = true;
        dbc_fail_nomem(b->err);
    }
    if (!b->failed) {
        const struct dbc_field *f = dbc_schema_field(b->rec->class_, field);
        b->failed = dbc_record_set_list(b->db, b->rec, f, (const char *const *)refs->v, refs->n,
                                        b->err) < 0;
    }
    dbc_strvec_release(refs);
}

static void begin(struct build *b, enum dbc_class class_, const char *name)
{
    char text[REF_SIZE];

    if (b->failed) {
        return;
    }
    b->rec = dbc_db_add(b->db, class_, make_ref(class_, name, text), b->err);
    if (b->rec == NULL) {
        b->failed = true;
        return;
    }
    make_uuid(class_, name, text);
    set(b, "uuid", text);
}

/* ---- other_config --------------------------------------------------------------------------- */

struct config {
    struct dbc_pair pair[DBC_IFCFG_OPTIONS_MAX + 8];
    size_t n;
    char mtu[16];
};

static void add(struct config *c, const char *key, const char *value)
{
    c->pair[c->n++] = (struct dbc_pair){ key, value };
}

/* Adds the options of the file, except those that interface-reconfigure sets on a NIC anyway. */
static void add_options(struct config *c, const struct dbc_ifcfg_device *dev)
{
    for (size_t i = 0; i < dev->n_options; i++) {
        const struct dbc_pair *p = &dev->option[i];
        bool offload = strcmp(p->key, "ethtool-gro") == 0 || strcmp(p->key, "ethtool-lro") == 0;
        if (dev->kind != DBC_IFCFG_NIC || !offload || strcmp(p->value, "off") != 0) {
            add(c, p->key, p->value);
        }
    }
}

static void set_config(struct build *b, const struct config *c)
{
    if (!b->failed && c->n > 0) {
        const struct dbc_field *f = dbc_schema_field(b->rec->class_, "other_config");
        b->failed = dbc_record_set_map(b->db, b->rec, f, c->pair, c->n, b->err) < 0;
    }
}

/* Returns a network's MTU, or 0 when no file has one. */
static unsigned network_mtu(const struct dbc_ifcfg_device *bridge)
{
    return bridge->mtu != 0 || bridge->ports.first == NULL ? bridge->mtu : bridge->ports.first->mtu;
}

static void add_mtu(struct config *c, const struct dbc_ifcfg_device *dev)
{
    unsigned network = dev->network != NULL ? network_mtu(dev->network) : 0;

    if (dev->mtu != 0 && dev->mtu != (network != 0 ? network : MTU_STANDARD)) {
        snprintf(c->mtu, sizeof c->mtu, "%u", dev->mtu);
        add(c, "mtu", c->mtu);
    }
}

/* Adds defaultroute or peerdns.  Without such a key the management PIF has the default route and
 * the name servers.  Its own `false` gives them to no other PIF, so that is reported as changed. */
static void add_owner(struct build *b, struct config *c, const struct dbc_ifcfg_device *dev,
                      const char *key, const char *owner, bool refuses)
{
    if (refuses) {
        add(c, key, "false");
        if (dev == b->im->management) {
            dbc_ifcfg_tell_of(b->im, DBC_CHANGED, "pif", dev->name, key, "false",
                              "the management PIF has it unless another one says true");
        }
    } else if (dev != b->im->management && *owner != '\0' && dbc_ifcfg_is_ipdev(dev, owner)) {
        add(c, key, "true");
    }
}

/* ---- Classes -------------------------------------------------------------------------------- */

static const char *mac_of(struct build *b, const struct dbc_ifcfg_device *dev)
{
    if (dev->mac[0] == '\0' && dev->kind == DBC_IFCFG_VLAN) {
        return VLAN_MAC;
    }
    if (dev->mac[0] == '\0') {
        dbc_ifcfg_tell_of(b->im, DBC_ASSUMED, "pif", dev->name, "MAC", "",
                          "the files do not have it; any device of that name will do");
    }
    return dev->mac;
}

/* Sets the fields of IPv6, none of which a PIF without IPv6 has. */
static void set_ipv6(struct build *b, const struct dbc_ifcfg_address *a)
{
    if (a->ipv6_mode[0] == '\0') {
        return;
    }
    set(b, "ipv6_configuration_mode", a->ipv6_mode);
    if (a->ipv6[0] != '\0') {
        set(b, "IPv6", a->ipv6);
    }
    if (a->ipv6_gateway[0] != '\0') {
        set(b, "IPv6_gateway", a->ipv6_gateway);
    }
}

static void set_address(struct build *b, const struct dbc_ifcfg_device *dev, struct config *config)
{
    static const char *const modes[] = { "None", "DHCP", "Static" };
    const struct dbc_ifcfg_address *a = dbc_ifcfg_address_of(dev);

    if (a == NULL) {
        set(b, "ip_configuration_mode", modes[DBC_IFCFG_NONE]);
        return;
    }
    set(b, "ip_configuration_mode", modes[a->mode]);
    set(b, "IP", a->ip);
    set(b, "netmask", a->netmask);
    set(b, "gateway", a->gateway);
    set(b, "DNS", a->dns);
    set_ipv6(b, a);
    if (a->domain[0] != '\0') {
        add(config, "domain", a->domain);
    }
    add_owner(b, config, dev, "defaultroute", b->im->gatewaydev, a->no_defroute);
    add_owner(b, config, dev, "peerdns", b->im->dnsdev, a->no_peerdns);
}

static void set_links(struct build *b, const struct dbc_ifcfg_device *dev)
{
    struct dbc_strvec vlans = DBC_STRVEC_INIT, bonds = DBC_STRVEC_INIT;
    char tag[16];

    if (dev->network != NULL) {
        set_ref(b, "network", DBC_NETWORK, dev->network->name);
    }
    if (dev->bond != NULL) {
        set_ref(b, "bond_slave_of", DBC_BOND, dev->bond->name);
    }
    if (dev->kind == DBC_IFCFG_BOND) {
        add_ref(&bonds, DBC_BOND, dev->name);
    }
    if (dev->kind == DBC_IFCFG_VLAN) {
        set_ref(b, "VLAN_master_of", DBC_VLAN, dev->name);
    }
    for (const struct dbc_ifcfg_device *v = dev->vlans.first; v != NULL; v = v->next_vlan) {
        add_ref(&vlans, DBC_VLAN, v->name);
    }
    snprintf(tag, sizeof tag, "%u", dev->tag);
    set(b, "VLAN", dev->kind == DBC_IFCFG_VLAN ? tag : "-1");
    set_refs(b, "bond_master_of", &bonds);
    set_refs(b, "VLAN_slave_of", &vlans);
}

static void build_pif(struct build *b, const struct dbc_ifcfg_device *dev)
{
    struct config config = { .n = 0 };

    begin(b, DBC_PIF, dev->name);
    set(b, "management", dev == b->im->management ? "True" : "False");
    set(b, "MAC", mac_of(b, dev));
    set(b, "device", dev->kind == DBC_IFCFG_VLAN ? dev->parent : dev->name);
    set_links(b, dev);
    set_address(b, dev, &config);
    add_options(&config, dev);
    add_mtu(&config, dev);
    set_config(b, &config);
}

static void build_bond(struct build *b, const struct dbc_ifcfg_device *dev)
{
    struct dbc_strvec slaves = DBC_STRVEC_INIT;

    begin(b, DBC_BOND, dev->name);
    set_ref(b, "master", DBC_PIF, dev->name);
    for (const struct dbc_ifcfg_device *s = dev->slaves.first; s != NULL; s = s->next_slave) {
        add_ref(&slaves, DBC_PIF, s->name);
    }
    set_refs(b, "slaves", &slaves);
}

static void build_vlan(struct build *b, const struct dbc_ifcfg_device *dev)
{
    begin(b, DBC_VLAN, dev->name);
    set_ref(b, "tagged_PIF", DBC_PIF, dev->base->name);
    set_ref(b, "untagged_PIF", DBC_PIF, dev->name);
}

static void build_network(struct build *b, const struct dbc_ifcfg_device *dev)
{
    struct config config = { .n = 0 };
    struct dbc_strvec pifs = DBC_STRVEC_INIT;
    char mtu[16];

    begin(b, DBC_NETWORK, dev->name);
    set(b, "bridge", dev->name);
    for (const struct dbc_ifcfg_device *p = dev->ports.first; p != NULL; p = p->next_port) {
        add_ref(&pifs, DBC_PIF, p->name);
    }
    set_refs(b, "PIFs", &pifs);
    if (network_mtu(dev) != 0) {
        snprintf(mtu, sizeof mtu, "%u", network_mtu(dev));
        set(b, "MTU", mtu);
    }
    if (dev->address.routes[0] != '\0') {
        add(&config, "static-routes", dev->address.routes);
    }
    add_options(&config, dev);
    set_config(b, &config);
}

static void build_device(struct build *b, const struct dbc_ifcfg_device *dev)
{
    if (dev->kind == DBC_IFCFG_BRIDGE) {
        build_network(b, dev);
        return;
    }
    build_pif(b, dev);
    if (dev->kind == DBC_IFCFG_BOND) {
        build_bond(b, dev);
    } else if (dev->kind == DBC_IFCFG_VLAN) {
        build_vlan(b, dev);
    }
}

int dbc_ifcfg_build(struct dbc_ifcfg_import *im, struct dbc_db *db, struct dbc_error *err)
{
    static const enum dbc_ifcfg_kind order[] = { DBC_IFCFG_NIC, DBC_IFCFG_BOND, DBC_IFCFG_VLAN,
                                                 DBC_IFCFG_BRIDGE };
    struct build b = { .im = im, .db = db, .err = err };

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        for (const struct dbc_ifcfg_device *d = im->first; d != NULL && !b.failed; d = d->next) {
            if (d->kind == order[i] && !d->dropped) {
                build_device(&b, d);
            }
        }
    }
    return b.failed ? -1 : dbc_db_index(db, err);
}
