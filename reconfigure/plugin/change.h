/* change.h - from what XAPI wants and what Open vSwitch has to what is to be done, as data: the
 * wanted state of the switch and its bridges, the flows that guard management, and what to tell
 * XAPI.  Touches nothing.  The one wanted state leads to a transaction or to the words of
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
    struct dbc_buf said;     /* what XAPI is told: results joined, two blanks after each */
    /* The manager is set, or removed: what the old one has set goes, and the CA that was learnt
     * from it. */
    bool new_manager;
    /* The bridge that turns secure while it carries this host's management; "": none does. */
    struct dbc_buf guarded;
    struct dbc_buf
        vlan_device; /* management is on this VLAN's internal device; "": on the bridge */
    int vlan_tag;
    struct dbc_strvec nics; /* the bridge's way out: one NIC, or the slaves of a bond */
    char mac[18];           /* of the bridge */
};

#define IFR_PLUGIN_CHANGE_INIT                                                                     \
    {                                                                                              \
        .said = DBC_BUF_INIT                                                                       \
    }

/* A network speaks for the bridge that has its name, so a VLAN's network, whose bridge is a fake
 * one, for none (its parent listens to the untagged network); a bridge that XAPI does not know
 * stays as it is.  A reset forgets the settings of bridges, so with one they all count as
 * different.  `seen` has the switch and its bridges.  -1: DBC_ENOMEM; DBC_EINVAL, DBC_ECONFLICT:
 * records that do not say how management is reached. */
int ifr_plugin_change_plan(const struct ifr_host *host, const struct ifr_wanted *wanted,
                           const struct ifr_state *seen, struct ifr_plugin_change *change,
                           struct dbc_error *err);
/* Adds what a reset does to managers, and to bridges of which `wanted` does not speak: no manager,
 * no certificates, no fail mode, no word on in-band.  DBC_ENOMEM. */
int ifr_plugin_want_reset(const struct ifr_state *seen, struct ifr_state *wanted,
                          struct dbc_error *err);
void ifr_plugin_change_release(struct ifr_plugin_change *change);

#endif
