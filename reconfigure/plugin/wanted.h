/* wanted.h - what XAPI wants of this host's Open vSwitch: the pool's manager, and the records with
 * the settings of each bridge.  All of it is read before Open vSwitch is changed. */
#ifndef IFR_PLUGIN_WANTED_H
#define IFR_PLUGIN_WANTED_H

#include "model/database.h"
#include "reconfigure/plugin/controller.h"
#include "reconfigure/plugin/protocol.h"
#include "reconfigure/reconfigure.h"

struct ifr_wanted {
    struct dbc_db *db; /* this host's records; NULL: not read */
    struct ifr_manager manager;
    bool has_port; /* it is from an SDN_controller, which has a protocol and a port */
};

/* A session of XAPI's that belongs to the caller: it is never logged out.  All borrowed. */
struct ifr_xapi {
    const char *const *sockets; /* full paths, tried in order, NULL-terminated */
    const char *session;
    unsigned timeout_ms; /* of each call; 0: DBC_XAPI_TIMEOUT_MS */
};

/* Asks XAPI.  The first SDN_controller is the manager; without one, and in releases without that
 * class, it is the pool's vswitch_controller.  The caller releases `wanted` in any case.
 * Returns 0, or -1: *reply has NO_POOL_FOR_HOST or MORE_THAN_ONE_POOL_FOR_HOST, or is empty and
 * *err says DBC_EINVAL (not a valid manager), DBC_ENOENT (the inventory has no host uuid) or what
 * source.h lists. */
int ifr_wanted_read(const struct ifr_host *host, const struct ifr_xapi *xapi,
                    struct ifr_wanted *wanted, struct ifr_reply *reply, struct dbc_error *err);
void ifr_wanted_release(struct ifr_wanted *wanted);

#endif
