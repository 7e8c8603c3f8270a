/* ipdev.h - the device that gets the address: its files, and the steps that bring it up and down.
 */
#ifndef IFR_IPDEV_H
#define IFR_IPDEV_H

#include "reconfigure/datapath/datapath.h"

/* Plans route-IPDEV and, for an owner of DNS or gateway, etc/sysconfig/network.  Appends the text
 * of ifcfg-IPDEV to `ifcfg`; the caller plans it after the files of the devices below.  Errors are
 * those of ifr_ifcfg_address, ifr_ifcfg_ipv6 and ifr_sysconfig_plan. */
int ifr_ipdev_files(struct ifr_planner *p, const struct dbc_pif *pif, struct dbc_buf *ifcfg,
                    struct dbc_error *err);

/* Adds to p->plan->wanted the device as its planned files make it; call it when these are planned.
 * Does nothing where the host was not observed.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_ipdev_want(struct ifr_planner *p, const char *ipdev, struct dbc_error *err);

/* Plans ifr_ipdev_down before the new files are in place: blind unless forced; where the host is
 * seen only for a DHCP client that must end, or would go on with an old lease. */
void ifr_ipdev_make_way(struct ifr_planner *p, const char *ipdev);

/* Brings the device up: nothing when it is right, netlink when that is enough, else ifup.  When
 * ifup fails the run fails; a device that is new, with nothing torn down for it, is not undone.
 * During the first boot DHCP may take 240 s. */
void ifr_ipdev_up(struct ifr_planner *p, const char *ipdev);

/* Takes addresses and DHCP clients off the devices that are ports of the ipdev: those of IPv4 when
 * it is to have an IPv4 address, those of IPv6 when it is to have an IPv6 address.  Does nothing
 * where the host is not seen. */
void ifr_ipdev_take_over(struct ifr_planner *p, const struct ifr_work *work);

/* Plans `ifdown IPDEV`; `ip link set IPDEV down` without an ifcfg file; a note without a device. */
void ifr_ipdev_down(struct ifr_planner *p, const char *ipdev);
/* After ifr_ipdev_down of a device that stays: puts back the addresses of others, which ifdown took
 * along, and their routes.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_ipdev_return_others(struct ifr_planner *p, const struct dbc_pif *pif,
                            struct dbc_error *err);

#endif
