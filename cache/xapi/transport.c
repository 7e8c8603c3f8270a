/* transport.c - HTTP/1.0 on XAPI's unix socket with libcurl, for session.c.
 *
 * A call that could not connect has sent nothing, so it may try another socket.  Nothing is ever
 * sent twice.
 */
#include "xapi/transport.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/clock.h"

#ifndef DBC_XAPI_AGENT
#define DBC_XAPI_AGENT "dbcache/0"
#endif
#define RECEIVE_BYTES (256L * 1024)
#define RETRY_MS 50 /* while the server's queue is full */

struct dbc_xapi_transport {
    const char *const *sockets;
    const char *socket; /* the one in use */
    CURL *curl;
    char detail[CURL_ERROR_SIZE];
    /* Of the call that runs: */
    const char *what;
    dbc_xapi_body_fn *take;
    void *ctx;
    struct dbc_error *err;
    size_t received;
    bool refused; /* `take` or a limit refused the body; *err says why */
};

/* ---- One call ------------------------------------------------------------------------------ */

static long status_of(const struct dbc_xapi_transport *t)
{
    long status = 0;

    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
    struct dbc_xapi_transport *t = ctx;
    size_t len = size * n;

    if (status_of(t) != 200) {
        return 0; /* a page for people; explain() reports the status */
    }
    t->received += len;
    if (t->received > DBC_XAPI_ANSWER_MAX) {
        dbc_fail(t->err, DBC_ELIMIT, "%s: an answer of more than %u bytes (DBC_XAPI_ANSWER_MAX)",
                 t->what, DBC_XAPI_ANSWER_MAX);
        t->refused = true;
    } else {
        t->refused = t->take(t->ctx, data, len, t->err) != 0;
    }
    return t->refused ? 0 : len;
}

static int explain(struct dbc_xapi_transport *t, CURLcode code, struct dbc_error *err)
{
    const char *detail = t->detail[0] != '\0' ? t->detail : curl_easy_strerror(code);
    long status = status_of(t);

    if (code == CURLE_OPERATION_TIMEDOUT) {
        return dbc_fail(err, DBC_ETIMEOUT,
                        "%s: no complete answer from %s in time (%zu bytes came); on a pool "
                        "slave, is the master up?",
                        t->what, t->socket, t->received);
    }
    if (status != 0 && status != 200) {
        return dbc_fail(err, DBC_EIO, "%s: HTTP status %ld from %s", t->what, status, t->socket);
    }
    if (code == CURLE_OUT_OF_MEMORY) {
        return dbc_fail_nomem(err);
    }
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY) {
        return dbc_fail(err, DBC_EPARSE, "%s: %s does not speak HTTP (%s)", t->what, t->socket,
                        detail);
    }
    return dbc_fail(err, DBC_EIO,
                    "%s: the connection to %s broke after %zu bytes of the answer (%s)", t->what,
                    t->socket, t->received, detail);
}

static struct curl_slist *add_header(struct curl_slist *list, const char *line, bool *ok)
{
    struct curl_slist *more = curl_slist_append(list, line);

    *ok = *ok && more != NULL;
    return more != NULL ? more : list;
}

/* Headers that every release accepts; old ones need the blank after the colon. */
static struct curl_slist *make_headers(size_t len, struct dbc_error *err)
{
    struct dbc_buf length = DBC_BUF_INIT;
    struct curl_slist *list = NULL;
    bool ok = true;

    dbc_buf_addf(&length, "Content-Length: %zu", len);
    list = add_header(list, "Accept:", &ok); /* leaves out libcurl's own */
    list = add_header(list, "Content-Type: text/xml", &ok);
    list = add_header(list, dbc_buf_str(&length), &ok);
    list = add_header(list, "Connection: close", &ok);
    if (length.failed || !ok) {
        dbc_fail_nomem(err);
        curl_slist_free_all(list);
        list = NULL;
    }
    dbc_buf_release(&length);
    return list;
}

/* Tries the call once, on one socket. */
static CURLcode perform(struct dbc_xapi_transport *t, const char *path, int64_t deadline)
{
    int64_t left = deadline - dbc_now_ms();

    t->socket = path;
    t->detail[0] = '\0';
    if (curl_easy_setopt(t->curl, CURLOPT_UNIX_SOCKET_PATH, path) != CURLE_OK) {
        return CURLE_OUT_OF_MEMORY;
    }
    curl_easy_setopt(t->curl, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
    return curl_easy_perform(t->curl);
}

/* Returns the errno of a connect that failed; 0 when it did not, and *code has the call's result.
 * Waits for a full queue, for which libcurl reports a failed connect with no errno or EAGAIN. */
static int try_socket(struct dbc_xapi_transport *t, const char *path, int64_t deadline,
                      CURLcode *code)
{
    int64_t patience = dbc_now_ms() + DBC_XAPI_CONNECT_MS;

    if (strlen(path) >= sizeof((struct sockaddr_un *)0)->sun_path) {
        return ENAMETOOLONG;
    }
    patience = patience < deadline ? patience : deadline;
    do {
        long failed = 0;
        *code = perform(t, path, deadline);
        if (*code != CURLE_COULDNT_CONNECT) {
            return 0;
        }
        curl_easy_getinfo(t->curl, CURLINFO_OS_ERRNO, &failed);
        if (failed != 0 && failed != EAGAIN) {
            return (int)failed;
        }
        dbc_sleep_ms(RETRY_MS);
    } while (dbc_now_ms() < patience);
    return ETIMEDOUT;
}

static int try_sockets(struct dbc_xapi_transport *t, int64_t deadline, struct dbc_error *err)
{
    struct dbc_buf tried = DBC_BUF_INIT;
    CURLcode code = CURLE_COULDNT_CONNECT;
    bool late = false;
    int failed = ENOENT, rc = -1;

    for (const char *const *path = t->sockets; *path != NULL && failed != 0; path++) {
        failed = try_socket(t, *path, deadline, &code);
        late = late || failed == ETIMEDOUT;
        dbc_buf_addf(&tried, "%s%s: %s", tried.len > 0 ? "; " : "", *path, strerror(failed));
    }
    if (failed != 0) {
        dbc_fail(err, late ? DBC_ETIMEOUT : DBC_ENOENT, "cannot reach XAPI (%s); is xapi running?",
                 dbc_buf_str(&tried));
    } else if (!t->refused) {
        rc = code == CURLE_OK && status_of(t) == 200 ? 0 : explain(t, code, err);
    }
    dbc_buf_release(&tried);
    return rc;
}

int dbc_xapi_transport_post(struct dbc_xapi_transport *t, const char *what, const char *body,
                            size_t len, int64_t deadline, dbc_xapi_body_fn *take, void *ctx,
                            struct dbc_error *err)
{
    struct curl_slist *headers = NULL;
    int rc = -1;

    if (len > DBC_XAPI_REQUEST_MAX) {
        return dbc_fail(err, DBC_ELIMIT,
                        "%s: a request of more than %u bytes (DBC_XAPI_REQUEST_MAX)", what,
                        DBC_XAPI_REQUEST_MAX);
    }
    t->what = what;
    t->take = take;
    t->ctx = ctx;
    t->err = err;
    t->received = 0;
    t->refused = false;
    headers = make_headers(len, err);
    if (headers != NULL) {
        curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(t->curl, CURLOPT_POSTFIELDSIZE, (long)len);
        rc = try_sockets(t, deadline, err);
        curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, NULL);
        curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, NULL);
    }
    curl_slist_free_all(headers);
    t->err = NULL;
    return rc;
}

/* ---- Making one ---------------------------------------------------------------------------- */

/* Ignores the environment: a proxy or a netrc of the caller is not for XAPI. */
static bool set_up(struct dbc_xapi_transport *t)
{
    CURL *c = t->curl;

    return curl_easy_setopt(c, CURLOPT_URL, "http://localhost/") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_0) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_USERAGENT, DBC_XAPI_AGENT) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_BUFFERSIZE, RECEIVE_BYTES) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->detail) == CURLE_OK;
}

struct dbc_xapi_transport *dbc_xapi_transport_new(const char *const *sockets, struct dbc_error *err)
{
    struct dbc_xapi_transport *t = NULL;

    /* Without TLS, which takes most of libcurl's start and is not used here. */
    if (curl_global_init(CURL_GLOBAL_NOTHING) != CURLE_OK) {
        dbc_fail_nomem(err);
        return NULL;
    }
    t = calloc(1, sizeof *t);
    if (t != NULL) {
        t->sockets = sockets;
        t->curl = curl_easy_init();
    }
    if (t == NULL || t->curl == NULL || !set_up(t)) {
        dbc_fail_nomem(err);
        if (t != NULL) {
            dbc_xapi_transport_free(t);
        } else {
            curl_global_cleanup();
        }
        return NULL;
    }
    return t;
}

void dbc_xapi_transport_free(struct dbc_xapi_transport *t)
{
    if (t == NULL) {
        return;
    }
    curl_easy_cleanup(t->curl);
    curl_global_cleanup();
    free(t);
}
