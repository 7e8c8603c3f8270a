/* source.h - XAPI as a source of records: what the rest of the program calls.
 *
 * XAPI speaks XML-RPC over HTTP on a unix socket; whoever may connect to it is root.  One fetch
 * asks for the records of this host and leaves nothing behind: a session of our own is logged out
 * on every way out, one that was given is only used.  No session reference is ever logged or put
 * into an error.
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
 *   DBC_EINVAL    something in the request that cannot be sent
 *   DBC_ENOMEM
 */
#ifndef DBC_XAPI_SOURCE_H
#define DBC_XAPI_SOURCE_H

#include "base/log.h"
#include "base/strvec.h"
#include "model/database.h"
#include "xapi/tree.h"

#define DBC_XAPI_TIMEOUT_MS 60000u
/* For the logout that follows a deadline. */
#define DBC_XAPI_LOGOUT_MS 5000u
/* A reference or a uuid; XAPI's have 46 bytes. */
#define DBC_XAPI_REF_MAX 256

/* Strings are borrowed for as long as the request is in use. */
struct dbc_xapi_request {
    const char *const *sockets; /* full paths, tried in order, NULL-terminated */
    const char *session;        /* NULL: log in, and out at the end */
    const char *originator;     /* our name, for XAPI's list of sessions; NULL: "dbcache" */
    unsigned timeout_ms;        /* for a fetch, or for each single call; 0: DBC_XAPI_TIMEOUT_MS */
    /* For dbc_xapi_fetch alone: */
    const char *host_uuid; /* INSTALLATION_UUID of the inventory */
    const char *pif;       /* the PIF in hand, by reference, */
    const char *pif_uuid;  /* or by uuid; both NULL: none */
};

/* The records of the host, indexed: its PIFs; VLANs, bonds and tunnels of these; every network,
 * with its PIFs reduced to these; every pool; each class in the order of the answer.  Only the keys
 * of other_config that a cache keeps are there; a field that an answer lacks has its default.
 * *db_out belongs to the caller.  *pif_out (may be NULL) is the PIF in hand, in *db_out; NULL when
 * none was asked for. */
int dbc_xapi_fetch(const struct dbc_xapi_request *request, const struct dbc_log *log,
                   struct dbc_db **db_out, const struct dbc_pif **pif_out, struct dbc_error *err);

/* ---- Single calls -------------------------------------------------------------------------- */

struct dbc_xapi;

/* Logs in unless a session is given.  `request` is borrowed until the close. */
struct dbc_xapi *dbc_xapi_open(const struct dbc_xapi_request *request, const struct dbc_log *log,
                               struct dbc_error *err);

/* Calls `method` ("pool.get_all_records") with the session and then `params`, strings ended by
 * NULL. On success `out`, which must be fresh or released, has the value.  After DBC_ECOMMAND
 * dbc_xapi_failure says what XAPI answered; no code is special here. */
int dbc_xapi_call(struct dbc_xapi *xapi, const char *method, const char *const *params,
                  struct dbc_xapi_tree *out, struct dbc_error *err);

/* The ErrorDescription of the last call: the code and its parameters; empty when it was not
 * refused. The parameters may have the session reference in them.  Belongs to `xapi`. */
const struct dbc_strvec *dbc_xapi_failure(const struct dbc_xapi *xapi);
bool dbc_xapi_failed_with(const struct dbc_xapi *xapi, const char *code);

/* Logs out of a session of our own; when XAPI does not take that, a warning is logged.  NULL is
 * fine. */
void dbc_xapi_close(struct dbc_xapi *xapi);

#endif
