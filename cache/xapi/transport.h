/* transport.h - one call is one HTTP POST on a unix socket, on a connection of its own; the body of
 * the answer is passed on as it comes.  Only transport.c uses libcurl. */
#ifndef DBC_XAPI_TRANSPORT_H
#define DBC_XAPI_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Bytes of a request: releases of XAPI refuse more. */
#define DBC_XAPI_REQUEST_MAX (300u * 1024)
/* Bytes of an answer.  A pool's whole database may have 60 MiB; the rest is room for XML. */
#define DBC_XAPI_ANSWER_MAX (256u * 1024 * 1024)
/* How long a socket may refuse a connection because its queue is full. */
#define DBC_XAPI_CONNECT_MS 10000u

struct dbc_xapi_transport;

/* `sockets`: full paths, NULL-terminated, borrowed.  Each call uses the first that accepts a
 * connection.  NULL: DBC_ENOMEM. */
struct dbc_xapi_transport *dbc_xapi_transport_new(const char *const *sockets,
                                                  struct dbc_error *err);
void dbc_xapi_transport_free(struct dbc_xapi_transport *transport);

/* Takes a piece of the body; 0, or -1 with *err to stop. */
typedef int dbc_xapi_body_fn(void *ctx, const char *data, size_t len, struct dbc_error *err);

/* Posts `body`; `what` is for messages, `deadline` a time of dbc_now_ms.  Returns 0 when `take` has
 * got the whole body of a 200 answer, or -1:
 *   DBC_ENOENT    nothing takes connections at any of the sockets
 *   DBC_ETIMEOUT  the deadline passed, or DBC_XAPI_CONNECT_MS
 *   DBC_EIO       the connection broke, or the status is not 200
 *   DBC_EPARSE    the other side does not speak HTTP
 *   DBC_ELIMIT    DBC_XAPI_REQUEST_MAX, DBC_XAPI_ANSWER_MAX
 *   DBC_ENOMEM, or as `take` fails. */
int dbc_xapi_transport_post(struct dbc_xapi_transport *transport, const char *what,
                            const char *body, size_t len, int64_t deadline, dbc_xapi_body_fn *take,
                            void *ctx, struct dbc_error *err);

#endif
