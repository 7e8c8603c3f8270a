/* bring.h - brings Open vSwitch in line with what XAPI wants, or resets it: with a plan where its
 * database has a socket, else with commands.  An update starts from the same description on both
 * ways (change.h). */
#ifndef IFR_PLUGIN_BRING_H
#define IFR_PLUGIN_BRING_H

#include "reconfigure/plugin/protocol.h"
#include "reconfigure/plugin/wanted.h"
#include "reconfigure/reconfigure.h"
#include "reconfigure/state/observe.h"

/* The second half of update: reads Open vSwitch's state and changes what differs from `wanted`.
 * Returns 0, and reply->value says what was changed.
 * -1: reply->failure has VSWITCH_CONFIG_MOD_FAILURE [status, words or error] or
 * VSWITCH_ADD_FLOW_FAILURE [status, bridge, flow or error]: with commands the words or the flow,
 * with a plan status 1 and the error.  Otherwise it is empty and *err says why: DBC_EBUSY (another
 * run, or a change that waits for its confirmation), DBC_ECOMMAND, DBC_ENOMEM, or what change.h and
 * ovsdb.h list. */
int ifr_plugin_bring(const struct ifr_host *host, const struct ifr_wanted *wanted,
                     struct ifr_reply *reply, struct dbc_error *err);
/* Removes the managers, and what managers and controllers have set.  Returns 0, or -1:
 * reply->failure has VSWITCH_EMER_RESET_FAILURE [status], or is empty and *err says why. */
int ifr_plugin_reset(const struct ifr_host *host, struct ifr_reply *reply, struct dbc_error *err);

/* ---- For the files of this folder ----------------------------------------------------------- */

struct ifr_bring {
    const struct ifr_host *host;
    const struct ifr_facts *facts;
    const struct ifr_wanted *wanted; /* NULL: a reset */
    struct ifr_reply *reply;
};

/* bring_live.c: with a plan.  Takes the host's lock when something has to be changed.  `live` is
 * open.  Both fail as the two functions above. */
int ifr_bring_live(const struct ifr_bring *bring, struct ifr_live *live, struct dbc_error *err);
/* bring_blind.c: with ovs-vsctl and ovs-ofctl. */
int ifr_bring_blind(const struct ifr_bring *bring, struct dbc_error *err);

/* The certificate authority learnt from the old manager.  If there was none before the change, the
 * file that is there afterwards was learnt from the new manager and must stay. */
struct ifr_old_ca {
    struct dbc_buf path;
    bool exists;
};

/* Notes whether the file exists.  The caller releases ca->path.  DBC_ENOMEM. */
int ifr_old_ca_find(const struct ifr_host *host, struct ifr_old_ca *ca, struct dbc_error *err);
/* Removes the file if it existed, so that Open vSwitch learns the new manager's authority at the
 * next connection.  DBC_EIO. */
int ifr_old_ca_forget(const struct ifr_host *host, const struct ifr_old_ca *ca,
                      struct dbc_error *err);

#endif
