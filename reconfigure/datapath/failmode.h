/* failmode.h - whether a bridge forwards by itself or waits for a controller, as XAPI's records
 * want it: the datapath asks when it makes a bridge, the plugin for the bridges that are there. */
#ifndef IFR_FAILMODE_H
#define IFR_FAILMODE_H

#include "model/database.h"

/* "secure" or "standalone": a network's word comes before the pool's; without one, standalone.
 * `network` may be NULL. */
const char *ifr_fail_mode(const struct dbc_db *db, const struct dbc_network *network);

#endif
