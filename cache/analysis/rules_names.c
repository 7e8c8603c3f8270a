/* rules_names.c - rules on the names of bridges and devices: what the kernel refuses, and what ifup
 * would take for something else. */
#include <string.h>

#include "analysis/rule.h"
#include "base/valid.h"

/* Returns the name of the device and the ifcfg file: a network's bridge, a PIF's netdev name. */
static const char *name_in_hand(const struct dbc_check *c, const struct dbc_record *rec)
{
    return rec->class_ == DBC_NETWORK ? dbc_as_network(rec)->bridge : c->node->netdev;
}

static const char *field_of(const struct dbc_record *rec)
{
    return rec->class_ == DBC_NETWORK ? "bridge" : "device";
}

static bool is_alias(const char *name)
{
    return strchr(name, ':') != NULL;
}

static void bridge_missing(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_network *network = dbc_as_network(rec);

    if (*network->bridge == '\0' && network->PIFs.n > 0) {
        dbc_found(c, rec, "bridge", network->bridge, "%s has PIFs, but no bridge", dbc_who(c, rec));
    }
}

static void bridge_name(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *bridge = dbc_as_network(rec)->bridge;

    if (*bridge != '\0' && !dbc_valid_ifname(bridge) && !is_alias(bridge)) {
        dbc_found(c, rec, "bridge", bridge,
                  "expected a name of 1 to %d of A-Z a-z 0-9 . _ -, found '%s'", DBC_IFNAME_MAX,
                  dbc_quote(c, bridge));
    }
}

static void device_name(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *device = dbc_as_pif(rec)->device;

    if (!dbc_valid_ifname(device) && !is_alias(device)) {
        dbc_found(c, rec, "device", device,
                  "expected a name of 1 to %d of A-Z a-z 0-9 . _ -, found '%s'", DBC_IFNAME_MAX,
                  dbc_quote(c, device));
    }
}

static void vlan_name(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_pif *pif = dbc_as_pif(rec);
    const char *name = c->node->netdev;

    if (dbc_pif_is_vlan(pif) && strlen(name) > DBC_IFNAME_MAX && dbc_valid_ifname(pif->device)) {
        dbc_found(c, rec, "device", pif->device,
                  "expected at most %d characters of a VLAN's device, found '%s'", DBC_IFNAME_MAX,
                  dbc_quote(c, name));
    }
}

/* Helpers that ifup runs by the name of a device whose type says nothing: ifup-post, ifup-sit ...
 * of initscripts in CentOS 5 and 7. */
static bool is_helper(const char *name)
{
    static const char *const helpers[] = {
        "aliases", "bnep",  "ctc",  "ib",  "ippp",   "ipsec", "ipv6", "ipx",    "iucv",     "ovs",
        "plip",    "plusb", "post", "ppp", "routes", "sit",   "sl",   "tunnel", "wireless",
    };
    size_t n = strlen(name);

    while (n > 0 && name[n - 1] >= '0' && name[n - 1] <= '9') {
        n--;
    }
    for (size_t i = 0; i < sizeof helpers / sizeof helpers[0]; i++) {
        if (helpers[i][0] == name[0] && strlen(helpers[i]) == n &&
            strncmp(helpers[i], name, n) == 0) {
            return true;
        }
    }
    return false;
}

/* A NIC's file says TYPE=Ethernet; a bridge's and a bond's do not. */
static void helper(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *name = name_in_hand(c, rec);

    if (is_helper(name) && (rec->class_ == DBC_NETWORK || c->node->bond != NULL)) {
        dbc_found(c, rec, field_of(rec), name, "ifup takes '%s' for its helper of that name",
                  dbc_quote(c, name));
    }
}

static void alias(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *name = name_in_hand(c, rec);

    if (is_alias(name)) {
        dbc_found(c, rec, field_of(rec), name, "ifup takes '%s' for an alias, since it has a ':'",
                  dbc_quote(c, name));
    }
}

static void dash(struct dbc_check *c, const struct dbc_record *rec)
{
    const char *name = name_in_hand(c, rec);

    if (strchr(name, '-') != NULL && dbc_valid_ifname(name)) {
        dbc_found(c, rec, field_of(rec), name, "'%s' has a '-'", dbc_quote(c, name));
    }
}

/* Devices that the kernel or Open vSwitch makes by itself, and words that sysfs and sysctl keep for
 * themselves. */
static void taken(struct dbc_check *c, const struct dbc_record *rec)
{
    static const char *const names[] = { "all", "bonding_masters", "default",    "gre0", "ip6tnl0",
                                         "lo",  "ovs-netdev",      "ovs-system", "tunl0" };
    const char *name = name_in_hand(c, rec);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (name[0] == names[i][0] && strcmp(name, names[i]) == 0) {
            dbc_found(c, rec, field_of(rec), name, "'%s' is a name of the system's own", name);
        }
    }
}

/* The rules on networks run after those on PIFs, when every device has claimed its name. */
static void bridge_is_device(struct dbc_check *c, const struct dbc_record *rec)
{
    const struct dbc_network *network = dbc_as_network(rec);
    const struct dbc_record *owner = NULL;

    if (*network->bridge == '\0') {
        return;
    }
    owner = dbc_claimed(c, DBC_CLAIM_NETDEV, network->bridge);
    if (owner != NULL) {
        dbc_found(c, rec, "bridge", network->bridge, "bridge '%s' has the name of %s's device",
                  dbc_quote(c, network->bridge), dbc_who(c, owner));
    }
}

static const struct dbc_rule rules[] = {
    { "bridge-missing", DBC_SEVERITY_ERROR, DBC_IN_NETWORK, "A network with PIFs has no bridge",
      "A PIF without a bridge is refused: it can be brought neither up nor down.",
      "dbcache set network REF bridge NAME; XenServer's own names are xenbrN and xapiN.",
      bridge_missing },
    { "bridge-name", DBC_SEVERITY_ERROR, DBC_IN_NETWORK, "A bridge's name is no device name",
      "No kernel takes it, and it would be part of a path and of a command line; it is refused.",
      "Use 1 to 15 letters, digits, '.', '_' and '-', and no '-' in front.", bridge_name },
    { "device-name", DBC_SEVERITY_ERROR, DBC_IN_PIF, "A PIF's device is no device name",
      "No kernel takes it, and it would be part of a path and of a command line; it is refused.",
      "Put in the name that `ip link` shows.", device_name },
    { "vlan-name-long", DBC_SEVERITY_WARNING, DBC_IN_PIF, "A VLAN's device name is too long",
      "The Linux bridge needs a device DEVICE.TAG, and the kernel takes 15 characters: the VLAN is "
      "refused there. Open vSwitch needs no such device.",
      "Rename the device below, or use Open vSwitch.", vlan_name },
    { "name-helper", DBC_SEVERITY_ERROR, DBC_IN_NETWORK | DBC_IN_PIF,
      "ifup takes the name for one of its helpers",
      "ifup runs ifup-NAME (digits at the end dropped) for a device whose type it does not know: a "
      "bridge `post1` runs ifup-post and is never made.",
      "Rename it; xenbrN, xapiN, ethN and bondN are safe.", helper },
    { "name-alias", DBC_SEVERITY_ERROR, DBC_IN_NETWORK | DBC_IN_PIF, "A name with ':' is an alias",
      "ifup takes what is before the ':' for the device and fails.", "Rename it without the ':'.",
      alias },
    { "name-dash", DBC_SEVERITY_WARNING, DBC_IN_NETWORK | DBC_IN_PIF,
      "A name with '-' fails on XenServer 5 and 6",
      "Their ifup takes it for a clone of the configuration before the '-' and exits with 1. On "
      "CentOS 7 it works.",
      "Rename it if hosts of those releases are to read the cache.", dash },
    { "name-taken", DBC_SEVERITY_ERROR, DBC_IN_NETWORK | DBC_IN_PIF,
      "A name that belongs to the system",
      "The device exists already and is no bridge or NIC of ours, or sysctl means all devices by "
      "it.",
      "Rename it.", taken },
    { "bridge-is-device", DBC_SEVERITY_ERROR, DBC_IN_NETWORK,
      "A bridge has the name of a PIF's device",
      "One name can be one device: the PIF is refused, or the other one's NIC cannot appear.",
      "Rename the bridge; XenServer's own names are xenbrN and xapiN.", bridge_is_device },
};

DBC_RULE_TABLE(dbc_rules_names, rules);
