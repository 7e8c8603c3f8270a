/* netdev.h - NICs and other devices below a bridge: finding the NICs of the records, their MTU and
 * MAC, and the steps that set a device up or down. */
#ifndef IFR_NETDEV_H
#define IFR_NETDEV_H

#include "reconfigure/datapath/planner.h"

/* Appends to `ret` the NICs below a datapath PIF that are there with their recorded MAC.  A bond
 * does without a slave that is missing or has another MAC; this is noted.  A tunnel has no NICs.
 * Returns 0, or -1: DBC_ENOENT when no NIC is left (the text has device, recorded MAC, MAC found,
 * and the device that has the recorded MAC), DBC_EINVAL for a bad device name, DBC_ECONFLICT for a
 * bond without slaves or on itself, DBC_ENOMEM. */
int ifr_nics(struct ifr_planner *p, const struct dbc_pif *base, struct dbc_pifs *ret,
             struct dbc_error *err);

/* Writes the PIF's recorded MAC in lower case; when that is no MAC, that of the first NIC that has
 * one; else "". */
void ifr_mac(const struct ifr_planner *p, const struct dbc_pif *pif, const struct dbc_pifs *nics,
             char out[18]);

/* Returns the MTU of other_config:mtu, else of the PIF's network, else 1500.  An override and a bad
 * value are noted; `whose` ("PIF", "Network", "Bond-PIF", "VLAN-PIF") says whose override it is. */
unsigned ifr_mtu_of(struct ifr_planner *p, const struct dbc_pif *pif,
                    const struct dbc_map *other_config, const char *whose);

/* Plans `/sbin/ip link set DEVICE down`, undone if the device is up now; a note if there is none.
 */
void ifr_plan_link_down(struct ifr_planner *p, const char *device);
/* Plans `... up mtu N`; a NIC that refuses N comes up without it, and the run fails at its end.
 * `sole`: no other NIC carries the bridge, so a failure is fatal.  Where the NIC is seen, netlink
 * does it, unless the NIC is up with this MTU. */
void ifr_plan_nic_up(struct ifr_planner *p, const char *device, unsigned mtu, bool sole);

/* Plan the host's ifup or ifdown of a port or bridge.  A failure is a warning; ifup undoes an
 * ifdown when the device exists now. */
void ifr_plan_ifup(struct ifr_planner *p, const char *device);
struct ifr_step *ifr_plan_ifdown(struct ifr_planner *p, const char *device);

/* Plans the removal of a device with the tool of its kind, or with ip where that is not installed.
 * `absent` (may be NULL) is logged when the device is gone by then. */
void ifr_plan_remove_device(struct ifr_planner *p, const char *tool, const char *verb,
                            const char *device, const char *absent);

#endif
