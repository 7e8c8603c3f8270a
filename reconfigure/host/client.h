/* client.h - the DHCP clients, of IPv4 and of IPv6, that work on this host's devices: processes of
 * a client's name with the device among their words, in our network namespace.  Who started one
 * does not matter: an initrd and an administrator have pid files of their own, or none. */
#ifndef IFR_HOST_CLIENT_H
#define IFR_HOST_CLIENT_H

#include <sys/types.h>

#include "reconfigure/host/facts.h"

#define IFR_CLIENT_STOP_MS 5000 /* between SIGTERM and SIGKILL, for the client's STOP event */

enum ifr_dhcp { IFR_DHCPV4, IFR_DHCPV6 };

/* Appends the path of the pid file that ifup gives a client: "/var/run/dhclient-DEV.pid", or
 * "dhclient6-DEV.pid". */
void ifr_client_pid_path(enum ifr_dhcp dhcp, const char *dev, struct dbc_buf *out);

/* Returns the pid of a client of the device, or 0.  Of several it prefers the one in the pid file.
 * *name (may be NULL) gets "dhclient", "udhcpc" or "busybox", which is static, or NULL. */
pid_t ifr_client_find(const struct ifr_facts *facts, enum ifr_dhcp dhcp, const char *dev,
                      const char **name);

/* Ends the clients of the device, up to 16 of them: with SIGTERM, and after IFR_CLIENT_STOP_MS with
 * SIGKILL. */
void ifr_client_stop(const struct ifr_facts *facts, const struct dbc_log *log, enum ifr_dhcp dhcp,
                     const char *dev);

/* Sets `ret` to the last IPv4 address in dhclient's file of leases for the device; "" when there is
 * none. */
void ifr_client_leased(const struct ifr_facts *facts, const char *dev, char ret[16]);

/* Called for one client; `words` is its command line, `len` bytes with a NUL after each word.  All
 * are borrowed.  Returning true ends the search. */
typedef bool ifr_client_fn(void *ctx, pid_t pid, const char *name, const char *words, size_t len);
/* Calls `fn` for each client of any device. */
void ifr_client_each(const struct ifr_facts *facts, enum ifr_dhcp dhcp, ifr_client_fn *fn,
                     void *ctx);

#endif
