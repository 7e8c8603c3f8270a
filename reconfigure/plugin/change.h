/* change.h - works out, as data, how to get from what Open vSwitch has to what XAPI wants: the
 * wanted state of the switch and its bridges, the bridge whose management needs flows, and the
 * answer for XAPI.  It changes nothing.  The wanted state becomes a transaction or the words of
 * ovs-vsctl. */
#ifndef IFR_PLUGIN_CHANGE_H
#define IFR_PLUGIN_CHANGE_H

#include "reconfigure/plugin/wanted.h"
#include "reconfigure/state/state.h"

#define IFR_HOST_CERT "/etc/xensource/xapi-ssl.pem"             /* and its key */
#define IFR_LEARNT_CA "/etc/openvswitch/vswitchd.cacert"        /* from the first connection */
#define IFR_GIVEN_CA "/etc/stunnel/certs/sdn-controller-ca.pem" /* of a passive SDN controller */

struct ifr_plugin_change {
    struct ifr_state wanted; /* what differs, and what a reset would forget */
    struct dbc_buf said;     /* the answer for XAPI: a sentence and two blanks for each result */
    /* The manager is set or removed: what the old one has set goes, and the CA learnt from it. */
    bool new_manager;
    /* The bridge that turns secure while it carries this host's management; "": none does.  The
     * members below belong to it. */
    struct dbc_buf guarded;
    struct dbc_buf vlan_device; /* the VLAN's internal device with management; "": the bridge */
    int vlan_tag;
    struct dbc_strvec nics; /* its NIC, or the slaves of its bond */
    char mac[18];
};

/* Fills in `change` (all zero; the caller releases it in any case).  `seen` has the
 * switch and its bridges.  Each real bridge follows the network that names it; the fake bridge of a
 * VLAN has no settings of its own.  A bridge that XAPI does not know stays as it is.  With a new
 * manager the settings of all bridges are set again, since the reset clears them.
 * Returns 0, or -1: DBC_ENOMEM; DBC_EINVAL, DBC_ECONFLICT or DBC_ENOENT when the records do not say
 * how management is reached. */
int ifr_plugin_change_plan(const struct ifr_host *host, const struct ifr_wanted *wanted,
                           const struct ifr_state *seen, struct ifr_plugin_change *change,
                           struct dbc_error *err);
/* Adds to `wanted` what a reset clears and `wanted` does not set: managers, certificates, and the
 * fail mode and disable-in-band of the real bridges in `seen`.  Returns 0, or -1: DBC_ENOMEM. */
int ifr_plugin_want_reset(const struct ifr_state *seen, struct ifr_state *wanted,
                          struct dbc_error *err);
void ifr_plugin_change_release(struct ifr_plugin_change *change);

#endif
