/* announce.h - tells the neighbours which MAC an address has now.  Those that have an old entry
 * would otherwise use it until it expires. */
#ifndef IFR_IFUP_ANNOUNCE_H
#define IFR_IFUP_ANNOUNCE_H

#include <stdint.h>

#include "base/error.h"

/* Broadcasts an ARP announcement (RFC 5227) of `ip`, in network byte order, from `dev`.  Returns 0,
 * or -1 with DBC_EIO. */
int ifr_announce(const char *dev, uint32_t ip, struct dbc_error *err);

#endif
