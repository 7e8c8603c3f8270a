/* failmode.h - whether a bridge forwards by itself or waits for a controller, as the records say.
 * For the datapath, when it makes a bridge, and for the plugin, for existing bridges. */
#ifndef IFR_FAILMODE_H
#define IFR_FAILMODE_H

#include "model/database.h"

/* Returns "secure" or "standalone": the network's setting, else the pool's, else standalone.
 * `network` may be NULL. */
const char *ifr_fail_mode(const struct dbc_db *db, const struct dbc_network *network);

#endif
