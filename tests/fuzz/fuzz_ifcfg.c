/* fuzz_ifcfg.c - the ifcfg readers, that of our own ifup and that of import, from bytes to checked
 * values: no crash, and no value is accepted that could harm a device, an argv or a file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ifcfg/ifcfg.h"
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

/* The bytes are every file of a host at once. */
static void check_import(const char *data, size_t size)
{
    const struct dbc_ifcfg_file files[] = {
        { "ifcfg-bond0", data, size },  { "ifcfg-eth0", data, size },
        { "ifcfg-eth0.7", data, size }, { "ifcfg-x", data, size },
        { "ifcfg-xenbr0", data, size }, { "route-xenbr0", data, size },
        { "network", data, size },
    };
    struct dbc_db *db = dbc_ifcfg_read(files, 7, NULL, NULL, NULL, NULL, NULL);

    for (size_t i = 0; db != NULL && dbc_db_pif_at(db, i) != NULL; i++) {
        const struct dbc_pif *pif = dbc_db_pif_at(db, i);
        uint32_t ip = 0;
        must(dbc_valid_ifname(pif->device));
        must(*pif->IP == '\0' || dbc_parse_ipv4(pif->IP, &ip));
        must(*pif->gateway == '\0' || dbc_parse_ipv4(pif->gateway, &ip));
        for (size_t k = 0; k < pif->other_config.n; k++) {
            must(dbc_schema_keeps_key(DBC_PIF, pif->other_config.v[k].key));
            must(dbc_valid_domain(pif->other_config.v[k].value));
        }
    }
    dbc_db_free(db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dbc_ifcfg_keys keys = DBC_IFCFG_KEYS_INIT;
    struct ifr_device dev = IFR_DEVICE_INIT;
    struct dbc_buf resolv = DBC_BUF_INIT;

    if (dbc_ifcfg_keys_parse("fuzz", (const char *)data, size, &keys, NULL, NULL, NULL) == 0 &&
        ifr_device_check("fuzz", &keys, "eth0.123", &dev, NULL, NULL) == 0) {
        check_device(&dev);
    }
    check_import((const char *)data, size);
    dbc_buf_add(&resolv, data, size);
    if (size > 0) {
        struct dbc_buf out = DBC_BUF_INIT;
        ifr_resolv_compose(dbc_buf_str(&resolv), "eth0", &dev.dns, dev.domain, &out);
        must(!out.failed && strchr(dbc_buf_str(&out), '\n') != NULL);
        dbc_buf_release(&out);
    }
    dbc_buf_release(&resolv);
    ifr_device_release(&dev);
    dbc_ifcfg_keys_release(&keys);
    return 0;
}
