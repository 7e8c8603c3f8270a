/* ifup.c - the order of ifup and ifdown (ifup.h).  The other files of this folder do the parts. */
#include "reconfigure/ifup/ifup.h"

#include <string.h>

#include "base/clock.h"
#include "reconfigure/ifup/address.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/dhcp.h"
#include "reconfigure/ifup/ipv6.h"
#include "reconfigure/ifup/links.h"
#include "reconfigure/ifup/resolv.h"

#define IP "/sbin/ip"
#define IPV6_LEAST_S 10 /* for IPv6, however long DHCP of IPv4 took */

/* ---- Up. ------------------------------------------------------------------------------------ */

static int up_slave(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                    struct dbc_error *err)
{
    if (ifr_bond_enslave(host, dev, err) < 0) {
        return -1;
    }
    ifr_link_ethtool(host, dev);
    return 0;
}

static int up_member(const struct ifr_ifup_host *host, const char *name, struct dbc_error *err)
{
    struct ifr_device dev = IFR_DEVICE_INIT;
    int rc = -1;

    if (ifr_device_load(host->facts, name, &dev, host->log, err) == 0 &&
        ifr_link_make(host, &dev, err) == 0) {
        ifr_link_settings(host, &dev);
        rc = up_slave(host, &dev, err);
    }
    ifr_device_release(&dev);
    return rc;
}

/* A slave that cannot be brought up is a warning: the bond works with the others. */
static int up_bond(const struct ifr_ifup_host *host, const struct ifr_device *bond,
                   struct dbc_error *err)
{
    struct dbc_strvec members = DBC_STRVEC_INIT;
    struct dbc_strvec slaves = DBC_STRVEC_INIT;
    int rc = -1;

    if (ifr_facts_bond_slaves(host->facts, bond->name, &slaves, err) < 0 ||
        ifr_bond_members(host->facts, bond->name, &members, host->log, err) < 0) {
        goto out;
    }
    if (slaves.n == 0) {
        ifr_bond_options(host, bond);
    }
    rc = ifr_host_run(host, err, IP, "link", "set", "dev", bond->name, "up", (char *)NULL);
    for (size_t i = 0; rc == 0 && i < members.n; i++) {
        struct dbc_error why = DBC_ERROR_INIT;
        if (up_member(host, members.v[i], &why) < 0) {
            dbc_logf(host->log, DBC_LOG_WARNING, "%s goes up without slave %s: %s", bond->name,
                     members.v[i], why.text);
        }
    }
    if (rc == 0) {
        ifr_bond_primary(host, bond);
    }
out:
    dbc_strvec_release(&slaves);
    dbc_strvec_release(&members);
    return rc;
}

static bool owns(const char *owner, const struct ifr_device *dev)
{
    return owner[0] == '\0' || strcmp(owner, dev->name) == 0;
}

static int up_static(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                     const struct ifr_owners *owners, struct dbc_error *err)
{
    const struct ifr_address address = { .ip = dev->ip,
                                         .prefix = dev->prefix,
                                         .has_gateway = dev->has_gateway,
                                         .gateway = dev->gateway };

    if (dev->has_ip && ifr_address_set(host, dev->name, &address, owners->gatewaydev, err) < 0) {
        return -1;
    }
    ifr_routes_set(host, dev->name);
    return 0;
}

static int up_ipv4(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                   const struct ifr_owners *owners, unsigned timeout_s, struct dbc_error *err)
{
    return dev->dhcp ? ifr_dhcp_start(host, dev, timeout_s, err)
                     : up_static(host, dev, owners, err);
}

/* Returns the time that IPv4 has left, but at least some seconds.  Both must end before the
 * deadline of the program that runs us. */
static unsigned time_left(unsigned timeout_s, int64_t start_ms)
{
    int64_t spent_s = (dbc_now_ms() - start_ms) / 1000;
    unsigned least_s = timeout_s < IPV6_LEAST_S ? timeout_s : IPV6_LEAST_S;

    return timeout_s > spent_s + least_s ? timeout_s - (unsigned)spent_s : least_s;
}

/* Tries IPv4 and IPv6, since the host can be reached by one when the other fails.  The first
 * failure is returned, a second one is logged. */
static int up_both(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                   const struct ifr_owners *owners, unsigned timeout_s, struct dbc_error *err)
{
    bool routes = owns(owners->ipv6_gatewaydev, dev);
    struct dbc_error why = DBC_ERROR_INIT;
    int64_t start_ms = dbc_now_ms();
    int ready = dev->ipv6 ? ifr_ipv6_prepare(host, dev, routes, &why) : 0;
    int rc = ifr_host_run(host, err, IP, "link", "set", "dev", dev->name, "up", (char *)NULL);

    if (rc < 0) {
        return -1;
    }
    ifr_link_ethtool(host, dev);
    rc = up_ipv4(host, dev, owners, timeout_s, err);
    if (dev->ipv6 && ready == 0) {
        ready = ifr_ipv6_up(host, dev, routes, time_left(timeout_s, start_ms), &why);
    }
    if (ready < 0 && rc < 0) {
        dbc_log_error(host->log, &why);
    } else if (ready < 0 && err != NULL) {
        *err = why;
    }
    return rc < 0 ? rc : ready;
}

static int up_address(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                      unsigned timeout_s, struct dbc_error *err)
{
    struct ifr_owners owners = { 0 };
    int rc = 0;

    ifr_owners_load(host->facts, &owners, host->log);
    rc = up_both(host, dev, &owners, timeout_s, err);
    if (rc == 0 && owns(owners.dnsdev, dev) && dev->dns.n > 0) {
        ifr_resolv_set(host, dev->name, &dev->dns, dev->domain);
    }
    return rc;
}

static int up_device(const struct ifr_ifup_host *host, const struct ifr_device *dev,
                     unsigned timeout_s, struct dbc_error *err)
{
    if (ifr_link_make(host, dev, err) < 0) {
        return -1;
    }
    ifr_link_settings(host, dev);
    if (dev->is_slave) {
        return up_slave(host, dev, err);
    }
    if (dev->is_bond && up_bond(host, dev, err) < 0) {
        return -1;
    }
    if (dev->bridge[0] != '\0') {
        if (ifr_port_add(host, dev, err) < 0) {
            return -1;
        }
        ifr_link_ethtool(host, dev);
        return 0;
    }
    return up_address(host, dev, timeout_s, err);
}

int ifr_ifup(const struct ifr_ifup_host *host, const char *name, unsigned timeout_s,
             struct dbc_error *err)
{
    struct ifr_device dev = IFR_DEVICE_INIT;
    int rc = ifr_device_load(host->facts, name, &dev, host->log, err);

    if (rc == 0) {
        rc = up_device(host, &dev, timeout_s > 0 ? timeout_s : IFR_DHCP_TIMEOUT, err);
    }
    ifr_device_release(&dev);
    return rc;
}

/* ---- Down. ---------------------------------------------------------------------------------- */

static void down_link(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    ifr_host_try(host, IP, "addr", "flush", "dev", dev->name, (char *)NULL);
    if (dev->is_slave) {
        ifr_bond_release(host, dev);
    }
    ifr_host_try(host, IP, "link", "set", "dev", dev->name, "down", (char *)NULL);
}

static void down_device(const struct ifr_ifup_host *host, const struct ifr_device *dev)
{
    ifr_dhcp_stop(host, IFR_DHCPV4, dev->name);
    ifr_ipv6_down(host, dev);
    ifr_resolv_restore(host, dev->name);
    if (ifr_facts_netdev_exists(host->facts, dev->name)) {
        down_link(host, dev);
    }
    if (dev->bridge[0] != '\0') {
        ifr_port_remove(host, dev);
    }
    if (dev->is_vlan) {
        ifr_vlan_delete(host, dev);
    }
}

static void down_member(const struct ifr_ifup_host *host, const char *name)
{
    struct ifr_device dev = IFR_DEVICE_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (ifr_device_load(host->facts, name, &dev, host->log, &err) < 0) {
        dbc_log_error(host->log, &err);
    } else if (ifr_facts_netdev_exists(host->facts, name)) {
        down_link(host, &dev);
    }
    ifr_device_release(&dev);
}

static int down_bond(const struct ifr_ifup_host *host, const struct ifr_device *bond,
                     struct dbc_error *err)
{
    struct dbc_strvec members = DBC_STRVEC_INIT;
    int rc = ifr_bond_members(host->facts, bond->name, &members, host->log, err);

    for (size_t i = 0; rc == 0 && i < members.n; i++) {
        down_member(host, members.v[i]);
    }
    dbc_strvec_release(&members);
    return rc;
}

int ifr_ifdown(const struct ifr_ifup_host *host, const char *name, struct dbc_error *err)
{
    struct ifr_device dev = IFR_DEVICE_INIT;
    int rc = ifr_device_load(host->facts, name, &dev, host->log, err);

    if (rc == 0) {
        down_device(host, &dev);
        rc = dev.is_bond ? down_bond(host, &dev, err) : 0;
    }
    ifr_device_release(&dev);
    return rc;
}
