/* device.c - the network device of a VM in the kernel (device.h). */
#include "reconfigure/vif/device.h"

#include <linux/if_link.h>
#include <net/if.h>

int ifr_vif_device_prepare(const struct ifr_vif_host *host, struct ifr_netlink *nl,
                           const char *device, const char *mac, struct dbc_error *err)
{
    const char *const words[] = { "/sbin/ip", "address", "flush", "dev", device, NULL };
    const struct ifr_command flush = { .argv = words };
    unsigned flags = IFF_UP | IFF_NOARP | IFF_MULTICAST;

    if (ifr_netlink_set_flags(nl, device, IFF_NOARP, flags, err) < 0 ||
        ifr_netlink_set_mac(nl, device, mac, err) < 0) {
        return -1;
    }
    return ifr_command_run(host->runner, &flush, err);
}

int ifr_vif_bridge_add(struct ifr_netlink *nl, const char *bridge, const char *device,
                       struct dbc_error *err)
{
    static const struct ifr_link_option delay = { "bridge", IFLA_BR_FORWARD_DELAY, 4 };

    return ifr_netlink_set_option(nl, bridge, &delay, 0, err) < 0
               ? -1
               : ifr_netlink_set_master(nl, device, bridge, err);
}

int ifr_vif_bridge_promiscuous(const struct ifr_vif_host *host, const char *device, bool on,
                               struct dbc_error *err)
{
    struct dbc_buf name = DBC_BUF_INIT;
    int rc = -1;

    dbc_buf_addf(&name, "/sys/class/net/%s/brport/promisc", device);
    rc = name.failed ? dbc_fail_nomem(err)
                     : ifr_facts_write(host->facts, name.data, on ? "1" : "0", err);
    dbc_buf_release(&name);
    return rc;
}
