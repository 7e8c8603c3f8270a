/* nics.c - the host's NICs, each with its MAC and PCI address (nics.h). */
#include "reconfigure/host/nics.h"

#include <string.h>

#include "reconfigure/host/netlink.h"

struct looking {
    const struct ifr_facts *facts;
    struct ifr_netlink *nl; /* NULL: below a root prefix, or it cannot be opened */
    struct dbc_nics *out;
};

/* Leaves out a device whose MAC no NIC can have: no PIF has it either. */
static int add(struct looking *l, const char *mac, const char *device, struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;
    char pci[DBC_PCI_SIZE];

    ifr_facts_netdev_pci(l->facts, device, pci);
    if (dbc_nics_add(l->out, mac, device, pci, &why) == 0 || why.code == DBC_EINVAL) {
        return 0;
    }
    return dbc_fail(err, why.code, "%s", why.text);
}

static int add_hardware(struct looking *l, struct dbc_error *err)
{
    struct dbc_strvec names = DBC_STRVEC_INIT;
    int rc = ifr_facts_netdevs(l->facts, &names, err);

    for (size_t i = 0; i < names.n && rc == 0; i++) {
        char mac[18];
        if (!ifr_facts_netdev_is_nic(l->facts, names.v[i])) {
            continue;
        }
        ifr_facts_netdev_mac(l->facts, names.v[i], mac);
        if (l->nl != NULL && ifr_facts_netdev_is_bonded(l->facts, names.v[i])) {
            (void)ifr_netlink_permanent_mac(l->nl, names.v[i], mac);
        }
        rc = add(l, mac, names.v[i], err);
    }
    dbc_strvec_release(&names);
    return rc;
}

static int add_veth(void *ctx, const struct ifr_link *link, struct dbc_error *err)
{
    return strcmp(link->kind, "veth") == 0 ? add(ctx, link->mac, link->name, err) : 0;
}

int ifr_nics_read(const struct ifr_facts *facts, struct dbc_nics *ret, struct dbc_error *err)
{
    struct looking l = { .facts = facts, .out = ret };
    size_t before = ret->n;
    int rc = 0;

    if (ifr_facts_is_this_host(facts)) {
        (void)ifr_netlink_open(&l.nl, NULL); /* sysfs has nearly everything */
    }
    rc = add_hardware(&l, err);
    if (rc == 0 && ret->n == before && l.nl != NULL) {
        rc = ifr_netlink_links(l.nl, add_veth, &l, err);
    }
    ifr_netlink_close(l.nl);
    if (rc == 0 && ret->n == before) {
        rc = dbc_fail(err, DBC_ENOENT, "the kernel shows no NIC");
    }
    return rc;
}
