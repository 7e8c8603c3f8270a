/* xapi_sync.h - the daemon ovs-xapi-sync beside Open vSwitch: started after it, stopped before it.
 * Under systemd it has a unit of its own, and these are for hosts without. */
#ifndef IFR_BOOT_XAPI_SYNC_H
#define IFR_BOOT_XAPI_SYNC_H

#include "reconfigure/boot/boot.h"

#define IFR_XAPI_SYNC_PID "/var/run/openvswitch/ovs-xapi-sync.pid"
#define IFR_DEADLINE_XAPI_SYNC 30000 /* ms until it has prepared itself, or has ended */

/* In the background, watched over by itself; nothing when it runs or is not installed.  That it
 * cannot be started is a warning: bridges and interfaces work without. */
void ifr_xapi_sync_start(const struct ifr_host *host, const struct ifr_facts *facts);
/* Nothing when it does not run; that it does not answer is a warning. */
void ifr_xapi_sync_stop(const struct ifr_host *host, const struct ifr_facts *facts);
/* It asks XAPI for everything again.  DBC_ENOENT: it does not run; DBC_ECOMMAND: no answer. */
int ifr_xapi_sync_reload(const struct ifr_host *host, const struct ifr_facts *facts,
                         struct dbc_error *err);
/* A line about it appended to `text`; IFR_STATUS_RUNNING, _DEAD or _STOPPED.  Not installed: no
 * line, and running, since nothing is missing. */
enum ifr_status ifr_xapi_sync_status(const struct ifr_facts *facts, struct dbc_buf *text);

#endif
