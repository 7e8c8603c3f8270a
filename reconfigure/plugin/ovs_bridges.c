/* ovs_bridges.c - the bridges that were read (ovs.h), by a command or by the socket. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "reconfigure/plugin/ovs.h"

int ifr_ovs_add_bridge(struct ifr_ovs *ovs, const char *name, const char *fail_mode,
                       const char *hwaddr, const char *disable_in_band, struct dbc_error *err)
{
    struct ifr_ovs_bridge *bridge = NULL;

    if (!DBC_GROW(ovs->bridges, ovs->n_bridges, ovs->cap_bridges)) {
        return dbc_fail_nomem(err);
    }
    bridge = &ovs->bridges[ovs->n_bridges++];
    bridge->name = strdup(name);
    bridge->fail_mode = strdup(fail_mode);
    bridge->hwaddr = strdup(hwaddr);
    bridge->disable_in_band = strdup(disable_in_band);
    return bridge->name && bridge->fail_mode && bridge->hwaddr && bridge->disable_in_band
               ? 0
               : dbc_fail_nomem(err);
}

void ifr_ovs_release(struct ifr_ovs *ovs)
{
    for (size_t i = 0; i < ovs->n_bridges; i++) {
        free(ovs->bridges[i].name);
        free(ovs->bridges[i].fail_mode);
        free(ovs->bridges[i].hwaddr);
        free(ovs->bridges[i].disable_in_band);
    }
    free(ovs->bridges);
    dbc_strvec_release(&ovs->managers);
    *ovs = (struct ifr_ovs)IFR_OVS_INIT;
}
