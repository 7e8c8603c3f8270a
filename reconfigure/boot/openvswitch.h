/* openvswitch.h - Open vSwitch as XenServer starts it: after a boot it has no bridges, and knows
 * which host it runs on.  The daemons themselves are started and stopped by Open vSwitch's own
 * ovs-ctl. */
#ifndef IFR_BOOT_OPENVSWITCH_H
#define IFR_BOOT_OPENVSWITCH_H

#include "reconfigure/boot/boot.h"

#define IFR_OVS_CTL "/usr/share/openvswitch/scripts/ovs-ctl"
/* Is there once the bridges of the boot before are gone: what the database has from then on is of
 * this boot and stays when the daemons are started again.  A boot clears its folder. */
#define IFR_OVS_BOOTED "/var/run/openvswitch.booted"
/* Since start, until stop; see IFR_MANAGEMENT_MARK. */
#define IFR_OVS_MARK "/var/lock/subsys/openvswitch"
/* It may convert the database, and waits up to 70 s for each daemon that does not end. */
#define IFR_DEADLINE_OVS_CTL 180000

/* Before each of these: `sync` says whether ovs-xapi-sync is ours to start and stop (xapi_sync.h);
 * where systemd has a unit for it, it is not.
 *
 * Where network.conf says bridge there is nothing to do: 0.  Else, in this order: the kernel module
 * (one that cannot be loaded is a warning: the userspace datapath needs none), ovsdb-server with
 * the system ids from the inventory, on the first start after a boot all bridges deleted, the mark
 * of a restart that was cut short taken away, then ovs-vswitchd.  Both daemons get the options of
 * options.h.  Switches that run already keep their bridges, and the mark.  Then GRE is let through
 * the host's firewall, and ovs-xapi-sync started; neither can make a start fail.
 * -1: DBC_EUNSUPPORTED (not installed), DBC_ECOMMAND, DBC_EINVAL (network.conf), DBC_EIO (the mark
 * cannot be set); a failure ends the start, and the next one takes it up again. */
int ifr_openvswitch_start(const struct ifr_host *host, bool sync, struct dbc_error *err);

/* Whatever network.conf says: it may have changed since the start. */
int ifr_openvswitch_stop(const struct ifr_host *host, bool sync, struct dbc_error *err);

/* A running switch is restarted by ovs-ctl, which keeps its bridges and flows, with ovs-xapi-sync
 * stopped meanwhile; else a start.  When ovs-ctl fails its mark is taken away. */
int ifr_openvswitch_restart(const struct ifr_host *host, bool sync, struct dbc_error *err);

/* ovs-xapi-sync asks XAPI for everything again, whoever started it.  DBC_ENOENT: it does not run;
 * DBC_ECOMMAND. */
int ifr_openvswitch_reload(const struct ifr_host *host, struct dbc_error *err);

/* `ovs-ctl status` or `ovs-ctl version`, asked: what it prints goes to `text` and its exit status
 * to *status, as they are.  To the status of a switch that runs that of ovs-xapi-sync is added. Not
 * installed: IFR_STATUS_STOPPED. */
int ifr_openvswitch_ask(const struct ifr_host *host, const char *verb, int *status,
                        struct dbc_buf *text, struct dbc_error *err);

#endif
