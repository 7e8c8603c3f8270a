/* device.c - the table of ifcfg keys: how each value is checked and where it goes (device.h). */
#include "reconfigure/ifup/device.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/valid.h"

#define DELAY_MAX 30 /* seconds; what the kernel takes */
#define WORD_MAX 127 /* of BONDING_OPTS and ETHTOOL_*: an option and its value */
#define OPTION_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_"

void ifr_device_release(struct ifr_device *dev)
{
    dbc_strvec_release(&dev->bonding);
    dbc_strvec_release(&dev->ethtool);
    dbc_strvec_release(&dev->offload);
    dbc_strvec_release(&dev->ipv6_addresses);
    dbc_strvec_release(&dev->dns);
    *dev = (struct ifr_device)IFR_DEVICE_INIT;
}

static bool is_yes(const char *value)
{
    return strcasecmp(value, "yes") == 0 || strcasecmp(value, "on") == 0 ||
           strcasecmp(value, "true") == 0 || strcasecmp(value, "y") == 0;
}

/* ---- Values of one member ------------------------------------------------------------------- */

static bool take_yes(void *member, const char *value)
{
    *(bool *)member = is_yes(value);
    return true;
}

static bool take_name(void *member, const char *value)
{
    if (!dbc_valid_ifname(value)) {
        return false;
    }
    snprintf(member, DBC_IFNAME_MAX + 1, "%s", value);
    return true;
}

static bool take_mac(void *member, const char *value)
{
    return dbc_parse_mac(value, member);
}

/* NETMASK comes after IPADDR in the table, and replaces the mask of its class. */
static bool take_netmask(void *member, const char *value)
{
    return dbc_parse_netmask(value, member);
}

/* Splits at blanks.  If `fits` refuses a word, it returns false and `out` is empty.  A failed
 * allocation is sticky in the vector. */
static bool split_words(const char *value, struct dbc_strvec *out, bool (*fits)(const char *word))
{
    dbc_strvec_split(out, value, " ");
    for (size_t i = 0; i < out->n; i++) {
        if (strlen(out->v[i]) > WORD_MAX || !fits(out->v[i])) {
            dbc_strvec_clear(out);
            return false;
        }
    }
    return true;
}

/* The option becomes a file name below bonding/: no '/' and no '.'. */
static bool fits_bonding(const char *word)
{
    size_t len = strspn(word, OPTION_CHARS);

    return len > 0 && word[len] == '=' && dbc_valid_option(word + len + 1);
}

static bool fits_ethtool(const char *word)
{
    return dbc_valid_option(word) && word[0] != '-';
}

static bool take_ethtool(void *member, const char *value)
{
    return split_words(value, member, fits_ethtool);
}

/* ---- Values that decide more ---------------------------------------------------------------- */

static bool set_device(struct ifr_device *dev, const char *value)
{
    return strcmp(dev->name, value) == 0;
}

static bool set_type(struct ifr_device *dev, const char *value)
{
    dev->is_bridge = strcasecmp(value, "Bridge") == 0;
    return dev->is_bridge || strcasecmp(value, "Ethernet") == 0;
}

static bool set_delay(struct ifr_device *dev, const char *value)
{
    return dbc_parse_int(value, 0, DELAY_MAX, &dev->delay);
}

static bool set_stp(struct ifr_device *dev, const char *value)
{
    dev->stp = is_yes(value) ? 1 : 0;
    return true;
}

static bool set_vlan(struct ifr_device *dev, const char *value)
{
    const char *dot = strrchr(dev->name, '.');
    uint64_t tag = 0;

    dev->is_vlan = is_yes(value);
    if (!dev->is_vlan) {
        return true;
    }
    if (dot == NULL || !dbc_parse_uint(dot + 1, DBC_VLAN_TAG_MAX, &tag)) {
        return false;
    }
    snprintf(dev->vlan_parent, sizeof dev->vlan_parent, "%.*s", (int)(dot - dev->name), dev->name);
    dev->vlan_tag = (unsigned)tag;
    return dbc_valid_ifname(dev->vlan_parent);
}

static bool set_bonding(struct ifr_device *dev, const char *value)
{
    dev->is_bond = true;
    return split_words(value, &dev->bonding, fits_bonding);
}

static bool set_mtu(struct ifr_device *dev, const char *value)
{
    uint64_t mtu = 0;

    if (!dbc_parse_uint(value, DBC_MTU_MAX, &mtu)) {
        return false;
    }
    dev->mtu = (unsigned)mtu;
    return true;
}

static bool set_bootproto(struct ifr_device *dev, const char *value)
{
    dev->dhcp = strcasecmp(value, "dhcp") == 0;
    return dev->dhcp || strcasecmp(value, "none") == 0 || strcasecmp(value, "static") == 0;
}

/* Before RFC 1519 the mask followed from the address; `ipcalc`, which Red Hat's scripts run, still
 * applies that. */
static unsigned class_prefix(uint32_t ip)
{
    unsigned first = ntohl(ip) >> 24;

    return first < 128 ? 8 : first < 192 ? 16 : 24;
}

static bool set_ipaddr(struct ifr_device *dev, const char *value)
{
    dev->has_ip = dbc_parse_ipv4(value, &dev->ip);
    dev->prefix = class_prefix(dev->ip);
    return dev->has_ip;
}

static bool set_gateway(struct ifr_device *dev, const char *value)
{
    dev->has_gateway = dbc_parse_ipv4(value, &dev->gateway);
    return dev->has_gateway;
}

/* Adds one ADDRESS/LENGTH, or several with blanks between. */
static bool add_ipv6_addresses(struct ifr_device *dev, const char *value)
{
    if (!dev->ipv6) {
        return true;
    }
    for (const char *p = value + strspn(value, " "); *p != '\0'; p += strspn(p, " ")) {
        char word[DBC_IPV6_PREFIX_SIZE] = "", text[DBC_IPV6_PREFIX_SIZE];
        struct dbc_ipv6 ip;
        unsigned prefix = 0;
        size_t len = strcspn(p, " ");
        if (len < sizeof word) {
            memcpy(word, p, len);
        }
        if (dev->ipv6_addresses.n == DBC_LIMIT_IPV6 || !dbc_parse_ipv6_prefix(word, &ip, &prefix) ||
            prefix == 0 || !dbc_ipv6_is_host(&ip)) {
            return false;
        }
        dbc_format_ipv6_prefix(&ip, prefix, text);
        dbc_strvec_push(&dev->ipv6_addresses, text);
        p += len;
    }
    return true;
}

/* Other programs write the gateway with its zone: ADDRESS%DEVICE. */
static bool set_ipv6_gateway(struct ifr_device *dev, const char *value)
{
    const char *zone = NULL;
    struct dbc_ipv6 ip;

    if (!dbc_parse_ipv6_zone(value, &ip, &zone) || (zone && strcmp(zone, dev->name) != 0)) {
        return false;
    }
    dbc_format_ipv6(&ip, dev->ipv6_gateway);
    return true;
}

static bool set_domain(struct ifr_device *dev, const char *value)
{
    if (!dbc_valid_domain(value)) {
        return false;
    }
    snprintf(dev->domain, sizeof dev->domain, "%s", value);
    return true;
}

#define MEMBER(how, name) .take = (how), .member = offsetof(struct ifr_device, name)

/* `needed`: a device without this value would be another one, so a bad value is an error.  A value
 * is taken for one member, or set.  An empty one counts as not given, as it does in a shell. */
static const struct rule {
    const char *key;
    bool needed;
    bool (*set)(struct ifr_device *dev, const char *value);
    bool (*take)(void *member, const char *value);
    size_t member;
} rules[] = {
    { "DEVICE", true, .set = set_device },
    { "TYPE", true, .set = set_type },
    { "DELAY", false, .set = set_delay },
    { "STP", false, .set = set_stp },
    { "BRIDGE", true, MEMBER(take_name, bridge) },
    { "MASTER", true, MEMBER(take_name, master) },
    { "SLAVE", true, MEMBER(take_yes, is_slave) },
    { "VLAN", true, .set = set_vlan },
    { "BONDING_OPTS", false, .set = set_bonding },
    { "ETHTOOL_OPTS", false, MEMBER(take_ethtool, ethtool) },
    { "ETHTOOL_OFFLOAD_OPTS", false, MEMBER(take_ethtool, offload) },
    { "MACADDR", false, MEMBER(take_mac, mac) },
    { "MTU", false, .set = set_mtu },
    { "BOOTPROTO", true, .set = set_bootproto },
    { "PERSISTENT_DHCLIENT", false, MEMBER(take_yes, persistent) },
    { "IPADDR", true, .set = set_ipaddr },
    { "NETMASK", true, MEMBER(take_netmask, prefix) },
    { "GATEWAY", false, .set = set_gateway },
    { "IPV6INIT", false, MEMBER(take_yes, ipv6) },
    { "IPV6_AUTOCONF", false, MEMBER(take_yes, autoconf) },
    { "DHCPV6C", false, MEMBER(take_yes, dhcp6) },
    { "IPV6ADDR", true, .set = add_ipv6_addresses },
    { "IPV6ADDR_SECONDARIES", true, .set = add_ipv6_addresses },
    { "IPV6_DEFAULTGW", false, .set = set_ipv6_gateway },
    { "DOMAIN", false, .set = set_domain },
};

static bool take(const struct rule *rule, struct ifr_device *dev, const char *value)
{
    return rule->set != NULL ? rule->set(dev, value)
                             : rule->take((char *)dev + rule->member, value);
}

static int apply_rule(const char *file, const struct rule *rule, const struct dbc_ifcfg_keys *keys,
                      struct ifr_device *dev, const struct dbc_log *log, struct dbc_error *err)
{
    const struct dbc_ifcfg_key *key = dbc_ifcfg_keys_find(keys, rule->key);
    const char *value = key != NULL ? key->value : "";

    if (value != NULL && (*value == '\0' || take(rule, dev, value))) {
        return 0;
    }
    value = value != NULL ? value : "(unreadable)";
    if (rule->needed) {
        return dbc_fail_at(err, DBC_EINVAL, file, key->line, 0, "%s cannot be used: %s", rule->key,
                           value);
    }
    dbc_logf(log, DBC_LOG_WARNING, "%s:%u: %s ignored: %s", file, key->line, rule->key, value);
    return 0;
}

static void collect_dns(const char *file, const struct dbc_ifcfg_keys *keys, struct ifr_device *dev,
                        const struct dbc_log *log)
{
    for (int i = 1; i <= IFR_DNS_MAX; i++) {
        char name[16] = "";
        char address[DBC_IPV6_SIZE] = "";
        const struct dbc_ifcfg_key *key = NULL;

        snprintf(name, sizeof name, "DNS%d", i);
        key = dbc_ifcfg_keys_find(keys, name);
        if (key == NULL || key->value == NULL || key->value[0] == '\0') {
            continue;
        }
        if (!dbc_one_address(key->value, address)) {
            dbc_logf(log, DBC_LOG_WARNING, "%s:%u: %s ignored: %s", file, key->line, name,
                     key->value);
            continue;
        }
        dbc_strvec_push(&dev->dns, address);
    }
}

/* Checks keys that exclude each other or need each other. */
static int check_whole(const char *file, const struct ifr_device *dev, struct dbc_error *err)
{
    if (dev->bonding.failed || dev->ethtool.failed || dev->offload.failed || dev->dns.failed ||
        dev->ipv6_addresses.failed) {
        return dbc_fail_nomem(err);
    }
    if (dev->is_slave && dev->master[0] == '\0') {
        return dbc_fail_at(err, DBC_EINVAL, file, 0, 0, "SLAVE=yes without a MASTER");
    }
    if (strcmp(dev->bridge, dev->name) == 0 || strcmp(dev->master, dev->name) == 0) {
        return dbc_fail_at(err, DBC_EINVAL, file, 0, 0, "%s is its own BRIDGE or MASTER",
                           dev->name);
    }
    return 0;
}

int ifr_device_check(const char *file, const struct dbc_ifcfg_keys *keys, const char *name,
                     struct ifr_device *dev, const struct dbc_log *log, struct dbc_error *err)
{
    if (!take_name(dev->name, name)) {
        return dbc_fail(err, DBC_EINVAL, "no interface name: %s", name);
    }
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (apply_rule(file, &rules[i], keys, dev, log, err) < 0) {
            return -1;
        }
    }
    collect_dns(file, keys, dev, log);
    return check_whole(file, dev, err);
}

static void log_warning(void *ctx, const struct dbc_error *warning)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE + 32];
    const struct dbc_log *const *log = ctx;

    dbc_logf(*log, DBC_LOG_WARNING, "%s", dbc_error_string(warning, text, sizeof text));
}

/* Reads and parses one file below the prefix. */
static int load_keys(const struct ifr_facts *facts, const char *path, struct dbc_ifcfg_keys *keys,
                     const struct dbc_log *log, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    int rc = ifr_facts_read(facts, path, &text, err);

    if (rc == 0) {
        rc = dbc_ifcfg_keys_parse(path, dbc_buf_str(&text), text.len, keys, log_warning, &log, err);
    }
    dbc_buf_release(&text);
    return rc;
}

int ifr_device_load(const struct ifr_facts *facts, const char *name, struct ifr_device *dev,
                    const struct dbc_log *log, struct dbc_error *err)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    char path[sizeof IFR_SCRIPTS + sizeof "/ifcfg-" + DBC_IFNAME_MAX] = "";
    int rc = -1;

    if (!dbc_valid_ifname(name)) {
        return dbc_fail(err, DBC_EINVAL, "no interface name: %s", name);
    }
    snprintf(path, sizeof path, "%s/ifcfg-%s", IFR_SCRIPTS, name);
    if (load_keys(facts, path, &keys, log, err) == 0) {
        rc = ifr_device_check(path, &keys, name, dev, log, err);
    }
    dbc_ifcfg_keys_release(&keys);
    return rc;
}

static void owner(const struct dbc_ifcfg_keys *keys, const char *name, char *out,
                  const struct dbc_log *log)
{
    const struct dbc_ifcfg_key *key = dbc_ifcfg_keys_find(keys, name);

    if (key != NULL && key->value != NULL && key->value[0] != '\0' && !take_name(out, key->value)) {
        dbc_logf(log, DBC_LOG_WARNING, "/etc/sysconfig/network:%u: %s ignored: %s", key->line, name,
                 key->value);
    }
}

void ifr_owners_load(const struct ifr_facts *facts, struct ifr_owners *ret,
                     const struct dbc_log *log)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    *ret = (struct ifr_owners){ 0 };
    if (load_keys(facts, "/etc/sysconfig/network", &keys, log, &err) < 0) {
        if (err.code != DBC_ENOENT) {
            dbc_log_error(log, &err);
        }
    } else {
        owner(&keys, "GATEWAYDEV", ret->gatewaydev, log);
        owner(&keys, "IPV6_DEFAULTDEV", ret->ipv6_gatewaydev, log);
        owner(&keys, "DNSDEV", ret->dnsdev, log);
    }
    dbc_ifcfg_keys_release(&keys);
}

/* Backup files of editors and package managers have names that are valid interface names too. */
static bool is_leftover(const char *name)
{
    static const char *const endings[] = { ".bak",    ".old",     ".orig",
                                           ".rpmnew", ".rpmorig", ".rpmsave" };
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t n = strlen(endings[i]);
        if (len > n && strcmp(name + len - n, endings[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int select_ifcfg(const struct dirent *entry)
{
    return strncmp(entry->d_name, "ifcfg-", 6) == 0 && dbc_valid_ifname(entry->d_name + 6) &&
           !is_leftover(entry->d_name + 6);
}

/* Adds the device when it is in the bond.  A file that is wrong is skipped. */
static void add_member(const struct ifr_facts *facts, const char *name, const char *bond,
                       struct dbc_strvec *ret, const struct dbc_log *log)
{
    struct ifr_device dev = IFR_DEVICE_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int rc = ifr_device_load(facts, name, &dev, log, &err);

    if (rc < 0 && err.code == DBC_ENOMEM) {
        ret->failed = true;
    } else if (rc < 0) {
        dbc_logf(log, DBC_LOG_WARNING, "ifcfg-%s skipped: %s", name, err.text);
    } else if (dev.is_slave && strcmp(dev.master, bond) == 0) {
        dbc_strvec_push(ret, name);
    }
    ifr_device_release(&dev);
}

int ifr_bond_members(const struct ifr_facts *facts, const char *bond, struct dbc_strvec *ret,
                     const struct dbc_log *log, struct dbc_error *err)
{
    char folder[PATH_MAX];
    struct dirent **entries = NULL;
    int n = -1, rc = ifr_facts_path(facts, IFR_SCRIPTS, folder, err);

    if (rc == 0) {
        n = scandir(folder, &entries, select_ifcfg, alphasort);
    }
    for (int i = 0; i < n; i++) {
        add_member(facts, entries[i]->d_name + 6, bond, ret, log);
        free(entries[i]);
    }
    free(entries);
    return ret->failed ? dbc_fail_nomem(err) : rc;
}
