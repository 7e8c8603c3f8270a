/* ipv6.h - the kernel's settings of IPv6 for one device, which rtnetlink does not have:
 * /proc/sys/net/ipv6/conf/DEVICE. */
#ifndef IFR_HOST_IPV6_H
#define IFR_HOST_IPV6_H

#include "base/valid.h"
#include "reconfigure/host/facts.h"

#define IFR_IPV6_SETTING_SIZE 8

/* Has the kernel IPv6 for it?  Not when the device's MTU is below 1280, nor without a device. */
bool ifr_ipv6_is_there(const struct ifr_facts *facts, const char *device);
/* "accept_ra", "autoconf", ...: its number as text; "" when it cannot be read. */
void ifr_ipv6_get(const struct ifr_facts *facts, const char *device, const char *name,
                  char out[IFR_IPV6_SETTING_SIZE]);
/* What is so already is not written, and what the kernel lacks neither.  DBC_EIO names path and
 * value. */
int ifr_ipv6_set(const struct ifr_facts *facts, const char *device, const char *name,
                 const char *value, struct dbc_error *err);

/* All that ifup sets, as words: "accept_ra=1 accept_ra_defrtr=1 autoconf=1 routers=heard", the last
 * one by what the kernel makes of accept_ra, or "routers=ignored".  Nothing where there is no IPv6.
 */
void ifr_ipv6_words(const struct ifr_facts *facts, const char *device, struct dbc_buf *ret);
/* Sets them again, but for the last one. */
int ifr_ipv6_restore(const struct ifr_facts *facts, const char *device, const char *words,
                     struct dbc_error *err);

/* A router solicitation (RFC 4861) from the device, which has a link-local address that is fit for
 * use.  The answer is the kernel's.  DBC_EIO. */
int ifr_ipv6_solicit(const char *device, struct dbc_error *err);

#endif
