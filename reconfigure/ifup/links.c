/* links.c - makes, joins and deletes devices with ip and sysfs (links.h). */
#include "reconfigure/ifup/links.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define IP "/sbin/ip"
#define ETHTOOL "/sbin/ethtool"
#define MODPROBE "/sbin/modprobe"
#define BOND_MASTERS "/sys/class/net/bonding_masters"

static bool exists(const struct ifr_ifup_host *host, const char *name)
{
    return ifr_facts_netdev_exists(host->facts, name);
}

/* The kernel may have it built in, so a missing modprobe, or module, is no failure yet. */
static void load_module(const struct ifr_ifup_host *host, const char *module, const char *option)
{
    if (ifr_facts_executable(host->facts, MODPROBE)) {
        ifr_host_try(host, MODPROBE, "-q", module, option, (char *)NULL);
    }
}

static int make_vlan(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                     struct dbc_error *err)
{
    char tag[12] = "";

    if (exists(host, dev->name)) {
        return 0;
    }
    if (!exists(host, dev->vlan_parent)) {
        return dbc_fail(err, DBC_ENOENT, "VLAN device %s: %s does not exist", dev->name,
                        dev->vlan_parent);
    }
    if (!ifr_facts_file_exists(host->facts, "/proc/net/vlan")) {
        load_module(host, "8021q", NULL);
    }
    snprintf(tag, sizeof tag, "%u", dev->vlan_tag);
    ifr_host_try(host, IP, "link", "set", "dev", dev->vlan_parent, "up", (char *)NULL);
    return ifr_host_run(host, err, IP, "link", "add", "link", dev->vlan_parent, "name", dev->name,
                        "type", "vlan", "id", tag, (char *)NULL);
}

static int make_bridge(const struct ifr_ifup_host *host, const char *name, struct dbc_error *err)
{
    if (ifr_facts_is_bridge(host->facts, name)) {
        return 0;
    }
    if (exists(host, name)) {
        return dbc_fail(err, DBC_ECONFLICT, "%s exists and is no bridge", name);
    }
    /* The kernel loads the module by itself when asked for the type. */
    return ifr_host_run(host, err, IP, "link", "add", "name", name, "type", "bridge", (char *)NULL);
}

/* The kernel takes a delay of 0 only while STP is off. */
static void bridge_options(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    char ticks[16] = "";

    snprintf(ticks, sizeof ticks, "%d", dev->delay * 100); /* hundredths of a second */
    if (dev->stp == 0) {
        ifr_host_attribute(host, dev->name, "bridge/stp_state", "0");
    }
    if (dev->delay >= 0) {
        ifr_host_attribute(host, dev->name, "bridge/forward_delay", ticks);
    }
    if (dev->stp == 1) {
        ifr_host_attribute(host, dev->name, "bridge/stp_state", "1");
    }
}

static int make_bond(const struct ifr_ifup_host *host, const char *name, struct dbc_error *err)
{
    char plus[DBC_IFNAME_MAX + 2] = "";

    if (exists(host, name)) {
        return 0;
    }
    if (!ifr_facts_file_exists(host->facts, BOND_MASTERS)) {
        load_module(host, "bonding", "max_bonds=0");
    }
    snprintf(plus, sizeof plus, "+%s", name);
    return ifr_facts_write(host->facts, BOND_MASTERS, plus, err);
}

int ifr_link_make(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                  struct dbc_error *err)
{
    if (dev->is_vlan) {
        return make_vlan(host, dev, err);
    }
    if (dev->is_bond) {
        return make_bond(host, dev->name, err);
    }
    if (dev->is_bridge) {
        if (make_bridge(host, dev->name, err) < 0) {
            return -1;
        }
        bridge_options(host, dev);
    }
    if (!exists(host, dev->name)) {
        return dbc_fail(err, DBC_ENOENT, "device %s does not exist", dev->name);
    }
    return 0;
}

void ifr_link_settings(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    char mtu[12] = "";

    if (dev->mac[0] != '\0') {
        ifr_host_try(host, IP, "link", "set", "dev", dev->name, "address", dev->mac, (char *)NULL);
    }
    if (dev->mtu > 0) {
        snprintf(mtu, sizeof mtu, "%u", dev->mtu);
        ifr_host_try(host, IP, "link", "set", "dev", dev->name, "mtu", mtu, (char *)NULL);
    }
}

static void run_ethtool(const struct ifr_ifup_host *host, const char *option, const char *name,
                        const struct dbc_strvec *words)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (words->n == 0) {
        return;
    }
    dbc_strvec_pushl(&argv, ETHTOOL, option, name, (char *)NULL);
    dbc_strvec_push_all(&argv, words);
    if (ifr_host_run_v(host, &argv, NULL, 0, &err) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s", err.text);
    }
    dbc_strvec_release(&argv);
}

void ifr_link_ethtool(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    if (ifr_facts_executable(host->facts, ETHTOOL)) {
        run_ethtool(host, "-s", dev->name, &dev->ethtool);
        run_ethtool(host, "-K", dev->name, &dev->offload);
    }
}

/* ---- Bonds. --------------------------------------------------------------------------------- */

/* Returns the value of `word`, "option=value", if it is this option; else NULL. */
static const char *option_value(const char *word, const char *option)
{
    size_t len = strlen(option);

    return strncmp(word, option, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

static int set_option(const struct ifr_ifup_host *host, const char *bond, const char *word,
                      struct dbc_error *err)
{
    struct dbc_buf path = DBC_BUF_INIT;
    const char *value = strchr(word, '=') + 1;
    int rc = -1;

    dbc_buf_addf(&path, "/sys/class/net/%s/bonding/%.*s", bond, (int)(value - 1 - word), word);
    rc = path.failed ? dbc_fail_nomem(err) : ifr_facts_write(host->facts, path.data, value, err);
    dbc_buf_release(&path);
    return rc;
}

static void try_option(const struct ifr_ifup_host *host, const char *bond, const char *word)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (set_option(host, bond, word, &err) == 0) {
        return;
    }
    /* A mode of XenServer's own kernel.  Of the modes that need nothing from the switch, every
     * kernel has active-backup. */
    if (strcmp(word, "mode=balance-slb") == 0) {
        dbc_logf(host->log, DBC_LOG_WARNING,
                 "%s: this kernel has no bond mode balance-slb, using active-backup", bond);
        dbc_error_clear(&err);
        if (set_option(host, bond, "mode=active-backup", &err) == 0) {
            return;
        }
    }
    dbc_logf(host->log, DBC_LOG_WARNING, "%s: bond option not set: %s", bond, err.text);
}

/* Sets the options named `option`. */
static void options_named(const struct ifr_ifup_host *host, const struct ifr_device *bond,
                          const char *option)
{
    for (size_t i = 0; i < bond->bonding.n; i++) {
        if (option_value(bond->bonding.v[i], option) != NULL) {
            try_option(host, bond->name, bond->bonding.v[i]);
        }
    }
}

/* The driver needs the mode first (other options depend on it), then miimon (the delays are
 * multiples of it), all while the bond is down and empty. */
void ifr_bond_options(const struct ifr_ifup_host *host, const struct ifr_device *bond)
{
    ifr_host_try(host, IP, "link", "set", "dev", bond->name, "down", (char *)NULL);
    options_named(host, bond, "mode");
    options_named(host, bond, "miimon");
    for (size_t i = 0; i < bond->bonding.n; i++) {
        const char *word = bond->bonding.v[i];
        if (!option_value(word, "mode") && !option_value(word, "miimon") &&
            !option_value(word, "primary")) {
            try_option(host, bond->name, word);
        }
    }
}

void ifr_bond_primary(const struct ifr_ifup_host *host, const struct ifr_device *bond)
{
    options_named(host, bond, "primary");
}

static bool is_enslaved(const struct ifr_ifup_host *host, const struct ifr_device *slave)
{
    struct dbc_strvec slaves = DBC_STRVEC_INIT;
    bool has = ifr_facts_bond_slaves(host->facts, slave->master, &slaves, NULL) == 0 &&
               dbc_strvec_has(&slaves, slave->name);

    dbc_strvec_release(&slaves);
    return has;
}

static int change_slaves(const struct ifr_ifup_host *host, const struct ifr_device *slave,
                         char sign, struct dbc_error *err)
{
    char path[sizeof "/sys/class/net//bonding/slaves" + DBC_IFNAME_MAX] = "";
    char text[DBC_IFNAME_MAX + 2] = "";

    snprintf(path, sizeof path, "/sys/class/net/%s/bonding/slaves", slave->master);
    snprintf(text, sizeof text, "%c%s", sign, slave->name);
    return ifr_facts_write(host->facts, path, text, err);
}

int ifr_bond_enslave(const struct ifr_ifup_host *host, const struct ifr_device *slave,
                     struct dbc_error *err)
{
    if (is_enslaved(host, slave)) {
        return 0;
    }
    /* The driver takes only devices that are down and brings them up itself. */
    ifr_host_try(host, IP, "link", "set", "dev", slave->name, "down", (char *)NULL);
    return change_slaves(host, slave, '+', err);
}

void ifr_bond_release(const struct ifr_ifup_host *host, const struct ifr_device *slave)
{
    struct dbc_error err = DBC_ERROR_INIT;

    if (is_enslaved(host, slave) && change_slaves(host, slave, '-', &err) < 0) {
        dbc_log_error(host->log, &err);
    }
}

/* ---- Bridge ports and VLANs. ---------------------------------------------------------------- */

int ifr_port_add(const struct ifr_ifup_host *host, const struct ifr_device *port,
                 struct dbc_error *err)
{
    ifr_host_try(host, IP, "addr", "flush", "dev", port->name, (char *)NULL);
    if (ifr_host_run(host, err, IP, "link", "set", "dev", port->name, "up", (char *)NULL) < 0 ||
        make_bridge(host, port->bridge, err) < 0) {
        return -1;
    }
    if (ifr_facts_bridge_has_port(host->facts, port->bridge, port->name)) {
        return 0;
    }
    return ifr_host_run(host, err, IP, "link", "set", "dev", port->name, "master", port->bridge,
                        (char *)NULL);
}

static bool has_ports(const struct ifr_ifup_host *host, const char *bridge)
{
    struct dbc_buf path = DBC_BUF_INIT;
    DIR *folder = NULL;
    const struct dirent *entry = NULL;
    bool found = true; /* when that is not known, the bridge stays */

    dbc_buf_addf(&path, "%s/sys/class/net/%s/brif", host->prefix, bridge);
    folder = path.failed ? NULL : opendir(path.data);
    if (folder != NULL) {
        do {
            entry = readdir(folder);
        } while (entry != NULL && entry->d_name[0] == '.');
        found = entry != NULL;
        closedir(folder);
    }
    dbc_buf_release(&path);
    return found;
}

void ifr_port_remove(const struct ifr_ifup_host *host, const struct ifr_device *port)
{
    if (!ifr_facts_is_bridge(host->facts, port->bridge)) {
        return;
    }
    if (ifr_facts_bridge_has_port(host->facts, port->bridge, port->name)) {
        ifr_host_try(host, IP, "link", "set", "dev", port->name, "nomaster", (char *)NULL);
    }
    if (!has_ports(host, port->bridge) && !ifr_facts_netdev_is_up(host->facts, port->bridge)) {
        ifr_host_try(host, IP, "link", "del", "dev", port->bridge, (char *)NULL);
    }
}

void ifr_vlan_delete(const struct ifr_ifup_host *host, const struct ifr_device *vlan)
{
    char path[sizeof "/proc/net/vlan/" + DBC_IFNAME_MAX] = "";

    /* Only what the kernel knows as a VLAN: the file may be about a NIC whose name has a dot. */
    snprintf(path, sizeof path, "/proc/net/vlan/%s", vlan->name);
    if (ifr_facts_file_exists(host->facts, path)) {
        ifr_host_try(host, IP, "link", "del", "dev", vlan->name, (char *)NULL);
    }
}
