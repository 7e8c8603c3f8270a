/* from_xapi.h - the records of this host from XAPI, for reconfigure.c.  What speaks to XAPI is a
 * module that is loaded here, so that a run from the cache does not pay for libcurl. */
#ifndef IFR_FROM_XAPI_H
#define IFR_FROM_XAPI_H

#include "model/database.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/reconfigure.h"

/* *ret belongs to the caller.  The request's session, or one of our own that is logged out whatever
 * happens; sockets below the prefix; the host is the inventory's INSTALLATION_UUID.  Errors are
 * those of xapi/source.h, xapi/module.h (DBC_ENOENT, DBC_EUNSUPPORTED) and ifr_facts_inventory. */
int ifr_from_xapi(const struct ifr_request *request, const struct ifr_facts *facts,
                  const struct dbc_log *log, struct dbc_db **ret, struct dbc_error *err);

#endif
