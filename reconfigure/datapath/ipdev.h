/* ipdev.h - the device that gets the address: its files, and the steps that bring it up and down.
 */
#ifndef IFR_IPDEV_H
#define IFR_IPDEV_H

#include "reconfigure/datapath/datapath.h"

/* Plans route-IPDEV and, for an owner of DNS or gateway, etc/sysconfig/network; writes the text of
 * ifcfg-IPDEV to `ifcfg`, which the caller plans last: the files below the ipdev come before it. */
int ifr_ipdev_files(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg,
                    struct dbc_error *err);

/* What the planned files give the device, as a device of p->plan->wanted.  Call it when all files
 * of the run are planned.  DBC_ENOMEM, or what reading files gives. */
int ifr_ipdev_want(struct ifr_planner *p, const char *ipdev, struct dbc_error *err);

/* Before the new files are in place: blind, ifr_ipdev_down; where the host is seen, only a DHCP
 * client that is to end, or would go on with an old lease, makes this necessary. */
void ifr_ipdev_make_way(struct ifr_planner *p, const char *ipdev);

/* A device that is right already is left alone; one that needs no address is set up by netlink.
 * Else ifup: fails the run; at boot, when there was no such device, without undoing what is there.
 * During the first boot DHCP may take 240 s. */
void ifr_ipdev_up(struct ifr_planner *p, const char *ipdev);

/* IPv4 addresses and DHCP clients of the devices that are its ports go, when it has an address of
 * its own by then; nothing where the host is not seen. */
void ifr_ipdev_take_over(struct ifr_planner *p, const struct ifr_work *work);

/* `ifdown IPDEV`; `ip link set IPDEV down` when it has no ifcfg file; a note when there is no such
 * device. */
void ifr_ipdev_down(struct ifr_planner *p, const char *ipdev);
/* After ifr_ipdev_down, when the device stays: addresses of others, which ifdown takes along, and
 * the routes with them. */
int ifr_ipdev_return_others(struct ifr_planner *p, const struct dbc_pif *pif,
                            struct dbc_error *err);

#endif
