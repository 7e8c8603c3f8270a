/* exchange.c - one call on a socket that does not block (exchange.h).  Above http.c and call.c. */
#include "xapi/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "xapi/call.h"
#include "xapi/http.h"

#ifndef DBC_XAPI_AGENT
#define DBC_XAPI_AGENT "dbcache/0"
#endif
#define READ_BYTES ((size_t)64 * 1024)
#define RETRY_MS 50 /* while the server's queue is full */

struct dbc_xapi_exchange {
    struct dbc_xapi_exchange_call call;
    int fd; /* -1: the server's queue was full; connect again at `retry` */
    int64_t retry;
    struct dbc_buf out;
    size_t sent;
    struct dbc_http http;
    struct dbc_xapi_answer answer;
};

/* ---- Connecting ---------------------------------------------------------------------------- */

/* Returns 0 when x->fd is connected, else the errno. */
static int try_connect(struct dbc_xapi_exchange *x, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t len = strlen(path);
    int fd = -1, why = 0;

    if (len >= sizeof address.sun_path) {
        return ENAMETOOLONG;
    }
    memcpy(address.sun_path, path, len);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        why = errno;
        close(fd);
        return why;
    }
    x->fd = fd;
    return 0;
}

/* Connects to the first socket that takes it; at one whose queue is full, tries again later. */
static int begin_connect(struct dbc_xapi_exchange *x, struct dbc_error *err)
{
    struct dbc_buf tried = DBC_BUF_INIT;
    int failed = ENOENT;

    for (const char *const *path = x->call.sockets; *path != NULL && failed != 0; path++) {
        failed = try_connect(x, *path);
        if (failed == EAGAIN || failed == EINTR) {
            x->retry = dbc_now_ms() + RETRY_MS;
            failed = 0;
        }
        dbc_buf_addf(&tried, "%s%s: %s", tried.len > 0 ? "; " : "", *path, strerror(failed));
    }
    if (failed != 0) {
        dbc_fail(err, DBC_ENOENT, "cannot reach XAPI (%s); is xapi running?", dbc_buf_str(&tried));
    }
    dbc_buf_release(&tried);
    return failed == 0 ? 0 : -1;
}

/* ---- Beginning and end --------------------------------------------------------------------- */

static int make_request(struct dbc_xapi_exchange *x, const struct dbc_buf *body,
                        struct dbc_error *err)
{
    if (body->len > DBC_XAPI_REQUEST_MAX) {
        return dbc_fail(err, DBC_ELIMIT,
                        "%s: a request of more than %u bytes (DBC_XAPI_REQUEST_MAX)",
                        x->call.method, DBC_XAPI_REQUEST_MAX);
    }
    dbc_buf_addf(&x->out,
                 "POST / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: " DBC_XAPI_AGENT
                 "\r\nContent-Type: text/xml\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
                 body->len);
    dbc_buf_add(&x->out, dbc_buf_str(body), body->len);
    return x->out.failed || body->failed ? dbc_fail_nomem(err) : 0;
}

struct dbc_xapi_exchange *dbc_xapi_exchange_new(const struct dbc_xapi_exchange_call *call,
                                                struct dbc_buf *request, struct dbc_error *err)
{
    struct dbc_xapi_exchange *x = calloc(1, sizeof *x);
    int rc = -1;

    if (x != NULL) {
        x->call = *call;
        x->fd = -1;
        dbc_http_init(&x->http, call->method, dbc_xapi_answer_add, &x->answer);
        rc = dbc_xapi_answer_begin(&x->answer, call->method, call->sink, call->ctx, err);
        if (rc == 0 && (rc = make_request(x, request, err)) == 0) {
            rc = begin_connect(x, err);
        }
    } else {
        dbc_fail_nomem(err);
    }
    dbc_xapi_forget(request);
    if (rc != 0) {
        dbc_xapi_exchange_free(x);
        x = NULL;
    }
    return x;
}

void dbc_xapi_exchange_free(struct dbc_xapi_exchange *x)
{
    if (x == NULL) {
        return;
    }
    if (x->fd >= 0) {
        close(x->fd);
    }
    dbc_xapi_forget(&x->out);
    dbc_http_release(&x->http);
    dbc_xapi_answer_release(&x->answer);
    free(x);
}

const struct dbc_strvec *dbc_xapi_exchange_failure(const struct dbc_xapi_exchange *x)
{
    return &x->answer.response.failure;
}

/* ---- Moving -------------------------------------------------------------------------------- */

int64_t dbc_xapi_exchange_poll(const struct dbc_xapi_exchange *x, struct pollfd *p)
{
    *p = (struct pollfd){ .fd = x->fd };
    if (x->fd < 0) {
        return x->retry < x->call.deadline ? x->retry : x->call.deadline;
    }
    p->events = x->sent < x->out.len ? POLLIN | POLLOUT : POLLIN;
    return x->call.deadline;
}

static bool again(int why)
{
    return why == EAGAIN || why == EWOULDBLOCK || why == EINTR;
}

/* A server that has closed the connection may have sent an answer, so this is no error yet. */
static int give_out(struct dbc_xapi_exchange *x, struct dbc_error *err)
{
    ssize_t n = send(x->fd, x->out.data + x->sent, x->out.len - x->sent, MSG_NOSIGNAL);

    if (n >= 0) {
        x->sent += (size_t)n;
    } else if (errno == EPIPE || errno == ECONNRESET) {
        x->sent = x->out.len;
    } else if (!again(errno)) {
        return dbc_fail_errno(err, errno, "%s: cannot write to XAPI", x->call.method);
    }
    return 0;
}

/* Ends a whole answer; results as dbc_xapi_exchange_run. */
static int finish(struct dbc_xapi_exchange *x, struct dbc_error *err)
{
    if (dbc_xapi_answer_end(&x->answer, err) != 0) {
        return -1;
    }
    return x->answer.response.failure.n == 0
               ? 1
               : dbc_xapi_refused(&x->answer.response.failure, x->call.session, x->call.method,
                                  err);
}

/* Returns 1 at the end of the answer, 0 before it, or -1; *more: reading at once may give more. */
static int take_in(struct dbc_xapi_exchange *x, bool *more, struct dbc_error *err)
{
    char data[READ_BYTES];
    ssize_t n = recv(x->fd, data, sizeof data, 0);

    *more = n > 0;
    if (n > 0) {
        return dbc_http_add(&x->http, data, (size_t)n, err);
    }
    if (n < 0 && again(errno)) {
        return 0;
    }
    if (n < 0 && errno != ECONNRESET) {
        return dbc_fail_errno(err, errno, "%s: cannot read from XAPI", x->call.method);
    }
    return dbc_http_end(&x->http, err) == 0 ? 1 : -1;
}

int dbc_xapi_exchange_run(struct dbc_xapi_exchange *x, struct dbc_error *err)
{
    bool more = true;
    int rc = 0;

    if (x->fd < 0 && dbc_now_ms() >= x->retry && begin_connect(x, err) != 0) {
        return -1;
    }
    if (x->fd >= 0 && x->sent < x->out.len && give_out(x, err) != 0) {
        return -1;
    }
    for (int i = 0; x->fd >= 0 && rc == 0 && more && i < DBC_XAPI_EXCHANGE_READS; i++) {
        rc = take_in(x, &more, err);
    }
    if (rc == 0 && dbc_now_ms() >= x->call.deadline) {
        return dbc_fail(err, DBC_ETIMEOUT,
                        "%s: no complete answer from XAPI in time (%zu bytes came); on a pool "
                        "slave, is the master up?",
                        x->call.method, x->http.received);
    }
    return rc == 1 ? finish(x, err) : rc;
}
