/* http.h - takes the body out of the answer to one HTTP request: with a Content-Length, in chunks,
 * or up to the end of the connection.  The caller reads the bytes and adds them in any pieces.
 *
 * For programs that run for long and must stay small: libcurl, which transport.c uses, brings some
 * thirty libraries and 11 MB into the memory of a process. */
#ifndef DBC_XAPI_HTTP_H
#define DBC_XAPI_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "xapi/transport.h"

#define DBC_HTTP_LINE_MAX ((size_t)8 * 1024)  /* bytes of a line */
#define DBC_HTTP_HEAD_MAX ((size_t)64 * 1024) /* of all lines of the head or the trailer */

struct dbc_http {
    const char *what;       /* for messages; borrowed */
    dbc_xapi_body_fn *take; /* gets the body of a 200 answer */
    void *ctx;
    enum {
        DBC_HTTP_STATUS,
        DBC_HTTP_HEADERS,
        DBC_HTTP_LENGTH, /* `left` bytes of the body are missing */
        DBC_HTTP_TO_END,
        DBC_HTTP_CHUNK_SIZE,
        DBC_HTTP_CHUNK, /* `left` bytes of the chunk are missing */
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

/* `what` and `ctx`, which `take` gets, are borrowed. */
void dbc_http_init(struct dbc_http *http, const char *what, dbc_xapi_body_fn *take, void *ctx);
void dbc_http_release(struct dbc_http *http);
/* Adds the next bytes.  Returns 1 when the answer is complete, and ignores what follows it; 0 when
 * more must come; or -1:
 *   DBC_EIO     the status is not 200
 *   DBC_EPARSE  the bytes are not HTTP
 *   DBC_ELIMIT  DBC_HTTP_LINE_MAX, DBC_HTTP_HEAD_MAX, DBC_XAPI_ANSWER_MAX
 *   DBC_ENOMEM, or as `take` fails. */
int dbc_http_add(struct dbc_http *http, const char *data, size_t len, struct dbc_error *err);
/* To be called when the connection ends.  Returns 0 when the answer is complete, or -1 with
 * DBC_EIO. */
int dbc_http_end(struct dbc_http *http, struct dbc_error *err);

#endif
