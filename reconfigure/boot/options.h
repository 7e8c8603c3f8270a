/* options.h - the administrator's settings for Open vSwitch's daemons, /etc/sysconfig/openvswitch,
 * as options of ovs-ctl.
 *
 * The file has lines KEY=value, as a shell would read them:
 *   FORCE_COREFILES        yes or no      --force-corefiles
 *   OVSDB_SERVER_PRIORITY  -20 to 19      --ovsdb-server-priority
 *   VSWITCHD_PRIORITY      -20 to 19      --ovs-vswitchd-priority
 *   VSWITCHD_MLOCKALL      yes or no      --mlockall
 *   OVS_CTL_OPTS           options of ovs-ctl, blanks between */
#ifndef IFR_BOOT_OPTIONS_H
#define IFR_BOOT_OPTIONS_H

#include "reconfigure/host/facts.h"

#define IFR_OVS_SYSCONFIG "/etc/sysconfig/openvswitch"

/* Appends the options to `argv`, whose failure to allocate is sticky.  Without the file there are
 * none.  A value that cannot be used is logged and left out, since ovs-ctl, a shell script, does
 * not check any. */
void ifr_ovs_options(const struct ifr_facts *facts, const struct dbc_log *log,
                     struct dbc_strvec *argv);

#endif
