/* client.h - the DHCP client that works on a device: the process that its pid file names, if that
 * process is one and has the device among its arguments. */
#ifndef IFR_HOST_CLIENT_H
#define IFR_HOST_CLIENT_H

#include <sys/types.h>

#include "reconfigure/host/facts.h"

/* "/var/run/dhclient-DEV.pid", appended. */
void ifr_client_pid_path(const char *dev, struct dbc_buf *out);

/* Its process, or 0.  `name` (may be NULL) gets "dhclient", "udhcpc" or "busybox"; it is static. */
pid_t ifr_client_find(const struct ifr_facts *facts, const char *dev, const char **name);

#endif
