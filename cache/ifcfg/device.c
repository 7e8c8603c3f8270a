/* device.c - makes a device of one ifcfg file (import.h): checks each key and reports what no
 * record can have.  A key that is not looked at here is reported as lost. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ifcfg/import.h"

/* The file that is being read. */
struct reading {
    struct dbc_ifcfg_import *im;
    const char *file;
    struct dbc_ifcfg_keys keys;
    struct dbc_ifcfg_device *dev;
    bool seen[DBC_LIMIT_IFCFG_KEYS]; /* keys[i] was looked at */
    enum { VLAN_UNSAID, VLAN_NO, VLAN_YES } vlan;
};

/* Returns the key's last line; NULL without one or when it is empty: a shell treats both alike. */
static const struct dbc_ifcfg_key *look(struct reading *r, const char *name)
{
    const struct dbc_ifcfg_key *key = dbc_ifcfg_keys_find(&r->keys, name);

    if (key == NULL) {
        return NULL;
    }
    r->seen[key - r->keys.v] = true;
    return key->value != NULL && *key->value != '\0' ? key : NULL;
}

/* Returns the first of IPADDR, IPADDR0 and IPADDR1 that has a value; the others do not count. */
static const struct dbc_ifcfg_key *look_first(struct reading *r, const char *name,
                                              const char **suffix)
{
    static const char *const suffixes[] = { "", "0", "1" };
    const struct dbc_ifcfg_key *key = NULL;

    for (size_t i = 0; i < 3 && key == NULL; i++) {
        char full[16];
        snprintf(full, sizeof full, "%s%s", name, suffixes[i]);
        key = look(r, full);
        *suffix = key != NULL ? suffixes[i] : "";
    }
    return key;
}

static const struct dbc_ifcfg_key *look_with(struct reading *r, const char *name,
                                             const char *suffix)
{
    char full[16];

    snprintf(full, sizeof full, "%s%s", name, suffix);
    return look(r, full);
}

static void bad(struct reading *r, const struct dbc_ifcfg_key *key, const char *expected)
{
    dbc_ifcfg_warn(r->im, r->file, key->line, "%s: expected %s, found '%s'", key->name, expected,
                   key->value);
}

static void lost(struct reading *r, const struct dbc_ifcfg_key *key, const char *why)
{
    if (key != NULL) {
        dbc_ifcfg_tell_key(r->im, DBC_LOST, r->file, key, why);
    }
}

static bool is_one_of(const char *value, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcasecmp(value, *words) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_yes(const char *value)
{
    static const char *const words[] = { "yes", "true", "on", "y", "t", "1", NULL };

    return is_one_of(value, words);
}

static bool is_no(const char *value)
{
    static const char *const words[] = { "no", "false", "off", "n", "f", "0", NULL };

    return is_one_of(value, words);
}

static bool says(struct reading *r, const char *name, bool (*what)(const char *))
{
    const struct dbc_ifcfg_key *key = look(r, name);

    return key != NULL && what(key->value);
}

/* ---- Simple keys ---------------------------------------------------------------------------- */

static bool set_name(const struct dbc_ifcfg_device *dev, dbc_ifcfg_name *out, const char *value)
{
    if (!dbc_valid_ifname(value) || strcmp(value, dev->name) == 0) {
        return false;
    }
    snprintf(*out, sizeof *out, "%s", value);
    return true;
}

static bool set_bridge(struct reading *r, const char *value)
{
    return set_name(r->dev, &r->dev->bridge, value);
}

static bool set_master(struct reading *r, const char *value)
{
    return set_name(r->dev, &r->dev->master, value);
}

static bool set_pifdev(struct reading *r, const char *value)
{
    return set_name(r->dev, &r->dev->pifdev, value);
}

static bool set_mac(struct reading *r, const char *value)
{
    return dbc_parse_mac(value, r->dev->mac);
}

static bool set_mtu(struct reading *r, const char *value)
{
    uint64_t mtu = 0;

    if (!dbc_parse_uint(value, DBC_MTU_MAX, &mtu) || mtu == 0) {
        return false;
    }
    r->dev->mtu = (unsigned)mtu;
    return true;
}

static bool set_domain(struct reading *r, const char *value)
{
    struct dbc_buf list = DBC_BUF_INIT;

    if (!dbc_valid_domain(value)) {
        return false;
    }
    for (const char *p = value + strspn(value, " ,"); *p != '\0';) {
        size_t len = strcspn(p, " ,");
        dbc_buf_adds(&list, list.len > 0 ? "," : "");
        dbc_buf_add(&list, p, len);
        p += len + strspn(p + len, " ,");
    }
    r->dev->address.domain = dbc_ifcfg_take(r->im, &list);
    return true;
}

static const struct rule {
    const char *key, *expected;
    bool (*set)(struct reading *r, const char *value);
} rules[] = {
    { "BRIDGE", "the name of another device", set_bridge },
    { "PIFDEV", "the name of another device", set_pifdev },
    { "MTU", "a number of bytes", set_mtu },
    { "DOMAIN", "names of domains", set_domain },
};

static void read_simple(struct reading *r)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct dbc_ifcfg_key *key = look(r, rules[i].key);
        if (key != NULL && !rules[i].set(r, key->value)) {
            bad(r, key, rules[i].expected);
        }
    }
}

static void read_mac(struct reading *r)
{
    const struct dbc_ifcfg_key *own = look(r, "HWADDR"), *made = look(r, "MACADDR");

    if (own != NULL && !set_mac(r, own->value)) {
        bad(r, own, "six pairs of hex digits");
    }
    if (made == NULL) {
        return;
    }
    if (r->dev->mac[0] != '\0') {
        lost(r, made, "a PIF has one MAC, that of HWADDR");
    } else if (!set_mac(r, made->value)) {
        bad(r, made, "six pairs of hex digits");
    }
}

/* Without SLAVE=yes ifup makes no slave of a device, whatever MASTER says. */
static void read_master(struct reading *r)
{
    const struct dbc_ifcfg_key *master = look(r, "MASTER"), *slave = look(r, "SLAVE");
    bool is_slave = slave != NULL && is_yes(slave->value);

    if (is_slave && master == NULL) {
        dbc_ifcfg_warn(r->im, r->file, slave->line, "SLAVE without a MASTER is no slave");
    } else if (master != NULL && !is_slave) {
        dbc_ifcfg_warn(r->im, r->file, master->line, "MASTER without SLAVE=yes makes no slave");
    } else if (master != NULL && !set_master(r, master->value)) {
        bad(r, master, "the name of another device");
    }
}

/* ---- Address -------------------------------------------------------------------------------- */

/* Returns the length of the mask of the address's class (before RFC 1519), as `ipcalc` does. */
static unsigned class_prefix(uint32_t ip)
{
    unsigned first = ntohl(ip) >> 24;

    return first < 128 ? 8 : first < 192 ? 16 : 24;
}

static bool read_mask(struct reading *r, const char *suffix, unsigned *prefix)
{
    const struct dbc_ifcfg_key *mask = look_with(r, "NETMASK", suffix);
    const struct dbc_ifcfg_key *length = look_with(r, "PREFIX", suffix);
    uint64_t bits = 0;

    if (length != NULL) {
        if (!dbc_parse_uint(length->value, 32, &bits)) {
            bad(r, length, "a number from 0 to 32");
            return false;
        }
        *prefix = (unsigned)bits;
    } else if (mask != NULL && !dbc_parse_netmask(mask->value, prefix)) {
        bad(r, mask, "a netmask");
        return false;
    } else if (mask == NULL) {
        dbc_ifcfg_tell_of(r->im, DBC_ASSUMED, "device", r->dev->name, "netmask", "",
                          "neither NETMASK nor PREFIX is there; the mask of its class is taken");
    }
    return true;
}

static void read_ip(struct reading *r)
{
    struct dbc_ifcfg_address *a = &r->dev->address;
    const char *suffix = "";
    const struct dbc_ifcfg_key *key = look_first(r, "IPADDR", &suffix);
    unsigned prefix = 0;
    uint32_t ip = 0;

    if (key == NULL || !dbc_parse_ipv4(key->value, &ip)) {
        (void)look_with(r, "NETMASK", suffix); /* go with the address */
        (void)look_with(r, "PREFIX", suffix);
        if (key != NULL) {
            bad(r, key, "an IPv4 address");
        }
        return;
    }
    prefix = class_prefix(ip);
    if (!read_mask(r, suffix, &prefix)) {
        return;
    }
    dbc_format_ipv4(ip, a->ip);
    dbc_format_ipv4(prefix == 0 ? 0 : htonl(~(uint32_t)0 << (32 - prefix)), a->netmask);
    a->mode = DBC_IFCFG_STATIC;
}

static void read_gateway(struct reading *r)
{
    const char *suffix = "";
    const struct dbc_ifcfg_key *key = look_first(r, "GATEWAY", &suffix);
    uint32_t ip = 0;

    if (key == NULL) {
        return;
    }
    if (!dbc_parse_ipv4(key->value, &ip)) {
        bad(r, key, "an IPv4 address");
    } else if (r->dev->address.mode == DBC_IFCFG_STATIC) {
        dbc_format_ipv4(ip, r->dev->address.gateway);
    } else {
        lost(r, key, "a gateway goes with a static address");
    }
}

static void read_mode(struct reading *r)
{
    static const char *const dynamic[] = { "dhcp", "bootp", NULL };
    static const char *const fixed[] = { "none", "static", NULL };
    const struct dbc_ifcfg_key *key = look(r, "BOOTPROTO");
    struct dbc_ifcfg_address *a = &r->dev->address;

    if (key == NULL || is_one_of(key->value, fixed)) {
        return;
    }
    if (!is_one_of(key->value, dynamic)) {
        lost(r, key, "a PIF's address is static, from DHCP, or none");
        return;
    }
    if (a->mode == DBC_IFCFG_STATIC) {
        dbc_ifcfg_tell_of(r->im, DBC_LOST, "device", r->dev->name, "IPADDR", a->ip,
                          "with BOOTPROTO=dhcp it is not used");
        a->ip[0] = a->netmask[0] = '\0';
    }
    a->mode = DBC_IFCFG_DHCP;
}

static void read_dns(struct reading *r)
{
    struct dbc_buf list = DBC_BUF_INIT;

    for (int i = 1; i <= DBC_LIMIT_IFCFG_DNS; i++) {
        const struct dbc_ifcfg_key *key = NULL;
        char name[16], address[DBC_IPV6_SIZE];
        snprintf(name, sizeof name, "DNS%d", i);
        key = look(r, name);
        if (key == NULL) {
            continue;
        }
        if (dbc_one_address(key->value, address)) {
            dbc_buf_addf(&list, "%s%s", list.len > 0 ? "," : "", address);
        } else {
            bad(r, key, "an address");
        }
    }
    r->dev->address.dns = dbc_ifcfg_take(r->im, &list);
}

/* PEERDNS and DEFROUTE are yes by default, and anaconda writes yes into every file, so only no
 * counts: yes does not choose the PIF whose name servers and gateway are used. */
static void read_address(struct reading *r)
{
    read_ip(r);
    read_mode(r);
    read_gateway(r);
    read_dns(r);
    r->dev->address.no_peerdns = says(r, "PEERDNS", is_no);
    r->dev->address.no_defroute = says(r, "DEFROUTE", is_no);
}

static void read_ipv6(struct reading *r)
{
    const struct dbc_ifcfg_key *keys[DBC_IFCFG_N_IPV6];

    for (size_t i = 0; i < DBC_IFCFG_N_IPV6; i++) {
        keys[i] = look(r, dbc_ifcfg_ipv6_keys[i]);
    }
    dbc_ifcfg_ipv6(r->im, r->dev, keys);
}

/* ---- Kind ----------------------------------------------------------------------------------- */

bool dbc_ifcfg_split_vlan(const char *name, dbc_ifcfg_name parent, unsigned *tag)
{
    const char *dot = strrchr(name, '.');
    uint64_t number = 0;
    dbc_ifcfg_name base = "";

    if (dot == NULL || dot == name || !dbc_parse_uint(dot + 1, DBC_VLAN_TAG_MAX, &number)) {
        return false;
    }
    memcpy(base, name, (size_t)(dot - name));
    if (!dbc_valid_ifname(base)) {
        return false;
    }
    snprintf(parent, sizeof base, "%s", base);
    *tag = (unsigned)number;
    return true;
}

/* Recognises XAPI's names of bridges, for Open vSwitch, where a bridge's file says nothing else. */
bool dbc_ifcfg_is_numbered(const char *name, const char *stem)
{
    size_t len = strlen(stem);

    return strncmp(name, stem, len) == 0 && name[len] != '\0' &&
           name[len + strspn(name + len, "0123456789")] == '\0';
}

/* A bridge that XAPI was given under another name has NOZEROCONF in its file; a port does not. */
static bool is_bridge(struct reading *r, const char *type)
{
    const char *name = r->dev->name;
    bool ipdev = says(r, "XEMANAGED", is_yes) && says(r, "NOZEROCONF", is_yes);

    return strcasecmp(type, "Bridge") == 0 || dbc_ifcfg_is_numbered(name, "xenbr") ||
           dbc_ifcfg_is_numbered(name, "xapi") ||
           (ipdev && !dbc_ifcfg_is_numbered(name, "eth") && !dbc_ifcfg_is_numbered(name, "bond") &&
            strchr(name, '.') == NULL);
}

/* Finds parent and tag in the name eth0.N, or in PHYSDEV and VID; vlanN needs no VID. */
static bool read_vlan_names(struct reading *r)
{
    const struct dbc_ifcfg_key *device = look(r, "PHYSDEV"), *vid = look(r, "VID");
    struct dbc_ifcfg_device *dev = r->dev;
    const char *number = vid != NULL ? vid->value : dev->name + strcspn(dev->name, "0123456789");
    uint64_t tag = 0;

    if (dbc_ifcfg_split_vlan(dev->name, dev->parent, &dev->tag)) {
        return true;
    }
    if (device == NULL || !set_name(dev, &dev->parent, device->value) ||
        (vid == NULL && strncmp(dev->name, "vlan", 4) != 0) ||
        !dbc_parse_uint(number, DBC_VLAN_TAG_MAX, &tag)) {
        return false;
    }
    dev->tag = (unsigned)tag;
    return true;
}

static bool make_vlan(struct reading *r)
{
    char name[DBC_IFNAME_MAX + sizeof ".4294967295"];
    struct dbc_ifcfg_device *dev = r->dev;

    if (!read_vlan_names(r)) {
        dbc_ifcfg_warn(r->im, r->file, 0, "no VLAN: %s does not say which device and which tag",
                       dev->name);
        return false;
    }
    snprintf(name, sizeof name, "%s.%u", dev->parent, dev->tag);
    if (!dbc_valid_ifname(name)) {
        dbc_ifcfg_warn(r->im, r->file, 0, "no VLAN: %s is longer than a device's name", name);
        return false;
    }
    if (strcmp(name, dev->name) != 0) {
        dbc_ifcfg_tell_of(r->im, DBC_CHANGED, "device", dev->name, "name", name,
                          "a VLAN's device has its tag in its name");
    } else if (r->vlan == VLAN_UNSAID) {
        dbc_ifcfg_tell_of(r->im, DBC_ASSUMED, "device", dev->name, "VLAN", name,
                          "VLAN=yes is missing; by its name it is one");
    }
    memcpy(dev->name, name, strlen(name) + 1);
    dev->kind = DBC_IFCFG_VLAN;
    return true;
}

/* False when no record can describe a device of this type. */
static bool read_type(struct reading *r)
{
    static const char *const plain[] = { "Ethernet", "Bridge", "Bond", "Vlan", NULL };
    const struct dbc_ifcfg_key *key = look(r, "TYPE");
    const char *type = key != NULL ? key->value : "";
    struct dbc_ifcfg_device *dev = r->dev;

    if (key != NULL && !is_one_of(type, plain)) {
        lost(r, key, "a PIF is a NIC, a bond, or a VLAN; the device is left out");
        return false;
    }
    if (is_bridge(r, type)) {
        dev->kind = DBC_IFCFG_BRIDGE;
    } else if (strcasecmp(type, "Bond") == 0 || says(r, "BONDING_MASTER", is_yes)) {
        dev->kind = DBC_IFCFG_BOND;
    }
    r->vlan = says(r, "VLAN", is_no) ? VLAN_NO : VLAN_UNSAID;
    if (says(r, "VLAN", is_yes) || strcasecmp(type, "Vlan") == 0) {
        r->vlan = VLAN_YES;
    }
    return true;
}

static bool read_kind(struct reading *r)
{
    dbc_ifcfg_name parent;
    unsigned tag = 0;

    if (!read_type(r)) {
        return false;
    }
    if (r->vlan == VLAN_YES || (r->vlan == VLAN_UNSAID && r->dev->kind == DBC_IFCFG_NIC &&
                                dbc_ifcfg_split_vlan(r->dev->name, parent, &tag))) {
        return make_vlan(r);
    }
    return true;
}

static void read_options(struct reading *r)
{
    static const char *const ethtool[] = { "ETHTOOL_OPTS", "ETHTOOL_OFFLOAD_OPTS" };
    const struct dbc_ifcfg_key *bonding = look(r, "BONDING_OPTS");

    if (bonding != NULL && r->dev->kind != DBC_IFCFG_BOND && r->dev->kind != DBC_IFCFG_NIC) {
        lost(r, bonding, "it is no bond");
    } else if (bonding != NULL) {
        r->dev->kind = DBC_IFCFG_BOND;
        dbc_ifcfg_bonding(r->im, r->dev, bonding);
    }
    for (size_t i = 0; i < 2; i++) {
        const struct dbc_ifcfg_key *key = look(r, ethtool[i]);
        if (key != NULL) {
            dbc_ifcfg_ethtool(r->im, r->dev, key);
        }
    }
}

/* ---- The rest ------------------------------------------------------------------------------- */

/* Whether a key says nothing about the wanted network, or something that XAPI decides anew. */
static bool says_nothing(const struct dbc_ifcfg_key *key)
{
    static const char *const keys[] = {
        "ONBOOT",       "NOZEROCONF", "XEMANAGED",     "PERSISTENT_DHCLIENT",
        "NAME",         "UUID",       "NM_CONTROLLED", "USERCTL",
        "HOTPLUG",      "NETWORK",    "BROADCAST",     "IPV4_FAILURE_FATAL",
        "PROXY_METHOD", "PHYSDEV",    "DEVICETYPE",    "BROWSER_ONLY",
        "VID",          NULL
    };
    static const char *const switches[] = { "STP", "DELAY", "GVRP", "DHCPV6C", NULL };

    return is_one_of(key->name, keys) ||
           ((is_one_of(key->name, switches) || strncmp(key->name, "IPV6", 4) == 0) &&
            is_no(key->value));
}

static const char *why_lost(const char *name)
{
    static const char *const addresses[] = { "IPADDR", "NETMASK", "PREFIX", "GATEWAY" };

    for (size_t i = 0; i < 4; i++) {
        if (strncmp(name, addresses[i], strlen(addresses[i])) == 0) {
            return "a PIF has one address";
        }
    }
    return "a cache has no such setting";
}

static void tell_the_rest(struct reading *r)
{
    for (size_t i = 0; i < r->keys.n; i++) {
        const struct dbc_ifcfg_key *key = &r->keys.v[i];
        if (!r->seen[i] && key == dbc_ifcfg_keys_find(&r->keys, key->name) && key->value != NULL &&
            *key->value != '\0' && !says_nothing(key)) {
            lost(r, key, why_lost(key->name));
        }
    }
}

/* Takes the name from DEVICE, else from the file's name.  False when it is invalid, or lo. */
static bool find_name(struct reading *r, dbc_ifcfg_name *ret)
{
    const struct dbc_ifcfg_key *key = look(r, "DEVICE");
    const char *name = key != NULL ? key->value : strchr(r->file, '-') + 1;

    if (!dbc_valid_ifname(name)) {
        dbc_ifcfg_warn(r->im, r->file, key != NULL ? key->line : 0,
                       "not used: expected the name of a device, found '%s'", name);
        return false;
    }
    snprintf(*ret, sizeof *ret, "%s", name);
    return strcmp(name, "lo") != 0;
}

static bool read_device(struct reading *r)
{
    dbc_ifcfg_name name = "";

    if (!find_name(r, &name)) {
        return false;
    }
    r->dev = dbc_ifcfg_device_new(r->im, name, DBC_IFCFG_NIC);
    if (r->dev == NULL || !read_kind(r)) {
        return false;
    }
    r->dev->file = r->file;
    read_simple(r);
    read_mac(r);
    read_master(r);
    read_address(r);
    read_ipv6(r);
    read_options(r);
    tell_the_rest(r);
    return true;
}

struct dbc_ifcfg_device *dbc_ifcfg_device_read(struct dbc_ifcfg_import *im,
                                               const struct dbc_ifcfg_file *file)
{
    struct reading r = { .im = im, .file = file->name };
    bool usable = dbc_ifcfg_parse(im, file, &r.keys) && read_device(&r);

    dbc_ifcfg_keys_release(&r.keys);
    return usable ? r.dev : NULL;
}
