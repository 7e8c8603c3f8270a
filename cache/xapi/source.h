/* source.h - XAPI as a source of records: what the rest of the program calls.
 *
 * XAPI speaks XML-RPC over HTTP on a unix socket, to which only root may connect.  A fetch asks for
 * the records of this host.  It logs out of a session of its own in any case, but not out of one
 * that was given.  No log line or error shows the reference of a session.
 *
 * These functions are in the static library dbc_xapi, and in the module dbcache-xapi.so (module.h),
 * since libcurl takes longer to load than the boot path takes in all.
 *
 * Errors of all of them:
 *   DBC_ENOENT    nothing takes connections at any of the sockets; or no such PIF
 *   DBC_ETIMEOUT  the deadline passed, in a connect or an answer
 *   DBC_EIO       the connection broke, or the HTTP status is not 200
 *   DBC_EPARSE    the answer is not HTTP, not XML-RPC, not complete, or a field has the wrong type
 *   DBC_ELIMIT    an answer crosses a limit, which the text names
 *   DBC_ECOMMAND  XAPI refused the call; the text has its code (HOST_STILL_BOOTING, ...)
 *   DBC_EINVAL    a text of the request cannot be sent
 *   DBC_ENOMEM
 */
#ifndef DBC_XAPI_SOURCE_H
#define DBC_XAPI_SOURCE_H

#include "base/log.h"
#include "base/strvec.h"
#include "model/database.h"
#include "xapi/tree.h"

#define DBC_XAPI_TIMEOUT_MS 60000u
/* For the logout, whose time is not that of the calls before it. */
#define DBC_XAPI_LOGOUT_MS 5000u
/* Bytes of a reference or a uuid; XAPI's references have 46. */
#define DBC_XAPI_REF_MAX 256

/* Strings are borrowed for as long as the request is in use. */
struct dbc_xapi_request {
    const char *const *sockets; /* full paths, tried in order, NULL-terminated */
    const char *session;        /* NULL: log in, and out at the end */
    const char *originator;     /* our name, for XAPI's list of sessions; NULL: "dbcache" */
    unsigned timeout_ms;        /* for a fetch, or for each single call; 0: DBC_XAPI_TIMEOUT_MS */
    /* For dbc_xapi_fetch alone: */
    const char *host_uuid; /* INSTALLATION_UUID of the inventory */
    const char *pif;       /* the reference of the PIF to find; NULL: pif_uuid counts */
    const char *pif_uuid;  /* its uuid; NULL: no PIF */
};

/* Fetches the records of the host, and indexes them: its PIFs; their VLANs, bonds and tunnels; all
 * networks, with this host's PIFs only; and the pool; each class in the order of the answer.  Of
 * other_config they have the keys that a cache keeps; a field that an answer lacks has its default.
 * When XAPI drops the session that this made, it fetches once more, with a new timeout.
 * Returns 0, or -1.  The caller frees *db_out.  *pif_out (may be NULL) is the PIF of the request in
 * *db_out, or NULL when the request has none. */
int dbc_xapi_fetch(const struct dbc_xapi_request *request, const struct dbc_log *log,
                   struct dbc_db **db_out, const struct dbc_pif **pif_out, struct dbc_error *err);

/* ---- Single calls -------------------------------------------------------------------------- */

struct dbc_xapi;

/* Logs in unless a session is given.  `request` and `log` are borrowed until the close.  Returns
 * NULL on failure. */
struct dbc_xapi *dbc_xapi_open(const struct dbc_xapi_request *request, const struct dbc_log *log,
                               struct dbc_error *err);

/* Calls `method` ("pool.get_all_records") with the session and then `params`, strings ended by NULL
 * (NULL: none).  Returns 0, and `out` has the value, or -1.  `out` must be empty; the caller
 * releases it in any case.  After DBC_ECOMMAND dbc_xapi_failure has the reason. */
int dbc_xapi_call(struct dbc_xapi *xapi, const char *method, const char *const *params,
                  struct dbc_xapi_tree *out, struct dbc_error *err);

/* Returns the ErrorDescription of the last call, code and parameters; empty when XAPI did not
 * refuse it.  A parameter may contain the reference of the session.  `xapi` owns it. */
const struct dbc_strvec *dbc_xapi_failure(const struct dbc_xapi *xapi);
/* Whether XAPI refused the last call with this code. */
bool dbc_xapi_failed_with(const struct dbc_xapi *xapi, const char *code);

/* Logs out of a session of our own, and logs a warning when that fails.  NULL is fine. */
void dbc_xapi_close(struct dbc_xapi *xapi);

#endif
