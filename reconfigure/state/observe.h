/* observe.h - the network of the host as it is now.  Nothing is changed.
 *
 * Open vSwitch is read in one transaction, so that its tables belong together; the kernel in three
 * dumps.  Both are read whole, since anything may be in the way of a change. */
#ifndef IFR_STATE_OBSERVE_H
#define IFR_STATE_OBSERVE_H

#include "reconfigure/host/facts.h"
#include "reconfigure/host/netlink.h"
#include "reconfigure/host/ovsdb.h"
#include "reconfigure/state/state.h"

/* How the host is reached.  `kernel` is NULL below a root prefix, `ovs` without a socket. */
struct ifr_live {
    struct ifr_ovsdb *ovs;
    struct ifr_netlink *kernel;
    const char *why_no_ovs; /* static, in words; NULL when `ovs` is there */
};

/* Opens what there is: the kernel, and with `ovs` Open vSwitch.  A missing socket is no failure.
 * Returns 0, and the caller closes `ret`; or -1 with the errors of ifr_ovsdb_open but DBC_ENOENT,
 * DBC_EIO (no netlink) or DBC_ENOMEM. */
int ifr_live_open(const struct ifr_facts *facts, bool ovs, struct ifr_live *ret,
                  struct dbc_error *err);
void ifr_live_close(struct ifr_live *live);
/* Replaces a broken connection to Open vSwitch.  Where there is no socket the old connection stays.
 * Errors are those of ifr_live_open. */
int ifr_live_connect_again(struct ifr_live *live, const struct ifr_facts *facts,
                           struct dbc_error *err);

/* Fills `ret` (all zero; the caller releases it in any case) with the switch, bridges, ports
 * and interfaces where live->ovs is there, and with devices where live->kernel is.  The other kinds
 * are unknown.  Returns 0, or -1 when any part fails, with the errors of ovsdb.h and netlink.h, or
 * DBC_ELIMIT for a port with more than IFR_PORT_INTERFACES_MAX interfaces. */
#define IFR_PORT_INTERFACES_MAX 256
int ifr_observe(const struct ifr_live *live, struct ifr_state *ret, struct dbc_error *err);

/* Adds to an observed device what costs a look at files or a call for each device: its DHCP
 * clients, its settings of IPv6, its speed and offloads.  Does nothing a second time. */
void ifr_observe_device(const struct ifr_live *live, const struct ifr_facts *facts,
                        struct ifr_state *state, const char *device);

#endif
