/* update.h - the functions of the plugin openvswitch-cfg-update, which bring Open vSwitch in line
 * with XAPI or reset it.  openvswitch-cfg-update(8) describes them. */
#ifndef IFR_PLUGIN_UPDATE_H
#define IFR_PLUGIN_UPDATE_H

#include "reconfigure/plugin/protocol.h"
#include "reconfigure/reconfigure.h"

/* Milliseconds: interface-reconfigure may wait for another run, and then for XAPI. */
#define IFR_DEADLINE_REWRITE 130000

struct ifr_plugin {
    const struct ifr_host *host;
    unsigned timeout_ms; /* for each call to XAPI; 0: DBC_XAPI_TIMEOUT_MS */
};

/* update and emergency_reset; their ctx is a struct ifr_plugin.  A NULL name ends the table. */
extern const struct ifr_plugin_function ifr_plugin_functions[];

#endif
