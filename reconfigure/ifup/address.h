/* address.h - addresses and routes of one device, with ip. */
#ifndef IFR_IFUP_ADDRESS_H
#define IFR_IFUP_ADDRESS_H

#include "base/valid.h"
#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"

#define IFR_ROUTES_MAX 1024 /* lines of one route file that are used */

/* An IPv4 configuration, from ifcfg or from a lease; addresses in network byte order. */
struct ifr_address {
    uint32_t ip;
    unsigned prefix;
    bool has_gateway;
    uint32_t gateway;
};

/* Gives the device this address and, where `owner` is "" or the device, the default route.
 * A gateway outside the subnet is a warning: Red Hat's scripts would route the whole internet
 * on-link instead.  -1: the address could not be set. */
int ifr_address_set(const struct ifr_ifup_host *host, const char *dev,
                    const struct ifr_address *address, const char *owner, struct dbc_error *err);

/* The lines of route-DEV, each `NET/LEN via GATEWAY [dev DEV]`; anything else, and a route that the
 * kernel refuses, is a warning. */
void ifr_routes_set(const struct ifr_ifup_host *host, const char *dev);

/* Does the kernel show an IPv4 address on it?  Its first one into out. */
bool ifr_address_get(const char *dev, char out[16]);
/* The same of an IPv6 address that is not link-local. */
bool ifr_address_get6(const char *dev, char out[DBC_IPV6_SIZE]);

#endif
