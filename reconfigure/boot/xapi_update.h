/* xapi_update.h - at the end of the boot, asks XAPI to run the plugin that gives Open vSwitch the
 * pool's manager (openvswitch-cfg-update, function update).  XAPI does so at its own start; this is
 * for a host on which that failed. */
#ifndef IFR_BOOT_XAPI_UPDATE_H
#define IFR_BOOT_XAPI_UPDATE_H

#include "reconfigure/boot/boot.h"

#define IFR_XAPI_READY "/var/run/xapi_init_complete.cookie"
#define IFR_XAPI_WAIT 300000 /* ms for XAPI to get ready */
#define IFR_XAPI_TRIES 3
#define IFR_XAPI_PAUSE 10000       /* ms between two of them */
#define IFR_DEADLINE_PLUGIN 180000 /* ms; the plugin asks XAPI, and then changes the switch */
#define IFR_XAPI_WAIT_MAX_S 86400

/* How long to wait for XAPI, how often to try, and the pause between two tries. */
struct ifr_patience {
    unsigned wait_ms, pause_ms, tries;
};

#define IFR_PATIENCE_INIT                                                                          \
    {                                                                                              \
        .wait_ms = IFR_XAPI_WAIT, .pause_ms = IFR_XAPI_PAUSE, .tries = IFR_XAPI_TRIES              \
    }

/* Where network.conf says bridge, does nothing and returns 0.  Else waits for IFR_XAPI_READY; when
 * that does not appear, XAPI is tried once.  Returns 0, or -1: DBC_ENOENT (no inventory, or no uuid
 * in it), DBC_EINVAL (its uuid is none, or network.conf), DBC_EUNSUPPORTED (xe is not installed),
 * DBC_ETIMEOUT (XAPI did not get ready, and the one try failed), DBC_ECOMMAND (how the last try
 * failed), DBC_EIO, DBC_ENOMEM. */
int ifr_xapi_update(const struct ifr_host *host, const struct ifr_patience *patience,
                    struct dbc_error *err);

#endif
