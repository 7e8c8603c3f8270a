/* address.h - IPv4 addresses and routes of one device, set with ip; and which addresses it has. */
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

/* Gives the device this address and announces it to the neighbours (announce.h).  Where it has a
 * gateway and `owner` is "" or the device, it gets the default route.  A gateway outside the subnet
 * is a warning: Red Hat's scripts would route the whole internet on-link instead.  Returns 0, or -1
 * with DBC_ECOMMAND when the address could not be set. */
int ifr_address_set(const struct ifr_ifup_host *host, const char *dev,
                    const struct ifr_address *address, const char *owner, struct dbc_error *err);

/* Sets the routes of the file route-DEV, whose lines are `NET/LEN via GATEWAY [dev DEV]`.  Any
 * other line, and a route that the kernel refuses, is a warning. */
void ifr_routes_set(const struct ifr_ifup_host *host, const char *dev);

/* Sets `out` to the device's first IPv4 address in the kernel; false when there is none. */
bool ifr_address_get(const char *dev, char out[16]);
/* The same for IPv6 addresses that are not link-local. */
bool ifr_address_get6(const char *dev, char out[DBC_IPV6_SIZE]);

#endif
