/* ask_tell.h - takes what XAPI's answers say, record by record, for ask.c. */
#ifndef IFR_SYNC_ASK_TELL_H
#define IFR_SYNC_ASK_TELL_H

#include "reconfigure/sync/ask.h"

/* Prepares `brief` for the records of this call's answer. */
void ifr_sync_tell_init(struct ifr_sync_ask *ask, enum ifr_sync_call call,
                        struct dbc_xapi_brief *brief);
/* To be called when all networks and pools were received.  They replace the known ones, and bridges
 * whose network differs will be looked at. */
void ifr_sync_tell_all(struct ifr_sync_ask *ask);

#endif
