/* exchange.h - one call that does not wait: for a daemon, which polls it among other things.  The
 * same requests and answers as session.h's calls, over a unix socket of its own. */
#ifndef DBC_XAPI_EXCHANGE_H
#define DBC_XAPI_EXCHANGE_H

#include <poll.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "xapi/value.h"

struct dbc_xapi_exchange;

/* How often one call of dbc_xapi_exchange_run reads, so that an answer that never ends leaves the
 * caller time for others. */
#define DBC_XAPI_EXCHANGE_READS 16

struct dbc_xapi_exchange_call {
    const char *const *sockets;       /* full paths, tried in order, NULL-terminated; borrowed */
    const char *method;               /* borrowed */
    const char *session;              /* that no error may show; borrowed; "": none */
    const struct dbc_xapi_sink *sink; /* gets the answer's Value; borrowed */
    void *ctx;
    int64_t deadline; /* dbc_now_ms */
};

/* Begins to connect.  `request` (call.h) is taken, whatever happens: fresh afterwards.  NULL:
 * DBC_ENOENT (nothing takes connections), DBC_ELIMIT (DBC_XAPI_REQUEST_MAX), DBC_EIO, DBC_ENOMEM.
 */
struct dbc_xapi_exchange *dbc_xapi_exchange_new(const struct dbc_xapi_exchange_call *call,
                                                struct dbc_buf *request, struct dbc_error *err);
void dbc_xapi_exchange_free(struct dbc_xapi_exchange *exchange); /* at any time; NULL is fine */

/* What to wait for: *p for poll, and a time (dbc_now_ms) at which to run it in any case. */
int64_t dbc_xapi_exchange_poll(const struct dbc_xapi_exchange *exchange, struct pollfd *p);
/* Does what can be done at once.  1: the sink has got all of a success; 0: not yet; -1: as
 * dbc_xapi_stream (session.h); the errors of source.h. */
int dbc_xapi_exchange_run(struct dbc_xapi_exchange *exchange, struct dbc_error *err);
/* The ErrorDescription after DBC_ECOMMAND, empty else. */
const struct dbc_strvec *dbc_xapi_exchange_failure(const struct dbc_xapi_exchange *exchange);

#endif
