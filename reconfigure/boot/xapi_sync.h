/* xapi_sync.h - starts the daemon ovs-xapi-sync after Open vSwitch, and stops it before.  Under
 * systemd it has a unit of its own, and starting and stopping here is for hosts without. */
#ifndef IFR_BOOT_XAPI_SYNC_H
#define IFR_BOOT_XAPI_SYNC_H

#include "reconfigure/boot/boot.h"

#define IFR_XAPI_SYNC_PID "/var/run/openvswitch/ovs-xapi-sync.pid"
#define IFR_DEADLINE_XAPI_SYNC 30000 /* ms for its start, and for its answer to a command */

/* Starts it in the background, with a monitor process that restarts it.  Does nothing when it runs
 * or is not installed.  A failure is a warning: bridges and interfaces work without it. */
void ifr_xapi_sync_start(const struct ifr_host *host, const struct ifr_facts *facts);
/* Stops it, if it runs.  A failure is a warning. */
void ifr_xapi_sync_stop(const struct ifr_host *host, const struct ifr_facts *facts);
/* Lets it ask XAPI for everything again.  Returns 0, or -1: DBC_ENOENT when it does not run, or as
 * ifr_boot_run fails. */
int ifr_xapi_sync_reload(const struct ifr_host *host, const struct ifr_facts *facts,
                         struct dbc_error *err);
/* Appends a line about it to `text` and returns IFR_STATUS_RUNNING, _DEAD or _STOPPED.  When it is
 * not installed, it returns IFR_STATUS_RUNNING without a line, since nothing is missing. */
enum ifr_status ifr_xapi_sync_status(const struct ifr_facts *facts, struct dbc_buf *text);

#endif
