/* announce.h - telling the neighbours where an address is now: those that knew it elsewhere would
 * send there until their entry is too old. */
#ifndef IFR_IFUP_ANNOUNCE_H
#define IFR_IFUP_ANNOUNCE_H

#include <stdint.h>

#include "base/error.h"

/* An ARP request of `ip` (network order) for itself, from `dev` to all (RFC 5227).  DBC_EIO. */
int ifr_announce(const char *dev, uint32_t ip, struct dbc_error *err);

#endif
