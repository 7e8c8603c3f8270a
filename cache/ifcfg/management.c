/* management.c - finds the PIF of the management interface: the one that the user names, or the
 * most likely one (import.h). */
#include <string.h>

#include "ifcfg/import.h"

bool dbc_ifcfg_is_ipdev(const struct dbc_ifcfg_device *dev, const char *name)
{
    return strcmp(dev->name, name) == 0 ||
           (dbc_ifcfg_address_of(dev) != NULL && strcmp(dev->network->name, name) == 0);
}

static bool may_manage(const struct dbc_ifcfg_device *dev)
{
    return dev->kind != DBC_IFCFG_BRIDGE && !dev->dropped && dev->bond == NULL;
}

static struct dbc_ifcfg_device *by_ipdev(const struct dbc_ifcfg_import *im, const char *name)
{
    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        if (may_manage(d) && dbc_ifcfg_is_ipdev(d, name)) {
            return d;
        }
    }
    return NULL;
}

/* Returns the address that `dev` would have as the management PIF, or NULL when it cannot be one.
 * A bridge counts as well when no file says what it stands on. */
static const struct dbc_ifcfg_address *candidate(const struct dbc_ifcfg_device *dev)
{
    if (dev->kind == DBC_IFCFG_BRIDGE) {
        return dev->ports.first == NULL ? &dev->address : NULL;
    }
    return may_manage(dev) ? dbc_ifcfg_address_of(dev) : NULL;
}

/* Rates how likely a device has the management address, 0 for not at all; *why gets the reason. */
static unsigned rate(const struct dbc_ifcfg_import *im, const struct dbc_ifcfg_device *dev,
                     const char **why)
{
    const struct dbc_ifcfg_address *a = candidate(dev);

    if (a == NULL || a->mode == DBC_IFCFG_NONE) {
        return 0;
    }
    if (dbc_ifcfg_is_ipdev(dev, im->gatewaydev)) {
        *why = "the files do not say which it is; this one is the GATEWAYDEV";
        return 4;
    }
    if (a->gateway[0] != '\0' && !a->no_defroute) {
        *why = "the files do not say which it is; this is the first with a gateway";
        return 3;
    }
    *why = "the files do not say which it is; this is the first with an address";
    return a->mode == DBC_IFCFG_DHCP && !a->no_defroute ? 2 : 1;
}

static void guess(struct dbc_ifcfg_import *im)
{
    struct dbc_ifcfg_device *found = NULL;
    const char *why = "";
    unsigned best = 0;

    for (struct dbc_ifcfg_device *d = im->first; d != NULL; d = d->next) {
        const char *reason = "";
        unsigned rating = rate(im, d, &reason);
        if (rating > best) {
            best = rating;
            why = reason;
            found = d;
        }
    }
    if (found == NULL) {
        dbc_ifcfg_tell(im, DBC_LOST, "host", "management", "",
                       "the files do not say which PIF it is, and none has an address");
    } else if (found->kind == DBC_IFCFG_BRIDGE) {
        dbc_ifcfg_tell(im, DBC_LOST, "host", "management", found->name,
                       "that bridge looks most like it, and no PIF is known to stand on it");
    } else {
        dbc_ifcfg_tell_of(im, DBC_ASSUMED, "pif", found->name, "management", "True", why);
        im->management = found;
    }
}

void dbc_ifcfg_find_management(struct dbc_ifcfg_import *im, const char *management)
{
    if (management == NULL) {
        guess(im);
    } else if (*management != '\0') {
        im->management = by_ipdev(im, management);
        if (im->management == NULL) {
            dbc_ifcfg_tell(im, DBC_LOST, "host", "management", management,
                           "no PIF is known to stand on that bridge");
        }
    }
}
