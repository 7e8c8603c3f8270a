/* http.h - the answer to one HTTP request, from its bytes to its body, in whatever pieces they
 * come: with a Content-Length, in chunks, or up to the end of the connection.  Does not read by
 * itself.
 *
 * For programs that run for long and must stay small: libcurl, which transport.c uses, brings some
 * thirty libraries and 11 MB into the memory of a process. */
#ifndef DBC_XAPI_HTTP_H
#define DBC_XAPI_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "xapi/transport.h"

#define DBC_HTTP_LINE_MAX ((size_t)8 * 1024)  /* of the head, or before a chunk */
#define DBC_HTTP_HEAD_MAX ((size_t)64 * 1024) /* all lines of a head, or behind the last chunk */

struct dbc_http {
    const char *what;       /* stands in messages; borrowed */
    dbc_xapi_body_fn *take; /* gets the body of a 200 answer */
    void *ctx;
    enum {
        DBC_HTTP_STATUS,
        DBC_HTTP_HEADERS,
        DBC_HTTP_LENGTH, /* `left` bytes of the body are to come */
        DBC_HTTP_TO_END,
        DBC_HTTP_CHUNK_SIZE,
        DBC_HTTP_CHUNK, /* `left` bytes of it */
        DBC_HTTP_CHUNK_END,
        DBC_HTTP_TRAILER,
        DBC_HTTP_DONE
    } state;
    struct dbc_buf line;
    size_t head;     /* bytes of its lines so far */
    size_t received; /* of the body */
    uint64_t left;
    bool has_length, chunked;
};

void dbc_http_init(struct dbc_http *http, const char *what, dbc_xapi_body_fn *take, void *ctx);
void dbc_http_release(struct dbc_http *http);
/* The next bytes.  1: the answer is complete, what follows is ignored; 0: more is to come; -1:
 *   DBC_EIO     the status is not 200
 *   DBC_EPARSE  no HTTP
 *   DBC_ELIMIT  DBC_HTTP_LINE_MAX, DBC_HTTP_HEAD_MAX, DBC_XAPI_ANSWER_MAX
 *   DBC_ENOMEM, or what `take` says. */
int dbc_http_add(struct dbc_http *http, const char *data, size_t len, struct dbc_error *err);
/* The connection has ended: 0 when the answer is complete by that, DBC_EIO when it is not. */
int dbc_http_end(struct dbc_http *http, struct dbc_error *err);

#endif
