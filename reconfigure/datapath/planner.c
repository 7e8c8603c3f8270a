/* planner.c - checks of a PIF's names and VLAN, and small helpers, for every planning module. */
#include "reconfigure/datapath/planner.h"

#include <stdarg.h>
#include <string.h>

#include "base/valid.h"

const char *ifr_bridge(struct ifr_planner *p, const struct dbc_pif *pif)
{
    const char *bridge = dbc_pif_bridge(p->db, pif);

    if (*bridge == '\0' || dbc_valid_ifname(bridge)) {
        return bridge;
    }
    ifr_plan_note(p->plan, "ignoring bridge \"%s\" of PIF %s: not a device name", bridge,
                  pif->uuid);
    return "";
}

static int check_bridge(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    const char *bridge = dbc_pif_bridge(p->db, pif);
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (*bridge == '\0') {
        return dbc_fail(err, DBC_EINVAL,
                        "PIF %s (%s) cannot be brought up or down: its network has no bridge",
                        pif->uuid, pif->device);
    }
    if (!dbc_valid_ifname(bridge)) {
        return dbc_fail(err, DBC_EINVAL, "bridge \"%s\" of PIF %s is not a device name", bridge,
                        pif->uuid);
    }
    if (strcmp(bridge, pif->device) == 0 || strcmp(bridge, dbc_pif_netdev(pif, netdev)) == 0) {
        return dbc_fail(err, DBC_ECONFLICT, "PIF %s and its bridge have one name, %s", pif->uuid,
                        bridge);
    }
    return 0;
}

static int check_vlan(struct ifr_planner *p, const struct dbc_pif *vlan, const struct dbc_pif *base,
                      struct dbc_error *err)
{
    if (vlan->VLAN.value < 0 || vlan->VLAN.value > DBC_VLAN_TAG_MAX) {
        return dbc_fail(err, DBC_EINVAL, "VLAN tag \"%s\" of PIF %s (%s) is not 0 to %d",
                        vlan->VLAN.text, vlan->uuid, vlan->device, DBC_VLAN_TAG_MAX);
    }
    if (check_bridge(p, base, err) < 0) {
        return -1;
    }
    if (strcmp(dbc_pif_bridge(p->db, vlan), dbc_pif_bridge(p->db, base)) == 0) {
        return dbc_fail(err, DBC_ECONFLICT,
                        "VLAN PIF %s and PIF %s that it stands on have one bridge, %s", vlan->uuid,
                        base->uuid, dbc_pif_bridge(p->db, base));
    }
    return 0;
}

int ifr_check_pif(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err)
{
    const struct dbc_pif *base = NULL;
    char netdev[DBC_NETDEV_NAME_SIZE];

    if (check_bridge(p, pif, err) < 0) {
        return -1;
    }
    base = dbc_datapath_pif(p->db, pif, err);
    if (base == NULL) {
        return -1;
    }
    if (base != pif && check_vlan(p, pif, base, err) < 0) {
        return -1;
    }
    if (!dbc_pif_is_tunnel(p->db, base) && !dbc_valid_ifname(dbc_pif_netdev(base, netdev))) {
        return dbc_fail(err, DBC_EINVAL, "device \"%s\" of PIF %s is not a device name", netdev,
                        base->uuid);
    }
    return 0;
}

void ifr_note_pifs(struct ifr_planner *p, const struct dbc_pifs *pifs, const char *fmt, ...)
{
    struct dbc_buf line = DBC_BUF_INIT;
    char netdev[DBC_NETDEV_NAME_SIZE];
    va_list args;

    va_start(args, fmt);
    dbc_buf_addv(&line, fmt, args);
    va_end(args);
    dbc_buf_adds(&line, " - [");
    for (size_t i = 0; i < pifs->n; i++) {
        dbc_buf_addf(&line, "%s'%s'", i > 0 ? ", " : "", dbc_pif_netdev(pifs->v[i], netdev));
    }
    ifr_plan_note(p->plan, "%s]", dbc_buf_str(&line));
    p->plan->failed = p->plan->failed || line.failed;
    dbc_buf_release(&line);
}

int ifr_filled(const struct dbc_buf *buf, const struct dbc_strvec *vec, struct dbc_error *err)
{
    bool failed = (buf != NULL && buf->failed) || (vec != NULL && vec->failed);

    return failed ? dbc_fail_nomem(err) : 0;
}
