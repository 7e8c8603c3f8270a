/* exchange.h - one call that does not block, for a daemon that polls it among other things.  The
 * requests and answers are those of session.h's calls; each call has a unix socket of its own. */
#ifndef DBC_XAPI_EXCHANGE_H
#define DBC_XAPI_EXCHANGE_H

#include <poll.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "xapi/value.h"

struct dbc_xapi_exchange;

/* How often dbc_xapi_exchange_run reads at most before it returns, so that an endless answer leaves
 * the caller time for others. */
#define DBC_XAPI_EXCHANGE_READS 16

struct dbc_xapi_exchange_call {
    const char *const *sockets;       /* full paths, tried in order, NULL-terminated; borrowed */
    const char *method;               /* borrowed */
    const char *session;              /* hidden in errors; borrowed; "": none */
    const struct dbc_xapi_sink *sink; /* gets the answer's Value; borrowed */
    void *ctx;
    int64_t deadline; /* dbc_now_ms */
};

/* Begins to connect.  Takes `request` (call.h), which is empty afterwards in any case.  NULL:
 * DBC_ENOENT when nothing takes connections, DBC_ELIMIT above DBC_XAPI_REQUEST_MAX, DBC_ENOMEM. */
struct dbc_xapi_exchange *dbc_xapi_exchange_new(const struct dbc_xapi_exchange_call *call,
                                                struct dbc_buf *request, struct dbc_error *err);
void dbc_xapi_exchange_free(struct dbc_xapi_exchange *exchange); /* at any time; NULL is fine */

/* Fills in *p for poll, and returns the time (dbc_now_ms) at which to run the exchange in any case.
 */
int64_t dbc_xapi_exchange_poll(const struct dbc_xapi_exchange *exchange, struct pollfd *p);
/* Does what can be done at once.  Returns 1 when the call has succeeded and the sink has all of its
 * answer; 0 when it goes on; -1 with an error of source.h, and what the sink got does not count. */
int dbc_xapi_exchange_run(struct dbc_xapi_exchange *exchange, struct dbc_error *err);
/* Returns the ErrorDescription after DBC_ECOMMAND, else an empty list; the exchange owns it. */
const struct dbc_strvec *dbc_xapi_exchange_failure(const struct dbc_xapi_exchange *exchange);

#endif
