/* ethtool.h - a device's ethtool settings from an other_config map: the words after `ethtool -s
 * DEV` and `ethtool -K DEV`, and the ETHTOOL_OPTS and ETHTOOL_OFFLOAD_OPTS of ifcfg files. */
#ifndef IFR_ETHTOOL_H
#define IFR_ETHTOOL_H

#include "reconfigure/datapath/planner.h"

struct ifr_ethtool {
    struct dbc_strvec settings; /* "speed" "1000" "duplex" "full" ... */
    struct dbc_strvec offload;  /* "gro" "off" ... */
};

#define IFR_ETHTOOL_INIT                                                                           \
    {                                                                                              \
        0                                                                                          \
    }

/* A bad value is noted and skipped.  `nic`: gro and lro are off where the map does not say (they
 * break bridging). */
void ifr_ethtool_parse(struct ifr_planner *p, const struct dbc_map *other_config, bool nic,
                       struct ifr_ethtool *ret);
void ifr_ethtool_release(struct ifr_ethtool *ethtool);

/* The two lines of an ifcfg file, each only if there is something to say. */
void ifr_ethtool_ifcfg(const struct ifr_ethtool *ethtool, struct dbc_buf *ifcfg);
/* The two commands, likewise. */
void ifr_ethtool_plan(struct ifr_planner *p, const char *device, const struct ifr_ethtool *ethtool);

#endif
