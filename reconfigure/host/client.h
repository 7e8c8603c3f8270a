/* client.h - the DHCP clients, of IPv4 and of IPv6, that work on this host's devices: processes of
 * a client's name with the device among their words, in our network namespace.  Who started one
 * does not matter: an initrd and an administrator have pid files of their own, or none. */
#ifndef IFR_HOST_CLIENT_H
#define IFR_HOST_CLIENT_H

#include <sys/types.h>

#include "reconfigure/host/facts.h"

#define IFR_CLIENT_STOP_MS 5000 /* between SIGTERM and SIGKILL: it runs its STOP event */

enum ifr_dhcp { IFR_DHCPV4, IFR_DHCPV6 };

/* "/var/run/dhclient-DEV.pid", or dhclient6, appended: where ours has its pid file. */
void ifr_client_pid_path(enum ifr_dhcp dhcp, const char *dev, struct dbc_buf *out);

/* Its process, or 0: the one that the pid file names, if that is one, else any.  `name` (may be
 * NULL) gets "dhclient", "udhcpc" or "busybox"; it is static. */
pid_t ifr_client_find(const struct ifr_facts *facts, enum ifr_dhcp dhcp, const char *dev,
                      const char **name);

/* Ends every client of the device, with SIGKILL the one that does not go. */
void ifr_client_stop(const struct ifr_facts *facts, const struct dbc_log *log, enum ifr_dhcp dhcp,
                     const char *dev);

/* The IPv4 address that dhclient's file of leases has last for the device; "" when nobody knows. */
void ifr_client_leased(const struct ifr_facts *facts, const char *dev, char ret[16]);

/* One client: its words are `len` bytes, a NUL behind each.  True: look no further. */
typedef bool ifr_client_fn(void *ctx, pid_t pid, const char *name, const char *words, size_t len);
void ifr_client_each(const struct ifr_facts *facts, enum ifr_dhcp dhcp, ifr_client_fn *fn,
                     void *ctx);

#endif
