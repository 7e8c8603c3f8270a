/* openvswitch.h - starts Open vSwitch as XenServer does: after a boot it has no bridges, and has
 * the host's ids.  Open vSwitch's own ovs-ctl starts and stops the daemons. */
#ifndef IFR_BOOT_OPENVSWITCH_H
#define IFR_BOOT_OPENVSWITCH_H

#include "reconfigure/boot/boot.h"

#define IFR_OVS_CTL "/usr/share/openvswitch/scripts/ovs-ctl"
/* A mark that is set once the bridges left from before the reboot are deleted.  Bridges that the
 * database gets later stay when the daemons are started again.  A boot clears its folder. */
#define IFR_OVS_BOOTED "/var/run/openvswitch.booted"
/* A mark from start to stop; see IFR_MANAGEMENT_MARK. */
#define IFR_OVS_MARK "/var/lock/subsys/openvswitch"
/* ms; ovs-ctl may convert the database, and waits up to 70 s for each daemon that does not end. */
#define IFR_DEADLINE_OVS_CTL 180000

/* The first three take `sync`: whether they start and stop ovs-xapi-sync too (xapi_sync.h).  Where
 * systemd has a unit for it, they do not.  All return 0, or -1 with *err. */

/* Where network.conf says bridge, does nothing and returns 0.  Else, in this order:
 *   loads the kernel module (a failure is a warning: the userspace datapath needs none)
 *   starts ovsdb-server, with the system ids from the inventory
 *   deletes all bridges, on the first start after a boot and unless ovs-vswitchd runs already
 *   removes the setting flow-restore-wait of a restart that was interrupted, unless ovs-vswitchd
 *       runs already
 *   starts ovs-vswitchd
 *   lets GRE through the host's firewall, and starts ovs-xapi-sync (failures are warnings)
 * Both daemons get the options of options.h.  A failure ends the start, and the next one goes on
 * from there: DBC_EUNSUPPORTED (not installed), DBC_ECOMMAND, DBC_EINVAL (network.conf), DBC_EIO
 * (IFR_OVS_BOOTED cannot be set), DBC_ENOMEM. */
int ifr_openvswitch_start(const struct ifr_host *host, bool sync, struct dbc_error *err);

/* Stops the daemons, whatever network.conf says now: it may have changed since the start.  Without
 * ovs-ctl only the mark is removed.  DBC_ECOMMAND, DBC_EIO, DBC_ENOMEM. */
int ifr_openvswitch_stop(const struct ifr_host *host, bool sync, struct dbc_error *err);

/* Where network.conf says bridge, does nothing and returns 0.  Restarts a running switch with
 * ovs-ctl, which keeps its bridges and flows; ovs-xapi-sync is stopped meanwhile.  When ovs-ctl
 * fails, flow-restore-wait is removed.  A switch that does not run is started.  Fails as
 * ifr_openvswitch_start does. */
int ifr_openvswitch_restart(const struct ifr_host *host, bool sync, struct dbc_error *err);

/* Lets ovs-xapi-sync ask XAPI for everything again, whoever started it.  DBC_ENOENT: it does not
 * run; DBC_ECOMMAND. */
int ifr_openvswitch_reload(const struct ifr_host *host, struct dbc_error *err);

/* Runs `ovs-ctl status` or `ovs-ctl version` (`verb`).  Appends what it prints to `text` and sets
 * *status to its exit status.  `status` adds a line about ovs-xapi-sync, whose status counts when
 * the switch runs.  Without ovs-ctl *status is IFR_STATUS_STOPPED.  DBC_ECOMMAND, DBC_ENOMEM. */
int ifr_openvswitch_ask(const struct ifr_host *host, const char *verb, int *status,
                        struct dbc_buf *text, struct dbc_error *err);

#endif
