/* fuzz_ifcfg.c - the ifcfg reader of our own ifup, from bytes to checked values: no crash, and
 * nothing that a device, an argv or a file could choke on gets through. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/resolv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_words(const struct dbc_strvec *words)
{
    for (size_t i = 0; i < words->n; i++) {
        must(words->v[i][0] != '\0' && words->v[i][0] != '-');
        must(strpbrk(words->v[i], " \t\n'\"$`;&|<>()\\/*?[") == NULL);
    }
}

static void check_device(const struct ifr_device *dev)
{
    must(dbc_valid_ifname(dev->name));
    must(dev->bridge[0] == '\0' || dbc_valid_ifname(dev->bridge));
    must(dev->master[0] == '\0' || dbc_valid_ifname(dev->master));
    must(!dev->is_vlan || (dbc_valid_ifname(dev->vlan_parent) && dev->vlan_tag <= 4094));
    must(dev->prefix <= 32 && dev->mtu <= DBC_MTU_MAX);
    must(dev->domain[0] == '\0' || dbc_valid_domain(dev->domain));
    check_words(&dev->bonding);
    check_words(&dev->ethtool);
    check_words(&dev->offload);
    check_words(&dev->dns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ifr_keys keys = IFR_KEYS_INIT;
    struct ifr_device dev = IFR_DEVICE_INIT;
    struct dbc_buf resolv = DBC_BUF_INIT;

    if (ifr_keys_parse("fuzz", (const char *)data, size, &keys, NULL, NULL) == 0 &&
        ifr_device_check("fuzz", &keys, "eth0.123", &dev, NULL, NULL) == 0) {
        check_device(&dev);
    }
    dbc_buf_add(&resolv, data, size);
    if (size > 0) {
        struct dbc_buf out = DBC_BUF_INIT;
        ifr_resolv_compose(dbc_buf_str(&resolv), "eth0", &dev.dns, dev.domain, &out);
        must(!out.failed && strchr(dbc_buf_str(&out), '\n') != NULL);
        dbc_buf_release(&out);
    }
    dbc_buf_release(&resolv);
    ifr_device_release(&dev);
    ifr_keys_release(&keys);
    return 0;
}
