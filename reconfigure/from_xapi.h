/* from_xapi.h - the records of this host from XAPI, for records.c.  The code that talks to XAPI is
 * a module that is loaded here, so that a run from the cache does not pay for libcurl. */
#ifndef IFR_FROM_XAPI_H
#define IFR_FROM_XAPI_H

#include "model/database.h"
#include "reconfigure/host/facts.h"
#include "reconfigure/reconfigure.h"

/* Fetches the records of the host with the inventory's INSTALLATION_UUID, from a socket below the
 * prefix.  It uses the request's session, or one of its own, which is logged out in any case.
 * Returns 0 and *ret, which the caller frees; or -1 with the errors of xapi/source.h, xapi/module.h
 * (DBC_ENOENT, DBC_EUNSUPPORTED) and ifr_facts_inventory. */
int ifr_from_xapi(const struct ifr_request *request, const struct ifr_facts *facts,
                  const struct dbc_log *log, struct dbc_db **ret, struct dbc_error *err);

#endif
