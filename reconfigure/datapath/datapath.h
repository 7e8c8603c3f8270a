/* datapath.h - a datapath: how PIFs become bridges.  Two exist: datapath_vswitch (Open vSwitch) and
 * datapath_bridge (the Linux bridge).  Every slot appends to the plan in hand; none acts.
 *
 * The order in which `action.c` calls the slots for `up`:
 *     check, ipdev_type, prepare, [ifdown of the ipdev, bring_down_existing: unless forced and
 *     blind], [files in place], configure, [ifup of the ipdev], post, [commit]
 * and for `down`: check, [ifdown of the ipdev], bring_down.  They return 0, or -1 with *err set.
 */
#ifndef IFR_DATAPATH_H
#define IFR_DATAPATH_H

#include "reconfigure/datapath/planner.h"

/* One PIF on its way up: what `prepare` found, for `configure` and `post`. */
struct ifr_work {
    const struct dbc_pif *base;    /* the datapath PIF: the PIF in hand, or the one below a VLAN */
    struct dbc_pifs nics;          /* its NICs that are there */
    char mac[18];                  /* of the datapath; "" when none is known */
    const struct dbc_pif *pif;     /* the PIF in hand */
    bool management;               /* it owns DNS and gateway */
    struct dbc_strvec take_down;   /* vswitch: devices in the way */
    struct dbc_strvec raise;       /* vswitch: bond devices to set up after the address */
    const struct dbc_pif *manager; /* vswitch: carries management, on a bridge to be secure */
    bool guard;                    /* vswitch: the bridge needs the flows for management */
    bool turns_secure;             /* ... and is not secure now */
    bool right;                    /* bridge: all devices below the ipdev are as wanted */
};

void ifr_work_release(struct ifr_work *work);

struct ifr_datapath {
    const char *name; /* "Vswitch", "Bridge": as in `Configured for Vswitch datapath` */
    bool is_vswitch;

    /* Refuses what this datapath cannot do (tunnels on the Linux bridge, and all of ifr_check_pif)
     * before anything is planned.  DBC_EUNSUPPORTED, or ifr_check_pif's. */
    int (*check)(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_error *err);

    /* Appends the TYPE lines of ifcfg-IPDEV. */
    void (*ipdev_type)(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg);

    /* Plans the ifcfg files of devices below the ipdev, adds the devices to the wanted state, and
     * fills in `work`, of which pif, base, nics, mac and management are set.  DBC_ECONFLICT: a name
     * is taken, or records contradict each other; DBC_EBUSY: a bridge in the way is in use. */
    int (*prepare)(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);

    /* Takes down what is in the way of work->pif. */
    int (*bring_down_existing)(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err);

    /* Builds the datapaths of `n` PIFs up to, not including, their addresses. */
    int (*configure)(struct ifr_planner *p, const struct ifr_work *works, size_t n,
                     struct dbc_error *err);

    /* Plans what comes after the address. */
    int (*post)(struct ifr_planner *p, const struct ifr_work *work, struct dbc_error *err);

    /* Takes the PIFs down, in this order, with what only they use. */
    int (*bring_down)(struct ifr_planner *p, const struct dbc_pifs *pifs, struct dbc_error *err);

    /* Renews the external ids of attached bridges.  NULL where there are none. */
    int (*rewrite)(struct ifr_planner *p, struct dbc_error *err);
};

extern const struct ifr_datapath ifr_datapath_vswitch;
extern const struct ifr_datapath ifr_datapath_bridge;

#endif
