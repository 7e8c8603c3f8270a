/* transport.h - one call is one HTTP POST on a unix socket, on a connection of its own; the body of
 * the answer is handed on as it comes.  The only file that knows libcurl is transport.c. */
#ifndef DBC_XAPI_TRANSPORT_H
#define DBC_XAPI_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A request that every release takes: 300 KiB is where they answer with an error. */
#define DBC_XAPI_REQUEST_MAX (300u * 1024)
/* One answer.  A pool's whole database may have 60 MiB; the rest is room for XML. */
#define DBC_XAPI_ANSWER_MAX (256u * 1024 * 1024)
/* Until a connection must stand: a server that is alive takes it at once. */
#define DBC_XAPI_CONNECT_MS 10000u

struct dbc_xapi_transport;

/* `sockets`: full paths, NULL-terminated, borrowed; the first that takes a connection is used. */
struct dbc_xapi_transport *dbc_xapi_transport_new(const char *const *sockets,
                                                  struct dbc_error *err);
void dbc_xapi_transport_free(struct dbc_xapi_transport *transport);

/* Takes a piece of the body; 0, or -1 with *err to stop. */
typedef int dbc_xapi_body_fn(void *ctx, const char *data, size_t len, struct dbc_error *err);

/* Posts `body`; `what` stands in messages.  0 when the whole body of a 200 answer was taken.
 *   DBC_ENOENT    nothing takes connections at any of the sockets
 *   DBC_ETIMEOUT  the deadline passed
 *   DBC_EIO       the connection broke, or the status is not 200
 *   DBC_EPARSE    the other side does not speak HTTP
 *   DBC_ELIMIT    DBC_XAPI_REQUEST_MAX, DBC_XAPI_ANSWER_MAX
 *   or what `take` says. */
int dbc_xapi_transport_post(struct dbc_xapi_transport *transport, const char *what,
                            const char *body, size_t len, int64_t deadline, dbc_xapi_body_fn *take,
                            void *ctx, struct dbc_error *err);

#endif
