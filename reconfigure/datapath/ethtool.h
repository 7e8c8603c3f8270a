/* ethtool.h - a device's ethtool settings from an other_config map: the words after `ethtool -s
 * DEV` and `ethtool -K DEV`, and the ETHTOOL_OPTS and ETHTOOL_OFFLOAD_OPTS of ifcfg files. */
#ifndef IFR_ETHTOOL_H
#define IFR_ETHTOOL_H

#include "reconfigure/datapath/planner.h"

struct ifr_ethtool {
    struct dbc_strvec settings; /* "speed" "1000" "duplex" "full" ... */
    struct dbc_strvec offload;  /* "gro" "off" ... */
};

/* Appends to `ret` (all zero) what the map sets.  A bad value is noted and skipped.  `nic`:
 * gro and lro are off unless the map sets them, since they break bridging. */
void ifr_ethtool_parse(struct ifr_planner *p, const struct dbc_map *other_config, bool nic,
                       struct ifr_ethtool *ret);
void ifr_ethtool_release(struct ifr_ethtool *ethtool);

/* Appends the two lines of an ifcfg file, each only if something is set. */
void ifr_ethtool_ifcfg(const struct ifr_ethtool *ethtool, struct dbc_buf *ifcfg);
/* Plans the two commands, likewise; where the host is seen only with words that differ from the
 * device's settings. */
void ifr_ethtool_plan(struct ifr_planner *p, const char *device, const struct ifr_ethtool *ethtool);

#endif
