/* xapi_update.h - at the end of the boot: XAPI is asked, once it is there, to run the plugin that
 * brings Open vSwitch's manager in line with the pool's (openvswitch-cfg-update, function update).
 * XAPI does so at its own start; this is for the host on which that did not work out. */
#ifndef IFR_BOOT_XAPI_UPDATE_H
#define IFR_BOOT_XAPI_UPDATE_H

#include "reconfigure/boot/boot.h"

#define IFR_XAPI_READY "/var/run/xapi_init_complete.cookie"
#define IFR_XAPI_WAIT 300000 /* ms for XAPI to get ready */
#define IFR_XAPI_TRIES 3
#define IFR_XAPI_PAUSE 10000       /* ms between two of them */
#define IFR_DEADLINE_PLUGIN 180000 /* the plugin asks XAPI, and then changes the switch */
#define IFR_XAPI_WAIT_MAX_S 86400

struct ifr_patience {
    unsigned wait_ms, pause_ms, tries;
};

#define IFR_PATIENCE_INIT                                                                          \
    {                                                                                              \
        .wait_ms = IFR_XAPI_WAIT, .pause_ms = IFR_XAPI_PAUSE, .tries = IFR_XAPI_TRIES              \
    }

/* Where network.conf says bridge there is nothing to do: 0.  Else waits for XAPI's mark; when that
 * does not come, XAPI is tried all the same, once.  -1: DBC_ENOENT (no inventory), DBC_EINVAL (its
 * uuid is none), DBC_EUNSUPPORTED (no xe), DBC_ETIMEOUT, or DBC_ECOMMAND: what the last try said.
 */
int ifr_xapi_update(const struct ifr_host *host, const struct ifr_patience *patience,
                    struct dbc_error *err);

#endif
