/* loss.h - what a conversion between formats leaves behind.  A reader or writer of a foreign format
 * tells each thing that its result does not say, so that nobody finds out at the next boot. */
#ifndef DBC_MODEL_LOSS_H
#define DBC_MODEL_LOSS_H

#include "dbcache.h" /* struct dbc_loss, dbc_loss_fn */

#endif
