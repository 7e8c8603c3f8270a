/* ipv6.h - the kernel's settings of IPv6 for one device, which rtnetlink does not have:
 * /proc/sys/net/ipv6/conf/DEVICE. */
#ifndef IFR_HOST_IPV6_H
#define IFR_HOST_IPV6_H

#include "base/valid.h"
#include "reconfigure/host/facts.h"

#define IFR_IPV6_SETTING_SIZE 8

/* Returns whether the kernel has IPv6 for the device: not below an MTU of 1280, nor without a
 * device. */
bool ifr_ipv6_is_there(const struct ifr_facts *facts, const char *device);
/* Sets `out` to the number of a setting ("accept_ra", "autoconf", ...) as text; "" when it cannot
 * be read. */
void ifr_ipv6_get(const struct ifr_facts *facts, const char *device, const char *name,
                  char out[IFR_IPV6_SETTING_SIZE]);
/* Writes a setting, unless it has this value already or the kernel lacks it.  Returns 0, or -1:
 * DBC_EIO names path and value. */
int ifr_ipv6_set(const struct ifr_facts *facts, const char *device, const char *name,
                 const char *value, struct dbc_error *err);

/* Appends the settings that are compared and restored, as words: "accept_ra=1 accept_ra_defrtr=1
 * autoconf=1 routers=heard".  The last word says whether the kernel listens to routers, which
 * depends on accept_ra and forwarding, or is "routers=ignored".  Nothing where there is no IPv6. */
void ifr_ipv6_words(const struct ifr_facts *facts, const char *device, struct dbc_buf *ret);
/* Sets these words again, but for "routers".  Returns 0, or -1 with the first failure; then the
 * rest was tried. */
int ifr_ipv6_restore(const struct ifr_facts *facts, const char *device, const char *words,
                     struct dbc_error *err);

/* Sends a router solicitation (RFC 4861) from the device, which must have a usable link-local
 * address.  The kernel handles the answer.  Returns 0, or -1 with DBC_EIO. */
int ifr_ipv6_solicit(const char *device, struct dbc_error *err);

#endif
