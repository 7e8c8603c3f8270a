/* update.h - the functions of the plugin openvswitch-cfg-update: Open vSwitch brought in line with
 * XAPI, or into a known state.  doc/boot.md says when XAPI calls them. */
#ifndef IFR_PLUGIN_UPDATE_H
#define IFR_PLUGIN_UPDATE_H

#include "reconfigure/plugin/protocol.h"
#include "reconfigure/plugin/wanted.h"
#include "reconfigure/reconfigure.h"

/* interface-reconfigure may wait for another run, and then for XAPI. */
#define IFR_DEADLINE_REWRITE 130000

struct ifr_plugin {
    const struct ifr_host *host;
    unsigned timeout_ms; /* for each call of XAPI; 0: the usual */
};

/* update, emergency_reset; their ctx is a struct ifr_plugin.  Ends with a NULL name. */
extern const struct ifr_plugin_function ifr_plugin_functions[];

/* The second half of update, when XAPI has said what it wants: asks Open vSwitch, and changes what
 * differs.  0: reply->value says what was changed.
 * -1: reply->failure has VSWITCH_CONFIG_MOD_FAILURE [status, words] or VSWITCH_ADD_FLOW_FAILURE
 * [status, bridge, flow]; or nothing, and *err says why. */
int ifr_plugin_bring(const struct ifr_host *host, const struct ifr_wanted *wanted,
                     struct ifr_reply *reply, struct dbc_error *err);

#endif
