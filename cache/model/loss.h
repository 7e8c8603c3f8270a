/* loss.h - what a conversion between formats does not carry over.  A reader or writer of another
 * format reports each such loss, so that it is known before the next boot. */
#ifndef DBC_MODEL_LOSS_H
#define DBC_MODEL_LOSS_H

#include "dbcache.h" /* struct dbc_loss, dbc_loss_fn */

#endif
