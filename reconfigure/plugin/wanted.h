/* wanted.h - what XAPI wants of this host's Open vSwitch: the pool's manager, and the records that
 * say what each bridge is to be.  Read whole before anything is changed. */
#ifndef IFR_PLUGIN_WANTED_H
#define IFR_PLUGIN_WANTED_H

#include "model/database.h"
#include "reconfigure/plugin/controller.h"
#include "reconfigure/plugin/protocol.h"
#include "reconfigure/reconfigure.h"

struct ifr_wanted {
    struct dbc_db *db; /* this host's records; NULL: not read */
    struct ifr_manager manager;
    bool has_port; /* XAPI names it with protocol and port, else by its address alone */
};

#define IFR_WANTED_INIT                                                                            \
    {                                                                                              \
        .db = NULL                                                                                 \
    }

/* A session of XAPI's that stays the caller's: it is used and never logged out. */
struct ifr_xapi {
    const char *const *sockets; /* full paths, tried in order, NULL-terminated */
    const char *session;
    unsigned timeout_ms; /* a call; 0: the usual */
};

/* SDN_controller records come first (at most one counts), then the pool's vswitch_controller; a
 * release that has no such class has no such records.
 * -1: *reply has NO_POOL_FOR_HOST or MORE_THAN_ONE_POOL_FOR_HOST; or it has nothing and *err says
 * DBC_EINVAL (a manager that is none; no host uuid) or what source.h lists. */
int ifr_wanted_read(const struct ifr_host *host, const struct ifr_xapi *xapi,
                    struct ifr_wanted *wanted, struct ifr_reply *reply, struct dbc_error *err);
void ifr_wanted_release(struct ifr_wanted *wanted);

#endif
