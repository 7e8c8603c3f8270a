/* bring.h - Open vSwitch brought in line with what XAPI wants, or into a known state: by the socket
 * of its database where there is one, as a plan; else by commands.  Both start from the same
 * description (change.h). */
#ifndef IFR_PLUGIN_BRING_H
#define IFR_PLUGIN_BRING_H

#include "reconfigure/plugin/protocol.h"
#include "reconfigure/plugin/wanted.h"
#include "reconfigure/reconfigure.h"
#include "reconfigure/state/observe.h"

/* The second half of update, when XAPI has said what it wants: asks Open vSwitch, and changes what
 * differs.  0: reply->value says what was changed.
 * -1: reply->failure has VSWITCH_CONFIG_MOD_FAILURE [status, what] or VSWITCH_ADD_FLOW_FAILURE
 * [status, bridge, flow]; or nothing, and *err says why. */
int ifr_plugin_bring(const struct ifr_host *host, const struct ifr_wanted *wanted,
                     struct ifr_reply *reply, struct dbc_error *err);
/* Forgets managers and all that they and controllers have set.  -1: VSWITCH_EMER_RESET_FAILURE
 * [status]; or nothing, and *err says why. */
int ifr_plugin_reset(const struct ifr_host *host, struct ifr_reply *reply, struct dbc_error *err);

/* ---- For the files of this folder ----------------------------------------------------------- */

struct ifr_bring {
    const struct ifr_host *host;
    const struct ifr_facts *facts;
    const struct ifr_wanted *wanted; /* NULL: a reset */
    struct ifr_reply *reply;
};

/* bring_live.c: as a plan, under the host's lock once something is to be changed.  `live` is open.
 */
int ifr_bring_live(const struct ifr_bring *bring, struct ifr_live *live, struct dbc_error *err);
/* bring_blind.c: by ovs-vsctl and ovs-ofctl. */
int ifr_bring_blind(const struct ifr_bring *bring, struct dbc_error *err);

/* The certificate learnt from the old manager.  When there is none, Open vSwitch may learn
 * the new manager's while the transaction still runs, and that one is to stay. */
struct ifr_old_ca {
    struct dbc_buf path;
    bool exists;
};

#define IFR_OLD_CA_INIT                                                                            \
    {                                                                                              \
        .path = DBC_BUF_INIT                                                                       \
    }

int ifr_old_ca_find(const struct ifr_host *host, struct ifr_old_ca *ca, struct dbc_error *err);
/* Without it the next connection teaches Open vSwitch the certificate of the new manager. */
int ifr_old_ca_forget(const struct ifr_host *host, const struct ifr_old_ca *ca,
                      struct dbc_error *err);

#endif
