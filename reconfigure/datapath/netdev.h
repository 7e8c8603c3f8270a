/* netdev.h - physical NICs and bare devices: is the NIC there that the records mean, which MTU and
 * MAC does it get, and the steps that set a device up or down. */
#ifndef IFR_NETDEV_H
#define IFR_NETDEV_H

#include "reconfigure/datapath/planner.h"

/* The NICs under a datapath PIF that are there, with the MAC that is recorded, appended to `ret`.
 * A bond goes on without a slave that is missing or another one now; this is noted.  DBC_ENOENT
 * when there is none left: device, recorded MAC, MAC found, and where the recorded MAC is now.  A
 * tunnel has no NICs and is no error. */
int ifr_nics(struct ifr_planner *p, const struct dbc_pif *base, struct dbc_pifs *ret,
             struct dbc_error *err);

/* The PIF's recorded MAC in lower case; where that is no MAC the first NIC's own; "" when there is
 * none at all. */
void ifr_mac(const struct ifr_planner *p, const struct dbc_pif *pif, const struct dbc_pifs *nics,
             char out[18]);

/* The MTU from other_config:mtu, else from the PIF's network, else 1500.  An override is noted, as
 * is a bad one; `whose` ("PIF", "Network", "Bond-PIF", "VLAN-PIF") says where it stands. */
unsigned ifr_mtu_of(struct ifr_planner *p, const struct dbc_pif *pif,
                    const struct dbc_map *other_config, const char *whose);

/* `/sbin/ip link set DEVICE down`, undone if the device is up now.  Without such a device: a note.
 */
void ifr_plan_link_down(struct ifr_planner *p, const char *device);
/* `... up mtu N`; a NIC that refuses N comes up without (the run fails at its end).  `sole`: no
 * other NIC carries the bridge, so that failing is fatal.  Where the NIC is seen: by netlink, and
 * nothing when it is up with this MTU already. */
void ifr_plan_nic_up(struct ifr_planner *p, const char *device, unsigned mtu, bool sole);

/* ifup and ifdown of a port or bridge, as the host has them.  A failure is a warning; an ifdown is
 * undone by ifup when the device exists now. */
void ifr_plan_ifup(struct ifr_planner *p, const char *device);
struct ifr_step *ifr_plan_ifdown(struct ifr_planner *p, const char *device);

/* Removes a device with the tool of its kind, or with ip where that is not installed.  `absent` is
 * logged when it is not there by then; NULL: nothing. */
void ifr_plan_remove_device(struct ifr_planner *p, const char *tool, const char *verb,
                            const char *device, const char *absent);

#endif
