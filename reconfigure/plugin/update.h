/* update.h - the functions of the plugin openvswitch-cfg-update: Open vSwitch brought in line with
 * XAPI, or into a known state.  doc/boot.md says when XAPI calls them. */
#ifndef IFR_PLUGIN_UPDATE_H
#define IFR_PLUGIN_UPDATE_H

#include "reconfigure/plugin/protocol.h"
#include "reconfigure/reconfigure.h"

/* interface-reconfigure may wait for another run, and then for XAPI. */
#define IFR_DEADLINE_REWRITE 130000

struct ifr_plugin {
    const struct ifr_host *host;
    unsigned timeout_ms; /* for each call of XAPI; 0: the usual */
};

/* update, emergency_reset; their ctx is a struct ifr_plugin.  Ends with a NULL name. */
extern const struct ifr_plugin_function ifr_plugin_functions[];

#endif
