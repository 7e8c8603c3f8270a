/* session.c - one session with XAPI: login, calls, logout.  Above transport.c and the parser, below
 * fetch.c; the only file that handles the session's reference, which is a credential.
 */
#include "xapi/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/valid.h"
#include "xapi/response.h"
#include "xapi/transport.h"

#define HIDDEN_REF "OpaqueRef:..."

struct dbc_xapi {
    const struct dbc_xapi_request *request;
    const struct dbc_log *log;
    struct dbc_xapi_transport *transport;
    struct dbc_strvec failure;
    int64_t deadline;
    bool own; /* logged in here */
    char ref[DBC_XAPI_REF_MAX + 1];
};

/* ---- Requests ------------------------------------------------------------------------------ */

static void add_escaped(struct dbc_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            dbc_buf_adds(out, "&amp;");
            break;
        case '<':
            dbc_buf_adds(out, "&lt;");
            break;
        case '>':
            dbc_buf_adds(out, "&gt;");
            break;
        default:
            dbc_buf_addc(out, *text);
        }
    }
}

static void add_param(struct dbc_buf *out, const char *text)
{
    dbc_buf_adds(out, "<param><value><string>");
    add_escaped(out, text);
    dbc_buf_adds(out, "</string></value></param>");
}

/* `session` NULL: without one. */
static int format_call(struct dbc_buf *out, const char *method, const char *session,
                       const char *const *params, struct dbc_error *err)
{
    dbc_buf_adds(out, "<?xml version=\"1.0\"?><methodCall><methodName>");
    add_escaped(out, method);
    dbc_buf_adds(out, "</methodName><params>"); /* needed even when empty */
    if (session != NULL) {
        add_param(out, session);
    }
    for (; params != NULL && *params != NULL; params++) {
        if (!dbc_valid_text(*params)) {
            return dbc_fail(err, DBC_EINVAL, "%s: a parameter is no text that can be sent", method);
        }
        add_param(out, *params);
    }
    dbc_buf_adds(out, "</params></methodCall>");
    return out->failed ? dbc_fail_nomem(err) : 0;
}

/* ---- Answers ------------------------------------------------------------------------------- */

struct answer {
    struct dbc_xapi_parser *parser;
    struct dbc_xapi_response response;
};

static int take_body(void *ctx, const char *data, size_t len, struct dbc_error *err)
{
    struct answer *a = ctx;

    return dbc_xapi_parser_add(a->parser, data, len, err);
}

/* Everything but what XAPI answered: 0 when it answered. */
static int exchange(struct dbc_xapi *x, const char *method, const struct dbc_buf *body,
                    int64_t deadline, struct answer *a, struct dbc_error *err)
{
    a->parser = dbc_xapi_parser_new(method, &dbc_xapi_response_sink, &a->response, err);
    if (a->parser == NULL) {
        return -1;
    }
    a->response.parser = a->parser;
    if (dbc_xapi_transport_post(x->transport, method, body->data, body->len, deadline, take_body, a,
                                err) != 0 ||
        dbc_xapi_parser_end(a->parser, err) != 0) {
        return -1;
    }
    return dbc_xapi_response_end(&a->response, err);
}

/* A parameter without the session's reference, wherever in it that stands. */
static void add_hidden(struct dbc_buf *out, const char *text, const char *ref)
{
    const char *found = NULL;

    while (ref[0] != '\0' && (found = strstr(text, ref)) != NULL) {
        dbc_buf_add(out, text, (size_t)(found - text));
        dbc_buf_adds(out, HIDDEN_REF);
        text = found + strlen(ref);
    }
    dbc_buf_adds(out, text);
}

static int fail_refused(const struct dbc_xapi *x, const char *method, struct dbc_error *err)
{
    struct dbc_buf text = DBC_BUF_INIT;
    /* Their parameters are references of sessions, ours or another's. */
    bool credentials = strncmp(x->failure.v[0], "SESSION_", 8) == 0;

    for (size_t i = 0; i < x->failure.n && !(credentials && i > 0); i++) {
        dbc_buf_adds(&text, i == 0 ? "" : i == 1 ? " (" : ", ");
        add_hidden(&text, x->failure.v[i], x->ref);
    }
    dbc_buf_adds(&text, x->failure.n > 1 && !credentials ? ")" : "");
    dbc_fail(err, DBC_ECOMMAND, "XAPI refused %s: %s", method, dbc_buf_str(&text));
    dbc_buf_release(&text);
    return -1;
}

static int call(struct dbc_xapi *x, const char *method, const char *session,
                const char *const *params, int64_t deadline, const struct dbc_xapi_sink *sink,
                void *ctx, struct dbc_error *err)
{
    struct dbc_buf body = DBC_BUF_INIT;
    struct answer a = { .parser = NULL };
    int rc = -1;

    dbc_strvec_release(&x->failure);
    dbc_xapi_response_init(&a.response, sink, ctx);
    if (format_call(&body, method, session, params, err) != 0 ||
        exchange(x, method, &body, deadline, &a, err) != 0) {
        goto out;
    }
    x->failure = a.response.failure;
    a.response.failure = (struct dbc_strvec)DBC_STRVEC_INIT;
    rc = x->failure.n > 0 ? fail_refused(x, method, err) : 0;
out:
    if (body.data != NULL) {
        explicit_bzero(body.data, body.len);
    }
    dbc_buf_release(&body);
    dbc_xapi_parser_free(a.parser);
    dbc_xapi_response_release(&a.response);
    return rc;
}

int dbc_xapi_stream(struct dbc_xapi *x, const char *method, const char *const *params,
                    const struct dbc_xapi_sink *sink, void *ctx, struct dbc_error *err)
{
    return call(x, method, x->ref, params, x->deadline, sink, ctx, err);
}

/* ---- Sessions ------------------------------------------------------------------------------ */

static int64_t timeout_of(const struct dbc_xapi *x)
{
    return x->request->timeout_ms > 0 ? x->request->timeout_ms : DBC_XAPI_TIMEOUT_MS;
}

static bool set_ref(struct dbc_xapi *x, const char *ref)
{
    size_t len = strlen(ref);

    if (len == 0 || len > DBC_XAPI_REF_MAX || !dbc_valid_text(ref)) {
        return false;
    }
    memcpy(x->ref, ref, len + 1);
    return true;
}

/* On the unix socket the password is not looked at.  An answer that breaks off behind the reference
 * leaves a session all the same: it is noted, so that the close logs out of it. */
static int log_in(struct dbc_xapi *x, struct dbc_error *err)
{
    const char *name = x->request->originator != NULL ? x->request->originator : "dbcache";
    const char *const params[] = { "root", "", "1.0", name, NULL };
    const char *const method = "session.login_with_password";
    struct dbc_xapi_tree answer = DBC_XAPI_TREE_INIT;
    int rc = -1;

    dbc_logf(x->log, DBC_LOG_INFO, "No session ref given on command line, logging in.");
    rc = call(x, method, NULL, params, x->deadline, &dbc_xapi_tree_sink, &answer, err);
    if (x->failure.n == 0) {
        x->own = set_ref(x, dbc_xapi_text(answer.root));
    }
    if (rc == 0 && !x->own) {
        rc = dbc_fail(err, DBC_EPARSE, "%s: expected the reference of a session", method);
    }
    dbc_xapi_tree_release(&answer);
    return rc;
}

static void log_out(struct dbc_xapi *x)
{
    struct dbc_xapi_tree answer = DBC_XAPI_TREE_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    int64_t deadline = dbc_now_ms() + DBC_XAPI_LOGOUT_MS;

    if (call(x, "session.logout", x->ref, NULL, deadline, &dbc_xapi_tree_sink, &answer, &err) !=
        0) {
        dbc_logf(x->log, DBC_LOG_WARNING, "Could not log out of XAPI: %s", err.text);
    }
    dbc_xapi_tree_release(&answer);
}

struct dbc_xapi *dbc_xapi_open(const struct dbc_xapi_request *request, const struct dbc_log *log,
                               struct dbc_error *err)
{
    struct dbc_xapi *x = calloc(1, sizeof *x);
    int rc = -1;

    if (x == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    x->request = request;
    x->log = log;
    x->deadline = dbc_now_ms() + timeout_of(x);
    x->transport = dbc_xapi_transport_new(request->sockets, err);
    if (x->transport == NULL) {
        goto out;
    }
    if (request->session == NULL) {
        rc = log_in(x, err);
    } else if (set_ref(x, request->session)) {
        rc = 0;
    } else {
        dbc_fail(err, DBC_EINVAL, "the session reference given is none");
    }
out:
    if (rc != 0) {
        dbc_xapi_close(x);
        return NULL;
    }
    return x;
}

int dbc_xapi_call(struct dbc_xapi *x, const char *method, const char *const *params,
                  struct dbc_xapi_tree *out, struct dbc_error *err)
{
    x->deadline = dbc_now_ms() + timeout_of(x);
    return dbc_xapi_stream(x, method, params, &dbc_xapi_tree_sink, out, err);
}

const struct dbc_strvec *dbc_xapi_failure(const struct dbc_xapi *x)
{
    return &x->failure;
}

bool dbc_xapi_failed_with(const struct dbc_xapi *x, const char *code)
{
    return x->failure.n > 0 && strcmp(x->failure.v[0], code) == 0;
}

void dbc_xapi_close(struct dbc_xapi *x)
{
    if (x == NULL) {
        return;
    }
    if (x->own) {
        log_out(x);
    }
    dbc_xapi_transport_free(x->transport);
    dbc_strvec_release(&x->failure);
    explicit_bzero(x, sizeof *x);
    free(x);
}
