/* observe.h - the network of the host as it is now.  Nothing is changed.
 *
 * Open vSwitch is read in one transaction, so that its tables belong together; the kernel in three
 * dumps.  Both are read whole: what stands in the way of a change is not known before. */
#ifndef IFR_STATE_OBSERVE_H
#define IFR_STATE_OBSERVE_H

#include "reconfigure/host/facts.h"
#include "reconfigure/host/netlink.h"
#include "reconfigure/host/ovsdb.h"
#include "reconfigure/state/state.h"

/* How the host is reached.  Both are NULL where nothing can be observed: below a root prefix there
 * is no kernel, and without a socket no Open vSwitch. */
struct ifr_live {
    struct ifr_ovsdb *ovs;
    struct ifr_netlink *kernel;
    const char *why_no_ovs; /* static, in words; NULL where there is one */
};

/* Opens what there is.  That nothing is there is no failure.  -1: a socket of Open vSwitch that
 * does not answer (DBC_ETIMEOUT, DBC_EIO), no netlink (DBC_EIO), DBC_ENOMEM. */
int ifr_live_open(const struct ifr_facts *facts, bool ovs, struct ifr_live *ret,
                  struct dbc_error *err);
void ifr_live_close(struct ifr_live *live);
/* A new connection to Open vSwitch after one that broke.  Without one there the old one stays.
 * Errors as of ifr_live_open. */
int ifr_live_connect_again(struct ifr_live *live, const struct ifr_facts *facts,
                           struct dbc_error *err);

/* Fills `ret` (IFR_STATE_INIT; to be released in any case) with bridges, ports and interfaces where
 * live->ovs is there, and with devices where live->kernel is.  What is not there is unknown.
 * Half an observation is none: -1 with the errors of ovsdb.h and netlink.h; DBC_ELIMIT: a port with
 * more than IFR_PORT_INTERFACES_MAX interfaces. */
#define IFR_PORT_INTERFACES_MAX 256
int ifr_observe(const struct ifr_live *live, struct ifr_state *ret, struct dbc_error *err);

/* Adds what is not read with the rest since it costs a look at files or a call for each device: its
 * DHCP clients, its settings of IPv6, and its speed and offloads. */
void ifr_observe_device(const struct ifr_live *live, const struct ifr_facts *facts,
                        struct ifr_state *state, const char *device);

#endif
